package solve

import (
	"math"
	"slices"
)

// chains finds changes in which one person takes the place of the next, and so on: around a circle to save cost, or to a bed that is free, to make room
// for somebody who has no place. The best chain is a shortest path in a graph of pools (Klein 1967; Busacker and Gowen 1960), so what
// single moves would not find is found. Chains move people without family and pin, one by one; everything else stays.
//
// A node stands for "one person too many here": in a pool by footing, in need of a medical place or not; in a prison, whose balance that changes; and
// in the operation as a whole. An arc is a person who goes on from there.
type chains struct {
	*state
	g      *guide
	arcs   [][]arc
	dirty  []bool // per pool
	dist   []float64
	from   []int32           // per node the node before, or none
	by     []arc             // per node the arc that leads there
	banned map[[2]int32]bool // person and pool that were tried in vain
	vain   []bool            // per person: some pool is banned
	reach  int
	best   []int32 // scratch per node: where in list there is an arc to it
	list   []arc
	seen   []int32
}

type arc struct {
	to, person int32 // person is none when nobody moves
	cost       float64
}

func newChains(s *state, g *guide, reach int) *chains {
	n := 4*len(s.m.pools) + len(s.m.prisons) + 1
	c := &chains{
		state: s, g: g, arcs: make([][]arc, n), dirty: make([]bool, len(s.m.pools)), dist: make([]float64, n), from: make([]int32, n),
		by: make([]arc, n), banned: map[[2]int32]bool{}, vain: make([]bool, len(s.m.people)), reach: reach, best: make([]int32, n), seen: make([]int32, n),
	}
	for v := range c.best {
		c.best[v] = none
	}
	c.all()
	return c
}

// widen sets how many pools chains look at.
func (c *chains) widen(reach int) {
	c.reach = reach
	c.all()
}

// all forgets what is known of the pools, after the plan was changed by others.
func (c *chains) all() {
	for p := range c.dirty {
		c.dirty[p] = true
	}
	clear(c.banned)
	clear(c.vain)
}

func (c *chains) put(i, l int32) {
	c.state.put(i, l)
	c.dirty[c.m.rows[l].pool] = true
}

func (c *chains) take(i int32) {
	c.dirty[c.m.rows[c.at[i]].pool] = true
	c.state.take(i)
}

func (c *chains) undo(mark int) {
	for _, t := range c.log[mark:] {
		if t.from != none {
			c.dirty[c.m.rows[t.from].pool] = true
		} else if l := c.at[t.person]; l != none {
			c.dirty[c.m.rows[l].pool] = true
		}
	}
	c.state.undo(mark)
}

// node is where somebody of a class is one too many in a pool.
func (c *chains) node(class, pool int32) int32 {
	v := 4 * pool
	if c.m.pools[pool].any && c.g.b.convicted[class] {
		v += 2
	}
	if c.g.b.medical[class] {
		v++
	}
	return v
}

func (c *chains) hub(prison int32) int32 { return 4*int32(len(c.m.pools)) + prison }
func (c *chains) sink() int32            { return int32(len(c.arcs)) - 1 }

// moves reports whether chains may move the person.
func (c *chains) moves(i int32) bool {
	return c.m.people[i].family == none && c.m.people[i].pin == none
}

// toPool is what person i costs in a pool, balance aside.
func (c *chains) toPool(i, pool int32) float64 {
	p := &c.m.people[i]
	v := c.m.cost[int(p.kind)*c.m.sites+int(c.m.pools[pool].site)]
	if c.m.moved(i, pool) {
		v += c.m.move
	}
	if p.group == none && p.nation == none {
		return v
	}
	crowd := math.Inf(1)
	for _, b := range c.m.pools[pool].blocks {
		if crowd = min(crowd, c.crowd(i, b)); crowd == 0 {
			break
		}
	}
	return v + crowd
}

