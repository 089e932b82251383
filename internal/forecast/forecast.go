// Package forecast says what the coming weeks may look like: a discrete-event simulation of people who become ready at sources,
// travel in convoys over guarded lines, are received by prisons that fill, and leave them. It is run many times with chance in
// arrivals, services, drives, breakdowns, closures and exits, and answers in bands: when each prison fills, which line is the
// bottleneck, and what if. It counts people and knows nobody (norms G1), and nobody vanishes in it (G3). docs/forecast.md says it in plain words.
package forecast

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"amana/internal/fault"
)

// Options is how a forecast is computed.
type Options struct {
	Replications int    // 0: 100
	Seed         uint64 // the same seed gives the same result, whatever the number of workers
	Workers      int    // 0: one for each core
}

// What a forecast may take at most.
const (
	maxMoved  = 2_000_000_000 // people of all replications
	maxValues = 50_000_000    // counts of days of all replications
)

// Run forecasts a scenario. A scenario that cannot be is a fault that names every bad field, one that would take hours is one, too.
func Run(ctx context.Context, s Scenario, opt Options) (Result, error) {
	if err := s.Validate(); err != nil {
		return Result{}, err
	}
	if opt.Replications == 0 {
		opt.Replications = 100
	}
	if opt.Replications < 1 || opt.Replications > maxReplications {
		return Result{}, fault.New(fault.Invalid, "forecast.replications", "wanted: 1 to %d replications", maxReplications)
	}
	m := newModel(s)
	if m.people()*float64(opt.Replications) > maxMoved || m.series()*m.Weeks*7*opt.Replications > maxValues {
		return Result{}, fault.New(fault.TooLarge, "forecast.too_much",
			"the forecast would take too long: it moves about %.0f people %d times; ask for fewer weeks or replications", m.people(), opt.Replications)
	}
	all, err := m.replicate(ctx, opt)
	if err != nil {
		return Result{}, err
	}
	out := m.merge(all)
	out.Seed = opt.Seed
	return out, nil
}

// replicate runs all replications, each of which has its place in the answer, whoever computes it.
func (m *model) replicate(ctx context.Context, opt Options) ([]record, error) {
	workers := opt.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	all, errs := make([]record, opt.Replications), make([]error, opt.Replications)
	var begun atomic.Int64
	var group sync.WaitGroup
	for range min(workers, opt.Replications) {
		group.Go(func() {
			for {
				i := int(begun.Add(1)) - 1
				if i >= opt.Replications {
					return
				}
				r := m.start(opt.Seed, i)
				errs[i] = r.run(ctx)
				all[i] = r.finished()
			}
		})
	}
	group.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("forecasting, replication %d: %w", i+1, err)
		}
	}
	return all, nil
}

// people is about how many there are in one replication, and how often somebody might leave.
func (m *model) people() float64 {
	n, flow := 0.0, 0.0
	for _, v := range m.Sources {
		flow += v.PerWeek
		n += float64(v.Waiting)
		for _, day := range v.Recorded {
			n += float64(day)
		}
	}
	factor, leaving := 1.0, 0.0
	for _, c := range m.changes {
		switch {
		case c.set == SetFlow && c.place >= 0:
			flow += c.value
		case c.set == SetFlow:
			flow = max(flow, c.value)
		case c.set == SetExits:
			factor = max(factor, c.value)
		}
	}
	for _, v := range m.Prisons {
		n += float64(v.Occupied)
	}
	for _, v := range m.Exits {
		leaving += v.PerWeek / float64(v.Group)
	}
	return n + (flow+leaving*factor)*float64(m.Weeks)
}
