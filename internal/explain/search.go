package explain

import (
	"cmp"
	"slices"

	"amana/internal/planning"
)

// trial asks whether a few people can all be placed when nobody else is there and only some rules hold. It is exact: places are tried for
// the most bound person first, and a matching of those who are still to be placed cuts what cannot succeed.
type trial struct {
	b       *board
	hold    rules
	people  []int
	member  map[int]int // person to position in people
	alike   []int       // per candidate: those of one number differ in nothing that matters to these people
	places  []int       // candidates
	at      []int       // per position the candidate, or none
	in      [][]int     // per candidate the positions there
	medical []int       // per candidate
	tries   int         // left before the answer is that it is not known
}

// tries bounds one question; what is not decided by then counts as possible, so that no conflict is ever claimed that is not one.
const tries = 4000

// fit looks for places for all of people under the rules in hold; room tells where there is room, to be preferred. It gives the places
// per person, or reports that there are none.
func (b *board) fit(people []int, hold rules, room func(l int) int) (at []int, possible bool) {
	t := &trial{b: b, hold: hold, people: slices.Clone(people), member: map[int]int{}, tries: tries}
	slices.SortStableFunc(t.people, func(i, j int) int { // children right after their mothers, the most bound first
		return cmp.Or(-cmp.Compare(b.bound(b.head(i)), b.bound(b.head(j))), cmp.Compare(b.head(i), b.head(j)), cmp.Compare(b2i(b.head(i) != i), b2i(b.head(j) != j)))
	})
	for k, i := range t.people {
		t.member[i] = k
		t.at = append(t.at, none)
	}
	t.candidates(room)
	possible = t.place(0)
	if !possible {
		return nil, false
	}
	at = make([]int, len(people))
	for n, i := range people {
		if at[n] = planning.Nowhere; t.at[t.member[i]] != none {
			at[n] = t.places[t.at[t.member[i]]]
		}
	}
	return at, true
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// head is the mother of a small child, and otherwise the person.
func (b *board) head(i int) int {
	if m := b.mothers[i]; m != planning.Nowhere {
		return m
	}
	return i
}

// bound is to how many others somebody is tied.
func (b *board) bound(i int) int { return len(b.ties[i]) + len(b.families[i]) }

// candidates lists the places that can matter: of those that are alike to these people, only as many as there are people.
func (t *trial) candidates(room func(l int) int) {
	type look struct {
		prison, block, place int
		free, medical        int
		any                  bool
	}
	byPrison, byBlock, pins := false, false, map[int]bool{}
	classes := map[int]int{}
	for _, i := range t.people {
		byPrison = byPrison || t.hold&byFamily != 0 && len(t.b.families[i]) > 0
		for _, tie := range t.b.ties[i] {
			if _, here := t.member[tie.other]; here {
				byPrison = byPrison || tie.scope == planning.ApartPrison
				byBlock = byBlock || tie.scope == planning.ApartBlock
			}
		}
		if pin := t.b.q.Pin(i); pin != planning.Nowhere {
			pins[pin] = true
		}
		if _, known := classes[t.b.class[i]]; !known {
			classes[t.b.class[i]] = len(classes)
		}
	}
	type key struct {
		look
		takes string
	}
	n := len(t.people)
	numbers, count := map[key]int{}, map[key]int{}
	order := make([]int, len(t.b.q.Places))
	for l := range order {
		order[l] = l
	}
	slices.SortStableFunc(order, func(k, l int) int { return -cmp.Compare(min(room(k), n), min(room(l), n)) })
	for _, l := range order {
		p := &t.b.q.Places[l]
		k := key{look{none, none, none, min(p.Free(), n), min(p.Medical, n), p.Legal == planning.AnyLegal}, ""}
		takes, some := make([]byte, len(classes)), false
		for class, at := range classes {
			if t.b.excluded[class][l]&t.hold == 0 {
				takes[at], some = 1, true
			}
		}
		if !some || t.hold&byCapacity != 0 && p.Free() == 0 {
			continue
		}
		k.takes = string(takes)
		if byPrison {
			k.prison = t.b.prison[l]
		}
		if byBlock {
			k.block = t.b.block[l]
		}
		if pins[l] {
			k.place = l
		}
		if count[k]++; count[k] > n {
			continue
		}
		if _, known := numbers[k]; !known {
			numbers[k] = len(numbers)
		}
		t.places, t.alike = append(t.places, l), append(t.alike, numbers[k])
	}
	t.in, t.medical = make([][]int, len(t.places)), make([]int, len(t.places))
}

// fits reports whether person k may be put at candidate c, with those who are placed.
func (t *trial) fits(k, c int) bool {
	i, l := t.people[k], t.places[c]
	b, p := t.b, &t.b.q.Places[l]
	if b.excluded[b.class[i]][l]&t.hold != 0 ||
		t.hold&byCapacity != 0 && len(t.in[c]) >= p.Free() ||
		t.hold&byMedical != 0 && b.q.People[i].Medical && t.medical[c] >= p.Medical {
		return false
	}
	if t.hold&byMixed != 0 && p.Legal == planning.AnyLegal && len(t.in[c]) > 0 && b.convicted[i] != b.convicted[t.people[t.in[c][0]]] {
		return false
	}
	if m := b.mothers[i]; t.hold&byMother != 0 && m != planning.Nowhere {
		if at, here := t.member[m]; here && t.at[at] != none && t.at[at] != c {
			return false
		}
	}
	if t.hold&byFamily != 0 {
		for _, j := range b.families[i] {
			if at, here := t.member[j]; here && j != i && t.at[at] != none && b.prison[t.places[t.at[at]]] != b.prison[l] {
				return false
			}
		}
	}
	if t.hold&byApart != 0 {
		for _, tie := range b.ties[i] {
			if at, here := t.member[tie.other]; here && t.at[at] != none && b.together(t.places[t.at[at]], l, tie.scope) {
				return false
			}
		}
	}
	return true
}

func (t *trial) put(k, c int) {
	t.at[k] = c
	t.in[c] = append(t.in[c], k)
	t.medical[c] += b2i(t.b.q.People[t.people[k]].Medical)
}

func (t *trial) take(k int) {
	c := t.at[k]
	t.at[k] = none
	t.in[c] = t.in[c][:len(t.in[c])-1]
	t.medical[c] -= b2i(t.b.q.People[t.people[k]].Medical)
}

// place places everybody from position k on. When the tries are spent it says that it is possible, without places.
func (t *trial) place(k int) bool {
	if k == len(t.people) {
		return true
	}
	if t.tries--; t.tries < 0 {
		for n := range t.at {
			t.at[n] = none
		}
		return true
	}
	if !t.matches(k) {
		return false
	}
	tried := map[int]bool{} // one of the empty places that are alike is enough
	for c := range t.places {
		if !t.fits(k, c) || len(t.in[c]) == 0 && tried[t.alike[c]] {
			continue
		}
		if len(t.in[c]) == 0 {
			tried[t.alike[c]] = true
		}
		t.put(k, c)
		if t.place(k + 1) {
			return true
		}
		t.take(k)
	}
	return false
}

// matches reports whether those from position k on could be placed if they were bound by nothing to each other but by beds.
func (t *trial) matches(k int) bool {
	if t.hold&byCapacity == 0 {
		for ; k < len(t.people); k++ {
			if !t.somewhere(k) {
				return false
			}
		}
		return true
	}
	guests := make([][]int, len(t.places))
	var seen []bool
	var seat func(k int) bool
	seat = func(k int) bool {
		for c := range t.places {
			if seen[c] || !t.fits(k, c) {
				continue
			}
			seen[c] = true
			if len(t.in[c])+len(guests[c]) < t.b.q.Places[t.places[c]].Free() {
				guests[c] = append(guests[c], k)
				return true
			}
			for n, other := range guests[c] {
				if seat(other) {
					guests[c][n] = k
					return true
				}
			}
		}
		return false
	}
	for ; k < len(t.people); k++ {
		seen = make([]bool, len(t.places))
		if !seat(k) {
			return false
		}
	}
	return true
}

func (t *trial) somewhere(k int) bool {
	for c := range t.places {
		if t.fits(k, c) {
			return true
		}
	}
	return false
}