// refresh brings the arcs up to date.
func (c *chains) refresh() {
	for p := range c.dirty {
		if c.dirty[p] {
			c.dirty[p] = false
			for foot := range int32(2) {
				c.draw(int32(p), foot)
			}
		}
	}
	for k := range int32(len(c.m.prisons)) {
		h := c.hub(k)
		c.arcs[h] = c.arcs[h][:0]
		if n := int(c.prison[k]); n < len(c.m.density[k]) {
			c.arcs[h] = append(c.arcs[h], arc{c.sink(), none, c.m.density[k][n]})
		}
	}
	for p := range c.m.pools {
		for v := 4 * int32(p); v < 4*int32(p)+4; v++ {
			if len(c.arcs[v]) > 0 {
				h := c.hub(c.m.pools[p].prison)
				c.arcs[h] = append(c.arcs[h], arc{v, none, 0})
			}
		}
	}
	s := c.sink()
	c.arcs[s] = c.arcs[s][:0]
	for k := range int32(len(c.m.prisons)) {
		if n := int(c.prison[k]); n > 0 {
			c.arcs[s] = append(c.arcs[s], arc{c.hub(k), none, -c.m.density[k][n-1]})
		}
	}
}

// draw makes the arcs of a pool and footing: for each other pool the person for whom going there costs least.
func (c *chains) draw(p, foot int32) {
	pool := &c.m.pools[p]
	bed, sick := 4*p+2*foot, 4*p+2*foot+1
	c.arcs[bed], c.arcs[sick] = c.arcs[bed][:0], c.arcs[sick][:0]
	if foot == 1 && !pool.any {
		return
	}
	room, roomSick := false, false
	for _, l := range pool.rows {
		if pool.any && len(c.in[l]) > 0 && (c.conv[l] > 0) != (foot == 1) || c.m.rows[l].free == 0 {
			continue
		}
		room = room || c.room(l) > 0
		roomSick = roomSick || c.med[l] < c.m.rows[l].medical
		for _, i := range c.in[l] {
			if c.moves(i) {
				c.offer(i, l, p)
			}
		}
	}
	for _, a := range c.list {
		c.best[a.to] = none
		c.arcs[bed] = append(c.arcs[bed], a)
		if c.m.people[a.person].medical {
			c.arcs[sick] = append(c.arcs[sick], a)
		}
	}
	c.list = c.list[:0]
	if room {
		c.arcs[bed] = append(c.arcs[bed], arc{c.hub(pool.prison), none, 0})
	}
	if roomSick {
		c.arcs[sick] = append(c.arcs[sick], arc{bed, none, 0})
	}
}

// offer lists where person i of row l could go on to.
func (c *chains) offer(i, l, pool int32) {
	p := &c.m.people[i]
	here := c.m.alone(i, l) + c.relief(i, l)
	cost := c.m.cost[int(p.kind)*c.m.sites:][:c.m.sites]
	offers := c.g.offers[c.g.group[i]]
	for _, o := range offers[:min(len(offers), c.reach)] {
		if o.pool == pool {
			continue
		}
		v := c.node(p.class, o.pool)
		at := c.best[v]
		if at != none && cost[c.m.pools[o.pool].site]-here >= c.list[at].cost { // others cost less in any case
			continue
		}
		if c.vain[i] && c.banned[[2]int32{i, o.pool}] {
			continue
		}
		a := arc{v, i, c.toPool(i, o.pool) - here}
		if at == none {
			c.best[v] = int32(len(c.list))
			c.list = append(c.list, a)
		} else if a.cost < c.list[at].cost {
			c.list[at] = a
		}
	}
}

// improve turns circles that save cost until hardly any does, or for so many rounds.
func (c *chains) improve(rounds int, stop func() bool) {
	const batch, worth = 64, 2e-6
	before, fresh := c.cost, true
	for n := 1; n <= rounds && !stop(); n++ {
		none := !c.circle()
		if !none && n%batch != 0 {
			continue
		}
		gain := before - c.cost
		before = c.cost
		if gain < worth*math.Abs(c.cost) && (fresh || !none) {
			break
		}
		if fresh = none; none {
			c.all() // groups and nationalities may have changed elsewhere
		}
	}
	c.forget()
}

