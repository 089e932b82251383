package schedule

import (
	"cmp"
	"slices"
	"time"
)

// timetable says what was built.
func (b *builder) timetable() Timetable {
	t := Timetable{Alerts: b.alerts, Convoys: slices.Clone(b.stays)}
	slices.SortStableFunc(b.placed, func(x, y placed) int { return cmp.Compare(x.at, y.at) })
	for _, c := range b.placed {
		if c.number == 0 {
			b.number++
			c.number = b.number
		}
		t.Convoys = append(t.Convoys, b.convoy(c))
	}
	slices.SortStableFunc(t.Convoys, func(x, y Convoy) int { return cmp.Or(x.Departs.Compare(y.Departs), cmp.Compare(x.Number, y.Number)) })
	t.Last = b.number
	b.numbers(t.Convoys)
	for _, y := range b.left {
		for _, i := range y.people {
			t.Left = append(t.Left, Left{Passenger: i, Why: y.why, Place: y.place})
		}
	}
	slices.SortFunc(t.Left, func(x, y Left) int { return cmp.Compare(x.Passenger, y.Passenger) })
	for _, c := range t.Convoys {
		for _, s := range c.Slots {
			if s.Until.After(t.Finish) {
				t.Finish = s.Until
			}
		}
	}
	b.count(&t)
	return t
}

// count says how much of everything is used, and what no timetable goes below.
func (b *builder) count(t *Timetable) {
	t.Soonest = b.soonest()
	t.Fleets = b.fleets(t.Convoys)
	for _, f := range t.Fleets {
		t.Loads += f.Loads
		t.Bound += f.Bound
	}
	t.Uses = b.uses(t.Convoys)
}

func (b *builder) convoy(c placed) Convoy {
	to := Convoy{Number: c.number, Route: c.Code, Source: c.source, Departs: b.p.time(c.at), Until: b.p.time(c.at + c.length)}
	for i, l := range c.loads {
		out := Load{Vehicle: l.vehicle, Kind: l.kind, Guards: l.guards(c.way), Ready: b.p.time(c.at + c.ready[i])}
		for _, s := range l.stops {
			var people []int
			for _, u := range s.units {
				people = append(people, u.people...)
			}
			slices.Sort(people)
			out.Stops = append(out.Stops, Stop{Prison: b.p.Gates[s.prison].Prison, People: people})
		}
		to.Guards += out.Guards
		to.Loads = append(to.Loads, out)
	}
	for _, n := range c.slots {
		s := Slot{From: b.p.time(c.at + n.from), Latest: b.p.time(c.at + n.latest), Until: b.p.time(c.at + n.until), Vehicles: n.vehicles, People: n.who}
		if b.isPoint(n.resource) {
			s.Place = b.p.Points[n.resource].Code
		} else {
			s.Place, s.Gate = b.p.Gates[n.resource-len(b.p.Points)].Prison, true
		}
		to.Slots = append(to.Slots, s)
	}
	slices.SortStableFunc(to.Slots, func(x, y Slot) int { return x.From.Compare(y.From) })
	return to
}

