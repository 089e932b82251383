package place_test

import (
	"testing"

	"amana/internal/fault"
	"amana/internal/person"
	"amana/internal/place"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	cell := place.Place{Code: "IQ-P/A/01", Kind: place.Cell, State: place.Active, Capacity: place.Capacity{CNA: 4, Working: 4, Maximum: 6}}
	prison := place.Place{Code: "IQ-P", Kind: place.Prison, State: place.Active, Capacity: place.Capacity{Operational: 100}}
	with := func(p place.Place, f func(*place.Place)) place.Place { f(&p); return p }
	open := place.Standing{ParentState: place.Active}
	for name, c := range map[string]struct {
		place    place.Place
		standing place.Standing
		rule     string
	}{
		"a cell":                         {cell, open, ""},
		"a prison":                       {prison, place.Standing{Cells: 5, SumOfMaxima: 100}, ""},
		"no code":                        {with(prison, func(p *place.Place) { p.Code = "" }), place.Standing{}, "place.code_malformed"},
		"an empty part":                  {with(cell, func(p *place.Place) { p.Code = "IQ-P//01" }), open, "place.code_malformed"},
		"a cell alone":                   {with(cell, func(p *place.Place) { p.Code = "IQ-X" }), place.Standing{}, "place.needs_parent"},
		"a prison in a prison":           {with(prison, func(p *place.Place) { p.Code = "IQ-P/Q" }), open, "place.has_no_parent"},
		"no such kind":                   {with(prison, func(p *place.Place) { p.Kind = "tower" }), place.Standing{}, "place.kind_unknown"},
		"no such state":                  {with(prison, func(p *place.Place) { p.State = "open" }), place.Standing{}, "place.state_unknown"},
		"negative":                       {with(cell, func(p *place.Place) { p.Capacity.CNA = -1 }), open, "place.capacity_negative"},
		"working over maximum":           {with(cell, func(p *place.Place) { p.Capacity.Working = 7 }), open, "place.working_over_maximum"},
		"working below those in it":      {cell, place.Standing{ParentState: place.Active, Occupied: 5}, "place.capacity_below_occupancy"},
		"operational over the maxima":    {prison, place.Standing{Cells: 5, SumOfMaxima: 99}, "place.operational_over_maxima"},
		"deactivated with people in it":  {with(prison, func(p *place.Place) { p.State = place.Inactive }), place.Standing{Occupied: 1}, "place.deactivated_while_occupied"},
		"reactivated in an inactive one": {cell, place.Standing{ParentState: place.Inactive}, "place.parent_not_active"},
		"archived":                       {prison, place.Standing{AlreadyArchived: true}, "place.archived_is_final"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.place.Check(c.standing)
			if (c.rule == "") != (err == nil) || (err != nil && !fault.Is(err, c.rule)) {
				t.Errorf("got %v, wanted %q", err, c.rule)
			}
		})
	}
}

func TestTakes(t *testing.T) {
	t.Parallel()
	men := place.Place{Sex: person.Male, Age: place.Adult}
	anyone := place.Place{}
	for _, c := range []struct {
		place place.Place
		sex   person.Sex
		age   place.Age
		want  bool
	}{
		{men, person.Male, place.Adult, true},
		{men, person.Female, place.Adult, false},
		{men, person.Male, place.Juvenile, false},
		{men, person.SexUnknown, place.Adult, false},
		{anyone, person.Female, place.Juvenile, true},
	} {
		if got := c.place.Takes(c.sex, c.age); got != c.want {
			t.Errorf("%+v takes %d %s: %v", c.place, c.sex, c.age, got)
		}
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	c := place.Code("IQ-P/A/01")
	if c.Establishment() != "IQ-P" || c.Parent() != "IQ-P/A" || place.Code("IQ-P").Parent() != "" || place.Code("IQ-P").Establishment() != "IQ-P" {
		t.Error("the path of a code is read wrongly")
	}
}
