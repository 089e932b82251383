package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/explain"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/solve"
)

// man is an adult whom the place of bed takes.
func man(id string, change ...func(*planning.Person)) planning.Person {
	p := planning.Person{ID: id, Sex: person.Male, Age: 30, Legal: planning.Untried, Nationality: "IRQ", Security: 1, Source: "SY-HSK"}
	for _, c := range change {
		c(&p)
	}
	return p
}

func beds(id, prison, block string, capacity int, change ...func(*planning.Place)) planning.Place {
	l := planning.Place{
		ID: id, Prison: prison, Province: prison, Block: block, Sex: person.Male, Age: place.Adult, Legal: planning.Untried,
		SecurityMax: 2, Capacity: capacity, Medical: 1, Lat: 33, Lon: 44,
	}
	for _, c := range change {
		c(&l)
	}
	return l
}

func female(p *planning.Person)           { p.Sex = person.Female }
func convicted(p *planning.Person)        { p.Legal = planning.Convicted }
func sick(p *planning.Person)             { p.Medical = true }
func aged(age int) func(*planning.Person) { return func(p *planning.Person) { p.Age = age } }

func family(name string) func(*planning.Person) { return func(p *planning.Person) { p.Family = name } }
func forWomen(l *planning.Place)                { l.Sex = person.Female }
func forAny(l *planning.Place)                  { l.Legal = planning.AnyLegal }
func forConvicted(l *planning.Place)            { l.Legal = planning.Convicted }
func noMedical(l *planning.Place)               { l.Medical = 0 }
func occupied(n int) func(*planning.Place)      { return func(l *planning.Place) { l.Occupied = n } }

func pins(places ...int) func(q *planning.Problem) {
	return func(q *planning.Problem) { q.Pinned = places }
}

// mutually keeps the first n people apart from each other.
func mutually(n int, scope planning.Scope) func(q *planning.Problem) {
	return func(q *planning.Problem) {
		for a := range n {
			for b := range a {
				q.Apart = append(q.Apart, planning.Apart{A: b, B: a, Scope: scope})
			}
		}
	}
}

// told is a conflict by ids.
type told struct {
	Rules  []planning.Rule
	People string
	Left   int
	Places string
	Room   int
}

func tell(q *planning.Problem, all []planning.Conflict) []told {
	var out []told
	for _, c := range all {
		t := told{Rules: c.Rules, Left: len(c.Left), Room: c.Room}
		for _, i := range c.People {
			t.People += " " + q.People[i].ID
		}
		for _, l := range c.Places {
			t.Places += " " + q.Places[l].ID
		}
		t.People, t.Places = strings.TrimSpace(t.People), strings.TrimSpace(t.Places)
		out = append(out, t)
	}
	return out
}

func only(rules ...planning.Rule) []planning.Rule { return rules }

