package firstfit_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/firstfit"
)

func women(code string, beds ...int) firstfit.Cell {
	return firstfit.Cell{Place: place.Place{Code: place.Code(code), Sex: person.Female, Age: place.Adult}, Free: beds}
}

func girls(code string, beds ...int) firstfit.Cell {
	c := women(code, beds...)
	c.Age = place.Juvenile
	return c
}

// TestFamilies places small families, and those for whom there is no bed.
func TestFamilies(t *testing.T) {
	t.Parallel()
	mother := firstfit.Person{Person: 1, Sex: person.Female, Age: place.Adult, Family: "f"}
	sister := firstfit.Person{Person: 2, Sex: person.Female, Age: place.Juvenile, Family: "f"}
	child := firstfit.Person{Person: 3, Sex: person.Male, Age: place.Juvenile, Family: "f", Child: true}
	stranger := firstfit.Person{Person: 4, Sex: person.Female, Age: place.Adult}
	unknown := firstfit.Person{Person: 5, Age: place.Adult}
	for name, c := range map[string]struct {
		people   []firstfit.Person
		cells    []firstfit.Cell
		placed   []firstfit.Placement
		unplaced []firstfit.Unplaced
	}{
		"nobody":               {nil, []firstfit.Cell{women("W1", 1)}, nil, nil},
		"no cell":              {[]firstfit.Person{mother}, nil, nil, []firstfit.Unplaced{{Person: 1, Why: "place.full"}}},
		"together":             {[]firstfit.Person{child, mother}, []firstfit.Cell{women("W1", 1, 2)}, []firstfit.Placement{{Person: 1, Cell: "W1", Bed: 1}, {Person: 3, Cell: "W1", Bed: 2}}, nil},
		"her cell is full":     {[]firstfit.Person{child, mother}, []firstfit.Cell{women("W1", 7), women("W2", 4)}, []firstfit.Placement{{Person: 1, Cell: "W1", Bed: 7}, {Person: 3, Cell: "W2", Bed: 4}}, nil},
		"with an older sister": {[]firstfit.Person{child, sister, mother}, []firstfit.Cell{girls("G1", 1, 2), women("W1", 1, 2)}, []firstfit.Placement{{Person: 1, Cell: "W1", Bed: 1}, {Person: 2, Cell: "G1", Bed: 1}, {Person: 3, Cell: "W1", Bed: 2}}, nil},
		"of a young mother":    {[]firstfit.Person{child, sister}, []firstfit.Cell{women("W1", 1, 2), girls("G1", 1, 2)}, []firstfit.Placement{{Person: 2, Cell: "G1", Bed: 1}, {Person: 3, Cell: "G1", Bed: 2}}, nil},
		"a child of nobody":    {[]firstfit.Person{{Person: 6, Sex: person.Male, Age: place.Juvenile, Child: true}, stranger}, []firstfit.Cell{women("W1", 1), women("W2", 1)}, []firstfit.Placement{{Person: 4, Cell: "W1", Bed: 1}, {Person: 6, Cell: "W2", Bed: 1}}, nil},
		"sex unknown":          {[]firstfit.Person{unknown}, []firstfit.Cell{women("W1", 1)}, nil, []firstfit.Unplaced{{Person: 5, Why: "place.full"}}},
		"a cell for all":       {[]firstfit.Person{unknown}, []firstfit.Cell{{Place: place.Place{Code: "A"}, Free: []int{3}}}, []firstfit.Placement{{Person: 5, Cell: "A", Bed: 3}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			placed, unplaced := firstfit.FirstFit(c.people, c.cells)
			if diff := cmp.Diff(c.placed, placed) + cmp.Diff(c.unplaced, unplaced); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestChildrenStayWherePossible: a child who is not in the mother's cell is there because the cell is full.
func TestChildrenStayWherePossible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		who, where := people(t), cells(t)
		placed, _ := firstfit.FirstFit(who, where)
		in, taken := map[id.Person]place.Code{}, map[place.Code]int{}
		for _, p := range placed {
			in[p.Person] = p.Cell
			taken[p.Cell]++
		}
		mothers := map[string][]firstfit.Person{}
		for _, p := range who {
			if p.Family != "" && !p.Child && p.Sex == person.Female && p.Age == place.Adult {
				mothers[p.Family] = append(mothers[p.Family], p)
			}
		}
		for _, p := range who {
			if !p.Child || len(mothers[p.Family]) != 1 {
				continue
			}
			cell := in[mothers[p.Family][0].Person]
			i := slices.IndexFunc(where, func(c firstfit.Cell) bool { return c.Code == cell })
			if cell != "" && in[p.Person] != cell && taken[cell] < len(where[i].Free) {
				t.Fatalf("the child %d is in %q, the mother in %s, where a bed is free", p.Person, in[p.Person], cell)
			}
		}
	})
}

// TestPlansRepeat asks for the same plan whoever is named first, and that what was handed in stays as it was.
func TestPlansRepeat(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		who, where := people(t), cells(t)
		wasWho, wasWhere := slices.Clone(who), slices.Clone(where)
		for i := range wasWhere {
			wasWhere[i].Free = slices.Clone(where[i].Free)
		}
		placed, unplaced := firstfit.FirstFit(who, where)
		if diff := cmp.Diff(wasWho, who) + cmp.Diff(wasWhere, where); diff != "" {
			t.Fatalf("the plan changed what it was made from:\n%s", diff)
		}
		for range 3 {
			p, u := firstfit.FirstFit(rapid.Permutation(who).Draw(t, "order"), where)
			if diff := cmp.Diff(placed, p) + cmp.Diff(unplaced, u); diff != "" {
				t.Fatalf("another order of the same people gives another plan:\n%s", diff)
			}
		}
	})
}
