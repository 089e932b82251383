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
	"amana/internal/register"
	"amana/internal/transfer"
)

// troubles is the list from which a week takes its trouble, one of each, by seed.
var troubles = []custody.DifferenceKind{
	custody.Missing, custody.Swapped, custody.CountedTwice, custody.Unexpected, custody.Death, custody.Diversion, custody.Escape,
	custody.Breakdown, custody.Lockout, custody.LateRecord, custody.Contradictory, custody.Redelivery,
}

const hospital = place.Code("IQ-MOH")

// chooseTroubles gives each trouble a convoy by land that has at least two buses and leaves before the plan is made again.
func (w *Week) chooseTroubles() error {
	var fit, last []*convoy
	for i, c := range w.convoys {
		if c.mode != transfer.Land || len(c.buses) < 2 || len(c.buses[0].aboard) < 3 || len(c.buses[1].aboard) < 3 || !c.arrives().Before(lost.Add(-12*time.Hour)) {
			continue
		}
		fit = append(fit, c)
		if !slices.ContainsFunc(w.convoys[i+1:], func(d *convoy) bool { return d.prison == c.prison && d.leaves.Before(c.arrives().Add(lockedOut)) }) {
			last = append(last, c)
		}
	}
	if len(fit) < len(troubles) || len(last) == 0 {
		return fault.New(fault.Invalid, "week.too_small", "a week with %d kinds of trouble needs as many convoys of two buses by land in its first days, this one has %d", len(troubles), len(fit))
	}
	// A gate closes behind the last convoy of a day: those that would leave for it are not yet under way.
	locked := last[w.rng.IntN(len(last))]
	locked.trouble = custody.Lockout
	fit = slices.DeleteFunc(fit, func(c *convoy) bool { return c == locked })
	others := slices.DeleteFunc(slices.Clone(troubles), func(k custody.DifferenceKind) bool { return k == custody.Lockout })
	for i, n := range w.rng.Perm(len(fit))[:len(others)] {
		fit[n].trouble = others[i]
	}
	return nil
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
	plan := func(after time.Duration, do func(context.Context) error) {
		w.agenda.plan(at.Add(after), do)
	}
	rest := c.arrives().Sub(at) // of the way
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
		plan(rest/2, func(context.Context) error {
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
		plan(rest/2, func(ctx context.Context) error {
			return w.leave(ctx, c, custody.TypeDiversion, custody.At(hospital), custody.IncidentDiversion)
		})
	case c.trouble == custody.Breakdown && i == 0:
		plan(22*time.Minute, func(ctx context.Context) error {
			b := c.buses[0]
			w.inject(c.trouble, number(b.vehicle))
			spare, err := w.r.AddVehicle(ctx, register.By{Actor: escort}, register.SpareVehicle{
				Convoy: c.number, Vehicle: transfer.Vehicle{Plate: "spare", Seats: b.seats}, Replaces: b.vehicle, Reason: "engine failure between lines 1 and 2",
			})
			b.vehicle = spare
			return err
		})
	case c.trouble == custody.Lockout && i == 2:
		plan(rest/2, func(ctx context.Context) error { return w.lockout(ctx, c) })
	case c.trouble == custody.LateRecord && i == 2:
		plan(0, func(context.Context) error { w.inject(c.trouble, number(c.number)); return nil })
	case c.trouble == custody.Contradictory && i == 2:
		plan(rest+4*time.Hour, func(ctx context.Context) error { return w.contradict(ctx, c, c.arrives().Add(-time.Minute)) })
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

// lockedOut is how long a gate stays closed.
const lockedOut = 4*time.Hour + 20*time.Minute

// lockout closes the gate of the prison that a convoy is on its way to, and sends whoever is under way there to another one.
func (w *Week) lockout(ctx context.Context, c *convoy) error {
	closed := c.prison
	w.inject(custody.Lockout, string(closed))
	if _, err := w.r.SetGate(ctx, register.By{Actor: prison}, register.Gate{Place: closed, Reason: "disturbance in reception"}); err != nil {
		return err
	}
	w.agenda.plan(w.clk.Now().Add(lockedOut), func(ctx context.Context) error {
		_, err := w.r.SetGate(ctx, register.By{Actor: prison}, register.Gate{Place: closed, Open: true, Reason: "calm again"})
		return err
	})
	for _, d := range w.convoys {
		if !d.left || d.prison != closed || !d.arrives().After(w.clk.Now()) {
			continue
		}
		if err := w.redirect(ctx, d, closed); err != nil {
			return err
		}
	}
	return nil
}

// redirect sends a convoy to the prison that has room for most of those aboard. Whoever has no bed there is received all the same, and waits for one.
func (w *Week) redirect(ctx context.Context, c *convoy, closed place.Code) error {
	var people []id.Person
	for _, b := range c.buses {
		people = append(people, b.aboard...)
	}
	var others []place.Code
	for _, p := range w.opt.Scenario.Prisons {
		if p.Code != closed {
			others = append(others, p.Code)
		}
	}
	found, err := w.r.FindBeds(ctx, register.By{Actor: planner}, register.FindBeds{People: people, Prisons: others, Together: true})
	if err != nil {
		return err
	}
	if len(found.Placements) == 0 {
		return fmt.Errorf("no other prison has room for convoy %d", c.number)
	}
	c.prison, c.detour = found.Placements[0].Cell.Establishment(), 5*time.Hour
	_, err = w.r.RedirectConvoy(ctx, register.By{Actor: operations}, register.Redirect{Convoy: c.number, To: c.prison, Reason: "lockout at " + string(closed), Beds: found.Placements})
	return err
}

// contradict has a clerk of another prison claim somebody who sits in this one; the operations room decides a day later.
func (w *Week) contradict(ctx context.Context, c *convoy, claimed time.Time) error {
	p := c.people[w.rng.IntN(c.first)]
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
