package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amana/internal/custody"
	"amana/internal/ledger"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
)

// tampered is a register with something of everything in it, closed.
func tampered(t *testing.T, db string) (earlier, newest []byte, old string) {
	t.Helper()
	ctx := context.Background()
	w := rt.New(t, db)
	people := w.People(t, 30)
	w.Journey(t, rt.Prison, 2, slices.Concat(people[:6], people[10:]))
	earlier = rt.Value(w.Store.Checkpoint(ctx, 0))(t)
	if !store.IsPostgres(db) {
		old = filepath.Join(t.TempDir(), "old.db")
		adversary := open(t, db)
		_, err := adversary.Exec(`VACUUM INTO ?`, old)
		rt.Must(t, err)
		rt.Must(t, adversary.Close())
	}
	beds := []register.Placement{{Person: people[0], Cell: rt.Men, Bed: 1}, {Person: people[1], Cell: rt.Men, Bed: 2}}
	rt.Get(t)(w.House(ctx, rt.By.Prison, beds))
	rt.Get(t)(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: people[7], Cell: rt.Men2, Bed: 1}))
	rt.Get(t)(w.Screen(ctx, rt.By.Prison, rt.Prison, []register.Screening{{Person: people[0], Fit: true}}))
	rt.Get(t)(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: people[0], Code: "suicide"}))
	rt.Get(t)(w.SetNonAssociation(ctx, rt.By.Prison, register.KeepApart{A: people[1], B: people[0], Scope: "cell", Reason: "feud"}))
	rt.Get(t)(w.RecordProperty(ctx, rt.By.Prison, register.Bag{Person: people[0], Seal: "S-1", Items: "ring", Holder: "prison"}))
	rt.Get(t)(w.FormWave(ctx, rt.By.Planner, register.NewWave{Label: "W4", Target: 100}))
	rt.Get(t)(w.Headcount(ctx, rt.By.Prison, register.Count{Place: rt.Prison, Counted: 5, Present: people[:5]}))
	rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: people[8], Into: people[9], Reason: "same man"}))
	rt.Get(t)(w.UnmergePeople(ctx, rt.By.Registrar, register.Unmerge{Record: people[8], From: people[9], Reason: "was not"}))
	rt.Get(t)(w.RecordFacts(ctx, rt.By.Prison, []register.Fact{{Person: people[2], Type: custody.TypeDeath, To: custody.Died, Incident: custody.IncidentDeath, Reason: "fever"}}))
	late := rt.By.Operations
	late.At = w.Clock.Now().Add(-10 * time.Hour)
	rt.Get(t)(w.RecordFacts(ctx, late, []register.Fact{{Person: people[3], Type: custody.TypeEscape, To: custody.Escaped}}))
	listed := register.Registration{Details: rt.Man(77), Place: rt.Source, Source: custody.Source{File: "f", Key: "f/1"}}
	rt.Get(t)(w.Register.Register(ctx, rt.By.Registrar, []register.Registration{listed}))
	w.Sound(t)
	return earlier, rt.Value(w.Store.Checkpoint(ctx, 0))(t), old
}

func open(t *testing.T, name string) *sql.DB {
	t.Helper()
	db, err := connect(name)
	rt.Must(t, err)
	return db
}

// connect opens a database as somebody does who has got hold of it: no key and no check stands in the way.
func connect(name string) (*sql.DB, error) {
	if store.IsPostgres(name) {
		db, err := sql.Open("pgx", name)
		if err == nil {
			db.SetMaxOpenConns(1)
			_, err = db.Exec(`SET session_replication_role = replica`)
		}
		return db, err
	}
	return sql.Open("sqlite", "file:"+name+"?_pragma=foreign_keys(0)&_pragma=ignore_check_constraints(1)&_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)")
}

// table is the content of one table.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

