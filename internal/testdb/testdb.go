// Package testdb gives tests real databases, fresh ones of each kind that the register runs on.
package testdb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
)

// Env names the PostgreSQL cluster for tests by a URL, such as postgres://amana@/postgres?host=/run/x.
const Env = "AMANA_TEST_POSTGRES"

// Each runs a test once on every kind of database, as the subtests "sqlite" and "postgres"; db is what store.Open takes.
func Each(t *testing.T, test func(t *testing.T, db string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// SQLite names a database file that does not exist yet and goes with the test.
func SQLite(t *testing.T) string {
	return filepath.Join(t.TempDir(), "register.db")
}

// Postgres makes an empty database and drops it after the test.
func Postgres(t *testing.T) string {
	t.Helper()
	cluster := os.Getenv(Env)
	if cluster == "" {
		t.Fatalf("%s does not name a PostgreSQL cluster: run `make postgres` and set what it prints, or run `make test`", Env)
	}
	at, err := url.Parse(cluster)
	if err != nil {
		t.Fatalf("%s is not a URL: %v", Env, err)
	}
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		t.Fatal(err)
	}
	name := "amana_test_" + hex.EncodeToString(random[:])
	run(t, cluster, `CREATE DATABASE `+name+` TEMPLATE template0`)
	t.Cleanup(func() { run(t, cluster, `DROP DATABASE `+name+` WITH (FORCE)`) })
	// A test does not outlive its machine: nothing here need be on disk.
	run(t, cluster, `ALTER DATABASE `+name+` SET synchronous_commit = off`)
	at.Path = "/" + name
	return at.String()
}

func run(t *testing.T, cluster, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", cluster)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() // nothing is left to lose
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
