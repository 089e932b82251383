package register_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/forecast"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
	"amana/internal/transfer"
)

// TestPlanIsDraftedApprovedAndDriven takes a wave from the people who wait to convoys at the gates.
func TestPlanIsDraftedApprovedAndDriven(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ctx := context.Background()
		w.Route(t, 20)
		men := w.People(t, 30)
		wave := w.Wave(t, 0)
		draft := w.Draft(t, register.NewPlan{Wave: wave})
		if draft.State != store.PlanDraft || draft.Version != 1 || len(draft.Places) != 30 || len(draft.Unplaced) != 0 || draft.Figures.NoSeat != 0 {
			t.Fatalf("%+v, unplaced %+v, left %+v", draft.PlanHead, draft.Unplaced, draft.Table.Left)
		}
		if held := rt.Value(w.Store.Holds(ctx, men))(t); len(held) != 0 {
			t.Errorf("a draft reserved beds: %v", held)
		}
		approved := w.Approve(t, draft)
		if approved.Moves != 30 || len(approved.Convoys) == 0 || approved.Changed+approved.Canceled+approved.Kept != 0 {
			t.Errorf("%+v", approved)
		}
		holds := rt.Value(w.Store.Holds(ctx, men))(t)
		for _, x := range draft.Places {
			want := store.Hold{Bed: store.Bed{Cell: x.Cell, Bed: x.Bed}, Person: x.Person, State: string(custody.BedReserved)}
			if diff := cmp.Diff([]store.Hold{want}, holds[x.Person]); diff != "" {
				t.Error(diff)
			}
		}
		seated := 0
		for _, c := range approved.Convoys {
			head, formed, err := w.Store.Convoy(ctx, c)
			rt.Must(t, err)
			if head.Plan != draft.Plan || head.Version != 1 || len(formed.Legs) != 4 || formed.Legs[0].From != rt.Source || formed.Legs[0].Departs.Before(rt.Midnight) {
				t.Errorf("%+v %+v", head, formed.Legs)
			}
			for i, l := range rt.Value(w.Store.Legs(ctx, c))(t) {
				if !l.Arrives.After(l.Departs) || !l.Departs.Equal(formed.Legs[i].Departs) {
					t.Errorf("leg %d: %+v", i+1, l)
				}
			}
			seats := rt.Value(w.Store.Seats(ctx, c, 0))(t)
			seated += len(seats)
			refused(t, "manifest.in_plan")(w.IssueManifest(ctx, rt.By.Operations, register.Manifest{Convoy: c, Seats: seats}))
		}
		if seated != 30 {
			t.Errorf("%d people have a seat", seated)
		}
		refused(t, "plan.approved")(w.ApprovePlan(ctx, rt.By.Planner, register.Approval{Plan: draft.Plan}))
		heads := rt.Value(w.Plans(ctx, rt.By.Operations.Actor, wave))(t)
		if len(heads) != 1 || !heads[0].InForce || heads[0].ApprovedBy != rt.By.Operations.Name || heads[0].State != store.PlanApproved {
			t.Errorf("%+v", heads)
		}
		w.Drive(t, approved.Convoys)
		if rest := rt.Value(w.Waiting(ctx, rt.By.Planner.Actor, wave, w.Clock.Now()))(t); rest.Gone != 30 || len(rest.Taken)+len(rest.Held) != 0 {
			t.Errorf("%+v", rest)
		}
		w.Sound(t)
	})
}

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
		{Person: later[0], Source: rt.Source, Why: register.HeldAlert, Alert: "protection"}, {Person: later[1], Source: rt.Source, Why: register.HeldUnfit},
		{Person: later[2], Source: rt.Source, Why: register.HeldMove, Move: move[0]},
		{Person: family[0], Source: rt.Source, Why: register.HeldTarget}, {Person: family[1], Source: rt.Source, Why: register.HeldTarget}, {Person: family[2], Source: rt.Source, Why: register.HeldTarget},
		{Person: broken[0], Source: rt.Source, Why: register.HeldUnfit}, {Person: broken[1], Source: rt.Source, Why: register.HeldFamily},
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
	twice := need(p[0], func(*custody.NeedsDecided) {})
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

