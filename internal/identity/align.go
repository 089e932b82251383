package identity

import (
	"math"

	"amana/internal/name"
)

// Grades of likeness of two parts, the best first. Zero is none.
const (
	none = iota
	same
	spelling
	near
	typing
	doubtful
	initial
	levels
)

// link joins part A of one name with part B of the other.
type link struct {
	a, b  int8
	b2    int8 // the neighbour that is written together with B or A, -1
	a2    int8
	level uint8
	bits  int32
}

// alignment is how the parts of two names belong together.
type alignment struct {
	links       [name.MaxTokens]link
	n           int
	freeA       [name.MaxTokens]int8 // parts that nothing belongs to
	freeB       [name.MaxTokens]int8
	nA, nB      int
	positive    int32 // of all links
	order       ordering
	headless    bool                    // one side has all but the given name of the other: perhaps the father
	other       [name.MaxTokens][2]int8 // parts that contradict each other
	severity    [name.MaxTokens]float32
	nOther      int
	absent      int
	givenOther  bool // the given names contradict
	mostlyOther bool // as much contradicts as agrees
	whole       int32
	kin         int32
	bits        int32
}

// grade tells how alike two parts are.
func (m *Model) grade(a, b *name.Token) uint8 {
	if a.Form == b.Form {
		return same
	}
	if a.Initial || b.Initial {
		if a.Initial != b.Initial && name.Begins(a, b) {
			return initial
		}
		return none
	}
	if a.Variant && b.Variant { // Muhammad and Ahmad, Mahmoud and Hamid: alike, and two names
		return none
	}
	d := name.Distance(a, b, m.levels[doubtful].within)
	if d > m.levels[doubtful].within {
		if name.Begins(a, b) {
			return initial
		}
		return none
	}
	g := uint8(doubtful)
	for l := uint8(spelling); l < doubtful; l++ {
		if d <= m.levels[l].within {
			g = l
			break
		}
	}
	if g > spelling { // two names of many that differ by more than spelling are two names
		_, ka := m.known[a.Form]
		_, kb := m.known[b.Form]
		if ka && kb {
			switch {
			case a.Abjad != b.Abjad && g == near: // from writing to writing, known names come out as far apart
			case a.Abjad != b.Abjad || g == near:
				return doubtful
			default:
				return none
			}
		}
	}
	return g
}

// worth is the weight of two parts that are alike by a grade, in tenths of a bit.
func (m *Model) worth(a, b *name.Token, g uint8) int32 {
	switch {
	case a.Role == name.Title || b.Role == name.Title:
		return 0
	case g == initial:
		return m.bits[NameInitial]
	case g == doubtful:
		return 0
	}
	return int32(m.rarity(a, b).bits[g])
}

// align finds what belongs together in two names and weighs it.
func (m *Model) align(a, b []*name.Token) (al alignment) {
	var pool [4 * name.MaxTokens]link // parts that are alike are few; beyond, the later ones are left out
	n := 0
	for i := range a {
		for j := range b {
			if g := m.grade(a[i], b[j]); g != none && n < len(pool) {
				pool[n] = link{a: int8(i), b: int8(j), a2: -1, b2: -1, level: g, bits: m.worth(a[i], b[j], g)}
				n++
			}
		}
	}
	var usedA, usedB [name.MaxTokens]bool
	al.take(pool[:n], typing, &usedA, &usedB)
	m.joined(&al, a, b, &usedA, &usedB)
	al.take(pool[:n], levels, &usedA, &usedB)
	for i := range a {
		if !usedA[i] && a[i].Role != name.Title {
			al.freeA[al.nA] = int8(i)
			al.nA++
		}
	}
	for j := range b {
		if !usedB[j] && b[j].Role != name.Title {
			al.freeB[al.nB] = int8(j)
			al.nB++
		}
	}
	m.weigh(&al, a, b)
	return al
}

// take takes the best links of parts that are still free, down to a grade.
func (al *alignment) take(pool []link, worst uint8, usedA, usedB *[name.MaxTokens]bool) {
	for {
		best := -1
		for k := range pool {
			l := &pool[k]
			if l.level > worst || usedA[l.a] || usedB[l.b] {
				continue
			}
			if best < 0 || before(l, &pool[best]) {
				best = k
			}
		}
		if best < 0 {
			return
		}
		usedA[pool[best].a], usedB[pool[best].b] = true, true
		al.links[al.n] = pool[best]
		al.n++
	}
}

// before orders links: the better grade, the weightier, the one that is less displaced, the earlier.
func before(x, y *link) bool {
	if x.level != y.level {
		return x.level < y.level
	}
	if x.bits != y.bits {
		return x.bits > y.bits
	}
	dx, dy := abs(int(x.a)-int(x.b)), abs(int(y.a)-int(y.b))
	if dx != dy {
		return dx < dy
	}
	return int(x.a)+int(x.b) < int(y.a)+int(y.b) || int(x.a)+int(x.b) == int(y.a)+int(y.b) && x.a < y.a
}

