package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/register"
	"amana/internal/store"
)

// Watchlists are the published lists that are loaded.
type Watchlists struct {
	Frame
	Lists []store.Watchlist
}

func watchlists(v *visit) (templ.Component, error) {
	lists, err := v.r.Watchlists(v.ctx(), v.actor)
	if err != nil {
		return nil, err
	}
	return watchlistsPage(Watchlists{v.frame("identity", v.T("watchlists.title")), lists}), nil
}

// Leads is the list of people who may be entries of watchlists: work for a human.
type Leads struct {
	Frame
	Lists   []string
	List    string
	Decided bool   // those that were decided as well
	Of      string // number of the person that the list is narrowed to
	Rows    []LeadLine
	More    string
	Form    LeadForm
}

// LeadForm is what was typed about one lead.
type LeadForm struct {
	Key    string
	Reason string
	Wrong  string
}

// LeadLine is an entry of a list and, outside of a search, the person who may be it.
type LeadLine struct {
	Why
	List, Ref string
	Names     []string // of the entry
	Brief     string   // birth, sex and nationality, as the list has them
	Person    PersonLine
	Record    id.Person // the record that was found alike
	Age       string
	Decided   *store.LeadDecision
	Verdict   string // of the decision, in words
	Class     string
}

func (v *visit) leadLine(f Frame, l register.Lead) LeadLine {
	line := LeadLine{Why: v.why(l.Explanation), List: l.List, Ref: l.Ref, Record: l.Record, Decided: l.Decided}
	for _, n := range l.Entry.Names {
		if n.Kind == "" || n.Kind == "alias" {
			line.Names = append(line.Names, n.Raw)
		}
	}
	line.Names = line.Names[:min(len(line.Names), namesOfEntry)]
	var brief []string
	for _, x := range v.detailFacts(l.Entry) {
		if !x.Said && !x.Code {
			brief = append(brief, x.Value)
		}
	}
	line.Brief = strings.Join(brief, " · ")
	if l.Person.Person != 0 {
		line.Person = v.personLine(f, l.Person)
		line.Age = v.Span(v.now.Sub(l.FoundAt))
	}
	if l.Decided != nil {
		line.Verdict, line.Class = v.Catalogue.Verdict(l.Decided.Verdict), verdictClass[l.Decided.Verdict]
	}
	return line
}

// namesOfEntry is how many names of an entry are shown; some have hundreds.
const namesOfEntry = 4

func leads(v *visit) (templ.Component, error) {
	q := v.req.URL.Query()
	f := store.LeadFilter{List: q.Get("list"), Decided: q.Get("all") != "", After: q.Get("after"), Limit: pageSize / 2}
	if s := q.Get("person"); s != "" {
		n, err := id.Parse[id.Person](id.NounPerson, s)
		if err != nil {
			return nil, err
		}
		f.Person = n
	}
	p, err := v.leads(f, LeadForm{})
	if err != nil {
		return nil, err
	}
	return leadsPage(p), nil
}

func (v *visit) leads(f store.LeadFilter, form LeadForm) (Leads, error) {
	if form.Key == "" {
		form.Key = newKey()
	}
	p := Leads{Frame: v.frame("identity", v.T("leads.title")), List: f.List, Decided: f.Decided, Form: form}
	if f.Person != 0 {
		p.Of = id.Format(f.Person)
	}
	lists, err := v.r.Watchlists(v.ctx(), v.actor)
	if err != nil {
		return p, err
	}
	for _, l := range lists {
		p.Lists = append(p.Lists, l.Name)
	}
	found, err := v.r.Leads(v.ctx(), v.actor, f, v.now)
	if err != nil {
		return p, err
	}
	for _, l := range found.Leads {
		p.Rows = append(p.Rows, v.leadLine(p.Frame, l))
	}
	if found.Next != "" {
		next := url.Values{"after": {found.Next}}
		if f.List != "" {
			next.Set("list", f.List)
		}
		if f.Decided {
			next.Set("all", "1")
		}
		if f.Person != 0 {
			next.Set("person", number(f.Person))
		}
		p.More = "/watchlists/leads?" + next.Encode()
	}
	return p, nil
}

// decideLead records what a human found out about a lead. What is refused is shown with what was typed.
func decideLead(v *visit) (templ.Component, error) {
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, 64<<10)
	get := func(name string) string { return cut(v.req.PostFormValue(name), 2000) }
	n, err := id.Parse[id.Person](id.NounPerson, get("person"))
	if err != nil {
		return nil, err
	}
	in := register.LeadVerdict{List: get("list"), Ref: get("ref"), Person: n, Verdict: custody.Verdict(get("verdict")), Reason: get("reason")}
	_, err = v.r.DecideLead(v.ctx(), v.by(strings.Join([]string{get("verdict"), in.List, in.Ref, number(n)}, " "), get("key")), in)
	if err == nil {
		v.redirect("/watchlists/leads")
		return nil, errAnswered
	}
	e := fault.As(err)
	if !correctable(e) {
		return nil, err
	}
	p, err := v.leads(store.LeadFilter{List: in.List, Ref: in.Ref, Person: n, Decided: true, Limit: 1}, LeadForm{Reason: in.Reason, Wrong: v.Rule(e.Rule, e.Message), Key: get("key")})
	if err != nil {
		return nil, err
	}
	v.write(status[e.Kind], leadsPage(p))
	return nil, errAnswered
}

// settled reports whether a verdict stands that must be taken back before another is given.
func (l LeadLine) settled() bool {
	return l.Decided != nil && (l.Decided.Verdict == custody.Same || l.Decided.Verdict == custody.Different)
}

func listQuery(name string) string { return url.Values{"list": {name}}.Encode() }
