package intake

import (
	"strings"

	"amana/internal/person"
)

// sexOf reads a label of sex in the languages of the sources, or an ISO 5218 code.
// ok is false when something is written that is not understood.
func sexOf(label string) (sex person.Sex, ok bool) {
	f := fold(label)
	known := labels()["sex"]
	v, ok := known[f]
	if !ok {
		// "male adult", "ذكر بالغ": the first word says it.
		first, _, _ := strings.Cut(f, " ")
		if len([]rune(first)) > 1 {
			v, ok = known[first]
		}
	}
	if !ok {
		return person.SexUnknown, f == "" || is("unknown", f)
	}
	switch v {
	case "1":
		return person.Male, true
	case "2":
		return person.Female, true
	case "9":
		return person.SexOther, true
	}
	return person.SexUnknown, true
}
