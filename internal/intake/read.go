package intake

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"maps"
	"slices"

	"amana/internal/fault"
)

// line is one line of a sheet: its 1-based number and its cells, which are valid until the next one is asked for.
type line struct {
	no    int
	cells []string
}

// sheet is one list of lines of a file. Its sequence ends with an error when the file cannot be read on.
type sheet struct {
	name   string
	hidden bool
	lines  iter.Seq2[line, error]
}

// reader is the state of reading one file.
type reader struct {
	ctx    context.Context
	opt    Options
	given  map[string]Field // Options.Mapping by folded heading or column letters
	used   map[string]bool  // the keys of given that a sheet had
	report *Report
	yield  func(Row) error
	cal    calendar
	claims map[string]nations
	rows   map[[16]byte]struct{} // the beginning of the keys of the rows seen
	lists  map[uint64]uint32     // hashes of the list numbers seen, and their lines
	seed   maphash.Seed
	stated []int // totals stated on sheets without a list
}

// sniffed is how many bytes are looked at to tell formats, encodings and separators apart.
const sniffed = 64 << 10

// Read reads a manifest from r and yields each row of a person that can be registered, in the order of the file.
//
// name is the file's name for reports, size its length in bytes or negative when unknown. The error is a fault for a file
// that cannot be read as a whole (its Refs name the file; the report then holds what was found until there, so rows
// already yielded are to be undone by the caller), or the error of yield or of the context, wrapped.
func Read(ctx context.Context, name string, r io.Reader, size int64, opt Options, yield func(Row) error) (*Report, error) {
	rd := &reader{
		ctx: ctx, opt: opt, yield: yield,
		report: &Report{File: name, Sheets: []Sheet{}, Problems: []Problem{}, Rules: map[string]int{}},
		cal:    calendar{asOf: opt.AsOf, monthFirst: opt.MonthFirst},
		used:   map[string]bool{}, claims: map[string]nations{},
		rows: map[[16]byte]struct{}{}, lists: map[uint64]uint32{}, seed: maphash.MakeSeed(),
	}
	if rd.opt.MaxRows <= 0 {
		rd.opt.MaxRows = MaxRows
	}
	if rd.opt.MaxProblems <= 0 {
		rd.opt.MaxProblems = defaultProblems
	}
	err := rd.options()
	if err == nil {
		err = rd.file(r, size)
	}
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		f.With("file", name)
	}
	return rd.report, err
}

// options checks what the caller asked for, all bad entries at once.
func (r *reader) options() error {
	if r.opt.AsOf.IsZero() {
		return fault.New(fault.Invalid, ruleOptionAsOf, "the day of the list is not given, so ages cannot be read")
	}
	r.given = make(map[string]Field, len(r.opt.Mapping))
	bad := fault.New(fault.Invalid, ruleOptionField, "the mapping names a field that does not exist")
	for _, key := range slices.Sorted(maps.Keys(r.opt.Mapping)) {
		field := r.opt.Mapping[key]
		if !fields[field] {
			bad.Fields = append(bad.Fields, fault.Field{Name: key, Rule: ruleOptionField, Value: string(field)})
			continue
		}
		if _, ok := columnIndex(key); ok {
			r.given[key] = field
		}
		r.given[fold(key)] = field
	}
	if bad.Fields != nil {
		return bad
	}
	return nil
}

func (r *reader) file(src io.Reader, size int64) error {
	sum := sha256.New()
	in := bufio.NewReaderSize(io.TeeReader(&cancelled{r.ctx, src}, sum), sniffed)
	head, err := in.Peek(sniffed)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return r.unreadable(err)
	case len(bytes.TrimSpace(head)) == 0 && err != nil:
		return fault.New(fault.Invalid, ruleFileEmpty, "the file is empty")
	}
	switch kind := magic(head); kind {
	case "":
		err = r.text(in, head)
	case "zip", "ole":
		err = r.workbook(in, size)
	default:
		return fault.New(fault.Invalid, ruleFileUnsupported, "this is a file of the kind %s; send the list as .xlsx or .csv", kind)
	}
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return r.unreadable(err)
	}
	r.report.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return r.finish()
}