func abs(n int) int { return max(n, -n) }

// joined finds parts that one side writes as one and the other as two.
func (m *Model) joined(al *alignment, a, b []*name.Token, usedA, usedB *[name.MaxTokens]bool) {
	for pass := range 2 {
		x, y, ux, uy := a, b, usedA, usedB
		if pass == 1 {
			x, y, ux, uy = b, a, usedB, usedA
		}
		for i := range x {
			for j := 0; j+1 < len(y) && !ux[i]; j++ {
				if uy[j] || uy[j+1] || al.n == len(al.links) || !name.MayJoin(x[i], y[j], y[j+1]) {
					continue
				}
				for _, one := range []name.Token{name.Join(y[j], y[j+1]), name.Join(y[j+1], y[j])} {
					if name.Distance(x[i], &one, m.levels[near].within) > m.levels[near].within {
						continue
					}
					l := link{a: int8(i), b: int8(j), a2: -1, b2: int8(j + 1), level: near, bits: m.worth(x[i], &one, near)}
					if pass == 1 {
						l.a, l.a2, l.b, l.b2 = int8(j), int8(j+1), int8(i), -1
					}
					ux[i], uy[j], uy[j+1] = true, true, true
					al.links[al.n] = l
					al.n++
					break
				}
			}
		}
	}
}

// weigh adds up what an alignment says.
func (m *Model) weigh(al *alignment, a, b []*name.Token) {
	w := &m.weights.Name
	var contradiction float32
	for k := range al.n {
		l := &al.links[k]
		al.positive += l.bits
		if l.level == doubtful {
			contradiction += 0.8
			if l.a == first(a) && l.b == first(b) {
				contradiction += 0.4
			}
		}
	}
	al.order = al.ordered()
	if al.order == shuffled {
		if al.givenOther = al.withB(first(a)) != first(b); al.givenOther {
			contradiction++
		} else {
			contradiction += 0.5
		}
	}
	if headless(a, b, al.withB, al.withA) || headless(b, a, al.withA, al.withB) {
		contradiction += 0.5
		al.headless = true
	}
	if most := int32(10 * w.Most); al.positive > most {
		al.whole = most - al.positive
	}
	if least := int32(10 * w.Least); contradiction == 0 && al.n > 0 && al.n == parts(a) && al.n == parts(b) && al.positive < least && full(al) {
		al.whole = least - al.positive
	}
	pairs := min(al.nA, al.nB)
	for k := range pairs {
		i, j := al.freeA[k], al.freeB[k]
		s := severity(a[i], b[j])
		if s > 0 {
			al.other[al.nOther], al.severity[al.nOther] = [2]int8{i, j}, s
			al.nOther++
			contradiction += s
		}
		al.givenOther = al.givenOther || i == first(a) && j == first(b)
	}
	al.absent = al.nA + al.nB - 2*al.nOther
	agree := 0
	for _, l := range al.links[:al.n] {
		if l.level <= typing {
			agree++
		}
	}
	al.mostlyOther = al.nOther > 0 && al.nOther >= agree
	base := al.positive + al.whole
	al.bits = base + al.order.bits(m) + int32(min(al.absent, 5))*m.bits[NameAbsent]
	if contradiction > 0 {
		left := float64(max(base, 0)) * math.Pow(w.Kin, float64(contradiction))
		al.kin = int32(math.Round(left)) - max(base, 0)
		al.bits += al.kin
		for k := range al.nOther {
			al.bits += m.other(al.severity[k])
		}
	}
}

// parts counts the parts that can be compared.
func parts(tokens []*name.Token) (n int) {
	for _, t := range tokens {
		if t.Role != name.Title {
			n++
		}
	}
	return n
}

// full reports whether every link is of the same part in some spelling.
func full(al *alignment) bool {
	for _, l := range al.links[:al.n] {
		if l.level > near || l.a2 >= 0 || l.b2 >= 0 {
			return false
		}
	}
	return true
}

func (m *Model) other(severity float32) int32 {
	return int32(math.Round(float64(severity) * float64(m.bits[NameOther])))
}

// first is the index of the given name: of the first part that is neither title nor kunya.
func first(tokens []*name.Token) int8 {
	for i := range tokens {
		if tokens[i].Role != name.Title && tokens[i].Role != name.Kunya {
			return int8(i)
		}
	}
	return 0
}

// severity tells how much two parts that nothing else belongs to contradict each other: two given names fully, a grandfather's name and a
// nisba less, as each may just be left out on the other side.
func severity(a, b *name.Token) float32 {
	switch {
	case a.Role == name.Kunya || b.Role == name.Kunya:
		return 0
	case a.Role == b.Role:
		return 1
	case (a.Role == name.Nisba || a.Role == name.Laqab) != (b.Role == name.Nisba || b.Role == name.Laqab):
		return 0.5
	}
	return 0.8
}