// circle looks once for circles that seem to save cost and turns those that do; false when there is none.
func (c *chains) circle() bool {
	c.refresh()
	for v := range c.dist {
		c.dist[v], c.from[v] = 0, none
	}
	circles := c.search()
	for _, circle := range circles {
		c.turn(circle)
	}
	return len(circles) > 0
}

// turn carries a circle out when that saves cost.
func (c *chains) turn(circle []arc) {
	mark, before := c.mark(), c.cost
	if c.carry(circle) && c.cost < before-1e-7 {
		return
	}
	c.undo(mark)
	for _, a := range circle {
		if a.person != none {
			c.ban(a.person, a.to/4)
		}
	}
}

func (c *chains) ban(i, pool int32) {
	c.banned[[2]int32{i, pool}], c.vain[i] = true, true
	if c.at[i] != none {
		c.dirty[c.m.rows[c.at[i]].pool] = true
	}
}

// search lowers the distances (Bellman and Ford) until nothing is lower, or circles appear: those are returned.
func (c *chains) search() [][]arc {
	for range c.dist {
		changed := false
		for v, d := range c.dist {
			if math.IsInf(d, 1) {
				continue
			}
			for _, a := range c.arcs[v] {
				if w := d + a.cost; w < c.dist[a.to]-1e-9 {
					c.dist[a.to], c.from[a.to], c.by[a.to] = w, int32(v), a
					changed = true
				}
			}
		}
		if !changed {
			return nil
		}
		if circles := c.circles(); len(circles) > 0 {
			return circles
		}
	}
	return nil
}

// circles follows who came from whom backwards and returns the circles that close.
func (c *chains) circles() [][]arc {
	for v := range c.seen {
		c.seen[v] = none
	}
	var all [][]arc
	for v := range c.seen {
		u := int32(v)
		for u != none && c.seen[u] == none {
			c.seen[u] = int32(v)
			u = c.from[u]
		}
		if u == none || c.seen[u] != int32(v) {
			continue
		}
		var circle []arc
		for w := u; ; {
			circle = append(circle, c.by[w])
			if w = c.from[w]; w == u {
				break
			}
		}
		all = append(all, circle)
	}
	return all
}

// carry moves everybody along a chain, and reports whether all of them found a bed.
func (c *chains) carry(chain []arc) bool {
	for _, a := range chain {
		if a.person != none && c.at[a.person] != none {
			c.take(a.person)
		}
	}
	for _, a := range chain {
		if a.person != none {
			if c.at[a.person] != none || !c.into(a.person, a.to/4) { // nobody moves twice
				c.ban(a.person, a.to/4)
				return false
			}
		}
	}
	return true
}

// into puts a person into the row of a pool where that costs least. A medical place and a bed may be free in two rows: then somebody moves over.
func (c *chains) into(i, pool int32) bool {
	best, at := 0.0, int32(none)
	for _, l := range c.m.pools[pool].rows {
		if c.fits(i, l) {
			if v := c.extra(i, l); at == none || v < best {
				best, at = v, l
			}
		}
	}
	if at == none {
		at = c.shift(i, pool)
	}
	if at != none {
		c.put(i, at)
	}
	return at != none
}

// shift frees a bed in a row that could take person i, by moving one who can go to another row of the pool.
func (c *chains) shift(i, pool int32) int32 {
	rows := c.m.pools[pool].rows
	for _, l := range rows {
		if c.room(l) > 0 || !c.m.admits(i, l) || !c.bears(i, l) {
			continue
		}
		for _, j := range slices.Clone(c.in[l]) {
			if !c.moves(j) {
				continue
			}
			for _, to := range rows {
				if to != l && c.fits(j, to) {
					mark := c.mark()
					c.take(j)
					c.put(j, to)
					if c.fits(i, l) {
						return l
					}
					c.undo(mark)
				}
			}
		}
	}
	return none
}
