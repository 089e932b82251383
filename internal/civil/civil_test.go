package civil_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"amana/internal/civil"
	"amana/internal/fault"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]civil.Date{
		"": {}, "1990": {Year: 1990}, "1990~": {Year: 1990, Approx: true}, "1990-04": {Year: 1990, Month: 4}, "1990-04-17": {Year: 1990, Month: 4, Day: 17}, "2024-02-29": {Year: 2024, Month: 2, Day: 29},
	} {
		if got, err := civil.Parse(s); err != nil || got != want {
			t.Errorf("%q is %+v, %v", s, got, err)
		}
	}
	for s, rule := range map[string]string{
		"17.4.1990": "date.unreadable", "90": "date.unreadable", "1990-4": "date.unreadable", "x": "date.unreadable",
		"1990-13": "date.impossible", "1990-02-31": "date.impossible", "2023-02-29": "date.impossible", "1990-04-00": "", "0000": "",
	} {
		if _, err := civil.Parse(s); rule != "" && !fault.Is(err, rule) {
			t.Errorf("%q: %v, not %s", s, err, rule)
		}
	}
	for _, d := range []civil.Date{{Month: 1}, {Year: 1990, Day: 3}, {Year: 1990, Month: 13}, {Year: 1990, Month: -1}} {
		if d.Valid() {
			t.Errorf("%+v is taken for a date", d)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := time.Unix(rapid.Int64Range(-5e9, 5e9).Draw(t, "moment"), 0).UTC()
		d := civil.Date{Year: day.Year(), Approx: rapid.Bool().Draw(t, "about")}
		if parts := rapid.IntRange(0, 2).Draw(t, "parts"); parts > 0 {
			if d.Month = int(day.Month()); parts > 1 {
				d.Day = day.Day()
			}
		}
		text, err := d.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back civil.Date
		if err := back.UnmarshalText(text); err != nil || back != d || !d.Known() {
			t.Fatalf("%+v is written %s and read %+v, %v", d, text, back, err)
		}
	})
}

func TestAgeRange(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 1, 22, 12, 0, 0, 0, time.UTC)
	for s, want := range map[string][2]int{
		"2008-01-22": {18, 18}, "2008-01-23": {17, 17}, "2008-01": {17, 18}, "2008": {17, 18}, "2007": {18, 19}, "2008~": {15, 20}, "": {0, 150}, "2025-12": {0, 0}, "2027": {0, 0}, "1990-06-01": {35, 35},
	} {
		d, err := civil.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if young, old := d.AgeRange(day); young != want[0] || old != want[1] {
			t.Errorf("%q: %d to %d, not %v", s, young, old, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("1990-04-17~")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := civil.Parse(s)
		if err == nil && s != "" && d.Known() && d.String() != s {
			t.Fatalf("%q is written back as %q", s, d)
		}
	})
}
