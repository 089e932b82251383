package intake

import (
	_ "embed" // the table of headings
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed headings.tsv
var headingTable string

// headings is what a column can be called: whole folded headings, the same without articles and small words, and the
// words of which each makes a heading match only as a whole.
type headings struct {
	exact, stems map[string]Field
	whole        map[string]bool
}

var known = sync.OnceValue(func() headings {
	h := headings{map[string]Field{}, map[string]Field{}, map[string]bool{}}
	for _, line := range table(headingTable) {
		for name := range strings.SplitSeq(line[1], "|") {
			f := fold(name)
			if line[0] == "-" {
				h.whole[f] = true
				continue
			}
			h.exact[f] = Field(line[0])
			if s := stem(f); s != "" {
				h.stems[s] = Field(line[0])
			}
		}
	}
	return h
})

var small = map[string]bool{"of": true, "the": true, "no": true, "number": true, "de": true, "du": true, "la": true, "le": true, "des": true, "رقم": true, "and": true}

// stem drops articles and small words; what is left of "رقم الهوية" and "هوية" is the same.
func stem(f string) string {
	words := strings.Fields(bare(f))
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return small[w] })
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, " ")
}

// accepted is the least confidence at which a heading is taken for a field.
const accepted = 0.6

// heading guesses what a column is from what stands over it, with a confidence of 0 to 1.
func heading(text string) (Field, float64) {
	f := fold(shorten(text, 120))
	if f == "" {
		return "", 0
	}
	k := known()
	if field, ok := k.exact[f]; ok {
		return field, 1
	}
	// "Full Name / الاسم الكامل", "الاسم الكامل (رباعي)": one heading in two languages, or with a remark.
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/|()[]:\n\\-–،,*", r) })
	best, confidence := Field(""), 0.0
	for i, part := range parts {
		p := fold(part)
		field, ok := k.exact[p]
		c := 0.95
		if i > 0 {
			c = 0.9
		}
		if utf8.RuneCountInString(p) < 2 {
			c -= 0.2 // one letter inside a longer heading says little
		}
		// A part that is more than the bare "name" settles what kind of name it is.
		if ok && (c > confidence || best == fieldNameGeneric || best == fieldNameOrSurname) && !(best != "" && (field == fieldNameGeneric || field == fieldNameOrSurname)) {
			best, confidence = field, c
		}
	}
	if best != "" {
		return best, confidence
	}
	s := stem(f)
	if field, ok := k.stems[s]; ok {
		return field, 0.85
	}
	return within(k, f, s)
}

// within looks for the longest known heading among the words of a longer one.
func within(k headings, f, s string) (Field, float64) {
	for w := range strings.FieldsSeq(f) {
		if k.whole[w] {
			return "", 0
		}
	}
	words := strings.Fields(s)
	if len(words) > 8 {
		return "", 0
	}
	for n := len(words) - 1; n > 0; n-- {
		for i := 0; i+n <= len(words); i++ {
			sub := strings.Join(words[i:i+n], " ")
			if field, ok := k.stems[sub]; ok && utf8.RuneCountInString(sub) >= 3 {
				return field, 0.5 + 0.3*float64(len(sub))/float64(len(s))
			}
		}
	}
	return "", 0
}
