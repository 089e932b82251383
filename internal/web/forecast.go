package web

import (
	"cmp"
	"context"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"amana/internal/chart"
	"amana/internal/fault"
	"amana/internal/forecast"
	"amana/internal/id"
	"amana/internal/outlook"
	"amana/internal/place"
	"amana/internal/text"
)

// Forecast is what the coming weeks may look like: counts with their uncertainty, and what would change them. It knows no convoy and nobody.
type Forecast struct {
	Frame
	Question outlook.Question
	Names    []string // of scenarios, as a question names them
	Answer   outlook.Answer
	Prisons  []PrisonForecast
	Waiting  chart.Fan
	Lines    []LoadRow
	WhatIf   []WhatIf
}

// PrisonForecast is how one prison may fill.
type PrisonForecast struct {
	Name string
	Full forecast.When
	chart.Fan
	Weeks []WeekRow
}

// WeekRow is the figures of a curve at the end of a week.
type WeekRow struct {
	Week          int
	Day           time.Time
	P10, P50, P90 float64
}

// LoadRow is how busy a line or the gate of a prison may be.
type LoadRow struct {
	forecast.Load
	Name       string
	Line       bool
	Bottleneck bool // the line that is the busiest in most replications
}

// WhatIf is one scenario beside the others.
type WhatIf struct {
	Code    string
	Href    string
	Shown   bool // on the rest of the page
	Answer  outlook.Answer
	Waiting forecast.Range // at the sources in the end
	NoBed   forecast.Range // of these, more than there are free beds
	Line    *LoadRow
}

// The question that is asked when a reader has said nothing.
const (
	usualWeeks        = 12
	usualReplications = 50
)

// What a scenario is compared with: so many replications that they come to so many weeks, but not fewer than the least.
const (
	comparedWeeks     = 180
	leastReplications = 10
)

func forecastPage(v *visit) (templ.Component, error) {
	q, err := v.forecastQuestion()
	if err != nil {
		return nil, err
	}
	p := Forecast{Frame: v.frame("forecast", v.T("forecast.title")), Names: outlook.Names()}
	if p.Answer, err = v.ask(q); err != nil {
		return nil, err
	}
	q.Scenario = p.Answer.Named
	p.Question = q
	for _, x := range p.Answer.Prisons {
		p.Prisons = append(p.Prisons, prisonForecast(p.Frame, p.Answer.Result, x))
	}
	p.Waiting = waitingFan(p.Frame, p.Answer.Result)
	p.Lines = loads(p.Frame, p.Answer.Result)
	if err := v.fillWhatIf(&p); err != nil {
		return nil, err
	}
	return forecasts(p), nil
}

// fillWhatIf puts the scenarios side by side: the one that is shown, and all others with fewer replications, so that the page does not take long.
func (v *visit) fillWhatIf(p *Forecast) error {
	for _, code := range outlook.Names() {
		q, a := p.Question, p.Answer
		q.Scenario = code
		href := forecastHref(q)
		if code == outlook.Register && a.Named != code {
			continue // it may have no past to go by
		}
		if code != a.Named {
			q.Replications = min(q.Replications, max(leastReplications, comparedWeeks/q.Weeks))
			var err error
			if a, err = v.ask(q); err != nil {
				return err
			}
		}
		row := WhatIf{Code: code, Href: href, Shown: code == p.Answer.Named, Answer: a, Waiting: last(a.Waiting), NoBed: last(a.HeldBack)}
		lines := loads(p.Frame, a.Result)
		if i := slices.IndexFunc(lines, func(l LoadRow) bool { return l.Bottleneck }); i >= 0 {
			row.Line = &lines[i]
		}
		p.WhatIf = append(p.WhatIf, row)
	}
	return nil
}

func (v *visit) ask(q outlook.Question) (outlook.Answer, error) {
	return v.outlook.Ask(v.ctx(), q, v.now, func(ctx context.Context, from time.Time, days int) (forecast.History, error) {
		return v.r.History(ctx, v.actor, from, days)
	})
}

