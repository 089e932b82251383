package schedule

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/person"
)

// small is one source, one line and one prison, for so many men.
func small(men int) *Problem {
	p := &Problem{
		Start:  monday,
		Days:   2,
		Points: []Point{{Code: "L1", Lanes: 2, Service: 10, Open: Window{6 * 60, 18 * 60}}},
		Gates:  []Gate{{Prison: "P", Teams: 1, PerHour: 60, Open: Window{6 * 60, 22 * 60}}},
		Routes: []Route{{
			Code: "land", Mode: Land, Points: []string{"L1"}, Drive: map[string]int{"S": 60}, Arrive: map[string]int{"P": 120}, Tail: 0.5,
			Seats: 4, Fleet: 2, Vehicles: 4, PerGuard: 5, Guards: 8, Turnaround: 180,
		}},
	}
	for i := range men {
		p.Passengers = append(p.Passengers, Passenger{ID: fmt.Sprint("M", i), Source: "S", Prison: "P", Sex: person.Male})
	}
	return p
}

func build(t *testing.T, p *Problem) Timetable {
	t.Helper()
	got, err := Build(p)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, p, got)
	return got
}

// TestTimes follows one convoy by hand: 60 minutes to the line and up to 90, 10 there, 120 more to the gate, where 8 people need 8 minutes.
func TestTimes(t *testing.T) {
	t.Parallel()
	got := build(t, small(8))
	at := func(h, m int) time.Time { return monday.Add(time.Duration(h*60+m) * time.Minute) }
	want := []Convoy{{
		Number: 1, Route: "land", Source: "S", Departs: at(5, 0), Until: at(9, 48), Guards: 2,
		Loads: []Load{
			{Vehicle: 1, Kind: Men, Guards: 1, Ready: at(12, 48), Stops: []Stop{{"P", []int{0, 1, 2, 3}}}},
			{Vehicle: 2, Kind: Men, Guards: 1, Ready: at(12, 48), Stops: []Stop{{"P", []int{4, 5, 6, 7}}}},
		},
		Slots: []Slot{
			{Place: "L1", From: at(6, 0), Latest: at(6, 30), Until: at(6, 40), Vehicles: 2, People: 8},
			{Place: "P", Gate: true, From: at(8, 10), Latest: at(9, 40), Until: at(9, 48), Vehicles: 2, People: 8},
		},
	}}
	if diff := cmp.Diff(want, got.Convoys); diff != "" {
		t.Error(diff)
	}
	if got.Loads != 2 || got.Bound != 2 || got.Waiting != 0 || !got.Finish.Equal(at(9, 48)) || !got.Soonest.Equal(got.Finish) {
		t.Errorf("%+v", got)
	}
}

