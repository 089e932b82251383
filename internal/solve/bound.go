package solve

import "math"

// prices are what is scarce, in one vector: a bed of each pool, the same when convicted people are housed there (for pools of any footing), a medical
// place of each pool, one person more in each prison, and last what it counts to leave somebody.
type prices []float64

// bound computes, for prices, how little a plan can cost: the Lagrangian dual that planning.Proof describes. All rows of a pool have one
// price, which loses nothing, as they are alike.
type bound struct {
	m       *model
	singles []single // people without family, pin and plan in force, counted by class and kind
	loners  []int32  // people without family who are pinned or have a place in force
	units   [][][]int32

	takes     []bool // class × pool
	convicted []bool // per class
	medical   []bool
	sitesOf   [][]int32   // per class
	pool      [][]int32   // per class
	within    [][]int32   // per prison its sites
	nearby    [][][]int32 // per class and prison the pools
	unplaced  int         // people whom the plan leaves that the bound is for

	at       prices    // that best and cheap are about
	cheap    []float64 // class × site: the price of the cheapest pool
	which    []int32   // class × site: that pool
	sum, one []float64 // scratch per prison
}

type single struct {
	class, kind int32
	people      float64
}

func newBound(m *model) *bound {
	b := &bound{
		m: m, takes: make([]bool, m.classes*len(m.pools)), convicted: make([]bool, m.classes), medical: make([]bool, m.classes),
		sitesOf: make([][]int32, m.classes), pool: make([][]int32, m.classes), within: make([][]int32, len(m.prisons)),
		cheap: make([]float64, m.classes*m.sites), which: make([]int32, m.classes*m.sites),
		sum: make([]float64, len(m.prisons)), one: make([]float64, len(m.prisons)),
	}
	for s, pools := range m.siteOf {
		k := m.pools[pools[0]].prison
		b.within[k] = append(b.within[k], int32(s))
	}
	for c := range m.classes {
		for p, pool := range m.pools {
			b.takes[c*len(m.pools)+p] = m.takes[c*len(m.rows)+int(pool.rows[0])]
		}
		for s, pools := range m.siteOf {
			before := len(b.pool[c])
			for _, p := range pools {
				if b.takes[c*len(m.pools)+int(p)] {
					b.pool[c] = append(b.pool[c], p)
				}
			}
			if len(b.pool[c]) > before {
				b.sitesOf[c] = append(b.sitesOf[c], int32(s))
			}
		}
	}
	b.nearby = make([][][]int32, m.classes)
	for c := range b.nearby {
		b.nearby[c] = make([][]int32, len(m.prisons))
		for _, p := range b.pool[c] {
			k := m.pools[p].prison
			b.nearby[c][k] = append(b.nearby[c][k], p)
		}
	}
	number := map[[2]int32]int{}
	for i := range m.people {
		p := &m.people[i]
		b.convicted[p.class], b.medical[p.class] = p.convicted, p.medical
		switch {
		case p.family != none:
		case p.pin != none || p.was != none || m.strict:
			b.loners = append(b.loners, int32(i))
		default:
			key := [2]int32{p.class, p.kind}
			n, known := number[key]
			if !known {
				n = len(b.singles)
				number[key] = n
				b.singles = append(b.singles, single{class: p.class, kind: p.kind})
			}
			b.singles[n].people++
		}
	}
	for _, family := range m.families {
		var units [][]int32
		for _, i := range family {
			if m.people[i].mother == none {
				units = append(units, append([]int32{i}, m.kids[i]...))
			}
		}
		b.units = append(b.units, units)
	}
	return b
}

func (b *bound) beds(p int32) int   { return int(p) }
func (b *bound) mixed(p int32) int  { return len(b.m.pools) + int(p) }
func (b *bound) sick(p int32) int   { return 2*len(b.m.pools) + int(p) }
func (b *bound) prison(k int32) int { return 3*len(b.m.pools) + int(k) }
func (b *bound) left() int          { return 3*len(b.m.pools) + len(b.m.prisons) }
func (b *bound) none() prices       { return make(prices, b.left()+1) }
func (b *bound) bed(c, p int32) int {
	if b.m.pools[p].any && b.convicted[c] {
		return b.mixed(p)
	}
	return b.beds(p)
}

// price is what somebody of a class pays for a place of a pool.
func (b *bound) price(c, p int32) float64 {
	v := b.at[b.bed(c, p)] + b.at[b.prison(b.m.pools[p].prison)]
	if b.medical[c] {
		v += b.at[b.sick(p)]
	}
	return v
}

