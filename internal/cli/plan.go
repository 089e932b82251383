package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/explain"
	"amana/internal/fault"
	"amana/internal/measure"
	"amana/internal/plancheck"
	"amana/internal/planfile"
	"amana/internal/planning"
	"amana/internal/solve"
)

// planFiles are the names of the files that a plan is asked with.
type planFiles struct{ people, places, apart, previous, weights string }

func (f *planFiles) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.people, "people", "", "who waits: a CSV file")
	c.Flags().StringVar(&f.places, "places", "", "what takes them: a CSV file")
	c.Flags().StringVar(&f.apart, "apart", "", "who is kept apart: a CSV file")
	c.Flags().StringVar(&f.previous, "previous", "", "the plan in force: an assignment")
	c.Flags().StringVar(&f.weights, "weights", "", "the policy: a TOML file")
}

// all are the names of those that were given.
func (f *planFiles) all() []string {
	return slices.DeleteFunc([]string{f.people, f.places, f.apart, f.previous, f.weights}, func(s string) bool { return s == "" })
}

// read reads the files.
func (f *planFiles) read() (q *planning.Problem, err error) {
	if f.people == "" || f.places == "" {
		return nil, usageError{errors.New("wanted: --people and --places")}
	}
	var opened []*os.File
	defer func() {
		for _, o := range opened {
			_ = o.Close() // only read
		}
	}()
	source := func(file string) planfile.Source {
		if file == "" || err != nil {
			return planfile.Source{}
		}
		var o *os.File
		if o, err = open(file); err != nil {
			return planfile.Source{}
		}
		opened = append(opened, o)
		return planfile.Source{Name: filepath.Base(file), Content: o}
	}
	files := planfile.Files{People: source(f.people), Places: source(f.places), Apart: source(f.apart), Previous: source(f.previous), Weights: source(f.weights)}
	if err != nil {
		return nil, err
	}
	return planfile.Read(files)
}

