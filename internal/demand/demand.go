// Package demand invents weeks that a plan can be asked: prisons with blocks and rows, and the people who wait for a place in
// them. Everything is drawn from a seed, and nobody in it is real (norms G16). Each person is drawn for a place that takes them, so that
// a plan that places everyone is known to exist; that plan is then forgotten, and the people are shuffled.
package demand

import (
	"fmt"
	"math/rand/v2"

	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
)

// Size says how large a week is.
type Size struct {
	People        int
	Prisons       int
	Blocks        int // of all prisons
	Rows          int // places of each block
	Nationalities int // the most frequent ones by name, the others as X
	Groups        int
	Families      int
	Apart         int     // pairs that are kept apart
	Room          float64 // free places per person, at least 1
}

// Week7000 is the week of 2026: 7,000 people for 12 prisons.
func Week7000() Size {
	return Size{People: 7000, Prisons: 12, Blocks: 80, Rows: 2, Nationalities: 25, Groups: 300, Families: 400, Apart: 600, Room: 1.10}
}

// Nation100000 is as much as a whole country holds.
func Nation100000() Size {
	return Size{People: 100_000, Prisons: 36, Blocks: 800, Rows: 2, Nationalities: 25, Groups: 4300, Families: 5700, Apart: 8600, Room: 1.10}
}

// Week invents a week of a size. Everyone in it can be placed.
func Week(seed uint64, s Size) planning.Problem { return invent(seed, s).q }

func invent(seed uint64, s Size) *week {
	s.Room = max(s.Room, 1)
	w := &week{Rand: rand.New(rand.NewPCG(seed, 0x416d616e61)), size: s}
	w.q.Policy = planning.DefaultPolicy()
	w.build()
	w.fill()
	w.families()
	w.groups()
	w.medical()
	w.apart()
	w.convert()
	w.shuffle()
	return w
}

// week is a week in the making.
type week struct {
	*rand.Rand
	size    Size
	q       planning.Problem
	planted []int // per person the place that they were drawn for
}

// draw picks one of several by their weights.
func draw[T any](r *rand.Rand, all []T, weight func(T) float64) T {
	var sum float64
	for _, x := range all {
		sum += weight(x)
	}
	at := r.Float64() * sum
	for _, x := range all {
		if at -= weight(x); at < 0 {
			return x
		}
	}
	return all[len(all)-1]
}

// apportion divides n over weights by the largest remainders, earlier ones first among equals; each gets at least one as long as there are enough.
func apportion(n int, weights []float64) []int {
	var sum float64
	for _, w := range weights {
		sum += w
	}
	parts, left := make([]int, len(weights)), n
	for i, w := range weights {
		if left > 0 {
			parts[i] = min(max(int(w/sum*float64(n)), 1), left)
			left -= parts[i]
		}
	}
	for ; left > 0; left-- {
		most, short := 0, -1.0
		for i, w := range weights {
			if d := w/sum*float64(n) - float64(parts[i]); d > short {
				most, short = i, d
			}
		}
		parts[most]++
	}
	return parts
}

// fill draws for each place the people that it was built for.
func (w *week) fill() {
	weights := make([]float64, len(w.q.Places))
	for l, p := range w.q.Places {
		weights[l] = float64(p.Free())
	}
	for l, n := range apportion(w.size.People, weights) {
		for range min(n, w.q.Places[l].Free()) {
			w.add(w.person(&w.q.Places[l]), l)
		}
	}
	for l := 0; len(w.q.People) < w.size.People; l = (l + 1) % len(w.q.Places) { // where rounding left somebody out
		if w.count(l) < w.q.Places[l].Free() {
			w.add(w.person(&w.q.Places[l]), l)
		}
	}
}

func (w *week) count(l int) int {
	n := 0
	for _, p := range w.planted {
		if p == l {
			n++
		}
	}
	return n
}

func (w *week) add(p planning.Person, l int) {
	w.q.People = append(w.q.People, p)
	w.planted = append(w.planted, l)
}

