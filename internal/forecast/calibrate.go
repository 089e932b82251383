package forecast

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// FromHistory calibrates a scenario: flows, shares of the prisons, times of the lines, drives, convoys and exits as they were. The
// scenario begins on the day after the last, with the people held then, for the weeks asked. Closures are not foretold from the past.
func FromHistory(h History, weeks int) (Scenario, error) {
	if err := h.Validate(); err != nil {
		return Scenario{}, err
	}
	start, _ := time.Parse(dateForm, h.Start) // it is valid
	s := Scenario{
		Name: "register", Title: fmt.Sprintf("as the %d days from %s on", h.Days, h.Start),
		Start: start.AddDate(0, 0, h.Days).Format(dateForm), Weeks: weeks, Allocation: Share,
	}
	c := newCounts(h)
	s.Nationalities = c.shares
	inside := c.composition()
	road := newRoad(h)
	s.Convoy = road.convoy(h)
	for _, v := range h.Sources {
		p := Source{Code: v.Code, Name: v.Name, PerWeek: mean(v.Departed) * 7, Weekdays: weekdays(start, v.Departed), DriveMinutes: median(road.from[v.Code])}
		s.Sources = append(s.Sources, p)
	}
	for _, v := range h.Lines {
		lanes := max(v.Lanes, 1)
		minutes, spread := road.service(v.Code)
		s.Lines = append(s.Lines, Line{Code: v.Code, Name: v.Name, Service: Service{Minutes: minutes * float64(lanes), Spread: spread, Lanes: lanes}})
	}
	for i := 1; i < len(s.Lines); i++ {
		s.Lines[i].DriveMinutes = median(road.from[s.Lines[i-1].Code])
	}
	for _, v := range h.Prisons {
		p := Prison{Code: v.Code, Name: v.Name, Capacity: v.Capacity, Occupied: v.Held[h.Days-1], Share: float64(sum(v.Received[max(h.Days-recent, 0):])), Nationality: map[string]int{}}
		for code, part := range inside {
			p.Nationality[code] = int(part * float64(p.Occupied))
		}
		p.Gate.Minutes, p.Gate.Spread = road.service(v.Code)
		if len(s.Lines) > 0 {
			p.DriveMinutes = median(road.to[v.Code])
		}
		s.Prisons = append(s.Prisons, p)
	}
	// Who was on the road when the history ends is taken to be where most leave from.
	busiest := 0
	for i, v := range s.Sources {
		if v.PerWeek > s.Sources[busiest].PerWeek {
			busiest = i
		}
	}
	s.Sources[busiest].Waiting = max(c.departed-c.received, 0)
	s.Doubt = c.doubt()
	for _, v := range h.Exits {
		if x, runs := h.exitOf(v); runs {
			s.Exits = append(s.Exits, x)
		}
	}
	s = s.withDefaults()
	return s, s.Validate()
}

// recent is over how many days back prisons are given their shares: what is sent where changes sooner than who comes and leaves.
const recent = 28

// counts adds up who came and left.
type counts struct {
	h                  History
	departed, received int
	shares             map[string]float64 // of nationalities
}

func newCounts(h History) counts {
	c := counts{h: h, shares: map[string]float64{}}
	known := 0
	for _, v := range h.Sources {
		c.departed += sum(v.Departed)
		for _, n := range v.Nationalities {
			known += n
		}
	}
	for _, v := range h.Prisons {
		c.received += sum(v.Received)
	}
	for _, v := range h.Sources {
		for code, n := range v.Nationalities {
			if code != "X" {
				c.shares[code] += float64(n) / float64(max(known, c.departed, 1))
			}
		}
	}
	return c
}

// composition estimates which parts of those held are of which nationality: those there before and those who came, less those who
// left; exits of any nationality are taken to leave the parts as they are.
func (c counts) composition() map[string]float64 {
	there, everybody := map[string]float64{}, 0.0
	for _, v := range c.h.Prisons {
		rest := v.Before
		for code, n := range v.Nationality {
			there[code] += float64(n)
			rest -= n
		}
		came := float64(rest + sum(v.Received))
		for code, share := range c.shares {
			there[code] += share * came
		}
		everybody += float64(v.Before + sum(v.Received))
	}
	for _, v := range c.h.Exits {
		if v.Nationality != "" {
			there[v.Nationality] -= float64(sum(v.People))
			everybody -= float64(sum(v.People))
		}
	}
	known := 0.0
	for _, code := range slices.Sorted(maps.Keys(there)) {
		there[code] = max(there[code], 0)
		known += there[code]
	}
	for code := range there {
		there[code] /= max(everybody, known, 1)
	}
	delete(there, "X")
	return there
}

