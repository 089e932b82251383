package forecast

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"

	"amana/internal/fault"
)

// kind is what happens.
type kind uint8

const (
	arrives kind = iota // at source a somebody becomes ready; b is 1 when only the day's rate is looked at again
	leaves              // by exit a somebody leaves custody; b likewise
	departs             // departure a of the day
	reaches             // convoy a reaches its next point; b is 1 when it was there before and tries again
	served              // vehicle b of convoy a is through
	opens               // the window of station a
	closes              // closure a begins
	reopens             // closure a ends
	alters              // change a
)

// sim is one replication. Everybody is in exactly one of: waiting at a source, aboard a convoy, held in a prison, left.
type sim struct {
	*model
	agenda
	now  float64
	date int     // days since the start
	dawn float64 // end of the day

	sources  []pool
	stations []station // the lines, then the gates of the prisons
	prisons  []house
	convoys  []convoy
	idle     []int32 // convoys that have ended
	leaving  []outflow
	closing  []*rand.Rand
	road     *rand.Rand
	choice   *rand.Rand
	doubt    []float64 // factor on the flow of each week

	entered                           int // everybody there ever was
	waiting, moving, atLines, atGates int
	left                              []int32 // by group of exits
	formed                            int     // convoys so far
	events                            int64
	today                             tally
	out                               record
	watch                             func(PastPassage, []uint8) // sees every vehicle pass, with those aboard; nil for nobody
}

// house is a prison as it fills.
type house struct {
	held         []int32 // by nationality
	total        int     // the same, together
	reserved     int     // beds for those on the way
	sent         int     // people for whom a bed was reserved
	share        float64 // as the replication has it
	capacity     int
	locked, lost int // closures in force
}

// tally is what is counted anew on each day.
type tally struct {
	arrived, received, refused int
	moving, atLines, atGates   int // most of the day
}

// start sets a replication up.
func (m *model) start(seed uint64, replication int) *sim {
	chance := func(name string) *rand.Rand { return chanceOf(seed, replication, name) }
	s := &sim{model: m, dawn: day, road: chance("road"), choice: chance("allocation"), left: make([]int32, len(m.groups))}
	s.out = newRecord(m)
	doubt := chance("doubt")
	level, each := newLaw(1, Lognormal, m.Doubt.Flow).draw(doubt), newLaw(1, Lognormal, m.Doubt.Week)
	for range m.Weeks {
		s.doubt = append(s.doubt, level*each.draw(doubt))
	}
	for i, r := range m.changes {
		s.plan(max(r.at, 0), alters, int32(i), 0)
	}
	for i, r := range m.closures {
		s.closing = append(s.closing, chance("closure/"+m.Closures[i].Code+string(m.Closures[i].Kind)))
		switch {
		case r.gap > 0:
			s.plan(s.closing[i].ExpFloat64()*r.gap, closes, int32(i), 0)
		case r.until > 0:
			s.plan(max(r.from, 0), closes, int32(i), 0)
		}
	}
	for _, v := range m.Lines {
		s.stations = append(s.stations, newStation(v.Service, chance("service/"+v.Code)))
	}
	share := newLaw(1, Lognormal, m.Doubt.Share)
	for i, v := range m.Prisons {
		s.stations = append(s.stations, newStation(v.Gate, chance("service/"+v.Code)))
		s.prisons = append(s.prisons, house{held: append([]int32(nil), m.held[i]...), total: v.Occupied, capacity: v.Capacity, share: v.Share * share.draw(doubt)})
		s.entered += v.Occupied
		s.fill(i)
	}
	for i := range s.stations {
		if st := &s.stations[i]; st.opens != st.closes {
			s.plan(st.opens, opens, int32(i), 0)
		}
	}
	for i, v := range m.Sources {
		s.sources = append(s.sources, pool{flow: v.PerWeek, chance: chance("arrivals/" + v.Code)})
		s.join(i, v.Waiting)
		s.plan(0, arrives, int32(i), 1)
	}
	s.today = tally{}
	for i := range m.exits {
		x := outflow{factor: 1, chance: chance("exits/" + string(m.Exits[i].Way) + m.Exits[i].Nationality)}
		x.doubt = newLaw(1, Lognormal, cmp.Or(m.Exits[i].Doubt, m.Doubt.Exits)).draw(x.chance)
		s.leaving = append(s.leaving, x)
		s.plan(max(m.exits[i].from, 0), leaves, int32(i), 1)
	}
	for i, at := range m.slots {
		s.plan(at, departs, int32(i), 0)
	}
	return s
}

