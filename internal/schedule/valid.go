package schedule

import (
	"fmt"
	"strconv"

	"amana/internal/fault"
)

// maxFields bounds how many bad values are named at once, and maxMinutes the memory of a calendar.
const (
	maxFields  = 100
	maxMinutes = 20_000_000
)

// faults collects every bad value of a problem.
type faults []fault.Field

func (f *faults) bad(is bool, name string, row int, rule string, value any) {
	if is && len(*f) < maxFields {
		*f = append(*f, fault.Field{Name: name, Row: row, Rule: rule, Value: fmt.Sprintf("%.80v", value)})
	}
}

func (f *faults) between(v, least, most int, name string) {
	f.bad(v < least || v > most, name, 0, "schedule.number", v)
}

func (f *faults) window(w Window, name string) {
	f.between(int(w.Opens), 0, Day, name+".opens")
	f.between(int(w.Closes), 0, Day, name+".closes")
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	e := fault.New(fault.Invalid, "schedule.invalid", "the timetable cannot be made from this: %d bad values", len(f))
	e.Fields = f
	return e
}

// validate names everything in a problem that makes no sense.
func (p *Problem) validate() error {
	var f faults
	f.bad(p.Start.IsZero(), "start", 0, "schedule.start", "")
	f.between(p.Days, 1, MaxDays, "days")
	f.between(len(p.Passengers), 0, MaxPassengers, "passengers")
	places := len(p.Points) + len(p.Gates) + 3*len(p.Routes)
	f.bad(p.Days > 0 && p.Days <= MaxDays && places > maxMinutes/(p.Days*Day), "days", 0, "schedule.too_large", p.Days)
	known := p.validatePlaces(&f)
	sources := p.validateRoutes(&f, known)
	p.validatePassengers(&f, known, sources)
	for i, c := range p.Closed {
		f.bad(!known["point "+c.Place] && !known["gate "+c.Place], "closed.place", i+1, "schedule.unknown", c.Place)
		f.bad(!c.Until.IsZero() && c.Until.Before(c.From), "closed.until", i+1, "schedule.order", c.Until)
	}
	return f.err()
}

// validatePlaces looks at points and gates, and tells which there are.
func (p *Problem) validatePlaces(f *faults) map[string]bool {
	known := map[string]bool{}
	once := func(key, code, name string) {
		f.bad(code == "", name, 0, "schedule.empty", "")
		f.bad(known["point "+code] || known["gate "+code], name, 0, "schedule.twice", code)
		known[key+" "+code] = true
	}
	for _, x := range p.Points {
		once("point", x.Code, "point")
		name := "point " + x.Code
		f.between(x.Lanes, 1, MaxCount, name+".lanes")
		f.between(x.Service, 0, MaxMinutes, name+".service")
		f.window(x.Open, name+".open")
	}
	for _, g := range p.Gates {
		once("gate", g.Prison, "gate")
		name := "gate " + g.Prison
		f.between(g.Teams, 1, MaxCount, name+".teams")
		f.between(g.PerHour, 1, MaxCount, name+".per_hour")
		f.window(g.Open, name+".open")
	}
	return known
}

// validateRoutes looks at the routes, and tells which sources they serve.
func (p *Problem) validateRoutes(f *faults, known map[string]bool) (sources map[string]bool) {
	sources = map[string]bool{}
	codes := map[string]bool{}
	for _, r := range p.Routes {
		name := "route " + r.Code
		f.bad(r.Code == "", "route", 0, "schedule.empty", "")
		f.bad(codes[r.Code], "route", 0, "schedule.twice", r.Code)
		codes[r.Code] = true
		f.bad(r.Mode != Land && r.Mode != Air, name+".mode", 0, "schedule.mode", r.Mode)
		f.bad(len(r.Points) == 0, name+".points", 0, "schedule.empty", "")
		f.bad(len(r.Between) != max(len(r.Points)-1, 0), name+".between", 0, "schedule.number", len(r.Between))
		f.bad(!(r.Tail >= 0 && r.Tail <= 10), name+".tail", 0, "schedule.number", r.Tail) // not a number is neither
		passed := map[string]bool{}
		for _, x := range r.Points {
			f.bad(!known["point "+x], name+".points", 0, "schedule.unknown", x)
			f.bad(passed[x], name+".points", 0, "schedule.twice", x)
			passed[x] = true
		}
		for _, m := range r.Between {
			f.between(m, 0, MaxMinutes, name+".between")
		}
		for _, s := range sorted(r.Drive) {
			sources[s] = true
			f.between(r.Drive[s], 0, MaxMinutes, name+".drive "+s)
		}
		for _, g := range sorted(r.Arrive) {
			f.bad(!known["gate "+g], name+".arrive", 0, "schedule.unknown", g)
			f.between(r.Arrive[g], 0, MaxMinutes, name+".arrive "+g)
		}
		f.bad(len(r.Onward) > 0 && !r.Divide, name+".onward", 0, "schedule.divide", "")
		for _, l := range r.Onward {
			_, from := r.Arrive[l.From]
			_, to := r.Arrive[l.To]
			f.bad(!from || l.From == l.To, name+".onward", 0, "schedule.unknown", l.From)
			f.bad(!to, name+".onward", 0, "schedule.unknown", l.To)
			f.between(l.Minutes, 0, MaxMinutes, name+".onward "+l.From+" "+l.To)
		}
		f.between(r.Seats, 1, MaxCount, name+".seats")
		f.between(r.Fleet, 1, MaxCount, name+".fleet")
		f.between(r.Vehicles, 0, MaxCount, name+".vehicles")
		f.between(r.PerGuard, 1, MaxCount, name+".per_guard")
		f.between(r.Guards, 0, MaxCount, name+".guards")
		f.between(r.Turnaround, 0, MaxMinutes, name+".turnaround")
		f.between(r.LongRide, 0, MaxMinutes, name+".long_ride")
		f.between(r.Least, 0, MaxCount, name+".least")
		f.window(r.Departs, name+".departs")
		for _, v := range r.Broken {
			f.between(v, 1, r.Vehicles, name+".broken")
		}
	}
	return sources
}

func (p *Problem) validatePassengers(f *faults, known, sources map[string]bool) {
	at := make(map[string]int, len(p.Passengers))
	for i, x := range p.Passengers {
		f.bad(x.ID == "", "id", i+1, "schedule.empty", "")
		_, twice := at[x.ID]
		f.bad(twice, "id", i+1, "schedule.twice", x.ID)
		at[x.ID] = i
		if x.Prison == "" {
			continue
		}
		f.bad(!sources[x.Source], "source", i+1, "schedule.unknown", x.Source)
		f.bad(!known["gate "+x.Prison], "prison", i+1, "schedule.unknown", x.Prison)
	}
	for i, x := range p.Passengers {
		if x.Mother == "" {
			continue
		}
		m, there := at[x.Mother]
		f.bad(!there, "mother", i+1, "schedule.unknown", x.Mother)
		f.bad(there && p.Passengers[m].Mother != "", "mother", i+1, "schedule.mother", x.Mother)
	}
	for i, pair := range p.Apart {
		for _, x := range pair {
			f.bad(x < 0 || x >= len(p.Passengers), "apart", i+1, "schedule.unknown", strconv.Itoa(x))
		}
		f.bad(pair[0] == pair[1], "apart", i+1, "schedule.twice", strconv.Itoa(pair[0]))
	}
}
