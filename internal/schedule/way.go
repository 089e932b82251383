package schedule

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// way is a route with what is looked up in it again and again.
type way struct {
	*Route
	at     int            // position of the route
	points []int          // positions of the points
	gate   map[string]int // positions of all gates, by prison
	arrive []int          // minutes to each gate
	limit  int            // vehicles in one convoy
	onward map[[2]int]int // minutes from gate to gate
	usable int            // vehicles
}

func (p *Problem) ways() []*way {
	gate, point := map[string]int{}, map[string]int{}
	for i, g := range p.Gates {
		gate[g.Prison] = i
	}
	for i, x := range p.Points {
		point[x.Code] = i
	}
	var all []*way
	for i := range p.Routes {
		r := &p.Routes[i]
		w := &way{Route: r, at: i, gate: gate, onward: map[[2]int]int{}}
		for _, g := range p.Gates {
			w.arrive = append(w.arrive, r.Arrive[g.Prison])
		}
		broken := slices.Compact(slices.Sorted(slices.Values(r.Broken)))
		w.usable = max(r.Vehicles-len(broken), 0)
		w.limit = min(r.Fleet, w.usable)
		for _, x := range r.Points {
			w.points = append(w.points, point[x])
			w.limit = min(w.limit, p.Points[point[x]].Lanes)
		}
		for _, l := range r.Onward {
			w.onward[[2]int{gate[l.From], gate[l.To]}] = l.Minutes
		}
		all = append(all, w)
	}
	return all
}

// serves reports whether the route goes from a source to a prison.
func (w *way) serves(source, prison string) bool {
	_, from := w.Drive[source]
	_, to := w.Arrive[prison]
	return from && to
}

// ride is how long people sit in the vehicle, as planned and without a stop on the way.
func (w *way) ride(p *Problem, source, prison string) int {
	sum := w.Drive[source] + w.Arrive[prison]
	for _, m := range w.Between {
		sum += m
	}
	for _, x := range w.points {
		sum += p.Points[x].Service
	}
	return sum
}

// crowd is an empty one, over all gates.
func (w *way) crowd() *crowd {
	d := &crowd{people: make([]int, len(w.gate)), joint: make([]uint64, len(w.gate)), seats: w.Seats}
	for pair := range w.onward {
		if a, b := pair[0], pair[1]; a < 64 && b < 64 {
			d.joint[a] |= 1 << uint(b)
			d.joint[b] |= 1 << uint(a)
		}
	}
	return d
}

// late is the latest that so much driving may take.
func (w *way) late(minutes int) int { return int(math.Ceil(float64(minutes)*(1+w.Tail) - 1e-9)) }

// trip is a convoy without a departure: what it needs, in minutes after it.
type trip struct {
	*way
	source string
	knots  []*knot
	loads  []*load
	needs  []need
	slots  []need // of them, those that are slots, in the order in which they are reached
	ready  []int  // per load, when the vehicle can leave again
	length int    // until the last slot ends
	number int    // that the convoy had in the timetable before, 0: it is new
	alike  string // the same for trips that need the same
}

// need is a resource that is held.
type need struct {
	resource      int
	from, until   int
	latest        int // arrival
	n             int // how much of the resource
	vehicles, who int // that stand there, and people who pass or are received
}

// trip computes when a convoy is where.
func (b *builder) trip(w *way, source string, knots []*knot) *trip {
	t := &trip{way: w, source: source, knots: knots}
	people := 0
	for _, k := range knots {
		for _, l := range k.loads {
			t.loads = append(t.loads, l)
			people += l.size()
		}
	}
	drive, stood := w.Drive[source], 0
	for i, x := range w.points {
		service := b.p.Points[x].Service
		t.hold(need{resource: x, from: drive + stood, latest: w.late(drive) + stood, until: w.late(drive) + stood + service, n: len(t.loads), vehicles: len(t.loads), who: people})
		stood += service
		if i < len(w.Between) {
			drive += w.Between[i]
		}
	}
	t.ready = make([]int, len(t.loads))
	t.receive(b, drive, stood)
	for i, l := range t.loads {
		t.ready[i] += w.Turnaround
		t.needs = append(t.needs, need{resource: b.vehicles(w), until: t.ready[i], n: 1}, need{resource: b.guards(w), until: t.ready[i], n: l.guards(w)})
	}
	t.needs = append(t.needs, need{resource: b.departs(w), until: 1, n: 1})
	t.needs = summed(t.needs)
	t.alike = fmt.Sprint(t.needs)
	return t
}

