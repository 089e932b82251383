package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/transform"

	"amana/internal/fault"
)

// Limits of delimited text: of one line, and of one record whose quoted cells go over several lines.
const (
	maxLine        = 1 << 20
	maxRecordLines = 20
)

// text reads delimited text as a stream.
func (r *reader) text(in *bufio.Reader, head []byte) error {
	cs, err := charsetOf(head), error(nil)
	if r.opt.Encoding != "" {
		if cs, err = charsetNamed(r.opt.Encoding); err != nil {
			return err
		}
	}
	r.report.Format, r.report.Encoding = "csv", cs.name
	head = bytes.Clone(head[min(cs.bom, len(head)):])
	if _, err := in.Discard(cs.bom); err != nil {
		return r.unreadable(err)
	}
	var src io.Reader = in
	if cs.enc != nil {
		// The last character may be cut; what was decoded before it is enough to guess from.
		head, _, _ = transform.Bytes(cs.enc.NewDecoder(), head)
		src = transform.NewReader(in, cs.enc.NewDecoder())
	}
	sample := string(head)
	if binary(sample) {
		return fault.New(fault.Invalid, ruleFileUnsupported, "this is neither a workbook nor text; send the list as .xlsx or .csv")
	}
	d := &delimited{reader: r, src: bufio.NewReaderSize(src, sniffed), end: '\n', comma: separator(sample)}
	if strings.ContainsRune(sample, '\r') && !strings.ContainsRune(sample, '\n') {
		d.end = '\r'
	}
	r.report.Separator = string(d.comma)
	return r.sheet(sheet{lines: d.all})
}

// separator guesses what parts the cells: the one that shows most known headings, then the one that parts most lines alike.
func separator(sample string) rune {
	lines := firstLines(sample)
	if len(lines) > 0 {
		if hint, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(lines[0])), "sep="); ok && len(hint) == 1 {
			return rune(hint[0])
		}
	}
	best, most := ',', 0
	for _, sep := range []rune{',', ';', '\t', '|'} {
		alike := map[int]int{}
		score := 0
		for _, ln := range lines {
			if n := strings.Count(ln, string(sep)); n > 0 {
				alike[n]++
				score = max(score, alike[n])
			}
		}
		if score > 0 {
			score += 1000 * knownHeadings(sample, string(sep))
		}
		if score > most {
			best, most = sep, score
		}
	}
	return best
}

// physical is one line of the file and its number.
type physical struct {
	no   int
	text []byte
}

// delimited reads records from lines. It hands the lines one by one to encoding/csv, so that it knows where each record
// begins and can go back to a record's first line when a quotation mark that nobody closed would swallow the next persons.
type delimited struct {
	*reader
	src    *bufio.Reader
	end    byte // what ends a line
	comma  rune
	no     int        // lines read
	again  []physical // lines to be read once more
	record []physical // the lines of the record being read
	size   int        // their length
	buf    []byte     // the last of them with its line end
	rest   []byte     // what encoding/csv has not taken of it yet
	ended  bool       // the record ran into the end of the file
}

var errUnclosed = errors.New("quotation mark not closed")

// all yields the records as lines.
func (d *delimited) all(yield func(line, error) bool) {
	parser := d.parser()
	for {
		if err := d.ctx.Err(); err != nil {
			yield(line{}, err)
			return
		}
		d.record, d.size, d.ended = d.record[:0], 0, false
		cells, err := parser.Read()
		if len(d.record) == 0 && errors.Is(err, io.EOF) {
			return
		}
		if err != nil && !errors.Is(err, errUnclosed) && !errors.Is(err, io.EOF) && !errors.As(err, new(*csv.ParseError)) {
			yield(line{}, d.unreadable(err))
			return
		}
		first := d.record[0]
		if err != nil || d.ended || d.swallows(len(cells)) {
			cells = d.plain(first.text)
			d.note(Problem{Row: first.no, Rule: ruleLineQuote, Value: string(first.text[:min(len(first.text), 4*shownValue)])})
			d.again = append(append([]physical(nil), d.record[1:]...), d.again...)
			d.rest = nil
			parser = d.parser()
		}
		if first.no == 1 && len(cells) > 0 && strings.HasPrefix(strings.ToLower(cells[0]), "sep=") {
			continue
		}
		if !yield(line{no: first.no, cells: cells}, nil) {
			return
		}
	}
}

func (d *delimited) parser() *csv.Reader {
	p := csv.NewReader(d)
	p.Comma, p.LazyQuotes, p.FieldsPerRecord, p.ReuseRecord = d.comma, true, -1, true
	return p
}

// swallows reports whether a record over several lines holds more than one line that looks like a whole record.
func (d *delimited) swallows(cells int) bool {
	if len(d.record) < 2 || cells < 3 {
		return false
	}
	whole := 0
	for _, ln := range d.record {
		if bytes.Count(ln.text, []byte(string(d.comma))) >= cells-1 {
			whole++
		}
	}
	return whole > 1
}

// plain splits a line without regard to quotation marks.
func (d *delimited) plain(text []byte) []string {
	cells := strings.Split(string(text), string(d.comma))
	for i, c := range cells {
		cells[i] = strings.Trim(strings.TrimSpace(c), `"`)
	}
	return cells
}

// Read gives encoding/csv the next line, or the rest of one; it asks for the next only while a quoted cell is open.
func (d *delimited) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		if len(d.record) >= maxRecordLines || d.size > maxLine {
			return 0, errUnclosed
		}
		ln, err := d.next()
		if err != nil {
			d.ended = len(d.record) > 0
			return 0, err
		}
		d.record = append(d.record, ln)
		d.size += len(ln.text)
		d.buf = append(append(d.buf[:0], ln.text...), '\n')
		d.rest = d.buf
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// next reads a line with writing; what is longer than maxLine is left out.
func (d *delimited) next() (physical, error) {
	if len(d.again) > 0 {
		ln := d.again[0]
		d.again = d.again[1:]
		return ln, nil
	}
	for {
		var text []byte
		cut := false
		for {
			piece, err := d.src.ReadSlice(d.end)
			if room := maxLine - len(text); len(piece) > room {
				cut = true
				piece = piece[:room]
			}
			text = append(text, piece...)
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if errors.Is(err, io.EOF) && len(text) > 0 {
				err = nil
			}
			if err != nil {
				return physical{}, err
			}
			break
		}
		d.no++
		if text = bytes.TrimRight(text, "\r\n"); len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if cut {
			d.note(Problem{Row: d.no, Rule: ruleLineTooLong})
		}
		return physical{no: d.no, text: text}, nil
	}
}
