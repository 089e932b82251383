package trial

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/person"
)

// Bounds on files. A register of ten million people has lines of a hundred bytes.
const (
	longestLine = 64 << 10
	mostRows    = 20_000_000
	mostFaults  = 100
)

var (
	rowColumns  = []string{"id", "name", "dob", "nat", "sex"}
	pairColumns = []string{"name_a", "dob_a", "nat_a", "sex_a", "name_b", "dob_b", "nat_b", "sex_b", "same"}
)

// ReadRows reads a register or queries: a header with the columns id, name, dob, nat, sex in any order, tab-separated, UTF-8, and
// a line per name; several lines of one id are names of one person. dob is EDTF (1990, 1990-04, 1990-04-17) or empty; nat holds
// codes of ISO 3166-1 or ICAO, separated by blank, comma or semicolon; sex is M, F, male, female, 1, 2, 0, 9 or empty. Other
// columns are ignored. All bad cells are named in the fault.Error, at most a hundred; file is what the error calls the input.
func ReadRows(file string, r io.Reader) ([]Row, error) {
	var all []Row
	err := EachRow(file, r, func(row Row) error {
		all = append(all, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// EachRow is ReadRows without holding the rows: it ends at the first error of f.
func EachRow(file string, r io.Reader, f func(Row) error) error {
	t := table{file: file, need: rowColumns, claims: map[string][]string{}}
	return t.read(r, func(cells []string) error {
		row := Row{Line: t.line, ID: strings.TrimSpace(cells[0])}
		if row.ID == "" {
			t.fault("id", "id.missing", "")
		}
		t.person(&row, cells[1:5], rowColumns[1:5])
		if len(t.bad) > 0 {
			return nil
		}
		return f(row)
	})
}

// ReadPairs reads labelled pairs: a header with the columns name_a dob_a nat_a sex_a name_b dob_b nat_b sex_b same and optionally
// kind, with cells as in ReadRows; same is 0 or 1.
func ReadPairs(file string, r io.Reader) ([]Pair, error) {
	var all []Pair
	err := EachPair(file, r, func(p Pair) error {
		all = append(all, p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// EachPair is ReadPairs without holding the pairs: it ends at the first error of f.
func EachPair(file string, r io.Reader, f func(Pair) error) error {
	t := table{file: file, need: pairColumns, may: "kind", claims: map[string][]string{}}
	return t.read(r, func(cells []string) error {
		p := Pair{Line: t.line, Kind: strings.TrimSpace(cells[9])}
		t.person(&p.A, cells[0:4], pairColumns[0:4])
		t.person(&p.B, cells[4:8], pairColumns[4:8])
		switch strings.TrimSpace(cells[8]) {
		case "1":
			p.Same = true
		case "0":
		default:
			t.fault("same", "same.unreadable", cells[8])
		}
		if len(t.bad) > 0 {
			return nil
		}
		return f(p)
	})
}

// person reads name, birth, nationalities and sex.
func (t *table) person(row *Row, cells, columns []string) {
	row.Name = strings.TrimSpace(cells[0])
	row.Line = t.line
	date, err := civil.Parse(strings.TrimSpace(cells[1]))
	if err != nil {
		t.fault(columns[1], fault.As(err).Rule, cells[1])
	}
	row.Birth = date
	row.Nats = t.nations(cells[2], columns[2])
	switch strings.ToLower(strings.TrimSpace(cells[3])) {
	case "", "0":
	case "m", "male", "1":
		row.Sex = person.Male
	case "f", "female", "2":
		row.Sex = person.Female
	case "9":
		row.Sex = person.SexOther
	default:
		t.fault(columns[3], "sex.unreadable", cells[3])
	}
}

// icao are the codes that ICAO Doc 9303 adds to those of ISO 3166-1.
var icao = []string{"XXA", "XXB", "XXC", "XXX", "RKS", "UNO", "UNA", "UNK", "EUE", "XOM", "XPO", "GBD", "GBN", "GBO", "GBP", "GBS"}

// nations reads the codes of a cell. Rows with the same cell share the list, as millions of them do.
func (t *table) nations(cell, column string) []string {
	if known, ok := t.claims[cell]; ok {
		return known
	}
	var all []string
	bad := false
	for code := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		country := country(strings.ToUpper(code))
		if country == "" {
			bad = true
			t.fault(column, "nationality.unknown", code)
			continue
		}
		all = append(all, country)
	}
	if !bad && len(t.claims) < 10_000 {
		t.claims[strings.Clone(cell)] = all
	}
	return all
}

// country gives the three letters of a code of two or three, empty for what is none.
func country(code string) string {
	if slices.Contains(icao, code) {
		return code
	}
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() || len(code) != 2 && region.ISO3() != code {
		return ""
	}
	return region.ISO3()
}

// table reads one file of tab-separated columns with a header.
type table struct {
	file   string
	need   []string
	may    string // a column that may be there
	line   int
	bad    []fault.Field
	more   bool                // faults beyond the most that are kept
	claims map[string][]string // by cell
}

// fault notes a bad cell.
func (t *table) fault(column, rule, value string) {
	if len(t.bad) >= mostFaults {
		t.more = true
		return
	}
	if r := []rune(strings.ToValidUTF8(value, "�")); len(r) > 60 {
		value = string(r[:60]) + "…"
	} else {
		value = string(r)
	}
	t.bad = append(t.bad, fault.Field{Name: column, Row: t.line, Rule: rule, Value: value})
}

// read gives the cells of each line in the order of need and may; the slice is used again.
func (t *table) read(r io.Reader, f func([]string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), longestLine)
	var places []int
	cells := make([]string, len(t.need)+1)
	for rows := 0; lines.Scan(); {
		t.line++
		if t.more {
			break
		}
		line := lines.Text()
		if t.line == 1 {
			var err error
			if places, err = t.header(strings.TrimPrefix(line, "\ufeff")); err != nil {
				return err
			}
			continue
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if rows++; rows > mostRows {
			return fault.New(fault.TooLarge, "file.rows", "%s has more than %d rows", t.file, mostRows)
		}
		if !utf8.ValidString(line) {
			t.fault("", "text.encoding", line)
			continue
		}
		if !t.split(line, places, cells) {
			t.fault("", "row.cells", line)
			continue
		}
		if err := f(cells); err != nil {
			return err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fault.New(fault.TooLarge, "line.long", "line %d of %s is longer than %d bytes", t.line+1, t.file, longestLine)
	case err != nil:
		return fmt.Errorf("reading %s: %w", t.file, err)
	case t.line == 0:
		return fault.New(fault.Invalid, "file.empty", "%s is empty", t.file)
	case len(t.bad) > 0:
		e := fault.New(fault.Invalid, "file.cells", "%s has cells that cannot be read", t.file)
		e.Fields = t.bad
		return e
	}
	return nil
}

// split puts the cells of a line into their places. Cells that are missing at the end are empty; more than the header has are not
// taken.
func (t *table) split(line string, places []int, cells []string) bool {
	clear(cells)
	i := 0
	for cell := range strings.SplitSeq(line, "\t") {
		if i >= len(places) {
			return false
		}
		if p := places[i]; p >= 0 {
			cells[p] = cell
		}
		i++
	}
	return true
}

// header finds the columns: for each cell of a line its place in need, or -1.
func (t *table) header(line string) ([]int, error) {
	var places []int
	seen := map[string]bool{}
	e := fault.New(fault.Invalid, "file.header", "%s lacks columns or has one twice", t.file)
	for name := range strings.SplitSeq(line, "\t") {
		name = strings.ToLower(strings.TrimSpace(name))
		place := slices.Index(t.need, name)
		if t.may != "" && name == t.may {
			place = len(t.need)
		}
		if place >= 0 && seen[name] {
			e.Fields = append(e.Fields, fault.Field{Name: name, Row: 1, Rule: "column.twice"})
		}
		seen[name] = place >= 0
		places = append(places, place)
	}
	for _, name := range t.need {
		if !seen[name] {
			e.Fields = append(e.Fields, fault.Field{Name: name, Row: 1, Rule: "column.missing"})
		}
	}
	if len(e.Fields) > 0 {
		return nil, e
	}
	return places, nil
}

// WriteRows writes the file that ReadRows reads, a further line for each further name.
func WriteRows(w io.Writer, rows iter.Seq[Row]) error {
	b := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintln(b, strings.Join(rowColumns, "\t"))
	for row := range rows {
		for i := range 1 + len(row.Also) {
			name := row.Name
			if i > 0 {
				name = row.Also[i-1]
			}
			cell(b, row.ID)
			b.WriteByte('\t')
			writePerson(b, row, name)
			if err := b.WriteByte('\n'); err != nil {
				return fmt.Errorf("writing a register: %w", err)
			}
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing a register: %w", err)
	}
	return nil
}

// WritePairs writes the nine columns, and the kind as a tenth when withKind is set.
func WritePairs(w io.Writer, pairs iter.Seq[Pair], withKind bool) error {
	b := bufio.NewWriterSize(w, 1<<16)
	b.WriteString(strings.Join(pairColumns, "\t"))
	if withKind {
		b.WriteString("\tkind")
	}
	b.WriteByte('\n')
	for p := range pairs {
		writePerson(b, p.A, p.A.Name)
		b.WriteByte('\t')
		writePerson(b, p.B, p.B.Name)
		if p.Same {
			b.WriteString("\t1")
		} else {
			b.WriteString("\t0")
		}
		if withKind {
			b.WriteByte('\t')
			cell(b, p.Kind)
		}
		if err := b.WriteByte('\n'); err != nil {
			return fmt.Errorf("writing pairs: %w", err)
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing pairs: %w", err)
	}
	return nil
}

// writePerson writes name, birth, nationalities and sex.
func writePerson(b *bufio.Writer, row Row, name string) {
	cell(b, name)
	b.WriteByte('\t')
	b.WriteString(row.Birth.String())
	b.WriteByte('\t')
	for i, n := range row.Nats {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(n)
	}
	b.WriteByte('\t')
	switch row.Sex {
	case person.Male:
		b.WriteByte('M')
	case person.Female:
		b.WriteByte('F')
	case person.SexOther:
		b.WriteByte('9')
	}
}

// cell writes text, whose tabs and ends of line become blanks.
func cell(b *bufio.Writer, text string) {
	b.WriteString(blanks.Replace(text))
}

var blanks = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