func TestCases(t *testing.T) {
	t.Parallel()
	family := func(p *Problem, sexes ...person.Sex) {
		for i, s := range sexes {
			p.Passengers = append(p.Passengers, Passenger{ID: fmt.Sprint("F", i), Source: "S", Prison: "P", Sex: s, Family: "F"})
		}
	}
	for name, c := range map[string]struct {
		men     int
		change  func(p *Problem)
		convoys int
		loads   int
		left    map[Left]int // how many for each reason
	}{
		"nobody":                {},
		"one":                   {men: 1, convoys: 1, loads: 1},
		"full vehicles":         {men: 16, convoys: 2, loads: 4},
		"one lane":              {men: 16, change: func(p *Problem) { p.Points[0].Lanes = 1 }, convoys: 4, loads: 4},
		"the line is too short": {men: 4, change: func(p *Problem) { p.Points[0].Open.Closes = 6*60 + 39 }, left: map[Left]int{{Why: NoWindow, Place: "L1"}: 4}},
		"the line is just long": {men: 4, change: func(p *Problem) { p.Points[0].Open.Closes = 6*60 + 40 }, convoys: 1, loads: 1},
		"the gate is too short": {men: 4, change: func(p *Problem) { p.Gates[0].Open.Closes = 7*60 + 30 }, left: map[Left]int{{Why: NoWindow, Place: "P"}: 4}},
		"a full convoy is too long for the gate, its vehicles are not": {
			men: 8, change: func(p *Problem) { p.Gates[0].Open = Window{490, 490 + 94} }, convoys: 2, loads: 2,
		},
		"the gate is closed for good": {men: 4, change: func(p *Problem) { p.Closed = []Closure{{Place: "P", From: monday}} }, left: map[Left]int{{Why: NoWindow, Place: "P"}: 4}},
		"the gate is closed for a day": {
			men: 4, change: func(p *Problem) { p.Closed = []Closure{{Place: "P", From: monday, Until: monday.AddDate(0, 0, 1)}} }, convoys: 1, loads: 1,
		},
		"the line is lost":       {men: 4, change: func(p *Problem) { p.Closed = []Closure{{Place: "L1", From: monday}} }, left: map[Left]int{{Why: NoWindow, Place: "L1"}: 4}},
		"the gate takes no more": {men: 400, change: func(p *Problem) { p.Routes[0].Vehicles, p.Routes[0].Guards, p.Points[0].Lanes = 100, 100, 90 }, convoys: 14, loads: 28, left: map[Left]int{{Why: NoSlot, Place: "P"}: 288}},
		"no vehicle":             {men: 4, change: func(p *Problem) { p.Routes[0].Vehicles = 0 }, left: map[Left]int{{Why: NoVehicle, Place: "land"}: 4}},
		"few vehicles":           {men: 40, change: func(p *Problem) { p.Routes[0].Vehicles, p.Days = 1, 1 }, convoys: 2, loads: 2, left: map[Left]int{{Why: NoVehicle, Place: "land"}: 32}},
		"no guards":              {men: 4, change: func(p *Problem) { p.Routes[0].Guards = 0 }, left: map[Left]int{{Why: NoGuards, Place: "land"}: 4}},
		"no way":                 {men: 4, change: func(p *Problem) { p.Gates = append(p.Gates, Gate{"Q", 1, 1, Window{}}); p.Passengers[0].Prison = "Q" }, convoys: 1, loads: 1, left: map[Left]int{{Why: NoRoute}: 1}},
		"a family with a man": {
			change: func(p *Problem) {
				family(p, person.Female, person.Male, person.Female, person.Female, person.Male)
				p.Passengers[3].Juvenile, p.Passengers[4].Juvenile = true, true // a girl and a boy beside the woman
			}, convoys: 1, loads: 2,
		},
		"a family with a man, and one vehicle a convoy": {change: func(p *Problem) { p.Routes[0].Fleet = 1; family(p, person.Female, person.Male) }, left: map[Left]int{{Why: NoVehicles, Place: "land"}: 2}},
		"a mother with more children than seats": {change: func(p *Problem) {
			family(p, person.Female, person.Male, person.Male, person.Female, person.Female)
			for i := range p.Passengers[1:] {
				p.Passengers[1+i].Juvenile, p.Passengers[1+i].Mother = true, "F0"
			}
		}, left: map[Left]int{{Why: NoSeats, Place: "land"}: 5}},
		"kept apart":               {men: 2, change: func(p *Problem) { p.Apart = [][2]int{{0, 1}} }, convoys: 1, loads: 2},
		"three who are kept apart": {men: 4, change: func(p *Problem) { p.Apart = [][2]int{{0, 1}, {1, 2}, {0, 2}} }, convoys: 2, loads: 3},
		"kept apart from the child": {men: 0, change: func(p *Problem) {
			family(p, person.Female, person.Male)
			p.Passengers[1].Mother = "F0"
			p.Apart = [][2]int{{1, 0}}
		}, left: map[Left]int{{Why: KeptApart, Place: "land"}: 2}},
		"men, women, boys, girls, unknown": {change: func(p *Problem) {
			for i, s := range []person.Sex{person.Male, person.Male, person.Female, person.Female, person.SexUnknown, person.SexOther} {
				p.Passengers = append(p.Passengers, Passenger{ID: fmt.Sprint(i), Source: "S", Prison: "P", Sex: s, Juvenile: i%2 == 1})
			}
		}, convoys: 3, loads: 6},
		"air only": {men: 8, change: func(p *Problem) {
			p.Routes[0].Mode, p.Routes[0].Code, p.Routes[0].Seats, p.Routes[0].Fleet = Air, "air", 160, 1
		}, convoys: 1, loads: 1},
		"air where land ends": {men: 12, change: func(p *Problem) {
			air := p.Routes[0]
			air.Mode, air.Code, air.Points, air.Seats = Air, "air", []string{"A"}, 8
			p.Points = append(p.Points, Point{Code: "A", Lanes: 1, Service: 30})
			p.Routes = append(p.Routes, air)
			p.Routes[0].Vehicles, p.Days = 1, 1
		}, convoys: 3, loads: 3},
		"air for long rides": {men: 11, change: func(p *Problem) {
			air := p.Routes[0]
			air.Mode, air.Code, air.Points, air.Seats, air.LongRide, air.Least = Air, "air", []string{"A"}, 8, 189, 4
			p.Points = append(p.Points, Point{Code: "A", Lanes: 1, Service: 30})
			p.Routes = append(p.Routes, air)
		}, convoys: 2, loads: 2}, // 8 by air, 3 are too few for another flight
		"two prisons with one vehicle": {men: 4, change: func(p *Problem) {
			p.Gates = append(p.Gates, Gate{"Q", 1, 60, Window{}})
			p.Routes[0].Arrive["Q"], p.Routes[0].Divide, p.Routes[0].Onward = 150, true, []Leg{{"P", "Q", 40}}
			p.Passengers[0].Prison, p.Passengers[1].Prison = "Q", "Q"
		}, convoys: 1, loads: 1},
		"two prisons with a vehicle each": {men: 4, change: func(p *Problem) {
			p.Gates = append(p.Gates, Gate{"Q", 1, 60, Window{}})
			p.Routes[0].Arrive["Q"] = 150
			p.Passengers[0].Prison, p.Passengers[1].Prison = "Q", "Q"
		}, convoys: 2, loads: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := small(c.men)
			if c.change != nil {
				c.change(p)
			}
			got := build(t, p)
			var left map[Left]int
			for _, l := range got.Left {
				if left == nil {
					left = map[Left]int{}
				}
				l.Passenger = 0
				left[l]++
			}
			if diff := cmp.Diff(c.left, left); diff != "" || len(got.Convoys) != c.convoys || got.Loads != c.loads {
				t.Errorf("%d convoys, %d loads, left: %s", len(got.Convoys), got.Loads, diff)
			}
		})
	}
}

// TestSummerTime lets clocks go forward: windows stay with the clock on the wall.
func TestSummerTime(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	p := small(40)
	p.Start = time.Date(2026, 3, 28, 0, 0, 0, 0, zone) // at two in the next night
	p.Routes[0].Vehicles, p.Days = 2, 3
	got := build(t, p)
	if h, m, _ := got.Convoys[2].Slots[0].From.Clock(); h != 6 || m != 0 || got.Convoys[2].Slots[0].From.Day() != 29 {
		t.Errorf("on the second day the first slot begins at %s", got.Convoys[2].Slots[0].From)
	}
}
