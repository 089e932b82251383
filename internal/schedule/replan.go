package schedule

import "slices"

// Replan makes a timetable when things have changed since the one before: a vehicle is broken, a gate has closed, a line is lost, people have another prison or do
// not travel. What departed before p.Now stays as it is, and a human is told when its gate has closed or its vehicle is broken. Other convoys keep their people,
// and their time and vehicles when these are still free; those that cannot leave at their time get the earliest other one. People whose journey
// changed get new vehicles. The passengers must stand at the positions that they had; new ones stand behind them.
func Replan(p *Problem, before Timetable) (Timetable, error) {
	b, err := begin(p)
	if err != nil {
		return Timetable{}, err
	}
	if err := before.validate(len(p.Passengers)); err != nil {
		return Timetable{}, err
	}
	gone := p.gone()
	b.number = before.Last
	var later []Convoy
	for _, c := range before.Convoys {
		b.number = max(b.number, c.Number)
		if !c.Underway && !c.Departs.Before(p.Now) {
			later = append(later, c)
			continue
		}
		c.Underway = true
		b.stays = append(b.stays, c)
		for _, l := range c.Loads {
			for _, s := range l.Stops {
				for _, i := range s.People {
					gone[i] = true
				}
			}
		}
	}
	for _, c := range b.stays {
		b.stay(c, before.Alerts)
	}
	parties := p.parties(gone)
	of := make([]*party, len(p.Passengers))
	for _, y := range parties {
		for _, i := range y.people {
			of[i] = y
		}
	}
	var moved []*trip
	for _, c := range later {
		t := b.again(c, of)
		if t == nil {
			continue
		}
		if at := p.minute(c.Departs); b.free(t, at) {
			b.calendar.hold(t.needs, at)
			b.placed = append(b.placed, placed{trip: t, at: at})
			t.seat()
		} else {
			moved = append(moved, t)
		}
	}
	b.place(moved)
	b.travel(slices.DeleteFunc(parties, func(y *party) bool { return y.seated }))
	return b.timetable(), nil
}

// validate names people of a timetable that are not there, or there twice.
func (t Timetable) validate(passengers int) error {
	var f faults
	seen := make([]bool, passengers)
	for n, c := range t.Convoys {
		for _, l := range c.Loads {
			f.bad(len(l.Stops) == 0, "convoys.stops", n+1, "schedule.empty", "")
			for _, s := range l.Stops {
				for _, i := range s.People {
					known := i >= 0 && i < passengers
					f.bad(!known, "convoys.people", n+1, "schedule.unknown", i)
					f.bad(known && seen[i], "convoys.people", n+1, "schedule.twice", i)
					if known {
						seen[i] = true
					}
				}
			}
		}
	}
	return f.err()
}

// free reports whether a trip can leave at a minute.
func (b *builder) free(t *trip, at int) bool {
	if at < b.now || at+t.length > b.calendar.minutes {
		return false
	}
	return !slices.ContainsFunc(t.needs, func(n need) bool { return b.calendar.next(n, at) != at })
}

// stay holds what a convoy under way holds, finds spares for its broken vehicles, and tells of places that have closed before it.
func (b *builder) stay(c Convoy, before []Alert) {
	told := map[string]bool{}
	for _, s := range c.Slots {
		res := b.resource(s.Place)
		from, until := b.p.minute(s.From), b.p.minute(s.Until)
		n := s.Vehicles
		if s.Gate {
			n = 1
		}
		if res >= 0 {
			b.calendar.hold([]need{{resource: res, from: from, until: until, n: n}}, 0)
			rest, end := b.pristine.clip(max(from, b.now), until)
			if !slices.Contains(b.pristine.free[res][rest:end], 0) {
				continue
			}
		}
		if until > b.now && !told[s.Place] {
			told[s.Place] = true
			b.alerts = append(b.alerts, Alert{Convoy: c.Number, Place: s.Place})
		}
	}
	at := slices.IndexFunc(b.ways, func(w *way) bool { return w.Code == c.Route })
	if at < 0 {
		return
	}
	w := b.ways[at]
	for _, l := range c.Loads {
		from, ready := b.p.minute(c.Departs), b.p.minute(l.Ready)
		vehicle := need{resource: b.vehicles(w), from: from, until: ready, n: 1}
		if slices.Contains(w.Broken, l.Vehicle) {
			vehicle.n = 0
			if ready > b.now {
				spare := b.spare(w, l.Vehicle, c.Number, before)
				b.alerts = append(b.alerts, Alert{Convoy: c.Number, Vehicle: l.Vehicle, Spare: spare, route: w.Code, ready: l.Ready})
				if spare > 0 {
					vehicle.from, vehicle.n = b.now, 1
				}
			}
		}
		b.calendar.hold([]need{vehicle, {resource: b.guards(w), from: from, until: ready, n: l.Guards}}, 0)
	}
}

