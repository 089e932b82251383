// Package authz says who may do what. What it does not allow is denied.
package authz

import (
	"slices"

	"amana/internal/fault"
)

// Role is what somebody does in the operation.
type Role string

// The roles.
const (
	Registrar  Role = "registrar"
	Escort     Role = "escort"     // commander of a convoy's escort
	Line       Role = "line"       // officer at a line
	Prison     Role = "prison"     // staff of a prison
	Operations Role = "operations" // operations room
	Planner    Role = "planner"
	Overseer   Role = "overseer" // reads, and custodians cannot switch that off (norms G12)
	Admin      Role = "admin"    // places, custodians, accounts; no people
)

// Roles lists every role.
var Roles = []Role{Registrar, Escort, Line, Prison, Operations, Planner, Overseer, Admin}

// Actor is somebody who acts: an account's name, never a person's, and the role they act in.
type Actor struct {
	Name string
	Role Role
}

// Permission is one thing that can be done.
type Permission string

// The permissions.
const (
	ReadFigures    Permission = "read.figures"    // board, balance, counts: no names
	ReadPeople     Permission = "read.people"     // lists, search and files; each file read is logged
	ReadTransfers  Permission = "read.transfers"  // convoys, manifests, lines
	ReadLog        Permission = "read.log"        // entries, tiles with private parts, proofs, who searched for whom
	SearchPeople   Permission = "search.people"   // who somebody may be: candidates, pairs, the work list; each search is logged
	ReadLeads      Permission = "read.leads"      // watchlists, and who may be on them
	Import         Permission = "import"          // manifests of sources
	RegisterPeople Permission = "register.people" // register, amend, list again
	DecideIdentity Permission = "decide.identity" // merge, unmerge, different, unsure
	DecideLeads    Permission = "decide.leads"    // whether somebody is an entry of a watchlist
	LoadWatchlist  Permission = "watchlist.load"
	DecideGrounds  Permission = "decide.grounds"  // open a booking
	Allocate       Permission = "allocate"        // waves, plans to choose from, moves, beds
	WriteRecords   Permission = "write.records"   // escort record, property, alerts, keep-apart
	ReadPlans      Permission = "read.plans"      // waves, who waits, plans and why each person is where; each reading is logged
	DecideNeeds    Permission = "decide.needs"    // security level, medical place and what else a plan must know
	ApprovePlan    Permission = "plan.approve"    // put a plan in force
	FormConvoy     Permission = "convoy.form"     // convoys and manifests
	Dispatch       Permission = "convoy.dispatch" // send off, redirect, spare vehicle, close
	Pass           Permission = "passage"         // count and identify at a line
	Receive        Permission = "receive"         // take over at a gate, house, screen, count
	Handover       Permission = "handover"        // between custodians
	RecordFacts    Permission = "record.facts"    // movements and incidents that somebody saw
	Decide         Permission = "decide.dispute"  // differences and contradictions
	SetGate        Permission = "place.gate"      // lockout
	Administer     Permission = "administer"      // places, custodians
)

// granted is the whole policy.
var granted = map[Permission][]Role{
	ReadFigures:    {Registrar, Escort, Line, Prison, Operations, Planner, Overseer, Admin},
	ReadPeople:     {Registrar, Escort, Prison, Operations, Planner, Overseer},
	ReadTransfers:  {Registrar, Escort, Line, Prison, Operations, Planner, Overseer},
	ReadLog:        {Operations, Overseer},
	SearchPeople:   {Registrar, Prison, Operations, Overseer},
	ReadLeads:      {Registrar, Operations, Overseer},
	Import:         {Registrar, Operations},
	RegisterPeople: {Registrar, Prison},
	DecideIdentity: {Registrar},
	DecideLeads:    {Registrar},
	LoadWatchlist:  {Operations},
	DecideGrounds:  {Registrar},
	Allocate:       {Planner},
	ReadPlans:      {Planner, Operations, Overseer},
	DecideNeeds:    {Registrar, Prison},
	ApprovePlan:    {Planner, Operations},
	WriteRecords:   {Registrar, Escort, Prison},
	FormConvoy:     {Planner, Operations},
	Dispatch:       {Operations, Escort},
	Pass:           {Line},
	Receive:        {Prison},
	Handover:       {Escort, Prison},
	RecordFacts:    {Registrar, Escort, Line, Prison, Operations},
	Decide:         {Operations, Registrar},
	SetGate:        {Prison, Operations},
	Administer:     {Admin},
}

// Permissions lists every permission, in no order.
func Permissions() []Permission {
	all := make([]Permission, 0, len(granted))
	for p := range granted {
		all = append(all, p)
	}
	return all
}

// Check denies what the actor's role is not granted.
func Check(a Actor, p Permission) error {
	if a.Name != "" && slices.Contains(granted[p], a.Role) {
		return nil
	}
	return fault.New(fault.Denied, "denied", "the role %q may not do this (%s)", a.Role, p)
}
