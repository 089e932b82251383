package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	htmlcharset "golang.org/x/net/html/charset"

	"amana/internal/fault"
)

// Limits of what a workbook unpacks to.
const (
	maxUnpacked = 512 << 20 // all parts together, as the archive declares and as found
	maxMemory   = 64 << 20  // the parts that are held in memory: all but sheets and strings
	maxPart     = 8 << 20   // a part that is read as a tree: styles, relations and the like
	maxHeld     = 4 << 20   // sheets and strings above this are unpacked to the temporary directory
	maxCellXML  = 1 << 20   // one cell with its markup
	maxStrings  = 2_000_000 // shared strings
	maxSpan     = 64 << 20  // cells up to the last written one of each row, all rows together
	maxParts    = 10_000
)

func tooLarge(what string) *fault.Error {
	return fault.New(fault.TooLarge, ruleFileTooLarge, "%s is larger than is read (file %d MiB, unpacked %d MiB); send the list as .csv or in parts",
		what, MaxWorkbook>>20, maxUnpacked>>20)
}

func broken(what string) *fault.Error {
	return fault.New(fault.Invalid, ruleFileBroken, "%s is damaged; open the file, save it again and send that", what)
}

// oldWorkbook tells what an OLE file is: an encrypted workbook, or one of the format before 2007.
func oldWorkbook(data []byte) error {
	var name []byte
	for _, c := range []byte("EncryptedPackage") {
		name = append(name, c, 0)
	}
	if bytes.Contains(data, name) {
		return fault.New(fault.Invalid, ruleFileEncrypted, "the workbook is protected by a password; save it without one")
	}
	return fault.New(fault.Invalid, ruleFileOldExcel, "this is a workbook of the format before 2007 (.xls); save it as .xlsx or .csv")
}

// inspect makes sure, before the library opens it, that an archive is a workbook, that it stays within the limits, and that
// every sheet can be read to its end: the library would stop at damage without a word, and the persons after it be lost.
func (r *reader) inspect(z *zip.Reader) error {
	if len(z.File) > maxParts {
		return tooLarge("the archive")
	}
	var all, held uint64
	parts := make(map[string]bool, len(z.File))
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if parts[name] {
			return broken("the archive").Because(fmt.Errorf("two parts are called %q", f.Name))
		}
		parts[name] = true
		if f.Flags&1 != 0 {
			return fault.New(fault.Invalid, ruleFileEncrypted, "the archive is protected by a password")
		}
		size := f.UncompressedSize64
		if !streamed(name) {
			held += size
		}
		if all += size; size > maxUnpacked || all > maxUnpacked || held > maxMemory || size > maxPart && tree(name) {
			return tooLarge("the unpacked workbook")
		}
	}
	if err := isWorkbook(z, parts); err != nil {
		return err
	}
	c := cellCheck{}
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if err := r.part(f, name, &c); err != nil {
			return err
		}
	}
	if c.used > c.strings {
		return broken("the workbook").Because(fmt.Errorf("%d strings are used, there are %d", c.used, c.strings))
	}
	return nil
}

func streamed(name string) bool {
	return name == "xl/sharedstrings.xml" || strings.HasPrefix(name, "xl/worksheets/sheet")
}

// tree reports whether the library reads a part as a tree when it opens the workbook.
func tree(name string) bool {
	switch path.Base(name) {
	case "styles.xml", "workbook.xml", "calcchain.xml", "[content_types].xml", "theme1.xml", "app.xml", "core.xml":
		return true
	}
	return strings.HasSuffix(name, ".rels")
}

// isWorkbook tells an archive that holds files from a workbook, and from workbooks of other kinds.
func isWorkbook(z *zip.Reader, parts map[string]bool) error {
	switch {
	case parts["xl/workbook.xml"]:
		return nil
	case parts["xl/workbook.bin"], parts["content.xml"], parts["word/document.xml"], parts["ppt/presentation.xml"], parts["index/document.iwa"]:
		return fault.New(fault.Invalid, ruleFileUnsupported, "this is an office document of another kind; save the list as .xlsx or .csv")
	case len(z.File) == 0:
		return fault.New(fault.Invalid, ruleFileEmpty, "the archive is empty")
	}
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "/") && !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			return fault.New(fault.Invalid, ruleFileNested, "this is an archive that holds %q; unpack it and send the files one by one", shorten(f.Name, 80))
		}
	}
	return broken("the workbook")
}

