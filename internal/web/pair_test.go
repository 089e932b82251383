package web_test

import (
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"amana/internal/authz"
	"amana/internal/id"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
)

func pairPath(a, b id.Person) string { return "/identity/pairs/" + num(a) + "/" + num(b) }

// form finds the form of a pair's page that gives a verdict.
func form(doc *goquery.Document, verdict string) url.Values {
	return fields(doc.Find(`form.decide:has([name=verdict][value="` + verdict + `"])`))
}

func (b *bench) registrar(path string, form url.Values) (code int, to, body string) {
	w := b.post(path, form, "Cookie", "amana=t-registrar")
	return w.Code, w.Header().Get("Location"), w.Body.String()
}

func TestPairSideBySide(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	first, second := b.twins(t)
	for _, lang := range []string{"ar", "ckb", "en"} {
		doc := b.page(t, authz.Registrar, pairPath(first, second), "lang", lang)
		shown := weighed(t, doc.Find(".weighed .weight").Text())
		if sum := total(t, doc.Find("table.evidence tbody .weight")); math.Abs(sum-shown) > 1e-6 || math.Abs(weighed(t, doc.Find("table.evidence tfoot .weight").Text())-shown) > 1e-6 {
			t.Errorf("in %s the evidence adds up to %.1f, and %.1f is shown", lang, sum, shown)
		}
	}
	doc := b.page(t, authz.Registrar, pairPath(first, second), "lang", "en")
	rows := map[string]*goquery.Selection{}
	doc.Find("table.compare tbody tr").Each(func(_ int, s *goquery.Selection) { rows[strings.TrimSpace(s.Find("th").Text())] = s })
	for name, want := range map[string][3]string{
		"Name": {"شكري منصف الورتاني", "Chokri Moncef Ouertani", "fits"}, "Mother's name": {"فاطمة", "Fatma", "fits"}, "Born": {"17 April 1988", "11 April 1988", "fits"},
		"Sex": {"male", "male", "the same"}, "Nationality, as claimed": {"Tunisia", "Tunisia", "the same"},
	} {
		row := rows[name]
		if row == nil {
			t.Errorf("there is no row %q", name)
			continue
		}
		cells := row.Find("td")
		for i, text := range want {
			if got := strings.TrimSpace(cells.Eq(i).Text()); !strings.Contains(got, text) {
				t.Errorf("%s: cell %d is %q, want %q", name, i, got, text)
			}
		}
	}
	if got := doc.Find("ul.sources").Text(); !strings.Contains(got, "list.xlsx") || !strings.Contains(got, "ورقة") || !strings.Contains(got, "reg-1") {
		t.Errorf("the sources read %q", got)
	}
	for _, role := range []authz.Role{authz.Prison, authz.Operations, authz.Overseer} {
		if b.page(t, role, pairPath(first, second)).Find("form.decide").Length() != 0 {
			t.Errorf("%s may not decide and is offered to", role)
		}
	}
	if readings := rt.Value(b.Store.Readings(t.Context(), second, 50))(t); len(readings) < 7 {
		t.Errorf("%d readings are on record", len(readings))
	}
	for path, want := range map[string]int{
		pairPath(first, first): http.StatusBadRequest, "/identity/pairs/1/2": http.StatusNotFound, pairPath(first, id.Person(id.Make(id.NounPerson, 1, 999_999))): http.StatusNotFound,
	} {
		if got := b.get(t, authz.Registrar, path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// Two people, then back, then one person, then back again: each decision stays on record, and the forms offer what is possible.
func TestDecisions(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db string) {
		b := setUp(t, db)
		first, second := b.twins(t)
		path := pairPath(second, first) // the second is merged into the first
		open := func() *goquery.Document { return b.page(t, authz.Registrar, path, "lang", "en") }
		waiting := func() int {
			return b.page(t, authz.Registrar, "/identity/pairs?person="+num(first)).Find("table.pairs tbody tr").Length()
		}
		if waiting() != 1 {
			t.Fatal("the two do not wait on the work list")
		}
		if got := b.page(t, authz.Registrar, "/people/"+num(first), "lang", "en").Find(`.warnings a[href^="/identity/pairs/"]`).Length(); got != 1 {
			t.Errorf("the person's page has %d links to the pair", got)
		}

		f := form(open(), "different")
		if code, _, body := b.registrar(path, f); code != http.StatusBadRequest || !strings.Contains(body, `href="#different-reason"`) {
			t.Errorf("without a reason: %d", code)
		}
		f.Set("reason", "two mothers")
		for range 2 { // a form that is sent twice is one decision
			if code, to, body := b.registrar(path, f); code != http.StatusSeeOther || to != path {
				t.Fatalf("different: %d to %q\n%s", code, to, body)
			}
		}
		doc := open()
		if got := doc.Find("#decide ~ .decisions li"); got.Length() != 1 || !strings.Contains(got.Text(), "Two people") || !strings.Contains(got.Text(), "two mothers") {
			t.Errorf("on record: %q", got.Text())
		}
		if doc.Find(".refusal").Length() != 1 || doc.Find(`form.decide [value="same"]`).Length() != 0 || doc.Find(`form.decide [value="unsure"]`).Length() != 0 {
			t.Error("a merge that would be refused is offered")
		}
		if waiting() != 0 {
			t.Error("what was decided waits")
		}
		if got := b.page(t, authz.Registrar, "/identity?like="+num(first), "lang", "en").Find(".candidate .decisions").Text(); !strings.Contains(got, "Two people") {
			t.Errorf("a search does not show what was decided: %q", got)
		}
		f = form(doc, "undone")
		f.Set("reason", "a mistake")
		if code, _, body := b.registrar(path, f); code != http.StatusSeeOther {
			t.Fatalf("undone: %d\n%s", code, body)
		}

		f = form(open(), "same")
		f.Set("reason", "one passport <seen>")
		f.Set("digits", "0000")
		code, _, body := b.registrar(path, f)
		if code != http.StatusBadRequest || !strings.Contains(body, "one passport &lt;seen&gt;") || !strings.Contains(body, `aria-describedby="wrong"`) {
			t.Errorf("wrong digits: %d, and what was typed is not kept", code)
		}
		f.Set("digits", arabic(num(first)[8:]))
		if code, to, body := b.registrar(path, f); code != http.StatusSeeOther || to != "/people/"+num(first) {
			t.Fatalf("same: %d to %q\n%s", code, to, body)
		}
		doc = open()
		if doc.Find(`form.decide`).Length() != 1 || doc.Find(`form.decide [value="parted"]`).Length() != 1 {
			t.Error("a merged pair offers something else than to undo the merge")
		}
		page := b.page(t, authz.Registrar, "/people/"+num(second)+"/identities", "lang", "en")
		if got := page.Find("ul.sources > li").Length(); got != 2 || page.Find(".person .code").Text() != id.Format(first) {
			t.Errorf("%d sources under %q", got, page.Find(".person .code").Text())
		}
		conflict := page.Find("table.compare tr").First().Text()
		if !strings.Contains(conflict, "17 April 1988") || !strings.Contains(conflict, "11 April 1988") {
			t.Errorf("the two dates of birth are not side by side: %q", conflict)
		}
		if page.Find(`a.button[href="`+pairPath(second, first)+`"]`).Length() != 1 {
			t.Error("nothing leads to undoing the merge")
		}

		f = form(doc, "parted")
		f.Set("reason", "two people after all")
		if code, to, body := b.registrar(path, f); code != http.StatusSeeOther || to != "/people/"+num(second)+"/identities" {
			t.Fatalf("parted: %d to %q\n%s", code, to, body)
		}
		if waiting() != 0 {
			t.Error("whom an unmerge parted is proposed again")
		}
		if got := open().Find("#decide ~ .decisions li").Length(); got != 4 {
			t.Errorf("%d decisions are on record, want four", got)
		}
	})
}

// Who may not decide, or comes from elsewhere, changes nothing.
func TestDecisionsAreGuarded(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	first, second := b.twins(t)
	path := pairPath(first, second)
	size := rt.Value(b.Store.Head(t.Context()))(t).Size
	f := url.Values{"verdict": {"different"}, "reason": {"x"}}
	for _, role := range authz.Roles {
		if role == authz.Registrar {
			continue
		}
		if w := b.post(path, f, "Cookie", "amana=t-"+string(role)); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "شكري") {
			t.Errorf("%s: %d", role, w.Code)
		}
	}
	if w := b.post(path, f, "Cookie", "amana=t-registrar", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("a form of another site: %d", w.Code)
	}
	if w := b.post(path, f); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/enter") {
		t.Errorf("nobody: %d", w.Code)
	}
	for name, form := range map[string]url.Values{
		"no verdict": {"reason": {"x"}}, "an unknown verdict": {"verdict": {"guilty"}, "reason": {"x"}}, "a merge of no record": {"verdict": {"same"}, "reason": {"x"}},
		"a merge with the digits of the other": {"verdict": {"same"}, "reason": {"x"}, "record": {num(first)}, "into": {num(second)}, "digits": {num(first)[8:]}},
	} {
		if code, _, _ := b.registrar(path, form); code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, code)
		}
	}
	if got := rt.Value(b.Store.Head(t.Context()))(t).Size; got != size {
		t.Errorf("%d entries were recorded", got-size)
	}
}

