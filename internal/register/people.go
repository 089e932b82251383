package register

import (
	"context"
	"slices"
	"strconv"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/store"
)

// Registration is one person to be registered where they are. A name, a document or nothing at all: somebody who is
// there is recorded.
type Registration struct {
	Details    person.Details  `json:"details"`
	Place      place.Code      `json:"place"`
	Grounds    custody.Grounds `json:"grounds"`
	Source     custody.Source  `json:"source"`
	Mother     string          `json:"mother,omitempty"`
	Family     string          `json:"family,omitempty"`
	Child      bool            `json:"child,omitempty"`
	Unexpected bool            `json:"unexpected,omitempty"`
	Alerts     []string        `json:"alerts,omitempty"` // codes, for example age_to_assess
	vehicle    id.Vehicle
}

// Registered tells the numbers that were issued, in the order of the registrations.
type Registered struct {
	People []id.Person `json:"people"`
}

// Register registers people and opens a booking for each: the intake of the double entry.
func (r *Register) Register(ctx context.Context, by By, people []Registration) (Registered, error) {
	return do(ctx, r, by, authz.RegisterPeople, people, func(ctx context.Context, a *act, in []Registration) (Registered, error) {
		numbers, err := a.register(ctx, in)
		return Registered{numbers}, err
	})
}

func (a *act) register(ctx context.Context, in []Registration) ([]id.Person, error) {
	custodians := map[place.Code]string{}
	for i, p := range in {
		if _, known := custodians[p.Place]; known || p.vehicle != 0 {
			continue
		}
		where, err := a.Place(ctx, p.Place)
		if err != nil {
			e := fault.As(err)
			e.Fields = append(e.Fields, fault.Field{Name: "place", Row: i + 1, Rule: "place.not_found", Value: string(p.Place)})
			return nil, e
		}
		custodians[p.Place] = where.Operator
	}
	people, err := store.Numbers[id.Person](ctx, a.Tx, id.NounPerson, len(in))
	if err != nil {
		return nil, err
	}
	bookings, err := store.Numbers[id.Booking](ctx, a.Tx, id.NounBooking, len(in))
	if err != nil {
		return nil, err
	}
	drafts := make([]custody.Draft, 0, 2*len(in))
	for i, p := range in {
		account := custody.At(p.Place)
		if p.vehicle != 0 {
			account = custody.Aboard(p.vehicle)
		}
		d := a.draft(custody.PersonRegistered{
			Details: p.Details, Account: account, Custodian: custodians[p.Place], Source: p.Source,
			Mother: p.Mother, Family: p.Family, Child: p.Child, Unexpected: p.Unexpected,
		})
		d.Person = people[i]
		drafts = append(drafts, d)
	}
	for i, p := range in {
		d := a.draft(custody.BookingOpened{Booking: bookings[i], Grounds: p.Grounds})
		d.Person = people[i]
		drafts = append(drafts, d)
	}
	for i, p := range in {
		for _, code := range p.Alerts {
			n, err := store.Number[id.Other](ctx, a.Tx, id.NounOther)
			if err != nil {
				return nil, err
			}
			d := a.draft(custody.AlertSet{Alert: n, Code: code, Open: true})
			d.Person = people[i]
			drafts = append(drafts, d)
		}
	}
	_, err = a.Append(ctx, drafts...)
	return people, err
}

// standing reads one person for a decision.
func (a *act) standing(ctx context.Context, p id.Person) (custody.Standing, error) {
	all, err := a.Standings(ctx, []id.Person{p})
	return all[p], err
}

// NewBooking is a new episode of custody of somebody who is registered.
type NewBooking struct {
	Person  id.Person       `json:"person"`
	Grounds custody.Grounds `json:"grounds"`
}

// OpenBooking opens a booking; refused while one is open, and after an escape that nobody closed.
func (r *Register) OpenBooking(ctx context.Context, by By, in NewBooking) (id.Booking, error) {
	return do(ctx, r, by, authz.DecideGrounds, in, func(ctx context.Context, a *act, in NewBooking) (id.Booking, error) {
		s, err := a.standing(ctx, in.Person)
		if err != nil {
			return 0, err
		}
		if err := s.CheckBook(); err != nil {
			return 0, err
		}
		n, err := store.Number[id.Booking](ctx, a.Tx, id.NounBooking)
		if err != nil {
			return 0, err
		}
		d := a.draft(custody.BookingOpened{Booking: n, Grounds: in.Grounds})
		d.Person = in.Person
		_, err = a.Append(ctx, d)
		return n, err
	})
}

