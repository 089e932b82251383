// Package firstfit decides who gets which bed. It scores nobody: it knows sex, age group and family, and what cells are for.
package firstfit

import (
	"cmp"
	"slices"

	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
)

// Person is what a plan must know of somebody: what separation asks for (norms R18-R20), and nothing else.
type Person struct {
	Person id.Person
	Sex    person.Sex
	Age    place.Age
	Family string // people of one family are kept together where separation lets them
	Child  bool   // stays with the mother
}

// Cell is a cell with the beds that nobody holds.
type Cell struct {
	place.Place
	Free []int
}

// Placement is a bed for a person.
type Placement struct {
	Person id.Person
	Cell   place.Code
	Bed    int
}

// Unplaced is somebody for whom there is no bed, and why.
type Unplaced struct {
	Person id.Person
	Why    string // rule id
}

// Planner places people into cells. It is the seam where better planning takes the place of FirstFit.
type Planner func(people []Person, cells []Cell) ([]Placement, []Unplaced)

// FirstFit gives each person the first free bed of the first cell that takes them, families one after another.
func FirstFit(people []Person, cells []Cell) ([]Placement, []Unplaced) {
	order := slices.Clone(people)
	slices.SortStableFunc(order, func(a, b Person) int {
		return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(b2i(a.Child), b2i(b.Child)), cmp.Compare(a.Person, b.Person))
	})
	free := make([][]int, len(cells))
	for i, c := range cells {
		free[i] = c.Free
	}
	type need struct {
		sex person.Sex
		age place.Age
	}
	begin := map[need]int{} // the first cell that may still have a bed for this need
	motherCell := map[string]int{}
	var placed []Placement
	var unplaced []Unplaced
	for _, p := range order {
		n := need{p.Sex, p.Age}
		if p.Child {
			n = need{person.Female, place.Adult}
		}
		found := -1
		if i, ok := motherCell[p.Family]; ok && p.Child && len(free[i]) > 0 {
			found = i
		}
		for i := begin[n]; found < 0 && i < len(cells); i++ {
			if cells[i].Takes(n.sex, n.age) && len(free[i]) > 0 {
				found = i
				begin[n] = i
			}
		}
		if found < 0 {
			unplaced = append(unplaced, Unplaced{p.Person, "place.full"})
			continue
		}
		if p.Family != "" && !p.Child && p.Sex == person.Female {
			if _, known := motherCell[p.Family]; !known || p.Age == place.Adult { // a girl is rather the sister
				motherCell[p.Family] = found
			}
		}
		placed = append(placed, Placement{p.Person, cells[found].Code, free[found][0]})
		free[found] = free[found][1:]
	}
	return placed, unplaced
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
