package transfer

import (
	"slices"
	"strconv"
	"strings"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
)

// State is how far a convoy has come.
type State string

// The states of a convoy.
const (
	Formed     State = "formed"
	OnTheWay   State = "dispatched"
	Arrived    State = "arrived"
	Closed     State = "closed"
	maxPerLeg        = 20
	maxVehicle       = 60
)

// Check tells what forbids a convoy to be formed as described.
func (c ConvoyFormed) Check() error {
	var fields []fault.Field
	bad := func(name string, row int, rule string) {
		fields = append(fields, fault.Field{Name: name, Row: row, Rule: rule})
	}
	if len(c.Legs) == 0 || len(c.Legs) > maxPerLeg {
		bad("legs", 0, "convoy.needs_legs")
	}
	for i, l := range c.Legs {
		if l.From == l.To {
			bad("legs", i+1, "move.from_equals_to")
		}
		if i > 0 && c.Legs[i-1].To != l.From {
			bad("legs", i+1, "convoy.legs_not_joined")
		}
	}
	if len(c.Vehicles) == 0 || len(c.Vehicles) > maxVehicle {
		bad("vehicles", 0, "convoy.needs_vehicles")
	}
	for i, v := range c.Vehicles {
		if v.Seats < 1 {
			bad("vehicles", i+1, "convoy.vehicle_without_seats")
		}
	}
	if c.Escort.Custodian == "" {
		bad("escort", 0, "convoy.needs_escort")
	}
	if fields == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Rule: fields[0].Rule, Message: "the convoy cannot be formed as described", Fields: fields}
}

// CheckSeats tells what forbids a manifest: a seat each, on a vehicle of the convoy, nobody twice (norms R21).
func CheckSeats(vehicles []Vehicle, seats []Seat) error {
	var fields []fault.Field
	bad := func(row int, name, rule string, value int64) {
		fields = append(fields, fault.Field{Name: name, Row: row, Rule: rule, Value: strconv.FormatInt(value, 10)})
	}
	room := make(map[id.Vehicle]int, len(vehicles))
	for _, v := range vehicles {
		room[v.Vehicle] = v.Seats
	}
	type place struct {
		v id.Vehicle
		n int
	}
	taken, people := map[place]bool{}, map[id.Person]bool{}
	for i, s := range seats {
		n, known := room[s.Vehicle]
		switch {
		case !known:
			bad(i+1, "vehicle", "manifest.vehicle_not_in_convoy", int64(s.Vehicle))
		case s.Seat < 1 || s.Seat > n:
			bad(i+1, "seat", "manifest.no_such_seat", int64(s.Seat))
		case taken[place{s.Vehicle, s.Seat}]:
			bad(i+1, "seat", "manifest.seat_taken", int64(s.Seat))
		}
		if people[s.Person] {
			bad(i+1, "person", "manifest.person_twice", int64(s.Person))
		}
		taken[place{s.Vehicle, s.Seat}], people[s.Person] = true, true
	}
	if fields == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Refused, Rule: fields[0].Rule, Message: "the manifest gives somebody no seat of their own", Fields: fields}
}

// Passenger is what a dispatch must know of one person on the manifest.
type Passenger struct {
	custody.Standing
	MoveState custody.MoveState
	PER       string // status of the escort record, empty when there is none
	NotFit    bool   // a fitness flag of the escort record forbids travel
}

