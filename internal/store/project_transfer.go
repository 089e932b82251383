package store

import (
	"context"
	"encoding/json"
	"fmt"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/transfer"
)

func (t *Tx) waveFormed(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.WaveFormed](r)
		if err := t.insert(ctx, "wave", "wave, label, target, sources", "", [][]any{{int64(e.Wave), e.Label, int64(e.Target), text(e.Sources)}}); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) convoyFormed(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.ConvoyFormed](r)
		if err := t.insert(ctx, "convoy", "convoy, wave, mode, state, source, target, version, frozen, plan, route, number, body", "",
			[][]any{{int64(e.Convoy), int64(e.Wave), string(e.Mode), string(transfer.Formed), string(e.Source()), string(e.Destination()), int64(0), int64(0), int64(e.Plan), e.Route, int64(e.Number), text(e)}}); err != nil {
			return err
		}
		for _, v := range e.Vehicles {
			if err := t.addVehicle(ctx, e.Convoy, v); err != nil {
				return err
			}
		}
		legs := make([][]any, len(e.Legs))
		for i, l := range e.Legs {
			legs[i] = []any{int64(e.Convoy), int64(l.N), string(l.From), string(l.To), string(transfer.LegProposed), instant(l.Departs), instant(l.Arrives)}
		}
		if err := t.insert(ctx, "leg", "convoy, n, source, target, state, departs, arrives", "", legs); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) addVehicle(ctx context.Context, c id.Convoy, v transfer.Vehicle) error {
	return t.insert(ctx, "vehicle", "vehicle, convoy, plate, seats, number, seal, in_use", "", [][]any{{int64(v.Vehicle), int64(c), v.Plate, int64(v.Seats), int64(v.Number), "", int64(1)}})
}

func (t *Tx) vehicleAdded(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.VehicleAdded](r)
		if err := t.addVehicle(ctx, e.Convoy, e.Vehicle); err != nil {
			return err
		}
		if e.Replaces != 0 {
			if err := t.exec(ctx, `UPDATE vehicle SET in_use = 0 WHERE vehicle = ?`, int64(e.Replaces)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) manifestIssued(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.ManifestIssued](r)
		rows, people := make([][]any, len(e.Seats)), make([]id.Person, len(e.Seats))
		for i, s := range e.Seats {
			people[i] = s.Person
			rows[i] = []any{int64(e.Convoy), int64(e.Version), int64(s.Person), int64(s.Move), int64(s.Vehicle), int64(s.Seat)}
		}
		if err := t.insert(ctx, "manifest_seat", "convoy, version, person, move, vehicle, seat", "", rows); err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE convoy SET version = ? WHERE convoy = ?`, int64(e.Version), int64(e.Convoy)); err != nil {
			return err
		}
		if err := t.mention(ctx, r.Seq, people...); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) dispatched(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.Dispatched](r)
		if err := t.exec(ctx, `UPDATE convoy SET state = ?, frozen = 1, dispatched_at = ? WHERE convoy = ?`, string(transfer.OnTheWay), micros(r.OccurredAt), int64(e.Convoy)); err != nil {
			return err
		}
		for v, seal := range e.Seals {
			if err := t.exec(ctx, `UPDATE vehicle SET seal = ? WHERE vehicle = ?`, seal, int64(v)); err != nil {
				return err
			}
		}
		if err := t.setLeg(ctx, e.Convoy, 1, transfer.LegInProgress); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) setLeg(ctx context.Context, c id.Convoy, n int, s transfer.LegState) error {
	return t.exec(ctx, `UPDATE leg SET state = ? WHERE convoy = ? AND n = ?`, string(s), int64(c), int64(n))
}

func (t *Tx) redirected(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.Redirected](r)
		var n int64
		if err := t.one(ctx, `SELECT MAX(n) FROM leg WHERE convoy = ?`, []any{int64(e.Convoy)}, &n); err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE convoy SET target = ? WHERE convoy = ?`, string(e.To), int64(e.Convoy)); err != nil {
			return err
		}
		// The last leg ends elsewhere now; a leg that had begun was ridden in vain and another one begins.
		var state string
		if err := t.one(ctx, `SELECT state FROM leg WHERE convoy = ? AND n = ?`, []any{int64(e.Convoy), n}, &state); err != nil {
			return err
		}
		if state == string(transfer.LegProposed) {
			if err := t.exec(ctx, `UPDATE leg SET target = ? WHERE convoy = ? AND n = ?`, string(e.To), int64(e.Convoy), n); err != nil {
				return err
			}
			continue
		}
		if err := t.setLeg(ctx, e.Convoy, int(n), transfer.LegCancelled); err != nil {
			return err
		}
		if err := t.exec(ctx, `INSERT INTO leg (convoy, n, source, target, state, departs, arrives) SELECT convoy, n + 1, source, CAST(? AS TEXT), 'in_progress', 0, 0 FROM leg WHERE convoy = ? AND n = ?`,
			string(e.To), int64(e.Convoy), n); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) convoyClosed(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.ConvoyClosed](r)
		if err := t.exec(ctx, `UPDATE convoy SET state = ?, closed_at = ? WHERE convoy = ?`, string(transfer.Closed), micros(r.OccurredAt), int64(e.Convoy)); err != nil {
			return err
		}
	}
	return nil
}

