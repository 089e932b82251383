package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/clock"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/intake"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/scenario"
)

func (o *options) importFiles() *cobra.Command {
	var (
		where, authority, order, until, asOf string
		mapping                              []string
		setup                                bool
	)
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "Read manifests (XLSX, CSV) into the register; bad cells are reported, good rows are kept",
		Long: `Guesses which column holds what and shows it, reports every cell that it could not read with file, sheet, row,
column and rule, and registers everybody who can be registered. The same file a second time changes nothing.
--map corrects a guess: --map "اسم الشهرة=kunya" or --map "C=mother".`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("wanted: at least one manifest")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opt := register.ImportOptions{Place: place.Code(where), Options: intake.Options{AsOf: time.Now(), Mapping: map[string]intake.Field{}}}
			if asOf != "" {
				t, err := parseTime(asOf)
				if err != nil {
					return err
				}
				opt.AsOf = t
			}
			if order != "" {
				end, err := civil.Parse(until)
				if err != nil {
					return err
				}
				opt.Grounds = custody.Grounds{Ground: "transfer_order", Authority: authority, Order: order, Until: end}
				if err := register.CheckOrder(opt.Grounds); err != nil {
					return err
				}
			}
			for _, m := range mapping {
				header, field, ok := strings.Cut(m, "=")
				if !ok || !slices.Contains(intake.Fields(), intake.Field(field)) {
					return fault.New(fault.Invalid, "mapping.unknown_field", "%q is not HEADING=FIELD with one of the fields %v", m, intake.Fields())
				}
				opt.Mapping[header] = intake.Field(field)
			}
			r, s, err := o.openRegister(cmd.Context(), clock.System)
			if err != nil {
				return err
			}
			defer s.Close() // every commit is on disk when it is answered
			by := register.By{Actor: authz.Actor{Name: "import", Role: authz.Registrar}}
			if setup {
				if err := setUp(cmd, r); err != nil {
					return err
				}
			}
			results := make([]register.Imported, 0, len(args))
			show, failed := o.progress(), error(nil)
			for i, name := range args {
				show("importing", i, len(args))
				in, err := o.importFile(cmd, r, by, name, opt)
				if err != nil { // a file that cannot be read does not take the others with it
					failed = err
					fmt.Fprintf(o.err, "amana: %s: %v\n", name, fault.As(err))
				}
				results = append(results, in)
			}
			if o.json {
				err = o.print(map[string]any{"files": results})
			} else {
				o.printImports(results)
			}
			if failed != nil {
				return toldError{failed}
			}
			return err
		},
	}
	c.Flags().StringVar(&where, "place", "", "where people are whose row names no recognised place")
	c.Flags().StringVar(&order, "order", "", "number of the order on which everybody listed is held")
	c.Flags().StringVar(&authority, "authority", "", "who gave the order")
	c.Flags().StringVar(&until, "until", "", "when the order ends (a date)")
	c.Flags().StringVar(&asOf, "as-of", "", "the day of the lists: ages count from here; default: today")
	c.Flags().StringArrayVar(&mapping, "map", nil, "HEADING=FIELD or COLUMN=FIELD, to correct the mapping (may be repeated)")
	c.Flags().BoolVar(&setup, "setup-2026", false, "enter the places and authorities of the scenario of 2026 first, if the register is empty")
	return c
}

func setUp(cmd *cobra.Command, r *register.Register) error {
	by := register.By{Actor: scenario.Setup}
	q, err := r.Reading(by.Actor, authz.ReadFigures)
	if err != nil {
		return err
	}
	if head, err := q.Head(cmd.Context()); err != nil || head.Size > 0 {
		return err
	}
	plan, err := scenario.Load2026()
	if err != nil {
		return err
	}
	if _, err := r.EnrolCustodians(cmd.Context(), by, plan.Custodians); err != nil {
		return err
	}
	_, err = r.DefinePlaces(cmd.Context(), by, plan.All())
	return err
}

func (o *options) importFile(cmd *cobra.Command, r *register.Register, by register.By, name string, opt register.ImportOptions) (register.Imported, error) {
	f, err := os.Open(name)
	if err != nil {
		return register.Imported{File: name}, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", name).Because(err)
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return register.Imported{File: name}, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", name).Because(err)
	}
	return r.Import(cmd.Context(), by, filepath.Base(name), f, info.Size(), opt)
}

func (o *options) printImports(results []register.Imported) {
	p := func(format string, args ...any) { fmt.Fprintf(o.out, format+"\n", args...) }
	for _, in := range results {
		if in.SHA256 == "" { // could not be read: said already
			continue
		}
		if in.Unchanged {
			p("%s: imported before, nothing changed", in.File)
			continue
		}
		p("%s: %d rows, %d registered, %d known before, %d problems", in.File, in.Report.Rows, in.Registered, in.Known, in.Report.ProblemCount)
		for _, s := range in.Report.Sheets {
			if s.Name != "" {
				p("  sheet %s, headings in row %d", s.Name, s.HeaderRow)
			}
			for _, m := range s.Mapping {
				field := string(m.Field)
				if field == "" {
					field = "(kept as text)"
				}
				p("    %-3s %-30s %-16s %.0f %%", m.Column, m.Header, field, m.Confidence*100)
			}
			if s.StatedTotal != nil && *s.StatedTotal != s.Rows {
				p("    stated total %d, rows %d", *s.StatedTotal, s.Rows)
			}
		}
		for _, q := range in.Report.Problems {
			p("  %s %s!%s%d %s %s %q: %s", q.Severity, q.Sheet, q.Column, q.Row, q.Header, q.Rule, q.Value, q.Message)
		}
		for _, rule := range slices.Sorted(maps.Keys(in.Report.Rules)) {
			p("  %5d %s", in.Report.Rules[rule], rule)
		}
		for _, d := range in.Duplicates {
			p("  %d and %d may be one person (%s; %s, %.1f bits): a registrar decides", d.Record, d.Other, d.Why, d.Band, d.Bits)
		}
	}
}