// forecastQuestion reads what was asked for, in any digits.
func (v *visit) forecastQuestion() (outlook.Question, error) {
	q := outlook.Question{Scenario: v.req.FormValue("scenario"), Weeks: usualWeeks, Replications: usualReplications, Seed: 1}
	var fields []fault.Field
	for _, x := range []struct {
		name string
		into func(uint64)
	}{
		{"weeks", func(n uint64) { q.Weeks = int(min(n, math.MaxInt32)) }},
		{"replications", func(n uint64) { q.Replications = int(min(n, math.MaxInt32)) }},
		{"seed", func(n uint64) { q.Seed = n }},
	} {
		s := v.req.FormValue(x.name)
		if s == "" {
			continue
		}
		n, err := strconv.ParseUint(id.Fold(s), 10, 64)
		if err != nil || strings.HasPrefix(s, "-") { // folding drops it, as it stands in the numbers of people
			fields = append(fields, fault.Field{Name: x.name, Rule: "number.unreadable", Value: s[:min(len(s), 40)]})
			continue
		}
		x.into(n)
	}
	if fields != nil {
		return q, &fault.Error{Kind: fault.Invalid, Rule: "number.unreadable", Message: "the number could not be read", Fields: fields}
	}
	return q, nil
}

func forecastHref(q outlook.Question) string {
	return "/forecast?" + url.Values{
		"scenario": {q.Scenario}, "weeks": {number(q.Weeks)}, "replications": {number(q.Replications)}, "seed": {strconv.FormatUint(q.Seed, 10)},
	}.Encode()
}

// scenarioName says what a scenario supposes; one that this version has no words for keeps its name.
func (f Frame) scenarioName(code string) string {
	names := map[string]string{
		outlook.Register: f.T("scenario.register"), "base": f.T("scenario.base"), "lost-prison": f.T("scenario.lost_prison"), "flow-10000": f.T("scenario.flow_10000"),
		"takes-back": f.T("scenario.takes_back"), "repatriation-stops": f.T("scenario.repatriation_stops"), "central-prison": f.T("scenario.central_prison"),
	}
	return cmp.Or(names[code], code)
}

// placeName names a place of a scenario: as the register does, else as the scenario does.
func (f Frame) placeName(code, name string) string {
	if names, known := f.places[place.Code(code)]; known {
		return short(f.Pick(names, code))
	}
	if code == "IQ-CEN" { // which a scenario supposes
		return f.T("scenario.central")
	}
	return cmp.Or(name, code)
}

// dayOf is a day of a forecast, counted from 0.
func dayOf(r forecast.Result, day int) time.Time {
	start, err := time.ParseInLocation(time.DateOnly, r.Start, text.Zone)
	if err != nil { // a forecast that was computed has a start
		return time.Time{}
	}
	return start.AddDate(0, 0, day)
}

func prisonForecast(f Frame, r forecast.Result, x forecast.PrisonDays) PrisonForecast {
	p := PrisonForecast{Name: f.placeName(x.Code, x.Name), Full: x.Full, Weeks: weekRows(r, x.Held)}
	p.Fan = fan(f, r, "prison-"+x.Code, chart.Curve{Low: x.Held.P10, Mid: x.Held.P50, High: x.Held.P90})
	p.Fan.Title = f.T("forecast.chart", "Place", p.Name)
	end := last(x.Held)
	p.Desc = f.T("forecast.chart_desc", "P10", f.whole(end.P10), "P50", f.whole(end.P50), "P90", f.whole(end.P90), "Capacity", f.N(x.Capacity))
	p.Limit = &chart.Tick{At: float64(x.Capacity), Label: f.T("forecast.capacity", "N", f.N(x.Capacity))}
	p.Values = values(f, float64(x.Capacity), x.Held)
	if x.Full.P50 != forecast.Never {
		m := chart.Mark{At: float64(x.Full.P50), From: float64(x.Full.P50), Until: float64(r.Days - 1), Label: f.Date(dayOf(r, x.Full.P50))}
		if x.Full.P10 != forecast.Never {
			m.From = float64(x.Full.P10)
		}
		if x.Full.P90 != forecast.Never {
			m.Until = float64(x.Full.P90)
		}
		p.Marks = []chart.Mark{m}
	}
	return p
}

func waitingFan(f Frame, r forecast.Result) chart.Fan {
	w := fan(f, r, "waiting", chart.Curve{Low: r.Waiting.P10, Mid: r.Waiting.P50, High: r.Waiting.P90}, chart.Curve{Mid: r.HeldBack.P50, Dashed: true})
	end, back := last(r.Waiting), last(r.HeldBack)
	w.Title = f.T("forecast.waiting")
	w.Desc = f.T("forecast.waiting_desc", "P10", f.whole(end.P10), "P50", f.whole(end.P50), "P90", f.whole(end.P90), "NoBed", f.whole(back.P50))
	w.Values = values(f, 0, r.Waiting, r.HeldBack)
	return w
}

