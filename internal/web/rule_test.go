package web_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"amana/internal/authz"
	"amana/internal/ledger"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/testdb"
	"amana/internal/text"
	"amana/internal/web"
)

// The whole policy: who sees which page. A page that is not here is denied to everybody by this test.
func TestRoles(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	everybody := authz.Roles
	readers := []authz.Role{authz.Registrar, authz.Escort, authz.Prison, authz.Operations, authz.Planner, authz.Overseer}
	log := []authz.Role{authz.Operations, authz.Overseer}
	searchers := []authz.Role{authz.Registrar, authz.Prison, authz.Operations, authz.Overseer}
	listeners := []authz.Role{authz.Registrar, authz.Operations, authz.Overseer}
	planReaders := []authz.Role{authz.Planner, authz.Operations, authz.Overseer}
	b.Route(t, 20)
	wave := b.Wave(t, 0)
	plan := "/plans/" + num(b.Draft(t, register.NewPlan{Wave: wave}).Plan)
	pages := map[string]struct {
		path  string
		roles []authz.Role
	}{
		"GET /{$}":                             {"/", everybody},
		"GET /people":                          {"/people?account=in_custody", readers},
		"GET /people/{number}":                 {"/people/" + num(b.foreign), readers},
		"GET /people/{number}/identities":      {"/people/" + num(b.foreign) + "/identities", readers},
		"GET /identity":                        {"/identity?like=" + num(b.foreign), searchers},
		"GET /identity/pairs":                  {"/identity/pairs", searchers},
		"GET /identity/pairs/{a}/{b}":          {"/identity/pairs/" + num(b.foreign) + "/" + num(b.housed[0]), searchers},
		"POST /identity/pairs/{a}/{b}":         {"/identity/pairs/" + num(b.foreign) + "/" + num(b.housed[0]), []authz.Role{authz.Registrar}},
		"GET /watchlists":                      {"/watchlists", listeners},
		"GET /watchlists/leads":                {"/watchlists/leads", listeners},
		"POST /watchlists/leads":               {"/watchlists/leads", []authz.Role{authz.Registrar}},
		"GET /waves":                           {"/waves", planReaders},
		"POST /waves":                          {"/waves", []authz.Role{authz.Planner}},
		"GET /waves/{number}":                  {"/waves/" + num(wave), planReaders},
		"GET /waves/{number}/people":           {"/waves/" + num(wave) + "/people?held=all", planReaders},
		"POST /waves/{number}/plans":           {"/waves/" + num(wave) + "/plans", []authz.Role{authz.Planner}},
		"GET /plans/{number}":                  {plan, planReaders},
		"GET /plans/{number}/people":           {plan + "/people", planReaders},
		"GET /plans/{number}/people/{person}":  {plan + "/people/" + num(b.foreign), planReaders},
		"POST /plans/{number}/people/{person}": {plan + "/people/" + num(b.foreign), []authz.Role{authz.Planner}},
		"GET /plans/{number}/places/{code...}": {plan + "/places/" + string(rt.Prison), planReaders},
		"GET /plans/{number}/slots":            {plan + "/slots", []authz.Role{authz.Planner, authz.Operations}},
		"GET /plans/{number}/approve":          {plan + "/approve", []authz.Role{authz.Planner, authz.Operations}},
		"POST /plans/{number}/approve":         {plan + "/approve", []authz.Role{authz.Planner, authz.Operations}},
		"POST /plans/{number}/discard":         {plan + "/discard", []authz.Role{authz.Planner}},
		"GET /convoys":                         {"/convoys", append(readers, authz.Line)},
		"GET /convoys/{number}":                {"/convoys/" + num(b.convoy.Convoy), append(readers, authz.Line)},
		"GET /places":                          {"/places", everybody},
		"GET /places/{code...}":                {"/places/" + string(rt.Men), everybody},
		"GET /differences":                     {"/differences", append(readers, authz.Line)},
		"GET /entries/{seq}":                   {"/entries/20", log},
		"GET /entries/{seq}/proof":             {"/entries/20/proof", log},
		"GET /balance":                         {"/balance", everybody},
		"GET /forecast":                        {"/forecast?scenario=base&weeks=1&replications=1", []authz.Role{authz.Planner, authz.Operations, authz.Overseer}},
	}
	open := map[string]bool{"GET /enter": true, "POST /enter": true, "POST /leave": true, "POST /settings": true, "GET /demo-accounts": true, "/": true}
	for pattern, needs := range web.Routes(true) {
		page, known := pages[pattern]
		switch {
		case needs == "" && !open[pattern]:
			t.Errorf("%s asks for no permission", pattern)
		case needs == "":
			continue
		case !known:
			t.Errorf("nobody has said who may see %s", pattern)
			continue
		}
		method, _, _ := strings.Cut(pattern, " ")
		if w := b.send(t, "", method, page.path); method == "GET" && w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/enter?back=") {
			t.Errorf("%s for nobody: %d to %q", page.path, w.Code, w.Header().Get("Location"))
		}
		for _, role := range authz.Roles {
			want := http.StatusForbidden
			for _, r := range page.roles {
				if r == role {
					want = http.StatusOK
				}
			}
			w := b.send(t, role, method, page.path, "lang", "ckb")
			if method != "GET" && want == http.StatusOK {
				if w.Code != http.StatusBadRequest { // an empty form
					t.Errorf("%s for %s: %d", pattern, role, w.Code)
				}
				continue
			}
			if w.Code != want {
				t.Errorf("%s for %s: %d, want %d", page.path, role, w.Code, want)
			}
			if want == http.StatusForbidden && (!strings.Contains(w.Body.String(), `lang="ckb"`) || strings.Contains(w.Body.String(), "سالم") || strings.Contains(w.Body.String(), "<table")) {
				t.Errorf("%s denied to %s holds more than the denial", page.path, role)
			}
		}
	}
	if got := b.get(t, authz.Admin, "/balance?convoy="+num(b.convoy.Convoy)).Code; got != http.StatusForbidden {
		t.Errorf("the balance of a convoy for an administrator: %d", got)
	}
	if _, there := web.Routes(false)["GET /demo-accounts"]; there {
		t.Error("the demo's accounts are offered outside the demo")
	}
}

