package register_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
	"amana/internal/transfer"
)

// TestReplanChangesLittle loses a cell after a plan was approved and some have left.
func TestReplanChangesLittle(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ctx := context.Background()
		w.Route(t, 10)
		w.People(t, 40)
		wave := w.Wave(t, 0)
		draft := w.Draft(t, register.NewPlan{Wave: wave})
		first := w.Approve(t, draft)
		w.Drive(t, first.Convoys[:1])
		left := map[id.Person]bool{}
		for _, s := range rt.Value(w.Store.Seats(ctx, first.Convoys[0], 0))(t) {
			left[s.Person] = true
		}
		// The cell of four is lost: whoever was to come there goes elsewhere, and nobody else.
		hit := 0
		for _, x := range draft.Places {
			if x.Cell == rt.Men && !left[x.Person] {
				hit++
			}
		}
		again := w.Draft(t, register.NewPlan{Wave: wave, Closed: []place.Code{rt.Men}})
		if again.Follows != draft.Plan || len(again.Places) != 40-len(left) || again.Figures.Changes != hit || again.Least != hit {
			t.Errorf("%d of %d changed, least %d; placed %d, follows %d", again.Figures.Changes, hit, again.Least, len(again.Places), again.Follows)
		}
		second := w.Approve(t, again)
		if second.Changed != hit || second.Kept != len(again.Places)-hit || second.Moves+second.Canceled != 0 {
			t.Errorf("%+v", second)
		}
		seated := map[id.Person]int{}
		for _, c := range rt.Value(w.Store.Convoys(ctx, 0, 1000))(t) {
			if c.State != transfer.Closed {
				for _, s := range rt.Value(w.Store.Seats(ctx, c.Convoy, 0))(t) {
					seated[s.Person]++
				}
			}
		}
		for _, x := range again.Places {
			if seated[x.Person] != 1 {
				t.Errorf("%d has %d seats", x.Person, seated[x.Person])
			}
		}
		w.Sound(t)
	})
}

// TestHundredWritersApproveTwoPlans sets a hundred writers against each other who approve two plans that want the same beds: one wins, and nothing is
// half done.
func TestHundredWritersApproveTwoPlans(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ctx := context.Background()
		w.Route(t, 20)
		rt.Get(t)(w.DefineRoutes(ctx, rt.By.Admin, []transfer.RouteDefined{{
			Route: "other", Mode: transfer.Land, Points: []place.Code{rt.Line1}, Drive: []transfer.RouteLeg{{Place: rt.Prison2, Minutes: 60}},
			Arrive: []transfer.RouteLeg{{Place: rt.Prison, Minutes: 90}}, Seats: 10, Fleet: 1, Vehicles: 20, PerGuard: 5, Guards: 200, Escort: "escort",
		}}))
		from := func(at place.Code) (register.Plan, []id.Person) {
			people := w.PeopleAt(t, at, 5)
			wave := rt.Value(w.FormWave(ctx, rt.By.Planner, register.NewWave{Label: string(at), Sources: []transfer.WaveSource{{Place: at, Reason: "x"}}}))(t)
			return w.Draft(t, register.NewPlan{Wave: wave, Closed: []place.Code{rt.Prison2}}), people
		}
		a, first := from(rt.Source)
		b, second := from(rt.Prison2)
		if len(a.Places) != 5 || len(b.Places) != 5 {
			t.Fatalf("the plans do not want the same six beds: %d and %d places", len(a.Places), len(b.Places))
		}
		w.Tick(time.Minute)
		if won := told(t, race(func(ctx context.Context, n int) error {
			return only(w.ApprovePlan(ctx, rt.By.Planner, register.Approval{Plan: []register.Plan{a, b}[n%2].Plan}))
		}), "plan.outdated", "plan.approved"); won != 1 {
			t.Errorf("%d approvals went through", won)
		}
		heads := append(rt.Value(w.Plans(ctx, rt.By.Planner.Actor, a.Wave))(t), rt.Value(w.Plans(ctx, rt.By.Planner.Actor, b.Wave))(t)...)
		people := [][]id.Person{first, second}
		for i, h := range heads {
			want := 0
			if h.State == store.PlanApproved {
				want = 5
			}
			held, moving := 0, 0
			for _, who := range people[i] {
				held += len(rt.Value(w.Store.Holds(ctx, []id.Person{who}))(t)[who])
				if w.Standing(t, who).Move != 0 {
					moving++
				}
			}
			if held != want || moving != want {
				t.Errorf("a plan that is %s has %d beds and %d moves", h.State, held, moving)
			}
		}
		w.Sound(t)
	})
}

