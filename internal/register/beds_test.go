package register_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amana/internal/custody"
	"amana/internal/forecast"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/testdb"
)

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
	refused(t, "plan.too_many_people")(w.FindBeds(ctx, rt.By.Planner, register.FindBeds{People: make([]id.Person, 10_001)}))
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
