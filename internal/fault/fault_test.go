package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/fault"
)

func TestError(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]*fault.Error{
		"booking.one_open: a booking is open already": fault.New(fault.Refused, "booking.one_open", "a booking is open %s", "already"),
		"row.bad: two rows are bad; row 3; birth: birth.unreadable; name: name.missing": {
			Rule: "row.bad", Message: "two rows are bad",
			Fields: []fault.Field{{Name: "birth", Row: 3, Rule: "birth.unreadable", Value: "32.13"}, {Name: "name", Rule: "name.missing"}},
		},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRefsAndCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	e := fault.New(fault.Internal, "internal", "it failed").With("move", "7").With("person", "8").Because(cause)
	if diff := cmp.Diff(map[string]string{"move": "7", "person": "8"}, e.Refs); diff != "" {
		t.Error(diff)
	}
	if !errors.Is(e, cause) {
		t.Error("the cause cannot be found again")
	}
	if e.Error() != "internal: it failed" {
		t.Errorf("the text that a user sees names the cause: %q", e)
	}
}

// TestAs hides what is no fault from the user, and finds a fault that was wrapped.
func TestAs(t *testing.T) {
	t.Parallel()
	refused := fault.New(fault.Refused, "move.one_live", "a live move exists already")
	wrapped := fmt.Errorf("allocating: %w", refused)
	if fault.As(refused) != refused || fault.As(wrapped) != refused {
		t.Error("a fault is not found")
	}
	secret := errors.New("password=1234")
	hidden := fault.As(secret)
	if hidden.Kind != fault.Internal || hidden.Rule != "internal" || hidden.Error() != "internal: the operation failed and nothing was changed" || !errors.Is(hidden, secret) {
		t.Errorf("%+v", hidden)
	}
	for _, c := range []struct {
		err  error
		rule string
		want bool
	}{
		{refused, "move.one_live", true},
		{wrapped, "move.one_live", true},
		{wrapped, "move.one", false},
		{secret, "internal", false},
		{nil, "internal", false},
		{nil, "", false},
	} {
		if got := fault.Is(c.err, c.rule); got != c.want {
			t.Errorf("%v is %q: %v", c.err, c.rule, got)
		}
	}
}
