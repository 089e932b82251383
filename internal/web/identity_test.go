package web_test

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/testdb"
	"amana/internal/watchlist"
	"amana/internal/web"
)

// arrive registers one man in the prison.
func (b *bench) arrive(t *testing.T, born, mother string, names ...string) id.Person {
	t.Helper()
	d := person.Details{Sex: person.Male, Birth: person.Birth{Date: rt.Value(civil.Parse(born))(t)}, Claims: []person.Claim{{Country: "TUN", Label: "تونسي", Status: "claimed"}}}
	for _, n := range names {
		d.Names = append(d.Names, person.Name{Raw: n})
	}
	in := register.Registration{Details: d, Mother: mother, Place: rt.Prison, Source: custody.Source{File: "list.xlsx", Sheet: "ورقة", Line: 12, Key: names[0]}}
	return rt.Value(b.Register.Register(t.Context(), rt.By.Registrar, []register.Registration{in}))(t).People[0]
}

// twins are one man under two spellings.
func (b *bench) twins(t *testing.T) (first, second id.Person) {
	t.Helper()
	return b.arrive(t, "1988-04-17", "فاطمة", "شكري منصف الورتاني"), b.arrive(t, "1988-04-11", "Fatma", "Chokri Moncef Ouertani")
}

// weighed reads a weight as it stands on a page, in any digits.
func weighed(t *testing.T, s string) float64 {
	t.Helper()
	clean := strings.NewReplacer("٫", ".", "\u2212", "\u002d", "+", "").Replace(strings.TrimSpace(s))
	sign := 1.0
	if rest, negative := strings.CutPrefix(clean, "-"); negative {
		sign, clean = -1, rest
	}
	f, err := strconv.ParseFloat(id.Fold(clean), 64)
	if err != nil {
		t.Fatalf("%q is no weight", s)
	}
	return sign * f
}

func total(t *testing.T, s *goquery.Selection) (sum float64) {
	t.Helper()
	s.Each(func(_ int, w *goquery.Selection) { sum += weighed(t, w.Text()) })
	return sum
}

func ask(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return "/identity?" + q.Encode()
}

func TestWhoIsThis(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db string) {
		b := setUp(t, db)
		first, second := b.twins(t)
		for _, path := range []string{
			ask("name", "Shukri al-Wartani", "born", "1988"),
			ask("name", "شكري الورتاني", "born", "٣٨", "sex", "1", "nationality", "تونسي، Tunisia"),
			ask("name", "Шукри Вартани", "name", "Chokri", "born", "17.4.1988", "mother", "Fatima"),
		} {
			for _, lang := range []string{"ar", "ckb", "en"} {
				doc := b.page(t, authz.Registrar, path, "lang", lang)
				if lead := doc.Find(".candidate h2 a").First().AttrOr("href", ""); lead != "/people/"+num(first) && lead != "/people/"+num(second) {
					t.Errorf("%s finds %q first", path, lead)
				}
				doc.Find("#candidates > .candidates > .candidate").Each(func(_ int, c *goquery.Selection) {
					shown, sum := weighed(t, c.Find(".weighed .weight").Text()), total(t, c.Find(".reasons li .weight"))
					if math.Abs(shown-sum) > 1e-6 {
						t.Errorf("%s: weights add up to %.1f, not %.1f", path, sum, shown)
					}
					if against := total(t, c.Find(".against li .weight")); against > 0 || math.Abs(against-weighed(t, c.Find(".against h3 .weight").Text())) > 1e-6 {
						t.Errorf("%s: what speaks against adds up to %.1f", path, against)
					}
				})
			}
		}
		doc := b.page(t, authz.Registrar, ask("name", "Shukri al-Wartani", "born", "1988"), "lang", "en")
		why := doc.Find(".candidate").First().Text()
		for _, want := range []string{"The same name, spelled otherwise", "Wartani", "shared by about 1 in", "Born in the same year", "Left out on one side"} {
			if !strings.Contains(why, want) {
				t.Errorf("%q is not among the reasons: %s", want, why)
			}
		}
		if !strings.Contains(doc.Text(), "never to a person") {
			t.Error("nothing says that the weight is about a pair")
		}
	})
}

