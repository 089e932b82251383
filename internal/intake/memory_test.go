//go:build !race

package intake

import (
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
)

// These tests read hundreds of megabytes to see that memory stays bounded. The race detector would make them take minutes
// and count its own memory; it sees the same code in the other tests.

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
