package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"amana/internal/ledger"
	rt "amana/internal/registertest"
	"amana/internal/store"
)

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
var beside = []string{"delivery", "reading", "search_log", "identity_proposal", "watchlist_entry", "watchlist_lead", "account", "serial", "goose_db_version", "log", "entry", "tile", "checkpoint"}

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
	if !ofLog || n%30 == 1 {
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
