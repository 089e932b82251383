package solve_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/demand"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/solve"
)

func man(legal planning.Legal) planning.Person {
	return planning.Person{Sex: person.Male, Age: 30, Legal: legal, Security: 1}
}

func woman(age int, family string) planning.Person {
	return planning.Person{Sex: person.Female, Age: age, Legal: planning.Untried, Security: 1, Family: family}
}

func cell(prison string, sex person.Sex, legal planning.Legal, beds int) planning.Place {
	return planning.Place{Prison: prison, Block: "A", Sex: sex, Age: place.Adult, Legal: legal, SecurityMax: 3, Capacity: beds, Lat: 33, Lon: 44}
}

// far puts a place far from where everybody waits.
func far(p planning.Place) planning.Place {
	p.Lat = 30
	return p
}

func medical(p planning.Place, n int) planning.Place {
	p.Medical = n
	return p
}

func sick(p planning.Person) planning.Person {
	p.Medical = true
	return p
}

// TestPlan asks for plans whose best answer is known.
func TestPlan(t *testing.T) {
	t.Parallel()
	const male, female = person.Male, person.Female
	nowhere := planning.Nowhere
	boy := planning.Person{Sex: male, Age: 3, Legal: planning.Convicted, Security: 1, Family: "f"} // goes by the mother's sex, age and footing
	for name, c := range map[string]struct {
		q    planning.Problem
		want []int
	}{
		"nobody":         {planning.Problem{Places: []planning.Place{cell("P", male, planning.Untried, 1)}}, []int{}},
		"no place":       {planning.Problem{People: []planning.Person{man(planning.Untried)}}, []int{nowhere}},
		"a pin":          {planning.Problem{People: []planning.Person{man(planning.Untried), man(planning.Untried)}, Places: []planning.Place{cell("P", male, planning.Untried, 1), far(cell("P", male, planning.Untried, 1))}, Pinned: []int{nowhere, 0}}, []int{1, 0}},
		"the nearer one": {planning.Problem{People: []planning.Person{{Sex: male, Age: 30, Legal: planning.Untried, Source: "SY-HSK"}}, Places: []planning.Place{far(cell("P", male, planning.Untried, 1)), cell("Q", male, planning.Untried, 1)}}, []int{1}},
		"either or": {planning.Problem{
			People: []planning.Person{man(planning.Convicted), man(planning.Untried), man(planning.Repatriation)}, Places: []planning.Place{cell("P", male, planning.AnyLegal, 3)},
		}, []int{nowhere, 0, 0}},
		"a child with the mother": {planning.Problem{
			People: []planning.Person{boy, woman(25, "f")}, Places: []planning.Place{cell("P", male, planning.Convicted, 2), cell("P", female, planning.Untried, 1), cell("Q", female, planning.Untried, 2)},
		}, []int{2, 2}},
		"no bed for the child": {planning.Problem{People: []planning.Person{boy, woman(25, "f")}, Places: []planning.Place{cell("P", female, planning.Untried, 1)}}, []int{nowhere, nowhere}}, // she stays with him
		"a family in one prison": {planning.Problem{
			People: []planning.Person{woman(40, "f"), woman(42, "f")}, Places: []planning.Place{cell("P", female, planning.Untried, 1), far(cell("Q", female, planning.Untried, 1)), far(cell("Q", female, planning.Untried, 1))}, Pinned: []int{nowhere, 2},
		}, []int{1, 2}},
		"room for the sick": {planning.Problem{
			People: []planning.Person{man(planning.Untried), sick(man(planning.Untried))}, Places: []planning.Place{medical(cell("P", male, planning.Untried, 1), 1), cell("P", male, planning.Untried, 1)},
		}, []int{1, 0}},
		"apart in the cell": {planning.Problem{
			People: []planning.Person{man(planning.Untried), man(planning.Untried)}, Places: []planning.Place{cell("P", male, planning.Untried, 2), far(cell("P", male, planning.Untried, 2))},
			Apart: []planning.Apart{{A: 0, B: 1, Scope: planning.ApartCell}}, Pinned: []int{0, nowhere},
		}, []int{0, 1}},
		"apart in the prison": {planning.Problem{
			People: []planning.Person{man(planning.Untried), man(planning.Untried)}, Places: []planning.Place{cell("P", male, planning.Untried, 2), cell("P", male, planning.Untried, 2)},
			Apart: []planning.Apart{{A: 0, B: 1, Scope: planning.ApartPrison}}, Pinned: []int{0, nowhere},
		}, []int{0, nowhere}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.q.Policy = planning.DefaultPolicy()
			p := solve.Plan(t.Context(), &c.q, solve.Options{})
			if diff := cmp.Diff(c.want, p.Places); diff != "" {
				t.Error(diff)
			}
			if p.Gap() != 0 || !p.Proof.Exhausted {
				t.Errorf("gap %g of a tiny plan", p.Gap())
			}
		})
	}
}

