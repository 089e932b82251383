package cli

import (
	"context"
	"fmt"
	"iter"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/ledger"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/week"
)

func (o *options) verify() *cobra.Command {
	var vkey, log, proof string
	var checkpoints []string
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check a register, an exported log or an offline proof, and name what is wrong",
		Long: `Checks every entry, signature and chain, the tree, every checkpoint, both signatures of each handover, and
that the projections are what a replay of the log gives. With --checkpoint, a checkpoint saved earlier or elsewhere
is checked too: an older copy of the database put in place of the newer one is found out.
With --log an exported log is checked, with --proof an offline inclusion proof; neither needs the database.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			trust := store.Trust{VKey: vkey}
			for _, file := range checkpoints {
				note, err := readFile(file)
				if err != nil {
					return err
				}
				trust.Checkpoints = append(trust.Checkpoints, note)
			}
			began := time.Now()
			problems, n, err := o.check(cmd.Context(), trust, log, proof)
			if err != nil {
				return err
			}
			return o.report(problems, n, time.Since(began))
		},
	}
	c.Flags().StringVar(&vkey, "vkey", "", "public key of the log that you trust; default: the one that the database names")
	c.Flags().StringArrayVar(&checkpoints, "checkpoint", nil, "file with a checkpoint saved elsewhere (may be repeated)")
	c.Flags().StringVar(&log, "log", "", "exported log to check instead of a database")
	c.Flags().StringVar(&proof, "proof", "", "offline proof to check instead of a database")
	return c
}

func readFile(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", name).Because(err)
	}
	return b, nil
}

// check verifies what was asked for and tells how many entries it covers.
func (o *options) check(ctx context.Context, trust store.Trust, log, proof string) ([]ledger.Problem, int64, error) {
	switch {
	case proof != "":
		text, err := readFile(proof)
		if err != nil {
			return nil, 0, err
		}
		p, err := ledger.ParseProof(text)
		if err != nil {
			return nil, 0, err
		}
		if trust.VKey == "" {
			return nil, 0, fault.New(fault.Invalid, "vkey.required", "a proof is checked against a key that you trust: give --vkey")
		}
		if err := p.Verify(trust.VKey); err != nil {
			return []ledger.Problem{{Rule: fault.As(err).Rule, Seq: p.Leaf.Seq, Where: fmt.Sprintf("entry %d", p.Leaf.Seq), Message: fault.As(err).Message}}, 1, nil
		}
		return nil, 1, nil
	case log != "":
		f, err := os.Open(log)
		if err != nil {
			return nil, 0, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", log).Because(err)
		}
		defer f.Close() // only read
		c, problems, err := ledger.CheckExport(f, trust.VKey)
		if err != nil {
			return nil, 0, err
		}
		for i, note := range trust.Checkpoints {
			problems = append(problems, c.CheckCheckpoint(note, fmt.Sprintf("given checkpoint %d", i+1))...)
		}
		return problems, c.Size(), nil
	}
	s, err := o.openStore(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer s.Close() // only read
	head, err := s.Head(ctx)
	if err != nil {
		return nil, 0, fault.New(fault.Invalid, "log.missing", "the database names no log").Because(err)
	}
	show := o.progress()
	problems, err := s.Verify(ctx, trust, func(done, total int64) { show("verifying", int(done), int(total)) })
	return problems, head.Size, err
}

func (o *options) report(problems []ledger.Problem, entries int64, took time.Duration) error {
	if o.json {
		if problems == nil {
			problems = []ledger.Problem{}
		}
		if err := o.print(map[string]any{"ok": len(problems) == 0, "entries": entries, "seconds": took.Seconds(), "problems": problems}); err != nil {
			return err
		}
	} else {
		for _, p := range problems {
			fmt.Fprintf(o.out, "%s: %s: %s\n", p.Rule, p.Where, p.Message)
		}
		if len(problems) == 0 {
			fmt.Fprintf(o.out, "ok: %d entries in %.1f s\n", entries, took.Seconds())
		}
	}
	if len(problems) > 0 {
		return errUnproven
	}
	return nil
}

func (o *options) checkpoint() *cobra.Command {
	var size int64
	c := &cobra.Command{
		Use:   "checkpoint",
		Short: "Print the newest signed checkpoint of the log: keep it elsewhere, and verify against it later",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := o.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close() // only read
			note, err := s.Checkpoint(cmd.Context(), size)
			if err != nil {
				return err
			}
			head, err := s.Head(cmd.Context())
			if err != nil {
				return err
			}
			if o.json {
				cp, err := ledger.ParseCheckpoint(note, head.VKey)
				if err != nil {
					return err
				}
				return o.print(map[string]any{"origin": cp.Log.Origin(), "size": cp.Size, "root": cp.Root.String(), "vkey": head.VKey, "note": string(note)})
			}
			_, err = o.out.Write(note)
			return err
		},
	}
	c.Flags().Int64Var(&size, "size", 0, "the checkpoint of this size instead of the newest")
	return c
}

func (o *options) prove() *cobra.Command {
	var open []string
	c := &cobra.Command{
		Use:   "prove ENTRY",
		Short: "Print an offline proof that an entry is in the log; check it elsewhere with amana verify --proof",
		Long:  "The proof holds the entry's public leaf, which names nobody. --open opens single fields, for example kind and occurred_at, and nothing else.",
		Args:  exactly(1, "the number of an entry"),
		RunE: func(cmd *cobra.Command, args []string) error {
			seq, err := strconv.ParseInt(id.Fold(args[0]), 10, 64)
			if err != nil {
				return usageError{fmt.Errorf("%q is not the number of an entry", args[0])}
			}
			s, err := o.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close() // only read
			text, err := s.Prove(cmd.Context(), seq, open...)
			if err != nil {
				return err
			}
			if o.json {
				return o.print(map[string]any{"entry": seq, "proof": string(text)})
			}
			_, err = o.out.Write(text)
			return err
		},
	}
	c.Flags().StringSliceVar(&open, "open", nil, "fields to open")
	return c
}

func (o *options) export() *cobra.Command {
	var file string
	var public bool
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the whole log as one file that amana verify --log can check",
		Long:  "With --public the file holds the public leaves only: no name, number or place, and still every signature and the whole tree.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			s, err := o.openStore(ctx)
			if err != nil {
				return err
			}
			defer s.Close() // only read
			head, err := s.Head(ctx)
			if err != nil {
				return err
			}
			note, err := s.Checkpoint(ctx, head.Size)
			if err != nil {
				return err
			}
			w := o.out
			if file != "" {
				f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
				if err != nil {
					return fault.New(fault.Invalid, "file.unwritable", "%s cannot be written", file).Because(err)
				}
				defer func() {
					if closing := f.Close(); err == nil {
						err = closing
					}
				}()
				w = f
			}
			return ledger.WriteExport(w, ledger.ExportHeader{Log: head.Log, VKey: head.VKey, Public: public}, entries(ctx, s, head.Size), note)
		},
	}
	c.Flags().StringVarP(&file, "output", "o", "", "file to write; default: standard output")
	c.Flags().BoolVar(&public, "public", false, "public leaves only")
	return c
}

// entries reads the log up to a size, piece by piece.
func entries(ctx context.Context, s *store.Store, size int64) iter.Seq2[*ledger.Entry, error] {
	return func(yield func(*ledger.Entry, error) bool) {
		for after := int64(0); after < size; {
			rows, err := s.Rows(ctx, after, 1000)
			if err != nil || len(rows) == 0 {
				if err != nil {
					yield(nil, err)
				}
				return
			}
			for _, r := range rows {
				if after = r.Seq; after > size || !yield(&r.Entry, nil) {
					return
				}
			}
		}
	}
}

func (o *options) balance() *cobra.Command {
	var where, convoy, from, to, system string
	c := &cobra.Command{
		Use:   "balance",
		Short: "Print the balance sheet of the country, a place or a convoy, as of any moment in the world or in the system",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			scope := register.Scope{Place: place.Code(where)}
			if convoy != "" {
				n, err := id.Parse[id.Convoy](id.NounConvoy, convoy)
				if err != nil {
					return err
				}
				scope.Convoy = n
			}
			var times [3]time.Time
			for i, s := range []string{from, to, system} {
				var err error
				if times[i], err = parseTime(s); err != nil {
					return err
				}
			}
			s, err := o.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close() // only read
			sheet, err := register.New(s, nil).Statement(cmd.Context(), week.Overseer, scope, times[0], times[1], times[2])
			if err != nil {
				return err
			}
			return o.printSheet(sheet)
		},
	}
	c.Flags().StringVar(&where, "place", "", "code of an establishment")
	c.Flags().StringVar(&convoy, "convoy", "", "number of a convoy")
	c.Flags().StringVar(&from, "from", "", "opening moment in the world (RFC 3339 or a date); default: the beginning")
	c.Flags().StringVar(&to, "to", "", "closing moment in the world; default: now")
	c.Flags().StringVar(&system, "system", "", "as the system knew it at this moment; default: now")
	return c
}

func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, week.Baghdad); err == nil {
		return t, nil
	}
	return time.Time{}, fault.New(fault.Invalid, "time.unreadable", "%q is not a moment like 2026-01-25T18:00:00+03:00 or 2026-01-25", s)
}

func (o *options) printSheet(s register.Sheet) error {
	exits := map[string]int{}
	out := 0
	for a, n := range s.Exits {
		exits[string(a)] = n
		out += n
	}
	if o.json {
		return o.print(map[string]any{
			"opening": s.Opening, "intake": s.Intake, "in_custody": s.InCustody, "in_transit": s.InTransit, "exits": exits, "out": s.Out,
			"by_type": s.ByType, "accounts": s.Accounts, "registered": s.Registered, "balanced": s.Sound,
		})
	}
	fmt.Fprintf(o.out, "opening     %6d\nintake      %6d\n= in custody%6d\n+ in transit%6d\n+ exits     %6d %v\n+ out       %6d\nbalanced: %v\n", s.Opening, s.Intake, s.InCustody, s.InTransit, out, exits, s.Out, s.Sound)
	return nil
}
