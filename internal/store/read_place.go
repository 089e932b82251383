package store

import (
	"context"
	"encoding/json"

	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
)

// Place is a place with what is going on in it now.
type Place struct {
	place.Place
	LockedOut bool
	Held      int // people booked in it, without what lies under it
}

// Places lists places by code, with their people. kind and establishment narrow the list when they are not empty.
func (q Queries) Places(ctx context.Context, kind place.Kind, establishment place.Code) ([]Place, error) {
	return list(ctx, q, `SELECT x.body, x.locked_out, (SELECT COUNT(*) FROM person p WHERE p.account = 'place:' || x.code) FROM place x
		WHERE (? = '' OR x.kind = ?) AND (? = '' OR x.establishment = ?) ORDER BY x.code`,
		[]any{string(kind), string(kind), string(establishment), string(establishment)}, scanPlace)
}

func scanPlace(scan func(...any) error) (p Place, err error) {
	var body string
	var locked int64
	if err := scan(&body, &locked, &p.Held); err != nil {
		return p, err
	}
	p.LockedOut = locked != 0
	return p, json.Unmarshal([]byte(body), &p.Place)
}

// Place reads one place.
func (q Queries) Place(ctx context.Context, c place.Code) (Place, error) {
	found, err := list(ctx, q, `SELECT x.body, x.locked_out, (SELECT COUNT(*) FROM person p WHERE p.account = 'place:' || x.code) FROM place x WHERE x.code = ?`, []any{string(c)}, scanPlace)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "place.not_found", "no place has the code %q", c).With("place", string(c))
	}
	if err != nil {
		return Place{}, err
	}
	return found[0], nil
}

// PlaceStanding reads what must be known of a place's surroundings before it is changed.
func (q Queries) PlaceStanding(ctx context.Context, c place.Code) (place.Standing, error) {
	var s place.Standing
	var parent, own, kind string
	err := q.one(ctx, `SELECT
		(SELECT COUNT(*) FROM person p JOIN place x ON p.account = 'place:' || x.code WHERE x.code = ? OR x.code LIKE ?)
		  + (SELECT COUNT(*) FROM bed_hold WHERE state = 'reserved' AND (cell = ? OR cell LIKE ?)),
		COALESCE((SELECT state FROM place WHERE code = ?), ''),
		(SELECT COUNT(*) FROM place WHERE establishment = ? AND kind = 'cell'),
		COALESCE((SELECT SUM(maximum) FROM place WHERE establishment = ? AND kind = 'cell' AND state = 'active'), 0),
		COALESCE((SELECT state FROM place WHERE code = ?), ''), COALESCE((SELECT kind FROM place WHERE code = ?), '')`,
		[]any{string(c), string(c) + "/%", string(c), string(c) + "/%", string(c.Parent()), string(c.Establishment()), string(c.Establishment()), string(c), string(c)},
		&s.Occupied, &parent, &s.Cells, &s.SumOfMaxima, &own, &kind)
	s.ParentState, s.Kind = place.State(parent), place.Kind(kind)
	s.AlreadyArchived = place.State(own) == place.Archived
	return s, err
}

// Bed is one bed of a cell.
type Bed struct {
	Cell place.Code
	Bed  int
}

// FreeBeds lists the beds that nobody holds in cells in use, by cell.
func (q Queries) FreeBeds(ctx context.Context) ([]Bed, error) {
	return list(ctx, q, `SELECT b.cell, b.bed FROM bed b JOIN place x ON x.code = b.cell AND x.state = 'active'
		JOIN place up ON up.code = x.parent AND up.state = 'active' JOIN place e ON e.code = x.establishment AND e.state = 'active'
		WHERE NOT EXISTS (SELECT 1 FROM bed_hold h WHERE h.cell = b.cell AND h.bed = b.bed) ORDER BY b.cell, b.bed`, nil,
		func(scan func(...any) error) (b Bed, err error) { return b, scan(&b.Cell, &b.Bed) })
}

// Hold is a bed that a person holds.
type Hold struct {
	Bed
	Person id.Person
	State  string
}

// Holds lists the beds that these people hold.
func (q Queries) Holds(ctx context.Context, people []id.Person) (map[id.Person][]Hold, error) {
	found := map[id.Person][]Hold{}
	err := inSets(people, func(in string, args []any) error {
		return q.each(ctx, `SELECT cell, bed, person, state FROM bed_hold WHERE person IN `+in+` ORDER BY person, state`, args, func(scan func(...any) error) error {
			var h Hold
			err := scan(&h.Cell, &h.Bed.Bed, &h.Person, &h.State)
			found[h.Person] = append(found[h.Person], h)
			return err
		})
	})
	return found, err
}

// Roll is an establishment's figures at a glance.
type Roll struct {
	Held, InReception, NoCell, Reserved, Beds, StillToArrive int
}

// Roll computes an establishment's roll: nobody counts for it, a headcount is held against it.
func (q Queries) Roll(ctx context.Context, c place.Code) (Roll, error) {
	var r Roll
	e := string(c)
	err := q.one(ctx, `SELECT
		(SELECT COUNT(*) FROM person p WHERE p.account IN (SELECT 'place:' || code FROM place WHERE establishment = ?)),
		(SELECT COUNT(*) FROM person p WHERE p.account = 'place:' || CAST(? AS TEXT)),
		(SELECT COUNT(*) FROM person p WHERE p.account IN (SELECT 'place:' || code FROM place WHERE establishment = ? AND kind = 'cell')
			AND NOT EXISTS (SELECT 1 FROM bed_hold h WHERE h.person = p.person AND h.state = 'occupied')),
		(SELECT COUNT(*) FROM bed_hold h JOIN place x ON x.code = h.cell WHERE x.establishment = ? AND h.state = 'reserved'),
		(SELECT COUNT(*) FROM bed b JOIN place x ON x.code = b.cell WHERE x.establishment = ?),
		(SELECT COUNT(*) FROM move WHERE target = ? AND state = 'in_transit')`,
		[]any{e, e, e, e, e, e}, &r.Held, &r.InReception, &r.NoCell, &r.Reserved, &r.Beds, &r.StillToArrive)
	return r, err
}

// Headcount is one count of a place against its roll.
type Headcount struct {
	Seq                                    int64
	OccurredAt                             int64
	Counted, Expected, Missing, Unexpected int
}

// Custodians lists the authorities with their keys.
func (q Queries) Custodians(ctx context.Context) (map[string]Custodian, error) {
	found := map[string]Custodian{}
	err := q.each(ctx, `SELECT code, role, names, vkey FROM custodian`, nil, func(scan func(...any) error) error {
		var c Custodian
		var names string
		if err := scan(&c.Code, &c.Role, &names, &c.VKey); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(names), &c.Names)
		found[c.Code] = c
		return err
	})
	return found, err
}

// Custodian is an authority that holds people or operates a line.
type Custodian struct {
	Code, Role, VKey string
	Names            map[string]string
}
