package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/store"
	"amana/internal/text"
)

// visit is one request: who sends it, in which language, at which moment, and the queries that its page may use.
type visit struct {
	*site
	*text.Catalogue
	w     http.ResponseWriter
	req   *http.Request
	actor authz.Actor
	now   time.Time
	q     store.Queries

	places     map[place.Code]map[string]string
	custodians map[string]store.Custodian
	veiled     map[id.Convoy]bool
}

func (s *site) visit(w http.ResponseWriter, req *http.Request) *visit {
	v := &visit{site: s, w: w, req: req, now: s.opt.Clock(), Catalogue: text.For(language(req))}
	if a, err := s.opt.Authenticate(req); err == nil {
		v.actor = a
	}
	return v
}

func (v *visit) ctx() context.Context { return v.req.Context() }

// names reads what places and custodians are called, and which convoys an overseer must not see the way of yet (norms G14).
func (v *visit) names() (err error) {
	if v.places, err = v.q.Names(v.ctx()); err != nil {
		return err
	}
	if v.custodians, err = v.q.Custodians(v.ctx()); err != nil {
		return err
	}
	v.veiled = map[id.Convoy]bool{}
	if v.actor.Role != authz.Overseer {
		return nil
	}
	underway, err := v.q.Underway(v.ctx())
	for _, c := range underway {
		v.veiled[c] = true
	}
	return err
}

// redirect sends the reader on with GET, to a path of this site only.
func (v *visit) redirect(path string) {
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.req, path, http.StatusSeeOther)
}

// local gives a path of this site, "/" for anything else: an address given from outside leads nowhere else.
func local(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, `\`) {
		return "/"
	}
	return path
}

// Frame is what every page has around it.
type Frame struct {
	*text.Catalogue
	Title  string
	Here   string // part of the site, as the navigation names it
	Back   string // this address, to come back to
	Theme  string // "light", "dark", or "" for the system's
	Actor  authz.Actor
	Follow bool // refreshed when the register changes
	Demo   bool

	places     map[place.Code]map[string]string
	custodians map[string]store.Custodian
}

func (v *visit) frame(here, title string) Frame {
	f := Frame{Catalogue: v.Catalogue, Title: title, Here: here, Back: "/", Actor: v.actor, Demo: v.opt.Demo != nil, places: v.places, custodians: v.custodians}
	if v.req.Method == http.MethodGet {
		u := *v.req.URL
		q := u.Query()
		q.Del("lang")
		q.Del("token") // never in a page
		u.RawQuery = q.Encode()
		f.Back = local(u.RequestURI())
	}
	if c, err := v.req.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		f.Theme = c.Value
	}
	return f
}

// May reports whether the reader's role is granted a permission: links that lead to a denial are not drawn.
func (f Frame) May(p authz.Permission) bool { return authz.Check(f.Actor, p) == nil }

// Place names a place: an establishment by its name, what lies in it by the establishment and the rest of the code.
func (f Frame) Place(c place.Code) string {
	name := f.Pick(f.places[c.Establishment()], string(c.Establishment()))
	if rest := strings.TrimPrefix(string(c), string(c.Establishment())); rest != "" {
		return name + " \u2066" + strings.TrimPrefix(rest, "/") + "\u2069"
	}
	return name
}

// Custodian names an authority.
func (f Frame) Custodian(code string) string {
	if code == "" {
		return f.T("nobody")
	}
	return f.Pick(f.custodians[code].Names, code)
}

// Account names where somebody is booked.
func (f Frame) Account(a custody.Account) string {
	switch a.Class() {
	case custody.InCustody:
		return f.Place(a.Place())
	case custody.InTransit:
		return f.T("aboard.vehicle", "Vehicle", isolated(id.Format(a.Vehicle())))
	}
	return f.Exit(a)
}

// AccountHref leads to the page of an account's place, empty for others.
func (f Frame) AccountHref(a custody.Account) string {
	if c := a.Place(); c != "" {
		return placeHref(c)
	}
	return ""
}

// isolated keeps a number in one piece, from left to right, in a sentence of any direction.
func isolated(s string) string {
	return "\u2066" + strings.ReplaceAll(s, " ", "\u00a0") + "\u2069"
}

func placeHref(c place.Code) string { return "/places/" + string(c) }

func number[T ~int | ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }

// Link is a figure: how many, and where the list of them is; an empty address where the reader may not see it.
type Link struct {
	N    int
	Href string
}

// figure makes a figure that opens into its people, for those who may see them.
func (f Frame) figure(n int, of, subject string, m store.Moment) Link {
	if !f.May(authz.ReadPeople) {
		return Link{N: n}
	}
	q := url.Values{"figure": {of}}
	if subject != "" {
		q.Set("of", subject)
	}
	return Link{n, "/people?" + withMoment(q, m).Encode()}
}

// account makes the figure of an account or of a class of accounts.
func (f Frame) account(n int, account string, m store.Moment) Link {
	if !f.May(authz.ReadPeople) {
		return Link{N: n}
	}
	return Link{n, "/people?" + withMoment(url.Values{"account": {account}}, m).Encode()}
}

func withMoment(q url.Values, m store.Moment) url.Values {
	if !m.World.IsZero() {
		q.Set("at", stamp(m.World))
	}
	if !m.System.IsZero() {
		q.Set("system", stamp(m.System))
	}
	return q
}

// stamp writes a moment as addresses and the fields of forms carry it: Baghdad's wall clock.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(text.Zone)
	switch {
	case t.Nanosecond() != 0:
		return t.Format("2006-01-02T15:04:05.000000")
	case t.Second() != 0:
		return t.Format("2006-01-02T15:04:05")
	}
	return t.Format("2006-01-02T15:04")
}

// parseMoment reads a moment: Baghdad's wall clock as a form sends it, or RFC 3339. The empty text is the zero time.
func parseMoment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano} {
		if t, err := time.ParseInLocation(layout, s, text.Zone); err == nil && t.Year() > 1900 && t.Year() < 3000 {
			return t.UTC().Truncate(time.Microsecond), nil
		}
	}
	return time.Time{}, &fault.Error{Kind: fault.Invalid, Rule: "moment.unreadable", Message: "the date and time could not be read"}
}

// moment reads what a page is asked as of.
func (v *visit) moment() (m store.Moment, err error) {
	q := v.req.URL.Query()
	if m.World, err = parseMoment(q.Get("at")); err != nil {
		return m, err
	}
	m.System, err = parseMoment(q.Get("system"))
	return m, err
}

// past reports whether a page is asked as of a moment that somebody chose.
func past(m store.Moment) bool { return m != store.Moment{} }

// seq reads the number of an entry, or another plain number, from the path or the query.
func parseSeq(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(id.Fold(s), 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "number.unreadable", "the number could not be read")
	}
	return n, nil
}

// field writes a moment as the field of a form holds it.
func field(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(text.Zone).Format("2006-01-02T15:04")
}
