package custody_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/custody"
)

var noon = time.Date(2026, 1, 22, 12, 0, 0, 0, time.UTC)

func at(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }

const (
	camp   custody.Account = "place:SY-A"
	prison custody.Account = "place:IQ-P"
	cell   custody.Account = "place:IQ-P/A/01"
	other  custody.Account = "place:IQ-Q"
)

var bus = custody.Aboard(600100000019)

func TestFold(t *testing.T) {
	t.Parallel()
	intake := custody.Fact{Seq: 1, OccurredAt: at(0), Type: custody.TypeIntake, From: custody.Outside, To: camp}
	board := custody.Fact{Seq: 2, OccurredAt: at(1), Type: custody.TypeBoarding, From: camp, To: bus}
	receive := custody.Fact{Seq: 3, OccurredAt: at(5), Type: custody.TypeReception, From: bus, To: prison}
	step := func(f custody.Fact, from custody.Account) custody.Step {
		return custody.Step{Seq: f.Seq, OccurredAt: f.OccurredAt, Type: f.Type, From: from, To: f.To}
	}
	aside := receive
	aside.SetAside = true
	elsewhere := custody.Fact{Seq: 4, OccurredAt: at(4), Type: custody.TypeReception, From: bus, To: other}
	same := custody.Fact{Seq: 5, OccurredAt: at(5), Type: custody.TypeReception, From: bus, To: other}
	died := custody.Fact{Seq: 6, OccurredAt: at(2), Type: custody.TypeDeath, From: bus, To: custody.Died}
	again := custody.Fact{Seq: 7, OccurredAt: at(6), Type: custody.TypeReception, From: bus, To: prison}
	found := custody.Fact{Seq: 8, OccurredAt: at(2), Type: custody.TypeFound, To: custody.Aboard(600100000027)}
	for name, c := range map[string]struct {
		facts    []custody.Fact
		steps    []custody.Step
		disputes []custody.Contradiction
	}{
		"nothing":            {},
		"in order":           {[]custody.Fact{intake, board, receive}, []custody.Step{step(intake, custody.Outside), step(board, camp), step(receive, bus)}, nil},
		"in any order":       {[]custody.Fact{receive, intake, board}, []custody.Step{step(intake, custody.Outside), step(board, camp), step(receive, bus)}, nil},
		"a link is missing":  {[]custody.Fact{intake, receive}, []custody.Step{step(intake, custody.Outside), step(receive, camp)}, []custody.Contradiction{{Earlier: 1, Later: 3, OccurredAt: at(5), Why: "from_differs"}}},
		"set aside":          {[]custody.Fact{intake, board, aside}, []custody.Step{step(intake, custody.Outside), step(board, camp)}, nil},
		"two places":         {[]custody.Fact{intake, board, elsewhere, receive}, []custody.Step{step(intake, custody.Outside), step(board, camp), step(elsewhere, bus), step(receive, other)}, []custody.Contradiction{{Earlier: 4, Later: 3, OccurredAt: at(5), Why: "from_differs"}}},
		"two places at once": {[]custody.Fact{intake, board, receive, same}, []custody.Step{step(intake, custody.Outside), step(board, camp), step(receive, bus), step(same, prison)}, []custody.Contradiction{{Earlier: 3, Later: 5, OccurredAt: at(5), Why: "same_moment"}}},
		"moves after death":  {[]custody.Fact{intake, board, died, receive}, []custody.Step{step(intake, custody.Outside), step(board, camp), step(died, bus)}, []custody.Contradiction{{Earlier: 6, Later: 3, OccurredAt: at(5), Why: "after_death"}}},
		"said twice":         {[]custody.Fact{intake, board, receive, again}, []custody.Step{step(intake, custody.Outside), step(board, camp), step(receive, bus)}, nil},
		"found elsewhere":    {[]custody.Fact{intake, board, found}, []custody.Step{step(intake, custody.Outside), step(board, camp), step(found, bus)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps, disputes := custody.Fold(c.facts)
			if diff := cmp.Diff(c.steps, steps); diff != "" {
				t.Error("steps", diff)
			}
			if diff := cmp.Diff(c.disputes, disputes); diff != "" {
				t.Error("disputes", diff)
			}
		})
	}
}

