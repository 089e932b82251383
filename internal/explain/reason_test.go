package explain_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/demand"
	"amana/internal/explain"
	"amana/internal/planning"
	"amana/internal/solve"
)

func TestReasons(t *testing.T) {
	t.Parallel()
	far := func(l *planning.Place) { l.Lat = 31 }
	in := func(places ...int) []int { return places }
	for _, x := range []struct {
		name    string
		people  []planning.Person
		places  []planning.Place
		at      []int // of the plan; the first person is asked about
		before  []int
		pinned  []int
		why     explain.Why
		english string
	}{
		{
			name: "cheapest", people: []planning.Person{man("a")}, places: []planning.Place{beds("x", "P", "A", 9), beds("y", "Q", "A", 9, far)}, at: in(0),
			why: explain.WhyCheapest, english: "the place that costs least: travel 4.9; next best y, +1.9",
		},
		{
			name: "not the best", people: []planning.Person{man("a")}, places: []planning.Place{beds("x", "P", "A", 9), beds("y", "Q", "A", 9, far)}, at: in(1),
			why: explain.WhyFound, english: "the best that was found: travel 6.8; next best x, -1.9",
		},
		{
			name: "only", people: []planning.Person{man("a"), man("b")}, places: []planning.Place{beds("x", "P", "A", 1), beds("y", "Q", "A", 1, far)}, at: in(1, 0),
			why: explain.WhyOnly, english: "the only place that takes them now: travel 6.8",
		},
		{
			name: "pinned", people: []planning.Person{man("a")}, places: []planning.Place{beds("x", "P", "A", 9), beds("y", "Q", "A", 9, far)}, at: in(1), pinned: in(1),
			why: explain.WhyPinned, english: "a human chose this place: travel 6.8",
		},
		{
			name: "kept", people: []planning.Person{man("a")}, places: []planning.Place{beds("x", "P", "A", 9), beds("y", "Q", "A", 9, far)}, at: in(1), before: in(1),
			why: explain.WhyKept, english: "stays as in the plan in force: travel 6.8; next best x, +198.1",
		},
		{
			name: "with the mother", people: []planning.Person{man("k", aged(3), family("f")), man("m", female, family("f"))}, places: []planning.Place{beds("x", "P", "A", 9, forWomen), beds("y", "P", "B", 9, forWomen)}, at: in(0, 0),
			why: explain.WhyWithMother, english: "with the mother: travel 4.9",
		},
		{
			name: "with the family", people: []planning.Person{man("a", family("f")), man("b", family("f"))}, places: []planning.Place{beds("x", "P", "A", 9), beds("y", "Q", "A", 9, far), beds("z", "Q", "B", 9, far)}, at: in(1, 1),
			why: explain.WhyFamily, english: "with the family: travel 6.8; next best z, +0.0",
		},
		{
			name: "none", people: []planning.Person{man("w", female), man("b")}, places: []planning.Place{beds("x", "P", "A", 9), beds("y", "Q", "A", 9, far)}, at: in(planning.Nowhere, 1),
			why: explain.WhyNone, english: "no place: men and women are apart",
		},
		{
			name: "none, and there is one", people: []planning.Person{man("a")}, places: []planning.Place{beds("x", "P", "A", 9)}, at: in(planning.Nowhere),
			why: explain.WhyNone, english: "no place was given, though one is open: x",
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			q := planning.Problem{People: x.people, Places: x.places, Policy: planning.DefaultPolicy(), Previous: x.before, Pinned: x.pinned}
			q.Policy.Density = 0
			p := planning.Plan{Places: x.at}
			got := explain.Of(&q, p, 0)
			if got.Why != x.why {
				t.Errorf("why %s, want %s", got.Why, x.why)
			}
			if diff := cmp.Diff(x.english, got.English()); diff != "" {
				t.Errorf("English (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(got, explain.Reasons(&q, p)[0]); diff != "" {
				t.Errorf("one by one and all together (-one +all):\n%s", diff)
			}
		})
	}
}

