package solve

import (
	"cmp"
	"slices"
)

// guide tells where somebody should look first: the prices of the bound make every pool comparable, and hardly anybody is, in a good plan, in a
// pool that is much dearer than the cheapest for them, prices included.
type guide struct {
	b       *bound
	offers  [][]offer   // per class × kind that exists, cheapest first
	prisons [][]int32   // per family the cheapest ones
	group   []int32     // per person the position in offers
	inside  [][][]int32 // per class and prison: the rows
}

type offer struct {
	pool int32
	cost float64 // alone, with the prices
}

// promising is how many prisons chains try for a family.
const promising = 3

// most pools that anybody looks at when a plan is improved.
const nearby = 10

func newGuide(b *bound, at prices) *guide {
	b.at = at
	b.cheapest()
	g := &guide{b: b, group: make([]int32, len(b.m.people)), inside: make([][][]int32, b.m.classes)}
	number := map[[2]int32]int32{}
	for i := range b.m.people {
		p := &b.m.people[i]
		key := [2]int32{p.class, p.kind}
		n, known := number[key]
		if !known {
			n = int32(len(g.offers))
			number[key] = n
			var all []offer
			for _, pool := range b.pool[p.class] {
				all = append(all, offer{pool, b.m.cost[int(p.kind)*b.m.sites+int(b.m.pools[pool].site)] + b.price(p.class, pool)})
			}
			slices.SortStableFunc(all, func(a, b offer) int { return cmp.Compare(a.cost, b.cost) })
			g.offers = append(g.offers, all)
		}
		g.group[i] = n
	}
	for c := range g.inside {
		g.inside[c] = make([][]int32, len(b.m.prisons))
		for _, l := range b.m.choice[c] {
			k := b.m.rows[l].prison
			g.inside[c][k] = append(g.inside[c][k], l)
		}
	}
	for f := range b.m.families {
		cost := b.inPrisons(f)
		order := make([]int32, len(cost))
		for k := range order {
			order[k] = int32(k)
		}
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(cost[a], cost[b]) })
		g.prisons = append(g.prisons, order[:min(promising, len(order))])
	}
	return g
}

// build makes a plan along the prices: who has the fewest pools to go to comes first, among equals families, then who would lose most by the
// second best.
func (g *guide) build(s *state) {
	type start struct {
		units        [][]int32
		pools, heads int
		regret       float64
	}
	var starts []start
	for _, units := range g.b.units {
		st := start{units: units, pools: len(g.b.m.pools), heads: heads(units)}
		for _, u := range units {
			st.pools = min(st.pools, g.pools(u[0]))
		}
		starts = append(starts, st)
	}
	for i := range int32(len(g.b.m.people)) {
		if g.b.m.people[i].family != none {
			continue
		}
		st := start{units: [][]int32{{i}}, pools: g.pools(i), heads: 1}
		if offers := g.offers[g.group[i]]; len(offers) > 1 {
			st.regret = offers[1].cost - offers[0].cost
		}
		starts = append(starts, st)
	}
	slices.SortStableFunc(starts, func(a, b start) int {
		return cmp.Or(cmp.Compare(a.pools, b.pools), cmp.Compare(b.heads, a.heads), cmp.Compare(b.regret, a.regret))
	})
	for _, st := range starts {
		if i := st.units[0][0]; g.b.m.people[i].family == none {
			g.seat(s, i)
		} else {
			g.settle(s, st.units)
		}
	}
	s.forget()
}

// pools is how many pools person i could go to.
func (g *guide) pools(i int32) int {
	if p := &g.b.m.people[i]; p.pin != none || p.was != none {
		return 0
	}
	return len(g.offers[g.group[i]])
}

func heads(units [][]int32) int {
	n := 0
	for _, u := range units {
		n += len(u)
	}
	return n
}

// settle puts a family into the prison that takes most of them, and of these the one that is cheapest with the prices.
func (g *guide) settle(s *state, units [][]int32) {
	best, bestLeft, bestCost := -1, 0, 0.0
	for k := range g.b.m.prisons {
		before, wasLeft := s.cost, s.left
		mark := s.mark()
		worth := g.enter(s, units, int32(k))
		left, cost := s.left-wasLeft, s.cost-before+worth
		s.undo(mark)
		if best < 0 || better(left, cost, bestLeft, bestCost) {
			best, bestLeft, bestCost = k, left, cost
		}
	}
	if best >= 0 {
		g.enter(s, units, int32(best))
	}
}

// enter puts a family into a prison as far as it goes, and returns what the things it uses are worth.
func (g *guide) enter(s *state, units [][]int32, k int32) float64 {
	var worth float64
	for _, u := range units {
		best, at, most := 0.0, int32(none), 0
		for _, l := range g.inside[g.b.m.people[u[0]].class][k] {
			if !s.fits(u[0], l) {
				continue
			}
			n := min(s.room(l), len(u))
			if c := s.extra(u[0], l) + g.price(u[0], l); at == none || n > most || n == most && c < best {
				best, at, most = c, l, n
			}
		}
		if at == none {
			continue
		}
		for _, i := range u {
			if s.fits(i, at) {
				s.put(i, at)
				worth += g.price(i, at)
			}
		}
	}
	return worth
}

// price is what the things are worth that a person uses in a row, balance left out, as a state counts it itself.
func (g *guide) price(i, l int32) float64 {
	r := &g.b.m.rows[l]
	return g.b.price(g.b.m.people[i].class, r.pool) - g.b.at[g.b.prison(r.prison)]
}

// seat puts one person into the cheapest pool with room, there into the row where they cost least.
func (g *guide) seat(s *state, i int32) bool {
	p := &g.b.m.people[i]
	if p.pin != none {
		return s.putCheapest(i)
	}
	if p.was >= 0 && s.fits(i, p.was) {
		s.put(i, p.was)
		return true
	}
	best, at := 0.0, int32(none)
	for _, o := range g.offers[g.group[i]] {
		if at != none && o.cost >= best {
			break
		}
		for _, l := range g.b.m.pools[o.pool].rows {
			if c := o.cost + s.crowd(i, g.b.m.rows[l].block); (at == none || c < best) && s.fits(i, l) {
				best, at = c, l
			}
		}
	}
	if at != none {
		s.put(i, at)
	}
	return at != none
}
