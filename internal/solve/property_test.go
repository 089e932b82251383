package solve

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/demand"
	"amana/internal/planning"
)

func small(t *rapid.T) planning.Problem {
	return demand.Small(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
}

// TestTinyIsBest holds plans of tiny problems against all plans there are.
func TestTinyIsBest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := small(t)
		p := Plan(t.Context(), &q, Options{})
		left, best, least := brute(&q)
		if n := violations(&q, p.Places); n > 0 || p.Unplaced() != left || differ(p.Objective, best) || differ(cost(&q, p.Places), best) {
			t.Fatalf("%d violations, %d left of %d, cost %g, best %g", n, p.Unplaced(), left, p.Objective, best)
		}
		if proven := recompute(&q, p.Proof, left); p.Bound > best+1e-6 || proven > best+1e-6 {
			t.Fatalf("bound %g, proven %g, best %g", p.Bound, proven, best)
		}
		if p.Least > least {
			t.Fatalf("at least %d changes, where %d are enough", p.Least, least)
		}
	})
}

// TestSeekOnTiny asks the search for large problems about tiny ones: no rule is ever broken, and no bound is above what the best plan costs.
func TestSeekOnTiny(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := small(t)
		w := newWork(t.Context(), &q, Options{Workers: 1, Iterations: 2000})
		s := newState(w.m)
		s.firstFit()
		w.seek(s.solution())
		p := w.answer(false)
		left, best, _ := brute(&q)
		if n := violations(&q, p.Places); n > 0 || p.Unplaced() < left || differ(p.Objective, cost(&q, p.Places)) {
			t.Fatalf("%d violations, %d left of %d, cost %g, counted %g", n, p.Unplaced(), left, p.Objective, cost(&q, p.Places))
		}
		if p.Unplaced() == left && (p.Bound > best+1e-6 || p.Objective < best-1e-6) {
			t.Fatalf("bound %g, best %g, found %g", p.Bound, best, p.Objective)
		}
		if proven := recompute(&q, p.Proof, p.Unplaced()); p.Bound > max(proven, 0)+1e-6 {
			t.Fatalf("bound %g, but the prices prove %g", p.Bound, proven)
		}
	})
}

// TestReplanOnTiny: nobody moves who need not, and as many people have a place as can.
func TestReplanOnTiny(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := small(t)
		p := Replan(t.Context(), &q, Options{})
		left, _, least := brute(&q)
		if n := violations(&q, p.Places); n > 0 || p.Unplaced() != left || p.Changes != least || p.Least > least {
			t.Fatalf("%d violations, %d left of %d, %d changes (at least %d) where %d are enough", n, p.Unplaced(), left, p.Changes, p.Least, least)
		}
	})
}

// TestPlansOfAWeek: no plan of a week breaks a rule, none is without a proof, and the same question has the same answer.
func TestPlansOfAWeek(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]demand.Size{
		"roomy": {People: 400, Prisons: 4, Blocks: 20, Rows: 3, Nationalities: 9, Groups: 30, Families: 25, Apart: 40, Room: 1.2},
		"tight": {People: 300, Prisons: 3, Blocks: 15, Rows: 2, Nationalities: 9, Groups: 10, Families: 30, Apart: 60, Room: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := demand.Week(7, size)
			for _, ask := range []func(context.Context, *planning.Problem, Options) planning.Plan{Plan, Replan} {
				p := ask(t.Context(), &q, Options{Workers: 2, Iterations: 40_000})
				if n := violations(&q, p.Places); n > 0 || differ(p.Objective, cost(&q, p.Places)) {
					t.Fatalf("%d violations, cost %g, counted %g", n, p.Objective, cost(&q, p.Places))
				}
				if proven := recompute(&q, p.Proof, p.Unplaced()); p.Bound > proven+1e-6 || p.Bound > p.Objective {
					t.Fatalf("bound %g, the prices prove %g, cost %g", p.Bound, proven, p.Objective)
				}
				if diff := cmp.Diff(p, ask(t.Context(), &q, Options{Workers: 2, Iterations: 40_000})); diff != "" {
					t.Fatal(diff)
				}
				if first := Greedy(&q); better(first.Unplaced(), first.Objective, p.Unplaced(), p.Objective) {
					t.Fatalf("first fit leaves %d at %g, the solver %d at %g", first.Unplaced(), first.Objective, p.Unplaced(), p.Objective)
				}
				t.Logf("left %d, gap %.4f", p.Unplaced(), p.Gap())
				q.Previous = p.Places
			}
		})
	}
}

func differ(a, b float64) bool { return a-b > 1e-6 || b-a > 1e-6 }
