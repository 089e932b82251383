package store

import (
	"context"

	"amana/internal/custody"
	"amana/internal/place"
)

func (t *Tx) placeDefined(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		p := event[custody.PlaceDefined](r).Place
		if err := t.insert(ctx, "place", "code, establishment, parent, kind, state, maximum, body, locked_out",
			"ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, state = excluded.state, maximum = excluded.maximum, body = excluded.body",
			[][]any{{string(p.Code), string(p.Code.Establishment()), string(p.Code.Parent()), string(p.Kind), string(p.State), int64(p.Capacity.Maximum), text(p), int64(0)}}); err != nil {
			return err
		}
		if p.Kind != place.Cell {
			continue
		}
		// The beds of a cell are rows, so that a bed that does not exist cannot be held by anybody.
		beds := 0
		if p.State == place.Active {
			beds = min(p.Capacity.Working, place.MaxCapacity)
		}
		rows := make([][]any, beds)
		for i := range rows {
			rows[i] = []any{string(p.Code), int64(i + 1)}
		}
		if err := t.insert(ctx, "bed", "cell, bed", "ON CONFLICT DO NOTHING", rows); err != nil {
			return err
		}
		if err := t.exec(ctx, `DELETE FROM bed WHERE cell = ? AND bed > ?`, string(p.Code), int64(beds)); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) gateSet(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.GateSet](r)
		if err := t.exec(ctx, `UPDATE place SET locked_out = ? WHERE code = ?`, flag(!e.Open), string(e.Place)); err != nil {
			return err
		}
		d := custody.Difference{Kind: custody.Lockout, Place: e.Place, Note: e.Reason}
		if e.Open {
			if err := t.resolveSubject(ctx, r, custody.Lockout, d.Subject(), "reopened", 0); err != nil {
				return err
			}
		} else if err := t.raise(ctx, r, d); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) custodianEnrolled(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.CustodianEnrolled](r)
		if err := t.insert(ctx, "custodian", "code, role, names, vkey", "ON CONFLICT (code) DO UPDATE SET role = excluded.role, names = excluded.names, vkey = excluded.vkey",
			[][]any{{e.Code, e.Role, text(e.Names), e.VKey}}); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) moveSet(ctx context.Context, records []custody.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.MoveSet](r)
		var who any
		if e.Person != 0 {
			who = int64(e.Person)
		}
		rows[i] = []any{int64(e.Move), who, string(e.From), string(e.To), int64(e.Wave), string(e.State), e.Reason}
	}
	return t.insert(ctx, "move", "move, person, source, target, wave, state, reason",
		"ON CONFLICT (move) DO UPDATE SET person = excluded.person, target = excluded.target, wave = excluded.wave, state = excluded.state, reason = excluded.reason", rows)
}

func (t *Tx) bedSet(ctx context.Context, records []custody.Record) error {
	var held [][]any
	for _, r := range records {
		e := event[custody.BedSet](r)
		if e.State != custody.BedReleased {
			held = append(held, []any{string(e.Cell), int64(e.Bed), int64(r.Person), string(e.State)})
		} else if err := t.exec(ctx, `DELETE FROM bed_hold WHERE cell = ? AND bed = ? AND person = ?`, string(e.Cell), int64(e.Bed), int64(r.Person)); err != nil {
			return err
		}
	}
	return t.insert(ctx, "bed_hold", "cell, bed, person, state", "", held)
}

func (t *Tx) fileImported(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.FileImported](r)
		if err := t.insert(ctx, "file_imported", "sha256, seq, file, rows_read, good, problems", "",
			[][]any{{e.SHA256, r.Seq, e.File, int64(e.Rows), int64(e.Good), int64(e.Problems)}}); err != nil {
			return err
		}
	}
	return nil
}
