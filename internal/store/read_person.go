package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
)

// Standings reads what decisions about these people must know. People who are not registered come back with Exists false.
func (q Queries) Standings(ctx context.Context, people []id.Person) (map[id.Person]custody.Standing, error) {
	found := make(map[id.Person]custody.Standing, len(people))
	for _, p := range people {
		found[p] = custody.Standing{Person: p}
	}
	err := inSets(people, func(in string, args []any) error {
		return q.each(ctx, `SELECT p.person, p.account, p.custodian, COALESCE(p.merged_into, 0), p.cluster, COALESCE(b.booking, 0), COALESCE(m.move, 0), p.last_at
			FROM person p LEFT JOIN booking b ON b.person = p.person AND b.closed_at IS NULL
			LEFT JOIN move m ON m.person = p.person AND m.state IN ('proposed', 'requested', 'booked', 'in_transit')
			WHERE p.person IN `+in, args, func(scan func(...any) error) error {
			s := custody.Standing{Exists: true}
			var at int64
			if err := scan(&s.Person, &s.Account, &s.Custodian, &s.MergedInto, &s.Remains, &s.Booking, &s.Move, &at); err != nil {
				return err
			}
			s.LastAt = moment(at)
			found[s.Person] = s
			return nil
		})
	})
	return found, err
}

// Person is one person as lists show them.
type Person struct {
	Person                   id.Person
	Name, Latin              string
	Sex                      person.Sex
	Born                     string // EDTF
	Nationality              string // ISO 3166-1 alpha-3, empty while no claim maps to one
	Document, Mother, Family string
	Child                    bool
	Account                  custody.Account
	Custodian                string
	MergedInto               id.Person // the record that this one was merged into, 0 when none
	Remains                  id.Person // the record that remains of all that are this person
	RegisteredSeq            int64
	LastAt                   time.Time
}

const personColumns = `person.person, person.name, person.name_latin, person.sex, person.born, person.nationality, person.document, person.mother, person.family,
	person.child, person.account, person.custodian, COALESCE(person.merged_into, 0), person.cluster, person.registered_seq, person.last_at`

func scanPerson(scan func(...any) error) (p Person, err error) {
	var child, at int64
	err = scan(&p.Person, &p.Name, &p.Latin, &p.Sex, &p.Born, &p.Nationality, &p.Document, &p.Mother, &p.Family, &child, &p.Account, &p.Custodian, &p.MergedInto, &p.Remains, &p.RegisteredSeq, &at)
	p.Child, p.LastAt = child != 0, moment(at)
	return p, err
}

// PeopleFilter says which people a list shows. Empty fields do not narrow it.
type PeopleFilter struct {
	Text        string // name in any spelling that folds alike, number or document
	Account     custody.Account
	Place       string // establishment: everybody in it
	Class       custody.Class
	Nationality string
	Unresolved  bool // only those none of whose claims maps to a country
	After       id.Person
	Limit       int
	People      []id.Person // only these
}

// People lists registered people by number; records merged into another are left out unless they are asked for by number.
func (q Queries) People(ctx context.Context, f PeopleFilter) ([]Person, error) {
	where, args := []string{"person.person > ?"}, []any{int64(f.After)}
	and := func(cond string, vals ...any) { where, args = append(where, cond), append(args, vals...) }
	text := strings.TrimSpace(f.Text)
	digits := id.Fold(text)
	if n, err := id.Parse[id.Person](id.NounPerson, digits); err == nil {
		and("person.person = ?", int64(n))
	} else {
		and("person.merged_into IS NULL")
		if text != "" {
			// Each word of the search must begin or stand in a name; % and _ fold away.
			words := strings.Fields(person.Fold(text))
			if len(words) == 0 {
				return nil, nil
			}
			conds, vals := []string{}, []any{}
			for _, w := range words {
				conds, vals = append(conds, "person.folded LIKE ?"), append(vals, "%"+w+"%")
			}
			and("(("+strings.Join(conds, " AND ")+") OR person.document = ?)", append(vals, text)...)
		}
	}
	if f.Account != "" {
		and("person.account = ?", string(f.Account))
	}
	if f.Place != "" {
		and("person.account IN (SELECT 'place:' || code FROM place WHERE establishment = ?)", f.Place)
	}
	switch f.Class {
	case custody.InCustody:
		and("person.account LIKE 'place:%'")
	case custody.InTransit:
		and("person.account LIKE 'vehicle:%'")
	case custody.Exit:
		and("person.account LIKE 'exit:%'")
	}
	if f.Nationality != "" {
		and("person.nationality = ?", f.Nationality)
	}
	if f.Unresolved {
		and("person.nationality = ''")
	}
	query := `SELECT ` + personColumns + ` FROM person WHERE `
	if f.People == nil {
		args = append(args, int64(max(f.Limit, 1)))
		return list(ctx, q, query+strings.Join(where, " AND ")+" ORDER BY person.person LIMIT ?", args, scanPerson)
	}
	var all []Person
	err := inSets(f.People, func(in string, ids []any) error {
		part, err := list(ctx, q, query+"person.person IN "+in+" ORDER BY person.person", ids, scanPerson)
		all = append(all, part...)
		return err
	})
	return all, err
}

