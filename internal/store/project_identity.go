package store

import (
	"context"
	"math"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
)

const (
	sourceColumns   = "seq, person, details, file, sheet, line, reason, actor"
	decisionColumns = "seq, a, b, verdict, reason, bits, actor, occurred_at"
)

// said is the row of what a source said of a person. It stays, whatever is said later.
func said(r custody.Record, d person.Details, s custody.Source, reason string) []any {
	return []any{r.Seq, int64(r.Person), text(d), s.File, s.Sheet, int64(s.Line), reason, r.Actor}
}

// tenths are how bits are kept: whole numbers are the same on every machine.
func tenths(bits float64) int64 { return int64(math.Round(bits * 10)) }

func (t *Tx) personMerged(ctx context.Context, records []custody.Record) error {
	facts := make([]claim, len(records))
	for i, r := range records {
		facts[i] = claim{Record: r, Type: custody.TypeMerge, From: event[custody.PersonMerged](r).From, To: custody.Outside}
	}
	if err := t.move(ctx, facts); err != nil {
		return err
	}
	for _, r := range records {
		into := event[custody.PersonMerged](r).Into
		at := micros(r.OccurredAt)
		for _, change := range []struct {
			query string
			args  []any
		}{
			// The record brings those along that were merged into it before: each of them is one step further from the one that remains.
			{
				`UPDATE person SET cluster = (SELECT i.cluster FROM person i WHERE i.person = ?), depth = depth + 1, above = depth,
				merged_into = CASE WHEN person = ? THEN CAST(? AS BIGINT) ELSE merged_into END WHERE cluster = ?`,
				[]any{int64(into), int64(r.Person), int64(into), int64(r.Person)},
			},
			{`UPDATE booking SET closed_at = ?, outcome = 'merge' WHERE person = ? AND closed_at IS NULL`, []any{at, int64(r.Person)}},
			{`DELETE FROM bed_hold WHERE person = ?`, []any{int64(r.Person)}},
			// What would be double after the merge is closed; what is not passes to the person who remains.
			{`UPDATE alert SET closed_at = ? WHERE person = ? AND closed_at IS NULL AND code IN (SELECT code FROM alert WHERE person = ? AND closed_at IS NULL)`, []any{at, int64(r.Person), int64(into)}},
			{`UPDATE alert SET person = ? WHERE person = ? AND closed_at IS NULL`, []any{int64(into), int64(r.Person)}},
			{`UPDATE non_association SET closed_at = ? WHERE closed_at IS NULL AND ((a = ? AND b = ?) OR (a = ? AND b = ?))`, []any{at, int64(r.Person), int64(into), int64(into), int64(r.Person)}},
		} {
			if err := t.exec(ctx, change.query, change.args...); err != nil {
				return err
			}
		}
		if err := t.passPairs(ctx, r, into); err != nil {
			return err
		}
		e := event[custody.PersonMerged](r)
		if err := t.decided(ctx, r, r.Person, into, custody.Same, e.Reason, e.Tenths); err != nil {
			return err
		}
		if err := t.mention(ctx, r.Seq, into); err != nil {
			return err
		}
	}
	return nil
}