// numbers gives each load that has none yet, or whose vehicle is out or taken, the first vehicle that is there when it departs.
func (b *builder) numbers(convoys []Convoy) {
	for _, w := range b.ways {
		ready := make([]time.Time, w.Vehicles+1)
		for _, v := range w.Broken {
			ready[v] = b.p.Start.AddDate(MaxDays+1, 0, 0)
		}
		for _, a := range b.alerts {
			if a.Spare > 0 && w.Code == a.route {
				ready[a.Spare] = later(ready[a.Spare], a.ready)
			}
		}
		for n := range convoys {
			c := &convoys[n]
			if c.Route != w.Code {
				continue
			}
			for i := range c.Loads {
				l := &c.Loads[i]
				known := l.Vehicle >= 1 && l.Vehicle <= w.Vehicles
				if !c.Underway && (!known || ready[l.Vehicle].After(c.Departs)) {
					l.Vehicle = max(1+slices.IndexFunc(ready[1:], func(t time.Time) bool { return !t.After(c.Departs) }), 0)
					known = true
				}
				if known {
					ready[l.Vehicle] = later(ready[l.Vehicle], l.Ready)
				}
			}
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fleets says how the vehicles of each route are used, and what no timetable goes below.
func (b *builder) fleets(convoys []Convoy) []Fleet {
	var all []Fleet
	for _, w := range b.ways {
		f := Fleet{Route: w.Code}
		crowds := map[string]*crowd{} // by source and kind
		var vehicles, guards []change
		for _, c := range convoys {
			if c.Route != w.Code {
				continue
			}
			for _, l := range c.Loads {
				f.Loads++
				f.People += l.People()
				vehicles = append(vehicles, change{c.Departs, 1}, change{l.Ready, -1})
				guards = append(guards, change{c.Departs, l.Guards}, change{l.Ready, -l.Guards})
				if l.Kind == Alone {
					f.Bound++
					continue
				}
				key := c.Source + " " + string(l.Kind)
				if crowds[key] == nil {
					crowds[key] = w.crowd()
				}
				for _, s := range l.Stops {
					crowds[key].people[w.gate[s.Prison]] += len(s.People)
				}
			}
		}
		for _, key := range sorted(crowds) {
			f.Bound += crowds[key].bound()
		}
		f.AtOnce, f.Guards = peak(vehicles), peak(guards)
		all = append(all, f)
	}
	return all
}

// uses says how much of each point and gate is held.
func (b *builder) uses(convoys []Convoy) []Use {
	var all []Use
	at := map[string]int{}
	changes := make([][]change, len(b.p.Points)+len(b.p.Gates))
	for res := range changes {
		u := Use{Gate: b.isGate(res)}
		if u.Gate {
			g := b.p.Gates[res-len(b.p.Points)]
			u.Place, u.Of = g.Prison, g.Teams
		} else {
			u.Place, u.Of = b.p.Points[res].Code, b.p.Points[res].Lanes
		}
		for _, n := range b.pristine.free[res] {
			u.Open += int(n)
		}
		at[u.Place] = res
		all = append(all, u)
	}
	for _, c := range convoys {
		for _, s := range c.Slots {
			res, known := at[s.Place]
			if !known { // of a convoy under way, at a place that is no more
				continue
			}
			n := s.Vehicles
			if s.Gate {
				n = 1
			}
			all[res].Slots++
			all[res].Held += n * int(s.Until.Sub(s.From)/time.Minute)
			changes[res] = append(changes[res], change{s.From, n}, change{s.Until, -n})
		}
	}
	for res := range all {
		all[res].Peak = peak(changes[res])
	}
	return all
}

// change is how a number changes at a moment.
type change struct {
	at time.Time
	by int
}

// peak is the highest that changes sum up to at any moment.
func peak(changes []change) int {
	slices.SortFunc(changes, func(x, y change) int { return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.by, y.by)) })
	sum, most := 0, 0
	for _, c := range changes {
		sum += c.by
		most = max(most, sum)
	}
	return most
}

// soonest is when the last slot ends at the earliest, in any timetable with these convoys: each alone cannot end before its first chance with
// nobody else on the way; and of each point and gate so many minutes are needed, which are open only little by little, from the
// moment on at which the first of them can be there, and after which the last of them still has its way to go.
func (b *builder) soonest() time.Time {
	ends := make([]int, 1, len(b.placed)+1)
	need := make([]int, len(b.pristine.free))
	from, rest := make([]int, len(need)), make([]int, len(need))
	for _, c := range b.placed {
		if at, ok := b.pristine.earliest(c.trip, b.now, never); ok {
			ends = append(ends, at+c.length)
		}
		for _, n := range c.slots {
			if need[n.resource] == 0 {
				from[n.resource], rest[n.resource] = n.from, c.length-n.until
			}
			need[n.resource] += n.n * (n.until - n.from)
			from[n.resource] = min(from[n.resource], n.from)
			rest[n.resource] = min(rest[n.resource], c.length-n.until)
		}
	}
	for res, n := range need {
		for m := min(b.now+from[res], b.pristine.minutes); m < b.pristine.minutes && n > 0; m++ {
			if n -= int(b.pristine.free[res][m]); n <= 0 {
				ends = append(ends, m+1+rest[res])
			}
		}
	}
	for _, w := range b.ways { // a vehicle's last trip needs no turnaround
		sum := 0
		for _, c := range b.placed {
			for _, ready := range c.ready {
				if c.way == w {
					sum += ready
				}
			}
		}
		if sum > 0 {
			ends = append(ends, b.now+(sum+w.usable-1)/w.usable-w.Turnaround)
		}
	}
	if len(b.placed) == 0 {
		return time.Time{}
	}
	return b.p.time(slices.Max(ends))
}
