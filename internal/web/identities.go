package web

import (
	"github.com/a-h/templ"

	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/register"
)

// IdentitiesPage is everything under which one person is on record, and what each source says.
type IdentitiesPage struct {
	Frame
	Person    PersonLine
	Records   []RecordView
	Conflicts []ConflictView
	Decisions []Decision
}

// RecordView is one record of a person, with its sources.
type RecordView struct {
	PersonLine
	Into    id.Person // the record that it was merged into
	Undo    string    // address where the merge can be undone
	Sources []SourceRow
}

// ConflictView is something on which the sources differ: every value with the entries that state it.
type ConflictView struct {
	Name   string
	Values []Saying
}

func identities(v *visit) (templ.Component, error) {
	n, err := id.Parse[id.Person](id.NounPerson, v.req.PathValue("number"))
	if err != nil {
		e := fault.As(err)
		e.Kind = fault.NotFound
		return nil, e
	}
	x, err := v.r.Identities(v.ctx(), v.actor, n, readingPage, v.now)
	if err != nil {
		return nil, err
	}
	p := IdentitiesPage{Frame: v.frame("people", v.T("identities.title")), Decisions: v.decisions(x.Decisions)}
	for _, r := range x.Records {
		view := RecordView{PersonLine: v.personLine(p.Frame, r.Person), Into: r.Person.MergedInto, Sources: v.sources(p.Frame, r.Sources)}
		if view.Into != 0 {
			view.Undo = pairHref(r.Person.Person, view.Into)
		}
		p.Records = append(p.Records, view)
	}
	p.Person = p.Records[0].PersonLine
	for _, c := range x.Conflicts {
		p.Conflicts = append(p.Conflicts, v.conflict(c))
	}
	return identitiesPage(p), nil
}

func (v *visit) conflict(c register.Conflict) ConflictView {
	view := ConflictView{Name: map[string]string{
		"birth": v.T("person.born"), "sex": v.T("person.sex"), "nationality": v.T("person.nationality_claimed"), "mother": v.T("name.mother"), "document": v.T("person.documents"),
	}[c.Field]}
	for _, x := range c.Values {
		s := Saying{Text: v.said(c.Field, x.Value), Entries: x.Sources}
		switch c.Field {
		case "mother":
			s.Said = true
		case "document":
			s.Code = true
		case "sex":
			s.Text = v.sexNamed(x.Value)
		}
		view.Values = append(view.Values, s)
	}
	return view
}
