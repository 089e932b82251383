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
	seen       *sight // what was found of them before the command began, nil when nobody looked
}

// Registered tells the numbers that were issued, in the order of the registrations, and for each who they may be. Nobody is turned
// away because of it: somebody who is there is recorded, and a human decides.
type Registered struct {
	People     []id.Person   `json:"people"`
	Candidates [][]Candidate `json:"candidates,omitempty"` // one list for each, as it was at this very moment; none when nobody has any
	Leads      []Lead        `json:"leads,omitempty"`      // entries of watchlists, for who may read them
}

// Register registers people and opens a booking for each: the intake of the double entry.
func (r *Register) Register(ctx context.Context, by By, people []Registration) (Registered, error) {
	if err := authz.Check(by.Actor, authz.RegisterPeople); err != nil {
		return Registered{}, err
	}
	details := make([]person.Details, len(people))
	for i, p := range people {
		details[i] = p.said()
	}
	seen, err := r.look(ctx, details)
	if err != nil {
		return Registered{}, err
	}
	people = slices.Clone(people)
	for i := range people {
		people[i].seen = seen[i]
	}
	return do(ctx, r, by, authz.RegisterPeople, people, func(ctx context.Context, a *act, in []Registration) (out Registered, err error) {
		var found []match
		if out.People, found, err = a.register(ctx, in); err != nil {
			return out, err
		}
		if out.Candidates, err = a.shown(ctx, in, seen, found); err != nil {
			return out, err
		}
		out.Leads, err = a.leads(ctx, seen, found)
		return out, err
	})
}

// said is what a registration says of a person.
func (p Registration) said() person.Details { return custody.WithMother(p.Details, p.Mother) }

// sighted looks at those that nobody looked at before.
func (a *act) sighted(ctx context.Context, in []Registration) ([]*sight, error) {
	seen := make([]*sight, len(in))
	var details []person.Details
	for i, p := range in {
		if seen[i] = p.seen; p.seen == nil {
			details = append(details, p.said())
		}
	}
	if details == nil {
		return seen, nil
	}
	now, err := a.look(ctx, details)
	for i := range seen {
		if seen[i] == nil && err == nil {
			seen[i], now = now[0], now[1:]
		}
	}
	return seen, err
}

func (a *act) register(ctx context.Context, in []Registration) ([]id.Person, []match, error) {
	custodians := map[place.Code]string{}
	for i, p := range in {
		if _, known := custodians[p.Place]; known || p.vehicle != 0 {
			continue
		}
		where, err := a.Place(ctx, p.Place)
		if err != nil {
			e := fault.As(err)
			e.Fields = append(e.Fields, fault.Field{Name: "place", Row: i + 1, Rule: "place.not_found", Value: string(p.Place)})
			return nil, nil, e
		}
		custodians[p.Place] = where.Operator
	}
	seen, err := a.sighted(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	tail, err := a.beyond(ctx, seen)
	if err != nil {
		return nil, nil, err
	}
	people, err := store.Numbers[id.Person](ctx, a.Tx, id.NounPerson, len(in))
	if err != nil {
		return nil, nil, err
	}
	bookings, err := store.Numbers[id.Booking](ctx, a.Tx, id.NounBooking, len(in))
	if err != nil {
		return nil, nil, err
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
				return nil, nil, err
			}
			d := a.draft(custody.AlertSet{Alert: n, Code: code, Open: true})
			d.Person = people[i]
			drafts = append(drafts, d)
		}
	}
	if _, err := a.Append(ctx, drafts...); err != nil {
		return nil, nil, err
	}
	found, err := a.matched(ctx, fresh{people, seen, tail, a.LastSeq()})
	return people, found, err
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

// Amend records what is now said about a person; what was said before stays on record and can be found. Who the person may be is
// looked at anew.
func (r *Register) Amend(ctx context.Context, by By, in Amendment) (Done, error) {
	if err := authz.Check(by.Actor, authz.RegisterPeople); err != nil {
		return Done{}, err
	}
	seen, err := r.look(ctx, []person.Details{in.Details})
	if err != nil {
		return Done{}, err
	}
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
		tail, err := a.beyond(ctx, seen)
		if err != nil {
			return Done{}, err
		}
		done, err := a.about(ctx, in.Person, custody.PersonAmended{Details: in.Details, Reason: in.Reason})
		if err != nil {
			return done, err
		}
		_, err = a.matched(ctx, fresh{[]id.Person{in.Person}, seen, tail, a.LastSeq()})
		return done, err
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
