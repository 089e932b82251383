package solve

import (
	"slices"

	"amana/internal/planning"
)

// Greedy is plain first fit: one person after another, each in the cheapest place that still takes them. A mother and her small children count as one.
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
		if !s.whole(u) {
			s.putUnit(u)
		}
	}
	s.forget()
}

// whole reports whether everybody of a unit has a place.
func (s *state) whole(u []int32) bool {
	return !slices.ContainsFunc(u, func(i int32) bool { return s.at[i] == none })
}

// putUnit gives a mother and her children the place that costs least now, all of them or none: she never travels without them (norms R20).
func (s *state) putUnit(u []int32) bool {
	for _, i := range slices.Backward(u) {
		if s.at[i] != none {
			s.take(i)
		}
	}
	if len(u) == 1 {
		return s.putCheapest(u[0])
	}
	best, at := 0.0, int32(none)
	for _, l := range s.m.options(u[0]) {
		if s.room(l) < len(u) {
			continue
		}
		mark, was := s.mark(), s.cost
		if s.putAll(u, l) && (at == none || s.cost-was < best) {
			best, at = s.cost-was, l
		}
		s.undo(mark)
	}
	return at != none && s.putAll(u, at)
}

// putAll puts people into one row, as long as they fit.
func (s *state) putAll(u []int32, l int32) bool {
	for _, i := range u {
		if !s.fits(i, l) {
			return false
		}
		s.put(i, l)
	}
	return true
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
