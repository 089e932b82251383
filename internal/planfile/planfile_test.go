package planfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/fault"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planfile"
	"amana/internal/planning"
)

const (
	peopleHead = "id,sex,age,legal,nationality,language,security,medical,group,family,court,source\n"
	placesHead = "id,prison,province,block,sex,age,legal,security_max,capacity,medical_places,occupied,lat,lon,languages\n"
	onePlace   = placesHead + "l1,Karkh,IQ-BG,A,M,adult,any,3,10,1,0,33.3,44.4,ar\n"
	onePerson  = peopleHead + "p1,M,30,untried,IRQ,ar,1,0,,,,SY-HSK\n"
)

// row makes a row of a person that is good but for the cells that are changed.
func row(id string, changed ...string) string {
	cells := strings.Split("M,30,untried,IRQ,ar,1,0,,,,SY-HSK", ",")
	names := strings.Split("sex,age,legal,nationality,language,security,medical,group,family,court,source", ",")
	for _, c := range changed {
		name, value, _ := strings.Cut(c, "=")
		for n := range names {
			if names[n] == name {
				cells[n] = value
			}
		}
	}
	return id + "," + strings.Join(cells, ",") + "\n"
}

// given are the files of a case by their letters: P people, L places, A apart, V the plan in force, W weights.
type given map[string]string

func read(g given) (*planning.Problem, error) {
	source := func(letter, otherwise string) planfile.Source {
		text, has := g[letter]
		if !has {
			text = otherwise
		}
		if text == "" && !has {
			return planfile.Source{}
		}
		return planfile.Source{Name: letter, Content: strings.NewReader(text)}
	}
	return planfile.Read(planfile.Files{
		People: source("P", onePerson), Places: source("L", onePlace), Apart: source("A", ""), Previous: source("V", ""), Weights: source("W", ""),
	})
}

