package mrz

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"amana/internal/fault"
)

// filler stands for a blank, a sign, or nothing.
const filler = '<'

// span is a field: columns from and to (half open) of a line, counted from 0. The check digit of a field follows it.
type span struct{ line, from, to int }

// layout is where the fields of a format stand.
type layout struct {
	format       Format
	lines, width int
	open         []int // the lines that end in filler, as a rule, so that their length can be mended
	issuer       span
	name         span
	number       span
	nationality  span
	birth        span
	sex          span
	expiry       span
	optional     []span
	ownDigit     bool   // the optional data has a check digit of its own
	long         bool   // a long number goes on in the optional data (parts 5 and 6, section 4.2.2, note j)
	composite    []span // what the composite check digit covers, itself in the last column of line 1; empty when there is none
}

// layouts follow Doc 9303: the data structures and check digits of section 4.2 in part 4 (TD3), part 5 (TD1) and part 6 (TD2),
// and those of both visas in part 7.
var layouts = []layout{
	{
		format: TD3, lines: 2, width: 44, open: []int{0},
		issuer: span{0, 2, 5}, name: span{0, 5, 44},
		number: span{1, 0, 9}, nationality: span{1, 10, 13}, birth: span{1, 13, 19}, sex: span{1, 20, 21}, expiry: span{1, 21, 27},
		optional: []span{{1, 28, 42}}, ownDigit: true,
		composite: []span{{1, 0, 10}, {1, 13, 20}, {1, 21, 43}},
	},
	{
		format: TD1, lines: 3, width: 30, open: []int{0, 2},
		issuer: span{0, 2, 5}, name: span{2, 0, 30},
		number: span{0, 5, 14}, nationality: span{1, 15, 18}, birth: span{1, 0, 6}, sex: span{1, 7, 8}, expiry: span{1, 8, 14},
		optional: []span{{0, 15, 30}, {1, 18, 29}}, long: true,
		composite: []span{{0, 5, 30}, {1, 0, 7}, {1, 8, 15}, {1, 18, 29}},
	},
	{
		format: TD2, lines: 2, width: 36, open: []int{0},
		issuer: span{0, 2, 5}, name: span{0, 5, 36},
		number: span{1, 0, 9}, nationality: span{1, 10, 13}, birth: span{1, 13, 19}, sex: span{1, 20, 21}, expiry: span{1, 21, 27},
		optional: []span{{1, 28, 35}}, long: true,
		composite: []span{{1, 0, 10}, {1, 13, 20}, {1, 21, 35}},
	},
	{
		format: MRVA, lines: 2, width: 44, open: []int{0, 1},
		issuer: span{0, 2, 5}, name: span{0, 5, 44},
		number: span{1, 0, 9}, nationality: span{1, 10, 13}, birth: span{1, 13, 19}, sex: span{1, 20, 21}, expiry: span{1, 21, 27},
		optional: []span{{1, 28, 44}},
	},
	{
		format: MRVB, lines: 2, width: 36, open: []int{0, 1},
		issuer: span{0, 2, 5}, name: span{0, 5, 36},
		number: span{1, 0, 9}, nationality: span{1, 10, 13}, birth: span{1, 13, 19}, sex: span{1, 20, 21}, expiry: span{1, 21, 27},
		optional: []span{{1, 28, 36}},
	},
}

// visa reports whether the documents of the format are those whose code begins with V.
func (l *layout) visa() bool { return l.format == MRVA || l.format == MRVB }

// row is one line of the text: its characters that belong to a zone, and its number in the text.
type row struct {
	text   string
	number int
}

// digitZero are the zeros of the digits that people type: Latin, Arabic, and those of Persian and Kurdish keyboards.
var digitZero = []rune{'0', '٠', '۰'}

// clean gives the lines with the characters of a zone, upper case, without blanks and marks of direction.
func clean(text string) ([]row, error) {
	var rows []row
	wrong := fault.New(fault.Invalid, RuleCharacter, "a zone has only the letters A to Z, digits and <")
	fillers, number := 0, 0
	for line := range strings.SplitSeq(ends.Replace(text), "\n") {
		number++
		var b strings.Builder
		column := 0
		for _, r := range line {
			column++
			switch r = plain(r); {
			case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
				b.WriteRune(r)
			case r == filler || r == '‹':
				fillers++
				b.WriteByte(filler)
			case r == '«':
				fillers++
				b.WriteString("<<")
			case unicode.IsSpace(r) || unicode.Is(unicode.Cf, r):
			default:
				wrong.Fields = append(wrong.Fields, fault.Field{
					Name: fmt.Sprintf("column %d", column), Row: number, Rule: RuleCharacter, Value: string(r),
				})
			}
		}
		if b.Len() > 0 {
			rows = append(rows, row{b.String(), number})
		}
	}
	switch {
	case fillers == 0:
		return nil, fault.New(fault.Invalid, RuleNoFiller, "there is no < in the text: it is not the zone of a document")
	case len(wrong.Fields) > maxWrong:
		wrong.Fields = wrong.Fields[:maxWrong]
		return nil, wrong
	case len(wrong.Fields) > 0:
		return nil, wrong
	}
	return rows, nil
}

// maxWrong is how many wrong characters are named.
const maxWrong = 20

// ends makes one of the ends of lines that scanners and systems send.
var ends = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// plain gives the upper case, and the Latin form of a digit.
func plain(r rune) rune {
	for _, zero := range digitZero {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return unicode.ToUpper(r)
}

// draft is a way in which rows make the lines of a format.
type draft struct {
	lines  [][]byte
	mended int // fillers added or taken
}

// fit gives the ways in which the rows make the lines of the format: with the fillers mended at the end of a line where that
// is needed, or all in one and cut anew.
func (l *layout) fit(rows []row) []draft {
	if visa := strings.HasPrefix(rows[0].text, "V"); visa != l.visa() {
		return nil
	}
	var drafts []draft
	if d, ok := l.mend(rows); ok {
		drafts = append(drafts, d)
	}
	var all []byte
	for _, r := range rows {
		all = append(all, r.text...)
	}
	if len(all) == l.lines*l.width {
		drafts = append(drafts, draft{lines: slices.Collect(slices.Chunk(all, l.width))})
	}
	return drafts
}

// mend brings each row to the width of the format by adding or taking fillers at the end of open lines, if it can.
func (l *layout) mend(rows []row) (d draft, ok bool) {
	if len(rows) != l.lines {
		return d, false
	}
	for i, r := range rows {
		text := r.text
		if len(text) > l.width {
			text = text[:l.width] + strings.TrimRight(text[l.width:], "<")
		}
		if len(text) > l.width || len(text) < l.width && !slices.Contains(l.open, i) {
			return d, false
		}
		line := bytes.Repeat([]byte{filler}, l.width)
		copy(line, text)
		d.lines = append(d.lines, line)
		d.mended += max(len(r.text)-l.width, l.width-len(r.text))
	}
	return d, true
}

// misfit names the length of every row.
func misfit(rows []row) error {
	f := fault.New(fault.Invalid, RuleLength, "the lines fit no format: a zone has 3 lines of 30, 2 of 36 or 2 of 44 characters")
	for _, r := range rows {
		if len(f.Fields) == maxWrong {
			break
		}
		f.Fields = append(f.Fields, fault.Field{Name: "line", Row: r.number, Rule: RuleLength, Value: strconv.Itoa(len(r.text))})
	}
	return f
}
