package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
)

// planned is a wave with what cannot be met in it: four women and two places for them; and a plan of it.
type planned struct {
	*bench
	wave  id.Wave
	plan  register.Plan
	women []id.Person
}

func planFor(t *testing.T, db string) *planned {
	t.Helper()
	p := &planned{bench: setUp(t, db)}
	p.Route(t, 20)
	p.People(t, 60)
	p.women = p.Registered(t, 4, func(_ int, r *register.Registration) { rt.Woman(r) })
	held := p.People(t, 2)
	rt.Get(t)(p.SetAlert(t.Context(), rt.By.Registrar, register.Alert{Person: held[0], Code: "protection"}))
	rt.Get(t)(p.Screen(t.Context(), rt.By.Prison, rt.Source, []register.Screening{{Person: held[1]}}))
	p.wave = p.Wave(t, 0)
	p.plan = p.Draft(t, register.NewPlan{Wave: p.wave})
	return p
}

func (p *planned) path(rest string) string { return "/plans/" + num(p.plan.Plan) + rest }

// paths are the pages of a wave and of its plan.
func (p *planned) paths() []string {
	wave, who := "/waves/"+num(p.wave), p.plan.Places[0].Person
	return []string{
		"/waves", wave, wave + "?plan=" + num(p.plan.Plan), wave + "/people", wave + "/people?held=all", p.path(""), p.path("/people"), p.path("/people?state=unplaced"), p.path("/people?conflict=1&left=1"),
		p.path("/people/" + num(who)), p.path("/people/" + num(who) + "?cell=IQ-Q/A/01"), p.path("/people/" + num(p.plan.Unplaced[0].Person)), p.path("/places/" + string(rt.Prison)), p.path("/slots"), p.path("/approve"),
	}
}

func (b *bench) planner(path string, form url.Values) (code int, to, body string) {
	w := b.post(path, form, "Cookie", "amana=t-planner; lang=en")
	return w.Code, w.Header().Get("Location"), w.Body.String()
}

// total is how many people a list says it has, over all its pages; it counts the rows too.
func (b *bench) listed(t *testing.T, role authz.Role, path string) int {
	t.Helper()
	rows, said := 0, -1
	for next := path; next != ""; {
		doc := b.page(t, role, next)
		n, err := strconv.Atoi(doc.Find(".total").AttrOr("data-total", "none"))
		if err != nil {
			t.Fatalf("%s does not say how many there are", next)
		}
		said = n
		rows += doc.Find("table.cards tbody tr").Length()
		next = doc.Find(".pager a").AttrOr("href", "")
	}
	if rows != said {
		t.Errorf("%s says %d and lists %d", path, said, rows)
	}
	return said
}

// Every figure of a wave and of a plan opens into its people, in every language.
func TestPlanFiguresOpenIntoTheirPeople(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db string) {
		p := planFor(t, db)
		seen := map[string]bool{}
		for _, path := range []string{"/waves/" + num(p.wave), p.path(""), p.path("/places/" + string(rt.Prison)), p.path("/places/IQ-Q/A")} {
			for _, lang := range []string{"en", "ar", "ckb"} {
				doc := p.page(t, authz.Planner, path, "lang", lang)
				doc.Find("a.figure, .chip").Each(func(_ int, s *goquery.Selection) {
					href, said := s.AttrOr("href", ""), s.Text()
					if s.Is(".chip") {
						said = s.Find("b").Text()
					}
					if seen[href] {
						return
					}
					seen[href] = true
					if got, want := p.listed(t, authz.Planner, href), amount(t, said); got != want {
						t.Errorf("%s: the figure %d opens %s with %d people", path, want, href, got)
					}
				})
			}
		}
		if len(seen) < 14 {
			t.Errorf("only %d figures were found", len(seen))
		}
	})
}