// The part that the script fetches is the part of the page, and no more.
func TestInstantCandidates(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	b.twins(t)
	path := ask("name", "Chokri", "born", "1988")
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Part", "candidates")
	r.AddCookie(&http.Cookie{Name: web.Cookie, Value: "t-registrar"})
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	whole := b.get(t, authz.Registrar, path).Body.String()
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "<html") || !strings.Contains(whole, w.Body.String()) {
		t.Errorf("the part: %d, %d bytes of %d", w.Code, w.Body.Len(), len(whole))
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("a part with names may be kept")
	}
	doc := b.page(t, authz.Registrar, path)
	if form := doc.Find("form[data-instant]"); doc.Find("#"+form.AttrOr("data-instant", "none")).Length() != 1 || form.Find("button").Length() == 0 {
		t.Error("the form names no part of the page, or does not work without the script")
	}
	if n := len(whole); n > 20<<10 {
		t.Errorf("a search weighs %d bytes", n)
	}
}

// Whatever is typed, there is a page: what could not be read is named, and the rest is searched for.
func TestSearchTakesAnything(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	b.twins(t)
	long := strings.Repeat("محمد بن ", 1300)
	for name, c := range map[string]struct {
		path     string
		problems int
		fields   string
	}{
		"nothing":            {"/identity", 0, ""},
		"blanks":             {ask("name", "  ", "born", " "), 0, ""},
		"one letter":         {ask("name", "م"), 0, ""},
		"only marks":         {ask("name", "\u202e\u0651!"), 1, ""},
		"emoji":              {ask("name", "👨‍👩‍👧 شكري"), 0, ""},
		"ten kilobytes":      {ask("name", long, "mother", long, "mrz", long), 1, "mrz"},
		"invalid UTF-8":      {"/identity?name=%ff%fe%d9&kunya=%00", 1, ""},
		"bidi marks":         {ask("name", "\u202eشكري\u202c\u2067x\u2069"), 0, ""},
		"mixed scripts":      {ask("name", "Шукри shukri شكري"), 0, ""},
		"markup":             {ask("name", `"><script>alert(1)</script>`), 0, ""},
		"a date of nowhere":  {ask("name", "Chokri", "born", "31.2.1990"), 1, "born"},
		"no country":         {ask("name", "Chokri", "nationality", "Turkestan"), 1, "nationality"},
		"no zone":            {ask("name", "Chokri", "mrz", "hello"), 1, "mrz"},
		"a sex of no code":   {ask("name", "Chokri", "sex", "7"), 0, ""},
		"many of everything": {"/identity?" + strings.Repeat("name=Chokri&born=1988&", 200), 0, ""},
		"a wrong check digit": {
			ask("mrz", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408123F1204159ZE184226B<<<<<10"), 2, "mrz",
		},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			doc := b.page(t, authz.Registrar, c.path, "lang", "en")
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
			if got := doc.Find(".problems li").Length(); got != c.problems {
				t.Errorf("%d problems, want %d: %s", got, c.problems, doc.Find(".problems").Text())
			}
			if c.fields != "" && doc.Find(`[name="`+c.fields+`"][aria-invalid]`).Length() == 0 && c.fields != "mrz" {
				t.Errorf("the field %s is not marked", c.fields)
			}
			if doc.Find("script:not([src])").Length() != 0 {
				t.Error("a script got into the page")
			}
			if strings.Contains(c.path, "Chokri") && doc.Find(".candidate").Length() == 0 {
				t.Error("what could be read was not searched for")
			}
		})
	}
	if got := b.get(t, authz.Registrar, "/identity?like=123").Code; got != http.StatusBadRequest {
		t.Errorf("like a number that is none: %d", got)
	}
	if got := b.get(t, authz.Registrar, "/identity?like="+num(id.Make(id.NounPerson, 1, 999_999))).Code; got != http.StatusNotFound {
		t.Errorf("like nobody: %d", got)
	}
}

