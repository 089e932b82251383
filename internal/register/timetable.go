package register

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/schedule"
	"amana/internal/store"
	"amana/internal/transfer"
)

// operation is what the register says of routes, points and gates, and of the convoys of a wave.
type operation struct {
	routes  []schedule.Route
	points  []schedule.Point
	gates   []schedule.Gate
	closed  []schedule.Closure
	convoys map[int]store.Convoy // by their number in the timetable, those formed by a plan of the wave
	others  []schedule.Convoy    // of other waves, to come or under way
	now     time.Time
}

// What a point or a gate lets pass of which nothing is recorded: little, so that nobody waits in the open.
var (
	unknownPoint = place.Service{Lanes: 1, Minutes: 15}
	unknownGate  = place.Service{Lanes: 1, PerHour: 60}
)

// operate reads the routes in use, with their points and gates as they stand.
func operate(ctx context.Context, q store.Queries, in NewPlan) (o operation, err error) {
	places, err := q.Places(ctx, "", "")
	if err != nil {
		return o, err
	}
	slices.SortFunc(places, func(a, b store.Place) int { return cmp.Compare(a.Code, b.Code) }) // databases sort text differently
	known := map[place.Code]bool{}
	for _, p := range places {
		s := p.Service
		open := func(s place.Service) schedule.Window {
			return schedule.Window{Opens: schedule.Clock(s.Opens), Closes: schedule.Clock(s.Closes)}
		}
		switch p.Kind {
		case place.Line, place.Reception, place.Transit:
			s = cmp.Or(s, &unknownPoint)
			o.points = append(o.points, schedule.Point{Code: string(p.Code), Lanes: s.Lanes, Service: s.Minutes, Open: open(*s)})
		case place.Prison:
			s = cmp.Or(s, &unknownGate)
			o.gates = append(o.gates, schedule.Gate{Prison: string(p.Code), Teams: s.Lanes, PerHour: s.PerHour, Open: open(*s)})
		default:
			continue
		}
		known[p.Code] = true
		if p.State != place.Active || p.LockedOut || slices.Contains(in.Closed, p.Code) {
			o.closed = append(o.closed, schedule.Closure{Place: string(p.Code), From: in.Start.AddDate(0, 0, -1)})
		}
	}
	lost, err := q.Lost(ctx, in.Wave)
	if err != nil {
		return o, err
	}
	for _, b := range in.Broken {
		lost[b.Route] = append(lost[b.Route], b.Vehicle)
	}
	routes, err := q.Routes(ctx)
	if err != nil {
		return o, err
	}
	for _, r := range routes {
		if route := ride(r, known, lost[r.Route]); !r.Closed && len(route.Drive) > 0 && len(route.Arrive) > 0 && len(route.Points) == len(r.Points) {
			o.routes = append(o.routes, route)
		}
		delete(lost, r.Route)
	}
	if o.others, err = others(ctx, q, in.Wave); err != nil {
		return o, err
	}
	o.yield()
	for _, b := range in.Broken {
		if _, unknown := lost[b.Route]; unknown {
			return o, fault.New(fault.Invalid, "route.not_found", "no route has the code %q", b.Route).With("route", b.Route)
		}
	}
	o.convoys, err = q.Planned(ctx, in.Wave)
	return o, err
}

