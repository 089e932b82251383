package schedule

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/demand"
)

// TestReplan lets four convoys of two vehicles be planned, and something happen when the first has left.
func TestReplan(t *testing.T) {
	t.Parallel()
	at := func(day, h, m int) time.Time { return monday.Add(time.Duration(day*Day+h*60+m) * time.Minute) }
	for name, c := range map[string]struct {
		change func(p *Problem)
		alerts []Alert
		same   bool // all convoys keep their times
		left   int
	}{
		"nothing":              {change: func(*Problem) {}, same: true},
		"a spare is there":     {change: func(p *Problem) { p.Routes[0].Broken = []int{1} }, alerts: []Alert{{Convoy: 1, Vehicle: 1, Spare: 3}}},
		"no spare is there":    {change: func(p *Problem) { p.Routes[0].Broken = []int{1, 3, 4} }, alerts: []Alert{{Convoy: 1, Vehicle: 1}}},
		"a lockout":            {change: func(p *Problem) { p.Closed = []Closure{{"P", at(0, 8, 0), at(0, 12, 0)}} }, alerts: []Alert{{Convoy: 1, Place: "P"}}},
		"a lockout in between": {change: func(p *Problem) { p.Closed = []Closure{{"P", at(0, 7, 0), at(0, 8, 10)}} }, same: true},
		"the line is lost":     {change: func(p *Problem) { p.Closed = []Closure{{Place: "L1", From: at(0, 5, 30)}} }, alerts: []Alert{{Convoy: 1, Place: "L1"}}, left: 24},
		"somebody stays":       {change: func(p *Problem) { p.Passengers[31].Prison = "" }, same: true},
		"somebody comes": {change: func(p *Problem) {
			p.Passengers = append(p.Passengers, Passenger{ID: "new", Source: "S", Prison: "P", Sex: 1})
		}},
		"two are kept apart":    {change: func(p *Problem) { p.Apart = [][2]int{{30, 31}} }},
		"two under way quarrel": {change: func(p *Problem) { p.Apart = [][2]int{{0, 1}} }, same: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := small(32)
			p.Days = 4
			before := build(t, p)
			if len(before.Convoys) != 4 {
				t.Fatalf("%d convoys", len(before.Convoys))
			}
			p.Now = at(0, 5, 30)
			c.change(p)
			got, err := Replan(p, before)
			if err != nil {
				t.Fatal(err)
			}
			clean(t, p, got)
			if diff := cmp.Diff(c.alerts, got.Alerts, alike); diff != "" {
				t.Error(diff)
			}
			if len(got.Left) != c.left {
				t.Errorf("%d left: %+v", len(got.Left), got.Left)
			}
			same := len(got.Convoys) == len(before.Convoys)
			for i := 0; same && i < len(got.Convoys); i++ {
				same = got.Convoys[i].Departs.Equal(before.Convoys[i].Departs) && got.Convoys[i].Number == before.Convoys[i].Number
			}
			if same != c.same {
				t.Errorf("the times are the same: %v", same)
			}
			if !got.Convoys[0].Underway || got.Convoys[0].Number != 1 {
				t.Errorf("%+v had left", got.Convoys[0])
			}
		})
	}
}

// TestSpareStays names the same spare again as long as it can.
func TestSpareStays(t *testing.T) {
	t.Parallel()
	p := small(8)
	before := build(t, p)
	p.Now, p.Routes[0].Broken = monday.Add(6*time.Hour), []int{2}
	first, err := Replan(p, before)
	if err != nil {
		t.Fatal(err)
	}
	first.Alerts[0].Spare = 4 // somebody chose another
	p.Now = p.Now.Add(time.Hour)
	again, err := Replan(p, first)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Alert{{Convoy: 1, Vehicle: 2, Spare: 4}}, again.Alerts, alike); diff != "" {
		t.Error(diff)
	}
}

// TestNumbersAreNotGivenTwice lets the last convoy vanish, and another come.
func TestNumbersAreNotGivenTwice(t *testing.T) {
	t.Parallel()
	p := small(32)
	p.Days = 4
	before := build(t, p)
	for i := 24; i < 32; i++ {
		p.Passengers[i].Prison = ""
	}
	without, err := Replan(p, before)
	if err != nil {
		t.Fatal(err)
	}
	p.Passengers = append(p.Passengers, Passenger{ID: "new", Source: "S", Prison: "P", Sex: 1})
	got, err := Replan(p, without)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, p, got)
	if n := got.Convoys[len(got.Convoys)-1].Number; len(without.Convoys) != 3 || n != 5 {
		t.Errorf("%d convoys were left, and the new one has the number %d", len(without.Convoys), n)
	}
}

// TestReplanOfAWeek loses a prison's gate for two days, two buses and a tenth of the guards on the third morning: only those concerned move.
func TestReplanOfAWeek(t *testing.T) {
	t.Parallel()
	p := week(t, 1, demand.Week7000())
	before := build(t, p)
	p.Now = monday.AddDate(0, 0, 1).Add(10 * time.Hour)
	gate := before.Convoys[len(before.Convoys)-1].Loads[0].Stops[0].Prison
	p.Closed = []Closure{{gate, p.Now, p.Now.AddDate(0, 0, 2)}}
	p.Routes[0].Broken = []int{3, 17}
	got, err := Replan(p, before)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, p, got)
	was := map[int]time.Time{}
	for _, c := range before.Convoys {
		was[c.Number] = c.Departs
	}
	kept := 0
	for _, c := range got.Convoys {
		if c.Departs.Equal(was[c.Number]) {
			kept++
		}
	}
	if len(got.Left) > 0 || kept < len(before.Convoys)/2 {
		t.Errorf("%d of %d convoys keep their time, %d people are left", kept, len(before.Convoys), len(got.Left))
	}
	t.Logf("%d of %d convoys keep their time, %d alerts, %d loads, %d before", kept, len(before.Convoys), len(got.Alerts), got.Loads, before.Loads)
}
