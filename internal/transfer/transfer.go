// Package transfer moves people in waves and convoys: vehicles with seats and seals, manifests that freeze at dispatch,
// legs of the way, and the lines where each vehicle is counted, its people identified, and both parties sign.
package transfer

import (
	"encoding/json"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
)

// Kinds makes an empty event of each kind of this package, for decoding.
var Kinds = custody.Index(
	custody.Of[WaveFormed],
	custody.Of[RouteDefined],
	custody.Of[PlanApproved],
	custody.Of[ConvoyFormed],
	custody.Of[VehicleAdded],
	custody.Of[ManifestIssued],
	custody.Of[Dispatched],
	custody.Of[Redirected],
	custody.Of[Passage],
	custody.Of[ConvoyClosed],
)

// WaveFormed opens one week's movement.
type WaveFormed struct {
	Wave   id.Wave `json:"wave"`
	Label  string  `json:"label"`
	Target int     `json:"target"` // people; 0 in a wave with sources: all who wait there

	Sources []WaveSource `json:"sources,omitempty"` // who is moved first, by a human's order
}

// WaveSource is a place that a wave moves people out of, and why it stands where it does in the order.
type WaveSource struct {
	Place  place.Code `json:"place"`
	Reason string     `json:"reason"`
}

// RouteDefined describes a way from the sources to the prisons whole, new or changed: the points at which convoys are counted, how
// long they take, and the vehicles and guards there are. Times are minutes.
type RouteDefined struct {
	Route      string       `json:"route"` // code
	Mode       Mode         `json:"mode"`
	Points     []place.Code `json:"points"`               // in order
	Drive      []RouteLeg   `json:"drive"`                // from each source that it serves to the first point
	Between    []int        `json:"between,omitempty"`    // from each point to the next
	Arrive     []RouteLeg   `json:"arrive"`               // from the last point to each prison that it serves
	Margin     int          `json:"margin,omitempty"`     // per cent that all driving may take longer than planned: slots are held for that long
	Seats      int          `json:"seats"`                // of a vehicle, for people who are moved
	Fleet      int          `json:"fleet"`                // vehicles in one convoy at most
	Vehicles   int          `json:"vehicles"`             // how many there are, numbered from 1
	PerGuard   int          `json:"per_guard"`            // people per guard at most
	Guards     int          `json:"guards"`               // how many there are
	Turnaround int          `json:"turnaround,omitempty"` // from the last gate until vehicle and guards can leave again
	Opens      int          `json:"opens,omitempty"`      // when the sources let convoys go, minutes after midnight
	Closes     int          `json:"closes,omitempty"`     // the same as opens: at any time
	LongRide   int          `json:"long_ride,omitempty"`  // who would ride longer on the routes before it takes it first; 0: nobody does
	Least      int          `json:"least,omitempty"`      // people in a vehicle that takes people away from the routes before it
	Preference int          `json:"preference,omitempty"` // the lowest is taken first
	Escort     string       `json:"escort"`               // custodian that escorts
	Closed     bool         `json:"closed,omitempty"`
}

// RouteLeg is how long a route takes from one source to its first point, or from its last point to one prison.
type RouteLeg struct {
	Place   place.Code `json:"place"`
	Minutes int        `json:"minutes"`
}

// PlanApproved puts a plan of a wave in force: moves, beds, convoys and manifests of the same transaction follow from it. What it rests on is
// in a document that the digest names.
type PlanApproved struct {
	Plan      id.Plan         `json:"plan"`
	Wave      id.Wave         `json:"wave"`
	Version   int             `json:"version"`           // among the plans of the wave
	Follows   id.Plan         `json:"follows,omitempty"` // the plan that was in force
	SHA256    string          `json:"sha256"`            // of the document, hex
	People    int             `json:"people"`            // who have a place
	Unplaced  int             `json:"unplaced"`
	Changes   int             `json:"changes"` // people who are elsewhere than in the plan that was in force
	Objective float64         `json:"objective"`
	Bound     float64         `json:"bound"`
	Policy    json.RawMessage `json:"policy"` // weights
	Note      string          `json:"note,omitempty"`
}

// Mode is how a convoy travels.
type Mode string

// The modes.
const (
	Land Mode = "land"
	Air  Mode = "air"
)

// Leg is one stretch of the way. It ends at a line, a reception point or the destination.
type Leg struct {
	N       int        `json:"n"` // from 1
	From    place.Code `json:"from"`
	To      place.Code `json:"to"`
	Departs time.Time  `json:"departs,omitzero"` // as planned
	Arrives time.Time  `json:"arrives,omitzero"` // as planned
}

// LegState is how far a leg has come.
type LegState string

// The states of a leg. A leg that was never ridden because the convoy was sent elsewhere is cancelled.
const (
	LegProposed   LegState = "proposed"
	LegInProgress LegState = "in_progress"
	LegCompleted  LegState = "completed"
	LegCancelled  LegState = "cancelled"
)

// Vehicle is one bus or aircraft of a convoy.
type Vehicle struct {
	Vehicle id.Vehicle `json:"vehicle"`
	Plate   string     `json:"plate"`
	Seats   int        `json:"seats"`
	Number  int        `json:"number,omitempty"` // in the fleet of its route, 0 for one that is in none
}

