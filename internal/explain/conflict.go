package explain

import (
	"cmp"
	"context"
	"slices"

	"amana/internal/planning"
)

// Conflicts explains why people are left without a place: for each of them, in exactly one conflict, people and rules that cannot all
// have their way, with no rule that could be dropped without room for one more. People whom no place takes come first (Places is empty), then
// places that are too few for those who can be nowhere else, by a minimal cut of the flow of people to places, then knots of pairs, families,
// mothers, mixed places and pins, by their smallest core. A knot that binds too many to be untied is Unproven.
// When ctx is done, so are the rest.
func Conflicts(ctx context.Context, q *planning.Problem, p planning.Plan) []planning.Conflict {
	var left []int
	for i, l := range p.Places {
		if l == planning.Nowhere {
			left = append(left, i)
		}
	}
	if len(left) == 0 {
		return nil
	}
	b := lay(q, p.Places)
	slices.SortStableFunc(left, func(i, j int) int { // who is most bound is most likely not left for lack of places
		return cmp.Or(cmp.Compare(b2i(b.mothers[i] != planning.Nowhere), b2i(b.mothers[j] != planning.Nowhere)), -cmp.Compare(b.bound(i), b.bound(j)))
	})
	n := newNetwork(b, false)
	short, byKind, others := n.split(left)
	all := alone(n.shortages(short, byKind))
	var knots []planning.Conflict
	var wide []int
	for n, unit := range b.leftUnits(left, others) {
		if n < knotted && ctx.Err() == nil && slices.Contains(others, b.head(unit[0])) {
			if c, found := b.knot(unit); found {
				knots = append(knots, c)
				all = without(all, unit)
				continue
			}
		}
		wide = append(wide, unit...)
	}
	all, wide = b.withFamily(all, wide)
	return slices.Concat(all, knots, b.wide(wide))
}

// knotted bounds for how many a knot is looked for: where it is more, the plan has not placed all who can be.
const knotted = 256

// leftUnits are who is left together: a mother and her small children, of whom one at least is among others.
func (b *board) leftUnits(left, others []int) [][]int {
	var all [][]int
	at := map[int]int{}
	for _, i := range others {
		if _, known := at[b.head(i)]; !known {
			at[b.head(i)] = len(all)
			all = append(all, nil)
		}
	}
	for _, i := range left {
		if n, known := at[b.head(i)]; known {
			all[n] = append(all[n], i)
		}
	}
	return all
}

// without takes those who are explained otherwise out of conflicts.
func without(all []planning.Conflict, unit []int) []planning.Conflict {
	for n := range all {
		all[n].Left = slices.DeleteFunc(all[n].Left, func(i int) bool { return slices.Contains(unit, i) })
	}
	return slices.DeleteFunc(all, func(c planning.Conflict) bool { return len(c.Left) == 0 })
}

// alone makes one conflict of people whom no place takes for the same rules.
func alone(all []planning.Conflict) []planning.Conflict {
	var out []planning.Conflict
	for _, c := range all {
		at := slices.IndexFunc(out, func(o planning.Conflict) bool {
			return len(o.Places) == 0 && len(c.Places) == 0 && slices.Equal(o.Rules, c.Rules)
		})
		if at < 0 {
			out = append(out, c)
			continue
		}
		out[at].People = sorted(append(out[at].People, c.People...))
		out[at].Left = sorted(append(out[at].Left, c.Left...))
	}
	slices.SortStableFunc(out, func(a, b planning.Conflict) int {
		return -cmp.Compare(b2i(len(a.Places) == 0), b2i(len(b.Places) == 0))
	})
	return out
}

// wide explains those whose knot binds many: first by the places that are too few when every mixed place keeps its footing, then by
// what closes each place.
func (b *board) wide(left []int) []planning.Conflict {
	if len(left) == 0 {
		return nil
	}
	n := newNetwork(b, true)
	short, byKind, rest := n.split(left)
	all := n.shortages(short, byKind)
	for at := range all {
		all[at].Unproven = true
	}
	for _, i := range rest {
		closed := map[rules]bool{}
		c := planning.Conflict{People: []int{i}, Left: []int{i}, Unproven: true}
		for l := range b.q.Places {
			r := b.forbids(i, l)
			if closed[r] = true; b.excluded[b.class[i]][l] == 0 {
				c.Places = append(c.Places, l)
			}
		}
		if !closed[0] { // else there is a place: the plan has not placed all who can be
			c.Rules = hit(closed).list()
		}
		all = append(all, c)
	}
	return all
}

// withFamily adds to a conflict that leaves a mother, or a small child of hers, the others of them, who could be placed but for that. It
// gives back those who belong to none.
func (b *board) withFamily(all []planning.Conflict, people []int) (with []planning.Conflict, rest []int) {
	of, explained := map[int]int{}, map[int]bool{} // head to conflict, the mother's own before that of a child
	for n, c := range all {
		for _, i := range c.Left {
			explained[i] = true
			if _, known := of[b.head(i)]; !known || b.head(i) == i {
				of[b.head(i)] = n
			}
		}
	}
	touched := map[int]bool{}
	for _, i := range people {
		n, known := of[b.head(i)]
		switch {
		case explained[i]:
			continue
		case !known:
			rest = append(rest, i)
			continue
		case slices.Contains(all[n].People, i):
			all[n].Room--
		}
		c := &all[n]
		c.Left, c.People = sorted(append(c.Left, i)), sorted(append(c.People, i))
		if !slices.Contains(c.Rules, planning.RuleMother) {
			c.Rules = append(c.Rules, planning.RuleMother)
		}
		touched[n] = true
	}
	for n := range all {
		if c := &all[n]; touched[n] && len(c.People) <= widest && len(c.Left) <= 4 { // with the mother's rule, others may not be needed
			hold := setOf(c.Rules)
			if b.most(c.People, hold, c.Room+1) {
				hold = everyRule
			}
			c.Rules, c.Room = b.settle(c.People, hold, c.Room)
		}
	}
	return all, rest
}

func sorted(all []int) []int { return slices.Compact(slices.Sorted(slices.Values(all))) }
