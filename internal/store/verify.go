package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/ledger"
)

// verifyChunk is how many entries are checked at a time.
const verifyChunk = 2000

// Trust is what a verification believes beforehand: the key of the log and checkpoints kept elsewhere.
type Trust struct {
	VKey        string   // empty: the key that the database itself names
	Checkpoints [][]byte // signed notes
}

// Verify checks the whole register and names what is wrong: every entry, signature and chain, the tree, the checkpoints,
// both signatures of each handover and passage, and that the projections are what a replay of the log gives.
func (s *Store) Verify(ctx context.Context, trust Trust, progress func(done, total int64)) ([]ledger.Problem, error) {
	var log, replay []ledger.Problem
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return s.snapshot(ctx, func(q Queries) (err error) {
			log, err = q.verifyLog(ctx, trust, progress)
			return err
		})
	})
	g.Go(func() error {
		return s.snapshot(ctx, func(q Queries) (err error) {
			replay, err = q.verifyProjections(ctx)
			return err
		})
	})
	err := g.Wait() // before the two are read
	return append(log, replay...), err
}

// VerifyLog checks entries, chains, signatures, tree and checkpoints, without replaying the projections.
func (s *Store) VerifyLog(ctx context.Context, trust Trust) (problems []ledger.Problem, err error) {
	err = s.snapshot(ctx, func(q Queries) error {
		problems, err = q.verifyLog(ctx, trust, nil)
		return err
	})
	return problems, err
}

// snapshot reads the register as it stands at one moment, while others may write on.
func (s *Store) snapshot(ctx context.Context, read func(Queries) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connecting a reader: %w", err)
	}
	defer conn.Close() // back to the pool
	begin := "BEGIN"
	if s.postgres {
		begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return fmt.Errorf("beginning to read: %w", err)
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }() // only read
	return read(Queries{q: conn, postgres: s.postgres})
}

func (q Queries) verifyLog(ctx context.Context, trust Trust, progress func(done, total int64)) ([]ledger.Problem, error) {
	head, err := q.Head(ctx)
	if err != nil {
		return nil, explain(err)
	}
	if trust.VKey == "" {
		trust.VKey = head.VKey
	}
	c, err := ledger.NewChecker(head.Log, trust.VKey)
	if err != nil {
		return []ledger.Problem{{Rule: "log.key", Where: "log", Message: "the log cannot be checked: " + fault.As(err).Message}}, nil
	}
	var problems []ledger.Problem
	var both parties
	recorded := moment(0)
	for after := int64(0); ; {
		rows, err := q.Rows(ctx, after, verifyChunk)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			break
		}
		entries := make([]*ledger.Entry, len(rows))
		for i, r := range rows {
			entries[i] = &r.Entry
			h, err := r.Header()
			if err != nil {
				continue // reported with the entry
			}
			problems = append(problems, r.checkColumns(h)...)
			problems = append(problems, both.add(r, h)...)
			recorded = h.RecordedAt
		}
		problems = append(problems, c.Add(entries)...)
		problems = append(problems, both.verify()...)
		after = rows[len(rows)-1].Seq
		if progress != nil {
			progress(after, head.Size)
		}
	}
	if c.Size() != head.Size {
		problems = append(problems, ledger.Problem{Rule: "log.size", Where: "log", Message: fmt.Sprintf("the log says %d entries, %d are stored", head.Size, c.Size())})
	}
	if !recorded.Equal(head.RecordedAt) {
		problems = append(problems, ledger.Problem{Rule: "log.recorded_at", Where: "log", Message: "the log was not last written when it says"})
	}
	problems = append(problems, c.CheckTiles(func(level int, index int64) ([]byte, error) { return q.Tile(ctx, level, index) })...)
	problems = append(problems, q.extraTiles(ctx, c.Size())...)
	last := int64(0)
	err = q.Checkpoints(ctx, func(size, follows int64, note []byte) error {
		problems = append(problems, c.CheckCheckpoint(note, fmt.Sprintf("checkpoint %d", size))...)
		if follows != last {
			problems = append(problems, ledger.Problem{Rule: "checkpoint.missing", Where: fmt.Sprintf("checkpoint %d", follows), Message: fmt.Sprintf("checkpoint %d follows on it, and it is not there", size)})
		}
		if cp, err := ledger.ParseCheckpoint(note, trust.VKey); err == nil && cp.Size != size {
			problems = append(problems, ledger.Problem{Rule: "checkpoint.root", Where: fmt.Sprintf("checkpoint %d", size), Message: fmt.Sprintf("it stands for size %d", cp.Size)})
		}
		last = size
		return nil
	})
	if err != nil {
		return nil, err
	}
	if last != head.Size {
		problems = append(problems, ledger.Problem{Rule: "checkpoint.missing", Where: fmt.Sprintf("checkpoint %d", head.Size), Message: "the last state of the log has no checkpoint"})
	}
	for i, note := range trust.Checkpoints {
		problems = append(problems, c.CheckCheckpoint(note, fmt.Sprintf("given checkpoint %d", i+1))...)
	}
	return problems, nil
}