// person draws somebody whom a place takes.
func (w *week) person(l *planning.Place) planning.Person {
	nation := w.nation()
	p := planning.Person{
		Sex: l.Sex, Age: 18 + int(w.ExpFloat64()*11)%52, Legal: l.Legal, Nationality: nation.code, Language: nation.language,
		Security: 1 + w.IntN(l.SecurityMax), Source: draw(w.Rand, sources, func(s source) float64 { return s.share }).code,
	}
	if l.Age == place.Juvenile {
		p.Age, p.Security = 12+w.IntN(6), 1
	}
	if nation.code == "IRQ" && w.IntN(6) == 0 {
		p.Language = "ckb"
	}
	if p.Legal == planning.Untried {
		p.Court = draw(w.Rand, towns[:min(w.size.Prisons, len(towns))], func(t town) float64 {
			if t.province == "IQ-BG" { // where most of these cases are heard
				return 8
			}
			return 1
		}).province
	}
	return p
}

// nation draws a nationality; those that the size leaves out are X.
func (w *week) nation() nation {
	n := draw(w.Rand, nations, func(n nation) float64 { return n.people })
	for i, named := range nations {
		if named == n && i >= w.size.Nationalities {
			n.code = "X"
		}
	}
	return n
}

// groups gives nearly everyone a group.
func (w *week) groups() {
	if w.size.Groups == 0 {
		return
	}
	for i := range w.q.People {
		if w.IntN(70) > 0 {
			w.q.People[i].Group = fmt.Sprintf("G%04d", 1+w.IntN(w.size.Groups))
		}
	}
}

// medical lets about 3 of 100 people need a medical place, all of them in every other place, and gives those places a few more.
func (w *week) medical() {
	need := make([]int, len(w.q.Places))
	for i, l := range w.planted {
		if l%2 == 0 && w.IntN(100) < 6 {
			w.q.People[i].Medical = true
			need[l]++
		}
	}
	for l, n := range need {
		w.q.Places[l].Medical = n + n/10
		if n > 0 && w.Float64() < float64(n%10)/10 {
			w.q.Places[l].Medical++
		}
	}
}

// apart keeps pairs apart, most of them people who could well be together.
func (w *week) apart() {
	_, prison := w.q.Prisons()
	_, block := w.q.Blocks()
	family := func(i int) string { return w.q.People[i].Family }
	seen := map[[2]int]bool{}
	for try := 0; len(w.q.Apart) < w.size.Apart && try < 100*w.size.Apart; try++ {
		a, b := w.IntN(len(w.q.People)), w.IntN(len(w.q.People))
		p, r := w.planted[a], w.planted[b]
		scope := []planning.Scope{planning.ApartCell, planning.ApartBlock, planning.ApartPrison}[w.IntN(3)]
		alike := w.q.Places[p].Sex == w.q.Places[r].Sex && w.q.Places[p].Age == w.q.Places[r].Age
		together := p == r || scope != planning.ApartCell && block[p] == block[r] || scope == planning.ApartPrison && prison[p] == prison[r]
		if a >= b || together || !alike || seen[[2]int{a, b}] || family(a) != "" && family(a) == family(b) {
			continue
		}
		seen[[2]int{a, b}] = true
		w.q.Apart = append(w.q.Apart, planning.Apart{A: a, B: b, Scope: scope})
	}
}

// convert opens every eighth block of adult men to any footing.
func (w *week) convert() {
	_, block := w.q.Blocks()
	for l := range w.q.Places {
		p := &w.q.Places[l]
		if p.Sex == person.Male && p.Age == place.Adult && block[l]%8 == 7 {
			p.Legal = planning.AnyLegal
		}
	}
}

// shuffle puts the people into an order that tells nothing, and gives them their ids in it.
func (w *week) shuffle() {
	order := w.Perm(len(w.q.People))
	people, planted := make([]planning.Person, len(order)), make([]int, len(order))
	for i, to := range order {
		people[to], planted[to] = w.q.People[i], w.planted[i]
		people[to].ID = fmt.Sprintf("P%06d", to+1)
	}
	w.q.People, w.planted = people, planted
	for n, a := range w.q.Apart {
		w.q.Apart[n].A, w.q.Apart[n].B = order[a.A], order[a.B]
	}
}
