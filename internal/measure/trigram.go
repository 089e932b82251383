package measure

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/trial"
)

// Trigrams is what many programs have for searching names: SQLite's full-text index (FTS5) over all runs of three letters of the folded
// names, asked for names that share any run with the query, ordered by bm25. It looks at nothing but names.
type Trigrams struct {
	db    *sql.DB
	query *sql.Stmt
}

// NewTrigrams writes the names of n rows to a new database in a folder, a document for each name. Its file is the caller's to remove.
func NewTrigrams(ctx context.Context, folder string, n int, row func(i int) trial.Row) (_ *Trigrams, err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "trigrams.db")+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-262144)")
	if err != nil {
		return nil, fmt.Errorf("opening the trigram index: %w", err)
	}
	t := &Trigrams{db: db}
	defer func() {
		if err != nil {
			err = fmt.Errorf("making the trigram index: %w", err)
			_ = db.Close() // it failed already
		}
	}()
	// What is indexed is not stored: the rows are elsewhere. The number of a document says which row it belongs to.
	if _, err = db.ExecContext(ctx, `CREATE VIRTUAL TABLE names USING fts5 (name, content='', detail=full, tokenize='trigram')`); err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // nothing is left to undo after the commit
	insert, err := tx.PrepareContext(ctx, `INSERT INTO names (rowid, name) VALUES (?, ?)`)
	if err != nil {
		return nil, err
	}
	for i := range n {
		for k, name := range foldedNames(row(i).Details()) {
			if k == names {
				break
			}
			if _, err = insert.ExecContext(ctx, i*names+k, name); err != nil {
				return nil, err
			}
		}
	}
	if err = tx.Commit(); err != nil {
		return nil, err
	}
	if _, err = db.ExecContext(ctx, `INSERT INTO names (names) VALUES ('optimize')`); err != nil {
		return nil, err
	}
	t.query, err = db.PrepareContext(ctx, `SELECT rowid, -bm25(names) FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?`)
	return t, err
}

// names is how many names of one row are indexed at most.
const names = 64

// Close closes the database.
func (t *Trigrams) Close() error { return t.db.Close() }

// Search is one MATCH.
func (t *Trigrams) Search(ctx context.Context) Search {
	return func(q trial.Row, limit int) ([]identity.Hit, error) {
		match := anyTrigram(person.Fold(q.Name))
		if match == "" {
			return nil, nil
		}
		rows, err := t.query.QueryContext(ctx, match, 4*limit) // one person may stand there under several names
		if err != nil {
			return nil, fmt.Errorf("searching the trigram index: %w", err)
		}
		defer func() { _ = rows.Close() }() // rows.Err tells
		hits := make([]identity.Hit, 0, limit)
		for rows.Next() && len(hits) < limit {
			var id int
			var score float64
			if err := rows.Scan(&id, &score); err != nil {
				return nil, fmt.Errorf("searching the trigram index: %w", err)
			}
			if h := (identity.Hit{Number: uint64(id / names), Bits: score}); !has(hits, h.Number) {
				hits = append(hits, h)
			}
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("searching the trigram index: %w", err)
		}
		return hits, nil
	}
}

func has(hits []identity.Hit, number uint64) bool {
	for _, h := range hits {
		if h.Number == number {
			return true
		}
	}
	return false
}

// anyTrigram asks for any run of three letters of a text, each once.
func anyTrigram(text string) string {
	letters := []rune(text)
	seen := map[string]bool{}
	var parts []string
	for i := range max(len(letters)-2, 0) {
		if t := string(letters[i : i+3]); !seen[t] {
			seen[t] = true
			parts = append(parts, `"`+t+`"`) // a folded name holds letters, digits and blanks only
		}
	}
	return strings.Join(parts, " OR ")
}