// TestReplan closes a place of three: those of it move, and nobody else.
func TestReplan(t *testing.T) {
	t.Parallel()
	q := demand.Week(3, demand.Size{People: 500, Prisons: 4, Blocks: 20, Rows: 3, Nationalities: 5, Groups: 50, Families: 20, Apart: 20, Room: 1.3})
	q.Previous = solve.Plan(t.Context(), &q, solve.Options{Iterations: 20_000}).Places
	closed := q.Previous[0]
	q.Places[closed].Capacity = q.Places[closed].Occupied
	displaced := 0
	for _, l := range q.Previous {
		if l == closed {
			displaced++
		}
	}
	p := solve.Replan(t.Context(), &q, solve.Options{})
	if p.Unplaced() > 0 || p.Least < displaced || p.Changes < p.Least || float64(p.Changes) > 1.2*float64(p.Least) {
		t.Errorf("%d displaced, %d changes, at least %d, %d left", displaced, p.Changes, p.Least, p.Unplaced())
	}
}

// TestCancelled: there is an answer even when nobody waits for it any more.
func TestCancelled(t *testing.T) {
	t.Parallel()
	q := demand.Week(5, demand.Size{People: 500, Prisons: 4, Blocks: 20, Rows: 3, Nationalities: 5, Groups: 50, Families: 20, Apart: 20, Room: 1.1})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, ask := range map[string]func(context.Context, *planning.Problem, solve.Options) planning.Plan{"plan": solve.Plan, "replan": solve.Replan} {
		if p := ask(ctx, &q, solve.Options{}); len(p.Places) != 500 || p.Unplaced() > 100 || p.Bound > p.Objective {
			t.Errorf("%s: %d of %d left, bound %g, cost %g", name, p.Unplaced(), len(p.Places), p.Bound, p.Objective)
		}
	}
}

// TestFound: plans that are told of on the way only become better.
func TestFound(t *testing.T) {
	t.Parallel()
	q := demand.Week(6, demand.Size{People: 400, Prisons: 4, Blocks: 20, Rows: 3, Nationalities: 5, Groups: 50, Families: 20, Apart: 20, Room: 1.1})
	var found []planning.Plan
	p := solve.Plan(t.Context(), &q, solve.Options{Iterations: 20_000, Found: func(p planning.Plan) { found = append(found, p) }})
	for n := 1; n < len(found); n++ {
		if a, b := found[n-1], found[n]; b.Unplaced() > a.Unplaced() || b.Unplaced() == a.Unplaced() && b.Objective >= a.Objective {
			t.Errorf("plan %d: %d left at %g, after %d at %g", n, b.Unplaced(), b.Objective, a.Unplaced(), a.Objective)
		}
	}
	if len(found) == 0 || cmp.Diff(found[len(found)-1].Places, p.Places) != "" {
		t.Errorf("%d plans found, and the last is not the answer", len(found))
	}
}