// TestOutdatedPlansAreRefused changes each thing that a draft rests on.
func TestOutdatedPlansAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule   string
		change func(t *testing.T, w *rt.World, p []id.Person, draft register.Plan)
	}{
		"somebody escaped": {"plan.person_gone", func(t *testing.T, w *rt.World, p []id.Person, _ register.Plan) {
			rt.Get(t)(w.RecordFacts(context.Background(), rt.By.Registrar, []register.Fact{{Person: p[0], Type: custody.TypeEscape, To: custody.Escaped}}))
		}},
		"somebody has a move": {"plan.person_gone", func(t *testing.T, w *rt.World, p []id.Person, _ register.Plan) { w.Allocate(t, rt.Prison, p[:1]) }},
		"somebody is held back": {"plan.person_gone", func(t *testing.T, w *rt.World, p []id.Person, _ register.Plan) {
			rt.Get(t)(w.SetAlert(context.Background(), rt.By.Registrar, register.Alert{Person: p[0], Code: "protection"}))
		}},
		"somebody needs something else": {"plan.person_changed", func(t *testing.T, w *rt.World, p []id.Person, _ register.Plan) {
			rt.Get(t)(w.DecideNeeds(context.Background(), rt.By.Prison, []register.Needs{{Person: p[0], NeedsDecided: custody.NeedsDecided{Security: 2, Reason: "x", Review: civil.Date{Year: 2026, Month: 6, Day: 1}}}}))
		}},
		"a bed is taken": {"plan.bed_taken", func(t *testing.T, w *rt.World, p []id.Person, draft register.Plan) {
			other := w.PeopleAt(t, rt.Prison, 1)[0]
			rt.Get(t)(w.ReserveBed(context.Background(), rt.By.Planner, register.ReserveBed{Person: other, Cell: draft.Places[0].Cell, Bed: draft.Places[0].Bed}))
		}},
		"a gate is closed": {"plan.cell_closed", func(t *testing.T, w *rt.World, p []id.Person, draft register.Plan) {
			rt.Get(t)(w.SetGate(context.Background(), rt.By.Prison, register.Gate{Place: draft.Places[0].Cell.Establishment(), Reason: "riot"}))
		}},
		"two are kept apart": {"plan.kept_apart", func(t *testing.T, w *rt.World, p []id.Person, draft register.Plan) {
			a := draft.Places[0]
			b := draft.Places[slices.IndexFunc(draft.Places, func(x register.Placed) bool {
				return x.Person != a.Person && x.Cell.Establishment() == a.Cell.Establishment()
			})]
			rt.Get(t)(w.SetNonAssociation(context.Background(), rt.By.Prison, register.KeepApart{A: a.Person, B: b.Person, Scope: "prison", Reason: "feud"}))
		}},
		"the first convoy should have left": {"plan.departure_past", func(t *testing.T, w *rt.World, _ []id.Person, _ register.Plan) { w.Tick(72 * time.Hour) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := rt.New(t, testdb.SQLite(t))
			w.Route(t, 20)
			p := w.People(t, 12)
			draft := w.Draft(t, register.NewPlan{Wave: w.Wave(t, 0)})
			w.Tick(time.Minute)
			c.change(t, w, p, draft)
			w.Tick(time.Minute)
			before := rt.Value(w.Store.Head(t.Context()))(t).Size
			_, err := w.ApprovePlan(t.Context(), rt.By.Planner, register.Approval{Plan: draft.Plan})
			if !fault.Is(err, "plan.outdated") || !names(err, c.rule) {
				t.Fatalf("%v", err)
			}
			if after := rt.Value(w.Store.Head(t.Context()))(t).Size; after != before {
				t.Errorf("%d entries were made by a refusal", after-before)
			}
			w.Sound(t)
		})
	}
}

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

