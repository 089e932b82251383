// Package place holds where people can be: camps, lines, prisons with their blocks and cells, and what each can take.
package place

import (
	"slices"
	"strings"

	"amana/internal/fault"
	"amana/internal/person"
)

// Code names a place by its path: "IQ-NAS" is an establishment, "IQ-NAS/A/03" a cell in its block A.
type Code string

// Establishment is the first part of the path: the prison that a cell belongs to, or the place itself.
func (c Code) Establishment() Code {
	first, _, _ := strings.Cut(string(c), "/")
	return Code(first)
}

// Parent is the place that contains this one, empty for an establishment.
func (c Code) Parent() Code {
	if i := strings.LastIndexByte(string(c), '/'); i >= 0 {
		return c[:i]
	}
	return ""
}

// Kind is what a place is for.
type Kind string

// The kinds of places. Every place where somebody may be held is on this list of recognised places (norms R04).
const (
	Source    Kind = "source"    // camp or prison that people are moved out of
	Reception Kind = "reception" // first point in the country, by land or by air
	Line      Kind = "line"      // guarded line on the border: counts, identifies, lets pass; holds nobody
	Transit   Kind = "transit"
	Prison    Kind = "prison"
	Block     Kind = "block"
	Cell      Kind = "cell"
	Hospital  Kind = "hospital"
)

// State is whether a place is in use.
type State string

// The states of a place. A place is retired, never removed.
const (
	Draft    State = "draft"
	Active   State = "active"
	Inactive State = "inactive"
	Archived State = "archived"
)

// Age says whom a place is for, because juveniles are held apart from adults (norms R18).
type Age string

// Who a place is for; empty takes both, which only a place with separated blocks may.
const (
	Adult    Age = "adult"
	Juvenile Age = "juvenile"
)

// Legal is on what footing people are held in a place (norms R18): untried apart from convicted.
type Legal string

// The legal footings. A place for any footing houses convicted people or others, never both; an empty footing is any.
const (
	Untried      Legal = "untried"
	Convicted    Legal = "convicted"
	Repatriation Legal = "repatriation" // held until their own country takes them back
	AnyLegal     Legal = "any"
)

// MaxSecurity is the highest of the security levels, which begin at 1. A level is what a human decided (norms G1).
const MaxSecurity = 3

// Service is how a line or a reception point lets vehicles pass, or the gate of a prison receives people. Times of day are minutes
// after midnight where the place is; a window that closes before it opens is open over midnight, and one without length all day.
type Service struct {
	Lanes   int `json:"lanes"`              // vehicles that are served at the same time; of a gate: teams that receive
	Minutes int `json:"minutes,omitempty"`  // to serve one vehicle, not of a gate
	PerHour int `json:"per_hour,omitempty"` // people whom one team receives in an hour, of a gate
	Opens   int `json:"opens,omitempty"`
	Closes  int `json:"closes,omitempty"`
}

const (
	day      = 24 * 60 // minutes
	maxLanes = 1000
)

// Capacity is how many people a place can take, by the four measures in use.
type Capacity struct {
	CNA         int `json:"cna,omitempty"`         // certified normal accommodation
	Working     int `json:"working,omitempty"`     // in use now
	Maximum     int `json:"maximum,omitempty"`     // physical limit
	Operational int `json:"operational,omitempty"` // signed operational capacity of an establishment
}

// MaxCapacity bounds what a place can be said to take: more is a slip of the keyboard, and every bed of a cell is a row.
const MaxCapacity = 100_000

// Place is one recognised place of custody.
type Place struct {
	Code        Code              `json:"code"`
	Kind        Kind              `json:"kind"`
	Names       map[string]string `json:"names"` // by language: ar, ckb, en
	Province    string            `json:"province,omitempty"`
	Operator    string            `json:"operator,omitempty"` // custodian that is responsible for it
	LegalBasis  string            `json:"legal_basis,omitempty"`
	State       State             `json:"state"`
	Capacity    Capacity          `json:"capacity"`
	Sex         person.Sex        `json:"sex,omitempty"`
	Age         Age               `json:"age,omitempty"`
	Legal       Legal             `json:"legal,omitempty"`
	SecurityMax int               `json:"security_max,omitempty"` // highest level that it is built for; 0: MaxSecurity
	Medical     int               `json:"medical,omitempty"`      // beds for people who need a medical place
	Lat         float64           `json:"lat,omitempty"`          // degrees; 0, 0 when not known
	Lon         float64           `json:"lon,omitempty"`          // degrees
	Languages   []string          `json:"languages,omitempty"`    // BCP 47, spoken by the staff; empty: not known
	Service     *Service          `json:"service,omitempty"`      // of a line, a reception point or the gate of a prison
	Order       int               `json:"order,omitempty"`        // position of a line on the way, 1 to 3
	Reactivate  string            `json:"reactivate,omitempty"`   // proposed date of reactivation of an inactive place
}

