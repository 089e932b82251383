package planning_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
)

const nowhere = planning.Nowhere

func somebody(sex person.Sex, age int, family string) planning.Person {
	return planning.Person{Sex: sex, Age: age, Family: family, Legal: planning.Untried, Security: 1}
}

// TestMothers: with whom a small child stays (norms R20).
func TestMothers(t *testing.T) {
	t.Parallel()
	f, m := person.Female, person.Male
	for name, c := range map[string]struct {
		people []planning.Person
		want   []int
	}{
		"the oldest woman, the first of two":  {[]planning.Person{somebody(f, 30, "a"), somebody(m, 3, "a"), somebody(f, 41, "a"), somebody(f, 41, "a")}, []int{nowhere, 2, nowhere, nowhere}},
		"of twelve years and more":            {[]planning.Person{somebody(f, 30, "a"), somebody(m, 12, "a"), somebody(f, 11, "a")}, []int{nowhere, nowhere, 0}},
		"a woman of age, whoever she is":      {[]planning.Person{somebody(f, 18, "a"), somebody(m, 11, "a")}, []int{nowhere, 0}},
		"a girl who may be the mother":        {[]planning.Person{somebody(f, 16, "a"), somebody(m, 4, "a")}, []int{nowhere, 0}},
		"a girl who is rather the sister":     {[]planning.Person{somebody(f, 16, "a"), somebody(m, 5, "a")}, []int{nowhere, nowhere}},
		"a father is no mother":               {[]planning.Person{somebody(m, 40, "a"), somebody(m, 4, "a")}, []int{nowhere, nowhere}},
		"a woman of another family, and none": {[]planning.Person{somebody(f, 40, "b"), somebody(m, 4, "a"), somebody(f, 40, ""), somebody(m, 4, "")}, []int{nowhere, nowhere, nowhere, nowhere}},
		"an age that nobody knows":            {[]planning.Person{somebody(f, planning.AgeUnknown, "a"), somebody(m, 4, "a"), somebody(f, 40, "b"), somebody(m, planning.AgeUnknown, "b")}, []int{nowhere, nowhere, nowhere, nowhere}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := planning.Problem{People: c.people}
			if diff := cmp.Diff(c.want, q.Mothers()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestExcluded names each rule that keeps one person out of one place.
func TestExcluded(t *testing.T) {
	t.Parallel()
	men := planning.Place{Sex: person.Male, Age: place.Adult, Legal: planning.Untried, SecurityMax: 2, Capacity: 2, Medical: 1}
	man := somebody(person.Male, 30, "")
	for name, c := range map[string]struct {
		who    func(*planning.Person)
		where  func(*planning.Place)
		pinned int
		want   []planning.Rule
	}{
		"nothing":                {nil, nil, nowhere, nil},
		"sex":                    {func(p *planning.Person) { p.Sex = person.Female }, nil, nowhere, []planning.Rule{planning.RuleSex}},
		"sex not known":          {func(p *planning.Person) { p.Sex = person.SexUnknown }, nil, nowhere, []planning.Rule{planning.RuleSexKnown}},
		"a place for both":       {func(p *planning.Person) { p.Sex = person.SexUnknown }, func(l *planning.Place) { l.Sex = person.SexUnknown }, nowhere, nil},
		"a minor":                {func(p *planning.Person) { p.Age = 17 }, nil, nowhere, []planning.Rule{planning.RuleAge}},
		"of age that day":        {func(p *planning.Person) { p.Age = 18 }, nil, nowhere, nil},
		"an age nobody knows":    {func(p *planning.Person) { p.Age = planning.AgeUnknown }, nil, nowhere, []planning.Rule{planning.RuleAge}},
		"convicted":              {func(p *planning.Person) { p.Legal = planning.Convicted }, nil, nowhere, []planning.Rule{planning.RuleLegal}},
		"convicted, any footing": {func(p *planning.Person) { p.Legal = planning.Convicted }, func(l *planning.Place) { l.Legal = planning.AnyLegal }, nowhere, nil},
		"at the level":           {func(p *planning.Person) { p.Security = 2 }, nil, nowhere, nil},
		"above the level":        {func(p *planning.Person) { p.Security = 3 }, nil, nowhere, []planning.Rule{planning.RuleSecurity}},
		"sick":                   {func(p *planning.Person) { p.Medical = true }, func(l *planning.Place) { l.Medical = 0 }, nowhere, []planning.Rule{planning.RuleMedical}},
		"chosen elsewhere":       {nil, nil, 1, []planning.Rule{planning.RulePinned}},
		"chosen here":            {nil, nil, 0, nil},
		"all at once": {func(p *planning.Person) {
			*p = planning.Person{Sex: person.Female, Age: 3, Legal: planning.Convicted, Security: 3, Medical: true}
		}, func(l *planning.Place) { l.Medical = 0 }, 1, []planning.Rule{planning.RuleSex, planning.RuleAge, planning.RuleLegal, planning.RuleSecurity, planning.RuleMedical, planning.RulePinned}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			who, where := man, men
			if c.who != nil {
				c.who(&who)
			}
			if c.where != nil {
				c.where(&where)
			}
			q := planning.Problem{People: []planning.Person{who}, Places: []planning.Place{where, where}, Pinned: []int{c.pinned}}
			if diff := cmp.Diff(c.want, q.Excluded(0, 0, nowhere).Rules()); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a child goes by the mother", func(t *testing.T) {
		t.Parallel()
		women := planning.Place{Sex: person.Female, Age: place.Adult, Legal: planning.Convicted, SecurityMax: 1, Capacity: 2}
		boy, mother := somebody(person.Male, 3, "a"), somebody(person.Female, 30, "a")
		mother.Legal, boy.Security = planning.Convicted, 2
		q := planning.Problem{People: []planning.Person{boy, mother}, Places: []planning.Place{women}}
		if diff := cmp.Diff([]planning.Rule{planning.RuleSecurity}, q.Excluded(0, 0, 1).Rules()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestUnbalance: ten beds of which two are taken, at an even share of 0.5, so that the steps begin above 5, 6 (three of them) and 7 people.
func TestUnbalance(t *testing.T) {
	t.Parallel()
	q := planning.Problem{Policy: planning.Policy{Density: 2}}
	p := planning.Prison{Capacity: 10, Occupied: 2}
	limits := p.Limits(0.5)
	if diff := cmp.Diff([]int{5, 6, 6, 6, 7}, limits); diff != "" {
		t.Fatal(diff)
	}
	for planned, want := range map[int]float64{0: 0, 3: 0, 4: 2 * 1, 5: 2 * (2 + 3*1), 6: 2 * (3 + 3*2 + 1)} {
		if got := q.Unbalance(p, limits, planned); got != want {
			t.Errorf("%d people: %g, want %g", planned, got, want)
		}
	}
	if got := q.Unbalance(planning.Prison{Capacity: 10, Occupied: 9}, limits, 0); got != 0 {
		t.Errorf("those who were there before cost %g", got)
	}
}

// TestCost adds up what one person costs in one place.
func TestCost(t *testing.T) {
	t.Parallel()
	w := planning.Policy{Travel: 1, Court: 10, Consul: 100, Language: 3, Move: 7, Home: "IRQ", Consulate: planning.Point{Lat: 1}, Sources: map[string]planning.Point{"S": {Lat: 0, Lon: 1}}}
	degree := planning.Distance(planning.Point{}, planning.Point{Lon: 1}) / 100
	here := planning.Place{Prison: "P", Province: "A", Languages: []string{"ar", "ckb"}}
	north := planning.Place{Prison: "Q", Province: "B", Lat: 2}
	for name, c := range map[string]struct {
		who  planning.Person
		was  int
		want float64
	}{
		"nothing is known":        {planning.Person{}, nowhere, 0},
		"the way":                 {planning.Person{Source: "S"}, nowhere, degree},
		"from nobody knows where": {planning.Person{Source: "X"}, nowhere, 0},
		"the court":               {planning.Person{Court: "B"}, nowhere, 20 * degree},
		"a court without places":  {planning.Person{Court: "C"}, nowhere, 0},
		"the consul":              {planning.Person{Nationality: "FRA"}, nowhere, 100 * degree},
		"no consul":               {planning.Person{Nationality: "XXA"}, nowhere, 0},
		"a national":              {planning.Person{Nationality: "IRQ"}, nowhere, 0},
		"a language spoken":       {planning.Person{Language: "ckb"}, nowhere, 0},
		"a language not spoken":   {planning.Person{Language: "fr"}, nowhere, 3},
		"from elsewhere":          {planning.Person{}, 1, 7},
		"from here":               {planning.Person{}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := planning.Problem{People: []planning.Person{c.who}, Places: []planning.Place{here, north}, Previous: []int{c.was}, Policy: w}
			if got := q.Cost(0, 0, q.Courts()); math.Abs(got-c.want) > 1e-9 {
				t.Errorf("%g, want %g", got, c.want)
			}
		})
	}
	if d := planning.Distance(planning.Point{Lat: 33.3128, Lon: 44.3615}, planning.Point{Lat: 36.3489, Lon: 43.1577}); math.Abs(d-354.6) > 1 {
		t.Errorf("from Baghdad to Mosul %.1f km", d)
	}
}

// TestTotals: prisons, blocks, families, the even share.
func TestTotals(t *testing.T) {
	t.Parallel()
	q := planning.Problem{
		People: []planning.Person{somebody(person.Male, 20, "a"), somebody(person.Male, 20, ""), somebody(person.Male, 20, "b"), somebody(person.Male, 20, "a")},
		Places: []planning.Place{{Prison: "P", Block: "1", Capacity: 9, Occupied: 1}, {Prison: "Q", Block: "1", Capacity: 5, Occupied: 6}, {Prison: "P", Block: "1", Capacity: 1}},
	}
	prisons, of := q.Prisons()
	if diff := cmp.Diff([]planning.Prison{{Name: "P", Capacity: 10, Occupied: 1}, {Name: "Q", Capacity: 5, Occupied: 6}}, prisons) + cmp.Diff([]int{0, 1, 0}, of); diff != "" {
		t.Error(diff)
	}
	blocks, of := q.Blocks()
	if diff := cmp.Diff([]planning.Block{{Prison: "P", Name: "1", Capacity: 10}, {Prison: "Q", Name: "1", Capacity: 5}}, blocks) + cmp.Diff([]int{0, 1, 0}, of); diff != "" {
		t.Error(diff)
	}
	if blocks[0].Limit(0.15) != 1 || blocks[0].Limit(0.3) != 3 || blocks[1].Limit(0) != 1 {
		t.Error("limits of concentration")
	}
	if diff := cmp.Diff([][]int{{0, 3}}, q.Families()); diff != "" {
		t.Error(diff)
	}
	if even := q.Even(); math.Abs(even-11.0/15) > 1e-12 {
		t.Errorf("even share %g", even)
	}
	if (&planning.Problem{}).Even() != 1 || q.Places[1].Free() != 0 || q.Places[0].Free() != 8 {
		t.Error("room")
	}
}

func TestGap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ objective, bound, want float64 }{{110, 100, 0.1}, {100, 100, 0}, {99, 100, 0}, {5, 0, 1}, {0, 0, 0}} {
		if got := (planning.Plan{Objective: c.objective, Bound: c.bound}).Gap(); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%g over %g: %g", c.objective, c.bound, got)
		}
	}
	if n := (planning.Plan{Places: []int{nowhere, 3, nowhere}}).Unplaced(); n != 2 {
		t.Errorf("%d have no place", n)
	}
}
