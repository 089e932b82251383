// Package synth invents a week of the operation: 7,000 people as the manifests
// that the holding facilities would hand over, with the dirt that such lists
// have in reality.
//
// Everybody in it is invented (norms G16). The figures by nationality are those
// reported in 2026, scaled to a week of 7,000; the names are drawn from parts
// by language of origin. The same plan gives the same bytes.
package synth

import (
	"math/rand/v2"
	"time"

	"amana/internal/fault"
	"amana/internal/person"
)

// Plan says which week to invent.
type Plan struct {
	Seed   int64
	People int       // distinct people, 1 to MaxPeople; the figures are exact at 7,000
	AsOf   time.Time // the day of the lists: ages are told as of it
}

// MaxPeople bounds a plan, so that a mistyped figure does not fill the memory.
const MaxPeople = 200_000

// File is one manifest as a facility hands it over.
type File struct {
	Name  string
	Bytes []byte
}

// Truth is what the lists hide. It exists to judge a register by and never reaches
// it. People are known by their index in People, rows by theirs in Rows.
type Truth struct {
	People       []Person
	Rows         []Row
	Pairs        []Pair // rows of one person in two manifests, spelled differently
	Repeated     []Pair // rows that stand twice in one file, word for word
	Brothers     [][2]int
	Namesakes    [][2]int // different people of one name
	Minors       []int    // aged 14-17, in lists of "adult males"
	Children     []Child  // aged 0-10, listed with their mothers
	Unresolved   []int    // people whose label of nationality no country answers to
	Undocumented []int    // people without any document
	Totals       []Total
	Bad          []Bad
	Numbers      []Ref // rows that carry the list number of the row before
}

// Person is one distinct invented person.
type Person struct {
	Name        string // in Arabic letters
	Latin       string // by English habit
	Mother      string // in Arabic letters; sources leave it out for some
	Sex         person.Sex
	Birth       time.Time
	Assigned    bool   // the sources know the year only and write 1 January
	Nationality string // ISO 3166-1 alpha-3, empty while unresolved
	Document    string // number, empty without a document
	Rows        []int
}

// Ref is where a row stands: lines count from 1, as spreadsheet and editor do.
type Ref struct {
	File  string
	Sheet string // empty in a CSV file
	Line  int
}

// Row is one line about one person, as written.
type Row struct {
	Ref
	Person      int
	Name        string // the parts in the order of the columns where they stand apart
	Mother      string
	Birth       string // without the layout of a date cell: those read 2006-01-02
	Nationality string
	Document    string
}

// Pair is two rows about one person.
type Pair struct {
	Person     int
	A, B       int  // indices of rows
	ByDocument bool // both give the document; else the mother and the year of birth agree
}

// Child is a child and the mother that it is listed with.
type Child struct{ Child, Mother int }

// Total is one total that a list states of itself.
type Total struct {
	Ref
	Stated int
	Listed int // rows about people that it covers
}

// Bad is one cell or row that cannot be taken as it stands.
type Bad struct {
	Ref
	Column string // of this package's column names, empty for a whole row
	Rule   string // birth.impossible, birth.age, sex.unknown, name.missing, row.empty, row.remark
	Value  string
}

// Week invents the manifests and the truth behind them.
func Week(p Plan) ([]File, Truth, error) {
	if err := p.check(); err != nil {
		return nil, Truth{}, err
	}
	names, err := readNames()
	if err != nil {
		return nil, Truth{}, err
	}
	nations, err := readNations()
	if err != nil {
		return nil, Truth{}, err
	}
	y, m, d := p.AsOf.Date()
	p.AsOf = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	r := rand.New(rand.NewPCG(uint64(p.Seed), 0x616d616e61))
	w := &week{r: r, plan: p, all: people(r, p, nations, names), camp: make([]int, len(facilities))}
	w.truth.People = make([]Person, len(w.all))
	w.distribute()
	w.spoil()
	files := make([]File, 0, len(sources))
	for i := range sources {
		f, err := w.write(i)
		if err != nil {
			return nil, Truth{}, err
		}
		files = append(files, f)
	}
	w.conclude()
	return files, w.truth, nil
}

