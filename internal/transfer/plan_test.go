package transfer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/fault"
	"amana/internal/place"
	"amana/internal/transfer"
)

// broken are the rules of every bad field.
func broken(err error) (all []string) {
	if err != nil {
		for _, f := range fault.As(err).Fields {
			all = append(all, f.Rule)
		}
	}
	return all
}

func TestWaveNamesItsSourcesOnceAndWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wave  transfer.WaveFormed
		rules []string
	}{
		"filled by hand":      {transfer.WaveFormed{Label: "W4", Target: 7000}, nil},
		"in a human's order":  {transfer.WaveFormed{Sources: []transfer.WaveSource{{Place: "SY-B", Reason: "shelling"}, {Place: "SY-A", Reason: "then"}}}, nil},
		"less than nobody":    {transfer.WaveFormed{Target: -1}, []string{"wave.target_negative"}},
		"no reason":           {transfer.WaveFormed{Sources: []transfer.WaveSource{{Place: "SY-B", Reason: "\t"}}}, []string{"wave.source_needs_reason"}},
		"a source twice":      {transfer.WaveFormed{Sources: []transfer.WaveSource{{Place: "SY-B", Reason: "a"}, {Place: "SY-B", Reason: "b"}}}, []string{"wave.source_twice"}},
		"a cell, and none":    {transfer.WaveFormed{Sources: []transfer.WaveSource{{Place: "SY-B/1", Reason: "a"}, {Reason: "b"}}}, []string{"wave.source_malformed", "wave.source_malformed"}},
		"a book for a reason": {transfer.WaveFormed{Sources: []transfer.WaveSource{{Place: "SY-B", Reason: strings.Repeat("x", 2001)}}}, []string{"field.too_long"}},
		"too many":            {transfer.WaveFormed{Sources: make([]transfer.WaveSource, 101)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := broken(c.wave.Check())
			if name == "too many" {
				if len(got) == 0 || got[0] != "wave.too_many_sources" {
					t.Errorf("%v", got)
				}
				return
			}
			if diff := cmp.Diff(c.rules, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRouteNamesEveryFault(t *testing.T) {
	t.Parallel()
	good := transfer.RouteDefined{
		Route: "land", Mode: transfer.Land, Points: []place.Code{"L1", "L2"}, Drive: []transfer.RouteLeg{{Place: "SY-A", Minutes: 90}}, Between: []int{30},
		Arrive: []transfer.RouteLeg{{Place: "IQ-P", Minutes: 240}}, Seats: 40, Fleet: 4, Vehicles: 20, PerGuard: 5, Guards: 160, Escort: "escort",
	}
	with := func(change func(*transfer.RouteDefined)) transfer.RouteDefined { r := good; change(&r); return r }
	for name, c := range map[string]struct {
		route transfer.RouteDefined
		rules []string
	}{
		"a route":                  {good, nil},
		"no code":                  {with(func(r *transfer.RouteDefined) { r.Route = "" }), []string{"route.code_malformed"}},
		"by sea":                   {with(func(r *transfer.RouteDefined) { r.Mode = "sea" }), []string{"route.mode_unknown"}},
		"nowhere counted":          {with(func(r *transfer.RouteDefined) { r.Points, r.Between = nil, nil }), []string{"convoy.needs_legs"}},
		"a stretch without time":   {with(func(r *transfer.RouteDefined) { r.Between = nil }), []string{"route.minutes_per_leg"}},
		"a stretch in no time":     {with(func(r *transfer.RouteDefined) { r.Between = []int{0} }), []string{"route.minutes_out_of_range"}},
		"past a point twice":       {with(func(r *transfer.RouteDefined) { r.Points = []place.Code{"L1", "L1"} }), []string{"route.point_twice"}},
		"from a point":             {with(func(r *transfer.RouteDefined) { r.Drive = []transfer.RouteLeg{{Place: "L1", Minutes: 1}} }), []string{"route.point_twice"}},
		"from nowhere":             {with(func(r *transfer.RouteDefined) { r.Drive = nil }), []string{"route.needs_ends"}},
		"for weeks":                {with(func(r *transfer.RouteDefined) { r.Arrive = []transfer.RouteLeg{{Place: "P", Minutes: 10_081}} }), []string{"route.minutes_out_of_range"}},
		"fewer guards than enough": {with(func(r *transfer.RouteDefined) { r.PerGuard = 6 }), []string{"convoy.escort_too_small"}},
		"closed for ever":          {with(func(r *transfer.RouteDefined) { r.Opens = 1441 }), []string{"place.window_malformed"}},
		"nothing at all": {transfer.RouteDefined{}, []string{
			"route.code_malformed", "route.mode_unknown", "convoy.needs_legs", "route.needs_ends", "route.needs_ends", "convoy.vehicle_without_seats", "convoy.needs_vehicles", "convoy.needs_vehicles",
			"convoy.escort_too_small", "convoy.escort_too_small", "convoy.needs_escort",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.rules, broken(c.route.Check())); diff != "" {
				t.Error(diff)
			}
		})
	}
}
