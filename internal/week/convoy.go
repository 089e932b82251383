package week

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	"amana/internal/scenario"
	"amana/internal/store"
	"amana/internal/transfer"
)

// traveller is somebody with a move and a bed, who waits for a seat.
type traveller struct {
	person id.Person
	move   id.Move
}

// bus is a vehicle and who is physically in it.
type bus struct {
	vehicle  id.Vehicle
	aboard   []id.Person
	unlisted []person.Details // somebody nobody has ever registered
	twice    id.Person        // scanned twice by a tired officer at line 3
}

// convoy is a convoy from one source to one prison.
type convoy struct {
	route   scenario.Route
	source  place.Code
	prison  place.Code
	people  []traveller
	buses   []*bus
	number  id.Convoy
	leaves  time.Time
	trouble custody.DifferenceKind
}

type pairing struct{ source, prison place.Code }

// waiting collects travellers until convoys are planned.
type waiting struct {
	sources map[id.Person]place.Code
	groups  map[pairing][]traveller
}

func (w *Week) source(p id.Person, c place.Code) {
	if w.queue.sources == nil {
		w.queue = waiting{map[id.Person]place.Code{}, map[pairing][]traveller{}}
	}
	w.queue.sources[p] = c
}

func (w *Week) seat(p planning.Placement, m id.Move) {
	k := pairing{w.queue.sources[p.Person], p.Cell.Establishment()}
	w.queue.groups[k] = append(w.queue.groups[k], traveller{p.Person, m})
}

// plan groups travellers into convoys, every fifth by air, and puts their lives on the agenda of the seven days.
func (w *Week) plan(context.Context) error {
	pairs := slices.SortedFunc(keys(w.queue.groups), func(a, b pairing) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.prison, b.prison))
	})
	land, air := w.opt.Scenario.Routes[0], w.opt.Scenario.Routes[1]
	if w.opt.Seats > 0 {
		land.Seats, air.Seats = w.opt.Seats, w.opt.Seats*land.Fleet
	}
	for _, k := range pairs {
		for _, part := range parts(w.queue.groups[k], land.Seats*land.Fleet) {
			route := land
			if len(w.convoys)%5 == 4 {
				route = air
			}
			w.convoys = append(w.convoys, &convoy{route: route, source: k.source, prison: k.prison, people: part})
		}
	}
	if err := w.chooseTroubles(); err != nil {
		return err
	}
	perDay := (len(w.convoys) + 6) / 7
	gap := 6 * time.Hour / time.Duration(max(perDay, 1))
	for i, c := range w.convoys {
		c.leaves = Start.AddDate(0, 0, i/perDay).Add(4*time.Hour + time.Duration(i%perDay)*gap)
		if c.trouble == custody.Lockout { // late in the day, when nobody else is on the way to that prison
			c.leaves = Start.AddDate(0, 0, i/perDay).Add(15 * time.Hour)
		}
		w.schedule(c)
	}
	for day := range 8 {
		for _, p := range w.opt.Scenario.Prisons {
			w.agenda.plan(Start.AddDate(0, 0, day).Add(23*time.Hour+40*time.Minute), func(ctx context.Context) error { return w.headcount(ctx, p.Code) })
		}
	}
	return nil
}

// schedule puts a convoy's life on the agenda.
func (w *Week) schedule(c *convoy) {
	at := c.leaves
	w.agenda.plan(at.Add(-2*time.Hour), func(ctx context.Context) error { return w.form(ctx, c) })
	w.agenda.plan(at, func(ctx context.Context) error { return w.dispatch(ctx, c) })
	w.agenda.plan(at.Add(45*time.Minute), func(ctx context.Context) error {
		took := true
		_, err := w.r.Observe(ctx, register.By{Actor: escort}, []register.Note{{Convoy: c.number, Type: "comfort_break", Accepted: &took}})
		return err
	})
	for i, point := range c.route.Points {
		at = at.Add(time.Duration(c.route.Hours[i] * float64(time.Hour)))
		for b := range fleet(c) {
			seen := at.Add(time.Duration(b) * 4 * time.Minute)
			w.agenda.plan(seen, func(ctx context.Context) error { return w.pass(ctx, c, c.buses[b], i, point, seen) })
		}
		w.planTrouble(c, i, at)
	}
	at = at.Add(time.Duration(c.route.Hours[len(c.route.Points)] * float64(time.Hour)))
	for b := range fleet(c) {
		arrives := at.Add(time.Duration(b) * 6 * time.Minute)
		w.agenda.plan(arrives, func(ctx context.Context) error { return w.receive(ctx, c, c.buses[b], arrives) })
	}
	w.agenda.plan(at.Add(3*time.Hour), func(ctx context.Context) error {
		_, err := w.r.CloseConvoy(ctx, register.By{Actor: operations}, c.number)
		return err
	})
}

