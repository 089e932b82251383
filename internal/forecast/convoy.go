package forecast

import "math"

// convoy is people on their way. Its vehicles stay together: it drives on when the last of them is through.
type convoy struct {
	number  int     // of the replication, from 1
	people  []uint8 // nationalities in the order of the vehicles
	aboard  int     // those who are not taken in yet; 0 when the convoy has ended
	from    int     // source, or of an evacuation the prison as -1-prison
	prison  int     // where beds are reserved
	point   int     // the next: a line, and after them the gate
	station int     // where it stands, or stood last
	left    int     // vehicles there that are not through yet
	home    bool    // it was refused, and drives back to its source
}

// dispatch lets one convoy leave, if anybody may, and reports whether it did. Who has to get out of a lost prison goes first. Nobody leaves
// for a closed line, nor while as many vehicles as Convoy.Hold stand at a line: the place to wait is the source.
func (s *sim) dispatch() bool {
	most := s.Convoy.Seats * s.Convoy.Vehicles
	for i := range s.prisons {
		p := &s.prisons[i]
		if p.lost == 0 || p.total == 0 {
			continue
		}
		n := min(p.total, most)
		if to := s.choose(min(n, s.Convoy.Least)); to >= 0 {
			n = min(n, s.room(to))
			number := s.form(-1-i, to, n)
			c := &s.convoys[number]
			for range n {
				c.people = append(c.people, p.take(s.choice.IntN(p.total)))
			}
			s.leaveFor(number, len(s.Lines), s.Convoy.BetweenMinutes)
			return true
		}
	}
	for i := range s.Lines {
		st := &s.stations[i]
		if st.shut > 0 || s.Convoy.Hold > 0 && st.queue.len()+st.busy >= s.Convoy.Hold {
			return false
		}
	}
	from := -1
	for i := range s.sources {
		n := s.sources[i].people.len()
		if n < s.Convoy.Least {
			continue
		}
		if from < 0 || s.Sources[i].Order < s.Sources[from].Order || s.Sources[i].Order == s.Sources[from].Order && n > s.sources[from].people.len() {
			from = i
		}
	}
	if from < 0 {
		return false
	}
	to := s.choose(s.Convoy.Least)
	if to < 0 {
		s.noBeds()
		return false
	}
	n := min(s.sources[from].people.len(), most, s.room(to))
	number := s.form(from, to, n)
	c := &s.convoys[number]
	c.people = append(c.people, s.sources[from].people.take(n)...)
	s.waiting -= n
	s.leaveFor(number, 0, s.Sources[from].DriveMinutes+s.leg(c))
	return true
}

// dispatchAll lets convoys leave as long as any may.
func (s *sim) dispatchAll() {
	for s.dispatch() {
	}
}

// form gives a convoy its number and n beds.
func (s *sim) form(from, to, n int) int32 {
	var number int32
	if last := len(s.idle) - 1; last >= 0 {
		number, s.idle = s.idle[last], s.idle[:last]
	} else {
		number = int32(len(s.convoys))
		s.convoys = append(s.convoys, convoy{})
	}
	s.formed++
	c := &s.convoys[number]
	*c = convoy{number: s.formed, people: c.people[:0], aboard: n, from: from, prison: to}
	s.reserve(to, n)
	return number
}

func (s *sim) leaveFor(number int32, point int, minutes float64) {
	c := &s.convoys[number]
	c.point = point
	if s.watch != nil && c.from >= 0 {
		for v := 0; v*s.Convoy.Seats < len(c.people); v++ {
			s.see(c, v, s.Sources[c.from].Code)
		}
	}
	s.drive(number, minutes)
}

// vehicle gives the people of vehicle v.
func (s *sim) vehicle(c *convoy, v int) []uint8 {
	return c.people[v*s.Convoy.Seats : min((v+1)*s.Convoy.Seats, len(c.people))]
}

func (s *sim) see(c *convoy, v int, point string) {
	aboard := s.vehicle(c, v)
	s.watch(PastPassage{Convoy: c.number, Vehicle: v + 1, Point: point, People: len(aboard), Minute: s.now}, aboard)
}

// leg is the time from the point before to the next one.
func (s *sim) leg(c *convoy) float64 {
	if c.point < len(s.Lines) {
		return s.Lines[c.point].DriveMinutes
	}
	return s.Prisons[c.prison].DriveMinutes
}

// drive puts a convoy on the road. A vehicle that breaks down is waited for.
func (s *sim) drive(number int32, minutes float64) {
	c := &s.convoys[number]
	if s.Convoy.Spread > 0 {
		minutes *= s.drives.draw(s.road)
	}
	vehicles := (len(c.people) + s.Convoy.Seats - 1) / s.Convoy.Seats
	if rate := s.Breakdown.Per1000Hours / 1000 / 60 * float64(vehicles); rate > 0 && s.road.ExpFloat64() < rate*minutes {
		minutes += s.road.ExpFloat64() * s.Breakdown.RepairMinutes
	}
	s.moving += c.aboard
	s.today.moving = max(s.today.moving, s.moving)
	s.plan(s.now+minutes, reaches, number, 0)
}

