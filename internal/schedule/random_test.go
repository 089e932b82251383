package schedule

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"amana/internal/person"
)

// alike compares timetables by what others see of them.
var alike = cmpopts.IgnoreUnexported(Alert{})

func window(t *rapid.T, name string) Window {
	switch rapid.IntRange(0, 3).Draw(t, name) {
	case 0:
		return Window{}
	case 1:
		return Window{20 * 60, 9 * 60}
	}
	opens := rapid.IntRange(0, 20*60).Draw(t, name+" opens")
	return Window{Clock(opens), Clock(rapid.IntRange(opens+1, Day).Draw(t, name+" closes"))}
}

// random is a small problem with everything in it.
func random(t *rapid.T) *Problem {
	n := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
	p := &Problem{Start: monday, Days: n("days", 1, 4)}
	if rapid.Bool().Draw(t, "begun") {
		p.Now = monday.Add(time.Duration(n("now", 0, 100_000)) * time.Second)
	}
	gates, points, sources := n("gates", 1, 4), n("points", 1, 3), n("sources", 1, 3)
	for i := range points {
		p.Points = append(p.Points, Point{Code: fmt.Sprintf("L%d", i), Lanes: n("lanes", 1, 4), Service: n("service", 0, 30), Open: window(t, "point")})
	}
	for i := range gates {
		p.Gates = append(p.Gates, Gate{Prison: fmt.Sprintf("P%d", i), Teams: n("teams", 1, 3), PerHour: n("per hour", 1, 60), Open: window(t, "gate")})
	}
	for k := range n("routes", 1, 2) {
		r := Route{
			Code: fmt.Sprintf("R%d", k), Mode: Land, Drive: map[string]int{}, Arrive: map[string]int{}, Tail: rapid.Float64Range(0, 0.7).Draw(t, "tail"),
			Seats: n("seats", 1, 8), Fleet: n("fleet", 1, 4), Vehicles: n("vehicles", 0, 6), PerGuard: n("per guard", 1, 6), Guards: n("guards", 0, 30), Turnaround: n("turnaround", 0, 300),
			Departs: window(t, "departs"), Divide: rapid.Bool().Draw(t, "divide"), LongRide: n("long ride", 0, 200), Least: n("least", 0, 6),
		}
		for i, x := range p.Points {
			if r.Points = append(r.Points, x.Code); i > 0 {
				r.Between = append(r.Between, n("between", 0, 60))
			}
		}
		for i := range sources {
			r.Drive[fmt.Sprintf("S%d", i)] = n("drive", 0, 200)
		}
		for i, g := range p.Gates {
			if i == 0 || n("served", 0, 3) > 0 {
				r.Arrive[g.Prison] = n("arrive", 0, 200)
			}
		}
		for _, a := range p.Gates {
			for _, b := range p.Gates {
				_, from := r.Arrive[a.Prison]
				_, to := r.Arrive[b.Prison]
				if r.Divide && from && to && a != b && n("joined", 0, 2) == 0 {
					r.Onward = append(r.Onward, Leg{a.Prison, b.Prison, n("onward", 0, 100)})
				}
			}
		}
		if r.Vehicles > 1 && n("broken", 0, 3) == 0 {
			r.Broken = []int{n("which", 1, r.Vehicles)}
		}
		p.Routes = append(p.Routes, r)
	}
	people := n("people", 0, 40)
	for i := range people {
		p.Passengers = append(p.Passengers, passenger(t, i, gates, sources))
	}
	for i := range p.Passengers {
		if x := &p.Passengers[i]; x.Juvenile && x.Family != "" && n("child", 0, 1) == 0 {
			if m := n("mother", 0, people-1); m != i && p.Passengers[m].Sex == person.Female {
				x.Mother = p.Passengers[m].ID
				if n("same way", 0, 2) > 0 {
					x.Source, x.Prison, p.Passengers[m].Family = p.Passengers[m].Source, p.Passengers[m].Prison, x.Family
				}
			}
		}
	}
	for i := range p.Passengers { // a mother has none herself
		if x := &p.Passengers[i]; x.Mother != "" {
			for _, m := range p.Passengers {
				if m.ID == x.Mother && m.Mother != "" {
					x.Mother = ""
				}
			}
		}
	}
	for range n("apart", 0, people/4) {
		a, b := n("a", 0, people-1), n("b", 0, people-1)
		if a != b {
			p.Apart = append(p.Apart, [2]int{a, b})
		}
	}
	return p
}