// passage holds a vehicle at a line or a gate against the book as it stood at that moment, however late the record came.
func (t *Tx) passage(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.Passage](r)
		book, err := t.bookAt(ctx, e, r)
		if err != nil {
			return err
		}
		tally := transfer.Compare(e, book)
		if err := t.insert(ctx, "passage", "seq, convoy, vehicle, leg, point, occurred_at, recorded_at, headcount, identified, missing", "",
			[][]any{{r.Seq, int64(e.Convoy), int64(e.Vehicle), int64(e.Leg), string(e.Point), micros(r.OccurredAt), micros(r.RecordedAt), int64(e.Headcount), int64(tally.Identified), int64(len(tally.Missing))}}); err != nil {
			return err
		}
		var rows [][]any
		seen := map[id.Person]bool{}
		for _, p := range e.Identified {
			if !seen[p] {
				seen[p] = true
				rows = append(rows, []any{r.Seq, int64(p), int64(book.Expected[p])})
			}
		}
		if err := t.insert(ctx, "passage_person", "seq, person, booked", "", rows); err != nil {
			return err
		}
		if err := t.mention(ctx, r.Seq, e.Identified...); err != nil {
			return err
		}
		if err := t.showTally(ctx, r, e, tally); err != nil {
			return err
		}
		if err := t.advance(ctx, e); err != nil {
			return err
		}
		if err := t.late(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) bookAt(ctx context.Context, e transfer.Passage, r custody.Record) (transfer.Book, error) {
	book := transfer.Book{Expected: map[id.Person]id.Vehicle{}, Seen: map[id.Person]id.Vehicle{}, Moved: map[id.Person]id.Vehicle{}}
	err := t.each(ctx, `SELECT person, account FROM posting WHERE account IN (SELECT 'vehicle:' || vehicle FROM vehicle WHERE convoy = ?)
		AND occurred_at <= ? GROUP BY person, account HAVING SUM(amount) > 0`, []any{int64(e.Convoy), micros(r.OccurredAt)},
		func(scan func(...any) error) error {
			var p id.Person
			var a custody.Account
			err := scan(&p, &a)
			book.Expected[p] = a.Vehicle()
			return err
		})
	if err != nil {
		return book, fmt.Errorf("reading who is aboard: %w", err)
	}
	err = t.each(ctx, `SELECT pp.person, p.vehicle, pp.booked FROM passage p JOIN passage_person pp ON pp.seq = p.seq WHERE p.convoy = ? AND p.point = ?`,
		[]any{int64(e.Convoy), string(e.Point)}, func(scan func(...any) error) error {
			var p id.Person
			var on, booked id.Vehicle
			err := scan(&p, &on, &booked)
			book.Seen[p] = on
			if booked != 0 && booked != on {
				book.Moved[p] = booked
			}
			return err
		})
	return book, err
}

