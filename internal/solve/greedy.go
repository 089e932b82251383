package solve

import (
	"slices"

	"amana/internal/planning"
)

// Greedy is plain first fit: one person after another, each in the cheapest place that still takes them, with a small child behind the mother.
// It keeps all hard rules and is the yardstick that the solver is held against.
func Greedy(q *planning.Problem) planning.Plan {
	m := newModel(q)
	s := newState(m)
	s.firstFit()
	return m.plan(s.at)
}

// firstFit gives a place to each who has none.
func (s *state) firstFit() {
	for _, u := range s.m.units() {
		for _, i := range u {
			if s.at[i] == none {
				s.putCheapest(i)
			}
		}
	}
	s.forget()
}

// putCheapest gives person i the place that costs least now, and reports whether there was one.
func (s *state) putCheapest(i int32) bool {
	best, at := 0.0, int32(none)
	for _, l := range s.m.options(i) {
		if s.room(l) == 0 {
			continue
		}
		if c := s.extra(i, l); (at == none || c < best) && s.bears(i, l) {
			best, at = c, l
		}
	}
	if at != none {
		s.put(i, at)
	}
	return at != none
}

// plan writes out where everybody is, with what it costs and what changes.
func (m *model) plan(at []int32) planning.Plan {
	p := planning.Plan{Places: make([]int, len(at)), Objective: m.total(at)}
	for i, l := range at {
		p.Places[i] = int(l)
		if was := m.q.Was(i); was != planning.Nowhere && was != int(l) {
			p.Changes++
		}
	}
	return p
}

// total computes the cost afresh, always in the same order.
func (m *model) total(at []int32) float64 {
	s := newState(m)
	s.load(at)
	return s.cost
}

// units lists who moves as one: a mother with her children, everybody else alone.
func (m *model) units() [][]int32 {
	var all [][]int32
	for i := range m.people {
		if m.people[i].mother == none {
			all = append(all, slices.Concat([]int32{int32(i)}, m.kids[i]))
		}
	}
	return all
}
