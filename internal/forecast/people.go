package forecast

import "math/rand/v2"

// pool is who waits at a source, first come first, each as the position of a nationality.
type pool struct {
	people fifo[uint8]
	flow   float64 // people a week
	credit float64 // part of a person that a constant flow owes
	chance *rand.Rand
}

// join lets n people become ready at a source.
func (s *sim) join(i, n int) {
	p := &s.sources[i]
	for range n {
		p.people.push(uint8(s.ofSource[i].pick(p.chance)))
	}
	s.entered += n
	s.waiting += n
	s.today.arrived += n
}

// arrive is the arrival of a group, or of the day's people where all come at its begin; then the next is planned. A rate holds until
// midnight: the exponential law has no memory, so drawing anew at each midnight is exact for rates that change then.
func (s *sim) arrive(i int, come bool) {
	v, p := &s.Sources[i], &s.sources[i]
	rate := p.flow * s.doubt[s.date/7] * s.weekday[i][s.date%7]
	switch v.Law {
	case Recorded:
		if s.date < len(v.Recorded) {
			s.join(i, v.Recorded[s.date])
		}
	case Constant:
		p.credit += rate * day
		n := int(p.credit + 1e-9)
		p.credit -= float64(n)
		s.join(i, n)
	default:
		if come {
			s.join(i, v.Group)
		}
		if at := s.now + p.chance.ExpFloat64()*float64(v.Group)/rate; at < s.dawn {
			s.plan(at, arrives, int32(i), 0)
			if come && s.Convoy.AtOnce {
				s.dispatchAll()
			}
			return
		}
	}
	s.plan(s.dawn, arrives, int32(i), 1)
	if s.Convoy.AtOnce {
		s.dispatchAll()
	}
}

// outflow is an exit as it runs.
type outflow struct {
	factor float64 // as changed
	doubt  float64 // of the replication
	chance *rand.Rand
}

// leave lets a group leave by an exit, and plans the next. What depends on how many are held follows them at every event.
func (s *sim) leave(i int, ends bool) {
	r, x := &s.model.exits[i], &s.leaving[i]
	if ends {
		for range r.group {
			s.release(r, x.chance)
		}
	}
	until := min(s.dawn, r.until)
	if s.now >= r.until {
		return
	}
	perWeek := r.perWeek
	if r.part > 0 {
		perWeek = r.part * float64(s.there(r.nationality))
	}
	if at := s.now + x.chance.ExpFloat64()*float64(r.group)*7*day/(perWeek*x.factor*x.doubt); at < until {
		s.plan(at, leaves, int32(i), 0)
		return
	}
	s.plan(until, leaves, int32(i), 1)
}

// open reports whether people can come to a prison and leave it.
func (p *house) open() bool { return p.locked == 0 && p.lost == 0 }

// of counts those of a nationality, or everybody.
func (p *house) of(nationality int) int {
	if nationality == anybody {
		return p.total
	}
	return int(p.held[nationality])
}

// there counts who could leave now.
func (s *sim) there(nationality int) int {
	n := 0
	for i := range s.prisons {
		if p := &s.prisons[i]; p.open() {
			n += p.of(nationality)
		}
	}
	return n
}

// release lets one person leave, each of those who could with equal chance; nobody when there is none.
func (s *sim) release(r *exitRule, chance *rand.Rand) {
	n := s.there(r.nationality)
	if n == 0 {
		return
	}
	x := chance.IntN(n)
	for i := range s.prisons {
		p := &s.prisons[i]
		if !p.open() {
			continue
		}
		if here := p.of(r.nationality); x >= here {
			x -= here
			continue
		}
		if r.nationality == anybody {
			p.take(x)
		} else {
			p.held[r.nationality]--
			p.total--
		}
		s.left[r.counted]++
		return
	}
}

// take takes the x-th person out of a prison, and tells the nationality.
func (p *house) take(x int) uint8 {
	for k, n := range p.held {
		if x < int(n) {
			p.held[k]--
			p.total--
			return uint8(k)
		}
		x -= int(n)
	}
	return 0 // x is below total, which is the sum
}
