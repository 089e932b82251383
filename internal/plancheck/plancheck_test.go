package plancheck_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/plancheck"
	"amana/internal/planfile"
	"amana/internal/planning"
)

// question is two prisons: Karkh with the blocks A (l1, l2) and B (l3), Najaf with a block that is also named A (l4). Four men who could be anywhere.
func question() *planning.Problem {
	q := &planning.Problem{}
	for _, id := range []string{"p1", "p2", "p3", "p4"} {
		q.People = append(q.People, planning.Person{ID: id, Sex: person.Male, Age: 30, Legal: planning.Untried, Security: 1})
	}
	for _, l := range [][3]string{{"l1", "Karkh", "A"}, {"l2", "Karkh", "A"}, {"l3", "Karkh", "B"}, {"l4", "Najaf", "A"}} {
		q.Places = append(q.Places, planning.Place{
			ID: l[0], Prison: l[1], Block: l[2], Sex: person.Male, Age: place.Adult, Legal: planning.AnyLegal, SecurityMax: 3, Capacity: 4, Medical: 4,
		})
	}
	return q
}

// rows are the places of p1, p2 …, a blank between; - is none.
func rows(places string) []planfile.Row {
	var all []planfile.Row
	for n, l := range strings.Fields(places) {
		all = append(all, planfile.Row{ID: fmt.Sprint("p", n+1), Place: strings.Trim(l, "-")})
	}
	return all
}

