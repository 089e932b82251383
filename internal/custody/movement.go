package custody

import (
	"slices"

	"amana/internal/fault"
)

// MovementType is why a person's account changes.
type MovementType string

// The movement types.
const (
	TypeIntake     MovementType = "intake"      // first seen: registered at the source, or unexpected at a gate
	TypeBoarding   MovementType = "boarding"    // place to vehicle, a handover
	TypeReception  MovementType = "reception"   // vehicle to place, a handover
	TypeHousing    MovementType = "housing"     // within an establishment, to a cell
	TypeTransfer   MovementType = "transfer"    // vehicle to vehicle, after a breakdown
	TypeFound      MovementType = "found"       // seen somewhere else than the book says
	TypeDiversion  MovementType = "diversion"   // to a hospital
	TypeDischarge  MovementType = "discharge"   // back from a hospital
	TypeDeath      MovementType = "death"       // exit
	TypeEscape     MovementType = "escape"      // exit, unlawful
	TypeRecapture  MovementType = "recapture"   // back from an escape
	TypeRelease    MovementType = "release"     // exit
	TypeRepatriate MovementType = "repatriated" // exit, by handover to a state
	TypeMerge      MovementType = "merge"       // correction: the record was a second one of the same person
	TypeUnmerge    MovementType = "unmerge"     // the correction undone
)

// movementRows is the table of legal movements: which class of account each type leads from and to.
// A fact that does not fit is recorded all the same and raised; a decision that does not fit is refused.
var movementRows = map[MovementType]struct {
	from, to []Class
	exit     Account // the only exit this type may lead to
}{
	TypeIntake:     {from: []Class{Intake}, to: []Class{InCustody, InTransit}},
	TypeBoarding:   {from: []Class{InCustody}, to: []Class{InTransit}},
	TypeReception:  {from: []Class{InTransit}, to: []Class{InCustody}},
	TypeHousing:    {from: []Class{InCustody}, to: []Class{InCustody}},
	TypeTransfer:   {from: []Class{InTransit}, to: []Class{InTransit}},
	TypeFound:      {from: []Class{InCustody, InTransit, Exit}, to: []Class{InCustody, InTransit}},
	TypeDiversion:  {from: []Class{InCustody, InTransit}, to: []Class{InCustody}},
	TypeDischarge:  {from: []Class{InCustody}, to: []Class{InCustody, InTransit}},
	TypeDeath:      {from: []Class{InCustody, InTransit}, to: []Class{Exit}, exit: Died},
	TypeEscape:     {from: []Class{InCustody, InTransit}, to: []Class{Exit}, exit: Escaped},
	TypeRecapture:  {from: []Class{Exit}, to: []Class{InCustody, InTransit}},
	TypeRelease:    {from: []Class{InCustody}, to: []Class{Exit}, exit: Released},
	TypeRepatriate: {from: []Class{InCustody}, to: []Class{Exit}, exit: Repatriate},
	TypeMerge:      {from: []Class{InCustody, InTransit}, to: []Class{Intake}},
	TypeUnmerge:    {from: []Class{Intake}, to: []Class{InCustody, InTransit}},
}

// Fits reports whether a movement of this type leads from one account to the other.
func Fits(t MovementType, from, to Account) bool {
	row := movementRows[t]
	return slices.Contains(row.from, from.Class()) && slices.Contains(row.to, to.Class()) && (row.exit == "" || to == row.exit)
}

// CheckMovement tells whether a movement of this type may lead from one account to the other.
func CheckMovement(t MovementType, from, to Account) error {
	if _, ok := movementRows[t]; !ok {
		return fault.New(fault.Invalid, "movement.type_unknown", "there is no movement type %q", t)
	}
	if from == to {
		return fault.New(fault.Refused, "movement.from_equals_to", "a movement leads from one account to another, not from %s to itself", from)
	}
	if !Fits(t, from, to) {
		return fault.New(fault.Refused, "movement.illegal", "a %s does not lead from %s to %s", t, from, to)
	}
	return nil
}

// CheckArrival tells whether a movement of this type may lead to the account, wherever the person was before: all that can
// be asked of a fact.
func CheckArrival(t MovementType, to Account) error {
	row, ok := movementRows[t]
	if !ok {
		return fault.New(fault.Invalid, "movement.type_unknown", "there is no movement type %q", t)
	}
	if !slices.Contains(row.to, to.Class()) || (row.exit != "" && to != row.exit) {
		return fault.New(fault.Refused, "movement.illegal", "a %s does not lead to %s", t, to)
	}
	return nil
}

// MovementTypes lists every type, in no order.
func MovementTypes() []MovementType {
	all := make([]MovementType, 0, len(movementRows))
	for t := range movementRows {
		all = append(all, t)
	}
	return all
}
