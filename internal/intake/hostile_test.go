package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"amana/internal/fault"

	"github.com/xuri/excelize/v2"
)

// remade copies a workbook with some parts replaced; a nil part is left out.
func remade(t testing.TB, data []byte, parts map[string]func(io.Writer) error) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		write, replaced := parts[f.Name]
		if !replaced {
			if err := out.Copy(f); err != nil {
				t.Fatal(err)
			}
		} else if write != nil {
			w, err := out.Create(f.Name)
			if err == nil {
				err = write(w)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func text(s ...string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(s, ""))
		return err
	}
}

func repeat(n int, before, s, after string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, before)
		for block := strings.Repeat(s, 1000); n > 0 && err == nil; n -= 1000 {
			_, err = io.WriteString(w, block)
		}
		return errors.Join(err, text(after)(w))
	}
}

const (
	sheetPart   = "xl/worksheets/sheet1.xml"
	stringsPart = "xl/sharedStrings.xml"
	opening     = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	headerRow   = `<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="inlineStr"><is><t>Sex</t></is></c></row>`
	ending      = `</sheetData></worksheet>`
)

func plain(t testing.TB) []byte {
	return workbook(t, map[string][][]any{"s": {{"Name", "Sex"}, {"Ali", "M"}, {"Omar", "M"}}}, []string{"s"}, nil)
}

// peak runs f and returns by how many MiB the heap grew at most, sampled.
func peak(f func()) int {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	done := make(chan struct{})
	most := make(chan uint64)
	go func() {
		var top uint64
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				most <- top
				return
			case <-tick.C:
				runtime.ReadMemStats(&now)
				top = max(top, now.HeapAlloc)
			}
		}
	}()
	f()
	close(done)
	top := <-most
	return int(top-min(top, before.HeapAlloc)) >> 20
}

func TestWholeFileFaults(t *testing.T) {
	t.Parallel()
	book := plain(t)
	archive := func(names ...string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, n := range names {
			if _, err := w.Create(n); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var encrypted bytes.Buffer
	f := excelize.NewFile()
	defer f.Close()
	if err := f.Write(&encrypted, excelize.Options{Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	declared := func(size uint64) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		if _, err := w.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, UncompressedSize64: size}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	flipped := bytes.Clone(book)
	flipped[bytes.Index(flipped, []byte(sheetPart))+len(sheetPart)+20] ^= 0xff
	for name, c := range map[string]struct {
		data []byte
		rule string
	}{
		"empty":                          {nil, "file.empty"},
		"blank":                          {[]byte(" \n\n\t"), "file.empty"},
		"only a mark":                    {[]byte("\ufeff"), "file.no_header"},
		"PDF":                            {[]byte("%PDF-1.7 ..."), "file.unsupported"},
		"HTML called xls":                {[]byte("\n<html><table><tr><td>Name"), "file.unsupported"},
		"XML":                            {[]byte(`<?xml version="1.0"?><Workbook/>`), "file.unsupported"},
		"noise":                          {[]byte(strings.Repeat("\x01\x02\x03\x7fab", 100)), "file.unsupported"},
		"xls":                            {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)), "file.old_excel"},
		"encrypted":                      {encrypted.Bytes(), "file.encrypted"},
		"empty archive":                  {archive(), "file.empty"},
		"archive with a workbook":        {archive("lists/", "lists/manifest.xlsx"), "file.nested_archive"},
		"archive in an archive":          {archive("a.zip"), "file.nested_archive"},
		"OpenDocument":                   {archive("mimetype", "content.xml"), "file.unsupported"},
		"binary workbook":                {archive("xl/workbook.bin"), "file.unsupported"},
		"only the name of a workbook":    {archive("xl/workbook.xml"), "file.broken"},
		"truncated":                      {book[:len(book)/2], "file.broken"},
		"one bit of a sheet":             {flipped, "file.broken"},
		"declares a terabyte":            {declared(1 << 40), "file.too_large"},
		"declares nearly 2^64":           {declared(1<<64 - 1), "file.too_large"},
		"sheet ends early":               {remade(t, book, map[string]func(io.Writer) error{sheetPart: text(opening, headerRow, `<row r="2"><c r="A2"`)}), "file.broken"},
		"sheet missing":                  {remade(t, book, map[string]func(io.Writer) error{sheetPart: nil}), "file.broken"},
		"strings missing":                {remade(t, book, map[string]func(io.Writer) error{stringsPart: nil}), "file.broken"},
		"strings fewer than used":        {remade(t, book, map[string]func(io.Writer) error{stringsPart: text(`<sst><si><t>Name</t></si></sst>`)}), "file.broken"},
		"two rows with one number":       {remade(t, book, map[string]func(io.Writer) error{sheetPart: text(opening, headerRow, headerRow, ending)}), "file.broken"},
		"cells out of order":             {remade(t, book, map[string]func(io.Writer) error{sheetPart: text(opening, `<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`, ending)}), "file.broken"},
		"row beyond the sheet":           {remade(t, book, map[string]func(io.Writer) error{sheetPart: text(opening, headerRow, `<row r="9999999"><c r="A9999999"><v>1</v></c></row>`, ending)}), "file.broken"},
		"a cell of 3 MB":                 {remade(t, book, map[string]func(io.Writer) error{sheetPart: repeat(3_000_000, opening+`<row r="1"><c r="A1" t="inlineStr"><is><t>`, "x", `</t></is></c></row>`+ending)}), "file.too_large"},
		"a comment of 3 MB":              {remade(t, book, map[string]func(io.Writer) error{sheetPart: repeat(3_000_000, opening+`<!--`, "<", `-->`+ending)}), "file.too_large"},
		"a cell of many pieces":          {remade(t, book, map[string]func(io.Writer) error{sheetPart: repeat(200_000, opening+`<row r="1"><c r="A1" t="inlineStr"><is>`, "<r><t>x</t></r>", `</is></c></row>`+ending)}), "file.too_large"},
		"styles of 9 MB":                 {remade(t, book, map[string]func(io.Writer) error{"xl/styles.xml": repeat(9_000_000, "", " ", "")}), "file.too_large"},
		"nothing but blanks in a sheet":  {remade(t, book, map[string]func(io.Writer) error{sheetPart: text(opening, ending)}), "file.no_header"},
		"entity that is declared inside": {remade(t, book, map[string]func(io.Writer) error{sheetPart: text(`<!DOCTYPE a [<!ENTITY b "c">]>`, opening, `<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>`, ending)}), "file.broken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := try("x", c.data, Options{})
			if f := fault.As(err); f.Rule != c.rule || f.Refs["file"] != "x" {
				t.Errorf("got %v (%v), want %s", err, errors.Unwrap(err), c.rule)
			}
		})
	}
}