func fleet(c *convoy) int { return (len(c.people) + c.route.Seats - 1) / c.route.Seats }

// form forms the convoy and issues its manifest.
func (w *Week) form(ctx context.Context, c *convoy) error {
	in := transfer.ConvoyFormed{
		Wave: w.wave, Mode: transfer.Mode(c.route.Mode),
		Escort: transfer.Escort{Custodian: c.route.Escort, Commander: "commander", Guards: len(c.people)/transfer.MaxPerGuard + 2},
	}
	from := c.source
	for _, p := range append(slices.Clone(c.route.Points), c.prison) {
		in.Legs = append(in.Legs, transfer.Leg{From: from, To: p})
		from = p
	}
	for i := range fleet(c) {
		in.Vehicles = append(in.Vehicles, transfer.Vehicle{Plate: fmt.Sprintf("%s %d", c.route.Mode, i+1), Seats: c.route.Seats})
	}
	formed, err := w.r.FormConvoy(ctx, register.By{Actor: operations}, in)
	if err != nil {
		return err
	}
	c.number = formed.Convoy
	manifest := register.Manifest{Convoy: c.number}
	for i, v := range formed.Vehicles {
		b := &bus{vehicle: v.Vehicle}
		for n, t := range c.people[i*c.route.Seats : min((i+1)*c.route.Seats, len(c.people))] {
			b.aboard = append(b.aboard, t.person)
			manifest.Seats = append(manifest.Seats, transfer.Seat{Person: t.person, Move: t.move, Vehicle: v.Vehicle, Seat: n + 1})
		}
		c.buses = append(c.buses, b)
	}
	_, err = w.r.IssueManifest(ctx, register.By{Actor: operations}, manifest)
	return err
}

func (w *Week) dispatch(ctx context.Context, c *convoy) error {
	seals := map[id.Vehicle]string{}
	for i, b := range c.buses {
		seals[b.vehicle] = fmt.Sprintf("S%d-%d", int64(c.number)/10%100000, i+1)
	}
	_, err := w.r.Dispatch(ctx, register.By{Actor: escort}, register.Departure{Convoy: c.number, Seals: seals})
	w.result.Dispatched += len(c.people)
	return err
}

// arrival is what an officer sees when a bus stands before them: those physically in it.
func arrival(c *convoy, b *bus, point place.Code, agency string) register.Arrival {
	return register.Arrival{
		Convoy: c.number, Vehicle: b.vehicle, Point: point, Headcount: len(b.aboard) + len(b.unlisted),
		Identified: slices.Clone(b.aboard), Unlisted: b.unlisted, Officer: agency,
	}
}

func (w *Week) pass(ctx context.Context, c *convoy, b *bus, i int, point place.Code, seen time.Time) error {
	if len(b.aboard) == 0 {
		return nil
	}
	in := arrival(c, b, point, w.operator(point, c.route.Escort))
	if i == 2 && b.twice != 0 {
		in.Identified, in.Headcount = append(in.Identified, b.twice), in.Headcount+1
	}
	by := register.By{Actor: officer, At: seen, Key: fmt.Sprintf("passage-%d-%d-%s", c.number, b.vehicle, point)}
	record := func(ctx context.Context) error { _, err := w.r.Pass(ctx, by, in); return err }
	if c.trouble == custody.LateRecord && i > 0 { // the line has no network: line 3 comes a day late, and line 2 after it
		w.agenda.plan(seen.Add(26*time.Hour-time.Duration(i)*time.Hour), record)
		return nil
	}
	err := record(ctx)
	if err == nil && c.trouble == custody.Redelivery && i == 0 && b == c.buses[0] { // the phone did not hear the answer
		w.inject(custody.Redelivery, by.Key)
		w.agenda.plan(seen.Add(30*time.Minute), record)
	}
	return err
}

