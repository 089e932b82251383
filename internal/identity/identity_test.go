package identity_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/identity"
	"amana/internal/person"
)

// who describes somebody by name, and by what else is given as "field=value".
func who(t testing.TB, raw string, rest ...string) person.Details {
	t.Helper()
	d := person.Details{Names: []person.Name{{Raw: raw}}}
	for _, r := range rest {
		field, value, _ := strings.Cut(r, "=")
		switch field {
		case "born":
			date, err := civil.Parse(value)
			if err != nil {
				t.Fatal(err)
			}
			d.Birth.Date = date
		case "sex":
			d.Sex = map[string]person.Sex{"m": person.Male, "f": person.Female}[value]
		case "from":
			d.Claims = append(d.Claims, person.Claim{Country: value})
		case "doc":
			d.Documents = append(d.Documents, person.Document{Type: "passport", Country: "IRQ", Number: value})
		case "photo":
			d.Photos = append(d.Photos, value)
		default:
			d.Names = append(d.Names, person.Name{Raw: value, Kind: field})
		}
	}
	return d
}

func findings(e identity.Explanation) (out []string) {
	for _, v := range e.Evidence {
		out = append(out, v.Finding)
	}
	return out
}

func TestBands(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	for _, c := range []struct {
		what    string
		a, b    person.Details
		band    identity.Band
		finding string // one that must be among the evidence
	}{
		{"other script and a 1 January", who(t, "زبير خالد حسن التكريتي", "born=1980-01-01", "from=IRQ"), who(t, "Zoubeir Khaled Hassan al-Tikriti", "born=1980-01-01", "from=IRQ"), identity.Possible, "birth.assigned"},
		{"a 1 January and the mother", who(t, "زبير خالد حسن التكريتي", "born=1980-01-01", "mother=سعاد هيمن"), who(t, "Zoubeir Khaled Hassan al-Tikriti", "born=1980-01-01", "mother=Suad Hemin"), identity.Likely, "mother.same"},
		{"another mother", who(t, "زبير خالد حسن التكريتي", "born=1980-03-04", "mother=سعاد هيمن"), who(t, "Zoubeir Khaled Hassan al-Tikriti", "born=1980-03-04", "mother=Nura Saqr"), identity.Possible, "name.alone"},
		{"grandfather left out", who(t, "Karim Jasim Hamad al-Dulaimi", "born=1988-03-04"), who(t, "كريم جاسم الدليمي", "born=1988-03-04"), identity.Likely, "name.absent"},
		{"another nisba", who(t, "Karim Jasim Hamad al-Dulaimi", "born=1988"), who(t, "Karim Jasim Hamad al-Jubouri", "born=1988"), identity.Unlikely, "name.other"},
		{"brothers", who(t, "Karim Jasim Hamad al-Dulaimi", "born=1988-03-04", "from=IRQ"), who(t, "Salim Jasim Hamad al-Dulaimi", "born=1990-07-01", "from=IRQ"), identity.Unlikely, "name.kin"},
		{"twins", who(t, "Karim Jasim Zanganawi al-Barzanji", "born=1988-03-04", "from=IRQ", "mother=Suad Hemin Barzan"), who(t, "Salim Jasim Zanganawi al-Barzanji", "born=1988-03-04", "from=IRQ", "mother=Suad Hemin Barzan"), identity.Unlikely, "name.relatives"},
		{"namesakes", who(t, "Zubayr Muthana Karbouli", "born=1970-05-06"), who(t, "Zubayr Muthana Karbouli", "born=1991-02-03"), identity.Unlikely, "birth.other"},
		{"father and son", who(t, "Zubayr Muthana Luqman Karbouli", "born=1991-02-03"), who(t, "Muthana Luqman Karbouli", "born=1961-05-06"), identity.Unlikely, "birth.other"},
		{"one document", who(t, "Karim Jasim", "doc=A1234567"), who(t, "Kareem al-Dulaimi", "doc=a 1234567"), identity.Likely, "document.same"},
		{"one photograph", who(t, "Karim Jasim Hamad", "photo=9f3c"), who(t, "Karim Jasim Hamad", "photo=9f3c"), identity.Likely, "photo.same"},
		{"day and month swapped", who(t, "Karim Jasim al-Dulaimi", "born=1988-03-04"), who(t, "Karim Jasim al-Dulaimi", "born=1988-04-03"), identity.Likely, "birth.swapped"},
		{"a digit of the year", who(t, "Karim Jasim al-Dulaimi", "born=1988-03-14"), who(t, "Karim Jasim al-Dulaimi", "born=1998-03-14"), identity.Likely, "birth.digit"},
		{"an age", who(t, "Zubayr Muthana al-Karbouli", "born=1988-03-14"), who(t, "Zubair Muthana", "born=1990~"), identity.Possible, "birth.about"},
		{"common names alone", who(t, "Muhammad Ali"), who(t, "Mohamed Aly"), identity.Unlikely, "name.same"},
		{"another sex", who(t, "Nour Hassan Jasim", "born=1988-03-14", "sex=m"), who(t, "Nour Hassan Jasim", "born=1988-03-14", "sex=f"), identity.Possible, "sex.other"},
		{"family name first", who(t, "Sergei Viktorovich Lavrukhin", "born=1981-05-09"), who(t, "ЛАВРУХИН Сергей Викторович", "born=1981-05-09"), identity.Likely, "name.order"},
		{"son of, turned round", who(t, "Kawa Rizgar Dilshad Jaf", "born=1981-05-09"), who(t, "Rizgar Kawa Dilshad Jaf", "born=1981-05-09"), identity.Unlikely, "name.relatives"},
		{"kunya", who(t, "Karim Jasim Hamad", "kunya=Abu Saqr"), who(t, "كريم جاسم حمد", "kunya=أبو صقر"), identity.Possible, "kunya.same"},
		{"mother", who(t, "Karim Jasim Hamad", "mother=Suad Hemin"), who(t, "كريم جاسم حمد", "mother=سعاد هيمن"), identity.Possible, "mother.same"},
		{"joined", who(t, "Abdulrahman Khairaldin Saqr", "born=1990-02-03"), who(t, "Abdulrahman Khairaldinsaqr", "born=1990-02-03"), identity.Likely, "name.joined"},
		{"nothing in common", who(t, "Karim Jasim Hamad"), who(t, "Виктор Петров"), identity.Unlikely, "name.other"},
		{"nothing known", person.Details{}, person.Details{}, identity.Unlikely, ""},
		{"no name but the date", who(t, "", "born=1990-02-03"), who(t, "Karim", "born=1990-02-03"), identity.Possible, "birth.same"},
	} {
		e := m.Explain(m.Record(c.a), m.Record(c.b))
		if e.Band != c.band {
			t.Errorf("%s: %s with %.1f bits, not %s: %+v", c.what, e.Band, e.Bits, c.band, e.Evidence)
		}
		if c.finding != "" && !slices.Contains(findings(e), c.finding) {
			t.Errorf("%s: no %s in %v", c.what, c.finding, findings(e))
		}
	}
}