// doubt estimates how little the rates are known, from how the weeks differ by more than chance makes equal weeks differ.
func (c counts) doubt() Doubt {
	all := make([]int, c.h.Days)
	for _, v := range c.h.Sources {
		for d, n := range v.Departed {
			all[d] += n
		}
	}
	week, weeks := variation(all)
	d := Doubt{Week: week, Flow: week / math.Sqrt(weeks)}
	d.Share = c.shifting()
	return d
}

// shifting is how much the parts that prisons are given differ from week to week of the recent ones, as a part of their mean.
func (c counts) shifting() float64 {
	var weeks []float64 // people in each
	for from := max(c.h.Days-recent, 0); from+7 <= c.h.Days; from += 7 {
		n := 0
		for _, v := range c.h.Prisons {
			n += sum(v.Received[from : from+7])
		}
		weeks = append(weeks, float64(n))
	}
	squares, n := 0.0, 0.0
	for _, v := range c.h.Prisons {
		var parts []float64
		m := 0.0
		for w, all := range weeks {
			from := max(c.h.Days-recent, 0) + 7*w
			part := float64(sum(v.Received[from:from+7])) / max(all, 1)
			parts = append(parts, part)
			m += part / float64(len(weeks))
		}
		for _, part := range parts {
			if m > 0 && len(parts) > 1 {
				squares += (part - m) * (part - m) / (m * m) / float64(len(parts)-1)
				n += 1 / float64(len(parts))
			}
		}
	}
	return min(math.Sqrt(squares/max(n, 1)), 2)
}

// variation is the coefficient of variation of whole weeks beyond that of groups that come at random, and how many weeks there are.
func variation(days []int) (beyond, weeks float64) {
	var totals []int
	for d := 0; d+7 <= len(days); d += 7 {
		totals = append(totals, sum(days[d:d+7]))
	}
	if len(totals) < 3 {
		return 0, max(float64(len(totals)), 1)
	}
	m := mean(totals)
	if m == 0 {
		return 0, float64(len(totals))
	}
	return min(math.Sqrt(max(variance(totals)/(m*m)-groupOf(days)/m, 0)), 2), float64(len(totals))
}

// groupOf is how many come together: of groups of one size that come at random, the variance of a day's number over its mean.
func groupOf(days []int) float64 {
	m := mean(days)
	if m == 0 {
		return 1
	}
	return min(max(math.Round(variance(days)/m), 1), 10_000)
}

// exitOf calibrates an exit from its first day on, in doubt by how few have left and how much the weeks differ; false for one that has let nobody go. An exit of any nationality is taken as a part of those
// held, as it grows with them; one of a country, or to trial, as so many a week.
func (h History) exitOf(v PastExit) (Exit, bool) {
	first := slices.IndexFunc(v.People, func(n int) bool { return n > 0 })
	if first < 0 {
		return Exit{}, false
	}
	days := v.People[first:]
	x := Exit{Way: v.Way, Nationality: v.Nationality, Group: int(groupOf(days))}
	beyond, weeks := variation(days)
	x.Doubt = min(math.Hypot(beyond/math.Sqrt(weeks), 1/math.Sqrt(float64(sum(days))/float64(x.Group))), 2)
	if v.Nationality != "" || v.Way == Trial {
		x.PerWeek = mean(days) * 7
		return x, true
	}
	held := 0
	for _, p := range h.Prisons {
		held += sum(p.Held[first:])
	}
	x.Part = min(float64(sum(days))*7/float64(max(held, 1)), 1)
	return x, true
}

// weekdays gives the weights of Monday to Sunday; all alike when there are not two weeks to learn them from.
func weekdays(start time.Time, days []int) []float64 {
	w := make([]float64, 7)
	if len(days) < 14 || sum(days) == 0 {
		return nil
	}
	times := make([]float64, 7)
	for d, n := range days {
		i := (int(start.Weekday()) + 6 + d) % 7
		w[i] += float64(n)
		times[i]++
	}
	total := 0.0
	for i := range w {
		w[i] /= times[i]
		total += w[i]
	}
	for i := range w {
		w[i] /= total
	}
	return w
}

func sum(all []int) int {
	n := 0
	for _, x := range all {
		n += x
	}
	return n
}

func mean(all []int) float64 { return float64(sum(all)) / float64(max(len(all), 1)) }

func variance(all []int) float64 {
	m, v := mean(all), 0.0
	for _, x := range all {
		v += (float64(x) - m) * (float64(x) - m)
	}
	return v / float64(max(len(all)-1, 1))
}
