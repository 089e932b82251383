package custody

import (
	"slices"

	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
)

// MoveState is how far one person's transfer has come.
type MoveState string

// The states of a move.
const (
	MoveProposed  MoveState = "proposed"
	MoveRequested MoveState = "requested"
	MoveBooked    MoveState = "booked"
	MoveInTransit MoveState = "in_transit"
	MoveCompleted MoveState = "completed"
	MoveCancelled MoveState = "cancelled"
)

// Live reports whether a move in this state still binds its person: one live move per person.
func (s MoveState) Live() bool {
	return s == MoveProposed || s == MoveRequested || s == MoveBooked || s == MoveInTransit
}

// MoveSet describes a move whole, new or changed. The person may be filled in later, but not later than transit.
type MoveSet struct {
	Move   id.Move    `json:"move"`
	Person id.Person  `json:"person,omitempty"`
	From   place.Code `json:"from"`
	To     place.Code `json:"to"`
	Wave   id.Wave    `json:"wave,omitempty"`
	State  MoveState  `json:"state"`
	Reason string     `json:"reason,omitempty"` // why cancelled: given if and only if cancelled
}

// moveRows is the table of legal changes of a move's state.
var moveRows = map[MoveState][]MoveState{
	"":            {MoveProposed, MoveRequested, MoveBooked},
	MoveProposed:  {MoveProposed, MoveRequested, MoveBooked, MoveCancelled},
	MoveRequested: {MoveRequested, MoveBooked, MoveCancelled},
	MoveBooked:    {MoveBooked, MoveInTransit, MoveCancelled},
	MoveInTransit: {MoveInTransit, MoveCompleted, MoveCancelled}, // itself: redirected on the way
}

// Check tells what forbids a move to change from was (zero when new) to m.
func (m MoveSet) Check(was MoveSet) error {
	ref := func(e *fault.Error) error { return e.With("move", id.Format(m.Move)) }
	if m.From == m.To {
		return ref(fault.New(fault.Refused, "move.from_equals_to", "a move leads from one place to another"))
	}
	if !slices.Contains(moveRows[was.State], m.State) {
		return ref(fault.New(fault.Refused, "move.transition_illegal", "a move that is %s does not become %s", was.State, m.State))
	}
	if (m.State == MoveInTransit || m.State == MoveCompleted) && m.Person == 0 {
		return ref(fault.New(fault.Refused, "move.person_missing", "a move in transit has a person"))
	}
	if (m.State == MoveCancelled) != (m.Reason != "") {
		return ref(fault.New(fault.Refused, "move.reason_iff_cancelled", "a reason is given if and only if the move is cancelled"))
	}
	if was.Person != 0 && m.Person != was.Person {
		return ref(fault.New(fault.Refused, "move.person_fixed", "a move keeps its person; cancel it and book another"))
	}
	return nil
}
