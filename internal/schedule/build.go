package schedule

import (
	"slices"
)

// builder is a timetable in the making.
type builder struct {
	p        *Problem
	ways     []*way
	pristine calendar // nothing held
	calendar calendar
	now      int
	rides    []*load // per passenger
	placed   []placed
	left     []*party
	alerts   []Alert
	stays    []Convoy // under way
	number   int      // the last convoy's
}

// placed is a convoy with its departure.
type placed struct {
	*trip
	at int
}

// Build makes a timetable. It fails only when the problem makes no sense, with every bad field named; who cannot travel is in Timetable.Left.
//
// Vehicles are filled first, as few as possible, then convoys are made of them, and each gets the earliest departure at which all of its slots
// are free together. The order in which convoys choose matters: several orders are tried, and the one by which most people travel and the last arrives soonest
// is kept.
func Build(p *Problem) (Timetable, error) {
	b, err := begin(p)
	if err != nil {
		return Timetable{}, err
	}
	b.travel(p.parties(p.gone()))
	return b.timetable(), nil
}

func begin(p *Problem) (*builder, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	b := &builder{p: p, ways: p.ways(), rides: make([]*load, len(p.Passengers))}
	if !p.Now.IsZero() {
		b.now = max(p.minute(p.Now), 0)
		if p.Now.After(p.time(b.now)) {
			b.now++
		}
	}
	b.pristine = b.open()
	b.calendar = b.pristine.clone()
	return b, nil
}

// travel gives the parties seats and departures, route by route.
func (b *builder) travel(all []*party) {
	waiting := b.longRides(all)
	for _, w := range b.ways {
		var going, rest []*party
		for _, y := range waiting {
			if w.serves(y.source, y.prison) {
				going = append(going, y)
			} else {
				rest = append(rest, y)
			}
		}
		waiting = append(rest, b.ride(w, going)...)
	}
	for _, y := range waiting {
		y.fail(NoRoute, "")
	}
	b.left = append(b.left, waiting...)
}

// longRides lets those who would ride for long take the route that is meant for them, in full loads, and returns the others.
func (b *builder) longRides(all []*party) []*party {
	waiting := all
	for i, w := range b.ways {
		if w.LongRide == 0 || i == 0 {
			continue
		}
		groups := map[[3]string][]*party{}
		var order [][3]string
		in := map[int][3]string{} // the group of somebody
		for _, y := range waiting {
			if len(y.people) > 1 || !w.serves(y.source, y.prison) || !b.long(w, y) {
				continue
			}
			key := [3]string{y.source, y.prison, string(y.units[0].kind)}
			if groups[key] == nil {
				order = append(order, key)
			}
			in[y.people[0]] = key
			groups[key] = append(groups[key], y)
		}
		taken := map[*party]bool{}
		var going []*party
		for _, key := range order {
			g := slices.DeleteFunc(groups[key], func(y *party) bool { // a pair that is kept apart would need a vehicle more
				return slices.ContainsFunc(y.units[0].apart, func(i int) bool { return in[i] == key })
			})
			n := len(g) / w.Seats * w.Seats
			if len(g)-n >= max(w.Least, 1) {
				n = len(g)
			}
			for _, y := range g[:n] {
				taken[y] = true
				going = append(going, y)
			}
		}
		for _, y := range b.ride(w, going) {
			taken[y], y.why, y.place = false, "", ""
		}
		waiting = slices.DeleteFunc(slices.Clone(waiting), func(y *party) bool { return taken[y] })
	}
	return waiting
}

// long reports whether the route that somebody would take otherwise takes longer than they should ride.
func (b *builder) long(w *way, y *party) bool {
	for _, o := range b.ways[:w.at] {
		if o.serves(y.source, y.prison) {
			return o.ride(b.p, y.source, y.prison) > w.LongRide
		}
	}
	return false
}

// ride puts parties on a route, and returns those who find no seat or no slot.
func (b *builder) ride(w *way, parties []*party) []*party {
	bySource := map[string][]*party{}
	for _, y := range parties {
		bySource[y.source] = append(bySource[y.source], y)
	}
	var trips []*trip
	for _, source := range sorted(bySource) {
		for _, knots := range w.gather(b.pack(w, bySource[source])) {
			trips = append(trips, b.trip(w, source, knots))
		}
	}
	b.place(trips)
	return slices.DeleteFunc(slices.Clone(parties), func(y *party) bool { return y.seated })
}