// passPairs hands the open keep-apart pairs of a merged record on, unless the person who remains has the same pair.
func (t *Tx) passPairs(ctx context.Context, r custody.Record, into id.Person) error {
	type pair struct{ n, other int64 }
	pairs, err := list(ctx, t.Queries, `SELECT non_association, CASE WHEN a = ? THEN b ELSE a END FROM non_association
		WHERE closed_at IS NULL AND (a = ? OR b = ?) ORDER BY non_association`, []any{int64(r.Person), int64(r.Person), int64(r.Person)},
		func(scan func(...any) error) (p pair, err error) { return p, scan(&p.n, &p.other) })
	if err != nil {
		return err
	}
	for _, p := range pairs {
		a, b := min(p.other, int64(into)), max(p.other, int64(into))
		var same int64
		if err := t.one(ctx, `SELECT COUNT(*) FROM non_association WHERE a = ? AND b = ? AND closed_at IS NULL`, []any{a, b}, &same); err != nil {
			return err
		}
		query, args := `UPDATE non_association SET a = ?, b = ? WHERE non_association = ?`, []any{a, b, p.n}
		if same > 0 {
			query, args = `UPDATE non_association SET closed_at = ? WHERE non_association = ?`, []any{micros(r.OccurredAt), p.n}
		}
		if err := t.exec(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) personUnmerged(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.PersonUnmerged](r)
		if err := t.move(ctx, []claim{{Record: r, Type: custody.TypeUnmerge, From: custody.Outside, To: e.To}}); err != nil {
			return err
		}
		if err := t.part(ctx, r.Person); err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE booking SET closed_at = NULL, outcome = '' WHERE booking = (SELECT MAX(booking) FROM booking WHERE person = ? AND outcome = 'merge')`, int64(r.Person)); err != nil {
			return err
		}
		if err := t.decided(ctx, r, r.Person, e.From, custody.Parted, e.Reason, 0); err != nil {
			return err
		}
		if err := t.mention(ctx, r.Seq, e.From); err != nil {
			return err
		}
	}
	return nil
}

// part takes a record out of its cluster, with those that were merged into it.
func (t *Tx) part(ctx context.Context, p id.Person) error {
	var depth int64
	if err := t.one(ctx, `SELECT depth FROM person WHERE person = ?`, []any{int64(p)}, &depth); err != nil {
		return err
	}
	n := int64(p)
	return t.exec(ctx, `WITH RECURSIVE x (p) AS (SELECT CAST(? AS BIGINT) UNION SELECT s.person FROM person s JOIN x ON s.merged_into = x.p)
		UPDATE person SET cluster = ?, depth = depth - ?, above = CASE WHEN person = ? THEN NULL ELSE above - ? END,
		merged_into = CASE WHEN person = ? THEN NULL ELSE merged_into END WHERE person IN (SELECT p FROM x)`, n, n, depth, n, depth, n)
}

// decided keeps a decision about a pair, and the exclusion that follows from it.
func (t *Tx) decided(ctx context.Context, r custody.Record, x, y id.Person, v custody.Verdict, reason string, weight int) error {
	a, b := min(x, y), max(x, y)
	row := []any{r.Seq, int64(a), int64(b), string(v), reason, int64(weight), r.Actor, micros(r.OccurredAt)}
	if err := t.insert(ctx, "identity_decision", decisionColumns, "", [][]any{row}); err != nil {
		return err
	}
	switch v {
	case custody.Different, custody.Parted:
		return t.insert(ctx, "identity_exclusion", "a, b, seq", "ON CONFLICT (a, b) DO UPDATE SET seq = excluded.seq", [][]any{{int64(a), int64(b), r.Seq}})
	case custody.Undone:
		return t.exec(ctx, `DELETE FROM identity_exclusion WHERE a = ? AND b = ?`, int64(a), int64(b))
	}
	return nil
}

func (t *Tx) identityDecided(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.IdentityDecided](r)
		if err := t.decided(ctx, r, e.A, e.B, e.Verdict, e.Reason, e.Tenths); err != nil {
			return err
		}
		if err := t.mention(ctx, r.Seq, e.A, e.B); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) watchlistLoaded(ctx context.Context, records []custody.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.WatchlistLoaded](r)
		rows[i] = []any{e.Name, e.Version, e.SHA256, int64(e.Entries), r.Seq, micros(r.RecordedAt)}
	}
	return t.insert(ctx, "watchlist", "name, version, sha256, entries, seq, loaded_at",
		"ON CONFLICT (name) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256, entries = excluded.entries, seq = excluded.seq, loaded_at = excluded.loaded_at", rows)
}

func (t *Tx) leadDecided(ctx context.Context, records []custody.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.LeadDecided](r)
		rows[i] = []any{r.Seq, e.List, e.Ref, int64(e.Person), string(e.Verdict), e.Reason, int64(e.Tenths), r.Actor, micros(r.OccurredAt)}
	}
	return t.insert(ctx, "lead_decision", "seq, list, ref, person, verdict, reason, bits, actor, occurred_at", "", rows)
}
