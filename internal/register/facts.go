package register

import (
	"context"
	"slices"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/store"
)

// Fact is a movement that somebody saw or carried out.
type Fact struct {
	Person    id.Person            `json:"person"`
	Type      custody.MovementType `json:"type"`
	From      custody.Account      `json:"from,omitempty"` // as the one who records it believes; empty when unknown
	To        custody.Account      `json:"to"`
	Custodian string               `json:"custodian,omitempty"`
	Convoy    id.Convoy            `json:"convoy,omitempty"`
	Reason    string               `json:"reason,omitempty"`
	Incident  custody.IncidentType `json:"incident,omitempty"` // also report this incident
}

// RecordFacts records movements. A fact is refused only when it names no person, type or account that exists; that it
// contradicts another fact is shown, and decided later.
func (r *Register) RecordFacts(ctx context.Context, by By, in []Fact) (Done, error) {
	return do(ctx, r, by, authz.RecordFacts, in, func(ctx context.Context, a *act, in []Fact) (Done, error) {
		people := make([]id.Person, len(in))
		for i, f := range in {
			people[i] = f.Person
		}
		people, err := a.remaining(ctx, people)
		if err != nil {
			return Done{}, err
		}
		var drafts []custody.Draft
		for i, f := range in {
			f.Person = people[i]
			if len(in) > 1 && (f.Type == custody.TypeRelease || f.Type == custody.TypeRepatriate) {
				return Done{}, &fault.Error{
					Kind: fault.Refused, Rule: "movement.one_at_a_time", Message: "a release or a return is recorded for one person at a time (norms G5)",
					Fields: []fault.Field{{Name: "facts", Row: i + 1, Rule: "movement.one_at_a_time"}},
				}
			}
			if err := a.plausible(ctx, f); err != nil {
				e := fault.As(err)
				e.Fields = append(e.Fields, fault.Field{Name: "facts", Row: i + 1, Rule: e.Rule})
				return Done{}, e
			}
			if f.Incident != "" {
				n, err := store.Number[id.Incident](ctx, a.Tx, id.NounIncident)
				if err != nil {
					return Done{}, err
				}
				d := a.draft(custody.Incident{Incident: n, Type: f.Incident, Convoy: f.Convoy, Place: f.To.Place(), Text: f.Reason})
				d.Person = f.Person
				drafts = append(drafts, d)
			}
			d := a.draft(custody.Movement{Type: f.Type, From: f.From, To: f.To, Custodian: f.Custodian, Convoy: f.Convoy, Reason: f.Reason})
			d.Person = f.Person
			drafts = append(drafts, d)
		}
		return a.append(ctx, drafts)
	})
}

// plausible refuses what cannot be a fact at all: an account that does not exist, or a movement type that never leads
// there. Where the person was before is for the fold to judge.
func (a *act) plausible(ctx context.Context, f Fact) error {
	if slices.Contains([]custody.MovementType{custody.TypeMerge, custody.TypeUnmerge, custody.TypeIntake}, f.Type) {
		return fault.New(fault.Invalid, "movement.not_a_fact", "a %s has a command of its own", f.Type)
	}
	if err := a.exists(ctx, f.To); err != nil {
		return err
	}
	return custody.CheckArrival(f.Type, f.To)
}

// exists refuses an account that nobody can be in.
func (a *act) exists(ctx context.Context, c custody.Account) error {
	switch c.Class() {
	case custody.InCustody:
		_, err := a.Place(ctx, c.Place())
		return err
	case custody.InTransit:
		if id.NounOf(int64(c.Vehicle())) != id.NounVehicle {
			return fault.New(fault.Invalid, "account.unknown", "%s is not the account of a vehicle", c)
		}
	case custody.Exit:
	default:
		return fault.New(fault.Invalid, "account.unknown", "%q is not an account that somebody can be in", c)
	}
	return nil
}

