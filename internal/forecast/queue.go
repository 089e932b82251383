package forecast

// event is something that happens at a moment, in minutes since the start.
type event struct {
	at   float64
	n    uint32 // the order of planning, which decides among events of one moment
	kind kind
	a, b int32 // what it happens to, by kind
}

// agenda is what is still to happen: a heap in which each node has four children, because moving down few levels of neighbours is
// quicker than many. On a plain queue it does several times the events a second of container/heap (docs/forecast.md).
type agenda struct {
	heap    []event
	planned uint32
}

func (x event) before(y event) bool { return x.at < y.at || x.at == y.at && x.n < y.n }

// plan puts an event on the agenda.
func (g *agenda) plan(at float64, k kind, a, b int32) {
	g.planned++
	e := event{at: at, n: g.planned, kind: k, a: a, b: b}
	g.heap = append(g.heap, e)
	h, i := g.heap, len(g.heap)-1
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
}

// next takes the earliest event off the agenda, which must not be empty.
func (g *agenda) next() event {
	first, last := g.heap[0], len(g.heap)-1
	e := g.heap[last]
	g.heap = g.heap[:last]
	if last == 0 {
		return first
	}
	h, i := g.heap, 0
	for {
		child := 4*i + 1
		if child >= last {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, last); c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if !h[least].before(e) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = e
	return first
}

// fifo is a queue: first come, first served.
type fifo[T any] struct {
	items []T
	head  int
}

func (q *fifo[T]) len() int { return len(q.items) - q.head }

func (q *fifo[T]) push(x T) { q.items = append(q.items, x) }

// take removes the first n and gives them; they stay valid until the next push.
func (q *fifo[T]) take(n int) []T {
	if q.head > len(q.items)/2 && q.head > 64 {
		q.items = q.items[:copy(q.items, q.items[q.head:])]
		q.head = 0
	}
	first := q.items[q.head : q.head+n]
	q.head += n
	return first
}

// back puts people who return before all others.
func (q *fifo[T]) back(all []T) {
	rest := q.items[q.head:]
	q.items = append(append(make([]T, 0, len(all)+len(rest)), all...), rest...)
	q.head = 0
}
