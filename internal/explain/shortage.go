package explain

import (
	"slices"

	"amana/internal/planning"
)

// network is a plan as a flow: people flow to the places that take them, whoever else is there, and through a place's medical places when
// they need one. Pairs, families, mothers and mixed places are not in it, so whom the flow leaves out is left out by every plan.
type network struct {
	b     *board
	kinds []rep   // kinds of people who are alike in what takes them
	kind  []int   // per person
	hold  [][]int // place × kind: how many are there
	used  []int   // per place
	med   []int   // per place
	fixed bool    // a place for any footing keeps the footing that it has in the plan
}

// rep is one of those who are alike.
type rep struct {
	class     int
	medical   bool
	convicted bool
}

func newNetwork(b *board, fixed bool) *network {
	n := &network{b: b, fixed: fixed, hold: make([][]int, len(b.q.Places)), used: make([]int, len(b.q.Places)), med: make([]int, len(b.q.Places))}
	known := map[rep]int{}
	for i := range b.q.People {
		r := rep{b.class[i], b.q.People[i].Medical, b.convicted[i]}
		at, ok := known[r]
		if !ok {
			at = len(n.kinds)
			known[r] = at
			n.kinds = append(n.kinds, r)
		}
		n.kind = append(n.kind, at)
	}
	for l := range n.hold {
		n.hold[l] = make([]int, len(n.kinds))
	}
	for i, l := range b.at {
		if l != planning.Nowhere {
			n.move(n.kind[i], l, 1)
		}
	}
	return n
}

func (n *network) move(t, l, by int) {
	n.hold[l][t] += by
	n.used[l] += by
	if n.kinds[t].medical {
		n.med[l] += by
	}
}

// keeps tells which rules keep a kind out of a place that is not full.
func (n *network) keeps(t, l int) rules {
	r := n.b.excluded[n.kinds[t].class][l]
	if n.fixed && n.b.q.Places[l].Legal == planning.AnyLegal {
		if convicted := n.kinds[t].convicted; convicted && n.b.held[l] < len(n.b.in[l]) || !convicted && n.b.held[l] > 0 {
			r |= byMixed
		}
	}
	return r
}

// reach is what can be reached from a kind of people by moving others: kinds, beds of places, and medical places.
type reach struct {
	kinds, beds, medical []bool
	end                  int // a place with a free bed that the kind gets to, or Nowhere
	from                 []int
	via                  []int // per place and way in (2l a bed, 2l+1 a medical place) the kind that came there
}

// search walks from a kind over everybody who could make room.
func (n *network) search(start int) reach {
	places := n.b.q.Places
	r := reach{
		kinds: make([]bool, len(n.kinds)), beds: make([]bool, len(places)), medical: make([]bool, len(places)), end: planning.Nowhere,
		from: make([]int, len(n.kinds)), via: make([]int, 2*len(places)),
	}
	r.kinds[start], r.from[start] = true, none
	queue := []int{start}
	open := func(l, node int) { // everybody there who is not reached yet
		for t, held := range n.hold[l] {
			if held > 0 && !r.kinds[t] && (node == 2*l || n.kinds[t].medical) {
				r.kinds[t], r.from[t] = true, node
				queue = append(queue, t)
			}
		}
	}
	for len(queue) > 0 {
		t := queue[0]
		queue = queue[1:]
		for l := range places {
			if n.keeps(t, l) != 0 || r.beds[l] || n.kinds[t].medical && r.medical[l] {
				continue
			}
			if n.kinds[t].medical && places[l].Medical < places[l].Free() { // else its beds are fewer
				r.medical[l], r.via[2*l+1] = true, t
				if n.med[l] >= places[l].Medical {
					open(l, 2*l+1)
					continue
				}
			}
			r.beds[l], r.via[2*l] = true, t
			if n.used[l] < places[l].Free() {
				r.end = l
				return r
			}
			open(l, 2*l)
		}
	}
	return r
}

// augment moves people along what was reached, so that one of the kind gets a place.
func (n *network) augment(r reach) {
	for node := 2 * r.end; node != none; {
		t := r.via[node]
		n.move(t, node/2, 1)
		if node = r.from[t]; node != none {
			n.move(t, node/2, -1)
		}
	}
}

// split tells which of those left no plan could place, whoever else is there, by what they reach, and who are left for other reasons.
func (n *network) split(left []int) (short map[int]reach, byKind map[int][]int, others []int) {
	short, byKind = map[int]reach{}, map[int][]int{}
	for _, i := range left {
		t := n.kind[i]
		if _, known := short[t]; !known {
			r := n.search(t)
			if r.end != planning.Nowhere {
				n.augment(r)
				others = append(others, i)
				continue
			}
			short[t] = r
		}
		byKind[t] = append(byKind[t], i)
	}
	return short, byKind, others
}

// shortages turn what was reached into conflicts: one for each set of places that is too small, the smaller ones first. Who is left in a set
// counts to the smallest one only.
func (n *network) shortages(short map[int]reach, byKind map[int][]int) []planning.Conflict {
	var all []planning.Conflict
	for t := range n.kinds { // in order, not as the map has it
		r, is := short[t]
		if !is {
			continue
		}
		c := n.witness(r)
		if at := slices.IndexFunc(all, func(o planning.Conflict) bool { return slices.Equal(o.People, c.People) }); at >= 0 {
			all[at].Left = append(all[at].Left, byKind[t]...)
			continue
		}
		c.Left = slices.Clone(byKind[t])
		all = append(all, c)
	}
	for i := range all {
		slices.Sort(all[i].Left)
	}
	slices.SortStableFunc(all, func(a, b planning.Conflict) int { return len(a.People) - len(b.People) })
	return all
}

// witness tells who competes for what was reached, how much room there is, and by which rules they cannot go elsewhere.
func (n *network) witness(r reach) planning.Conflict {
	var c planning.Conflict
	for i, t := range n.kind {
		if r.kinds[t] {
			c.People = append(c.People, i)
		}
	}
	closed := map[rules]bool{}
	for l := range n.b.q.Places {
		p := &n.b.q.Places[l]
		switch {
		case r.beds[l]:
			c.Places, c.Room = append(c.Places, l), c.Room+p.Free()
			by := byCapacity
			if p.Medical == p.Free() && !n.well(r, l) { // as few of the one as of the other
				by |= byMedical
			}
			closed[by] = true
		case r.medical[l]:
			c.Places, c.Room = append(c.Places, l), c.Room+p.Medical
			closed[byMedical] = true
		}
	}
	for l := range n.b.q.Places {
		for t, reached := range r.kinds {
			if !reached || r.beds[l] || r.medical[l] && n.kinds[t].medical {
				continue
			}
			by := n.keeps(t, l)
			if n.b.q.Places[l].Free() == 0 {
				by |= byCapacity
			}
			closed[by] = true
		}
	}
	c.Rules = hit(closed).list()
	return c
}

// well reports whether somebody who was reached could be in a place without a medical place.
func (n *network) well(r reach, l int) bool {
	for t, reached := range r.kinds {
		if reached && !n.kinds[t].medical && n.keeps(t, l) == 0 {
			return true
		}
	}
	return false
}