// operator is the agency that counts at a point; where there is none, the escort's own reception does.
func (w *Week) operator(c place.Code, otherwise string) string {
	for _, p := range w.opt.Scenario.Places {
		if p.Code == c && p.Operator != "" {
			return p.Operator
		}
	}
	return otherwise
}

// receive takes a bus over at the prison, and later houses and screens its people.
func (w *Week) receive(ctx context.Context, c *convoy, b *bus, at time.Time) error {
	in := arrival(c, b, c.prison, w.operator(c.prison, ""))
	got, err := w.r.Receive(ctx, register.By{Actor: prison, At: at, Key: fmt.Sprintf("reception-%d-%d", c.number, b.vehicle)}, in)
	if err != nil {
		return err
	}
	for i := range got.Unlisted {
		w.inject(custody.Unexpected, number(got.Unlisted[i]))
	}
	people := append(slices.Clone(b.aboard), got.Unlisted...)
	w.housed[c.prison] = append(w.housed[c.prison], people...)
	b.aboard, b.unlisted = nil, nil
	w.agenda.plan(at.Add(40*time.Minute), func(ctx context.Context) error { return w.house(ctx, c.prison, people) })
	w.agenda.plan(at.Add(80*time.Minute), func(ctx context.Context) error {
		in := make([]register.Screening, len(people))
		for i, p := range people {
			in[i] = register.Screening{Person: p, Fit: true}
		}
		_, err := w.r.Screen(ctx, register.By{Actor: prison}, c.prison, in)
		return err
	})
	return nil
}

// house gives people the beds that were reserved for them, and others a bed that is free.
func (w *Week) house(ctx context.Context, at place.Code, people []id.Person) error {
	var in []register.Placement
	var rest []planning.Person
	for _, p := range people {
		if bed, ok := w.cells[p]; ok && bed.Cell.Establishment() == at {
			in = append(in, register.Placement{Person: p, Cell: bed.Cell, Bed: bed.Bed})
		} else {
			rest = append(rest, planning.Person{Person: p, Sex: person.Male, Age: place.Adult})
		}
	}
	if rest != nil {
		cells, err := w.freeCells(ctx, at)
		if err != nil {
			return err
		}
		placed, _ := w.opt.Plan(rest, cells)
		for _, p := range placed {
			in = append(in, register.Placement{Person: p.Person, Cell: p.Cell, Bed: p.Bed})
		}
	}
	_, err := w.r.House(ctx, register.By{Actor: prison}, in)
	return err
}

func (w *Week) headcount(ctx context.Context, at place.Code) error {
	present := slices.Sorted(slices.Values(w.housed[at]))
	_, err := w.r.Headcount(ctx, register.By{Actor: prison}, register.Count{Place: at, Counted: len(present), Present: present})
	return err
}

// live lets everything on the agenda happen at its time.
func (w *Week) live(ctx context.Context) error {
	for done := 0; ; done++ {
		next, more := w.agenda.next()
		if !more {
			return nil
		}
		w.clk.Set(next.at)
		if err := next.do(ctx); err != nil {
			return fmt.Errorf("at %s: %w", next.at.In(Baghdad).Format(time.DateTime), err)
		}
		w.opt.Progress("the week", done+1, done+1+w.agenda.Len())
	}
}

// close lets the operations room decide on what was found and is explained, and draws the sheet.
func (w *Week) close(ctx context.Context) error {
	w.clk.Set(Start.AddDate(0, 0, 8).Add(9 * time.Hour))
	q, err := w.r.Reading(operations, authz.ReadPeople)
	if err != nil {
		return err
	}
	open, err := q.Differences(ctx, store.DifferenceFilter{Open: true, Limit: 10_000})
	if err != nil {
		return err
	}
	for _, d := range open {
		if d.Kind == custody.Escape || d.Kind == custody.Death || d.Kind == custody.NoGrounds {
			continue // these alarms run on
		}
		if _, err := w.r.DecideDifference(ctx, register.By{Actor: operations}, register.Decision{Difference: d.Difference, Resolution: "reviewed: explained by the entries"}); err != nil {
			return err
		}
	}
	return w.draw(ctx)
}
