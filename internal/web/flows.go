package web

import (
	"cmp"
	"math"
	"slices"

	"amana/internal/chart"
	"amana/internal/place"
	"amana/internal/store"
)

// Moving is people whom a plan moves from a source to a prison.
type Moving struct {
	Source, Prison place.Code
	People         int
}

// FlowMap is streams of people on the map and as a table.
type FlowMap struct {
	chart.Map
	Rows     []Moving // the greatest first, one for each source and prison
	Total    int
	Unplaced []place.Code // of these places nobody has said where they are
}

// kindsOnMap are the kinds of places that the map shows, and what they are there.
var kindsOnMap = map[place.Kind]chart.Kind{place.Source: chart.Source, place.Line: chart.Line, place.Reception: chart.Reception, place.Prison: chart.Prison}

// flowMap draws who is moved from where to where over the places of the register.
func (v *visit) flowMap(list []Moving) (FlowMap, error) {
	all, err := v.q.Places(v.ctx(), "", "")
	if err != nil {
		return FlowMap{}, err
	}
	return drawFlows(v.frame("", ""), all, list), nil
}

func drawFlows(f Frame, all []store.Place, list []Moving) FlowMap {
	m := FlowMap{Map: chart.Map{
		Head: chart.Head{ID: "flows", Title: f.T("flows.title")}, RTL: f.Lang.Dir() == "rtl",
		Names: []chart.Point{{Lat: 33.1, Lon: 42.6, Name: f.Country("IRQ")}, {Lat: 35.1, Lon: 39.2, Name: f.Country("SYR")}},
	}}
	type way struct{ source, prison place.Code }
	sums := map[way]int{}
	for _, x := range list {
		sums[way{x.Source, x.Prison}] += x.People
	}
	for w, n := range sums {
		if n > 0 {
			m.Rows = append(m.Rows, Moving{w.source, w.prison, n})
			m.Total += n
		}
	}
	slices.SortFunc(m.Rows, func(a, b Moving) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Prison, b.Prison))
	})
	positions := m.points(f, all)
	for _, r := range m.Rows {
		from, known := positions[r.Source]
		to, also := positions[r.Prison]
		if !known || !also {
			continue
		}
		m.Arrows = append(m.Arrows, chart.Arrow{
			From: from, To: to, People: float64(r.People), Label: f.N(r.People),
			Title: f.T("flows.arrow", "From", f.Place(r.Source), "To", f.Place(r.Prison), "People", f.Count("people.count", r.People)),
		})
	}
	m.Desc = f.T("flows.desc", "People", f.Count("people.count", m.Total), "Ways", f.N(len(m.Rows)))
	return m
}

// points puts the places on the map: where they are, else around the middle of their province.
func (m *FlowMap) points(f Frame, all []store.Place) map[place.Code]int {
	positions, around := map[place.Code]int{}, map[string]int{}
	for _, x := range all {
		kind, shown := kindsOnMap[x.Kind]
		if !shown || x.State != place.Active {
			continue
		}
		p := chart.Point{Lat: x.Lat, Lon: x.Lon, Name: short(f.Place(x.Code)), Kind: kind}
		if x.Lat == 0 && x.Lon == 0 {
			lat, lon, ok := chart.Middle(x.Province)
			if !ok {
				m.Unplaced = append(m.Unplaced, x.Code)
				continue
			}
			turn := 2 * math.Pi * 0.382 * float64(around[x.Province]) // the golden angle: any number stand apart
			reach := 0.16 * math.Sqrt(float64(around[x.Province]))
			p.Lat, p.Lon = lat+reach*math.Sin(turn), lon+reach*math.Cos(turn)
			around[x.Province]++
		}
		positions[x.Code] = len(m.Points)
		m.Points = append(m.Points, p)
	}
	return positions
}
