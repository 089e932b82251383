package forecast

import (
	"context"
	"fmt"
	"time"

	"amana/internal/fault"
)

// History is what the register knows of past days, as counts: enough to calibrate a scenario, and to see whether it would have
// foretold what came. Every list of days has Days values, the first for Start.
type History struct {
	Start    string        `json:"start"` // the first day, 2026-02-02
	Days     int           `json:"days"`
	Sources  []PastSource  `json:"sources"`
	Lines    []PastLine    `json:"lines"` // in the order of passing
	Prisons  []PastPrison  `json:"prisons"`
	Exits    []PastExit    `json:"exits"`
	Passages []PastPassage `json:"passages"` // in any order
}

// PastSource is who left a source.
type PastSource struct {
	Code          string         `json:"code"`
	Name          string         `json:"name,omitempty"`
	Departed      []int          `json:"departed"`                // people on each day
	Nationalities map[string]int `json:"nationalities,omitempty"` // of all of them, as far as known
}

// PastLine is a line that convoys pass.
type PastLine struct {
	Code  string `json:"code"`
	Name  string `json:"name,omitempty"`
	Lanes int    `json:"lanes,omitempty"` // 0: 1
}

// PastPrison is how a prison filled.
type PastPrison struct {
	Code        string         `json:"code"`
	Name        string         `json:"name,omitempty"`
	Capacity    int            `json:"capacity"`
	Before      int            `json:"before"`                // people there before the first day
	Nationality map[string]int `json:"nationality,omitempty"` // of these, as far as known
	Received    []int          `json:"received"`              // people on each day
	Held        []int          `json:"held"`                  // people at the end of each day
}

// PastExit is who left custody, from any prison.
type PastExit struct {
	Way         Way    `json:"way"`
	Nationality string `json:"nationality,omitempty"`
	People      []int  `json:"people"` // on each day
}

// PastPassage is a vehicle seen at a point of its way.
type PastPassage struct {
	Convoy  int     `json:"convoy"`  // any number, one for each convoy
	Vehicle int     `json:"vehicle"` // any number, one for each vehicle of the convoy
	Point   string  `json:"point"`   // code of the source (departure), of a line (let through) or of a prison (received)
	People  int     `json:"people"`
	Minute  float64 `json:"minute"` // since the begin of the first day
}

// maxPassages bounds the passages of a history.
const maxPassages = 5_000_000

// Validate tells everything that is wrong with a history, as one fault; nil when nothing is.
func (h History) Validate() error {
	n := &inspection{}
	if _, err := time.Parse(dateForm, h.Start); err != nil {
		n.bad("forecast.date_unreadable", h.Start, "start")
	}
	n.within(float64(h.Days), 1, maxWeeks*7, "days")
	if len(h.Sources) > maxPlaces || len(h.Prisons) > maxPlaces || len(h.Lines) > maxLines || len(h.Exits) > maxList || len(h.Passages) > maxPassages {
		return fault.New(fault.TooLarge, "forecast.list_too_long", "at most %d sources and prisons, %d lines, %d exits and %d passages", maxPlaces, maxLines, maxList, maxPassages)
	}
	if len(h.Sources) == 0 {
		n.bad("forecast.list_empty", "", "sources")
	}
	if len(h.Prisons) == 0 {
		n.bad("forecast.list_empty", "", "prisons")
	}
	days := func(all []int, name string, i int) {
		if len(all) != h.Days {
			n.bad("forecast.days_differ", len(all), name, i)
		}
		for _, people := range all {
			n.within(float64(people), 0, maxPeople, name, i)
		}
	}
	n.distinct("sources", len(h.Sources), func(i int) string { return h.Sources[i].Code })
	for i, v := range h.Sources {
		days(v.Departed, "sources[%d].departed", i)
		n.counts(v.Nationalities, fmt.Sprintf("sources[%d].nationalities", i))
	}
	n.distinct("lines", len(h.Lines), func(i int) string { return h.Lines[i].Code })
	for i, v := range h.Lines {
		n.within(float64(v.Lanes), 0, 1000, "lines[%d].lanes", i)
	}
	n.distinct("prisons", len(h.Prisons), func(i int) string { return h.Prisons[i].Code })
	for i, v := range h.Prisons {
		n.within(float64(v.Capacity), 0, maxPeople, "prisons[%d].capacity", i)
		n.within(float64(v.Before), 0, maxPeople, "prisons[%d].before", i)
		n.counts(v.Nationality, fmt.Sprintf("prisons[%d].nationality", i))
		days(v.Received, "prisons[%d].received", i)
		days(v.Held, "prisons[%d].held", i)
	}
	for i, v := range h.Exits {
		one(n, v.Way, fmt.Sprintf("exits[%d].way", i), Repatriation, Release, Trial)
		days(v.People, "exits[%d].people", i)
	}
	for i, v := range h.Passages {
		n.within(v.Minute, 0, float64(h.Days)*day, "passages[%d].minute", i)
		n.within(float64(v.People), 0, maxPeople, "passages[%d].people", i)
	}
	return n.fault("history")
}