func passenger(t *rapid.T, i, gates, sources int) Passenger {
	n := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
	x := Passenger{ID: fmt.Sprint(i), Source: fmt.Sprintf("S%d", n("source", 0, sources-1)), Prison: fmt.Sprintf("P%d", n("prison", 0, gates-1))}
	x.Sex = rapid.SampledFrom([]person.Sex{person.Male, person.Male, person.Male, person.Female, person.Female, person.SexUnknown}).Draw(t, "sex")
	x.Juvenile = n("juvenile", 0, 3) == 0
	if f := n("family", 0, 8); f < 4 {
		x.Family = fmt.Sprint("F", f)
	}
	return x
}

// clean fails when a timetable breaks a rule.
func clean(t rapid.TB, p *Problem, got Timetable) {
	t.Helper()
	for _, v := range Check(p, got) {
		t.Errorf("%+v", v)
	}
}

func TestEveryTimetableIsClean(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := random(t)
		got, err := Build(p)
		if err != nil {
			t.Fatal(err)
		}
		clean(t, p, got)
		again, err := Build(p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, again, alike); diff != "" {
			t.Errorf("another timetable for the same problem: %s", diff)
		}
		if len(got.Convoys) > 0 && got.Finish.Before(got.Soonest) {
			t.Errorf("it ends at %s, and cannot before %s", got.Finish, got.Soonest)
		}
	})
}

// TestEveryReplanIsClean changes things after some convoys have left, twice.
func TestEveryReplanIsClean(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := random(t)
		before, err := Build(p)
		if err != nil {
			t.Fatal(err)
		}
		owner := map[int]Convoy{}
		for _, c := range before.Convoys {
			owner[c.Number] = c
		}
		for range 2 {
			p = changed(t, p)
			got, err := Replan(p, before)
			if err != nil {
				t.Fatal(err)
			}
			clean(t, p, got)
			under := map[int]Convoy{}
			for _, c := range got.Convoys {
				if c.Underway {
					under[c.Number] = c
				}
			}
			for _, c := range got.Convoys {
				if first, known := owner[c.Number]; known && !shares(first, c) {
					t.Errorf("the number %d was that of another convoy", c.Number)
				}
				owner[c.Number] = c
			}
			for _, c := range before.Convoys {
				if c.Departs.Before(p.Now) {
					c.Underway = true
					if diff := cmp.Diff(c, under[c.Number]); diff != "" {
						t.Errorf("convoy %d had left: %s", c.Number, diff)
					}
				}
			}
			before = got
		}
	})
}

// aboard lists who is in a convoy.
func aboard(c Convoy) (people []int) {
	for _, l := range c.Loads {
		for _, s := range l.Stops {
			people = append(people, s.People...)
		}
	}
	return people
}

func shares(a, b Convoy) bool {
	return slices.ContainsFunc(aboard(a), func(i int) bool { return slices.Contains(aboard(b), i) })
}

func changed(t *rapid.T, was *Problem) *Problem {
	n := func(name string, least, most int) int { return rapid.IntRange(least, most).Draw(t, name) }
	p := *was
	p.Now = monday.Add(time.Duration(n("later", 0, p.Days*Day)) * time.Minute)
	p.Passengers = append([]Passenger(nil), was.Passengers...)
	p.Routes = append([]Route(nil), was.Routes...)
	for range n("moved", 0, 3) {
		if len(p.Passengers) > 0 {
			p.Passengers[n("who", 0, len(p.Passengers)-1)].Prison = p.Gates[n("where", 0, len(p.Gates)-1)].Prison
		}
	}
	if len(p.Passengers) > 0 && n("stays", 0, 1) == 0 {
		p.Passengers[n("nobody", 0, len(p.Passengers)-1)].Prison = ""
	}
	for range n("more", 0, 3) {
		p.Passengers = append(p.Passengers, passenger(t, len(p.Passengers), len(p.Gates), 1))
	}
	for i := range p.Routes {
		r := &p.Routes[i]
		if r.Vehicles > 0 && n("breaks", 0, 1) == 0 {
			r.Broken = append([]int{n("vehicle", 1, r.Vehicles)}, r.Broken...)
		}
		r.Guards = n("guards", 0, r.Guards)
	}
	if n("closes", 0, 1) == 0 {
		c := Closure{Place: p.Gates[n("gate", 0, len(p.Gates)-1)].Prison, From: p.Now}
		if n("for good", 0, 1) == 0 {
			c.Until = p.Now.Add(time.Duration(n("hours", 0, 30)) * time.Hour)
		}
		p.Closed = append(append([]Closure(nil), was.Closed...), c)
	}
	if len(p.Passengers) > 1 && n("quarrel", 0, 2) == 0 {
		a := n("a", 0, len(p.Passengers)-2)
		p.Apart = append(append([][2]int(nil), was.Apart...), [2]int{a, len(p.Passengers) - 1})
	}
	return &p
}