// cancelled stops reading when the context ends.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

func (r *reader) unreadable(err error) error {
	if r.ctx.Err() != nil || errors.As(err, new(*fault.Error)) {
		return fmt.Errorf("reading %q: %w", r.report.File, err)
	}
	return fault.New(fault.Invalid, ruleFileUnreadable, "the file could not be read to its end").Because(err)
}

// magic tells the kinds of files apart that are no text, by their first bytes.
func magic(head []byte) string {
	for _, k := range []struct{ begins, kind string }{
		{"PK\x03\x04", "zip"},
		{"PK\x05\x06", "zip"},
		{"PK\x07\x08", "zip"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"},
		{"%PDF", "PDF"},
		{"\x1f\x8b", "gzip"},
		{"Rar!", "RAR"},
		{"7z\xbc\xaf\x27\x1c", "7-Zip"},
		{"\x89PNG", "PNG"},
		{"\xff\xd8\xff", "JPEG"},
		{"II*\x00", "TIFF"},
		{"MM\x00*", "TIFF"},
		{"SQLite format 3", "SQLite"},
		{"{\\rtf", "RTF"},
	} {
		if bytes.HasPrefix(head, []byte(k.begins)) {
			return k.kind
		}
	}
	start := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head[:min(len(head), 512)], []byte("\xef\xbb\xbf"))))
	if bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) {
		return "HTML"
	}
	if bytes.HasPrefix(start, []byte("<?xml")) {
		return "XML"
	}
	return ""
}

// sheet reads one sheet: its header, its rows, its totals.
func (r *reader) sheet(s sheet) error {
	pull, stop := iter.Pull2(s.lines)
	defer stop()
	next := func() (line, error, bool) {
		ln, err, ok := pull()
		if ok && err == nil {
			r.tidy(s.name, &ln)
		}
		return ln, err, ok
	}
	var top []line
	for written := 0; (written <= headerRows || r.opt.HeaderRow > 0) && len(top) < searchedRows; {
		ln, err, ok := next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		ln.cells = slices.Clone(ln.cells)
		if !blankLine(ln.cells) {
			written++
		}
		top = append(top, ln)
		if r.opt.HeaderRow > 0 && ln.no >= r.opt.HeaderRow {
			break
		}
	}
	if s.hidden {
		r.note(Problem{Sheet: s.name, Rule: ruleSheetHidden})
	}
	l := list{reader: r, sheet: s.name, adult: r.adult(s.name) || r.adult(r.report.File), out: Sheet{Name: s.name}}
	from := l.header(top)
	for _, ln := range top[from:] {
		if err := l.line(ln); err != nil {
			return err
		}
	}
	for ln, err, ok := next(); ok; ln, err, ok = next() {
		if err != nil {
			return err
		}
		if err := l.line(ln); err != nil {
			return err
		}
	}
	l.finish()
	return nil
}

// finish compares what is stated for the whole file, and notes what the caller gave in vain.
func (r *reader) finish() error {
	rep := r.report
	listed := false
	for _, s := range rep.Sheets {
		listed = listed || s.Mapping != nil
		rep.Rows += s.Rows
		rep.Good += s.Good
		rep.Repeated += s.Repeated
	}
	if !listed {
		return fault.New(fault.Invalid, ruleFileNoHeader, "no row of headings was recognised; name the columns in a mapping, by heading or by letter")
	}
	r.mismatch("", r.stated, rep.Rows-rep.Repeated, rep.Repeated)
	for _, key := range slices.Sorted(maps.Keys(r.opt.Mapping)) {
		if !r.used[key] && !r.used[fold(key)] {
			r.note(Problem{Rule: ruleMappingUnused, Header: key, Field: r.opt.Mapping[key]})
		}
	}
	return nil
}

// adult reports whether a name or a title calls the list one of adults only.
func (r *reader) adult(text string) bool {
	f := fold(shorten(text, 500))
	return mentions("adult", f) && !mentions("juvenile", f)
}