// resource is the point or gate of that name, or -1.
func (b *builder) resource(place string) int {
	if res := slices.IndexFunc(b.p.Points, func(x Point) bool { return x.Code == place }); res >= 0 {
		return res
	}
	if g := slices.IndexFunc(b.p.Gates, func(g Gate) bool { return g.Prison == place }); g >= 0 {
		return b.gate(g)
	}
	return -1
}

// spare is the number of a vehicle that is not under way, the one that was named before if there is one; 0 when all are.
func (b *builder) spare(w *way, broken, convoy int, before []Alert) int {
	away := slices.Clone(w.Broken)
	for _, a := range b.alerts {
		if a.route == w.Code {
			away = append(away, a.Spare)
		}
	}
	now := b.p.time(b.now)
	for _, c := range b.stays {
		for _, l := range c.Loads {
			if c.Route == w.Code && l.Ready.After(now) {
				away = append(away, l.Vehicle)
			}
		}
	}
	there := func(v int) bool { return v >= 1 && v <= w.Vehicles && !slices.Contains(away, v) }
	for _, a := range before {
		if a.Convoy == convoy && a.Vehicle == broken && there(a.Spare) {
			return a.Spare
		}
	}
	for v := 1; v <= w.Vehicles; v++ {
		if there(v) {
			return v
		}
	}
	return 0
}

// again makes the trip of a convoy once more, without those whose journey has changed; nil when nothing of it can stay.
func (b *builder) again(c Convoy, of []*party) *trip {
	at := slices.IndexFunc(b.ways, func(w *way) bool { return w.Code == c.Route })
	if at < 0 || len(c.Loads) > b.ways[at].limit {
		return nil
	}
	w := b.ways[at]
	kept := b.unchanged(w, c, of)
	var loads []*load
	rides := map[*party][]*load{}
	ends := map[string]bool{}
	for _, from := range c.Loads {
		l := &load{kind: from.Kind, vehicle: from.Vehicle}
		for _, s := range from.Stops {
			units := map[*party]*unit{}
			to := stop{prison: w.gate[s.Prison]}
			for _, i := range s.People {
				y := of[i]
				if y == nil || !kept[y] {
					continue
				}
				if units[y] == nil {
					units[y] = &unit{of: y, kind: l.kind}
					to.units = append(to.units, units[y])
					rides[y] = append(rides[y], l)
				}
				units[y].people = append(units[y].people, i)
			}
			if len(to.units) > 0 {
				l.stops = append(l.stops, to)
				ends[s.Prison] = true
			}
		}
		if len(l.stops) == 0 {
			continue
		}
		if l.size() > w.Seats || !b.allowed(w, l) {
			return nil
		}
		w.direct(l)
		loads = append(loads, l)
	}
	if len(loads) == 0 || len(ends) > 1 && !w.Divide {
		return nil
	}
	var knots []*knot
	for _, l := range loads {
		for _, s := range l.stops {
			for _, u := range s.units {
				tie(rides[u.of])
			}
		}
	}
	for _, l := range loads {
		if l.knot.loads[0] == l {
			knots = append(knots, l.knot)
		}
	}
	t := b.trip(w, c.Source, knots)
	t.number = c.Number
	return t
}

// unchanged are the parties of a convoy that can travel as they were meant to.
func (b *builder) unchanged(w *way, c Convoy, of []*party) map[*party]bool {
	in := map[int]int{} // people to load
	kept := map[*party]bool{}
	for n, l := range c.Loads {
		for _, s := range l.Stops {
			for _, i := range s.People {
				if y := of[i]; y != nil && y.source == c.Source && y.prison == s.Prison && w.serves(y.source, y.prison) {
					in[i] = n
					kept[y] = true
				}
			}
		}
	}
	for y := range kept {
		for _, u := range y.units {
			n, here := in[u.people[0]]
			beside := func(o *unit) bool { // a woman of the family of a minor
				m, here := in[o.people[0]]
				return here && m == n && slices.Contains(o.women, u.minor)
			}
			same := here && (c.Loads[n].Kind == u.kind || u.minor != "" && c.Loads[n].Kind == Women && slices.ContainsFunc(y.units, beside))
			for _, i := range u.people {
				m, here := in[i]
				same = same && here && m == n
			}
			if !same {
				kept[y] = false
			}
		}
	}
	return kept
}

// allowed reports whether those in a load may ride together, and one vehicle may serve its stops.
func (b *builder) allowed(w *way, l *load) bool {
	aboard := map[int]bool{}
	heads := 0
	for _, s := range l.stops {
		for _, u := range s.units {
			heads += len(u.of.units)
			for _, i := range u.people {
				aboard[i] = true
			}
		}
	}
	for _, pair := range b.p.Apart {
		if aboard[pair[0]] && aboard[pair[1]] {
			return false
		}
	}
	if l.kind == Alone && (len(l.stops) > 1 || heads > 1) {
		return false
	}
	if len(l.stops) < 2 {
		return len(l.stops) == 1
	}
	pair := [2]int{l.stops[0].prison, l.stops[1].prison}
	_, there := w.onward[pair]
	_, back := w.onward[[2]int{pair[1], pair[0]}]
	return len(l.stops) == 2 && (there || back)
}
