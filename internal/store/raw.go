package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// RawInserts writes rows with the same columns and bytes as entries into a bare table of another database, size rows a
// commit, without signing, hashing, chaining or projecting anything: the limit that the disk and the driver set. The
// faster of two ways counts, a prepared statement for each row or one for the whole batch. It returns rows a second.
func RawInserts(ctx context.Context, name string, rows []*Row, size int) (float64, error) {
	s, err := open(ctx, name, Options{})
	if err != nil {
		return 0, fmt.Errorf("opening a database for raw inserts: %w", err)
	}
	defer s.Close() // a benchmark's database
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return 0, fmt.Errorf("connecting for raw inserts: %w", err)
	}
	defer conn.Close() // a benchmark's database
	best := 0.0
	for way, each := range []int{1, size} {
		table := fmt.Sprintf("raw_%d", way)
		rate, err := rawInserts(ctx, s, conn, table, rows, size, each)
		if err != nil {
			return 0, fmt.Errorf("raw inserts: %w", err)
		}
		best = max(best, rate)
	}
	return best, nil
}

func rawInserts(ctx context.Context, s *Store, conn *sql.Conn, table string, rows []*Row, size, each int) (float64, error) {
	blob, integer := "BLOB", "INTEGER"
	if s.postgres {
		blob, integer = "BYTEA", "BIGINT"
	}
	ddl := fmt.Sprintf(`CREATE TABLE %[1]s (seq %[3]s PRIMARY KEY, kind TEXT, person %[3]s, pseq %[3]s, occurred_at %[3]s, recorded_at %[3]s, body %[2]s, salt %[2]s, slot %[2]s, sig %[2]s)`, table, blob, integer)
	for _, q := range []string{`DROP TABLE IF EXISTS ` + table, ddl} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return 0, err
		}
	}
	one := "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	stmt, err := conn.PrepareContext(ctx, s.rebind("INSERT INTO "+table+" VALUES "+strings.Repeat(one+", ", each-1)+one))
	if err != nil {
		return 0, err
	}
	defer stmt.Close() // prepared for this run only
	began, written := time.Now(), 0
	for len(rows) >= size {
		if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
			return 0, err
		}
		for at := 0; at < size; at += each {
			var args []any
			for _, r := range rows[at : at+each] {
				args = append(args, r.Seq, r.Kind, r.Person, r.PSeq, r.OccurredAt, r.RecordedAt, r.Body, r.Salt[:], r.Slot[:], r.Sig[:])
			}
			if _, err := stmt.ExecContext(ctx, args...); err != nil {
				return 0, err
			}
		}
		if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
			return 0, err
		}
		rows, written = rows[size:], written+size
	}
	rate := float64(written) / time.Since(began).Seconds()
	_, err = conn.ExecContext(ctx, `DROP TABLE `+table)
	return rate, err
}
