package register

import (
	"cmp"
	"context"
	"slices"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/forecast"
	"amana/internal/place"
	"amana/internal/store"
)

// maxHistory bounds the days that are read at once.
const maxHistory = 5 * 366

// ways are the movements by which people leave custody for good, as a forecast knows them.
var ways = map[custody.MovementType]forecast.Way{custody.TypeRepatriate: forecast.Repatriation, custody.TypeRelease: forecast.Release}

// History reads what the register knows of past days as counts, for forecasts: from is midnight of the first day, in the zone of the places.
func (r *Register) History(ctx context.Context, a authz.Actor, from time.Time, days int) (forecast.History, error) {
	if _, err := r.Reading(a, authz.ReadFigures); err != nil {
		return forecast.History{}, err
	}
	if days < 1 || days > maxHistory {
		return forecast.History{}, &fault.Error{Kind: fault.Invalid, Rule: "plan.days_out_of_range", Message: "so many days cannot be read", Fields: []fault.Field{{Name: "days", Rule: "plan.days_out_of_range"}}}
	}
	h := forecast.History{Start: from.Format(time.DateOnly), Days: days}
	err := r.store.Snapshot(ctx, func(q store.Queries) error {
		places, err := q.Places(ctx, "", "")
		if err != nil {
			return err
		}
		before, err := q.HeldBefore(ctx, from)
		if err != nil {
			return err
		}
		flows, err := q.DayFlows(ctx, from, days)
		if err != nil {
			return err
		}
		points := stations(&h, places)
		recount(&h, before, flows)
		seen, err := q.Sightings(ctx, from, from.Add(time.Duration(days)*24*time.Hour))
		for _, s := range seen {
			if points[s.Point] {
				h.Passages = append(h.Passages, forecast.PastPassage{Convoy: int(s.Convoy), Vehicle: int(s.Vehicle), Point: string(s.Point), People: s.People, Minute: s.At.Sub(from).Minutes()})
			}
		}
		return err
	})
	return h, err
}

// stations lists sources, lines and prisons, with what there is to say of them, and tells their codes.
func stations(h *forecast.History, places []store.Place) map[place.Code]bool {
	points := map[place.Code]bool{}
	beds := map[place.Code]int{}
	var lines []store.Place
	for _, p := range places {
		if p.Kind == place.Cell && p.State == place.Active {
			beds[p.Code.Establishment()] += p.Capacity.Working
		}
		switch p.Kind {
		case place.Source:
			h.Sources = append(h.Sources, forecast.PastSource{Code: string(p.Code), Name: p.Names["en"], Departed: make([]int, h.Days), Nationalities: map[string]int{}})
		case place.Line:
			lines = append(lines, p)
		case place.Prison:
			h.Prisons = append(h.Prisons, forecast.PastPrison{Code: string(p.Code), Name: p.Names["en"], Nationality: map[string]int{}, Received: make([]int, h.Days), Held: make([]int, h.Days)})
		default:
			continue
		}
		points[p.Code] = true
	}
	for i := range h.Prisons {
		h.Prisons[i].Capacity = beds[place.Code(h.Prisons[i].Code)]
	}
	slices.SortStableFunc(lines, func(a, b store.Place) int { return cmp.Compare(a.Order, b.Order) })
	for _, p := range lines {
		line := forecast.PastLine{Code: string(p.Code), Name: p.Names["en"]}
		if p.Service != nil {
			line.Lanes = p.Service.Lanes
		}
		h.Lines = append(h.Lines, line)
	}
	return points
}

// recount fills in who left the sources, who came to the prisons, who was there at the end of each day, and who left custody.
func recount(h *forecast.History, before, flows []store.DayFlow) {
	sources, prisons := map[place.Code]*forecast.PastSource{}, map[place.Code]*forecast.PastPrison{}
	for i := range h.Sources {
		sources[place.Code(h.Sources[i].Code)] = &h.Sources[i]
	}
	for i := range h.Prisons {
		prisons[place.Code(h.Prisons[i].Code)] = &h.Prisons[i]
	}
	for _, b := range before {
		if p := prisons[b.At]; p != nil {
			p.Before += b.People
			if b.Nationality != "" {
				p.Nationality[b.Nationality] += b.People
			}
		}
	}
	type exit struct {
		way         forecast.Way
		nationality string
	}
	exits := map[exit]int{} // position in h.Exits
	for _, f := range flows {
		if s := sources[f.At]; s != nil && f.Type == custody.TypeBoarding {
			s.Departed[f.Day] -= f.People
			if f.Nationality != "" {
				s.Nationalities[f.Nationality] -= f.People
			}
		}
		p := prisons[f.At]
		if p == nil {
			continue
		}
		p.Held[f.Day] += f.People
		if f.Type == custody.TypeReception {
			p.Received[f.Day] += f.People
		}
		if way := ways[f.Type]; way != "" {
			key := exit{way, f.Nationality}
			n, known := exits[key]
			if !known {
				n = len(h.Exits)
				exits[key] = n
				h.Exits = append(h.Exits, forecast.PastExit{Way: way, Nationality: f.Nationality, People: make([]int, h.Days)})
			}
			h.Exits[n].People[f.Day] -= f.People
		}
	}
	for i := range h.Prisons {
		held := h.Prisons[i].Before
		for d := range h.Prisons[i].Held {
			held += h.Prisons[i].Held[d]
			h.Prisons[i].Held[d] = held
		}
	}
}
