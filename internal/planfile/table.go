package planfile

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxLine = 64 << 10 // bytes
	maxCell = 4 << 10  // bytes
)

// columns are those of a kind of file.
type columns struct {
	needed, optional []string
}

// table reads a CSV file line by line: the headings in any order, each cell by the name of its column.
type table struct {
	*problems
	file    string
	in      *csv.Reader
	lines   *lines
	at      map[string]int
	cells   []string
	width   int
	row     int  // the line of cells
	bad     bool // something of this row was bad
	stopped bool // the file could not be read to its end
}

// open reads the headings. Without all of them, or with one that nobody knows, nothing of the file can be trusted: nil, and said why.
func (p *problems) open(s Source, c columns) *table {
	if s.Content == nil {
		p.add(s.Name, 0, "", "file.missing", "")
		return nil
	}
	l := &lines{in: bufio.NewReaderSize(s.Content, 64<<10), line: 1}
	t := &table{problems: p, file: s.Name, in: csv.NewReader(l), lines: l, at: map[string]int{}}
	t.in.ReuseRecord = true
	t.in.FieldsPerRecord = -1
	heading, err := t.in.Read()
	if err != nil {
		t.broken(err, "file.empty")
		return nil
	}
	heading[0] = strings.TrimPrefix(heading[0], "\ufeff")
	before := p.count
	for i, name := range heading {
		name = strings.TrimSpace(name)
		_, twice := t.at[name]
		switch {
		case !utf8.ValidString(name):
			p.add(s.Name, 1, "", "cell.not_utf8", strings.ToValidUTF8(name, "\ufffd"))
		case twice:
			p.add(s.Name, 1, name, "column.twice", "")
		case !slices.Contains(c.needed, name) && !slices.Contains(c.optional, name):
			p.add(s.Name, 1, "", "column.unknown", name)
		default:
			t.at[strings.Clone(name)] = i
		}
	}
	for _, name := range c.needed {
		if _, has := t.at[name]; !has {
			p.add(s.Name, 1, name, "column.missing", "")
		}
	}
	if p.count > before {
		return nil
	}
	t.width = len(heading)
	return t
}

// next goes to the next row with as many cells as there are headings; false at the end, or where the file cannot be read on.
func (t *table) next() bool {
	for {
		cells, err := t.in.Read()
		if err != nil {
			if err != io.EOF {
				t.broken(err, "")
			}
			return false
		}
		t.row, _ = t.in.FieldPos(0)
		t.bad = false
		if len(cells) != t.width {
			t.add(t.file, t.row, "", "row.cells", strings.Join(cells, ","))
			continue
		}
		t.cells = cells
		for name, i := range t.at {
			cells[i] = strings.TrimSpace(cells[i])
			if rule := unfit(cells[i]); rule != "" {
				t.reject(name, rule)
				cells[i] = ""
			}
		}
		return true
	}
}

// unfit tells what no cell may have, or nothing.
func unfit(cell string) string {
	switch {
	case len(cell) > maxCell:
		return "cell.long"
	case !utf8.ValidString(cell):
		return "cell.not_utf8"
	case strings.ContainsFunc(cell, unicode.IsControl):
		return "cell.control"
	}
	return ""
}

// get is the cell of a column, empty when the file has no such column.
func (t *table) get(column string) string {
	if i, has := t.at[column]; has {
		return t.cells[i]
	}
	return ""
}

// reject notes that the cell of a column is bad.
func (t *table) reject(column, rule string) {
	t.bad = true
	t.add(t.file, t.row, column, rule, strings.ToValidUTF8(t.get(column), "\ufffd"))
}

// broken notes why a file cannot be read on.
func (t *table) broken(err error, atEnd string) {
	t.stopped = true
	var parse *csv.ParseError
	switch {
	case t.lines.rule != "":
		t.add(t.file, t.lines.line, "", t.lines.rule, "")
	case err == io.EOF:
		t.add(t.file, 0, "", atEnd, "")
	case errors.As(err, &parse):
		t.add(t.file, parse.Line, "", "row.quotes", "")
	default:
		t.add(t.file, t.lines.line, "", "file.unreadable", "")
	}
}

// lines stands below encoding/csv, which reads on to the end of a line and of a quoted cell however far that is. It ends the file where a line
// is too long, a quoted cell goes on over the line, or a byte is zero.
type lines struct {
	in     *bufio.Reader
	line   int // the one being read, from 1
	length int
	quoted bool
	ended  bool   // the line before this byte ended
	rule   string // what the file was ended for
}

var errEnded = errors.New("the file is not read on")

// Read implements io.Reader.
func (l *lines) Read(to []byte) (int, error) {
	if l.rule != "" {
		return 0, errEnded
	}
	n, err := l.in.Read(to)
	for i, b := range to[:n] {
		if l.ended {
			l.line, l.length, l.ended = l.line+1, 0, false
		}
		l.length++
		switch {
		case b == 0:
			l.rule = "file.nul"
		case b == '"':
			l.quoted = !l.quoted
		case b == '\n' && l.quoted:
			l.rule = "row.quotes"
		case b == '\n':
			l.ended = true
		}
		if l.length > maxLine {
			l.rule = "row.long"
		}
		if l.rule != "" {
			return i, errEnded
		}
	}
	return n, err
}
