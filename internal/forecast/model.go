package forecast

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// model is a scenario made ready to run: codes are positions, dates are minutes since the start. Replications share it and only read it.
type model struct {
	Scenario
	begin         time.Time
	end           float64 // minutes
	nationalities []string
	ofSource      []weights // of nationalities, per source
	weekday       [][]float64
	slots         []float64 // minutes of a day
	drives        law       // of a mean of one minute
	exits         []exitRule
	groups        []Leaving // what exits are counted by
	closures      []closureRule
	changes       []changeRule
	held          [][]int32
}

type exitRule struct {
	nationality int // Anybody for any
	from, until float64
	perWeek     float64
	part        float64
	group       int
	counted     int // position in groups
}

const anybody = -1

type closureRule struct {
	kind        Closing
	place       int // line or prison
	from, until float64
	gap, length float64 // means of random ones, 0 for one that is planned
}

type changeRule struct {
	at    float64
	set   Setting
	place int // source, line or prison; -1 for all
	exits []int
	value float64
}

// newModel makes a scenario ready, which must be valid.
func newModel(s Scenario) *model {
	s = s.withDefaults()
	m := &model{Scenario: s, nationalities: s.nationalities(), end: float64(s.Weeks) * 7 * day}
	m.begin, _ = time.Parse(dateForm, s.Start) // it is valid
	at := func(text string, otherwise float64) float64 {
		if text == "" {
			return otherwise
		}
		minutes, _ := moment(m.begin, text) // it is valid
		return minutes
	}
	for _, v := range s.Sources {
		shares := v.Nationalities
		if len(shares) == 0 {
			shares = s.Nationalities
		}
		m.ofSource = append(m.ofSource, m.cumulated(shares))
		rates, sum := make([]float64, 7), 0.0
		for _, w := range v.Weekdays {
			sum += w
		}
		for d := range rates { // of the d-th day from the start, per minute and person a week
			rates[d] = v.Weekdays[(int(m.begin.Weekday())+6+d)%7] / sum / day
		}
		m.weekday = append(m.weekday, rates)
	}
	first, _ := clock(s.Convoy.First)
	last, _ := clock(s.Convoy.Last)
	for t := first; t <= last+1e-9; t += s.Convoy.EveryMinutes {
		m.slots = append(m.slots, t)
	}
	m.drives = newLaw(1, Lognormal, s.Convoy.Spread)
	for _, v := range s.Exits {
		r := exitRule{nationality: anybody, from: at(v.From, 0), until: at(v.Until, math.Inf(1)), perWeek: v.PerWeek, part: v.Part, group: v.Group}
		if v.Nationality != "" {
			r.nationality = slices.Index(m.nationalities, v.Nationality)
		}
		r.counted = slices.IndexFunc(m.groups, func(g Leaving) bool { return g.Way == v.Way && g.Nationality == v.Nationality })
		if r.counted < 0 {
			r.counted = len(m.groups)
			m.groups = append(m.groups, Leaving{Way: v.Way, Nationality: v.Nationality})
		}
		m.exits = append(m.exits, r)
	}
	for _, v := range s.Closures {
		r := closureRule{kind: v.Kind, place: m.prison(v.Code), from: at(v.From, 0), until: at(v.Until, math.Inf(1)), length: v.Hours * 60}
		if v.Kind == LostLine {
			r.place = m.line(v.Code)
		}
		if v.PerYear > 0 {
			r.gap = 365 * day / v.PerYear
		}
		m.closures = append(m.closures, r)
	}
	for _, v := range s.Changes {
		m.changes = append(m.changes, m.change(v, at(v.From, 0)))
	}
	slices.SortStableFunc(m.changes, func(a, b changeRule) int { return cmp.Compare(a.at, b.at) })
	for _, v := range s.Prisons {
		m.held = append(m.held, m.inside(v))
	}
	return m
}

func (m *model) line(code string) int {
	return slices.IndexFunc(m.Lines, func(v Line) bool { return v.Code == code })
}

func (m *model) prison(code string) int {
	return slices.IndexFunc(m.Prisons, func(v Prison) bool { return v.Code == code })
}

func (m *model) change(v Change, at float64) changeRule {
	r := changeRule{at: at, set: v.Set, place: -1, value: v.Value}
	switch v.Set {
	case SetFlow:
		r.place = slices.IndexFunc(m.Sources, func(s Source) bool { return s.Code == v.Code })
	case SetCapacity:
		r.place = m.prison(v.Code)
	case SetLanes, SetMinutes:
		r.place = m.line(v.Code)
	case SetExits:
		for i, x := range m.Exits {
			if v.Code == "" || v.Code == string(x.Way) || v.Code == x.Nationality {
				r.exits = append(r.exits, i)
			}
		}
	}
	return r
}

// cumulated gives the weights of all nationalities; what the shares leave is X.
func (m *model) cumulated(shares map[string]float64) weights {
	w, rest := make(weights, len(m.nationalities)), 1.0
	for i, code := range m.nationalities {
		w[i] = shares[code]
		rest -= shares[code]
	}
	x, _ := slices.BinarySearch(m.nationalities, "X")
	w[x] += max(rest, 0)
	for i := 1; i < len(w); i++ {
		w[i] += w[i-1]
	}
	return w
}

// inside shares those in a prison whose nationality is not told out over the nationalities, by their shares and to the last person.
func (m *model) inside(v Prison) []int32 {
	held, rest := make([]int32, len(m.nationalities)), v.Occupied
	for i, code := range m.nationalities {
		held[i] = int32(v.Nationality[code])
		rest -= v.Nationality[code]
	}
	upTo, before := m.cumulated(m.Scenario.Nationalities), 0
	for i := range held {
		n := int(math.Round(float64(rest) * upTo[i] / upTo[len(upTo)-1]))
		held[i] += int32(n - before)
		before = n
	}
	return held
}