// before is the history of the first days only.
func (h History) before(cut int) History {
	out := h
	out.Days = cut
	out.Sources, out.Prisons, out.Exits, out.Passages = nil, nil, nil, nil
	for _, v := range h.Sources {
		v.Departed = v.Departed[:cut]
		out.Sources = append(out.Sources, v)
	}
	for _, v := range h.Prisons {
		v.Received, v.Held = v.Received[:cut], v.Held[:cut]
		out.Prisons = append(out.Prisons, v)
	}
	for _, v := range h.Exits {
		v.People = v.People[:cut]
		out.Exits = append(out.Exits, v)
	}
	for _, v := range h.Passages {
		if v.Minute < float64(cut)*day {
			out.Passages = append(out.Passages, v)
		}
	}
	return out
}

// Invent makes the past of a scenario up, as it is with one seed: for trials of calibration, where the truth is known.
func Invent(s Scenario, seed uint64) (History, error) {
	if err := s.Validate(); err != nil {
		return History{}, err
	}
	m := newModel(s)
	h := History{Start: m.Start, Days: m.Weeks * 7}
	sources, prisons := map[string]int{}, map[string]int{}
	for i, v := range m.Sources {
		sources[v.Code] = i
		h.Sources = append(h.Sources, PastSource{Code: v.Code, Name: v.Name, Departed: make([]int, h.Days), Nationalities: map[string]int{}})
	}
	for _, v := range m.Lines {
		h.Lines = append(h.Lines, PastLine{Code: v.Code, Name: v.Name, Lanes: v.Lanes})
	}
	for i, v := range m.Prisons {
		prisons[v.Code] = i
		h.Prisons = append(h.Prisons, PastPrison{Code: v.Code, Name: v.Name, Capacity: v.Capacity, Before: v.Occupied, Nationality: v.Nationality, Received: make([]int, h.Days)})
	}
	r := m.start(seed, 0)
	r.watch = func(p PastPassage, nationalities []uint8) {
		h.Passages = append(h.Passages, p)
		if i, is := sources[p.Point]; is {
			h.Sources[i].Departed[r.date] += p.People
			for _, k := range nationalities {
				h.Sources[i].Nationalities[m.nationalities[k]]++
			}
		}
		if i, is := prisons[p.Point]; is {
			h.Prisons[i].Received[r.date] += p.People
		}
	}
	if err := r.run(context.Background()); err != nil {
		return History{}, fmt.Errorf("inventing a past: %w", err)
	}
	at := 0
	next := func() []int {
		all := make([]int, h.Days)
		for d, n := range r.out.days[at] {
			all[d] = int(n)
		}
		at++
		return all
	}
	for i := range h.Prisons {
		h.Prisons[i].Held = next()
	}
	at += len(m.nationalities)
	for _, g := range m.groups {
		people := next()
		for d := len(people) - 1; d > 0; d-- {
			people[d] -= people[d-1]
		}
		h.Exits = append(h.Exits, PastExit{Way: g.Way, Nationality: g.Nationality, People: people})
	}
	return h, nil
}
