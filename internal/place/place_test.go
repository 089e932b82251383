package place_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/fault"
	"amana/internal/person"
	"amana/internal/place"
)

func TestCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[place.Code][2]place.Code{
		"IQ-NAS":      {"IQ-NAS", ""},
		"IQ-NAS/A":    {"IQ-NAS", "IQ-NAS"},
		"IQ-NAS/A/03": {"IQ-NAS", "IQ-NAS/A"},
		"":            {"", ""},
	} {
		if got := [2]place.Code{code.Establishment(), code.Parent()}; got != want {
			t.Errorf("%q: establishment and parent are %q", code, got)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	cell := place.Place{Code: "P/A/1", Kind: place.Cell, State: place.Active, Capacity: place.Capacity{CNA: 2, Working: 3, Maximum: 4}}
	prison := place.Place{Code: "P", Kind: place.Prison, State: place.Active, Capacity: place.Capacity{Operational: 10}}
	under := place.Standing{ParentState: place.Active}
	with := func(p place.Place, change func(*place.Place)) place.Place { change(&p); return p }
	for name, c := range map[string]struct {
		place    place.Place
		standing place.Standing
		rules    []string
	}{
		"a cell":                     {cell, under, nil},
		"a prison":                   {prison, place.Standing{}, nil},
		"no code":                    {with(prison, func(p *place.Place) { p.Code = "" }), place.Standing{}, []string{"place.code_malformed"}},
		"a code that ends nowhere":   {with(cell, func(p *place.Place) { p.Code = "P/A/" }), under, []string{"place.code_malformed"}},
		"a code that begins nowhere": {with(prison, func(p *place.Place) { p.Code = "/P" }), place.Standing{}, []string{"place.code_malformed"}},
		"nothing but a stroke":       {with(prison, func(p *place.Place) { p.Code = "/" }), place.Standing{}, []string{"place.code_malformed"}},
		"an empty part":              {with(cell, func(p *place.Place) { p.Code = "P//1" }), under, []string{"place.code_malformed"}},
		"a prison in a prison":       {with(prison, func(p *place.Place) { p.Code = "P/Q" }), under, []string{"place.has_no_parent"}},
		"a cell in nothing":          {with(cell, func(p *place.Place) { p.Code = "P" }), place.Standing{}, []string{"place.needs_parent"}},
		"no kind":                    {with(prison, func(p *place.Place) { p.Kind = "castle" }), place.Standing{}, []string{"place.kind_unknown"}},
		"no state":                   {with(prison, func(p *place.Place) { p.State = "" }), place.Standing{}, []string{"place.state_unknown"}},
		"less than nothing":          {with(cell, func(p *place.Place) { p.Capacity.CNA = -1 }), under, []string{"place.capacity_negative"}},
		"more than there can be":     {with(prison, func(p *place.Place) { p.Capacity.Operational = place.MaxCapacity + 1 }), place.Standing{}, []string{"place.capacity_too_large"}},
		"working over maximum":       {with(cell, func(p *place.Place) { p.Capacity.Working = 5 }), under, []string{"place.working_over_maximum"}},
		"exactly full":               {cell, place.Standing{ParentState: place.Active, Occupied: 3}, nil},
		"one too many":               {cell, place.Standing{ParentState: place.Active, Occupied: 4}, []string{"place.capacity_below_occupancy"}},
		"a cell made a block":        {with(cell, func(p *place.Place) { p.Kind = place.Block }), place.Standing{Kind: place.Cell, ParentState: place.Active}, []string{"place.kind_fixed"}},
		"a cell as it was":           {cell, place.Standing{Kind: place.Cell, ParentState: place.Active}, nil},
		"a cell with no beds left":   {with(cell, func(p *place.Place) { p.Capacity = place.Capacity{} }), place.Standing{ParentState: place.Active, Occupied: 1}, []string{"place.capacity_below_occupancy"}},
		"a prison not measured":      {with(prison, func(p *place.Place) { p.Capacity = place.Capacity{} }), place.Standing{Occupied: 7}, nil},
		"a prison below those in it": {with(prison, func(p *place.Place) { p.Capacity.Maximum = 6 }), place.Standing{Occupied: 7}, []string{"place.capacity_below_occupancy"}},
		"signed for all its beds":    {prison, place.Standing{Cells: 5, SumOfMaxima: 10}, nil},
		"signed for more":            {prison, place.Standing{Cells: 5, SumOfMaxima: 9}, []string{"place.operational_over_maxima"}},
		"signed, no cell in use":     {prison, place.Standing{Cells: 5}, []string{"place.operational_over_maxima"}},
		"out of use and occupied":    {with(prison, func(p *place.Place) { p.State = place.Inactive }), place.Standing{Occupied: 1}, []string{"place.deactivated_while_occupied"}},
		"in use under one that not":  {cell, place.Standing{ParentState: place.Inactive}, []string{"place.parent_not_active"}},
		"out of the archive":         {prison, place.Standing{AlreadyArchived: true}, []string{"place.archived_is_final"}},
		"for one footing":            {with(cell, func(p *place.Place) { p.Legal, p.SecurityMax, p.Medical = place.Untried, 3, 3 }), under, nil},
		"a footing of its own":       {with(cell, func(p *place.Place) { p.Legal = "guilty" }), under, []string{"place.legal_unknown"}},
		"a level that is none":       {with(cell, func(p *place.Place) { p.SecurityMax = 4 }), under, []string{"place.security_out_of_range"}},
		"more medical than beds":     {with(cell, func(p *place.Place) { p.Medical = 4 }), under, []string{"place.medical_out_of_range"}},
		"nowhere on earth":           {with(prison, func(p *place.Place) { p.Lat, p.Lon = 91, math.NaN() }), place.Standing{}, []string{"place.position_out_of_range", "place.position_out_of_range"}},
		"a language that is none":    {with(prison, func(p *place.Place) { p.Languages = []string{"ar", "fr; DROP"} }), place.Standing{}, []string{"place.language_malformed"}},
		"a gate":                     {with(prison, func(p *place.Place) { p.Service = &place.Service{Lanes: 2, PerHour: 60, Opens: 1320, Closes: 300} }), place.Standing{}, nil},
		"a gate that takes nobody":   {with(prison, func(p *place.Place) { p.Service = &place.Service{Lanes: 2, Minutes: 20} }), place.Standing{}, []string{"place.service_out_of_range"}},
		"a line without a lane":      {place.Place{Code: "L", Kind: place.Line, State: place.Active, Service: &place.Service{Minutes: 20}}, place.Standing{}, []string{"place.service_out_of_range"}},
		"open at no time of day":     {place.Place{Code: "L", Kind: place.Line, State: place.Active, Service: &place.Service{Lanes: 1, Minutes: 20, Opens: 1500}}, place.Standing{}, []string{"place.window_malformed"}},
		"everything at once": {
			place.Place{Kind: "x", Capacity: place.Capacity{CNA: -1}},
			place.Standing{Occupied: 1, AlreadyArchived: true},
			[]string{"place.code_malformed", "place.kind_unknown", "place.state_unknown", "place.capacity_negative", "place.deactivated_while_occupied", "place.archived_is_final"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.place.Check(c.standing)
			var got []string
			if err != nil {
				for _, f := range fault.As(err).Fields {
					got = append(got, f.Rule)
				}
				if fault.As(err).Rule != got[0] || fault.As(err).Kind != fault.Refused {
					t.Errorf("the error itself says %v", err)
				}
			}
			if diff := cmp.Diff(c.rules, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTakes(t *testing.T) {
	t.Parallel()
	men := place.Place{Sex: person.Male, Age: place.Adult}
	for _, c := range []struct {
		place place.Place
		sex   person.Sex
		age   place.Age
		want  bool
	}{
		{men, person.Male, place.Adult, true},
		{men, person.Male, place.Juvenile, false},
		{men, person.Female, place.Adult, false},
		{men, person.SexUnknown, place.Adult, false},
		{place.Place{}, person.Female, place.Juvenile, true},
		{place.Place{Age: place.Juvenile}, person.Female, place.Juvenile, true},
		{place.Place{Age: place.Juvenile}, person.Female, place.Adult, false},
	} {
		if got := c.place.Takes(c.sex, c.age); got != c.want {
			t.Errorf("%+v takes sex %d, %s: %v", c.place, c.sex, c.age, got)
		}
	}
}
