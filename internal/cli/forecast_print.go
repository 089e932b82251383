package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"amana/internal/forecast"
)

// sheet writes columns.
type sheet struct {
	w *tabwriter.Writer
}

func newSheet(out io.Writer) sheet { return sheet{tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)} }

func (s sheet) row(format string, args ...any) { fmt.Fprintf(s.w, format+"\n", args...) }

func printForecast(out io.Writer, f forecasted) error {
	r := f.Result
	fmt.Fprintf(out, "%s: %s\n%d weeks from %s, %d replications, seed %d; %.1f million events in %.1f s\n\n",
		r.Scenario, r.Title, r.Days/7, r.Start, r.Replications, r.Seed, float64(r.Events)/1e6, f.Seconds)
	start, _ := time.Parse(time.DateOnly, r.Start) // a forecast has a valid start
	last := r.Days - 1
	s := newSheet(out)
	s.row("PRISON\tBEDS\tFULL P10\tP50\tP90\tIN\tHELD AT THE END P10\tP50\tP90\tEACH WEEK (P50, of its beds)")
	for _, p := range r.Prisons {
		s.row("%s\t%d\t%s\t%.0f\t%.0f\t%.0f\t%s", p.Code, p.Capacity, whenCells(start, p.Full), p.Held.P10[last], p.Held.P50[last], p.Held.P90[last], curve(p.Held.P50, float64(p.Capacity)))
	}
	s.row("no room in any\t\t%s\t\t\t\t", whenCells(start, r.NoRoom))
	if err := s.w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	s = newSheet(out)
	s.row("LINE OR GATE\tBUSY\tBUSIEST WEEK P10\tP50\tP90\tA VEHICLE WAITS, MIN\tLONGEST, P50\tBINDS")
	for _, l := range r.Lines {
		s.row("%s\t%s\t%.0f %%", l.Code, loadCells(l), 100*l.Binds)
	}
	for _, l := range r.Gates {
		s.row("%s\t%s\t", l.Code, loadCells(l))
	}
	if err := s.w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	s = newSheet(out)
	s.row("PEOPLE\tAT THE END P10\tP50\tP90\tMOST, P50\tEACH WEEK (P50, of the most)")
	people := func(name string, b forecast.Band) {
		most := highest(b.P50)
		s.row("%s\t%.0f\t%.0f\t%.0f\t%.0f\t%s", name, b.P10[last], b.P50[last], b.P90[last], most, curve(b.P50, most))
	}
	people("wait at the sources", r.Waiting)
	people("of these without a bed", r.HeldBack)
	people("on the road, most of the day", r.Transit)
	people("at lines, most of the day", r.AtLines)
	people("at gates, most of the day", r.AtGates)
	people("refused at a gate, of the day", r.Refused)
	for _, x := range r.Exits {
		people("left: "+strings.TrimSpace(string(x.Way)+" "+x.Nationality), x.People)
	}
	if err := s.w.Flush(); err != nil || len(f.WhatIf) == 0 {
		return err
	}
	return printWhatIf(out, start, f)
}

