package schedule

import "time"

// Timetable is the answer to a problem. The same problem has the same timetable.
type Timetable struct {
	Convoys []Convoy      // by departure; those under way included
	Left    []Left        // who has no seat in these days, in the order of the passengers
	Fleets  []Fleet       // per route, in the order of the problem
	Uses    []Use         // per point and gate, in the order of the problem
	Alerts  []Alert       // what a human must decide about convoys under way
	Last    int           // the highest number that a convoy ever had; none is given twice
	Loads   int           // vehicles that depart, each trip counted
	Bound   int           // no timetable for the same people on the same routes has fewer
	Waiting time.Duration // that vehicles stand in the open before a slot of theirs begins, all together
	Finish  time.Time     // when the last slot ends; zero without convoys
	Soonest time.Time     // no timetable with these loads ends sooner
}

// Convoy leaves a source as one, and passes every point as one.
type Convoy struct {
	Number   int // names the convoy, also after a replan
	Route    string
	Source   string
	Departs  time.Time
	Loads    []Load
	Slots    []Slot // in the order in which they are reached
	Guards   int
	Until    time.Time // when the last of its slots ends
	Underway bool      // it had left when this timetable was made
}

// People counts the passengers.
func (c Convoy) People() int {
	n := 0
	for _, l := range c.Loads {
		n += l.People()
	}
	return n
}

// Load is a vehicle on one trip.
type Load struct {
	Vehicle int // its number on the route
	Kind    Kind
	Stops   []Stop // in order: one or two
	Guards  int
	Ready   time.Time // when the vehicle and its guards can leave again
}

// People counts the passengers.
func (l Load) People() int {
	n := 0
	for _, s := range l.Stops {
		n += len(s.People)
	}
	return n
}

// Stop is a prison at which passengers leave a vehicle.
type Stop struct {
	Prison string
	People []int // positions of passengers
}

// Slot is a time that is held for a convoy, or a part of it, at a point or a gate: from the earliest arrival to the end of the service
// after the latest one.
type Slot struct {
	Place    string
	Gate     bool // of a prison; otherwise a line or reception point
	From     time.Time
	Until    time.Time
	Latest   time.Time // of the arrival
	Vehicles int       // that hold a lane each; at a gate they hold one team together
	People   int       // at a gate: those who are received; at a point: those who pass
}

// Kind is who rides in a vehicle.
type Kind string

// The kinds. Those of whom no sex is known ride alone.
const (
	Men   Kind = "men"
	Women Kind = "women" // with their children and the minors of their family
	Boys  Kind = "boys"
	Girls Kind = "girls"
	Alone Kind = "alone"
)

// Reason is why somebody has no seat.
type Reason string

// The reasons. Left.Place says where.
const (
	NoRoute    Reason = "route"    // no route goes from the source to the prison
	NoSeats    Reason = "seats"    // those who must ride together have not enough seats in one vehicle
	NoVehicles Reason = "vehicles" // their convoy has more vehicles than the route, or one of its points, takes at once
	KeptApart  Reason = "apart"    // they must ride together and must not
	NoSlot     Reason = "slot"     // the point or gate has no slot left
	NoVehicle  Reason = "vehicle"  // the route has no vehicle left in time
	NoGuards   Reason = "guards"   // the route has no guards left in time
	NoWindow   Reason = "window"   // the windows are too short or do not meet, whoever else travels
	NoTime     Reason = "time"     // several of these are taken together
)

// Left is somebody who has no seat, and why.
type Left struct {
	Passenger int
	Why       Reason
	Place     string // point, prison or route that binds, empty when none does alone
}

// Fleet is how the vehicles of a route are used.
type Fleet struct {
	Route  string
	Loads  int
	Bound  int // no timetable for the same people on this route has fewer loads
	AtOnce int // vehicles in use at once at most
	Guards int // guards in use at once at most
	People int
}

// Use is how much of a point or gate is held.
type Use struct {
	Place string
	Gate  bool
	Slots int
	Held  int // minutes of lanes or teams
	Open  int // minutes of lanes or teams, all days together
	Peak  int // lanes or teams at once at most
	Of    int // lanes or teams there are
}

// Alert is about a convoy under way: its gate has closed, its vehicle has broken.
type Alert struct {
	Convoy  int    // number
	Place   string // that has closed, empty for a vehicle
	Vehicle int    // that has broken
	Spare   int    // the vehicle that takes its place, 0 when none is free

	route string
	ready time.Time // when the spare can leave again
}