func TestWorkList(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	b.twins(t)
	all := rt.Value(b.WorkList(t.Context(), rt.By.Registrar.Actor, store.ProposalFilter{Limit: 500}))(t)
	seen, pages := map[string]bool{}, 0
	for next := "/identity/pairs"; next != ""; pages++ {
		doc := b.page(t, authz.Registrar, next, "lang", "en")
		doc.Find("table.pairs tbody tr").Each(func(_ int, s *goquery.Selection) { seen[s.Find("td.go a").AttrOr("href", "")] = true })
		if got := amount(t, doc.Find(".tabs b").First().Text()); got != len(all.Pairs) {
			t.Errorf("%s counts %d pairs of %d", next, got, len(all.Pairs))
		}
		next = doc.Find(".pager a").AttrOr("href", "")
	}
	if len(seen) != len(all.Pairs) || len(seen) < 2 {
		t.Errorf("%d pairs on %d pages, want %d", len(seen), pages, len(all.Pairs))
	}
	first := b.page(t, authz.Registrar, "/identity/pairs", "lang", "en").Find("table.pairs tbody tr").First().Text()
	if !strings.Contains(first, "Probably one person") {
		t.Errorf("the first is %q", first)
	}
	for _, band := range []string{"likely", "possible"} {
		doc := b.page(t, authz.Registrar, "/identity/pairs?band="+band, "lang", "en")
		if got, want := doc.Find("table.pairs tbody tr").Length(), amount(t, doc.Find(`.tabs a[aria-current="true"] b`).Text()); got != want && want <= 50 {
			t.Errorf("%s: %d rows of %d", band, got, want)
		}
	}
	if got := b.get(t, authz.Registrar, "/identity/pairs?after=nonsense").Code; got != http.StatusBadRequest {
		t.Errorf("a cursor that is none: %d", got)
	}
}

// No page about identity tells an overseer aboard which vehicle of a convoy under way somebody is (norms G14).
func TestIdentityKeepsConvoysVeiled(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	vehicle := id.Format(b.convoy.Vehicles[0].Vehicle)
	for _, path := range []string{"/identity?like=" + num(b.people[4]), ask("name", "سالم كريم", "more", "1"), "/identity/pairs", pairPath(b.people[2], b.people[4]), "/people/" + num(b.people[2]) + "/identities"} {
		if got := b.page(t, authz.Overseer, path, "lang", "en").Find("main").Text(); strings.Contains(got, vehicle) || strings.Contains(got, "aboard vehicle") {
			t.Errorf("%s gives the vehicle away", path)
		}
	}
	if got := b.page(t, authz.Operations, ask("name", "سالم كريم", "more", "1"), "lang", "en").Find("main").Text(); !strings.Contains(got, "aboard vehicle") {
		t.Error("the operations room does not see the vehicle")
	}
}
