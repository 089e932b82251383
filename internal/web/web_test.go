package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"amana/internal/authz"
	"amana/internal/id"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/testdb"
)

// Every figure of every page opens into its people, and the list is as long as the figure is great.
func TestFiguresOpenIntoTheirPeople(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db string) {
		b := setUp(t, db)
		at := url.QueryEscape("2026-01-21T09:05")
		pages := []string{
			"/", "/?at=" + at, "/?system=" + at, "/places", "/places/" + string(rt.Prison), "/places/" + string(rt.Source), "/convoys", "/convoys/" + num(b.convoy.Convoy), "/convoys/" + num(b.arrived.Convoy),
			"/balance", "/balance?place=" + string(rt.Prison), "/balance?convoy=" + num(b.convoy.Convoy), "/balance?from=" + at, "/balance?place=" + string(rt.Source) + "&from=" + at,
		}
		seen := map[string]bool{}
		for _, path := range pages {
			doc := b.page(t, authz.Operations, path)
			doc.Find(`a.figure[href^="/people"], a.term[href^="/people"]`).Each(func(_ int, s *goquery.Selection) {
				href, figure := s.AttrOr("href", ""), s.Text()
				if s.Is(".term") {
					figure = s.Find("b").Text()
				}
				want := amount(t, figure)
				if want < 0 {
					want = -want
				}
				if seen[href] {
					return
				}
				seen[href] = true
				list := b.page(t, authz.Operations, href)
				if got := list.Find(".total").AttrOr("data-total", "none"); got != strconv.Itoa(want) {
					t.Errorf("%s: the figure %d opens %s, which says %s", path, want, href, got)
				}
				if got := list.Find("table.cards tbody tr").Length(); got != want {
					t.Errorf("%s: the figure %d opens %s with %d people", path, want, href, got)
				}
			})
			doc.Find(`a.chip`).Each(func(_ int, s *goquery.Selection) {
				want := amount(t, s.Find("b").Text())
				if got := b.page(t, authz.Operations, s.AttrOr("href", "")).Find("li.difference").Length(); got != want {
					t.Errorf("%s: %d differences open a list of %d", path, want, got)
				}
			})
		}
		if len(seen) < 20 {
			t.Errorf("only %d figures were found", len(seen))
		}
	})
}

// The list of a long figure goes over several pages and loses nobody.
func TestLongListsPage(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	b.PeopleAt(t, rt.Source, 120)
	for _, path := range []string{"/people?account=in_custody", "/people?q=" + url.QueryEscape("سالم")} {
		seen := map[string]bool{}
		pages := 0
		for next := path; next != ""; pages++ {
			doc := b.page(t, authz.Registrar, next)
			doc.Find("table.cards tbody th a").Each(func(_ int, s *goquery.Selection) { seen[s.AttrOr("href", "")] = true })
			next = doc.Find(".pager a").AttrOr("href", "")
			if pages > 10 {
				t.Fatalf("%s never ends", path)
			}
		}
		if len(seen) < 120 || pages != 3 {
			t.Errorf("%s lists %d people on %d pages", path, len(seen), pages)
		}
	}
}

func TestBoard(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	doc := b.page(t, authz.Operations, "/", "lang", "en")
	var terms []int
	doc.Find(".term b").Each(func(_ int, s *goquery.Selection) { terms = append(terms, amount(t, s.Text())) })
	if len(terms) != 4 || terms[0] != terms[1]+terms[2]+terms[3] || terms[0] != 11 || terms[3] != 1 {
		t.Errorf("the board says %v", terms)
	}
	if got := doc.Find(".verdict .badge.ok").Text(); got != "The register balances" {
		t.Errorf("the verdict is %q", got)
	}
	if !doc.Find("ul.chips li").First().Find(".chip").Is(".grave") {
		t.Error("people who are not accounted for do not come first")
	}
	if got := amount(t, doc.Find(".apart .figure").Text()); got != 1 {
		t.Errorf("%d unresolved nationalities", got)
	}
	if strings.Contains(strings.ToLower(doc.Text()), "live") {
		t.Error("the board says live")
	}
	if !strings.Contains(doc.Find(".asof summary").Text(), "As of 21 January 2026") {
		t.Errorf("as of: %q", doc.Find(".asof summary").Text())
	}
	if doc.Find("svg.flow .node").Length() < 6 {
		t.Error("the drawing lacks nodes")
	}
	early := b.page(t, authz.Operations, "/?at="+url.QueryEscape("2026-01-21T08:00"), "lang", "en")
	if got := amount(t, early.Find(".term b").First().Text()); got != 0 {
		t.Errorf("before anybody came, %d were registered", got)
	}
	if early.Find("main[data-follow]").Length() != 0 {
		t.Error("a past moment does not change and is not refreshed")
	}
}

