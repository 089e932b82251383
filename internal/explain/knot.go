package explain

import (
	"slices"

	"amana/internal/planning"
)

// widest is how many people a knot may bind before it is told as the plan stands instead of by its smallest core.
const widest = 24

// knot finds a smallest set of people, one of the unit among them, and rules that cannot all have their way. It begins with the unit, a mother
// with her small children or somebody alone, and adds who stands in the way of the places that are found, until there are none; then it takes
// out whoever and whatever is not needed.
func (b *board) knot(unit []int) (planning.Conflict, bool) {
	people := slices.Clone(unit)
	if m := b.head(unit[0]); !slices.Contains(people, m) {
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
	return b.core(people, unit), true
}

// core takes people and rules out of what cannot be, as long as it still cannot be. The unit stays.
func (b *board) core(people, unit []int) planning.Conflict {
	for n := len(people) - 1; n >= len(unit); n-- {
		if fewer := slices.Delete(slices.Clone(people), n, n+1); !b.most(fewer, everyRule, len(fewer)) {
			people = fewer
		}
	}
	c := planning.Conflict{People: sorted(people), Left: sorted(unit)}
	c.Rules, c.Room = b.settle(c.People, everyRule, len(people)-len(unit))
	hold := setOf(c.Rules)
	for l := range b.q.Places {
		if slices.ContainsFunc(people, func(i int) bool { return b.excluded[b.class[i]][l]&hold == 0 }) {
			c.Places = append(c.Places, l)
		}
	}
	return c
}

// settle finds how many of people can be placed, at least room, and which of the rules are needed for that.
func (b *board) settle(people []int, hold rules, room int) ([]planning.Rule, int) {
	for b.most(people, hold, room+1) { // fewer could be left instead, but for others who are in the way
		room++
	}
	for bit := rules(1); bit <= everyRule; bit <<= 1 {
		if hold&bit != 0 && !b.most(people, hold&^bit, room+1) {
			hold &^= bit
		}
	}
	return hold.list(), room
}

// most reports whether at least n of people can be placed when nobody else is there. A mother and her small children are left together.
func (b *board) most(people []int, hold rules, n int) bool {
	if len(people) < n {
		return false
	}
	if _, possible := b.fit(people, hold, func(int) int { return 0 }); possible {
		return true
	}
	for at, i := range people {
		fewer := slices.Delete(slices.Clone(people), at, at+1)
		if hold&byMother != 0 {
			fewer = slices.DeleteFunc(fewer, func(j int) bool { return b.head(j) == b.head(i) })
		}
		if len(fewer) >= n && b.most(fewer, hold, n) {
			return true
		}
	}
	return false
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