// Amendment adds to what is said about a person.
type Amendment struct {
	Person  id.Person      `json:"person"`
	Details person.Details `json:"details"`
	Reason  string         `json:"reason"`
}

// Amend records what is now said about a person; what was said before stays on record.
func (r *Register) Amend(ctx context.Context, by By, in Amendment) (Done, error) {
	return do(ctx, r, by, authz.RegisterPeople, in, func(ctx context.Context, a *act, in Amendment) (Done, error) {
		if in.Reason == "" {
			return Done{}, missing("reason")
		}
		s, err := a.standing(ctx, in.Person)
		if err != nil {
			return Done{}, err
		}
		if err := s.CheckKnown(); err != nil {
			return Done{}, err
		}
		return a.about(ctx, in.Person, custody.PersonAmended{Details: in.Details, Reason: in.Reason})
	})
}

func missing(field string) error {
	return &fault.Error{Kind: fault.Invalid, Rule: "field.required", Message: "a field is missing", Fields: []fault.Field{{Name: field, Rule: "field.required"}}}
}

// about records one event about one person.
func (a *act) about(ctx context.Context, p id.Person, e custody.Event) (Done, error) {
	d := a.draft(e)
	d.Person = p
	return a.append(ctx, []custody.Draft{d})
}

// Merge is the decision that a record is a second one of the same person.
type Merge struct {
	Record id.Person `json:"record"` // the second record
	Into   id.Person `json:"into"`   // the record that remains
	Reason string    `json:"reason"`
}

// MergePeople merges one record into another, by a person's decision. Nothing recorded under either is lost.
func (r *Register) MergePeople(ctx context.Context, by By, in Merge) (Done, error) {
	return do(ctx, r, by, authz.DecideIdentity, in, func(ctx context.Context, a *act, in Merge) (Done, error) {
		if in.Reason == "" {
			return Done{}, missing("reason")
		}
		all, err := a.Standings(ctx, []id.Person{in.Record, in.Into})
		if err != nil {
			return Done{}, err
		}
		if err := custody.CheckMerge(all[in.Record], all[in.Into]); err != nil {
			return Done{}, err
		}
		excluded, err := a.Excluded(ctx, in.Record, in.Into)
		if err != nil {
			return Done{}, err
		}
		if excluded {
			return Done{}, fault.New(fault.Refused, "person.excluded", "it was decided before that these are two people")
		}
		if err := all[in.Record].CheckOrder(a.at); err != nil {
			return Done{}, err
		}
		return a.about(ctx, in.Record, custody.PersonMerged{Into: in.Into, From: all[in.Record].Account, Reason: in.Reason})
	})
}

// Unmerge undoes a merge.
type Unmerge struct {
	Record id.Person `json:"record"` // the second record
	From   id.Person `json:"from"`   // the record that it was merged into
	Reason string    `json:"reason"`
}

// UnmergePeople undoes a merge; the pair is never merged again.
func (r *Register) UnmergePeople(ctx context.Context, by By, in Unmerge) (Done, error) {
	return do(ctx, r, by, authz.DecideIdentity, in, func(ctx context.Context, a *act, in Unmerge) (Done, error) {
		s, err := a.standing(ctx, in.Record)
		if err != nil {
			return Done{}, err
		}
		if !s.Exists || s.MergedInto != in.From {
			return Done{}, fault.New(fault.Refused, "person.not_merged", "the record is not merged into that one")
		}
		if err := s.CheckOrder(a.at); err != nil {
			return Done{}, err
		}
		facts, err := a.Facts(ctx, in.Record)
		if err != nil {
			return Done{}, err
		}
		to := custody.Outside
		for _, f := range slices.Backward(facts) {
			if f.Type == custody.TypeMerge {
				to = f.From
				break
			}
		}
		return a.about(ctx, in.Record, custody.PersonUnmerged{From: in.From, To: to, Reason: in.Reason})
	})
}

