package register

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/plancheck"
	"amana/internal/planning"
	"amana/internal/schedule"
	"amana/internal/store"
	"amana/internal/transfer"
)

// NewPlan asks for a plan of a wave: who goes to which bed, and on which convoy. Whatever was changed by hand stands in it.
type NewPlan struct {
	Wave   id.Wave          `json:"wave"`
	Policy *planning.Policy `json:"policy,omitempty"` // nil: that of the operation, with the sources of the wave where the register has them
	Pins   []Pin            `json:"pins,omitempty"`
	Closed []place.Code     `json:"closed,omitempty"` // places, with all that lies under them, and points of routes that are not to be used
	Broken []Broken         `json:"broken,omitempty"` // vehicles that are not to be used, beside those that the register has as broken
	Budget time.Duration    `json:"budget,omitempty"` // at most, on the clock; 0: as many steps as the size of the wave asks, always the same
	Start  time.Time        `json:"start"`            // midnight of the first day on which convoys leave, in the zone of the places
	Days   int              `json:"days"`             // in which they arrive; 0: 7
}

// Pin is a cell that a human chose for somebody, and why.
type Pin struct {
	Person id.Person  `json:"person"`
	Cell   place.Code `json:"cell"`
	Reason string     `json:"reason"`
}

// Broken is a vehicle of a route's fleet that cannot be used.
type Broken struct {
	Route   string `json:"route"`
	Vehicle int    `json:"vehicle"` // its number in the fleet
}

// Plan is a plan of a wave: a draft, or the one that was approved.
type Plan struct {
	store.PlanHead
	Document
}

// Document is what a plan says. It is kept as it was made; its digest stands in the log when it is approved.
type Document struct {
	Follows    id.Plan               `json:"follows,omitempty"` // the plan in force that it changes
	Asked      NewPlan               `json:"asked"`
	Policy     planning.Policy       `json:"policy"`   // by which it was made
	Places     []Placed              `json:"places"`   // who has a place, by number
	Unplaced   []Unplaced            `json:"unplaced"` // who has none, by number
	Held       []Held                `json:"held"`     // who is not in the wave
	Conflicts  []Collision           `json:"conflicts"`
	Violations []plancheck.Violation `json:"violations,omitempty"` // what the independent checker found: such a plan is not approved
	Cells      []place.Code          `json:"cells"`                // that were planned, in the order of the proof
	Proof      planning.Proof        `json:"proof"`
	Least      int                   `json:"least"`               // no plan changes fewer people
	Table      *schedule.Timetable   `json:"timetable,omitempty"` // positions in it count Riders; not in the view of an overseer (norms G14)
	Riders     []schedule.Passenger  `json:"riders,omitempty"`    // who needs a seat; ID is the number of the person, and who no longer travels has no prison
	Question   string                `json:"question"`            // SHA-256 of the problem, hex
}

// Placed is somebody's place.
type Placed struct {
	Person id.Person  `json:"person"`
	Source place.Code `json:"source"`
	Cell   place.Code `json:"cell"`
	Bed    int        `json:"bed"`
	Was    place.Code `json:"was,omitempty"`    // the cell in the plan in force, empty when none
	Move   id.Move    `json:"move,omitempty"`   // of the plan in force
	Convoy int        `json:"convoy,omitempty"` // number in the timetable, 0 when no seat was found; not in the view of an overseer
}

// Unplaced is somebody who stays where they are.
type Unplaced struct {
	Person   id.Person  `json:"person"`
	Source   place.Code `json:"source"`
	Was      place.Code `json:"was,omitempty"`
	Move     id.Move    `json:"move,omitempty"`
	Conflict int        `json:"conflict"` // position in Conflicts that says why, -1 when none does
}

// Collision is why people have no place: rules, people and places that cannot all have their way.
type Collision struct {
	Rules  []planning.Rule `json:"rules"`
	People []id.Person     `json:"people"` // who compete
	Left   []id.Person     `json:"left"`   // who have no place
	Places []place.Code    `json:"places"` // for which they compete; empty when none takes them
	Room   int             `json:"room"`   // how many of them fit
}

// Approval puts a draft in force.
type Approval struct {
	Plan id.Plan `json:"plan"`
	Note string  `json:"note,omitempty"`
}

// Approved tells what was booked.
type Approved struct {
	Plan     id.Plan     `json:"plan"`
	Moves    int         `json:"moves"`    // booked
	Kept     int         `json:"kept"`     // moves of the plan before that stand as they were
	Changed  int         `json:"changed"`  // that lead elsewhere now, or to another bed
	Canceled int         `json:"canceled"` // that are not made
	Convoys  []id.Convoy `json:"convoys"`  // formed
	Reissued []id.Convoy `json:"reissued"` // of the plan before, with a manifest that changed
	Closed   []id.Convoy `json:"closed"`   // of the plan before, that do not leave
	Seq      int64       `json:"seq"`
}

// Problem is what a plan was asked, to explain it with.
type Problem struct {
	Problem planning.Problem `json:"problem"`
	Plan    planning.Plan    `json:"plan"`    // the answer, by position
	Filed   Plan             `json:"-"`       // the plan as it was filed, as far as the reader may see it
	Planned int              `json:"planned"` // people of the problem that were planned; those after them have their place already
}

// FindBeds asks for beds for people who are under way or at a gate.
type FindBeds struct {
	People   []id.Person  `json:"people"`
	Prisons  []place.Code `json:"prisons,omitempty"`  // empty: all whose gates are open
	Together bool         `json:"together,omitempty"` // all in one prison
}

// Beds tells the beds that were found, which are not reserved by it, and who has none.
type Beds struct {
	Placements []Placement `json:"placements"`
	Left       []LeftOver  `json:"left"`
}

// LeftOver is somebody without a bed, and the rules that are in the way.
type LeftOver struct {
	Person id.Person       `json:"person"`
	Rules  []planning.Rule `json:"rules"`
}

// Plan reads a plan. The reading is on record before it is given; an overseer sees no timetable (norms G12, G14).
func (r *Register) Plan(ctx context.Context, a authz.Actor, plan id.Plan, now time.Time) (Plan, error) {
	q, err := r.Reading(a, authz.ReadPlans)
	if err != nil {
		return Plan{}, err
	}
	p, err := r.plan(ctx, plan)
	if err != nil {
		return Plan{}, err
	}
	p = p.seenBy(a)
	return p, q.Searched(ctx, now, a.Name, "plan "+number(plan), p.names())
}

// names is how many people a reader of the plan gets to know of.
func (p Plan) names() int { return len(p.Places) + len(p.Unplaced) + len(p.Held) }

// seenBy is the plan as far as the reader may see it.
func (p Plan) seenBy(a authz.Actor) Plan {
	if a.Role == authz.Overseer {
		p.PlanHead, p.Document = overseen(p.PlanHead), p.overseen()
	}
	return p
}

func (r *Register) plan(ctx context.Context, n id.Plan) (p Plan, err error) {
	head, document, _, err := r.store.Plan(ctx, n)
	if err != nil {
		return p, err
	}
	return filed(head, document)
}

func filed(head store.PlanHead, document []byte) (p Plan, err error) {
	p.PlanHead = head
	if err := json.Unmarshal(document, &p.Document); err != nil {
		return p, fmt.Errorf("reading plan %d: %w", head.Plan, err)
	}
	return p, nil
}

// overseen is the view of whoever watches and does not act: nothing tells when, how and how strong a convoy goes (norms G14).
func (d Document) overseen() Document {
	d.Table, d.Riders = nil, nil
	d.Asked.Start, d.Asked.Days, d.Asked.Broken = time.Time{}, 0, nil
	d.Places = slices.Clone(d.Places)
	for i := range d.Places {
		d.Places[i].Convoy = 0
	}
	return d
}

func overseen(h store.PlanHead) store.PlanHead {
	h.Figures.Convoys, h.Figures.Vehicles = 0, 0
	return h
}

// Plans lists the plans of a wave, the newest first, without their documents.
func (r *Register) Plans(ctx context.Context, a authz.Actor, wave id.Wave) ([]store.PlanHead, error) {
	q, err := r.Reading(a, authz.ReadPlans)
	if err != nil {
		return nil, err
	}
	if _, err := q.Wave(ctx, wave); err != nil {
		return nil, err
	}
	all, err := q.Plans(ctx, wave)
	for i := range all {
		if a.Role == authz.Overseer {
			all[i] = overseen(all[i])
		}
	}
	return all, err
}

// Waves lists the waves, the newest first, from the one before the given; 0 begins with the newest.
func (r *Register) Waves(ctx context.Context, a authz.Actor, before id.Wave, limit int) ([]transfer.WaveFormed, error) {
	q, err := r.Reading(a, authz.ReadPlans)
	if err != nil {
		return nil, err
	}
	return q.Waves(ctx, before, min(max(limit, 1), 1000))
}

// Question reads a plan with what it was asked, and its answer by position, for whoever explains it: explain.Reason, explain.Elsewhere. The ID of its people is
// their number; those from Planned on have their place already and only matter to others. The reading is on record.
func (r *Register) Question(ctx context.Context, a authz.Actor, plan id.Plan, now time.Time) (Problem, error) {
	q, err := r.Reading(a, authz.ReadPlans)
	if err != nil {
		return Problem{}, err
	}
	head, document, question, err := q.Plan(ctx, plan)
	if err != nil {
		return Problem{}, err
	}
	var p Problem
	if p.Filed, err = filed(head, document); err != nil {
		return p, err
	}
	p.Filed = p.Filed.seenBy(a)
	if err := json.Unmarshal(question, &p); err != nil {
		return p, fmt.Errorf("reading what plan %d was asked: %w", plan, err)
	}
	return p, q.Searched(ctx, now, a.Name, "plan "+number(plan), p.Filed.names())
}

// DiscardPlan throws a draft away; it stays on record as discarded.
func (r *Register) DiscardPlan(ctx context.Context, by By, in id.Plan) (Done, error) {
	return do(ctx, r, by, authz.Allocate, in, func(ctx context.Context, a *act, in id.Plan) (Done, error) {
		head, _, _, err := a.Tx.Plan(ctx, in)
		if err != nil {
			return Done{}, err
		}
		if err := isDraft(head); err != nil {
			return Done{}, err
		}
		return Done{Seq: a.LastSeq()}, a.SetPlanState(ctx, in, store.PlanDiscarded)
	})
}

// isDraft refuses what was decided on already.
func isDraft(h store.PlanHead) error {
	switch h.State {
	case store.PlanApproved:
		return fault.New(fault.Conflict, "plan.approved", "the plan was approved already").With("plan", number(h.Plan))
	case store.PlanSuperseded:
		return fault.New(fault.Conflict, "plan.superseded", "another plan of this wave was made since").With("plan", number(h.Plan))
	case store.PlanDiscarded:
		return fault.New(fault.Conflict, "plan.discarded", "the plan was thrown away").With("plan", number(h.Plan))
	}
	return nil
}
