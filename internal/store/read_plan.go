package store

import (
	"context"
	"encoding/json"
	"slices"

	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
)

// Candidate is what a plan must know of somebody, as the register has it.
type Candidate struct {
	Person    id.Person
	Sex       person.Sex
	Born      civil.Date
	Child     bool   // accompanies a parent
	Family    string // number of the family and the place that numbered it, empty for none
	Account   custody.Account
	Claims    []person.Claim
	Language  string // as sources say
	Ground    string // of the open booking, empty when none is recorded
	Needs     custody.NeedsDecided
	Decided   bool // somebody decided Needs
	Unfit     bool // the latest medical screening says so
	Alerts    []string
	Move      custody.MoveSet // live, zero when none
	Reserved  Bed             // zero when none
	InTheCell bool            // occupies a bed
}

// AtSources lists, by number, who is in custody at these establishments, and who has a live move of the wave and has not left.
func (q Queries) AtSources(ctx context.Context, wave id.Wave, establishments []place.Code) ([]Candidate, error) {
	people, err := q.numbers(ctx, `SELECT person FROM move WHERE wave = ? AND wave <> 0 AND person IS NOT NULL AND state IN ('proposed', 'requested', 'booked')`, int64(wave))
	if err != nil {
		return nil, err
	}
	for _, e := range establishments {
		there, err := q.numbers(ctx, `SELECT person FROM person WHERE account IN (SELECT 'place:' || code FROM place WHERE establishment = ?)`, string(e))
		if err != nil {
			return nil, err
		}
		people = append(people, there...)
	}
	return q.Candidates(ctx, people)
}

// Occupants lists, by number, who is in one of these prisons or has a bed reserved there.
func (q Queries) Occupants(ctx context.Context, prisons []place.Code) ([]Candidate, error) {
	var people []id.Person
	for _, e := range prisons {
		there, err := q.numbers(ctx, `SELECT person FROM person WHERE account IN (SELECT 'place:' || code FROM place WHERE establishment = ?)
			UNION SELECT h.person FROM bed_hold h JOIN place x ON x.code = h.cell WHERE x.establishment = ?`, string(e), string(e))
		if err != nil {
			return nil, err
		}
		people = append(people, there...)
	}
	return q.Candidates(ctx, people)
}

func (q Queries) numbers(ctx context.Context, query string, args ...any) ([]id.Person, error) {
	return list(ctx, q, query, args, func(scan func(...any) error) (p id.Person, err error) { return p, scan(&p) })
}

// Candidates reads what a plan must know of these people, by number; records that were merged into another are left out.
func (q Queries) Candidates(ctx context.Context, people []id.Person) ([]Candidate, error) {
	people = slices.Compact(slices.Sorted(slices.Values(people)))
	all := make([]Candidate, 0, len(people))
	at := make(map[id.Person]int, len(people))
	err := inSets(people, func(in string, args []any) error {
		if err := q.each(ctx, `SELECT p.person, p.sex, p.born, p.child, p.family, COALESCE(o.to_account, ''), p.account, p.details, COALESCE(b.ground, ''), COALESCE(s.fit_to_travel, 1),
			COALESCE(n.seq, 0), COALESCE(n.security, 1), COALESCE(n.medical, 0), COALESCE(n.track, ''), COALESCE(n.court, ''), COALESCE(n.language, ''), COALESCE(n.class, ''), COALESCE(n.review, ''),
			COALESCE(m.move, 0), COALESCE(m.source, ''), COALESCE(m.target, ''), COALESCE(m.wave, 0), COALESCE(m.state, ''),
			COALESCE(h.cell, ''), COALESCE(h.bed, 0), CASE WHEN EXISTS (SELECT 1 FROM bed_hold k WHERE k.person = p.person AND k.state = 'occupied') THEN 1 ELSE 0 END
			FROM person p LEFT JOIN movement o ON o.seq = p.registered_seq
			LEFT JOIN booking b ON b.person = p.person AND b.closed_at IS NULL
			LEFT JOIN screening s ON s.person = p.person
			LEFT JOIN need n ON n.person = p.person
			LEFT JOIN move m ON m.person = p.person AND m.state IN ('proposed', 'requested', 'booked', 'in_transit')
			LEFT JOIN bed_hold h ON h.person = p.person AND h.state = 'reserved'
			WHERE p.merged_into IS NULL AND p.person IN `+in+` ORDER BY p.person`, args, func(scan func(...any) error) error {
			c, err := scanCandidate(scan)
			at[c.Person] = len(all)
			all = append(all, c)
			return err
		}); err != nil {
			return err
		}
		return q.each(ctx, `SELECT person, code FROM alert WHERE closed_at IS NULL AND person IN `+in+` ORDER BY alert`, args, func(scan func(...any) error) error {
			var p id.Person
			var code string
			err := scan(&p, &code)
			if i, known := at[p]; known {
				all[i].Alerts = append(all[i].Alerts, code)
			}
			return err
		})
	})
	return all, err
}