// fan is a drawing over the weeks of a forecast: a tick stands at the end of a week.
func fan(f Frame, r forecast.Result, id string, curves ...chart.Curve) chart.Fan {
	out := chart.Fan{Head: chart.Head{ID: id, Mirror: f.Lang.Dir() == "rtl"}, Curves: curves}
	weeks := r.Days / 7
	step := max((weeks+5)/6, 1)
	for w := step; w <= weeks; w += step {
		out.Days = append(out.Days, chart.Tick{At: float64(7*w - 1), Label: f.N(w)})
	}
	return out
}

func values(f Frame, least float64, bands ...forecast.Band) []chart.Tick {
	top := least
	for _, b := range bands {
		for _, series := range [][]float64{b.P50, b.P90} {
			for _, x := range series {
				top = max(top, x)
			}
		}
	}
	var ticks []chart.Tick
	for _, x := range chart.Steps(top*1.04, 4) {
		ticks = append(ticks, chart.Tick{At: x, Label: f.whole(x)})
	}
	return ticks
}

func weekRows(r forecast.Result, b forecast.Band) []WeekRow {
	var rows []WeekRow
	for w := 1; 7*w <= min(len(b.P10), len(b.P50), len(b.P90)); w++ {
		d := 7*w - 1
		rows = append(rows, WeekRow{w, dayOf(r, d), b.P10[d], b.P50[d], b.P90[d]})
	}
	return rows
}

// last is where a band ends.
func last(b forecast.Band) forecast.Range {
	n := min(len(b.P10), len(b.P50), len(b.P90))
	if n == 0 {
		return forecast.Range{}
	}
	return forecast.Range{P10: b.P10[n-1], P50: b.P50[n-1], P90: b.P90[n-1]}
}

// loads lists the lines and then the gates, and finds the line that binds.
func loads(f Frame, r forecast.Result) []LoadRow {
	var rows []LoadRow
	binds := -1
	for i, l := range r.Lines {
		rows = append(rows, LoadRow{Load: l, Name: f.placeName(l.Code, l.Name), Line: true})
		if l.Binds > 0 && (binds < 0 || l.Binds > r.Lines[binds].Binds) {
			binds = i
		}
	}
	if binds >= 0 {
		rows[binds].Bottleneck = true
	}
	for _, g := range r.Gates {
		rows = append(rows, LoadRow{Load: g, Name: f.placeName(g.Code, g.Name)})
	}
	return rows
}

// whole writes a count that was computed as a mean or quantile.
func (f Frame) whole(x float64) string { return f.N(int(math.Round(x))) }

// share writes a part of one in percent.
func (f Frame) share(x float64) string { return f.Percent(int(math.Round(x*1000)), 1000) }

// between writes a figure with its uncertainty.
func (f Frame) between(r forecast.Range, write func(float64) string) string {
	return f.T("forecast.range", "P50", write(r.P50), "P10", write(r.P10), "P90", write(r.P90))
}

// filling says when something happens: on a day with its uncertainty, in some replications, or not at all.
func (f Frame) filling(r forecast.Result, w forecast.When) string {
	day := func(d int) string {
		if d == forecast.Never {
			return f.T("forecast.later")
		}
		return f.Date(dayOf(r, d))
	}
	switch {
	case w.Share == 0:
		return f.T("forecast.never")
	case w.P50 == forecast.Never:
		return f.T("forecast.seldom", "Share", f.share(w.Share))
	}
	return f.T("forecast.when", "P50", day(w.P50), "P10", day(w.P10), "P90", day(w.P90))
}

// week says in which week something happens, counted from 1, as the drawings count them.
func (f Frame) week(w forecast.When) string {
	week := func(d int) string {
		if d == forecast.Never {
			return f.T("forecast.later_week")
		}
		return f.N(d/7 + 1)
	}
	switch {
	case w.Share == 0:
		return f.T("forecast.never")
	case w.P50 == forecast.Never:
		return f.T("forecast.seldom", "Share", f.share(w.Share))
	}
	return f.T("forecast.range", "P50", week(w.P50), "P10", week(w.P10), "P90", week(w.P90))
}

// told says what every figure of the page is, and how it came about.
func (p Forecast) told(a outlook.Answer) string {
	return p.T("forecast.told", "Moment", p.Moment(a.Computed), "Seed", p.Digits(strconv.FormatUint(a.Seed, 10)), "Replications", p.N(a.Replications), "Weeks", p.N(a.Days/7), "Start", p.Date(dayOf(a.Result, 0)))
}
