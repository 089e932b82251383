package register

import (
	"context"
	"strings"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/store"
)

// Scope is what a balance sheet is about: the country when both are empty, else one establishment or one convoy.
type Scope struct {
	Place  place.Code
	Convoy id.Convoy
}

// Sheet is a balance sheet with what it is held against.
type Sheet struct {
	custody.Statement
	Scope      Scope
	Registered int  // people registered by then, counted apart; the country only
	Sound      bool // the sheet adds up, the accounts sum to nothing, and everybody registered stands in one of them
}

// Statement draws the balance sheet of a scope between two moments in the world, as the system knew it at a third.
// Zero moments mean: from the beginning, until now, as known now.
func (r *Register) Statement(ctx context.Context, a authz.Actor, scope Scope, from, to, system time.Time) (Sheet, error) {
	sheets, err := r.Statements(ctx, a, []Scope{scope}, from, to, system)
	if err != nil {
		return Sheet{}, err
	}
	return sheets[0], nil
}

// Statements draws the balance sheets of several scopes from one reading of the postings.
func (r *Register) Statements(ctx context.Context, a authz.Actor, scopes []Scope, from, to, system time.Time) ([]Sheet, error) {
	q, err := r.Reading(a, authz.ReadFigures)
	if err != nil {
		return nil, err
	}
	if !to.IsZero() && from.After(to) {
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "statement.from_after_to", Message: "the sheet ends before it begins", Fields: []fault.Field{{Name: "from", Rule: "statement.from_after_to"}}}
	}
	opening := map[custody.Account]int{}
	if !from.IsZero() {
		if opening, err = q.Balances(ctx, store.Moment{World: from, System: system}); err != nil {
			return nil, err
		}
	}
	closing, err := q.Balances(ctx, store.Moment{World: to, System: system})
	if err != nil {
		return nil, err
	}
	flows, err := q.Flows(ctx, from, to, system)
	if err != nil {
		return nil, err
	}
	registered, err := q.Registered(ctx, store.Moment{World: to, System: system})
	if err != nil {
		return nil, err
	}
	sum, standing := 0, 0
	for account, n := range closing {
		sum += n
		if account != custody.Outside {
			standing += n
		}
	}
	sheets := make([]Sheet, len(scopes))
	for i, scope := range scopes {
		in, err := r.accounts(ctx, q, scope)
		if err != nil {
			return nil, err
		}
		s := Sheet{Statement: custody.Draw(from, to, system, opening, closing, flows, in), Scope: scope, Registered: registered}
		s.Sound = s.Balanced() && sum == 0 && standing == registered
		sheets[i] = s
	}
	return sheets, nil
}

func (r *Register) accounts(ctx context.Context, q store.Queries, scope Scope) (func(custody.Account) bool, error) {
	switch {
	case scope.Place != "":
		if _, err := q.Place(ctx, scope.Place); err != nil {
			return nil, err
		}
		return func(a custody.Account) bool {
			c := a.Place()
			return c == scope.Place || strings.HasPrefix(string(c), string(scope.Place)+"/")
		}, nil
	case scope.Convoy != 0:
		vehicles, err := q.Vehicles(ctx, scope.Convoy)
		if err == nil && len(vehicles) == 0 {
			err = fault.New(fault.NotFound, "convoy.not_found", "no convoy has this number")
		}
		of := map[custody.Account]bool{}
		for _, v := range vehicles {
			of[custody.Aboard(v.Vehicle.Vehicle)] = true
		}
		return func(a custody.Account) bool { return of[a] }, err
	}
	return func(a custody.Account) bool { return a != custody.Outside }, nil
}

// File is everything the register has on one person.
type File struct {
	store.Person
	Details     person.Details
	Bookings    []store.Booking
	Alerts      []store.Alert
	Holds       []store.Hold
	Differences []store.Difference
	Timeline    []custody.Record
	Readings    []store.Reading
}

// File reads a person's file for a purpose. The reading is on record before the file is given (norms G12).
func (r *Register) File(ctx context.Context, a authz.Actor, p id.Person, purpose string, now time.Time) (File, error) {
	q, err := r.Reading(a, authz.ReadPeople)
	if err != nil {
		return File{}, err
	}
	var f File
	if f.Person, f.Details, err = q.Details(ctx, p); err != nil {
		return File{}, err
	}
	if err := r.store.Read(ctx, now, a.Name, p, purpose); err != nil {
		return File{}, err
	}
	holds, err := q.Holds(ctx, []id.Person{p})
	if err != nil {
		return File{}, err
	}
	f.Holds = holds[p]
	if f.Bookings, err = q.Bookings(ctx, p); err != nil {
		return File{}, err
	}
	if f.Alerts, err = q.Alerts(ctx, p); err != nil {
		return File{}, err
	}
	if f.Differences, err = q.Differences(ctx, store.DifferenceFilter{Person: p, Limit: 1000}); err != nil {
		return File{}, err
	}
	if f.Readings, err = q.Readings(ctx, p, 50); err != nil {
		return File{}, err
	}
	f.Timeline, err = q.Timeline(ctx, p)
	return f, err
}
