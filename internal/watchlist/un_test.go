package watchlist_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/person"
	"amana/internal/watchlist"
)

// country resolves what the invented lists name.
func country(label string) (string, bool) {
	code, ok := map[string]string{"Iraq": "IRQ", "Syrian Arab Republic": "SYR", "Tunisia": "TUN", "France": "FRA"}[label]
	return code, ok
}

// un makes a list of the given INDIVIDUAL elements.
func un(individuals ...string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dateGenerated="2026-03-01T00:00:09.554Z">
  <INDIVIDUALS>` + strings.Join(individuals, "\n") + `</INDIVIDUALS>
  <ENTITIES><ENTITY><DATAID>1</DATAID><FIRST_NAME>INVENTED TRADING COMPANY</FIRST_NAME></ENTITY><ENTITY/></ENTITIES>
</CONSOLIDATED_LIST>`
}

const full = `<INDIVIDUAL>
  <DATAID>7000001</DATAID><VERSIONNUM>1</VERSIONNUM>
  <FIRST_NAME>JASSIM</FIRST_NAME><SECOND_NAME>KHALID</SECOND_NAME><THIRD_NAME> SALEH </THIRD_NAME><FOURTH_NAME>AL-INVENTED</FOURTH_NAME>
  <UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE><REFERENCE_NUMBER>QDi.9001</REFERENCE_NUMBER><LISTED_ON>2015-04-07-04:00</LISTED_ON>
  <NAME_ORIGINAL_SCRIPT>جاسم خالد صالح</NAME_ORIGINAL_SCRIPT><GENDER>Male</GENDER>
  <COMMENTS1>Nobody of this name
exists.</COMMENTS1>
  <NATIONALITY><VALUE>Iraq</VALUE><VALUE>former Soviet Union</VALUE></NATIONALITY>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Jasim Khaled; Jasem Chalid</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Abu Khalid</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Yasir Omar</ALIAS_NAME><DATE_OF_BIRTH>1980-02-03</DATE_OF_BIRTH></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>na</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1981-01-01</DATE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1983</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1976</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1973 </NOTE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE/></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Numéro de passeport </TYPE_OF_DOCUMENT><NUMBER>X0000001 </NUMBER><ISSUING_COUNTRY>Tunisia</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>National Identification
    Number</TYPE_OF_DOCUMENT><NUMBER>000-1</NUMBER><COUNTRY_OF_ISSUE>Atlantis</COUNTRY_OF_ISSUE></INDIVIDUAL_DOCUMENT>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NOTE>lost</NOTE></INDIVIDUAL_DOCUMENT>
  <INDIVIDUAL_DOCUMENT/>
</INDIVIDUAL>`

func read(t *testing.T, text string) *watchlist.List {
	t.Helper()
	l, err := watchlist.ReadUN(strings.NewReader(text), country)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestReadUN(t *testing.T) {
	t.Parallel()
	want := &watchlist.List{
		Name: watchlist.UN, Version: "2026-03-01T00:00:09.554Z", LeftOut: 2,
		Entries: []watchlist.Entry{{
			Ref: "QDi.9001", Row: 1, Listed: civil.Date{Year: 2015, Month: 4, Day: 7}, Program: "Al-Qaida", Comments: "Nobody of this name\nexists.",
			Details: person.Details{
				Names: []person.Name{
					{Raw: "JASSIM KHALID SALEH AL-INVENTED", Script: "Latn"},
					{Raw: "جاسم خالد صالح", Script: "Arab"},
					{Raw: "Jasim Khaled", Kind: "alias", Script: "Latn"},
					{Raw: "Jasem Chalid", Kind: "alias", Script: "Latn"},
					{Raw: "Abu Khalid", Kind: "alias", Script: "Latn"},
					{Raw: "Yasir Omar", Kind: "alias", Script: "Latn"},
				},
				Sex:   person.Male,
				Birth: person.Birth{Date: civil.Date{Year: 1981, Month: 1, Day: 1}, Method: civil.Assigned, Raw: "1981-01-01"},
				OtherBirths: []civil.Date{
					{Year: 1983, Approx: true},
					{Year: 1972, Approx: true},
					{Year: 1975, Approx: true},
					{Year: 1973, Month: 11},
					{Year: 1980, Month: 2, Day: 3},
				},
				Claims: []person.Claim{
					{Country: "IRQ", Label: "Iraq", Status: "claimed", Source: "list"},
					{Label: "former Soviet Union", Status: "claimed", Source: "list"},
				},
				Documents: []person.Document{
					{Type: "passport", Number: "X0000001", Country: "TUN"},
					{Type: "National Identification Number", Number: "000-1", Country: "Atlantis"},
				},
			},
			Weak: []int{4},
		}},
		Problems: []fault.Field{{Name: "nationality", Row: 1, Rule: "watchlist.country", Value: "former Soviet Union"}},
	}
	if diff := cmp.Diff(want, read(t, un(full))); diff != "" {
		t.Error(diff)
	}
	// Without a resolver labels stay labels, and that is no problem of the list.
	l, err := watchlist.ReadUN(strings.NewReader(un(full)), nil)
	if err != nil || len(l.Problems) > 0 || l.Entries[0].Details.Claims[0].Country != "" || l.Entries[0].Details.Claims[0].Label != "Iraq" {
		t.Errorf("%v %+v", err, l)
	}
}

func TestBadEntriesUN(t *testing.T) {
	t.Parallel()
	good := func(n int) string {
		return fmt.Sprintf("<INDIVIDUAL><FIRST_NAME>OMAR</FIRST_NAME><SECOND_NAME>INVENTED</SECOND_NAME><REFERENCE_NUMBER>G.%d</REFERENCE_NUMBER></INDIVIDUAL>", n)
	}
	for name, c := range map[string]struct {
		bad  string
		want []fault.Field
		kept int
	}{
		"no name":                {"<INDIVIDUAL><REFERENCE_NUMBER>B</REFERENCE_NUMBER></INDIVIDUAL>", []fault.Field{{Name: "names", Row: 2, Rule: "watchlist.name_missing", Value: "B"}}, 2},
		"nothing":                {"<INDIVIDUAL/>", []fault.Field{{Name: "names", Row: 2, Rule: "watchlist.name_missing"}}, 2},
		"no reference":           {"<INDIVIDUAL><FIRST_NAME>ALI</FIRST_NAME></INDIVIDUAL>", []fault.Field{{Name: "ref", Row: 2, Rule: "watchlist.ref_missing"}}, 3},
		"its own number":         {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>ALI</FIRST_NAME></INDIVIDUAL>", nil, 3},
		"only an alias":          {"<INDIVIDUAL><DATAID>77</DATAID><INDIVIDUAL_ALIAS><ALIAS_NAME>ALI</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL>", nil, 3},
		"birth":                  {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>ALI</FIRST_NAME><INDIVIDUAL_DATE_OF_BIRTH><NOTE>30-35 years old</NOTE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>", []fault.Field{{Name: "birth", Row: 2, Rule: "watchlist.birth", Value: "30-35 years old"}}, 3},
		"one end of a span":      {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>ALI</FIRST_NAME><INDIVIDUAL_DATE_OF_BIRTH><FROM_YEAR>1970</FROM_YEAR></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>", []fault.Field{{Name: "birth", Row: 2, Rule: "watchlist.birth", Value: "between 1970 and"}}, 3},
		"sex":                    {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>ALI</FIRST_NAME><GENDER>blue</GENDER></INDIVIDUAL>", []fault.Field{{Name: "sex", Row: 2, Rule: "watchlist.sex", Value: "blue"}}, 3},
		"day of the listing":     {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>ALI</FIRST_NAME><LISTED_ON>soon</LISTED_ON></INDIVIDUAL>", []fault.Field{{Name: "listed", Row: 2, Rule: "watchlist.listed", Value: "soon"}}, 3},
		"a name without end":     {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>" + strings.Repeat("ALI ", 200) + "</FIRST_NAME></INDIVIDUAL>", []fault.Field{{Name: "names", Row: 2, Rule: "watchlist.name_too_long", Value: strings.Repeat("ALI ", 20)}, {Name: "names", Row: 2, Rule: "watchlist.name_missing", Value: "77"}}, 2},
		"too many elements":      {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>ALI</FIRST_NAME>" + strings.Repeat("<A/>", 20_000) + "</INDIVIDUAL>", []fault.Field{{Name: "entry", Row: 2, Rule: "watchlist.entry_size"}}, 2},
		"too much text":          {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>ALI</FIRST_NAME>" + strings.Repeat("<A>"+strings.Repeat("x", 1000)+"</A>", 2200) + "</INDIVIDUAL>", []fault.Field{{Name: "entry", Row: 2, Rule: "watchlist.entry_size"}}, 2},
		"too much text, in bits": {"<INDIVIDUAL><DATAID>77</DATAID><FIRST_NAME>ALI</FIRST_NAME><A>" + strings.Repeat(strings.Repeat("x", 1000)+"<!---->", 2200) + "</A></INDIVIDUAL>", []fault.Field{{Name: "entry", Row: 2, Rule: "watchlist.entry_size"}}, 2},
		"twice":                  {good(1), nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := read(t, un(good(1), c.bad, good(2)))
			if diff := cmp.Diff(c.want, l.Problems); diff != "" {
				t.Error(diff)
			}
			if n := len(l.Entries); n != c.kept || l.Entries[0].Ref != "G.1" || l.Entries[n-1].Ref != "G.2" {
				t.Errorf("%+v", l.Entries)
			}
		})
	}
}

func TestManyNames(t *testing.T) {
	t.Parallel()
	var aliases strings.Builder
	for i := range 400 {
		fmt.Fprintf(&aliases, "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>ALI %d</ALIAS_NAME></INDIVIDUAL_ALIAS>", i)
	}
	l := read(t, un("<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>ALI</FIRST_NAME>"+aliases.String()+"</INDIVIDUAL>"))
	e := l.Entries[0]
	if len(e.Details.Names) != 300 || len(e.Weak) != 299 || len(l.Problems) != 101 || l.Problems[0].Rule != "watchlist.too_many_names" || l.Problems[0].Name != "aliases" {
		t.Errorf("%d names, %d weak, %d problems, %v", len(e.Details.Names), len(e.Weak), len(l.Problems), l.Problems[0])
	}
	l = read(t, un(strings.Repeat("<INDIVIDUAL/>", 1500)))
	if len(l.Problems) != 1000 || l.More != 500 {
		t.Errorf("%d problems and %d more", len(l.Problems), l.More)
	}
}

func TestRefusedXML(t *testing.T) {
	t.Parallel()
	whole := un(full)
	for name, c := range map[string]struct{ text, rule string }{
		"nothing":             {"", "watchlist.xml"},
		"no XML":              {"Ref,Name\n1,Ali", "watchlist.xml"},
		"another list":        {"<sdnList><sdnEntry/></sdnList>", "watchlist.xml"},
		"cut":                 {whole[:len(whole)/2], "watchlist.xml"},
		"cut in an entry":     {whole[:strings.Index(whole, "<GENDER>")], "watchlist.xml"},
		"wrong end":           {strings.Replace(whole, "</GENDER>", "</SEX>", 1), "watchlist.xml"},
		"not UTF-8":           {strings.Replace(whole, "JASSIM", "JASSIM\xff", 1), "watchlist.xml"},
		"an entity":           {strings.Replace(whole, "JASSIM", "&evil;", 1), "watchlist.xml"},
		"an external entity":  {`<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + strings.Replace(whole[strings.Index(whole, "<CONS"):], "JASSIM", "&x;", 1), "watchlist.xml"},
		"laughs":              {`<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>` + strings.Replace(whole[strings.Index(whole, "<CONS"):], "JASSIM", "&b;", 1), "watchlist.xml"},
		"deep":                {strings.Repeat("<CONSOLIDATED_LIST>", 1000), "watchlist.too_large"},
		"deep in an entry":    {un("<INDIVIDUAL>" + strings.Repeat("<A>", 1000)), "watchlist.too_large"},
		"a text without end":  {un("<INDIVIDUAL>" + strings.Repeat("x", 2<<20) + "</INDIVIDUAL>"), "watchlist.too_large"},
		"a tag without end":   {un("<INDIVIDUAL " + strings.Repeat(`a="" `, 1<<19) + "/>"), "watchlist.too_large"},
		"an unknown encoding": {`<?xml version="1.0" encoding="klingon"?><CONSOLIDATED_LIST/>`, "watchlist.encoding"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := watchlist.ReadUN(strings.NewReader(c.text), country)
			if !fault.Is(err, c.rule) || l != nil {
				t.Errorf("%v, %v; want %s", l, err, c.rule)
			}
		})
	}
	if l, err := watchlist.ReadUN(strings.NewReader("<CONSOLIDATED_LIST/>"), nil); err != nil || len(l.Entries) != 0 {
		t.Errorf("an empty list is a list: %v", err)
	}
	latin := `<?xml version="1.0" encoding="ISO-8859-1"?><CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>CAMAR` + "\xc1" + `</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>`
	if l := read(t, latin); l.Entries[0].Details.Names[0].Raw != "CAMARÁ" {
		t.Errorf("%q", l.Entries[0].Details.Names[0].Raw)
	}
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Omar": "Latn", "عمر": "Arab", "Омар": "Cyrl", "金铁": "Hani", "김": "Hang", "עומר": "Hebr", "Ομάρ": "Grek", "ომარ": "Geor", "Օմար": "Armn", "123": "", "(عمر)": "Arab", "ଓମର": "",
	} {
		l := read(t, un("<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>"+name+"</FIRST_NAME></INDIVIDUAL>"))
		if got := l.Entries[0].Details.Names[0].Script; got != want {
			t.Errorf("%s is in %q, want %q", name, got, want)
		}
	}
}