// checkColumns holds the columns that repeat parts of the body against it: a query reads the columns.
func (r *Row) checkColumns(h ledger.Header) []ledger.Problem {
	if h.Kind == r.Kind && h.Person == r.Person && h.PSeq == r.PSeq && micros(h.OccurredAt) == r.OccurredAt && micros(h.RecordedAt) == r.RecordedAt && h.Seq == r.Seq {
		return nil
	}
	return []ledger.Problem{{Rule: "entry.columns", Seq: r.Seq, Where: fmt.Sprintf("entry %d", r.Seq), Message: "the columns of the row differ from the signed body"}}
}

// extraTiles names tiles that a log of this size does not have.
func (q Queries) extraTiles(ctx context.Context, size int64) []ledger.Problem {
	var stored, want int64
	for n := size; n > 0; n >>= 8 {
		want += (n + 255) / 256
	}
	if err := q.one(ctx, `SELECT COUNT(*) FROM tile`, nil, &stored); err != nil || stored == want {
		return nil
	}
	return []ledger.Problem{{Rule: "tile", Where: "tiles", Message: fmt.Sprintf("a tree of %d entries has %d tiles, %d are stored", size, want, stored)}}
}

// tables are the projections with the keys by which their rows are compared; text keys are marked, because databases sort text differently.
var tables = []struct {
	name string
	keys []string
}{
	{"alert", []string{"alert"}},
	{"bed", []string{"cell text", "bed"}},
	{"bed_hold", []string{"cell text", "bed"}},
	{"booking", []string{"booking"}},
	{"convoy", []string{"convoy"}},
	{"custodian", []string{"code text"}},
	{"difference", []string{"difference"}},
	{"difference_entry", []string{"difference", "seq"}},
	{"difference_person", []string{"difference", "person"}},
	{"escort_record", []string{"move"}},
	{"file_imported", []string{"sha256 text"}},
	{"handover_nonce", []string{"seq"}},
	{"headcount", []string{"seq"}},
	{"identity_decision", []string{"seq"}},
	{"identity_exclusion", []string{"a", "b"}},
	{"identity_source", []string{"seq"}},
	{"incident", []string{"incident"}},
	{"lead_decision", []string{"seq"}},
	{"leg", []string{"convoy", "n"}},
	{"listing", []string{"key text"}},
	{"manifest_seat", []string{"convoy", "version", "person"}},
	{"mention", []string{"person", "seq"}},
	{"move", []string{"move"}},
	{"movement", []string{"seq"}},
	{"need", []string{"person"}},
	{"non_association", []string{"non_association"}},
	{"passage", []string{"seq"}},
	{"passage_person", []string{"seq", "person"}},
	{"person", []string{"person"}},
	{"person_chain", []string{"person"}},
	{"place", []string{"code text"}},
	{"plan", []string{"plan"}},
	{"posting", []string{"seq", "line"}},
	{"property", []string{"property"}},
	{"route", []string{"route text"}},
	{"screening", []string{"person"}},
	{"vehicle", []string{"vehicle"}},
	{"watchlist", []string{"name text"}},
	{"wave", []string{"wave"}},
}

// verifyProjections replays the log into an empty register in memory and compares every table.
func (q Queries) verifyProjections(ctx context.Context) ([]ledger.Problem, error) {
	fresh, err := open(ctx, ":memory:", Options{})
	if err != nil {
		return nil, fmt.Errorf("making room for a replay: %w", err)
	}
	defer fresh.Close() // in memory
	conn, err := fresh.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("making room for a replay: %w", err)
	}
	defer conn.Close() // in memory
	sqls := &statements{conn: conn, known: map[string]*sql.Stmt{}}
	defer sqls.close()
	replica := Queries{q: sqls}
	if problem, err := q.replay(ctx, &Tx{Queries: replica, w: &writer{store: fresh, conn: conn, sql: sqls}}); err != nil {
		return nil, err
	} else if problem != nil {
		return []ledger.Problem{*problem}, nil
	}
	var problems []ledger.Problem
	for _, table := range tables {
		found, err := compare(ctx, q, replica, table.name, table.keys)
		if err != nil {
			return nil, fmt.Errorf("comparing %s: %w", table.name, err)
		}
		problems = append(problems, found...)
	}
	return problems, nil
}