func TestBorn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 21, 9, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"": "", "1988": "1988", "١٩٨٨": "1988", "۱۹۸۸": "1988", "1988~": "1988~", "~1988": "1988~", "38": "1988~", "٣٨": "1988~", "0": "2026~",
		"1988-04": "1988-04", "1988-4-17": "1988-04-17", "17.4.1988": "1988-04-17", "17/04/1988": "1988-04-17", "١٧/٤/١٩٨٨": "1988-04-17", "4/1988": "1988-04",
		"17 4 1988": "1988-04-17", "17\u201304\u20131988": "1988-04-17",
		"121": "!", "1988-13": "!", "31.2.1990": "!", "2027": "!", "yesterday": "!", "17.4.88": "!", "-": "!", "19888": "!", "0000": "!",
	} {
		b, err := web.Born(in, now)
		got := b.Date.String()
		if err != nil {
			got = "!"
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func FuzzBorn(f *testing.F) {
	now := time.Date(2026, 1, 21, 9, 0, 0, 0, time.UTC)
	for _, s := range []string{"1988", "١٧/٤/١٩٨٨", "~", "99-99-9999", "\xff", "1988-04-17?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if b, err := web.Born(s, now); err == nil && (!b.Date.Valid() || b.Date.Year > 2026) {
			t.Errorf("%q gives %v", s, b.Date)
		}
	})
}

// A lead is shown to those who may read leads, decides nothing, and takes a verdict.
func TestLeads(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	first, _ := b.twins(t)
	list := watchlist.List{Name: "List <1>", Version: "2026-01-02", Entries: []watchlist.Entry{{Ref: "XXi.001", Row: 1, Details: person.Details{
		Names: []person.Name{{Raw: "CHOKRI MONCEF OUERTANI"}}, Birth: person.Birth{Date: civil.Date{Year: 1988, Month: 4, Day: 17}},
	}}}}
	rt.Get(t)(b.LoadWatchlist(context.Background(), rt.By.Operations, list))
	search := ask("name", "Shukri Munsif al-Wartani", "born", "1988-04-17")
	if got := b.page(t, authz.Registrar, search, "lang", "en").Find(".listed"); got.Length() != 1 || !strings.Contains(got.Text(), "XXi.001") {
		t.Errorf("a search shows the leads %q", got.Text())
	}
	if b.page(t, authz.Prison, search).Find(".listed").Length() != 0 {
		t.Error("prison staff see a lead")
	}
	doc := b.page(t, authz.Registrar, "/watchlists/leads", "lang", "en")
	if got := doc.Find(".listed").Length(); got != 2 || !strings.Contains(doc.Text(), "decides nothing") {
		t.Fatalf("%d leads", got)
	}
	if b.page(t, authz.Overseer, "/watchlists/leads").Find("form[method=post][action^='/watchlists']").Length() != 0 {
		t.Error("an overseer is offered a verdict")
	}
	lists := b.page(t, authz.Overseer, "/watchlists", "lang", "en").Find("tbody tr").Text()
	if !strings.Contains(lists, "List <1>") || !strings.Contains(lists, "2026-01-02") {
		t.Errorf("the lists read %q", lists)
	}
	form := fields(doc.Find("form.decide").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.Find(`[name=person]`).AttrOr("value", "") == num(first)
	}))
	form.Set("verdict", "different")
	if w := b.post("/watchlists/leads", form, "Cookie", "amana=t-registrar"); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `role="alert"`) {
		t.Errorf("a verdict without a reason: %d", w.Code)
	}
	form.Set("reason", "another mother")
	for range 2 { // sent twice, it is one
		if w := b.post("/watchlists/leads", form, "Cookie", "amana=t-registrar"); w.Code != http.StatusSeeOther {
			t.Errorf("a verdict: %d %s", w.Code, w.Body)
		}
	}
	if got := b.page(t, authz.Registrar, "/watchlists/leads").Find(".listed").Length(); got != 1 {
		t.Errorf("%d leads wait", got)
	}
	if got := b.page(t, authz.Registrar, "/watchlists/leads?all=1", "lang", "en").Find(".listed").Text(); !strings.Contains(got, "Two people") || !strings.Contains(got, "another mother") {
		t.Errorf("decided: %q", got)
	}
}

// fields reads what a form would send.
func fields(form *goquery.Selection) url.Values {
	q := url.Values{}
	form.Find("input[name], textarea[name]").Each(func(_ int, s *goquery.Selection) {
		q.Set(s.AttrOr("name", ""), s.AttrOr("value", s.Text()))
	})
	return q
}
