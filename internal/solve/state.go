package solve

import "amana/internal/planning"

// state is a plan being made. Whatever is done to it, no hard rule is ever broken: who does not fit is not put there.
type state struct {
	m      *model
	at     []int32   // per person the row, or none
	in     [][]int32 // per row the people
	seat   []int32   // per person the position in in
	med    []int32   // per row
	conv   []int32   // per row: convicted people
	prison []int32   // per prison: people
	group  []int32   // block × group
	nation []int32   // block × nation
	kin    []int32   // per family: those who have a place
	home   []int32   // per family: their prison
	left   int
	cost   float64
	log    []step // what was done since the last mark, to be undone
}

type step struct{ person, from int32 }

func newState(m *model) *state {
	s := &state{
		m: m, at: make([]int32, len(m.people)), seat: make([]int32, len(m.people)), in: make([][]int32, len(m.rows)), med: make([]int32, len(m.rows)),
		conv: make([]int32, len(m.rows)), prison: make([]int32, len(m.prisons)), group: make([]int32, len(m.blocks)*m.groups),
		nation: make([]int32, len(m.blocks)*m.nations), kin: make([]int32, len(m.families)), home: make([]int32, len(m.families)), left: len(m.people),
	}
	for i := range s.at {
		s.at[i] = none
	}
	for l := range s.in {
		s.in[l] = make([]int32, 0, m.rows[l].free)
	}
	return s
}

// room is how many beds are free.
func (s *state) room(l int32) int { return int(s.m.rows[l].free) - len(s.in[l]) }

// fits reports whether person i, who has no place now, may be put into row l.
func (s *state) fits(i, l int32) bool { return s.m.admits(i, l) && s.room(l) > 0 && s.bears(i, l) }

// bears reports whether nobody who has a place forbids person i to come to row l, beds not counted.
func (s *state) bears(i, l int32) bool {
	p, r := &s.m.people[i], &s.m.rows[l]
	if p.medical && s.med[l] >= r.medical {
		return false
	}
	if r.any {
		if p.convicted && int(s.conv[l]) < len(s.in[l]) || !p.convicted && s.conv[l] > 0 {
			return false
		}
	}
	if p.mother != none && s.at[p.mother] != l {
		return false
	}
	if p.family != none && s.kin[p.family] > 0 && s.home[p.family] != r.prison {
		return false
	}
	for _, a := range s.m.apart[i] {
		if o := s.at[a.other]; o != none && s.together(l, o, a.scope) {
			return false
		}
	}
	return true
}

func (s *state) together(a, b int32, scope planning.Scope) bool {
	switch scope {
	case planning.ApartPrison:
		return s.m.rows[a].prison == s.m.rows[b].prison
	case planning.ApartBlock:
		return s.m.rows[a].block == s.m.rows[b].block
	default:
		return a == b
	}
}

// crowd is what person i costs in a block because of all who are there of the same group and nationality.
func (s *state) crowd(i, block int32) float64 {
	p := &s.m.people[i]
	var c float64
	if p.group != none && s.group[int(block)*s.m.groups+int(p.group)] >= s.m.groupAt[block] {
		c += s.m.q.Policy.Group
	}
	if p.nation != none && s.nation[int(block)*s.m.nations+int(p.nation)] >= s.m.nationAt[block] {
		c += s.m.q.Policy.Nationality
	}
	return c
}

// relief is what would be saved by one person fewer of the same group and nationality in the block of row l.
func (s *state) relief(i, l int32) float64 {
	p, b := &s.m.people[i], s.m.rows[l].block
	var c float64
	if p.group != none && s.group[int(b)*s.m.groups+int(p.group)] > s.m.groupAt[b] {
		c += s.m.q.Policy.Group
	}
	if p.nation != none && s.nation[int(b)*s.m.nations+int(p.nation)] > s.m.nationAt[b] {
		c += s.m.q.Policy.Nationality
	}
	return c
}

// extra is what person i costs in row l now, with all who are there.
func (s *state) extra(i, l int32) float64 {
	r := &s.m.rows[l]
	return s.m.alone(i, l) + s.m.density[r.prison][s.prison[r.prison]] + s.crowd(i, r.block)
}

// put gives person i, who fits, a bed in row l.
func (s *state) put(i, l int32) {
	s.cost += s.extra(i, l)
	s.log = append(s.log, step{i, none})
	s.count(i, l, 1)
	s.at[i], s.seat[i] = l, int32(len(s.in[l]))
	s.in[l] = append(s.in[l], i)
	s.left--
}

// take takes person i out of the place. Children of hers must have been taken out before.
func (s *state) take(i int32) {
	l := s.at[i]
	s.log = append(s.log, step{i, l})
	last := s.in[l][len(s.in[l])-1]
	s.in[l][s.seat[i]], s.seat[last] = last, s.seat[i]
	s.in[l] = s.in[l][:len(s.in[l])-1]
	s.at[i] = none
	s.count(i, l, -1)
	s.left++
	s.cost -= s.extra(i, l)
}

func (s *state) count(i, l, by int32) {
	p, r := &s.m.people[i], &s.m.rows[l]
	s.prison[r.prison] += by
	if p.medical {
		s.med[l] += by
	}
	if p.convicted {
		s.conv[l] += by
	}
	if p.group != none {
		s.group[int(r.block)*s.m.groups+int(p.group)] += by
	}
	if p.nation != none {
		s.nation[int(r.block)*s.m.nations+int(p.nation)] += by
	}
	if p.family != none {
		s.kin[p.family] += by
		s.home[p.family] = r.prison
	}
}

// mark tells how to come back to this point, as long as nobody forgets it.
func (s *state) mark() int { return len(s.log) }

// forget makes everything that was done final.
func (s *state) forget() { s.log = s.log[:0] }

// undo takes back everything since the mark, in reverse.
func (s *state) undo(mark int) {
	for n := len(s.log) - 1; n >= mark; n-- {
		if t := s.log[n]; t.from == none {
			s.take(t.person)
		} else {
			s.put(t.person, t.from)
		}
	}
	s.log = s.log[:mark]
}

// load puts everybody where places says, as far as they fit. Mothers come before their children.
func (s *state) load(places []int32) {
	for pass := range 2 {
		for i, l := range places {
			if l != none && (s.m.people[i].mother != none) == (pass == 1) && s.fits(int32(i), l) {
				s.put(int32(i), l)
			}
		}
	}
	s.forget()
}

// better reports whether a leaves fewer people than b, or as many at less cost.
func better(leftA int, costA float64, leftB int, costB float64) bool {
	return leftA < leftB || leftA == leftB && costA < costB-1e-9
}
