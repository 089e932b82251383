package trial_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/person"
	"amana/internal/trial"
)

func TestReadRows(t *testing.T) {
	t.Parallel()
	text := "\ufeffID\tname\tsex\tdob\tnat\tremark\r\n" +
		"7\tAli Hasan \tm\t1990-04-17\tirq; SY\tseen\r\n" +
		"\r\n" +
		"8\tعلي\tFemale\t1990\tIRQ,SYR XXA\r\n" +
		"8\tAbu Ali\t\t\t\r\n" +
		"9\t\t9\t1990-04~"
	got, err := trial.ReadRows("r.tsv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []trial.Row{
		{ID: "7", Name: "Ali Hasan", Sex: person.Male, Birth: civil.Date{Year: 1990, Month: 4, Day: 17}, Nats: []string{"IRQ", "SYR"}, Line: 2},
		{ID: "8", Name: "علي", Sex: person.Female, Birth: civil.Date{Year: 1990}, Nats: []string{"IRQ", "SYR", "XXA"}, Line: 4},
		{ID: "8", Name: "Abu Ali", Line: 5},
		{ID: "9", Sex: person.SexOther, Birth: civil.Date{Year: 1990, Month: 4, Approx: true}, Line: 6},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadPairs(t *testing.T) {
	t.Parallel()
	text := "name_a\tdob_a\tnat_a\tsex_a\tname_b\tdob_b\tnat_b\tsex_b\tsame\tkind\n" +
		"Ali\t1990\tIRQ\t1\tAly\t\t\t\t1\tsame\n" +
		"Ali\t\t\t\tOmar\t\t\tF\t0\t\n"
	got, err := trial.ReadPairs("p.tsv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []trial.Pair{
		{A: trial.Row{Name: "Ali", Birth: civil.Date{Year: 1990}, Nats: []string{"IRQ"}, Sex: person.Male, Line: 2}, B: trial.Row{Name: "Aly", Line: 2}, Same: true, Kind: "same", Line: 2},
		{A: trial.Row{Name: "Ali", Line: 3}, B: trial.Row{Name: "Omar", Sex: person.Female, Line: 3}, Line: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

const (
	rowHeader  = "id\tname\tdob\tnat\tsex\n"
	pairHeader = "name_a\tdob_a\tnat_a\tsex_a\tname_b\tdob_b\tnat_b\tsex_b\tsame\n"
)

// TestFaults names what is wrong with a file: the rule of the error, and each bad cell.
func TestFaults(t *testing.T) {
	t.Parallel()
	type field struct {
		Name string
		Row  int
		Rule string
	}
	for name, c := range map[string]struct {
		pairs bool
		text  string
		rule  string
		bad   []field
	}{
		"empty":          {text: "", rule: "file.empty"},
		"no header":      {text: "7\tAli\t1990\tIRQ\tM\n", rule: "file.header", bad: []field{{"id", 1, "column.missing"}, {"name", 1, "column.missing"}, {"dob", 1, "column.missing"}, {"nat", 1, "column.missing"}, {"sex", 1, "column.missing"}}},
		"a column twice": {text: "id\tname\tname\tdob\tnat\tsex\n", rule: "file.header", bad: []field{{"name", 1, "column.twice"}}},
		"commas":         {text: "id,name,dob,nat,sex\n", rule: "file.header", bad: []field{{"id", 1, "column.missing"}, {"name", 1, "column.missing"}, {"dob", 1, "column.missing"}, {"nat", 1, "column.missing"}, {"sex", 1, "column.missing"}}},
		"all cells": {
			text: rowHeader + "\tAli\t17.4.1990\tIraq\tman\n8\tAli\t1990-02-30\tQQQ IRQ AB1 419 EU\tM\n", rule: "file.cells",
			bad: []field{{"id", 2, "id.missing"}, {"dob", 2, "date.unreadable"}, {"nat", 2, "nationality.unknown"}, {"sex", 2, "sex.unreadable"}, {"dob", 3, "date.impossible"}, {"nat", 3, "nationality.unknown"}, {"nat", 3, "nationality.unknown"}, {"nat", 3, "nationality.unknown"}, {"nat", 3, "nationality.unknown"}},
		},
		"too many cells": {text: rowHeader + "8\tAli\t\t\tM\tmore\n", rule: "file.cells", bad: []field{{"", 2, "row.cells"}}},
		"no UTF-8":       {text: rowHeader + "8\tAl\xffi\t\t\tM\n", rule: "file.cells", bad: []field{{"", 2, "text.encoding"}}},
		"a long line":    {text: rowHeader + strings.Repeat("x", 70_000), rule: "line.long"},
		"no answer":      {pairs: true, text: pairHeader + "Ali\t\t\t\tAly\t\t\t\t\n" + "Ali\t\t\t\tAly\t\t\t\tyes\n" + "Ali\n", rule: "file.cells", bad: []field{{"same", 2, "same.unreadable"}, {"same", 3, "same.unreadable"}, {"same", 4, "same.unreadable"}}},
		"sides":          {pairs: true, text: pairHeader + "Ali\t1\t\t\tAly\t2\t\tx\t1\n", rule: "file.cells", bad: []field{{"dob_a", 2, "date.unreadable"}, {"dob_b", 2, "date.unreadable"}, {"sex_b", 2, "sex.unreadable"}}},
		"no column same": {pairs: true, text: strings.TrimSuffix(pairHeader, "\tsame\n"), rule: "file.header", bad: []field{{"same", 1, "column.missing"}}},
	} {
		var err error
		if c.pairs {
			_, err = trial.ReadPairs("the file", strings.NewReader(c.text))
		} else {
			_, err = trial.ReadRows("the file", strings.NewReader(c.text))
		}
		if !fault.Is(err, c.rule) || !strings.Contains(err.Error(), "the file") {
			t.Errorf("%s: %v, want %s", name, err, c.rule)
			continue
		}
		var bad []field
		for _, f := range fault.As(err).Fields {
			bad = append(bad, field{f.Name, f.Row, f.Rule})
		}
		if diff := cmp.Diff(c.bad, bad); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestFaultsAreBounded(t *testing.T) {
	t.Parallel()
	_, err := trial.ReadRows("r", strings.NewReader(rowHeader+strings.Repeat("\t\t"+strings.Repeat("9", 500)+"\t\t\n", 5000)))
	e := fault.As(err)
	if len(e.Fields) != 100 || len(e.Fields[1].Value) > 100 {
		t.Errorf("%d faults, the value of one is %q", len(e.Fields), e.Fields[1].Value)
	}
}

func TestEachStops(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	if err := trial.EachRow("r", strings.NewReader(rowHeader+"1\tAli\n2\tAli\n"), func(trial.Row) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
	if err := trial.EachPair("r", strings.NewReader(pairHeader+"Ali\t\t\t\tAli\t\t\t\t1\n"), func(trial.Pair) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
	if _, err := trial.ReadRows("r", iotest.ErrReader(enough)); !errors.Is(err, enough) {
		t.Error(err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriting(t *testing.T) {
	t.Parallel()
	r := trial.NewRegister(29, 3000, trial.Whole)
	if trial.WriteRows(full{}, r.Rows()) == nil || trial.WritePairs(full{}, trial.Pairs(1, 2, trial.Whole), false) == nil {
		t.Error("a full disk is not noticed")
	}
	back, err := trial.ReadRows("r", strings.NewReader(register(t, r)))
	if err != nil {
		t.Fatal(err)
	}
	var want []trial.Row
	for row := range r.Rows() {
		also := row.Also
		row.Also = nil
		want = append(want, row)
		for _, row.Name = range also {
			want = append(want, row)
		}
	}
	for i := range back {
		back[i].Line = 0
	}
	if diff := cmp.Diff(want, back); diff != "" {
		t.Error(diff)
	}
	for _, withKind := range []bool{false, true} {
		var b bytes.Buffer
		if err := trial.WritePairs(&b, trial.Pairs(31, 2000, trial.Whole), withKind); err != nil {
			t.Fatal(err)
		}
		pairs, err := trial.ReadPairs("p", &b)
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for p := range trial.Pairs(31, 2000, trial.Whole) {
			p.Slices, p.Line, p.A.Line, p.B.Line = trial.Slices{}, i+2, i+2, i+2
			if !withKind {
				p.Kind = ""
			}
			if diff := cmp.Diff(p, pairs[i]); diff != "" {
				t.Fatal(diff)
			}
			i++
		}
	}
	var b strings.Builder
	if err := trial.WriteRows(&b, slices.Values([]trial.Row{{ID: "1", Name: "a\tb\nc"}})); err != nil || b.String() != rowHeader+"1\ta b c\t\t\t\n" {
		t.Errorf("%v %q", err, b.String())
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	got := trial.Row{ID: "1", Name: "علي حسن", Also: []string{"Abu Omar"}, Birth: civil.Date{Year: 1990, Month: 1, Day: 1}, Nats: []string{"IRQ"}, Sex: person.Male}.Details()
	want := person.Details{
		Names:  []person.Name{{Raw: "علي حسن", Script: "Arab"}, {Raw: "Abu Omar", Kind: "alias", Script: "Latn"}},
		Sex:    person.Male,
		Birth:  person.Birth{Date: civil.Date{Year: 1990, Month: 1, Day: 1}, Method: civil.Assigned},
		Claims: []person.Claim{{Country: "IRQ", Label: "IRQ", Status: "claimed"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(person.Details{Names: []person.Name{{Raw: "?"}}}, trial.Row{Name: "?"}.Details()); diff != "" {
		t.Error(diff)
	}
	labels := trial.Slices{Origin: "iraq", Scripts: "Arab-Latn", Habit: "french", Noise: []string{"typing"}}.All()
	if diff := cmp.Diff([]string{"origin:iraq", "scripts:Arab-Latn", "habit:french", "noise:typing"}, labels); diff != "" {
		t.Error(diff)
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add([]byte(rowHeader + "7\tAli\t1990~\tIRQ;sy\tM\n8\t\xff\n"))
	f.Add([]byte("\ufeffsex\tid\tdob\tname\tnat\r\nF\t1\t1990-04\tعلي\t\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := trial.ReadRows("f", bytes.NewReader(b))
		if err != nil {
			if e := fault.As(err); e.Kind == fault.Internal || len(e.Fields) > 100 {
				t.Fatalf("%v", err)
			}
			return
		}
		var out bytes.Buffer
		if err := trial.WriteRows(&out, slices.Values(rows)); err != nil {
			t.Fatal(err)
		}
		back, err := trial.ReadRows("f", &out)
		if err != nil || len(back) != len(rows) {
			t.Fatalf("%d rows read back as %d: %v", len(rows), len(back), err)
		}
		for i, row := range rows {
			if got := back[i]; got.Birth != row.Birth || got.Sex != row.Sex || !slices.Equal(got.Nats, row.Nats) {
				t.Fatalf("%+v reads back as %+v", row, got)
			}
			row.Details()
		}
	})
}

func FuzzReadPairs(f *testing.F) {
	f.Add([]byte(pairHeader + "Ali\t1990\tIRQ\t1\tAly\t\t\t\t1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		pairs, err := trial.ReadPairs("f", bytes.NewReader(b))
		if err != nil {
			if e := fault.As(err); e.Kind == fault.Internal || len(e.Fields) > 100 {
				t.Fatalf("%v", err)
			}
			return
		}
		var out bytes.Buffer
		if err := trial.WritePairs(&out, slices.Values(pairs), true); err != nil {
			t.Fatal(err)
		}
		if back, err := trial.ReadPairs("f", &out); err != nil || len(back) != len(pairs) {
			t.Fatalf("%d pairs read back as %d: %v", len(pairs), len(back), err)
		}
	})
}
