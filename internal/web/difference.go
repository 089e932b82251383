package web

import (
	"net/url"

	"github.com/a-h/templ"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/store"
)

// Differences is the list of what does not agree.
type Differences struct {
	Frame
	At    AsOf
	Open  bool // only open ones
	Kind  custody.DifferenceKind
	Kinds []custody.DifferenceKind
	Of    string // a person's number that the list is narrowed to
	Total int    // of this kind, open; -1 when it was not counted
	Rows  []DifferenceLine
	More  string
}

func differences(v *visit) (templ.Component, error) {
	q := v.req.URL.Query()
	m, err := v.moment()
	if err != nil {
		return nil, err
	}
	p := Differences{Frame: v.frame("differences", v.T("differences.title")), At: v.asOf(m), Open: q.Get("all") == "", Kind: custody.DifferenceKind(q.Get("kind")), Kinds: custody.DifferenceKinds, Total: -1}
	p.Follow = !p.At.Past
	f := store.DifferenceFilter{Open: p.Open, Kind: p.Kind, Limit: pageSize + 1}
	if f.After, err = parseSeq(q.Get("after")); err != nil {
		return nil, err
	}
	if s := q.Get("person"); s != "" {
		if f.Person, err = id.Parse[id.Person](id.NounPerson, s); err != nil {
			return nil, err
		}
		p.Of, p.Open, f.Open = id.Format(f.Person), false, false
	}
	if s := q.Get("number"); s != "" { // one of them, open or not
		n, err := parseSeq(s)
		if err != nil {
			return nil, err
		}
		f, p.Open = store.DifferenceFilter{After: n - 1, Limit: 1}, false
	}
	var found []store.Difference
	if p.At.Past && f.Open {
		found, err = v.q.DifferencesAt(v.ctx(), f, m)
	} else {
		found, err = v.q.Differences(v.ctx(), f)
	}
	if err != nil {
		return nil, err
	}
	if q.Get("number") != "" && len(found) == 1 && number(found[0].Difference) != id.Fold(q.Get("number")) {
		return nil, fault.New(fault.NotFound, "difference.not_found", "no difference has this number")
	}
	if f.Open && f.Person == 0 {
		counts, err := v.q.OpenAt(v.ctx(), m)
		if err != nil {
			return nil, err
		}
		p.Total = 0
		for k, n := range counts {
			if p.Kind == "" || p.Kind == k {
				p.Total += n
			}
		}
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		more := url.Values{"kind": {string(p.Kind)}, "after": {number(found[pageSize-1].Difference)}}
		if !p.Open {
			more.Set("all", "1")
		}
		p.More = "/differences?" + withMoment(more, m).Encode()
	}
	p.Rows = v.differenceLines(p.Frame, found)
	return differencesPage(p), nil
}

func openClass(d DifferenceLine) string {
	if d.Grave {
		return "alarm"
	}
	return "warn"
}