// TestOverseerSeesNoTimetable holds the view of whoever watches against norm G14.
func TestOverseerSeesNoTimetable(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	w.Route(t, 20)
	w.People(t, 12)
	wave := w.Wave(t, 0)
	draft := w.Draft(t, register.NewPlan{Wave: wave})
	seen := rt.Value(w.Plan(ctx, rt.By.Overseer.Actor, draft.Plan, w.Clock.Now()))(t)
	if seen.Table != nil || seen.Riders != nil || !seen.Asked.Start.IsZero() || seen.Figures.Convoys != 0 || slices.ContainsFunc(seen.Places, func(x register.Placed) bool { return x.Convoy != 0 }) {
		t.Errorf("%+v", seen)
	}
	if len(seen.Places) != 12 {
		t.Errorf("%d people are seen", len(seen.Places))
	}
	whole := rt.Value(w.Plan(ctx, rt.By.Planner.Actor, draft.Plan, w.Clock.Now()))(t)
	if diff := cmp.Diff(draft, whole); diff != "" {
		t.Errorf("the plan is not read as it was made: %s", diff)
	}
	refused(t, "denied")(w.Plan(ctx, rt.By.Prison.Actor, draft.Plan, w.Clock.Now()))
	refused(t, "denied")(w.ApprovePlan(ctx, rt.By.Overseer, register.Approval{Plan: draft.Plan}))
	refused(t, "plan.not_found")(w.Plan(ctx, rt.By.Planner.Actor, 9, w.Clock.Now()))
	log := rt.Value(w.Searches(ctx, rt.By.Overseer.Actor, store.SearchLogFilter{Limit: 10}))(t)
	if len(log) < 2 {
		t.Errorf("the readings are not on record: %+v", log)
	}
}

