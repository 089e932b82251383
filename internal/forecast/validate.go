package forecast

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"amana/internal/fault"
)

// What a scenario may be at most. More is a slip of the keyboard, or somebody who wants to keep the machine busy.
const (
	maxWeeks         = 260
	maxFlow          = 100_000   // people a week, of all sources
	maxPeople        = 1_000_000 // in one prison or waiting at one source
	maxPlaces        = 100       // sources, and prisons
	maxLines         = 12
	maxList          = 1000 // exits, closures, changes
	maxNationalities = 250
	maxMinutes       = 7 * day
	maxReplications  = 10_000
	day              = 1440.0 // minutes
)

const (
	dateForm   = "2006-01-02"
	momentForm = "2006-01-02 15:04"
)

// inspection collects every bad field.
type inspection struct {
	fields []fault.Field
	start  time.Time
}

func (n *inspection) bad(rule string, value any, name string, args ...any) {
	text := []rune(fmt.Sprint(value))
	n.fields = append(n.fields, fault.Field{Name: fmt.Sprintf(name, args...), Rule: rule, Value: string(text[:min(len(text), 40)])})
}

// within asks for a number from least to most; NaN is in no range.
func (n *inspection) within(x, least, most float64, name string, args ...any) {
	if !(x >= least && x <= most) {
		n.bad("forecast.out_of_range", x, name, args...)
	}
}

// one asks for one of the values that are known.
func one[T ~string](n *inspection, x T, name string, known ...T) {
	if !slices.Contains(known, x) {
		n.bad("forecast.value_unknown", x, "%s", name)
	}
}

func (n *inspection) shares(all map[string]float64, name string, args ...any) {
	sum := 0.0
	for _, code := range slices.Sorted(maps.Keys(all)) {
		n.code(code, name+"."+code, args...)
		n.within(all[code], 0, 1, name+"."+code, args...)
		sum += all[code]
	}
	if sum > 1+1e-9 {
		n.bad("forecast.over_one", sum, name, args...)
	}
}

func (n *inspection) counts(all map[string]int, name string) {
	for _, code := range slices.Sorted(maps.Keys(all)) {
		n.code(code, "%s", name)
		n.within(float64(all[code]), 0, maxPeople*maxPlaces, "%s.%s", name, code)
	}
}

// fault is one fault of all bad fields, of which it names the first hundred; nil when there are none.
func (n *inspection) fault(of string) error {
	if len(n.fields) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "forecast.invalid", "the %s has %d bad values", of, len(n.fields))
	f.Fields = n.fields[:min(len(n.fields), 100)]
	return f
}

func (n *inspection) code(code, name string, args ...any) {
	if code == "" || len(code) > 40 {
		n.bad("forecast.code_missing", code, name, args...)
	}
}

// clock reads the minute of a day from 06:00.
func clock(text string) (float64, bool) {
	t, err := time.Parse("15:04", text)
	return float64(t.Hour()*60 + t.Minute()), err == nil
}

func (n *inspection) clock(text, name string, args ...any) float64 {
	minute, ok := clock(text)
	if !ok {
		n.bad("forecast.time_unreadable", text, name, args...)
	}
	return minute
}

// moment reads minutes since the start from a date, with or without a time.
func moment(start time.Time, text string) (float64, bool) {
	for _, form := range []string{dateForm, momentForm} {
		if t, err := time.Parse(form, text); err == nil {
			return t.Sub(start).Minutes(), true
		}
	}
	return 0, false
}

func (n *inspection) moment(text string, name string, args ...any) float64 {
	if text == "" {
		return 0
	}
	at, ok := moment(n.start, text)
	if !ok {
		n.bad("forecast.date_unreadable", text, name, args...)
	}
	return at
}

func (n *inspection) service(s Service, name string, place int) {
	n.within(s.Minutes, 0, maxMinutes, name+".minutes", place)
	n.within(s.Spread, 0, 10, name+".spread", place)
	n.within(float64(s.Lanes), 1, 1000, name+".lanes", place)
	one(n, s.Law, fmt.Sprintf(name+".law", place), Lognormal, Exponential, Fixed)
	if s.Opens == "" && s.Closes == "" {
		return
	}
	if opens, closes := n.clock(s.Opens, name+".opens", place), n.clock(s.Closes, name+".closes", place); opens == closes {
		n.bad("forecast.window_empty", s.Opens, name+".closes", place)
	}
}

// distinct asks that no code stands twice, and gives them.
func (n *inspection) distinct(name string, count int, code func(i int) string) map[string]bool {
	all := map[string]bool{}
	for i := range count {
		n.code(code(i), name+"[%d].code", i)
		if all[code(i)] {
			n.bad("forecast.code_twice", code(i), name+"[%d].code", i)
		}
		all[code(i)] = true
	}
	return all
}

