package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/text"
)

// Cookie is the name of the session cookie, which holds the account's token.
const Cookie = "amana"

// Enter is the page on which one signs in.
type Enter struct {
	Frame
	Token string // offered by a link, to be confirmed
	Next  string // where to go afterwards
	Wrong string // what was wrong with the token
}

func enterForm(v *visit) (templ.Component, error) {
	q := v.req.URL.Query()
	return enterPage(Enter{Frame: v.frame("enter", v.T("enter.title")), Token: strings.TrimSpace(q.Get("token")), Next: local(q.Get("back"))}), nil
}

// enter signs in: a link alone never does, so that nobody is signed in as somebody else by following one.
func enter(v *visit) (templ.Component, error) {
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, 64<<10)
	token, next := strings.TrimSpace(v.req.PostFormValue("token")), local(v.req.PostFormValue("back"))
	if _, err := v.opt.Check(v.req, token); err != nil {
		e := fault.As(err)
		page := Enter{Frame: v.frame("enter", v.T("enter.title")), Next: next, Wrong: v.Rule(e.Rule, e.Message)}
		page.Actor = authz.Actor{}
		v.write(status[e.Kind], enterPage(page))
		return nil, errAnswered
	}
	v.cookie(http.Cookie{Name: Cookie, Value: token, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	v.redirect(next)
	return nil, errAnswered
}

func leave(v *visit) (templ.Component, error) {
	v.cookie(http.Cookie{Name: Cookie, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	v.redirect("/enter")
	return nil, errAnswered
}

// settings keeps the language and the theme that were chosen, and goes back.
func settings(v *visit) (templ.Component, error) {
	const year = 365 * 24 * 60 * 60
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, 64<<10)
	if l, ok := text.Parse(v.req.PostFormValue("lang")); ok {
		v.cookie(http.Cookie{Name: "lang", Value: string(l), MaxAge: year, SameSite: http.SameSiteLaxMode})
	}
	switch theme := v.req.PostFormValue("theme"); theme {
	case "light", "dark":
		v.cookie(http.Cookie{Name: "theme", Value: theme, MaxAge: year, SameSite: http.SameSiteLaxMode})
	case "system":
		v.cookie(http.Cookie{Name: "theme", MaxAge: -1, SameSite: http.SameSiteLaxMode})
	}
	v.redirect(local(v.req.PostFormValue("back")))
	return nil, errAnswered
}

func (v *visit) cookie(c http.Cookie) {
	c.Path, c.Secure = "/", v.opt.Secure
	http.SetCookie(v.w, &c)
}

// Demo is the page of the demo's accounts.
type Demo struct {
	Frame
	Accounts []DemoAccount
}

func demoAccounts(v *visit) (templ.Component, error) {
	return demoPage(Demo{Frame: v.frame("enter", v.T("demo.title")), Accounts: v.opt.Demo}), nil
}

// Failure is the page that says what went wrong, and nothing else.
type Failure struct {
	Frame
	Denied     bool
	Rule, Text string
}
