package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/scenario"
	"amana/internal/store"
	"amana/internal/synth"
	"amana/internal/web"
	"amana/internal/week"
)

func (o *options) demo() *cobra.Command {
	var (
		once   bool
		seed   int64
		people int
		addr   string
	)
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run a whole synthetic week, from manifests to a balanced register, and open it in the browser",
		Long: `Makes the manifests of a synthetic week as files, imports them, places people, sends convoys over the
three lines into the prisons on a simulated clock, injects trouble, finds it by the register's own rules,
and closes with a balance sheet. Without --db the register is kept in a temporary folder.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			dir, err := os.MkdirTemp("", "amana-demo-")
			if err != nil {
				return fmt.Errorf("making a folder for the demo: %w", err)
			}
			defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
			if !cmd.Flags().Changed("db") {
				o.db = filepath.Join(dir, "demo.db")
			}
			return o.runDemo(ctx, dir, seed, people, once, addr)
		},
	}
	c.Flags().BoolVar(&once, "once", false, "run the week, print the result and end")
	c.Flags().Int64Var(&seed, "seed", 1, "seed of the synthetic week")
	c.Flags().IntVar(&people, "people", 7000, "people in the week")
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to serve on")
	return c
}

func (o *options) runDemo(ctx context.Context, dir string, seed int64, people int, once bool, addr string) error {
	files, twice, err := writeManifests(filepath.Join(dir, "manifests"), seed, people)
	if err != nil {
		return err
	}
	clk := clock.NewSimulated(week.Start.AddDate(0, 0, -3))
	r, s, err := o.openRegister(ctx, clk.Now)
	if err != nil {
		return err
	}
	defer s.Close() // every commit is on disk when it is answered
	if head, err := s.Head(ctx); err != nil {
		return err
	} else if head.Size > 0 {
		return fault.New(fault.Refused, "demo.register_in_use", "the register at %s holds entries already; the demo needs an empty one", o.db)
	}
	plan, err := scenario.Load2026()
	if err != nil {
		return err
	}
	seats := 0
	if people < 5000 { // enough convoys for every kind of trouble
		seats = max(people/160, 4)
	}
	result, err := week.Run(ctx, r, clk, week.Options{Seed: seed, Files: files, Twice: twice, Scenario: plan, Seats: seats, Progress: o.progress()})
	if err != nil {
		return err
	}
	problems, err := s.Verify(ctx, store.Trust{}, nil)
	if err != nil {
		return err
	}
	result.Verify = "ok"
	if len(problems) > 0 {
		result.Verify = problems[0].Rule + ": " + problems[0].Where + ": " + problems[0].Message
	}
	if o.json {
		err = o.print(result)
	} else {
		o.summary(result)
	}
	if err != nil {
		return err
	}
	if once {
		if !result.Balanced || !result.AllFound || len(problems) > 0 || result.Identity.False > 0 || result.Identity.Missed > 0 {
			return errUnproven
		}
		return nil
	}
	var accounts []web.DemoAccount
	for _, a := range week.Actors() {
		token := rand.Text()
		if err := s.SetAccount(ctx, a, token); err != nil {
			return err
		}
		accounts = append(accounts, web.DemoAccount{Role: a.Role, Name: a.Name, Token: token})
	}
	// From here on the demo's clock runs with the wall clock.
	began := time.Now()
	stopped := clk.Now()
	running := func() time.Time { clk.Set(stopped.Add(time.Since(began))); return clk.Now() }
	return o.run(ctx, r, s, service{addr: addr, clock: running, demo: accounts})
}

// writeManifests makes the synthetic week's files in a folder and reads them back: the register knows nothing but the files. It also tells
// who stands in two of them, to judge the register by.
func writeManifests(dir string, seed int64, people int) ([]week.File, [][2]week.Row, error) {
	made, truth, err := synth.Week(synth.Plan{Seed: seed, People: people, AsOf: week.Start})
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, nil, fmt.Errorf("making the folder of manifests: %w", err)
	}
	for _, f := range made {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Bytes, 0o600); err != nil {
			return nil, nil, fmt.Errorf("writing a manifest: %w", err)
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, nil, err
	}
	var files []week.File
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, fmt.Errorf("reading a manifest: %w", err)
		}
		files = append(files, week.File{Name: filepath.Base(name), Bytes: b})
	}
	row := func(i int) week.Row {
		r := truth.Rows[i]
		return week.Row{File: r.File, Sheet: r.Sheet, Line: r.Line}
	}
	twice := make([][2]week.Row, len(truth.Pairs))
	for i, p := range truth.Pairs {
		twice[i] = [2]week.Row{row(p.A), row(p.B)}
	}
	return files, twice, nil
}

func (o *options) generate() *cobra.Command {
	var seed int64
	var people int
	c := &cobra.Command{
		Use:   "generate FOLDER",
		Short: "Write the manifests of a synthetic week as files",
		Args:  exactly(1, "the folder to write to"),
		RunE: func(_ *cobra.Command, args []string) error {
			files, _, err := writeManifests(args[0], seed, people)
			if err != nil {
				return err
			}
			names := make([]string, len(files))
			for i, f := range files {
				names[i] = filepath.Join(args[0], f.Name)
			}
			if o.json {
				return o.print(map[string]any{"files": names})
			}
			for _, n := range names {
				fmt.Fprintln(o.out, n)
			}
			return nil
		},
	}
	c.Flags().Int64Var(&seed, "seed", 1, "seed of the synthetic week")
	c.Flags().IntVar(&people, "people", 7000, "people in the week")
	return c
}

func (o *options) summary(r week.Result) {
	p := func(format string, args ...any) { fmt.Fprintf(o.out, format+"\n", args...) }
	p("registered %d = in custody %d + in transit %d + exits %v; balanced: %v", r.Registered, r.InCustody, r.InTransit, r.Exits, r.Balanced)
	for _, c := range slices.Sorted(maps.Keys(r.ByPlace)) {
		p("  %-8s %5d", c, r.ByPlace[c])
	}
	for _, l := range r.Lines {
		p("%s: departed %d, passed %d, exceptions %v", l.Line, l.Departed, l.Passed, l.Exceptions)
	}
	p("identity: %d pairs proposed; of %d people in two manifests %d found, %d missed; %d likely pairs are two people", r.Identity.Proposed,
		r.Identity.True+r.Identity.Missed, r.Identity.True, r.Identity.Missed, r.Identity.False)
	for i, plan := range r.Plans {
		if i > 0 {
			p("planned again when %s failed: %d people get another place, at least %d must", r.LostBlock, plan.Changes, plan.Least)
		}
		p("plan: %d have a bed, %d have none; no plan costs less than %.2f %% below it; %d vehicles, at least %d are needed; waiting in the open %s",
			plan.People, plan.Unplaced, 100*plan.Gap, plan.Vehicles, plan.Bounded, plan.Waiting)
	}
	p("trouble: %d injected, %d found, all found: %v", len(r.Injected), len(r.Found), r.AllFound)
	for _, t := range r.Injected {
		p("  %-20s %-28s found %s", t.Kind, t.Subject, t.DetectedAt)
	}
	p("%d entries; verify: %s", r.Entries, r.Verify)
}

// exactly wants so many arguments and says which.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{errors.New("wanted: " + what)}
		}
		return nil
	}
}