func TestRead(t *testing.T) {
	t.Parallel()
	got, err := read(given{
		"P": "\ufeffsource,id,sex,age,legal,nationality,language,security,medical,group,family,place,court\r\n" +
			"SY-HSK, p1 ,M,30,untried,SYR,ara,1,1,\"a \"\"b\"\", c\",f1,l2,IQ-BG\r\n" +
			"\r\n" +
			"SY-RAQ,p2,F,,convicted,X,,3,0,,f1,,\r\n" +
			"SY-RAQ,p3,U,0,repatriation,,ckb,2,,g,,,\r\n" +
			"SY-RAQ,p4,M,130,untried,IRQ,ar,2,,g,,,\r\n",
		"L": placesHead + "l1,Karkh,IQ-BG,A,M,adult,any,3,10,1,12,33.3,-44.4,ar  ckb ar\nl2,Karkh,,,F,juvenile,convicted,1,0,0,0,-90,180,\n",
		"A": "a,b,scope\np1,p2,cell\np2,p1,block\ngroup:g,p1,prison\ngroup:g,group:g,cell\n",
		"V": "id,place,reason\np1,l1,\"because, so\"\np3,,no room\n",
		"W": "travel = 3\nhome = \"SYR\"\nconsulate = {lat = 1}\n[sources.\"SY-HSK\"]\nlat = 10\nlon = 20\n[sources.NEW]\nlat = 1\nlon = 2\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	policy := planning.DefaultPolicy()
	policy.Travel, policy.Home, policy.Consulate.Lat = 3, "SYR", 1
	policy.Sources["SY-HSK"], policy.Sources["NEW"] = planning.Point{Lat: 10, Lon: 20}, planning.Point{Lat: 1, Lon: 2}
	want := &planning.Problem{
		People: []planning.Person{
			{ID: "p1", Sex: person.Male, Age: 30, Legal: planning.Untried, Nationality: "SYR", Language: "ar", Security: 1, Medical: true, Group: `a "b", c`, Family: "f1", Court: "IQ-BG", Source: "SY-HSK"},
			{ID: "p2", Sex: person.Female, Age: planning.AgeUnknown, Legal: planning.Convicted, Nationality: "X", Security: 3, Family: "f1", Source: "SY-RAQ"},
			{ID: "p3", Age: 0, Legal: planning.Repatriation, Language: "ckb", Security: 2, Group: "g", Source: "SY-RAQ"},
			{ID: "p4", Sex: person.Male, Age: 130, Legal: planning.Untried, Nationality: "IRQ", Language: "ar", Security: 2, Group: "g", Source: "SY-RAQ"},
		},
		Places: []planning.Place{
			{ID: "l1", Prison: "Karkh", Province: "IQ-BG", Block: "A", Sex: person.Male, Age: place.Adult, Legal: planning.AnyLegal, SecurityMax: 3, Capacity: 10, Medical: 1, Occupied: 12, Lat: 33.3, Lon: -44.4, Languages: []string{"ar", "ckb"}},
			{ID: "l2", Prison: "Karkh", Sex: person.Female, Age: place.Juvenile, Legal: planning.Convicted, SecurityMax: 1, Lat: -90, Lon: 180},
		},
		Apart: []planning.Apart{
			{A: 0, B: 1, Scope: planning.ApartBlock},
			{A: 0, B: 2, Scope: planning.ApartPrison},
			{A: 0, B: 3, Scope: planning.ApartPrison},
			{A: 2, B: 3, Scope: planning.ApartCell},
		},
		Previous: []int{0, planning.Nowhere, planning.Nowhere, planning.Nowhere},
		Pinned:   []int{1, planning.Nowhere, planning.Nowhere, planning.Nowhere},
		Policy:   policy,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestBadInput holds every bad cell against the file, row, column, rule and value that are told of it.
func TestBadInput(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("x", 5000)
	for name, c := range map[string]struct {
		files given
		want  []string // file:column row rule value
	}{
		"no people":           {given{"P": ""}, []string{"P 0 file.empty "}},
		"only headings":       {given{"P": peopleHead}, []string{"P 0 file.no_rows "}},
		"no places":           {given{"L": ""}, []string{"L 0 file.empty "}},
		"only line ends":      {given{"P": "\n\n\n"}, []string{"P 0 file.empty "}},
		"a column is missing": {given{"P": "id,sex\np1,M\n", "A": "a,scope\np1,cell\n"}, append(missing(2), "A:b 1 column.missing ")},
		"unknown column": {
			given{"P": strings.Replace(onePerson, "id,sex", "name,id,sex", 1)},
			[]string{"P 1 column.unknown name"},
		},
		"column twice":           {given{"V": "id,place,id\np1,l1,p1\n"}, []string{"V:id 1 column.twice "}},
		"heading in other bytes": {given{"V": "id,place,\xff\n"}, []string{"V 1 cell.not_utf8 \ufffd"}},
		"too few cells":          {given{"P": onePerson + "p2,M\n" + row("p3", "sex=W")}, []string{"P 3 row.cells p2,M", "P:sex 4 sex.unknown W"}},
		"no id":                  {given{"P": onePerson + row("") + row("")}, []string{"P:id 3 id.missing ", "P:id 4 id.missing "}},
		"id twice":               {given{"P": onePerson + row("p1"), "L": onePlace + strings.TrimPrefix(onePlace, placesHead)}, []string{"L:id 3 id.twice l1", "P:id 3 id.twice p1"}},
		"id of a group":          {given{"P": onePerson + row("group:x")}, []string{"P:id 3 id.reserved group:x"}},
		"every cell of a person": {
			given{"P": onePerson + row("p2", "sex=m", "age=131", "legal=any", "nationality=irq", "language=Arabic", "security=4", "medical=yes")},
			[]string{
				"P:sex 3 sex.unknown m", "P:age 3 age.impossible 131", "P:legal 3 legal.unknown any", "P:nationality 3 nationality.malformed irq",
				"P:language 3 language.unknown Arabic", "P:security 3 security.unknown 4", "P:medical 3 medical.unknown yes",
			},
		},
		"what may not be empty": {
			given{"P": onePerson + row("p2", "sex=", "legal=", "security=")},
			[]string{"P:sex 3 sex.unknown ", "P:legal 3 legal.unknown ", "P:security 3 security.unknown "},
		},
		"ages": {
			given{"P": peopleHead + row("p1", "age=-1") + row("p2", "age=12.5") + row("p3", "age=99999999999999999999")},
			[]string{"P:age 2 age.impossible -1", "P:age 3 age.unreadable 12.5", "P:age 4 age.unreadable 99999999999999999999"},
		},
		"every cell of a place": {
			given{"L": onePlace + "l2,,,,U,old,none,0,-1,-2,x,91,NaN,ar xyzzyxyzzy\n"},
			[]string{
				"L:prison 3 id.missing ", "L:sex 3 sex.unknown U", "L:age 3 track.unknown old", "L:legal 3 legal.unknown none", "L:security_max 3 security.unknown 0",
				"L:capacity 3 number.negative -1", "L:medical_places 3 number.negative -2", "L:occupied 3 number.unreadable x", "L:lat 3 degrees.range 91",
				"L:lon 3 number.unreadable NaN", "L:languages 3 language.unknown ar xyzzyxyzzy",
			},
		},
		"numbers of a place": {
			given{"L": onePlace + "l2,K,,,M,adult,any,1,1000001,2,,,1e400,\nl3,K,,,M,adult,any,1,1,2,0,0,-180.1,\n"},
			[]string{
				"L:capacity 3 number.too_large 1000001", "L:occupied 3 number.unreadable ", "L:lat 3 number.unreadable ", "L:lon 3 number.unreadable 1e400",
				"L:lon 4 degrees.range -180.1", "L:medical_places 4 place.medical_beyond 2",
			},
		},
		"a place that was chosen": {
			given{"P": "place," + peopleHead + "l9," + row("p1") + "," + row("p2")},
			[]string{"P:place 2 place.unknown l9"},
		},
		"plan in force": {
			given{"V": "place,id\nl9,p1\nl1,p1\n,p9\nl1,\n"},
			[]string{"V:place 2 place.unknown l9", "V:id 3 id.twice p1", "V:id 4 person.unknown p9", "V:id 5 person.unknown "},
		},
		"pairs": {
			given{"P": onePerson + row("p2", "group=g"), "A": "a,b,scope\np1,p9,cell\np1,p1,cell\np1,p2,room\n,p2,cell\ngroup:h,p2,cell\np1,p2,cell\np2,p1,cell\np1,p2,block\np1,group:g,block\n"},
			[]string{
				"A:b 2 person.unknown p9", "A:b 3 pair.self p1", "A:scope 4 scope.unknown room", "A:a 5 id.missing ", "A:a 6 group.unknown group:h", "A 8 pair.twice p1 p2",
			},
		},
		"a family kept apart": {
			given{
				"P": peopleHead + row("p1", "family=f") + row("p2", "family=f") + row("m", "sex=F", "family=g") + row("c", "age=3", "family=g") + row("s", "age=14", "family=g"),
				"A": "a,b,scope\np2,p1,prison\nc,m,cell\nc,s,block\n",
			},
			[]string{"A 2 family.apart p1 p2", "A 3 mother.apart m c"},
		},
		"families in a circle": {
			given{"P": peopleHead + row("p1", "family=p2") + row("p2", "family=p3") + row("p3", "family=p1") + row("p4", "family=p1") + row("p5", "family=p5") + row("p6", "family=p5")},
			[]string{"P:family 2 family.circular p2", "P:family 3 family.circular p3", "P:family 4 family.circular p1", "P:family 5 family.foreign p1"},
		},
		"a family named by a stranger": {
			given{"P": peopleHead + row("p1", "family=p2") + row("p2")},
			[]string{"P:family 2 family.foreign p2"},
		},
		"bytes": {
			given{"P": onePerson + row("p\xff") + row("p3", "group=a\tb") + row("p4", "court="+many)},
			[]string{"P:id 3 cell.not_utf8 p\ufffd", "P:group 4 cell.control a\tb", "P:court 5 cell.long " + many[:80] + "…"},
		},
		"a zero byte":                               {given{"P": onePerson + row("p2\x00") + row("p3", "sex=W")}, []string{"P 3 file.nul "}},
		"a line without end":                        {given{"P": onePerson + strings.Repeat(many, 20)}, []string{"P 3 row.long "}},
		"a quote that stays open":                   {given{"P": onePerson + "\"p2" + row("") + row("p3")}, []string{"P 3 row.quotes "}},
		"a quote within":                            {given{"P": onePerson + row(`p"2"`)}, []string{"P 3 row.quotes "}},
		"weights: not TOML":                         {given{"W": "travel = 1\nmove = = 2"}, []string{"W 2 file.toml "}},
		"weights: unknown keys":                     {given{"W": "travel = 1\nspeed = 2\n[sources.X]\nlat = 1\nlng = 2\n"}, []string{"W:speed 2 key.unknown ", "W:sources.X.lng 5 key.unknown "}},
		"weights: another type":                     {given{"W": "travel = \"far\""}, []string{"W:travel 1 file.toml "}},
		"weights: out of range":                     {given{"W": "travel = -1\nmove = nan\ngroup = inf\ngroup_share = 1.5\nhome = \"Iraq\"\nconsulate = {lat = 91}"}, []string{"W:travel 0 weight.range ", "W:group 0 weight.range ", "W:move 0 weight.range ", "W:group_share 0 weight.range ", "W:home 0 nationality.malformed Iraq", "W:consulate 0 degrees.range "}},
		"weights: half a point":                     {given{"W": "[sources.X]\nlat = 1"}, []string{"W:sources.X 0 degrees.missing "}},
		"weights: a large file":                     {given{"W": strings.Repeat("#", 1<<20+1)}, []string{"W 0 file.too_large "}},
		"of an unreadable file no reference is bad": {given{"P": "id\n", "A": "a,b,scope\np1,p2,cell\ngroup:x,p1,cell\n", "V": "id,place\np7,l9\n"}, append(missing(1), "V:place 2 place.unknown l9")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, err := read(c.files)
			if q != nil {
				t.Error("a plan could be made over half the input")
			}
			if diff := cmp.Diff(c.want, told(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// missing tells of all columns of people but the first few.
func missing(has int) []string {
	var all []string
	for _, name := range strings.Split(strings.TrimSpace(peopleHead), ",")[has:] {
		all = append(all, "P:"+name+" 1 column.missing ")
	}
	return all
}

func told(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Rule != "plan.input" {
		return []string{fmt.Sprint("another error: ", err)}
	}
	var all []string
	for _, c := range f.Fields {
		if c.Rule == "file.toml" {
			c.Value = "" // in the words of the library
		}
		all = append(all, fmt.Sprintf("%s %d %s %s", c.Name, c.Row, c.Rule, c.Value))
	}
	return all
}

func TestHundredAreListedAndAllCounted(t *testing.T) {
	t.Parallel()
	_, err := read(given{"P": peopleHead + strings.Repeat(row("", "sex=W"), 300)})
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) != 100 || f.Refs["problems"] != "600" {
		t.Errorf("%d listed, %v", len(f.Fields), f.Refs)
	}
}

// generated gives a file of so many rows that is nowhere, and counts what was read of it.
type generated struct {
	head string
	row  func(n int) string
	rows int
	n    int
	rest []byte
	read int
}

func (g *generated) Read(to []byte) (int, error) {
	if g.n == 0 {
		g.rest = []byte(g.head)
	}
	for len(g.rest) < len(to) && g.n < g.rows {
		g.rest = append(g.rest, g.row(g.n)...)
		g.n++
	}
	if len(g.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(to, g.rest)
	g.rest = append(g.rest[:0], g.rest[n:]...)
	g.read += n
	return n, nil
}

// TestTenMillionRows: more rows than a plan can have are refused when the limit is passed, in bounded memory, whatever follows.
func TestTenMillionRows(t *testing.T) { // alone, as it measures memory
	before := heap()
	most := uint64(0)
	sample := func(n int) {
		if n%200_000 == 0 {
			most = max(most, heap()-before)
		}
	}
	good, bad := row(""), row("", "sex=W")
	people := &generated{head: peopleHead, rows: 10_000_000, row: func(n int) string { sample(n); return strconv.Itoa(n) + good }}
	places := &generated{head: placesHead, rows: 10_000_000, row: func(n int) string {
		return strconv.Itoa(n) + ",Karkh,IQ-BG,A,M,adult,any,3,10,1,0,33.3,44.4,ar\n"
	}}
	_, err := planfile.Read(planfile.Files{People: planfile.Source{Name: "P", Content: people}, Places: planfile.Source{Name: "L", Content: places}})
	if diff := cmp.Diff([]string{"L 100002 file.too_many_rows ", "P 1000002 file.too_many_rows "}, told(err)); diff != "" {
		t.Error(diff)
	}
	if people.n > 1_010_000 || places.n > 110_000 {
		t.Errorf("%d and %d rows were read of files that were too long", people.n, places.n)
	}
	t.Logf("%d MB in memory at most", most>>20)
	if most > 600<<20 {
		t.Errorf("%d MB in memory", most>>20)
	}
	endless := &generated{head: peopleHead, rows: 10_000_000, row: func(int) string { return bad }}
	_, err = planfile.Read(planfile.Files{People: planfile.Source{Name: "P", Content: endless}, Places: planfile.Source{Name: "L", Content: strings.NewReader(onePlace)}})
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) != 100 {
		t.Errorf("%v", err)
	}
	wide := &generated{head: peopleHead, rows: 10_000_000, row: func(int) string { return `"p1` }}
	_, err = planfile.Read(planfile.Files{People: planfile.Source{Name: "P", Content: wide}, Places: planfile.Source{Name: "L", Content: strings.NewReader(onePlace)}})
	if diff := cmp.Diff([]string{"P 2 row.long "}, told(err)); diff != "" || wide.read > 1<<20 {
		t.Errorf("%d bytes were read of a line without end\n%s", wide.read, diff)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestTooManyPairs(t *testing.T) {
	t.Parallel()
	var people strings.Builder
	people.WriteString(peopleHead)
	for n := range 4000 {
		people.WriteString(row(fmt.Sprint("p", n), "group=g"))
	}
	_, err := read(given{"P": people.String(), "A": "a,b,scope\np1,p2,block\ngroup:g,group:g,cell\n"})
	if diff := cmp.Diff([]string{"A 3 pair.too_many "}, told(err)); diff != "" {
		t.Error(diff)
	}
}

func TestAssignmentIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	q := &planning.Problem{People: []planning.Person{{ID: "a,b"}, {ID: `c"d`}}, Places: []planning.Place{{ID: "سجن 1"}}}
	want := planfile.Rows(q, []int{0, planning.Nowhere}, func(i int) string { return []string{"", "no room, \"sorry\""}[i] })
	var file bytes.Buffer
	if err := planfile.WriteAssignment(&file, want); err != nil {
		t.Fatal(err)
	}
	got, err := planfile.ReadAssignment(planfile.Source{Name: "V", Content: &file})
	if diff := cmp.Diff([]planfile.Row{{ID: "a,b", Place: "سجن 1"}, {ID: `c"d`, Reason: "no room, \"sorry\""}}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if _, err := planfile.ReadAssignment(planfile.Source{Name: "V", Content: strings.NewReader("id\n")}); !fault.Is(err, "plan.input") {
		t.Error(err)
	}
	if err := planfile.WriteAssignment(broken{}, want); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	if _, err := planfile.ReadAssignment(planfile.Source{Name: "V", Content: broken{}}); !fault.Is(err, "plan.input") {
		t.Error(err)
	}
}

var errBroken = errors.New("the disk is gone")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// sound holds what every answer must be: a problem that a solver may trust, or a fault that names something.
func sound(t *testing.T, q *planning.Problem, err error) {
	t.Helper()
	if err != nil {
		var f *fault.Error
		if q != nil || !errors.As(err, &f) || len(f.Fields) == 0 {
			t.Fatalf("%v, %v", q, err)
		}
		return
	}
	within := func(places []int) {
		if places != nil && len(places) != len(q.People) {
			t.Fatal("a list is not as long as the people")
		}
		for _, l := range places {
			if l < planning.Nowhere || l >= len(q.Places) {
				t.Fatalf("there is no place %d", l)
			}
		}
	}
	within(q.Previous)
	within(q.Pinned)
	seen := map[string]bool{}
	for _, p := range q.People {
		if p.ID == "" || seen[p.ID] || p.Age < planning.AgeUnknown || p.Security < 1 || p.Security > 3 || p.Legal == "" {
			t.Fatalf("%+v", p)
		}
		seen[p.ID] = true
	}
	for _, l := range q.Places {
		if l.ID == "" || l.Prison == "" || l.Capacity < 0 || l.Occupied < 0 || l.Medical < 0 || l.Lat != l.Lat || l.Lon != l.Lon {
			t.Fatalf("%+v", l)
		}
	}
	for _, a := range q.Apart {
		if a.A < 0 || a.A >= a.B || a.B >= len(q.People) {
			t.Fatalf("%+v", a)
		}
	}
}

func FuzzReadPeople(f *testing.F) {
	f.Add(onePerson + row("p2", "family=p1", "group=g"))
	f.Add("\ufeffplace," + peopleHead + "l1," + row("p1", "age="))
	f.Add(peopleHead + "\"p1\n\x00")
	f.Fuzz(func(t *testing.T, people string) {
		q, err := read(given{"P": people, "A": "a,b,scope\np1,group:g,block\n", "V": "id,place\np1,l1\n"})
		sound(t, q, err)
	})
}

func FuzzReadPlaces(f *testing.F) {
	f.Add(onePlace)
	f.Add(placesHead + "l1,K,,,F,juvenile,any,1,5,6,7,1e2,-0,ar-Latn fr\n")
	f.Fuzz(func(t *testing.T, places string) {
		q, err := read(given{"L": places, "P": "place," + peopleHead + "l1," + row("p1")})
		sound(t, q, err)
	})
}

func FuzzReadWeights(f *testing.F) {
	f.Add("travel = 2\n[sources.X]\nlat = 1\nlon = 2\n")
	f.Add("sources = {}\nhome = 'SYR'\nconsulate = {lat = nan, lon = inf}")
	f.Add("[[travel]]\n= 1")
	f.Fuzz(func(t *testing.T, weights string) {
		q, err := read(given{"W": weights})
		sound(t, q, err)
		if err == nil && (!(q.Policy.Travel >= 0) || !(q.Policy.GroupShare <= 1)) {
			t.Fatalf("%+v", q.Policy)
		}
	})
}
