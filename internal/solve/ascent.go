package solve

import (
	"math"
	"slices"

	"amana/internal/planning"
)

// ascent raises the bound: the volume algorithm of Barahona and Anbil (2000), with each direction scaled by how much there is of each
// thing, so that prices of small and large pools move alike.
type ascent struct {
	b     *bound
	best  prices
	value float64
	mean  prices // what is asked more than there is, averaged over the last steps
	scale prices
	use   prices
	next  prices
	theta float64
	alpha float64
	stale int
	steps int
}

func newAscent(b *bound) *ascent {
	a := &ascent{b: b, best: b.none(), mean: b.none(), scale: b.none(), use: b.none(), next: b.none(), theta: 1, alpha: 0.1}
	for n := range b.m.pools {
		p, pool := int32(n), &b.m.pools[n]
		a.scale[b.beds(p)] = 1 / max(pool.free, 1)
		if pool.any {
			a.scale[b.mixed(p)] = 1 / max(pool.free, 1)
		}
		a.scale[b.sick(p)] = 1 / max(pool.medical, 1)
	}
	for k, steps := range b.m.density {
		a.scale[b.prison(int32(k))] = 1 / float64(max(len(steps), 1))
	}
	a.scale[b.left()] = 1
	a.best[b.left()] = 2*b.m.dearest + b.m.move + float64(len(planning.Steps))*b.m.q.Policy.Density + 1
	a.aim(0)
	return a
}

// aim asks for the bound of plans that leave so many people, and lets steps be longer again.
func (a *ascent) aim(unplaced int) {
	a.b.unplaced, a.theta, a.stale = unplaced, max(a.theta, 0.1), 0
	a.scale[a.b.left()] = 1 / float64(max(unplaced, 1))
	a.value = a.b.value(a.best, a.mean)
}

// run climbs for so many steps, or until steps have become short in vain, or stop says so.
func (a *ascent) run(steps int, target float64, stop func() bool) {
	const vain = 120
	for n := range steps {
		a.climb(target)
		if a.stale >= vain && a.theta <= shortest || n%16 == 0 && stop() {
			return
		}
	}
}

// shortest is how short steps become, as a part of what the target asks.
const shortest = 1e-3

// proof writes out the bound, a little less than computed so that rounding never makes it too high, and what proves it.
func (a *ascent) proof() (float64, planning.Proof) {
	b := a.b
	p := planning.Proof{Left: a.best[b.left()], Prison: slices.Clone(a.best[b.prison(0):b.left()])}
	for _, r := range b.m.rows {
		p.Beds = append(p.Beds, a.best[b.beds(r.pool)])
		p.Medical = append(p.Medical, a.best[b.sick(r.pool)])
		p.Mixed = append(p.Mixed, a.best[b.mixed(r.pool)])
	}
	for i := range b.m.people { // nobody stays where no bed is: such a bed may have any price, as there are none
		if l := b.m.q.Was(i); l != planning.Nowhere && b.m.rows[l].free == 0 {
			p.Beds[l], p.Mixed[l] = p.Left, p.Left
		}
	}
	return max(a.value-1e-9*(math.Abs(a.value)+p.Left*float64(len(b.m.people))+1), 0), p
}

// climb takes one step towards target, a cost that some plan has, and reports whether the bound rose.
func (a *ascent) climb(target float64) bool {
	a.steps++
	var norm float64
	for j, g := range a.mean {
		if g < 0 && a.best[j] == 0 {
			continue
		}
		norm += g * g * a.scale[j]
	}
	if norm == 0 {
		return false
	}
	step := a.theta * max(target-a.value, 1e-4*math.Abs(a.value)) / norm
	for j, g := range a.mean {
		a.next[j] = a.best[j] + step*a.scale[j]*g
		if a.next[j] < 0 {
			a.next[j] = 0
		}
	}
	v := a.b.value(a.next, a.use)
	var along, bothways, here, there float64
	for j, g := range a.use {
		along += g * a.mean[j] * a.scale[j]
		d := g - a.mean[j]
		bothways += d * d * a.scale[j]
		here += a.mean[j] * d * a.scale[j]
		there += g * g * a.scale[j]
	}
	alpha := a.alpha
	if bothways > 0 {
		alpha = min(max(-here/bothways, a.alpha/10), a.alpha)
	}
	for j, g := range a.use {
		a.mean[j] += alpha * (g - a.mean[j])
	}
	rose := v > a.value
	if rose {
		a.value = v
		copy(a.best, a.next)
		a.stale = 0
		if along > 0 {
			a.theta = min(a.theta*1.1, 2)
		}
	} else if a.stale++; a.stale%20 == 0 {
		a.theta = max(a.theta*0.66, shortest)
	}
	return rose
}
