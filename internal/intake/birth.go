package intake

import (
	_ "embed" // the table of months
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"amana/internal/civil"
)

//go:embed months.tsv
var monthTable string

// months maps the folded names of months to 1-12, and to 0 those of other calendars.
var months = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for _, line := range table(monthTable) {
		n, _ := strconv.Atoi(line[0])
		for l := range strings.SplitSeq(line[1], "|") {
			m[spaced(fold(l))] = n
		}
	}
	return m
})

// reading is what was read from the text of a date or an age.
type reading struct {
	date   civil.Date
	method civil.Method
	rule   string // what is wrong with it or was assumed; empty when it is plain
}

// calendar is what reading a date depends on.
type calendar struct {
	asOf       time.Time // the day of the list: ages count from here and later dates are impossible
	date1904   bool      // serial numbers count from 1904, as in workbooks of old Macs
	monthFirst bool      // 4/5/1990 is 5 April
}

const earliestYear = 1900

var (
	clockTime = regexp.MustCompile(`[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(AM|PM|am|pm)?(Z|[+-]\d{2}:?\d{2})?$`)
	serial    = regexp.MustCompile(`^(\d{5})(\.\d+)?$`)
)

// birth reads a date as lists write it: ISO, day first, serial numbers of spreadsheets, names of months, a year alone, an age.
func (c calendar) birth(raw string) reading {
	text := strings.TrimSpace(clockTime.ReplaceAllString(digits(raw), ""))
	if m := serial.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		return c.checked(c.fromSerial(n), civil.ByStatement, "")
	}
	t := c.tokens(text)
	if t.other && len(t.numbers)+len(t.months) > 0 {
		return reading{rule: ruleBirthCalendar}
	}
	switch {
	case t.nothing:
		return reading{}
	case t.unreadable:
		return reading{rule: ruleBirthUnreadable}
	case len(t.numbers) == 1 && len(t.months) == 0 && t.numbers[0].len <= 3 && (t.age || t.ageMonths || t.approx):
		return c.fromAge(t)
	}
	d, rule := c.order(t)
	if rule == ruleBirthUnreadable || rule == ruleBirthCalendar {
		return reading{rule: rule}
	}
	d.Approx = d.Approx || t.approx
	return c.checked(d, civil.ByStatement, rule)
}

// age reads the text of an age: "35", "about 35", "35 years", "6 months", "30-35".
func (c calendar) age(raw string) reading {
	text := strings.TrimSpace(digits(raw))
	if whole, _, ok := strings.Cut(text, "."); ok && len(whole) <= 3 {
		text = whole
	}
	t := c.tokens(text)
	switch {
	case t.nothing:
		return reading{}
	case t.unreadable || t.other || len(t.months) > 0:
		return reading{rule: ruleAgeUnreadable}
	case len(t.numbers) == 2 && t.numbers[0].n < t.numbers[1].n && t.numbers[1].n <= 120:
		t.numbers = []number{{n: (t.numbers[0].n + t.numbers[1].n) / 2}}
		r := c.fromAge(t)
		r.rule = ruleAgeRange
		return r
	case len(t.numbers) == 1 && t.numbers[0].len == 4:
		// A year of birth in the column of ages says the same.
		return c.birth(raw)
	case len(t.numbers) != 1 || t.numbers[0].len > 3:
		return reading{rule: ruleAgeUnreadable}
	}
	return c.fromAge(t)
}

// fromAge turns an age into the year that is most likely: on average half a year has passed since the last birthday.
func (c calendar) fromAge(t tokens) reading {
	n := t.numbers[0].n
	if t.ageMonths {
		if n > 36 {
			return reading{rule: ruleAgeUnreadable}
		}
		return reading{date: civil.Date{Year: c.asOf.AddDate(0, -n, 0).Year(), Approx: true}, method: civil.ByAge}
	}
	if n > 120 {
		return reading{rule: ruleAgeImpossible}
	}
	return reading{date: civil.Date{Year: c.asOf.AddDate(-n, -6, 0).Year(), Approx: true}, method: civil.ByAge}
}

