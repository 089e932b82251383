package firstfit_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/firstfit"
)

func cells(t *rapid.T) []firstfit.Cell {
	out := make([]firstfit.Cell, rapid.IntRange(1, 8).Draw(t, "cells"))
	for i := range out {
		out[i].Code = place.Code(fmt.Sprintf("IQ-P/A/%02d", i))
		out[i].Sex = rapid.SampledFrom([]person.Sex{person.Male, person.Female}).Draw(t, "sex")
		out[i].Age = rapid.SampledFrom([]place.Age{place.Adult, place.Juvenile}).Draw(t, "age")
		for bed := range rapid.IntRange(0, 4).Draw(t, "beds") {
			out[i].Free = append(out[i].Free, bed+1)
		}
	}
	return out
}

func people(t *rapid.T) []firstfit.Person {
	out := make([]firstfit.Person, rapid.IntRange(0, 25).Draw(t, "people"))
	for i := range out {
		out[i] = firstfit.Person{
			Person: id.Person(i + 1), Sex: rapid.SampledFrom([]person.Sex{person.Male, person.Female}).Draw(t, "sex"),
			Age: rapid.SampledFrom([]place.Age{place.Adult, place.Juvenile}).Draw(t, "age"), Family: rapid.SampledFrom([]string{"", "f1", "f2"}).Draw(t, "family"),
		}
		out[i].Child = out[i].Family != "" && rapid.IntRange(0, 3).Draw(t, "child") == 0
	}
	return out
}

// TestFirstFit holds plans against what separation and capacity ask, whoever comes and whatever is free.
func TestFirstFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		who, where := people(t), cells(t)
		placed, unplaced := firstfit.FirstFit(who, where)
		by, byCode := map[id.Person]firstfit.Person{}, map[place.Code]firstfit.Cell{}
		for _, p := range who {
			by[p.Person] = p
		}
		free := 0
		for _, c := range where {
			byCode[c.Code] = c
			free += len(c.Free)
		}
		seen, beds := map[id.Person]bool{}, map[string]bool{}
		for _, p := range placed {
			key := fmt.Sprint(p.Cell, p.Bed)
			if seen[p.Person] || beds[key] || !slices.Contains(byCode[p.Cell].Free, p.Bed) {
				t.Fatalf("%+v: placed twice, or into a bed that is not free", p)
			}
			seen[p.Person], beds[key] = true, true
			if q, c := by[p.Person], byCode[p.Cell]; !c.Takes(q.Sex, q.Age) && !(q.Child && c.Sex == person.Female) {
				t.Fatalf("%+v is placed into %+v", q, c.Place)
			}
		}
		for _, u := range unplaced {
			if seen[u.Person] || u.Why == "" {
				t.Fatalf("%+v: placed and not placed, or without a reason", u)
			}
			seen[u.Person] = true
			q := by[u.Person]
			for _, c := range where {
				for _, bed := range c.Free {
					if c.Takes(q.Sex, q.Age) && !q.Child && !beds[fmt.Sprint(c.Code, bed)] {
						t.Fatalf("%+v is not placed, and bed %d of %s is free", q, bed, c.Code)
					}
				}
			}
		}
		if len(seen) != len(who) || len(placed) > free {
			t.Fatalf("%d people, %d accounted for, %d placed into %d beds", len(who), len(seen), len(placed), free)
		}
		mixed := slices.Clone(who)
		slices.Reverse(mixed)
		again, _ := firstfit.FirstFit(mixed, where)
		if diff := cmp.Diff(placed, again); diff != "" {
			t.Fatalf("another order of the same people gives another plan:\n%s", diff)
		}
	})
}

func TestChildStaysWithMother(t *testing.T) {
	t.Parallel()
	cell := func(code string, free ...int) firstfit.Cell {
		return firstfit.Cell{Place: place.Place{Code: place.Code(code), Sex: person.Female, Age: place.Adult}, Free: free}
	}
	placed, _ := firstfit.FirstFit([]firstfit.Person{
		{Person: 1, Sex: person.Male, Age: place.Juvenile, Family: "b", Child: true}, {Person: 2, Sex: person.Female, Age: place.Adult, Family: "b"}, {Person: 3, Sex: person.Female, Age: place.Adult, Family: "a"},
	}, []firstfit.Cell{cell("IQ-P/W/01", 1), cell("IQ-P/W/02", 1, 2)})
	want := []firstfit.Placement{{Person: 3, Cell: "IQ-P/W/01", Bed: 1}, {Person: 2, Cell: "IQ-P/W/02", Bed: 1}, {Person: 1, Cell: "IQ-P/W/02", Bed: 2}}
	if diff := cmp.Diff(want, placed); diff != "" {
		t.Error(diff)
	}
}
