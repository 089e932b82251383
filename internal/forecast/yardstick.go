package forecast

import "math/rand/v2"

// Counted is what a plain model did, by which engines are compared.
type Counted struct {
	Done   int   `json:"done"` // customers, or ticks
	Lost   int   `json:"lost"` // customers of these whose patience ended
	Events int64 `json:"events"`
}

// Bank runs the bank of SimPy's and simgo's examples on this engine: customers come every 10 minutes on average, wait at most 16 for the one
// counter, and take 12 there on average, all exponential but their patience. As many come as told.
func Bank(customers int, seed uint64) Counted {
	const (
		comes kind = iota
		loses      // patience, of customer a
		done
	)
	const interval, patience, service = 10, 16, 12
	r := rand.New(rand.NewPCG(seed, 1))
	var g agenda
	var queue fifo[int32]
	var out Counted
	gone := make([]bool, customers) // who is served, or has left
	busy := false
	serve := func(now float64, who int32) {
		gone[who], busy = true, true
		g.plan(now+r.ExpFloat64()*service, done, who, 0)
	}
	if customers > 0 {
		g.plan(0, comes, 0, 0)
	}
	for len(g.heap) > 0 {
		e := g.next()
		out.Events++
		switch e.kind {
		case comes:
			if next := e.a + 1; int(next) < customers {
				g.plan(e.at+r.ExpFloat64()*interval, comes, next, 0)
			}
			if !busy {
				serve(e.at, e.a)
				break
			}
			queue.push(e.a)
			g.plan(e.at+patience, loses, e.a, 0)
		case loses:
			if !gone[e.a] {
				gone[e.a] = true
				out.Done++
				out.Lost++
			}
		case done:
			out.Done++
			busy = false
			for !busy && queue.len() > 0 {
				if who := queue.take(1)[0]; !gone[who] {
					serve(e.at, who)
				}
			}
		}
	}
	return out
}

// Clocks runs simgo's example of two clocks, one of which ticks every minute and the other every second minute, for so many ticks.
func Clocks(ticks int) Counted {
	var g agenda
	g.plan(0, arrives, 2, 0)
	g.plan(0, arrives, 1, 0)
	var out Counted
	for out.Done < ticks {
		e := g.next()
		out.Events++
		out.Done++
		g.plan(e.at+float64(e.a), arrives, e.a, 0)
	}
	return out
}