// order finds out which number is the day, the month and the year.
func (c calendar) order(t tokens) (civil.Date, string) {
	n := t.numbers
	if len(t.months) == 1 {
		return c.named(n, t.months[0])
	}
	switch len(n) {
	case 1:
		return c.single(n[0])
	case 2:
		return c.pair(n[0], n[1])
	case 3:
		return c.triple(n[0], n[1], n[2])
	}
	return civil.Date{}, ruleBirthUnreadable
}

func (c calendar) named(n []number, month int) (civil.Date, string) {
	switch len(n) {
	case 1:
		y, rule := c.year(n[0])
		return civil.Date{Year: y, Month: month}, rule
	case 2:
		if n[0].len == 4 {
			n[0], n[1] = n[1], n[0]
		}
		y, rule := c.year(n[1])
		return civil.Date{Year: y, Month: month, Day: n[0].n}, rule
	case 3:
		// "17 April (4) 1990": the month twice.
		if n[1].n == month {
			return c.named([]number{n[0], n[2]}, month)
		}
	}
	return civil.Date{}, ruleBirthUnreadable
}

func (c calendar) single(n number) (civil.Date, string) {
	switch n.len {
	case 4:
		y, rule := c.year(n)
		return civil.Date{Year: y}, rule
	case 8:
		if y := n.n / 10000; y >= earliestYear && y <= c.asOf.Year() {
			return civil.Date{Year: y, Month: n.n / 100 % 100, Day: n.n % 100}, ""
		}
		return civil.Date{Year: n.n % 10000, Month: n.n / 10000 % 100, Day: n.n / 1000000}, ""
	}
	return civil.Date{}, ruleBirthUnreadable
}

func (c calendar) pair(a, b number) (civil.Date, string) {
	if a.len != 4 {
		a, b = b, a
	}
	switch {
	case a.len != 4:
		return civil.Date{}, ruleBirthUnreadable
	case b.len == 4 && b.n-a.n <= 2 && b.n-a.n >= -2:
		// "1990-1991": civil.Date's "about" reaches two years either way.
		y, rule := c.year(a)
		return civil.Date{Year: y, Approx: true}, rule
	case b.len > 2:
		return civil.Date{}, ruleBirthUnreadable
	}
	y, rule := c.year(a)
	return civil.Date{Year: y, Month: b.n}, rule
}

func (c calendar) triple(a, b, d number) (civil.Date, string) {
	switch {
	case a.len == 4 || a.len == 2 && a.n > 31:
		y, rule := c.year(a)
		if b.n > 12 && d.n <= 12 {
			b, d = d, b // 1990/17/04, as a right-to-left cell may turn it
		}
		return civil.Date{Year: y, Month: b.n, Day: d.n}, rule
	case d.len == 4 || d.len == 2:
		y, rule := c.year(d)
		switch {
		case c.monthFirst && a.n <= 12:
			a, b = b, a
		case !c.monthFirst && b.n > 12 && b.n <= 31 && a.n <= 12:
			a, b = b, a
			if rule == "" {
				rule = ruleBirthMonthFirst
			}
		}
		return civil.Date{Year: y, Month: b.n, Day: a.n}, rule
	}
	return civil.Date{}, ruleBirthUnreadable
}

// year gives the four digits of a year; of two digits it takes the century that makes the person young and the date past.
func (c calendar) year(n number) (int, string) {
	switch {
	case n.len == 4 && (n.n >= 1300 && n.n <= 1500 || n.n >= 2690 && n.n <= 2740):
		// Islamic, Iranian and Kurdish years cannot be told apart or converted without the calendar's name.
		return 0, ruleBirthCalendar
	case n.len == 4:
		return n.n, ""
	case n.len == 2:
		if y := 2000 + n.n; y <= c.asOf.Year() {
			return y, ruleBirthCentury
		}
		return 1900 + n.n, ruleBirthCentury
	}
	return 0, ruleBirthUnreadable
}