func (o *options) plan() *cobra.Command {
	var (
		files      planFiles
		limit      time.Duration
		seed       uint64
		replan     bool
		out, proof string
	)
	c := &cobra.Command{
		Use:   "plan",
		Short: "Give people places: who goes where and why, what it costs, and how far that is from the best plan",
		Long: `Reads people and places from CSV files, breaks no hard rule, places as many as can be placed, and looks for the least cost by the
visible policy until it is proven or the time is spent. Whoever has no place is named with the reason. The plan is checked by a second
program part that shares nothing with the solver. docs/planning.md has the columns, the rules and the policy.
Exit code 2 means that a file has bad cells: all are named and nothing is planned.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case limit <= 0:
				return usageError{errors.New("wanted: a --time above 0")}
			case replan && files.previous == "":
				return usageError{errors.New("wanted: --previous, the plan in force, with --replan")}
			}
			if err := apartFromInput(files.all(), out, proof); err != nil {
				return err
			}
			q, err := files.read()
			if err != nil {
				return o.badFiles(err)
			}
			watch := measure.Begin()
			how, opt := solve.Plan, solve.Options{Budget: limit, Seed: seed, Now: func() time.Duration { return watch.Took().Processor() }}
			if replan {
				how = solve.Replan
			}
			p := how(cmd.Context(), q, opt)
			p.Conflicts = explain.Conflicts(cmd.Context(), q, p)
			why := explain.Reasons(q, p)
			rows := planfile.Rows(q, p.Places, func(i int) string { return why[i].English() })
			report := plancheck.Check(q, rows)
			if !p.Proof.Exhausted { // the solver's word is not needed: its prices prove the bound
				bound, err := plancheck.Bound(q, p.Proof, report.Unplaced)
				if err != nil {
					return fmt.Errorf("proving the bound: %w", err)
				}
				p.Bound = max(bound, 0) // no plan costs less than nothing
			}
			a := newPlanAnswer(q, p, rows, report)
			if !a.proven() { // a mistake of ours: nobody may act on this plan
				return errors.Join(o.printPlan(a), errUnproven)
			}
			if out != "" {
				if err := writeWhole(out, func(w io.Writer) error { return planfile.WriteAssignment(w, rows) }); err != nil {
					return err
				}
			}
			if proof != "" {
				if err := writeWhole(proof, func(w io.Writer) error { return json.NewEncoder(w).Encode(p.Proof) }); err != nil {
					return err
				}
			}
			return o.printPlan(a)
		},
	}
	files.flags(c)
	c.Flags().DurationVar(&limit, "time", 30*time.Second, "processor time to spend at most")
	c.Flags().Uint64Var(&seed, "seed", 1, "of the random choices")
	c.Flags().BoolVar(&replan, "replan", false, "change as few people as can be of the plan in force, and only then look at the cost")
	c.Flags().StringVar(&out, "out", "", "the assignment: a CSV file to write")
	c.Flags().StringVar(&proof, "proof", "", "the prices that prove the bound: a JSON file to write")
	c.AddCommand(o.planCheck(), o.planWave())
	return c
}

// apartFromInput refuses to write over what is read.
func apartFromInput(inputs []string, outputs ...string) error {
	seen := inputs
	for _, out := range outputs {
		if out == "" {
			continue
		}
		for _, in := range seen {
			if samePath(in, out) {
				return usageError{fmt.Errorf("%s would be written over", out)}
			}
		}
		seen = append(seen, out)
	}
	return nil
}

func samePath(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	return filepath.Clean(a) == filepath.Clean(b)
}

// writeWhole makes a file that is there with all its content or not at all.
func writeWhole(file string, fill func(io.Writer) error) error {
	part := file + ".part"
	err := write(part, fill)
	if err == nil {
		err = os.Rename(part, file)
	}
	if err != nil {
		_ = os.Remove(part) // ours
		return fault.New(fault.Invalid, "file.unwritable", "%s cannot be written", file).Because(err)
	}
	return nil
}

// badFiles shows bad cells, each on a line of its own unless JSON is asked for.
func (o *options) badFiles(err error) error {
	f := fault.As(err)
	if o.json || f.Rule != "plan.input" {
		return err
	}
	fmt.Fprintf(o.err, "amana: %s: %s\n", f.Rule, f.Message)
	for _, c := range f.Fields {
		at := c.Name
		if c.Row > 0 {
			at += fmt.Sprintf(", row %d", c.Row)
		}
		if c.Value != "" {
			fmt.Fprintf(o.err, "  %s: %s %q\n", at, c.Rule, c.Value)
			continue
		}
		fmt.Fprintf(o.err, "  %s: %s\n", at, c.Rule)
	}
	if all := f.Refs["problems"]; all != fmt.Sprint(len(f.Fields)) {
		fmt.Fprintf(o.err, "  the first %d of %s\n", len(f.Fields), all)
	}
	return toldError{err}
}

// planAnswer is a plan as it is printed.
type planAnswer struct {
	Placed     int                   `json:"placed"`
	Unplaced   []unplaced            `json:"unplaced"`
	Objective  float64               `json:"objective"`
	Bound      float64               `json:"bound"`
	Gap        float64               `json:"gap"`
	Violations []plancheck.Violation `json:"violations"` // found by the checker
	Seconds    float64               `json:"seconds"`    // of processor time
	First      float64               `json:"first_seconds"`
	Changes    int                   `json:"changes"`
	Least      int                   `json:"least_changes"`
	Cost       plancheck.Cost        `json:"cost"` // computed by the checker
	Conflicts  []collision           `json:"conflicts"`
	Prices     []priced              `json:"prices"`

	checked float64 // the cost that the checker found
}

type unplaced struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

// collision is a conflict with ids for positions.
type collision struct {
	Rules    []planning.Rule `json:"rules"`
	People   []string        `json:"people"`
	Unplaced []string        `json:"unplaced"`
	Places   []string        `json:"places"`
	Room     int             `json:"room"`
	Text     string          `json:"text"`
	Unproven bool            `json:"unproven,omitempty"` // too many compete to prove that no plan does better
}

// priced is a place where room is scarce.
type priced struct {
	Place   string  `json:"place"`
	Prison  string  `json:"prison"`
	Block   string  `json:"block"`
	Bed     float64 `json:"bed"`
	Medical float64 `json:"medical"`
}

// scarcest is how many places are shown with their prices.
const scarcest = 10

func newPlanAnswer(q *planning.Problem, p planning.Plan, rows []planfile.Row, r plancheck.Report) planAnswer {
	a := planAnswer{
		Placed: r.Placed, Unplaced: []unplaced{}, Objective: p.Objective, Bound: p.Bound, Gap: p.Gap(), Violations: r.Violations, Seconds: p.Seconds, First: p.First,
		Changes: r.Changes, Least: p.Least, Cost: r.Cost, Conflicts: []collision{}, Prices: []priced{}, checked: r.Cost.Total(),
	}
	for _, row := range rows {
		if row.Place == "" {
			a.Unplaced = append(a.Unplaced, unplaced{row.ID, row.Reason})
		}
	}
	person := func(i int) string { return q.People[i].ID }
	place := func(l int) string { return q.Places[l].ID }
	for _, c := range p.Conflicts {
		a.Conflicts = append(a.Conflicts, collision{c.Rules, ids(c.People, person), ids(c.Left, person), ids(c.Places, place), c.Room, explain.Sentence(q, c), c.Unproven})
	}
	prices := slices.DeleteFunc(explain.Prices(q, p), func(x explain.Price) bool { return q.Places[x.Place].Free() == 0 }) // a price of no use is no worth
	slices.SortStableFunc(prices, func(x, y explain.Price) int { return cmp.Compare(y.Bed+y.Medical, x.Bed+x.Medical) })
	for _, x := range prices[:min(len(prices), scarcest)] {
		l := &q.Places[x.Place]
		a.Prices = append(a.Prices, priced{l.ID, l.Prison, l.Block, x.Bed, x.Medical})
	}
	return a
}

func ids(at []int, id func(int) string) []string {
	all := make([]string, len(at))
	for n, i := range at {
		all[n] = id(i)
	}
	return all
}

// proven reports whether the checker found the plan as the solver says that it is.
func (a *planAnswer) proven() bool {
	return len(a.Violations) == 0 && math.Abs(a.checked-a.Objective) <= 1e-6*max(1, a.Objective)
}

// shown is how many people and conflicts a summary names.
const shown = 20

func (o *options) printPlan(a planAnswer) error {
	if o.json {
		return o.print(a)
	}
	p := func(format string, args ...any) { fmt.Fprintf(o.out, format+"\n", args...) }
	p("%d have a place, %d have none, %d violations", a.Placed, len(a.Unplaced), len(a.Violations))
	p("cost %.1f; no plan that places as many costs less than %.1f: gap %.2f %%", a.Objective, a.Bound, 100*a.Gap)
	o.printCost(a.Cost)
	if a.Changes > 0 || a.Least > 0 {
		p("%d people are elsewhere than in the plan in force; at least %d must be", a.Changes, a.Least)
	}
	p("%.1f s of processor time; the first plan stood after %.1f s", a.Seconds, a.First)
	o.printViolations(a.Violations)
	for _, c := range a.Conflicts[:min(len(a.Conflicts), shown)] {
		p("no room: %s", c.Text)
	}
	for _, u := range a.Unplaced[:min(len(a.Unplaced), shown)] {
		p("  %s: %s", u.ID, u.Why)
	}
	if len(a.Unplaced) > shown {
		p("  … and %d more: --out or --json names everybody", len(a.Unplaced)-shown)
	}
	for _, x := range a.Prices {
		p("one bed more in %s (%s %s) saves up to %.1f, one medical place %.1f", x.Place, x.Prison, x.Block, x.Bed, x.Medical)
	}
	return nil
}

func (o *options) printCost(c plancheck.Cost) {
	fmt.Fprintf(o.out, "  travel %.1f, court %.1f, consul %.1f, language %.1f, density %.1f, group %.1f, nationality %.1f, move %.1f\n",
		c.Travel, c.Court, c.Consul, c.Language, c.Density, c.Group, c.Nationality, c.Move)
}

func (o *options) printViolations(all []plancheck.Violation) {
	for _, v := range all {
		fmt.Fprintf(o.out, "violation: %s: people %v, places %v: %s\n", v.Rule, v.People, v.Places, v.Detail)
	}
}