// TestRarity: a rare name shared says more than a common one, and in a register where it is common it says less.
func TestRarity(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	score := func(m *identity.Model, s string) float64 { return m.Score(m.Record(who(t, s)), m.Record(who(t, s))) }
	if common, rare := score(m, "Muhammad Hassan Ali"), score(m, "Zubayr Luqman Karbouli"); rare-common < 10 {
		t.Errorf("rare parts are worth %.1f, common ones %.1f", rare, common)
	}
	f := identity.NewFrequencies()
	for range 5000 {
		f.Add(m.Record(who(t, "Zubayr Luqman Karbouli")))
	}
	if here, elsewhere := score(m.WithFrequencies(f), "Zubayr Luqman Karbouli"), score(m, "Zubayr Luqman Karbouli"); here >= elsewhere {
		t.Errorf("where everybody has the name it is worth %.1f, elsewhere %.1f", here, elsewhere)
	}
}

// TestAliases: a short alias that agrees does not outweigh full names that contradict, and a name in another script is as good as the first.
func TestAliases(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	a := m.Record(who(t, "Ahmad Hassan Luqman al-Tikriti", "alias=أحمد حسن"))
	b := m.Record(who(t, "Ahmad Hassan Mahmoud al-Jubouri"))
	if s := m.Score(a, b); s > m.Weights().Bands.Pair {
		t.Errorf("the alias makes them one: %.1f", s)
	}
	c := m.Record(who(t, "Ahmad Hassan Luqman al-Tikriti", "alias=Zubayr Saqr al-Muhajir"))
	if s := m.Score(c, m.Record(who(t, "زبير صقر المهاجر"))); m.Band(s) == identity.Unlikely {
		t.Errorf("a nom de guerre finds nobody: %.1f", s)
	}
}

