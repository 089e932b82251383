package planfile

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"amana/internal/person"
	"amana/internal/planning"
)

// maxNumber bounds counts of people and places in one row.
const maxNumber = 1_000_000

// id reads a cell that must name something, and not by a word that is reserved.
func (t *table) id(column string) string {
	s := t.get(column)
	switch {
	case s == "" && !t.bad:
		t.reject(column, "id.missing")
	case strings.HasPrefix(s, groupOf):
		t.reject(column, "id.reserved")
	}
	return s
}

// one reads a cell that is one of a few words.
func one[T any](t *table, column, rule string, words map[string]T) T {
	v, known := words[t.get(column)]
	if !known {
		t.reject(column, rule)
	}
	return v
}

var (
	sexes  = map[string]person.Sex{"M": person.Male, "F": person.Female}
	sexesU = map[string]person.Sex{"M": person.Male, "F": person.Female, "U": person.SexUnknown}
	legals = map[string]planning.Legal{
		"untried": planning.Untried, "convicted": planning.Convicted, "repatriation": planning.Repatriation,
	}
	legalsAny = map[string]planning.Legal{
		"untried": planning.Untried, "convicted": planning.Convicted, "repatriation": planning.Repatriation, "any": planning.AnyLegal,
	}
	levels = map[string]int{"1": 1, "2": 2, "3": 3}
	yes    = map[string]bool{"1": true, "0": false, "": false}
	scopes = map[string]planning.Scope{"cell": planning.ApartCell, "block": planning.ApartBlock, "prison": planning.ApartPrison}
)

// count reads a number of people or places; -1 when it is bad.
func (t *table) count(column string) int {
	n, err := strconv.Atoi(t.get(column))
	switch {
	case err != nil:
		t.reject(column, "number.unreadable")
	case n < 0:
		t.reject(column, "number.negative")
	case n > maxNumber:
		t.reject(column, "number.too_large")
	default:
		return n
	}
	return -1
}

// degrees reads an angle of at most so many degrees to either side.
func (t *table) degrees(column string, most float64) float64 {
	v, err := strconv.ParseFloat(t.get(column), 64)
	switch {
	case err != nil || math.IsNaN(v):
		t.reject(column, "number.unreadable")
	case math.Abs(v) > most:
		t.reject(column, "degrees.range")
	default:
		return v
	}
	return 0
}

// oldest is more than anybody has reached.
const oldest = 130

func (t *table) age() int {
	s := t.get("age")
	if s == "" {
		return planning.AgeUnknown
	}
	n, err := strconv.Atoi(s)
	switch {
	case err != nil:
		t.reject("age", "age.unreadable")
	case n < 0 || n > oldest:
		t.reject("age", "age.impossible")
	default:
		return n
	}
	return planning.AgeUnknown
}

// nationality reads three capital letters, X, or nothing.
func (t *table) nationality() string {
	s := t.get("nationality")
	if s != "" && s != "X" && !alpha3(s) {
		t.reject("nationality", "nationality.malformed")
	}
	return s
}

func alpha3(s string) bool {
	return len(s) == 3 && !strings.ContainsFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' })
}

// language gives a language as BCP 47 writes it, so that one language has one name; ara is ar.
func (r *reading) language(t *table, column, s string) string {
	if s == "" {
		return ""
	}
	if known, is := r.languages[s]; is {
		return known
	}
	tag, err := language.Parse(s)
	if err != nil {
		t.reject(column, "language.unknown")
		return ""
	}
	r.languages[strings.Clone(s)] = tag.String()
	return tag.String()
}