// summed adds up what is needed of one resource at one time, so that each need can be looked at by itself.
func summed(needs []need) []need {
	byResource := slices.Clone(needs)
	slices.SortStableFunc(byResource, func(x, y need) int { return cmp.Compare(x.resource, y.resource) })
	var all []need
	for len(byResource) > 0 {
		res := byResource[0].resource
		n := slices.IndexFunc(byResource, func(x need) bool { return x.resource != res })
		if n < 0 {
			n = len(byResource)
		}
		var cuts []int
		for _, x := range byResource[:n] {
			cuts = append(cuts, x.from, x.until)
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		for i := range cuts[1:] {
			part := need{resource: res, from: cuts[i], until: cuts[i+1]}
			for _, x := range byResource[:n] {
				if x.from <= part.from && part.until <= x.until {
					part.n += x.n
				}
			}
			if part.n > 0 {
				all = append(all, part)
			}
		}
		byResource = byResource[n:]
	}
	return all
}

// receive holds the gates: those vehicles that reach a prison on the same way are received together.
func (t *trip) receive(b *builder, drive, stood int) {
	type key struct{ first, second int }
	received := map[int]need{} // by first stop
	var order []key
	groups := map[key][]int{}
	for i, l := range t.loads {
		for _, k := range []key{{l.stops[0].prison, -1}, {l.stops[0].prison, l.stops[len(l.stops)-1].prison}}[:len(l.stops)] {
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], i)
		}
	}
	slices.SortStableFunc(order, func(x, y key) int { return min(x.second, 0) - min(y.second, 0) })
	for _, k := range order {
		prison, at := k.first, 0
		far, waits := drive+t.arrive[prison], stood
		if k.second >= 0 {
			before := received[k.first]
			waits += before.until - before.latest
			far += t.onward[[2]int{k.first, k.second}]
			prison, at = k.second, 1
		}
		people := 0
		for _, i := range groups[k] {
			people += t.loads[i].stops[at].size()
		}
		latest := t.late(far) + waits
		perHour := b.p.Gates[prison].PerHour
		n := need{resource: b.gate(prison), from: far + waits, latest: latest, until: latest + (people*60+perHour-1)/perHour, n: 1, vehicles: len(groups[k]), who: people}
		t.hold(n)
		if k.second < 0 {
			received[k.first] = n
		}
		for _, i := range groups[k] {
			t.ready[i] = max(t.ready[i], n.until)
		}
	}
}

func (t *trip) hold(n need) {
	t.needs = append(t.needs, n)
	t.slots = append(t.slots, n)
	t.length = max(t.length, n.until)
}

// direct brings the stops of a load into the order in which it reaches the last one soonest.
func (w *way) direct(l *load) {
	if len(l.stops) < 2 {
		return
	}
	a, b := l.stops[0].prison, l.stops[1].prison
	there, ok := w.onward[[2]int{a, b}]
	back, okBack := w.onward[[2]int{b, a}]
	if !ok || okBack && w.arrive[b]+back < w.arrive[a]+there {
		slices.Reverse(l.stops)
	}
}

func (l *load) size() int {
	n := 0
	for _, s := range l.stops {
		n += s.size()
	}
	return n
}

func (s stop) size() int {
	n := 0
	for _, u := range s.units {
		n += len(u.people)
	}
	return n
}

// guards is the escort of one vehicle.
func (l *load) guards(w *way) int { return (l.size() + w.PerGuard - 1) / w.PerGuard }
