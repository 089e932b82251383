package measure

import (
	"cmp"
	"slices"
	"time"

	"amana/internal/civil"
	"amana/internal/person"
	"amana/internal/trial"
)

// Evaluation measures a matcher on labelled pairs, which are given one by one: only their scores are kept.
type Evaluation[R any] struct {
	matcher Matcher[R]
	keep    int
	batch   []trial.Pair
	a, b    []R
	scored  []Scored
	slices  map[string][]int32 // places in scored
	wrong   [2]mistakes        // two people who look like one, one who looks like two
	prepare Took
	score   Took
	timed   int // pairs that score was measured on, which may be the same ones again
}

const (
	atOnce     = 8192                   // pairs prepared and then scored in one go: the clock is read rarely, and memory is bounded
	leastTimed = 100 * time.Millisecond // of scoring at least, so that its rate means something
)

// Evaluate begins an evaluation that keeps so many of the worst mistakes of either sort.
func Evaluate[R any](m Matcher[R], worst int) *Evaluation[R] {
	return &Evaluation[R]{matcher: m, keep: worst, slices: map[string][]int32{}}
}

// Add takes a pair and the slices that it belongs to.
func (e *Evaluation[R]) Add(p trial.Pair, labels []string) {
	place := int32(len(e.scored) + len(e.batch))
	for _, l := range labels {
		e.slices[l] = append(e.slices[l], place)
	}
	if e.batch = append(e.batch, p); len(e.batch) == atOnce {
		e.flush()
	}
}

func (e *Evaluation[R]) flush() {
	n := len(e.batch)
	if n == 0 {
		return
	}
	watch := Begin()
	e.a, e.b = e.a[:0], e.b[:0]
	for _, p := range e.batch {
		e.a, e.b = append(e.a, e.matcher.Prepare(p.A.Details())), append(e.b, e.matcher.Prepare(p.B.Details()))
	}
	e.prepare = e.prepare.Plus(watch.Took())
	begin := len(e.scored)
	e.scored = slices.Grow(e.scored, n)[:begin+n]
	// A few pairs are scored too fast for any clock: they are scored again until it moves.
	watch = Begin()
	for again := true; again; again = e.score.Wall+watch.Took().Wall < leastTimed {
		for i, p := range e.batch {
			e.scored[begin+i] = Scored{e.matcher.Score(e.a[i], e.b[i]), p.Same}
		}
		e.timed += n
	}
	e.score = e.score.Plus(watch.Took())
	for i, p := range e.batch {
		s := e.scored[begin+i]
		if s.Same {
			e.wrong[1].add(-s.Score, p, e.keep)
		} else {
			e.wrong[0].add(s.Score, p, e.keep)
		}
	}
	e.batch = e.batch[:0]
}

// Evaluated is the outcome of an evaluation.
type Evaluated struct {
	Quality
	PerSecond Ratio              `json:"pairs_per_second"`                // of pairs that are prepared, by one core
	FromRaw   Ratio              `json:"pairs_per_second_with_preparing"` // of pairs as they stand in the file, by one core
	Slices    map[string]Quality `json:"slices,omitempty"`
	Worst     []Mistake          `json:"worst,omitempty"`
}

// Result ends the evaluation, with the pairs from the matcher's own threshold on taken for one person.
func (e *Evaluation[R]) Result() Evaluated {
	e.flush()
	out := Evaluated{PerSecond: e.score.PerCore(e.timed)}
	if n := len(e.scored); n > 0 {
		out.FromRaw = 1 / (1/e.prepare.PerCore(n) + 1/out.PerSecond)
	}
	if len(e.slices) > 0 {
		out.Slices = make(map[string]Quality, len(e.slices))
		for label, places := range e.slices {
			some := make([]Scored, len(places))
			for i, p := range places {
				some[i] = e.scored[p]
			}
			out.Slices[label] = Judge(some, e.matcher.Least)
		}
	}
	out.Quality = Judge(e.scored, e.matcher.Least) // last, since it sorts
	for _, m := range e.wrong {
		out.Worst = append(out.Worst, m.list...)
	}
	return out
}

// Side is one of the two descriptions of a pair, as written.
type Side struct {
	Name  string     `json:"name"`
	Birth civil.Date `json:"birth,omitzero"`
	Nats  []string   `json:"nationalities,omitempty"`
	Sex   person.Sex `json:"sex,omitempty"`
}

// SideOf gives what a row says.
func SideOf(r trial.Row) Side { return Side{r.Name, r.Birth, r.Nats, r.Sex} }

// Mistake is a pair whose score is far from its answer: of two people and high, or of one person and low.
type Mistake struct {
	Line  int     `json:"line,omitempty"` // of the file
	A     Side    `json:"a"`
	B     Side    `json:"b"`
	Same  bool    `json:"same"`
	Score float64 `json:"score"` // in the unit of the matcher
	Kind  string  `json:"kind,omitempty"`
}

// mistakes are the worst so far, the worst first.
type mistakes struct{ list []Mistake }

func (m *mistakes) add(badness float64, p trial.Pair, keep int) {
	bad := func(x Mistake) float64 {
		if x.Same {
			return -x.Score
		}
		return x.Score
	}
	if len(m.list) == keep && (keep == 0 || badness <= bad(m.list[keep-1])) {
		return
	}
	at, _ := slices.BinarySearchFunc(m.list, badness, func(x Mistake, b float64) int {
		return cmp.Or(cmp.Compare(b, bad(x)), -1) // after those that are as bad: the earlier stays first
	})
	bits := badness
	if p.Same {
		bits = -badness
	}
	m.list = slices.Insert(m.list, at, Mistake{Line: p.Line, A: SideOf(p.A), B: SideOf(p.B), Same: p.Same, Score: bits, Kind: p.Kind})
	m.list = m.list[:min(len(m.list), keep)]
}