// choose gives the open prison that a convoy goes to, with at least so many free beds, by the rule of allocation; -1 when there is none.
func (s *sim) choose(need int) int {
	best, least := -1, math.Inf(1)
	for i := range s.prisons {
		p, v := &s.prisons[i], &s.Prisons[i]
		if s.room(i) < max(need, 1) {
			continue
		}
		var x float64
		switch s.Allocation {
		case Nearest:
			x = v.DriveMinutes
		case Share:
			if v.Share == 0 {
				continue
			}
			x = float64(p.sent) / p.share
		default:
			x = float64(p.total+p.reserved) / float64(p.capacity)
		}
		if x < least {
			best, least = i, x
		}
	}
	return best
}

// room is how many free beds a prison has that receives people.
func (s *sim) room(i int) int {
	if !s.prisons[i].open() {
		return 0
	}
	return s.beds(i)
}

// beds is the same also during a lockout, which passes.
func (s *sim) beds(i int) int {
	p := &s.prisons[i]
	if p.lost > 0 {
		return 0
	}
	return max(p.capacity-p.total-p.reserved, 0)
}

// noBeds notes when people wait and there is no room for the first time.
func (s *sim) noBeds() {
	for i := range s.prisons {
		if s.beds(i) >= s.Convoy.Least {
			return
		}
	}
	s.out.noRoom = min(s.out.noRoom, s.now)
}

// reserve keeps n beds.
func (s *sim) reserve(i, n int) {
	s.prisons[i].reserved += n
	s.prisons[i].sent += n
	s.fill(i)
}

// fill notes when a prison is full for the first time.
func (s *sim) fill(i int) {
	p := &s.prisons[i]
	if p.capacity-p.total-p.reserved < s.Convoy.Least {
		s.out.full[i] = min(s.out.full[i], s.now)
	}
}

// reach is the arrival of a convoy at its next point.
func (s *sim) reach(number int32, first bool) {
	c := &s.convoys[number]
	s.moving -= c.aboard
	switch {
	case c.home:
		s.sources[c.from].people.back(c.people)
		s.waiting += c.aboard
		s.finish(number)
	case c.point < len(s.Lines):
		s.stand(number, c.point)
	case s.takes(c):
		s.stand(number, c.point+c.prison)
	default:
		if first {
			s.today.refused += c.aboard
		}
		s.refuse(number)
	}
}

// takes reports whether the prison is open and has the beds that were reserved, which a lowered capacity may have taken away.
func (s *sim) takes(c *convoy) bool {
	p := &s.prisons[c.prison]
	return p.open() && p.total+p.reserved <= p.capacity
}

// retry is after how many minutes people who can go nowhere are tried again.
const retry = 360

// refuse finds another prison for a convoy that stands before a closed one. Where there is none, it waits for the end of a lockout, and else
// drives back to its source; who was brought out of a lost prison has none, and waits on the road.
func (s *sim) refuse(number int32) {
	c := &s.convoys[number]
	p := &s.prisons[c.prison]
	if to := s.choose(c.aboard); to >= 0 {
		p.reserved -= c.aboard
		c.prison = to
		s.reserve(to, c.aboard)
		s.drive(number, s.Convoy.BetweenMinutes)
		return
	}
	switch {
	case p.lost == 0 && p.locked > 0:
		s.stand(number, c.point+c.prison)
	case c.from >= 0:
		p.reserved -= c.aboard
		c.home = true
		back := s.Sources[c.from].DriveMinutes + s.Prisons[c.prison].DriveMinutes
		for _, v := range s.Lines {
			back += v.DriveMinutes
		}
		s.drive(number, back)
	default:
		s.moving += c.aboard
		s.plan(s.now+retry, reaches, number, 1)
	}
}

// turnAway sends vehicles that stand at the gate of a lost prison away, each as a convoy of its own.
func (s *sim) turnAway(at int) {
	queue := &s.stations[at].queue
	for _, v := range append([]vehicle(nil), queue.take(queue.len())...) {
		aboard := append([]uint8(nil), s.vehicle(&s.convoys[v.convoy], int(v.number))...)
		from := s.convoys[v.convoy].from
		number := s.form(from, at-len(s.Lines), 0)
		c, old := &s.convoys[number], &s.convoys[v.convoy]
		c.people, c.aboard, c.point = append(c.people, aboard...), len(aboard), len(s.Lines)
		old.aboard -= len(aboard)
		old.left--
		s.atGates -= len(aboard)
		s.moving += len(aboard)
		s.plan(s.now, reaches, number, 0)
		if old.left == 0 {
			s.finish(v.convoy)
		}
	}
}

// receive takes the people of a vehicle into a prison.
func (s *sim) receive(c *convoy, v, prison int) {
	p, people := &s.prisons[prison], s.vehicle(c, v)
	for _, k := range people {
		p.held[k]++
	}
	p.total += len(people)
	p.reserved -= len(people)
	c.aboard -= len(people)
	s.atGates -= len(people)
	s.today.received += len(people)
}

// finish lets a convoy end.
func (s *sim) finish(number int32) {
	s.convoys[number].aboard = 0
	s.idle = append(s.idle, number)
}
