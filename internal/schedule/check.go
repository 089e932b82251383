package schedule

import (
	"fmt"
	"math"
	"sort"
	"time"

	"amana/internal/person"
)

// Violation is a rule that a timetable breaks.
type Violation struct {
	Rule   string `json:"rule"`   // "seats", "window", "waiting" …
	Convoy int    `json:"convoy"` // number, 0 when it is about no convoy
	Detail string `json:"detail"`
}

// Check holds a timetable against every rule: it lets each vehicle of each convoy drive as fast and as slowly as it may, and looks at every minute of
// every point and gate. It shares no code with the builder. What convoys under way hold counts, but is not questioned.
func Check(p *Problem, t Timetable) []Violation {
	k := &checker{p: p, routes: map[string]Route{}, points: map[string]Point{}, gates: map[string]Gate{}, at: map[string][2]int{}, ids: map[string]int{}, left: map[int]bool{}}
	for _, r := range p.Routes {
		k.routes[r.Code] = r
	}
	for _, x := range p.Points {
		k.points[x.Code] = x
	}
	for _, g := range p.Gates {
		k.gates[g.Prison] = g
	}
	for i, x := range p.Passengers {
		k.ids[x.ID] = i
	}
	for _, c := range t.Convoys {
		k.left[c.Number] = c.Underway
	}
	k.everybody(t)
	k.together()
	loads := 0
	for _, c := range t.Convoys {
		loads += len(c.Loads)
		if !c.Underway {
			k.convoy(c)
		}
	}
	k.minutes(t)
	k.fleets(t)
	if loads != t.Loads || t.Bound > t.Loads {
		k.bad("loads", 0, "%d loads, said to be %d with the bound %d", loads, t.Loads, t.Bound)
	}
	if t.Waiting != k.waiting {
		k.bad("waiting", 0, "waiting is %s, said to be %s", k.waiting, t.Waiting)
	}
	return k.found
}

type checker struct {
	p       *Problem
	routes  map[string]Route
	points  map[string]Point
	gates   map[string]Gate
	ids     map[string]int
	at      map[string][2]int // by passenger's ID: convoy's number and load
	left    map[int]bool      // convoys under way
	waiting time.Duration
	found   []Violation
}

func (k *checker) bad(rule string, convoy int, format string, args ...any) {
	k.found = append(k.found, Violation{rule, convoy, fmt.Sprintf(format, args...)})
}

// everybody is on one seat, or left with a reason.
func (k *checker) everybody(t Timetable) {
	seen := make([]int, len(k.p.Passengers))
	count := func(i, convoy int) bool {
		if i < 0 || i >= len(seen) {
			k.bad("passenger", convoy, "there is no passenger %d", i)
			return false
		}
		seen[i]++
		return true
	}
	numbers := map[int]bool{}
	for _, c := range t.Convoys {
		if c.Number < 1 || c.Number > t.Last || numbers[c.Number] {
			k.bad("number", c.Number, "the number is not its own")
		}
		numbers[c.Number] = true
		for n, l := range c.Loads {
			for _, s := range l.Stops {
				for _, i := range s.People {
					if count(i, c.Number) {
						k.at[k.p.Passengers[i].ID] = [2]int{c.Number, n + 1}
					}
				}
			}
		}
	}
	for _, l := range t.Left {
		count(l.Passenger, 0)
		if l.Why == "" {
			k.bad("reason", 0, "passenger %d is left without a reason", l.Passenger)
		}
	}
	for i, n := range seen {
		x := k.p.Passengers[i]
		if nobody := x.Prison == ""; nobody && n == 0 || nobody && k.left[k.at[x.ID][0]] {
			continue // does not travel, or is under way nevertheless
		}
		if n != 1 {
			k.bad("passenger", 0, "passenger %d is there %d times", i, n)
		}
	}
}

