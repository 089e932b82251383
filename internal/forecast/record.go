package forecast

import (
	"math"
	"slices"
)

// record is what one replication leaves: counts of each day, and figures of the whole.
type record struct {
	days   [][]int32 // series, then day; see model.series
	full   []float64 // minute since the start, per prison; infinite: never
	noRoom float64
	loads  []loadRecord // per station
	events int64
}

type loadRecord struct{ utilisation, busiest, waiting, longest, vehicles float64 }

// The series of a record: one for each prison, for each nationality, for each group of exits, then these.
const (
	ofArrived = iota
	ofWaiting
	ofHeldBack
	ofTransit
	ofAtLines
	ofAtGates
	ofReceived
	ofRefused
	singles
)

func (m *model) series() int {
	return len(m.Prisons) + len(m.nationalities) + len(m.groups) + singles
}

func newRecord(m *model) record {
	r := record{days: make([][]int32, m.series()), full: make([]float64, len(m.Prisons)), noRoom: math.Inf(1)}
	all := make([]int32, len(r.days)*m.Weeks*7)
	for i := range r.days {
		r.days[i] = all[i*m.Weeks*7 : (i+1)*m.Weeks*7]
	}
	for i := range r.full {
		r.full[i] = math.Inf(1)
	}
	return r
}

// write writes the day down.
func (s *sim) write() {
	at := 0
	put := func(n int) {
		s.out.days[at][s.date] = int32(n)
		at++
	}
	free := 0
	for i := range s.prisons {
		put(s.prisons[i].total)
		free += s.beds(i)
	}
	for k := range s.nationalities {
		n := 0
		for i := range s.prisons {
			n += int(s.prisons[i].held[k])
		}
		put(n)
	}
	for _, n := range s.left {
		put(int(n))
	}
	t := s.today
	for _, n := range [singles]int{
		ofArrived: t.arrived, ofWaiting: s.waiting, ofHeldBack: max(s.waiting-free, 0), ofTransit: t.moving,
		ofAtLines: t.atLines, ofAtGates: t.atGates, ofReceived: t.received, ofRefused: t.refused,
	} {
		put(n)
	}
}

// finished gives the record when the replication has ended.
func (s *sim) finished() record {
	for i := range s.stations {
		st := &s.stations[i]
		s.out.loads = append(s.out.loads, loadRecord{
			utilisation: utilisation(st.work, st.available), busiest: st.busiest, waiting: st.waited / float64(max(st.begun, 1)), longest: st.longest, vehicles: float64(st.vehicles),
		})
	}
	s.out.events = s.events
	return s.out
}

// merge makes the result of all records, which stand in the order of the replications.
func (m *model) merge(all []record) Result {
	out := Result{Scenario: m.Name, Title: m.Title, Start: m.Start, Days: m.Weeks * 7, Replications: len(all)}
	at := 0
	next := func() Band {
		at++
		return bandOf(all, at-1, out.Days)
	}
	for i, v := range m.Prisons {
		out.Prisons = append(out.Prisons, PrisonDays{
			Code: v.Code, Name: v.Name, Capacity: v.Capacity, Held: next(),
			Full: whenOf(all, func(r *record) float64 { return r.full[i] }),
		})
	}
	for _, code := range m.nationalities {
		out.Nationalities = append(out.Nationalities, Nationals{Code: code, Held: next()})
	}
	for _, g := range m.groups {
		g.People = next()
		out.Exits = append(out.Exits, g)
	}
	for _, band := range []*Band{ // in the order of the series
		&out.Arrived, &out.Waiting, &out.HeldBack, &out.Transit, &out.AtLines, &out.AtGates, &out.Received, &out.Refused,
	} {
		*band = next()
	}
	out.NoRoom = whenOf(all, func(r *record) float64 { return r.noRoom })
	binds := make([]int, len(m.Lines))
	for i := range all {
		out.Events += all[i].events
		if lines := all[i].loads[:len(m.Lines)]; len(lines) > 0 {
			best := 0
			for l := range lines {
				if lines[l].utilisation > lines[best].utilisation {
					best = l
				}
			}
			binds[best]++
		}
	}
	for i, v := range m.Lines {
		load := loadOf(all, i, v.Code, v.Name)
		load.Binds = float64(binds[i]) / float64(len(all))
		out.Lines = append(out.Lines, load)
	}
	for i, v := range m.Prisons {
		out.Gates = append(out.Gates, loadOf(all, len(m.Lines)+i, v.Code, v.Name))
	}
	return out
}

func bandOf(all []record, series, days int) Band {
	b := Band{P10: make([]float64, days), P50: make([]float64, days), P90: make([]float64, days)}
	values := make([]float64, len(all))
	for d := range days {
		for i := range all {
			values[i] = float64(all[i].days[series][d])
		}
		r := rangeOf(values)
		b.P10[d], b.P50[d], b.P90[d] = r.P10, r.P50, r.P90
	}
	return b
}

// rangeOf sorts the values, and interpolates between those next to a quantile.
func rangeOf(values []float64) Range {
	slices.Sort(values)
	quantile := func(q float64) float64 {
		x := q * float64(len(values)-1)
		i := int(x)
		v := values[i]
		if part := x - float64(i); part > 0 {
			v += part * (values[i+1] - v)
		}
		return math.Round(v*1000) / 1000
	}
	return Range{P10: quantile(0.1), P50: quantile(0.5), P90: quantile(0.9)}
}

// whenOf takes whole quantiles: what never happens lies after everything that does.
func whenOf(all []record, minute func(*record) float64) When {
	values, happened := make([]float64, len(all)), 0
	for i := range all {
		if values[i] = minute(&all[i]); !math.IsInf(values[i], 1) {
			happened++
		}
	}
	slices.Sort(values)
	on := func(q float64) int {
		if v := values[int(math.Ceil(q*float64(len(values))))-1]; !math.IsInf(v, 1) {
			return int(v / day)
		}
		return Never
	}
	return When{Share: float64(happened) / float64(len(all)), P10: on(0.1), P50: on(0.5), P90: on(0.9)}
}

func loadOf(all []record, station int, code, name string) Load {
	of := func(figure func(loadRecord) float64) Range {
		values := make([]float64, len(all))
		for i := range all {
			values[i] = figure(all[i].loads[station])
		}
		return rangeOf(values)
	}
	return Load{
		Code: code, Name: name,
		Utilisation: of(func(l loadRecord) float64 { return l.utilisation }),
		Busiest:     of(func(l loadRecord) float64 { return l.busiest }),
		Waiting:     of(func(l loadRecord) float64 { return l.waiting }),
		Longest:     of(func(l loadRecord) float64 { return l.longest }),
		Vehicles:    of(func(l loadRecord) float64 { return l.vehicles }),
	}
}