func (q Queries) replay(ctx context.Context, t *Tx) (*ledger.Problem, error) {
	if err := t.exec(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	for after := int64(0); ; {
		rows, err := q.Rows(ctx, after, verifyChunk)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			break
		}
		broken := func(seq int64, err error) *ledger.Problem {
			return &ledger.Problem{Rule: "replay", Seq: seq, Where: fmt.Sprintf("entry %d", seq), Message: "the log cannot be replayed from here: " + fault.As(err).Error()}
		}
		records, chains, people := make([]custody.Record, len(rows)), map[id.Person]Chain{}, []id.Person{}
		for i, r := range rows {
			if records[i], err = Decode(&r.Entry); err != nil {
				return broken(r.Seq, err), nil
			}
			if p := records[i].Person; p != 0 {
				if _, seen := chains[p]; !seen {
					people = append(people, p)
				}
				h, _ := r.Header() // decoded above
				c := chains[p]
				if h.ChainKey != nil {
					c.Key = *h.ChainKey
				}
				c.PSeq = h.PSeq
				if c.Head, err = r.ID(); err != nil {
					return broken(r.Seq, err), nil
				}
				chains[p] = c
			}
		}
		if err := t.writeChains(ctx, people, chains); err != nil {
			return nil, err
		}
		if err := safely(&job{ctx: ctx, do: func(ctx context.Context, t *Tx) error { return t.project(ctx, records) }}, t); err != nil {
			return broken(rows[0].Seq, explain(err)), nil
		}
		after = rows[len(rows)-1].Seq
	}
	return nil, t.exec(ctx, "COMMIT")
}

// compare reads a table from both sides in the order of its keys and names the first rows that differ.
func compare(ctx context.Context, a, b Queries, table string, keys []string) ([]ledger.Problem, error) {
	ra, err := ordered(ctx, a, table, keys)
	if err != nil {
		return nil, err
	}
	defer ra.Close() // the error of reading is in rows.Err
	rb, err := ordered(ctx, b, table, keys)
	if err != nil {
		return nil, err
	}
	defer rb.Close() // the error of reading is in rows.Err
	columns, err := ra.Columns()
	if err != nil {
		return nil, err
	}
	left, right := make([]any, len(columns)), make([]any, len(columns))
	for n := 1; ; n++ {
		ma, mb := ra.Next(), rb.Next()
		if !ma && !mb {
			break
		}
		where := func(vals []any) []ledger.Problem {
			parts := make([]string, len(keys))
			for i, k := range keys {
				name, _, _ := strings.Cut(k, " ")
				for c, column := range columns {
					if column == name {
						parts[i] = fmt.Sprintf("%s %v", name, vals[c])
					}
				}
			}
			return []ledger.Problem{{Rule: "projection", Where: table + " " + strings.Join(parts, ", "), Message: "the stored row is not what the log says"}}
		}
		if ma {
			if err := scanAll(ra, left); err != nil {
				return nil, err
			}
		}
		if mb {
			if err := scanAll(rb, right); err != nil {
				return nil, err
			}
		}
		switch {
		case !ma:
			return where(right), rb.Err()
		case !mb:
			return where(left), ra.Err()
		}
		for c := range columns {
			if !same(left[c], right[c]) {
				return where(left), nil
			}
		}
	}
	if err := ra.Err(); err != nil {
		return nil, err
	}
	return nil, rb.Err()
}

func ordered(ctx context.Context, q Queries, table string, keys []string) (*sql.Rows, error) {
	by := make([]string, len(keys))
	for i, k := range keys {
		name, isText := strings.CutSuffix(k, " text")
		if by[i] = name; isText && q.postgres {
			by[i] += ` COLLATE "C"`
		}
	}
	return q.q.QueryContext(ctx, "SELECT * FROM "+table+" ORDER BY "+strings.Join(by, ", "))
}

func scanAll(rows *sql.Rows, into []any) error {
	dest := make([]any, len(into))
	for i := range into {
		dest[i] = &into[i]
	}
	return rows.Scan(dest...)
}

func same(a, b any) bool {
	x, isBytes := a.([]byte)
	if !isBytes {
		return a == b
	}
	y, ok := b.([]byte)
	return ok && bytes.Equal(x, y)
}
