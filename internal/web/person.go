package web

import (
	"cmp"
	"strings"
	"time"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/text"
)

// Person is one person's file.
type Person struct {
	Frame
	Number      id.Person
	Name        string
	Latin       string
	Child       bool
	Merged      id.Person
	Account     custody.Account
	Hidden      bool // on the way, and an overseer reads
	Underway    bool // of a convoy under way, and an overseer reads
	Facts       []Fact
	Warnings    []Warning
	Custody     []Fact
	Names       []NameRow
	Documents   []DocumentRow
	Flags       []string
	Bags        []custody.Property
	Timeline    []Event
	Differences []DifferenceLine
	Readings    []store.Reading
	Reader      string
}

// Fact is one named value.
type Fact struct {
	Name, Value string
	Href        string
	Code        bool // left to right, with the digits of labels
	Said        bool // as somebody wrote it, in whatever direction
}

// Warning is something that must be seen first.
type Warning struct {
	Grave bool
	Text  string
	Href  string
	Code  string // number that belongs to the text
}

// NameRow is a name as somebody wrote it, and where.
type NameRow struct{ Raw, Kind, Source string }

// DocumentRow is an identity document.
type DocumentRow struct{ Type, Number, Country string }

func file(v *visit) (templ.Component, error) {
	n, err := id.Parse[id.Person](id.NounPerson, v.req.PathValue("number"))
	if err != nil {
		e := fault.As(err)
		e.Kind = fault.NotFound
		return nil, e
	}
	f, err := v.r.File(v.ctx(), v.actor, n, readingPage, v.now)
	if err != nil {
		return nil, err
	}
	p, err := v.person(f)
	if err != nil {
		return nil, err
	}
	return personPage(p), nil
}

// readingPage is the purpose under which a file read on the screen is noted.
const readingPage = "page"

func (v *visit) person(f register.File) (Person, error) {
	title := cmp.Or(f.Name, f.Latin, v.T("person.nameless"))
	p := Person{
		Frame: v.frame("people", title), Number: f.Person.Person, Name: cmp.Or(f.Name, f.Latin, v.T("person.nameless")), Latin: f.Latin, Child: f.Child,
		Merged: f.MergedInto, Account: f.Account, Readings: f.Readings, Reader: v.actor.Name,
	}
	if p.Latin == p.Name {
		p.Latin = ""
	}
	var err error
	if p.Bags, err = v.q.Bags(v.ctx(), p.Number); err != nil {
		return p, err
	}
	moves, err := v.q.Transfers(v.ctx(), p.Number)
	if err != nil {
		return p, err
	}
	fit, err := v.q.Fitness(v.ctx(), p.Number)
	if err != nil {
		return p, err
	}
	convoy, err := v.convoyOf(f.Account)
	if err != nil {
		return p, err
	}
	p.Hidden, p.Underway = v.veiled[convoy], v.underway(f.Timeline)
	if len(moves) > 0 {
		for _, k := range moves[0].Flags {
			p.Flags = append(p.Flags, v.Flag(k))
		}
	}
	p.Facts = v.identityFacts(f)
	p.Custody = v.custodyFacts(p, f, convoy, moves, fit)
	p.Warnings = v.warnings(f, fit)
	alike, err := v.alike(p.Frame, p.Number)
	if err != nil {
		return p, err
	}
	p.Warnings = append(p.Warnings, alike...)
	p.Differences = v.differenceLines(p.Frame, f.Differences)
	p.Names = v.nameRows(f.Timeline)
	for _, d := range f.Details.Documents {
		row := DocumentRow{Type: d.Type, Number: d.Number}
		if d.Country != "" {
			row.Country = v.Country(d.Country)
		}
		p.Documents = append(p.Documents, row)
	}
	p.Timeline = v.timeline(p.Frame, f.Timeline, p.Number)
	return p, nil
}