// run lets everything happen until the end. It fails when the forecast is stopped, or when a person vanished or appeared from nowhere.
func (s *sim) run(ctx context.Context) error {
	for {
		e := event{at: math.Inf(1)}
		if len(s.heap) > 0 {
			e = s.next()
		}
		for e.at >= s.dawn { // what happens at midnight is of the new day
			if err := s.endOfDay(ctx); err != nil {
				return err
			}
			if s.dawn > s.end {
				return nil
			}
		}
		s.now = e.at
		s.events++
		s.happen(e)
	}
}

func (s *sim) happen(e event) {
	switch e.kind {
	case arrives:
		s.arrive(int(e.a), e.b == 0)
	case leaves:
		s.leave(int(e.a), e.b == 0)
	case departs:
		s.dispatch()
		s.plan(s.now+day, departs, e.a, 0)
	case reaches:
		s.reach(e.a, e.b == 0)
	case served:
		s.through(e.a, int(e.b))
	case opens:
		s.serve(int(e.a))
		s.plan(s.now+day, opens, e.a, 0)
	case closes:
		s.shut(int(e.a))
	case reopens:
		s.reopen(int(e.a))
	case alters:
		s.alter(s.changes[e.a])
	}
}

// alter makes a change of the scenario come true.
func (s *sim) alter(c changeRule) {
	switch c.set {
	case SetFlow:
		if c.place >= 0 {
			s.sources[c.place].flow = c.value
			return
		}
		sum := 0.0
		for _, p := range s.sources {
			sum += p.flow
		}
		for i := range s.sources {
			if sum > 0 {
				s.sources[i].flow *= c.value / sum
			} else {
				s.sources[i].flow = c.value / float64(len(s.sources))
			}
		}
	case SetExits:
		for _, i := range c.exits {
			s.leaving[i].factor = c.value
		}
	case SetCapacity:
		s.prisons[c.place].capacity = int(c.value)
		s.fill(c.place)
	case SetLanes:
		s.account(c.place)
		s.stations[c.place].lanes = int(c.value)
		s.serve(c.place)
	case SetMinutes:
		st, v := &s.stations[c.place], s.Lines[c.place].Service
		st.law = newLaw(c.value, v.Law, v.Spread)
	}
}

// endOfDay writes the day down, counts everybody where they are, and begins the next one.
func (s *sim) endOfDay(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.now = s.dawn
	for i := range s.stations {
		s.account(i)
		if s.date%7 == 6 {
			s.stations[i].endOfWeek()
		}
	}
	if err := s.conserved(); err != nil {
		return err
	}
	s.write()
	s.date++
	s.dawn = float64(s.date+1) * day
	s.today = tally{moving: s.moving, atLines: s.atLines, atGates: s.atGates}
	return nil
}

// conserved counts everybody where they are, and compares with everybody there ever was (norms G3).
func (s *sim) conserved() error {
	var waiting, aboard, held, totals, left int
	for i := range s.sources {
		waiting += s.sources[i].people.len()
	}
	for i := range s.convoys {
		aboard += s.convoys[i].aboard
	}
	for i := range s.prisons {
		for _, n := range s.prisons[i].held {
			held += int(n)
		}
		totals += s.prisons[i].total
	}
	for _, n := range s.left {
		left += int(n)
	}
	if waiting != s.waiting || held != totals || aboard != s.moving+s.atLines+s.atGates || waiting+aboard+held+left != s.entered {
		return fault.New(fault.Internal, "forecast.not_conserved", "day %d: %d entered, and there are %d waiting, %d aboard, %d held and %d left",
			s.date, s.entered, waiting, aboard, held, left)
	}
	return nil
}
