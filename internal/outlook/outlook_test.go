package outlook_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/fault"
	"amana/internal/forecast"
	"amana/internal/outlook"
)

var now = time.Date(2026, 3, 1, 22, 30, 0, 0, time.UTC) // the second of March in Baghdad

func nothing(context.Context, time.Time, int) (forecast.History, error) {
	return forecast.History{}, nil
}

func ask(t *testing.T, d *outlook.Desk, q outlook.Question) outlook.Answer {
	t.Helper()
	a, err := d.Ask(t.Context(), q, now, nothing)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestBounds(t *testing.T) {
	t.Parallel()
	good := outlook.Question{Scenario: "base", Weeks: 2, Replications: 2}
	for _, c := range []struct {
		name   string
		change func(*outlook.Question)
		fields []string
	}{
		{"no weeks", func(q *outlook.Question) { q.Weeks = 0 }, []string{"weeks"}},
		{"years", func(q *outlook.Question) { q.Weeks = outlook.MaxWeeks + 1 }, []string{"weeks"}},
		{"no replications", func(q *outlook.Question) { q.Replications = 0 }, []string{"replications"}},
		{"too many", func(q *outlook.Question) { q.Replications = outlook.MaxReplications + 1 }, []string{"replications"}},
		{"nobody's scenario", func(q *outlook.Question) { q.Scenario = "../base" }, []string{"scenario"}},
		{"all at once", func(q *outlook.Question) { *q = outlook.Question{Scenario: "x", Weeks: -1, Replications: -1} }, []string{"scenario", "weeks", "replications"}},
	} {
		q := good
		c.change(&q)
		_, err := outlook.New().Ask(t.Context(), q, now, nothing)
		var got []string
		for _, f := range fault.As(err).Fields {
			got = append(got, f.Name)
		}
		if diff := cmp.Diff(c.fields, got); diff != "" || fault.As(err).Kind != fault.Invalid {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}

func TestTooMuch(t *testing.T) {
	t.Parallel()
	q := outlook.Question{Scenario: "base", Weeks: outlook.MaxWeeks, Replications: outlook.MaxReplications}
	if _, err := outlook.New().Ask(t.Context(), q, now, nothing); !fault.Is(err, "forecast.too_much") {
		t.Errorf("a question for minutes of work: %v", err)
	}
}

// The same question has the same answer, computed once; another one has another.
func TestKept(t *testing.T) {
	t.Parallel()
	d := outlook.New()
	q := outlook.Question{Scenario: "base", Weeks: 2, Replications: 3, Seed: 7}
	first := ask(t, d, q)
	later, err := d.Ask(t.Context(), q, now.Add(time.Hour), nothing)
	if err != nil || !later.Computed.Equal(first.Computed) {
		t.Errorf("computed again at %v: %v", later.Computed, err)
	}
	fresh := ask(t, outlook.New(), q)
	if diff := cmp.Diff(first.Result, fresh.Result); diff != "" {
		t.Errorf("another desk answers differently (-first +fresh):\n%s", diff)
	}
	q.Seed = 8
	if other := ask(t, d, q); cmp.Equal(other.Waiting, first.Waiting) {
		t.Error("another seed changes nothing")
	}
	q.Seed, q.Weeks = 7, 3
	if other := ask(t, d, q); other.Days != 21 {
		t.Errorf("%d days of three weeks", other.Days)
	}
}

// Many who ask at once, and many different questions, are all answered.
func TestManyAskAtOnce(t *testing.T) {
	t.Parallel()
	d := outlook.New()
	want := ask(t, outlook.New(), outlook.Question{Scenario: "base", Weeks: 1, Replications: 1, Seed: 3})
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			q := outlook.Question{Scenario: "base", Weeks: 1, Replications: 1, Seed: uint64(i)}
			if i%2 == 0 {
				q.Seed = 3
			}
			a, err := d.Ask(context.Background(), q, now, nothing)
			if err != nil || i%2 == 0 && !cmp.Equal(a.Result, want.Result) {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
}

// Without a past the question of nobody in particular is answered with the first scenario; who asks for the past is told that there is none.
func TestScenarioOfTheRegister(t *testing.T) {
	t.Parallel()
	q := outlook.Question{Weeks: 1, Replications: 1}
	if a := ask(t, outlook.New(), q); a.Named != "base" {
		t.Errorf("without a past the scenario is %q", a.Named)
	}
	q.Scenario = outlook.Register
	if _, err := outlook.New().Ask(t.Context(), q, now, nothing); fault.As(err).Kind == fault.Internal {
		t.Errorf("no past: %v", err)
	}
	broken := errors.New("the disk is gone")
	_, err := outlook.New().Ask(t.Context(), q, now, func(_ context.Context, from time.Time, days int) (forecast.History, error) {
		if got := from.Format(time.RFC3339); got != "2026-02-02T00:00:00+03:00" || days != outlook.PastDays {
			t.Errorf("the past from %s for %d days", got, days)
		}
		return forecast.History{}, broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("a failure to read the past: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := outlook.New().Ask(ctx, outlook.Question{Scenario: "base", Weeks: 20, Replications: 50}, now, nothing); err == nil {
		t.Error("a forecast for nobody was computed")
	}
}