// Validate tells everything that is wrong with a scenario, as one fault; nil when nothing is. Defaults count as given.
func (s Scenario) Validate() error {
	s = s.withDefaults()
	n := &inspection{}
	var err error
	if n.start, err = time.Parse(dateForm, s.Start); err != nil {
		n.bad("forecast.date_unreadable", s.Start, "start")
	}
	n.within(float64(s.Weeks), 1, maxWeeks, "weeks")
	for _, list := range []struct {
		name               string
		count, least, most int
	}{
		{"sources", len(s.Sources), 1, maxPlaces},
		{"lines", len(s.Lines), 0, maxLines},
		{"prisons", len(s.Prisons), 1, maxPlaces},
		{"exits", len(s.Exits), 0, maxList},
		{"closures", len(s.Closures), 0, maxList},
		{"changes", len(s.Changes), 0, maxList},
	} {
		if list.count > list.most {
			return fault.New(fault.TooLarge, "forecast.list_too_long", "%s: at most %d", list.name, list.most)
		}
		if list.count < list.least {
			n.bad("forecast.list_empty", "", "%s", list.name)
		}
	}
	n.shares(s.Nationalities, "nationalities")
	s.inspectPlaces(n)
	s.inspectConvoy(n)
	s.inspectEvents(n)
	if count := len(s.nationalities()); count > maxNationalities {
		return fault.New(fault.TooLarge, "forecast.list_too_long", "nationalities: at most %d", maxNationalities)
	}
	return n.fault("scenario")
}

func (s Scenario) inspectPlaces(n *inspection) {
	n.distinct("sources", len(s.Sources), func(i int) string { return s.Sources[i].Code })
	flow := 0.0
	for i, v := range s.Sources {
		n.within(v.PerWeek, 0, maxFlow, "sources[%d].per_week", i)
		flow += v.PerWeek
		one(n, v.Law, fmt.Sprintf("sources[%d].law", i), Poisson, Constant, Recorded)
		n.within(float64(v.Group), 1, 10_000, "sources[%d].group", i)
		n.within(float64(v.Waiting), 0, maxPeople, "sources[%d].waiting", i)
		n.within(v.DriveMinutes, 0, maxMinutes, "sources[%d].drive_minutes", i)
		n.within(float64(v.Order), -1000, 1000, "sources[%d].order", i)
		n.shares(v.Nationalities, "sources[%d].nationalities", i)
		if len(v.Weekdays) != 7 {
			n.bad("forecast.weekdays", len(v.Weekdays), "sources[%d].weekdays", i)
		}
		sum := 0.0
		for _, w := range v.Weekdays {
			n.within(w, 0, 1000, "sources[%d].weekdays", i)
			sum += w
		}
		if sum == 0 {
			n.bad("forecast.weekdays", 0, "sources[%d].weekdays", i)
		}
		if len(v.Recorded) > maxWeeks*7 {
			n.bad("forecast.list_too_long", len(v.Recorded), "sources[%d].recorded", i)
		}
		for _, people := range v.Recorded {
			n.within(float64(people), 0, maxFlow, "sources[%d].recorded", i)
		}
	}
	n.within(flow, 0, maxFlow, "sources.per_week")
	n.distinct("lines", len(s.Lines), func(i int) string { return s.Lines[i].Code })
	for i, v := range s.Lines {
		n.within(v.DriveMinutes, 0, maxMinutes, "lines[%d].drive_minutes", i)
		n.service(v.Service, "lines[%d]", i)
	}
	n.distinct("prisons", len(s.Prisons), func(i int) string { return s.Prisons[i].Code })
	one(n, s.Allocation, "allocation", Even, Share, Nearest)
	share := 0.0
	for i, v := range s.Prisons {
		n.within(float64(v.Capacity), 0, maxPeople, "prisons[%d].capacity", i)
		n.within(float64(v.Occupied), 0, maxPeople, "prisons[%d].occupied", i)
		known := 0
		for _, code := range slices.Sorted(maps.Keys(v.Nationality)) {
			n.code(code, "prisons[%d].nationality", i)
			n.within(float64(v.Nationality[code]), 0, maxPeople, "prisons[%d].nationality."+code, i)
			known += v.Nationality[code]
		}
		if known > v.Occupied {
			n.bad("forecast.more_than_occupied", known, "prisons[%d].nationality", i)
		}
		n.within(v.Share, 0, 1e6, "prisons[%d].share", i)
		share += v.Share
		n.within(v.DriveMinutes, 0, maxMinutes, "prisons[%d].drive_minutes", i)
		n.service(v.Gate, "prisons[%d].gate", i)
	}
	if s.Allocation == Share && share == 0 {
		n.bad("forecast.no_share", 0, "prisons.share")
	}
}

