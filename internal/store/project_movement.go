package store

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
)

const (
	movementColumns = "seq, person, occurred_at, type, from_account, to_account, custodian, set_aside"
	postingColumns  = "seq, line, person, occurred_at, recorded_at, type, account, amount"
)

// claim is what an entry says of where a person went.
type claim struct {
	custody.Record
	Type      custody.MovementType
	From, To  custody.Account
	Custodian string // new custodian, empty when it stays
	Bed       int
}

func (t *Tx) movement(ctx context.Context, records []custody.Record) error {
	claims := make([]claim, len(records))
	for i, r := range records {
		e := event[custody.Movement](r)
		claims[i] = claim{Record: r, Type: e.Type, From: e.From, To: e.To, Custodian: e.Custodian, Bed: e.Bed}
	}
	if err := t.move(ctx, claims); err != nil {
		return err
	}
	for _, r := range records {
		e := event[custody.Movement](r)
		kind := map[custody.MovementType]custody.DifferenceKind{
			custody.TypeDeath: custody.Death, custody.TypeEscape: custody.Escape, custody.TypeDiversion: custody.Diversion,
		}[e.Type]
		if kind == "" {
			continue
		}
		who := []id.Person{r.Person}
		became, err := t.raiseNumbered(ctx, r, custody.Difference{Kind: kind, People: who, Convoy: e.Convoy, Place: e.To.Place()})
		if err != nil {
			return err
		}
		// Whoever was missing is no longer: this is where they went.
		if err := t.resolve(ctx, r, custody.Missing, who, string(kind), became); err != nil {
			return err
		}
	}
	return t.late(ctx, records...)
}

func (t *Tx) handover(ctx context.Context, records []custody.Record) error {
	claims, nonces := make([]claim, len(records)), make([][]any, len(records))
	for i, r := range records {
		e := event[custody.Handover](r)
		claims[i] = claim{Record: r, Type: e.Type, From: e.From, To: e.To, Custodian: e.Receiver}
		nonces[i] = []any{e.Nonce, r.Seq}
	}
	if err := t.insert(ctx, "handover_nonce", "nonce, seq", "", nonces); err != nil {
		return err
	}
	if err := t.move(ctx, claims); err != nil {
		return err
	}
	return t.late(ctx, records...)
}

// current is where the book has a person now.
type current struct {
	account   custody.Account
	custodian string
	lastSeq   int64
	lastAt    time.Time
}

func (t *Tx) current(ctx context.Context, people []id.Person) (map[id.Person]current, error) {
	found := make(map[id.Person]current, len(people))
	err := inSets(people, func(in string, args []any) error {
		return t.each(ctx, `SELECT person, account, custodian, last_seq, last_at FROM person WHERE person IN `+in, args, func(scan func(...any) error) error {
			var p id.Person
			var c current
			var at int64
			if err := scan(&p, &c.account, &c.custodian, &c.lastSeq, &at); err != nil {
				return err
			}
			c.lastAt = moment(at)
			found[p] = c
			return nil
		})
	})
	return found, err
}

// move books what entries say of different people: the facts, their postings, where each person is now, and what follows
// for beds, moves and bookings. A fact that comes in the order of the world is simply posted; any other makes the
// person's path be folded anew and posts the correction.
func (t *Tx) move(ctx context.Context, claims []claim) error {
	people := make([]id.Person, len(claims))
	facts := make([][]any, len(claims))
	for i, c := range claims {
		people[i] = c.Person
		facts[i] = []any{c.Seq, int64(c.Person), micros(c.OccurredAt), string(c.Type), string(c.From), string(c.To), c.Custodian, int64(0)}
	}
	if err := t.insert(ctx, "movement", movementColumns, "", facts); err != nil {
		return err
	}
	at, err := t.current(ctx, people)
	if err != nil {
		return err
	}
	var postings, updates [][]any
	for _, c := range claims {
		was, known := at[c.Person]
		if !known {
			return fmt.Errorf("person %d has a movement and was never registered", c.Person)
		}
		inOrder := c.OccurredAt.After(was.lastAt) && was.account != custody.Died && (c.From == "" || c.From == was.account) &&
			(c.To == was.account || custody.Fits(c.Type, was.account, c.To))
		switch {
		case inOrder && c.To == was.account: // says what is so already
			was.custodian = cmp.Or(c.Custodian, was.custodian)
		case inOrder:
			was.custodian = cmp.Or(c.Custodian, was.custodian)
			step := custody.Step{Seq: c.Seq, OccurredAt: c.OccurredAt, Type: c.Type, From: was.account, To: c.To}
			postings = appendPostings(postings, c.Record, custody.Correct(c.Seq, nil, []custody.Step{step}))
			was.account = c.To
		default:
			is, corrections, err := t.refold(ctx, c.Record, func(f custody.Fact) (old, new bool) { return f.Seq != c.Seq, true })
			if err != nil {
				return err
			}
			postings = appendPostings(postings, c.Record, corrections)
			was.account, was.custodian = is.account, is.custodian
		}
		if c.OccurredAt.After(was.lastAt) {
			was.lastAt = c.OccurredAt
		}
		updates = append(updates, []any{int64(c.Person), string(was.account), was.custodian, c.Seq, micros(was.lastAt)})
	}
	if err := t.insert(ctx, "posting", postingColumns, "", postings); err != nil {
		return err
	}
	if err := t.update(ctx, "person", []string{"person BIGINT", "account TEXT", "custodian TEXT", "last_seq BIGINT", "last_at BIGINT"}, updates); err != nil {
		return err
	}
	if err := t.occupy(ctx, claims); err != nil {
		return err
	}
	return t.settle(ctx, claims)
}

