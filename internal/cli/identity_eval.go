package cli

import (
	"github.com/spf13/cobra"

	"amana/internal/fault"
	"amana/internal/measure"
	"amana/internal/trial"
)

func (o *options) identityEval() *cobra.Command {
	var model, slices string
	var baselines bool
	var worst int
	c := &cobra.Command{
		Use:   "eval FILE.tsv",
		Short: "Measure how well labelled pairs are told apart; prints JSON",
		Long: `Reads the columns name_a dob_a nat_a sex_a name_b dob_b nat_b sex_b same (0 or 1) and prints precision, recall and F1 at
the threshold that the model is shipped with, the best F1, recall at a precision of 0.9, the areas under the curves of
precision over recall (pr_auc) and of true over false positives (roc_auc), pairs a second on one core, and the worst
mistakes. A column kind, and the labels of --slices, give figures for each kind of pair.`,
		Args: exactly(1, "the file of pairs"),
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := loadModel(model)
			if err != nil {
				return err
			}
			labels, err := readLabels(slices)
			if err != nil {
				return err
			}
			f, err := open(args[0])
			if err != nil {
				return err
			}
			defer f.Close() // only read
			watch := measure.Begin()
			own, plain, pairs := measure.Evaluate(measure.ByModel(m), worst), measure.Evaluate(measure.ByJaroWinkler(), 0), 0
			err = trial.EachPair(args[0], f, func(p trial.Pair) error {
				pairs++
				of := labels.of(p.Line)
				if p.Kind != "" {
					of = append([]string{"kind:" + p.Kind}, of...)
				}
				own.Add(p, of)
				if baselines {
					plain.Add(p, of)
				}
				return nil
			})
			if err != nil {
				return err
			}
			if pairs == 0 {
				return fault.New(fault.Invalid, "file.empty", "%s has no pairs", args[0])
			}
			out := measure.Paired{Evaluated: own.Result()}
			if baselines {
				out.Baselines = map[string]measure.Evaluated{"jaro_winkler": plain.Result()}
			}
			took := watch.Took()
			out.Seconds, out.CPU, out.Memory = measure.Ratio(took.Wall.Seconds()), measure.Ratio(took.CPU.Seconds()), measure.ReadMemory()
			return o.print(out)
		},
	}
	modelFlag(c, &model)
	c.Flags().BoolVar(&baselines, "baselines", false, "measure plain Jaro-Winkler of the folded names beside")
	c.Flags().IntVar(&worst, "worst", 10, "mistakes of either sort to print")
	c.Flags().StringVar(&slices, "slices", "", "file of labels, joined by commas, a line for each line of the pairs")
	return c
}
