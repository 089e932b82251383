package register_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/testdb"
	"amana/internal/transfer"
)

// TestWavesAreFilledByAHumansOrder takes people by the order of the sources and their numbers, families together, and tells why others stay.
func TestWavesAreFilledByAHumansOrder(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	first := place.Place{Code: "SY-Z", Kind: place.Source, State: place.Active, Operator: "camp"}
	rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, []place.Place{first}))
	later := w.People(t, 6)
	family := w.Registered(t, 3, func(i int, r *register.Registration) { r.Family = "7" })
	broken := w.Registered(t, 2, func(i int, r *register.Registration) { r.Family = "8" })
	urgent := w.PeopleAt(t, "SY-Z", 2)
	w.Tick(time.Minute)
	rt.Get(t)(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: later[0], Code: "protection"}))
	rt.Get(t)(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: later[5], Code: "suicide"})) // does not hold
	rt.Get(t)(w.Screen(ctx, rt.By.Prison, rt.Source, []register.Screening{{Person: later[1]}}))
	rt.Get(t)(w.Screen(ctx, rt.By.Prison, rt.Source, []register.Screening{{Person: broken[0]}}))
	move := w.Allocate(t, rt.Prison2, later[2:3])
	order := []transfer.WaveSource{{Place: "SY-Z", Reason: "shelling"}, {Place: rt.Source, Reason: "then"}}
	wave := rt.Value(w.FormWave(ctx, rt.By.Planner, register.NewWave{Label: "W", Target: 7, Sources: order}))(t)
	got := rt.Value(w.Waiting(ctx, rt.By.Planner.Actor, wave, w.Clock.Now()))(t)
	var taken []id.Person
	for _, x := range got.Taken {
		taken = append(taken, x.Person)
	}
	// Two at the first source, three of the second; then a family of three does not fit whole, and nobody else is left.
	if diff := cmp.Diff(append(slices.Clone(urgent), later[3], later[4], later[5]), taken); diff != "" {
		t.Error(diff)
	}
	want := []register.Held{
		{Person: later[0], Source: rt.Source, Why: register.HeldAlert, Alert: "protection"},
		{Person: later[1], Source: rt.Source, Why: register.HeldUnfit},
		{Person: later[2], Source: rt.Source, Why: register.HeldMove, Move: move[0]},
		{Person: family[0], Source: rt.Source, Why: register.HeldTarget},
		{Person: family[1], Source: rt.Source, Why: register.HeldTarget},
		{Person: family[2], Source: rt.Source, Why: register.HeldTarget},
		{Person: broken[0], Source: rt.Source, Why: register.HeldUnfit},
		{Person: broken[1], Source: rt.Source, Why: register.HeldFamily},
	}
	if diff := cmp.Diff(want, got.Held); diff != "" {
		t.Error(diff)
	}
	rt.Get(t)(w.Screen(ctx, rt.By.Prison, rt.Source, []register.Screening{{Person: broken[0], Fit: true}}))
	if again := rt.Value(w.Waiting(ctx, rt.By.Planner.Actor, wave, w.Clock.Now()))(t); len(again.Taken) != 7 {
		t.Errorf("%d are in the wave when both are fit", len(again.Taken))
	}
	refused(t, "wave.source_needs_reason")(w.FormWave(ctx, rt.By.Planner, register.NewWave{Sources: []transfer.WaveSource{{Place: rt.Source}}}))
	refused(t, "place.not_found")(w.FormWave(ctx, rt.By.Planner, register.NewWave{Sources: []transfer.WaveSource{{Place: "SY-NONE", Reason: "x"}}}))
	refused(t, "wave.not_found")(w.Waiting(ctx, rt.By.Planner.Actor, 1, w.Clock.Now()))
	refused(t, "denied")(w.Waiting(ctx, rt.By.Line.Actor, wave, w.Clock.Now()))
	w.Sound(t)
}

