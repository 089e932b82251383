package custody_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
)

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	if (rule == "" && err != nil) || (rule != "" && !fault.Is(err, rule)) {
		t.Errorf("got %v, wanted %q", err, rule)
	}
}

func TestStandingChecks(t *testing.T) {
	t.Parallel()
	there := custody.Standing{Person: 5, Account: camp, Exists: true}
	with := func(f func(*custody.Standing)) custody.Standing { s := there; f(&s); return s }
	nobody := custody.Standing{Person: 9}
	merged := with(func(s *custody.Standing) { s.MergedInto, s.Remains = 6, 7 })
	moving := with(func(s *custody.Standing) { s.Move = 3 })
	for name, c := range map[string]struct {
		err  error
		rule string
	}{
		"book":                    {there.CheckBook(), ""},
		"book nobody":             {nobody.CheckBook(), "person.not_found"},
		"book merged":             {merged.CheckBook(), "person.merged"},
		"book twice":              {with(func(s *custody.Standing) { s.Booking = 2 }).CheckBook(), "booking.one_open"},
		"book the dead":           {with(func(s *custody.Standing) { s.Account = custody.Died }).CheckBook(), "booking.person_died"},
		"book after escape":       {with(func(s *custody.Standing) { s.Account = custody.Escaped }).CheckBook(), "booking.escape_open"},
		"move":                    {there.CheckMove(), ""},
		"move nobody":             {nobody.CheckMove(), "person.not_found"},
		"move twice":              {moving.CheckMove(), "move.one_live"},
		"move from a bus":         {with(func(s *custody.Standing) { s.Account = bus }).CheckMove(), "move.not_in_custody"},
		"merge":                   {custody.CheckMerge(there, custody.Standing{Person: 6, Account: camp, Exists: true}), ""},
		"merge nobody":            {custody.CheckMerge(nobody, there), "person.not_found"},
		"merge with itself":       {custody.CheckMerge(there, there), "person.merge_circular"},
		"merge in a circle":       {custody.CheckMerge(there, custody.Standing{Person: 6, MergedInto: 4, Remains: 5, Exists: true}), "person.merge_circular"},
		"merge into merged":       {custody.CheckMerge(there, custody.Standing{Person: 6, MergedInto: 7, Exists: true}), "person.merged"},
		"merge somebody on a bus": {custody.CheckMerge(with(func(s *custody.Standing) { s.Account = bus }), custody.Standing{Person: 6, Account: camp, Exists: true}), "person.merge_in_transit"},
		"merge with a live move":  {custody.CheckMerge(moving, custody.Standing{Person: 6, Account: camp, Exists: true}), "person.merge_live_move"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRule(t, c.err, c.rule)
		})
	}
}

func TestDraw(t *testing.T) {
	t.Parallel()
	opening := map[custody.Account]int{custody.Outside: -10, camp: 10}
	closing := map[custody.Account]int{custody.Outside: -11, camp: 3, bus: 2, prison: 4, custody.Died: 1, custody.Released: 1}
	flows := []custody.Flow{
		{Account: custody.Outside, Type: custody.TypeIntake, Amount: -2},
		{Account: camp, Type: custody.TypeIntake, Amount: 2},
		{Account: camp, Type: custody.TypeMerge, Amount: -1},
		{Account: custody.Outside, Type: custody.TypeMerge, Amount: 1},
		{Account: camp, Type: custody.TypeBoarding, Amount: -8},
		{Account: bus, Type: custody.TypeBoarding, Amount: 8},
		{Account: bus, Type: custody.TypeReception, Amount: -5},
		{Account: prison, Type: custody.TypeReception, Amount: 5},
		{Account: bus, Type: custody.TypeDeath, Amount: -1},
		{Account: custody.Died, Type: custody.TypeDeath, Amount: 1},
		{Account: prison, Type: custody.TypeRelease, Amount: -1},
		{Account: custody.Released, Type: custody.TypeRelease, Amount: 1},
		{Account: prison, Type: custody.TypeEscape, Amount: -1},
		{Account: custody.Escaped, Type: custody.TypeEscape, Amount: 1},
		{Account: prison, Type: custody.TypeRecapture, Amount: 1},
		{Account: custody.Escaped, Type: custody.TypeRecapture, Amount: -1},
	}
	draw := func(in func(custody.Account) bool) custody.Statement {
		return custody.Draw(at(0), at(9), time.Time{}, opening, closing, flows, in)
	}
	whole := draw(country)
	if !whole.Balanced() || whole.Opening != 10 || whole.Intake != 1 || whole.InCustody != 7 || whole.InTransit != 2 || whole.Out != 0 {
		t.Errorf("country: %+v", whole)
	}
	if diff := cmp.Diff(map[custody.Account]int{custody.Died: 1, custody.Released: 1}, whole.Exits); diff != "" {
		t.Error(diff)
	}
	if vehicle := draw(func(a custody.Account) bool { return a == bus }); !vehicle.Balanced() || vehicle.Intake != 8 || vehicle.Out != 5 || vehicle.InTransit != 2 || vehicle.Exits[custody.Died] != 1 {
		t.Errorf("vehicle: %+v", vehicle)
	}
	closing[prison]-- // somebody vanished between the flows and the sum
	if lost := draw(country); lost.Balanced() {
		t.Error("a sheet that lost somebody balances")
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]custody.Difference{
		"3+7":    {People: []id.Person{7, 3}, Vehicle: 1},
		"11":     {Vehicle: 11, Convoy: 2},
		"2":      {Convoy: 2, Place: "IQ-P"},
		"IQ-P":   {Place: "IQ-P", Note: "n"},
		"a note": {Note: "a note"},
	} {
		if got := d.Subject(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if custody.Late(at(0), at(6)) || !custody.Late(at(0), at(7)) {
		t.Error("late is later than six hours")
	}
}

func TestKindsAreDistinct(t *testing.T) {
	t.Parallel()
	for kind, empty := range custody.Kinds {
		if got := empty().Kind(); got != kind || kind == "" {
			t.Errorf("%q makes %q", kind, got)
		}
	}
	if len(custody.Kinds) < 20 {
		t.Errorf("%d kinds: two of them have the same name", len(custody.Kinds))
	}
}
