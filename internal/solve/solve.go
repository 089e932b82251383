// Package solve finds plans: who goes where, at what cost, and how far the plan can be from the best one.
//
// Prices of what is scarce are found first (bound, ascent): they prove how little any plan can cost, and tell everybody where to look (guide). A plan
// is built along them, and improved by single moves (anneal) and by chains of moves (chain, insert, rehouse, flip), never breaking a hard
// rule (state). Tiny problems are gone through completely (exhaust).
package solve

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"amana/internal/planning"
)

// Options bound the work.
type Options struct {
	Budget     time.Duration        // processor time of all workers together; 0: 30 s
	Seed       uint64               // of the random choices: the same problem, seed, workers and iterations give the same plan when Now is nil
	Workers    int                  // that search at the same time, each on its own; 0: as many as Go uses processors
	Now        func() time.Duration // processor time spent so far by the program; nil: nothing is measured, and Iterations bounds the work
	Found      func(planning.Plan)  // called for the first plan and each better one, Bound and Proof not filled; may be nil
	Gap        float64              // proven gap at which to stop; 0: 0.001
	Iterations int                  // moves each worker tries when Now is nil; 0: 400 per person
}

// Plan finds a plan. There is always an answer: as many people as could be placed, without any violation of a hard rule, when the budget is
// spent or ctx is done. Conflicts are left to package explain.
func Plan(ctx context.Context, q *planning.Problem, opt Options) planning.Plan {
	w := newWork(ctx, q, opt)
	best, all := w.m.exhaust()
	if all {
		w.improved(best)
		w.dual.aim(best.left)
		w.dual.run(tinySteps, best.cost, w.stop)
		return w.answer(true)
	}
	w.seek(best)
	return w.answer(false)
}

// seek finds a plan where not all can be gone through, and no worse one than best.
func (w *work) seek(best solution) {
	w.dual.run(priceSteps, best.cost, w.within(w.opt.Budget/6))
	w.guide()
	s := newState(w.m)
	w.g.build(s)
	if s.left > 0 {
		newChains(s, w.g, everywhere).accommodate(w.stop)
	}
	w.improved(best)
	w.improved(s.solution())
	w.prove()
	w.rounds()
}

const (
	priceSteps = 4000 // of the ascent before a plan is built
	proofSteps = 1500 // and each time that a better plan was found
	tinySteps  = 200
	around     = 12      // pools that chains look at when they save cost
	everywhere = 1 << 30 // and when somebody has no place
)

// work is a plan in the making.
type work struct {
	ctx   context.Context
	m     *model
	opt   Options
	began time.Duration
	first time.Duration
	dual  *ascent
	g     *guide
	best  solution
}

// solution is where everybody is.
type solution struct {
	at   []int32
	left int
	cost float64
}

// solution is the plan as it stands, in which every mother is with all of her small children or has no place like them (norms R20). While a
// plan is being made a child may have none yet.
func (s *state) solution() solution {
	var broken [][]int32
	for i, kids := range s.m.kids {
		if s.at[i] != none && !s.whole(kids) {
			broken = append(broken, append([]int32{int32(i)}, kids...))
		}
	}
	if broken != nil {
		mended := newState(s.m)
		mended.load(s.at)
		for _, u := range broken {
			for _, i := range slices.Backward(u) {
				if mended.at[i] != none {
					mended.take(i)
				}
			}
		}
		for _, u := range broken {
			mended.putUnit(u)
		}
		s = mended
	}
	return solution{at: append([]int32(nil), s.at...), left: s.left, cost: s.cost}
}

func newWork(ctx context.Context, q *planning.Problem, opt Options) *work {
	if opt.Budget <= 0 {
		opt.Budget = 30 * time.Second
	}
	if opt.Workers <= 0 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	if opt.Gap <= 0 {
		opt.Gap = 0.001
	}
	if opt.Iterations <= 0 {
		opt.Iterations = 400 * len(q.People)
	}
	w := &work{ctx: ctx, opt: opt}
	if opt.Now != nil {
		w.began = opt.Now()
	}
	w.m = newModel(q)
	w.dual = newAscent(newBound(w.m))
	return w
}

// stop reports whether the time is over.
func (w *work) stop() bool {
	return w.ctx.Err() != nil || w.opt.Now != nil && w.opt.Now()-w.began > w.opt.Budget*19/20
}