func lastAccount(steps []custody.Step) custody.Account {
	if len(steps) == 0 {
		return custody.Outside
	}
	return steps[len(steps)-1].To
}

// refold derives a person's path before and after a change of the facts, raises contradictions that are new, and tells where
// the new path ends, with the postings that lead to it. change says of each fact whether it counted before and counts after.
func (t *Tx) refold(ctx context.Context, r custody.Record, change func(custody.Fact) (old, new bool)) (current, []custody.Posting, error) {
	facts, err := t.Facts(ctx, r.Person)
	if err != nil {
		return current{}, nil, err
	}
	var before, after []custody.Fact
	for _, f := range facts {
		old, now := change(f)
		if old {
			before = append(before, f)
		}
		if now {
			after = append(after, f)
		}
	}
	was, _ := custody.Fold(before)
	is, disputes := custody.Fold(after)
	for _, d := range disputes {
		if d.Earlier != r.Seq && d.Later != r.Seq {
			continue // raised when it came
		}
		pair := []int64{d.Earlier, d.Later}
		if d.Earlier == 0 { // it contradicts that nothing was known
			pair = pair[1:]
		}
		if err := t.raise(ctx, r, custody.Difference{Kind: custody.Contradictory, People: []id.Person{r.Person}, Note: d.Why, Entries: pair}); err != nil {
			return current{}, nil, err
		}
	}
	return current{account: lastAccount(is), custodian: custody.Holder(after)}, custody.Correct(r.Seq, was, is), nil
}

// Facts reads all movements that entries claim of a person.
func (q Queries) Facts(ctx context.Context, p id.Person) ([]custody.Fact, error) {
	return list(ctx, q, `SELECT seq, occurred_at, type, from_account, to_account, custodian, set_aside FROM movement WHERE person = ? ORDER BY seq`, []any{int64(p)},
		func(scan func(...any) error) (f custody.Fact, err error) {
			var at, aside int64
			err = scan(&f.Seq, &at, &f.Type, &f.From, &f.To, &f.Custodian, &aside)
			f.OccurredAt, f.SetAside = moment(at), aside != 0
			return f, err
		})
}

func appendPostings(rows [][]any, r custody.Record, postings []custody.Posting) [][]any {
	for i, p := range postings {
		rows = append(rows, []any{r.Seq, int64(i), int64(r.Person), micros(p.OccurredAt), micros(r.RecordedAt), string(p.Type), string(p.Account), int64(p.Amount)})
	}
	return rows
}

// occupy gives the beds that a housing names. A bed that another person holds, or that does not exist, is no ground to
// refuse a fact: the person is in the cell, without a bed, and the cell is shown as overcrowded.
func (t *Tx) occupy(ctx context.Context, claims []claim) error {
	for _, c := range claims {
		if c.Bed == 0 {
			continue
		}
		cell := string(c.To.Place())
		if err := t.exec(ctx, `DELETE FROM bed_hold WHERE person = ? AND (state = 'occupied' OR (cell = ? AND bed = ?))`, int64(c.Person), cell, int64(c.Bed)); err != nil {
			return err
		}
		var free int64
		if err := t.one(ctx, `SELECT COUNT(*) FROM bed WHERE cell = ? AND bed = ? AND NOT EXISTS (SELECT 1 FROM bed_hold h WHERE h.cell = bed.cell AND h.bed = bed.bed)`,
			[]any{cell, int64(c.Bed)}, &free); err != nil {
			return err
		}
		if free == 0 {
			if err := t.raise(ctx, c.Record, custody.Difference{Kind: custody.Overcrowded, People: []id.Person{c.Person}, Place: c.To.Place()}); err != nil {
				return err
			}
			continue
		}
		if err := t.insert(ctx, "bed_hold", "cell, bed, person, state", "", [][]any{{cell, int64(c.Bed), int64(c.Person), string(custody.BedOccupied)}}); err != nil {
			return err
		}
	}
	return nil
}

