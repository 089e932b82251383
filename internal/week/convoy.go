package week

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/transfer"
)

// bus is a vehicle and who is physically in it.
type bus struct {
	vehicle  id.Vehicle
	seats    int
	aboard   []id.Person
	unlisted []person.Details // somebody nobody has ever registered
	twice    id.Person        // scanned twice by a tired officer at line 3
}

// convoy is a convoy from one source to one prison, as it was planned, and what becomes of it.
type convoy struct {
	number  id.Convoy
	mode    transfer.Mode
	escort  string
	source  place.Code
	prison  place.Code
	legs    []transfer.Leg
	people  []id.Person // those of the first bus first
	first   int         // how many these are
	buses   []*bus
	leaves  time.Time
	trouble custody.DifferenceKind
	detour  time.Duration // after it was sent to another prison
	left    bool          // its source
	gone    bool          // another plan took its place
}

// points are the lines or reception points on the way.
func (c *convoy) points() []transfer.Leg { return c.legs[:len(c.legs)-1] }

// arrives is when the convoy is to be at its prison.
func (c *convoy) arrives() time.Time { return c.legs[len(c.legs)-1].Arrives }

// schedule puts a convoy's life on the agenda. What is on it for a convoy that another plan has replaced does not happen.
func (w *Week) schedule(c *convoy) {
	plan := func(at time.Time, do func(context.Context) error) {
		w.agenda.plan(at, func(ctx context.Context) error {
			if c.gone {
				return nil
			}
			return do(ctx)
		})
	}
	plan(c.leaves, func(ctx context.Context) error { return w.dispatch(ctx, c) })
	plan(c.leaves.Add(45*time.Minute), func(ctx context.Context) error {
		took := true
		_, err := w.r.Observe(ctx, register.By{Actor: escort}, []register.Note{{Convoy: c.number, Type: "comfort_break", Accepted: &took}})
		return err
	})
	for i, leg := range c.points() {
		for n, b := range c.buses {
			seen := leg.Arrives.Add(time.Duration(n) * time.Minute)
			plan(seen, func(ctx context.Context) error { return w.pass(ctx, c, b, i, leg.To, seen) })
		}
		w.planTrouble(c, i, leg.Arrives)
	}
	ends := func(at time.Time, do func(context.Context, time.Time) error) { // when the way ends, a detour included
		plan(at, func(ctx context.Context) error {
			if c.detour == 0 {
				return do(ctx, at)
			}
			at := at.Add(c.detour)
			w.agenda.plan(at, func(ctx context.Context) error { return do(ctx, at) })
			return nil
		})
	}
	for n, b := range c.buses {
		ends(c.arrives().Add(time.Duration(n)*time.Minute), func(ctx context.Context, at time.Time) error { return w.receive(ctx, c, b, at) })
	}
	ends(c.arrives().Add(3*time.Hour), func(ctx context.Context, _ time.Time) error {
		_, err := w.r.CloseConvoy(ctx, register.By{Actor: operations}, c.number)
		return err
	})
}

func (w *Week) dispatch(ctx context.Context, c *convoy) error {
	seals := map[id.Vehicle]string{}
	for i, b := range c.buses {
		seals[b.vehicle] = fmt.Sprintf("S%d-%d", int64(c.number)/10%100000, i+1)
	}
	_, err := w.r.Dispatch(ctx, register.By{Actor: escort}, register.Departure{Convoy: c.number, Seals: seals})
	c.left = true
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
	in := arrival(c, b, point, w.operator(point, c.escort))
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

// house gives people the beds that are reserved for them, and others a bed that is free.
func (w *Week) house(ctx context.Context, at place.Code, people []id.Person) error {
	q, err := w.r.Reading(prison, authz.ReadPeople)
	if err != nil {
		return err
	}
	holds, err := q.Holds(ctx, people)
	if err != nil {
		return err
	}
	var in []register.Placement
	var rest []id.Person
	for _, p := range people {
		i := slices.IndexFunc(holds[p], func(h store.Hold) bool { return h.Cell.Establishment() == at })
		if i < 0 {
			rest = append(rest, p)
			continue
		}
		in = append(in, register.Placement{Person: p, Cell: holds[p][i].Cell, Bed: holds[p][i].Bed.Bed})
	}
	if rest != nil {
		found, err := w.r.FindBeds(ctx, register.By{Actor: planner}, register.FindBeds{People: rest, Prisons: []place.Code{at}})
		if err != nil {
			return err
		}
		in = append(in, found.Placements...)
		w.result.Unhoused += len(found.Left)
	}
	_, err = w.r.House(ctx, register.By{Actor: prison}, in)
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
