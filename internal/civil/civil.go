// Package civil holds dates as people know them: a day, a month, a year, or "about this old".
//
// Partial dates follow EDTF level 1 (ISO 8601-2): 1990, 1990-04, 1990-04-17, 1990~ for "about".
package civil

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"amana/internal/fault"
)

// Method says how a date of birth came to be known; a date by 1 January is often an assigned one and is kept as such.
type Method string

// How a date of birth was learned.
const (
	ByDocument  Method = "document"
	ByStatement Method = "statement"
	ByAge       Method = "age"      // computed from a stated age
	Assigned    Method = "assigned" // 1 January of a year, as issued to many whose day is unknown
)

// Date is a partial date. The zero Date is unknown.
type Date struct {
	Year   int
	Month  int // 0 when unknown
	Day    int // 0 when unknown
	Approx bool
}

var edtf = regexp.MustCompile(`^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(~?)$`)

// Parse reads EDTF; the empty string is the unknown date.
func Parse(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	m := edtf.FindStringSubmatch(s)
	if m == nil {
		return Date{}, fault.New(fault.Invalid, "date.unreadable", "%q is not a date of the form 1990, 1990-04, 1990-04-17 or 1990~", s)
	}
	d := Date{Approx: m[4] == "~"}
	d.Year, _ = strconv.Atoi(m[1])
	d.Month, _ = strconv.Atoi(m[2])
	d.Day, _ = strconv.Atoi(m[3])
	if !d.Valid() || d.String() != s { // a part that is written as zero is not an unknown part
		return Date{}, fault.New(fault.Invalid, "date.impossible", "%q does not exist in the calendar", s)
	}
	return d, nil
}

// Valid reports whether the parts that are known exist in the calendar.
func (d Date) Valid() bool {
	if d.Year == 0 {
		return d == Date{}
	}
	if d.Year < 0 || d.Year > 9999 || d.Month < 0 || d.Month > 12 || d.Day < 0 || (d.Day > 0 && d.Month == 0) {
		return false
	}
	if d.Day == 0 {
		return true
	}
	t := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
	return t.Day() == d.Day && int(t.Month()) == d.Month
}

// Known reports whether at least the year is known.
func (d Date) Known() bool { return d.Year != 0 }

// String gives EDTF, empty when unknown.
func (d Date) String() string {
	if d.Year == 0 {
		return ""
	}
	s := fmt.Sprintf("%04d", d.Year)
	if d.Month > 0 {
		s += fmt.Sprintf("-%02d", d.Month)
	}
	if d.Day > 0 {
		s += fmt.Sprintf("-%02d", d.Day)
	}
	if d.Approx {
		s += "~"
	}
	return s
}

// MarshalText gives EDTF.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads EDTF.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = Parse(string(b))
	return err
}

// AgeRange tells the youngest and the oldest age in whole years that a person born on d can have on the given day.
// An unknown date gives 0 and 150.
func (d Date) AgeRange(on time.Time) (youngest, oldest int) {
	if d.Year == 0 {
		return 0, 150
	}
	first := time.Date(d.Year, time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
	last := time.Date(d.Year, time.December, 31, 0, 0, 0, 0, time.UTC)
	switch {
	case d.Day > 0:
		last = first
	case d.Month > 0:
		last = first.AddDate(0, 1, -1)
	}
	if d.Approx {
		first, last = first.AddDate(-2, 0, 0), last.AddDate(2, 0, 0)
	}
	return max(age(last, on), 0), max(age(first, on), 0)
}

func age(born, on time.Time) int {
	years := on.Year() - born.Year()
	if on.Month() < born.Month() || (on.Month() == born.Month() && on.Day() < born.Day()) {
		years--
	}
	return years
}