// nameRows lists the names under which a person was registered, listed and amended, each with its source.
func (v *visit) nameRows(timeline []custody.Record) []NameRow {
	var rows []NameRow
	seen := map[NameRow]bool{}
	add := func(d person.Details, source string) {
		for _, n := range d.Names {
			row := NameRow{n.Raw, v.nameKind(n.Kind), source}
			if !seen[row] {
				seen[row] = true
				rows = append(rows, row)
			}
		}
	}
	for _, r := range timeline {
		switch e := r.Event.(type) {
		case *custody.PersonRegistered:
			add(e.Details, v.source(e.Source))
		case *custody.PersonListed:
			add(e.Details, v.source(e.Source))
		case *custody.PersonAmended:
			add(e.Details, v.Kind(e.Kind()))
		}
	}
	return rows
}

func (v *visit) nameKind(kind string) string {
	switch kind {
	case "kunya":
		return v.T("name.kunya")
	case "alias":
		return v.T("name.alias")
	case "mother":
		return v.T("name.mother")
	}
	return v.T("name.name")
}

// convoyOf tells the convoy whose vehicle an account is, 0 for others.
func (v *visit) convoyOf(a custody.Account) (id.Convoy, error) {
	n := a.Vehicle()
	if n == 0 {
		return 0, nil
	}
	of, err := v.q.ConvoysOf(v.ctx(), []id.Vehicle{n})
	return of[n], err
}

func (v *visit) identityFacts(f register.File) []Fact {
	facts := []Fact{
		{Name: v.T("person.born"), Value: v.EDTF(f.Born)},
		{Name: v.T("person.sex"), Value: v.Sex(f.Sex)},
	}
	for i, c := range f.Details.Claims {
		value := v.Country(c.Country)
		if c.Country == "" && c.Label != "" {
			value += v.T("person.as_written", "Label", c.Label)
		}
		name := v.T("person.nationality_claimed")
		if c.Status == "verified" {
			name = v.T("person.nationality_verified")
		}
		if i > 0 {
			name = v.T("person.nationality_also")
		}
		facts = append(facts, Fact{Name: name, Value: value})
	}
	if len(f.Details.Claims) == 0 {
		facts = append(facts, Fact{Name: v.T("person.nationality_claimed"), Value: v.Country("")})
	}
	if f.Details.Language != "" {
		facts = append(facts, Fact{Name: v.T("person.language"), Value: f.Details.Language, Said: true})
	}
	if f.Mother != "" {
		facts = append(facts, Fact{Name: v.T("name.mother"), Value: f.Mother, Said: true})
	}
	return facts
}

func (v *visit) custodyFacts(p Person, f register.File, convoy id.Convoy, moves []store.Transfer, fit store.Fitness) []Fact {
	where := Fact{Name: v.T("person.where"), Value: p.Frame.Account(f.Account), Href: p.AccountHref(f.Account)}
	if convoy != 0 {
		where.Value, where.Href = v.T("convoy.numbered", "Convoy", isolated(id.Format(convoy))), "/convoys/"+number(convoy)
	}
	if p.Hidden {
		where.Value, where.Href = v.Class(custody.InTransit), ""
	}
	facts := []Fact{where}
	if f.Account.Class() != custody.Exit {
		facts = append(facts, Fact{Name: v.T("person.custodian"), Value: p.Custodian(f.Custodian)})
	}
	for _, h := range f.Holds {
		if p.Underway { // it tells where the convoy goes
			break
		}
		name := v.T("person.bed")
		if h.State == string(custody.BedReserved) {
			name = v.T("person.bed_reserved")
		}
		facts = append(facts, Fact{Name: name, Value: p.Place(h.Cell) + " · " + v.N(h.Bed.Bed), Href: placeHref(h.Cell.Establishment())})
	}
	for _, b := range f.Bookings {
		if b.ClosedAt != nil {
			continue
		}
		ground := v.T("person.no_ground")
		if b.Ground != "" {
			ground = v.Ground(b.Ground)
		}
		facts = append(facts, Fact{Name: v.T("person.ground"), Value: ground}, Fact{Name: v.T("person.authority"), Value: cmp.Or(b.Authority, v.T("not_recorded")), Said: true})
		if b.Order != "" {
			facts = append(facts, Fact{Name: v.T("person.order"), Value: b.Order, Code: true})
		}
		facts = append(facts, Fact{Name: v.T("person.until"), Value: v.EDTF(b.Until)}, Fact{Name: v.T("person.held_since"), Value: v.Moment(b.OpenedAt)})
	}
	if len(moves) > 0 && !p.Underway {
		m := moves[0]
		facts = append(facts, Fact{Name: v.T("person.transfer"), Value: v.T("from_to", "From", p.Place(m.From), "To", p.Place(m.To)) + " · " + v.Move(m.State)})
		if m.Status != "" {
			facts = append(facts, Fact{Name: v.T("person.escort_record"), Value: v.Record(m.Status)})
		}
	}
	screened := v.T("person.not_screened")
	if fit.Screened {
		screened = v.T("fit.no")
		if fit.Fit {
			screened = v.T("fit.yes")
		}
	}
	return append(facts, Fact{Name: v.T("person.fitness"), Value: screened})
}

