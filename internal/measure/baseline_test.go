package measure_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/identity"
	"amana/internal/measure"
	"amana/internal/person"
	"amana/internal/trial"
)

func named(names ...string) person.Details {
	var d person.Details
	for _, n := range names {
		d.Names = append(d.Names, person.Name{Raw: n})
	}
	return d
}

// TestJaroWinkler holds the library against the examples of Winkler (1990), and against letters of more than one byte.
func TestJaroWinkler(t *testing.T) {
	t.Parallel()
	m := measure.ByJaroWinkler()
	for _, c := range []struct {
		a, b []string
		want float64
	}{
		{[]string{"Martha"}, []string{"MARHTA"}, .961},
		{[]string{"Dixon"}, []string{"Dicksonx"}, .813},
		{[]string{"محمد"}, []string{"محمود"}, .953},
		{[]string{"محمد"}, []string{"خالد"}, .5},
		{[]string{"أحمد"}, []string{"احمد"}, 1},
		{[]string{"Xyz", "Martha"}, []string{"Abc", "Marhta"}, .961},
		{nil, []string{"Ali"}, 0},
		{[]string{"!"}, []string{"!"}, 0},
	} {
		a, b := m.Prepare(named(c.a...)), m.Prepare(named(c.b...))
		if got, back := m.Score(a, b), m.Score(b, a); math.Abs(got-c.want) > 1e-3 || got != back {
			t.Errorf("%q and %q: %.4f and %.4f, want %.3f", c.a, c.b, got, back, c.want)
		}
	}
	if got := m.Prepare(person.Details{Names: []person.Name{{Raw: "Omar"}, {Raw: "Huda", Kind: "mother"}}}); !cmp.Equal(got, []string{"omar"}) {
		t.Errorf("the mother's name counts: %q", got)
	}
}

var register = []trial.Row{
	{Name: "Ahmad Khalil Ibrahim"},
	{Name: "Salim Farag", Also: []string{"Abu Omar al-Masri"}},
	{Name: "أحمد خليل"},
	{Name: "Ahmed Khalid"},
	{Name: `"; DROP TABLE names; -- OR * NEAR`},
}

func places(t *testing.T, search measure.Search, name string, limit int) []uint64 {
	t.Helper()
	hits, err := search(trial.Row{Name: name}, limit)
	if err != nil {
		t.Fatalf("%q: %v", name, err)
	}
	var found []uint64
	for i, h := range hits {
		found = append(found, h.Number)
		if i > 0 && h.Bits > hits[i-1].Bits {
			t.Errorf("%q: answer %d is better than the one before", name, i)
		}
	}
	return found
}

func TestTrigrams(t *testing.T) {
	t.Parallel()
	x, err := measure.NewTrigrams(t.Context(), t.TempDir(), len(register), func(i int) trial.Row { return register[i] })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	search := x.Search(t.Context())
	for name, want := range map[string][]uint64{
		"Ahmad Khalil":      {0, 3, 1}, // the last shares "ali"
		"Farag":             {1},
		"Abu Omar el Masri": {1},
		"احمد خليل":         {2},
		"drop tables":       {4},
		"al":                nil, // no three letters
		"":                  nil,
		`" OR name:*`:       {4},    // nothing is a command
		"ahm":               {3, 0}, // it is more of the shorter
	} {
		if diff := cmp.Diff(want, places(t, search, name, 5)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
	if got := places(t, search, "Ahmad Khalil", 1); len(got) != 1 {
		t.Errorf("one was asked for: %v", got)
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	search := measure.ByScan(measure.ByJaroWinkler(), register)
	for name, want := range map[string][]uint64{
		"Ahmad Khalil Ibrahim": {0, 3},
		"Abu Omar Masri":       {1},
	} {
		if got := places(t, search, name, len(want)); !cmp.Equal(want, got) {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
	if got := places(t, search, "Ahmad", 100); len(got) != len(register) {
		t.Errorf("%v", got)
	}
}

// TestByIndex finds somebody by the program's own index and matcher.
func TestByIndex(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	x := identity.NewIndex(m)
	for i, name := range []string{"Ahmad Khalil Ibrahim al-Jabouri", "Salim Farag Mansour"} {
		x.Add(uint64(i), m.Record(named(name)))
	}
	hits := x.Search(m.Record(named("Salim Faraj Mansur")), 5)
	if len(hits) == 0 || hits[0].Number != 1 {
		t.Errorf("%v", hits)
	}
	own := measure.ByModel(m)
	a, b := own.Prepare(named("Salim Farag Mansour")), own.Prepare(named("Salim Faraj Mansur"))
	if own.Score(a, b) < own.Least {
		t.Errorf("%.1f bits, the threshold is %.1f", own.Score(a, b), own.Least)
	}
}
