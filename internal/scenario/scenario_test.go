package scenario_test

import (
	"testing"

	"amana/internal/place"
	"amana/internal/scenario"
)

// TestScenarioStands holds every place and route of 2026 against the rules by which the register takes them, and asks that every source can be left
// for every prison by land and by air.
func TestScenarioStands(t *testing.T) {
	t.Parallel()
	s, err := scenario.Load2026()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[place.Code]place.Kind{}
	medical := 0
	for _, p := range s.All() {
		standing := place.Standing{}
		if p.Code.Parent() != "" {
			if kinds[p.Code.Parent()] == "" {
				t.Errorf("%s comes before its parent", p.Code)
			}
			standing.ParentState = place.Active
		} else if p.Lat == 0 || p.Lon == 0 {
			t.Errorf("%s has no position", p.Code)
		}
		if err := p.Check(standing); err != nil {
			t.Errorf("%s: %v", p.Code, err)
		}
		if (p.Kind == place.Line || p.Kind == place.Reception || p.Kind == place.Prison) && p.Service == nil {
			t.Errorf("%s does not say what it lets pass", p.Code)
		}
		if p.Kind == place.Cell {
			medical += p.Medical
		}
		kinds[p.Code] = p.Kind
	}
	if medical == 0 || len(s.Routes) != 2 {
		t.Errorf("%d medical places, %d routes", medical, len(s.Routes))
	}
	count := map[place.Kind]int{}
	for _, k := range kinds {
		count[k]++
	}
	for _, r := range s.Routes {
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", r.Route, err)
		}
		for _, l := range r.Drive {
			if kinds[l.Place] != place.Source {
				t.Errorf("%s leaves from %s", r.Route, l.Place)
			}
		}
		for _, l := range r.Arrive {
			if kinds[l.Place] != place.Prison {
				t.Errorf("%s arrives at %s", r.Route, l.Place)
			}
		}
		if len(r.Drive) != count[place.Source] || len(r.Arrive) != count[place.Prison] {
			t.Errorf("%s serves %d sources and %d prisons", r.Route, len(r.Drive), len(r.Arrive))
		}
	}
}
