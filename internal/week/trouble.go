package week

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	"amana/internal/transfer"
)

// troubles is the list from which a week takes its trouble, one of each, by seed.
var troubles = []custody.DifferenceKind{
	custody.Missing, custody.Swapped, custody.CountedTwice, custody.Unexpected, custody.Death, custody.Diversion, custody.Escape,
	custody.Breakdown, custody.Lockout, custody.LateRecord, custody.Contradictory, custody.Redelivery,
}

const hospital = place.Code("IQ-MOH")

// chooseTroubles gives each trouble a convoy by land that has at least two buses.
func (w *Week) chooseTroubles() error {
	var fit []*convoy
	for _, c := range w.convoys {
		if c.route.Mode == string(transfer.Land) && fleet(c) >= 2 && len(c.people) >= c.route.Seats+2 {
			fit = append(fit, c)
		}
	}
	if len(fit) < len(troubles) {
		return fault.New(fault.Invalid, "week.too_small", "a week with %d kinds of trouble needs as many convoys of two buses by land, this one has %d", len(troubles), len(fit))
	}
	for i, n := range w.rng.Perm(len(fit))[:len(troubles)] {
		fit[n].trouble = troubles[i]
	}
	w.leaveRoom(fit)
	return nil
}

// leaveRoom sees to it that the gate that closes is not that of the prison with the most room: nobody could be sent elsewhere.
func (w *Week) leaveRoom(fit []*convoy) {
	going := map[place.Code]int{}
	for _, c := range w.convoys {
		going[c.prison] += len(c.people)
	}
	roomiest := w.opt.Scenario.Prisons[0].Code
	for _, p := range w.opt.Scenario.Prisons {
		if going[p.Code] < going[roomiest] {
			roomiest = p.Code
		}
	}
	locked := slices.IndexFunc(fit, func(c *convoy) bool { return c.trouble == custody.Lockout })
	other := slices.IndexFunc(fit, func(c *convoy) bool { return c.prison != roomiest })
	if fit[locked].prison == roomiest && other >= 0 {
		fit[locked].trouble, fit[other].trouble = fit[other].trouble, fit[locked].trouble
	}
}

// inject notes a trouble that was brought into the world.
func (w *Week) inject(kind custody.DifferenceKind, subject string) {
	w.result.Injected = append(w.result.Injected, Trouble{Kind: string(kind), Subject: subject, InjectedAt: w.clk.Now().Format(time.RFC3339)})
}

func number[T ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }

func subject(people ...id.Person) string {
	slices.Sort(people)
	parts := make([]string, len(people))
	for i, p := range people {
		parts[i] = number(p)
	}
	return strings.Join(parts, "+")
}

// anyone takes somebody out of a bus, by seed.
func (w *Week) anyone(b *bus) id.Person {
	i := w.rng.IntN(len(b.aboard))
	p := b.aboard[i]
	b.aboard = slices.Delete(b.aboard, i, i+1)
	return p
}

// planTrouble puts a convoy's trouble on the agenda, after the i-th point was reached at the given time.
func (w *Week) planTrouble(c *convoy, i int, at time.Time) {
	plan := func(after time.Duration, do func(context.Context) error) { w.agenda.plan(at.Add(after), do) }
	switch {
	case c.trouble == custody.Missing && i == 0: // sits down in another bus at a stop before line 2
		plan(20*time.Minute, func(context.Context) error {
			p := w.anyone(c.buses[0])
			c.buses[1].aboard = append(c.buses[1].aboard, p)
			w.inject(c.trouble, subject(p))
			return nil
		})
	case c.trouble == custody.Swapped && i == 0: // before line 1: this is planned after it, so it happens on the way to line 2
		plan(20*time.Minute, func(context.Context) error {
			p, q := w.anyone(c.buses[0]), w.anyone(c.buses[1])
			c.buses[0].aboard, c.buses[1].aboard = append(c.buses[0].aboard, q), append(c.buses[1].aboard, p)
			w.inject(c.trouble, subject(p, q))
			return nil
		})
	case c.trouble == custody.CountedTwice && i == 1:
		plan(20*time.Minute, func(context.Context) error {
			c.buses[0].twice = c.buses[0].aboard[w.rng.IntN(len(c.buses[0].aboard))]
			w.inject(c.trouble, subject(c.buses[0].twice))
			return nil
		})
	case c.trouble == custody.Unexpected && i == 2: // climbs in on the last leg; the gate finds out
		plan(time.Hour, func(context.Context) error {
			c.buses[0].unlisted = []person.Details{{Names: []person.Name{{Raw: "غير معروف: يقول إن اسمه سالم", Script: "Arab"}}, Sex: person.Male}}
			return nil
		})
	case c.trouble == custody.Death && i == 0:
		plan(25*time.Minute, func(ctx context.Context) error {
			return w.leave(ctx, c, custody.TypeDeath, custody.Died, custody.IncidentDeath)
		})
	case c.trouble == custody.Escape && i == 1:
		plan(20*time.Minute, func(ctx context.Context) error {
			return w.leave(ctx, c, custody.TypeEscape, custody.Escaped, custody.IncidentEscape)
		})
	case c.trouble == custody.Diversion && i == 2:
		plan(time.Hour, func(ctx context.Context) error {
			return w.leave(ctx, c, custody.TypeDiversion, custody.At(hospital), custody.IncidentDiversion)
		})
	case c.trouble == custody.Breakdown && i == 0:
		plan(22*time.Minute, func(ctx context.Context) error {
			b := c.buses[0]
			w.inject(c.trouble, number(b.vehicle))
			spare, err := w.r.AddVehicle(ctx, register.By{Actor: escort}, register.SpareVehicle{
				Convoy: c.number, Vehicle: transfer.Vehicle{Plate: "spare", Seats: c.route.Seats}, Replaces: b.vehicle, Reason: "engine failure between lines 1 and 2",
			})
			b.vehicle = spare
			return err
		})
	case c.trouble == custody.Lockout && i == 2:
		plan(time.Hour, func(ctx context.Context) error { return w.lockout(ctx, c) })
	case c.trouble == custody.LateRecord && i == 2:
		plan(0, func(context.Context) error { w.inject(c.trouble, number(c.number)); return nil })
	case c.trouble == custody.Contradictory && i == 2:
		plan(8*time.Hour, func(ctx context.Context) error { return w.contradict(ctx, c, at.Add(4*time.Hour-time.Minute)) })
	}
}

