package web

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/text"
)

var (
	yearFirst = regexp.MustCompile(`^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$`)
	dayFirst  = regexp.MustCompile(`^(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})$`)
	age       = regexp.MustCompile(`^\d{1,3}$`)
)

// born reads what somebody knows about a birth: a date, a month, a year, or an age in years. A mark ~ or ؟ says "about".
func born(s string, now time.Time) (person.Birth, error) {
	b := person.Birth{Raw: strings.TrimSpace(s)}
	if b.Raw == "" {
		return person.Birth{}, nil
	}
	separated := strings.Join(strings.FieldsFunc(strings.NewReplacer("\u060d", "/", "٫", ".", "\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-").Replace(b.Raw), func(r rune) bool { return r == ' ' || r == '\t' }), "/")
	plain := strings.Trim(foldDigits(separated), "~?؟/")
	about := strings.ContainsAny(b.Raw, "~?؟")
	unreadable := &fault.Error{Kind: fault.Invalid, Rule: "birth.unreadable", Message: "the date of birth could not be read", Fields: []fault.Field{{Name: "born", Rule: "birth.unreadable", Value: b.Raw}}}
	switch {
	case age.MatchString(plain):
		n, _ := strconv.Atoi(plain)
		if n > 120 {
			return b, unreadable
		}
		b.Date, b.Method = civil.Date{Year: now.In(text.Zone).Year() - n, Approx: true}, civil.ByAge
	case yearFirst.MatchString(plain):
		m := yearFirst.FindStringSubmatch(plain)
		b.Date, b.Method = civilDate(m[1], m[2], m[3], about), civil.ByStatement
	case dayFirst.MatchString(plain):
		m := dayFirst.FindStringSubmatch(plain)
		b.Date, b.Method = civilDate(m[3], m[2], m[1], about), civil.ByStatement
	}
	if !b.Date.Known() || !b.Date.Valid() || b.Date.Year > now.Year() {
		return b, unreadable
	}
	return b, nil
}

func civilDate(year, month, day string, about bool) civil.Date {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	return civil.Date{Year: y, Month: m, Day: d, Approx: about}
}

// foldDigits turns digits of other scripts into 0-9 and leaves separators alone.
func foldDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' {
			return r
		}
		for _, f := range id.Fold(string(r)) {
			return f
		}
		return -1
	}, s)
}
