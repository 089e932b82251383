package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/demand"
	"amana/internal/explain"
	"amana/internal/fault"
	"amana/internal/lp"
	"amana/internal/measure"
	"amana/internal/plancheck"
	"amana/internal/planfile"
	"amana/internal/planning"
	"amana/internal/schedule"
	"amana/internal/solve"
)

// planRun is what one method made of a week.
type planRun struct {
	Method     string  `json:"method"`
	Objective  float64 `json:"objective"` // as the checker adds it up
	Bound      float64 `json:"bound,omitempty"`
	Gap        float64 `json:"gap,omitempty"`
	Ratio      float64 `json:"ratio"` // objective to the best bound of all methods
	Unplaced   int     `json:"unplaced"`
	Violations int     `json:"violations"`
	First      float64 `json:"first_seconds,omitempty"` // on the clock
	CPU        float64 `json:"cpu_seconds"`
	Peak       float64 `json:"peak_mb,omitempty"` // of the process so far
	Note       string  `json:"note,omitempty"`
}

// planBench is everything that was measured of one week.
type planBench struct {
	People  int          `json:"people"`
	Places  int          `json:"places"`
	Runs    []planRun    `json:"runs"`
	Reasons float64      `json:"reasons_seconds"` // of processor, for why everybody is where they are
	Replan  *replanBench `json:"replan,omitempty"`
	Convoys *convoyBench `json:"convoys,omitempty"`
}

// replanBench is what the loss of a block did.
type replanBench struct {
	Block      string  `json:"block"`
	Lost       int     `json:"lost"` // people who had a place in it
	Moved      int     `json:"moved"`
	Least      int     `json:"least"` // no plan moves fewer
	Ratio      float64 `json:"ratio"`
	Unplaced   int     `json:"unplaced"`
	Violations int     `json:"violations"`
	Seconds    float64 `json:"seconds"` // on the clock
	CPU        float64 `json:"cpu_seconds"`
	Why        float64 `json:"why_seconds"` // of processor, for why people are left
	Conflicts  int     `json:"conflicts"`
}

// convoyBench is the timetable of a plan.
type convoyBench struct {
	Passengers int     `json:"passengers"`
	Convoys    int     `json:"convoys"`
	Left       int     `json:"left"`
	Vehicles   int     `json:"vehicles"`
	Bound      int     `json:"bound"`
	Ratio      float64 `json:"ratio"`
	Waiting    float64 `json:"waiting_minutes"`
	Violations int     `json:"violations"`
	Seconds    float64 `json:"seconds"`
}

// planTrial are the flags.
type planTrial struct {
	seed            uint64
	large           bool
	replan, convoys bool
	cbc             int
	budget          time.Duration
}

