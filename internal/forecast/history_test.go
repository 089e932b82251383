package forecast

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"amana/internal/fault"
)

// past is an operation with beds enough and exits that run from the first day, whose truth is known.
func past(t *testing.T, weeks int) Scenario {
	t.Helper()
	s := named(t, "base")
	s.Weeks = weeks
	for i := range s.Prisons {
		s.Prisons[i].Capacity *= 2
	}
	for i := range s.Exits {
		s.Exits[i].From = ""
	}
	return s
}

func invented(t *testing.T, s Scenario, seed uint64) History {
	t.Helper()
	h, err := Invent(s, seed)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestCalibrationFindsTheTruth calibrates from an invented past, and asks for what it was invented from.
func TestCalibrationFindsTheTruth(t *testing.T) {
	t.Parallel()
	truth := past(t, 20)
	truth.Doubt, truth.Closures = Doubt{}, nil
	for i := range truth.Sources {
		truth.Sources[i].Waiting = 0
	}
	got, err := FromHistory(invented(t, truth, 3), 4)
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want, part float64) {
		t.Helper()
		if math.Abs(got-want) > part*want {
			t.Errorf("%s: got %.3f, and the truth is %.3f", what, got, want)
		}
	}
	if got.Start != "2026-06-22" || got.Weeks != 4 || got.Convoy.Seats != 40 || got.Convoy.Vehicles != 4 || got.Convoy.First != "04:00" {
		t.Errorf("got %s, %d weeks, %+v", got.Start, got.Weeks, got.Convoy)
	}
	for i, v := range truth.Sources {
		near(v.Code, got.Sources[i].PerWeek, v.PerWeek, 0.05)
		near("the drive from "+v.Code, got.Sources[i].DriveMinutes, v.DriveMinutes+truth.Lines[0].DriveMinutes, 0.15)
	}
	for i, v := range truth.Lines {
		near(v.Code, got.Lines[i].Minutes, v.Minutes, 0.03)
		near("the spread of "+v.Code, got.Lines[i].Spread, v.Spread, 0.1)
	}
	for i, v := range truth.Prisons {
		near("the drive to "+v.Code, got.Prisons[i].DriveMinutes, v.DriveMinutes, 0.1)
	}
	for i, v := range truth.Exits {
		near("the exits "+string(v.Way)+" "+v.Nationality, got.Exits[i].PerWeek+got.Exits[i].Part, v.PerWeek+v.Part, 0.25)
	}
	for code, part := range truth.Nationalities {
		near(code, got.Nationalities[code], part, 0.05)
	}
	if got.Doubt.Week > 0.05 {
		t.Errorf("equal weeks differ by %.3f", got.Doubt.Week)
	}
}

// TestBacktest foretells the second half of several invented pasts from the first. The bands are of one in ten on either side; what a
// few pasts show of that deviates, as their days depend on each other.
func TestBacktest(t *testing.T) {
	t.Parallel()
	const pasts = 6
	var coverage, off, naive, relative float64
	for seed := range uint64(pasts) {
		got, err := Backtest(context.Background(), invented(t, past(t, 12), seed+100), 42, Options{Replications: 20, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got.Cut != "2026-03-16" || got.Days != 42 || len(got.Prisons) != 3 || len(got.Prisons[0].Was) != 42 || len(got.Prisons[0].Told.P50) != 42 {
			t.Fatalf("got %s, %d days", got.Cut, got.Days)
		}
		coverage += got.Coverage / pasts
		off += got.Error / pasts
		naive += got.Naive / pasts
		relative += got.Relative / pasts
	}
	t.Logf("coverage %.2f, error %.0f people (%.1f %%), naive %.0f", coverage, off, 100*relative, naive)
	if coverage < 0.65 || coverage > 0.95 {
		t.Errorf("the bands hold %.2f of the headcounts, wanted about 0.8", coverage)
	}
	if off > naive/2 || relative > 0.02 {
		t.Errorf("off by %.0f people (%.3f); a straight line is off by %.0f", off, relative, naive)
	}
}

// TestBacktestShowsWhatIsNotForetold has a prison lost after the cut, which no calibration knows: the test must say so.
func TestBacktestShowsWhatIsNotForetold(t *testing.T) {
	t.Parallel()
	s := past(t, 12)
	s.Closures = append(s.Closures, Closure{Kind: LostPrison, Code: "IQ-HIL", From: "2026-03-20"})
	got, err := Backtest(context.Background(), invented(t, s, 1), 42, Options{Replications: 20})
	if err != nil {
		t.Fatal(err)
	}
	if got.Prisons[1].Coverage > 0.3 || got.Prisons[1].Error < 1000 {
		t.Errorf("a lost prison was foretold: coverage %.2f, error %.0f", got.Prisons[1].Coverage, got.Prisons[1].Error)
	}
}

func TestBadHistories(t *testing.T) {
	t.Parallel()
	s := past(t, 3)
	for name, c := range map[string]struct {
		change func(*History)
		cut    int
		rule   string
	}{
		"an early cut":         {func(*History) {}, 2, "forecast.cut"},
		"a cut after the end":  {func(*History) {}, 21, "forecast.cut"},
		"no start":             {func(h *History) { h.Start = "" }, 14, "forecast.date_unreadable"},
		"a short list":         {func(h *History) { h.Sources[0].Departed = h.Sources[0].Departed[1:] }, 14, "forecast.days_differ"},
		"a negative headcount": {func(h *History) { h.Prisons[0].Held[3] = -1 }, 14, "forecast.out_of_range"},
		"no prisons":           {func(h *History) { h.Prisons = nil }, 14, "forecast.list_empty"},
		"a prison twice":       {func(h *History) { h.Prisons[1].Code = h.Prisons[0].Code }, 14, "forecast.code_twice"},
		"before time":          {func(h *History) { h.Passages[0].Minute = math.NaN() }, 14, "forecast.out_of_range"},
	} {
		h := invented(t, s, 1)
		c.change(&h)
		_, err := Backtest(context.Background(), h, c.cut, Options{Replications: 1})
		var f *fault.Error
		if !errors.As(err, &f) || f.Rule != c.rule && !slices.ContainsFunc(f.Fields, func(got fault.Field) bool { return got.Rule == c.rule }) {
			t.Errorf("%s: want %s, got %v", name, c.rule, err)
		}
	}
}

// TestAQuietPast calibrates from days on which nothing happened.
func TestAQuietPast(t *testing.T) {
	t.Parallel()
	none := make([]int, 14)
	h := History{Start: "2026-02-02", Days: 14, Sources: []PastSource{{Code: "S", Departed: none}}, Prisons: []PastPrison{{Code: "P", Capacity: 10, Received: none, Held: none}}}
	s, err := FromHistory(h, 2)
	if err != nil && !fault.Is(err, "forecast.invalid") {
		t.Fatal(err)
	}
	if err == nil {
		if _, err = Run(context.Background(), s, Options{Replications: 2}); err != nil {
			t.Error(err)
		}
	}
}