// together are families in one convoy and children with their mother; apart are those who must be.
func (k *checker) together() {
	families := map[string]int{}
	for i, x := range k.p.Passengers {
		if x.Family != "" && x.Prison != "" {
			key := fmt.Sprintf("%q %q %q", x.Family, x.Source, x.Prison)
			if first, known := families[key]; !known {
				families[key] = i
			} else if a, b := k.at[k.p.Passengers[first].ID], k.at[x.ID]; a[0] != b[0] && !k.left[a[0]] && !k.left[b[0]] {
				k.bad("family", b[0], "%s and %s are of one family", k.p.Passengers[first].ID, x.ID)
			}
		}
		if x.Mother == "" {
			continue
		}
		m := k.p.Passengers[k.ids[x.Mother]]
		if m.Source == x.Source && m.Prison == x.Prison && k.at[m.ID] != k.at[x.ID] && !k.left[k.at[m.ID][0]] && !k.left[k.at[x.ID][0]] {
			k.bad("mother", k.at[x.ID][0], "%s does not ride with %s", x.ID, m.ID)
		}
	}
	for _, pair := range k.p.Apart {
		a, b := k.at[k.p.Passengers[pair[0]].ID], k.at[k.p.Passengers[pair[1]].ID]
		if a == b && a[0] != 0 && !k.left[a[0]] {
			k.bad("apart", a[0], "%d and %d share a vehicle", pair[0], pair[1])
		}
	}
}

func (k *checker) convoy(c Convoy) {
	r, known := k.routes[c.Route]
	if !known {
		k.bad("route", c.Number, "there is no route %q", c.Route)
		return
	}
	drive, served := r.Drive[c.Source]
	if !served {
		k.bad("route", c.Number, "%s does not start at %s", c.Route, c.Source)
	}
	if len(c.Loads) == 0 || len(c.Loads) > r.Fleet {
		k.bad("fleet", c.Number, "%d vehicles", len(c.Loads))
	}
	if c.Departs.Before(k.p.Start) || c.Departs.Before(k.p.Now) || !k.within(r.Departs, c.Departs) {
		k.bad("departure", c.Number, "it departs at %s", c.Departs)
	}
	guards := 0
	ends := map[string]bool{}
	for n, l := range c.Loads {
		k.load(c, r, n, l)
		guards += l.Guards
		for _, s := range l.Stops {
			ends[s.Prison] = true
		}
	}
	if guards != c.Guards {
		k.bad("guards", c.Number, "%d guards in vehicles, said to be %d", guards, c.Guards)
	}
	if !r.Divide && len(ends) > 1 {
		k.bad("divide", c.Number, "it goes to %d prisons", len(ends))
	}
	stood := k.pass(c, r, drive)
	for _, m := range r.Between {
		drive += m
	}
	k.arrive(c, r, drive, stood)
}

// load looks at who is in a vehicle.
func (k *checker) load(c Convoy, r Route, n int, l Load) {
	var people []Passenger
	for _, s := range l.Stops {
		for _, i := range s.People {
			if i < 0 || i >= len(k.p.Passengers) {
				continue
			}
			x := k.p.Passengers[i]
			people = append(people, x)
			if x.Source != c.Source || x.Prison != s.Prison {
				k.bad("way", c.Number, "%s goes from %s to %s", x.ID, x.Source, x.Prison)
			}
		}
		if len(s.People) == 0 {
			k.bad("stop", c.Number, "nobody leaves at %s", s.Prison)
		}
		if _, served := r.Arrive[s.Prison]; !served {
			k.bad("route", c.Number, "%s does not go to %s", r.Code, s.Prison)
		}
	}
	if len(l.Stops) < 1 || len(l.Stops) > 2 {
		k.bad("stop", c.Number, "%d stops", len(l.Stops))
	}
	if len(people) == 0 || len(people) > r.Seats {
		k.bad("seats", c.Number, "%d people on %d seats in load %d", len(people), r.Seats, n+1)
	}
	if l.Guards*r.PerGuard < len(people) {
		k.bad("guards", c.Number, "%d guards for %d people", l.Guards, len(people))
	}
	k.separate(c, l, people)
}

