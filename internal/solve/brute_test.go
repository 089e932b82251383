package solve

import (
	"math"

	"amana/internal/planning"
)

// violations counts the hard rules that a plan breaks, straight from their text and sharing nothing with the solver but Excluded.
func violations(q *planning.Problem, places []int) int {
	n := 0
	mothers := q.Mothers()
	taken, sick, conv := make([]int, len(q.Places)), make([]int, len(q.Places)), make([]int, len(q.Places))
	for i, l := range places {
		if mothers[i] != planning.Nowhere && places[mothers[i]] != l { // also when one has a place and the other has none
			n++
		}
		if l == planning.Nowhere {
			continue
		}
		if q.Excluded(i, l, mothers[i]) != 0 {
			n++
		}
		legal := q.People[i].Legal
		if mothers[i] != planning.Nowhere {
			legal = q.People[mothers[i]].Legal
		}
		taken[l]++
		if q.People[i].Medical {
			sick[l]++
		}
		if legal == planning.Convicted {
			conv[l]++
		}
	}
	for l, p := range q.Places {
		if taken[l] > p.Free() || sick[l] > p.Medical {
			n++
		}
		if p.Legal == planning.AnyLegal && conv[l] > 0 && conv[l] < taken[l] {
			n++
		}
	}
	for _, family := range q.Families() {
		home := ""
		for _, i := range family {
			if places[i] == planning.Nowhere {
				continue
			}
			if k := q.Places[places[i]].Prison; home == "" {
				home = k
			} else if k != home {
				n++
			}
		}
	}
	for _, a := range q.Apart {
		if places[a.A] == planning.Nowhere || places[a.B] == planning.Nowhere {
			continue
		}
		x, y := &q.Places[places[a.A]], &q.Places[places[a.B]]
		switch {
		case a.Scope == planning.ApartPrison && x.Prison == y.Prison,
			a.Scope == planning.ApartBlock && x.Prison == y.Prison && x.Block == y.Block,
			places[a.A] == places[a.B]:
			n++
		}
	}
	return n
}

// cost is what a plan costs, straight from the policy.
func cost(q *planning.Problem, places []int) float64 {
	courts := q.Courts()
	prisons, prison := q.Prisons()
	blocks, block := q.Blocks()
	planned := make([]int, len(prisons))
	type crowd struct {
		block int
		of    string
	}
	groups, nations := map[crowd]int{}, map[crowd]int{}
	var sum float64
	for i, l := range places {
		if l == planning.Nowhere {
			continue
		}
		sum += q.Cost(i, l, courts)
		planned[prison[l]]++
		if g := q.People[i].Group; g != "" {
			groups[crowd{block[l], g}]++
		}
		if n := q.People[i].Nationality; planning.Consular(n) {
			nations[crowd{block[l], n}]++
		}
	}
	for k, p := range prisons {
		sum += q.Unbalance(p, p.Limits(q.Even()), planned[k])
	}
	for c, n := range groups {
		sum += q.Policy.Group * float64(max(n-blocks[c.block].Limit(q.Policy.GroupShare), 0))
	}
	for c, n := range nations {
		sum += q.Policy.Nationality * float64(max(n-blocks[c.block].Limit(q.Policy.NationalityShare), 0))
	}
	return sum
}

// brute goes through all plans of a small problem: the least number of people left, the least cost among these, and the least number of changes
// among these.
func brute(q *planning.Problem) (left int, best float64, changes int) {
	places := make([]int, len(q.People))
	for i := range places {
		places[i] = planning.Nowhere
	}
	left, best = math.MaxInt, math.Inf(1)
	mothers := q.Mothers()
	var try func(i, without int)
	try = func(i, without int) {
		if without > left {
			return
		}
		if i == len(places) {
			if violations(q, places) > 0 {
				return
			}
			c, moved := cost(q, places), 0
			for j, l := range places {
				if was := q.Was(j); was != planning.Nowhere && was != l {
					moved++
				}
			}
			if without < left {
				left, best, changes = without, c, moved
			}
			best, changes = min(best, c), min(changes, moved)
			return
		}
		for l := range q.Places {
			if q.Excluded(i, l, mothers[i]) == 0 {
				places[i] = l
				try(i+1, without)
			}
		}
		places[i] = planning.Nowhere
		try(i+1, without+1)
	}
	try(0, 0)
	return left, best, changes
}

// recompute is the bound that a proof proves, word for word as planning.Proof says it.
func recompute(q *planning.Problem, p planning.Proof, left int) float64 {
	courts, mothers := q.Courts(), q.Mothers()
	prisons, prison := q.Prisons()
	pays := func(i, l int) float64 {
		if q.Excluded(i, l, mothers[i]) != 0 {
			return math.Inf(1)
		}
		legal := q.People[i].Legal
		if mothers[i] != planning.Nowhere {
			legal = q.People[mothers[i]].Legal
		}
		v := q.Cost(i, l, courts) + p.Prison[prison[l]]
		if q.Places[l].Legal == planning.AnyLegal && legal == planning.Convicted {
			v += p.Mixed[l]
		} else {
			v += p.Beds[l]
		}
		if q.People[i].Medical {
			v += p.Medical[l]
		}
		return v
	}
	unit := func(i, k int) float64 { // with the children, in prison k, or anywhere when k is negative
		of := []int{i}
		for kid, mother := range mothers {
			if mother == i {
				of = append(of, kid)
			}
		}
		best := p.Left * float64(len(of))
		for l := range q.Places {
			if k >= 0 && prison[l] != k {
				continue
			}
			v := pays(i, l)
			for _, kid := range of[1:] {
				v += min(pays(kid, l), p.Left)
			}
			best = min(best, v)
		}
		return best
	}
	sum, related := -p.Left*float64(left), make([]bool, len(q.People))
	for _, family := range q.Families() {
		best := p.Left * float64(len(family))
		for k := range prisons {
			var v float64
			for _, i := range family {
				related[i] = true
				if mothers[i] == planning.Nowhere {
					v += unit(i, k)
				}
			}
			best = min(best, v)
		}
		for _, i := range family {
			related[i] = true
		}
		sum += best
	}
	for i := range q.People {
		if !related[i] {
			sum += unit(i, -1)
		}
	}
	free := make([]int, len(prisons))
	for l, where := range q.Places {
		bed := p.Beds[l]
		if where.Legal == planning.AnyLegal {
			bed = max(bed, p.Mixed[l])
		}
		sum -= bed*float64(where.Free()) + p.Medical[l]*float64(min(where.Medical, where.Free()))
		free[prison[l]] += where.Free()
	}
	for k, of := range prisons {
		best := 0.0
		for n := range free[k] + 1 {
			best = min(best, q.Unbalance(of, of.Limits(q.Even()), n)-p.Prison[k]*float64(n))
		}
		sum += best
	}
	return sum
}
