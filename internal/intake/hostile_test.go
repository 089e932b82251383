package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

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
