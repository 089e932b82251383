package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/store"
)

// pageSize is how many rows a list shows at once.
const pageSize = 50

// People is the list of people: by search, or those behind a figure.
type People struct {
	Frame
	At      AsOf
	Text    string // as typed
	Found   []store.Person
	Figure  string // what the list is of, empty for a search
	Total   int    // people in the list on all pages; -1 while a search does not count them
	More    string // address of the next page, empty on the last
	Started bool   // something was asked
}

func people(v *visit) (templ.Component, error) {
	q := v.req.URL.Query()
	m, err := v.moment()
	if err != nil {
		return nil, err
	}
	after, err := parseSeq(q.Get("after"))
	if err != nil {
		return nil, err
	}
	p := People{Frame: v.frame("people", v.T("people.title")), At: v.asOf(m), Text: strings.TrimSpace(q.Get("q")), Total: -1}
	switch {
	case q.Get("figure") != "" || q.Get("account") != "":
		err = v.behind(&p, q, m, id.Person(after))
	case p.Text != "" || q.Get("nationality") != "":
		err = v.search(&p, q, id.Person(after))
	}
	if err != nil {
		return nil, err
	}
	return peoplePage(p), nil
}

func (v *visit) search(p *People, q url.Values, after id.Person) (err error) {
	p.Started = true
	f := store.PeopleFilter{Text: p.Text, After: after, Limit: pageSize + 1}
	if n := q.Get("nationality"); n == unresolved {
		f.Unresolved = true
	} else {
		f.Nationality = n
	}
	if c := q.Get("nationality"); c != "" {
		p.Figure = v.T("people.of_nationality", "Country", v.Country(strings.TrimPrefix(c, unresolved)))
		if p.Text == "" { // the figure of the board
			by, err := v.q.ByNationality(v.ctx())
			if err != nil {
				return err
			}
			p.Total = by[f.Nationality]
		}
	}
	if p.Found, err = v.q.People(v.ctx(), f); err != nil {
		return err
	}
	p.cut(q)
	return nil
}

// cut leaves one page and the address of the next.
func (p *People) cut(q url.Values) {
	if len(p.Found) <= pageSize {
		return
	}
	p.Found = p.Found[:pageSize]
	q.Del("lang")
	q.Set("after", number(p.Found[pageSize-1].Person))
	p.More = "/people?" + q.Encode()
}

// behind lists the people of a figure. The list is as long as the figure is great.
func (v *visit) behind(p *People, q url.Values, m store.Moment, after id.Person) error {
	from, err := parseMoment(q.Get("from"))
	if err != nil {
		return err
	}
	f := store.Figure{Of: q.Get("figure"), Subject: q.Get("of"), Moment: m, From: from}
	if a := q.Get("account"); a != "" {
		f.Of, f.Subject = "account", a
		if custody.Account(a).Class() == "" {
			f.Of = "class"
		}
	}
	numbers, total, err := v.q.Behind(v.ctx(), f, after, pageSize+1)
	if err != nil {
		return err
	}
	p.Started, p.Total, p.Figure = true, total, v.figureName(p.Frame, f)
	if len(numbers) > 0 {
		if p.Found, err = v.q.People(v.ctx(), store.PeopleFilter{People: numbers}); err != nil {
			return err
		}
	}
	p.cut(q)
	for _, k := range []string{"figure", "of", "account", "from"} {
		if q.Get(k) != "" {
			p.At.Keep.Set(k, q.Get(k))
		}
	}
	return nil
}

// figureName says in words what a figure counts.
func (v *visit) figureName(f Frame, g store.Figure) string {
	name, detail, _ := strings.Cut(g.Of, ":")
	where := f.Place(place.Code(g.Subject))
	if n, err := id.Parse[id.Convoy](id.NounConvoy, g.Subject); err == nil {
		where = v.T("convoy.numbered", "Convoy", isolated(id.Format(n)))
	}
	switch name {
	case "account":
		return f.Account(custody.Account(g.Subject))
	case "class":
		return v.Class(custody.Class(g.Subject))
	case "registered":
		return v.T("figure.registered")
	case "held":
		return v.T("figure.held", "Where", where)
	case "aboard":
		return v.T("figure.aboard", "Where", where)
	case "arriving":
		return v.T("figure.arriving", "Where", where)
	case "reserved":
		return v.T("figure.reserved", "Where", where)
	case "no_cell":
		return v.T("figure.no_cell", "Where", where)
	case "manifest":
		return v.T("figure.manifest", "Where", where)
	case "line":
		switch detail {
		case "sent":
			return v.T("figure.line_sent", "Where", where)
		case "passed":
			return v.T("figure.line_passed", "Where", where)
		}
		return v.T("figure.line_exception", "Where", where, "Why", v.Exception(detail))
	case "identified":
		return v.T("figure.identified", "Entry", v.Digits(g.Subject))
	case "missing":
		return v.T("figure.missing", "Entry", v.Digits(g.Subject))
	case "unexpected":
		return v.T("figure.unexpected", "Entry", v.Digits(g.Subject))
	case "flow":
		return v.Movement(custody.MovementType(detail))
	}
	return g.Of
}
