package solve

import (
	"math"
	"slices"
)

// accommodate finds places for those who have none, families first, with others making room; who fits nowhere is left.
func (c *chains) accommodate(stop func() bool) {
	inVain := map[int32]bool{} // who are alike will not find a place either, until somebody has
	for _, alone := range []bool{false, true} {
		for i := range int32(len(c.at)) {
			p := &c.m.people[i]
			if c.at[i] != none || (p.family == none) != alone || stop() {
				continue
			}
			alike := alone && p.pin == none && len(c.m.apart[i]) == 0
			if alike && inVain[c.g.group[i]] {
				continue
			}
			if alone && p.pin == none && c.insert(i) || c.squeezeIn(i) || !alone && c.reunite(p.family) {
				clear(inVain)
			} else if alike {
				inVain[c.g.group[i]] = true
			}
			c.forget()
		}
	}
}

// squeezeIn tries the rows that person i may have, one after another, if those who make room find other places.
func (c *chains) squeezeIn(i int32) bool {
	p := &c.m.people[i]
	rows := c.m.options(i)
	switch {
	case p.mother != none && c.at[p.mother] == none:
		return false
	case p.mother != none:
		if !c.m.admits(i, c.at[p.mother]) {
			return false
		}
		rows = []int32{c.at[p.mother]}
	case p.family != none && c.kin[p.family] > 0:
		rows = c.g.inside[p.class][c.home[p.family]]
	case p.family != none:
		return false // the whole family is looked at together
	}
	left, best, dear := c.left, int32(none), 0.0
	try := func(l int32) bool {
		out, ok := c.squeeze([]int32{i}, l)
		return ok && c.resettle(out) && c.left < left
	}
	for _, l := range rows[:min(len(rows), 40)] {
		mark, before := c.mark(), c.cost
		if try(l) && (best == none || c.cost-before < dear) {
			best, dear = l, c.cost-before
		}
		c.undo(mark)
	}
	return best != none && try(best)
}

// reunite moves a family to the prison where fewer of them are left, if there is one.
func (c *chains) reunite(f int32) bool {
	left, best, most, dear := c.left, int32(none), c.left, 0.0
	for k := range int32(len(c.m.prisons)) {
		mark, before := c.mark(), c.cost
		if c.rehouse(f, k) && c.left < left && (best == none || better(c.left, c.cost-before, most, dear)) {
			best, most, dear = k, c.left, c.cost-before
		}
		c.undo(mark)
	}
	return best != none && c.rehouse(f, best)
}

// rehouse moves a family to a prison, and finds other places for those who make room. It reports whether all these found one; members of the
// family may be left.
func (c *chains) rehouse(f, k int32) bool {
	for _, i := range slices.Backward(c.m.families[f]) {
		if c.m.people[i].mother != none && c.at[i] != none {
			c.take(i)
		}
	}
	for _, i := range c.m.families[f] {
		if c.at[i] != none {
			c.take(i)
		}
	}
	var out []int32
	units := slices.Clone(c.g.b.units[f])
	slices.SortStableFunc(units, func(a, b []int32) int { return len(b) - len(a) })
	for _, u := range units {
		best, at, most := 0.0, int32(none), 0
		for _, l := range c.g.inside[c.m.people[u[0]].class][k] {
			if !c.m.admits(u[0], l) {
				continue
			}
			mark, before := c.mark(), c.cost
			left, ok := c.squeeze(u, l)
			if ok && len(left) <= len(u)+2 {
				cost := c.cost - before
				for _, j := range left {
					cost += c.m.alone(j, l) + c.loss(j, l) // they cost about as much elsewhere
				}
				n := 0
				for _, i := range u {
					if c.at[i] != none {
						n++
					}
				}
				if at == none || n > most || n == most && cost < best {
					best, at, most = cost, l, n
				}
			}
			c.undo(mark)
		}
		if at != none {
			gone, _ := c.squeeze(u, at)
			out = append(out, gone...)
		}
	}
	return c.resettle(out)
}

// squeeze puts those of a unit into a row as far as they can be, the first one in any case, and takes out who has to make room.
func (c *chains) squeeze(u []int32, l int32) (out []int32, ok bool) {
	for n, i := range u {
		before := len(out)
		for !c.fits(i, l) {
			j := c.toLeave(i, l)
			if j == none {
				break
			}
			c.take(j)
			out = append(out, j)
		}
		if c.fits(i, l) {
			c.put(i, l)
			continue
		}
		for _, j := range slices.Backward(out[before:]) { // in vain
			c.put(j, l)
		}
		if out = out[:before]; n == 0 {
			return nil, false
		}
	}
	return out, true
}

// toLeave is who of a row would make room for person i at the least loss, none when nobody can.
func (c *chains) toLeave(i, l int32) int32 {
	p := &c.m.people[i]
	if !c.m.admits(i, l) {
		return none
	}
	sick := p.medical && c.med[l] >= c.m.rows[l].medical
	best, who := 0.0, int32(none)
	for _, j := range c.in[l] {
		if !c.moves(j) || sick && !c.m.people[j].medical || !sick && c.room(l) > 0 && !c.atOdds(i, j) {
			continue
		}
		if d := c.loss(j, l); who == none || d < best {
			best, who = d, j
		}
	}
	return who
}

func (c *chains) atOdds(i, j int32) bool {
	return slices.ContainsFunc(c.m.apart[i], func(a apart) bool { return a.other == j }) ||
		c.m.people[i].convicted != c.m.people[j].convicted
}

// loss is how much dearer, prices included, the best other pool is for a person.
func (c *chains) loss(j, l int32) float64 {
	pool := c.m.rows[l].pool
	here := c.m.alone(j, l) + c.g.b.price(c.m.people[j].class, pool)
	for _, o := range c.g.offers[c.g.group[j]] {
		if o.pool != pool {
			return o.cost + c.toPool(j, o.pool) - c.m.cost[int(c.m.people[j].kind)*c.m.sites+int(c.m.pools[o.pool].site)] - here
		}
	}
	return math.Inf(1)
}

// resettle finds places for people who made room, and reports whether all have one.
func (c *chains) resettle(out []int32) bool {
	for _, j := range out {
		if c.at[j] == none && !c.insert(j) {
			return false
		}
	}
	return true
}

// families offers each family, from a first one on, the prisons that are cheapest with the prices, and keeps what saves cost.
func (c *chains) families(first uint64, stop func() bool) {
	for n := range uint64(len(c.m.families)) {
		if stop() {
			return
		}
		f := int32((first + n) % uint64(len(c.m.families)))
		for _, k := range c.g.prisons[f] {
			if c.kin[f] == 0 || c.home[f] != k {
				c.rehome(f, k)
			}
		}
	}
}

// rehome moves a family to a prison if that is better.
func (c *chains) rehome(f, k int32) {
	mark, left, before := c.mark(), c.left, c.cost
	if !c.rehouse(f, k) || !better(c.left, c.cost, left, before) {
		c.undo(mark)
	}
	c.forget()
}

// recall offers all prisons to each family of which somebody is elsewhere than before.
func (c *chains) recall(stop func() bool) {
	for f, family := range c.m.families {
		if !slices.ContainsFunc(family, func(i int32) bool { return c.m.people[i].was != none && c.m.people[i].was != c.at[i] }) {
			continue
		}
		for k := range int32(len(c.m.prisons)) {
			if stop() {
				return
			}
			c.rehome(int32(f), k)
		}
	}
}