func TestWorkbookTooLargeIsNotRead(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{2 << 30, -1} {
		r := io.MultiReader(strings.NewReader("PK\x03\x04"), endless{})
		_, err := Read(context.Background(), "big.xlsx", r, size, Options{AsOf: day}, nil)
		if !fault.Is(err, "file.too_large") {
			t.Errorf("size %d: %v", size, err)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestReaderThatFails(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	for _, begin := range []string{"", "Name,Sex\nAli,M\n", "PK\x03\x04"} {
		_, err := Read(context.Background(), "x", io.MultiReader(strings.NewReader(begin), failing{lost}), -1, Options{AsOf: day}, func(Row) error { return nil })
		if !fault.Is(err, "file.unreadable") || !errors.Is(err, lost) {
			t.Errorf("%q: %v", begin, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// The tests of memory run alone: others would be counted with them.
func TestZipBombStaysSmall(t *testing.T) {
	bomb := remade(t, plain(t), map[string]func(io.Writer) error{sheetPart: repeat(600_000_000, opening, " ", ending)})
	if len(bomb) > 2<<20 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	var err error
	if used := peak(func() { _, _, err = try("bomb.xlsx", bomb, Options{}) }); used > 32 || !fault.Is(err, "file.too_large") {
		t.Errorf("%d MiB, %v", used, err)
	}
	// The same, but within the limit: blanks without end between two tags are as bad as in one cell.
	bomb = remade(t, plain(t), map[string]func(io.Writer) error{sheetPart: repeat(400_000_000, opening, " ", ending)})
	if used := peak(func() { _, _, err = try("bomb.xlsx", bomb, Options{}) }); used > 32 || !fault.Is(err, "file.too_large") {
		t.Errorf("%d MiB, %v", used, err)
	}
}

func TestMillionEmptyColumns(t *testing.T) {
	data := remade(t, plain(t), map[string]func(io.Writer) error{
		sheetPart: repeat(1<<20, opening+headerRow+`<row r="2"><c r="A2" t="inlineStr"><is><t>Ali</t></is></c>`, "<c/>", `<c t="inlineStr"><is><t>far</t></is></c></row>`+ending),
	})
	var rows []Row
	var rep *Report
	var err error
	used := peak(func() { rows, rep, err = try("wide.xlsx", data, Options{}) })
	if err != nil || len(rows) != 1 || used > 100 {
		t.Fatalf("%d rows, %d MiB, %v (%v)", len(rows), used, err, errors.Unwrap(err))
	}
	equal(t, "problems", problems(rep), []string{"warning row.too_wide s2"})
}

func TestManyWideRows(t *testing.T) {
	wide := func(n int) []byte {
		return remade(t, plain(t), map[string]func(io.Writer) error{
			sheetPart: repeat(n, opening+strings.ReplaceAll(headerRow, ` r="1"`, ""), `<row><c r="XFD1" t="str"><v>a</v></c></row>`, ending),
		})
	}
	var rep *Report
	var err error
	few, many := wide(2_000), wide(200_000)
	used := peak(func() { _, rep, err = try("wide.xlsx", few, Options{MaxProblems: 10}) })
	if err != nil || used > 100 || rep.ProblemCount != 2_000 || len(rep.Problems) != 10 {
		t.Errorf("%d MiB, %d problems, %v (%v)", used, rep.ProblemCount, err, errors.Unwrap(err))
	}
	used = peak(func() { _, _, err = try("wide.xlsx", many, Options{}) })
	if used > 32 || !fault.Is(err, "file.too_large") {
		t.Errorf("%d MiB, %v", used, err)
	}
}

// Sheets and strings above a few megabytes go through the temporary directory; nothing may be lost on the way.
func TestLargeSheetThroughTheDisk(t *testing.T) {
	const n = 60_000
	var sheet, shared strings.Builder
	sheet.WriteString(opening + headerRow)
	shared.WriteString(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`)
	for i := range n {
		fmt.Fprintf(&sheet, `<row r="%d"><c r="A%d" t="s"><v>%d</v></c><c r="B%d" t="inlineStr"><is><t>M</t></is></c></row>`, i+2, i+2, i, i+2)
		fmt.Fprintf(&shared, `<si><t>%s %d</t></si>`, strings.Repeat("محمد علي ", 4), i)
	}
	sheet.WriteString(ending)
	shared.WriteString(`</sst>`)
	if sheet.Len() < maxHeld || shared.Len() < maxHeld {
		t.Fatal("too small to spill")
	}
	data := remade(t, plain(t), map[string]func(io.Writer) error{sheetPart: text(sheet.String()), stringsPart: text(shared.String())})
	var last Row
	var rep *Report
	var err error
	used := peak(func() {
		rep, err = Read(context.Background(), "l.xlsx", bytes.NewReader(data), int64(len(data)), Options{AsOf: day}, func(r Row) error { last = r; return nil })
	})
	if err != nil || rep.Good != n || rep.ProblemCount != 0 || used > 100 {
		t.Fatalf("%d MiB, %+v, %v (%v)", used, rep, err, errors.Unwrap(err))
	}
	equal(t, "last name", last.Details.Name(""), strings.Repeat("محمد علي ", 4)+"59999")
}

func TestCellOfFiftyMegabytes(t *testing.T) {
	line := "Name,Sex\nAli,M\n" + strings.Repeat("x", 50<<20)
	for name, data := range map[string]string{"bare": line + ",M\nOmar,M\n", "quoted": line[:15] + `"` + line[15:] + "\",M\nOmar,M\n"} {
		var rows []Row
		var rep *Report
		var err error
		used := peak(func() { rows, rep, err = try("long.csv", []byte(data), Options{}) })
		if err != nil || used > 80 { // the copy of the input is 50
			t.Fatalf("%s: %d MiB, %v", name, used, err)
		}
		if len(rows) != 3 || rows[2].Details.Name("") != "Omar" || rep.Rules["line.too_long"] != 1 || rep.Rules["cell.too_long"] != 1 {
			t.Errorf("%s: %d rows, %v", name, len(rows), rep.Rules)
		}
		if n := len([]rune(rows[1].Details.Name(""))); n != maxCell+1 {
			t.Errorf("%s: a name of %d characters", name, n)
		}
	}
}

// A quotation mark that nobody closed must not swallow the persons after it.
func TestStrayQuotes(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, "%d,Person %d,M\n", i, i)
	}
	for name, c := range map[string]struct {
		text  string
		rows  int
		stray int
	}{
		"never closed":            {"No,Name,Sex\nx,\"Ali,M\n" + many.String(), 101, 1},
		"on the last line":        {"No,Name,Sex\n1,Omar,M\nx,\"Ali,M\n", 2, 1},
		"closed by another":       {"No,Name,Sex\n1,\"Ali,M\n2,Omar,M\n3,Said,M\n4,\"Musa\",M\n", 4, 1},
		"inside a word":           {"No,Name,Sex\n1,Ali \"the tall,M\n2,Omar,M\n", 2, 0},
		"nested":                  {"No,Name,Sex\n1,\"\"\"\"\"\"\"\"Ali\"\"\"\"\"\",M\n2,Omar,M\n", 2, 1},
		"ten thousand":            {"No,Name,Sex\n1,Ali" + strings.Repeat(`"`, 10_001) + ",M\n2,Omar,M\n", 2, 0},
		"every line":              {"No,Name,Sex\n" + strings.ReplaceAll(many.String(), "Person", `"Person`), 100, 100},
		"line breaks that belong": {"No,Name,Sex\n1,\"Ali\nHasan\",M\n2,Omar,M\n", 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, rep := read(t, "q.csv", []byte(c.text), Options{})
			if len(rows) != c.rows || rep.Rules["line.stray_quote"] != c.stray {
				t.Errorf("%d rows, %v", len(rows), rep.Rules)
			}
		})
	}
}

func TestDamagedText(t *testing.T) {
	t.Parallel()
	rows, rep := read(t, "d.csv", []byte("Name,Sex\nAl\x00i\x07,M\n"+strings.Repeat("محمد,M\n", 30)+"Om\xffar,M\n"), Options{})
	equal(t, "names", []string{rows[0].Details.Name(""), rows[2].Details.Name("")}, []string{"Ali", "Om\ufffdar"})
	equal(t, "rules", rep.Rules, map[string]int{"cell.control_character": 1, "cell.encoding": 1, "row.repeated": 29})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	_, _, err := try("l.csv", []byte("Name,Sex\nA,M\nB,M\nC,M\n"), Options{MaxRows: 2})
	if f := fault.As(err); f.Rule != "file.too_many_rows" || f.Kind != fault.TooLarge {
		t.Error(err)
	}
	rows, rep := read(t, "w.csv", []byte("Name,Sex\nAli,M"+strings.Repeat(",x", 600)+"\n"), Options{})
	equal(t, "columns", []int{len(rows[0].Extra), rep.Rules["row.too_wide"]}, []int{510, 1})
	_, rep = read(t, "p.csv", []byte("Name,Sex\n"+strings.Repeat("Ali,yes\n", 50)), Options{MaxProblems: 3})
	equal(t, "problems", []int{len(rep.Problems), rep.ProblemCount}, []int{3, 50})
}

// manifest generates a list of text without end in memory.
type manifest struct {
	rows, left int
	buf        bytes.Buffer
}

func (m *manifest) Read(p []byte) (int, error) {
	for m.buf.Len() < len(p) && m.left > 0 {
		i := m.rows - m.left
		m.left--
		fmt.Fprintf(&m.buf, "%d,محمد علي %d,ذكر,سوري,17/4/%d,%s\n", i+1, i, 1950+i%50, strings.Repeat("ملاحظة ", 55))
	}
	if m.buf.Len() == 0 {
		return 0, io.EOF
	}
	return m.buf.Read(p)
}

func TestLongListIsStreamed(t *testing.T) {
	const n = 400_000
	src := &manifest{rows: n, left: n}
	src.buf.WriteString("ت,الاسم,الجنس,الجنسية,تاريخ الولادة,ملاحظات\n")
	var rep *Report
	var err error
	size := &counted{r: src}
	used := peak(func() {
		rep, err = Read(context.Background(), "long.csv", size, -1, Options{AsOf: day}, func(Row) error { return nil })
	})
	if err != nil || rep.Good != n || rep.ProblemCount != 0 || size.n < 300_000_000 {
		t.Fatalf("%d bytes, %+v, %v", size.n, rep, err)
	}
	if used > 100 {
		t.Errorf("%d MiB of heap for a list of %d MiB", used, size.n>>20)
	}
	t.Logf("%d MiB of heap for a list of %d MiB", used, size.n>>20)
}

type counted struct {
	r io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}