func printWhatIf(out io.Writer, start time.Time, f forecasted) error {
	fmt.Fprintln(out)
	s := newSheet(out)
	s.row("WHAT IF\tNO ROOM, P50\tDAYS\tHELD AT THE END\tWAIT AT THE END\tHAVE LEFT\tLINE THAT BINDS\tITS BUSIEST WEEK")
	row := func(name string, full forecast.WhenChange, i int, c forecast.Comparison) {
		days := ""
		if i == 1 && full.Days != nil {
			days = fmt.Sprintf("%+d", *full.Days)
		}
		when := full.Base
		if i == 1 {
			when = full.Other
		}
		s.row("%s\t%s\t%s\t%.0f\t%.0f\t%.0f\t%s\t%.0f %%", name, dayCell(start, when.P50), days, c.Held[i], c.Waiting[i], c.Left[i], c.Line[i], 100*c.Load[i])
	}
	row(f.Scenario, f.WhatIf[0].Comparison.NoRoom, 0, f.WhatIf[0].Comparison)
	for _, w := range f.WhatIf {
		row(w.Result.Scenario, w.Comparison.NoRoom, 1, w.Comparison)
	}
	if err := s.w.Flush(); err != nil {
		return err
	}
	for _, w := range f.WhatIf {
		fmt.Fprintf(out, "\n%s: %s\n", w.Result.Scenario, w.Result.Title)
		s = newSheet(out)
		s.row("PRISON\tFULL P10\tP50\tP90\tIN\tBEFORE, P50\tDAYS")
		for _, p := range w.Comparison.Prisons {
			days := ""
			if p.Days != nil {
				days = fmt.Sprintf("%+d", *p.Days)
			}
			s.row("%s\t%s\t%s\t%s", p.Code, whenCells(start, p.Other), dayCell(start, p.Base.P50), days)
		}
		if err := s.w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func printBacktest(out io.Writer, b forecast.Replayed) error {
	start, _ := time.Parse(time.DateOnly, b.Cut) // a backtest has a valid day
	fmt.Fprintf(out, "foretold from %s on, %d days, with the departures that were; P10 to P90 should hold 80 %%\n\n", b.Cut, b.Days)
	s := newSheet(out)
	s.row("PRISON\tDAY\tP10\tP50\tP90\tWAS")
	for _, p := range b.Prisons {
		for d := min(6, b.Days-1); d < b.Days; d += 7 {
			mark := ""
			if was := float64(p.Was[d]); was < p.Told.P10[d] || was > p.Told.P90[d] {
				mark = "  outside"
			}
			s.row("%s\t%s\t%.0f\t%.0f\t%.0f\t%d%s", p.Code, dayCell(start, d), p.Told.P10[d], p.Told.P50[d], p.Told.P90[d], p.Was[d], mark)
		}
	}
	if err := s.w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	s = newSheet(out)
	s.row("PRISON\tWITHIN THE BAND\tMEAN ERROR\tA STRAIGHT LINE'S ERROR")
	for _, p := range b.Prisons {
		s.row("%s\t%.0f %%\t%.0f\t%.0f", p.Code, 100*p.Coverage, p.Error, p.Naive)
	}
	s.row("all\t%.0f %%\t%.0f (%.1f %%)\t%.0f", 100*b.Coverage, b.Error, 100*b.Relative, b.Naive)
	return s.w.Flush()
}

// dayCell shows a day of the forecast as a date.
func dayCell(start time.Time, d int) string {
	if d == forecast.Never {
		return "not"
	}
	return start.AddDate(0, 0, d).Format(time.DateOnly)
}

func whenCells(start time.Time, w forecast.When) string {
	return fmt.Sprintf("%s\t%s\t%s\t%.0f %%", dayCell(start, w.P10), dayCell(start, w.P50), dayCell(start, w.P90), 100*w.Share)
}

func loadCells(l forecast.Load) string {
	return fmt.Sprintf("%.0f %%\t%.0f %%\t%.0f %%\t%.0f %%\t%.0f\t%.0f",
		100*l.Utilisation.P50, 100*l.Busiest.P10, 100*l.Busiest.P50, 100*l.Busiest.P90, l.Waiting.P50, l.Longest.P50)
}

func highest(all []float64) float64 {
	most := 0.0
	for _, x := range all {
		most = max(most, x)
	}
	return most
}

// curve draws a character for the last day of each week, an eighth of the whole a step.
func curve(days []float64, whole float64) string {
	steps := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for d := 6; d < len(days); d += 7 {
		i := 0
		if whole > 0 {
			i = min(int(days[d]/whole*float64(len(steps))), len(steps)-1)
		}
		b.WriteRune(steps[i])
	}
	return b.String()
}