// TestCorrectKeepsEveryPast lets facts about one person become known in any order, and some be set aside later. At every
// moment in the world, as known at every moment in the system, the postings put the person into exactly one account: the
// one that a fold of the facts known then gives.
func TestCorrectKeepsEveryPast(t *testing.T) {
	t.Parallel()
	accounts := []custody.Account{camp, bus, custody.Aboard(600100000027), prison, cell, other, custody.Died, custody.Escaped}
	rapid.Check(t, func(t *rapid.T) {
		type known struct {
			seq   int64
			facts []custody.Fact
		}
		var facts []custody.Fact
		var postings []custody.Posting
		var history []known
		for seq := int64(1); seq <= int64(rapid.IntRange(1, 14).Draw(t, "entries")); seq++ {
			was, _ := custody.Fold(facts)
			facts = slices.Clone(facts)
			if len(facts) > 0 && rapid.IntRange(0, 4).Draw(t, "aside") == 0 {
				facts[rapid.IntRange(0, len(facts)-1).Draw(t, "which")].SetAside = true
			} else {
				facts = append(facts, custody.Fact{
					Seq: seq, OccurredAt: at(rapid.IntRange(0, 9).Draw(t, "hour")), Type: custody.TypeFound,
					From: rapid.SampledFrom(append(accounts, "")).Draw(t, "from"), To: rapid.SampledFrom(accounts).Draw(t, "to"),
				})
			}
			is, _ := custody.Fold(facts)
			postings = append(postings, custody.Correct(seq, was, is)...)
			history = append(history, known{seq, facts})
		}
		for _, k := range history {
			steps, _ := custody.Fold(k.facts)
			for hour := -1; hour <= 10; hour++ {
				sums := map[custody.Account]int{}
				for _, p := range postings {
					if p.Seq <= k.seq && !p.OccurredAt.After(at(hour)) {
						sums[p.Account] += p.Amount
					}
				}
				where, total := custody.Where(steps, at(hour)), 0
				for a, n := range sums {
					total += n
					want := 0
					switch a {
					case where:
						want = 1
					case custody.Outside:
						want = -1
					}
					if where == custody.Outside {
						want = 0
					}
					if n != want {
						t.Fatalf("known at %d, hour %d: %s has %d, the person is at %s", k.seq, hour, a, n, where)
					}
				}
				if total != 0 || (where != custody.Outside && sums[where] != 1) {
					t.Fatalf("known at %d, hour %d: the accounts sum to %d, %s has %d", k.seq, hour, total, where, sums[where])
				}
			}
		}
	})
}

func TestCheckMovement(t *testing.T) {
	t.Parallel()
	legal := map[custody.MovementType][2]custody.Account{
		custody.TypeIntake: {custody.Outside, camp}, custody.TypeBoarding: {camp, bus}, custody.TypeReception: {bus, prison}, custody.TypeHousing: {prison, cell},
		custody.TypeTransfer: {bus, custody.Aboard(600100000027)}, custody.TypeFound: {bus, prison}, custody.TypeDiversion: {bus, other}, custody.TypeDischarge: {other, prison},
		custody.TypeDeath: {bus, custody.Died}, custody.TypeEscape: {cell, custody.Escaped}, custody.TypeRecapture: {custody.Escaped, prison},
		custody.TypeRelease: {prison, custody.Released}, custody.TypeRepatriate: {prison, custody.Repatriate}, custody.TypeMerge: {camp, custody.Outside}, custody.TypeUnmerge: {custody.Outside, camp},
	}
	for _, typ := range custody.MovementTypes() {
		pair, listed := legal[typ]
		if !listed {
			t.Errorf("%s is not tested", typ)
		}
		if err := custody.CheckMovement(typ, pair[0], pair[1]); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
		if err := custody.CheckMovement(typ, pair[0], pair[0]); err == nil {
			t.Errorf("%s from an account to itself passes", typ)
		}
		if err := custody.CheckMovement(typ, pair[0], "exit:vanished"); err == nil {
			t.Errorf("%s to an exit that does not exist passes", typ)
		}
	}
	for _, bad := range [][3]string{
		{"death", string(bus), string(custody.Escaped)},
		{"escape", string(bus), string(custody.Died)},
		{"boarding", string(bus), string(camp)},
		{"reception", string(camp), string(prison)},
		{"release", string(bus), string(custody.Released)},
		{"teleport", string(bus), string(camp)},
	} {
		if err := custody.CheckMovement(custody.MovementType(bad[0]), custody.Account(bad[1]), custody.Account(bad[2])); err == nil {
			t.Errorf("%v passes", bad)
		}
	}
}