func scanCandidate(scan func(...any) error) (c Candidate, err error) {
	var born, family, registered, details, review string
	var child, fit, decided, medical, there int64
	n, m := &c.Needs, &c.Move
	if err := scan(&c.Person, &c.Sex, &born, &child, &family, &registered, &c.Account, &details, &c.Ground, &fit,
		&decided, &n.Security, &medical, &n.Age, &n.Court, &n.Language, &n.Group, &review, &m.Move, &m.From, &m.To, &m.Wave, &m.State, &c.Reserved.Cell, &c.Reserved.Bed, &there); err != nil {
		return c, err
	}
	c.Child, c.Unfit, c.Decided, n.Medical, c.InTheCell = child != 0, fit == 0, decided != 0, medical != 0, there != 0
	if m.Move != 0 {
		m.Person = c.Person
	}
	if family != "" { // each place numbers families for itself
		c.Family = family + "@" + string(custody.Account(registered).Place().Establishment())
	}
	var said person.Details
	if err := json.Unmarshal([]byte(details), &said); err != nil {
		return c, err
	}
	c.Claims, c.Language = said.Claims, said.Language
	if n.Review, err = civil.Parse(review); err != nil {
		return c, err
	}
	c.Born, err = civil.Parse(born)
	return c, err
}

// Nationality is the first claim that was verified, else the first that maps to a country, and never inferred from anything else (norms G6). Empty
// when there is none.
func (c Candidate) Nationality() string {
	first := ""
	for _, claim := range c.Claims {
		switch {
		case claim.Country == "":
		case claim.Status == "verified":
			return claim.Country
		case first == "":
			first = claim.Country
		}
	}
	return first
}

// Gone counts the people of a wave who have left their source.
func (q Queries) Gone(ctx context.Context, wave id.Wave) (n int, err error) {
	err = q.one(ctx, `SELECT COUNT(*) FROM move WHERE wave = ? AND state IN ('in_transit', 'completed')`, []any{int64(wave)}, &n)
	return n, err
}

// BedOf is a bed of a cell in use with who holds it, 0 when nobody does.
type BedOf struct {
	Bed
	Holder   id.Person
	Reserved bool
}

// Beds lists the beds of all cells by cell and number. Cells out of use have none.
func (q Queries) Beds(ctx context.Context) ([]BedOf, error) {
	return list(ctx, q, `SELECT b.cell, b.bed, COALESCE(h.person, 0), CASE WHEN h.state = 'reserved' THEN 1 ELSE 0 END
		FROM bed b LEFT JOIN bed_hold h ON h.cell = b.cell AND h.bed = b.bed ORDER BY b.cell, b.bed`, nil, func(scan func(...any) error) (b BedOf, err error) {
		var reserved int64
		err = scan(&b.Cell, &b.Bed.Bed, &b.Holder, &reserved)
		b.Reserved = reserved != 0
		return b, err
	})
}

// Pair is two people who are kept apart now.
type Pair struct {
	A, B  id.Person
	Scope string // cell, block, prison
}

// KeptApart lists the pairs that are kept apart now.
func (q Queries) KeptApart(ctx context.Context) ([]Pair, error) {
	return list(ctx, q, `SELECT a, b, scope FROM non_association WHERE closed_at IS NULL ORDER BY a, b`, nil,
		func(scan func(...any) error) (p Pair, err error) { return p, scan(&p.A, &p.B, &p.Scope) })
}

// PlanInForce is the approved plan of a wave that stands, 0 when there is none.
func (q Queries) PlanInForce(ctx context.Context, wave id.Wave) (n id.Plan, err error) {
	err = q.one(ctx, `SELECT COALESCE((SELECT plan FROM plan WHERE wave = ? ORDER BY version DESC LIMIT 1), 0)`, []any{int64(wave)}, &n)
	return n, err
}

// Lost lists the vehicles of a route's fleet that broke down, by route and number.
func (q Queries) Lost(ctx context.Context, wave id.Wave) (map[string][]int, error) {
	lost := map[string][]int{}
	err := q.each(ctx, `SELECT DISTINCT c.route, v.number FROM vehicle v JOIN convoy c ON c.convoy = v.convoy WHERE v.in_use = 0 AND v.number > 0 AND c.wave = ? ORDER BY c.route, v.number`,
		[]any{int64(wave)}, func(scan func(...any) error) error {
			var route string
			var n int
			err := scan(&route, &n)
			lost[route] = append(lost[route], n)
			return err
		})
	return lost, err
}

// Snapshot reads the register as it stands at one moment, while others may write on.
func (s *Store) Snapshot(ctx context.Context, read func(Queries) error) error {
	return explain(s.snapshot(ctx, read))
}

// Planned lists the convoys that plans of a wave formed, by their number in the timetable; of one that was made anew, the newest.
func (q Queries) Planned(ctx context.Context, wave id.Wave) (map[int]Convoy, error) {
	all, err := list(ctx, q, convoyQuery+`WHERE c.wave = ? AND c.plan <> 0 ORDER BY c.convoy`, []any{int64(wave)}, scanConvoy)
	byNumber := make(map[int]Convoy, len(all))
	for _, c := range all {
		byNumber[c.Number] = c
	}
	return byNumber, err
}

// Formed lists the convoys that plans of a wave formed and that have not left.
func (q Queries) Formed(ctx context.Context, wave id.Wave) ([]id.Convoy, error) {
	return list(ctx, q, `SELECT convoy FROM convoy WHERE wave = ? AND plan <> 0 AND state = 'formed' ORDER BY convoy`, []any{int64(wave)},
		func(scan func(...any) error) (c id.Convoy, err error) { return c, scan(&c) })
}
