package web

import (
	"strings"

	"github.com/a-h/templ"

	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

// WavePeople is the people behind a figure of a wave.
type WavePeople struct {
	Frame
	Wave  id.Wave
	Label string
	What  string // the list is of
	Total int
	Rows  []WavePerson
	More  string
	Held  bool
}

// WavePerson is one of them.
type WavePerson struct {
	PersonLine
	Source place.Code
	Why    string // they are held back
}

func wavePeople(v *visit) (templ.Component, error) {
	n, err := v.waveNumber()
	if err != nil {
		return nil, err
	}
	q := v.req.URL.Query()
	from, err := parseSeq(q.Get("from"))
	if err != nil {
		return nil, err
	}
	w, err := v.r.Waiting(v.ctx(), v.actor, n, v.now)
	if err != nil {
		return nil, err
	}
	p := WavePeople{Frame: v.frame("waves", v.T("wave.people")), Wave: n, Label: w.Label, Held: q.Get("held") != ""}
	var rows []WavePerson
	source, why := place.Code(q.Get("source")), register.Holding(q.Get("held"))
	if p.Held {
		for _, x := range w.Held {
			if (why == "all" || x.Why == why) && (source == "" || x.Source == source) {
				row := WavePerson{Source: x.Source, Why: v.Holding(string(x.Why))}
				if x.Alert != "" {
					row.Why += ": " + v.Alert(x.Alert)
				}
				row.Person.Person = x.Person
				rows = append(rows, row)
			}
		}
	} else {
		for _, x := range w.Taken {
			if source == "" || x.Source == source {
				row := WavePerson{Source: x.Source}
				row.Person.Person = x.Person
				rows = append(rows, row)
			}
		}
	}
	var what []string
	if source != "" {
		what = append(what, p.Frame.Place(source))
	}
	switch {
	case !p.Held:
		what = append(what, v.T("wave.taken"))
	case why == "all":
		what = append(what, v.T("wave.held"))
	default:
		what = append(what, v.T("wave.held"), v.Holding(string(why)))
	}
	p.What, p.Total = strings.Join(what, " · "), len(rows)
	rows, next := section(rows, int(from))
	if next > 0 {
		q.Del("lang")
		q.Set("from", number(next))
		p.More = waveHref(n) + "/people?" + q.Encode()
	}
	people := make([]id.Person, len(rows))
	for i := range rows {
		people[i] = rows[i].Person.Person
	}
	lines, err := v.lines(p.Frame, people)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].PersonLine = lines[people[i]]
	}
	p.Rows = rows
	return wavePeoplePage(p), nil
}

// section is one page of a list from a position on, and where the next begins, 0 on the last.
func section[T any](all []T, from int) (page []T, next int) {
	from = min(max(from, 0), len(all))
	if end := from + pageSize; end < len(all) {
		return all[from:end], end
	}
	return all[from:], 0
}

// lines reads the lines of people, by number.
func (v *visit) lines(f Frame, people []id.Person) (map[id.Person]PersonLine, error) {
	all := make(map[id.Person]PersonLine, len(people))
	if len(people) == 0 {
		return all, nil
	}
	found, err := v.q.People(v.ctx(), store.PeopleFilter{People: people})
	for _, x := range found {
		all[x.Person] = v.personLine(f, x)
	}
	return all, err
}