func TestCheckFindsPlantedViolations(t *testing.T) {
	t.Parallel()
	mother := func(q *planning.Problem) { // p1 is the mother of p2, and p3 is her son of 14
		q.People[0].Sex, q.People[0].Legal = person.Female, planning.Convicted
		q.People[1].Age, q.People[2].Age = 11, 14
		for i := range 3 {
			q.People[i].Family = "f"
		}
		q.Places[0].Sex, q.Places[0].Legal, q.Places[1].Sex = person.Female, planning.Convicted, person.Female
		q.Places[2].Age = place.Juvenile
	}
	for name, c := range map[string]struct {
		change func(*planning.Problem)
		places string
		want   []string // rule people places
	}{
		"nothing":            {nil, "l1 l1 l2 l4", nil},
		"nobody has a place": {nil, "- - - -", nil},
		"a man among women":  {func(q *planning.Problem) { q.Places[0].Sex = person.Female }, "l1 l2 l2 l2", []string{"separation.sex p1 l1"}},
		"no known sex":       {func(q *planning.Problem) { q.People[3].Sex = person.SexUnknown }, "l1 l1 l1 l1", []string{"separation.sex_open p4 l1"}},
		"a juvenile among adults": {
			func(q *planning.Problem) {
				q.People[0].Age, q.People[1].Age, q.People[2].Age = 17, planning.AgeUnknown, 18
			},
			"l1 l1 l1 l1",
			[]string{"separation.age p1 l1", "separation.age p2 l1"},
		},
		"an adult among juveniles": {func(q *planning.Problem) { q.Places[0].Age, q.People[1].Age = place.Juvenile, 17 }, "l1 l1 l2 l2", []string{"separation.age p1 l1"}},
		"another footing":          {func(q *planning.Problem) { q.Places[0].Legal = planning.Repatriation }, "l1 l2 l2 l2", []string{"separation.legal p1 l1"}},
		"convicted among others":   {func(q *planning.Problem) { q.People[1].Legal = planning.Convicted }, "l1 l1 l2 -", []string{"separation.mixed p1,p2 l1"}},
		"security":                 {func(q *planning.Problem) { q.People[0].Security, q.Places[0].SecurityMax = 3, 2 }, "l1 l1 l1 l1", []string{"place.security p1 l1"}},
		"no medical place":         {func(q *planning.Problem) { q.People[0].Medical, q.Places[0].Medical = true, 0 }, "l1 l1 l1 l1", []string{"place.medical p1 l1"}},
		"too few medical places": {
			func(q *planning.Problem) {
				q.People[0].Medical, q.People[1].Medical, q.Places[0].Medical = true, true, 1
			},
			"l1 l1 l1 l1",
			[]string{"place.medical p1,p2 l1"},
		},
		"too few beds":                                 {func(q *planning.Problem) { q.Places[0].Occupied = 2 }, "l1 l1 l1 l2", []string{"place.full p1,p2,p3 l1"}},
		"an overfull place":                            {func(q *planning.Problem) { q.Places[0].Occupied = 9 }, "l1 l2 l2 l2", []string{"place.full p1 l1"}},
		"a place that was chosen":                      {func(q *planning.Problem) { q.Pinned = []int{1, 1, planning.Nowhere, 3} }, "l1 l2 l1 -", []string{"pinned p1 l1"}},
		"a child with the mother":                      {mother, "l1 l1 l3 l4", nil},
		"a child goes by the mother's sex and footing": {mother, "l4 l4 - -", []string{"separation.sex p1 l4", "separation.sex p2 l4"}},
		"a child without the mother":                   {mother, "l1 l2 l3 l4", []string{"together.mother p1,p2 l1,l2"}},
		"a mother without the child":                   {mother, "l1 - l3 l4", []string{"together.mother p1,p2 l1"}},
		"a child whose mother has no place":            {mother, "- l1 l3 l4", []string{"together.mother p1,p2 l1"}},
		"at twelve a child has a place of its own": {
			func(q *planning.Problem) { mother(q); q.People[1].Age, q.Places[0].Legal = 12, planning.AnyLegal },
			"l1 l3 - l4", nil,
		},
		"the oldest woman is the mother, the first of two": {
			func(q *planning.Problem) {
				mother(q)
				q.People[3] = q.People[0]
				q.People[3].ID = "p4"
			},
			"l1 l1 l3 l1", nil,
		},
		"a mother of fifteen": {
			func(q *planning.Problem) {
				mother(q)
				q.People[0].Age, q.People[1].Age, q.Places[0].Age = 15, 3, place.Juvenile
			},
			"l1 - l3 l4",
			[]string{"together.mother p1,p2 l1"},
		},
		"a girl of fifteen with her brother": {
			func(q *planning.Problem) {
				mother(q)
				q.People[0].Age, q.People[1].Age, q.Places[0].Age = 15, 4, place.Juvenile
			},
			"l1 - l3 l4", nil,
		},
		"a family in two prisons": {
			func(q *planning.Problem) { q.People[0].Family, q.People[2].Family = "f", "f" },
			"l1 l1 l4 l4",
			[]string{"together.family p1,p3 l1,l4"},
		},
		"a family of whom one is left": {func(q *planning.Problem) { q.People[0].Family, q.People[2].Family = "f", "f" }, "l1 l1 - l4", nil},
		"kept apart": {
			func(q *planning.Problem) {
				q.Apart = []planning.Apart{{A: 0, B: 1, Scope: planning.ApartCell}, {A: 1, B: 2, Scope: planning.ApartBlock}, {A: 2, B: 3, Scope: planning.ApartPrison}}
			},
			"l1 l1 l2 l3",
			[]string{"apart p1,p2 l1,l1", "apart p2,p3 l1,l2", "apart p3,p4 l2,l3"},
		},
		"apart enough": {
			func(q *planning.Problem) {
				q.Apart = []planning.Apart{{A: 0, B: 1, Scope: planning.ApartCell}, {A: 1, B: 3, Scope: planning.ApartBlock}, {A: 2, B: 3, Scope: planning.ApartPrison}}
			},
			"l1 l2 l1 l4", nil,
		},
		"no row":               {nil, "l1 l1 l1", []string{"assignment.person_missing p4 "}},
		"an unknown place":     {nil, "l1 l1 l1 l9", []string{"assignment.place_unknown p4 l9"}},
		"somebody not waiting": {nil, "l1 l1 l1 l1 l1", []string{"assignment.person_unknown p5 "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := question()
			if c.change != nil {
				c.change(q)
			}
			r := plancheck.Check(q, rows(c.places))
			if diff := cmp.Diff(c.want, listed(r)); diff != "" {
				t.Error(diff)
			}
			if r.Placed+r.Unplaced != len(q.People) {
				t.Errorf("%d and %d are not everybody", r.Placed, r.Unplaced)
			}
		})
	}
}

