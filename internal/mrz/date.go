package mrz

import (
	"time"

	"amana/internal/civil"
)

// window is within how many years of the day of reading, before and after, a document expires.
const window = 50

// date reads YYMMDD, of which a part may be fillers or zeros and is then unknown (part 3 section 4.8). The year is the last
// one up to latest. ok is false for what no calendar has; a date without its year is unknown.
func date(text []byte, latest int) (d civil.Date, ok bool) {
	year, month, day := two(text[:2]), two(text[2:4]), two(text[4:])
	if year == unreadable || month == unreadable || day == unreadable {
		return civil.Date{}, false
	}
	if year == unknown {
		return civil.Date{}, true
	}
	d = civil.Date{Year: latest - (latest-year)%100, Month: max(month, 0)}
	if d.Month > 0 {
		d.Day = max(day, 0)
	}
	if latest < 100 || !d.Valid() {
		return civil.Date{}, false
	}
	return d, true
}

// What two characters may be instead of a number.
const (
	unknown    = -1
	unreadable = -2
)

// two reads two digits, or two fillers.
func two(c []byte) int {
	switch {
	case c[0] == filler && c[1] == filler:
		return unknown
	case c[0] < '0' || c[0] > '9' || c[1] < '0' || c[1] > '9':
		return unreadable
	}
	return int(c[0]-'0')*10 + int(c[1]-'0')
}

// after reports whether every day that d can be is later than the day on.
func after(d civil.Date, on time.Time) bool {
	y, m, day := on.Date()
	switch {
	case d.Year != y || d.Month == 0:
		return d.Year > y
	case d.Month != int(m) || d.Day == 0:
		return d.Month > int(m)
	}
	return d.Day > day
}