// showTally raises and closes the differences that a passage shows.
func (t *Tx) showTally(ctx context.Context, r custody.Record, e transfer.Passage, tally transfer.Tally) error {
	about := func(k custody.DifferenceKind, people ...id.Person) custody.Difference {
		return custody.Difference{Kind: k, People: people, Convoy: e.Convoy, Place: e.Point}
	}
	for _, p := range tally.Missing {
		if err := t.raise(ctx, r, about(custody.Missing, p)); err != nil {
			return err
		}
	}
	swapped := map[id.Person]bool{}
	for _, pair := range tally.Swaps {
		became, err := t.raiseNumbered(ctx, r, about(custody.Swapped, pair[0], pair[1]))
		if err != nil {
			return err
		}
		for _, p := range pair {
			swapped[p] = true
			for _, k := range []custody.DifferenceKind{custody.Missing, custody.Misplaced} {
				if err := t.resolve(ctx, r, k, []id.Person{p}, string(custody.Swapped), became); err != nil {
					return err
				}
			}
		}
	}
	for _, p := range e.Identified { // in the order of the scans
		if _, elsewhere := tally.Elsewhere[p]; !elsewhere || swapped[p] {
			continue
		}
		swapped[p] = true
		missed, err := t.isOpen(ctx, custody.Missing, []id.Person{p})
		if err != nil {
			return err
		}
		if missed {
			err = t.resolve(ctx, r, custody.Missing, []id.Person{p}, "found_aboard", 0)
		} else {
			err = t.raise(ctx, r, about(custody.Misplaced, p))
		}
		if err != nil {
			return err
		}
	}
	for _, p := range tally.Strangers {
		if err := t.raise(ctx, r, about(custody.Unexpected, p)); err != nil {
			return err
		}
	}
	for _, p := range tally.Twice {
		if err := t.raise(ctx, r, about(custody.CountedTwice, p)); err != nil {
			return err
		}
	}
	if len(tally.Twice) == 0 && e.Headcount != tally.Identified {
		return t.raise(ctx, r, custody.Difference{Kind: custody.Miscounted, Convoy: e.Convoy, Vehicle: e.Vehicle, Place: e.Point})
	}
	return nil
}

// advance moves the legs on when every vehicle in use has passed the end of one.
func (t *Tx) advance(ctx context.Context, e transfer.Passage) error {
	var waiting, last int64
	if err := t.one(ctx, `SELECT (SELECT COUNT(*) FROM vehicle v WHERE v.convoy = ? AND v.in_use = 1 AND NOT EXISTS
		(SELECT 1 FROM passage p WHERE p.vehicle = v.vehicle AND p.leg = ?)), (SELECT MAX(n) FROM leg WHERE convoy = ?)`,
		[]any{int64(e.Convoy), int64(e.Leg), int64(e.Convoy)}, &waiting, &last); err != nil {
		return err
	}
	if waiting > 0 {
		return nil
	}
	if err := t.setLeg(ctx, e.Convoy, e.Leg, transfer.LegCompleted); err != nil {
		return err
	}
	if int64(e.Leg) < last {
		return t.exec(ctx, `UPDATE leg SET state = 'in_progress' WHERE convoy = ? AND n = ? AND state = 'proposed'`, int64(e.Convoy), int64(e.Leg)+1)
	}
	return t.exec(ctx, `UPDATE convoy SET state = 'arrived' WHERE convoy = ? AND state = 'dispatched'`, int64(e.Convoy))
}

// ConvoyOf reads how a convoy was formed.
func (q Queries) convoyBody(ctx context.Context, c id.Convoy) (transfer.ConvoyFormed, error) {
	var body string
	var formed transfer.ConvoyFormed
	if err := q.one(ctx, `SELECT body FROM convoy WHERE convoy = ?`, []any{int64(c)}, &body); err != nil {
		return formed, err
	}
	return formed, json.Unmarshal([]byte(body), &formed)
}