// TestWritten writes any individuals and reads the same.
func TestWritten(t *testing.T) {
	t.Parallel()
	type alias struct {
		Quality string `xml:"QUALITY"`
		Name    string `xml:"ALIAS_NAME"`
	}
	type birth struct {
		Type string `xml:"TYPE_OF_DATE"`
		Date string `xml:"DATE"`
	}
	type individual struct {
		XMLName xml.Name `xml:"INDIVIDUAL"`
		Ref     string   `xml:"REFERENCE_NUMBER"`
		First   string   `xml:"FIRST_NAME"`
		Second  string   `xml:"SECOND_NAME"`
		Aliases []alias  `xml:"INDIVIDUAL_ALIAS"`
		Births  []birth  `xml:"INDIVIDUAL_DATE_OF_BIRTH"`
	}
	word := rapid.StringMatching(`[A-Z<&"'اب]{3,8}`)
	rapid.Check(t, func(t *rapid.T) {
		var text []string
		var want []watchlist.Entry
		for i := range rapid.IntRange(0, 6).Draw(t, "people") {
			one := individual{Ref: fmt.Sprint("R", i), First: word.Draw(t, "first"), Second: word.Draw(t, "second")}
			e := watchlist.Entry{Ref: one.Ref, Row: i + 1, Details: person.Details{Names: []person.Name{{Raw: one.First + " " + one.Second}}}}
			for range rapid.IntRange(0, 4).Draw(t, "aliases") {
				a := alias{rapid.SampledFrom([]string{"Good", "Low", ""}).Draw(t, "quality"), "A" + word.Draw(t, "alias")}
				one.Aliases = append(one.Aliases, a)
				known := false
				for _, n := range e.Details.Names {
					known = known || n.Raw == a.Name
				}
				if !known {
					if a.Quality == "Low" {
						e.Weak = append(e.Weak, len(e.Details.Names))
					}
					e.Details.Names = append(e.Details.Names, person.Name{Raw: a.Name, Kind: "alias"})
				}
			}
			if rapid.Bool().Draw(t, "born") {
				d := civil.Date{Year: rapid.IntRange(1900, 2020).Draw(t, "year"), Month: rapid.IntRange(2, 12).Draw(t, "month"), Day: rapid.IntRange(1, 28).Draw(t, "day")}
				one.Births = []birth{{"EXACT", d.String()}}
				e.Details.Birth = person.Birth{Date: d, Raw: d.String()}
			}
			b, err := xml.Marshal(one)
			if err != nil {
				t.Fatal(err)
			}
			text, want = append(text, string(b)), append(want, e)
		}
		l, err := watchlist.ReadUN(strings.NewReader(un(text...)), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range l.Entries {
			for k := range l.Entries[i].Details.Names {
				l.Entries[i].Details.Names[k].Script = ""
			}
		}
		if diff := cmp.Diff(want, l.Entries); diff != "" || len(l.Problems) > 0 {
			t.Fatal(diff, l.Problems)
		}
	})
}