// TestWavesLeaveEachOtherTheirSlots plans two waves on one route: their convoys meet nowhere, and of two drafts that do one is refused.
func TestWavesLeaveEachOtherTheirSlots(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	w.Route(t, 10)
	wave := func(at place.Code, n int) id.Wave {
		w.PeopleAt(t, at, n)
		return rt.Value(w.FormWave(ctx, rt.By.Planner, register.NewWave{Label: "W", Sources: []transfer.WaveSource{{Place: at, Reason: "x"}}}))(t)
	}
	first := wave(rt.Source, 15)
	one := w.Draft(t, register.NewPlan{Wave: first})
	w.Approve(t, one)
	second := w.Wave(t, 0)
	w.People(t, 15)
	two := w.Draft(t, register.NewPlan{Wave: second})
	if len(two.Places) != 15 || two.Figures.NoSeat != 0 {
		t.Fatalf("%+v", two.Figures)
	}
	for _, c := range two.Table.Convoys {
		for _, x := range one.Table.Convoys {
			for _, s := range c.Slots {
				for _, y := range x.Slots {
					if s.Place == y.Place && s.From.Before(y.Until) && y.From.Before(s.Until) {
						t.Errorf("convoys of two waves are at %s at %s and %s", s.Place, s.From, y.From)
					}
				}
			}
		}
	}
	// The first wave is planned anew meanwhile, and takes what the second wants.
	w.People(t, 5)
	again := w.Draft(t, register.NewPlan{Wave: first})
	w.Approve(t, two)
	w.Tick(time.Second)
	if _, err := w.ApprovePlan(ctx, rt.By.Planner, register.Approval{Plan: again.Plan}); !fault.Is(err, "plan.outdated") || !names(err, "plan.slot_taken") {
		t.Errorf("%v", err)
	}
	w.Sound(t)
}

// TestReplanAfterTrouble closes a gate, and then breaks a bus, each on the same wave.
func TestReplanAfterTrouble(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	w.Route(t, 10)
	w.People(t, 30)
	wave := w.Wave(t, 0)
	draft := w.Draft(t, register.NewPlan{Wave: wave})
	first := w.Approve(t, draft)
	var toFirst int
	for _, x := range draft.Places {
		if x.Cell.Establishment() == rt.Prison {
			toFirst++
		}
	}
	// A bus of a convoy that has not left breaks down: the convoy is made anew with another.
	c := rt.Value(w.Store.Vehicles(ctx, first.Convoys[0]))(t)
	w.Tick(time.Minute)
	rt.Get(t)(w.AddVehicle(ctx, rt.By.Operations, register.SpareVehicle{Convoy: first.Convoys[0], Replaces: c[0].Vehicle.Vehicle, Vehicle: transfer.Vehicle{Plate: "spare", Seats: 10}, Reason: "engine"}))
	again := w.Draft(t, register.NewPlan{Wave: wave})
	if again.Figures.Changes != 0 || len(again.Places) != 30 || again.Figures.NoSeat != 0 {
		t.Errorf("a broken bus moved %d people to other beds: %+v", again.Figures.Changes, again.Figures)
	}
	for _, convoy := range again.Table.Convoys {
		for _, l := range convoy.Loads {
			if l.Vehicle == c[0].Number {
				t.Errorf("convoy %d rides with the broken bus", convoy.Number)
			}
		}
	}
	w.Approve(t, again)
	// A prison closes its gate: those who were to come there go to the other one.
	rt.Get(t)(w.SetGate(ctx, rt.By.Prison, register.Gate{Place: rt.Prison, Reason: "riot"}))
	third := w.Draft(t, register.NewPlan{Wave: wave})
	if len(third.Places) != 30 || third.Figures.Changes != toFirst {
		t.Errorf("%d placed, %d changed instead of %d", len(third.Places), third.Figures.Changes, toFirst)
	}
	for _, x := range third.Places {
		if x.Cell.Establishment() == rt.Prison {
			t.Errorf("%d is sent to a closed gate", x.Person)
		}
	}
	got := w.Approve(t, third)
	if got.Changed != toFirst || got.Canceled != 0 {
		t.Errorf("%+v", got)
	}
	w.Drive(t, func() (all []id.Convoy) {
		for _, c := range rt.Value(w.Store.Convoys(ctx, 0, 1000))(t) {
			if c.State == transfer.Formed {
				all = append(all, c.Convoy)
			}
		}
		slices.SortFunc(all, func(a, b id.Convoy) int {
			x, y := rt.Value(w.Store.Legs(ctx, a))(t), rt.Value(w.Store.Legs(ctx, b))(t)
			return x[0].Departs.Compare(y[0].Departs)
		})
		return all
	}())
	if rest := rt.Value(w.Waiting(ctx, rt.By.Planner.Actor, wave, w.Clock.Now()))(t); rest.Gone != 30 {
		t.Errorf("%d of 30 have gone", rest.Gone)
	}
	w.Sound(t)
}