func TestPlanSaysFirstWhatCouldNotBeMet(t *testing.T) {
	t.Parallel()
	p := planFor(t, testdb.SQLite(t))
	doc := p.page(t, authz.Planner, p.path(""), "lang", "en")
	if got := doc.Find("main section").First(); !got.Is(".unmet") {
		t.Error("the page does not begin with what could not be met")
	}
	conflict := strings.Join(strings.Fields(doc.Find(".conflicts li").First().Text()), " ")
	for _, want := range []string{"4 women: 2 places for them", "2 have none.", "men and women are apart", "no more people than beds"} {
		if !strings.Contains(conflict, want) {
			t.Errorf("no %q in %q", want, conflict)
		}
	}
	for _, want := range []string{"No convoy waits in the open", "No bed is scarce", "No plan was in force", "Every point belongs to"} {
		if !strings.Contains(doc.Text(), want) && !(want == "No bed is scarce" && doc.Find("#prices").Length() > 0) {
			t.Errorf("the page does not say %q", want)
		}
	}
	sum := doc.Find("table.rooms tfoot td .figure").First().Text()
	if amount(t, sum) != p.plan.Figures.People || p.plan.Figures.Unplaced != 2 {
		t.Errorf("%s people by the plan, of %+v", sum, p.plan.Figures)
	}
	if got := doc.Find(".badge.warn").First().Text(); got != "Draft" {
		t.Errorf("the plan is %q", got)
	}
	if doc.Find(".costs tbody tr").Length() < 8 || doc.Find("svg").Length() < 2 {
		t.Error("weights, or the map, are missing")
	}
}