// book adds what people of a class use of a pool.
func (b *bound) book(use prices, c, p int32, people float64) {
	use[b.bed(c, p)] += people
	use[b.prison(b.m.pools[p].prison)] += people
	if b.medical[c] {
		use[b.sick(p)] += people
	}
}

// value computes the bound that the prices prove, and in use how much more is asked of each thing than there is: the direction in which L rises.
func (b *bound) value(at, use prices) float64 {
	b.at = at
	clear(use)
	b.cheapest()
	sum := b.ofSingles(use)
	for _, i := range b.loners {
		v, p := b.offer(i, none)
		sum += b.accept(use, i, v, p)
	}
	for f := range b.units {
		sum += b.ofFamily(use, f)
	}
	use[b.left()] -= float64(b.unplaced)
	return sum + b.ofBeds(use) + b.ofPrisons(use) - at[b.left()]*float64(b.unplaced)
}

// cheapest finds for each class the cheapest pool of each site.
func (b *bound) cheapest() {
	for c := range int32(b.m.classes) {
		cheap, which := b.cheap[int(c)*b.m.sites:][:b.m.sites], b.which[int(c)*b.m.sites:][:b.m.sites]
		for s := range cheap {
			cheap[s], which[s] = math.Inf(1), none
		}
		for _, p := range b.pool[c] {
			s := b.m.pools[p].site
			if v := b.price(c, p); v < cheap[s] {
				cheap[s], which[s] = v, p
			}
		}
	}
}

func (b *bound) ofSingles(use prices) float64 {
	left := b.at[b.left()]
	var sum float64
	for _, g := range b.singles {
		cost, cheap := b.m.cost[int(g.kind)*b.m.sites:][:b.m.sites], b.cheap[int(g.class)*b.m.sites:][:b.m.sites]
		best, at := left, int32(none)
		for _, s := range b.sitesOf[g.class] {
			if v := cost[s] + cheap[s]; v < best {
				best, at = v, s
			}
		}
		sum += g.people * best
		if at == none {
			use[b.left()] += g.people
		} else {
			b.book(use, g.class, b.which[int(g.class)*b.m.sites+int(at)], g.people)
		}
	}
	return sum
}

// offer is the cheapest pool for a person on his own, in one prison or in all, with its price; none when no pool takes him.
func (b *bound) offer(i, prison int32) (float64, int32) {
	p := &b.m.people[i]
	best, at := math.Inf(1), int32(none)
	if p.pin != none {
		if r := &b.m.rows[p.pin]; b.m.admits(i, p.pin) && (prison == none || prison == r.prison) {
			return b.m.alone(i, p.pin) + b.price(p.class, r.pool), r.pool
		}
		return best, at
	}
	sites := b.sitesOf[p.class]
	if prison != none {
		sites = b.within[prison]
	}
	cost, cheap := b.m.cost[int(p.kind)*b.m.sites:][:b.m.sites], b.cheap[int(p.class)*b.m.sites:][:b.m.sites]
	for _, s := range sites {
		if v := cost[s] + cheap[s]; v < best {
			best, at = v, b.which[int(p.class)*b.m.sites+int(s)]
		}
	}
	if p.was == none && b.m.strict {
		best += b.m.move
	}
	if p.was != none {
		best += b.m.move
	}
	if p.was >= 0 {
		if r := &b.m.rows[p.was]; prison == none || prison == r.prison {
			if v := b.m.alone(i, p.was) + b.price(p.class, r.pool); v < best {
				best, at = v, r.pool
			}
		}
	}
	return best, at
}

// accept takes an offer for a person, or leaves him where that is cheaper.
func (b *bound) accept(use prices, i int32, v float64, p int32) float64 {
	if left := b.at[b.left()]; left <= v {
		use[b.left()]++
		return left
	}
	b.book(use, b.m.people[i].class, p, 1)
	return v
}

