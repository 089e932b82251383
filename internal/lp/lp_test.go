package lp

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/demand"
	"amana/internal/fault"
	"amana/internal/plancheck"
	"amana/internal/planfile"
	"amana/internal/planning"
)

// judge fills the program with a plan and the best values of the other variables, and tells whether every row holds and what it costs.
func judge(m *model, places []int) (feasible bool, cost float64) {
	mothers, families := m.q.Mothers(), m.q.Families()
	prisons, of := m.q.Prisons()
	values := make([]float64, len(m.columns))
	sums := make([]float64, len(m.rows))
	set := func(c int, value float64) {
		values[c] = value
		for n, r := range m.columns[c].rows {
			sums[r] += value * m.columns[c].values[n]
		}
	}
	planned := make([]int, len(prisons))
	for i, l := range places {
		if l == planning.Nowhere {
			continue
		}
		if m.at[i][l] < 0 {
			return false, 0
		}
		set(m.at[i][l], 1)
		planned[of[l]]++
	}
	for c := range m.columns { // first those that a plan decides, then those that count what is above
		var a, b int
		switch name := m.columns[c].name; name[0] {
		case 'u':
			if fmt.Sscanf(name, "u%d", &a); places[a] == planning.Nowhere {
				set(c, 1)
			}
		case 'z':
			fmt.Sscanf(name, "z%d", &a)
			for i, l := range places {
				needs := i
				if mothers[i] != planning.Nowhere {
					needs = mothers[i]
				}
				if l == a && m.q.People[needs].Legal == planning.Convicted && values[c] == 0 {
					set(c, 1)
				}
			}
		case 'y':
			fmt.Sscanf(name, "y%d_%d", &a, &b)
			home := 0
			for _, i := range families[a] {
				if places[i] != planning.Nowhere {
					home = of[places[i]]
				}
			}
			if home == b {
				set(c, 1)
			}
		case 'p':
			fmt.Sscanf(name, "p%d", &a)
			set(c, float64(planned[a]))
		}
	}
	for c := range m.columns {
		switch m.columns[c].name[0] {
		case 'd', 'g', 'n':
			r := m.columns[c].rows[0]
			set(c, max(sums[r]-m.rows[r].limit, 0))
		}
		cost += values[c] * m.columns[c].cost
	}
	for r, row := range m.rows {
		if sums[r] > row.limit+1e-9 || row.equal && math.Abs(sums[r]-row.limit) > 1e-9 {
			return false, cost
		}
	}
	return true, cost
}

