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
	to := map[int]int{}
	for i, x := range q.People {
		if at[i] == planning.Nowhere {
			continue
		}
		to[i] = len(p.Passengers)
		y := Passenger{ID: x.ID, Source: x.Source, Prison: q.Places[at[i]].Prison, Sex: x.Sex, Juvenile: x.Juvenile(), Family: x.Family}
		if m := mothers[i]; m != planning.Nowhere {
			y.Mother = q.People[m].ID
		}
		p.Passengers = append(p.Passengers, y)
	}
	for _, a := range q.Apart {
		i, here := to[a.A]
		j, there := to[a.B]
		if here && there {
			p.Apart = append(p.Apart, [2]int{i, j})
		}
	}
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

func TestWeek(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 2, 3} {
		p := week(t, seed, demand.Week7000())
		got, err := Build(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range Check(p, got) {
			t.Errorf("%+v", v)
		}
		t.Logf("passengers %d convoys %d left %d loads %d bound %d ratio %.4f waiting %s finish %s soonest %s", len(p.Passengers), len(got.Convoys), len(got.Left), got.Loads, got.Bound, float64(got.Loads)/float64(got.Bound), got.Waiting, got.Finish, got.Soonest)
		t.Logf("%+v", got.Fleets)
		why := map[Left]int{}
		for _, l := range got.Left {
			l.Passenger = 0
			why[l]++
		}
		t.Log(why)
	}
}