// Somebody's page says why, and names every other place with its rule or its price.
func TestWhyHere(t *testing.T) {
	t.Parallel()
	p := planFor(t, testdb.SQLite(t))
	who := p.plan.Places[0]
	for _, lang := range []string{"en", "ar", "ckb"} {
		doc := p.page(t, authz.Overseer, p.path("/people/"+num(who.Person)), "lang", lang)
		if doc.Find("form.decide").Length() != 0 {
			t.Error("an overseer is offered to choose a cell")
		}
		cells := 0
		doc.Find("table.cards tbody tr").Each(func(_ int, s *goquery.Selection) {
			cells += len(strings.Split(s.Find("td").First().Text(), ","))
			if strings.TrimSpace(s.Find("td").Eq(1).Text()) == "" {
				t.Errorf("nothing is said of %q", s.Find("th").Text())
			}
		})
		if want := len(p.plan.Cells) - 1; cells != want {
			t.Errorf("%d other cells, want %d", cells, want)
		}
	}
	unplaced := p.plan.Unplaced[0].Person
	doc := p.page(t, authz.Planner, p.path("/people/"+num(unplaced)), "lang", "en")
	if text := doc.Find("main").Text(); !strings.Contains(text, "Without a place") || !strings.Contains(text, "men and women are apart") {
		t.Error("it does not say why there is no place")
	}
	readings := rt.Value(p.Store.Searches(t.Context(), store.SearchLogFilter{Limit: 100}))(t)
	if !slices.ContainsFunc(readings, func(s store.SearchLogged) bool { return s.Actor == "overseer-1" && strings.HasPrefix(s.Query, "plan ") }) {
		t.Error("the reading is not on record")
	}
	for path, want := range map[string]int{
		p.path("/people/" + num(p.foreign)): http.StatusOK, p.path("/people/" + num(p.housed[0])): http.StatusNotFound, p.path("/people/1"): http.StatusNotFound,
		p.path("/people?state=x"): http.StatusBadRequest, p.path("/people?conflict=99"): http.StatusNotFound, p.path("/people?conflict=%27"): http.StatusNotFound,
		p.path("/people?from=x"): http.StatusBadRequest, p.path("/people?from=999999"): http.StatusOK, p.path("/places/NONE"): http.StatusNotFound, p.path("/slots?day=x"): http.StatusBadRequest,
		"/plans/1": http.StatusNotFound, "/plans/" + num(id.Plan(id.Make(id.NounOther, 1, 999_999))): http.StatusNotFound, "/waves/1": http.StatusNotFound, "/waves?before=x": http.StatusBadRequest,
		"/waves/" + num(id.Wave(id.Make(id.NounWave, 1, 999_999))): http.StatusNotFound,
	} {
		if got := p.get(t, authz.Planner, path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// fieldsOf reads what a form would send if nobody changed it.
func fieldsOf(s *goquery.Selection) url.Values {
	form := url.Values{}
	s.Find("input, textarea, select").Each(func(_ int, f *goquery.Selection) {
		name, value := f.AttrOr("name", ""), f.AttrOr("value", "")
		_, checked := f.Attr("checked")
		switch {
		case name == "" || f.AttrOr("type", "") == "checkbox" && !checked:
			return
		case f.Is("textarea"):
			value = f.Text()
		case f.Is("select"):
			value = f.Find("option[selected]").AttrOr("value", "")
		}
		form.Add(name, value)
	})
	return form
}

// From a wave to a plan in force, all by the forms of the pages.
func TestFromWaveToPlanInForce(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db string) {
		b := setUp(t, db)
		b.Route(t, 20)
		men := b.People(t, 30)
		open := func(path string) *goquery.Document {
			path, _, _ = strings.Cut(path, "#")
			return b.page(t, authz.Planner, path, "lang", "en")
		}

		f := fieldsOf(open("/waves").Find(".made form"))
		f["reason"][0] = "a <b>reason</b>"
		code, _, body := b.planner("/waves", f)
		for _, want := range []string{`href="#label"`, "a &lt;b&gt;reason&lt;/b&gt;", `aria-invalid="true"`} {
			if code != http.StatusBadRequest || !strings.Contains(body, want) {
				t.Errorf("an incomplete wave: %d without %s", code, want)
			}
		}
		f.Set("label", "الأسبوع ٤")
		f["source"][0] = string(rt.Source)
		code, wave, body := b.planner("/waves", f)
		if code != http.StatusSeeOther {
			t.Fatalf("forming a wave: %d\n%s", code, mistakesIn(body))
		}
		if _, again, _ := b.planner("/waves", f); again != wave {
			t.Errorf("sent twice it is another wave: %q and %q", wave, again)
		}

		f = fieldsOf(open(wave).Find(".made form"))
		f.Set("start", "tomorrow")
		f.Set("broken", "land\nland x")
		f.Set("weight-travel", "-1")
		code, _, body = b.planner(wave+"/plans", f)
		for _, want := range []string{`href="#start"`, `href="#broken"`, `href="#weight-travel"`, "tomorrow", "<details class=\"same\" open"} {
			if code != http.StatusBadRequest || !strings.Contains(body, want) {
				t.Errorf("a bad plan: %d without %s", code, want)
			}
		}
		f.Set("start", "2026-01-22")
		f.Set("broken", "land 3")
		f.Set("weight-travel", "2.5")
		f["closed"] = []string{string(rt.Prison)}
		f["pin-person"][0], f["pin-cell"][0], f["pin-reason"][0] = num(b.housed[0]), "IQ-Q/A/01", "x"
		if code, _, body = b.planner(wave+"/plans", f); code != http.StatusBadRequest || !strings.Contains(body, `href="#pin-person-1"`) || !strings.Contains(body, `value="2.5"`) {
			t.Errorf("somebody who does not wait is pinned: %d %s", code, mistakesIn(body))
		}
		f["pin-person"][0] = num(men[3])
		code, first, body := b.planner(wave+"/plans", f)
		if code != http.StatusSeeOther {
			t.Fatalf("planning: %d\n%s", code, mistakesIn(body))
		}
		doc := open(first)
		if text := doc.Find("#asked").Parent().Text(); !strings.Contains(text, "IQ-P") || !strings.Contains(text, "land 3") || !strings.Contains(text, "IQ-Q/A/01") {
			t.Errorf("what was asked reads %q", text)
		}
		if !strings.Contains(doc.Find(".costs").First().Text(), "2.5") {
			t.Error("the weight that was asked for is not shown")
		}
		// Again, with what it was asked: the form holds it all.
		f = fieldsOf(open(doc.Find(`a[href*="?plan="]`).AttrOr("href", "")).Find(".made form"))
		if f.Get("weight-travel") != "2.5" || f.Get("closed") != string(rt.Prison) || strings.TrimSpace(f.Get("broken")) != "land 3" || f["pin-reason"][0] != "x" || f.Get("start") != "2026-01-22" {
			t.Errorf("the form holds %v", f)
		}

		// Choose a cell for somebody, which makes another draft.
		why := first + "/people/" + num(men[0])
		f = fieldsOf(open(why).Find("#pin ~ form"))
		if code, _, body = b.planner(why, f); code != http.StatusBadRequest || !strings.Contains(body, `href="#reason"`) {
			t.Errorf("a cell without a reason: %d", code)
		}
		f.Set("cell", "IQ-Q/A/01")
		f.Set("reason", "near the clinic")
		code, next, body := b.planner(why, f)
		if code != http.StatusSeeOther || next == why {
			t.Fatalf("choosing a cell: %d\n%s", code, mistakesIn(body))
		}
		if text := open(next).Find("main").Text(); !strings.Contains(text, "near the clinic") || !strings.Contains(text, "A human chose this place") {
			t.Error("the choice and its reason are not shown")
		}
		if got := open(first).Find(".head .badge").Text(); !strings.Contains(got, "Superseded") {
			t.Errorf("the first draft is %q", got)
		}

		// Approve: the last four digits, then all of it.
		second := strings.TrimSuffix(next, "/people/"+num(men[0]))
		doc = open(second + "/approve")
		if text := doc.Find(".notice").Text(); !strings.Contains(text, "30 beds are reserved") || !strings.Contains(text, "convoys are formed") {
			t.Errorf("the consequence reads %q", text)
		}
		f = fieldsOf(doc.Find("form.decide"))
		f.Set("digits", "0000x")
		if code, _, body = b.planner(second+"/approve", f); code != http.StatusBadRequest || !strings.Contains(body, `href="#digits"`) {
			t.Errorf("with other digits: %d", code)
		}
		f.Set("digits", second[len(second)-4:])
		if code, to, body := b.planner(second+"/approve", f); code != http.StatusSeeOther || to != second {
			t.Fatalf("approving: %d\n%s", code, mistakesIn(body))
		}
		doc = open(second)
		if doc.Find(".badge.ok").First().Text() != "In force" || doc.Find(`a[href$="/approve"]`).Length() != 0 || doc.Find("#discard").Length() != 0 {
			t.Error("the plan is in force and can be decided on")
		}
		slots := open(second + "/slots")
		if slots.Find("svg").Length() == 0 || slots.Find(`table.cards th a[href^="/convoys/"]`).Length() == 0 || slots.Find(".tabs [aria-current]").Length() != 1 {
			t.Error("the slots, or the convoys that were formed, are missing")
		}
		if holds := rt.Value(b.Store.Holds(t.Context(), men))(t); len(holds) != 30 || holds[men[0]][0].State != string(custody.BedReserved) {
			t.Errorf("%d beds are reserved", len(holds))
		}
		f.Set("key", "another")
		if code, _, body = b.planner(second+"/approve", f); code != http.StatusConflict || !strings.Contains(body, "approved already") {
			t.Errorf("approving twice: %d", code)
		}
		b.Sound(t)
	})
}

func TestDiscard(t *testing.T) {
	t.Parallel()
	p := planFor(t, testdb.SQLite(t))
	f := fieldsOf(p.page(t, authz.Planner, p.path("")).Find("#discard ~ form"))
	if code, _, body := p.planner(p.path("/discard"), f); code != http.StatusBadRequest || !strings.Contains(body, `href="#sure"`) {
		t.Errorf("without saying so: %d", code)
	}
	f.Set("sure", "1")
	for range 2 {
		if code, to, _ := p.planner(p.path("/discard"), f); code != http.StatusSeeOther || to != p.path("") {
			t.Errorf("throwing away: %d to %q", code, to)
		}
	}
	doc := p.page(t, authz.Planner, p.path(""), "lang", "en")
	if doc.Find(".head .badge").Text() != "Thrown away" || doc.Find(`a[href$="/approve"]`).Length() != 0 {
		t.Error("it is not shown as thrown away")
	}
}

// What a plan rests on has changed: the page names it, and the words of whoever approves are kept.
func TestOutdatedPlan(t *testing.T) {
	t.Parallel()
	p := planFor(t, testdb.SQLite(t))
	gone := p.plan.Places[0].Person
	p.Tick(time.Minute)
	rt.Get(t)(p.SetAlert(t.Context(), rt.By.Registrar, register.Alert{Person: gone, Code: "protection"}))
	f := fieldsOf(p.page(t, authz.Planner, p.path("/approve")).Find("form.decide"))
	f.Set("digits", num(p.plan.Plan)[8:])
	f.Set("note", "as agreed <1>")
	code, _, body := p.planner(p.path("/approve"), f)
	if code != http.StatusConflict || !strings.Contains(body, "plan again") || !strings.Contains(body, id.Format(gone)) || !strings.Contains(body, "as agreed &lt;1&gt;") {
		t.Errorf("an outdated plan: %d\n%s", code, mistakesIn(body))
	}
}

// Oversight sees who goes where and why, and nothing of when and how (norms G14).
func TestOversightSeesNoTimetable(t *testing.T) {
	t.Parallel()
	p := planFor(t, testdb.SQLite(t))
	p.Approve(t, p.plan)
	for _, path := range []string{"/waves", "/waves/" + num(p.wave), "/waves/" + num(p.wave) + "/people", p.path(""), p.path("/people"), p.path("/people/" + num(p.plan.Places[0].Person)), p.path("/places/" + string(rt.Prison))} {
		doc := p.page(t, authz.Overseer, path, "lang", "en")
		if doc.Find(`form[method="post"]:not([action="/settings"]):not([action="/leave"])`).Length() != 0 {
			t.Errorf("%s: an overseer is offered a form", path)
		}
		text := doc.Find("main").Text()
		for _, hidden := range []string{"22 January", "land", "departure", "No convoy waits", "First day"} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s: an overseer sees %q", path, hidden)
			}
		}
		if doc.Find(`a[href*="/slots"]`).Length() != 0 {
			t.Errorf("%s leads an overseer to the slots", path)
		}
	}
	if w := p.get(t, authz.Overseer, p.path("/slots")); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "<table") {
		t.Errorf("the slots for an overseer: %d", w.Code)
	}
}

