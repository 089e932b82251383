package synth_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"amana/internal/fault"
	"amana/internal/synth"
)

var asOf = time.Date(2026, 1, 22, 0, 0, 0, 0, time.UTC)

type made struct {
	files []synth.File
	truth synth.Truth
	cells map[synth.Ref][]string
}

// week is the full week, made and read back once for all tests.
var week = sync.OnceValues(func() (made, error) {
	files, truth, err := synth.Week(synth.Plan{Seed: 1, People: 7000, AsOf: asOf})
	if err != nil {
		return made{}, err
	}
	m := made{files: files, truth: truth, cells: map[synth.Ref][]string{}}
	for _, f := range files {
		if err := m.read(f); err != nil {
			return made{}, err
		}
	}
	return m, nil
})

func setup(t *testing.T) made {
	t.Helper()
	m, err := week()
	if err != nil {
		t.Fatalf("make the week: %v", err)
	}
	return m
}

func (m *made) read(f synth.File) error {
	if strings.HasSuffix(f.Name, ".xlsx") {
		book, err := excelize.OpenReader(bytes.NewReader(f.Bytes))
		if err != nil {
			return err
		}
		defer book.Close()
		for _, sheet := range book.GetSheetList() {
			rows, err := book.GetRows(sheet)
			if err != nil {
				return err
			}
			for i, row := range rows {
				m.cells[synth.Ref{File: f.Name, Sheet: sheet, Line: i + 1}] = row
			}
		}
		return nil
	}
	text := string(f.Bytes)
	if strings.Contains(f.Name, "old-system") {
		var err error
		if text, err = charmap.Windows1256.NewDecoder().String(text); err != nil {
			return err
		}
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	if strings.Count(text, ";") > strings.Count(text, ",") {
		in.Comma = ';'
	}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := in.FieldPos(0)
		m.cells[synth.Ref{File: f.Name, Line: line}] = row
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	plan := synth.Plan{Seed: 7, People: 900, AsOf: asOf}
	first, firstTruth, err := synth.Week(plan)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		again, truth, err := synth.Week(plan)
		if err != nil {
			t.Fatal(err)
		}
		for i := range first {
			if first[i].Name != again[i].Name || !bytes.Equal(first[i].Bytes, again[i].Bytes) {
				t.Errorf("%s differs between two calls", first[i].Name)
			}
		}
		if d := cmp.Diff(firstTruth, truth); d != "" {
			t.Errorf("truth differs between two calls:\n%s", d)
		}
	}
	plan.Seed++
	other, _, err := synth.Week(plan)
	if err != nil {
		t.Fatal(err)
	}
	for i := range first {
		if bytes.Equal(first[i].Bytes, other[i].Bytes) {
			t.Errorf("%s is the same under another seed", first[i].Name)
		}
	}
}

func TestRowsStandWhereTheTruthSays(t *testing.T) {
	t.Parallel()
	m := setup(t)
	has := func(cells []string, v string) bool {
		return v == "" || slices.ContainsFunc(cells, func(c string) bool { return c == v })
	}
	for _, row := range m.truth.Rows {
		cells := m.cells[row.Ref]
		if !has(cells, row.Mother) || !has(cells, row.Document) || !has(cells, row.Nationality) {
			t.Fatalf("%+v: the file has %q", row, cells)
		}
		joined := strings.Join(cells, " ")
		for _, word := range strings.Fields(row.Name) {
			if !strings.Contains(joined, word) {
				t.Fatalf("%+v: %q is not in %q", row.Ref, word, cells)
			}
		}
	}
	for _, total := range m.truth.Totals {
		if cells := m.cells[total.Ref]; len(cells) < 2 {
			t.Errorf("%+v: the file has %q", total, cells)
		}
	}
	for _, bad := range m.truth.Bad {
		if cells := m.cells[bad.Ref]; !has(cells, bad.Value) {
			t.Errorf("%+v: the file has %q", bad, cells)
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	m := setup(t)
	kinds := map[string]int{}
	for _, f := range m.files {
		switch {
		case strings.HasSuffix(f.Name, ".xlsx"):
			book, err := excelize.OpenReader(bytes.NewReader(f.Bytes))
			if err != nil {
				t.Fatalf("open %s: %v", f.Name, err)
			}
			kinds["workbook"]++
			if len(book.GetSheetList()) > 1 {
				kinds["several sheets"]++
			}
			for _, sheet := range book.GetSheetList() {
				view, err := book.GetSheetView(sheet, 0)
				if err != nil {
					t.Fatalf("view of %s %s: %v", f.Name, sheet, err)
				}
				if view.RightToLeft != nil && *view.RightToLeft {
					kinds["right to left"]++
				}
				merged, err := book.GetMergeCells(sheet)
				if err != nil {
					t.Fatalf("merged cells of %s %s: %v", f.Name, sheet, err)
				}
				if len(merged) > 3 {
					kinds["merged headings"]++
				}
			}
			book.Close()
		case bytes.HasPrefix(f.Bytes, []byte("\ufeff")):
			kinds["csv with mark"]++
		case strings.Contains(f.Name, "old-system"):
			kinds["csv windows-1256"]++
		default:
			kinds["csv"]++
		}
	}
	want := map[string]int{
		"workbook": 10, "several sheets": 5, "right to left": 15, "merged headings": 2,
		"csv with mark": 2, "csv windows-1256": 2, "csv": 2,
	}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Errorf("files (-want +got):\n%s", d)
	}
}

func TestAnySize(t *testing.T) {
	t.Parallel()
	for seed, people := range []int{1, 2, 39, 40, 100, 333, 1001} {
		files, truth, err := synth.Week(synth.Plan{Seed: int64(-seed), People: people, AsOf: asOf})
		if err != nil {
			t.Fatal(err)
		}
		if len(truth.People) != people || len(files) != 16 {
			t.Errorf("%d people in %d files, want %d in 16", len(truth.People), len(files), people)
		}
		if want := people + len(truth.Pairs) + len(truth.Repeated); len(truth.Rows) != want {
			t.Errorf("%d rows of %d people, want %d", len(truth.Rows), people, want)
		}
	}
}

func TestPlanIsChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plan synth.Plan
		want []string
	}{
		"nobody":       {synth.Plan{AsOf: asOf}, []string{"plan.people"}},
		"too many":     {synth.Plan{People: synth.MaxPeople + 1, AsOf: asOf}, []string{"plan.people"}},
		"no day":       {synth.Plan{People: 1}, []string{"plan.as_of"}},
		"nothing said": {synth.Plan{}, []string{"plan.people", "plan.as_of"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := synth.Week(c.plan)
			var got []string
			for _, f := range fault.As(err).Fields {
				got = append(got, f.Rule)
			}
			if d := cmp.Diff(c.want, got); d != "" || !fault.Is(err, "plan.invalid") {
				t.Errorf("%v: bad fields (-want +got):\n%s", err, d)
			}
		})
	}
}

func BenchmarkWeek(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := synth.Week(synth.Plan{Seed: 1, People: 7000, AsOf: asOf}); err != nil {
			b.Fatal(err)
		}
	}
}