// House gives people the beds of cells: from reception, or from another cell of the same establishment.
func (r *Register) House(ctx context.Context, by By, in []Placement) (Done, error) {
	return do(ctx, r, by, authz.Receive, in, func(ctx context.Context, a *act, in []Placement) (Done, error) {
		people := make([]id.Person, len(in))
		for i, p := range in {
			people[i] = p.Person
		}
		standings, err := a.Standings(ctx, people)
		if err != nil {
			return Done{}, err
		}
		drafts, usable := make([]custody.Draft, len(in)), map[place.Code]bool{}
		for i, p := range in {
			s, to := standings[p.Person], custody.At(p.Cell)
			if err := s.CheckKnown(); err != nil {
				return Done{}, err
			}
			if !usable[p.Cell] {
				if err := a.usable(ctx, p.Cell, false); err != nil {
					return Done{}, err
				}
				usable[p.Cell] = true
			}
			if p.Bed < 1 {
				return Done{}, fault.New(fault.Refused, "bed.no_such_bed", "the cell has no bed %d", p.Bed).With("person", number(p.Person))
			}
			if err := s.CheckOrder(a.at); err != nil {
				return Done{}, err
			}
			if err := custody.CheckMovement(custody.TypeHousing, s.Account, to); err != nil {
				return Done{}, err
			}
			if s.Account.Place().Establishment() != p.Cell.Establishment() {
				return Done{}, fault.New(fault.Refused, "housing.elsewhere", "the person is at %s", s.Account.Place()).With("person", number(p.Person))
			}
			drafts[i] = a.draft(custody.Movement{Type: custody.TypeHousing, From: s.Account, To: to, Bed: p.Bed})
			drafts[i].Person = p.Person
		}
		return a.append(ctx, drafts)
	})
}

// Screening is the medical examination of one person on reception.
type Screening struct {
	Person   id.Person `json:"person"`
	Fit      bool      `json:"fit_to_travel"`
	Injuries bool      `json:"injuries,omitempty"`
	Sealed   string    `json:"sealed,omitempty"`
}

// Screen records medical examinations at a place.
func (r *Register) Screen(ctx context.Context, by By, at place.Code, in []Screening) (Done, error) {
	return do(ctx, r, by, authz.Receive, in, func(ctx context.Context, a *act, in []Screening) (Done, error) {
		drafts, people := make([]custody.Draft, len(in)), make([]id.Person, len(in))
		for i, s := range in {
			people[i] = s.Person
			drafts[i] = a.draft(custody.MedicalScreening{Place: at, FitToTravel: s.Fit, Injuries: s.Injuries, Sealed: s.Sealed})
			drafts[i].Person = s.Person
		}
		if err := a.allRegistered(ctx, people); err != nil {
			return Done{}, err
		}
		return a.append(ctx, drafts)
	})
}

// Count is a physical count of a place: how many, and who.
type Count struct {
	Place   place.Code  `json:"place"`
	Counted int         `json:"counted"`
	Present []id.Person `json:"present"`
}

// Headcount records a count; what differs from the roll is shown at once.
func (r *Register) Headcount(ctx context.Context, by By, in Count) (Done, error) {
	return do(ctx, r, by, authz.Receive, in, func(ctx context.Context, a *act, in Count) (Done, error) {
		if _, err := a.Place(ctx, in.Place); err != nil {
			return Done{}, err
		}
		present, err := a.remaining(ctx, in.Present)
		if err != nil {
			return Done{}, err
		}
		in.Present = present
		root, salt, err := commit(in.Present)
		if err != nil {
			return Done{}, err
		}
		return a.record(ctx, custody.Headcount{Place: in.Place, Counted: in.Counted, Present: in.Present, Root: root, Salt: salt})
	})
}

// Report is an incident to report, or to add to.
type Report struct {
	Incident id.Incident          `json:"incident,omitempty"` // to add to
	Type     custody.IncidentType `json:"type,omitempty"`
	Person   id.Person            `json:"person,omitempty"`
	Convoy   id.Convoy            `json:"convoy,omitempty"`
	Place    place.Code           `json:"place,omitempty"`
	Text     string               `json:"text"`
}

// ReportIncident records an incident, or adds to one; the first report stays as it was.
func (r *Register) ReportIncident(ctx context.Context, by By, in Report) (id.Incident, error) {
	return do(ctx, r, by, authz.RecordFacts, in, func(ctx context.Context, a *act, in Report) (id.Incident, error) {
		if in.Incident != 0 {
			_, err := a.record(ctx, custody.IncidentAmended{Incident: in.Incident, Text: in.Text})
			return in.Incident, err
		}
		if !slices.Contains(custody.IncidentTypes, in.Type) {
			return 0, &fault.Error{
				Kind: fault.Invalid, Rule: "incident.type_unknown", Message: "there is no such type of incident",
				Fields: []fault.Field{{Name: "type", Rule: "incident.type_unknown", Value: string(in.Type)}},
			}
		}
		n, err := store.Number[id.Incident](ctx, a.Tx, id.NounIncident)
		if err != nil {
			return 0, err
		}
		d := a.draft(custody.Incident{Incident: n, Type: in.Type, Convoy: in.Convoy, Place: in.Place, Text: in.Text})
		d.Person = in.Person
		_, err = a.append(ctx, []custody.Draft{d})
		return n, err
	})
}