// leave records that somebody left a bus on the way: dead, escaped or to hospital.
func (w *Week) leave(ctx context.Context, c *convoy, typ custody.MovementType, to custody.Account, what custody.IncidentType) error {
	b := c.buses[0]
	p := w.anyone(b)
	w.inject(c.trouble, subject(p))
	_, err := w.r.RecordFacts(ctx, register.By{Actor: escort}, []register.Fact{{
		Person: p, Type: typ, From: custody.Aboard(b.vehicle), To: to, Convoy: c.number, Reason: "reported by the escort commander", Incident: what,
	}})
	if err != nil || typ != custody.TypeDiversion {
		return err
	}
	// A day later the hospital discharges, and the prison takes over from the escort that stood at the bed.
	w.agenda.plan(w.clk.Now().Add(26*time.Hour), func(ctx context.Context) error {
		_, err := w.r.HandOver(ctx, register.By{Actor: prison}, register.HandoverInput{
			Type: custody.TypeDischarge, People: []id.Person{p}, To: custody.At(c.prison), Receiver: w.operator(c.prison, ""), Convoy: c.number,
		})
		if err != nil {
			return err
		}
		w.housed[c.prison] = append(w.housed[c.prison], p)
		w.agenda.plan(w.clk.Now().Add(time.Hour), func(ctx context.Context) error { return w.house(ctx, c.prison, []id.Person{p}) })
		return nil
	})
	return nil
}

// lockout closes the gate of the prison that a convoy is on its way to, and sends the convoy to another one.
func (w *Week) lockout(ctx context.Context, c *convoy) error {
	closed := c.prison
	w.inject(custody.Lockout, string(closed))
	if _, err := w.r.SetGate(ctx, register.By{Actor: prison}, register.Gate{Place: closed, Reason: "disturbance in reception"}); err != nil {
		return err
	}
	w.agenda.plan(w.clk.Now().Add(4*time.Hour+20*time.Minute), func(ctx context.Context) error {
		_, err := w.r.SetGate(ctx, register.By{Actor: prison}, register.Gate{Place: closed, Open: true, Reason: "calm again"})
		return err
	})
	people, err := w.everybodyOn(ctx, c)
	if err != nil {
		return err
	}
	for _, other := range w.opt.Scenario.Prisons {
		if other.Code == closed {
			continue
		}
		cells, err := w.freeCells(ctx, other.Code)
		if err != nil {
			return err
		}
		placed, unplaced := w.opt.Plan(people, cells)
		if len(unplaced) > 0 {
			continue
		}
		w.clk.Set(w.clk.Now().Add(15 * time.Minute))
		in := register.Redirect{Convoy: c.number, To: other.Code, Reason: "lockout at " + string(closed)}
		for _, p := range placed {
			w.cells[p.Person] = p
			in.Beds = append(in.Beds, register.Placement{Person: p.Person, To: other.Code, Cell: p.Cell, Bed: p.Bed})
		}
		c.prison = other.Code
		_, err = w.r.RedirectConvoy(ctx, register.By{Actor: operations}, in)
		return err
	}
	return fmt.Errorf("no other prison has room for convoy %d", c.number)
}

func (w *Week) everybodyOn(ctx context.Context, c *convoy) ([]planning.Person, error) {
	var numbers []id.Person
	for _, b := range c.buses {
		numbers = append(numbers, b.aboard...)
	}
	return w.describe(ctx, numbers)
}

// contradict has a clerk of another prison claim somebody who sits in this one; the operations room decides a day later.
func (w *Week) contradict(ctx context.Context, c *convoy, claimed time.Time) error {
	p := c.people[w.rng.IntN(c.route.Seats)].person
	other := w.opt.Scenario.Prisons[0].Code
	if other == c.prison {
		other = w.opt.Scenario.Prisons[1].Code
	}
	w.inject(custody.Contradictory, subject(p))
	got, err := w.r.RecordFacts(ctx, register.By{Actor: prison, At: claimed}, []register.Fact{{
		Person: p, Type: custody.TypeReception, From: custody.Aboard(c.buses[0].vehicle), To: custody.At(other), Convoy: c.number, Reason: "entered from a paper list",
	}})
	if err != nil {
		return err
	}
	w.agenda.plan(w.clk.Now().Add(20*time.Hour), func(ctx context.Context) error {
		_, err := w.r.SetAside(ctx, register.By{Actor: operations}, register.Dispute{Person: p, Entry: got.Seq, Reason: "the person was seen at " + string(c.prison) + "; the paper list named somebody else"})
		return err
	})
	return nil
}
