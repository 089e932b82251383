package schedule

import (
	"cmp"
	"slices"
)

// load is a vehicle that is being filled.
type load struct {
	kind    Kind
	stops   []stop
	spare   int // seats that are meant for no prison in particular
	knot    *knot
	vehicle int // that it had in the timetable before, or 0
}

// stop is a prison at which a load stops, and for how many more people of it seats are meant.
type stop struct {
	prison int // position of the gate
	free   int
	units  []*unit
}

// knot is loads that must be in one convoy, because a family rides in them.
type knot struct{ loads []*load }

// packing fills the vehicles of one route and source.
type packing struct {
	way   *way
	loads map[Kind][]*load
	rides []*load // per passenger
	none  map[Kind]int
	looks int // at how many vehicles makeRoom may still look
}

// looks bounds all of makeRoom for one route and source, since everybody may be kept apart from everybody.
const looks = 1_000_000

// pack gives every party seats in few vehicles, and returns the vehicles, tied into knots. A party that cannot ride has its reason.
func (b *builder) pack(w *way, parties []*party) []*knot {
	k := &packing{way: w, loads: map[Kind][]*load{}, rides: b.rides, none: map[Kind]int{}, looks: looks}
	crowds := map[Kind]*crowd{}
	var going []*party
	units := map[*party][]*unit{}
	for _, y := range parties {
		all, why := y.fit(w.Seats, w.limit)
		if w.usable == 0 {
			why = NoVehicle
		}
		if why != "" {
			y.fail(why, w.Code)
			continue
		}
		going = append(going, y)
		units[y] = all
		for _, u := range all {
			if u.kind == Alone {
				continue
			}
			if crowds[u.kind] == nil {
				crowds[u.kind] = w.crowd()
			}
			crowds[u.kind].people[w.gate[y.prison]] += len(u.people)
		}
	}
	for kind, d := range crowds {
		k.loads[kind] = w.empty(kind, d.compose())
	}
	slices.SortStableFunc(going, func(x, y *party) int { // those who are hardest to seat first
		return cmp.Or(cmp.Compare(min(len(units[y]), 2), min(len(units[x]), 2)),
			cmp.Compare(min(len(units[y][0].apart), 1), min(len(units[x][0].apart), 1)),
			cmp.Compare(len(y.people), len(x.people)))
	})
	for _, y := range going {
		k.seat(units[y])
	}
	return k.knots()
}

// empty makes the vehicles that were composed.
func (w *way) empty(kind Kind, composed [][]share) []*load {
	var all []*load
	for _, c := range composed {
		l := &load{kind: kind, spare: w.Seats}
		for _, s := range c {
			l.stops = append(l.stops, stop{prison: s.prison, free: s.people})
			l.spare -= s.people
		}
		all = append(all, l)
	}
	return all
}

// fits tells the stop of a load at which a unit can have seats, or -1.
func (k *packing) fits(l *load, u *unit, prison int) int {
	for i, s := range l.stops {
		if s.prison == prison && l.kind != Alone && len(u.people) <= s.free+l.spare && !k.apart(l, u, nil) {
			return i
		}
	}
	return -1
}

// apart reports whether somebody in a load, but for one unit, must not ride with a unit.
func (k *packing) apart(l *load, u, but *unit) bool {
	return slices.ContainsFunc(u.apart, func(i int) bool {
		return k.rides[i] == l && (but == nil || !slices.Contains(but.people, i))
	})
}

func (k *packing) add(l *load, at int, u *unit) {
	s := &l.stops[at]
	s.units = append(s.units, u)
	s.free -= len(u.people)
	if s.free < 0 {
		l.spare, s.free = l.spare+s.free, 0
	}
	for _, i := range u.people {
		k.rides[i] = l
	}
}

func (k *packing) remove(l *load, at int, u *unit) {
	s := &l.stops[at]
	s.units = slices.DeleteFunc(s.units, func(x *unit) bool { return x == u })
	s.free += len(u.people)
	k.none[l.kind] = 0
	for _, i := range u.people {
		k.rides[i] = nil
	}
}

// seat finds vehicles for the units of one party.
func (k *packing) seat(units []*unit) {
	prison := k.way.gate[units[0].of.prison]
	if len(units) > 1 {
		k.tie(units, prison)
		return
	}
	u := units[0]
	var best *load
	at := -1
	for _, l := range k.loads[u.kind][k.full(u.kind):] {
		if i := k.fits(l, u, prison); i >= 0 && (best == nil || l.stops[i].free < best.stops[at].free) {
			best, at = l, i
		}
	}
	if best == nil && k.makeRoom(u, prison) {
		return
	}
	if best == nil {
		best, at = k.another(u.kind, prison), 0
	}
	k.add(best, at, u)
}

