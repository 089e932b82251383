package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"amana/internal/bench"
	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/measure"
	"amana/internal/person"
	"amana/internal/trial"
)

func (o *options) benchIdentity() *cobra.Command {
	var opt measure.Options
	var model string
	var full bool
	var registered int
	c := &cobra.Command{
		Use:   "identity",
		Short: "Searches, registrations, duplicates and pairs among a million invented people, beside an index of trigrams",
		Long: `Builds the index of invented people in memory, from names that nothing was tuned on, and measures in one run: recall and
time of searches for several kinds of alterations, search and filing of new people, the duplicates of a new file, pairs,
a published list, and memory. The index of trigrams (SQLite FTS5) is asked the same queries about the same people, and
so is ours; --trigrams says how many people that is, --full makes it all of them. Rates are by processor time of all
threads, latencies by the wall clock. Prints JSON, and a table on standard error.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if opt.People < 1 || opt.Queries < 1 || opt.Arrivals < 1 || opt.Pairs < 1 || opt.Entries < 1 {
				return fault.New(fault.Invalid, "people.too_few", "wanted: one and more of each")
			}
			m, err := loadModel(model)
			if err != nil {
				return err
			}
			if full {
				opt.Trigrams = opt.People
			}
			if opt.Folder, err = os.MkdirTemp("", "amana-bench-"); err != nil {
				return fmt.Errorf("making a folder for the benchmark: %w", err)
			}
			defer func() { _ = os.RemoveAll(opt.Folder) }() // the benchmark's own
			show := o.progress()
			opt.Progress = func(stage string) { show(stage, 0, 1) }
			got, err := measure.Run(cmd.Context(), m, opt)
			if err != nil {
				return err
			}
			if err := benchTable(o.err, got); err != nil {
				return err
			}
			if registered == 0 {
				return o.print(got)
			}
			show("registrations", 0, 1)
			done, err := o.benchRegistrations(cmd.Context(), opt, registered)
			if err != nil {
				return err
			}
			fmt.Fprintf(o.err, "registered one by one in a register of %d people, on disk: p50 %.2f ms, p99 %.2f ms\n", done.People, done.P50, done.P99)
			return o.print(struct {
				measure.Bench
				Registered bench.Registrations `json:"registered"`
			}{got, done})
		},
	}
	modelFlag(c, &model)
	f := c.Flags()
	f.IntVar(&opt.People, "people", 1_000_000, "people in the index")
	f.IntVar(&opt.Queries, "queries", 2000, "queries of each kind, and registrations")
	f.IntVar(&opt.Arrivals, "arrivals", 7000, "rows of the new file")
	f.IntVar(&opt.Pairs, "pairs", 50_000, "labelled pairs")
	f.IntVar(&opt.Entries, "list", 2000, "entries of the published list")
	f.IntVar(&opt.Trigrams, "trigrams", 100_000, "people in the index of trigrams, 0 for none")
	f.IntVar(&registered, "registered", 20_000, "people in a register on disk, into which more are registered one by one; 0 for none")
	f.BoolVar(&full, "full", false, "all people in the index of trigrams, which takes long")
	f.Uint64Var(&opt.Seed, "seed", 1, "seed")
	return c
}

// benchRegistrations registers people in a database of its own.
func (o *options) benchRegistrations(ctx context.Context, opt measure.Options, people int) (bench.Registrations, error) {
	own := *o
	own.db, own.keys = filepath.Join(opt.Folder, "bench.db"), ""
	r, s, err := own.openRegister(ctx, clock.System)
	if err != nil {
		return bench.Registrations{}, err
	}
	all := trial.NewRegister(opt.Seed+1, people+opt.Queries, trial.Test)
	got, err := bench.RunRegistrations(ctx, r, people, opt.Queries, func(i int) person.Details { return all.At(i).Details() })
	return got, errors.Join(err, s.Close())
}

func benchTable(out io.Writer, b measure.Bench) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("%d people: index in %.1f s (%.1f s of processor), %.0f MB; peak of the process after the searches %.0f MB", b.People, b.Index.Seconds, b.Index.CPU, b.Index.Memory, b.Searching.Peak)
	p("\t recall@1\t @10\t p50 ms\t p99 ms\t max ms\t /s/core")
	row := func(name string, r measure.Ranked) {
		p("%s\t %.3f\t %.3f\t %.2f\t %.2f\t %.2f\t %.0f", name, r.At1, r.At10, r.Latency.P50, r.Latency.P99, r.Latency.Max, r.PerCore)
	}
	for _, profile := range []trial.Profile{trial.NoisyBirth, trial.Altered, trial.Clean, trial.CrossScript, trial.NameOnly} {
		row("search "+string(profile), b.Search[profile])
	}
	g := b.Registration
	p("search and file\t \t \t %.2f\t %.2f\t %.2f\t %.0f", g.Latency.P50, g.Latency.P99, g.Latency.Max, g.PerCore)
	if t := b.Trigrams; t != nil {
		row(fmt.Sprintf("trigrams, %d people", t.People), t.Theirs)
		row(fmt.Sprintf("ours, %d people", t.People), t.Ours)
		p("trigrams : ours\t \t \t %.0f\t %.0f\t \t %.0f", t.P50, t.P99, t.PerCore)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	d := b.Duplicates
	p("duplicates of %d rows in %.1f s: precision %.3f, recall %.3f; recall at precision 0.9: %.3f", d.Rows, d.Seconds, d.Precision, d.Recall, d.RecallAt90)
	for _, x := range []struct {
		name string
		e    measure.Evaluated
	}{{"pairs", b.Pairs}, {"pairs, Jaro-Winkler", b.Plain}} {
		p("%s\t F1 %.3f\t precision %.3f\t recall %.3f\t best F1 %.3f\t PR %.3f\t %.0f /s/core", x.name, x.e.F1, x.e.Precision, x.e.Recall, x.e.BestF1, x.e.PRAUC, x.e.PerSecond)
	}
	for _, name := range []string{"all_details", "names_only"} {
		s := b.Screening[name]
		p("published list, %s\t recall %.3f\t at %.2f false alerts per 1000", name, s.Recall, s.FalseAlerts)
	}
	return w.Flush()
}
