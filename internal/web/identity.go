package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/intake"
	"amana/internal/person"
	"amana/internal/register"
	"amana/internal/store"
)

// Search is the page that answers "who is this?".
type Search struct {
	Frame
	Form       SearchForm
	Problems   []Problem
	Like       PersonLine // whose other records are sought, when it is about somebody registered
	Asked      bool
	Read       []Fact // what the machine-readable zone says, to be compared with the document
	Candidates []Candidate
	Leads      []LeadLine
	More       string // address of the same search with more candidates, empty when there are no more
	Seq        int64  // newest entry that was searched
}

// SearchForm is what was typed.
type SearchForm struct {
	Names                                              [2]string
	Kunya, Born, Sex, Nationality, Mother, Number, MRZ string
}

// Problem is one field that could not be read; the rest is searched for all the same.
type Problem struct {
	Field string
	Text  string
	Value string
}

// Candidate is somebody whom the search may be about.
type Candidate struct {
	PersonLine
	Why
	Records   int // records of this person
	Decisions []Decision
	Pair      string // address of the pair, when two registered people are compared
}

// Limits of what one field of the search takes, in characters.
const (
	maxName = 300
	maxZone = 400
)

// How many candidates are shown at first, and when more are asked for.
const (
	fewCandidates  = 6
	manyCandidates = 30
)

// fragment is the header by which the script of the page asks for the part that changes while somebody types.
const fragment = "Part"

func search(v *visit) (templ.Component, error) {
	q := v.req.URL.Query()
	p := Search{Frame: v.frame("identity", v.T("identity.title"))}
	ask, err := v.asked(&p, q)
	if err != nil {
		return nil, err
	}
	if p.Asked {
		if err := v.candidates(&p, ask); err != nil {
			return nil, err
		}
	}
	v.w.Header().Set("Vary", fragment)
	if v.req.Header.Get(fragment) != "" {
		v.write(http.StatusOK, found(p))
		return nil, errAnswered
	}
	return searchPage(p), nil
}

// asked reads the form. A field that cannot be read becomes a problem and is left out; the rest is asked for.
func (v *visit) asked(p *Search, q url.Values) (register.SearchQuery, error) {
	f := &p.Form
	get := func(name string, limit int) string { return cut(q.Get(name), limit) }
	for i, n := range q["name"][:min(len(q["name"]), len(f.Names))] {
		f.Names[i] = cut(n, maxName)
	}
	f.Kunya, f.Born, f.Sex, f.Mother, f.Number = get("kunya", maxName), get("born", 40), get("sex", 1), get("mother", maxName), get("document", 60)
	f.Nationality, f.MRZ = get("nationality", 100), get("mrz", maxZone)
	ask := register.SearchQuery{MRZ: f.MRZ, Limit: fewCandidates}
	if q.Get("more") != "" {
		ask.Limit = manyCandidates
	}
	d := &ask.Details
	named := func(raw, kind string) {
		if raw != "" {
			d.Names = append(d.Names, person.Name{Raw: raw, Kind: kind})
		}
	}
	named(f.Names[0], "")
	named(f.Names[1], "alias")
	named(f.Kunya, "kunya")
	named(f.Mother, "mother")
	var err error
	if d.Birth, err = born(f.Born, v.now); err != nil {
		p.problem(v, "born", fault.As(err))
		d.Birth = person.Birth{}
	}
	if f.Sex == "1" || f.Sex == "2" {
		n, _ := strconv.Atoi(f.Sex)
		d.Sex = person.Sex(n)
	}
	for _, label := range strings.FieldsFunc(f.Nationality, func(r rune) bool { return strings.ContainsRune(",،;؛/", r) }) {
		if label = strings.TrimSpace(label); label == "" {
			continue
		}
		code, ok := intake.Country(label)
		if !ok {
			p.Problems = append(p.Problems, Problem{"nationality", v.Rule("nationality.unresolved", ""), label})
		}
		d.Claims = append(d.Claims, person.Claim{Country: code, Label: label, Status: "claimed"})
	}
	if f.Number != "" {
		d.Documents = []person.Document{{Number: f.Number}}
	}
	if s := q.Get("like"); s != "" {
		if ask.Like, err = id.Parse[id.Person](id.NounPerson, s); err != nil {
			return ask, err
		}
		people, err := v.q.People(v.ctx(), store.PeopleFilter{People: []id.Person{ask.Like}})
		if err != nil {
			return ask, err
		}
		if len(people) == 0 {
			return ask, fault.New(fault.NotFound, "person.not_found", "no person is registered under this number")
		}
		p.Like = v.personLine(p.Frame, people[0])
	}
	p.Asked = ask.Like != 0 || ask.MRZ != "" || len(d.Names) > 0 || d.Birth.Date.Known() || len(d.Documents) > 0
	return ask, nil
}

