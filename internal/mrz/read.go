package mrz

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"amana/internal/fault"
	"amana/internal/person"
)

// reading is a zone that is being read from the lines of a layout.
type reading struct {
	*layout
	lines [][]byte
	zone  *Zone
}

// read takes the lines, each as wide as the layout, for a zone. It changes the lines where it corrects.
func (l *layout) read(lines [][]byte, on time.Time) *Zone {
	z := &Zone{Format: l.format, Unchecked: []string{FieldType, FieldIssuer, FieldName, FieldNationality, FieldSex}}
	if len(l.composite) == 0 {
		z.Unchecked = append(z.Unchecked, FieldOptional)
	}
	r := &reading{layout: l, lines: lines, zone: z}
	z.Type = r.documentCode()
	z.Issuer = r.code(FieldIssuer, l.issuer)
	r.name()
	r.number()
	z.Nationality = r.code(FieldNationality, l.nationality)
	r.dates(on)
	r.sex()
	r.optional()
	r.compose()
	for _, line := range lines {
		z.Lines = append(z.Lines, string(line))
	}
	return z
}

func (r *reading) at(s span) []byte { return r.lines[s.line][s.from:s.to] }

// digitOf is the place of the check digit that follows a field.
func digitOf(s span) span { return span{s.line, s.to, s.to + 1} }

// written is the text of a field: without the fillers at its end, and with blanks for those inside.
func written(field []byte) string {
	return string(bytes.ReplaceAll(bytes.TrimRight(field, "<"), []byte{filler}, []byte{' '}))
}

func (r *reading) problem(field string, line int, rule, value string) {
	r.zone.Problems = append(r.zone.Problems, fault.Field{Name: field, Row: line + 1, Rule: rule, Value: value})
}

// put writes the corrected characters of a field.
func (r *reading) put(field string, s span, to []byte) {
	for i, c := range r.at(s) {
		if c != to[i] {
			r.zone.Corrections = append(r.zone.Corrections, Correction{
				Field: field, Line: s.line + 1, Column: s.from + i + 1, From: string(c), To: string(to[i]),
			})
		}
	}
	copy(r.at(s), to)
}

// documentCode reads the first two characters. A, C and I stand for cards, P for passports, V for visas.
func (r *reading) documentCode() string {
	code := written(r.lines[0][:2])
	first, kinds := r.lines[0][0], "AIC"
	switch {
	case r.visa():
		kinds = "V"
	case r.format == TD3:
		kinds = "P"
	}
	if !strings.ContainsRune(kinds, rune(first)) {
		r.problem(FieldType, 0, RuleType, code)
	}
	return code
}

// code reads the code of a state or organisation. A digit for a letter is corrected when that makes a known code.
func (r *reading) code(field string, s span) string {
	if fixed := letters(r.at(s)); known(written(fixed)) {
		r.put(field, s, fixed)
	}
	code := written(r.at(s))
	if !known(code) {
		r.problem(field, s.line, RuleCode, code)
	}
	return code
}

// name parts the name at the first two fillers. Part 3 section 4.6: primary identifier, two fillers, secondary identifier.
func (r *reading) name() {
	s, z := r.layout.name, r.zone
	r.put(FieldName, s, letters(r.at(s)))
	text := string(r.at(s))
	z.Truncated = text[len(text)-1] != filler
	primary, secondary, _ := strings.Cut(strings.TrimRight(text, "<"), "<<")
	z.Surname, z.GivenNames = written([]byte(primary)), strings.Join(strings.FieldsFunc(secondary, func(c rune) bool { return c == filler }), " ")
	if primary == "" || strings.Contains(secondary, "<<") || strings.HasPrefix(secondary, "<") || strings.ContainsAny(text, "0123456789") {
		r.problem(FieldName, s.line, RuleName, strings.TrimRight(text, "<"))
	}
}

// number reads the number of the document, and its end among the optional data when a filler stands for the check digit: a
// number of more than nine characters goes on there, followed by its check digit and a filler, and the filler between its parts
// does not count (part 5 section 4.2.4).
func (r *reading) number() {
	s, z := r.layout.number, r.zone
	digit := digitOf(s)
	tail := r.tail()
	if tail.to == tail.from {
		z.Number = written(r.at(s))
		r.check(FieldNumber, r.at(s), digit)
		return
	}
	whole := append(bytes.Clone(r.at(s)), r.at(tail)...)
	z.Number = written(whole)
	r.check(FieldNumber, whole, digitOf(tail))
}