// Figures of those who may not read people lead nowhere.
func TestFiguresWithoutPeople(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	for _, role := range []authz.Role{authz.Line, authz.Admin} {
		for _, path := range []string{"/", "/places", "/places/" + string(rt.Prison), "/balance"} {
			if n := b.page(t, role, path).Find(`a[href^="/people"]`).Length(); n != 0 {
				t.Errorf("%s shows %s %d links to people", path, role, n)
			}
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	w := b.get(t, "", "/enter?token=t-overseer&back=/differences")
	if len(w.Result().Cookies()) != 0 || !strings.Contains(w.Body.String(), `value="t-overseer"`) {
		t.Error("a link signs in by itself, or offers nothing to confirm")
	}
	for _, c := range []struct {
		name, token, back, to string
		code                  int
		session               bool
	}{
		{"good", "t-overseer", "/differences?kind=missing", "/differences?kind=missing", http.StatusSeeOther, true},
		{"good, led astray", "t-overseer", "//evil.example/x", "/", http.StatusSeeOther, true},
		{"good, led astray by a whole address", "t-overseer", "https://evil.example/", "/", http.StatusSeeOther, true},
		{"good, led astray by a backslash", "t-overseer", `/\evil.example`, "/", http.StatusSeeOther, true},
		{"wrong", "t-nobody", "/", "", http.StatusForbidden, false},
		{"empty", "", "/", "", http.StatusForbidden, false},
	} {
		w := b.post("/enter", url.Values{"token": {c.token}, "back": {c.back}})
		if w.Code != c.code || w.Header().Get("Location") != c.to {
			t.Errorf("%s: %d to %q", c.name, w.Code, w.Header().Get("Location"))
		}
		cookies := w.Result().Cookies()
		if (len(cookies) == 1) != c.session {
			t.Errorf("%s: %d cookies", c.name, len(cookies))
		}
		for _, k := range cookies {
			if k.Name != web.Cookie || !k.HttpOnly || k.SameSite != http.SameSiteStrictMode || k.Path != "/" {
				t.Errorf("%s: the cookie is %v", c.name, k)
			}
		}
	}
	if w := b.post("/leave", nil); w.Code != http.StatusSeeOther || w.Result().Cookies()[0].MaxAge >= 0 {
		t.Error("leaving does not end the session")
	}
	if w := b.post("/enter", url.Values{"token": {"t-overseer"}}, "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden || len(w.Result().Cookies()) != 0 {
		t.Errorf("a form of another site: %d", w.Code)
	}
}

func TestLanguageAndTheme(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	for _, c := range []struct {
		name, query, cookie, accept, lang, dir string
	}{
		{"nothing said", "", "", "", "ar", "rtl"},
		{"by browser", "", "", "en-GB", "en", "ltr"},
		{"by cookie over browser", "", "ckb", "en", "ckb", "rtl"},
		{"by address over cookie", "?lang=en", "ckb", "ar", "en", "ltr"},
		{"nonsense", "?lang=xx", "yy", "zz", "ar", "rtl"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/enter"+c.query, nil)
		r.Header.Set("Accept-Language", c.accept)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "lang", Value: c.cookie})
		}
		w := httptest.NewRecorder()
		b.h.ServeHTTP(w, r)
		if want := `<html lang="` + c.lang + `" dir="` + c.dir + `"`; !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: no %s", c.name, want)
		}
	}
	w := b.post("/settings", url.Values{"lang": {"ckb"}, "theme": {"dark"}, "back": {"/people?q=x"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/people?q=x" || len(w.Result().Cookies()) != 2 {
		t.Errorf("settings: %d to %q with %v", w.Code, w.Header().Get("Location"), w.Result().Cookies())
	}
	if doc := b.page(t, authz.Admin, "/", "theme", "dark"); doc.Find(`html[data-theme="dark"]`).Length() != 1 {
		t.Error("the theme that was chosen is not used")
	}
	ar := b.page(t, authz.Operations, "/").Find("main").Text()
	if !strings.Contains(ar, "١١") || !strings.Contains(ar, "كانون الثاني") {
		t.Error("Arabic pages lack Arabic digits or months")
	}
}

// What every page must be: of one's own words, scripts and styles only, with one heading, labels and a place to skip to.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	p := planFor(t, testdb.SQLite(t))
	b := p.bench
	for _, lang := range text.Langs {
		for _, path := range append(b.paths(), p.paths()...) {
			role := authz.Operations
			if strings.HasPrefix(path, "/waves") || strings.HasPrefix(path, "/plans") {
				role = authz.Planner // who sees the forms
			}
			w := b.get(t, role, path, "lang", string(lang))
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d", path, w.Code)
				continue
			}
			if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, "script-src 'self'") || strings.Contains(got, "unsafe") {
				t.Errorf("%s: policy %q", path, got)
			}
			doc := b.page(t, role, path, "lang", string(lang))
			if n := doc.Find("style, [style], script:not([src]), [onclick], [onload], [onchange]").Length(); n != 0 {
				t.Errorf("%s has %d inline scripts or styles", path, n)
			}
			if n := doc.Find("h1").Length(); n != 1 {
				t.Errorf("%s has %d main headings", path, n)
			}
			if n := doc.Find("input:not([type=hidden]), select, textarea").Length() - doc.Find("label input:not([type=hidden]), label select, label textarea").Length(); n != 0 {
				t.Errorf("%s has %d fields without a label", path, n)
			}
			if doc.Find("a.skip[href='#main']").Length() != 1 || doc.Find("main#main").Length() != 1 {
				t.Errorf("%s has nothing to skip to", path)
			}
			if strings.Contains(doc.Text(), "<no value>") {
				t.Errorf("%s in %s has an empty gap", path, lang)
			}
			if n := doc.Find("[id]").Length(); n != len(ids(doc.Find("[id]").Nodes)) {
				t.Errorf("%s has an id twice", path)
			}
		}
	}
}

