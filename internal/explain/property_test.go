package explain_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/demand"
	"amana/internal/explain"
	"amana/internal/planning"
)

func everyone(q *planning.Problem) []int {
	all := make([]int, len(q.People))
	for i := range all {
		all[i] = i
	}
	return all
}

// checkConflicts holds conflicts against what a conflict is: each person left is in exactly one, no more than Room of the people fit while the
// rules hold, and each rule is needed: without it one more fits.
func checkConflicts(t *testing.T, q *planning.Problem, p planning.Plan, all []planning.Conflict) {
	t.Helper()
	var left, want []int
	for _, c := range all {
		left = append(left, c.Left...)
		if len(c.Left) == 0 || !slices.IsSorted(c.People) {
			t.Errorf("conflict %+v leaves nobody, or its people are not in order", c)
		}
		if len(c.Rules) == 0 {
			t.Errorf("conflict %+v has no rules", c)
		}
		if got := most(q, c.People, c.Rules, nil).most; got != c.Room {
			t.Errorf("conflict %+v: %d fit", c, got)
		}
		for n, r := range c.Rules {
			if got := most(q, c.People, slices.Delete(slices.Clone(c.Rules), n, n+1), nil).most; got <= c.Room {
				t.Errorf("conflict %+v: %s is not needed: %d fit without it", c, r, got)
			}
		}
		if explain.Sentence(q, c) == "" {
			t.Errorf("conflict %+v has no sentence", c)
		}
	}
	slices.Sort(left)
	for i, l := range p.Places {
		if l == planning.Nowhere {
			want = append(want, i)
		}
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("who is left (-plan +conflicts):\n%s", diff)
	}
}

func TestConflictsOfSmallPlansAreMinimal(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	conflicts := 0
	for n := range 4000 {
		q := demand.Small(r)
		p := planning.Plan{Places: most(&q, everyone(&q), allRules, nil).best}
		all := explain.Conflicts(t.Context(), &q, p)
		conflicts += len(all)
		if checkConflicts(t, &q, p, all); t.Failed() {
			t.Fatalf("instance %d: %+v\nplan %v", n, q, p.Places)
		}
	}
	if conflicts < 500 {
		t.Errorf("only %d conflicts were seen", conflicts)
	}
}

// TestElsewhereIsTheDifferenceOfWholePlans moves people for real and prices both plans from the start.
func TestElsewhereIsTheDifferenceOfWholePlans(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	moves, exchanges := 0, 0
	for range 500 {
		q := demand.Small(r)
		p := planning.Plan{Places: most(&q, everyone(&q), allRules, nil).best}
		before, mothers := explain.Cost(&q, p).Sum(), q.Mothers()
		for i := range q.People {
			var options []int
			for _, o := range explain.Elsewhere(&q, p, i) {
				options = append(options, o.Place)
				after := slices.Clone(p.Places)
				to := func(i, l int) { // with small children
					for k, m := range mothers {
						if m == i {
							after[k] = l
						}
					}
					after[i] = l
				}
				if o.With != planning.Nowhere {
					if after[o.With] != o.Place {
						t.Fatalf("%d changes places with %d, who is not there", i, o.With)
					}
					to(o.With, p.Places[i])
					exchanges++
				}
				to(i, o.Place)
				if legal := keeps(&q, after); legal != (len(o.Rules) == 0) && o.With == planning.Nowhere {
					t.Fatalf("%+v of person %d: the plan %v from %v is legal: %v\n%+v", o, i, after, p.Places, legal, q)
				} else if len(o.Rules) > 0 {
					continue
				}
				moves++
				if got := explain.Cost(&q, planning.Plan{Places: after}).Sum() - before; math.Abs(got-o.Extra) > 1e-9 {
					t.Fatalf("%+v of person %d: the plans differ by %v", o, i, got)
				}
			}
			if want := len(q.Places) - 1; p.Places[i] != planning.Nowhere && len(options) != want {
				t.Fatalf("%d options, want %d", len(options), want)
			}
		}
	}
	if moves < 300 || exchanges < 20 {
		t.Errorf("only %d moves and %d exchanges were seen", moves, exchanges)
	}
}

// keeps reports whether a plan keeps all rules.
func keeps(q *planning.Problem, places []int) bool {
	var placed []int
	for i, l := range places {
		if l != planning.Nowhere {
			placed = append(placed, i)
		}
	}
	b := most(q, nil, allRules, nil)
	for i, m := range b.mothers {
		if m != planning.Nowhere && places[m] != places[i] {
			return false
		}
	}
	for _, child := range []bool{false, true} {
		for _, i := range placed {
			if (b.mothers[i] != planning.Nowhere) != child {
				continue
			}
			b.people = append(b.people, i)
			if !b.allows(i, places[i]) {
				return false
			}
			b.at[i] = places[i]
		}
	}
	return true
}

func TestCostIsTheSumOfItsTerms(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(31, 32))
	for range 300 {
		q := demand.Small(r)
		p := planning.Plan{Places: most(&q, everyone(&q), allRules, nil).best}
		if got, want := explain.Cost(&q, p).Sum(), price(&q, p.Places); math.Abs(got-want) > 1e-9 {
			t.Fatalf("cost %v, want %v\n%+v", got, want, q)
		}
	}
}

// price prices a plan as policy.go says it, with nothing remembered.
func price(q *planning.Problem, places []int) float64 {
	var sum float64
	courts := q.Courts()
	prisons, prison := q.Prisons()
	blocks, block := q.Blocks()
	planned := make([]int, len(prisons))
	for i, l := range places {
		if l != planning.Nowhere {
			sum += q.Cost(i, l, courts)
			planned[prison[l]]++
		}
	}
	for k, p := range prisons {
		sum += q.Unbalance(p, p.Limits(q.Even()), planned[k])
	}
	for n, b := range blocks {
		groups, nations := map[string]int{}, map[string]int{}
		for i, l := range places {
			if l == planning.Nowhere || block[l] != n {
				continue
			}
			if g := q.People[i].Group; g != "" {
				if groups[g]++; groups[g] > b.Limit(q.Policy.GroupShare) {
					sum += q.Policy.Group
				}
			}
			if g := q.People[i].Nationality; planning.Consular(g) {
				if nations[g]++; nations[g] > b.Limit(q.Policy.NationalityShare) {
					sum += q.Policy.Nationality
				}
			}
		}
	}
	return sum
}