func read(db *sql.DB, name string) (table, error) {
	rows, err := db.Query("SELECT * FROM " + name)
	if err != nil {
		return table{}, err
	}
	defer rows.Close() // read to its end
	t := table{name: name}
	if t.columns, err = rows.Columns(); err != nil {
		return t, err
	}
	for rows.Next() {
		row, into := make([]any, len(t.columns)), make([]any, len(t.columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return t, err
		}
		t.rows = append(t.rows, row)
	}
	return t, rows.Err()
}

func (t table) value(row int, column string) any { return t.rows[row][slices.Index(t.columns, column)] }

// beside are the tables that are no part of the log and not projected from it, and the log's own.
var beside = []string{"delivery", "reading", "account", "serial", "goose_db_version", "log", "entry", "tile", "checkpoint"}

// load reads all tables that hold something; the projections by name.
func load(db *sql.DB, postgres bool) (map[string]table, []string, error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
	if postgres {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`
	}
	names, err := read2(db, query)
	if err != nil {
		return nil, nil, err
	}
	all, projections := map[string]table{}, []string{}
	for _, name := range names {
		if all[name], err = read(db, name); err != nil {
			return nil, nil, err
		}
		if !slices.Contains(beside, name) && len(all[name].rows) > 0 {
			projections = append(projections, name)
		}
	}
	return all, projections, nil
}

func read2(db *sql.DB, query string) (names []string, err error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() // read to its end
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, rows.Err()
}

// change is one thing that somebody does to the database, and how a problem must name it.
type change struct {
	what       string
	table      string
	statements []statement
	named      func(ledger.Problem) bool
}

type statement struct {
	text string
	args []any
}

// where finds exactly one row.
func (t table) where(row int) (string, []any) {
	parts := make([]string, len(t.columns))
	for i, c := range t.columns {
		parts[i] = c + " IS NOT DISTINCT FROM ?"
	}
	return strings.Join(parts, " AND "), slices.Clone(t.rows[row])
}

func (t table) set(row int, column string, v any) statement {
	where, args := t.where(row)
	return statement{"UPDATE " + t.name + " SET " + column + " = ? WHERE " + where, append([]any{v}, args...)}
}

func (t table) remove(row int) statement {
	where, args := t.where(row)
	return statement{"DELETE FROM " + t.name + " WHERE " + where, args}
}

// altered gives another value of the same type: one bit, one letter, one number further.
func altered(r *rand.Rand, v any) any {
	switch x := v.(type) {
	case nil:
		return int64(0)
	case int64:
		return x ^ 1<<r.IntN(20)
	case []byte:
		b := bytes.Clone(x)
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b
	case string:
		if x == "" {
			return "x"
		}
		letters := []rune(x)
		i := r.IntN(len(letters))
		letters[i] = 'a' + (letters[i]+rune(1+r.IntN(25))-'a'+26*5000)%26
		if string(letters) == x {
			letters[i] = '~'
		}
		return string(letters)
	}
	panic(fmt.Sprintf("%T", v))
}

// devise thinks of one change of the log.
func devise(r *rand.Rand, all map[string]table) change {
	entries, tiles, notes := all["entry"], all["tile"], all["checkpoint"]
	names := func(seqs ...any) func(ledger.Problem) bool {
		return func(p ledger.Problem) bool { return slices.Contains(seqs, any(p.Seq)) }
	}
	i := r.IntN(len(entries.rows))
	seq := entries.value(i, "seq")
	switch r.IntN(12) {
	default: // the columns of an entry, its body and signature most of all
		column := []string{"body", "body", "body", "salt", "slot", "sig", "sig", "kind", "person", "pseq", "occurred_at", "recorded_at", "seq"}[r.IntN(13)]
		v := altered(r, entries.value(i, column))
		return change{fmt.Sprintf("%s of entry %d", column, seq), "entry", []statement{entries.set(i, column, v)}, names(seq, v)}
	case 0:
		return change{fmt.Sprintf("entry %d removed", seq), "entry", []statement{entries.remove(i)}, names(seq)}
	case 1: // two entries change places
		j := (i + 1 + r.IntN(len(entries.rows)-1)) % len(entries.rows)
		other := entries.value(j, "seq")
		s := []statement{entries.set(i, "seq", int64(-1)), entries.set(j, "seq", seq), {"UPDATE entry SET seq = ? WHERE seq = -1", []any{other}}}
		return change{fmt.Sprintf("entries %d and %d swapped", seq, other), "entry", s, names(seq, other)}
	case 2, 3, 4:
		k := r.IntN(len(tiles.rows))
		level := tiles.value(k, "level")
		what, s := "a hash", tiles.set(k, "data", altered(r, tiles.value(k, "data")))
		if r.IntN(4) == 0 {
			what, s = "a tile removed", tiles.remove(k)
		}
		return change{fmt.Sprintf("%s of level %d", what, level), "tile", []statement{s}, about(fmt.Sprintf("tile/8/%d/", level))}
	case 5, 6:
		k := r.IntN(len(notes.rows))
		size := notes.value(k, "size")
		c := change{fmt.Sprintf("checkpoint %d", size), "checkpoint", nil, about(fmt.Sprintf("checkpoint %d", size))}
		switch r.IntN(4) {
		case 0:
			c.what, c.statements = c.what+" removed", []statement{notes.remove(k)}
		case 1:
			l := (k + 1 + r.IntN(len(notes.rows)-1)) % len(notes.rows)
			c.what += fmt.Sprintf(" and %d swapped", notes.value(l, "size"))
			c.statements = []statement{notes.set(k, "note", notes.value(l, "note")), notes.set(l, "note", notes.value(k, "note"))}
		default:
			c.statements = []statement{notes.set(k, "note", altered(r, notes.value(k, "note")))}
		}
		return c
	case 7:
		log := all["log"]
		column := []string{"site", "epoch", "vkey", "size", "recorded_at"}[r.IntN(5)]
		return change{"the log's " + column, "log", []statement{log.set(0, column, altered(r, log.value(0, column)))}, about("log")}
	}
}

// project thinks of one change of a projection.
func project(r *rand.Rand, p table) change {
	k := r.IntN(len(p.rows))
	column := p.columns[r.IntN(len(p.columns))]
	switch l := r.IntN(len(p.rows)); {
	case r.IntN(4) == 0:
		return change{"a row of " + p.name + " removed", p.name, []statement{p.remove(k)}, about(p.name + " ")}
	case r.IntN(4) == 0 && !equal(p.value(k, column), p.value(l, column)):
		s := []statement{p.set(k, column, p.value(l, column)), p.set(l, column, p.value(k, column))}
		return change{fmt.Sprintf("%s of two rows of %s swapped", column, p.name), p.name, s, about(p.name + " ")}
	}
	return change{fmt.Sprintf("%s of a row of %s", column, p.name), p.name, []statement{p.set(k, column, altered(r, p.value(k, column)))}, about(p.name + " ")}
}

func equal(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func about(prefix string) func(ledger.Problem) bool {
	return func(p ledger.Problem) bool { return strings.HasPrefix(p.Where, prefix) }
}

// errImpossible says that the database itself does not let a change happen.
var errImpossible = errors.New("the database refuses this change")

func (c change) apply(db *sql.DB, postgres bool) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // of no effect after the commit
	for _, s := range c.statements {
		if postgres {
			for n := 1; strings.Contains(s.text, "?"); n++ {
				s.text = strings.Replace(s.text, "?", fmt.Sprintf("$%d", n), 1)
			}
		}
		res, err := tx.Exec(s.text, s.args...)
		if err != nil {
			return fmt.Errorf("%w: %w", errImpossible, err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("%s changed %d rows: %w", s.text, n, err)
		}
	}
	return tx.Commit()
}

// vandal changes one database again and again, and puts it right after each verification.
type vandal struct {
	store       *store.Store
	db          *sql.DB
	postgres    bool
	all         map[string]table
	projections []string
	seed        uint64
}

func newVandal(t *testing.T, name string, seed uint64) *vandal {
	t.Helper()
	v := &vandal{db: open(t, name), postgres: store.IsPostgres(name), seed: seed}
	t.Cleanup(func() { rt.Must(t, v.db.Close()) })
	v.db.SetMaxOpenConns(1)
	var err error
	v.all, v.projections, err = load(v.db, v.postgres)
	rt.Must(t, err)
	if len(v.all["entry"].rows) < 200 || len(v.projections) < 25 {
		t.Fatalf("the register has %d entries and %d projections that hold something: too few to try on", len(v.all["entry"].rows), len(v.projections))
	}
	for name := range v.all {
		_, err := v.db.Exec("CREATE TEMPORARY TABLE copy_" + name + " AS SELECT * FROM " + name)
		rt.Must(t, err)
	}
	v.store, err = store.Open(context.Background(), name, store.Options{})
	rt.Must(t, err)
	t.Cleanup(func() { rt.Must(t, v.store.Close()) })
	return v
}

// trial makes the n-th change of the log, or several changes of different projections, and tells how many; each must be
// named. Because a replay takes long, most changes of the log are held against the log alone.
func (v *vandal) trial(n int) (int, error) {
	r := rand.New(rand.NewPCG(v.seed, uint64(n)))
	ofLog := n%5 > 0
	var made []change
	for tries := 0; len(made) == 0 || !ofLog && tries < 12; tries++ {
		var c change
		if ofLog {
			c = devise(r, v.all)
		} else {
			name := v.projections[r.IntN(len(v.projections))]
			if slices.ContainsFunc(made, func(c change) bool { return c.table == name }) {
				continue // of each table the first difference is named
			}
			c = project(r, v.all[name])
		}
		if err := c.apply(v.db, v.postgres); errors.Is(err, errImpossible) {
			continue
		} else if err != nil {
			return 0, fmt.Errorf("%s: %w", c.what, err)
		}
		made = append(made, c)
	}
	verify := func() ([]ledger.Problem, error) { return v.store.VerifyLog(context.Background(), store.Trust{}) }
	if !ofLog || n%25 == 1 {
		verify = func() ([]ledger.Problem, error) { return v.store.Verify(context.Background(), store.Trust{}, nil) }
	}
	problems, err := verify()
	for _, c := range made {
		if err == nil && !slices.ContainsFunc(problems, c.named) {
			err = fmt.Errorf("%s: no problem names it; found %+v", c.what, problems)
		}
	}
	for _, c := range made {
		for _, s := range []string{"DELETE FROM " + c.table, "INSERT INTO " + c.table + " SELECT * FROM copy_" + c.table} {
			if _, err := v.db.Exec(s); err != nil {
				return 0, fmt.Errorf("putting %s right: %w", c.table, err)
			}
		}
	}
	return len(made), err
}

func seeded(t *testing.T) uint64 {
	seed := uint64(time.Now().UnixNano()) % 1_000_000
	t.Logf("seed %d", seed)
	return seed
}

// TestTamper changes a register in hundreds of ways, each of which must be found and named.
func TestTamper(t *testing.T) {
	t.Parallel()
	const changes = 600
	name := filepath.Join(t.TempDir(), "register.db")
	t.Run("build", func(t *testing.T) { tampered(t, name) })
	whole, err := os.ReadFile(name)
	rt.Must(t, err)
	dir, seed := t.TempDir(), seeded(t)
	var next, done atomic.Int64
	var all sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		file := filepath.Join(dir, fmt.Sprintf("%d.db", worker))
		rt.Must(t, os.WriteFile(file, whole, 0o600))
		v := newVandal(t, file, seed)
		all.Go(func() {
			for done.Load() < changes {
				n := int(next.Add(1))
				made, err := v.trial(n)
				if err != nil {
					t.Errorf("trial %d: %v", n, err)
				}
				done.Add(int64(max(made, 1)))
			}
		})
	}
	all.Wait()
	t.Logf("%d changes", done.Load())
}

// TestTamperPostgres tries some of the same on PostgreSQL.
func TestTamperPostgres(t *testing.T) {
	t.Parallel()
	name := testdb.Postgres(t)
	t.Run("build", func(t *testing.T) { tampered(t, name) })
	v := newVandal(t, name, seeded(t))
	for n, done := 0, 0; done < 60; n++ {
		made, err := v.trial(n)
		if err != nil {
			t.Errorf("trial %d: %v", n, err)
		}
		done += max(made, 1)
	}
}

// TestRewound puts an older copy of the register back. It is sound in itself: only a checkpoint that somebody kept tells.
func TestRewound(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "register.db")
	var earlier, newest []byte
	var old string
	kept := t.TempDir()
	t.Run("build", func(t *testing.T) {
		earlier, newest, old = tampered(t, name)
		whole, err := os.ReadFile(old)
		rt.Must(t, err)
		old = filepath.Join(kept, "old.db")
		rt.Must(t, os.WriteFile(old, whole, 0o600))
	})
	verify := func(trust ...[]byte) []ledger.Problem {
		s, err := store.Open(t.Context(), old, store.Options{})
		rt.Must(t, err)
		defer s.Close() // only read
		return rt.Value(s.Verify(t.Context(), store.Trust{Checkpoints: trust}, nil))(t)
	}
	if found := verify(earlier); len(found) != 0 {
		t.Errorf("the older copy is not sound in itself: %+v", found)
	}
	found := verify(earlier, newest)
	if len(found) != 1 || found[0].Rule != ledger.LogRewound || found[0].Where != "given checkpoint 2" {
		t.Errorf("the older copy was not found out: %+v", found)
	}
}

// TestTruncated takes the end of the log away and makes everything beside the projections fit again, at several lengths.
func TestTruncated(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "register.db")
	var newest []byte
	t.Run("build", func(t *testing.T) { _, newest, _ = tampered(t, name) })
	whole, err := os.ReadFile(name)
	rt.Must(t, err)
	db := open(t, name)
	notes, err := read(db, "checkpoint")
	rt.Must(t, err)
	rt.Must(t, db.Close())
	for k := 1; k < len(notes.rows)-1; k += 5 {
		size := notes.value(k, "size").(int64)
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "cut.db")
			rt.Must(t, os.WriteFile(file, whole, 0o600))
			truncate(t, file, size)
			s, err := store.Open(t.Context(), file, store.Options{})
			rt.Must(t, err)
			defer s.Close() // only read
			if found := rt.Value(s.VerifyLog(t.Context(), store.Trust{}))(t); len(found) != 0 {
				t.Errorf("the shortened log is not sound in itself: %+v", found)
			}
			found := rt.Value(s.Verify(t.Context(), store.Trust{Checkpoints: [][]byte{newest}}, nil))(t)
			if !slices.ContainsFunc(found, func(p ledger.Problem) bool {
				return p.Rule == ledger.LogRewound && p.Seq == size+1 && p.Where == "given checkpoint 1"
			}) {
				t.Errorf("what was cut off is not missed: %+v", found)
			}
		})
	}
}

func truncate(t *testing.T, file string, size int64) {
	t.Helper()
	s, err := store.Open(t.Context(), file, store.Options{})
	rt.Must(t, err)
	rows := rt.Value(s.Rows(t.Context(), 0, int(size)))(t)
	rt.Must(t, s.Close())
	hashes := make([]ledger.Hash, len(rows))
	for i, r := range rows {
		hashes[i] = rt.Value(r.LeafHash())(t)
	}
	var tree ledger.Tree
	db := open(t, file)
	defer db.Close() // committed
	exec := func(query string, args ...any) {
		_, err := db.Exec(query, args...)
		rt.Must(t, err)
	}
	exec(`DELETE FROM entry WHERE seq > ?`, size)
	exec(`DELETE FROM checkpoint WHERE size > ?`, size)
	exec(`DELETE FROM tile`)
	for _, tile := range tree.Append(hashes) {
		exec(`INSERT INTO tile (level, idx, data) VALUES (?, ?, ?) ON CONFLICT (level, idx) DO UPDATE SET data = excluded.data`, tile.Level, tile.Index, tile.Data)
	}
	exec(`UPDATE log SET size = ?, recorded_at = ?`, size, rows[len(rows)-1].RecordedAt)
}