func ids(nodes []*html.Node) map[string]bool {
	all := map[string]bool{}
	for _, n := range nodes {
		for _, a := range n.Attr {
			if a.Key == "id" {
				all[a.Val] = true
			}
		}
	}
	return all
}

func TestEntry(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	timeline := rt.Value(b.Store.Timeline(t.Context(), b.foreign))(t)
	doc := b.page(t, authz.Overseer, "/entries/"+num(timeline[0].Seq), "lang", "en")
	if doc.Find(`a[href="/people/`+num(b.foreign)+`"]`).Length() == 0 {
		t.Error("the entry does not lead to its person")
	}
	if got := doc.Find("#data ~ table tr").Length(); got < 5 {
		t.Errorf("%d rows of data", got)
	}
	readings := rt.Value(b.Store.Readings(t.Context(), b.foreign, 10))(t)
	if len(readings) != 1 || readings[0].Actor != "overseer-1" {
		t.Errorf("reading an entry about a person is on record as %v", readings)
	}
	w := b.get(t, authz.Overseer, "/entries/"+num(timeline[0].Seq)+"/proof")
	p := rt.Value(ledger.ParseProof(w.Body.Bytes()))(t)
	if p.Leaf.Seq != timeline[0].Seq {
		t.Errorf("the proof is of entry %d", p.Leaf.Seq)
	}
	for path, want := range map[string]int{"/entries/999999": http.StatusNotFound, "/entries/x": http.StatusBadRequest, "/nothing/here": http.StatusNotFound, "/?at=tomorrow": http.StatusBadRequest, "/people?figure=nonsense": http.StatusNotFound, "/balance?from=2026-01-22T10:00&at=2026-01-21T10:00": http.StatusBadRequest} {
		if got := b.get(t, authz.Overseer, path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	b := setUp(t, testdb.SQLite(t))
	doc := b.page(t, "", "/enter")
	for _, sel := range []string{"link[rel=stylesheet]", "script[src]", "link[rel=icon]"} {
		n := doc.Find(sel)
		path := n.AttrOr("href", n.AttrOr("src", ""))
		w := b.get(t, "", path)
		if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || !regexp.MustCompile(`\.[0-9a-f]{12}\.`).MatchString(path) {
			t.Errorf("%s: %d, %q", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	if n := len(web.Asset("app.js")); n > 3<<10 {
		t.Errorf("the script has %d bytes", n)
	}
	if got := b.get(t, "", "/assets/app.css").Code; got != http.StatusNotFound {
		t.Errorf("an asset without its hash: %d", got)
	}
}

var cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

// One sheet serves both directions: nothing in it is on the left or on the right.
func TestStylesAreLogical(t *testing.T) {
	t.Parallel()
	css := cssComment.ReplaceAllString(web.Asset("app.css"), "")
	for _, m := range regexp.MustCompile(`(?i)[^;{}\n]*\b(left|right|float|clear)\b[^;{}\n]*`).FindAllString(css, -1) {
		t.Errorf("physical: %s", strings.TrimSpace(m))
	}
	for _, m := range regexp.MustCompile(`(?:margin|padding|inset): [^;]*`).FindAllString(css, -1) {
		if v := strings.Fields(m); len(v) == 5 && v[2] != v[4] { // four values name a right and a left
			t.Errorf("physical: %s", m)
		}
	}
}

// Every pair of colours that text is set in has the contrast of WCAG 2.2 AA, in both themes.
func TestContrast(t *testing.T) {
	t.Parallel()
	css := web.Asset("app.css")
	themes := regexp.MustCompile(`(?s)color-scheme: (light|dark);(.*?)\}`).FindAllStringSubmatch(css, -1)
	if len(themes) != 3 || themes[1][2] == "" || strings.Join(strings.Fields(themes[1][2]), "") != strings.Join(strings.Fields(themes[2][2]), "") {
		t.Fatalf("want the light theme and the dark one twice, alike; found %d", len(themes))
	}
	for _, theme := range themes[:2] {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})`).FindAllStringSubmatch(theme[2], -1) {
			colours[m[1]] = m[2]
		}
		for _, pair := range strings.Fields("ink/paper ink/surface ink/sunken muted/paper muted/surface muted/sunken accent/paper accent/surface accent/accent-soft on-accent/accent alarm/alarm-soft alarm/surface warn/warn-soft ok/ok-soft muted/alarm-soft accent/alarm-soft ink/alarm-soft") {
			fg, bg, _ := strings.Cut(pair, "/")
			if c := contrast(t, colours[fg], colours[bg]); c < 4.5 {
				t.Errorf("%s: %s has the contrast %.2f", theme[1], pair, c)
			}
		}
		for _, pair := range strings.Fields("edge/surface edge/paper accent/sunken") { // edges of controls, not text
			fg, bg, _ := strings.Cut(pair, "/")
			if c := contrast(t, colours[fg], colours[bg]); c < 3 {
				t.Errorf("%s: %s has the contrast %.2f", theme[1], pair, c)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(hex string) float64 {
		n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
		if err != nil {
			t.Fatalf("%q is no colour", hex)
		}
		channel := func(v uint64) float64 {
			c := float64(v&0xff) / 255
			if c <= 0.04045 {
				return c / 12.92
			}
			return math.Pow((c+0.055)/1.055, 2.4)
		}
		return 0.2126*channel(n>>16) + 0.7152*channel(n>>8) + 0.0722*channel(n)
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// No word that people read stands in a template: the generated code writes markup only.
func TestTemplatesHoldNoText(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*_templ.go")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d templates: %v", len(names), err)
	}
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		var page bytes.Buffer
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "WriteString" {
				for _, a := range call.Args {
					if lit, ok := a.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						s, err := strconv.Unquote(lit.Value)
						if err != nil {
							t.Fatal(err)
						}
						page.WriteString(s)
					}
				}
				page.WriteString("0") // what stands for an expression
			}
			return true
		})
		z := html.NewTokenizer(&page)
		for tt := z.Next(); tt != html.ErrorToken; tt = z.Next() {
			tok := z.Token()
			switch tt {
			case html.TextToken:
				if strings.IndexFunc(tok.Data, unicode.IsLetter) >= 0 {
					t.Errorf("%s: the text %q is in no catalogue", name, strings.TrimSpace(tok.Data))
				}
			case html.StartTagToken, html.SelfClosingTagToken:
				for _, a := range tok.Attr {
					if (a.Key == "title" || a.Key == "alt" || a.Key == "placeholder" || a.Key == "aria-label" || a.Key == "data-label") && strings.IndexFunc(a.Val, unicode.IsLetter) >= 0 {
						t.Errorf("%s: the %s %q is in no catalogue", name, a.Key, a.Val)
					}
				}
			}
		}
	}
}