// Escort is who guards a convoy and has custody on the way.
type Escort struct {
	Custodian string `json:"custodian"`
	Commander string `json:"commander"`
	Guards    int    `json:"guards"`
}

// MaxPerGuard is the escort ratio that a dispatch needs: people per guard (policy).
const MaxPerGuard = 5

// ConvoyFormed puts vehicles, an escort and a way together.
type ConvoyFormed struct {
	Convoy   id.Convoy `json:"convoy"`
	Wave     id.Wave   `json:"wave"`
	Mode     Mode      `json:"mode"`
	Legs     []Leg     `json:"legs"`
	Vehicles []Vehicle `json:"vehicles"`
	Escort   Escort    `json:"escort"`
	Plan     id.Plan   `json:"plan,omitempty"` // that formed it, and alone changes its manifest
	Route    string    `json:"route,omitempty"`
	Number   int       `json:"number,omitempty"` // in the timetable of the plans of the wave
}

// Source is where the convoy starts, empty when it has no way.
func (c ConvoyFormed) Source() place.Code {
	if len(c.Legs) == 0 {
		return ""
	}
	return c.Legs[0].From
}

// Destination is where the convoy ends, empty when it has no way.
func (c ConvoyFormed) Destination() place.Code {
	if len(c.Legs) == 0 {
		return ""
	}
	return c.Legs[len(c.Legs)-1].To
}

// VehicleAdded brings a spare vehicle to a convoy, after a breakdown.
type VehicleAdded struct {
	Convoy   id.Convoy  `json:"convoy"`
	Vehicle  Vehicle    `json:"vehicle"`
	Replaces id.Vehicle `json:"replaces,omitempty"`
}

// Seat is one line of a manifest: who sits where.
type Seat struct {
	Person  id.Person  `json:"person"`
	Move    id.Move    `json:"move"`
	Vehicle id.Vehicle `json:"vehicle"`
	Seat    int        `json:"seat"`
}

// ManifestIssued is one version of a convoy's manifest. The last version before dispatch is frozen by it.
type ManifestIssued struct {
	Convoy  id.Convoy `json:"convoy"`
	Version int       `json:"version"`
	Seats   []Seat    `json:"seats"`
}

// Dispatched freezes the manifest, seals the vehicles and sends the convoy off.
type Dispatched struct {
	Convoy  id.Convoy             `json:"convoy"`
	Version int                   `json:"version"` // of the manifest
	Seals   map[id.Vehicle]string `json:"seals"`
}

// Redirected sends a convoy to another destination than planned.
type Redirected struct {
	Convoy id.Convoy  `json:"convoy"`
	To     place.Code `json:"to"`
	Reason string     `json:"reason"`
}

// Passage is one vehicle at one point of its way, a line or the gate of the destination: counted, identified, signed by
// the officer there and by the commander of the escort (norms R05).
type Passage struct {
	Convoy     id.Convoy   `json:"convoy"`
	Vehicle    id.Vehicle  `json:"vehicle"`
	Leg        int         `json:"leg"` // the leg that ends here, so that one passage never stands for two
	Point      place.Code  `json:"point"`
	Headcount  int         `json:"headcount"`
	Identified []id.Person `json:"identified"` // as scanned, a double scan stands twice
	Seal       string      `json:"seal"`       // as read
	Officer    string      `json:"officer"`    // custodian code of the agency at the point
	Escort     string      `json:"escort"`
	Root       string      `json:"root"` // Merkle root over those identified, hex
	Salt       string      `json:"salt"`
	OfficerSig []byte      `json:"officer_sig"`
	EscortSig  []byte      `json:"escort_sig"`
}

// Statement is what both parties of a passage sign. It names those identified by the root over them.
type Statement struct {
	Convoy    id.Convoy  `json:"convoy"`
	Vehicle   id.Vehicle `json:"vehicle"`
	Point     place.Code `json:"point"`
	Headcount int        `json:"headcount"`
	Root      string     `json:"root"`
	At        int64      `json:"at"` // microseconds since 1970
}

// Statement is what is signed about a passage that occurred at a moment.
func (p Passage) Statement(at time.Time) Statement {
	return Statement{p.Convoy, p.Vehicle, p.Point, p.Headcount, p.Root, at.UnixMicro()}
}

// ConvoyClosed ends a convoy: everybody aboard is accounted for, or an alarm runs.
type ConvoyClosed struct {
	Convoy id.Convoy `json:"convoy"`
	Reason string    `json:"reason,omitempty"` // why it never left
}

// Kind names the event.
func (WaveFormed) Kind() custody.Kind     { return "wave.formed" }
func (RouteDefined) Kind() custody.Kind   { return "route.defined" }
func (PlanApproved) Kind() custody.Kind   { return "plan.approved" }
func (ConvoyFormed) Kind() custody.Kind   { return "convoy.formed" }
func (VehicleAdded) Kind() custody.Kind   { return "convoy.vehicle_added" }
func (ManifestIssued) Kind() custody.Kind { return "manifest.issued" }
func (Dispatched) Kind() custody.Kind     { return "convoy.dispatched" }
func (Redirected) Kind() custody.Kind     { return "convoy.redirected" }
func (Passage) Kind() custody.Kind        { return "passage" }
func (ConvoyClosed) Kind() custody.Kind   { return "convoy.closed" }