// TestReplanFollowsThePeople has one die, one held back, two come, and a convoy that missed its time, between two plans of a wave.
func TestReplanFollowsThePeople(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	w.Route(t, 10)
	p := w.People(t, 25)
	wave := w.Wave(t, 0)
	first := w.Approve(t, w.Draft(t, register.NewPlan{Wave: wave}))
	w.Tick(time.Minute)
	rt.Get(t)(w.RecordFacts(ctx, rt.By.Registrar, []register.Fact{{Person: p[3], Type: custody.TypeDeath, To: custody.Died}}))
	rt.Get(t)(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: p[4], Code: "no_transfer"}))
	late := w.People(t, 2)
	again := w.Draft(t, register.NewPlan{Wave: wave})
	got := w.Approve(t, again)
	if got.Moves != 2 || got.Canceled != 1 || got.Changed != 0 || got.Kept != 23 {
		t.Errorf("%+v", got)
	}
	held := rt.Value(w.Store.Holds(ctx, p))(t)
	if len(held[p[3]])+len(held[p[4]]) != 0 || w.Standing(t, p[4]).Move != 0 {
		t.Error("who does not go has a bed or a move")
	}
	seats := func() map[id.Person]int {
		n := map[id.Person]int{}
		for _, c := range rt.Value(w.Store.Convoys(ctx, 0, 1000))(t) {
			if c.State == transfer.Formed {
				for _, s := range rt.Value(w.Store.Seats(ctx, c.Convoy, 0))(t) {
					n[s.Person]++
				}
			}
		}
		return n
	}
	if n := seats(); n[p[3]]+n[p[4]] != 0 || n[late[0]] != 1 || n[late[1]] != 1 || len(n) != 25 {
		t.Errorf("%d people have seats, the dead %d, who is held back %d", len(n), n[p[3]], n[p[4]])
	}
	if len(got.Closed) > 1 || len(got.Reissued)+len(got.Convoys)+len(got.Closed) == 0 || len(first.Convoys) < 3 {
		t.Errorf("%+v", got)
	}
	// Nobody left on the first day: the convoys are made anew, the beds stay.
	w.Clock.Set(rt.Midnight.AddDate(0, 0, 1))
	next := w.Draft(t, register.NewPlan{Wave: wave})
	if next.Figures.Changes != 0 || next.Figures.NoSeat != 0 {
		t.Errorf("%+v", next.Figures)
	}
	for _, c := range next.Table.Convoys {
		if c.Departs.Before(w.Clock.Now()) {
			t.Errorf("convoy %d departs in the past", c.Number)
		}
	}
	w.Approve(t, next)
	if n := seats(); len(n) != 25 || slices.ContainsFunc(p, func(who id.Person) bool { return n[who] > 1 }) {
		t.Errorf("%v", n)
	}
	w.Sound(t)
}
