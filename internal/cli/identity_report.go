package cli

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"amana/internal/fault"
	"amana/internal/measure"
	"amana/internal/trial"
)

func (o *options) identityReport() *cobra.Command {
	return &cobra.Command{
		Use:   "report FOLDER",
		Short: "Write what eval, rank and bench printed into a folder as a page",
		Long: `Reads eval.json, rank-PROFILE.json, bench-N.json and cases.json, and, of a peer, peer-eval.json, peer-rank-PROFILE.json and
peer-cases.json, as far as they are there, and prints a page in Markdown.`,
		Args: exactly(1, "the folder of results"),
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := readResults(args[0])
			if err != nil {
				return err
			}
			return measure.Report(o.out, r)
		},
	}
}

func readResults(dir string) (measure.Results, error) {
	r := measure.Results{Ranks: map[trial.Profile]*measure.Found{}, PeerRank: map[trial.Profile]*measure.Found{}}
	var errs []error
	keep := func(err error) { errs = append(errs, err) }
	keep(readResult(dir, "eval", &r.Pairs))
	keep(readResult(dir, "peer-eval", &r.PeerEval))
	keep(readResult(dir, "cases", &r.Cases))
	keep(readResult(dir, "peer-cases", &r.PeerCase))
	for _, p := range profiles {
		var own, peer *measure.Found
		keep(readResult(dir, "rank-"+string(p), &own))
		keep(readResult(dir, "peer-rank-"+string(p), &peer))
		if own != nil {
			r.Ranks[p] = own
		}
		if peer != nil {
			r.PeerRank[p] = peer
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "bench-*.json"))
	keep(err)
	for _, name := range names {
		var b *measure.Bench
		keep(readResult(dir, strings.TrimSuffix(filepath.Base(name), ".json"), &b))
		if b != nil {
			r.Benches = append(r.Benches, b)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return r, err
	}
	if r.Pairs == nil && r.Cases == nil && len(r.Ranks)+len(r.Benches) == 0 {
		return r, fault.New(fault.Invalid, "file.empty", "%s has no results", dir)
	}
	return r, nil
}

// readResult reads a file of results, and leaves what is not there.
func readResult(dir, name string, into any) error {
	b, err := os.ReadFile(filepath.Join(dir, name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		return fault.New(fault.Invalid, "file.unreadable", "%s.json cannot be read", name).Because(err)
	}
	return nil
}