// ofFamily is the cheapest prison for a family.
func (b *bound) ofFamily(use prices, f int) float64 {
	best, at := b.at[b.left()]*float64(len(b.m.families[f])), int32(none)
	for k, sum := range b.inPrisons(f) {
		if sum < best {
			best, at = sum, int32(k)
		}
	}
	if at == none {
		use[b.left()] += float64(len(b.m.families[f]))
		return best
	}
	for _, u := range b.units[f] {
		if len(u) == 1 {
			v, p := b.offer(u[0], at)
			b.accept(use, u[0], v, p)
			continue
		}
		_, p := b.ofMother(u, at)
		for n, i := range u {
			v := math.Inf(1)
			if p != none {
				v = b.inPool(i, p)
				if n == 0 { // she goes there even where it would be cheaper to leave her alone
					b.book(use, b.m.people[i].class, p, 1)
					continue
				}
			}
			b.accept(use, i, v, p)
		}
	}
	return best
}

// inPrisons is what a family costs in each prison.
func (b *bound) inPrisons(f int) []float64 {
	left := b.at[b.left()]
	clear(b.sum)
	for _, u := range b.units[f] {
		p := &b.m.people[u[0]]
		switch {
		case len(u) > 1:
			for k := range b.sum {
				v, _ := b.ofMother(u, int32(k))
				b.sum[k] += v
			}
		case p.pin != none || p.was != none || b.m.strict:
			for k := range b.sum {
				v, _ := b.offer(u[0], int32(k))
				b.sum[k] += min(v, left)
			}
		default: // the same as offer, for all prisons at once
			for k := range b.one {
				b.one[k] = left
			}
			cost, cheap := b.m.cost[int(p.kind)*b.m.sites:][:b.m.sites], b.cheap[int(p.class)*b.m.sites:][:b.m.sites]
			for _, s := range b.sitesOf[p.class] {
				k := b.m.pools[b.m.siteOf[s][0]].prison
				b.one[k] = min(b.one[k], cost[s]+cheap[s])
			}
			for k, v := range b.one {
				b.sum[k] += v
			}
		}
	}
	return b.sum
}

// ofMother is the cheapest pool of a prison for a mother and her children; none when leaving them all is cheaper.
func (b *bound) ofMother(u []int32, prison int32) (float64, int32) {
	left := b.at[b.left()]
	best, at := left*float64(len(u)), int32(none)
	for _, p := range b.nearby[b.m.people[u[0]].class][prison] {
		sum := b.inPool(u[0], p)
		for _, kid := range u[1:] {
			sum += min(left, b.inPool(kid, p))
		}
		if sum < best {
			best, at = sum, p
		}
	}
	return best, at
}

// inPool is what a person pays in a pool, infinite when it does not take him. Nobody who may stay in the pool counts as moved.
func (b *bound) inPool(i, p int32) float64 {
	who := &b.m.people[i]
	if !b.takes[int(who.class)*len(b.m.pools)+int(p)] || who.pin != none && b.m.rows[who.pin].pool != p {
		return math.Inf(1)
	}
	v := b.m.cost[int(who.kind)*b.m.sites+int(b.m.pools[p].site)] + b.price(who.class, p)
	if b.m.moved(i, p) {
		v += b.m.move
	}
	return v
}

func (b *bound) ofBeds(use prices) float64 {
	var sum float64
	for n := range b.m.pools {
		p, pool := int32(n), &b.m.pools[n]
		bed, mixed := b.at[b.beds(p)], 0.0
		part := 1.0 // of the beds for those who are not convicted
		if pool.any {
			mixed = b.at[b.mixed(p)]
			if mixed > bed {
				part = 0
			} else if mixed == bed {
				wants, wantsMixed := use[b.beds(p)], use[b.mixed(p)]
				part = min(wants/max(wants+wantsMixed, 1), 1)
			}
		}
		sum -= pool.free*max(bed, mixed) + pool.medical*b.at[b.sick(p)]
		use[b.beds(p)] -= part * pool.free
		use[b.mixed(p)] -= (1 - part) * pool.free
		use[b.sick(p)] -= pool.medical
	}
	return sum
}

// ofPrisons is for each prison the number of people at which balance costs least, the price per person considered.
func (b *bound) ofPrisons(use prices) float64 {
	var sum float64
	for k, steps := range b.m.density {
		price := b.at[b.prison(int32(k))]
		n := 0
		for lo, hi := 0, len(steps); lo < hi; n = lo { // steps rise
			if mid := (lo + hi) / 2; steps[mid] < price {
				lo = mid + 1
			} else {
				hi = mid
			}
			n = lo
		}
		sum += b.m.q.Unbalance(b.m.prisons[k], b.m.limits[k], n) - price*float64(n)
		use[b.prison(int32(k))] -= float64(n)
	}
	return sum
}
