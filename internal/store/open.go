// Package store is the only place where SQL is written. It keeps the site's log and what is projected from it in SQLite
// (the embedded default) or PostgreSQL, in one dialect, and commits an entry and all that it changes in one transaction.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing/fstest"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the embedded default

	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/ledger"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options say whose log is kept and by which clock. Signer and Clock may be nil for a store that is only read.
type Options struct {
	Log    ledger.Log
	Number int // of the site, 0-999, part of every number that it issues
	Signer *ledger.Signer
	Clock  clock.Clock
}

// Store is one open register: one writer, any number of readers.
type Store struct {
	Queries
	opt    Options
	db     *sql.DB
	writer *writer
	watch  watch
}

// Queries reads the register, from the newest commit or inside a transaction.
type Queries struct {
	q        querier
	postgres bool
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// IsPostgres reports whether a database is named by a PostgreSQL URL; anything else is a file for SQLite.
func IsPostgres(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// Open opens the register, makes it ready when it is new, and begins to take writes if there is a signer.
func Open(ctx context.Context, name string, opt Options) (*Store, error) {
	s, err := open(ctx, name, opt)
	if err != nil {
		return nil, fault.New(fault.Internal, "store.unavailable", "the database could not be opened: %v", err).Because(err)
	}
	return s, nil
}

func open(ctx context.Context, name string, opt Options) (*Store, error) {
	driver, dsn, dialect := "sqlite", sqliteDSN(name), goose.DialectSQLite3
	if IsPostgres(name) {
		driver, dsn, dialect = "pgx", name, goose.DialectPostgres
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	s := &Store{Queries: Queries{q: db, postgres: driver == "pgx"}, opt: opt, db: db}
	if strings.Contains(dsn, "mode=memory") {
		db.SetMaxOpenConns(1)
	} else {
		db.SetMaxOpenConns(8)
	}
	if err := s.migrate(ctx, dialect); err != nil {
		return nil, errors.Join(fmt.Errorf("migrating: %w", err), db.Close())
	}
	if opt.Signer != nil {
		if err := s.claim(ctx); err != nil {
			return nil, errors.Join(err, db.Close())
		}
		if s.writer, err = startWriter(ctx, s); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return s, nil
}

// Close waits for the writes under way and closes the database.
func (s *Store) Close() error {
	if s.writer != nil {
		s.writer.stop()
	}
	return s.db.Close()
}

func sqliteDSN(file string) string {
	q := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "busy_timeout(10000)", "cache_size(-32000)", "temp_store(MEMORY)"}}
	if file == ":memory:" {
		return "file::memory:?mode=memory&" + q.Encode()
	}
	return "file:" + strings.ReplaceAll(url.PathEscape(file), "%2F", "/") + "?" + q.Encode()
}

// migrate brings the schema up to date. The files are written in PostgreSQL's words; SQLite has other words for two types.
func (s *Store) migrate(ctx context.Context, dialect goose.Dialect) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	if !s.postgres {
		if files, err = forSQLite(files); err != nil {
			return err
		}
	}
	p, err := goose.NewProvider(dialect, s.db, files)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

func forSQLite(files fs.FS) (fs.FS, error) {
	words := strings.NewReplacer("BIGINT", "INTEGER", "BYTEA", "BLOB", "\n);", "\n) STRICT;")
	out := fstest.MapFS{}
	names, err := fs.Glob(files, "*.sql")
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		out[name] = &fstest.MapFile{Data: []byte(words.Replace(string(text)))}
	}
	return out, err
}

// claim writes the log's name into a new register, and refuses a register that is another site's.
func (s *Store) claim(ctx context.Context) error {
	head, err := s.Head(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return s.exec(ctx, `INSERT INTO log (one, site, epoch, number, vkey, size, recorded_at) VALUES (1, ?, ?, ?, ?, 0, 0)`,
			s.opt.Log.Site, s.opt.Log.Epoch, s.opt.Number, s.opt.Signer.VerifierKey())
	}
	if err != nil {
		return fmt.Errorf("reading the log's head: %w", err)
	}
	if head.Log != s.opt.Log || head.VKey != s.opt.Signer.VerifierKey() {
		return fault.New(fault.Refused, "store.not_this_site", "this register belongs to site %s, epoch %d, with another key", head.Log.Site, head.Log.Epoch)
	}
	return nil
}

// Head is where the log stands.
type Head struct {
	Log        ledger.Log
	Number     int
	VKey       string
	Size       int64
	RecordedAt time.Time
}

// Head reads where the log stands.
func (q Queries) Head(ctx context.Context) (Head, error) {
	var h Head
	var at int64
	err := q.one(ctx, `SELECT site, epoch, number, vkey, size, recorded_at FROM log`, nil, &h.Log.Site, &h.Log.Epoch, &h.Number, &h.VKey, &h.Size, &at)
	h.RecordedAt = moment(at)
	return h, err
}
