package solve

import (
	"math"
	"math/rand/v2"
	"slices"
)

// search improves a plan by small changes, of which some that make it dearer are kept, fewer and fewer (simulated annealing). Whoever leaves a
// place frees it for somebody whose gain is greater; prices tell where to look.
type search struct {
	*state
	g       *guide
	rand    *rand.Rand
	best    solution
	stopped bool // before it was cold
}

func newSearch(s *state, g *guide, seed uint64) *search {
	a := &search{state: s, g: g, rand: rand.New(rand.NewPCG(seed, 0x506c616e))}
	a.keep()
	return a
}

// keep remembers the plan when it is the best so far.
func (a *search) keep() {
	if a.best.at == nil || better(a.left, a.cost, a.best.left, a.best.cost) {
		a.best = a.solution()
	}
}

// cool tries moves while the temperature falls from hot to cold, until stop says so.
func (a *search) cool(hot, cold float64, moves int, stop func() bool) {
	const stride = 2048
	rate := math.Pow(cold/hot, stride/float64(max(moves, stride)))
	for n, t := 0, hot; n < moves; n, t = n+stride, t*rate {
		for range stride {
			a.move(-t * math.Log(1-a.rand.Float64()))
		}
		a.forget()
		if a.stopped = stop(); a.stopped {
			break
		}
	}
	a.keep()
}

// move tries one change; limit is by how much it may make the plan dearer.
func (a *search) move(limit float64) {
	i := int32(a.rand.IntN(len(a.at)))
	p := &a.m.people[i]
	switch {
	case p.mother != none:
		return
	case p.family != none && a.rand.IntN(8) == 0:
		a.moveFamily(p.family, limit)
		return
	case len(a.m.kids[i]) > 0:
		if a.at[i] != none {
			a.moveMother(i, limit)
		}
		return
	}
	to := a.pick(i)
	from := a.at[i]
	if to == none || to == from {
		return
	}
	switch {
	case from == none:
		a.enter(i, to, limit)
	case a.room(to) > 0:
		a.relocate(i, to, limit)
	default:
		a.swap(i, a.in[to][a.rand.IntN(len(a.in[to]))], limit)
	}
}

// enter gives somebody without a place the bed in a row, or that of somebody who is dearer there.
func (a *search) enter(i, to int32, limit float64) {
	if a.fits(i, to) {
		a.put(i, to)
		return
	}
	if a.room(to) > 0 {
		return
	}
	j := a.in[to][a.rand.IntN(len(a.in[to]))]
	if !a.single(j) {
		return
	}
	before, mark := a.cost, a.mark()
	a.take(j)
	if a.fits(i, to) {
		if a.put(i, to); a.cost-before <= limit {
			return
		}
	}
	a.undo(mark)
}

// pick draws a row where person i could be.
func (a *search) pick(i int32) int32 {
	p := &a.m.people[i]
	if p.pin != none {
		if !a.m.admits(i, p.pin) || a.m.rows[p.pin].free == 0 {
			return none
		}
		return p.pin
	}
	if p.was >= 0 && a.at[i] != p.was && a.rand.IntN(4) == 0 {
		return p.was
	}
	offers := a.g.offers[a.g.group[i]]
	if len(offers) == 0 {
		return none
	}
	if a.at[i] != none {
		offers = offers[:min(len(offers), nearby)]
	}
	rows := a.m.pools[offers[a.rand.IntN(len(offers))].pool].rows
	l := rows[a.rand.IntN(len(rows))]
	if a.m.rows[l].free == 0 {
		return none
	}
	return l
}

func (a *search) relocate(i, to int32, limit float64) {
	from := a.at[i]
	d := a.m.alone(i, to) - a.m.alone(i, from) - a.relief(i, from)
	if k, was := a.m.rows[to].prison, a.m.rows[from].prison; k != was {
		d += a.m.density[k][a.state.prison[k]] - a.m.density[was][a.state.prison[was]-1]
	}
	if d > limit {
		return
	}
	before := a.cost
	mark := a.mark()
	a.take(i)
	if !a.fits(i, to) {
		a.undo(mark)
		return
	}
	a.put(i, to)
	if a.cost-before > limit {
		a.undo(mark)
	}
}

