package custody_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/custody"
	"amana/internal/fault"
)

func rule(err error) string {
	if err == nil {
		return ""
	}
	return fault.As(err).Rule
}

// TestMovements writes the table of legal movements down a second time, as a person reads it.
func TestMovements(t *testing.T) {
	t.Parallel()
	legal := map[custody.MovementType][]string{
		custody.TypeIntake:     {"outside place", "outside vehicle"},
		custody.TypeBoarding:   {"place vehicle"},
		custody.TypeReception:  {"vehicle place"},
		custody.TypeHousing:    {"place place"},
		custody.TypeTransfer:   {"vehicle vehicle"},
		custody.TypeFound:      {"place place", "place vehicle", "vehicle place", "vehicle vehicle", "died place", "died vehicle", "escaped place", "escaped vehicle"},
		custody.TypeDiversion:  {"place place", "vehicle place"},
		custody.TypeDischarge:  {"place place", "place vehicle"},
		custody.TypeDeath:      {"place died", "vehicle died"},
		custody.TypeEscape:     {"place escaped", "vehicle escaped"},
		custody.TypeRecapture:  {"died place", "died vehicle", "escaped place", "escaped vehicle"},
		custody.TypeRelease:    {"place released"},
		custody.TypeRepatriate: {"place repatriated"},
		custody.TypeMerge:      {"place outside", "vehicle outside"},
		custody.TypeUnmerge:    {"outside place", "outside vehicle"},
	}
	ends := map[string][2]custody.Account{
		"outside": {custody.Outside, custody.Outside}, "place": {camp, prison}, "vehicle": {bus, custody.Aboard(600100000027)}, "died": {custody.Died, custody.Died},
		"escaped": {custody.Escaped, custody.Escaped}, "released": {custody.Released, custody.Released}, "repatriated": {custody.Repatriate, custody.Repatriate}, "nowhere": {"x", "y"},
	}
	types := custody.MovementTypes()
	if len(types) != len(legal) {
		t.Errorf("there are %d types, %d are known here: a type is retired, never removed", len(types), len(legal))
	}
	for _, typ := range types {
		arrives := map[string]bool{}
		for from, a := range ends {
			for to, b := range ends {
				if from == "released" || from == "repatriated" {
					continue // as from the other exits
				}
				want := "movement.illegal"
				switch pair := from + " " + to; {
				case a[0] == b[1]:
					want = "movement.from_equals_to"
				case slices.Contains(legal[typ], pair):
					want = ""
					arrives[to] = true
				}
				if got := rule(custody.CheckMovement(typ, a[0], b[1])); got != want {
					t.Errorf("%s from %s to %s: %q, want %q", typ, from, to, got, want)
				}
				if fits := custody.Fits(typ, a[0], b[1]); fits != (want == "") && want != "movement.from_equals_to" {
					t.Errorf("%s from %s to %s fits: %v", typ, from, to, fits)
				}
			}
		}
		for to, b := range ends {
			if got := custody.CheckArrival(typ, b[1]) == nil; got != arrives[to] {
				t.Errorf("a fact %s may lead to %s: %v", typ, to, got)
			}
		}
	}
	if got := rule(custody.CheckMovement("teleport", camp, prison)); got != "movement.type_unknown" {
		t.Errorf("an unknown type: %q", got)
	}
	if got := rule(custody.CheckArrival("teleport", prison)); got != "movement.type_unknown" || custody.Fits("teleport", camp, prison) {
		t.Errorf("an unknown type arrives: %q", got)
	}
	if err := custody.CheckMovement(custody.TypeHousing, camp, camp); rule(err) != "movement.from_equals_to" {
		t.Errorf("from a place to itself: %v", err)
	}
}

// TestMoveTransitions tries every change of state against the table as a person reads it.
func TestMoveTransitions(t *testing.T) {
	t.Parallel()
	states := []custody.MoveState{"", custody.MoveProposed, custody.MoveRequested, custody.MoveBooked, custody.MoveInTransit, custody.MoveCompleted, custody.MoveCancelled, "lost"}
	legal := map[custody.MoveState]string{
		"": "proposed requested booked", custody.MoveProposed: "proposed requested booked cancelled", custody.MoveRequested: "requested booked cancelled",
		custody.MoveBooked: "booked in_transit cancelled", custody.MoveInTransit: "in_transit completed cancelled",
	}
	for _, was := range states {
		for _, is := range states {
			m := custody.MoveSet{Move: 3, Person: 1, From: "A", To: "B", State: is}
			if is == custody.MoveCancelled {
				m.Reason = "unfit"
			}
			want := "move.transition_illegal"
			if is != "" && slices.Contains(strings.Fields(legal[was]), string(is)) {
				want = ""
			}
			if got := rule(m.Check(custody.MoveSet{Person: 1, State: was})); got != want {
				t.Errorf("from %q to %q: %q, want %q", was, is, got, want)
			}
		}
	}
	for s, live := range map[custody.MoveState]bool{
		custody.MoveProposed: true, custody.MoveRequested: true, custody.MoveBooked: true, custody.MoveInTransit: true,
		custody.MoveCompleted: false, custody.MoveCancelled: false, "": false,
	} {
		if s.Live() != live {
			t.Errorf("a move that is %q is live: %v", s, s.Live())
		}
	}
}