func listed(r plancheck.Report) []string {
	var all []string
	for _, v := range r.Violations {
		if v.Detail == "" {
			all = append(all, "no detail")
		}
		all = append(all, fmt.Sprintf("%s %s %s", v.Rule, strings.Join(v.People, ","), strings.Join(v.Places, ",")))
	}
	return all
}

func TestARowTwice(t *testing.T) {
	t.Parallel()
	r := plancheck.Check(question(), append(rows("l1 l1 l1 -"), planfile.Row{ID: "p4", Place: "l1"}))
	if diff := cmp.Diff([]string{"assignment.person_twice p4 "}, listed(r)); diff != "" || r.Placed != 3 {
		t.Error(r.Placed, diff)
	}
}

// TestCost holds each term against a figure that was worked out by hand. A degree of a great circle is 111.1951 km.
func TestCost(t *testing.T) {
	t.Parallel()
	const degree = 6371.0088 * math.Pi / 180 / 100 // in 100 km
	policy := planning.Policy{
		Travel: 1, Court: 10, Consul: 100, Language: 1000, Density: 4, Group: 20, Nationality: 3, Move: 200, GroupShare: 0.15, NationalityShare: 0.5,
		Home: "IRQ", Consulate: planning.Point{Lat: 0, Lon: 3}, Sources: map[string]planning.Point{"S": {Lat: 2, Lon: 0}},
	}
	for name, c := range map[string]struct {
		change func(*planning.Problem)
		places string
		want   plancheck.Cost
	}{
		"nothing":          {func(*planning.Problem) {}, "l1 l1 l1 l1", plancheck.Cost{}},
		"travel":           {func(q *planning.Problem) { q.People[0].Source, q.People[1].Source = "S", "elsewhere" }, "l1 l1 - -", plancheck.Cost{Travel: 2 * degree}},
		"who has no place": {func(q *planning.Problem) { q.People[0].Source = "S" }, "- l1 l1 l1", plancheck.Cost{}},
		"court in the middle": {func(q *planning.Problem) {
			q.People[0].Court, q.Places[3].Province, q.Places[2].Province = "X", "X", "X"
		}, "l1 l1 l1 l1", plancheck.Cost{Court: 10 * 2 * degree}},
		"court of nowhere":            {func(q *planning.Problem) { q.People[0].Court = "Y" }, "l1 l1 l1 l1", plancheck.Cost{}},
		"consul":                      {func(q *planning.Problem) { q.People[0].Nationality, q.People[1].Nationality = "FRA", "IRQ" }, "l1 l1 l1 l1", plancheck.Cost{Consul: 100 * 3 * degree}},
		"no consul for the stateless": {func(q *planning.Problem) { q.People[0].Nationality, q.People[1].Nationality = "XXA", "X" }, "l1 l1 l1 l1", plancheck.Cost{}},
		"language": {
			func(q *planning.Problem) {
				q.Places[0].Languages = []string{"ar", "ckb"}
				q.People[0].Language, q.People[1].Language, q.People[2].Language = "fr", "ckb", "fr"
			},
			"l1 l1 l2 l1",
			plancheck.Cost{Language: 1000},
		},
		"move": {
			func(q *planning.Problem) { q.Previous = []int{0, 1, planning.Nowhere, 2} },
			"l1 l1 l1 -",
			plancheck.Cost{Move: 200},
		},
		"group": { // 15 % of a block of 20 are three
			func(q *planning.Problem) {
				q.Places[0].Capacity = 16
				for i := range q.People {
					q.People[i].Group = "g"
				}
			},
			"l1 l1 l2 l2",
			plancheck.Cost{Group: 20},
		},
		"group of one block in two prisons": { // at least one in each
			func(q *planning.Problem) {
				for i := range q.People {
					q.People[i].Group = "g"
				}
			},
			"l1 l2 l4 l4",
			plancheck.Cost{Group: 40},
		},
		"nationality": {
			func(q *planning.Problem) {
				q.Places[2].Capacity = 5
				for i := range q.People {
					q.People[i].Nationality = "IRQ"
				}
			},
			"l3 l3 l3 l3",
			plancheck.Cost{Nationality: 6},
		},
		"density": { // Najaf is to have 50 % of 100: 50 are there, of four more all are above 50, two above 52, none above 54
			func(q *planning.Problem) {
				q.Places[0].Capacity, q.Places[1].Capacity, q.Places[2].Capacity = 8, 0, 0
				q.Places[3].Capacity, q.Places[3].Occupied = 100, 50
			},
			"l4 l4 l4 l4",
			plancheck.Cost{Density: 4 * 6},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := question()
			q.Policy = policy
			for l := range q.Places { // room enough for no prison to be above its share
				q.Places[l].Lon = 0
			}
			q.Places[3].Lat = 4
			c.change(q)
			got := plancheck.Check(q, rows(c.places)).Cost
			if name != "density" {
				got.Density = 0 // so few people that somebody is always above
			}
			if diff := cmp.Diff(c.want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
				t.Error(diff)
			}
			if sum := got.Travel + got.Court + got.Consul + got.Language + got.Density + got.Group + got.Nationality + got.Move; got.Total() != sum {
				t.Errorf("the total is %v and not %v", got.Total(), sum)
			}
		})
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	q := question()
	q.Previous = []int{0, 1, 2, planning.Nowhere}
	if r := plancheck.Check(q, rows("l1 l3 - l4")); r.Changes != 2 { // p4 had no place before
		t.Errorf("%d changes", r.Changes)
	}
}

