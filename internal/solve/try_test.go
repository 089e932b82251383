package solve

import (
	"fmt"
	"testing"
	"time"

	"amana/internal/demand"
)

func TestTry(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		q := demand.Week(seed, demand.Week7000())
		t0 := time.Now()
		m := newModel(&q)
		fmt.Println("model", time.Since(t0), m.classes, m.kinds, m.sites, len(m.pools), len(m.rows), m.groups, m.nations)
		t0 = time.Now()
		g := Greedy(&q)
		fmt.Println("greedy", g.Objective, g.Unplaced(), time.Since(t0))
		b := newBound(m)
		a := newAscent(b)
		t0 = time.Now()
		for n := range 10000 {
			a.climb(g.Objective)
			if n%1000 == 999 {
				fmt.Println(n, a.value, a.theta, a.alpha, time.Since(t0))
			}
		}
		t0 = time.Now()
		gd := newGuide(b, a.best)
		s := newState(m)
		gd.build(s)
		fmt.Println("built", s.cost, s.left, time.Since(t0), m.total(s.at), (s.cost-a.value)/a.value)
		t0 = time.Now()
		for _, hot := range []float64{0.5} {
			s2 := newState(m)
			s2.load(s.at)
			x := newSearch(s2, gd, 1)
			for range 3 {
				x.cool(hot, 0.02, 3000000, func() bool { return false })
				gapParts(b, a.best, x.state)
				fmt.Println("cool", hot, x.best.cost, x.best.left, time.Since(t0), (x.best.cost-a.value)/a.value, m.total(x.at)-x.cost)
			}
		}
	}
}

func gapParts(b *bound, at prices, s *state) {
	b.at = at
	use := b.none()
	b.value(at, use)
	var conc, single, fam float64
	for bl := range b.m.blocks {
		for g := range b.m.groups {
			conc += b.m.q.Policy.Group * float64(max(0, s.group[bl*b.m.groups+g]-b.m.groupAt[bl]))
		}
		for g := range b.m.nations {
			conc += b.m.q.Policy.Nationality * float64(max(0, s.nation[bl*b.m.nations+g]-b.m.nationAt[bl]))
		}
	}
	rc := func(i int32) float64 {
		return b.m.alone(i, s.at[i]) + b.price(b.m.people[i].class, b.m.rows[s.at[i]].pool)
	}
	var medS float64
	for i := range s.at {
		if s.at[i] == none || b.m.people[i].family != none {
			continue
		}
		v, _ := b.offer(int32(i), none)
		d := rc(int32(i)) - v
		if b.m.people[i].medical {
			medS += d
		}
		single += d
	}
	for f := range b.units {
		u2 := b.none()
		v := b.ofFamily(u2, f)
		for _, i := range b.m.families[f] {
			if s.at[i] != none {
				v -= rc(i)
			}
		}
		fam -= v
	}
	var beds, anyb, med, pris float64
	for p, pool := range b.m.pools {
		us, um, umed := 0.0, 0.0, 0.0
		for _, l := range pool.rows {
			umed += float64(s.med[l])
			if pool.any && s.conv[l] > 0 {
				um += float64(len(s.in[l]))
			} else {
				us += float64(len(s.in[l]))
			}
		}
		q := int32(p)
		w := pool.free*max(at[b.beds(q)], map[bool]float64{true: at[b.mixed(q)]}[pool.any]) - us*at[b.beds(q)]
		if pool.any {
			w -= um * at[b.mixed(q)]
			anyb += w
		} else {
			beds += w
		}
		med += (pool.medical - umed) * at[b.sick(q)]
	}
	for k := range b.m.density {
		u3 := b.none()
		_ = u3
		n := int(s.prison[k])
		pr := at[b.prison(int32(k))]
		best := 1e18
		for j := range len(b.m.density[k]) + 1 {
			best = min(best, b.m.q.Unbalance(b.m.prisons[k], b.m.limits[k], j)-pr*float64(j))
		}
		pris += b.m.q.Unbalance(b.m.prisons[k], b.m.limits[k], n) - pr*float64(n) - best
	}
	fmt.Printf("gap parts: conc %.1f single %.1f (med %.1f) fam %.1f beds %.1f any %.1f med %.1f prison %.1f\n", conc, single, medS, fam, beds, anyb, med, pris)
}
