package web

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/store"
)

// WorkList is the list of pairs that wait for a human.
type WorkList struct {
	Frame
	Bands []BandTab
	Of    string // number of the person that the list is narrowed to
	Rows  []PairRow
	More  string
}

// BandTab counts the pairs in one band and leads to them.
type BandTab struct {
	Band string // empty: all
	Href string
	N    int
	Here bool
}

// PairRow is one pair that may be one person.
type PairRow struct {
	A, B  PersonLine
	Href  string
	Band  string
	Bits  float64
	Why   string // what speaks for it, strongest first
	Stage string
	Hot   bool // it is moving or about to
	Age   string
}

func pairs(v *visit) (templ.Component, error) {
	q := v.req.URL.Query()
	f := store.ProposalFilter{Band: q.Get("band"), After: q.Get("after"), Limit: pageSize}
	p := WorkList{Frame: v.frame("identity", v.T("pairs.title"))}
	p.Follow = f.After == ""
	if s := q.Get("person"); s != "" {
		n, err := id.Parse[id.Person](id.NounPerson, s)
		if err != nil {
			return nil, err
		}
		f.Person, p.Of = n, id.Format(n)
	}
	list, err := v.r.WorkList(v.ctx(), v.actor, f)
	if err != nil {
		return nil, err
	}
	all := 0
	for _, n := range list.Counts {
		all += n
	}
	if f.Person == 0 {
		p.Bands = []BandTab{
			{Href: "/identity/pairs", N: all, Here: f.Band == ""},
			bandTab(identity.Likely, f.Band, list.Counts), bandTab(identity.Possible, f.Band, list.Counts),
		}
	}
	for _, x := range list.Pairs {
		p.Rows = append(p.Rows, v.pairRow(p.Frame, x))
	}
	if list.Next != "" {
		next := url.Values{"after": {list.Next}}
		for _, k := range []string{"band", "person"} {
			if q.Get(k) != "" {
				next.Set(k, q.Get(k))
			}
		}
		p.More = "/identity/pairs?" + next.Encode()
	}
	return pairsPage(p), nil
}

func bandTab(b identity.Band, here string, counts map[identity.Band]int) BandTab {
	return BandTab{Band: string(b), Href: "/identity/pairs?band=" + string(b), N: counts[b], Here: here == string(b)}
}

func (v *visit) pairRow(f Frame, x store.Proposal) PairRow {
	row := PairRow{
		A: v.personLine(f, x.A), B: v.personLine(f, x.B), Href: pairHref(x.A.Person, x.B.Person), Band: x.Band, Bits: x.Bits,
		Stage: v.Stage(string(x.Stage)), Hot: x.Stage == "in_transit" || x.Stage == "about_to_move", Age: v.Span(v.now.Sub(x.FoundAt)),
	}
	var why []string
	for _, field := range strings.Fields(x.Why) {
		why = append(why, v.Compared(field))
	}
	row.Why = strings.Join(why, " · ")
	return row
}