// full is how many of the vehicles of a kind need not be looked at, because the first so many have no seat left.
func (k *packing) full(kind Kind) int {
	n := k.none[kind]
	for n < len(k.loads[kind]) && (kind == Alone || k.loads[kind][n].left() == 0) {
		n++
	}
	k.none[kind] = n
	return n
}

// left counts the seats that nobody has.
func (l *load) left() int {
	n := l.spare
	for _, s := range l.stops {
		n += s.free
	}
	return n
}

// another adds a vehicle.
func (k *packing) another(kind Kind, prison int) *load {
	l := &load{kind: kind, spare: k.way.Seats, stops: []stop{{prison: prison}}}
	k.loads[kind] = append(k.loads[kind], l)
	return l
}

// makeRoom moves one unit to another vehicle so that a unit that fits nowhere takes its seats.
func (k *packing) makeRoom(u *unit, prison int) bool {
	if k.looks < 0 {
		return false
	}
	for _, l := range k.loads[u.kind] {
		for i, s := range l.stops {
			if s.prison != prison {
				continue
			}
			for _, o := range s.units {
				if o.tied || s.free+l.spare+len(o.people) < len(u.people) || k.apart(l, u, o) {
					continue
				}
				for _, other := range k.loads[u.kind][k.full(u.kind):] {
					if k.looks--; other == l || k.looks < 0 {
						continue
					}
					if at := k.fits(other, o, prison); at >= 0 {
						k.remove(l, i, o)
						k.add(other, at, o)
						k.add(l, i, u)
						return true
					}
				}
			}
		}
	}
	return false
}

// choice is a vehicle for a unit; without a load, a new one.
type choice struct {
	load *load
	at   int
}

// tie finds vehicles for a party that needs several, so that the knot of all vehicles that must travel together stays within one
// convoy: of the plans that begin with each vehicle for the first unit, the one with the fewest new vehicles and the smallest knot.
func (k *packing) tie(units []*unit, prison int) {
	var best []choice
	least := -1
	for _, first := range k.choices(units[0], prison, nil) {
		plan := []choice{first}
		for _, u := range units[1:] {
			next, cheapest := choice{}, -1
			for _, c := range k.choices(u, prison, plan) {
				if cost := k.cost(append(plan[:len(plan):len(plan)], c)); cheapest < 0 || cost < cheapest {
					next, cheapest = c, cost
				}
			}
			plan = append(plan, next)
		}
		if cost := k.cost(plan); least < 0 || cost < least {
			best, least = plan, cost
		}
	}
	var tied []*load
	for i, c := range best {
		if c.load == nil {
			c = choice{load: k.another(units[i].kind, prison)}
		}
		units[i].tied = true
		k.add(c.load, c.at, units[i])
		tied = append(tied, c.load)
	}
	tie(tied)
}

// tie ties loads, and all that are tied to them, into one knot.
func tie(loads []*load) {
	knotted := &knot{}
	for _, l := range loads {
		if l.knot == nil {
			l.knot = &knot{loads: []*load{l}}
		}
		if l.knot == knotted {
			continue
		}
		knotted.loads = append(knotted.loads, l.knot.loads...)
		for _, m := range l.knot.loads {
			m.knot = knotted
		}
	}
}

func (k *packing) choices(u *unit, prison int, taken []choice) []choice {
	var all []choice
	for _, l := range k.loads[u.kind] {
		if i := k.fits(l, u, prison); i >= 0 && !slices.ContainsFunc(taken, func(c choice) bool { return c.load == l }) {
			all = append(all, choice{l, i})
		}
	}
	return append(all, choice{})
}

// cost is the size of the knot that a plan ties, after how many new vehicles it takes; a knot too large for a convoy costs most.
func (k *packing) cost(plan []choice) int {
	const fresh, never = 1 << 20, 1 << 40
	size, cost := 0, 0
	for i, c := range plan {
		switch {
		case c.load == nil:
			size++
			cost += fresh
		case c.load.knot == nil:
			size++
		case !slices.ContainsFunc(plan[:i], func(o choice) bool { return o.load != nil && o.load.knot == c.load.knot }):
			size += len(c.load.knot.loads)
		}
	}
	if size > k.way.limit {
		cost += never
	}
	return cost + size
}

// knots lists the vehicles that have people, tied together or by themselves.
func (k *packing) knots() []*knot {
	var all []*knot
	for _, kind := range []Kind{Men, Women, Boys, Girls, Alone} {
		for _, l := range k.loads[kind] {
			l.stops = slices.DeleteFunc(l.stops, func(s stop) bool { return len(s.units) == 0 })
			if len(l.stops) == 0 {
				continue
			}
			k.way.direct(l)
			if l.knot == nil {
				l.knot = &knot{loads: []*load{l}}
			}
			if l.knot.loads[0] == l {
				all = append(all, l.knot)
			}
		}
	}
	return all
}
