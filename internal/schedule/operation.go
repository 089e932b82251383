package schedule

import (
	"bytes"
	_ "embed" // the operation of 2026
	"errors"
	"math"

	"github.com/pelletier/go-toml/v2"

	"amana/internal/fault"
	"amana/internal/planning"
)

//go:embed 2026.toml
var operation2026 []byte

// Operation is everything about roads, points and gates, as a file says it. Times that it does not give are
// computed from coordinates; see Over.
type Operation struct {
	Zone    string           `toml:"zone" json:"zone"` // of all windows, as Asia/Baghdad; UTC when it is empty
	Routes  []Road           `toml:"route" json:"route"`
	Points  []Station        `toml:"point" json:"point"`
	Gates   []Gate           `toml:"gate" json:"gate"`
	Gate    Gate             `toml:"any_gate" json:"any_gate"` // of every prison that has none
	Sources map[string]Place `toml:"sources" json:"sources"`
	Prisons map[string]Place `toml:"prisons" json:"prisons"`
}

// Place is where something is, in degrees.
type Place = planning.Point

// Station is a point with its place.
type Station struct {
	Point
	Place
}

// Road is a route with what its times are computed from.
type Road struct {
	Route
	Speed   float64 `toml:"speed" json:"speed"`     // km/h on roads, stops included
	Winding float64 `toml:"winding" json:"winding"` // how much longer roads are than the great circle; at least 1
	Flight  float64 `toml:"flight" json:"flight"`   // km/h in the air to the first point; 0: it is driven
	Board   int     `toml:"board" json:"board"`     // minutes before the first leg moves
	Detour  float64 `toml:"detour" json:"detour"`   // one vehicle may serve two prisons when the way over the first is longer by no more than this part; 0: never
}

// Default is the operation of 2026: three lines by land, one reception point by air.
func Default() (Operation, error) { return Read(operation2026) }

// Read reads an operation from TOML. What it does not know is an error.
func Read(text []byte) (Operation, error) {
	var o Operation
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		e := fault.New(fault.Invalid, "schedule.unreadable", "the routes cannot be read: %v", err).Because(err)
		var at *toml.DecodeError
		var strict *toml.StrictMissingError
		switch {
		case errors.As(err, &strict):
			for _, m := range strict.Errors {
				row, _ := m.Position()
				e.Fields = append(e.Fields, fault.Field{Name: last(m.Key()), Row: row, Rule: "schedule.unknown"})
			}
			e.Message = "the routes have fields that nobody knows"
		case errors.As(err, &at):
			row, _ := at.Position()
			e.Fields = append(e.Fields, fault.Field{Name: last(at.Key()), Row: row, Rule: "schedule.unreadable"})
		}
		return Operation{}, e
	}
	var f faults
	for _, r := range o.Routes {
		name := "route " + r.Code
		f.bad(!(r.Speed > 0 && r.Speed <= 300), name+".speed", 0, "schedule.number", r.Speed)
		f.bad(!(r.Winding >= 1 && r.Winding <= 10), name+".winding", 0, "schedule.number", r.Winding)
		f.bad(!(r.Flight == 0 || r.Flight >= 1 && r.Flight <= 3000), name+".flight", 0, "schedule.number", r.Flight)
		f.bad(!(r.Detour >= 0 && r.Detour <= 10), name+".detour", 0, "schedule.number", r.Detour)
		f.between(r.Board, 0, MaxMinutes, name+".board")
	}
	return o, f.err()
}

func last(key toml.Key) string {
	if len(key) == 0 {
		return ""
	}
	return key[len(key)-1]
}

// Over gives the routes, points and gates for sources and prisons. Where the operation says no time for them, it is computed from where they
// are: those that are given here, and otherwise those that the operation knows.
func (o Operation) Over(sources, prisons map[string]Place) ([]Route, []Point, []Gate) {
	sources, prisons = merged(o.Sources, sources), merged(o.Prisons, prisons)
	var points []Point
	at := map[string]Place{}
	for _, s := range o.Points {
		points = append(points, s.Point)
		at[s.Code] = s.Place
	}
	gates := append([]Gate(nil), o.Gates...)
	known := map[string]bool{}
	for _, g := range gates {
		known[g.Prison] = true
	}
	for _, prison := range sorted(prisons) {
		if !known[prison] {
			g := o.Gate
			g.Prison = prison
			gates = append(gates, g)
		}
	}
	var routes []Route
	for _, r := range o.Routes {
		routes = append(routes, r.over(at, sources, prisons))
	}
	return routes, points, gates
}

func merged(a, b map[string]Place) map[string]Place {
	all := map[string]Place{}
	for _, m := range []map[string]Place{a, b} {
		for code, p := range m {
			all[code] = p
		}
	}
	return all
}

// over fills in the times of one route.
func (r Road) over(at, sources, prisons map[string]Place) Route {
	if len(r.Points) == 0 {
		return r.Route
	}
	drive, arrive := map[string]int{}, map[string]int{}
	first, end := at[r.Points[0]], at[r.Points[len(r.Points)-1]]
	for code, p := range sources {
		if r.Flight > 0 {
			drive[code] = r.Board + int(math.Ceil(planning.Distance(p, first)/r.Flight*60))
		} else {
			drive[code] = r.Board + r.minutes(p, first)
		}
	}
	for code, p := range prisons {
		arrive[code] = r.minutes(end, p)
	}
	for code, m := range r.Drive {
		drive[code] = m
	}
	for code, m := range r.Arrive {
		arrive[code] = m
	}
	if r.Between == nil {
		for i := range r.Points[1:] {
			r.Between = append(r.Between, r.minutes(at[r.Points[i]], at[r.Points[i+1]]))
		}
	}
	r.Route.Drive, r.Route.Arrive = drive, arrive
	if r.Detour > 0 && r.Onward == nil {
		for _, a := range sorted(prisons) {
			for _, b := range sorted(prisons) {
				if m := r.minutes(prisons[a], prisons[b]); a != b && float64(arrive[a]+m) <= float64(arrive[b])*(1+r.Detour) {
					r.Onward = append(r.Onward, Leg{From: a, To: b, Minutes: m})
				}
			}
		}
	}
	return r.Route
}

func (r Road) minutes(a, b Place) int {
	return int(math.Ceil(planning.Distance(a, b) * r.Winding / r.Speed * 60))
}
