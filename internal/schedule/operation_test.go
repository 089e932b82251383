package schedule

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/fault"
)

func TestDefault(t *testing.T) {
	t.Parallel()
	o, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	routes, points, gates := o.Over(nil, map[string]Place{"IQ-BG": {Lat: 33.31, Lon: 44.37}})
	p := &Problem{Start: monday, Days: 7, Routes: routes, Points: points, Gates: gates}
	for _, prison := range []string{"IQ-NIN", "IQ-HIL", "IQ-NAS", "IQ-BG"} {
		for _, source := range sorted(o.Sources) {
			p.Passengers = append(p.Passengers, Passenger{ID: source + prison, Source: source, Prison: prison, Sex: 1})
		}
	}
	if got := build(t, p); len(got.Left) > 0 {
		t.Errorf("left: %+v", got.Left)
	}
	land := routes[0]
	if d := land.Drive["SY-RAQ"]; d < 240 || d > 330 {
		t.Errorf("from Raqqa to the first line in %d minutes", d)
	}
	if !(land.Arrive["IQ-NIN"] < land.Arrive["IQ-BG"] && land.Arrive["IQ-BG"] < land.Arrive["IQ-HIL"] && land.Arrive["IQ-HIL"] < land.Arrive["IQ-NAS"]) {
		t.Errorf("%v", land.Arrive)
	}
	if air := routes[1]; air.Drive["SY-RAQ"] > 120 || air.Drive["SY-RAQ"] < 60 {
		t.Errorf("by air in %d minutes", air.Drive["SY-RAQ"])
	}
}

// TestOver computes times where the operation gives none, and keeps what it gives.
func TestOver(t *testing.T) {
	t.Parallel()
	o, err := Read([]byte(`
[[route]]
code = "r"
mode = "land"
points = ["A", "B"]
speed = 60
winding = 1.5
detour = 0.1
divide = true
drive = { S = 7 }
[[point]]
code = "A"
lat = 0
lon = 0
[[point]]
code = "B"
lat = 0
lon = 1
open = { opens = "06:30", closes = "24:00" }
[[gate]]
prison = "P"
teams = 3
[any_gate]
teams = 1
[sources]
S = { lat = 1, lon = 0 }
T = { lat = 1, lon = 0 }
[prisons]
P = { lat = 0, lon = 2 }
`))
	if err != nil {
		t.Fatal(err)
	}
	routes, points, gates := o.Over(nil, map[string]Place{"Q": {Lat: 0, Lon: 3}, "R": {Lat: 3, Lon: 1}})
	const degree = 167 // minutes: 111.2 km, half as much again, a kilometre a minute
	want := Route{
		Code: "r", Mode: Land, Points: []string{"A", "B"}, Drive: map[string]int{"S": 7, "T": degree}, Between: []int{degree},
		Arrive: map[string]int{"P": degree, "Q": 2 * degree, "R": 3*degree + 0}, Onward: []Leg{{"P", "Q", degree}}, Divide: true,
	}
	for prison := range want.Arrive { // rounded up
		if d := routes[0].Arrive[prison] - want.Arrive[prison]; d == -1 || d == 0 {
			want.Arrive[prison] += d
		}
	}
	if diff := cmp.Diff(want, routes[0]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Point{{Code: "A"}, {Code: "B", Open: Window{390, Day}}}, points); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Gate{{Prison: "P", Teams: 3}, {Prison: "Q", Teams: 1}, {Prison: "R", Teams: 1}}, gates); diff != "" {
		t.Error(diff)
	}
}

func TestBadOperations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[[route]]\ncode = 1":                                "schedule.unreadable",
		"[[route]]\nwheels = 4":                              "row 2; wheels: schedule.unknown",
		"[[route]]\ncode = \"r\"\nwinding = 1":               "route r.speed: schedule.number",
		"[[route]]\ncode = \"r\"\nspeed = nan\nwinding = 1":  "route r.speed: schedule.number",
		"[[route]]\ncode = \"r\"\nspeed = 50\nwinding = 0.5": "route r.winding: schedule.number",
		"[any_gate]\nopen = { opens = \"25:00\" }":           "25:00",
		strings.Repeat("[", 1000):                            "schedule.unreadable",
	} {
		_, err := Read([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || fault.As(err).Kind != fault.Invalid {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(string(operation2026))
	f.Add("[[route]]\ncode = \"r\"\nspeed = 1\nwinding = 1\ndetour = 9\npoints = [\"A\"]\n[sources]\nS = { lat = 1e300, lon = -7 }\n[prisons]\nP = {}")
	f.Fuzz(func(t *testing.T, text string) {
		o, err := Read([]byte(text))
		if err != nil {
			if fault.As(err).Kind != fault.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		p := &Problem{Start: monday, Days: 1, Passengers: []Passenger{{ID: "1", Source: "S", Prison: "P"}}}
		p.Routes, p.Points, p.Gates = o.Over(nil, nil)
		if got, err := Build(p); err == nil {
			for _, v := range Check(p, got) {
				t.Errorf("%+v", v)
			}
		}
	})
}
