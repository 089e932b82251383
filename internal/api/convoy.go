package api

import (
	"time"

	"amana/internal/authz"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/store"
	"amana/internal/transfer"
)

// Convoy is a convoy as it stands.
type Convoy struct {
	Convoy   Number[id.Convoy] `json:"convoy"`
	Wave     Number[id.Wave]   `json:"wave,omitzero"`
	Mode     string            `json:"mode" enum:"land,air"`
	State    string            `json:"state"`
	Departed int               `json:"departed" doc:"People on the manifest in force."`
	Aboard   int               `json:"aboard"`
	Version  int               `json:"version" doc:"Of the manifest."`
	Frozen   bool              `json:"frozen"`
	// What follows is kept from oversight until the movement has ended (norms G14).
	Source       string     `json:"source,omitempty"`
	Target       string     `json:"target,omitempty"`
	DispatchedAt *time.Time `json:"dispatched_at,omitempty"`
	ClosedAt     *time.Time `json:"closed_at,omitempty"`
	Withheld     bool       `json:"withheld,omitempty" doc:"Way, times and guards are shown to oversight when the movement has ended."`
}

// ConvoyFile is a convoy with everything that travels with it.
type ConvoyFile struct {
	Convoy
	Escort   *Escort   `json:"escort,omitempty"`
	Legs     []Leg     `json:"legs"`
	Vehicles []Vehicle `json:"vehicles"`
	Manifest []Seat    `json:"manifest" doc:"The version in force, or the one asked for."`
	Passages []Passage `json:"passages" doc:"In the order of the world."`
}

// Escort is who guards a convoy and has custody on the way.
type Escort struct {
	Custodian string `json:"custodian" minLength:"1" maxLength:"100"`
	Commander string `json:"commander" maxLength:"200"`
	Guards    int    `json:"guards" minimum:"0" maximum:"100000"`
}

// Leg is one stretch of the way.
type Leg struct {
	N     int    `json:"n" doc:"From 1."`
	From  string `json:"from"`
	To    string `json:"to"`
	State string `json:"state"`
}

// Vehicle is one bus or aircraft of a convoy.
type Vehicle struct {
	Vehicle Number[id.Vehicle] `json:"vehicle"`
	Plate   string             `json:"plate"`
	Seats   int                `json:"seats"`
	Seal    string             `json:"seal,omitempty"`
	InUse   bool               `json:"in_use"`
}

// Seat is one line of a manifest.
type Seat struct {
	Person  Number[id.Person]  `json:"person"`
	Move    Number[id.Move]    `json:"move"`
	Vehicle Number[id.Vehicle] `json:"vehicle"`
	Seat    int                `json:"seat" minimum:"1" maximum:"10000"`
}

// Passage is one vehicle at one point, as it was counted.
type Passage struct {
	Entry      int64              `json:"entry"`
	Vehicle    Number[id.Vehicle] `json:"vehicle"`
	Leg        int                `json:"leg"`
	Point      string             `json:"point"`
	OccurredAt time.Time          `json:"occurred_at"`
	RecordedAt time.Time          `json:"recorded_at"`
	Headcount  int                `json:"headcount"`
	Identified int                `json:"identified"`
	Missing    int                `json:"missing"`
}

// hides reports whether way, times and guards of a convoy are kept from this reader (norms G14).
func hides(who authz.Actor, state transfer.State) bool {
	return who.Role == authz.Overseer && state != transfer.Closed
}

func convoyOf(who authz.Actor, c store.Convoy) Convoy {
	out := Convoy{
		Convoy: numberOf(c.Convoy), Wave: numberOf(c.Wave), Mode: string(c.Mode), State: string(c.State), Departed: c.Departed,
		Aboard: c.Aboard, Version: c.Version, Frozen: c.Frozen,
	}
	if out.Withheld = hides(who, c.State); out.Withheld {
		return out
	}
	out.Source, out.Target, out.DispatchedAt, out.ClosedAt = string(c.Source), string(c.Target), c.DispatchedAt, c.ClosedAt
	return out
}

func seatOf(s transfer.Seat) Seat {
	return Seat{numberOf(s.Person), numberOf(s.Move), numberOf(s.Vehicle), s.Seat}
}

func (s Seat) domain() transfer.Seat {
	return transfer.Seat{Person: s.Person.n, Move: s.Move.n, Vehicle: s.Vehicle.n, Seat: s.Seat}
}

func legOf(l store.Leg) Leg {
	return Leg{l.N, string(l.From), string(l.To), string(l.State)}
}

func vehicleOf(v store.Vehicle) Vehicle {
	return Vehicle{numberOf(v.Vehicle.Vehicle), v.Plate, v.Seats, v.Seal, v.InUse}
}

func passageOf(p store.Passage) Passage {
	return Passage{p.Seq, numberOf(p.Vehicle), p.Leg, string(p.Point), p.OccurredAt, p.RecordedAt, p.Headcount, p.Identified, p.Missing}
}

// NewVehicle is a vehicle that is to travel.
type NewVehicle struct {
	Plate string `json:"plate" minLength:"1" maxLength:"50"`
	Seats int    `json:"seats" minimum:"1" maximum:"1000"`
}

// NewLeg is one stretch of the way to come. It ends at a line, a reception point or the destination.
type NewLeg struct {
	From string `json:"from" maxLength:"100"`
	To   string `json:"to" maxLength:"100"`
}

type newConvoy struct {
	Body struct {
		Wave     Number[id.Wave] `json:"wave,omitzero"`
		Mode     string          `json:"mode" enum:"land,air"`
		Legs     []NewLeg        `json:"legs" minItems:"1" maxItems:"50"`
		Vehicles []NewVehicle    `json:"vehicles" minItems:"1" maxItems:"200"`
		Escort   Escort          `json:"escort"`
	}
}

func (in *newConvoy) domain() transfer.ConvoyFormed {
	b := in.Body
	return transfer.ConvoyFormed{
		Wave: b.Wave.n, Mode: transfer.Mode(b.Mode), Escort: transfer.Escort(b.Escort),
		Legs:     each(b.Legs, func(l NewLeg) transfer.Leg { return transfer.Leg{From: place.Code(l.From), To: place.Code(l.To)} }),
		Vehicles: each(b.Vehicles, func(v NewVehicle) transfer.Vehicle { return transfer.Vehicle{Plate: v.Plate, Seats: v.Seats} }),
	}
}

// FormedConvoy tells the numbers of a convoy and of its vehicles, in the order in which they were sent.
type FormedConvoy struct {
	Convoy   Number[id.Convoy]    `json:"convoy"`
	Vehicles []Number[id.Vehicle] `json:"vehicles"`
}

func formedOf(c transfer.ConvoyFormed) FormedConvoy {
	return FormedConvoy{numberOf(c.Convoy), each(c.Vehicles, func(v transfer.Vehicle) Number[id.Vehicle] { return numberOf(v.Vehicle) })}
}