// Bag is property of a person: new, passed to another holder, or returned.
type Bag struct {
	Property id.Property `json:"property,omitempty"`
	Person   id.Person   `json:"person"`
	Seal     string      `json:"seal"`
	Items    string      `json:"items"`
	Holder   string      `json:"holder"`
	Returned bool        `json:"returned,omitempty"`
}

// RecordProperty records property as it is taken, passed on or returned.
func (r *Register) RecordProperty(ctx context.Context, by By, in Bag) (id.Property, error) {
	return do(ctx, r, by, authz.WriteRecords, in, func(ctx context.Context, a *act, in Bag) (n id.Property, err error) {
		if err := a.allRegistered(ctx, []id.Person{in.Person}); err != nil {
			return 0, err
		}
		if n = in.Property; n == 0 {
			if n, err = store.Number[id.Property](ctx, a.Tx, id.NounProperty); err != nil {
				return 0, err
			}
		}
		_, err = a.about(ctx, in.Person, custody.Property{Property: n, Seal: in.Seal, Items: in.Items, Holder: in.Holder, Returned: in.Returned})
		return n, err
	})
}

// Note is an observation on the way: welfare, food, a comfort break.
type Note struct {
	Person   id.Person `json:"person,omitempty"`
	Convoy   id.Convoy `json:"convoy,omitempty"`
	Type     string    `json:"type"`
	Accepted *bool     `json:"accepted,omitempty"`
	Text     string    `json:"text,omitempty"`
}

// Observe records observations that move nobody.
func (r *Register) Observe(ctx context.Context, by By, in []Note) (Done, error) {
	return do(ctx, r, by, authz.RecordFacts, in, func(ctx context.Context, a *act, in []Note) (Done, error) {
		drafts := make([]custody.Draft, len(in))
		for i, n := range in {
			drafts[i] = a.draft(custody.Observation{Type: n.Type, Convoy: n.Convoy, Accepted: n.Accepted, Text: n.Text})
			drafts[i].Person = n.Person
		}
		return a.append(ctx, drafts)
	})
}

// Dispute decides that one movement of a person does not stand.
type Dispute struct {
	Person id.Person `json:"person"`
	Entry  int64     `json:"entry"`
	Reason string    `json:"reason"`
}

// SetAside decides a contradiction: the movement stays on record and no longer counts.
func (r *Register) SetAside(ctx context.Context, by By, in Dispute) (Done, error) {
	return do(ctx, r, by, authz.Decide, in, func(ctx context.Context, a *act, in Dispute) (Done, error) {
		if in.Reason == "" {
			return Done{}, missing("reason")
		}
		facts, err := a.Facts(ctx, in.Person)
		if err != nil {
			return Done{}, err
		}
		i := slices.IndexFunc(facts, func(f custody.Fact) bool { return f.Seq == in.Entry })
		switch {
		case i < 0:
			return Done{}, fault.New(fault.NotFound, "entry.not_a_movement", "entry %d is no movement of this person", in.Entry)
		case facts[i].SetAside:
			return Done{}, fault.New(fault.Conflict, "entry.set_aside", "entry %d was set aside already", in.Entry)
		case facts[i].Type == custody.TypeIntake:
			return Done{}, fault.New(fault.Refused, "entry.intake_stands", "an intake is not set aside: nobody is made to disappear; merge the record instead (norms G3)")
		case facts[i].Type == custody.TypeMerge || facts[i].Type == custody.TypeUnmerge:
			return Done{}, fault.New(fault.Refused, "entry.identity_stands", "a decision about identity is not set aside: undo the merge, or merge again")
		}
		return a.about(ctx, in.Person, custody.FactSetAside{Entry: in.Entry, Reason: in.Reason})
	})
}

// Decision closes a difference with what was found out.
type Decision struct {
	Difference int64  `json:"difference"`
	Resolution string `json:"resolution"`
}

// DecideDifference closes a difference; it stays on record with its people and entries.
func (r *Register) DecideDifference(ctx context.Context, by By, in Decision) (Done, error) {
	return do(ctx, r, by, authz.Decide, in, func(ctx context.Context, a *act, in Decision) (Done, error) {
		if in.Resolution == "" {
			return Done{}, missing("resolution")
		}
		found, err := a.Differences(ctx, store.DifferenceFilter{After: in.Difference - 1, Limit: 1})
		if err != nil {
			return Done{}, err
		}
		if len(found) == 0 || found[0].Difference != in.Difference {
			return Done{}, fault.New(fault.NotFound, "difference.not_found", "no difference has this number")
		}
		if found[0].ClosedAt != nil {
			return Done{}, fault.New(fault.Conflict, "difference.closed", "the difference is closed already")
		}
		return a.record(ctx, custody.DifferenceDecided{Difference: in.Difference, Resolution: in.Resolution})
	})
}
