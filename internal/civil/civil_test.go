package civil_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/civil"
	"amana/internal/fault"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]civil.Date{
		"":            {},
		"1990":        {Year: 1990},
		"1990~":       {Year: 1990, Approx: true},
		"1990-04":     {Year: 1990, Month: 4},
		"1990-04-17":  {Year: 1990, Month: 4, Day: 17},
		"2000-02-29~": {Year: 2000, Month: 2, Day: 29, Approx: true},
	} {
		got, err := civil.Parse(in)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v %s", in, err, diff)
		}
		if got.String() != in || got.Known() != (in != "") {
			t.Errorf("%q is written %q", in, got)
		}
	}
	for in, rule := range map[string]string{
		"90": "date.unreadable", "1990-4": "date.unreadable", "1990-04-17T": "date.unreadable", " 1990": "date.unreadable", "~": "date.unreadable", "١٩٩٠": "date.unreadable",
		"1990-13": "date.impossible", "1990-00-01": "date.impossible", "1990-02-30": "date.impossible", "1999-02-29": "date.impossible",
		"0000-01": "date.impossible", "0000~": "date.impossible", "0000": "date.impossible", "1990-00": "date.impossible", "1990-01-00": "date.impossible",
	} {
		if got, err := civil.Parse(in); !fault.Is(err, rule) {
			t.Errorf("%q reads as %v, %v; want %s", in, got, err, rule)
		}
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	for _, d := range []civil.Date{{Month: 1}, {Day: 1}, {Year: 1990, Day: 1}, {Year: 1990, Month: -1}, {Year: 1990, Month: 1, Day: -1}, {Year: 1990, Month: 13}, {Year: 1990, Month: 2, Day: 30}, {Year: 1990, Month: 1, Day: 32}, {Year: -1}, {Year: 10_000}, {Approx: true}} {
		if d.Valid() {
			t.Errorf("%#v exists in no calendar", d)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := civil.Date{Year: rapid.IntRange(1, 9999).Draw(t, "year"), Approx: rapid.Bool().Draw(t, "approx")}
		if rapid.Bool().Draw(t, "with month") {
			d.Month = rapid.IntRange(1, 12).Draw(t, "month")
			if rapid.Bool().Draw(t, "with day") {
				d.Day = rapid.IntRange(1, 28).Draw(t, "day")
			}
		}
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back civil.Date
		if err := json.Unmarshal(b, &back); err != nil || back != d {
			t.Fatalf("%s reads back as %v, %v", b, back, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("1990-04-17~")
	f.Add("0000")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := civil.Parse(s)
		if err == nil && (d.String() != s || !d.Valid()) {
			t.Errorf("%q reads as %v", s, d)
		}
	})
}

func TestAgeRange(t *testing.T) {
	t.Parallel()
	on := time.Date(2026, 1, 21, 9, 0, 0, 0, time.UTC)
	for in, want := range map[string][2]int{
		"":            {0, 150},
		"2008-01-21":  {18, 18}, // the birthday counts
		"2008-01-22":  {17, 17},
		"2008-01":     {17, 18},
		"2008":        {17, 18},
		"2007":        {18, 19},
		"2008~":       {15, 20},
		"2026":        {0, 0},
		"2030":        {0, 0}, // not born yet
		"2004-02-29":  {21, 21},
		"2008-01-21~": {16, 20},
	} {
		d, err := civil.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		youngest, oldest := d.AgeRange(on)
		if got := [2]int{youngest, oldest}; got != want {
			t.Errorf("somebody born on %q is %v years old, want %v", in, got, want)
		}
	}
}

// TestAgeRangeHolds asks that whoever was born on a day lies in the range of every partial date that the day fits.
func TestAgeRangeHolds(t *testing.T) {
	t.Parallel()
	on := time.Date(2026, 1, 21, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		born := on.AddDate(0, 0, -rapid.IntRange(0, 36500).Draw(t, "days"))
		full := civil.Date{Year: born.Year(), Month: int(born.Month()), Day: born.Day()}
		age, same := full.AgeRange(on)
		if age != same {
			t.Fatalf("%v gives %d to %d", full, age, same)
		}
		for _, d := range []civil.Date{{Year: full.Year}, {Year: full.Year, Month: full.Month}, {Year: full.Year, Approx: true}} {
			if youngest, oldest := d.AgeRange(on); age < youngest || age > oldest {
				t.Fatalf("somebody born on %v is %d, not between %d and %d as %v says", full, age, youngest, oldest, d)
			}
		}
	})
}