// others are the convoys of other waves as their plans have them.
func others(ctx context.Context, q store.Queries, wave id.Wave) (all []schedule.Convoy, err error) {
	heads, err := q.OtherPlans(ctx, wave)
	if err != nil {
		return nil, err
	}
	for _, h := range heads {
		_, document, _, err := q.Plan(ctx, h.Plan)
		if err != nil {
			return nil, err
		}
		var doc struct {
			Table schedule.Timetable `json:"timetable"`
		}
		if err := json.Unmarshal(document, &doc); err != nil {
			return nil, fmt.Errorf("reading plan %d: %w", h.Plan, err)
		}
		formed, err := q.Planned(ctx, h.Wave)
		if err != nil {
			return nil, err
		}
		for _, c := range doc.Table.Convoys {
			if s := formed[c.Number].State; s == transfer.Formed || s == transfer.OnTheWay {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// yield leaves the slots of other waves to them, with all lanes, and their vehicles and guards for as long as the wave lasts: little is lost, as
// waves follow each other, and nobody meets anybody at a line.
func (o *operation) yield() {
	guards := map[string]map[int]int{} // of each vehicle, by route
	for _, c := range o.others {
		for _, s := range c.Slots {
			o.closed = append(o.closed, schedule.Closure{Place: s.Place, From: s.From, Until: s.Until})
		}
		for _, l := range c.Loads {
			if guards[c.Route] == nil {
				guards[c.Route] = map[int]int{}
			}
			guards[c.Route][l.Vehicle] = max(guards[c.Route][l.Vehicle], l.Guards)
		}
	}
	for i := range o.routes {
		r := &o.routes[i]
		for n := 1; n <= r.Vehicles; n++ {
			if g, busy := guards[r.Code][n]; busy {
				r.Guards = max(r.Guards-g, 0)
				if !slices.Contains(r.Broken, n) {
					r.Broken = append(r.Broken, n)
				}
			}
		}
	}
}

// meets reports whether a convoy would be at a point or gate while one of another wave holds it, or ride in its vehicle.
func (o *operation) meets(c schedule.Convoy) bool {
	return slices.ContainsFunc(o.others, func(x schedule.Convoy) bool {
		for _, s := range c.Slots {
			for _, y := range x.Slots {
				if s.Place == y.Place && s.From.Before(y.Until) && y.From.Before(s.Until) {
					return true
				}
			}
		}
		return x.Route == c.Route && slices.ContainsFunc(c.Loads, func(l schedule.Load) bool {
			return slices.ContainsFunc(x.Loads, func(y schedule.Load) bool {
				return l.Vehicle == y.Vehicle && c.Departs.Before(y.Ready) && x.Departs.Before(l.Ready)
			})
		})
	})
}

// ride is a route as a timetable needs it. Points and prisons that are not recorded are left out.
func ride(r transfer.RouteDefined, known map[place.Code]bool, broken []int) schedule.Route {
	out := schedule.Route{
		Code: r.Route, Mode: schedule.Mode(r.Mode), Drive: map[string]int{}, Between: r.Between, Arrive: map[string]int{}, Tail: float64(r.Margin) / 100,
		Seats: r.Seats, Fleet: r.Fleet, Vehicles: r.Vehicles, PerGuard: r.PerGuard, Guards: r.Guards, Turnaround: r.Turnaround,
		Departs: schedule.Window{Opens: schedule.Clock(r.Opens), Closes: schedule.Clock(r.Closes)}, LongRide: r.LongRide, Least: r.Least,
	}
	for _, n := range slices.Compact(slices.Sorted(slices.Values(broken))) {
		if n >= 1 && n <= r.Vehicles {
			out.Broken = append(out.Broken, n)
		}
	}
	for _, p := range r.Points {
		if known[p] {
			out.Points = append(out.Points, string(p))
		}
	}
	for _, l := range r.Drive {
		out.Drive[string(l.Place)] = l.Minutes
	}
	for _, l := range r.Arrive {
		if known[l.Place] {
			out.Arrive[string(l.Place)] = l.Minutes
		}
	}
	return out
}

// serves reports whether a route begins at a source.
func (o *operation) serves(source place.Code) bool {
	return slices.ContainsFunc(o.routes, func(r schedule.Route) bool { _, yes := r.Drive[string(source)]; return yes })
}

// schedule puts everybody who has a place on a convoy. On a replan, convoys that have left stay as they are, and others where they can.
func (d *drafting) schedule(in NewPlan, s situation) error {
	q, o := s.question, &s.operation
	placed := make(map[id.Person]*Placed, len(d.doc.Places))
	for i := range d.doc.Places {
		placed[d.doc.Places[i].Person] = &d.doc.Places[i]
	}
	p := schedule.Problem{Routes: o.routes, Points: o.points, Gates: o.gates, Closed: o.closed, Start: in.Start, Days: in.Days}
	at := q.of()
	mothers := q.Mothers()
	seat := map[string]int{} // positions of riders
	rider := func(who id.Person) (schedule.Passenger, bool) {
		x, has := placed[who]
		if !has || !o.serves(x.Source) {
			return schedule.Passenger{}, false
		}
		i := at[who]
		r := schedule.Passenger{ID: number(who), Source: string(x.Source), Prison: string(x.Cell.Establishment()), Sex: q.People[i].Sex, Juvenile: q.People[i].Juvenile(), Family: q.People[i].Family}
		if m := mothers[i]; m != planning.Nowhere && m < q.planned {
			if y, has := placed[q.who[m].Person]; has && y.Source == x.Source && y.Cell == x.Cell {
				r.Mother = number(q.who[m].Person)
			}
		}
		return r, true
	}
	var before *schedule.Timetable
	if s.before != nil {
		before = o.standing(s.before.Table)
		away := aboard(before, o.now)
		for n, was := range s.before.Riders {
			who, err := strconv.ParseInt(was.ID, 10, 64)
			if err != nil {
				return fmt.Errorf("reading a rider of the plan in force: %w", err)
			}
			r, travels := rider(id.Person(who))
			switch {
			case away[n]:
				r = was
			case !travels:
				r = schedule.Passenger{ID: was.ID}
			}
			seat[r.ID] = len(p.Passengers)
			p.Passengers = append(p.Passengers, r)
		}
		p.Now = o.now
	}
	for _, w := range s.waiting.Taken { // in the order of the sources
		if r, travels := rider(w.Person); travels {
			if _, known := seat[r.ID]; !known {
				seat[r.ID] = len(p.Passengers)
				p.Passengers = append(p.Passengers, r)
			}
		}
	}
	for i, r := range p.Passengers { // a mother who does not ride has nobody with her
		if _, rides := seat[r.Mother]; r.Mother != "" && !rides {
			p.Passengers[i].Mother = ""
		}
	}
	for _, pair := range q.Apart {
		a, first := seat[q.People[pair.A].ID]
		b, second := seat[q.People[pair.B].ID]
		if first && second {
			p.Apart = append(p.Apart, [2]int{a, b})
		}
	}
	var table schedule.Timetable
	var err error
	if before != nil {
		table, err = schedule.Replan(&p, *before)
	} else {
		table, err = schedule.Build(&p)
	}
	if err != nil {
		return fmt.Errorf("making a timetable: %w", err)
	}
	d.doc.Table, d.doc.Riders = &table, p.Passengers
	for _, c := range table.Convoys {
		for _, n := range riders(c) {
			who, _ := strconv.ParseInt(p.Passengers[n].ID, 10, 64) // made from a number
			if x, has := placed[id.Person(who)]; has {
				x.Convoy = c.Number
			}
		}
	}
	return nil
}

// standing is the timetable in force as far as the register bears it out: convoys that left, as departed; those that should have and did not, not at all.
func (o *operation) standing(t *schedule.Timetable) *schedule.Timetable {
	out := *t
	out.Convoys = nil
	for _, c := range t.Convoys {
		is, formed := o.convoys[c.Number]
		left := formed && is.DispatchedAt != nil
		switch {
		case !formed || (!left && is.State != transfer.Formed):
			continue // it never came about, or was closed before it left
		case left && c.Departs.After(o.now):
			c.Departs = *is.DispatchedAt
		case !left && c.Departs.Before(o.now):
			continue
		}
		out.Convoys = append(out.Convoys, c)
	}
	return &out
}

// riders are the positions of those on a convoy.
func riders(c schedule.Convoy) (all []int) {
	for _, l := range c.Loads {
		for _, stop := range l.Stops {
			all = append(all, stop.People...)
		}
	}
	return all
}

// aboard are the positions of those whose convoys have left.
func aboard(t *schedule.Timetable, now time.Time) map[int]bool {
	away := map[int]bool{}
	for _, c := range t.Convoys {
		if c.Departs.Before(now) {
			for _, n := range riders(c) {
				away[n] = true
			}
		}
	}
	return away
}