// TestEachRuleMadeImpossible makes each hard rule impossible to keep in turn: exactly the people and the rules that collide are named, and
// everybody else has a place.
func TestEachRuleMadeImpossible(t *testing.T) {
	t.Parallel()
	any4 := func(l *planning.Place) { l.SecurityMax = 3 }
	for _, x := range []struct {
		name     string
		people   []planning.Person
		places   []planning.Place
		set      func(*planning.Problem)
		want     []told
		sentence string // of the first conflict
	}{
		{
			name: "nothing is impossible", people: []planning.Person{man("a"), man("b")}, places: []planning.Place{beds("x", "P", "A", 2)},
		},
		{
			name: "sex", people: []planning.Person{man("a"), man("w", female)}, places: []planning.Place{beds("x", "P", "A", 3), beds("y", "Q", "A", 3)},
			want:     []told{{only(planning.RuleSex), "w", 1, "", 0}},
			sentence: "1 woman (w): no place takes them: men and women are apart",
		},
		{
			name: "sex not known", people: []planning.Person{man("a"), man("u", func(p *planning.Person) { p.Sex = person.SexUnknown })}, places: []planning.Place{beds("x", "P", "A", 3), beds("y", "P", "B", 3, forWomen)},
			want: []told{{only(planning.RuleSexKnown), "u", 1, "", 0}},
		},
		{
			name: "age", people: []planning.Person{man("a"), man("boy", aged(15))}, places: []planning.Place{beds("x", "P", "A", 3)},
			want: []told{{only(planning.RuleAge), "boy", 1, "", 0}},
		},
		{
			name: "age not known is the juvenile track", people: []planning.Person{man("a"), man("b", aged(planning.AgeUnknown))}, places: []planning.Place{beds("x", "P", "A", 3)},
			want: []told{{only(planning.RuleAge), "b", 1, "", 0}},
		},
		{
			name: "legal footing", people: []planning.Person{man("a"), man("c", convicted)}, places: []planning.Place{beds("x", "P", "A", 3)},
			want: []told{{only(planning.RuleLegal), "c", 1, "", 0}},
		},
		{
			name: "security", people: []planning.Person{man("a"), man("s", func(p *planning.Person) { p.Security = 3 })}, places: []planning.Place{beds("x", "P", "A", 3), beds("y", "P", "B", 3, forConvicted, any4)},
			want: []told{{only(planning.RuleLegal, planning.RuleSecurity), "s", 1, "", 0}},
		},
		{
			name: "no medical place", people: []planning.Person{man("a"), man("m", sick)}, places: []planning.Place{beds("x", "P", "A", 3, noMedical)},
			want: []told{{only(planning.RuleMedical), "m", 1, "", 0}},
		},
		{
			name: "too few medical places", people: []planning.Person{man("a"), man("m", sick), man("n", sick), man("o", sick)}, places: []planning.Place{beds("x", "P", "A", 9), beds("y", "P", "B", 9), beds("z", "P", "C", 9, noMedical)},
			want:     []told{{only(planning.RuleMedical), "m n o", 1, "x y", 2}},
			sentence: "3 men who need medical places (m, n, o), room for 2 in 2 places of P: 1 has none: medical places are limited",
		},
		{
			name: "capacity", people: []planning.Person{man("a"), man("b"), man("c"), man("w", female)}, places: []planning.Place{beds("x", "P", "A", 1), beds("y", "Q", "A", 1), beds("z", "Q", "B", 5, forWomen)},
			want:     []told{{only(planning.RuleSex, planning.RuleCapacity), "a b c", 1, "x y", 2}},
			sentence: "3 men (a, b, c), room for 2 in 2 places of P and Q: 1 has none: men and women are apart; all beds are taken",
		},
		{
			name: "shortages of different people stay apart", people: []planning.Person{man("a"), man("b"), man("v", female), man("w", female)},
			places: []planning.Place{beds("x", "P", "A", 1), beds("z", "Q", "B", 1, forWomen)},
			want:   []told{{only(planning.RuleSex, planning.RuleCapacity), "a b", 1, "x", 1}, {only(planning.RuleSex, planning.RuleCapacity), "v w", 1, "z", 1}},
		},
		{
			name: "occupied", people: []planning.Person{man("a"), man("b")}, places: []planning.Place{beds("x", "P", "A", 3, occupied(2)), beds("y", "P", "B", 2, occupied(4))},
			want: []told{{only(planning.RuleCapacity), "a b", 1, "x y", 1}},
		},
		{
			name:   "mother",
			people: []planning.Person{man("m", female, family("f")), man("k1", aged(2), family("f")), man("k2", aged(4), female, family("f")), man("k3", aged(6), family("f")), man("a")},
			places: []planning.Place{beds("x", "P", "A", 1, forWomen), beds("y", "P", "A", 1, forWomen), beds("z", "P", "A", 1, forWomen), beds("v", "P", "A", 1, forWomen), beds("men", "P", "B", 4)},
			want: []told{
				{only(planning.RuleSex, planning.RuleCapacity, planning.RuleMother), "m k1 k2 k3", 4, "x y z v", 0},
			},
			sentence: "1 woman with 3 children (m, k1, k2, k3), room for 0 in 4 places of P: 4 have none: men and women are apart; all beds are taken; a small child is where the mother is",
		},
		{
			name:   "a mother without a place",
			people: []planning.Person{man("m", female, family("f"), func(p *planning.Person) { p.Security = 3 }), man("k", aged(2), family("f")), man("a")},
			places: []planning.Place{beds("x", "P", "A", 4, forWomen), beds("men", "P", "B", 4)},
			want:   []told{{only(planning.RuleSecurity, planning.RuleMother), "m k", 2, "", 0}},
		},
		{
			name: "family", people: []planning.Person{man("h", family("f")), man("w", female, family("f")), man("a")},
			places: []planning.Place{beds("x", "P", "A", 4), beds("y", "Q", "A", 4, forWomen)},
			want:   []told{{only(planning.RuleSex, planning.RuleFamily), "h w", 1, "x y", 1}},
		},
		{
			name: "family that no prison can hold", people: []planning.Person{man("h", family("f")), man("i", family("f")), man("j", family("f"))},
			places: []planning.Place{beds("x", "P", "A", 2), beds("y", "Q", "A", 2)},
			want:   []told{{only(planning.RuleCapacity, planning.RuleFamily), "h i j", 1, "x y", 2}},
		},
		{
			name: "apart by cell", people: []planning.Person{man("a"), man("b"), man("c")}, places: []planning.Place{beds("x", "P", "A", 4)}, set: mutually(2, planning.ApartCell),
			want: []told{{only(planning.RuleApart), "a b", 1, "x", 1}},
		},
		{
			name: "apart by block", people: []planning.Person{man("a"), man("b"), man("c")}, places: []planning.Place{beds("x", "P", "A", 4), beds("y", "P", "A", 4)}, set: mutually(2, planning.ApartBlock),
			want: []told{{only(planning.RuleApart), "a b", 1, "x y", 1}},
		},
		{
			name: "apart by prison", people: []planning.Person{man("a"), man("b"), man("c"), man("d")},
			places: []planning.Place{beds("x", "P", "A", 4), beds("y", "Q", "A", 4), beds("z", "P", "B", 4)}, set: mutually(3, planning.ApartPrison),
			want: []told{{only(planning.RuleApart), "a b c", 1, "x y z", 2}},
		},
		{
			name: "a group apart from each other", people: []planning.Person{man("a"), man("b"), man("c"), man("d"), man("e")},
			places: []planning.Place{beds("x", "P", "A", 4), beds("y", "Q", "A", 4), beds("z", "Q", "B", 4)}, set: mutually(4, planning.ApartPrison),
			want: []told{{only(planning.RuleApart), "a b c", 1, "x y z", 2}, {only(planning.RuleApart), "a b d", 1, "x y z", 2}},
		},
		{
			name: "apart, and one place too small", people: []planning.Person{man("a"), man("b"), man("c")},
			places: []planning.Place{beds("x", "P", "A", 1), beds("y", "Q", "A", 2)}, set: mutually(2, planning.ApartPrison),
		},
		{
			name: "pinned to a place that is closed to them", people: []planning.Person{man("a"), man("w", female)}, places: []planning.Place{beds("x", "P", "A", 4), beds("y", "P", "B", 4, forWomen)},
			set:  pins(planning.Nowhere, 0),
			want: []told{{only(planning.RuleSex, planning.RulePinned), "w", 1, "", 0}},
		},
		{
			name: "two pinned to one bed", people: []planning.Person{man("a"), man("b"), man("c")}, places: []planning.Place{beds("x", "P", "A", 1), beds("y", "P", "B", 4)},
			set:  pins(0, 0, planning.Nowhere),
			want: []told{{only(planning.RulePinned, planning.RuleCapacity), "a b", 1, "x", 1}},
		},
		{
			name: "mixed", people: []planning.Person{man("a"), man("b"), man("c", convicted)}, places: []planning.Place{beds("x", "P", "A", 9, forAny)},
			want: []told{{only(planning.RuleMixed), "a c", 1, "x", 1}},
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			q := planning.Problem{People: x.people, Places: x.places, Policy: planning.DefaultPolicy()}
			if x.set != nil {
				x.set(&q)
			}
			p := planning.Plan{Places: most(&q, everyone(&q), allRules, nil).best}
			all := explain.Conflicts(t.Context(), &q, p)
			checkConflicts(t, &q, p, all)
			got := tell(&q, all)
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Errorf("conflicts (-want +got):\n%s", diff)
			}
			solved := solve.Plan(t.Context(), &q, solve.Options{Seed: 1, Workers: 1, Iterations: 2000})
			if got, want := solved.Unplaced(), p.Unplaced(); got != want {
				t.Errorf("the solver leaves %d, and %d need to be left", got, want)
			}
			checkConflicts(t, &q, solved, explain.Conflicts(t.Context(), &q, solved))
			if x.sentence != "" {
				if diff := cmp.Diff(x.sentence, explain.Sentence(&q, all[0])); diff != "" {
					t.Errorf("sentence (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestWomenWithChildren is the example of the issue: 41 women, places for 36 of them in three provinces.
func TestWomenWithChildren(t *testing.T) {
	t.Parallel()
	q := planning.Problem{Policy: planning.DefaultPolicy()}
	for n := range 41 {
		f := family(fmt.Sprintf("f%02d", n))
		q.People = append(q.People, man(fmt.Sprintf("w%02d", n), female, f), man(fmt.Sprintf("k%02d", n), aged(3), f), man(fmt.Sprintf("m%02d", n)))
	}
	p := planning.Plan{}
	for l, province := range []string{"IQ-BB", "IQ-DQ", "IQ-NI"} {
		q.Places = append(q.Places, beds(fmt.Sprintf("women%d", l), province, "A", 24, forWomen), beds(fmt.Sprintf("men%d", l), province, "B", 40))
	}
	for n := range 41 {
		l := n % 3 * 2
		if w := l; n < 36 {
			p.Places = append(p.Places, w, w, l+1)
		} else {
			p.Places = append(p.Places, planning.Nowhere, planning.Nowhere, l+1)
		}
	}
	all := explain.Conflicts(t.Context(), &q, p)
	if len(all) != 1 || len(all[0].People) != 82 || len(all[0].Left) != 10 {
		t.Fatalf("conflicts %+v", tell(&q, all))
	}
	want := "41 women with 41 children, room for 72 in 3 places of IQ-BB, IQ-DQ and IQ-NI: 10 have none: men and women are apart; all beds are taken"
	if diff := cmp.Diff(want, explain.Sentence(&q, all[0])); diff != "" {
		t.Errorf("sentence (-want +got):\n%s", diff)
	}
}
