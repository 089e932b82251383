package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/transfer"
	"amana/internal/web"
)

// secret stands wherever a medical answer or a sealed part could leak from.
const secret = "tuberculosis-in-the-sealed-part"

// bench is a register with a little of everything in it, behind its pages.
type bench struct {
	*rt.World
	h       http.Handler
	people  []id.Person // seven of a convoy under way
	missing id.Person   // of them, not seen at the first line
	dead    id.Person   // of them
	housed  []id.Person // three in the prison
	foreign id.Person   // at the source, of no resolved nationality and held without grounds
	convoy  transfer.ConvoyFormed
	arrived transfer.ConvoyFormed
}

func setUp(t *testing.T, db string) *bench {
	t.Helper()
	b := &bench{World: rt.New(t, db)}
	b.housed = b.People(t, 3)
	b.arrived = b.Journey(t, rt.Prison, 1, b.housed)
	rt.Get(t)(b.CloseConvoy(t.Context(), rt.By.Operations, b.arrived.Convoy))
	rt.Get(t)(b.House(t.Context(), rt.By.Prison, []register.Placement{{Person: b.housed[0], Cell: rt.Men, Bed: 1}, {Person: b.housed[1], Cell: rt.Men, Bed: 2}}))
	rt.Get(t)(b.Screen(t.Context(), rt.By.Prison, rt.Prison, []register.Screening{{Person: b.housed[0], Fit: false, Injuries: true, Sealed: secret}}))
	b.Tick(time.Minute)
	rt.Get(t)(b.Headcount(t.Context(), rt.By.Prison, register.Count{Place: rt.Prison, Counted: 2, Present: b.housed[:2]}))

	in := register.Registration{Place: rt.Source, Details: person.Details{
		Names: []person.Name{{Raw: "أحمد التركستاني", Script: "Arab"}, {Raw: "Ahmad", Script: "Latn"}, {Raw: "أبو يوسف", Kind: "kunya"}}, Sex: person.Male,
		Claims: []person.Claim{{Label: "Turkestan", Status: "claimed"}}, Documents: []person.Document{{Type: "camp card", Number: "CC-9911"}}, Notes: secret,
	}, Source: custody.Source{File: "list <1>.csv", Line: 7, Key: "k7"}, Alerts: []string{"age_to_assess"}}
	b.foreign = rt.Value(b.Register.Register(t.Context(), rt.By.Registrar, []register.Registration{in}))(t).People[0]

	b.people = b.People(t, 7)
	b.convoy = b.Convoy(t, rt.Prison2, 2)
	aboard := b.Ready(t, b.convoy, b.people)
	b.Send(t, b.convoy)
	first := b.convoy.Vehicles[0].Vehicle
	b.missing, b.dead = aboard[first][0], aboard[first][1]
	b.Pass(t, b.convoy.Convoy, first, rt.Line1, aboard[first][1:])
	b.Tick(time.Minute)
	rt.Get(t)(b.RecordFacts(t.Context(), rt.By.Escort, []register.Fact{{Person: b.dead, Type: custody.TypeDeath, To: custody.Died, Convoy: b.convoy.Convoy, Incident: custody.IncidentDeath}}))
	b.Tick(time.Minute)

	b.h = web.New(b.Register, web.Options{
		Authenticate: func(r *http.Request) (authz.Actor, error) {
			c, err := r.Cookie(web.Cookie)
			if err != nil {
				return authz.Actor{}, fault.New(fault.Denied, "account.unknown", "nobody")
			}
			return check(r, c.Value)
		},
		Check: check, Clock: b.Clock.Now, Demo: []web.DemoAccount{{Role: authz.Overseer, Name: "ove", Token: "t-overseer"}},
	})
	return b
}

// check knows the token "t-ROLE" for each role.
func check(_ *http.Request, token string) (authz.Actor, error) {
	for _, r := range authz.Roles {
		if token == "t-"+string(r) {
			return authz.Actor{Name: string(r) + "-1", Role: r}, nil
		}
	}
	return authz.Actor{}, fault.New(fault.Denied, "account.unknown", "nobody signs in with this token")
}

// get asks for a page as somebody in a role; an empty role is nobody.
func (b *bench) get(t *testing.T, role authz.Role, path string, cookies ...string) *httptest.ResponseRecorder {
	t.Helper()
	return b.send(t, role, http.MethodGet, path, cookies...)
}

// send is get in any way of asking.
func (b *bench) send(t *testing.T, role authz.Role, method, path string, cookies ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if role != "" {
		r.AddCookie(&http.Cookie{Name: web.Cookie, Value: "t-" + string(role)})
	}
	for i := 0; i+1 < len(cookies); i += 2 {
		r.AddCookie(&http.Cookie{Name: cookies[i], Value: cookies[i+1]})
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	return w
}

// page asks for a page that must be there.
func (b *bench) page(t *testing.T, role authz.Role, path string, cookies ...string) *goquery.Document {
	t.Helper()
	w := b.get(t, role, path, cookies...)
	if w.Code != http.StatusOK {
		t.Fatalf("%s as %s: %d\n%s", path, role, w.Code, w.Body)
	}
	return rt.Value(goquery.NewDocumentFromReader(w.Body))(t)
}

func (b *bench) post(path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	return w
}

// amount reads a figure as it stands on a page, in any digits.
func amount(t *testing.T, s string) int {
	t.Helper()
	clean := strings.NewReplacer("٬", "", ",", "", "\u2212", "-", "\u200e", "").Replace(strings.TrimSpace(s))
	sign := 1
	if rest, ok := strings.CutPrefix(clean, "-"); ok {
		sign, clean = -1, rest
	}
	n, err := strconv.Atoi(id.Fold(clean))
	if err != nil {
		t.Fatalf("%q is no figure", s)
	}
	return sign * n
}

func (b *bench) paths() []string {
	return []string{
		"/", "/people", "/people?q=" + url.QueryEscape("سالم"), "/people?account=in_custody", "/people/" + num(b.housed[0]), "/people/" + num(b.foreign), "/people/" + num(b.people[2]),
		"/convoys", "/convoys/" + num(b.convoy.Convoy), "/convoys/" + num(b.arrived.Convoy), "/places", "/places/" + string(rt.Prison), "/places/" + string(rt.Men),
		"/places/" + string(rt.Line1), "/differences", "/differences?all=1", "/balance", "/balance?place=" + string(rt.Prison), "/balance?convoy=" + num(b.convoy.Convoy),
		"/people/" + num(b.foreign) + "/identities", "/identity", "/identity?name=" + url.QueryEscape("سالم كريم") + "&born=1986&nationality=x&mrz=x", "/identity?like=" + num(b.foreign),
		"/identity/pairs", "/identity/pairs/" + num(b.foreign) + "/" + num(b.housed[0]), "/watchlists", "/watchlists/leads?all=1",
		"/entries/1", "/entries/40", "/enter", "/demo-accounts", "/forecast?scenario=base&weeks=2&replications=2",
	}
}

func num[T ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }
