package schedule

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// least is the fewest vehicles for a crowd, found by trying every load that a vehicle can have.
func (d crowd) fewest(left []int, known map[[4]int]int) int {
	key := [4]int(left)
	if n, done := known[key]; done {
		return n
	}
	first := slices.IndexFunc(left, func(n int) bool { return n > 0 })
	if first < 0 {
		return 0
	}
	best := 1 << 30
	try := func(b, n, m int) { // n people of the first prison, m of another
		left[first] -= n
		left[b] -= m
		best = min(best, 1+d.fewest(left, known))
		left[first] += n
		left[b] += m
	}
	for n := 1; n <= min(left[first], d.seats); n++ { // some vehicle takes somebody of the first prison
		try(first, n, 0)
		for b := range left {
			if b != first && d.joins(first, b) {
				for m := 1; m <= min(left[b], d.seats-n); m++ {
					try(b, n, m)
				}
			}
		}
	}
	known[key] = best
	return best
}

// TestBound holds the bound, and what is composed, against the best of all divisions.
func TestBound(t *testing.T) {
	t.Parallel()
	above, loose, all := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := crowd{people: make([]int, 4), joint: make([]uint64, 4), seats: rapid.IntRange(1, 5).Draw(t, "seats")}
		for a := range d.people {
			d.people[a] = rapid.IntRange(0, 7).Draw(t, "people")
			for b := range a {
				if rapid.Bool().Draw(t, "joint") {
					d.joint[a] |= 1 << uint(b)
					d.joint[b] |= 1 << uint(a)
				}
			}
		}
		best := d.fewest(slices.Clone(d.people), map[[4]int]int{})
		composed := d.compose()
		if n := d.bound(); n > best {
			t.Errorf("the bound is %d, and %d vehicles do", n, best)
		} else if n < best {
			loose++
		}
		if all++; len(composed) > best {
			above++
		}
		left := slices.Clone(d.people)
		for _, load := range composed {
			sum := 0
			for _, s := range load {
				left[s.prison] -= s.people
				sum += s.people
			}
			if sum > d.seats || len(load) > 2 || len(load) == 2 && !d.joins(load[0].prison, load[1].prison) {
				t.Errorf("a load of %v", load)
			}
		}
		if slices.ContainsFunc(left, func(n int) bool { return n != 0 }) {
			t.Errorf("%v are left", left)
		}
	})
	if above*20 > all {
		t.Errorf("%d of %d take more vehicles than the best division", above, all)
	}
	t.Logf("%d of %d are above the best, the bound is below it in %d", above, all, loose)
}