// CheckDispatch tells what forbids a convoy to leave: everybody there, booked, with a finished escort record and fit to
// travel, enough guards, and a destination that takes them (norms R05, R21). Every obstacle is named, not the first only.
func CheckDispatch(c ConvoyFormed, state State, people []Passenger, destination place.Place, lockedOut bool) error {
	switch {
	case state != Formed:
		return fault.New(fault.Refused, "convoy.not_formed", "only a convoy that was formed and has not left can be dispatched")
	case len(people) == 0:
		return fault.New(fault.Refused, "convoy.manifest_missing", "a convoy leaves with a manifest")
	}
	var fields []fault.Field
	bad := func(is bool, name, rule, value string) {
		if is {
			fields = append(fields, fault.Field{Name: name, Rule: rule, Value: value})
		}
	}
	bad(destination.State != place.Active, "destination", "place.not_active", string(destination.Code))
	bad(lockedOut, "destination", "place.locked_out", string(destination.Code))
	bad(c.Escort.Guards*MaxPerGuard < len(people), "escort", "convoy.escort_too_small", strconv.Itoa(c.Escort.Guards))
	for _, p := range people {
		who := strconv.FormatInt(int64(p.Person), 10)
		bad(p.Account.Place().Establishment() != c.Source(), "person", "dispatch.not_at_source", who)
		bad(p.MoveState != custody.MoveBooked, "person", "dispatch.move_not_booked", who)
		bad(p.PER != "completed" && p.PER != "confirmed", "person", "dispatch.escort_record_unfinished", who)
		bad(p.NotFit, "person", "dispatch.not_fit_to_travel", who)
	}
	if fields == nil {
		return nil
	}
	err := &fault.Error{Kind: fault.Refused, Rule: fields[0].Rule, Message: "the convoy cannot leave yet", Fields: fields}
	if fields[0].Name == "destination" {
		err = err.With("place", string(destination.Code))
	}
	return err
}

// Tally is what a passage shows against the book.
type Tally struct {
	Missing    []id.Person              // expected on this vehicle, not identified on any at this point
	Elsewhere  map[id.Person]id.Vehicle // identified here, booked on that vehicle of the convoy
	Strangers  []id.Person              // identified here, booked on no vehicle of the convoy
	Twice      []id.Person              // identified more than once here
	Swaps      [][2]id.Person           // pairs, each found where the other was booked
	Identified int                      // different people identified here
}

// Book is where the register has people before a passage, and what the other vehicles showed at the same point.
type Book struct {
	Expected map[id.Person]id.Vehicle // aboard the vehicles of the convoy, as the book had it on arrival at this point
	Seen     map[id.Person]id.Vehicle // identified already on vehicles of the convoy at this point
	Moved    map[id.Person]id.Vehicle // of those seen: booked on that vehicle before they were found on another at this point
}

// Compare holds a passage against the book.
func Compare(p Passage, b Book) Tally {
	t := Tally{Elsewhere: map[id.Person]id.Vehicle{}}
	here := make(map[id.Person]int, len(p.Identified))
	for _, who := range p.Identified {
		here[who]++
		switch booked, aboard := b.Expected[who]; {
		case here[who] == 2:
			t.Twice = append(t.Twice, who)
		case here[who] > 2:
		case !aboard:
			t.Strangers = append(t.Strangers, who)
		case booked != p.Vehicle:
			t.Elsewhere[who] = booked
		}
	}
	t.Identified = len(here)
	for who, v := range b.Expected {
		if _, seen := b.Seen[who]; v == p.Vehicle && here[who] == 0 && !seen {
			t.Missing = append(t.Missing, who)
		}
	}
	slices.Sort(t.Missing)
	// A swap shows when the second vehicle passes: who was booked there came here first, and the other way round.
	paired := map[id.Person]bool{}
	for _, who := range sortedKeys(t.Elsewhere) {
		for _, other := range sortedKeys(b.Moved) {
			if !paired[other] && b.Moved[other] == p.Vehicle && b.Seen[other] == t.Elsewhere[who] {
				t.Swaps = append(t.Swaps, [2]id.Person{who, other})
				paired[other] = true
				break
			}
		}
	}
	return t
}