func (s Scenario) inspectConvoy(n *inspection) {
	c := s.Convoy
	n.within(float64(c.Seats), 1, 1000, "convoy.seats")
	n.within(float64(c.Vehicles), 1, 1000, "convoy.vehicles")
	n.within(float64(c.Least), 1, float64(c.Seats)*float64(c.Vehicles), "convoy.least")
	n.within(c.EveryMinutes, 1, day, "convoy.every_minutes")
	n.within(float64(c.Hold), 0, 1e6, "convoy.hold")
	n.within(c.Spread, 0, 10, "convoy.spread")
	n.within(c.BetweenMinutes, 0, maxMinutes, "convoy.between_minutes")
	if first, last := n.clock(c.First, "convoy.first"), n.clock(c.Last, "convoy.last"); last < first {
		n.bad("forecast.window_empty", c.Last, "convoy.last")
	}
	n.within(s.Doubt.Flow, 0, 2, "doubt.flow")
	n.within(s.Doubt.Week, 0, 2, "doubt.week")
	n.within(s.Doubt.Share, 0, 2, "doubt.share")
	n.within(s.Doubt.Exits, 0, 2, "doubt.exits")
	n.within(s.Breakdown.Per1000Hours, 0, 1000, "breakdown.per_1000_hours")
	n.within(s.Breakdown.RepairMinutes, 0, maxMinutes, "breakdown.repair_minutes")
}

func (s Scenario) inspectEvents(n *inspection) {
	sources, lines, prisons := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, v := range s.Sources {
		sources[v.Code] = true
	}
	for _, v := range s.Lines {
		lines[v.Code] = true
	}
	for _, v := range s.Prisons {
		prisons[v.Code] = true
	}
	known := func(all map[string]bool, code, name string, i int) {
		if !all[code] {
			n.bad("forecast.code_unknown", code, name, i)
		}
	}
	filters, leaving := map[string]bool{"": true}, 0.0
	for i, v := range s.Exits {
		one(n, v.Way, fmt.Sprintf("exits[%d].way", i), Repatriation, Release, Trial)
		filters[string(v.Way)], filters[v.Nationality] = true, true
		n.moment(v.From, "exits[%d].from", i)
		n.moment(v.Until, "exits[%d].until", i)
		n.within(v.PerWeek, 0, maxFlow, "exits[%d].per_week", i)
		leaving += v.PerWeek
		n.within(v.Part, 0, 1, "exits[%d].part", i)
		n.within(v.Doubt, 0, 2, "exits[%d].doubt", i)
		n.within(float64(v.Group), 1, 10_000, "exits[%d].group", i)
		if v.PerWeek > 0 && v.Part > 0 {
			n.bad("forecast.one_rate", v.Part, "exits[%d].part", i)
		}
	}
	n.within(leaving, 0, maxFlow, "exits.per_week")
	perYear := 0.0
	for i, v := range s.Closures {
		one(n, v.Kind, fmt.Sprintf("closures[%d].kind", i), Lockout, LostLine, LostPrison)
		if v.Kind == LostLine {
			known(lines, v.Code, "closures[%d].code", i)
		} else {
			known(prisons, v.Code, "closures[%d].code", i)
		}
		from, until := n.moment(v.From, "closures[%d].from", i), n.moment(v.Until, "closures[%d].until", i)
		if v.Until != "" && until <= from {
			n.bad("forecast.window_empty", v.Until, "closures[%d].until", i)
		}
		n.within(v.PerYear, 0, 1000, "closures[%d].per_year", i)
		perYear += v.PerYear
		n.within(v.Hours, 0, 24*7*52, "closures[%d].hours", i)
		if v.PerYear > 0 && (v.From != "" || v.Until != "" || v.Hours == 0) {
			n.bad("forecast.closure_either", v.PerYear, "closures[%d].per_year", i)
		}
	}
	n.within(perYear, 0, 10_000, "closures.per_year")
	for i, v := range s.Changes {
		n.moment(v.From, "changes[%d].from", i)
		most := float64(maxFlow)
		switch v.Set {
		case SetFlow:
			if v.Code != "" {
				known(sources, v.Code, "changes[%d].code", i)
			}
		case SetExits:
			known(filters, v.Code, "changes[%d].code", i)
			most = 100
		case SetCapacity:
			known(prisons, v.Code, "changes[%d].code", i)
			most = maxPeople
		case SetLanes, SetMinutes:
			known(lines, v.Code, "changes[%d].code", i)
			most = 1000
		default:
			n.bad("forecast.value_unknown", v.Set, "changes[%d].set", i)
		}
		least := 0.0
		if v.Set == SetLanes {
			least = 1
		}
		n.within(v.Value, least, most, "changes[%d].value", i)
	}
}

// nationalities lists every nationality of the scenario, sorted; those of no known one are X.
func (s Scenario) nationalities() []string {
	all := map[string]bool{"X": true}
	add := func(shares map[string]float64) {
		for code := range shares {
			all[code] = true
		}
	}
	add(s.Nationalities)
	for _, v := range s.Sources {
		add(v.Nationalities)
	}
	for _, v := range s.Prisons {
		for code := range v.Nationality {
			all[code] = true
		}
	}
	for _, v := range s.Exits {
		if v.Nationality != "" {
			all[v.Nationality] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