// TestNeedsDecideWhereSomebodyGoes has a human decide what excludes places, one need after the other.
func TestNeedsDecideWhereSomebodyGoes(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	w.Route(t, 20)
	// The big cell is for the lowest level; the cell of four has one medical place; the cell of two is built for all levels.
	for _, p := range rt.Places() {
		switch p.Code {
		case rt.Men:
			p.Medical, p.SecurityMax = 1, 2
		case "IQ-Q/A/01":
			p.SecurityMax = 1
		case rt.Men2:
		default:
			continue
		}
		rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, []place.Place{p}))
	}
	p := w.People(t, 5)
	unknown := w.Registered(t, 1, func(_ int, r *register.Registration) { r.Details.Birth.Date = civil.Date{} })[0]
	need := func(who id.Person, change func(*custody.NeedsDecided)) register.Needs {
		n := register.Needs{Person: who, NeedsDecided: custody.NeedsDecided{Security: 1, Reason: "interview", Review: civil.Date{Year: 2026, Month: 6, Day: 1}}}
		change(&n.NeedsDecided)
		return n
	}
	w.Tick(time.Minute)
	rt.Get(t)(w.DecideNeeds(ctx, rt.By.Prison, []register.Needs{
		need(p[0], func(n *custody.NeedsDecided) { n.Security = 3 }), need(p[1], func(n *custody.NeedsDecided) { n.Medical = true }), need(p[2], func(n *custody.NeedsDecided) { n.Medical = true }),
		need(p[3], func(n *custody.NeedsDecided) { n.Security = 3 }),
	}))
	rt.Get(t)(w.DecideNeeds(ctx, rt.By.Prison, []register.Needs{need(p[3], func(n *custody.NeedsDecided) { n.Security = 2 })})) // the newest stands
	wave := w.Wave(t, 0)
	draft := w.Draft(t, register.NewPlan{Wave: wave})
	cell := map[id.Person]place.Code{}
	for _, x := range draft.Places {
		cell[x.Person] = x.Cell
	}
	if cell[p[0]] != rt.Men2 || (cell[p[3]] != rt.Men && cell[p[3]] != rt.Men2) || cell[unknown] != rt.Youths {
		t.Errorf("%v", cell)
	}
	if (cell[p[1]] == rt.Men) == (cell[p[2]] == rt.Men) || len(draft.Unplaced) != 1 {
		t.Errorf("one of two has the only medical place: %v, %+v", cell, draft.Unplaced)
	}
	if c := draft.Conflicts; len(c) != 1 || !slices.Contains(c[0].Rules, planning.RuleMedical) || draft.Unplaced[0].Conflict != 0 {
		t.Errorf("%+v", c)
	}
	// A human assessed the age.
	rt.Get(t)(w.DecideNeeds(ctx, rt.By.Registrar, []register.Needs{need(unknown, func(n *custody.NeedsDecided) { n.Age = place.Adult })}))
	refused(t, "plan.outdated")(w.ApprovePlan(ctx, rt.By.Planner, register.Approval{Plan: draft.Plan}))
	for _, x := range w.Draft(t, register.NewPlan{Wave: wave}).Places {
		if x.Person == unknown && x.Cell == rt.Youths {
			t.Error("somebody whose age was assessed is on the juvenile track")
		}
	}
	twice := need(p[0], func(n *custody.NeedsDecided) { n.Review.Month = 9 })
	w.Clock.Set(time.Date(2026, 6, 2, 0, 0, 0, 0, time.UTC)) // the day after the reviews
	overdue := 0
	for _, x := range rt.Value(w.Waiting(ctx, rt.By.Planner.Actor, wave, w.Clock.Now()))(t).Taken {
		if x.Overdue {
			overdue++
		}
	}
	if overdue != 5 {
		t.Errorf("%d reviews are overdue", overdue)
	}
	refused(t, "needs.twice")(w.DecideNeeds(ctx, rt.By.Prison, []register.Needs{twice, twice}))
	refused(t, "needs.security_out_of_range")(w.DecideNeeds(ctx, rt.By.Prison, []register.Needs{need(p[0], func(n *custody.NeedsDecided) { n.Security = 9 })}))
	refused(t, "person.not_found")(w.DecideNeeds(ctx, rt.By.Prison, []register.Needs{need(12, func(*custody.NeedsDecided) {})}))
	refused(t, "denied")(w.DecideNeeds(ctx, rt.By.Planner, []register.Needs{twice}))
	w.Sound(t)
}

