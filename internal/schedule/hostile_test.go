package schedule

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"amana/internal/fault"
)

func TestHostileProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(p *Problem)
		field string // the name and the rule
	}{
		"no seats":             {func(p *Problem) { p.Routes[0].Seats = 0 }, "route land.seats schedule.number"},
		"a negative drive":     {func(p *Problem) { p.Routes[0].Drive["S"] = -1 }, "route land.drive S schedule.number"},
		"a drive of years":     {func(p *Problem) { p.Routes[0].Drive["S"] = math.MaxInt }, "route land.drive S schedule.number"},
		"a negative way":       {func(p *Problem) { p.Routes[0].Arrive["P"] = -5 }, "route land.arrive P schedule.number"},
		"a negative service":   {func(p *Problem) { p.Points[0].Service = -1 }, "point L1.service schedule.number"},
		"no lanes":             {func(p *Problem) { p.Points[0].Lanes = 0 }, "point L1.lanes schedule.number"},
		"nobody an hour":       {func(p *Problem) { p.Gates[0].PerHour = 0 }, "gate P.per_hour schedule.number"},
		"no teams":             {func(p *Problem) { p.Gates[0].Teams = -1 }, "gate P.teams schedule.number"},
		"a window of 25 hours": {func(p *Problem) { p.Gates[0].Open.Closes = 25 * 60 }, "gate P.open.closes schedule.number"},
		"no tail at all":       {func(p *Problem) { p.Routes[0].Tail = math.NaN() }, "route land.tail schedule.number"},
		"a negative tail":      {func(p *Problem) { p.Routes[0].Tail = -0.1 }, "route land.tail schedule.number"},
		"an unknown point":     {func(p *Problem) { p.Routes[0].Points[0] = "L9" }, "route land.points schedule.unknown"},
		"no point":             {func(p *Problem) { p.Routes[0].Points = nil }, "route land.points schedule.empty"},
		"too many legs":        {func(p *Problem) { p.Routes[0].Between = []int{1} }, "route land.between schedule.number"},
		"an unknown prison":    {func(p *Problem) { p.Routes[0].Arrive["Q"] = 1 }, "route land.arrive schedule.unknown"},
		"a route twice":        {func(p *Problem) { p.Routes = append(p.Routes, p.Routes[0]) }, "route schedule.twice"},
		"a point twice":        {func(p *Problem) { p.Points = append(p.Points, p.Points[0]) }, "point schedule.twice"},
		"a gate like a point":  {func(p *Problem) { p.Gates = append(p.Gates, Gate{"L1", 1, 1, Window{}}) }, "gate schedule.twice"},
		"an unknown mode":      {func(p *Problem) { p.Routes[0].Mode = "sea" }, "route land.mode schedule.mode"},
		"two stops undivided":  {func(p *Problem) { p.Routes[0].Onward = []Leg{{"P", "P", 1}} }, "route land.onward schedule.divide"},
		"a broken vehicle":     {func(p *Problem) { p.Routes[0].Broken = []int{5} }, "route land.broken schedule.number"},
		"an unknown source":    {func(p *Problem) { p.Passengers[1].Source = "X" }, "source schedule.unknown"},
		"an unknown way":       {func(p *Problem) { p.Passengers[1].Prison = "X" }, "prison schedule.unknown"},
		"no id":                {func(p *Problem) { p.Passengers[1].ID = "" }, "id schedule.empty"},
		"an id twice":          {func(p *Problem) { p.Passengers[1].ID = "M0" }, "id schedule.twice"},
		"an unknown mother":    {func(p *Problem) { p.Passengers[1].Mother = "X" }, "mother schedule.unknown"},
		"her own mother":       {func(p *Problem) { p.Passengers[1].Mother = "M1" }, "mother schedule.mother"},
		"a pair of strangers":  {func(p *Problem) { p.Apart = [][2]int{{0, 9}} }, "apart schedule.unknown"},
		"a pair of one":        {func(p *Problem) { p.Apart = [][2]int{{0, 0}} }, "apart schedule.twice"},
		"an unknown closure":   {func(p *Problem) { p.Closed = []Closure{{Place: "X"}} }, "closed.place schedule.unknown"},
		"a closure backwards":  {func(p *Problem) { p.Closed = []Closure{{"P", monday, monday.Add(-1)}} }, "closed.until schedule.order"},
		"no days":              {func(p *Problem) { p.Days = 0 }, "days schedule.number"},
		"ten thousand days":    {func(p *Problem) { p.Days = 10_000 }, "days schedule.number"},
		"no start":             {func(p *Problem) { p.Start = time.Time{} }, "start schedule.start"},
		"too many places": {func(p *Problem) {
			p.Days = MaxDays
			for i := range 100 {
				p.Gates = append(p.Gates, Gate{strings.Repeat("G", i+1), 1, 1, Window{}})
			}
		}, "days schedule.too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := small(3)
			c.spoil(p)
			_, err := Build(p)
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Rule != "schedule.invalid" {
				t.Fatalf("%v", err)
			}
			if !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name+" "+x.Rule == c.field }) {
				t.Errorf("%+v does not name %s", f.Fields, c.field)
			}
		})
	}
}