// TestNothingIsRenamed holds every name that stands in the log for ever. A new one is added here, none is taken away.
func TestNothingIsRenamed(t *testing.T) {
	t.Parallel()
	for _, kind := range []custody.Kind{
		"person.registered", "person.listed", "person.amended", "person.merged", "person.unmerged", "booking.opened", "place.defined", "place.gate",
		"custodian.enrolled", "move.set", "bed.set", "movement", "handover", "fact.set_aside", "difference.decided", "headcount", "incident.reported",
		"incident.amended", "escort_record", "medical.screened", "property", "alert", "non_association", "file.imported", "delivery.repeated", "observation",
	} {
		if made, ok := custody.Kinds[kind]; !ok || made().Kind() != kind {
			t.Errorf("entries of the kind %q cannot be read any more", kind)
		}
	}
	for _, typ := range []custody.IncidentType{
		"death", "escape", "injury", "assault", "use_of_force", "self_harm", "vehicle_breakdown", "traffic_accident", "medical_diversion", "lockout",
		"complaint", "release_in_error", "unlawfully_detained",
	} {
		if !slices.Contains(custody.IncidentTypes, typ) {
			t.Errorf("the incident type %q is gone", typ)
		}
	}
	for _, kind := range []custody.DifferenceKind{
		"missing", "misplaced", "swapped", "counted_twice", "miscounted", "unexpected_arrival", "death", "diversion", "escape", "breakdown", "lockout",
		"late_record", "contradiction", "redelivery", "held_without_grounds", "overcrowded",
	} {
		if !slices.Contains(custody.DifferenceKinds, kind) {
			t.Errorf("the kind of difference %q is gone", kind)
		}
	}
}

// TestFoldRarely folds what seldom happens.
func TestFoldRarely(t *testing.T) {
	t.Parallel()
	fact := func(seq int64, hour int, typ custody.MovementType, from, to custody.Account) custody.Fact {
		return custody.Fact{Seq: seq, OccurredAt: at(hour), Type: typ, From: from, To: to}
	}
	intake, board := fact(1, 0, custody.TypeIntake, custody.Outside, camp), fact(2, 2, custody.TypeBoarding, camp, bus)
	for name, c := range map[string]struct {
		facts    []custody.Fact
		where    custody.Account
		disputes []custody.Contradiction
	}{
		"a type that does not lead there": {
			[]custody.Fact{intake, fact(7, 2, custody.TypeRecapture, "", prison)}, prison, []custody.Contradiction{{Earlier: 1, Later: 7, OccurredAt: at(2), Why: "does_not_fit"}},
		},
		"before the intake": {
			[]custody.Fact{intake, fact(7, -1, custody.TypeFound, "", bus)}, camp, []custody.Contradiction{{Earlier: 7, Later: 1, OccurredAt: at(0), Why: "from_differs"}},
		},
		"from somewhere, before the intake": {
			[]custody.Fact{intake, fact(7, -1, custody.TypeReception, bus, prison)},
			camp,
			[]custody.Contradiction{{Earlier: 0, Later: 7, OccurredAt: at(-1), Why: "from_differs"}, {Earlier: 7, Later: 1, OccurredAt: at(0), Why: "from_differs"}},
		},
		"one after the other at one moment": {[]custody.Fact{intake, board, fact(7, 2, custody.TypeReception, bus, prison)}, prison, nil},
		"two deaths":                        {[]custody.Fact{intake, board, fact(7, 3, custody.TypeDeath, bus, custody.Died), fact(8, 4, custody.TypeDeath, bus, custody.Died)}, custody.Died, nil},
	} {
		steps, disputes := custody.Fold(c.facts)
		if diff := cmp.Diff(c.disputes, disputes); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got := custody.Where(steps, at(100)); got != c.where {
			t.Errorf("%s: the person is at %s instead of %s", name, got, c.where)
		}
	}
}

func TestHolder(t *testing.T) {
	t.Parallel()
	fact := func(seq int64, hour int, typ custody.MovementType, from, to custody.Account) custody.Fact {
		return custody.Fact{Seq: seq, OccurredAt: at(hour), Type: typ, From: from, To: to}
	}
	has := func(f custody.Fact, who string) custody.Fact { f.Custodian = who; return f }
	facts := []custody.Fact{
		has(fact(3, 5, custody.TypeReception, bus, prison), "prison"),
		has(fact(1, 0, custody.TypeIntake, custody.Outside, camp), "camp"),
		fact(4, 6, custody.TypeDiversion, prison, other),
		has(fact(2, 2, custody.TypeBoarding, camp, bus), "escort"),
	}
	if got := custody.Holder(facts); got != "prison" {
		t.Errorf("%q has the person", got)
	}
	facts[0].SetAside = true
	if got := custody.Holder(facts); got != "escort" {
		t.Errorf("without the reception %q has the person", got)
	}
	if got := custody.Holder(nil); got != "" {
		t.Errorf("%q has nobody", got)
	}
}

func TestCheckOrder(t *testing.T) {
	t.Parallel()
	s := custody.Standing{Person: 1, Account: camp, Exists: true, LastAt: at(2)}
	wantRule(t, s.CheckOrder(at(2)), "")
	wantRule(t, s.CheckOrder(at(1)), "movement.before_latest")
}
