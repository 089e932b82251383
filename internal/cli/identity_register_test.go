package cli

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/civil"
	"amana/internal/person"
	"amana/internal/trial"
)

// TestList puts rows of one person together: further names and nationalities, another date, and a sex that was not known.
func TestList(t *testing.T) {
	t.Parallel()
	l := list([]trial.Row{
		{ID: "a", Name: "Omar", Birth: civil.Date{Year: 1980}, Nats: []string{"IRQ"}, Line: 2},
		{ID: "b", Name: "Huda", Line: 3},
		{ID: "a", Name: "Umar", Also: []string{"Abu Ali"}, Birth: civil.Date{Year: 1981}, Nats: []string{"IRQ", "SYR"}, Sex: person.Male, Line: 4},
		{ID: "", Name: "Nobody", Line: 5},
		{ID: "", Name: "Nobody else", Line: 6},
		{ID: "a", Name: "Omar", Birth: civil.Date{Year: 1980}, Line: 7},
	})
	if l.people() != 4 || len(l.parts) != 4 {
		t.Fatalf("%d people, %d descriptions", l.people(), len(l.parts))
	}
	if diff := cmp.Diff(map[string]uint64{"a": 0, "b": 1}, l.numbers); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Omar", "Umar", "Abu Ali"}, l.names(0)); diff != "" {
		t.Error(diff)
	}
	d := l.details(l.parts[0])
	var names, countries []string
	for _, n := range d.Names {
		names = append(names, n.Raw)
	}
	for _, c := range d.Claims {
		countries = append(countries, c.Country)
	}
	if diff := cmp.Diff([]string{"Omar", "Umar", "Abu Ali"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"IRQ", "SYR"}, countries); diff != "" {
		t.Error(diff)
	}
	if d.Birth.Date.Year != 1980 || !cmp.Equal(d.OtherBirths, []civil.Date{{Year: 1981}}) || d.Sex != person.Male {
		t.Errorf("%+v", d)
	}
	for i, name := range []string{"Omar", "Huda", "Nobody", "Nobody else"} {
		if got := l.row(uint64(i)).Name; got != name {
			t.Errorf("person %d is %q, want %q", i, got, name)
		}
	}
}

// TestManyNames has a person with more names than one description holds: none of them is lost.
func TestManyNames(t *testing.T) {
	t.Parallel()
	var rows []trial.Row
	for i := range 30 {
		rows = append(rows, trial.Row{ID: "x", Name: fmt.Sprintf("Name %d", i)})
	}
	l := list(append(rows, trial.Row{ID: "y", Name: "Other"}))
	names := map[string]bool{}
	for _, p := range l.parts {
		d := l.details(p)
		if len(d.Names) > namesAtOnce {
			t.Errorf("%d names in one description", len(d.Names))
		}
		for _, n := range d.Names {
			names[fmt.Sprint(p.number, n.Raw)] = true
		}
	}
	if l.people() != 2 || len(l.parts) != 4 || len(names) != 31 {
		t.Errorf("%d people, %d descriptions, %d names", l.people(), len(l.parts), len(names))
	}
}
