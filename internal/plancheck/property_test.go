package plancheck_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"amana/internal/demand"
	"amana/internal/plancheck"
	"amana/internal/planfile"
	"amana/internal/planning"
	"amana/internal/solve"
)

const tolerance = 1e-6

func check(q *planning.Problem, places []int) plancheck.Report {
	return plancheck.Check(q, planfile.Rows(q, places, func(int) string { return "" }))
}

// agree holds a plan of the solver against the checker, and its bound against its prices.
func agree(t *testing.T, what any, q *planning.Problem, p planning.Plan) {
	t.Helper()
	r := check(q, p.Places)
	if len(r.Violations) > 0 {
		t.Errorf("%v: the plan breaks %v", what, r.Violations)
	}
	if r.Unplaced != p.Unplaced() || r.Placed+r.Unplaced != len(q.People) {
		t.Errorf("%v: %d have no place, and the solver says %d", what, r.Unplaced, p.Unplaced())
	}
	if math.Abs(r.Cost.Total()-p.Objective) > tolerance {
		t.Errorf("%v: the plan costs %v, and the solver says %v", what, r.Cost.Total(), p.Objective)
	}
	if q.Previous != nil && r.Changes != p.Changes {
		t.Errorf("%v: %d changes, and the solver says %d", what, r.Changes, p.Changes)
	}
	bound, err := plancheck.Bound(q, p.Proof, p.Unplaced())
	if err != nil {
		t.Errorf("%v: %v", what, err)
	}
	if bound > r.Cost.Total()+tolerance {
		t.Errorf("%v: the prices prove %v of a plan that costs %v", what, bound, r.Cost.Total())
	}
	if p.Bound > r.Cost.Total()+tolerance {
		t.Errorf("%v: the solver claims a bound of %v for a plan that costs %v", what, p.Bound, r.Cost.Total())
	}
	if !p.Proof.Exhausted && p.Bound > max(bound, 0)+tolerance {
		t.Errorf("%v: the solver claims a bound of %v, and its prices prove %v", what, p.Bound, bound)
	}
}

// TestSolverAndCheckerAgree asks both about a thousand invented questions, and about the small ones what is best of all.
func TestSolverAndCheckerAgree(t *testing.T) {
	t.Parallel()
	best, left, exhausted := 0, 0, 0
	for seed := range uint64(1000) {
		q := demand.Small(rand.New(rand.NewPCG(seed, 7)))
		p := solve.Plan(t.Context(), &q, solve.Options{Seed: seed, Workers: 1, Iterations: 20_000})
		agree(t, seed, &q, p)
		if p.Unplaced() > 0 {
			left++
		}
		if p.Proof.Exhausted {
			exhausted++
		}
		placed, cost, known := optimum(&q)
		if !known {
			continue
		}
		best++
		if got := len(q.People) - p.Unplaced(); got != placed || math.Abs(p.Objective-cost) > tolerance {
			t.Errorf("%d: %d placed for %v, and %d for %v is possible", seed, got, p.Objective, placed, cost)
		}
		if p.Bound > cost+tolerance {
			t.Errorf("%d: the bound %v is above the best plan's %v", seed, p.Bound, cost)
		}
		if t.Failed() && seed > 20 {
			break // the first ones say enough
		}
	}
	t.Logf("%d held against brute force, %d with somebody left, %d gone through by the solver", best, left, exhausted)
	if best < 500 || left < 100 {
		t.Errorf("%d were held against brute force, and %d left somebody: that shows little", best, left)
	}
}

// TestSolverAndCheckerAgreeOnWeeks is the same with more people, families and places than can be gone through, so that the prices must prove the bound.
func TestSolverAndCheckerAgreeOnWeeks(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		people := 30 + 7*int(seed%20)
		q := demand.Week(seed, demand.Size{
			People: people, Prisons: 2 + int(seed%3), Blocks: 14, Rows: 2, Nationalities: 8, Groups: 2 + people/20, Families: people / 12, Apart: people / 6, Room: 1.1,
		})
		if seed%3 == 1 { // a plan in force, of which a place is lost
			q.Previous = solve.Greedy(&q).Places
			q.Places[int(seed)%len(q.Places)].Capacity = 0
		}
		if seed%3 == 2 { // no room for everyone
			q.Places = q.Places[:len(q.Places)/2]
		}
		opt := solve.Options{Seed: seed, Workers: 1, Iterations: 10_000}
		p := solve.Plan(t.Context(), &q, opt)
		agree(t, seed, &q, p)
		bound, err := plancheck.Bound(&q, p.Proof, p.Unplaced())
		if err != nil || !p.Proof.Exhausted && q.Previous == nil && math.Abs(max(bound, 0)-p.Bound) > 1e-3*max(1, p.Objective) {
			t.Errorf("%d: the prices prove %v, and the solver says %v (%v)", seed, bound, p.Bound, err)
		}
		if q.Previous != nil {
			agree(t, seed, &q, solve.Replan(t.Context(), &q, opt))
		}
	}
}

// optimum goes through all plans, by the checker alone: how many can be placed, and what that costs at least. It gives up on what takes long.
func optimum(q *planning.Problem) (placed int, cost float64, known bool) {
	s := search{q: q, at: make([]int, len(q.People)), units: make([][]int, len(q.People)), steps: 20_000, most: -1, least: math.Inf(1)}
	for i, mother := range q.Mothers() {
		s.at[i] = planning.Nowhere
		if mother == planning.Nowhere {
			mother = i
		}
		s.units[mother] = append(s.units[mother], i)
	}
	s.units = slices.DeleteFunc(s.units, func(u []int) bool { return len(u) == 0 })
	s.from(0, check(q, s.at))
	return s.most, s.least, s.steps > 0
}

// search puts one unit after the other, a mother with her children. One unit more never mends a plan, and never makes it cheaper.
type search struct {
	q     *planning.Problem
	at    []int
	units [][]int
	most  int
	least float64
	steps int
}

func (s *search) from(n int, r plancheck.Report) {
	if s.steps--; s.steps <= 0 || len(r.Violations) > 0 {
		return
	}
	can := r.Placed
	for _, u := range s.units[n:] {
		can += len(u)
	}
	if can < s.most || can == s.most && r.Cost.Total() >= s.least {
		return
	}
	if n == len(s.units) {
		s.most, s.least = r.Placed, r.Cost.Total()
		return
	}
	for l := range s.q.Places {
		s.put(s.units[n], l)
		s.from(n+1, check(s.q, s.at))
	}
	s.put(s.units[n], planning.Nowhere)
	s.from(n+1, r)
}

func (s *search) put(unit []int, l int) {
	for _, i := range unit {
		s.at[i] = l
	}
}