func (p Plan) check() error {
	var bad []fault.Field
	if p.People < 1 || p.People > MaxPeople {
		bad = append(bad, fault.Field{Name: "people", Rule: "plan.people"})
	}
	if p.AsOf.IsZero() {
		bad = append(bad, fault.Field{Name: "as_of", Rule: "plan.as_of"})
	}
	if bad == nil {
		return nil
	}
	e := fault.New(fault.Invalid, "plan.invalid", "a plan needs 1 to %d people and a day", MaxPeople)
	e.Fields = bad
	return e
}

// week is the work in progress.
type week struct {
	r     *rand.Rand
	plan  Plan
	all   []individual
	lists [][][]entry   // by source and section
	marks map[int]spoil // by person: what is wrong with their row
	camp  []int         // last camp number given out, by facility
	truth Truth
}

// entry puts one person on one list.
type entry struct {
	person int
	paired bool // one of the two entries of a person listed twice
}

// distribute draws the list, or the two lists, of each person. Children follow
// their mothers.
func (w *week) distribute() {
	var weights [pools][]int
	type at struct{ source, section int }
	var places []at
	w.lists = make([][][]entry, len(sources))
	for s := range sources {
		w.lists[s] = make([][]entry, len(sources[s].sections))
		for c := range sources[s].sections {
			places = append(places, at{s, c})
			for p := range weights {
				weights[p] = append(weights[p], sources[s].sections[c].weights[p])
			}
		}
	}
	put := func(to at, e entry) {
		w.lists[to.source][to.section] = append(w.lists[to.source][to.section], e)
	}
	mothersPlace := at{}
	for i := range w.all {
		p := &w.all[i]
		if p.role == roleChild { // stands right after the mother
			put(mothersPlace, entry{person: i})
			continue
		}
		list := p.nation.pool
		if p.role == roleWoman {
			list = poolFamily
		}
		first := places[w.weighted(weights[list])]
		for p.family > 0 && !sources[first.source].sections[first.section].forFamilies() {
			first = places[w.weighted(weights[list])]
		}
		mothersPlace = first
		put(first, entry{i, p.paired})
		if p.paired {
			second := places[w.weighted(weights[list])]
			for !spelledApart(p, &sources[first.source], &sources[second.source]) {
				second = places[w.weighted(weights[list])]
			}
			put(second, entry{i, true})
		}
	}
}

// spelledApart reports whether two lists of two facilities write a person's
// name in two scripts or in two Latin spellings.
func spelledApart(p *individual, a, b *source) bool {
	if a.facility == b.facility || !a.hand.latin() && !b.hand.latin() {
		return false
	}
	return p.own.spell(a.hand, 0) != p.own.spell(b.hand, 0) && p.laqab.spell(a.hand, 0) != p.laqab.spell(b.hand, 0)
}

// weighted draws an index in proportion to the weights.
func (w *week) weighted(weights []int) int {
	sum := 0
	for _, n := range weights {
		sum += n
	}
	at := w.r.IntN(sum)
	for i, n := range weights {
		if at -= n; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// conclude fills in what follows from the people and the rows.
func (w *week) conclude() {
	t := &w.truth
	for i := range w.all {
		p := &w.all[i]
		t.People[i] = Person{
			Name: p.name(handArabic, 0), Latin: p.name(handEnglish, 0), Mother: p.motherName(handArabic, 0),
			Sex: p.sex, Birth: p.birth, Assigned: p.assigned, Nationality: p.nation.code, Document: p.document,
			Rows: t.People[i].Rows,
		}
		if p.role == roleMinor {
			t.Minors = append(t.Minors, i)
		}
		if p.mother >= 0 {
			t.Children = append(t.Children, Child{Child: i, Mother: p.mother})
		}
		if p.nation.code == "" {
			t.Unresolved = append(t.Unresolved, i)
		}
		if p.document == "" {
			t.Undocumented = append(t.Undocumented, i)
		}
		if p.brotherOf >= 0 {
			t.Brothers = append(t.Brothers, [2]int{p.brotherOf, i})
		}
		if p.namesakeOf >= 0 {
			t.Namesakes = append(t.Namesakes, [2]int{p.namesakeOf, i})
		}
		if p.paired {
			t.Pairs = append(t.Pairs, Pair{Person: i, A: t.People[i].Rows[0], B: t.People[i].Rows[1], ByDocument: p.document != ""})
		}
	}
}
