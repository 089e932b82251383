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
// mothers, mixed places and pins, by their smallest core. A knot that binds too many to be untied is told as the plan stands: what closes each place now.
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
	var wide []int
	for _, i := range others {
		if m := b.mothers[i]; m != planning.Nowhere && b.at[m] == planning.Nowhere {
			continue
		}
		if ctx.Err() == nil {
			if c, found := b.knot(i); found {
				c.Left = []int{i}
				all = append(all, c)
				continue
			}
		}
		wide = append(wide, i)
	}
	all = append(all, b.wide(wide)...)
	return b.withMothers(all, others)
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
		out[at].People = slices.Sorted(slices.Values(append(out[at].People, c.People...)))
		out[at].Left = slices.Sorted(slices.Values(append(out[at].Left, c.Left...)))
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
	for _, i := range rest {
		closed := map[rules]bool{}
		c := planning.Conflict{People: []int{i}, Left: []int{i}}
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

// withMothers adds to a conflict that leaves a mother her children who could be placed but for her.
func (b *board) withMothers(all []planning.Conflict, others []int) []planning.Conflict {
	for _, i := range others {
		m := b.mothers[i]
		if m == planning.Nowhere || b.at[m] != planning.Nowhere {
			continue
		}
		at := slices.IndexFunc(all, func(c planning.Conflict) bool { return slices.Contains(c.Left, m) })
		if at < 0 {
			continue
		}
		c := &all[at]
		c.Left = slices.Sorted(slices.Values(append(c.Left, i)))
		if !slices.Contains(c.People, i) {
			c.People = slices.Sorted(slices.Values(append(c.People, i)))
			if !slices.Contains(c.Rules, planning.RuleMother) {
				c.Rules = append(c.Rules, planning.RuleMother)
			}
		}
	}
	return all
}
