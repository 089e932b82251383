package solve

import (
	"math"
	"slices"
)

// exhaust returns the plan of plain first fit, or, when there are so few plans that all can be gone through, the best one.
func (m *model) exhaust() (best solution, all bool) {
	s := newState(m)
	s.firstFit()
	best = s.solution()
	const most, steps = 1e9, 3_000_000
	plans := 1.0
	for i := range int32(len(m.people)) {
		if plans *= float64(1 + len(m.options(i))); plans > most {
			return best, false
		}
	}
	e := &exhaustion{state: newState(m), best: best, steps: steps, least: make([]float64, len(m.people)+1)}
	for _, u := range m.units() {
		e.order = append(e.order, u...)
	}
	for n, i := range slices.Backward(e.order) {
		least := math.Inf(1)
		for _, l := range m.options(i) {
			least = min(least, m.alone(i, l))
		}
		e.least[n] = e.least[n+1] + least
		if len(m.options(i)) == 0 {
			e.least[n], e.hopeless = e.least[n+1], e.hopeless+1
		}
	}
	e.try(0, e.hopeless)
	return e.best, e.steps > 0
}

// exhaustion goes through all plans, except where it is clear that no better one comes: people only ever add cost.
type exhaustion struct {
	*state
	order    []int32
	least    []float64 // what the people from each position on cost at least, if all have places who can have one
	hopeless int       // people no place takes
	best     solution
	steps    int
}

// try decides about the people from position n on. without is how many will have no place at least.
func (e *exhaustion) try(n, without int) {
	if e.steps--; e.steps <= 0 || without > e.best.left || without == e.best.left && e.cost+e.least[n] >= e.best.cost-1e-9 {
		return
	}
	e.forget()
	if n == len(e.order) {
		e.best = e.solution()
		return
	}
	i := e.order[n]
	options := e.m.options(i)
	mother := e.m.people[i].mother
	for _, l := range options {
		if e.fits(i, l) {
			e.put(i, l)
			e.try(n+1, without)
			e.take(i)
		}
	}
	if mother != none && e.at[mother] != none { // she has no place without her children
		return
	}
	if len(options) > 0 {
		without++
	}
	e.try(n+1, without)
}