// part reads one part to its end, sheets and strings as XML, the others for their checksum.
func (r *reader) part(f *zip.File, name string, c *cellCheck) error {
	damaged := func(err error) error {
		if r.ctx.Err() != nil {
			return fmt.Errorf("reading %q: %w", r.report.File, r.ctx.Err())
		}
		if errors.Is(err, errCellXML) || errors.Is(err, errSpan) {
			return tooLarge("a sheet").Because(err)
		}
		return broken(f.Name).Because(err)
	}
	in, err := f.Open()
	if err != nil {
		return damaged(err)
	}
	defer func() { _ = in.Close() }()
	src := &cancelled{r.ctx, in}
	switch {
	case name == "xl/sharedstrings.xml":
		err = c.stringTable(src)
	case strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml"):
		err = c.sheet(src)
	}
	if err != nil {
		return damaged(err)
	}
	if _, err := io.Copy(io.Discard, src); err != nil {
		return damaged(err)
	}
	if c.strings > maxStrings {
		return tooLarge("the table of strings")
	}
	return nil
}

var (
	errCellXML = errors.New("a cell is too large")
	errSpan    = errors.New("the rows are too wide")
)

// gauge stops a parser that has taken too much since the last mark, so that one cell cannot fill the memory.
type gauge struct {
	r    io.Reader
	used int
}

func (g *gauge) Read(p []byte) (int, error) {
	if g.used > maxCellXML {
		return 0, errCellXML
	}
	n, err := g.r.Read(p)
	g.used += n
	return n, err
}

// cellCheck holds what sheets and strings must agree on.
type cellCheck struct {
	strings int // shared strings in the table
	used    int // one more than the highest that a cell uses
	span    int // cells up to the last written one of each row
}

func parser(g *gauge) *xml.Decoder {
	d := xml.NewDecoder(g)
	d.CharsetReader = htmlcharset.NewReaderLabel
	return d
}

// stringTable counts the shared strings.
func (c *cellCheck) stringTable(src io.Reader) error {
	g := &gauge{r: src}
	d := parser(g)
	for depth := 0; c.strings <= maxStrings; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			if depth++; e.Name.Local == "si" {
				c.strings++
			}
		case xml.EndElement:
			depth--
		}
		if depth <= 2 {
			g.used = 0
		}
	}
	return nil
}

// sheet walks through a sheet: it is well formed, its rows and cells stand in order, and its strings exist.
func (c *cellCheck) sheet(src io.Reader) error {
	g := &gauge{r: src}
	d := parser(g)
	depth, row, column, written := 0, 0, 0, 0
	value, shared := false, false
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			depth++
			switch e.Name.Local {
			case "row":
				if row, err = ordered(attribute(e, "r"), row); err != nil {
					return fmt.Errorf("row: %w", err)
				}
				column, written = 0, 0
			case "c":
				if column, err = orderedColumn(attribute(e, "r"), column); err != nil {
					return fmt.Errorf("row %d: %w", row, err)
				}
				shared = attribute(e, "t") == "s"
				if style := attribute(e, "s"); style != "" {
					if _, err := strconv.Atoi(style); err != nil {
						return fmt.Errorf("row %d: style: %w", row, err)
					}
				}
			case "v", "is", "f":
				value = e.Name.Local == "v"
				if column > written {
					c.span += column - written
					written = column
				}
				if c.span > maxSpan {
					return errSpan
				}
			}
		case xml.EndElement:
			depth--
			value = false
		case xml.CharData:
			if value && shared {
				n, err := strconv.Atoi(string(bytes.TrimSpace(e)))
				if err != nil || n < 0 {
					return fmt.Errorf("row %d: string %q", row, shorten(string(e), 20))
				}
				c.used = max(c.used, n+1)
			}
		}
		if depth <= 4 {
			g.used = 0
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// ordered gives the number of a row, which follows the one before when it states none.
func ordered(stated string, before int) (int, error) {
	if stated == "" {
		return before + 1, nil
	}
	n, err := strconv.Atoi(stated)
	if err != nil || n <= before {
		return 0, fmt.Errorf("%q after %d", shorten(stated, 20), before)
	}
	return n, nil
}

// orderedColumn does the same for the letters of a cell.
func orderedColumn(stated string, before int) (int, error) {
	if stated == "" {
		return before + 1, nil
	}
	n := 0
	for i := 0; i < len(stated) && i < 4; i++ {
		b := stated[i] &^ 0x20
		if b < 'A' || b > 'Z' {
			break
		}
		n = n*26 + int(b-'A') + 1
	}
	if n <= before {
		return 0, fmt.Errorf("cell %q after column %d", shorten(stated, 20), before)
	}
	return n, nil
}