// Alert is an alert to raise or to close.
type Alert struct {
	Person id.Person `json:"person"`
	Code   string    `json:"code"`
	Reason string    `json:"reason,omitempty"`
	Close  id.Other  `json:"close,omitempty"` // alert to close instead
}

// SetAlert raises or closes an alert: one active alert per person and code.
func (r *Register) SetAlert(ctx context.Context, by By, in Alert) (id.Other, error) {
	return do(ctx, r, by, authz.WriteRecords, in, func(ctx context.Context, a *act, in Alert) (id.Other, error) {
		s, err := a.standing(ctx, in.Person)
		if err != nil {
			return 0, err
		}
		if err := s.CheckKnown(); err != nil {
			return 0, err
		}
		if in.Close != 0 {
			alerts, err := a.Alerts(ctx, in.Person)
			if err != nil {
				return 0, err
			}
			i := slices.IndexFunc(alerts, func(x store.Alert) bool { return x.Alert == in.Close })
			switch {
			case i < 0:
				return 0, fault.New(fault.NotFound, "alert.not_found", "the person has no alert of this number")
			case alerts[i].ClosedAt != nil:
				return 0, fault.New(fault.Conflict, "alert.closed", "the alert is closed already")
			}
			_, err = a.about(ctx, in.Person, custody.AlertSet{Alert: in.Close, Code: in.Code, Reason: in.Reason})
			return in.Close, err
		}
		n, err := store.Number[id.Other](ctx, a.Tx, id.NounOther)
		if err != nil {
			return 0, err
		}
		_, err = a.about(ctx, in.Person, custody.AlertSet{Alert: n, Code: in.Code, Open: true, Reason: in.Reason})
		return n, err
	})
}

// KeepApart is a non-association to open, or to close.
type KeepApart struct {
	A      id.Person `json:"a"`
	B      id.Person `json:"b"`
	Scope  string    `json:"scope"` // cell, block, prison
	Reason string    `json:"reason"`
	Close  id.Other  `json:"close,omitempty"`
}

// SetNonAssociation keeps two people apart, or no longer: one open pair.
func (r *Register) SetNonAssociation(ctx context.Context, by By, in KeepApart) (id.Other, error) {
	return do(ctx, r, by, authz.WriteRecords, in, func(ctx context.Context, a *act, in KeepApart) (id.Other, error) {
		if !slices.Contains([]string{"cell", "block", "prison"}, in.Scope) {
			return 0, &fault.Error{
				Kind: fault.Invalid, Rule: "non_association.scope_unknown", Message: "the scope is cell, block or prison",
				Fields: []fault.Field{{Name: "scope", Rule: "non_association.scope_unknown", Value: in.Scope}},
			}
		}
		if in.A == in.B {
			return 0, fault.New(fault.Refused, "non_association.self", "nobody is kept apart from themselves")
		}
		all, err := a.Standings(ctx, []id.Person{in.A, in.B})
		if err != nil {
			return 0, err
		}
		for _, p := range []id.Person{in.A, in.B} {
			if err := all[p].CheckKnown(); err != nil {
				return 0, err
			}
		}
		n, event := in.Close, custody.NonAssociationSet{NonAssociation: in.Close, A: in.A, B: in.B, Scope: in.Scope, Reason: in.Reason}
		if n == 0 {
			if n, err = store.Number[id.Other](ctx, a.Tx, id.NounOther); err != nil {
				return 0, err
			}
			event.NonAssociation, event.Open = n, true
		} else {
			pair, err := a.NonAssociation(ctx, n)
			if err != nil {
				return 0, err
			}
			if pair.A != min(in.A, in.B) || pair.B != max(in.A, in.B) {
				return 0, fault.New(fault.NotFound, "non_association.not_found", "the two are not kept apart under this number")
			}
			if pair.ClosedAt != nil {
				return 0, fault.New(fault.Conflict, "non_association.closed", "the two are not kept apart any more")
			}
		}
		_, err = a.record(ctx, event)
		return n, err
	})
}

func number[T ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }
