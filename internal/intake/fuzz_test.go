package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"amana/internal/fault"

	"golang.org/x/text/encoding/charmap"
)

// checkRead reads what may be anything, and checks what a caller relies on whatever it is.
func checkRead(t *testing.T, data []byte) {
	rows, rep, err := try("f", data, Options{MaxRows: 1000, MaxProblems: 20})
	if rep == nil {
		t.Fatal("no report")
	}
	rules := Rules()
	if err != nil {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind == fault.Internal || f.Refs["file"] != "f" || !slices.Contains(rules, f.Rule) {
			t.Fatalf("not a fault that names the file: %v", err)
		}
		return
	}
	if len(rows) != rep.Good || rep.Good+rep.Repeated > rep.Rows || rep.Errors+rep.Warnings != rep.ProblemCount || len(rep.SHA256) != 64 {
		t.Fatalf("%d rows, %+v", len(rows), rep)
	}
	for _, p := range rep.Problems {
		if !slices.Contains(rules, p.Rule) || p.Message == "" || !utf8.ValidString(p.Value) {
			t.Fatalf("%+v", p)
		}
	}
	keys := map[string]bool{}
	line := map[string]int{}
	for _, r := range rows {
		if keys[r.Key] || r.Line <= line[r.Sheet] || len(r.Details.Names)+len(r.Details.Documents) == 0 || !r.Details.Birth.Date.Valid() {
			t.Fatalf("%+v", r)
		}
		keys[r.Key], line[r.Sheet] = true, r.Line
		for _, n := range r.Details.Names {
			if n.Raw == "" || !utf8.ValidString(n.Raw) || strings.ContainsAny(n.Raw, "\x00\n") {
				t.Fatalf("%+v", n)
			}
		}
		for _, c := range r.Details.Claims {
			if c.Label == "" || c.Country != "" && len(c.Country) != 3 {
				t.Fatalf("%+v", c)
			}
		}
	}
	if _, err := json.Marshal(rep); err != nil {
		t.Fatal(err)
	}
	again, _, err := try("f", data, Options{MaxRows: 1000, MaxProblems: 20})
	if err != nil || len(again) != len(rows) || len(rows) > 0 && again[len(rows)-1].Key != rows[len(rows)-1].Key {
		t.Fatalf("read twice: %d and %d rows, %v", len(rows), len(again), err)
	}
}

func FuzzRead(f *testing.F) {
	arabic, err := charmap.Windows1256.NewEncoder().Bytes([]byte("ت;الاسم;الجنس;العمر\n1;محمد;ذكر;35\nالمجموع;1\n"))
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range [][]byte{
		arabic, []byte("Name,Sex\nAli,M\nOmar,\"M\n"), []byte("\xff\xfeN\x00a\x00m\x00e\x00,\x00S\x00e\x00x\x00\n\x00A\x00,\x00M\x00"), plain(f),
		[]byte("No|Name|DOB|Nationality|Mother\r1|A|1/1/90|Syrian-Iraqi|B\r"), []byte("sep=;\nالاسم;اللقب\nمحمد;ابو عمر\n"), []byte("PK\x03\x04"), nil,
	} {
		f.Add(s)
	}
	f.Fuzz(checkRead)
}

// FuzzSheet damages what is inside a workbook, which damage to the archive around it hardly ever reaches.
func FuzzSheet(f *testing.F) {
	book := plain(f)
	for _, s := range []string{
		opening + headerRow + `<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="0"><v>32980</v></c></row>` + ending,
		opening + headerRow + `<row><c t="str"><v>Ali</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>1990-04-17</v></c></row>` + ending,
		opening + headerRow + `<row r="9"><c r="C9"><f>1+1</f><v>2</v></c><c r="ZZ9" t="inlineStr"><is><r><t>a</t></r></is></c></row>` + ending,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, sheet []byte) {
		checkRead(t, remade(t, book, map[string]func(io.Writer) error{sheetPart: func(w io.Writer) error { _, err := w.Write(sheet); return err }}))
	})
}

// A list that is cut anywhere is read as far as it goes, or refused; it never gives a row that the whole does not have.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	whole := "Name,Sex,DOB\nAli,M,1990\n\"Omar, the\ntall\",M,1991\nSaid,M,1992\n"
	for n := range len(whole) {
		_, err := Read(context.Background(), "c", strings.NewReader(whole[:n]), -1, Options{AsOf: day}, func(r Row) error {
			if name := r.Details.Name(""); !strings.Contains(strings.ReplaceAll(whole, "\n", " "), name) {
				t.Errorf("cut at %d: %q", n, name)
			}
			return nil
		})
		if err != nil && !fault.Is(err, "file.no_header") && !fault.Is(err, "file.empty") {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}
