package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"amana/internal/measure"
	"amana/internal/trial"
)

// scanned is the largest register that is compared row by row.
const scanned = 20_000

func (o *options) identityRank() *cobra.Command {
	var register, queries, model, slices string
	var baselines bool
	var misses, asked int
	c := &cobra.Command{
		Use:   "rank --register R.tsv --queries Q.tsv",
		Short: "Measure whether the right person is found, and how fast; prints JSON",
		Long: `Builds the index of the register, asks every query, one after the other, and looks where the person with the query's id
stands among the answers. Prints recall among the first 1, 5 and 10, latencies by the wall clock, searches a second by
the processor time of all threads, and what the index takes. --baselines asks an index of trigrams (SQLite FTS5) the first
--baseline-queries queries, and compares these with every row by Jaro-Winkler if the register has at most 20,000 people.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if register == "" || queries == "" {
				return usageError{fmt.Errorf("wanted: --register and --queries")}
			}
			m, err := loadModel(model)
			if err != nil {
				return err
			}
			people, err := readRegister(register)
			if err != nil {
				return err
			}
			rows, err := readRows(queries)
			if err != nil {
				return err
			}
			labels, err := readLabels(slices)
			if err != nil {
				return err
			}
			questions := make([]measure.Question, len(rows))
			for i, r := range rows {
				number, known := people.numbers[r.ID]
				questions[i] = measure.Question{Row: r, Right: number, Known: known, Labels: labels.of(r.Line)}
			}
			m = people.counted(m)
			x, built := measure.Build(m, len(people.parts), people.record(m))
			out := measure.Found{Register: people.people(), Index: built}
			if out.Ranked, err = measure.Rank(questions, measure.ByIndex(x), misses, people.row); err != nil {
				return err
			}
			if baselines {
				if out.Baselines, err = rankBaselines(cmd.Context(), people, questions[:min(len(questions), asked)]); err != nil {
					return err
				}
			}
			return o.print(out)
		},
	}
	modelFlag(c, &model)
	c.Flags().StringVar(&register, "register", "", "file of people: id name dob nat sex")
	c.Flags().StringVar(&queries, "queries", "", "file of queries: id name dob nat sex; the id is the right answer")
	c.Flags().BoolVar(&baselines, "baselines", false, "measure an index of trigrams and Jaro-Winkler beside")
	c.Flags().IntVar(&asked, "baseline-queries", 500, "queries that the baselines are asked, the first ones")
	c.Flags().IntVar(&misses, "misses", 0, "queries to print whose right answer was not the first")
	c.Flags().StringVar(&slices, "slices", "", "file of labels, joined by commas, a line for each line of the queries")
	return c
}

// rankBaselines asks other methods the same questions.
func rankBaselines(ctx context.Context, people *listed, questions []measure.Question) (map[string]measure.Baseline, error) {
	rows := make([]trial.Row, people.people())
	for i := range rows {
		rows[i] = people.row(uint64(i))
		rows[i].Also = people.names(uint64(i))[1:]
	}
	dir, err := os.MkdirTemp("", "amana-rank-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the trigram index: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // ours
	watch := measure.Begin()
	trigrams, err := measure.NewTrigrams(ctx, dir, len(rows), func(i int) trial.Row { return rows[i] })
	if err != nil {
		return nil, err
	}
	defer func() { _ = trigrams.Close() }() // only read
	built := measure.Ratio(watch.Took().Wall.Seconds())
	out := map[string]measure.Baseline{}
	add := func(name string, search measure.Search, built measure.Ratio) error {
		r, err := measure.Rank(questions, search, 0, people.row)
		out[name] = measure.Baseline{Ranked: r, Build: built}
		return err
	}
	if err := add("trigrams_fts5", trigrams.Search(ctx), built); err != nil {
		return nil, err
	}
	if len(rows) <= scanned {
		watch = measure.Begin()
		scan := measure.ByScan(measure.ByJaroWinkler(), rows)
		err = add("jaro_winkler_scan", scan, measure.Ratio(watch.Took().Wall.Seconds()))
	}
	return out, err
}
