package intake

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"amana/internal/fault"
)

// tidy makes the cells of a line fit to be read: valid text without control characters, not too long and not too many.
func (r *reader) tidy(sheet string, ln *line) {
	if len(ln.cells) > maxColumns {
		if !blankLine(ln.cells[maxColumns:]) {
			r.note(Problem{Sheet: sheet, Row: ln.no, Rule: ruleRowTooWide})
		}
		ln.cells = ln.cells[:maxColumns]
	}
	for i, c := range ln.cells {
		if c == "" {
			continue
		}
		wrong := func(rule string) { r.note(Problem{Sheet: sheet, Row: ln.no, Column: letters(i), Rule: rule, Value: c}) }
		if len(c) > maxCell {
			if s := shorten(c, maxCell); len(s) < len(c) {
				c = s
				wrong(ruleCellTooLong)
			}
		}
		if !utf8.ValidString(c) {
			c = strings.ToValidUTF8(c, "\ufffd")
		}
		if strings.ContainsRune(c, utf8.RuneError) {
			wrong(ruleCellEncoding)
		}
		c, dropped := clean(c)
		if dropped {
			wrong(ruleCellControl)
		}
		if c != "" && c[0] == '#' && formulaError[c] {
			wrong(ruleCellFormula)
			c = ""
		}
		ln.cells[i] = c
	}
}

var formulaError = map[string]bool{
	"#N/A": true, "#REF!": true, "#VALUE!": true, "#NAME?": true, "#DIV/0!": true, "#NUM!": true, "#NULL!": true, "#SPILL!": true, "#CALC!": true,
}

// list is one sheet while it is read.
type list struct {
	*reader
	sheet  string
	adult  bool // the list calls itself one of adults
	out    Sheet
	layout layout
	listed bool
	extra  []string // the name of each column as extra text
	titles int      // lines with writing on a sheet without a header
	stated []int
}

// header finds the header among the first lines and returns the index of the line after it.
func (l *list) header(top []line) int {
	at := -1
	if l.opt.HeaderRow > 0 {
		at = slices.IndexFunc(top, func(ln line) bool { return ln.no == l.opt.HeaderRow })
		if at >= 0 {
			l.layout = guess(top[at].cells, l.given)
		}
	} else {
		at, l.layout = findHeader(top, l.given)
	}
	from := at + l.layout.rows
	if at < 0 {
		from = 0
		l.layout = headerless(l.given)
	}
	if l.listed = len(l.layout.of) > 0 && (at >= 0 || l.layout.plausible()); !l.listed {
		return 0
	}
	for _, ln := range top[:max(at, 0)] {
		found, _ := statedTotals(ln.cells)
		l.stated = append(l.stated, found...)
		for _, c := range ln.cells {
			l.adult = l.adult || l.reader.adult(c)
		}
	}
	if at >= 0 {
		l.out.HeaderRow = top[at].no
	}
	l.mapped()
	return from
}

// mapped writes the mapping into the report and prepares the names of the columns that are kept as extra text.
func (l *list) mapped() {
	var lost []Mapped
	l.out.Mapping, lost = l.layout.report()
	if l.out.Mapping == nil {
		l.out.Mapping = []Mapped{}
	}
	for _, m := range lost {
		l.note(Problem{Sheet: l.sheet, Row: l.out.HeaderRow, Column: m.Column, Header: m.Header, Field: m.Field, Rule: ruleColumnDuplicate})
	}
	taken := map[string]bool{}
	l.extra = make([]string, len(l.layout.columns))
	for i, m := range l.layout.columns {
		for _, key := range []string{fold(m.Header), m.Column} {
			if _, ok := l.given[key]; ok {
				l.used[key] = true
			}
		}
		name := m.Header
		if name == "" {
			name = m.Column
		} else if taken[name] {
			name += " (" + m.Column + ")"
		}
		taken[name] = true
		l.extra[i] = name
	}
	for _, columns := range l.layout.of {
		for _, i := range columns {
			l.extra[i] = "" // mapped
		}
	}
}

// line reads one line under the header, or one of a sheet that has none.
func (l *list) line(ln line) error {
	if blankLine(ln.cells) {
		return nil
	}
	if !l.listed {
		l.titles++
		found, _ := statedTotals(ln.cells)
		l.reader.stated = append(l.reader.stated, found...)
		l.stated = append(l.stated, found...)
		return nil
	}
	if l.layout.repeats(ln.cells) || l.total(ln) || l.aside(ln) {
		return nil
	}
	if l.out.Rows++; l.counted() > l.opt.MaxRows {
		return fault.New(fault.TooLarge, ruleFileTooManyRows, "the file has more than %d rows of persons; send it in parts", l.opt.MaxRows)
	}
	return l.person(ln)
}

func (l *list) counted() int {
	n := l.out.Rows
	for _, s := range l.report.Sheets {
		n += s.Rows
	}
	return n
}

// total takes a line that states a total.
func (l *list) total(ln line) bool {
	first := slices.IndexFunc(ln.cells, func(c string) bool { return c != "" })
	if n, ok := l.column(FieldListNo); ok && first == n && ln.cells[first][0] >= '0' && ln.cells[first][0] <= '9' {
		return false // numbered lines are persons
	}
	word, _, _ := totalCell(ln.cells[first])
	if !word && filled(ln.cells) > 4 {
		return false
	}
	found, total := statedTotals(ln.cells)
	l.stated = append(l.stated, found...)
	if total && len(found) == 0 {
		l.skipped(ln, first)
	}
	return total
}

// aside takes a line that is no person: a signature or a note under the list, a row that numbers the columns, a section's title.
func (l *list) aside(ln line) bool {
	n := filled(ln.cells)
	first := slices.IndexFunc(ln.cells, func(c string) bool { return c != "" })
	counting := n > 2
	for i, c := range ln.cells {
		if !counting {
			break
		}
		counting = c == "" || digits(c) == strconv.Itoa(i+1)
	}
	if counting {
		return true
	}
	alone := n == 1 && (first >= len(l.layout.columns) || !identifying[l.layout.columns[first].Field])
	if !alone && !closing(ln.cells) {
		return false
	}
	l.skipped(ln, first)
	return true
}

// skipped notes a line that is left out, so that nobody is left out unseen.
func (l *list) skipped(ln line, column int) {
	l.note(Problem{Sheet: l.sheet, Row: ln.no, Column: letters(column), Rule: ruleRowNotPerson, Value: ln.cells[column]})
}

// finish closes the sheet: its totals are compared and it enters the report.
func (l *list) finish() {
	if l.listed {
		l.mismatch(l.sheet, l.stated, l.out.Rows-l.out.Repeated, l.out.Repeated)
	} else if l.titles > 0 && len(l.stated) == 0 {
		l.note(Problem{Sheet: l.sheet, Rule: ruleSheetNoHeader})
	}
	if n := len(l.stated); n > 0 {
		l.out.StatedTotal = &l.stated[n-1]
	}
	l.report.Sheets = append(l.report.Sheets, l.out)
}

func (l *list) column(f Field) (int, bool) {
	if c := l.layout.of[f]; len(c) > 0 {
		return c[0], true
	}
	return 0, false
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}
