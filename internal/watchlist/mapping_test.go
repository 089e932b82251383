package watchlist_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/person"
	"amana/internal/watchlist"
)

func mapping(t *testing.T, text string) *watchlist.Mapping {
	t.Helper()
	m, err := watchlist.ReadMapping(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const (
	csvMapping = `{
		"name": "National list", "format": "csv", "separator": ";", "split": "|", "dates": "dmy", "empty": ["-0-", "unknown"],
		"where": {"kind": "individual"},
		"fields": {
			"ref": "Id", "names": [["Given name", "Family name"], "Own script"], "aliases": ["Alias"], "weak_aliases": ["Weak"],
			"birth": "Born", "sex": "Sex", "nationality": "Nationality",
			"document_number": "Paper", "document_type": "Kind of paper", "document_country": "From",
			"listed": "Since", "program": "Measure", "comments": "Remarks"
		}
	}`
	csvHead    = "ID; given  name;Family name;Own script;Alias;Weak;Born;Sex;Nationality;Paper;Kind of paper;From;Since;Measure;Remarks;kind\n"
	xmlMapping = `{
		"name": "National list", "format": "xml", "entry": "list/people/person", "version": "list/made/@on", "where": {"type": ["individual", "Person"]},
		"fields": {
			"ref": "@id", "names": [["name/given", "name/family"]], "aliases": [["aka/given", "aka/family"], "aka/whole"], "birth": "births/birth/@date", "sex": "sex",
			"nationality": "nationality/@code", "document_number": "paper/number", "document_type": "paper/kind", "document_country": "paper/@from",
			"listed": "listed", "program": "program", "comments": "remarks"
		}
	}`
)

func TestReadCSV(t *testing.T) {
	t.Parallel()
	text := "\ufeff" + csvHead +
		`7;Omar;Al Invented;عمر;"Omar ""the tall"" Ali|Umar";Abu Ali;03/04/1980;M;Iraq|Atlantis;A 1;Passport;Tunisia;1 May 2019;freeze;"two` + "\n" + `lines";Individual` + "\n\n" +
		`8;INVENTED SHIPPING;;;;;;;;;;;;;;entity` + "\n" +
		`9;Salma;Invented;-0-;Unknown;;circa 1990;female;France;;;;;;` + strings.Repeat("é", 9000) + `;individual` + "\r\n" +
		`7;Umar;Al Invented;;;Abu Omar;1981;;Iraq;B 2;;;;;;individual` + "\n" +
		`10;Zayd;Invented;;;;03/04/80;x;;;;;;;;individual;more`
	l, err := mapping(t, csvMapping).Read(strings.NewReader(text), country)
	if err != nil {
		t.Fatal(err)
	}
	want := &watchlist.List{
		Name: "National list", LeftOut: 1,
		Entries: []watchlist.Entry{
			{
				Ref: "7", Row: 1, Listed: civil.Date{Year: 2019, Month: 5, Day: 1}, Program: "freeze", Comments: "two lines",
				Details: person.Details{
					Names: []person.Name{
						{Raw: "Omar Al Invented", Script: "Latn"},
						{Raw: "عمر", Script: "Arab"},
						{Raw: `Omar "the tall" Ali`, Kind: "alias", Script: "Latn"},
						{Raw: "Umar", Kind: "alias", Script: "Latn"},
						{Raw: "Abu Ali", Kind: "alias", Script: "Latn"},
						{Raw: "Umar Al Invented", Kind: "alias", Script: "Latn"},
						{Raw: "Abu Omar", Kind: "alias", Script: "Latn"},
					},
					Sex:   person.Male,
					Birth: person.Birth{Date: civil.Date{Year: 1980, Month: 4, Day: 3}, Raw: "03/04/1980"}, OtherBirths: []civil.Date{{Year: 1981}},
					Claims: []person.Claim{
						{Country: "IRQ", Label: "Iraq", Status: "claimed", Source: "list"}, {Label: "Atlantis", Status: "claimed", Source: "list"},
					},
					Documents: []person.Document{{Type: "passport", Number: "A 1", Country: "TUN"}, {Number: "B 2"}},
				},
				Weak: []int{4, 6},
			},
			{
				Ref: "9", Row: 3, Comments: strings.Repeat("é", 8192),
				Details: person.Details{
					Names: []person.Name{{Raw: "Salma Invented", Script: "Latn"}}, Sex: person.Female,
					Birth:  person.Birth{Date: civil.Date{Year: 1990, Approx: true}, Raw: "circa 1990"},
					Claims: []person.Claim{{Country: "FRA", Label: "France", Status: "claimed", Source: "list"}},
				},
			},
			{Ref: "10", Row: 5, Details: person.Details{Names: []person.Name{{Raw: "Zayd Invented", Script: "Latn"}}}},
		},
		Problems: []fault.Field{
			{Name: "nationality", Row: 1, Rule: "watchlist.country", Value: "Atlantis"},
			{Name: "row", Row: 5, Rule: "watchlist.row", Value: "more"},
			{Name: "birth", Row: 5, Rule: "watchlist.birth", Value: "03/04/80"},
			{Name: "sex", Row: 5, Rule: "watchlist.sex", Value: "x"},
		},
	}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Error(diff)
	}
}

func TestMerged(t *testing.T) {
	t.Parallel()
	m := mapping(t, `{"name": "n", "format": "csv", "fields": {"ref": "r", "names": ["n"], "birth": "b", "sex": "s"}}`)
	l, err := m.Read(strings.NewReader("r,n,b,s\n1,Omar,,\n2,Ali,,\n1,Umar,1980,M\n1,Omar,1981,F\n1,Omar,1980,\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	e := l.Entries[0]
	if len(l.Entries) != 2 || len(e.Details.Names) != 2 || e.Details.Sex != person.Male || e.Details.Birth.Date.Year != 1980 || len(e.Details.OtherBirths) != 1 {
		t.Errorf("%+v", l.Entries)
	}
}

func TestReadXML(t *testing.T) {
	t.Parallel()
	l, err := mapping(t, xmlMapping).Read(strings.NewReader(`<?xml version="1.0"?><l:list xmlns:l="urn:l"><made on="2026-03-02"/><people>
		<person id="7"><type>individual</type><name><given>Omar</given><family>Invented</family></name>
			<aka><given>Umar</given><family>Ali</family></aka><aka><whole>Omar of Nowhere</whole></aka>
			<births><birth date="1980-04-03"/><birth date="1981"/><birth/></births><sex>1</sex><nationality code="Iraq"/>
			<paper from="Tunisia"><number>A1</number><kind>Passport</kind></paper><paper><number>B2</number></paper>
			<listed>2019-05-01</listed><program>freeze</program><remarks>none</remarks></person>
		<person id="8"><type>organisation</type></person>
		<person id="9"><type>person</type><name><family>Salma</family></name></person></people></l:list>`), country)
	if err != nil {
		t.Fatal(err)
	}
	want := &watchlist.List{
		Name: "National list", Version: "2026-03-02", LeftOut: 1,
		Entries: []watchlist.Entry{
			{
				Ref: "7", Row: 1, Listed: civil.Date{Year: 2019, Month: 5, Day: 1}, Program: "freeze",
				Details: person.Details{
					Names: []person.Name{
						{Raw: "Omar Invented", Script: "Latn"},
						{Raw: "Umar Ali", Kind: "alias", Script: "Latn"},
						{Raw: "Omar of Nowhere", Kind: "alias", Script: "Latn"},
					},
					Sex:   person.Male,
					Birth: person.Birth{Date: civil.Date{Year: 1980, Month: 4, Day: 3}, Raw: "1980-04-03"}, OtherBirths: []civil.Date{{Year: 1981}},
					Claims:    []person.Claim{{Country: "IRQ", Label: "Iraq", Status: "claimed", Source: "list"}},
					Documents: []person.Document{{Type: "passport", Number: "A1", Country: "TUN"}, {Number: "B2"}},
				},
			},
			{Ref: "9", Row: 3, Details: person.Details{Names: []person.Name{{Raw: "Salma", Script: "Latn"}}}},
		},
	}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Error(diff)
	}
	m := mapping(t, `{"name": "n", "format": "xml", "entry": "list/p", "version": "list/made", "fields": {"ref": "r", "names": ["n"]}}`)
	l, err = m.Read(strings.NewReader("<list><made> 2 March </made><p><r>1</r><n>Omar</n></p></list>"), nil)
	if err != nil || l.Version != "2 March" || len(l.Entries) != 1 {
		t.Errorf("%+v %v", l, err)
	}
	if _, err = m.Read(strings.NewReader("<other/>"), nil); !fault.Is(err, "watchlist.xml") {
		t.Error(err)
	}
	big := "<list><p><r>1</r>" + strings.Repeat("<n/>", 20_000) + "</p><p><r>2</r><n>Omar</n></p></list>"
	if l, err = m.Read(strings.NewReader(big), nil); err != nil || len(l.Entries) != 1 || l.Problems[0].Rule != "watchlist.entry_size" {
		t.Errorf("%+v %v", l, err)
	}
}

func TestMappingRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		fields []string
	}{
		"no JSON":           {`name`, nil},
		"an unknown field":  {`{"nome": "n"}`, nil},
		"a number":          {`{"name": "n", "empty": 7}`, nil},
		"two":               {`{"name": "n", "format": "csv", "fields": {"ref": "r", "names": ["n"]}} {}`, nil},
		"too large":         {`{"name": "` + strings.Repeat("n", 70_000) + `"}`, nil},
		"nothing":           {`{}`, []string{"format", "name", "fields.ref", "fields.names"}},
		"XML without entry": {`{"name": "n", "format": "xml", "fields": {"ref": "r", "names": ["n"]}}`, []string{"entry"}},
		"CSV with entry":    {`{"name": "n", "format": "csv", "entry": "a/b", "version": "v", "fields": {"ref": "r", "names": ["n"]}}`, []string{"entry", "version"}},
		"XML with columns": {
			`{"name": "n", "format": "xml", "entry": "a/b", "columns": ["a"], "split": ";", "encoding": "utf-8", "separator": ";", "fields": {"ref": "r", "names": ["n"]}}`,
			[]string{"separator", "columns", "split", "encoding"},
		},
		"bad paths": {
			`{"name": "n", "format": "xml", "entry": "a/@b", "version": "a//b", "fields": {"ref": "@a/b", "names": [["n", "/n"], []], "birth": "a b"}}`,
			[]string{"entry", "version", "fields", "fields", "fields", "fields"},
		},
		"separator":       {`{"name": "n", "format": "csv", "separator": "::", "dates": "ymd", "fields": {"ref": "r", "names": ["n"]}}`, []string{"dates", "separator"}},
		"type of nothing": {`{"name": "n", "format": "csv", "fields": {"ref": "r", "names": ["n"], "document_type": "t"}}`, []string{"fields.document_number"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := watchlist.ReadMapping(strings.NewReader(c.text))
			if !fault.Is(err, "watchlist.mapping") {
				t.Fatal(err)
			}
			var got []string
			for _, f := range fault.As(err).Fields {
				got = append(got, f.Name)
			}
			if diff := cmp.Diff(c.fields, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := watchlist.ReadMapping(iotest.ErrReader(errors.New("gone"))); !fault.Is(err, "watchlist.mapping") {
		t.Error(err)
	}
	if _, err := (&watchlist.Mapping{Format: "csv"}).Read(strings.NewReader(""), nil); !fault.Is(err, "watchlist.mapping") {
		t.Error(err)
	}
}

func TestRefusedCSV(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ more, text, rule string }{
		"nothing":             {"", "", "watchlist.csv"},
		"headings not closed": {"", `r,"n`, "watchlist.csv"},
		"a column too few":    {"", "r,m\n1,2", "watchlist.column"},
		"an unknown encoding": {`, "encoding": "klingon"`, "r,n\n", "watchlist.encoding"},
		"a line without end":  {"", "r,n\n" + strings.Repeat("x", 2<<20), "watchlist.too_large"},
		"too many rows":       {"", "r,n\n" + strings.Repeat("1,a\n", 1<<19+1), "watchlist.too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mapping(t, `{"name": "n", "format": "csv"`+c.more+`, "fields": {"ref": "r", "names": ["n"]}}`)
			if l, err := m.Read(strings.NewReader(c.text), nil); !fault.Is(err, c.rule) || l != nil {
				t.Errorf("%v; want %s", err, c.rule)
			}
		})
	}
	m := mapping(t, `{"name": "n", "format": "csv", "fields": {"ref": "r", "names": ["n"]}}`)
	if l, err := m.Read(strings.NewReader("r,n\n"+strings.Repeat("1,a\n", 1<<19)), nil); err != nil || len(l.Entries) != 1 {
		t.Errorf("as many rows as there may be: %v", err)
	}
	if _, err := m.Read(iotest.ErrReader(errors.New("gone")), nil); !fault.Is(err, "watchlist.csv") {
		t.Error(err)
	}
	if _, err := m.Read(iotest.TimeoutReader(strings.NewReader("r,n\n1,\"a\n2,b\n")), nil); !fault.Is(err, "watchlist.csv") {
		t.Error(err)
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		encoding, cell, want string
		problems             int
	}{
		"UTF-8":        {"", "علي", "علي", 0},
		"windows-1256": {"Windows-1256", "\xda\xe1\xed", "علي", 0},
		"wrong":        {"", "\xda\xe1\xed", "\ufffd", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mapping(t, `{"name": "n", "format": "csv", "encoding": "`+c.encoding+`", "columns": ["r", "n"], "fields": {"ref": "r", "names": ["n"]}}`)
			l, err := m.Read(strings.NewReader("1,"+c.cell), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := l.Entries[0].Details.Names[0].Raw; got != c.want || len(l.Problems) != c.problems {
				t.Errorf("%q, %v", got, l.Problems)
			}
		})
	}
}

func TestHeadingsTwice(t *testing.T) {
	t.Parallel()
	m := mapping(t, `{"name": "n", "format": "csv", "fields": {"ref": "r", "names": ["N"]}}`)
	l, err := m.Read(strings.NewReader("r, n ,n\n1,Omar,Ali\n"), nil)
	if err != nil || len(l.Problems) > 0 || l.Entries[0].Details.Name("") != "Omar" {
		t.Errorf("%+v, %v", l, err)
	}
}

// TestBadRows mixes good rows with any of several bad ones: the good ones are all read, whatever stands between them. (A mark
// that opens in one row and one that closes in another are one good row of CSV, and no reader can tell.)
func TestBadRows(t *testing.T) {
	t.Parallel()
	m := mapping(t, `{"name": "n", "format": "csv", "fields": {"ref": "r", "names": ["n"], "aliases": ["a"]}}`)
	bad := rapid.SampledFrom([]string{`x,"never closed`, `x,"closed"badly,z`, `x,a"b`, `x,12" b`, `,,,,,,`, "x,a,b,c,d,e", "x", "\xff\xfe", "x," + strings.Repeat("long ", 200)})
	rapid.Check(t, func(t *rapid.T) {
		text := "r,n,a\n"
		var want []string
		for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
			if rapid.Bool().Draw(t, "bad") {
				text += bad.Draw(t, "row") + "\n"
				continue
			}
			want = append(want, fmt.Sprintf("G%d", i))
			text += fmt.Sprintf(rapid.SampledFrom([]string{"G%d,Omar,Ali\n", "G%d,Omar,\"Ali, Umar\"\n", "G%d,Omar,5\" Ali\n", "G%d,\"Omar\",\"Ali \"\"Umar\"\"\"\n"}).Draw(t, "form"), i)
		}
		l, err := m.Read(strings.NewReader(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range l.Entries {
			if strings.HasPrefix(e.Ref, "G") {
				got = append(got, e.Ref)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
	})
}

// TestWrittenCSV writes any cells and reads the same.
func TestWrittenCSV(t *testing.T) {
	t.Parallel()
	cell := rapid.StringMatching(`[A-Z]{3}[A-Z,;"\nاب ]{0,8}[A-Z]{3}`)
	rapid.Check(t, func(t *rapid.T) {
		comma := rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "separator")
		m, err := watchlist.ReadMapping(strings.NewReader(fmt.Sprintf(`{"name": "n", "format": "csv", "separator": %q, "columns": ["r", "n", "a"], "fields": {"ref": "r", "names": ["n"], "aliases": ["a"]}}`, comma)))
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		w := csv.NewWriter(&text)
		w.Comma = rune(comma[0])
		var want [][]string
		for i := range rapid.IntRange(0, 8).Draw(t, "rows") {
			row := []string{fmt.Sprint("R", i), cell.Draw(t, "name"), "A " + cell.Draw(t, "alias")}
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
			for k := range row {
				row[k] = strings.Join(strings.Fields(row[k]), " ")
			}
			want = append(want, row)
		}
		w.Flush()
		l, err := m.Read(strings.NewReader(text.String()), nil)
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for _, e := range l.Entries {
			got = append(got, []string{e.Ref, e.Details.Name(""), e.Details.Name("alias")})
		}
		if diff := cmp.Diff(want, got); diff != "" || len(l.Problems) > 0 {
			t.Fatal(diff, l.Problems)
		}
	})
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ order, text, want string }{
		{"", "1990", "1990"},
		{"", "1990-04-17", "1990-04-17"},
		{"", "1990/04/17", "1990-04-17"},
		{"", "1990-04", "1990-04"},
		{"", "1990~", "1990~"},
		{"", "1990-00-00", "1990"},
		{"", "1990-00-17", "1990"},
		{"", "1990-04-17T00:00:00Z", "1990-04-17"},
		{"", "1990-04-17-04:00", "1990-04-17"},
		{"", "1990-04-17Z", "1990-04-17"},
		{"", "17 Apr 1990", "1990-04-17"},
		{"", "17-Apr-1990", "1990-04-17"},
		{"", "April 17, 1990", "1990-04-17"},
		{"", "Sept. 1990", "1990-09"},
		{"", "AUGUST 1990", "1990-08"},
		{"", "circa 1990", "1990~"},
		{"", "c. 1990", "1990~"},
		{"", "approximately 17 Apr 1990", "1990-04-17~"},
		{"", "17/04/1990", "1990-04-17"},
		{"", "04/17/1990", "1990-04-17"},
		{"", "04/04/1990", "1990-04-04"},
		{"", "04/1990", "1990-04"},
		{"dmy", "03/04/1990", "1990-04-03"},
		{"mdy", "03/04/1990", "1990-03-04"},
		{"dmy", "00/00/1990", "1990"},
		{"dmy", "00/04/1990", "1990-04"},
		{"", "1990 or 1991", "1990 1991"},
		{"", "17 Apr 1990 OR circa 1980", "1990-04-17 1980~"},
		{"", "between 1990 and 1990", "1990"},
		{"", "between 1990 and 1991", "1990~"},
		{"", "1990 to 1994", "1992~"},
		{"", "1990-1995", "1992~ 1995~"},
		{"", "from 1978 to 1989", "1980~ 1985~ 1988~"},
	} {
		l := born(t, c.order, c.text)
		var got []string
		for _, d := range births(l.Entries[0]) {
			got = append(got, d.String())
		}
		if s := strings.Join(got, " "); s != c.want || len(l.Problems) > 0 {
			t.Errorf("%q (%s) is read as %q, want %q", c.text, c.order, s, c.want)
		}
	}
	for _, text := range []string{
		"03/04/1990", "80", "3 4 80", "31 Feb 1990", "1990-13-01", "1700", "12345", "1990 1991 1992", "April", "17 April", "Apr May 1990", "17 17 Apr 1990", "17 1990 04",
		"between 1990 and", "between 1991 and 1990", "between 1900 and 1990", "between 17 Apr 1990 and 1991", "between 0090 and 0091", "1990 or soon", "1990 or", "24/06/1402 (Hijri)", "late 1990s", "٥ ١٩٩٠",
		strings.Repeat("1990 or ", 40) + "1990",
	} {
		if l := born(t, "", text); len(births(l.Entries[0])) != 0 || len(l.Problems) != 1 || l.Problems[0].Rule != "watchlist.birth" {
			t.Errorf("%q is read as %v", text, births(l.Entries[0]))
		}
	}
}

// born reads a list of one person who was born as the text says.
func born(t *testing.T, order, text string) *watchlist.List {
	t.Helper()
	m := mapping(t, `{"name": "n", "format": "csv", "separator": "|", "dates": "`+order+`", "columns": ["n", "b"], "fields": {"ref": "n", "names": ["n"], "birth": "b"}}`)
	l, err := m.Read(strings.NewReader("Omar|"+text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// births are all dates of an entry.
func births(e watchlist.Entry) []civil.Date {
	if !e.Details.Birth.Date.Known() {
		return e.Details.OtherBirths
	}
	return append([]civil.Date{e.Details.Birth.Date}, e.Details.OtherBirths...)
}