// TestPlanKeepsAwayFromThoseWhoAreThere plans somebody who is kept apart from a person who has a bed already.
func TestPlanKeepsAwayFromThoseWhoAreThere(t *testing.T) {
	t.Parallel()
	for _, scope := range []string{"cell", "block", "prison"} {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			w := rt.New(t, testdb.SQLite(t))
			ctx := context.Background()
			w.Route(t, 20)
			there := w.PeopleAt(t, rt.Prison2, 1)[0]
			w.Tick(time.Minute)
			rt.Get(t)(w.House(ctx, rt.By.Prison, []register.Placement{{Person: there, Cell: "IQ-Q/A/01", Bed: 1}}))
			comes := w.People(t, 8)
			rt.Get(t)(w.SetNonAssociation(ctx, rt.By.Prison, register.KeepApart{A: comes[7], B: there, Scope: scope, Reason: "feud"}))
			draft := w.Draft(t, register.NewPlan{Wave: w.Wave(t, 0)})
			if len(draft.Places) != 8 {
				t.Fatalf("%+v", draft.Unplaced)
			}
			for _, x := range draft.Places {
				if x.Person == comes[7] && x.Cell.Establishment() == rt.Prison2 {
					t.Errorf("%d goes to %s", x.Person, x.Cell)
				}
				if x.Cell == "IQ-Q/A/01" && x.Bed == 1 {
					t.Error("a bed is given twice")
				}
			}
			w.Approve(t, draft)
			w.Sound(t)
		})
	}
}

// TestFamiliesStayTogether plans a mother with a boy of five, and a man of a family whose others have arrived already.
func TestFamiliesStayTogether(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	w.Route(t, 20)
	family := w.Registered(t, 2, func(i int, r *register.Registration) {
		r.Family = "12"
		if i == 0 {
			rt.Woman(r)
		} else {
			r.Details.Birth.Date, r.Child = civil.Date{Year: 2020}, true
		}
	})
	brothers := w.Registered(t, 2, func(_ int, r *register.Registration) { r.Family = "13" })
	w.Tick(time.Minute)
	rt.Get(t)(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: brothers[1], Code: "no_transfer"})) // the family waits
	wave := w.Wave(t, 0)
	draft := w.Draft(t, register.NewPlan{Wave: wave})
	if len(draft.Places) != 2 || draft.Places[0].Cell != rt.Women || draft.Places[1].Cell != rt.Women || draft.Places[1].Person != family[1] {
		t.Errorf("%+v, held %+v", draft.Places, draft.Held)
	}
	for i, r := range draft.Riders {
		if r.ID == draft.Riders[0].ID && i > 0 {
			t.Error("somebody rides twice")
		}
	}
	w.Approve(t, draft)
	// The other brother was moved by hand meanwhile; this one follows to the same prison.
	alert := rt.Value(w.Store.Alerts(ctx, brothers[1]))(t)[0].Alert
	rt.Get(t)(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: brothers[1], Code: "no_transfer", Close: alert}))
	w.Journey(t, rt.Prison2, 1, brothers[:1])
	again := w.Draft(t, register.NewPlan{Wave: wave})
	i := slices.IndexFunc(again.Places, func(x register.Placed) bool { return x.Person == brothers[1] })
	if i < 0 || again.Places[i].Cell.Establishment() != rt.Prison2 {
		t.Errorf("%+v", again.Places)
	}
	w.Sound(t)
}
