package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/identity"
)

func (o *options) identityPairs() *cobra.Command {
	var model string
	var least float64
	var limit int
	var table bool
	c := &cobra.Command{
		Use:   "pairs [FILE]",
		Short: "Propose who in a file, or in the register, may be one person, the likeliest first; prints JSON",
		Long: `Reads a table of people (.tsv) or a manifest (.xlsx, .csv) and prints a list of pairs: the two people, the bits, the band
and every piece of evidence with what it is worth. Nothing is changed and nobody is merged: a pair is a question to a
human. Rows with one id are one person and never a pair. Without a file, the work list of the register is made anew and
printed, what matters most first.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				pairs, err := o.workList(cmd.Context(), limit)
				if err != nil {
					return err
				}
				if table {
					o.printWaiting(pairs)
					return nil
				}
				return o.print(pairs)
			}
			base, err := loadModel(model)
			if err != nil {
				return err
			}
			s, err := readSource(cmd.Context(), args[0], time.Now())
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("least") {
				least = base.Weights().Bands.Possible
			}
			found := findPairs(base, s, least, limit)
			if !table {
				return o.print(found)
			}
			for i, p := range found {
				fmt.Fprintf(o.out, "%d. %s\n   %s\n", i+1, line(p.A), line(p.B))
				o.explain(p.Explanation)
			}
			return nil
		},
	}
	modelFlag(c, &model)
	c.Flags().Float64Var(&least, "least", 0, "bits from which a pair is proposed; default: where the model's lower band begins")
	c.Flags().IntVar(&limit, "limit", 0, "pairs to print; 0 for all")
	c.Flags().BoolVar(&table, "table", false, "print for reading, and not JSON")
	return c
}

// findPairs gives the pairs of different people, each two people once, by the descriptions that fit best.
func findPairs(base *identity.Model, s source, least float64, limit int) []proposal {
	m, records, numbers := s.records(base)
	out, seen := []proposal{}, map[[2]uint64]bool{}
	for _, p := range identity.Pairs(m, records, nil, least) {
		a, b := numbers[p.A], numbers[p.B]
		people := [2]uint64{min(a, b), max(a, b)}
		if a == b || seen[people] {
			continue
		}
		seen[people] = true
		out = append(out, proposal{s.show(a), s.show(b), m.Explain(records[p.A], records[p.B])})
		if len(out) == limit {
			break
		}
	}
	return out
}