// TestBound: two people want the one near bed. At a price of what the other bed costs more, the prices prove the best plan; with none they prove less.
func TestBound(t *testing.T) {
	t.Parallel()
	q := question()
	q.People, q.Places = q.People[:2], q.Places[2:]
	q.Places[0].Capacity, q.Places[0].Legal = 1, planning.Untried
	q.Places[1].Lat = 10
	q.Policy = planning.Policy{Travel: 1, Sources: map[string]planning.Point{"S": {}}}
	q.People[0].Source, q.People[1].Source = "S", "S"
	far := 6371.0088 * math.Pi / 180 / 10
	free := planning.Proof{Beds: []float64{0, 0}, Medical: []float64{0, 0}, Mixed: []float64{0, 0}, Prison: []float64{0, 0}, Left: 1000}
	for name, c := range map[string]struct {
		change   func(*planning.Proof)
		unplaced int
		want     float64
	}{
		"no prices":                      {func(*planning.Proof) {}, 0, 0},
		"the right price":                {func(p *planning.Proof) { p.Beds[0] = far }, 0, far},
		"too high a price":               {func(p *planning.Proof) { p.Beds[0] = far + 3 }, 0, far - 3},
		"a price for what nobody needs":  {func(p *planning.Proof) { p.Medical[1] = 5 }, 0, -20},
		"the dearer of two uses":         {func(p *planning.Proof) { p.Mixed[1] = 2 }, 0, -8},
		"a prison's price":               {func(p *planning.Proof) { p.Prison[0] = far }, 0, far},
		"leaving somebody costs nothing": {func(p *planning.Proof) { p.Left = far / 2; p.Beds[0] = far }, 1, -far / 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := free
			p.Beds, p.Medical, p.Mixed, p.Prison = []float64{0, 0}, []float64{0, 0}, []float64{0, 0}, []float64{0, 0}
			c.change(&p)
			got, err := plancheck.Bound(q, p, c.unplaced)
			if err != nil || math.Abs(got-c.want) > 1e-9 {
				t.Errorf("%v, want %v (%v)", got, c.want, err)
			}
		})
	}
	for name, change := range map[string]func(*planning.Proof){
		"too few":       func(p *planning.Proof) { p.Beds = nil },
		"of a stranger": func(p *planning.Proof) { p.Prison = []float64{0} },
		"negative":      func(p *planning.Proof) { p.Medical = []float64{0, -1} },
		"no number":     func(p *planning.Proof) { p.Left = math.NaN() },
		"endless":       func(p *planning.Proof) { p.Mixed = []float64{math.Inf(1), 0} },
	} {
		p := free
		change(&p)
		if _, err := plancheck.Bound(q, p, 0); err == nil {
			t.Errorf("prices %s are taken", name)
		}
	}
}