func TestPerson(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	doc := b.page(t, authz.Registrar, "/people/"+num(b.foreign), "lang", "en")
	if !doc.Find("main").Children().First().Is("section.warnings") {
		t.Error("the page does not open on its warnings")
	}
	warnings := doc.Find(".warnings").Text()
	for _, want := range []string{"Held without grounds", "Age to be assessed"} {
		if !strings.Contains(warnings, want) {
			t.Errorf("no warning %q in %q", want, warnings)
		}
	}
	if got := strings.TrimSpace(doc.Find(".person .kind").Text()); got != "Detainee" {
		t.Errorf("called %q", got)
	}
	text := doc.Text()
	for _, want := range []string{"unresolved (written “Turkestan”)", "CC-9911", "أبو يوسف", "list <1>.csv", "This reading of yours is on record"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if strings.Contains(strings.ToLower(text), "convict") {
		t.Error("the page says convicted")
	}
	if got := doc.Find("#readings ~ ul li").Length(); got != 1 {
		t.Errorf("%d readings, want this one", got)
	}
	// Reading again is another reading.
	if got := b.page(t, authz.Overseer, "/people/"+num(b.foreign)).Find("#readings ~ ul li").Length(); got != 2 {
		t.Errorf("%d readings, want two", got)
	}
	if got := b.get(t, authz.Registrar, "/people/"+num(id.Make(id.NounPerson, 1, 999_999))).Code; got != http.StatusNotFound {
		t.Errorf("a number that nobody has: %d", got)
	}
	if got := b.get(t, authz.Registrar, "/people/nonsense").Code; got != http.StatusNotFound {
		t.Errorf("nonsense: %d", got)
	}
}

func TestTimelineFollowsTheWorld(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	b.Tick(10 * time.Hour)
	late := rt.By.Prison
	late.At = b.Clock.Now().Add(-9 * time.Hour)
	rt.Get(t)(b.House(t.Context(), late, []register.Placement{{Person: b.housed[2], Cell: rt.Men, Bed: 3}}))
	doc := b.page(t, authz.Operations, "/people/"+num(b.housed[2]), "lang", "en")
	last := ""
	doc.Find(".event time").Each(func(_ int, s *goquery.Selection) {
		at := s.AttrOr("datetime", "")
		if at < last {
			t.Errorf("%s stands after %s", at, last)
		}
		last = at
	})
	late1 := doc.Find(".event:has(.badge.warn)")
	if late1.Length() != 1 || !strings.Contains(late1.Text(), "recorded ") {
		t.Errorf("the late entry is not shown as late: %q", late1.Text())
	}
	if late1.Find(`a[href^="/entries/"]`).Length() != 1 {
		t.Error("an entry does not lead to the log")
	}
	if b.page(t, authz.Prison, "/people/"+num(b.housed[2])).Find(`a[href^="/entries/"]`).Length() != 0 {
		t.Error("a link leads to a denial")
	}
}

// Nothing medical and nothing sealed is on any page; whether somebody is fit to travel is.
func TestMedicalIsWalledOff(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	size := rt.Value(b.Store.Head(t.Context()))(t).Size
	paths := b.paths()
	for seq := range size {
		paths = append(paths, "/entries/"+num(seq+1))
	}
	for _, path := range paths {
		if body := b.get(t, authz.Overseer, path).Body.String(); strings.Contains(body, secret) {
			t.Errorf("%s gives a sealed text away", path)
		}
	}
	if !strings.Contains(b.page(t, authz.Prison, "/people/"+num(b.housed[0]), "lang", "en").Find(".warnings").Text(), "not fit to travel") {
		t.Error("fitness is not shown")
	}
}

// An overseer sees that people are in custody, and not the way, times or guard of a convoy that has not ended (norms G14).
func TestOverseersSeeNoConvoyUnderWay(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	underway, ended := "/convoys/"+num(b.convoy.Convoy), "/convoys/"+num(b.arrived.Convoy)
	seen := func(role authz.Role, path string) string {
		return b.page(t, role, path, "lang", "en").Find("main").Text()
	}
	for _, secretive := range []string{"Guards", "Departed", "B-1", string(rt.Line1), "Passages"} {
		if strings.Contains(seen(authz.Overseer, underway), secretive) {
			t.Errorf("an overseer sees %q of a convoy under way", secretive)
		}
		if !strings.Contains(seen(authz.Operations, underway), secretive) {
			t.Errorf("the operations room does not see %q", secretive)
		}
		if !strings.Contains(seen(authz.Overseer, ended), secretive) {
			t.Errorf("an overseer does not see %q of a convoy that has ended", secretive)
		}
	}
	for _, p := range []id.Person{b.people[4], b.dead} {
		file := seen(authz.Overseer, "/people/"+num(p))
		for _, secretive := range []string{"Boarded", "aboard vehicle", string(rt.Prison2), string(rt.Line1)} {
			if strings.Contains(file, secretive) {
				t.Errorf("a file gives %q of a convoy under way away", secretive)
			}
		}
		if strings.Contains(file, "In transit") != (p != b.dead) {
			t.Error("that somebody is in custody and on the way is not shown")
		}
	}
	if rows := b.page(t, authz.Overseer, "/convoys", "lang", "en").Find("tbody tr").First().Text(); !strings.Contains(rows, "shown when it has ended") && !strings.Contains(rows, "Closed") {
		t.Errorf("the list gives a way away: %q", rows)
	}
}

func TestConvoy(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	doc := b.page(t, authz.Line, "/convoys/"+num(b.convoy.Convoy), "lang", "en")
	text := doc.Text()
	for _, want := range []string{"On the way", "version 1 of 1", "frozen", "B-1", "Balanced"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	row := doc.Find("section:has(#passages) tbody tr").First()
	if !row.Is(".bad") || amount(t, row.Find("td.num").Last().Text()) != 1 {
		t.Errorf("the passage with somebody missing reads %q", row.Text())
	}
	if doc.Find(`a[href^="/people"]`).Length() != 0 {
		t.Error("an officer at a line may not read people and gets links to them")
	}
	if b.page(t, authz.Operations, "/convoys?state=closed").Find("tbody tr").Length() != 1 {
		t.Error("one convoy has ended")
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	doc := b.page(t, authz.Prison, "/places/"+string(rt.Prison), "lang", "en")
	if got := doc.Find(".cells li").Length(); got != 4 {
		t.Errorf("%d cells, want 4", got)
	}
	count := doc.Find("section:has(#counts) tbody tr").First()
	if !count.Is(".bad") || amount(t, count.Find("td.num").Eq(2).Text()) != 1 {
		t.Errorf("the count with somebody missing reads %q", count.Text())
	}
	rt.Get(t)(b.SetGate(t.Context(), rt.By.Prison, register.Gate{Place: rt.Prison, Reason: "disturbance"}))
	if got := b.page(t, authz.Prison, "/places/"+string(rt.Prison), "lang", "en").Find(".badge.alarm").First().Text(); got != "Gate closed" {
		t.Errorf("a closed gate shows %q", got)
	}
	if got := b.get(t, authz.Prison, "/places/NOWHERE").Code; got != http.StatusNotFound {
		t.Errorf("a place that is not there: %d", got)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	for _, q := range []string{"احمد", "أحمد التركستاني", "ahmad", "CC-9911", num(b.foreign), arabic(num(b.foreign)), id.Format(b.foreign)} {
		doc := b.page(t, authz.Registrar, "/people?q="+url.QueryEscape(q))
		if doc.Find(`tbody a[href="/people/`+num(b.foreign)+`"]`).Length() == 0 {
			t.Errorf("%q finds nobody", q)
		}
	}
	if b.page(t, authz.Registrar, "/people").Find("input[type=search][autofocus]").Length() != 1 {
		t.Error("the search box does not have the focus")
	}
	if got := b.page(t, authz.Registrar, "/people?q="+url.QueryEscape(`"><script>x`)).Find("script").Length(); got != 1 {
		t.Errorf("%d scripts on the page", got)
	}
}

func arabic(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '٠'
		}
		return r
	}, s)
}
