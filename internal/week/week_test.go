package week_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/clock"
	"amana/internal/ledger"
	"amana/internal/register"
	"amana/internal/scenario"
	"amana/internal/store"
	"amana/internal/synth"
	"amana/internal/week"
)

func run(t *testing.T, seed int64, people, seats int) week.Result {
	t.Helper()
	ctx := context.Background()
	made, _, err := synth.Week(synth.Plan{Seed: seed, People: people, AsOf: week.Start})
	if err != nil {
		t.Fatal(err)
	}
	var files []week.File
	for _, f := range made {
		files = append(files, week.File(f))
	}
	keys, err := register.OpenKeyring("")
	if err != nil {
		t.Fatal(err)
	}
	log := ledger.Log{Site: "test", Epoch: 1}
	signer, err := keys.Signer(log.Origin())
	if err != nil {
		t.Fatal(err)
	}
	clk := clock.NewSimulated(week.Start.AddDate(0, 0, -3))
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "week.db"), store.Options{Log: log, Number: 1, Signer: signer, Clock: clk.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	plan, err := scenario.Load2026()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	last := ""
	res, err := week.Run(ctx, register.New(s, keys), clk, week.Options{Seed: seed, Files: files, Scenario: plan, Seats: seats, Progress: func(stage string, done, total int) {
		if stage != last {
			t.Log(stage, time.Since(begin).Round(time.Millisecond))
			last = stage
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("done", time.Since(begin).Round(time.Millisecond))
	problems, err := s.Verify(ctx, store.Trust{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("verified", time.Since(begin).Round(time.Millisecond))
	for _, p := range problems {
		t.Errorf("%s %s %s", p.Rule, p.Where, p.Message)
	}
	return res
}

func TestSmallWeek(t *testing.T) {
	t.Parallel()
	first := run(t, 3, 420, 4)
	if !first.Balanced || !first.AllFound || len(first.Found) != 12 {
		b, _ := json.MarshalIndent(first, "", " ")
		t.Errorf("the week does not balance, or trouble was not found:\n%s", b)
	}
	if testing.Short() { // under the race detector one week is enough
		return
	}
	if diff := cmp.Diff(first, run(t, 3, 420, 4)); diff != "" {
		t.Errorf("the same seed gave another week:\n%s", diff)
	}
}