// within is stop, or earlier when so much time from now on is over.
func (w *work) within(d time.Duration) func() bool {
	if w.opt.Now == nil {
		return w.stop
	}
	end := w.opt.Now() + d
	return func() bool { return w.opt.Now() > end || w.stop() }
}

func (w *work) now() time.Duration {
	if w.opt.Now == nil {
		return 0
	}
	return w.opt.Now()
}

func (w *work) guide() { w.g = newGuide(w.dual.b, w.dual.best) }

// improved takes a plan over if it is better than the best so far.
func (w *work) improved(s solution) bool {
	if w.best.at != nil && !better(s.left, s.cost, w.best.left, w.best.cost) {
		return false
	}
	if w.best.at == nil && w.opt.Now != nil {
		w.first = w.opt.Now() - w.began
	}
	w.best = s
	if w.opt.Found != nil {
		p := w.m.plan(s.at)
		w.clock(&p)
		w.opt.Found(p)
	}
	return true
}

// prove raises the bound with what the best plan costs as its aim.
func (w *work) prove() {
	w.dual.aim(w.best.left)
	w.dual.run(proofSteps, w.best.cost, w.within(w.opt.Budget/10))
	w.guide()
}

// gap is how far the best plan is from the bound.
func (w *work) gap() float64 {
	bound, _ := w.dual.proof()
	return planning.Plan{Objective: w.best.cost, Bound: bound}.Gap()
}

// rounds improves the best plan, each round longer than the last, until the gap is small, two rounds gained hardly anything, or the time is over.
func (w *work) rounds() {
	const stale, worth, few = 2, 0.0002, 20
	moves, idle := 150*len(w.m.people), 0
	for round, tried := 0, 0; !w.stop() && w.gap() > w.opt.Gap && idle < stale; round++ {
		if w.opt.Now == nil {
			moves = min(moves, w.opt.Iterations-tried)
		}
		if moves < few*len(w.m.people) && round > 0 || moves <= 0 { // too few to be worth a round: rather prove more
			w.prove()
			return
		}
		tried += moves
		was, began := w.best, w.now()
		found := make([]solution, w.opt.Workers)
		var wait sync.WaitGroup
		for n := range found {
			wait.Go(func() { found[n] = w.search(uint64(round*w.opt.Workers+n), moves) })
		}
		wait.Wait()
		for _, s := range found {
			w.improved(s)
		}
		if w.best.left == was.left && was.cost-w.best.cost < worth*w.best.cost {
			idle++
		} else {
			idle = 0
		}
		w.prove()
		if took := w.now() - began; w.opt.Now != nil && took > 0 {
			rest := float64(w.opt.Budget*9/10-(w.now()-w.began)) / float64(took)
			moves = min(2*moves, int(float64(moves)*rest))
			continue
		}
		moves *= 2
	}
}

// search is one round of one worker: single moves, and then chains for at most twice the time that these took.
func (w *work) search(number uint64, moves int) solution {
	s := newState(w.m)
	s.load(w.best.at)
	a := newSearch(s, w.g, w.opt.Seed<<16+number)
	began := w.now()
	a.cool(0.5, 0.02, moves, w.stop)
	if a.stopped {
		return a.best
	}
	third := (w.now() - began) / 3
	c := newChains(s, w.g, around)
	if s.left > 0 {
		c.widen(everywhere)
		c.accommodate(w.stop)
		c.widen(around)
	}
	c.improve(len(w.m.people), w.within(third))
	c.families(a.rand.Uint64N(1<<32), w.within(2*third))
	c.flips(w.within(third))
	a.keep()
	return a.best
}

// answer writes the best plan out, with its proof.
func (w *work) answer(exhausted bool) planning.Plan {
	p := w.m.plan(w.best.at)
	p.Bound, p.Proof = w.dual.proof()
	if exhausted {
		p.Bound, p.Proof.Exhausted = p.Objective, true
	}
	p.Bound = min(p.Bound, p.Objective)
	if w.m.q.Previous != nil {
		p.Least = min(w.m.least(w.best.left, w.stop), p.Changes)
	}
	w.clock(&p)
	return p
}

func (w *work) clock(p *planning.Plan) {
	if w.opt.Now != nil {
		p.Seconds, p.First = (w.opt.Now() - w.began).Seconds(), w.first.Seconds()
	}
}