// Hostile input ends in a clear answer, and nothing of it gets into a page as it is.
func TestPlanFormsTakeAnything(t *testing.T) {
	t.Parallel()
	p := planFor(t, testdb.SQLite(t))
	wave := "/waves/" + num(p.wave)
	evil := `"><script>alert(1)</script>` + "\x00\xff"
	for name, c := range map[string]struct {
		path string
		form url.Values
	}{
		"a wave":        {"/waves", url.Values{"label": {evil}, "target": {evil}, "source": {evil, evil}, "reason": {evil}}},
		"no such place": {"/waves", url.Values{"label": {"x"}, "source": {"SY-NONE"}, "reason": {"x"}}},
		"many sources":  {"/waves", url.Values{"label": {"x"}, "source": slices.Repeat([]string{string(rt.Source)}, 1000), "reason": slices.Repeat([]string{"x"}, 1000)}},
		"a plan":        {wave + "/plans", url.Values{"start": {evil}, "days": {evil}, "broken": {evil}, "further": {evil}, "pin-person": {evil}, "pin-cell": {evil}, "pin-reason": {evil}, "weight-travel": {"NaN"}}},
		"many days":     {wave + "/plans", url.Values{"start": {"2026-01-22"}, "days": {"100000"}}},
		"no route":      {wave + "/plans", url.Values{"start": {"2026-01-22"}, "days": {"7"}, "broken": {"nowhere 1"}}},
		"a cell":        {p.path("/people/" + num(p.plan.Places[0].Person)), url.Values{"cell": {evil}, "reason": {evil}}},
		"approval":      {p.path("/approve"), url.Values{"note": {evil}, "digits": {evil}}},
	} {
		code, _, body := p.planner(c.path, c.form)
		if code != http.StatusBadRequest || strings.Contains(body, "<script>alert") || !strings.Contains(body, `id="wrong"`) {
			t.Errorf("%s: %d", name, code)
		}
	}
	if w := p.post(wave+"/plans", url.Values{"broken": {strings.Repeat("x", 3<<20)}}, "Cookie", "amana=t-planner"); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("three megabytes: %d", w.Code)
	}
}

// mistakesIn is what a page says was wrong.
func mistakesIn(body string) string {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		return body
	}
	return doc.Find("#wrong").Text()
}
