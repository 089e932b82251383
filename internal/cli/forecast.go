package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/forecast"
	"amana/internal/measure"
	"amana/internal/register"
	"amana/internal/text"
)

// forecasted is a forecast as printed in JSON.
type forecasted struct {
	forecast.Result
	WhatIf  []whatIf `json:"what_if,omitempty"`
	Seconds float64  `json:"seconds"`     // on the clock, of all scenarios together
	CPU     float64  `json:"cpu_seconds"` // of all threads
}

// whatIf is another scenario beside the first.
type whatIf struct {
	Comparison forecast.Comparison `json:"comparison"`
	Result     forecast.Result     `json:"result"`
}

// forecastFlags are the flags of amana forecast.
type forecastFlags struct {
	scenario, backtest, invent string
	from                       string
	others                     []string
	weeks, cut, days           int
	opt                        forecast.Options
}

func (o *options) forecast() *cobra.Command {
	var f forecastFlags
	c := &cobra.Command{
		Use:   "forecast --scenario NAME|FILE [--what-if NAME|FILE …]",
		Short: "What the coming weeks may look like: when each prison fills, which line binds, what if",
		Long: `Simulates the coming weeks many times and prints bands: in one of ten replications it comes to P10 or less, in half of
them to P50, in nine of ten to P90. A scenario is a TOML file (docs/forecast.md explains it) or one that comes with the program:
` + strings.Join(forecast.Names(), ", ") + `.

--what-if compares other scenarios with the first; they meet the same people at the same moments. --backtest calibrates on
the first days of a history (JSON) up to --cut, foretells the rest, and prints how that compares with what was. --invent
writes a history of the scenario, made up, for trials of it. "register" is the register at --db, both as a scenario (lines, prisons and
flows as they were in the --days from --from on) and as a history. The same seed gives the same answer on any machine with any number of cores.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case f.backtest != "":
				return o.backtest(cmd.Context(), f)
			case f.scenario == "":
				return usageError{fmt.Errorf("wanted: --scenario register, NAME or FILE; there are %s", strings.Join(forecast.Names(), ", "))}
			case f.invent != "":
				return o.inventHistory(cmd.Context(), f)
			}
			return o.foretell(cmd.Context(), f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.scenario, "scenario", "", "a scenario that comes with the program, or a file")
	flags.StringArrayVar(&f.others, "what-if", nil, "another scenario to compare with the first; may stand several times")
	flags.IntVar(&f.weeks, "weeks", 0, "weeks to forecast; 0: as the scenario says")
	flags.IntVar(&f.opt.Replications, "replications", 100, "how often the weeks are simulated")
	flags.Uint64Var(&f.opt.Seed, "seed", 1, "seed of chance")
	flags.IntVar(&f.opt.Workers, "workers", 0, "replications at the same time; 0: one for each core")
	flags.StringVar(&f.backtest, "backtest", "", "a history (JSON) to foretell in hindsight")
	flags.IntVar(&f.cut, "cut", 0, "days of the history to calibrate on; 0: its first half")
	flags.StringVar(&f.from, "from", "", "first day of the register's past that counts, 2026-01-22; empty: --days before its last entry")
	flags.IntVar(&f.days, "days", 28, "days of the register's past that count")
	flags.StringVar(&f.invent, "invent", "", "write an invented history of the scenario to this file")
	return c
}

// fromRegister stands for the register in the place of a file's name.
const fromRegister = "register"

// past reads the register's past as counts.
func (o *options) past(ctx context.Context, f forecastFlags) (forecast.History, error) {
	s, err := o.openStore(ctx)
	if err != nil {
		return forecast.History{}, err
	}
	defer s.Close() // only read
	head, err := s.Head(ctx)
	if err != nil {
		return forecast.History{}, err
	}
	end := head.RecordedAt.In(text.Zone)
	from := time.Date(end.Year(), end.Month(), end.Day()-f.days, 0, 0, 0, 0, text.Zone)
	if f.from != "" {
		if from, err = time.ParseInLocation(time.DateOnly, f.from, text.Zone); err != nil {
			return forecast.History{}, fault.New(fault.Invalid, "forecast.date_unreadable", "--from wants a day like 2026-01-22").Because(err)
		}
	}
	return register.New(s, nil).History(ctx, authz.Actor{Name: "command-line", Role: authz.Planner}, from, f.days)
}

// readScenario gives a scenario by its name, from the register or from a file, for so many weeks unless that is 0.
func (o *options) readScenario(ctx context.Context, f forecastFlags, of string) (forecast.Scenario, error) {
	s, err, weeks := forecast.Scenario{}, error(nil), f.weeks
	switch {
	case slices.Contains(forecast.Names(), of):
		s, err = forecast.Named(of)
	case of == fromRegister:
		h, err := o.past(ctx, f)
		if err != nil {
			return s, err
		}
		return forecast.FromHistory(h, max(weeks, 1))
	default:
		var body []byte
		if body, err = readAtMost(of, 1<<20); err != nil {
			return s, err
		}
		if s, err = forecast.Read(body); err != nil {
			return s, inFile(of, err)
		}
	}
	if weeks != 0 {
		s.Weeks = weeks
	}
	return s, err
}

// inFile says in which file a fault is.
func inFile(file string, err error) error {
	f := fault.As(err)
	f.Message = file + ": " + f.Message
	return f
}

// readAtMost reads a file up to so many bytes and one more, by which its reader sees that it is too long.
func readAtMost(file string, most int64) ([]byte, error) {
	f, err := open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", file).Because(err)
	}
	return text, nil
}

func (o *options) foretell(ctx context.Context, f forecastFlags) error {
	scenarios := make([]forecast.Scenario, 0, 1+len(f.others))
	for _, of := range append([]string{f.scenario}, f.others...) {
		s, err := o.readScenario(ctx, f, of)
		if err != nil {
			return err
		}
		scenarios = append(scenarios, s)
	}
	watch := measure.Begin()
	var out forecasted
	for i, s := range scenarios {
		got, err := forecast.Run(ctx, s, f.opt)
		if err != nil {
			return err
		}
		if i == 0 {
			out.Result = got
			continue
		}
		out.WhatIf = append(out.WhatIf, whatIf{forecast.Compare(out.Result, got), got})
	}
	took := watch.Took()
	out.Seconds, out.CPU = took.Wall.Seconds(), took.CPU.Seconds()
	if o.json {
		return o.print(out)
	}
	return printForecast(o.out, out)
}

// maxHistory bounds a file of a history, in bytes.
const maxHistory = 1 << 30

func (o *options) backtest(ctx context.Context, f forecastFlags) error {
	h, err := o.readHistory(ctx, f)
	if err != nil {
		return err
	}
	if f.cut == 0 {
		f.cut = h.Days / 2
	}
	got, err := forecast.Backtest(ctx, h, f.cut, f.opt)
	if err != nil {
		return err
	}
	if o.json {
		return o.print(got)
	}
	return printBacktest(o.out, got)
}

// readHistory reads a past from the register or from a file.
func (o *options) readHistory(ctx context.Context, f forecastFlags) (h forecast.History, err error) {
	if f.backtest == fromRegister {
		return o.past(ctx, f)
	}
	body, err := readAtMost(f.backtest, maxHistory)
	if err != nil {
		return h, err
	}
	if len(body) > maxHistory {
		return h, fault.New(fault.TooLarge, "file.too_large", "%s has more than %d bytes", f.backtest, maxHistory)
	}
	if err := json.Unmarshal(body, &h); err != nil {
		return h, fault.New(fault.Invalid, "forecast.unreadable", "%s is no history: %v", f.backtest, err).Because(err)
	}
	return h, nil
}

func (o *options) inventHistory(ctx context.Context, f forecastFlags) error {
	s, err := o.readScenario(ctx, f, f.scenario)
	if err != nil {
		return err
	}
	h, err := forecast.Invent(s, f.opt.Seed)
	if err != nil {
		return err
	}
	return write(f.invent, func(w io.Writer) error { return json.NewEncoder(w).Encode(h) })
}
