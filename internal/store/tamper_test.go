package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
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
	"amana/internal/watchlist"
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
	rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: people[9], Into: people[7], Reason: "same man"}))
	rt.Get(t)(w.DecideIdentity(ctx, rt.By.Registrar, register.IdentityVerdict{A: people[5], B: people[6], Verdict: custody.Different, Reason: "brothers"}))
	list := watchlist.List{Name: "L", Version: "1", Entries: []watchlist.Entry{{Ref: "1", Details: rt.Man(4)}}}
	rt.Get(t)(w.LoadWatchlist(ctx, rt.By.Operations, list))
	leads := rt.Value(w.Leads(ctx, rt.By.Registrar.Actor, store.LeadFilter{Limit: 1}, w.Clock.Now()))(t).Leads
	rt.Get(t)(w.DecideLead(ctx, rt.By.Registrar, register.LeadVerdict{List: "L", Ref: "1", Person: leads[0].Record, Verdict: custody.Different, Reason: "older"}))
	rt.Get(t)(w.RecordFacts(ctx, rt.By.Prison, []register.Fact{{Person: people[2], Type: custody.TypeDeath, To: custody.Died, Incident: custody.IncidentDeath, Reason: "fever"}}))
	late := rt.By.Operations
	late.At = w.Clock.Now().Add(-10 * time.Hour)
	rt.Get(t)(w.RecordFacts(ctx, late, []register.Fact{{Person: people[3], Type: custody.TypeEscape, To: custody.Escaped}}))
	listed := register.Registration{Details: rt.Man(77), Place: rt.Source, Source: custody.Source{File: "f", Key: "f/1"}}
	rt.Get(t)(w.Register.Register(ctx, rt.By.Registrar, []register.Registration{listed}))
	w.Sound(t)
	return earlier, rt.Value(w.Store.Checkpoint(ctx, 0))(t), old
}

func seeded(t *testing.T) uint64 {
	seed := uint64(time.Now().UnixNano()) % 1_000_000
	t.Logf("seed %d", seed)
	return seed
}

// TestTamper changes a register in hundreds of ways, each of which must be found and named.
func TestTamper(t *testing.T) {
	t.Parallel()
	changes := int64(540)
	if testing.Short() { // under the race detector
		changes = 120
	}
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
