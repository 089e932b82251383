package schedule

import "time"

// Timetable is the answer to a problem. The same problem has the same timetable.
type Timetable struct {
	Convoys []Convoy      `json:"convoys"` // by departure; those under way included
	Left    []Left        `json:"left"`    // who has no seat in these days, in the order of the passengers
	Fleets  []Fleet       `json:"fleets"`  // per route, in the order of the problem
	Uses    []Use         `json:"uses"`    // per point and gate, in the order of the problem
	Alerts  []Alert       `json:"alerts"`  // what a human must decide about convoys under way
	Last    int           `json:"last"`    // the highest number that a convoy ever had; none is given twice
	Loads   int           `json:"loads"`   // vehicles that depart, each trip counted
	Bound   int           `json:"bound"`   // no timetable for the same people on the same routes has fewer
	Waiting time.Duration `json:"waiting"` // that vehicles stand in the open before a slot of theirs begins, all together
	Finish  time.Time     `json:"finish"`  // when the last slot ends; zero without convoys
	Soonest time.Time     `json:"soonest"` // no timetable with these loads ends sooner
}

// Convoy leaves a source as one, and passes every point as one.
type Convoy struct {
	Number   int       `json:"number"` // names the convoy, also after a replan
	Route    string    `json:"route"`
	Source   string    `json:"source"`
	Departs  time.Time `json:"departs"`
	Loads    []Load    `json:"loads"`
	Slots    []Slot    `json:"slots"` // in the order in which they are reached
	Guards   int       `json:"guards"`
	Until    time.Time `json:"until"`    // when the last of its slots ends
	Underway bool      `json:"underway"` // it had left when this timetable was made
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
	Vehicle int       `json:"vehicle"` // its number on the route
	Kind    Kind      `json:"kind"`
	Stops   []Stop    `json:"stops"` // in order: one or two
	Guards  int       `json:"guards"`
	Ready   time.Time `json:"ready"` // when the vehicle and its guards can leave again
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
	Prison string `json:"prison"`
	People []int  `json:"people"` // positions of passengers
}

// Slot is a time that is held for a convoy, or a part of it, at a point or a gate: from the earliest arrival to the end of the service
// after the latest one.
type Slot struct {
	Place    string    `json:"place"`
	Gate     bool      `json:"gate"` // of a prison; otherwise a line or reception point
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	Latest   time.Time `json:"latest"`   // of the arrival
	Vehicles int       `json:"vehicles"` // that hold a lane each; at a gate they hold one team together
	People   int       `json:"people"`   // at a gate: those who are received; at a point: those who pass
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
	Passenger int    `json:"passenger"`
	Why       Reason `json:"why"`
	Place     string `json:"place"` // point, prison or route that binds, empty when none does alone
}

// Fleet is how the vehicles of a route are used.
type Fleet struct {
	Route  string `json:"route"`
	Loads  int    `json:"loads"`
	Bound  int    `json:"bound"`   // no timetable for the same people on this route has fewer loads
	AtOnce int    `json:"at_once"` // vehicles in use at once at most
	Guards int    `json:"guards"`  // guards in use at once at most
	People int    `json:"people"`
}

// Use is how much of a point or gate is held.
type Use struct {
	Place string `json:"place"`
	Gate  bool   `json:"gate"`
	Slots int    `json:"slots"`
	Held  int    `json:"held"` // minutes of lanes or teams
	Open  int    `json:"open"` // minutes of lanes or teams, all days together
	Peak  int    `json:"peak"` // lanes or teams at once at most
	Of    int    `json:"of"`   // lanes or teams there are
}

// Alert is about a convoy under way: its gate has closed, its vehicle has broken.
type Alert struct {
	Convoy  int    `json:"convoy"`  // number
	Place   string `json:"place"`   // that has closed, empty for a vehicle
	Vehicle int    `json:"vehicle"` // that has broken
	Spare   int    `json:"spare"`   // the vehicle that takes its place, 0 when none is free

	route string
	ready time.Time // when the spare can leave again
}