// separate looks at who shares a vehicle with whom: nobody with people of another sex or age, but for children with their mother and minors
// with a woman of their family.
func (k *checker) separate(c Convoy, l Load, people []Passenger) {
	women := map[string]bool{}
	for _, x := range people {
		if x.Sex == person.Female && !x.Juvenile && x.Family != "" {
			women[x.Family+"\x00"+x.Prison] = true
		}
	}
	as := map[string]Passenger{} // with whom somebody counts
	for _, x := range people {
		as[x.ID] = x
	}
	seen := map[string]bool{}
	unknown := 0
	for _, x := range people {
		if m, here := as[x.Mother]; here {
			x = m
		}
		switch {
		case x.Juvenile && x.Family != "" && women[x.Family+"\x00"+x.Prison]:
			seen["women"] = true
		case x.Sex == person.Male && x.Juvenile:
			seen["boys"] = true
		case x.Sex == person.Male:
			seen["men"] = true
		case x.Sex == person.Female && x.Juvenile:
			seen["girls"] = true
		case x.Sex == person.Female:
			seen["women"] = true
		default:
			if !seen["alone "+x.ID] {
				unknown++
			}
			seen["alone "+x.ID] = true
		}
	}
	if len(seen) > 1 || unknown > 1 || unknown == 0 && !seen[string(l.Kind)] || unknown == 1 && l.Kind != Alone {
		k.bad("separation", c.Number, "a vehicle of %s has %v", l.Kind, seen)
	}
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func (r Route) slowest(drive int) time.Duration {
	return minutes(int(math.Ceil(math.Round(float64(drive)*(1+r.Tail)*1e6) / 1e6)))
}

// pass drives a convoy over the points, and tells how long it stood there.
func (k *checker) pass(c Convoy, r Route, drive int) int {
	stood, people := 0, 0
	for _, l := range c.Loads {
		for _, s := range l.Stops {
			people += len(s.People)
		}
	}
	for i, code := range r.Points {
		if i > 0 {
			drive += r.Between[i-1]
		}
		soon, late := c.Departs.Add(minutes(drive+stood)), c.Departs.Add(r.slowest(drive)+minutes(stood))
		stood += k.points[code].Service
		held := 0
		for _, s := range c.Slots {
			if s.Gate || s.Place != code {
				continue
			}
			held++
			k.wait(c, s, soon, len(c.Loads))
			if s.Until.Before(late.Add(minutes(k.points[code].Service))) || s.Latest.Before(late) {
				k.bad("slot", c.Number, "at %s it may come after its slot", code)
			}
			if s.Vehicles != len(c.Loads) || s.People != people {
				k.bad("slot", c.Number, "at %s the slot is for %d vehicles and %d people", code, s.Vehicles, s.People)
			}
		}
		if held != 1 {
			k.bad("slot", c.Number, "%d slots at %s", held, code)
		}
	}
	return stood
}

// wait is what vehicles wait in the open when they come before their slot.
func (k *checker) wait(c Convoy, s Slot, arrives time.Time, vehicles int) {
	if d := s.From.Sub(arrives); d > 0 {
		k.waiting += d * time.Duration(vehicles)
		k.bad("waiting", c.Number, "%d vehicles wait %s before %s", vehicles, d, s.Place)
	}
}

// arrive drives each vehicle from the last point to its prisons.
func (k *checker) arrive(c Convoy, r Route, drive, stood int) {
	received := make([]int, len(c.Slots))
	vehicles := make([]int, len(c.Slots))
	for _, l := range c.Loads {
		drive, stood, last := drive, stood, time.Time{}
		for n, s := range l.Stops {
			if n == 0 {
				drive += r.Arrive[s.Prison]
			} else {
				drive += k.onward(c, r, l.Stops[n-1].Prison, s.Prison)
			}
			soon, late := c.Departs.Add(minutes(drive+stood)), c.Departs.Add(r.slowest(drive)+minutes(stood))
			slot := -1
			for i, o := range c.Slots {
				if o.Gate && o.Place == s.Prison && !late.After(o.Latest) && (slot < 0 || o.From.Sub(soon).Abs() < c.Slots[slot].From.Sub(soon).Abs()) {
					slot = i
				}
			}
			if slot < 0 {
				k.bad("slot", c.Number, "no slot at %s for an arrival from %s to %s", s.Prison, soon, late)
				continue
			}
			k.wait(c, c.Slots[slot], soon, 1)
			received[slot] += len(s.People)
			vehicles[slot]++
			stood += int(c.Slots[slot].Until.Sub(c.Slots[slot].Latest) / time.Minute)
			last = c.Slots[slot].Until
		}
		if l.Ready.Before(last.Add(minutes(r.Turnaround))) {
			k.bad("turnaround", c.Number, "vehicle %d is ready at %s", l.Vehicle, l.Ready)
		}
	}
	for i, s := range c.Slots {
		if !s.Gate {
			continue
		}
		if received[i] == 0 || received[i] != s.People || vehicles[i] != s.Vehicles {
			k.bad("slot", c.Number, "at %s %d people in %d vehicles come, and the slot is for %d and %d", s.Place, received[i], vehicles[i], s.People, s.Vehicles)
		}
		if need := float64(received[i]) / float64(k.gates[s.Place].PerHour) * 60; s.Until.Sub(s.Latest).Minutes() < need-1e-6 {
			k.bad("slot", c.Number, "at %s %d people need %.0f minutes", s.Place, received[i], need)
		}
	}
}

func (k *checker) onward(c Convoy, r Route, from, to string) int {
	for _, l := range r.Onward {
		if l.From == from && l.To == to {
			return l.Minutes
		}
	}
	k.bad("route", c.Number, "%s does not go from %s to %s", r.Code, from, to)
	return 0
}

// within reports whether a clock on the wall is inside a daily window.
func (k *checker) within(w Window, t time.Time) bool {
	if w.Opens == 0 && w.Closes == 0 {
		return true
	}
	h, m, _ := t.In(k.p.Start.Location()).Clock()
	now := Clock(h*60 + m)
	if w.Opens < w.Closes {
		return w.Opens <= now && now < w.Closes
	}
	return now >= w.Opens || now < w.Closes
}

// minutes looks at every minute of every slot: the place is open, and has a lane or team for each who holds one.
func (k *checker) minutes(t Timetable) {
	type moment struct {
		place string
		at    time.Time
	}
	held, asked := map[moment]int{}, map[moment]int{}
	end := k.p.Start.AddDate(0, 0, k.p.Days)
	for _, c := range t.Convoys {
		for _, s := range c.Slots {
			shut := false
			for at := s.From; at.Before(s.Until); at = at.Add(time.Minute) {
				n := s.Vehicles
				if s.Gate {
					n = 1
				}
				held[moment{s.Place, at.UTC()}] += n
				if !c.Underway {
					asked[moment{s.Place, at.UTC()}] = c.Number
					shut = shut || !k.isOpen(s, at)
				}
			}
			if shut || !c.Underway && s.Until.After(end) {
				k.bad("window", c.Number, "%s is closed between %s and %s", s.Place, s.From, s.Until)
			}
		}
	}
	over := map[string]int{}
	for m, convoy := range asked {
		most := k.points[m.place].Lanes
		if g, gate := k.gates[m.place]; gate {
			most = g.Teams
		}
		if held[m] > most && (over[m.place] == 0 || convoy < over[m.place]) {
			over[m.place] = convoy
		}
	}
	places := make([]string, 0, len(over))
	for place := range over {
		places = append(places, place)
	}
	sort.Strings(places)
	for _, place := range places {
		k.bad("capacity", over[place], "%s has not enough lanes or teams", place)
	}
}

func (k *checker) isOpen(s Slot, at time.Time) bool {
	for _, c := range k.p.Closed {
		if c.Place == s.Place && at.Add(time.Minute).After(c.From) && (c.Until.IsZero() || at.Before(c.Until)) {
			return false
		}
	}
	if g, gate := k.gates[s.Place]; gate {
		return s.Gate && k.within(g.Open, at)
	}
	x, point := k.points[s.Place]
	return point && !s.Gate && k.within(x.Open, at)
}

// fleets looks at each vehicle, which is on one trip at a time, and at the guards.
func (k *checker) fleets(t Timetable) {
	type trip struct {
		convoy, vehicle, guards int
		from, until             time.Time
		underway                bool
	}
	for _, r := range k.p.Routes {
		out := map[int]bool{}
		for _, v := range r.Broken {
			out[v] = true
		}
		var trips []trip
		for _, c := range t.Convoys {
			if c.Route != r.Code {
				continue
			}
			for _, l := range c.Loads {
				if !c.Underway && (l.Vehicle < 1 || l.Vehicle > r.Vehicles || out[l.Vehicle]) {
					k.bad("vehicle", c.Number, "there is no vehicle %d", l.Vehicle)
				}
				trips = append(trips, trip{c.Number, l.Vehicle, l.Guards, c.Departs, l.Ready, c.Underway})
				for _, a := range t.Alerts { // a spare is away until the load that it takes over has ended
					if a.Spare > 0 && a.Convoy == c.Number && a.Vehicle == l.Vehicle {
						trips = append(trips, trip{c.Number, a.Spare, 0, k.p.Now, l.Ready, true})
					}
				}
			}
		}
		for i, x := range trips {
			if x.underway {
				continue
			}
			guards := 0
			for j, o := range trips {
				if i != j && o.vehicle == x.vehicle && o.from.Before(x.until) && x.from.Before(o.until) {
					k.bad("vehicle", x.convoy, "vehicle %d is also in convoy %d", x.vehicle, o.convoy)
				}
				if !o.from.After(x.from) && o.until.After(x.from) { // they can only become too few when somebody departs
					guards += o.guards
				}
			}
			if guards > r.Guards {
				k.bad("guards", x.convoy, "%d guards are out, and there are %d", guards, r.Guards)
			}
		}
	}
}
