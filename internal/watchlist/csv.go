package watchlist

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"amana/internal/fault"
)

// maxLines is how many lines one row may go over, in quotation marks.
const maxLines = 50

// table reads rows of text. Lines are put together here, so that a quotation mark that is never closed costs one row
// and not the rest of the list.
type table struct {
	in      *bufio.Reader
	gauge   *gauge
	cells   *bufio.Reader // reused for each row
	comma   rune
	pending []string // lines read ahead
}

// csv reads the rows of a text with columns.
func (m *Mapping) csv(r io.Reader, b *builder) error {
	g := newGauge(r)
	var src io.Reader = g
	if m.Encoding != "" {
		var err error
		if src, err = decoder(m.Encoding, g); err != nil {
			return err
		}
	}
	t := &table{in: bufio.NewReader(src), gauge: g, cells: bufio.NewReader(nil), comma: ','}
	if m.Separator != "" {
		t.comma = rune(m.Separator[0])
	}
	columns, width, err := m.columns(t)
	if err != nil {
		return err
	}
	for number := 1; ; number++ {
		cells, err := t.row()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, errRow):
			b.problem(number, "row", RuleRow, "")
			continue
		case err != nil:
			return err
		case number > maxRows:
			return tooLarge(nil)
		}
		b.checkCells(number, cells, width)
		if err := m.take(b, number, &cellRecord{cells: cells, columns: columns, split: m.Split}); err != nil {
			return err
		}
	}
}

// checkCells reports a row with more cells than columns, and text that is none in its encoding.
func (b *builder) checkCells(number int, cells []string, width int) {
	for i, c := range cells {
		if i >= width && strings.TrimSpace(c) != "" {
			b.problem(number, "row", RuleRow, c)
			break
		}
	}
	for i, c := range cells {
		if strings.ContainsRune(c, utf8.RuneError) {
			b.problem(number, "row", RuleEncoding, c)
			cells[i] = strings.ToValidUTF8(c, "\ufffd")
		}
	}
}

// columns reads the headings, unless the mapping has them, and gives the column of every place of the
// mapping, and how many columns there are.
func (m *Mapping) columns(t *table) (columns map[string]int, width int, err error) {
	head := m.Columns
	if len(head) == 0 {
		if head, err = t.row(); err != nil {
			if err == io.EOF || errors.Is(err, errRow) {
				err = fault.New(fault.Invalid, RuleCSV, "the first line has no headings").Because(err)
			}
			return nil, 0, err
		}
	}
	at := map[string]int{}
	for i, h := range slices.Backward(head) { // of two alike the first counts
		at[heading(h)] = i
	}
	columns = map[string]int{}
	missing := fault.New(fault.Invalid, RuleColumn, "the list lacks columns that the mapping names")
	for _, p := range m.places() {
		i, ok := at[heading(p)]
		if !ok {
			missing.Fields = append(missing.Fields, fault.Field{Name: cut(p, 80), Rule: RuleColumn})
		}
		columns[p] = i
	}
	if len(missing.Fields) > 0 {
		return nil, 0, missing
	}
	return columns, len(head), nil
}

// heading is what headings are compared by.
func heading(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// errRow is a row that cannot be taken apart.
var errRow = errors.New("a row that is not closed")

// row gives the cells of the next row that has any.
func (t *table) row() ([]string, error) {
	for {
		line, err := t.line()
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		var ahead []string
		for text := line; ; {
			cells, err := t.split(text)
			if err == nil || strings.Count(text, `"`)%2 == 0 || len(ahead) == maxLines || len(text) > maxToken {
				if err != nil {
					t.pending = append(ahead, t.pending...)
				}
				return cells, err
			}
			more, err := t.line()
			if err == io.EOF {
				t.pending = append(ahead, t.pending...)
				return nil, errRow
			}
			if err != nil {
				return nil, err
			}
			ahead = append(ahead, more)
			text += more
		}
	}
}

// split takes a row apart. A quotation mark in a cell that does not begin with one is part of its text.
func (t *table) split(text string) ([]string, error) {
	for _, lazy := range []bool{false, true} {
		t.cells.Reset(strings.NewReader(text))
		r := csv.NewReader(t.cells)
		r.Comma, r.FieldsPerRecord, r.LazyQuotes = t.comma, -1, lazy
		cells, err := r.Read()
		if err == nil {
			return cells, nil
		}
		if !errors.Is(err, csv.ErrBareQuote) {
			break
		}
	}
	return nil, errRow
}

// line gives the next line with its end.
func (t *table) line() (string, error) {
	if len(t.pending) > 0 {
		line := t.pending[0]
		t.pending = t.pending[1:]
		return line, nil
	}
	t.gauge.reset()
	line, err := t.in.ReadString('\n')
	switch {
	case errors.Is(err, errTooLarge):
		return "", tooLarge(err)
	case err == io.EOF && line != "":
	case err == io.EOF:
		return "", err
	case err != nil:
		return "", fault.New(fault.Invalid, RuleCSV, "the list cannot be read").Because(err)
	}
	return strings.TrimPrefix(line, "\ufeff"), nil
}

// cellRecord is a row with its columns.
type cellRecord struct {
	cells   []string
	columns map[string]int
	split   string
}

func (r *cellRecord) cell(place string) string {
	if i := r.columns[place]; i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// rows gives the cells of the places; one place may hold several values.
func (r *cellRecord) rows(places []string) [][]string {
	if len(places) == 1 && r.split != "" {
		var all [][]string
		for v := range strings.SplitSeq(r.cell(places[0]), r.split) {
			all = append(all, []string{v})
		}
		return all
	}
	row := make([]string, len(places))
	for i, p := range places {
		row[i] = r.cell(p)
	}
	return [][]string{row}
}