func sortedKeys(m map[id.Person]id.Vehicle) []id.Person {
	keys := make([]id.Person, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Limits of what a wave and a route may be said to be.
const (
	maxSources = 100
	maxReason  = 2000
	maxMinutes = 7 * 24 * 60
	maxSeats   = 1000
	maxEnds    = 1000
	maxCount   = 10_000
	day        = 24 * 60
)

// Check tells what forbids a wave to be formed as described.
func (w WaveFormed) Check() error {
	var fields []fault.Field
	bad := func(is bool, name string, row int, rule string) {
		if is {
			fields = append(fields, fault.Field{Name: name, Row: row, Rule: rule})
		}
	}
	bad(w.Target < 0, "target", 0, "wave.target_negative")
	bad(len(w.Sources) > maxSources, "sources", 0, "wave.too_many_sources")
	seen := map[place.Code]bool{}
	for i, s := range w.Sources {
		bad(s.Place == "" || s.Place != s.Place.Establishment(), "sources", i+1, "wave.source_malformed")
		bad(seen[s.Place], "sources", i+1, "wave.source_twice")
		bad(strings.TrimSpace(s.Reason) == "", "sources", i+1, "wave.source_needs_reason")
		bad(len(s.Reason) > maxReason, "sources", i+1, "field.too_long")
		seen[s.Place] = true
	}
	return invalid(fields, "the wave cannot be formed as described")
}

// Check tells what forbids a route to be recorded as described.
func (r RouteDefined) Check() error {
	var fields []fault.Field
	bad := func(is bool, name string, row int, rule string) {
		if is {
			fields = append(fields, fault.Field{Name: name, Row: row, Rule: rule})
		}
	}
	bad(r.Route == "" || len(r.Route) > 100, "route", 0, "route.code_malformed")
	bad(r.Mode != Land && r.Mode != Air, "mode", 0, "route.mode_unknown")
	bad(len(r.Points) == 0 || len(r.Points)+1 > maxPerLeg, "points", 0, "convoy.needs_legs")
	bad(len(r.Between) != max(len(r.Points)-1, 0), "between", 0, "route.minutes_per_leg")
	for i, m := range r.Between {
		bad(m < 1 || m > maxMinutes, "between", i+1, "route.minutes_out_of_range")
	}
	seen := map[place.Code]bool{}
	for i, p := range r.Points {
		bad(p == "" || seen[p], "points", i+1, "route.point_twice")
		seen[p] = true
	}
	for _, ends := range []struct {
		name string
		legs []RouteLeg
	}{{"drive", r.Drive}, {"arrive", r.Arrive}} {
		bad(len(ends.legs) == 0 || len(ends.legs) > maxEnds, ends.name, 0, "route.needs_ends")
		for i, l := range ends.legs {
			bad(l.Minutes < 1 || l.Minutes > maxMinutes, ends.name, i+1, "route.minutes_out_of_range")
			bad(l.Place == "" || seen[l.Place], ends.name, i+1, "route.point_twice")
			seen[l.Place] = true
		}
	}
	bad(r.Seats < 1 || r.Seats > maxSeats, "seats", 0, "convoy.vehicle_without_seats")
	bad(r.Fleet < 1 || r.Fleet > maxVehicle, "fleet", 0, "convoy.needs_vehicles")
	bad(r.Vehicles < 1 || r.Vehicles > maxCount, "vehicles", 0, "convoy.needs_vehicles")
	bad(r.PerGuard < 1 || r.PerGuard > MaxPerGuard, "per_guard", 0, "convoy.escort_too_small")
	bad(r.Guards < 1 || r.Guards > maxCount, "guards", 0, "convoy.escort_too_small")
	bad(r.Margin < 0 || r.Margin > 100, "margin", 0, "route.margin_out_of_range")
	bad(r.Turnaround < 0 || r.Turnaround > maxMinutes, "turnaround", 0, "route.minutes_out_of_range")
	bad(r.LongRide < 0 || r.Least < 0, "long_ride", 0, "route.minutes_out_of_range")
	bad(r.Opens < 0 || r.Closes < 0 || r.Opens > day || r.Closes > day, "opens", 0, "place.window_malformed")
	bad(r.Escort == "", "escort", 0, "convoy.needs_escort")
	return invalid(fields, "the route cannot be recorded as described")
}

// invalid is a fault of the fields, nil when there are none.
func invalid(fields []fault.Field, message string) error {
	if fields == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Rule: fields[0].Rule, Message: message, Fields: fields}
}
