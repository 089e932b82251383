package custody_test

import (
	"strings"
	"testing"

	"amana/internal/custody"
)

// TestAccountIsWrittenOneWay tries what looks like an account to a person and is none: another way of writing one would be
// another account, and somebody would stand in a balance that nobody looks at.
func TestAccountIsWrittenOneWay(t *testing.T) {
	t.Parallel()
	for _, a := range []custody.Account{
		"Outside", " outside", "outside:", "outside:place", "place", "PLACE:IQ-P", " place:IQ-P", "places:IQ-P",
		"vehicle", "vehicle:-600100000019", "vehicle:-1", "vehicle:-0", "vehicle:00", "vehicle: 600100000019", "vehicle:600100000019 ",
		"vehicle:6001_0000_0019", "vehicle:6e11", "vehicle:٦٠٠١", "vehicle:600100000019:1", "vehicle:9223372036854775808", "vehicle:-9223372036854775809",
		"exit", "exit:Died", "exit:died ", "exit:died:1", "exit: died", ":died", ":",
	} {
		if c := a.Class(); c != "" || a.Place() != "" || a.Vehicle() != 0 {
			t.Errorf("%q is an account of class %q, place %q, vehicle %d", a, c, a.Place(), a.Vehicle())
		}
	}
	for a, want := range map[custody.Account]custody.Class{
		custody.Died: custody.Exit, custody.Escaped: custody.Exit, custody.Released: custody.Exit, custody.Repatriate: custody.Exit,
		custody.Outside: custody.Intake, cell: custody.InCustody, "place:a:b": custody.InCustody,
	} {
		if a.Class() != want || a.Vehicle() != 0 {
			t.Errorf("%q is of class %q, not %q", a, a.Class(), want)
		}
	}
}

func FuzzAccount(f *testing.F) {
	for _, s := range []string{"outside", "place:IQ-P/A/01", "vehicle:600100000019", "vehicle:-1", "vehicle:007", "exit:died", "exit:", ":", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := custody.Account(s)
		c, v := a.Place(), a.Vehicle()
		ok := false
		switch a.Class() {
		case custody.Intake:
			ok = a == custody.Outside && c == "" && v == 0
		case custody.InCustody:
			ok = custody.At(c) == a && c != "" && v == 0
		case custody.InTransit:
			ok = custody.Aboard(v) == a && v > 0 && c == ""
		case custody.Exit:
			ok = strings.HasPrefix(s, "exit:") && c == "" && v == 0
		case "":
			ok = c == "" && v == 0
		}
		if !ok {
			t.Errorf("%q is of class %q, place %q, vehicle %d", s, a.Class(), c, v)
		}
	})
}
