package intake

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Mapped is one column of a sheet and what it was taken for.
type Mapped struct {
	Column     string  `json:"column"`          // letters
	Header     string  `json:"header"`          // as written; of two levels, both
	Field      Field   `json:"field,omitempty"` // empty when not mapped: the column is kept as extra text
	Confidence float64 `json:"confidence"`      // 0 to 1; 1 is a heading known by heart, or one given by the caller
}

// layout is how the columns of one sheet are to be read.
type layout struct {
	columns []Mapped
	of      map[Field][]int // the columns of each field
	rows    int             // rows that the header takes
	score   float64
	names   map[string]bool // folded headings, to recognise the header when it is repeated
}

// title joins the two levels of a header over one column.
func title(upper, lower string) string {
	switch {
	case lower == "" || fold(lower) == fold(upper):
		return upper
	case upper == "":
		return lower
	}
	return upper + " " + lower
}

// guess maps the cells of a row of headings. given holds the caller's mapping by folded heading, and by column letter.
func guess(cells []string, given map[string]Field) layout {
	l := layout{columns: make([]Mapped, len(cells)), of: map[Field][]int{}, rows: 1, names: map[string]bool{}}
	for i, cell := range cells {
		m := Mapped{Column: letters(i), Header: cell}
		if field, ok := override(given, cell, m.Column); ok {
			m.Field, m.Confidence = field, 1
		} else if m.Field, m.Confidence = heading(cell); m.Confidence < accepted {
			m.Field, m.Confidence = "", 0
		}
		l.columns[i] = m
		if f := fold(cell); f != "" {
			l.names[f] = true // to recognise it when it is repeated
		}
	}
	l.assign(given)
	return l
}

func override(given map[string]Field, header, column string) (Field, bool) {
	if field, ok := given[fold(header)]; ok && header != "" {
		return field, true
	}
	field, ok := given[column] // letters are capitals and never the folded form of a heading
	return field, ok
}

// assign gives each field its best column and settles the headings that mean one of two fields.
func (l *layout) assign(given map[string]Field) {
	order := make([]int, len(l.columns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(l.columns[b].Confidence, l.columns[a].Confidence)
	})
	taken := map[Field]bool{}
	for _, i := range order {
		taken[l.columns[i].Field] = true
	}
	parts := taken[FieldFather] || taken[FieldGrandfather] || taken[FieldFamilyName]
	settle := map[Field]Field{fieldNameGeneric: FieldName, fieldNameOrSurname: FieldName}
	if taken[FieldGiven] {
		settle[fieldNameOrSurname] = FieldFamilyName
	}
	if parts && !taken[FieldGiven] && !taken[FieldName] {
		settle[fieldNameGeneric] = FieldGiven
	}
	clear(taken)
	for _, i := range order {
		m := &l.columns[i]
		if to, ok := settle[m.Field]; ok {
			m.Field = to
		}
		switch {
		case m.Field == "":
		case taken[m.Field] && !several[m.Field]:
			m.Confidence = -m.Confidence // remembered until it is reported
		default:
			taken[m.Field] = true
			l.of[m.Field] = append(l.of[m.Field], i)
			l.score += m.Confidence
		}
	}
	for f := range l.of {
		slices.Sort(l.of[f])
	}
	delete(l.of, FieldExtra)
}

// plausible reports whether a row so read can be a header: it names persons, and more than one thing about them.
func (l *layout) plausible() bool {
	named := false
	for f := range l.of {
		named = named || identifying[f]
	}
	if !named {
		return false
	}
	filled := 0
	for _, m := range l.columns {
		if m.Header != "" {
			filled++
		}
	}
	return len(l.of) >= 2 || filled == 1 && l.score >= 0.95
}

// headerRows is how many rows with writing are searched for the header.
const headerRows = 30

// searchedRows is how many rows, with writing or without, are held while the header is searched.
const searchedRows = 10 * headerRows