// TestBadRequestsForPlans names what is wrong with each.
func TestBadRequestsForPlans(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	w.Route(t, 20)
	p := w.People(t, 3)
	wave := w.Wave(t, 0)
	byHand := rt.Value(w.FormWave(ctx, rt.By.Planner, register.NewWave{Label: "by hand"}))(t)
	cheap := planning.DefaultPolicy()
	cheap.Travel = -1
	for name, c := range map[string]struct {
		rule string
		in   register.NewPlan
	}{
		"no day":                  {"field.required", register.NewPlan{Wave: wave}},
		"not a midnight":          {"plan.start_not_midnight", register.NewPlan{Wave: wave, Start: rt.Midnight.Add(time.Minute)}},
		"for years":               {"plan.days_out_of_range", register.NewPlan{Wave: wave, Start: rt.Midnight, Days: 400}},
		"backwards":               {"plan.budget_out_of_range", register.NewPlan{Wave: wave, Start: rt.Midnight, Budget: -1}},
		"paid to travel":          {"plan.weight_out_of_range", register.NewPlan{Wave: wave, Start: rt.Midnight, Policy: &cheap}},
		"no wave":                 {"wave.not_found", register.NewPlan{Start: rt.Midnight}},
		"a wave filled by hand":   {"wave.no_sources", register.NewPlan{Wave: byHand, Start: rt.Midnight}},
		"a pin of a stranger":     {"pin.person_not_waiting", register.NewPlan{Wave: wave, Start: rt.Midnight, Pins: []register.Pin{{Person: 5, Cell: rt.Men, Reason: "x"}}}},
		"a pin to nowhere":        {"pin.cell_not_usable", register.NewPlan{Wave: wave, Start: rt.Midnight, Pins: []register.Pin{{Person: p[0], Cell: "IQ-P/A", Reason: "x"}}}},
		"a pin to a closed cell":  {"pin.cell_not_usable", register.NewPlan{Wave: wave, Start: rt.Midnight, Closed: []place.Code{rt.Prison}, Pins: []register.Pin{{Person: p[0], Cell: rt.Men, Reason: "x"}}}},
		"a pin without a reason":  {"field.required", register.NewPlan{Wave: wave, Start: rt.Midnight, Pins: []register.Pin{{Person: p[0], Cell: rt.Men}}}},
		"somebody pinned twice":   {"pin.person_twice", register.NewPlan{Wave: wave, Start: rt.Midnight, Pins: []register.Pin{{Person: p[0], Cell: rt.Men, Reason: "x"}, {Person: p[0], Cell: rt.Men2, Reason: "x"}}}},
		"a bus of no route":       {"route.not_found", register.NewPlan{Wave: wave, Start: rt.Midnight, Broken: []register.Broken{{Route: "sea", Vehicle: 1}}}},
		"a bus of no such number": {"", register.NewPlan{Wave: wave, Start: rt.Midnight, Broken: []register.Broken{{Route: "land", Vehicle: -9}}}},
		"everywhere closed":       {"", register.NewPlan{Wave: wave, Start: rt.Midnight, Closed: []place.Code{rt.Prison, rt.Prison2}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.DraftPlan(ctx, rt.By.Planner, c.in)
			if c.rule == "" {
				rt.Must(t, err)
			} else {
				refused(t, c.rule)(nil, err)
			}
		})
	}
	refused(t, "denied")(w.DraftPlan(ctx, rt.By.Operations, register.NewPlan{Wave: wave, Start: rt.Midnight}))
	refused(t, "plan.not_found")(w.ApprovePlan(ctx, rt.By.Planner, register.Approval{Plan: 1}))
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

// TestBedsAreFoundByTheRulesOfAPlan finds beds for people who are under way.
func TestBedsAreFoundByTheRulesOfAPlan(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	men := w.People(t, 10)
	women := w.Registered(t, 3, func(_ int, r *register.Registration) { rt.Woman(r) })
	got := rt.Value(w.FindBeds(ctx, rt.By.Planner, register.FindBeds{People: append(slices.Clone(men), women...)}))(t)
	if len(got.Placements) != 12 || len(got.Left) != 1 || !slices.Contains(women, got.Left[0].Person) || !slices.Equal(got.Left[0].Rules, []planning.Rule{planning.RuleCapacity}) {
		t.Errorf("%d placed, left %+v", len(got.Placements), got.Left)
	}
	together := rt.Value(w.FindBeds(ctx, rt.By.Operations, register.FindBeds{People: men, Together: true}))(t)
	for _, x := range together.Placements {
		if x.To != rt.Prison2 {
			t.Errorf("%d goes to %s", x.Person, x.To)
		}
	}
	if len(together.Placements) != 10 {
		t.Errorf("%d are together", len(together.Placements))
	}
	only := rt.Value(w.FindBeds(ctx, rt.By.Planner, register.FindBeds{People: women, Prisons: []place.Code{rt.Prison2}}))(t)
	if len(only.Left) != 3 || !slices.Contains(only.Left[0].Rules, planning.RuleSex) {
		t.Errorf("%+v", only)
	}
	none := rt.Value(w.FindBeds(ctx, rt.By.Planner, register.FindBeds{}))(t)
	if len(none.Placements)+len(none.Left) != 0 {
		t.Errorf("%+v", none)
	}
	refused(t, "person.not_found")(w.FindBeds(ctx, rt.By.Planner, register.FindBeds{People: []id.Person{7}}))
	refused(t, "denied")(w.FindBeds(ctx, rt.By.Overseer, register.FindBeds{People: men}))
}

// TestHistoryCountsWhatHappened holds the counts of past days against a journey.
func TestHistoryCountsWhatHappened(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ctx := context.Background()
		there := w.PeopleAt(t, rt.Prison2, 3)
		p := w.People(t, 4)
		w.Clock.Set(rt.Start.AddDate(0, 0, 1))
		w.Journey(t, rt.Prison2, 1, p)
		w.Clock.Set(rt.Start.AddDate(0, 0, 2))
		rt.Get(t)(w.RecordFacts(ctx, rt.By.Prison, []register.Fact{{Person: there[0], Type: custody.TypeRelease, To: custody.Released}}))
		from := time.Date(2026, 1, 22, 0, 0, 0, 0, time.UTC)
		h := rt.Value(w.History(ctx, rt.By.Planner.Actor, from, 3))(t)
		if len(h.Sources) != 1 || !slices.Equal(h.Sources[0].Departed, []int{4, 0, 0}) || h.Sources[0].Nationalities["IRQ"] != 4 {
			t.Errorf("sources: %+v", h.Sources)
		}
		i := slices.IndexFunc(h.Prisons, func(x forecast.PastPrison) bool { return x.Code == string(rt.Prison2) })
		if x := h.Prisons[i]; x.Capacity != 60 || x.Before != 3 || x.Nationality["IRQ"] != 3 || !slices.Equal(x.Received, []int{4, 0, 0}) || !slices.Equal(x.Held, []int{7, 6, 6}) {
			t.Errorf("prison: %+v", x)
		}
		if len(h.Exits) != 1 || h.Exits[0].Way != forecast.Release || !slices.Equal(h.Exits[0].People, []int{0, 1, 0}) {
			t.Errorf("exits: %+v", h.Exits)
		}
		if len(h.Lines) != 3 || len(h.Passages) != 5 || h.Passages[0].Point != string(rt.Source) || h.Passages[0].People != 4 {
			t.Errorf("passages: %+v", h.Passages)
		}
		refused(t, "plan.days_out_of_range")(w.History(ctx, rt.By.Planner.Actor, from, 0))
	})
}