// Details reads everything that was said about a person, newest version.
func (q Queries) Details(ctx context.Context, p id.Person) (Person, person.Details, error) {
	var d person.Details
	found, err := q.People(ctx, PeopleFilter{People: []id.Person{p}})
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "person.not_found", "no person is registered under this number")
	}
	if err != nil {
		return Person{}, d, err
	}
	var body string
	if err := q.one(ctx, `SELECT details FROM person WHERE person = ?`, []any{int64(p)}, &body); err != nil {
		return Person{}, d, err
	}
	return found[0], d, json.Unmarshal([]byte(body), &d)
}

// Listed tells which of these lines of lists are registered already, and as whom.
func (q Queries) Listed(ctx context.Context, keys []string) (map[string]id.Person, error) {
	found := map[string]id.Person{}
	err := inSets(keys, func(in string, args []any) error {
		return q.each(ctx, `SELECT key, person FROM listing WHERE key IN `+in, args, func(scan func(...any) error) error {
			var k string
			var p id.Person
			err := scan(&k, &p)
			found[k] = p
			return err
		})
	})
	return found, err
}

// Booking is one episode of custody with its grounds.
type Booking struct {
	Booking                         id.Booking
	OpenedAt                        time.Time
	ClosedAt                        *time.Time
	Ground, Authority, Order, Until string
	Outcome                         string
}

// Bookings lists a person's episodes of custody, newest first.
func (q Queries) Bookings(ctx context.Context, p id.Person) ([]Booking, error) {
	return list(ctx, q, `SELECT booking, opened_at, closed_at, ground, authority, order_no, until, outcome FROM booking WHERE person = ? ORDER BY booking DESC`, []any{int64(p)},
		func(scan func(...any) error) (b Booking, err error) {
			var opened int64
			var closed sql.NullInt64
			err = scan(&b.Booking, &opened, &closed, &b.Ground, &b.Authority, &b.Order, &b.Until, &b.Outcome)
			b.OpenedAt, b.ClosedAt = moment(opened), optional(closed)
			return b, err
		})
}

func optional(us sql.NullInt64) *time.Time {
	if !us.Valid {
		return nil
	}
	t := moment(us.Int64)
	return &t
}

// Alert is an active or past alert on a person.
type Alert struct {
	Alert        id.Other
	Code, Reason string
	ClosedAt     *time.Time
}

// Alerts lists a person's alerts, the active ones first.
func (q Queries) Alerts(ctx context.Context, p id.Person) ([]Alert, error) {
	return list(ctx, q, `SELECT alert, code, reason, closed_at FROM alert WHERE person = ? ORDER BY closed_at IS NOT NULL, alert`, []any{int64(p)},
		func(scan func(...any) error) (a Alert, err error) {
			var closed sql.NullInt64
			err = scan(&a.Alert, &a.Code, &a.Reason, &closed)
			a.ClosedAt = optional(closed)
			return a, err
		})
}

// NonAssociation is a pair of people who are kept apart, or were.
type NonAssociation struct {
	A, B     id.Person // the lower number first
	ClosedAt *time.Time
}

// NonAssociation reads one pair by number.
func (q Queries) NonAssociation(ctx context.Context, n id.Other) (NonAssociation, error) {
	var p NonAssociation
	var closed sql.NullInt64
	err := q.one(ctx, `SELECT a, b, closed_at FROM non_association WHERE non_association = ?`, []any{int64(n)}, &p.A, &p.B, &closed)
	if noRows(err) {
		err = fault.New(fault.NotFound, "non_association.not_found", "nobody is kept apart under this number")
	}
	p.ClosedAt = optional(closed)
	return p, err
}

// Read notes that somebody read a person's file (norms G12).
func (q Queries) Read(ctx context.Context, at time.Time, actor string, p id.Person, purpose string) error {
	return q.exec(ctx, `INSERT INTO reading (at, actor, person, purpose) VALUES (?, ?, ?, ?)`, micros(at), actor, int64(p), purpose)
}

// Reading is one reading of a person's file.
type Reading struct {
	At             time.Time
	Actor, Purpose string
}

// Readings lists who read a person's file, newest first.
func (q Queries) Readings(ctx context.Context, p id.Person, limit int) ([]Reading, error) {
	return list(ctx, q, `SELECT at, actor, purpose FROM reading WHERE person = ? ORDER BY at DESC LIMIT ?`, []any{int64(p), int64(limit)},
		func(scan func(...any) error) (r Reading, err error) {
			var at int64
			err = scan(&at, &r.Actor, &r.Purpose)
			r.At = moment(at)
			return r, err
		})
}

func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