// checked refuses what cannot be: days that do not exist, years before 1900, the future.
func (c calendar) checked(d civil.Date, method civil.Method, rule string) reading {
	if d.Month == 0 {
		d.Day = 0 // 00/00/1990 is how forms write a year alone
	}
	first := time.Date(d.Year, time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
	if d.Year < earliestYear || !d.Valid() || first.After(c.asOf) {
		return reading{rule: ruleBirthImpossible}
	}
	if d.Month == 1 && d.Day == 1 {
		method = civil.Assigned
	}
	return reading{date: d, method: method, rule: rule}
}

// fromSerial turns a spreadsheet's day number into a date; 1900 is wrongly a leap year there, so days before March 1900 are off by one.
func (c calendar) fromSerial(n int) civil.Date {
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if c.date1904 {
		day = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	y, m, d := day.AddDate(0, 0, n).Date()
	return civil.Date{Year: y, Month: int(m), Day: d}
}

type number struct{ n, len int }

// tokens is the text of a date taken apart.
type tokens struct {
	numbers                       []number
	months                        []int
	approx, age, ageMonths, other bool
	nothing, unreadable           bool
}

func (c calendar) tokens(text string) (t tokens) {
	f := spaced(fold(text))
	if f == "" || is("unknown", fold(text)) {
		t.nothing = true
		return t
	}
	t.approx = strings.ContainsAny(text, "~≈±?؟")
	words := strings.Fields(f)
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w[0] >= '0' && w[0] <= '9' {
			if len(w) > 8 {
				t.unreadable = true
				return t
			}
			n, _ := strconv.Atoi(w)
			t.numbers = append(t.numbers, number{n, len(w)})
			continue
		}
		if i+1 < len(words) {
			if m, ok := months()[w+" "+words[i+1]]; ok {
				t.month(m)
				i++
				continue
			}
		}
		m, ok := months()[w]
		switch {
		case ok:
			t.month(m)
		case is("age_months", w):
			t.ageMonths = true
		case is("approx", w):
			t.approx = true
		case is("other_calendar", w):
			t.other = true
		case is("age", w):
			t.age = true
		case is("birth_noise", w):
		default:
			t.unreadable = true
		}
	}
	t.unreadable = t.unreadable || len(t.numbers) == 0 && len(t.months) == 0
	if len(t.numbers) == 3 && allZero(t.numbers) {
		t.nothing, t.unreadable = true, false // 00/00/0000
	}
	return t
}

// month notes the month, once when it is written in two languages ("آذار / مارس").
func (t *tokens) month(m int) {
	if m == 0 {
		t.other = true
	}
	for _, known := range t.months {
		if known == m {
			return
		}
	}
	t.months = append(t.months, m)
}

func allZero(list []number) bool {
	for _, n := range list {
		if n.n != 0 {
			return false
		}
	}
	return true
}

// spaced parts letters from digits: 17apr1990 becomes 17 apr 1990.
func spaced(folded string) string {
	var b strings.Builder
	last := ' '
	for _, r := range folded {
		if unicode.IsDigit(last) != unicode.IsDigit(r) && last != ' ' && r != ' ' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// captured reads the date of capture, where an age or a mere "about" makes no sense of its own.
func (c calendar) captured(raw string) (civil.Date, string) {
	r := c.birth(raw)
	if r.method == civil.ByAge {
		return civil.Date{}, ruleCaptureUnreadable
	}
	switch r.rule {
	case ruleBirthUnreadable, ruleBirthCalendar, ruleAgeUnreadable, ruleAgeImpossible:
		return civil.Date{}, ruleCaptureUnreadable
	case ruleBirthImpossible:
		return civil.Date{}, ruleCaptureImpossible
	}
	return r.date, ""
}