// TestReasonCountsPlaces looks at the figures behind the sentence.
func TestReasonCountsPlaces(t *testing.T) {
	t.Parallel()
	q := planning.Problem{
		People: []planning.Person{man("a"), man("b")}, Policy: planning.DefaultPolicy(),
		Places: []planning.Place{beds("x", "P", "A", 9), beds("y", "P", "B", 9, forWomen), beds("z", "P", "C", 9, forWomen, forConvicted), beds("v", "P", "D", 1)},
	}
	got := explain.Of(&q, planning.Plan{Places: []int{0, 3}}, 0)
	want := []explain.Count{{Rule: planning.RuleSex, Places: 2}, {Rule: planning.RuleLegal, Places: 1}, {Rule: planning.RuleCapacity, Places: 1}}
	if diff := cmp.Diff(want, got.Excluded); diff != "" || got.Open != 0 || got.Next != "" {
		t.Errorf("reason %+v (-want +got):\n%s", got, diff)
	}
}

// TestSolverPlacesWhoCanBePlaced runs the real solver on a week that lacks places of several kinds: who is left is explained, with the shortage
// as it was made.
func TestSolverPlacesWhoCanBePlaced(t *testing.T) {
	t.Parallel()
	q := demand.Week(5, demand.Size{People: 600, Prisons: 4, Blocks: 24, Rows: 2, Nationalities: 9, Groups: 20, Families: 30, Apart: 40, Room: 1.15})
	room, men := 0, 0
	for l := range q.Places { // men who wait for their case get 9 of 10 beds that they need
		if p := &q.Places[l]; p.Sex == 1 && p.Age == "adult" && (p.Legal == planning.Untried || p.Legal == planning.AnyLegal) {
			p.Legal = planning.Untried
			p.Capacity = p.Occupied + p.Free()*8/10
			room += p.Free()
		}
	}
	mothers := q.Mothers()
	for i, p := range q.People {
		if mothers[i] == planning.Nowhere && p.Sex == 1 && !p.Juvenile() && p.Legal == planning.Untried {
			men++
		}
	}
	if men <= room {
		t.Fatalf("%d men have %d beds: nothing is lacking", men, room)
	}
	p := solve.Plan(t.Context(), &q, solve.Options{Seed: 1, Workers: 1, Iterations: 20_000})
	all := explain.Conflicts(t.Context(), &q, p)
	left := 0
	var worst planning.Conflict
	for _, c := range all {
		left += len(c.Left)
		if len(c.Left) > len(worst.Left) {
			worst = c
		}
	}
	if left != p.Unplaced() {
		t.Errorf("%d are left, %d explained", p.Unplaced(), left)
	}
	if len(worst.People) != men || worst.Room != room || len(worst.Left) < men-room || worst.Unproven {
		t.Errorf("%s\nwant %d men, room for %d", explain.Sentence(&q, worst), men, room)
	}
}

func TestPrices(t *testing.T) {
	t.Parallel()
	q := planning.Problem{Places: []planning.Place{beds("x", "P", "A", 9), beds("y", "P", "B", 9, forAny), beds("z", "P", "B", 9)}}
	p := planning.Plan{Proof: planning.Proof{Beds: []float64{0, 1, 0}, Medical: []float64{0, 0, 3}, Mixed: []float64{9, 2.5, 9}}}
	want := []explain.Price{{Place: 1, Bed: 2.5}, {Place: 2, Medical: 3}}
	if diff := cmp.Diff(want, explain.Prices(&q, p)); diff != "" {
		t.Errorf("prices (-want +got):\n%s", diff)
	}
	if got := explain.Prices(&q, planning.Plan{}); got != nil {
		t.Errorf("a plan without proof has prices %v", got)
	}
}

// TestCostOfAWeek holds the sum against what the solver says.
func TestCostOfAWeek(t *testing.T) {
	t.Parallel()
	q := demand.Week(2, demand.Size{People: 500, Prisons: 4, Blocks: 20, Rows: 2, Nationalities: 9, Groups: 9, Families: 20, Apart: 20, Room: 1.1})
	p := solve.Greedy(&q)
	got := explain.Cost(&q, p)
	if math.Abs(got.Sum()-p.Objective) > 1e-6 {
		t.Errorf("cost %v, the solver says %v", got.Sum(), p.Objective)
	}
	if got.Travel <= 0 || got.Court <= 0 || got.Consul <= 0 || got.Language <= 0 || got.Move != 0 {
		t.Errorf("breakdown %+v", got)
	}
}
