package forecast

import (
	"context"
	"math"
	"time"

	"amana/internal/fault"
)

// Replayed is a forecast of days that are past, beside what was.
type Replayed struct {
	Cut      string       `json:"cut"` // the first day that was foretold
	Days     int          `json:"days"`
	Prisons  []PastFuture `json:"prisons"`
	Coverage float64      `json:"coverage"` // part of all headcounts that lie within P10 to P90; 0.8 is wanted
	Error    float64      `json:"error"`    // mean absolute error of P50, people
	Relative float64      `json:"relative"` // the same as a part of the mean headcount
	Naive    float64      `json:"naive"`    // the same error of "growing on as in the last seven days before the cut", or in those there are
	Scenario Scenario     `json:"scenario"` // as calibrated
}

// PastFuture is the headcount of a prison as foretold and as it was.
type PastFuture struct {
	Code     string  `json:"code"`
	Name     string  `json:"name,omitempty"`
	Told     Band    `json:"told"`
	Was      []int   `json:"was"`
	Coverage float64 `json:"coverage"`
	Error    float64 `json:"error"`
	Naive    float64 `json:"naive"`
}

// leastPast is how many days a calibration needs at the very least; two weeks know the days of the week, too.
const leastPast = 3

// Backtest calibrates on the days before cut (a number of days since the start), replays the days from it on with the departures that
// were recorded, and tells how well the headcounts of the prisons were foretold.
func Backtest(ctx context.Context, h History, cut int, opt Options) (Replayed, error) {
	if err := h.Validate(); err != nil {
		return Replayed{}, err
	}
	if cut < leastPast || cut >= h.Days {
		return Replayed{}, fault.New(fault.Invalid, "forecast.cut", "wanted: a cut after at least %d days and before the last of %d", leastPast, h.Days)
	}
	days := h.Days - cut
	s, err := FromHistory(h.before(cut), (days+6)/7)
	if err != nil {
		return Replayed{}, err
	}
	for i := range s.Sources {
		s.Sources[i].Law, s.Sources[i].Recorded = Recorded, h.Sources[i].Departed[cut:]
	}
	told, err := Run(ctx, s, opt)
	if err != nil {
		return Replayed{}, err
	}
	back := min(7, cut-1)                     // days of which the naive guess knows
	start, _ := time.Parse(dateForm, h.Start) // it is valid
	out := Replayed{Cut: start.AddDate(0, 0, cut).Format(dateForm), Days: days, Scenario: s}
	held := 0.0
	for i, v := range h.Prisons {
		p := PastFuture{Code: v.Code, Name: v.Name, Was: v.Held[cut:], Told: told.Prisons[i].Held.first(days)}
		last := float64(v.Held[cut-1])
		daily := (last - float64(v.Held[cut-1-back])) / float64(back)
		for d, n := range p.Was {
			was := float64(n)
			if p.Told.P10[d] <= was && was <= p.Told.P90[d] {
				p.Coverage++
			}
			p.Error += math.Abs(p.Told.P50[d] - was)
			p.Naive += math.Abs(min(max(last+daily*float64(d+1), 0), float64(v.Capacity)) - was)
			held += was
		}
		out.Coverage += p.Coverage
		out.Error += p.Error
		out.Naive += p.Naive
		p.Coverage, p.Error, p.Naive = p.Coverage/float64(days), p.Error/float64(days), p.Naive/float64(days)
		out.Prisons = append(out.Prisons, p)
	}
	n := float64(days * len(h.Prisons))
	if held > 0 {
		out.Relative = out.Error / held
	}
	out.Coverage, out.Error, out.Naive = out.Coverage/n, out.Error/n, out.Naive/n
	return out, nil
}

func (b Band) first(days int) Band {
	return Band{P10: b.P10[:days], P50: b.P50[:days], P90: b.P90[:days]}
}
