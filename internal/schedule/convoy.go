package schedule

import (
	"cmp"
	"slices"
)

// gather makes convoys of knots: those whose vehicles stop first at the same prison go together, the largest knots first, each into the
// first convoy that has room.
func (w *way) gather(knots []*knot) [][]*knot {
	first := func(k *knot) int { return k.loads[0].stops[0].prison }
	slices.SortStableFunc(knots, func(x, y *knot) int {
		return cmp.Or(cmp.Compare(first(x), first(y)), cmp.Compare(len(y.loads), len(x.loads)))
	})
	var all [][]*knot
	var room []int
	full := 0 // so many convoys take nobody more
	for n, k := range knots {
		if n > 0 && first(knots[n-1]) != first(k) {
			full = len(room)
		}
		for full < len(room) && room[full] == 0 {
			full++
		}
		i := full + slices.IndexFunc(room[full:], func(n int) bool { return n >= len(k.loads) })
		if i < full {
			i = len(all)
			all = append(all, nil)
			room = append(room, w.limit)
		}
		all[i] = append(all[i], k)
		room[i] -= len(k.loads)
	}
	return all
}

// attempt is what comes of one order in which convoys choose their departure.
type attempt struct {
	calendar calendar
	placed   []placed
	failed   []*trip
	people   int // without a departure
	finish   int
	sum      int // of the departures
	tried    map[string]int
}

// never stands in attempt.tried for trips that have no departure.
const never = -1

// place gives trips their departures, in the best of several orders.
func (b *builder) place(trips []*trip) {
	pressure := b.pressure(trips)
	size := func(t *trip) int { return len(t.loads) }
	length := func(t *trip) int { return t.length }
	var best *attempt
	for _, by := range []func(x, y *trip) int{
		func(x, y *trip) int { return cmp.Compare(length(y), length(x)) },
		func(x, y *trip) int {
			return cmp.Or(cmp.Compare(pressure[y], pressure[x]), cmp.Compare(length(y), length(x)))
		},
		func(x, y *trip) int { return cmp.Or(cmp.Compare(size(y), size(x)), cmp.Compare(length(y), length(x))) },
		func(x, y *trip) int { return cmp.Compare(length(x), length(y)) },
	} {
		order := slices.Clone(trips)
		slices.SortStableFunc(order, by)
		if a := b.attempt(order); best == nil || a.better(best) {
			best = a
		}
	}
	b.take(best)
}

func (b *builder) attempt(order []*trip) *attempt {
	a := &attempt{calendar: b.calendar.clone(), tried: map[string]int{}}
	for _, t := range order {
		if a.depart(t, b.now) {
			continue
		}
		if len(t.knots) == 1 {
			a.fail(t)
			continue
		}
		for i, k := range t.knots {
			one := b.trip(t.way, t.source, []*knot{k})
			if i == 0 {
				one.number = t.number
			}
			if !a.depart(one, b.now) {
				a.fail(one)
			}
		}
	}
	return a
}

// depart gives a trip the earliest departure. A trip never leaves before one that needs the same and was asked before.
func (a *attempt) depart(t *trip, from int) bool {
	if last, known := a.tried[t.alike]; known {
		from = last
	}
	at, ok := never, false
	if from != never {
		if at, ok = a.calendar.earliest(t, from, never); !ok {
			at = never
		}
	}
	a.tried[t.alike] = at
	if !ok {
		return false
	}
	a.calendar.hold(t.needs, at)
	a.placed = append(a.placed, placed{trip: t, at: at})
	a.finish = max(a.finish, at+t.length)
	a.sum += at
	return true
}

func (a *attempt) fail(t *trip) {
	a.failed = append(a.failed, t)
	for _, l := range t.loads {
		a.people += l.size()
	}
}

func (a *attempt) better(o *attempt) bool {
	return cmp.Or(cmp.Compare(a.people, o.people), cmp.Compare(a.finish, o.finish), cmp.Compare(a.sum, o.sum)) < 0
}

// take makes an attempt the timetable so far.
func (b *builder) take(a *attempt) {
	b.calendar = a.calendar
	b.placed = append(b.placed, a.placed...)
	for _, t := range a.placed {
		t.seat()
	}
	known := map[string]Left{}
	for _, t := range a.failed {
		why, told := known[t.alike]
		if !told {
			why = b.reason(t)
			known[t.alike] = why
		}
		for _, y := range t.parties() {
			y.fail(why.Why, why.Place)
		}
	}
}

func (t *trip) seat() {
	for _, y := range t.parties() {
		y.seated = true
	}
}

func (t *trip) parties() []*party {
	var all []*party
	for _, l := range t.loads {
		for _, s := range l.stops {
			for _, u := range s.units {
				all = append(all, u.of)
			}
		}
	}
	return all
}

// reason is what keeps a trip from having a departure. When it would have none with nobody else on the way, that is the one resource without
// which it would; otherwise the one that would have to be free of others.
func (b *builder) reason(t *trip) Left {
	why, held := NoWindow, b.pristine
	if _, ok := b.pristine.earliest(t, b.now, never); ok {
		why, held = NoSlot, b.calendar
	}
	for i, n := range t.needs {
		if i > 0 && t.needs[i-1].resource == n.resource {
			continue
		}
		var ok bool
		if why == NoWindow {
			_, ok = held.earliest(t, b.now, n.resource)
		} else {
			other := calendar{free: slices.Clone(held.free), minutes: held.minutes}
			other.free[n.resource] = b.pristine.free[n.resource]
			_, ok = other.earliest(t, b.now, never)
		}
		switch res := n.resource; {
		case !ok:
		case b.isPoint(res):
			return Left{Why: why, Place: b.p.Points[res].Code}
		case b.isGate(res):
			return Left{Why: why, Place: b.p.Gates[res-len(b.p.Points)].Prison}
		case res == b.vehicles(t.way):
			return Left{Why: NoVehicle, Place: t.Code}
		case res == b.guards(t.way):
			return Left{Why: NoGuards, Place: t.Code}
		default:
			return Left{Why: why, Place: t.Code}
		}
	}
	if why == NoSlot {
		why = NoTime
	}
	return Left{Why: why}
}

// pressure tells for each trip how much is asked of the resource that is asked for most, as a part of what there is of it.
func (b *builder) pressure(trips []*trip) map[*trip]float64 {
	asked := make([]float64, len(b.calendar.free))
	for _, t := range trips {
		for _, n := range t.needs {
			asked[n.resource] += float64(n.n * (n.until - n.from))
		}
	}
	for res, free := range b.calendar.free {
		var there float64
		for _, n := range free {
			there += float64(max(n, 0))
		}
		asked[res] /= max(there, 1)
	}
	of := make(map[*trip]float64, len(trips))
	for _, t := range trips {
		for _, n := range t.needs {
			of[t] = max(of[t], asked[n.resource])
		}
	}
	return of
}
