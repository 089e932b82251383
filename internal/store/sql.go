package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// micros and moment turn times into what both databases keep: microseconds since 1970 in UTC.
func micros(t time.Time) int64  { return t.UnixMicro() }
func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }

// text turns what only people and Go read into JSON.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: a type of ours does not marshal: %v", err))
	}
	return string(b)
}

// rebind writes ? as $1, $2 … for PostgreSQL.
func (q Queries) rebind(query string) string {
	if !q.postgres {
		return query
	}
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (q Queries) exec(ctx context.Context, query string, args ...any) error {
	_, err := q.q.ExecContext(ctx, q.rebind(query), args...)
	return err
}

// one scans the only row of a query; sql.ErrNoRows when there is none.
func (q Queries) one(ctx context.Context, query string, args []any, dest ...any) error {
	found := false
	err := q.each(ctx, query, args, func(scan func(...any) error) error {
		found = true
		return scan(dest...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// each calls row for every row of a query.
func (q Queries) each(ctx context.Context, query string, args []any, row func(scan func(...any) error) error) error {
	rows, err := q.q.QueryContext(ctx, q.rebind(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close() // the error of reading is in rows.Err
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// list collects the rows of a query.
func list[T any](ctx context.Context, q Queries, query string, args []any, row func(scan func(...any) error) (T, error)) ([]T, error) {
	var all []T
	err := q.each(ctx, query, args, func(scan func(...any) error) error {
		v, err := row(scan)
		all = append(all, v)
		return err
	})
	return all, err
}

// chunks are the sizes in which sets go to the database: few sizes, so that statements are prepared once.
var chunks = []int{500, 100, 20, 4, 1}

// inSets calls part with pieces of ids, each of one of the chunk sizes, and the "(?, ?, …)" for it.
func inSets[T ~int64 | ~string](ids []T, part func(in string, args []any) error) error {
	for len(ids) > 0 {
		n := chunkOf(len(ids))
		args := make([]any, n)
		for i, v := range ids[:n] {
			args[i] = plain(v)
		}
		if err := part("("+strings.Repeat("?, ", n-1)+"?)", args); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// plain gives a value of one of our types as the driver knows it.
func plain[T ~int64 | ~string](v T) any {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Int64 {
		return r.Int()
	} else {
		return r.String()
	}
}

func chunkOf(n int) int {
	for _, c := range chunks {
		if n >= c {
			return c
		}
	}
	return 1
}

// insert writes rows in chunks. tail is what follows VALUES, for example an ON CONFLICT clause.
func (t *Tx) insert(ctx context.Context, table, columns, tail string, rows [][]any) error {
	width := strings.Count(columns, ",") + 1
	one := "(" + strings.Repeat("?, ", width-1) + "?)"
	args := make([]any, 0, min(len(rows), chunks[0])*width)
	for len(rows) > 0 {
		n := chunkOf(len(rows))
		args = args[:0]
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		query := "INSERT INTO " + table + " (" + columns + ") VALUES " + strings.Repeat(one+", ", n-1) + one + " " + tail
		if err := t.exec(ctx, query, args...); err != nil {
			return fmt.Errorf("inserting into %s: %w", table, err)
		}
		rows = rows[n:]
	}
	return nil
}

// statements runs queries on the writer's connection and prepares each one once: a writer says the same again and again.
type statements struct {
	conn   *sql.Conn
	known  map[string]*sql.Stmt
	writes int  // statements that may have changed something
	broken bool // a statement failed: PostgreSQL refuses all others until a rollback
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.known[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		s.broken = true
		return nil, err
	}
	s.known[query] = stmt
	return stmt, nil
}

// close lets go of the prepared statements. The connection does not do it: as long as one is left, SQLite keeps the file
// open and the last commits beside it.
func (s *statements) close() {
	for _, stmt := range s.known {
		_ = stmt.Close() // of a connection that is closed next, or broken already
	}
	s.known = nil
}

// QueryContext runs a query that returns rows.
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	s.broken = s.broken || err != nil
	return rows, err
}

// ExecContext runs a statement that returns none.
func (s *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	s.writes++
	result, err := stmt.ExecContext(ctx, args...)
	s.broken = s.broken || err != nil
	return result, err
}
