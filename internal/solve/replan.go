package solve

import (
	"context"
	"math"

	"amana/internal/planning"
)

// guideSteps of the ascent are enough to look for places where few people move.
const guideSteps = 500

// Replan finds a plan that differs from the one in force, q.Previous, for as few people as can be, and among these costs little. It places as many
// people as can be found places by chains, and takes some seconds at most, whatever the budget.
func Replan(ctx context.Context, q *planning.Problem, opt Options) planning.Plan {
	w := newWork(ctx, q, opt)
	policy := w.m.move
	if best, all := w.m.replanning().exhaust(); all {
		best.cost = w.m.total(best.at)
		w.improved(best)
	} else {
		w.dual.run(guideSteps, best.cost, w.stop)
		w.guide()
		w.m.move, w.m.strict = w.m.dear(), true // in the model that the guide knows
		w.improved(w.stay())
		w.m.move, w.m.strict = policy, false
	}
	w.best.cost = w.m.total(w.best.at)
	w.dual.aim(w.best.left)
	w.dual.run(proofSteps, w.best.cost, w.stop)
	return w.answer(false)
}

// dear is more than any one person can save by moving.
func (m *model) dear() float64 {
	p := &m.q.Policy
	return 1000 * (1 + m.dearest + float64(len(planning.Steps))*p.Density + p.Group + p.Nationality)
}

// replanning is the model in which moving somebody costs more than anything else.
func (m *model) replanning() *model {
	c := *m
	c.move, c.strict = m.dear(), true
	return &c
}

// stay lets everybody stay who can, and finds places for the others by chains, the fewer moves the better.
func (w *work) stay() solution {
	s := newState(w.m)
	for _, pinned := range []bool{true, false} {
		for i := range w.m.people {
			if p := &w.m.people[i]; p.mother == none && (p.pin != none) == pinned {
				s.stay(int32(i))
				for _, kid := range w.m.kids[i] {
					s.stay(kid)
				}
			}
		}
	}
	s.forget()
	c := newChains(s, w.g, everywhere)
	c.accommodate(w.stop)
	if w.stop() {
		s.firstFit()
	}
	w.improved(s.solution())
	for range 2 {
		c.all()
		c.improve(len(w.m.people), w.stop)
		c.recall(w.stop)
		c.accommodate(w.stop)
	}
	return s.solution()
}

// stay gives a person the place in force, or the one that a human chose.
func (s *state) stay(i int32) {
	p := &s.m.people[i]
	for _, l := range []int32{p.pin, p.was} {
		if s.at[i] == none && l >= 0 && s.fits(i, l) {
			s.put(i, l)
		}
	}
}

// least is a number of changes below which no plan stays that leaves as many people: the bound of a problem in which each person who is placed
// costs 1, except where they are now. Whoever stays is spared that.
func (m *model) least(unplaced int, stop func() bool) int {
	q := *m.q
	q.Policy.Density = 0
	unit := *m
	unit.q, unit.move, unit.strict, unit.dearest = &q, 1, true, 0
	unit.cost = make([]float64, len(m.cost))
	unit.density = make([][]float64, len(m.density))
	for k := range unit.density {
		unit.density[k] = make([]float64, len(m.density[k]))
	}
	a := newAscent(newBound(&unit))
	a.aim(unplaced)
	fresh, certain := 0, m.overfull()
	for i := range m.people {
		if m.people[i].was == none {
			fresh++
		}
	}
	a.run(proofSteps, float64(fresh-unplaced)+1.1*float64(certain)+1, stop)
	bound, _ := a.proof()
	return max(int(math.Ceil(bound-1e-6))+unplaced-fresh, certain)
}

// overfull counts those who cannot stay where they are: the place does not take them any more, or not all of them.
func (m *model) overfull() int {
	stay, sick := make([]int32, len(m.rows)), make([]int32, len(m.rows))
	n := 0
	for i := range m.people {
		p := &m.people[i]
		switch {
		case p.was == none:
		case p.was == lost:
			n++
		case p.medical && sick[p.was] >= m.rows[p.was].medical:
			n++
		default:
			stay[p.was]++
			if p.medical {
				sick[p.was]++
			}
		}
	}
	for l, k := range stay {
		n += int(max(k-m.rows[l].free, 0))
	}
	return n
}
