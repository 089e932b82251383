package schedule

import (
	"testing"
	"time"

	"amana/internal/demand"
	"amana/internal/planning"
)

var baghdad = time.FixedZone("Asia/Baghdad", 3*60*60)

var monday = time.Date(2026, 2, 2, 0, 0, 0, 0, baghdad)

// week is an invented week in which everybody got the first place that takes them, and families one prison.
func week(tb testing.TB, seed uint64, size demand.Size) *Problem {
	tb.Helper()
	q := demand.Week(seed, size)
	free := make([]int, len(q.Places))
	for l, p := range q.Places {
		free[l] = p.Free()
	}
	mothers := q.Mothers()
	prison := map[string]string{}
	at := make([]int, len(q.People))
	place := func(i int) {
		at[i] = planning.Nowhere
		for n := range q.Places {
			l := (n + i) % len(q.Places)
			if m := mothers[i]; m != planning.Nowhere {
				l = at[m]
			}
			if l == planning.Nowhere || q.Excluded(i, l, mothers[i]) != 0 || free[l] == 0 && mothers[i] == planning.Nowhere {
				continue
			}
			if f := q.People[i].Family; f != "" && prison[f] != "" && prison[f] != q.Places[l].Prison {
				continue
			}
			prison[q.People[i].Family] = q.Places[l].Prison
			free[l]--
			at[i] = l
			return
		}
	}
	for _, children := range []bool{false, true} {
		for i := range q.People {
			if (mothers[i] != planning.Nowhere) == children {
				place(i)
			}
		}
	}
	p := &Problem{Start: monday, Days: 7}
	p.Passengers, p.Apart = Passengers(&q, at)
	o, err := Default()
	if err != nil {
		tb.Fatal(err)
	}
	prisons := map[string]Place{}
	for _, l := range q.Places {
		prisons[l.Prison] = Place{Lat: l.Lat, Lon: l.Lon}
	}
	p.Routes, p.Points, p.Gates = o.Over(nil, prisons)
	return p
}

// TestWeek is the acceptance of the week of 2026: everybody travels, nobody waits in the open, and few vehicles depart.
func TestWeek(t *testing.T) {
	t.Parallel()
	for seed := uint64(1); seed <= 5; seed++ {
		p := week(t, seed, demand.Week7000())
		got := build(t, p)
		if len(got.Left) > 0 || got.Waiting != 0 || float64(got.Loads) > 1.05*float64(got.Bound) {
			t.Errorf("seed %d: %d left, %d loads, %d bound, waiting %s", seed, len(got.Left), got.Loads, got.Bound, got.Waiting)
		}
		land, air := got.Fleets[0], got.Fleets[1]
		if land.People == 0 || air.People == 0 {
			t.Errorf("seed %d: %d by land, %d by air", seed, land.People, air.People)
		}
		t.Logf("seed %d: %d convoys, %d loads, bound %d; %d fly with %d loads; ends %s, not before %s",
			seed, len(got.Convoys), got.Loads, got.Bound, air.People, air.Loads, got.Finish.Format("Mon 15:04"), got.Soonest.Format("Mon 15:04"))
	}
}

func BenchmarkWeek(b *testing.B) {
	p := week(b, 1, demand.Week7000())
	for b.Loop() {
		got, err := Build(p)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(got.Loads)/float64(got.Bound), "loads/bound")
	}
}

func BenchmarkReplan(b *testing.B) {
	p := week(b, 1, demand.Week7000())
	before, err := Build(p)
	if err != nil {
		b.Fatal(err)
	}
	p.Now = monday.AddDate(0, 0, 1).Add(10 * time.Hour)
	p.Closed = []Closure{{p.Gates[0].Prison, p.Now, p.Now.AddDate(0, 0, 2)}}
	p.Routes[0].Broken = []int{3, 17}
	for b.Loop() {
		if _, err := Replan(p, before); err != nil {
			b.Fatal(err)
		}
	}
}
