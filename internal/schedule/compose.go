package schedule

import (
	"math/bits"
	"math/rand/v2"
	"slices"
)

// share is how many seats of a vehicle are meant for the people of a prison.
type share struct{ prison, people int }

// crowd is how many people of one source and kind go to each prison of a route, and which two prisons may share a vehicle.
type crowd struct {
	people []int // per prison
	joint  []uint64
	seats  int
}

// joins reports whether one vehicle may serve both prisons.
func (d crowd) joins(a, b int) bool { return d.joint[a]>>uint(b)&1 == 1 }

// parts is how many vehicles stop at a prison at least.
func (d crowd) parts(a int) int { return (d.people[a] + d.seats - 1) / d.seats }

// tries is how many ways of joining are tried while the bound is not reached.
const tries = 500

// compose divides a crowd over few vehicles. Prison by prison, full vehicles go there alone; the rest is filled up with people of another prison that may be
// joined, which may so be divided. First the smallest rests are joined with the largest; while that is more than the bound, prisons and partners are drawn.
func (d crowd) compose() [][]share {
	rest := make([]int, len(d.people))
	for a, n := range d.people {
		rest[a] = n % d.seats
	}
	least := d.bound()
	best := d.join(func(a, b int) bool { return rest[a] < rest[b] }, func(left []int, a, b int) bool { return left[a]%d.seats > left[b]%d.seats })
	random := rand.New(rand.NewPCG(uint64(len(rest)), uint64(d.seats)))
	for try := 0; try < tries && len(best) > least; try++ {
		order, partner := random.Perm(len(rest)), random.Perm(len(rest))
		other := d.join(func(a, b int) bool { return order[a] < order[b] }, func(_ []int, a, b int) bool { return partner[a] < partner[b] })
		if len(other) < len(best) {
			best = other
		}
	}
	return best
}

// join goes through the prisons in an order, and fills each rest up with people of the partner that is preferred.
func (d crowd) join(before func(a, b int) bool, prefer func(left []int, a, b int) bool) [][]share {
	var all [][]share
	left := slices.Clone(d.people)
	for {
		first, with := -1, -1
		for a, n := range left {
			if n > 0 && (first < 0 || before(a, first)) {
				first = a
			}
		}
		if first < 0 {
			return all
		}
		for ; left[first] >= d.seats; left[first] -= d.seats {
			all = append(all, []share{{first, d.seats}})
		}
		if left[first] == 0 {
			continue
		}
		for b, n := range left {
			if b != first && n > 0 && d.joins(first, b) && (with < 0 || prefer(left, b, with)) {
				with = b
			}
		}
		load := []share{{first, left[first]}}
		if with >= 0 {
			n := min(d.seats-left[first], left[with])
			load = append(load, share{with, n})
			left[with] -= n
		}
		left[first] = 0
		all = append(all, load)
	}
}

// exact is up to how many prisons that are joined with each other the bound looks at every set of them.
const exact = 14

// bound is a number of vehicles that no division goes below. Take any set of prisons, and leave the people of the others out: no
// vehicle serves two prisons between which no way of joint ones leads inside the set, so its parts add up. Within a part, all people need seats, and as a vehicle
// stops twice at most, it takes care of no more than two of the stops that are needed, of which each prison needs one per full vehicle.
func (d crowd) bound() int {
	var all uint64
	for a, n := range d.people {
		if n > 0 {
			all |= 1 << uint(a)
		}
	}
	sum := 0
	for all != 0 {
		part := d.part(all, all&-all)
		all &^= part
		most := d.least(part)
		if bits.OnesCount64(part) <= exact {
			for set := (part - 1) & part; set != 0; set = (set - 1) & part {
				most = max(most, d.least(set))
			}
		}
		sum += most
	}
	return sum
}

// part is what of a set can be reached from some of it over joint prisons.
func (d crowd) part(set, from uint64) uint64 {
	for grown := from; ; from = grown {
		for s := from; s != 0; s &= s - 1 {
			grown |= d.joint[bits.TrailingZeros64(s)] & set
		}
		if grown == from {
			return from
		}
	}
}

// least is the bound of one set: over its parts, what seats and stops need.
func (d crowd) least(set uint64) int {
	sum := 0
	for set != 0 {
		part := d.part(set, set&-set)
		set &^= part
		people, stops := 0, 0
		for s := part; s != 0; s &= s - 1 {
			a := bits.TrailingZeros64(s)
			people += d.people[a]
			stops += d.parts(a)
		}
		seats := (people + d.seats - 1) / d.seats
		if part&(part-1) != 0 { // one prison needs its stops, and no vehicle serves another
			stops = (stops + 1) / 2
		}
		sum += max(seats, stops)
	}
	return sum
}
