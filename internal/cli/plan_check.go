package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"amana/internal/fault"
	"amana/internal/plancheck"
	"amana/internal/planfile"
	"amana/internal/planning"
)

// planChecked is what the checker found of an assignment.
type planChecked struct {
	plancheck.Report
	Total float64  `json:"objective"`
	Bound *float64 `json:"bound,omitempty"` // with a proof only
	Gap   *float64 `json:"gap,omitempty"`

	Exhausted bool `json:"exhausted,omitempty"` // as the solver says: it went through every plan
}

func (o *options) planCheck() *cobra.Command {
	var (
		files             planFiles
		assignment, proof string
	)
	c := &cobra.Command{
		Use:   "check",
		Short: "Check an assignment, whoever made it: every violation of a rule, the cost, and the bound that a proof gives",
		Long: `Computes everything anew from the files, with nothing of the solver. With --proof, the prices that amana plan wrote, it also computes
how little any plan can cost that places as many. Exit code 4 means violations.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if assignment == "" {
				return usageError{errors.New("wanted: --assignment")}
			}
			q, err := files.read()
			if err != nil {
				return o.badFiles(err)
			}
			rows, err := readAssignment(assignment)
			if err != nil {
				return o.badFiles(err)
			}
			found := planChecked{Report: plancheck.Check(q, rows)}
			found.Total = found.Cost.Total()
			if proof != "" {
				bound, exhausted, err := boundOf(proof, q, found.Unplaced)
				if err != nil {
					return err
				}
				found.Exhausted = exhausted
				gap := planning.Plan{Objective: found.Total, Bound: bound}.Gap()
				found.Bound, found.Gap = &bound, &gap
			}
			if err := o.printChecked(found); err != nil {
				return err
			}
			if len(found.Violations) > 0 {
				return errUnproven
			}
			return nil
		},
	}
	files.flags(c)
	c.Flags().StringVar(&assignment, "assignment", "", "the assignment to check: a CSV file")
	c.Flags().StringVar(&proof, "proof", "", "prices that amana plan wrote: a JSON file")
	return c
}

func readAssignment(file string) ([]planfile.Row, error) {
	f, err := open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	return planfile.ReadAssignment(planfile.Source{Name: filepath.Base(file), Content: f})
}

// maxProof bounds the file of prices: those of planfile.MaxPlaces places, with room to spare.
const maxProof = 32 << 20

// boundOf computes the bound from the prices in a file, and tells whether the solver says that it went through every plan.
func boundOf(file string, q *planning.Problem, unplaced int) (least float64, exhausted bool, err error) {
	f, err := open(file)
	if err != nil {
		return 0, false, err
	}
	defer f.Close() // only read
	var p planning.Proof
	d := json.NewDecoder(io.LimitReader(f, maxProof))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return 0, false, fault.New(fault.Invalid, "proof.unreadable", "%s holds no prices: %v", file, err)
	}
	bound, err := plancheck.Bound(q, p, unplaced)
	if err != nil {
		return 0, false, fault.New(fault.Invalid, "proof.unfit", "%s: %v", file, err)
	}
	return max(bound, 0), p.Exhausted, nil // no plan costs less than nothing
}

func (o *options) printChecked(c planChecked) error {
	if o.json {
		return o.print(c)
	}
	fmt.Fprintf(o.out, "%d have a place, %d have none, %d violations\ncost %.1f\n", c.Placed, c.Unplaced, len(c.Violations), c.Total)
	o.printCost(c.Cost)
	if c.Bound != nil {
		fmt.Fprintf(o.out, "no plan that places as many costs less than %.1f: gap %.2f %%\n", *c.Bound, 100**c.Gap)
	}
	if c.Exhausted {
		fmt.Fprintln(o.out, "the solver says that it went through every plan of this small question and found none that costs less; the prices do not prove that")
	}
	if c.Changes > 0 {
		fmt.Fprintf(o.out, "%d people are elsewhere than in the plan in force\n", c.Changes)
	}
	o.printViolations(c.Violations)
	return nil
}
