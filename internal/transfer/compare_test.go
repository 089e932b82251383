package transfer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/transfer"
)

const (
	a id.Vehicle = 600100000019
	b id.Vehicle = 600100000027
)

type on map[id.Person]id.Vehicle

func TestCompare(t *testing.T) {
	t.Parallel()
	booked := on{1: a, 2: a, 3: b, 4: b}
	for name, c := range map[string]struct {
		vehicle    id.Vehicle
		identified []id.Person
		book       transfer.Book
		want       transfer.Tally
	}{
		"as booked":                      {a, []id.Person{1, 2}, transfer.Book{Expected: booked}, transfer.Tally{Identified: 2}},
		"missing":                        {a, []id.Person{1}, transfer.Book{Expected: booked}, transfer.Tally{Identified: 1, Missing: []id.Person{2}}},
		"seen on another bus before":     {a, []id.Person{1}, transfer.Book{Expected: booked, Seen: on{2: b}, Moved: on{2: a}}, transfer.Tally{Identified: 1}},
		"from another bus":               {a, []id.Person{1, 2, 3}, transfer.Book{Expected: booked}, transfer.Tally{Identified: 3, Elsewhere: on{3: b}}},
		"swapped, first bus":             {a, []id.Person{1, 3}, transfer.Book{Expected: booked}, transfer.Tally{Identified: 2, Missing: []id.Person{2}, Elsewhere: on{3: b}}},
		"swapped, second bus":            {b, []id.Person{2, 4}, transfer.Book{Expected: on{1: a, 2: a, 3: a, 4: b}, Seen: on{1: a, 3: a}, Moved: on{3: b}}, transfer.Tally{Identified: 2, Elsewhere: on{2: a}, Swaps: [][2]id.Person{{2, 3}}}},
		"swapped, second bus comes late": {a, []id.Person{1, 3}, transfer.Book{Expected: booked, Seen: on{2: b, 4: b}, Moved: on{2: a}}, transfer.Tally{Identified: 2, Elsewhere: on{3: b}, Swaps: [][2]id.Person{{3, 2}}}},
		"two swaps":                      {b, []id.Person{1, 2}, transfer.Book{Expected: on{1: a, 2: a, 3: a, 4: a}, Seen: on{3: a, 4: a}, Moved: on{3: b, 4: b}}, transfer.Tally{Identified: 2, Elsewhere: on{1: a, 2: a}, Swaps: [][2]id.Person{{1, 3}, {2, 4}}}},
		"scanned twice":                  {a, []id.Person{1, 2, 1}, transfer.Book{Expected: booked}, transfer.Tally{Identified: 2, Twice: []id.Person{1}}},
		"scanned three times":            {a, []id.Person{1, 1, 1, 2}, transfer.Book{Expected: booked}, transfer.Tally{Identified: 2, Twice: []id.Person{1}}},
		"a stranger":                     {a, []id.Person{1, 2, 9}, transfer.Book{Expected: booked}, transfer.Tally{Identified: 3, Strangers: []id.Person{9}}},
		"an empty bus":                   {a, nil, transfer.Book{Expected: booked}, transfer.Tally{Missing: []id.Person{1, 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := transfer.Compare(transfer.Passage{Vehicle: c.vehicle, Identified: c.identified}, c.book)
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func rules(err error) []string {
	var out []string
	if err != nil {
		out = append(out, fault.As(err).Rule)
		for _, f := range fault.As(err).Fields {
			out = append(out, f.Rule)
		}
	}
	return out
}

func TestCheckSeats(t *testing.T) {
	t.Parallel()
	vehicles := []transfer.Vehicle{{Vehicle: a, Seats: 2}, {Vehicle: b, Seats: 1}}
	seat := func(p id.Person, v id.Vehicle, n int) transfer.Seat {
		return transfer.Seat{Person: p, Vehicle: v, Seat: n}
	}
	for name, c := range map[string]struct {
		seats []transfer.Seat
		want  []string
	}{
		"a seat each":   {[]transfer.Seat{seat(1, a, 1), seat(2, a, 2), seat(3, b, 1)}, nil},
		"nobody":        {nil, nil},
		"same seat":     {[]transfer.Seat{seat(1, a, 1), seat(2, a, 1)}, []string{"manifest.seat_taken", "manifest.seat_taken"}},
		"no such seat":  {[]transfer.Seat{seat(1, b, 2), seat(2, a, 0)}, []string{"manifest.no_such_seat", "manifest.no_such_seat", "manifest.no_such_seat"}},
		"other vehicle": {[]transfer.Seat{seat(1, 77, 1)}, []string{"manifest.vehicle_not_in_convoy", "manifest.vehicle_not_in_convoy"}},
		"person twice":  {[]transfer.Seat{seat(1, a, 1), seat(1, a, 2)}, []string{"manifest.person_twice", "manifest.person_twice"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, rules(transfer.CheckSeats(vehicles, c.seats))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckDispatch(t *testing.T) {
	t.Parallel()
	convoy := transfer.ConvoyFormed{Legs: []transfer.Leg{{From: "SY-A", To: "IQ-P"}}, Escort: transfer.Escort{Custodian: "escort", Guards: 1}}
	prison := place.Place{Code: "IQ-P", State: place.Active}
	ready := transfer.Passenger{Standing: custody.Standing{Person: 1, Account: "place:SY-A", Exists: true}, MoveState: custody.MoveBooked, PER: "confirmed"}
	with := func(f func(*transfer.Passenger)) []transfer.Passenger {
		p := ready
		f(&p)
		return []transfer.Passenger{p}
	}
	six := []transfer.Passenger{ready, ready, ready, ready, ready, ready}
	for name, c := range map[string]struct {
		state  transfer.State
		people []transfer.Passenger
		place  place.Place
		locked bool
		want   []string
	}{
		"ready":             {transfer.Formed, []transfer.Passenger{ready}, prison, false, nil},
		"gone already":      {transfer.OnTheWay, []transfer.Passenger{ready}, prison, false, []string{"convoy.not_formed"}},
		"empty":             {transfer.Formed, nil, prison, false, []string{"convoy.manifest_missing"}},
		"place not in use":  {transfer.Formed, []transfer.Passenger{ready}, place.Place{State: place.Inactive}, false, []string{"place.not_active", "place.not_active"}},
		"gate closed":       {transfer.Formed, []transfer.Passenger{ready}, prison, true, []string{"place.locked_out", "place.locked_out"}},
		"too few guards":    {transfer.Formed, six, prison, false, []string{"convoy.escort_too_small", "convoy.escort_too_small"}},
		"not there":         {transfer.Formed, with(func(p *transfer.Passenger) { p.Account = "place:SY-B" }), prison, false, []string{"dispatch.not_at_source", "dispatch.not_at_source"}},
		"not booked":        {transfer.Formed, with(func(p *transfer.Passenger) { p.MoveState = custody.MoveProposed }), prison, false, []string{"dispatch.move_not_booked", "dispatch.move_not_booked"}},
		"no escort record":  {transfer.Formed, with(func(p *transfer.Passenger) { p.PER = "in_progress" }), prison, false, []string{"dispatch.escort_record_unfinished", "dispatch.escort_record_unfinished"}},
		"unfit to travel":   {transfer.Formed, with(func(p *transfer.Passenger) { p.NotFit = true }), prison, false, []string{"dispatch.not_fit_to_travel", "dispatch.not_fit_to_travel"}},
		"everyone is named": {transfer.Formed, append(with(func(p *transfer.Passenger) { p.PER = "" }), with(func(p *transfer.Passenger) { p.NotFit = true })...), prison, false, []string{"dispatch.escort_record_unfinished", "dispatch.escort_record_unfinished", "dispatch.not_fit_to_travel"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, rules(transfer.CheckDispatch(convoy, c.state, c.people, c.place, c.locked))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConvoyCheck(t *testing.T) {
	t.Parallel()
	good := transfer.ConvoyFormed{
		Legs: []transfer.Leg{{From: "SY-A", To: "IQ-L1"}, {From: "IQ-L1", To: "IQ-P"}}, Vehicles: []transfer.Vehicle{{Seats: 40}}, Escort: transfer.Escort{Custodian: "escort"},
	}
	if err := good.Check(); err != nil || good.Source() != "SY-A" || good.Destination() != "IQ-P" {
		t.Errorf("%v, from %s to %s", err, good.Source(), good.Destination())
	}
	bad := transfer.ConvoyFormed{Legs: []transfer.Leg{{From: "SY-A", To: "SY-A"}, {From: "IQ-L1", To: "IQ-P"}}, Vehicles: []transfer.Vehicle{{}}}
	want := []string{"move.from_equals_to", "move.from_equals_to", "convoy.legs_not_joined", "convoy.vehicle_without_seats", "convoy.needs_escort"}
	if diff := cmp.Diff(want, rules(bad.Check())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"convoy.needs_legs", "convoy.needs_legs", "convoy.needs_vehicles", "convoy.needs_escort"}, rules(transfer.ConvoyFormed{}.Check())); diff != "" {
		t.Error(diff)
	}
	for kind, empty := range transfer.Kinds {
		if empty().Kind() != kind || custody.Kinds[kind] != nil {
			t.Errorf("%q is not this package's own kind", kind)
		}
	}
}
