package forecast

import (
	"math"
	"math/rand/v2"
)

// station is a line, or the gate of a prison: lanes that serve one vehicle each, first come first served, while it is open.
type station struct {
	law           law
	lanes, busy   int
	opens, closes float64 // minutes of a day; alike: always open
	shut          int     // closures in force
	queue         fifo[vehicle]
	chance        *rand.Rand

	since           float64    // until when the open time is counted
	available, work float64    // minutes of its lanes: open, and busy
	waited, longest float64    // minutes of vehicles until their service began
	begun, vehicles int        // services begun, and ended
	before          [2]float64 // available and work at the begin of the week
	busiest         float64    // utilisation of a week at most
}

// utilisation is work as a part of the open time, which it exceeds when a service ends after closing.
func utilisation(work, available float64) float64 {
	if available == 0 {
		return 0
	}
	return work / available
}

func (st *station) endOfWeek() {
	st.busiest = max(st.busiest, utilisation(st.work-st.before[1], st.available-st.before[0]))
	st.before = [2]float64{st.available, st.work}
}

// vehicle is a vehicle that stands at a station.
type vehicle struct {
	convoy int32
	number int32
	since  float64
}

func newStation(v Service, chance *rand.Rand) station {
	opens, _ := clock(v.Opens) // it is valid, or both are empty and alike
	closes, _ := clock(v.Closes)
	return station{law: newLaw(v.Minutes, v.Law, v.Spread), lanes: v.Lanes, opens: opens, closes: closes, chance: chance}
}

// within reports whether a minute of a day is in the window.
func (st *station) within(minute float64) bool {
	if st.opens <= st.closes {
		return st.opens == st.closes || minute >= st.opens && minute < st.closes
	}
	return minute >= st.opens || minute < st.closes
}

// overlap is how much of two moments of a day lies in the window.
func (st *station) overlap(from, to float64) float64 {
	between := func(a, b float64) float64 { return max(min(to, b)-max(from, a), 0) }
	switch {
	case st.opens == st.closes:
		return to - from
	case st.opens < st.closes:
		return between(st.opens, st.closes)
	}
	return between(0, st.closes) + between(st.opens, day)
}

// account counts the open time until now. It is called at least at every midnight.
func (s *sim) account(i int) {
	st := &s.stations[i]
	if midnight := float64(s.date) * day; st.shut == 0 {
		st.available += float64(st.lanes) * st.overlap(st.since-midnight, s.now-midnight)
	}
	st.since = s.now
}

// serve lets the next vehicles in, as far as there are lanes and the station is open.
func (s *sim) serve(i int) {
	st := &s.stations[i]
	for st.busy < st.lanes && st.shut == 0 && st.queue.len() > 0 && st.within(math.Mod(s.now, day)) {
		v := st.queue.take(1)[0]
		wait, takes := s.now-v.since, st.law.draw(st.chance)
		st.waited += wait
		st.longest = max(st.longest, wait)
		st.work += min(takes, s.end-s.now)
		st.begun++
		st.busy++
		s.plan(s.now+takes, served, v.convoy, v.number)
	}
}

// stand puts all vehicles of a convoy in the queue of a station.
func (s *sim) stand(number int32, at int) {
	c := &s.convoys[number]
	c.station = at
	c.left = (len(c.people) + s.Convoy.Seats - 1) / s.Convoy.Seats
	if at < len(s.Lines) {
		s.atLines += c.aboard
		s.today.atLines = max(s.today.atLines, s.atLines)
	} else {
		s.atGates += c.aboard
		s.today.atGates = max(s.today.atGates, s.atGates)
	}
	for v := range c.left {
		s.stations[at].queue.push(vehicle{number, int32(v), s.now})
	}
	s.serve(at)
}

// through is the end of a service: a convoy drives on with its last vehicle, and at a gate the people of each vehicle are taken in.
func (s *sim) through(number int32, v int) {
	c := &s.convoys[number]
	at := c.station
	st := &s.stations[at]
	st.busy--
	st.vehicles++
	c.left--
	if s.watch != nil {
		s.see(c, v, s.code(at))
	}
	switch {
	case at >= len(s.Lines):
		s.receive(c, v, at-len(s.Lines))
		if c.left == 0 {
			s.finish(number)
		}
	case c.left == 0:
		s.atLines -= c.aboard
		c.point++
		s.drive(number, s.leg(c))
	}
	s.serve(at)
}

func (s *sim) code(at int) string {
	if at < len(s.Lines) {
		return s.Lines[at].Code
	}
	return s.Prisons[at-len(s.Lines)].Code
}

// shut begins a closure.
func (s *sim) shut(i int) {
	r := &s.model.closures[i]
	at := r.place
	if r.kind != LostLine {
		at += len(s.Lines)
	}
	s.account(at)
	s.stations[at].shut++
	switch r.kind {
	case Lockout:
		s.prisons[r.place].locked++
	case LostPrison:
		s.prisons[r.place].lost++
		s.turnAway(at)
	}
	until := r.until
	if r.gap > 0 {
		until = s.now + s.closing[i].ExpFloat64()*r.length
	}
	if until < s.end {
		s.plan(until, reopens, int32(i), 0)
	}
}

// reopen ends a closure, and plans the next of those that come at random.
func (s *sim) reopen(i int) {
	r := &s.model.closures[i]
	at := r.place
	switch r.kind {
	case Lockout:
		s.prisons[r.place].locked--
	case LostPrison:
		s.prisons[r.place].lost--
	}
	if r.kind != LostLine {
		at += len(s.Lines)
	}
	s.account(at)
	s.stations[at].shut--
	s.serve(at)
	if r.gap > 0 {
		s.plan(s.now+s.closing[i].ExpFloat64()*r.gap, closes, int32(i), 0)
	}
}