// settle derives, for people who moved, what follows from where they are now: a bed is left, a move has begun, ended or
// become impossible, a booking ends with an exit.
func (t *Tx) settle(ctx context.Context, claims []claim) error {
	// A fact that comes late may say where somebody is no longer: what follows depends on where they are now.
	now := func(table, account string) string {
		return `EXISTS (SELECT 1 FROM person p WHERE p.person = ` + table + `.person AND p.account LIKE '` + account + `') AND person IN `
	}
	by := map[custody.MovementType][]id.Person{}
	for _, c := range claims {
		by[c.Type] = append(by[c.Type], c.Person)
	}
	for _, typ := range []custody.MovementType{custody.TypeBoarding, custody.TypeReception, custody.TypeDischarge, custody.TypeDeath, custody.TypeEscape, custody.TypeRelease, custody.TypeRepatriate} {
		people := by[typ]
		err := inSets(people, func(in string, args []any) error {
			switch typ {
			case custody.TypeBoarding:
				if err := t.exec(ctx, `UPDATE move SET state = 'in_transit' WHERE state = 'booked' AND `+now("move", "vehicle:%")+in, args...); err != nil {
					return err
				}
				return t.exec(ctx, `DELETE FROM bed_hold WHERE state = 'occupied' AND `+now("bed_hold", "vehicle:%")+in, args...)
			case custody.TypeReception, custody.TypeDischarge:
				return t.exec(ctx, `UPDATE move SET state = 'completed' WHERE state = 'in_transit' AND person IN `+in+`
					AND EXISTS (SELECT 1 FROM person p JOIN place x ON p.account = 'place:' || x.code WHERE p.person = move.person AND x.establishment = move.target)`, args...)
			}
			if err := t.exec(ctx, `UPDATE move SET state = 'cancelled', reason = '`+string(typ)+`' WHERE state IN ('proposed', 'requested', 'booked', 'in_transit') AND `+now("move", "exit:%")+in, args...); err != nil {
				return err
			}
			if err := t.exec(ctx, `DELETE FROM bed_hold WHERE `+now("bed_hold", "exit:%")+in, args...); err != nil || typ == custody.TypeEscape {
				return err // the booking of somebody who escaped stays open
			}
			return t.exec(ctx, `UPDATE booking SET closed_at = (SELECT p.last_at FROM person p WHERE p.person = booking.person), outcome = '`+string(typ)+`'
				WHERE closed_at IS NULL AND `+now("booking", "exit:%")+in, args...)
		})
		if err != nil {
			return fmt.Errorf("settling a %s: %w", typ, err)
		}
	}
	return nil
}

// factSetAside takes a movement out of the fold by somebody's decision; it stays on record.
func (t *Tx) factSetAside(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.FactSetAside](r)
		is, corrections, err := t.refold(ctx, r, func(f custody.Fact) (old, new bool) { return true, f.Seq != e.Entry })
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE movement SET set_aside = ? WHERE seq = ?`, r.Seq, e.Entry); err != nil {
			return err
		}
		if err := t.insert(ctx, "posting", postingColumns, "", appendPostings(nil, r, corrections)); err != nil {
			return err
		}
		// What was set aside does not count for the order of decisions either.
		if err := t.exec(ctx, `UPDATE person SET account = ?, custodian = ?, last_seq = ?,
			last_at = (SELECT MAX(m.occurred_at) FROM movement m WHERE m.person = person.person AND m.set_aside = 0) WHERE person = ?`,
			string(is.account), is.custodian, r.Seq, int64(r.Person)); err != nil {
			return err
		}
		if is.account.Class() != custody.Exit {
			if err := t.exec(ctx, `UPDATE booking SET closed_at = NULL, outcome = '' WHERE booking = (SELECT MAX(booking) FROM booking WHERE person = ?)
				AND outcome IN ('death', 'release', 'repatriated')`, int64(r.Person)); err != nil {
				return err
			}
		}
		if err := t.resolve(ctx, r, custody.Contradictory, []id.Person{r.Person}, "set_aside", 0); err != nil {
			return err
		}
	}
	return nil
}
