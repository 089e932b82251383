// Package schedule turns a plan into journeys: people who have a place get a seat in a vehicle, vehicles go in convoys, and convoys
// leave so that none of them ever waits in the open. The gate of the source is the only place to wait: a departure is given only when
// the slots at every line and at the prison's gate are held, each from the earliest to the latest moment at which the convoy can be there.
//
// Who rides together: everybody has a seat (norms R21). Men, women, boys and girls ride apart (R18). Small children ride with their mother, and
// other girls and boys beside a woman of their family, as members of one family may (Havana Rules 29); the men of a family ride in another
// vehicle of the same convoy. Who is kept apart is never in one vehicle.
package schedule

import (
	"time"

	"amana/internal/person"
)

// Passenger is somebody who has a place and needs a seat.
type Passenger struct {
	ID       string
	Source   string // where they wait
	Prison   string // where their place is; empty for somebody who does not travel, and only keeps the position
	Sex      person.Sex
	Juvenile bool
	Family   string // those of one family, source and prison ride in one convoy; empty for none
	Mother   string // ID of the passenger in whose vehicle this child rides, empty for none
}

// Problem is what a timetable is asked. It is only read.
type Problem struct {
	Passengers []Passenger
	Apart      [][2]int  // positions of passengers who are never in one vehicle
	Routes     []Route   // by preference: people take the first that serves them and has a slot
	Points     []Point   // lines and reception points
	Gates      []Gate    // of prisons
	Closed     []Closure // of points and gates, beyond their daily windows
	Start      time.Time // the first midnight; its location is the zone of all windows
	Days       int       // in which every slot must end
	Now        time.Time // nothing departs before; zero: Start
}

// The most that a problem may ask, so that hostile input cannot take the memory.
const (
	MaxDays       = 366
	MaxPassengers = 200_000
	MaxMinutes    = 7 * 24 * 60 // of one drive or service
	MaxCount      = 10_000      // of seats, lanes, vehicles, guards, people an hour
)

// Mode is how a route travels.
type Mode string

// The modes.
const (
	Land Mode = "land"
	Air  Mode = "air"
)

// Route is a way from sources over points to prisons, and the vehicles that ride it. Times are minutes.
type Route struct {
	Code    string         `toml:"code" json:"code"`
	Mode    Mode           `toml:"mode" json:"mode"`
	Points  []string       `toml:"points" json:"points"`   // in order
	Drive   map[string]int `toml:"drive" json:"drive"`     // from each source that it serves to the first point
	Between []int          `toml:"between" json:"between"` // from each point to the next
	Arrive  map[string]int `toml:"arrive" json:"arrive"`   // from the last point to each prison that it serves
	Onward  []Leg          `toml:"onward" json:"onward"`   // prisons that one vehicle may serve one after the other, with Divide only; empty: one prison a vehicle
	Tail    float64        `toml:"tail" json:"tail"`       // how much longer than planned all driving may take, as a part of it: slots are held for that long

	Seats      int    `toml:"seats" json:"seats"`           // of a vehicle, for passengers
	Fleet      int    `toml:"fleet" json:"fleet"`           // vehicles in one convoy at most
	Vehicles   int    `toml:"vehicles" json:"vehicles"`     // how many there are, numbered from 1
	Broken     []int  `toml:"broken" json:"broken"`         // numbers of those that cannot be used
	PerGuard   int    `toml:"per_guard" json:"per_guard"`   // people per guard, in each vehicle
	Guards     int    `toml:"guards" json:"guards"`         // how many there are
	Turnaround int    `toml:"turnaround" json:"turnaround"` // from the end at the last gate until vehicle and guards can leave again, at any source
	Departs    Window `toml:"departs" json:"departs"`       // when the sources let convoys go

	Divide   bool `toml:"divide" json:"divide"`       // vehicles may go on by themselves to their prisons, with their guards; otherwise a convoy has one prison
	LongRide int  `toml:"long_ride" json:"long_ride"` // people who would ride longer on the routes before this one take it first, in loads of Least; 0: nobody does
	Least    int  `toml:"least" json:"least"`         // people in a vehicle that takes people away from the routes before it
}

// Leg is the way from one prison to another that lies behind it.
type Leg struct {
	From    string `toml:"from" json:"from"`
	To      string `toml:"to" json:"to"`
	Minutes int    `toml:"minutes" json:"minutes"`
}

// Point is a line or a reception point. Vehicles of a convoy are served at the same time, one on each lane, so that none stands in a queue.
type Point struct {
	Code    string `toml:"code" json:"code"`
	Lanes   int    `toml:"lanes" json:"lanes"`     // vehicles at once
	Service int    `toml:"service" json:"service"` // minutes
	Open    Window `toml:"open" json:"open"`
}

// Gate is where a prison receives people. Vehicles stand behind it, not in the open, while their people are received.
type Gate struct {
	Prison  string `toml:"prison" json:"prison"`
	Teams   int    `toml:"teams" json:"teams"`       // arrivals that are received at once
	PerHour int    `toml:"per_hour" json:"per_hour"` // people whom one team receives in an hour
	Open    Window `toml:"open" json:"open"`
}

// Closure is a time in which a point or the gate of a prison takes nobody: a lockout, a line that is lost.
type Closure struct {
	Place string
	From  time.Time
	Until time.Time // zero: for good
}