func (a *search) single(i int32) bool {
	return a.m.people[i].mother == none && len(a.m.kids[i]) == 0
}

func (a *search) swap(i, j int32, limit float64) {
	r, l := a.at[i], a.at[j]
	if !a.single(j) || !a.m.admits(j, r) {
		return
	}
	d := a.m.alone(i, l) - a.m.alone(i, r) + a.m.alone(j, r) - a.m.alone(j, l) - a.relief(i, r) - a.relief(j, l)
	if d > limit {
		return
	}
	before := a.cost
	mark := a.mark()
	a.take(i)
	a.take(j)
	if !a.fits(i, l) {
		a.undo(mark)
		return
	}
	a.put(i, l)
	if !a.fits(j, r) {
		a.undo(mark)
		return
	}
	a.put(j, r)
	if a.cost-before > limit {
		a.undo(mark)
	}
}

// moveMother moves a mother with her children to another row of the same prison, or of any when nobody else of the family has a place.
func (a *search) moveMother(i int32, limit float64) {
	to := a.pick(i)
	if to == none || to == a.at[i] {
		return
	}
	before, left := a.cost, a.left
	mark := a.mark()
	holes := a.vacate(i, nil)
	if !a.lodge(i, to, &holes) || a.left > left || a.left == left && a.cost-before > limit {
		a.undo(mark)
	}
}

// vacate takes a person and the children who stay with her out, and adds the beds to the holes.
func (a *search) vacate(i int32, holes []int32) []int32 {
	for _, kid := range a.m.kids[i] {
		if a.at[kid] != none {
			holes = append(holes, a.at[kid])
			a.take(kid)
		}
	}
	if a.at[i] != none {
		holes = append(holes, a.at[i])
		a.take(i)
	}
	return holes
}

// lodge puts a person with her children into a row, and whoever has to make room into the holes.
func (a *search) lodge(i, to int32, holes *[]int32) bool {
	need := 1 + len(a.m.kids[i])
	for a.room(to) < need {
		if !a.expel(to, holes) {
			return false
		}
	}
	if !a.fits(i, to) {
		return false
	}
	a.put(i, to)
	for _, kid := range a.m.kids[i] {
		if a.fits(kid, to) {
			a.put(kid, to)
		}
	}
	return true
}

// expel moves whoever of a row costs least in one of the holes there.
func (a *search) expel(from int32, holes *[]int32) bool {
	best, who, at := 0.0, int32(none), 0
	for _, j := range a.in[from] {
		if !a.single(j) {
			continue
		}
		for h, l := range *holes {
			if l == from || h > 0 && l == (*holes)[h-1] || a.room(l) == 0 || !a.m.admits(j, l) {
				continue
			}
			if d := a.m.alone(j, l) - a.m.alone(j, from); (who == none || d < best) && a.bears(j, l) {
				best, who, at = d, j, h
			}
		}
	}
	if who == none {
		return false
	}
	a.take(who)
	if !a.fits(who, (*holes)[at]) {
		return false
	}
	a.put(who, (*holes)[at])
	*holes = slices.Delete(*holes, at, at+1)
	return true
}

// moveFamily moves a whole family to another prison, where others make room and take over the beds that become free.
func (a *search) moveFamily(f int32, limit float64) {
	k := int32(a.rand.IntN(len(a.m.prisons)))
	if a.kin[f] > 0 && a.home[f] == k {
		return
	}
	units := a.g.b.units[f]
	before, left := a.cost, a.left
	mark := a.mark()
	var holes []int32
	for _, u := range units {
		holes = a.vacate(u[0], holes)
	}
	for _, u := range units {
		rows := a.g.inside[a.m.people[u[0]].class][k]
		if len(rows) == 0 {
			continue // left, if that does no harm
		}
		to := rows[a.rand.IntN(len(rows))]
		if p := a.m.people[u[0]].pin; p != none {
			to = p
		}
		if !a.lodge(u[0], to, &holes) {
			a.undo(mark)
			return
		}
	}
	if a.left > left || a.left == left && a.cost-before > limit {
		a.undo(mark)
	}
}
