package schedule

import (
	"maps"
	"slices"

	"amana/internal/person"
)

// sorted are the keys of a map in order, so that the same input gives the same answer.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// party is those who travel in one convoy: a family, a mother with her children, or one person.
type party struct {
	source, prison string
	people         []int
	units          []*unit
	seated         bool
	why            Reason // why it has no seat on the route that it prefers
	place          string
}

// unit is those of a party who ride in one vehicle.
type unit struct {
	of     *party
	kind   Kind
	people []int
	apart  []int    // positions of people who must not ride with it
	women  []string // the families of the women in it
	minor  string   // the family with whose women it may ride
	tied   bool     // others of the party ride in another vehicle
}

// fail says why a party has no seat; the first reason stays, as it is about the route that it prefers.
func (y *party) fail(why Reason, place string) {
	if y.why == "" {
		y.why, y.place = why, place
	}
}

// own is the kind of somebody who rides without a woman of their family.
func own(p *Passenger) Kind {
	switch {
	case p.Sex == person.Male && p.Juvenile:
		return Boys
	case p.Sex == person.Male:
		return Men
	case p.Sex == person.Female && p.Juvenile:
		return Girls
	case p.Sex == person.Female:
		return Women
	}
	return Alone
}

// gone are those who do not travel.
func (p *Problem) gone() []bool {
	gone := make([]bool, len(p.Passengers))
	for i, x := range p.Passengers {
		gone[i] = x.Prison == ""
	}
	return gone
}

// parties gathers who travels together, in the order of the passengers, but for those who are gone.
func (p *Problem) parties(gone []bool) []*party {
	at := make(map[string]int, len(p.Passengers))
	for i, x := range p.Passengers {
		if !gone[i] {
			at[x.ID] = i
		}
	}
	parent := make([]int, len(p.Passengers))
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	families := map[[3]string]int{}
	for i := range parent {
		parent[i] = i
	}
	for i, x := range p.Passengers {
		if m := p.mother(i, at); m >= 0 && !gone[i] {
			parent[root(i)] = root(m)
		}
		if x.Family == "" || gone[i] {
			continue
		}
		key := [3]string{x.Family, x.Source, x.Prison}
		if first, known := families[key]; known {
			parent[root(i)] = root(first)
		} else {
			families[key] = i
		}
	}
	var all []*party
	of := map[int]*party{}
	for i, x := range p.Passengers {
		if gone[i] {
			continue
		}
		r := root(i)
		if of[r] == nil {
			of[r] = &party{source: x.Source, prison: x.Prison}
			all = append(all, of[r])
		}
		of[r].people = append(of[r].people, i)
	}
	apart := p.enemies()
	for _, y := range all {
		p.divide(y, at, apart)
	}
	return all
}

// mother is the position of the mother with whom somebody rides, or -1. A mother who goes elsewhere, or has left, is none.
func (p *Problem) mother(i int, at map[string]int) int {
	x := &p.Passengers[i]
	if x.Mother == "" {
		return -1
	}
	m, here := at[x.Mother]
	if !here {
		return -1
	}
	if y := &p.Passengers[m]; y.Source != x.Source || y.Prison != x.Prison {
		return -1
	}
	return m
}

func (p *Problem) enemies() [][]int {
	apart := make([][]int, len(p.Passengers))
	for _, pair := range p.Apart {
		apart[pair[0]] = append(apart[pair[0]], pair[1])
		apart[pair[1]] = append(apart[pair[1]], pair[0])
	}
	return apart
}

// divide makes the smallest units of a party, which must share a vehicle: somebody with the children who ride with them.
func (p *Problem) divide(y *party, at map[string]int, apart [][]int) {
	head := map[int]*unit{}
	for _, i := range y.people {
		if p.mother(i, at) < 0 {
			x := &p.Passengers[i]
			u := &unit{of: y, kind: own(x), people: []int{i}, apart: apart[i]}
			switch {
			case u.kind == Women:
				u.women = []string{x.Family}
			case x.Juvenile:
				u.minor = x.Family
			}
			head[i] = u
			y.units = append(y.units, u)
		}
	}
	for _, i := range y.people {
		if m := p.mother(i, at); m >= 0 {
			u := head[m]
			u.people = append(u.people, i)
			u.apart = slices.Concat(u.apart, apart[i])
		}
	}
}

// fit gathers the units of a party for at most so many vehicles with so many seats, and says what stands in the way. Minors ride with a woman of their family where there is a seat
// beside her.
func (y *party) fit(seats, vehicles int) ([]*unit, Reason) {
	var all []*unit
	join := func(u *unit, with func(o *unit) bool) bool {
		k := slices.IndexFunc(all, func(o *unit) bool {
			return with(o) && len(o.people)+len(u.people) <= seats && !o.conflicts(u) && !u.conflicts(o)
		})
		if k < 0 {
			return false
		}
		o := all[k]
		o.people, o.apart, o.women = slices.Concat(o.people, u.people), slices.Concat(o.apart, u.apart), slices.Concat(o.women, u.women)
		return true
	}
	alike := func(u *unit) func(o *unit) bool {
		return func(o *unit) bool { return u.kind == o.kind && u.kind != Alone }
	}
	for _, women := range []bool{true, false} {
		for _, u := range y.units {
			switch {
			case len(u.people) > seats:
				return nil, NoSeats
			case u.conflicts(u):
				return nil, KeptApart
			case (u.kind == Women) != women, u.minor != "" && join(u, func(o *unit) bool { return slices.Contains(o.women, u.minor) }), join(u, alike(u)):
			case len(all) == vehicles:
				return nil, NoVehicles
			default:
				one := *u
				all = append(all, &one)
			}
		}
	}
	return all, ""
}

// conflicts reports whether somebody of the other unit must not ride with this one.
func (u *unit) conflicts(o *unit) bool {
	return slices.ContainsFunc(u.apart, func(i int) bool { return slices.Contains(o.people, i) })
}
