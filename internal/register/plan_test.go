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
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
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

// TestDraftsAreDeliveredOnce repeats a draft and an approval with their keys, and drafts again without.
func TestDraftsAreDeliveredOnce(t *testing.T) {
	t.Parallel()
	w := rt.New(t, testdb.SQLite(t))
	ctx := context.Background()
	w.Route(t, 20)
	w.People(t, 7)
	wave := w.Wave(t, 0)
	by := rt.By.Planner
	by.Key = "draft-1"
	in := register.NewPlan{Wave: wave, Start: rt.Midnight}
	first := rt.Value(w.DraftPlan(ctx, by, in))(t)
	again := rt.Value(w.DraftPlan(ctx, by, in))(t)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	in.Days = 3
	refused(t, "delivery.key_reused")(w.DraftPlan(ctx, by, in))
	other := w.Draft(t, register.NewPlan{Wave: wave})
	if other.Version != 2 || other.Question != first.Question || !cmp.Equal(other.Places, first.Places) {
		t.Errorf("the same question has another answer: version %d", other.Version)
	}
	refused(t, "plan.superseded")(w.ApprovePlan(ctx, rt.By.Planner, register.Approval{Plan: first.Plan}))
	rt.Get(t)(w.DiscardPlan(ctx, rt.By.Planner, other.Plan))
	refused(t, "plan.discarded")(w.ApprovePlan(ctx, rt.By.Planner, register.Approval{Plan: other.Plan}))
	last := w.Draft(t, register.NewPlan{Wave: wave})
	by.Key = "approve-1"
	one := rt.Value(w.ApprovePlan(ctx, by, register.Approval{Plan: last.Plan}))(t)
	two := rt.Value(w.ApprovePlan(ctx, by, register.Approval{Plan: last.Plan}))(t)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Error(diff)
	}
	q := rt.Value(w.Question(ctx, rt.By.Overseer.Actor, last.Plan, w.Clock.Now()))(t)
	if q.Planned != 7 || len(q.Problem.People) != 7 || len(q.Plan.Places) != 7 {
		t.Errorf("%d planned, %d people", q.Planned, len(q.Problem.People))
	}
	w.Sound(t)
}
