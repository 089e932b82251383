package cli

import (
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amana/internal/fault"
	"amana/internal/trial"
)

func (o *options) identityGenerate() *cobra.Command {
	var people, queries, pairs int
	var seed uint64
	var half, dir, cases string
	c := &cobra.Command{
		Use:   "generate --out FOLDER",
		Short: "Write an invented register, altered queries and labelled pairs as files to measure with",
		Long: `Writes register.tsv, queries-PROFILE.tsv for each profile of alterations, and pairs.tsv, which has a column kind. Beside each
file of queries and pairs lie its labels (.slices): where names come from, scripts, whose spelling, which noise. Everything
follows from the seed. The halves share no names but the forty most common ones: tune with train, measure with test.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return usageError{fmt.Errorf("wanted: --out, the folder to write to")}
			}
			h := trial.Half(half)
			if h != trial.Train && h != trial.Test && h != trial.Whole {
				return fault.New(fault.Invalid, "half.unknown", "%q is not one of %s, %s and %s", half, trial.Train, trial.Test, trial.Whole)
			}
			if people < 1 || queries < 0 || pairs < 0 {
				return fault.New(fault.Invalid, "people.too_few", "wanted: one person and more, and no negative number")
			}
			if err := os.MkdirAll(dir, 0o750); err != nil {
				return fault.New(fault.Invalid, "file.unwritable", "%s cannot be made", dir).Because(err)
			}
			files, err := []string(nil), error(nil)
			if cases != "" {
				files, err = writeCases(dir, cases)
			} else {
				files, err = writeTrial(dir, trial.NewRegister(seed, people, h), queries, trial.Pairs(seed, pairs, h))
			}
			if err != nil {
				return err
			}
			if o.json {
				return o.print(map[string]any{"files": files})
			}
			for _, f := range files {
				fmt.Fprintln(o.out, f)
			}
			return nil
		},
	}
	f := c.Flags()
	f.IntVar(&people, "people", 10_000, "people in the register")
	f.IntVar(&queries, "queries", 2000, "queries of each profile")
	f.IntVar(&pairs, "pairs", 20_000, "labelled pairs")
	f.Uint64Var(&seed, "seed", 1, "seed")
	f.StringVar(&half, "half", string(trial.Test), "half of the names: train, test or whole")
	f.StringVar(&dir, "out", "", "folder to write to")
	f.StringVar(&cases, "name-bench", "", "write instead the people of this file, nomenklatura's cases.csv, as cases.tsv and cases.slices")
	return c
}

// profiles are the mixtures of alterations that are written.
var profiles = []trial.Profile{trial.Clean, trial.Altered, trial.NoisyBirth, trial.CrossScript, trial.NameOnly}

// writeTrial writes all files of invented people and gives their names.
func writeTrial(dir string, r *trial.Register, queries int, pairs iter.Seq[trial.Pair]) ([]string, error) {
	w := writer{dir: dir}
	w.add("register.tsv", func(out io.Writer) error { return trial.WriteRows(out, r.Rows()) })
	for _, p := range profiles {
		var rows []trial.Row
		var labels []string
		for q := range r.Queries(p, queries) {
			q.Also = nil // a line is a query
			rows, labels = append(rows, q.Row), append(labels, strings.Join(q.Slices.All(), ","))
		}
		w.add("queries-"+string(p)+".tsv", func(out io.Writer) error { return trial.WriteRows(out, slices.Values(rows)) })
		w.labels("queries-"+string(p)+".slices", labels)
	}
	var labels []string
	w.add("pairs.tsv", func(out io.Writer) error {
		return trial.WritePairs(out, func(yield func(trial.Pair) bool) {
			for p := range pairs {
				if labels = append(labels, strings.Join(p.Labels(), ",")); !yield(p) {
					return
				}
			}
		}, true)
	})
	w.labels("pairs.slices", labels)
	return w.files, w.err
}

// writeCases writes the pairs of a file of cases.
func writeCases(dir, file string) ([]string, error) {
	pairs, labels, err := readCases(file)
	if err != nil {
		return nil, err
	}
	w := writer{dir: dir}
	w.add("cases.tsv", func(out io.Writer) error { return trial.WritePairs(out, slices.Values(pairs), false) })
	w.labels("cases.slices", labels)
	return w.files, w.err
}

// writer writes files into a folder until one fails.
type writer struct {
	dir   string
	files []string
	err   error
}

func (w *writer) add(name string, fill func(io.Writer) error) {
	if w.err == nil {
		w.files = append(w.files, filepath.Join(w.dir, name))
		w.err = write(w.files[len(w.files)-1], fill)
	}
}

// labels writes labels as readLabels reads them: a heading, and a line for each line of the other file.
func (w *writer) labels(name string, list []string) {
	w.add(name, func(out io.Writer) error {
		_, err := io.WriteString(out, "slices\n"+strings.Join(append(list, ""), "\n"))
		return err
	})
}
