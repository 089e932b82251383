package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"amana/internal/bench"
	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/store"
)

func (o *options) bench() *cobra.Command {
	var entries int
	var raw string
	c := &cobra.Command{Use: "bench", Short: "Measure the program against a peer, in one run on one disk"}
	ledger := &cobra.Command{
		Use:   "ledger",
		Short: "Entries a second: raw inserts of the same bytes, batches, a hundred clients, single, and verification",
		Long: `Writes to a new register beside --db (a file), or to the empty PostgreSQL database that --db names. For PostgreSQL,
the raw inserts go to a table of the same database.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			raw = o.db
			if !store.IsPostgres(o.db) {
				dir, err := os.MkdirTemp(filepath.Dir(o.db), "amana-bench-")
				if err != nil {
					return fmt.Errorf("making a folder for the benchmark: %w", err)
				}
				defer func() { _ = os.RemoveAll(dir) }() // the benchmark's own
				o.db, raw = filepath.Join(dir, "bench.db"), filepath.Join(dir, "raw.db")
			} else {
				dir, err := os.MkdirTemp("", "amana-bench-")
				if err != nil {
					return fmt.Errorf("making a folder for the benchmark: %w", err)
				}
				defer func() { _ = os.RemoveAll(dir) }() // the benchmark's own
				o.keys = dir
			}
			r, s, err := o.openRegister(ctx, clock.System)
			if err != nil {
				return err
			}
			defer s.Close() // every commit is on disk when it is answered
			if head, err := s.Head(ctx); err != nil || head.Size > 0 {
				return fault.New(fault.Refused, "bench.register_in_use", "the benchmark needs an empty database").Because(err)
			}
			got, err := bench.RunLedger(ctx, r, s, raw, entries)
			if err != nil {
				return err
			}
			if o.json {
				return o.print(got)
			}
			for _, l := range []struct {
				what string
				rate float64
			}{
				{"raw inserts, batches of 100 (the limit)", got.Raw},
				{"amana, batches of 100", got.Batches},
				{"amana, 100 clients, single entries", got.Clients},
				{"amana, one client, single entries", got.Single},
				{"verify: entries, chains, signatures, tree", got.Verify},
				{"verify with replay of the projections", got.VerifyReplay},
			} {
				fmt.Fprintf(o.out, "%-44s %9.0f /s\n", l.what, l.rate)
			}
			fmt.Fprintf(o.out, "batches : raw  %.2f\nclients : single  %.1f\n", got.BatchRatio, got.ClientRatio)
			return nil
		},
	}
	ledger.Flags().IntVar(&entries, "entries", 40_000, "entries to write in batches")
	c.AddCommand(ledger, o.benchIdentity(), o.benchPlan(), o.benchForecast())
	return c
}
