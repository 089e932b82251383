package watchlist

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"amana/internal/civil"
)

// How a mapping says that a list orders dates that are digits alone. A date that begins with a year of four digits needs none.
const (
	dayFirst   = "dmy"
	monthFirst = "mdy"
)

// maxSpan is the most years that a text may lie between.
const maxSpan = 60

// readDates reads a date as lists write it: 1990-04-17, 17 Apr 1990, April 1990, 17/04/1990, 1990, circa 1990, 1990 or 1991,
// between 1985 and 1990. ok is false for everything else, and for 03/04/1990 when no order is given.
func readDates(text, order string) (dates []civil.Date, ok bool) {
	if len(text) > 200 {
		return nil, false
	}
	for one := range strings.SplitSeq(strings.ToLower(text), " or ") {
		some, ok := readDate(one, order)
		if !ok {
			return nil, false
		}
		dates = union(dates, some)
	}
	return dates, true
}

// between are the words around two years, roughly those around a date that is not exact.
var (
	between = map[string]bool{"between": true, "and": true, "to": true, "from": true}
	roughly = map[string]bool{"circa": true, "c": true, "ca": true, "about": true, "approximately": true, "approx": true, "around": true}
)

// readDate reads one date, or two years with everything between them.
func readDate(text, order string) (dates []civil.Date, ok bool) {
	if before, _, found := strings.Cut(text, "t"); found && isDay(before) {
		text = before // 1990-04-17T00:00:00Z
	} else if len(text) > 10 && isDay(text[:10]) && strings.ContainsAny(text[10:11], "+-z") {
		text = text[:10] // xs:date with a zone, 1990-04-17-04:00
	}
	var d civil.Date
	var numbers []string
	d.Approx = strings.ContainsRune(text, '~')
	span := false
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && (r < '0' || r > '9') }) {
		m, isMonth := monthNamed(word)
		switch {
		case word[0] >= '0' && word[0] <= '9':
			numbers = append(numbers, word)
		case roughly[word]:
			d.Approx = true
		case between[word]:
			span = true
		case isMonth && d.Month == 0:
			d.Month = m
		default:
			return nil, false
		}
	}
	if len(numbers) == 2 && d.Month == 0 && (span || len(numbers[0])+len(numbers[1]) == 8) {
		return years(numbers[0], numbers[1])
	}
	if span || !arrange(&d, numbers, order) || !d.Valid() || d.Year < 1800 {
		return nil, false
	}
	return []civil.Date{d}, true
}

// isDay reports whether a text is of the form 1990-04-17.
func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// monthNamed gives the month of an English name or its beginning of three letters or more.
func monthNamed(word string) (month int, ok bool) {
	if len(word) < 3 {
		return 0, false
	}
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), word) || m == time.September && word == "sept" {
			return int(m), true
		}
	}
	return 0, false
}

// arrange sets the numbers of a date into it; its month is set already when it is a word. Zeros are unknown parts.
func arrange(d *civil.Date, numbers []string, order string) bool {
	n := make([]int, len(numbers))
	year := -1
	for i, text := range numbers {
		v, err := strconv.Atoi(text)
		if err != nil || len(text) > 2 && len(text) != 4 {
			return false
		}
		if n[i] = v; len(text) == 4 {
			if year >= 0 {
				return false
			}
			year = i
		}
	}
	if year < 0 {
		return false
	}
	d.Year = n[year]
	rest := append(n[:year:year], n[year+1:]...)
	named := d.Month > 0
	switch {
	case len(rest) == 0:
	case len(rest) == 1 && named:
		d.Day = rest[0]
	case len(rest) == 1:
		d.Month = rest[0]
	case len(rest) == 2 && !named:
		first, second := rest[0], rest[1]
		switch {
		case year == 0: // 1990-04-17
			d.Month, d.Day = first, second
		case year == 1:
			return false
		case order == dayFirst || order == "" && (first > 12 || first == second):
			d.Month, d.Day = second, first
		case order == monthFirst || order == "" && second > 12:
			d.Month, d.Day = first, second
		default:
			return false
		}
	default:
		return false
	}
	if d.Month == 0 {
		d.Day = 0
	}
	return true
}

// years gives dates that cover the years from one to another, each by "about", which covers two years to either side.
func years(from, to string) (dates []civil.Date, ok bool) {
	a, errA := strconv.Atoi(from)
	b, errB := strconv.Atoi(to)
	if errA != nil || errB != nil || len(from) != 4 || len(to) != 4 || a < 1800 || b < a || b-a > maxSpan {
		return nil, false
	}
	if a == b {
		return []civil.Date{{Year: a}}, true
	}
	for ; a <= b; a += 5 {
		last := min(a+4, b)
		dates = append(dates, civil.Date{Year: (a + last) / 2, Approx: true})
	}
	return dates, true
}