// TestManyFaults bounds how many bad values are named.
func TestManyFaults(t *testing.T) {
	t.Parallel()
	p := small(10_000)
	for i := range p.Passengers {
		p.Passengers[i].Source = strings.Repeat("X", 1000)
	}
	_, err := Build(p)
	if f := fault.As(err); len(f.Fields) != maxFields || len(f.Fields[0].Value) > 80 || f.Fields[0].Row != 1 {
		t.Errorf("%d fields, the first %+v", len(f.Fields), f.Fields[0])
	}
}

// TestEverybodyApart asks for a vehicle each, with a pair of each two, and a family that fills no convoy.
func TestEverybodyApart(t *testing.T) {
	t.Parallel()
	p := small(600)
	for i := range p.Passengers {
		for j := range i {
			p.Apart = append(p.Apart, [2]int{j, i})
		}
	}
	p.Routes[0].Vehicles, p.Days = 400, 7
	if got := build(t, p); got.Loads+len(got.Left) != 600 || got.Loads == 0 {
		t.Errorf("%d loads, %d left", got.Loads, len(got.Left))
	}
	p = small(20_000)
	for i := range p.Passengers {
		p.Passengers[i].Family = "F"
	}
	if got := build(t, p); len(got.Left) != 20_000 || got.Left[0].Why != NoVehicles {
		t.Errorf("%d left", len(got.Left))
	}
}

// TestManySeats gives everybody a vehicle with one seat.
func TestManySeats(t *testing.T) {
	t.Parallel()
	p := small(20_000)
	p.Routes[0].Seats, p.Days = 1, 3
	if got := build(t, p); got.Loads+len(got.Left) != 20_000 || got.Loads == 0 {
		t.Errorf("%d loads, %d left", got.Loads, len(got.Left))
	}
}