func (p *Search) problem(v *visit, field string, e *fault.Error) {
	value := ""
	if len(e.Fields) > 0 {
		value = e.Fields[0].Value
	}
	p.Problems = append(p.Problems, Problem{field, v.Rule(e.Rule, e.Message), value})
}

func (v *visit) candidates(p *Search, ask register.SearchQuery) error {
	c, err := v.r.Search(v.ctx(), v.actor, ask, v.now)
	if e := fault.As(err); err != nil && ask.MRZ != "" && strings.HasPrefix(e.Rule, "mrz.") {
		p.problem(v, "mrz", e)
		ask.MRZ = ""
		c, err = v.r.Search(v.ctx(), v.actor, ask, v.now)
	}
	if e := fault.As(err); err != nil && (e.Kind == fault.Invalid || e.Kind == fault.TooLarge) {
		p.Asked = false
		if len(p.Problems) == 0 || e.Rule != "search.empty" {
			p.problem(v, "", e)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if c.Zone != nil {
		p.Read = v.detailFacts(c.Zone.Details())
		for _, x := range c.Zone.Problems { // somebody must compare them with the document
			p.Problems = append(p.Problems, Problem{"mrz", v.Rule(x.Rule, x.Rule), strings.TrimSpace(v.ZoneField(x.Name) + " " + isolated(x.Value))})
		}
	}
	for _, l := range c.Leads {
		p.Leads = append(p.Leads, v.leadLine(p.Frame, l))
	}
	p.Seq = c.Seq
	if len(c.People) == fewCandidates && ask.Limit == fewCandidates {
		more := v.req.URL.Query()
		more.Del("lang")
		more.Set("more", "1")
		p.More = "/identity?" + more.Encode()
	}
	decided := v.decisions(c.Decided)
	for _, x := range c.People {
		line := Candidate{PersonLine: v.personLine(p.Frame, x.Person), Why: v.why(x.Explanation), Records: len(x.Records)}
		for _, d := range decided {
			if slices.Contains(x.Records, d.A) || slices.Contains(x.Records, d.B) {
				line.Decisions = append(line.Decisions, d)
			}
		}
		if p.Like.Person.Person != 0 {
			line.Pair = pairHref(p.Like.Person.Person, x.Person.Person)
		}
		p.Candidates = append(p.Candidates, line)
	}
	return nil
}

// cut trims a text, leaves out what no text holds, and shortens it to so many characters.
func cut(s string, limit int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�")))
	if r := []rune(s); len(r) > limit {
		s = string(r[:limit])
	}
	return s
}

// Tab is one of the pages about identity.
type Tab struct {
	Here       string
	Href, Name string
	Needs      authz.Permission
}

func (f Frame) identityTabs() []Tab {
	return []Tab{
		{"search", "/identity", f.T("identity.title"), authz.SearchPeople},
		{"pairs", "/identity/pairs", f.T("pairs.title"), authz.SearchPeople},
		{"leads", "/watchlists/leads", f.T("leads.title"), authz.ReadLeads},
		{"lists", "/watchlists", f.T("watchlists.title"), authz.ReadLeads},
	}
}

// status says in words how many were found.
func (p Search) status() string {
	if !p.Asked {
		return ""
	}
	return p.Count("identity.found", len(p.Candidates))
}

// wrong reports whether a field could not be read.
func (p Search) wrong(field string) bool {
	return slices.ContainsFunc(p.Problems, func(x Problem) bool { return x.Field == field })
}

// field names a field of the form.
func (p Search) field(name string) string {
	return map[string]string{"born": p.T("identity.born"), "nationality": p.T("identity.nationality"), "mrz": p.T("identity.mrz")}[name]
}