// findHeader finds the row whose cells map to most of the known fields, or two rows when the upper one spans columns.
// at is the index of the first of them, -1 when there is none. Columns given by letter tell nothing about where it is.
func findHeader(lines []line, given map[string]Field) (at int, best layout) {
	at = -1
	all := given
	given = maps.Clone(given)
	maps.DeleteFunc(given, func(key string, _ Field) bool { _, ok := columnIndex(key); return ok })
	searched := 0
	for i, ln := range lines {
		if blankLine(ln.cells) {
			continue
		}
		if searched++; searched > headerRows {
			break
		}
		l := guess(ln.cells, given)
		if l.plausible() && l.score > best.score {
			at, best = i, l
		}
		if i+1 < len(lines) {
			if two, ok := spanned(ln.cells, lines[i+1].cells); ok {
				l := guess(two, given)
				l.rows = 2
				if l.plausible() && l.score > best.score+0.5 {
					at, best = i, l
				}
			}
		}
	}
	if at >= 0 && len(given) < len(all) {
		rows := best.rows
		best = guess(best.headers(), all)
		best.rows = rows
	}
	return at, best
}

func (l *layout) headers() []string {
	list := make([]string, len(l.columns))
	for i, m := range l.columns {
		list[i] = m.Header
	}
	return list
}

// spanned joins two rows of headings when the upper has cells that span several of the lower, as merged cells do.
func spanned(upper, lower []string) ([]string, bool) {
	n := max(len(upper), len(lower))
	joined := make([]string, n)
	over, spans, words := "", false, 0
	for i := range n {
		u, l := at(upper, i), at(lower, i)
		switch {
		case u != "":
			over = u
		case l == "":
			over = ""
		case over != "":
			u, spans = over, true
		}
		if strings.ContainsAny(digits(l), "0123456789") {
			return nil, false // data, not headings
		}
		if l != "" {
			words++
		}
		joined[i] = best(u, l)
	}
	return joined, spans && words > 1
}

// best takes of the two levels and their union the one that says most.
func best(upper, lower string) string {
	both := title(upper, lower)
	if _, c := heading(both); c >= 0.8 || lower == "" {
		return both
	}
	if _, c := heading(lower); c >= 0.9 {
		return lower
	}
	return both
}

func at(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

// repeats reports whether a line is the header once more, as on each printed page, or its second language below it.
func (l *layout) repeats(cells []string) bool {
	n, same, other := filled(cells), 0, 0
	for i, c := range cells {
		if c == "" {
			continue
		}
		if l.heads(i, c) {
			same++
		} else if other++; other*2 >= n {
			return false
		}
	}
	return same > 1
}

func (l *layout) heads(column int, cell string) bool {
	if len(cell) > 240 {
		return false
	}
	f := fold(cell)
	if l.names[f] {
		return true
	}
	field, ok := known().exact[f]
	return ok && column < len(l.columns) && sameField(field, l.columns[column].Field)
}

func sameField(a, b Field) bool {
	return a == b || (a == fieldNameGeneric || a == fieldNameOrSurname) && (b == FieldName || b == FieldGiven || b == FieldFamilyName)
}

// report gives the mapping as the report shows it, and the columns that lost their field to a better one.
func (l *layout) report() (list []Mapped, lost []Mapped) {
	for _, m := range l.columns {
		if m.Confidence < 0 {
			lost = append(lost, m)
			m.Field, m.Confidence = "", 0
		}
		if m.Field == FieldExtra {
			m.Field = ""
		}
		if m.Header != "" || m.Field != "" {
			list = append(list, m)
		}
	}
	return list, lost
}

// letters names a column as spreadsheets do: A, B, … Z, AA.
func letters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letters(i/26-1) + string(rune('A'+i%26))
}

func blankLine(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}

// headerless is the layout of a sheet without headings whose columns the caller has named by letter.
func headerless(given map[string]Field) layout {
	l := layout{of: map[Field][]int{}, names: map[string]bool{}}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		i, ok := columnIndex(key)
		if !ok {
			continue
		}
		for len(l.columns) <= i {
			l.columns = append(l.columns, Mapped{Column: letters(len(l.columns))})
		}
		l.columns[i].Field, l.columns[i].Confidence = given[key], 1
	}
	l.assign(given)
	return l
}

// columnIndex turns letters into a 0-based index within the columns that are read.
func columnIndex(key string) (int, bool) {
	if key == "" || len(key) > 3 {
		return 0, false
	}
	n := 0
	for i := range len(key) {
		if key[i] < 'A' || key[i] > 'Z' {
			return 0, false
		}
		n = n*26 + int(key[i]-'A') + 1
	}
	return n - 1, n <= maxColumns
}