// tail is the part of a long number that stands in the optional data, empty when the number is not long.
func (r *reading) tail() span {
	number := r.layout.number
	if !r.long || r.at(digitOf(number))[0] != filler || r.lines[number.line][number.to-1] == filler {
		return span{}
	}
	s := r.layout.optional[0]
	end := bytes.IndexByte(r.at(s), filler) - 1 // of the part; the check digit stands between it and the filler
	if end < 1 {
		return span{}
	}
	return span{s.line, s.from, s.from + end}
}

// dates reads birth and expiry, and sets both into their centuries.
func (r *reading) dates(on time.Time) {
	z := r.zone
	r.digits(FieldBirth, r.layout.birth)
	r.digits(FieldExpiry, r.layout.expiry)
	z.BirthText = string(r.at(r.layout.birth))
	birth, ok := date(r.at(r.layout.birth), on.Year())
	if !ok {
		r.problem(FieldBirth, r.layout.birth.line, RuleDate, z.BirthText)
	}
	expiry, ok := date(r.at(r.layout.expiry), on.Year()+window-1)
	if !ok {
		r.problem(FieldExpiry, r.layout.expiry.line, RuleDate, string(r.at(r.layout.expiry)))
	}
	if after(birth, on) {
		birth.Year -= 100
	}
	if birth.Known() && expiry.Known() && expiry.Year < birth.Year { // no document expires before its holder is born
		birth.Year -= 100
	}
	z.Birth, z.Expiry = birth, expiry
}

// digits corrects a field of digits and reads its check digit.
func (r *reading) digits(field string, s span) {
	data, digit := numeral(r.at(s)), numeral(r.at(digitOf(s)))[0]
	if len(bytes.Trim(data, "0123456789<")) == 0 && fits(data, digit) {
		r.put(field, s, data)
	}
	r.check(field, r.at(s), digitOf(s))
}

// check compares a check digit with what the data asks for. A letter in its place is corrected when that makes it right.
func (r *reading) check(field string, data []byte, at span) {
	if fixed := numeral(r.at(at)); fits(data, fixed[0]) {
		r.put(field, at, fixed)
	}
	found := r.at(at)[0]
	c := Check{Field: field, Expected: string(checkDigit(data)), Found: string(found), OK: fits(data, found)}
	if r.zone.Checks = append(r.zone.Checks, c); !c.OK {
		r.problem(field, at.line, RuleCheckDigit, c.Found)
	}
}

func (r *reading) sex() {
	s := r.layout.sex
	switch c := r.at(s)[0]; c {
	case 'M':
		r.zone.Sex = person.Male
	case 'F':
		r.zone.Sex = person.Female
	case filler, 'X':
	default:
		r.problem(FieldSex, s.line, RuleSex, string(c))
	}
}

func (r *reading) optional() {
	for i, s := range r.layout.optional {
		if r.ownDigit {
			r.check(FieldOptional, r.at(s), digitOf(s))
		}
		if tail := r.tail(); i == 0 && tail.to > 0 {
			s.from = tail.to + 2 // behind the number, its check digit and the filler
		}
		r.zone.Optional = append(r.zone.Optional, written(r.at(s)))
	}
}

// compose reads the composite check digit, which stands at the end of the second line.
func (r *reading) compose() {
	if len(r.composite) == 0 {
		return
	}
	var all []byte
	for _, s := range r.composite {
		all = append(all, r.at(s)...)
	}
	r.check(FieldComposite, all, span{1, r.width - 1, r.width})
}

// weights of part 3 section 4.9.
var weights = [3]int{7, 3, 1}

// checkDigit computes the check digit of part 3 section 4.9: digits count as themselves, letters as 10 to 35, a filler as 0.
func checkDigit(data []byte) byte {
	sum := 0
	for i, c := range data {
		v := 0
		switch {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * weights[i%3]
	}
	return byte('0' + sum%10)
}

// fits reports whether digit is the check digit of data. A filler may stand for the 0 of a field that is empty.
func fits(data []byte, digit byte) bool {
	return digit == checkDigit(data) || digit == filler && len(bytes.Trim(data, "<")) == 0
}

// The characters that machines confuse.
const (
	asLetters = "OIZSGB"
	asDigits  = "012568"
)

// letters gives the field with the letters that its digits look like, numeral the other way.
func letters(field []byte) []byte { return exchange(field, asDigits, asLetters) }
func numeral(field []byte) []byte { return exchange(field, asLetters, asDigits) }

func exchange(field []byte, from, to string) []byte {
	field = slices.Clone(field)
	for i, c := range field {
		if at := strings.IndexByte(from, c); at >= 0 {
			field[i] = to[at]
		}
	}
	return field
}
