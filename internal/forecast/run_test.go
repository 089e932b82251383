package forecast

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/fault"
)

func run(t interface {
	Helper()
	Fatal(...any)
}, s Scenario, opt Options,
) Result {
	t.Helper()
	got, err := Run(context.Background(), s, opt)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func named(t *testing.T, name string) Scenario {
	t.Helper()
	s, err := Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSameForAnyNumberOfWorkers(t *testing.T) {
	t.Parallel()
	s := named(t, "lost-prison")
	s.Weeks = 6
	one := run(t, s, Options{Replications: 7, Seed: 7, Workers: 1})
	for _, workers := range []int{2, 64} {
		if diff := cmp.Diff(one, run(t, s, Options{Replications: 7, Seed: 7, Workers: workers})); diff != "" {
			t.Errorf("%d workers: %s", workers, diff)
		}
	}
	if cmp.Equal(one.Waiting, run(t, s, Options{Replications: 7, Seed: 8}).Waiting) {
		t.Error("another seed gives the same")
	}
}

// drawn draws a small operation in which everything can happen.
func drawn(t *rapid.T) Scenario {
	number := func(least, most int, name string) float64 { return float64(rapid.IntRange(least, most).Draw(t, name)) }
	s := Scenario{
		Name: "drawn", Start: "2026-02-02", Weeks: rapid.IntRange(1, 5).Draw(t, "weeks"),
		Nationalities: map[string]float64{"IRQ": 0.5, "TUR": 0.3},
		Allocation:    rapid.SampledFrom([]Allocation{Even, Share, Nearest}).Draw(t, "allocation"),
		Convoy: Convoy{
			Seats: rapid.IntRange(1, 30).Draw(t, "seats"), Vehicles: rapid.IntRange(1, 4).Draw(t, "vehicles"), EveryMinutes: number(20, 300, "every"),
			Hold: rapid.IntRange(0, 8).Draw(t, "hold"), Spread: number(0, 5, "spread") / 10, AtOnce: rapid.Bool().Draw(t, "at once"),
		},
		Breakdown: Breakdown{Per1000Hours: number(0, 100, "breakdowns"), RepairMinutes: 90},
		Doubt:     Doubt{Flow: number(0, 3, "doubt") / 10, Week: 0.2, Exits: 0.2, Share: 0.1},
	}
	service := func(name string) Service {
		v := Service{Minutes: number(0, 30, name), Law: Lognormal, Spread: 0.5, Lanes: rapid.IntRange(1, 3).Draw(t, "lanes")}
		switch rapid.IntRange(0, 3).Draw(t, "window") {
		case 0:
			v.Opens, v.Closes = "06:00", "17:30"
		case 1:
			v.Opens, v.Closes = "20:00", "09:00"
		}
		return v
	}
	code := func(kind string, i int) string { return kind + string(rune('1'+i)) }
	for i := range rapid.IntRange(1, 3).Draw(t, "sources") {
		s.Sources = append(s.Sources, Source{
			Code: code("S", i), PerWeek: number(0, 800, "flow"), Law: rapid.SampledFrom([]Arrival{Poisson, Constant}).Draw(t, "law"),
			Group: rapid.IntRange(1, 9).Draw(t, "group"), Waiting: rapid.IntRange(0, 300).Draw(t, "waiting"), DriveMinutes: number(0, 200, "drive"),
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "lines") {
		s.Lines = append(s.Lines, Line{Code: code("L", i), DriveMinutes: number(0, 60, "drive"), Service: service("line")})
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "prisons") {
		beds := rapid.IntRange(0, 1500).Draw(t, "capacity")
		s.Prisons = append(s.Prisons, Prison{
			Code: code("P", i), Capacity: beds, Occupied: rapid.IntRange(0, beds).Draw(t, "occupied"), Share: 1, DriveMinutes: number(0, 300, "drive"), Gate: service("gate"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(t, "exits") {
		x := Exit{Way: rapid.SampledFrom([]Way{Repatriation, Release, Trial}).Draw(t, "way"), Nationality: rapid.SampledFrom([]string{"", "TUR", "FRA"}).Draw(t, "nationality"), Group: rapid.IntRange(1, 40).Draw(t, "group")}
		if rapid.Bool().Draw(t, "part") {
			x.Part = number(0, 30, "part") / 100
		} else {
			x.PerWeek = number(0, 400, "per week")
		}
		s.Exits = append(s.Exits, x)
	}
	for range rapid.IntRange(0, 4).Draw(t, "closures") {
		c := Closure{Kind: rapid.SampledFrom([]Closing{Lockout, LostPrison, LostLine}).Draw(t, "kind"), Code: s.Prisons[rapid.IntRange(0, len(s.Prisons)-1).Draw(t, "prison")].Code}
		if c.Kind == LostLine {
			if len(s.Lines) == 0 {
				continue
			}
			c.Code = s.Lines[rapid.IntRange(0, len(s.Lines)-1).Draw(t, "line")].Code
		}
		switch rapid.IntRange(0, 2).Draw(t, "when") {
		case 0:
			c.PerYear, c.Hours = number(1, 200, "per year"), number(1, 50, "hours")
		case 1:
			c.From, c.Until = "2026-02-05 10:00", "2026-02-09 18:30"
		default:
			c.From = "2026-02-07 03:00"
		}
		s.Closures = append(s.Closures, c)
	}
	return s
}

// TestNobodyVanishes runs operations in which everything can happen. Each replication counts everybody at every midnight, and fails
// when one is missing or too many; here the answer is counted once more from outside, in a single replication (norms G3).
func TestNobodyVanishes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawn(t)
		got := run(t, s, Options{Replications: 1, Seed: rapid.Uint64().Draw(t, "seed")})
		came := 0.0
		for _, v := range s.Sources {
			came += float64(v.Waiting)
		}
		for _, v := range s.Prisons {
			came += float64(v.Occupied)
		}
		for d := range got.Days {
			came += got.Arrived.P50[d]
			here, nationals := got.Waiting.P50[d], 0.0
			for i, p := range got.Prisons {
				if p.Held.P50[d] > float64(s.Prisons[i].Capacity) {
					t.Fatalf("day %d: %s holds %.0f of %d", d, p.Code, p.Held.P50[d], p.Capacity)
				}
				here += p.Held.P50[d]
				nationals += p.Held.P50[d]
			}
			for _, n := range got.Nationalities {
				nationals -= n.Held.P50[d]
			}
			for _, x := range got.Exits {
				here += x.People.P50[d]
			}
			onTheWay := came - here // at midnight; at no time of the day were fewer on the way at most
			if nationals != 0 || onTheWay < 0 || onTheWay > got.Transit.P50[d]+got.AtLines.P50[d]+got.AtGates.P50[d] {
				t.Fatalf("day %d: %.0f came, %.0f are waiting, held or have left", d, came, here)
			}
		}
	})
}

// TestAMissingPersonIsNoticed takes one person away, and adds one, in each place where people are.
func TestAMissingPersonIsNoticed(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]func(*sim){
		"from a queue":          func(s *sim) { s.sources[0].people.take(1) },
		"from a prison":         func(s *sim) { s.prisons[0].held[0]-- },
		"from a prison's total": func(s *sim) { s.prisons[1].total-- },
		"into a convoy":         func(s *sim) { s.convoys = append(s.convoys, convoy{aboard: 1}) },
		"by an exit":            func(s *sim) { s.left[0]++ },
		"from nowhere":          func(s *sim) { s.sources[0].people.push(0) },
	} {
		s := newModel(named(t, "base")).start(1, 0)
		if err := s.conserved(); err != nil {
			t.Fatal(err)
		}
		tamper(s)
		if err := s.run(context.Background()); !fault.Is(err, "forecast.not_conserved") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestClosuresHold watches every vehicle: nothing begins at a lost line or a closed gate, and nobody leaves for a lost line.
func TestClosuresHold(t *testing.T) {
	t.Parallel()
	s := named(t, "base")
	s.Weeks, s.Closures = 4, []Closure{
		{Kind: LostLine, Code: "IQ-L2", From: "2026-02-05 09:00", Until: "2026-02-07 12:00"},
		{Kind: Lockout, Code: "IQ-NIN", From: "2026-02-10", Until: "2026-02-12"},
		{Kind: LostPrison, Code: "IQ-HIL", From: "2026-02-16 10:00"},
	}
	for i := range s.Lines {
		s.Lines[i].Law = Fixed
	}
	for i := range s.Prisons {
		s.Prisons[i].Gate = Service{Minutes: 5, Law: Fixed}
	}
	h, err := Invent(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	hours := func(d, hour float64) float64 { return d*day + hour*60 }
	closed := map[string][2]float64{
		"IQ-L2": {hours(3, 9), hours(5, 12)}, "IQ-NIN": {hours(8, 0), hours(10, 0)}, "IQ-HIL": {hours(14, 10), math.Inf(1)},
	}
	service := map[string]float64{"IQ-L2": 13, "IQ-NIN": 5, "IQ-HIL": 5}
	seen := map[string]int{}
	for _, p := range h.Passages {
		if window, is := closed[p.Point]; is {
			seen[p.Point]++
			if begun := p.Minute - service[p.Point]; begun > window[0] && begun < window[1] {
				t.Errorf("%s: let through at minute %.0f, closed from %.0f to %.0f", p.Point, p.Minute, window[0], window[1])
			}
		}
		if window := closed["IQ-L2"]; p.Point[:2] == "SY" && p.Minute >= window[0] && p.Minute < window[1] {
			t.Errorf("a convoy left at minute %.0f for a lost line", p.Minute)
		}
	}
	for point := range closed {
		if seen[point] == 0 {
			t.Errorf("nothing ever passed %s", point)
		}
	}
	for _, p := range h.Prisons {
		if p.Code == "IQ-HIL" && (p.Held[13] == 0 || p.Held[27] != 0) {
			t.Errorf("the lost prison held %d before, and holds %d", p.Held[13], p.Held[27])
		}
	}
}

// TestTurnedAway loses the only prison for good while people are on the road and at its gate: they come back to where they left.
func TestTurnedAway(t *testing.T) {
	t.Parallel()
	s := Scenario{
		Name: "lost", Start: "2026-02-02", Weeks: 1,
		Sources:  []Source{{Code: "S", Waiting: 400, DriveMinutes: 120}},
		Lines:    []Line{{Code: "L", Service: Service{Minutes: 1}}},
		Prisons:  []Prison{{Code: "P", Capacity: 1000, DriveMinutes: 60, Gate: Service{Minutes: 60}}},
		Closures: []Closure{{Kind: LostPrison, Code: "P", From: "2026-02-02 08:30"}},
	}
	got := run(t, s, Options{Replications: 1})
	if d := got.Days - 1; got.Waiting.P50[d]+got.Prisons[0].Held.P50[d] != 400 || got.Waiting.P50[d] < 200 {
		t.Errorf("%.0f wait and %.0f are held, of 400", got.Waiting.P50[d], got.Prisons[0].Held.P50[d])
	}
	if got.Refused.P50[0] == 0 {
		t.Error("nobody was refused")
	}
}

// TestMoreComeSoonerFull asks that nothing fills later when more come, in every replication: they have their chance in common.
func TestMoreComeSoonerFull(t *testing.T) {
	t.Parallel()
	s := named(t, "base")
	s.Weeks, s.Closures, s.Breakdown = 14, nil, Breakdown{}
	before := When{P50: math.MaxInt, P10: math.MaxInt}
	for _, flow := range []float64{6000, 8000, 10000} {
		s.Changes = []Change{{Set: SetFlow, Value: flow}}
		got := run(t, s, Options{Replications: 6, Seed: 3})
		full := got.NoRoom
		if full.P50 == Never {
			full.P10, full.P50 = math.MaxInt-1, math.MaxInt-1
		}
		if full.P50 >= before.P50 || full.P10 >= before.P10 {
			t.Errorf("%.0f a week: full on day %d, with fewer on day %d", flow, full.P50, before.P50)
		}
		before = full
	}
}

// TestScenariosSayWhatTheySay runs what is shipped and compares.
func TestScenariosSayWhatTheySay(t *testing.T) {
	t.Parallel()
	opt := Options{Replications: 4, Seed: 1}
	base := run(t, named(t, "base"), opt)
	if line, ok := base.Binding(); !ok || line.Code != "IQ-L1" {
		t.Errorf("the line that binds is %q", line.Code)
	}
	for name, want := range map[string]func(c Comparison, r Result) bool{
		"lost-prison": func(c Comparison, r Result) bool {
			return *c.NoRoom.Days < -10 && c.Held[1] < c.Held[0] && r.Prisons[1].Held.P90[r.Days-1] == 0
		},
		"flow-10000":         func(c Comparison, _ Result) bool { return *c.NoRoom.Days < -10 && c.Load[1] > c.Load[0] },
		"takes-back":         func(c Comparison, _ Result) bool { return *c.NoRoom.Days > 0 && c.Left[1] > c.Left[0] },
		"repatriation-stops": func(c Comparison, _ Result) bool { return *c.NoRoom.Days < 0 && c.Left[1] < c.Left[0] },
		"central-prison": func(c Comparison, r Result) bool {
			return len(r.Prisons) == 1 && len(c.Prisons) == 4 && c.Prisons[0].Other.P50 == Never && *c.NoRoom.Days > -7
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := run(t, named(t, name), opt)
			if c := Compare(base, other); !want(c, other) {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestStopped(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Run(ctx, named(t, "base"), Options{}); err == nil {
		t.Error("a stopped forecast has an answer")
	}
}

// TestChanges makes each change from the second week on, and looks at what it is for.
func TestChanges(t *testing.T) {
	t.Parallel()
	s := Scenario{
		Name: "changes", Start: "2026-02-02", Weeks: 4,
		Sources: []Source{{Code: "S", PerWeek: 700, Law: Constant}, {Code: "T", PerWeek: 1400, Law: Constant}},
		Lines:   []Line{{Code: "L", Service: Service{Minutes: 30, Lanes: 2, Law: Fixed}}},
		Prisons: []Prison{{Code: "P", Capacity: 20_000, Occupied: 3000}},
		Exits:   []Exit{{Way: Trial, PerWeek: 300}, {Way: Repatriation, Nationality: "X", PerWeek: 200}},
	}
	arrived := func(r Result) float64 { return r.Arrived.P50[20] }
	busiest := func(r Result) float64 { return r.Lines[0].Busiest.P50 }
	left := func(i int) func(Result) float64 {
		return func(r Result) float64 { return r.Exits[i].People.P50[27] - r.Exits[i].People.P50[7] }
	}
	for name, c := range map[string]struct {
		change Change
		of     func(Result) float64
		times  float64 // what it was before
	}{
		"all flows":          {Change{Set: SetFlow, Value: 4200}, arrived, 2},
		"one flow":           {Change{Set: SetFlow, Code: "S", Value: 0}, arrived, 2.0 / 3},
		"a lane less":        {Change{Set: SetLanes, Code: "L", Value: 1}, busiest, 2},
		"a quicker service":  {Change{Set: SetMinutes, Code: "L", Value: 60}, busiest, 2},
		"no exits":           {Change{Set: SetExits, Value: 0}, left(0), 0},
		"no trials":          {Change{Set: SetExits, Code: "trial", Value: 0}, left(0), 0},
		"other exits go on":  {Change{Set: SetExits, Code: "trial", Value: 0}, left(1), 1},
		"exits of a country": {Change{Set: SetExits, Code: "X", Value: 0}, left(1), 0},
		"fewer beds than people": {
			Change{Set: SetCapacity, Code: "P", Value: 1000}, func(r Result) float64 { return r.Received.P50[20] }, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := s
			c.change.From = "2026-02-09"
			changed.Changes = []Change{c.change}
			opt := Options{Replications: 5, Seed: 1}
			before, after := c.of(run(t, s, opt)), c.of(run(t, changed, opt))
			if before == 0 || math.Abs(after/before-c.times) > 0.02 {
				t.Errorf("%.3f became %.3f, wanted %.2f times as much", before, after, c.times)
			}
		})
	}
}

// TestBasedOn replaces places of the base, with which what happens to them falls away.
func TestBasedOn(t *testing.T) {
	t.Parallel()
	s, err := Read([]byte(`name = "other"
based_on = "base"
start = "2026-05-04"
weeks = 3
allocation = "nearest"
nationalities = { IRQ = 1.0 }
[convoy]
seats = 20
[breakdown]
per_1000_hours = 1
[doubt]
flow = 0.3
[[sources]]
code = "S"
[[lines]]
code = "IQ-L2"
[[prisons]]
code = "P"
[[exits]]
way = "release"
per_week = 1
`))
	if err != nil {
		t.Fatal(err)
	}
	base := named(t, "base")
	if len(s.Exits) != len(base.Exits)+1 || len(s.Closures) != 1 || s.Closures[0].Code != "IQ-L2" {
		t.Errorf("exits %v, closures %v", s.Exits, s.Closures)
	}
	if s.Start != "2026-05-04" || s.Weeks != 3 || s.Allocation != Nearest || s.Convoy.Seats != 20 || s.Doubt.Flow != 0.3 || len(s.Sources)+len(s.Lines)+len(s.Prisons) != 3 {
		t.Errorf("got %+v", s)
	}
}