// Standing is what must be known of a place's surroundings before it is changed.
type Standing struct {
	Occupied        int   // people in it and in everything under it, beds reserved included
	ParentState     State // empty for an establishment
	Cells           int   // below an establishment, in use or not
	SumOfMaxima     int   // over the active ones
	AlreadyArchived bool
	Kind            Kind // as recorded, empty for a new place
}

// Check tells what forbids the place to be as it is described, given its standing; nil when nothing does.
func (p Place) Check(s Standing) error {
	var fields []fault.Field
	bad := func(name, rule string) { fields = append(fields, fault.Field{Name: name, Rule: rule}) }
	if slices.Contains(strings.Split(string(p.Code), "/"), "") {
		bad("code", "place.code_malformed")
	}
	switch p.Kind {
	case Source, Reception, Line, Transit, Prison, Hospital:
		if p.Code.Parent() != "" {
			bad("code", "place.has_no_parent")
		}
	case Block, Cell:
		if p.Code.Parent() == "" {
			bad("code", "place.needs_parent")
		}
	default:
		bad("kind", "place.kind_unknown")
	}
	if s.Kind != "" && p.Kind != s.Kind { // else a cell that became a block would lose its limits
		bad("kind", "place.kind_fixed")
	}
	switch p.State {
	case Draft, Active, Inactive, Archived:
	default:
		bad("state", "place.state_unknown")
	}
	c := p.Capacity
	if c.CNA < 0 || c.Working < 0 || c.Maximum < 0 || c.Operational < 0 {
		bad("capacity", "place.capacity_negative")
	}
	if max(c.CNA, c.Working, c.Maximum, c.Operational) > MaxCapacity {
		bad("capacity", "place.capacity_too_large")
	}
	if c.Working > c.Maximum {
		bad("capacity.working", "place.working_over_maximum")
	}
	// A cell has just the beds that it says; of other places the measures may be left open.
	if below := func(n int) bool { return n < s.Occupied && (p.Kind == Cell || n > 0) }; below(c.Working) || below(c.Maximum) {
		bad("capacity.working", "place.capacity_below_occupancy")
	}
	if p.Kind == Prison && s.Cells > 0 && c.Operational > s.SumOfMaxima {
		bad("capacity.operational", "place.operational_over_maxima")
	}
	if p.State != Active && s.Occupied > 0 {
		bad("state", "place.deactivated_while_occupied")
	}
	if p.State == Active && s.ParentState != "" && s.ParentState != Active {
		bad("state", "place.parent_not_active")
	}
	p.checkFitness(bad)
	if s.AlreadyArchived {
		bad("state", "place.archived_is_final")
	}
	if fields == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Refused, Rule: fields[0].Rule, Message: "the place cannot be recorded as described", Fields: fields}
}

// checkFitness names what is wrong with what a plan must know of the place.
func (p Place) checkFitness(bad func(name, rule string)) {
	switch p.Legal {
	case "", Untried, Convicted, Repatriation, AnyLegal:
	default:
		bad("legal", "place.legal_unknown")
	}
	if p.SecurityMax < 0 || p.SecurityMax > MaxSecurity {
		bad("security_max", "place.security_out_of_range")
	}
	if p.Medical < 0 || (p.Kind == Cell && p.Medical > p.Capacity.Working) {
		bad("medical", "place.medical_out_of_range")
	}
	if !(p.Lat >= -90 && p.Lat <= 90) { // so that what is no number is refused, too
		bad("lat", "place.position_out_of_range")
	}
	if !(p.Lon >= -180 && p.Lon <= 180) {
		bad("lon", "place.position_out_of_range")
	}
	if slices.ContainsFunc(p.Languages, func(l string) bool { return l == "" || len(l) > 35 || strings.ContainsFunc(l, notOfTag) }) {
		bad("languages", "place.language_malformed")
	}
	if s := p.Service; s != nil {
		gate := p.Kind == Prison
		if s.Lanes < 1 || s.Lanes > maxLanes || (gate && (s.PerHour < 1 || s.PerHour > MaxCapacity)) || (!gate && (s.Minutes < 1 || s.Minutes > day)) {
			bad("service", "place.service_out_of_range")
		}
		if s.Opens < 0 || s.Closes < 0 || s.Opens > day || s.Closes > day {
			bad("service.opens", "place.window_malformed")
		}
	}
}

// notOfTag reports whether a character cannot stand in a language tag (BCP 47).
func notOfTag(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// Takes reports whether the place is for a person of this sex and age group.
func (p Place) Takes(sex person.Sex, age Age) bool {
	if p.Sex != person.SexUnknown && sex != p.Sex {
		return false
	}
	return p.Age == "" || p.Age == age
}