// TestHostileTimetables are those that Replan gets from elsewhere.
func TestHostileTimetables(t *testing.T) {
	t.Parallel()
	p := small(8)
	good := build(t, p)
	for name, spoil := range map[string]func(c *Convoy){
		"nobody that is known": func(c *Convoy) { c.Loads[0].Stops[0].People[0] = 8 },
		"below nobody":         func(c *Convoy) { c.Loads[0].Stops[0].People[0] = -1 },
		"somebody twice":       func(c *Convoy) { c.Loads[0].Stops[0].People[0] = 7 },
		"no stop":              func(c *Convoy) { c.Loads[0].Stops = nil },
	} {
		bad := build(t, p)
		spoil(&bad.Convoys[0])
		if _, err := Replan(p, bad); !fault.Is(err, "schedule.invalid") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, spoil := range map[string]func(c *Convoy){
		"another route":      func(c *Convoy) { c.Route = "sea" },
		"another source":     func(c *Convoy) { c.Source = "X" },
		"another kind":       func(c *Convoy) { c.Loads[0].Kind = Girls },
		"a vehicle too many": func(c *Convoy) { c.Loads[0].Vehicle = 77 },
		"another time":       func(c *Convoy) { c.Departs = c.Departs.Add(7 * time.Second) },
		"the past":           func(c *Convoy) { c.Departs = monday.AddDate(-400, 0, 0) },
		"the future":         func(c *Convoy) { c.Departs = monday.AddDate(400, 0, 0) },
		"other slots":        func(c *Convoy) { c.Slots = nil },
	} {
		odd := build(t, p)
		spoil(&odd.Convoys[0])
		got, err := Replan(p, odd)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range Check(p, got) {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if len(good.Convoys) != 1 {
		t.Errorf("%d convoys", len(good.Convoys))
	}
}

// TestCheckFinds spoils a clean timetable in one way at a time.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(p *Problem, t *Timetable)
		rule  string
	}{
		"a slot that begins late": {func(_ *Problem, t *Timetable) {
			t.Convoys[0].Slots[0].From = t.Convoys[0].Slots[0].From.Add(time.Minute)
		}, "waiting"},
		"waiting at the gate": {func(_ *Problem, t *Timetable) {
			t.Convoys[0].Slots[1].From = t.Convoys[0].Slots[1].From.Add(time.Minute)
		}, "waiting"},
		"a slot that ends early": {func(_ *Problem, t *Timetable) {
			t.Convoys[0].Slots[0].Until = t.Convoys[0].Slots[0].Until.Add(-time.Minute)
		}, "slot"},
		"a reception too short": {func(_ *Problem, t *Timetable) {
			t.Convoys[0].Slots[1].Until = t.Convoys[0].Slots[1].Until.Add(-time.Minute)
		}, "slot"},
		"no slot at the line":        {func(_ *Problem, t *Timetable) { t.Convoys[0].Slots = t.Convoys[0].Slots[1:] }, "slot"},
		"no slot at the gate":        {func(_ *Problem, t *Timetable) { t.Convoys[0].Slots = t.Convoys[0].Slots[:1] }, "slot"},
		"an earlier departure":       {func(_ *Problem, t *Timetable) { t.Convoys[0].Departs = t.Convoys[0].Departs.Add(-time.Hour) }, "waiting"},
		"a later departure":          {func(_ *Problem, t *Timetable) { t.Convoys[0].Departs = t.Convoys[0].Departs.Add(time.Hour) }, "slot"},
		"before now":                 {func(p *Problem, _ *Timetable) { p.Now = monday.Add(6 * time.Hour) }, "departure"},
		"outside the sources' hours": {func(p *Problem, _ *Timetable) { p.Routes[0].Departs = Window{6 * 60, 7 * 60} }, "departure"},
		"a line that is closed":      {func(p *Problem, _ *Timetable) { p.Points[0].Open.Opens = 6*60 + 1 }, "window"},
		"a gate in a lockout": {func(p *Problem, _ *Timetable) {
			p.Closed = []Closure{{"P", monday.Add(9 * time.Hour), monday.Add(10 * time.Hour)}}
		}, "window"},
		"a week that is over":       {func(p *Problem, t *Timetable) { p.Days, t.Convoys[0].Until = 0, monday }, "window"},
		"a lane too few":            {func(p *Problem, _ *Timetable) { p.Points[0].Lanes = 1 }, "capacity"},
		"a slot for one vehicle":    {func(_ *Problem, t *Timetable) { t.Convoys[0].Slots[0].Vehicles = 1 }, "slot"},
		"a seat too few":            {func(p *Problem, _ *Timetable) { p.Routes[0].Seats = 3 }, "seats"},
		"a guard too few":           {func(p *Problem, _ *Timetable) { p.Routes[0].PerGuard = 3 }, "guards"},
		"guards that are not there": {func(p *Problem, _ *Timetable) { p.Routes[0].Guards = 1 }, "guards"},
		"a vehicle too many":        {func(p *Problem, _ *Timetable) { p.Routes[0].Fleet = 1 }, "fleet"},
		"a vehicle twice":           {func(_ *Problem, t *Timetable) { t.Convoys[0].Loads[1].Vehicle = 1 }, "vehicle"},
		"a vehicle that is broken":  {func(p *Problem, _ *Timetable) { p.Routes[0].Broken = []int{2} }, "vehicle"},
		"a short turnaround":        {func(p *Problem, _ *Timetable) { p.Routes[0].Turnaround++ }, "turnaround"},
		"somebody twice":            {func(_ *Problem, t *Timetable) { t.Convoys[0].Loads[0].Stops[0].People[0] = 7 }, "passenger"},
		"somebody nowhere":          {func(_ *Problem, t *Timetable) { t.Convoys[0].Loads[0].Stops[0].People = []int{1, 2, 3} }, "passenger"},
		"left without a reason": {func(p *Problem, t *Timetable) {
			p.Passengers = append(p.Passengers, p.Passengers[0])
			t.Left = []Left{{Passenger: 8}}
		}, "reason"},
		"another prison":          {func(p *Problem, _ *Timetable) { p.Passengers[0].Prison = "Q" }, "way"},
		"another source":          {func(p *Problem, _ *Timetable) { p.Passengers[0].Source = "X" }, "way"},
		"a woman among men":       {func(p *Problem, _ *Timetable) { p.Passengers[0].Sex = 2 }, "separation"},
		"a boy among men":         {func(p *Problem, _ *Timetable) { p.Passengers[0].Juvenile = true }, "separation"},
		"a sex that is not known": {func(p *Problem, _ *Timetable) { p.Passengers[0].Sex = 0 }, "separation"},
		"kept apart":              {func(p *Problem, _ *Timetable) { p.Apart = [][2]int{{0, 1}} }, "apart"},
		"a mother elsewhere":      {func(p *Problem, _ *Timetable) { p.Passengers[0].Mother = "M7" }, "mother"},
		"a family divided": {func(p *Problem, t *Timetable) {
			p.Passengers[0].Family, p.Passengers[7].Family = "F", "F"
			t.Convoys[0].Loads = t.Convoys[0].Loads[:1]
		}, "family"},
		"loads miscounted":           {func(_ *Problem, t *Timetable) { t.Loads = 3 }, "loads"},
		"a bound above":              {func(_ *Problem, t *Timetable) { t.Bound = 3 }, "loads"},
		"waiting not said":           {func(_ *Problem, t *Timetable) { t.Waiting = time.Minute }, "waiting"},
		"a number that is not given": {func(_ *Problem, t *Timetable) { t.Convoys[0].Number = 0 }, "number"},
		"no such route":              {func(_ *Problem, t *Timetable) { t.Convoys[0].Route = "sea" }, "route"},
		"a second prison":            {func(_ *Problem, t *Timetable) { t.Convoys[0].Loads[0].Stops[0].Prison = "Q" }, "divide"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := small(8)
			got := build(t, p)
			c.spoil(p, &got)
			if found := Check(p, got); !slices.ContainsFunc(found, func(v Violation) bool { return v.Rule == c.rule }) {
				t.Errorf("found %+v, not %s", found, c.rule)
			}
		})
	}
}