func (o *options) benchPlan() *cobra.Command {
	var t planTrial
	c := &cobra.Command{
		Use:   "plan",
		Short: "An invented week planned by us, by plain greedy and by CBC, with a proven bound",
		Long: `Invents a week of 7,000 people, 12 prisons and 80 blocks, and plans it with plain greedy, with our solver and, when cbc is on the PATH
(Debian: coinor-cbc), with the same model person by person in CBC. Every plan is checked and priced by the independent checker, which also
recomputes our bound. Seconds are of the processor, all threads; the first plan is by the clock.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if t.cbc < 0 || t.budget <= 0 {
				return fault.New(fault.Invalid, "time.too_short", "the time of a solver is more than 0")
			}
			weeks, budgets := []demand.Size{demand.Week7000()}, []time.Duration{t.budget}
			if t.large {
				weeks, budgets = append(weeks, demand.Nation100000()), append(budgets, 4*t.budget)
			}
			var all []planBench
			for n, size := range weeks {
				q := demand.Week(t.seed, size)
				b, err := t.run(cmd.Context(), &q, budgets[n])
				if err != nil {
					return err
				}
				all = append(all, b)
			}
			q := demand.Week(t.seed, weeks[0]) // CBC comes last, so that what its model takes is not counted as ours
			peer, err := t.runCBC(cmd.Context(), &q)
			if err != nil {
				return err
			}
			all[0].Runs = append(all[0].Runs, peer)
			for n := range all {
				all[n].compare()
			}
			if o.json {
				return o.print(all)
			}
			for _, b := range all {
				if err := o.planTable(b); err != nil {
					return err
				}
			}
			return nil
		},
	}
	f := c.Flags()
	f.Uint64Var(&t.seed, "seed", 1, "seed of the week and of the solver")
	f.BoolVar(&t.large, "large", false, "also 100,000 people and 800 blocks, with four times the time")
	f.BoolVar(&t.replan, "replan", false, "also lose a block of about 200 and plan again")
	f.BoolVar(&t.convoys, "convoys", false, "also make the timetable of the week")
	f.IntVar(&t.cbc, "cbc", 120, "seconds of CBC, 0 for none")
	f.DurationVar(&t.budget, "time", 30*time.Second, "processor time of our solver")
	return c
}

func (t planTrial) options(budget time.Duration) solve.Options {
	watch := measure.Begin()
	return solve.Options{Budget: budget, Seed: t.seed, Now: func() time.Duration { return watch.Took().CPU }}
}

// run plans a week by plain greedy and by our solver.
func (t planTrial) run(ctx context.Context, q *planning.Problem, budget time.Duration) (planBench, error) {
	b := planBench{People: len(q.People), Places: len(q.Places)}
	watch := measure.Begin()
	greedy := solve.Greedy(q)
	b.Runs = append(b.Runs, checked("plain greedy", q, greedy, watch.Took()))
	watch = measure.Begin()
	plan := solve.Plan(ctx, q, t.options(budget))
	took := watch.Took()
	ours := checked("ours", q, plan, took)
	ours.First, ours.Peak = plan.First, measure.ReadMemory().Peak
	bound, err := plancheck.Bound(q, plan.Proof, ours.Unplaced)
	if err != nil {
		ours.Note = "no proof: " + err.Error()
	}
	ours.Bound = bound
	b.Runs = append(b.Runs, ours)
	watch = measure.Begin()
	explain.Reasons(q, plan)
	b.Reasons = watch.Took().CPU.Seconds()
	if t.replan {
		again := t.lose(ctx, *q, plan)
		b.Replan = &again
	}
	if t.convoys && len(q.People) <= demand.Week7000().People {
		convoys, err := ride(q, plan)
		if err != nil {
			return b, err
		}
		b.Convoys = &convoys
	}
	return b, nil
}

// checked lets the independent checker judge a plan.
func checked(method string, q *planning.Problem, p planning.Plan, took measure.Took) planRun {
	report := plancheck.Check(q, planfile.Rows(q, p.Places, func(int) string { return "" }))
	return planRun{
		Method: method, Objective: report.Cost.Total(), Unplaced: report.Unplaced, Violations: len(report.Violations),
		CPU: took.CPU.Seconds(),
	}
}

// compare holds every run against the best bound. A plan that leaves people costs less for them, so its ratio says nothing and is left out.
func (b *planBench) compare() {
	var bound float64
	for _, r := range b.Runs {
		bound = max(bound, r.Bound)
	}
	for n := range b.Runs {
		r := &b.Runs[n]
		if r.Bound > 0 && r.Objective > 0 {
			r.Gap = (r.Objective - r.Bound) / r.Bound
		}
		if bound > 0 && r.Unplaced == 0 {
			r.Ratio = r.Objective / bound
		}
	}
}

// lose takes the block out whose people are nearest to 200, and plans again.
func (t planTrial) lose(ctx context.Context, q planning.Problem, plan planning.Plan) replanBench {
	blocks, of := q.Blocks()
	held := make([]int, len(blocks))
	for _, l := range plan.Places {
		if l != planning.Nowhere {
			held[of[l]]++
		}
	}
	lost := 0
	for k := range blocks {
		if far(held[k]) < far(held[lost]) {
			lost = k
		}
	}
	q.Places, q.Previous = slices.Clone(q.Places), plan.Places
	for l := range q.Places {
		if of[l] == lost {
			q.Places[l].Capacity, q.Places[l].Occupied = 0, 0
		}
	}
	watch := measure.Begin()
	again := solve.Replan(ctx, &q, t.options(10*time.Second))
	took := watch.Took()
	r := checked("", &q, again, took)
	watch = measure.Begin()
	conflicts := explain.Conflicts(ctx, &q, again)
	b := replanBench{
		Block: blocks[lost].Prison + "/" + blocks[lost].Name, Lost: held[lost], Moved: again.Changes, Least: again.Least, Unplaced: r.Unplaced,
		Violations: r.Violations, Seconds: took.Wall.Seconds(), CPU: r.CPU, Why: watch.Took().CPU.Seconds(), Conflicts: len(conflicts),
	}
	if b.Least > 0 {
		b.Ratio = float64(b.Moved) / float64(b.Least)
	}
	return b
}

func far(people int) int { return max(people-200, 200-people) }

// ride makes the timetable of a plan over the lines of 2026.
func ride(q *planning.Problem, plan planning.Plan) (convoyBench, error) {
	operation, err := schedule.Default()
	if err != nil {
		return convoyBench{}, err
	}
	zone := time.FixedZone("+03", 3*60*60)
	p := schedule.Problem{Start: time.Date(2026, 2, 2, 0, 0, 0, 0, zone), Days: 7}
	p.Passengers, p.Apart = schedule.Passengers(q, plan.Places)
	prisons := map[string]schedule.Place{}
	for _, l := range q.Places {
		prisons[l.Prison] = schedule.Place{Lat: l.Lat, Lon: l.Lon}
	}
	p.Routes, p.Points, p.Gates = operation.Over(nil, prisons)
	watch := measure.Begin()
	got, err := schedule.Build(&p)
	if err != nil {
		return convoyBench{}, fmt.Errorf("making the timetable: %w", err)
	}
	b := convoyBench{
		Passengers: len(p.Passengers) - plan.Unplaced(), Convoys: len(got.Convoys), Left: len(got.Left), Vehicles: got.Loads, Bound: got.Bound, Waiting: got.Waiting.Minutes(),
		Seconds: watch.Took().CPU.Seconds(), Violations: len(schedule.Check(&p, got)),
	}
	if b.Bound > 0 {
		b.Ratio = float64(b.Vehicles) / float64(b.Bound)
	}
	return b, nil
}

// runCBC asks CBC the same question, person by person.
func (t planTrial) runCBC(ctx context.Context, q *planning.Problem) (planRun, error) {
	run := planRun{Method: "CBC"}
	path, err := exec.LookPath("cbc")
	switch {
	case t.cbc == 0:
		run.Note = "not asked"
		return run, nil
	case err != nil:
		run.Note = "not installed: apt-get install coinor-cbc"
		return run, nil
	}
	dir, err := os.MkdirTemp("", "amana-bench-")
	if err != nil {
		return run, fmt.Errorf("making a folder for the benchmark: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // the benchmark's own
	model, solution := filepath.Join(dir, "plan.mps"), filepath.Join(dir, "plan.sol")
	f, err := os.Create(model)
	if err != nil {
		return run, fmt.Errorf("making the model: %w", err)
	}
	if err := cmp.Or(lp.Write(f, q), f.Close()); err != nil {
		return run, err
	}
	// Its seconds are of the processor: on a busy machine it takes longer, and one that is far beyond is ended.
	ctx, cancel := context.WithTimeout(ctx, time.Duration(10*t.cbc)*time.Second)
	defer cancel()
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, path, model, "-sec", fmt.Sprint(t.cbc), "-ratio", "0.001", "-solve", "-solution", solution)
	cmd.Stdout, cmd.Stderr = &said, &said
	failed := cmd.Run()
	if s := cmd.ProcessState; s != nil {
		run.CPU = (s.UserTime() + s.SystemTime()).Seconds()
	}
	bound, err := lp.ReadBound(&said)
	if err != nil {
		return run, err
	}
	run.Bound = bound
	none := fmt.Sprintf("no plan in %.0f s of processor, bound %.1f", run.CPU, bound)
	answer, err := os.Open(solution)
	if failed != nil || err != nil {
		run.Note = none
		return run, nil
	}
	defer answer.Close() // only read
	places, err := lp.Read(answer, q)
	if fault.Is(err, "solution.none") {
		run.Note = none
		return run, nil
	}
	if err != nil {
		return run, err
	}
	judged := checked(run.Method, q, planning.Plan{Places: places}, measure.Took{})
	judged.CPU, judged.Bound = run.CPU, bound
	return judged, nil
}

func (o *options) planTable(b planBench) error {
	w := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	fmt.Fprintf(o.out, "%d people, %d places\n", b.People, b.Places)
	p("method\tcost\tto the bound\tbound\tgap %%\tleft\tviolations\tfirst s\tCPU s\tpeak MB\t")
	or := func(format string, x float64) string {
		if x == 0 {
			return "-"
		}
		return fmt.Sprintf(format, x)
	}
	for _, r := range b.Runs {
		if r.Note != "" && r.Objective == 0 {
			p("%s\t%s\t", r.Method, r.Note)
			continue
		}
		p("%s\t%.1f\t%s\t%s\t%s\t%d\t%d\t%s\t%.1f\t%s\t%s", r.Method, r.Objective, or("%.4f", r.Ratio), or("%.1f", r.Bound), or("%.3f", 100*r.Gap), r.Unplaced, r.Violations,
			or("%.2f", r.First), r.CPU, or("%.0f", r.Peak), r.Note)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(o.out, "why everybody is where they are: %.2f s\n", b.Reasons)
	if r := b.Replan; r != nil {
		fmt.Fprintf(o.out, "block %s of %d is lost: planned again in %.2f s (CPU %.2f s), moved %d, at least %d, ratio %.3f, left %d in %d conflicts (%.3f s), violations %d\n",
			r.Block, r.Lost, r.Seconds, r.CPU, r.Moved, r.Least, r.Ratio, r.Unplaced, r.Conflicts, r.Why, r.Violations)
	}
	if c := b.Convoys; c != nil {
		fmt.Fprintf(o.out, "timetable in %.2f s: %d passengers, %d convoys, %d vehicles, at least %d, ratio %.4f, waiting %.0f min, left %d, violations %d\n",
			c.Seconds, c.Passengers, c.Convoys, c.Vehicles, c.Bound, c.Ratio, c.Waiting, c.Left, c.Violations)
	}
	return nil
}