var draw = rapid.Custom(func(t *rapid.T) person.Details {
	names := rapid.SampledFrom([]string{
		"محمد خالد حسن التكريتي", "Mohamed Khaled", "KHALED Mohamed", "Abdul Rahman Salah al-Din", "عبد الرحمن صلاح الدين", "Сергей Викторович Лавров", "Abu Ali", "Sheikh J. Smith",
		"Kawa Rizgar Dilshad Jaf", "Rizgar Kawa Jaf", "", "x", "SergeiLavrov", "ئازاد کەریم", "Nik Mohammad Abdul Mohammad", "a b c d e f g h i j k l m n",
	})
	d := person.Details{Sex: person.Sex(rapid.IntRange(0, 2).Draw(t, "sex"))}
	for i := range rapid.IntRange(0, 3).Draw(t, "names") {
		d.Names = append(d.Names, person.Name{Raw: names.Draw(t, fmt.Sprint("name", i)), Kind: rapid.SampledFrom([]string{"", "alias", "kunya", "mother"}).Draw(t, "kind")})
	}
	if rapid.Bool().Draw(t, "born") {
		d.Birth.Date = civil.Date{Year: rapid.IntRange(1950, 1996).Draw(t, "y"), Month: rapid.IntRange(0, 12).Draw(t, "m"), Approx: rapid.Bool().Draw(t, "about")}
		if d.Birth.Date.Month > 0 {
			d.Birth.Date.Day = rapid.IntRange(0, 28).Draw(t, "d")
		}
	}
	for _, c := range rapid.SliceOfN(rapid.SampledFrom([]string{"IRQ", "SYR", "FRA", "", "bad!"}), 0, 2).Draw(t, "from") {
		d.Claims = append(d.Claims, person.Claim{Country: c})
	}
	if rapid.Bool().Draw(t, "doc") {
		d.Documents = []person.Document{{Type: "passport", Country: "IRQ", Number: rapid.SampledFrom([]string{"A123456", "B999999", "1"}).Draw(t, "no")}}
	}
	return d
})

// TestExplanationAddsUp: the weights shown sum to the score exactly, whichever record stands first, and the same inputs give the same answer.
func TestExplanationAddsUp(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	rapid.Check(t, func(t *rapid.T) {
		a, b := m.Record(draw.Draw(t, "a")), m.Record(draw.Draw(t, "b"))
		there, back := m.Explain(a, b), m.Explain(b, a)
		tenths := 0
		for _, e := range there.Evidence {
			tenths += int(math.Round(e.Bits * 10))
		}
		if got := float64(tenths) / 10; got != there.Bits || there.Bits != m.Score(a, b) {
			t.Fatalf("the evidence sums to %v, the explanation says %v, the score is %v", got, there.Bits, m.Score(a, b))
		}
		if there.Bits != back.Bits || m.Score(a, b) != m.Score(b, a) {
			t.Fatalf("%v one way, %v the other", there.Bits, back.Bits)
		}
		for i := range there.Evidence {
			back.Evidence[i].A, back.Evidence[i].B = back.Evidence[i].B, back.Evidence[i].A
		}
		if d := cmp.Diff(there.Evidence, back.Evidence); d != "" {
			t.Fatalf("evidence differs:\n%s", d)
		}
	})
}