func TestAccountClass(t *testing.T) {
	t.Parallel()
	for account, want := range map[custody.Account]custody.Class{
		"outside": custody.Intake, camp: custody.InCustody, bus: custody.InTransit, custody.Died: custody.Exit,
		"": "", "place:": "", "vehicle:": "", "vehicle:x": "", "vehicle:0": "", "vehicle:0600100000019": "", "vehicle:+600100000019": "", "exit:vanished": "", "exit:": "", "somewhere": "",
	} {
		if got := account.Class(); got != want {
			t.Errorf("%q is %q, not %q", account, got, want)
		}
	}
	if camp.Place() != "SY-A" || bus.Place() != "" || bus.Vehicle() != 600100000019 || camp.Vehicle() != 0 {
		t.Error("place or vehicle of an account is wrong")
	}
}

func TestMoveCheck(t *testing.T) {
	t.Parallel()
	good := custody.MoveSet{Move: 1, Person: 2, From: "SY-A", To: "IQ-P", State: custody.MoveBooked}
	change := func(f func(*custody.MoveSet)) custody.MoveSet { m := good; f(&m); return m }
	for name, c := range map[string]struct {
		was, is custody.MoveSet
		rule    string
	}{
		"new":                   {custody.MoveSet{}, good, ""},
		"from to itself":        {custody.MoveSet{}, change(func(m *custody.MoveSet) { m.To = "SY-A" }), "move.from_equals_to"},
		"begins in transit":     {custody.MoveSet{}, change(func(m *custody.MoveSet) { m.State = custody.MoveInTransit }), "move.transition_illegal"},
		"empty and booked":      {custody.MoveSet{}, change(func(m *custody.MoveSet) { m.Person = 0 }), ""},
		"empty in transit":      {change(func(m *custody.MoveSet) { m.Person = 0 }), change(func(m *custody.MoveSet) { m.Person, m.State = 0, custody.MoveInTransit }), "move.person_missing"},
		"cancelled, no reason":  {good, change(func(m *custody.MoveSet) { m.State = custody.MoveCancelled }), "move.reason_iff_cancelled"},
		"cancelled":             {good, change(func(m *custody.MoveSet) { m.State, m.Reason = custody.MoveCancelled, "unfit to travel" }), ""},
		"reason, not cancelled": {good, change(func(m *custody.MoveSet) { m.Reason = "why" }), "move.reason_iff_cancelled"},
		"another person":        {good, change(func(m *custody.MoveSet) { m.Person = 3 }), "move.person_fixed"},
		"completed stays":       {change(func(m *custody.MoveSet) { m.State = custody.MoveCompleted }), good, "move.transition_illegal"},
		"redirected in transit": {change(func(m *custody.MoveSet) { m.State = custody.MoveInTransit }), change(func(m *custody.MoveSet) { m.State, m.To = custody.MoveInTransit, "IQ-Q" }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRule(t, c.is.Check(c.was), c.rule)
		})
	}
}
