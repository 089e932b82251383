// Package web serves the pages: plain, server-rendered, in three languages, usable without JavaScript.
//
// Every page is a struct that a templ component renders, and every route names the permission that it needs; what a role is
// not granted it is denied. Figures open into the people they count, and a reading of a person's file is on record before
// the file is shown (norms G12).
package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/outlook"
	"amana/internal/register"
	"amana/internal/text"
)

// Options say how people sign in and which clock the pages go by.
type Options struct {
	// Authenticate tells who sends a request, by the session cookie; an error when nobody is signed in.
	Authenticate func(*http.Request) (authz.Actor, error)
	// Check tells whose a token is that came with a request; a fault "account.unknown" when it is nobody's.
	Check  func(r *http.Request, token string) (authz.Actor, error)
	Clock  clock.Clock
	Demo   []DemoAccount // accounts offered for trying the program out; nil except in the demo
	Secure bool          // cookies travel over HTTPS only
}

// DemoAccount is an account of the demo, with its token.
type DemoAccount struct {
	Role  authz.Role
	Name  string
	Token string
}

// site is everything that all requests share.
type site struct {
	r       *register.Register
	opt     Options
	outlook *outlook.Desk
}

// route is one page: who may see it and what makes it. An empty permission is a page for everybody, signed in or not.
type route struct {
	pattern string
	needs   authz.Permission
	serve   func(*visit) (templ.Component, error)
}

func (s *site) routes() []route {
	all := []route{
		{"GET /{$}", authz.ReadFigures, board},
		{"GET /people", authz.ReadPeople, people},
		{"GET /people/{number}", authz.ReadPeople, file},
		{"GET /people/{number}/identities", authz.ReadPeople, identities},
		{"GET /identity", authz.SearchPeople, search},
		{"GET /identity/pairs", authz.SearchPeople, pairs},
		{"GET /identity/pairs/{a}/{b}", authz.SearchPeople, pair},
		{"POST /identity/pairs/{a}/{b}", authz.DecideIdentity, decide},
		{"GET /watchlists", authz.ReadLeads, watchlists},
		{"GET /watchlists/leads", authz.ReadLeads, leads},
		{"POST /watchlists/leads", authz.DecideLeads, decideLead},
		{"GET /waves", authz.ReadPlans, waves},
		{"POST /waves", authz.Allocate, formWave},
		{"GET /waves/{number}", authz.ReadPlans, wave},
		{"GET /waves/{number}/people", authz.ReadPlans, wavePeople},
		{"POST /waves/{number}/plans", authz.Allocate, draftPlan},
		{"GET /plans/{number}", authz.ReadPlans, plan},
		{"GET /plans/{number}/people", authz.ReadPlans, planPeople},
		{"GET /plans/{number}/people/{person}", authz.ReadPlans, planPerson},
		{"POST /plans/{number}/people/{person}", authz.Allocate, pin},
		{"GET /plans/{number}/places/{code...}", authz.ReadPlans, planPlace},
		{"GET /plans/{number}/slots", authz.ReadPlans, planSlots},
		{"GET /plans/{number}/approve", authz.ApprovePlan, approveForm},
		{"POST /plans/{number}/approve", authz.ApprovePlan, approve},
		{"POST /plans/{number}/discard", authz.Allocate, discard},
		{"GET /convoys", authz.ReadTransfers, convoys},
		{"GET /convoys/{number}", authz.ReadTransfers, convoy},
		{"GET /places", authz.ReadFigures, places},
		{"GET /places/{code...}", authz.ReadFigures, placePage},
		{"GET /differences", authz.ReadTransfers, differences},
		{"GET /entries/{seq}", authz.ReadLog, entry},
		{"GET /entries/{seq}/proof", authz.ReadLog, proof},
		{"GET /balance", authz.ReadFigures, balance},
		{"GET /forecast", authz.ReadPlans, forecastPage},
		{"GET /enter", "", enterForm},
		{"POST /enter", "", enter},
		{"POST /leave", "", leave},
		{"POST /settings", "", settings},
		{"/", "", nowhere},
	}
	if s.opt.Demo != nil {
		all = append(all, route{"GET /demo-accounts", "", demoAccounts})
	}
	return all
}

// New makes the pages of a register.
func New(r *register.Register, opt Options) http.Handler {
	s := &site{r: r, opt: opt, outlook: outlook.New()}
	mux := http.NewServeMux()
	for _, rt := range s.routes() {
		mux.Handle(rt.pattern, s.page(rt))
	}
	mux.HandleFunc("GET /assets/{name}", serveAsset)
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.page(route{serve: func(*visit) (templ.Component, error) {
		return nil, fault.New(fault.Denied, "denied", "the request came from another site")
	}}))
	return headers(guard.Handler(mux))
}

// policy is the content security policy: nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, req)
	})
}

// page authorises a request, makes its page and writes it; whatever fails becomes a page that says which rule it was.
func (s *site) page(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		v := s.visit(w, req)
		if v.actor.Name == "" && rt.needs != "" {
			v.redirect("/enter?back=" + url.QueryEscape(req.URL.RequestURI()))
			return
		}
		content, err := v.allowed(rt)
		switch {
		case errors.Is(err, errAnswered):
		case err != nil:
			v.fail(err)
		default:
			v.write(http.StatusOK, content)
		}
	})
}

func (v *visit) allowed(rt route) (templ.Component, error) {
	if rt.needs != "" {
		q, err := v.r.Reading(v.actor, rt.needs)
		if err != nil {
			return nil, err
		}
		v.q = q
		if err := v.names(); err != nil {
			return nil, err
		}
	}
	return rt.serve(v)
}

// errAnswered says that a page has answered by itself, with a redirect or a file.
var errAnswered = errors.New("web: answered")

// status is the HTTP status of each kind of failure.
var status = map[fault.Kind]int{
	fault.Invalid: http.StatusBadRequest, fault.NotFound: http.StatusNotFound, fault.Refused: http.StatusConflict, fault.Conflict: http.StatusConflict,
	fault.Denied: http.StatusForbidden, fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Internal: http.StatusInternalServerError,
}

// fail shows a failure: its rule in the language of the reader, and nothing of what was asked for.
func (v *visit) fail(err error) {
	e := fault.As(err)
	v.write(status[e.Kind], failure(Failure{Frame: v.frame("", v.T("failure.title")), Denied: e.Kind == fault.Denied, Rule: e.Rule, Text: v.Rule(e.Rule, e.Message)}))
}

func (v *visit) write(code int, content templ.Component) {
	var b bytes.Buffer
	if err := content.Render(v.req.Context(), &b); err != nil {
		http.Error(v.w, v.Rule("internal", ""), http.StatusInternalServerError)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.Lang))
	h.Set("Cache-Control", "no-store") // pages hold names
	v.w.WriteHeader(code)
	_, _ = b.WriteTo(v.w) // the reader is gone
}

func nowhere(*visit) (templ.Component, error) {
	return nil, fault.New(fault.NotFound, "page.not_found", "there is no page at this address")
}

// language is the one that a request asks for: by its address, its cookie or its browser.
func language(req *http.Request) text.Lang {
	if l, ok := text.Parse(req.URL.Query().Get("lang")); ok {
		return l
	}
	if c, err := req.Cookie("lang"); err == nil {
		if l, ok := text.Parse(c.Value); ok {
			return l
		}
	}
	return text.Negotiate(req.Header.Get("Accept-Language"))
}