// TestIndexOrder: in whatever order a register was filled, by one and by many, a search has the same answer.
func TestIndexOrder(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(draw, 1, 30).Draw(t, "register")
		query := m.Record(draw.Draw(t, "query"))
		records := make([]*identity.Record, len(all))
		for i, d := range all {
			records[i] = m.Record(d)
		}
		want := identity.Build(m, len(all), func(i int) (uint64, *identity.Record) { return uint64(i), records[i] }).Search(query, 10)
		added := identity.NewIndex(m)
		var group sync.WaitGroup
		for _, i := range rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range all {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "order") {
			group.Go(func() { added.Add(uint64(i), records[i]); added.Search(query, 3) })
		}
		group.Wait()
		if d := cmp.Diff(want, added.Search(query, 10)); d != "" {
			t.Fatalf("built and added differ:\n%s", d)
		}
		for _, h := range want {
			if h.Bits != m.Score(query, records[h.Number]) {
				t.Fatalf("the index says %v, the model %v", h.Bits, m.Score(query, records[h.Number]))
			}
		}
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	x := identity.NewIndex(m)
	if got := x.Search(m.Record(who(t, "Karim")), 5); len(got) != 0 {
		t.Errorf("an empty index knows %v", got)
	}
	for i, s := range []string{"Karim Jasim Hamad al-Dulaimi", "Salim Jasim Hamad al-Dulaimi", "خالد عمر", "Виктор Петров", "Zaid Omar al-Hakim"} {
		x.Add(uint64(i), m.Record(who(t, s, "born=1980-02-0"+fmt.Sprint(i+1), "doc=X99999"+fmt.Sprint(i))))
	}
	x.Add(2, m.Record(who(t, "Abu Saqr al-Libi"))) // an alias of the same person
	for query, want := range map[string]uint64{"كريم جاسم الدليمي": 0, "Khaled Omar": 2, "Viktor Petrow": 3, "al-Libi, Abu Sakr": 2, "Zayd Umar Hakim": 4} {
		got := x.Search(m.Record(who(t, query)), 3)
		if len(got) == 0 || got[0].Number != want || got[0].Found == "" {
			t.Errorf("%q finds %+v, not %d", query, got, want)
		}
	}
	byDocument := x.Search(m.Record(person.Details{Documents: []person.Document{{Number: "x-999993"}}}), 3)
	if len(byDocument) != 1 || byDocument[0].Number != 3 || byDocument[0].Found != "document" {
		t.Errorf("by document: %+v", byDocument)
	}
	if x.Len() != 6 {
		t.Errorf("%d descriptions, not 6", x.Len())
	}
}

func TestPairs(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	old := identity.NewIndex(m)
	old.Add(77, m.Record(who(t, "Zaid Omar al-Hakim", "born=1980-02-03")))
	records := []*identity.Record{
		m.Record(who(t, "Karim Jasim Hamad al-Dulaimi", "born=1981-01-02")), m.Record(who(t, "زيد عمر الحكيم", "born=1980-02-03")),
		m.Record(who(t, "كريم جاسم حمد الدليمي", "born=1981-01-02")), m.Record(who(t, "Salim Jasim Hamad al-Dulaimi", "born=1979-01-02")),
	}
	got := identity.Pairs(m, records, old, m.Weights().Bands.Likely)
	if len(got) != 2 || !slices.ContainsFunc(got, func(p identity.Pair) bool { return p.A == 0 && p.B == 2 && !p.Old }) ||
		!slices.ContainsFunc(got, func(p identity.Pair) bool { return p.A == 1 && p.B == 77 && p.Old }) {
		t.Errorf("%+v", got)
	}
}

func TestWeightsFile(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := identity.Read(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m.Weights(), again.Weights()); d != "" {
		t.Errorf("written and read differ:\n%s", d)
	}
	for change, field := range map[[2]string]string{
		{`"m": 0.5`, `"m": 1.5`}:           "kunya.same",
		{`"names": 1`, `"names": 99`}:      "names",
		{`"likely": 17`, `"likely": 1`}:    "bands.likely",
		{`"swapped"`, `"exchanged"`}:       "birth.swapped",
		{`"kin": 0.35`, `"kin": 3`}:        "name.kin",
		{`"rare": 0.0003`, `"rare": -0.1`}: "name.rare",
	} {
		text := strings.Replace(file.String(), change[0], change[1], 1)
		if text == file.String() {
			t.Fatalf("%q does not stand in the file", change[0])
		}
		_, err := identity.Read(strings.NewReader(text))
		var e *fault.Error
		if !errors.As(err, &e) || !slices.ContainsFunc(e.Fields, func(f fault.Field) bool { return f.Name == field }) {
			t.Errorf("%q: %v does not name %s", change[1], err, field)
		}
	}
	if _, err := identity.Read(strings.NewReader("{")); fault.As(err).Rule != "weights.unreadable" {
		t.Errorf("half a file: %v", err)
	}
}

// TestFindings: every finding has a code of a field that is known, and no two have one.
func TestFindings(t *testing.T) {
	t.Parallel()
	codes := identity.Findings()
	for i, c := range codes {
		field, outcome, ok := strings.Cut(c, ".")
		if !ok || outcome == "" || !slices.Contains([]string{"name", "kunya", "mother", "birth", "sex", "nationality", "document", "photo"}, field) || slices.Index(codes, c) != i {
			t.Errorf("code %q", c)
		}
	}
}

func FuzzSearch(f *testing.F) {
	m := identity.Default()
	x := identity.NewIndex(m)
	for i, s := range []string{"Karim Jasim Hamad", "خالد عمر", "Виктор Петров"} {
		x.Add(uint64(i), m.Record(who(f, s, "born=1980")))
	}
	for _, s := range []string{"", "a", "😀😀", strings.Repeat("محمد", 2500), "\u202eabc\u2066", "\xff\xfe\x00", "Кarim Jаsim", "1980", "abu", "al-"} {
		f.Add(s, "1980-01-01", "IRQ", "A123")
	}
	f.Fuzz(func(t *testing.T, raw, born, from, number string) {
		date, _ := civil.Parse(born)
		d := person.Details{
			Names: []person.Name{{Raw: raw}, {Raw: raw, Kind: "kunya"}, {Raw: raw, Kind: "mother"}, {Raw: from + raw, Kind: "alias"}}, Birth: person.Birth{Date: date},
			Claims: []person.Claim{{Country: from}}, Documents: []person.Document{{Number: number, Country: from, Type: raw}}, Photos: []string{number},
		}
		r := m.Record(d)
		if s := m.Score(r, r); s != m.Explain(r, r).Bits || math.IsNaN(s) {
			t.Fatalf("score %v", s)
		}
		x.Search(r, 3)
		one := identity.NewIndex(m)
		one.Add(7, r)
		one.Search(r, 1)
	})
}

// TestAgreement: what agrees in every part counts fully, be it common or rare; brothers, and namesakes of another time, do not.
func TestAgreement(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	least := m.Weights().Bands.Agreement
	for _, c := range []struct {
		a, b person.Details
		same bool
	}{
		{who(t, "Muhammad Ali"), who(t, "محمد علي"), true},
		{who(t, "Zubayr Luqman Karbouli"), who(t, "Zoubeir Loqman al-Karbuli"), true},
		{who(t, "Ahmad Salih Muhammad", "born=1972"), who(t, "أحمد صالح محمد", "born=1972-01-01"), true},
		{who(t, "Muhammad Ali", "born=1972-03-04"), who(t, "محمد علي", "born=1991-05-06"), false},
		{who(t, "Karim Jasim Hamad al-Dulaimi"), who(t, "Salim Jasim Hamad al-Dulaimi"), false},
		{who(t, "Rebin Hino", "born=1992-08-13"), who(t, "ريبين سيدو", "born=1992-08-13"), false},
		{person.Details{}, person.Details{}, false},
	} {
		got, back := m.Agreement(m.Record(c.a), m.Record(c.b)), m.Agreement(m.Record(c.b), m.Record(c.a))
		if (got >= least) != c.same || got != back {
			t.Errorf("%s and %s: %.2f, back %.2f", c.a.Name(""), c.b.Name(""), got, back)
		}
	}
}
