// Package transfer moves people in waves and convoys: vehicles with seats and seals, manifests that freeze at dispatch,
// legs of the way, and the lines where each vehicle is counted, its people identified, and both parties sign.
package transfer

import (
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
)

// Kinds makes an empty event of each kind of this package, for decoding.
var Kinds = custody.Index(
	custody.Of[WaveFormed],
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
	Target int     `json:"target"` // people
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
	N    int        `json:"n"` // from 1
	From place.Code `json:"from"`
	To   place.Code `json:"to"`
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
}

// Kind names the event.
func (WaveFormed) Kind() custody.Kind     { return "wave.formed" }
func (ConvoyFormed) Kind() custody.Kind   { return "convoy.formed" }
func (VehicleAdded) Kind() custody.Kind   { return "convoy.vehicle_added" }
func (ManifestIssued) Kind() custody.Kind { return "manifest.issued" }
func (Dispatched) Kind() custody.Kind     { return "convoy.dispatched" }
func (Redirected) Kind() custody.Kind     { return "convoy.redirected" }
func (Passage) Kind() custody.Kind        { return "passage" }
func (ConvoyClosed) Kind() custody.Kind   { return "convoy.closed" }
