package transfer_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/transfer"
)

const c id.Vehicle = 600100000035

// pass lets vehicles pass one point, one after the other, with the book as the register keeps it.
func pass(booked on, order []id.Vehicle, aboard map[id.Vehicle][]id.Person) map[id.Vehicle]transfer.Tally {
	now, seen, moved := maps.Clone(booked), on{}, on{}
	out := map[id.Vehicle]transfer.Tally{}
	for _, v := range order {
		t := transfer.Compare(transfer.Passage{Vehicle: v, Identified: aboard[v]}, transfer.Book{Expected: now, Seen: seen, Moved: moved})
		for who, from := range t.Elsewhere {
			moved[who], now[who] = from, v
		}
		for _, who := range aboard[v] {
			seen[who] = v
		}
		out[v] = t
	}
	return out
}

// TestSwapEitherWay lets two who changed places pass in both orders: the swap shows at the second vehicle, once.
func TestSwapEitherWay(t *testing.T) {
	t.Parallel()
	booked := on{1: a, 2: a, 3: b, 4: b}
	aboard := map[id.Vehicle][]id.Person{a: {1, 3}, b: {2, 4}}
	for name, s := range map[string]struct {
		order []id.Vehicle
		want  map[id.Vehicle]transfer.Tally
	}{
		"a, b": {[]id.Vehicle{a, b}, map[id.Vehicle]transfer.Tally{
			a: {Identified: 2, Missing: []id.Person{2}, Elsewhere: on{3: b}},
			b: {Identified: 2, Elsewhere: on{2: a}, Swaps: [][2]id.Person{{2, 3}}},
		}},
		"b, a": {[]id.Vehicle{b, a}, map[id.Vehicle]transfer.Tally{
			b: {Identified: 2, Missing: []id.Person{3}, Elsewhere: on{2: a}},
			a: {Identified: 2, Elsewhere: on{3: b}, Swaps: [][2]id.Person{{3, 2}}},
		}},
	} {
		if diff := cmp.Diff(s.want, pass(booked, s.order, aboard), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestFoundOnTwoVehicles has one person's number read on a second vehicle of the same convoy.
func TestFoundOnTwoVehicles(t *testing.T) {
	t.Parallel()
	got := pass(on{1: a, 2: b}, []id.Vehicle{a, b}, map[id.Vehicle][]id.Person{a: {1}, b: {2, 1}})
	if diff := cmp.Diff(transfer.Tally{Identified: 2, Elsewhere: on{1: a}}, got[b], cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	// Three who go round in a circle are no pair.
	got = pass(on{1: a, 2: b, 3: c}, []id.Vehicle{a, b, c}, map[id.Vehicle][]id.Person{a: {2}, b: {3}, c: {1}})
	for v, tally := range got {
		if len(tally.Swaps) != 0 || len(tally.Elsewhere) != 1 {
			t.Errorf("vehicle %d: %+v", v, tally)
		}
	}
}

// TestEverybodyIsAccountedFor puts people into any vehicle, or none, and asks that the tallies of all vehicles together name
// each as identified or missing, and none as both in the end.
func TestEverybodyIsAccountedFor(t *testing.T) {
	t.Parallel()
	vehicles := []id.Vehicle{a, b, c}
	rapid.Check(t, func(t *rapid.T) {
		booked, aboard := on{}, map[id.Vehicle][]id.Person{}
		absent, strangers := map[id.Person]bool{}, map[id.Person]bool{}
		for who := id.Person(1); who <= id.Person(rapid.IntRange(0, 12).Draw(t, "people")); who++ {
			if rapid.IntRange(0, 5).Draw(t, "stranger") == 0 {
				strangers[who] = true
			} else {
				booked[who] = rapid.SampledFrom(vehicles).Draw(t, "booked")
			}
			if !strangers[who] && rapid.IntRange(0, 3).Draw(t, "absent") == 0 {
				absent[who] = true
				continue
			}
			v := rapid.SampledFrom(vehicles).Draw(t, "aboard")
			aboard[v] = append(aboard[v], who)
		}
		identified, swapped := 0, map[id.Person]bool{}
		missing, elsewhere, unknown := map[id.Person]bool{}, on{}, map[id.Person]bool{}
		for v, tally := range pass(booked, rapid.Permutation(vehicles).Draw(t, "order"), aboard) {
			identified += tally.Identified
			for _, who := range tally.Missing {
				if missing[who] || booked[who] != v {
					t.Fatalf("%d is missing from %d, and is booked on %d", who, v, booked[who])
				}
				missing[who] = true
			}
			for who, from := range tally.Elsewhere {
				if from != booked[who] || from == v || !slices.Contains(aboard[v], who) {
					t.Fatalf("%d is found on %d instead of %d", who, v, from)
				}
				elsewhere[who] = v
			}
			for _, who := range tally.Strangers {
				unknown[who] = true
			}
			for _, s := range tally.Swaps {
				if swapped[s[0]] || swapped[s[1]] {
					t.Fatalf("%v: somebody is in two swaps", s)
				}
				swapped[s[0]], swapped[s[1]] = true, true
				if !slices.Contains(aboard[booked[s[1]]], s[0]) || !slices.Contains(aboard[booked[s[0]]], s[1]) {
					t.Fatalf("%v are not each where the other should be", s)
				}
			}
			if len(tally.Twice) != 0 {
				t.Fatalf("%v were identified once", tally.Twice)
			}
		}
		for who := range absent {
			if !missing[who] {
				t.Fatalf("%d is on no vehicle, and nobody says so", who)
			}
			delete(missing, who)
		}
		for who := range missing { // until the vehicle comes that has them
			if elsewhere[who] == 0 {
				t.Fatalf("%d was missing, and is where they should be", who)
			}
		}
		if diff := cmp.Diff(strangers, unknown); diff != "" || identified != len(booked)+len(strangers)-len(absent) {
			t.Fatalf("%d were identified; strangers: %s", identified, diff)
		}
	})
}

// TestSeatFaults names every fault of a manifest with its row and value, not only the first.
func TestSeatFaults(t *testing.T) {
	t.Parallel()
	err := transfer.CheckSeats([]transfer.Vehicle{{Vehicle: a, Seats: 2}}, []transfer.Seat{
		{Person: 1, Vehicle: a, Seat: 1}, {Person: 2, Vehicle: b, Seat: 1}, {Person: 3, Vehicle: a, Seat: 3}, {Person: 1, Vehicle: a, Seat: 1}, {Person: 4, Vehicle: a, Seat: -1}, {Person: 5, Vehicle: a, Seat: 2},
	})
	want := []fault.Field{
		{Name: "vehicle", Row: 2, Rule: "manifest.vehicle_not_in_convoy", Value: "600100000027"},
		{Name: "seat", Row: 3, Rule: "manifest.no_such_seat", Value: "3"},
		{Name: "seat", Row: 4, Rule: "manifest.seat_taken", Value: "1"},
		{Name: "person", Row: 4, Rule: "manifest.person_twice", Value: "1"},
		{Name: "seat", Row: 5, Rule: "manifest.no_such_seat", Value: "-1"},
	}
	if diff := cmp.Diff(want, fault.As(err).Fields); diff != "" {
		t.Error(diff)
	}
	if f := fault.As(err); f.Kind != fault.Refused || f.Rule != want[0].Rule {
		t.Errorf("the error itself says %v", err)
	}
}

// TestDispatchNamesEveryObstacle has a convoy that cannot leave for every reason at once.
func TestDispatchNamesEveryObstacle(t *testing.T) {
	t.Parallel()
	convoy := transfer.ConvoyFormed{Legs: []transfer.Leg{{From: "SY-A", To: "IQ-P"}}}
	people := []transfer.Passenger{
		{Standing: custody.Standing{Person: 7, Account: "place:SY-B"}, MoveState: custody.MoveProposed, NotFit: true},
		{Standing: custody.Standing{Person: 8, Account: "place:SY-A/1/2"}, MoveState: custody.MoveBooked, PER: "completed", NotFit: true},
		{Standing: custody.Standing{Person: 9, Account: "place:SY-A"}, MoveState: custody.MoveBooked, PER: "confirmed"},
	}
	err := transfer.CheckDispatch(convoy, transfer.Formed, people, place.Place{Code: "IQ-P", State: place.Archived}, true)
	want := []fault.Field{
		{Name: "destination", Rule: "place.not_active", Value: "IQ-P"},
		{Name: "destination", Rule: "place.locked_out", Value: "IQ-P"},
		{Name: "escort", Rule: "convoy.escort_too_small", Value: "0"},
		{Name: "person", Rule: "dispatch.not_at_source", Value: "7"},
		{Name: "person", Rule: "dispatch.move_not_booked", Value: "7"},
		{Name: "person", Rule: "dispatch.escort_record_unfinished", Value: "7"},
		{Name: "person", Rule: "dispatch.not_fit_to_travel", Value: "7"},
		{Name: "person", Rule: "dispatch.not_fit_to_travel", Value: "8"},
	}
	if diff := cmp.Diff(want, fault.As(err).Fields); diff != "" {
		t.Error(diff)
	}
	if f := fault.As(err); f.Kind != fault.Refused || f.Rule != "place.not_active" || f.Refs["place"] != "IQ-P" {
		t.Errorf("the error itself says %v, about %v", err, f.Refs)
	}
}

// TestConvoyLimits bounds what one convoy may be said to be.
func TestConvoyLimits(t *testing.T) {
	t.Parallel()
	of := func(legs, vehicles int) transfer.ConvoyFormed {
		v := transfer.ConvoyFormed{Escort: transfer.Escort{Custodian: "escort"}}
		for i := range legs {
			v.Legs = append(v.Legs, transfer.Leg{N: i + 1, From: place.Code(strings.Repeat("A", i+1)), To: place.Code(strings.Repeat("A", i+2))})
		}
		for range vehicles {
			v.Vehicles = append(v.Vehicles, transfer.Vehicle{Seats: 1})
		}
		return v
	}
	if err := of(20, 60).Check(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"convoy.needs_legs", "convoy.needs_legs", "convoy.needs_vehicles"}, rules(of(21, 61).Check())); diff != "" {
		t.Error(diff)
	}
	bad := of(1, 3)
	bad.Vehicles[1].Seats, bad.Vehicles[2].Seats = 0, -40
	want := []fault.Field{{Name: "vehicles", Row: 2, Rule: "convoy.vehicle_without_seats"}, {Name: "vehicles", Row: 3, Rule: "convoy.vehicle_without_seats"}}
	if diff := cmp.Diff(want, fault.As(bad.Check()).Fields); diff != "" {
		t.Error(diff)
	}
	if none := (transfer.ConvoyFormed{}); none.Source() != "" || none.Destination() != "" {
		t.Errorf("a convoy without a way goes from %q to %q", none.Source(), none.Destination())
	}
}

// TestStatementIsOfTheMoment asks that what both parties sign names the moment to the microsecond, in any time zone.
func TestStatementIsOfTheMoment(t *testing.T) {
	t.Parallel()
	p := transfer.Passage{Convoy: 1, Vehicle: a, Leg: 2, Point: "IQ-L1", Headcount: 3, Root: "ab", Salt: "cd", Seal: "S1"}
	want := transfer.Statement{Convoy: 1, Vehicle: a, Point: "IQ-L1", Headcount: 3, Root: "ab", At: 1_000_001}
	if diff := cmp.Diff(want, p.Statement(time.Unix(1, 1_999))); diff != "" {
		t.Error(diff)
	}
	if there := p.Statement(time.Unix(1, 1_000).In(time.FixedZone("", 3*60*60))); there != want {
		t.Errorf("in another time zone: %+v", there)
	}
}
