package cli

import (
	"context"

	"github.com/spf13/cobra"

	"amana/internal/identity"
	"amana/internal/trial"
)

func (o *options) identityLearn() *cobra.Command {
	var model, out string
	var rounds int
	var blind bool
	c := &cobra.Command{
		Use:   "learn [FILE.tsv]",
		Short: "Estimate the weights anew from pairs, by expectation maximisation, and print them as a file for --model",
		Long: `Reads pairs as eval does. With --blind their answers are not looked at: the weights are estimated from how findings go
together. Without a file, the decisions of humans in the register are the pairs. The bands are kept. Measure with eval on
other people before you use what came out.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := loadModel(model)
			if err != nil {
				return err
			}
			examples, err := o.examples(cmd.Context(), m, args, blind)
			if err != nil {
				return err
			}
			learned, err := m.Learn(examples, rounds)
			if err != nil {
				return err
			}
			if out == "" {
				return learned.Write(o.out)
			}
			return write(out, learned.Write)
		},
	}
	modelFlag(c, &model)
	c.Flags().IntVar(&rounds, "rounds", 10, "rounds of expectation and maximisation")
	c.Flags().BoolVar(&blind, "blind", false, "learn without the answers")
	c.Flags().StringVarP(&out, "output", "o", "", "file to write; default: standard output")
	return c
}

// examples reads pairs from a file, or without one those that were decided in the register.
func (o *options) examples(ctx context.Context, m *identity.Model, args []string, blind bool) (out []identity.Example, err error) {
	if len(args) == 0 {
		r, s, err := o.openExisting(ctx)
		if err != nil {
			return nil, err
		}
		defer s.Close() // only read
		return r.Decided(ctx, desk)
	}
	f, err := open(args[0])
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	err = trial.EachPair(args[0], f, func(p trial.Pair) error {
		out = append(out, identity.Example{A: m.Record(p.A.Details()), B: m.Record(p.B.Details()), Decided: !blind, Same: p.Same})
		return nil
	})
	return out, err
}