// TestProgramIsTheQuestion draws plans, good and bad, and asks the independent checker whether the program says of them what it should.
func TestProgramIsTheQuestion(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	good, bad := 0, 0
	for n := range 4000 {
		q := demand.Small(r)
		m := build(&q)
		places := make([]int, len(q.People))
		for i := range places {
			if places[i] = planning.Nowhere; r.IntN(3) > 0 {
				for range 6 { // mostly a place that takes them alone
					places[i] = r.IntN(len(q.Places))
					if q.Excluded(i, places[i], q.Mothers()[i]) == 0 {
						break
					}
				}
			}
		}
		report := plancheck.Check(&q, planfile.Rows(&q, places, func(int) string { return "" }))
		feasible, cost := judge(m, places)
		if feasible != (len(report.Violations) == 0) {
			t.Fatalf("plan %d: the program says %v, the checker %+v\n%+v\n%v", n, feasible, report.Violations, q, places)
		}
		if !feasible {
			bad++
			continue
		}
		good++
		if want := report.Cost.Total() + Left*float64(report.Unplaced); math.Abs(cost-want) > 1e-6 {
			t.Fatalf("plan %d costs %v in the program, %v by the checker\n%+v\n%v", n, cost, want, q, places)
		}
	}
	if good < 300 || bad < 300 {
		t.Errorf("%d good plans and %d bad ones were drawn", good, bad)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	q := planning.Problem{
		People: []planning.Person{{ID: "a", Sex: 1, Age: 30, Legal: planning.Untried, Security: 1}},
		Places: []planning.Place{{ID: "x", Prison: "P", Sex: 1, Age: "adult", Legal: planning.Untried, SecurityMax: 1, Capacity: 1}},
	}
	var got bytes.Buffer
	if err := Write(&got, &q); err != nil {
		t.Fatal(err)
	}
	want := `NAME plan
ROWS
 N cost
 E r0
 L r1
 L r2
 E r3
 L r4
 L r5
 L r6
 L r7
 L r8
COLUMNS
 mark0 'MARKER' 'INTORG'
 x0_0 cost 0
 x0_0 r0 1
 x0_0 r1 1
 x0_0 r3 1
 mark1 'MARKER' 'INTEND'
 u0 cost 10000
 u0 r0 1
 p0 cost 0
 p0 r3 -1
 p0 r4 1
 p0 r5 1
 p0 r6 1
 p0 r7 1
 p0 r8 1
 d0_0 cost 0
 d0_0 r4 -1
 d0_1 cost 0
 d0_1 r5 -1
 d0_2 cost 0
 d0_2 r6 -1
 d0_3 cost 0
 d0_3 r7 -1
 d0_4 cost 0
 d0_4 r8 -1
RHS
 limit r0 1
 limit r1 1
 limit r4 1
 limit r5 2
 limit r6 2
 limit r7 2
 limit r8 2
BOUNDS
 UP bound x0_0 1
ENDATA
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("program (-want +got):\n%s", diff)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	q := planning.Problem{People: make([]planning.Person, 3), Places: make([]planning.Place, 2)}
	for name, x := range map[string]struct {
		text string
		want []int
		rule string
		row  int
	}{
		"a solution":   {text: "Optimal - objective value 12\n 0 x0_1 1 3.5\n 4 u1 1 10000\n**  7 x2_0  0.9999999  2\n 8 y0_0 1 0\n", want: []int{1, planning.Nowhere, 0}},
		"a fraction":   {text: "Stopped on time\n 0 x0_1 0.3 3.5\n", want: []int{planning.Nowhere, planning.Nowhere, planning.Nowhere}},
		"nothing":      {want: []int{planning.Nowhere, planning.Nowhere, planning.Nowhere}},
		"a stranger":   {text: "Optimal\n 0 x3_1 1 3.5\n", rule: "solution.unreadable", row: 2},
		"a new place":  {text: "Optimal\n 0 x0_2 1 3.5\n", rule: "solution.unreadable", row: 2},
		"no number":    {text: "Optimal\n 0 x0_1 one 3.5\n", rule: "solution.unreadable", row: 2},
		"half a name":  {text: "Optimal\n 0 x0 1 3.5\n", rule: "solution.unreadable", row: 2},
		"no plan":      {text: "Stopped on time (no integer solution - continuous used) - objective value 9.5\n 0 x0_1 1 3.5\n", rule: "solution.none"},
		"below nobody": {text: "Optimal\n 0 x-1_0 1 3.5\n", rule: "solution.unreadable", row: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Read(strings.NewReader(x.text), &q)
			if x.rule != "" {
				if !fault.Is(err, x.rule) {
					t.Fatalf("error %v, want %s", err, x.rule)
				}
				for _, f := range fault.As(err).Fields {
					if f.Row != x.row {
						t.Errorf("row %d, want %d", f.Row, x.row)
					}
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Errorf("places (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadBound(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		text string
		want float64
	}{
		"the end":    {"Continuous objective value is 100.5 - 1.2 seconds\n\nResult - Stopped on time limit\n\nObjective value:                120.5\nLower bound:                    110.25\n", 110.25},
		"the search": {"Continuous objective value is 100.5 - 1.2 seconds\nCbc0010I After 0 nodes, 1 on tree, 1e+50 best solution, best possible 101.75 (29.54 seconds)\n", 101.75},
		"optimal":    {"Continuous objective value is 100.5 - 1.2 seconds\nResult - Optimal solution found\n\nObjective value:                120.5\n", 120.5},
		"within":     {"Result - Optimal solution found (within gap tolerance)\n\nObjective value:                120.5\nLower bound:                    120.25\n", 120.25},
		"nothing":    {"Welcome to the CBC MILP Solver\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadBound(strings.NewReader(x.text))
			if err != nil {
				t.Fatal(err)
			}
			if got != x.want {
				t.Errorf("bound %v, want %v", got, x.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Optimal - objective value 12\n 0 x0_1 1 3.5\n")
	f.Add("Stopped\n** 0 x0_1 1 3.5\n 1 y0_0 1 0\n")
	q := planning.Problem{People: make([]planning.Person, 3), Places: make([]planning.Place, 2)}
	f.Fuzz(func(t *testing.T, text string) {
		places, err := Read(strings.NewReader(text), &q)
		if err != nil {
			return
		}
		for _, l := range places {
			if l < planning.Nowhere || l >= len(q.Places) {
				t.Errorf("place %d", l)
			}
		}
	})
}
