package explain

import (
	"slices"

	"amana/internal/planning"
)

// widest is how many people a knot may bind before it is told as the plan stands instead of by its smallest core.
const widest = 24

// knot finds the smallest set of people, person i among them, and rules that cannot all have their way. It begins with the person,
// and adds who stands in the way of the places that are found, until there are none; then it takes out whoever and whatever is not needed.
func (b *board) knot(i int) (planning.Conflict, bool) {
	people := []int{i}
	if m := b.mothers[i]; m != planning.Nowhere {
		people = append(people, m)
	}
	room := func(l int) int { return b.q.Places[l].Free() - len(b.in[l]) }
	for {
		at, possible := b.fit(people, everyRule, room)
		if !possible {
			break
		}
		more := b.obstacles(people, at)
		if len(more) == 0 || len(people)+len(more) > widest {
			return planning.Conflict{}, false
		}
		people = append(people, more...)
	}
	return b.core(people), true
}

// core takes people and rules out of what cannot be, as long as it still cannot be.
func (b *board) core(people []int) planning.Conflict {
	room := func(int) int { return 0 }
	for n := len(people) - 1; n > 0; n-- { // the first is the one that it is about
		fewer := slices.Delete(slices.Clone(people), n, n+1)
		if _, possible := b.fit(fewer, everyRule, room); !possible {
			people = fewer
		}
	}
	hold := rules(everyRule)
	for bit := rules(1); bit <= everyRule; bit <<= 1 {
		if _, possible := b.fit(people, hold&^bit, room); !possible {
			hold &^= bit
		}
	}
	c := planning.Conflict{Rules: hold.list(), People: slices.Sorted(slices.Values(people)), Room: len(people) - 1}
	for l := range b.q.Places {
		if slices.ContainsFunc(people, func(i int) bool { return b.excluded[b.class[i]][l]&hold == 0 }) {
			c.Places = append(c.Places, l)
		}
	}
	return c
}

// obstacles are those outside of people who have to make way, or to come along, when people are where at says: for each rule that is
// broken as few as are enough.
func (b *board) obstacles(people, at []int) []int {
	var all []int
	add := func(j int) {
		if !slices.Contains(all, j) && !slices.Contains(people, j) {
			all = append(all, j)
		}
	}
	come, medical := map[int]int{}, map[int]int{}
	for n, i := range people {
		l := at[n]
		if l == planning.Nowhere { // not decided
			return nil
		}
		come[l]++
		medical[l] += b2i(b.q.People[i].Medical)
		for _, t := range b.ties[i] {
			if o := b.at[t.other]; o != planning.Nowhere && b.together(l, o, t.scope) {
				add(t.other)
			}
		}
		for _, j := range b.families[i] {
			if o := b.at[j]; o != planning.Nowhere && b.prison[o] != b.prison[l] {
				add(j)
			}
		}
		if m := b.mothers[i]; m != planning.Nowhere && b.at[m] != l {
			add(m)
		}
		for _, k := range b.kids[i] {
			if b.at[k] != l {
				add(k)
			}
		}
		if b.q.Places[l].Legal == planning.AnyLegal {
			for _, j := range b.in[l] {
				if b.convicted[j] != b.convicted[i] && !slices.Contains(people, j) {
					add(j)
					break
				}
			}
		}
	}
	for _, l := range slices.Compact(slices.Sorted(slices.Values(at))) {
		over, overMedical := come[l]-b.q.Places[l].Free(), medical[l]-b.q.Places[l].Medical
		for _, j := range b.in[l] {
			if !slices.Contains(people, j) {
				over++
				overMedical += b2i(b.q.People[j].Medical)
			}
		}
		for _, j := range b.in[l] {
			if slices.Contains(people, j) {
				continue
			}
			if need := b.q.People[j].Medical; over > 0 || overMedical > 0 && need {
				add(j)
				over--
				overMedical -= b2i(need)
			}
		}
	}
	return all
}