// warnings are what the page opens on: what does not agree, what is missing, what is about to end.
func (v *visit) warnings(f register.File, fit store.Fitness) []Warning {
	var all []Warning
	if f.MergedInto != 0 {
		all = append(all, Warning{Grave: true, Text: v.T("warning.merged"), Href: "/people/" + number(f.MergedInto), Code: id.Format(f.MergedInto)})
	}
	for _, d := range f.Differences {
		if d.ClosedAt == nil {
			all = append(all, Warning{Grave: grave[d.Kind], Text: v.T("warning.difference", "Kind", v.Difference(d.Kind)), Href: "/differences?person=" + number(f.Person.Person)})
		}
	}
	held := f.Account.Class() == custody.InCustody || f.Account.Class() == custody.InTransit
	var open *store.Booking
	for i, b := range f.Bookings {
		if b.ClosedAt == nil {
			open = &f.Bookings[i]
		}
	}
	noGrounds := false // shown already, as a difference
	for _, d := range f.Differences {
		noGrounds = noGrounds || (d.Kind == custody.NoGrounds && d.ClosedAt == nil)
	}
	switch {
	case !held || f.MergedInto != 0:
	case open == nil:
		all = append(all, Warning{Grave: true, Text: v.T("warning.no_booking")})
	case open.Ground == "" && !noGrounds:
		all = append(all, Warning{Grave: true, Text: v.T("warning.no_grounds")})
	case open.Ground != "" && expired(open.Until, v.now):
		all = append(all, Warning{Grave: true, Text: v.T("warning.expired", "Date", v.EDTF(open.Until))})
	}
	for _, a := range f.Alerts {
		if a.ClosedAt == nil {
			all = append(all, Warning{Text: v.Alert(a.Code)})
		}
	}
	if fit.Screened && !fit.Fit {
		all = append(all, Warning{Text: v.T("fit.no")})
	}
	return all
}

// alike warns of records that may be of the same person and that nobody has looked at.
func (v *visit) alike(f Frame, n id.Person) ([]Warning, error) {
	if !f.May(authz.SearchPeople) {
		return nil, nil
	}
	list, err := v.r.WorkList(v.ctx(), v.actor, store.ProposalFilter{Person: n, Limit: 5})
	if err != nil {
		return nil, err
	}
	var all []Warning
	for _, x := range list.Pairs {
		other := x.A.Person
		if n == other || n == x.RecordA {
			other = x.B.Person
		}
		all = append(all, Warning{Text: v.T("warning.alike"), Code: id.Format(other), Href: pairHref(x.A.Person, x.B.Person)})
	}
	return all, nil
}

// expired reports whether a ground that ends on a day has ended. Nothing follows from that by itself (norms G11).
func expired(until string, now time.Time) bool {
	until = strings.TrimSuffix(until, "~")
	return until != "" && len(until) <= 10 && until < now.In(text.Zone).Format("2006-01-02")[:len(until)]
}
