package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/transfer"
)

// raise records a difference that an entry shows; while the same one is open, the entry is added to it.
func (t *Tx) raise(ctx context.Context, r custody.Record, d custody.Difference) error {
	_, err := t.raiseNumbered(ctx, r, d)
	return err
}

func (t *Tx) raiseNumbered(ctx context.Context, r custody.Record, d custody.Difference) (int64, error) {
	var number int64
	err := t.one(ctx, `SELECT difference FROM difference WHERE kind = ? AND subject = ? AND closed_seq IS NULL`, []any{string(d.Kind), d.Subject()}, &number)
	if errors.Is(err, sql.ErrNoRows) {
		if err := t.one(ctx, `SELECT COUNT(*) FROM difference WHERE detected_seq = ?`, []any{r.Seq}, &number); err != nil {
			return 0, err
		}
		number += r.Seq * 1_000_000 // one headcount can show a difference for each of a prison's people
		err = t.insert(ctx, "difference", "difference, kind, subject, convoy, place, note, occurred_at, detected_at, detected_seq, resolution", "",
			[][]any{{number, string(d.Kind), d.Subject(), int64(d.Convoy), string(d.Place), d.Note, micros(r.OccurredAt), micros(r.RecordedAt), r.Seq, ""}})
	}
	if err != nil {
		return 0, err
	}
	people := make([][]any, len(d.People))
	for i, p := range d.People {
		people[i] = []any{number, int64(p)}
	}
	if err := t.insert(ctx, "difference_person", "difference, person", "ON CONFLICT DO NOTHING", people); err != nil {
		return 0, err
	}
	entries := [][]any{{number, r.Seq}}
	for _, seq := range d.Entries {
		entries = append(entries, []any{number, seq})
	}
	return number, t.insert(ctx, "difference_entry", "difference, seq", "ON CONFLICT DO NOTHING", entries)
}

// resolve closes an open difference about these people; became is the difference that it turned out to be, or 0.
func (t *Tx) resolve(ctx context.Context, r custody.Record, k custody.DifferenceKind, people []id.Person, resolution string, became int64) error {
	return t.resolveSubject(ctx, r, k, custody.Difference{People: people}.Subject(), resolution, became)
}

func (t *Tx) resolveSubject(ctx context.Context, r custody.Record, k custody.DifferenceKind, subject, resolution string, became int64) error {
	var other any
	if became != 0 {
		other = became
	}
	number, err := t.openNumber(ctx, k, subject)
	if err != nil || number == 0 {
		return err
	}
	return t.closeDifference(ctx, r, number, resolution, other)
}

func (t *Tx) openNumber(ctx context.Context, k custody.DifferenceKind, subject string) (int64, error) {
	var number int64
	err := t.one(ctx, `SELECT difference FROM difference WHERE kind = ? AND subject = ? AND closed_seq IS NULL`, []any{string(k), subject}, &number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return number, err
}

func (t *Tx) isOpen(ctx context.Context, k custody.DifferenceKind, people []id.Person) (bool, error) {
	number, err := t.openNumber(ctx, k, custody.Difference{People: people}.Subject())
	return number != 0, err
}

func (t *Tx) closeDifference(ctx context.Context, r custody.Record, number int64, resolution string, became any) error {
	if err := t.exec(ctx, `UPDATE difference SET closed_seq = ?, closed_at = ?, resolution = ?, became = ? WHERE difference = ?`,
		r.Seq, micros(r.RecordedAt), resolution, became, number); err != nil {
		return err
	}
	return t.insert(ctx, "difference_entry", "difference, seq", "ON CONFLICT DO NOTHING", [][]any{{number, r.Seq}})
}

func (t *Tx) differenceDecided(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.DifferenceDecided](r)
		if err := t.closeDifference(ctx, r, e.Difference, e.Resolution, nil); err != nil {
			return err
		}
	}
	return nil
}

// late shows facts that came long after they happened.
func (t *Tx) late(ctx context.Context, records ...custody.Record) error {
	for _, r := range records {
		if !custody.Late(r.OccurredAt, r.RecordedAt) {
			continue
		}
		d := custody.Difference{Kind: custody.LateRecord}
		switch e := r.Event.(type) {
		case transfer.Passage:
			d.Convoy = e.Convoy
		case *transfer.Passage:
			d.Convoy = e.Convoy
		case custody.Headcount:
			d.Place = e.Place
		case *custody.Headcount:
			d.Place = e.Place
		default:
			d.People = []id.Person{r.Person}
		}
		if err := t.raise(ctx, r, d); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) deliveryRepeated(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.DeliveryRepeated](r)
		if err := t.raise(ctx, r, custody.Difference{Kind: custody.Redelivery, Note: e.Key, Entries: []int64{e.First}}); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) incident(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.Incident](r)
		var who any
		if r.Person != 0 {
			who = int64(r.Person)
		}
		if err := t.insert(ctx, "incident", "incident, seq, type, person, convoy, place, occurred_at, text", "",
			[][]any{{int64(e.Incident), r.Seq, string(e.Type), who, int64(e.Convoy), string(e.Place), micros(r.OccurredAt), e.Text}}); err != nil {
			return err
		}
		if e.Type == custody.IncidentBreakdown {
			if err := t.raise(ctx, r, custody.Difference{Kind: custody.Breakdown, Convoy: e.Convoy, Vehicle: e.Vehicle, Note: e.Text}); err != nil {
				return err
			}
		}
		if r.Person != 0 {
			if err := t.late(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// headcount holds those present at a place against its roll as it stood at that moment.
func (t *Tx) headcount(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.Headcount](r)
		expected, err := t.Present(ctx, e.Place, Moment{World: r.OccurredAt})
		if err != nil {
			return err
		}
		present := make(map[id.Person]bool, len(e.Present))
		for _, p := range e.Present {
			present[p] = true
		}
		missing := 0
		for _, p := range expected {
			if !present[p] {
				missing++
				if err := t.raise(ctx, r, custody.Difference{Kind: custody.Missing, People: []id.Person{p}, Place: e.Place}); err != nil {
					return err
				}
			}
			delete(present, p)
		}
		for _, p := range e.Present { // in the order of the count
			if present[p] {
				if err := t.raise(ctx, r, custody.Difference{Kind: custody.Unexpected, People: []id.Person{p}, Place: e.Place}); err != nil {
					return err
				}
			}
		}
		if e.Counted != len(e.Present) {
			if err := t.raise(ctx, r, custody.Difference{Kind: custody.Miscounted, Place: e.Place, Note: strconv.Itoa(e.Counted - len(e.Present))}); err != nil {
				return err
			}
		}
		if err := t.insert(ctx, "headcount", "seq, place, occurred_at, counted, expected, missing, unexpected", "",
			[][]any{{r.Seq, string(e.Place), micros(r.OccurredAt), int64(e.Counted), int64(len(expected)), int64(missing), int64(len(present))}}); err != nil {
			return err
		}
		if err := t.late(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
