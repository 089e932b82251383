package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

// Balance is the balance sheet of the country, a place or a convoy between two moments.
type Balance struct {
	Frame
	At       AsOf
	From     time.Time
	Scope    string // what it is about, in words
	Place    string
	Convoy   string
	Sheet    SheetView
	Choices  []place.Code
	Accounts []Row
}

// SheetView is a balance sheet with the people behind its figures.
type SheetView struct {
	register.Sheet
	Opening, InCustody, InTransit Link
	Exits                         []Row
	Moves                         []Row // net change by type of movement
	Left, Right                   int   // both sides of the sheet
	Href                          string
}

func balance(v *visit) (templ.Component, error) {
	q := v.req.URL.Query()
	m, err := v.moment()
	if err != nil {
		return nil, err
	}
	p := Balance{Frame: v.frame("balance", v.T("balance.title")), At: v.asOf(m), Place: q.Get("place")}
	if p.From, err = parseMoment(q.Get("from")); err != nil {
		return nil, err
	}
	scope := register.Scope{Place: place.Code(p.Place)}
	if scope.Convoy, err = convoyNumber(q.Get("convoy")); err != nil {
		return nil, err
	}
	p.Scope = v.T("balance.country")
	switch {
	case scope.Convoy != 0:
		if v.actor.Role == authz.Admin { // convoys are not for administrators
			return nil, fault.New(fault.Denied, "denied", "the role %q may not do this", v.actor.Role)
		}
		p.Convoy, p.Scope = number(scope.Convoy), v.T("convoy.numbered", "Convoy", isolated(id.Format(scope.Convoy)))
	case p.Place != "":
		p.Scope = p.Frame.Place(scope.Place)
	}
	sheet, err := v.statement(scope, p.From, m)
	if err != nil {
		return nil, err
	}
	p.Sheet = v.sheet(p.Frame, sheet)
	p.Choices = slices.Sorted(maps.Keys(v.places))
	p.At.Keep = url.Values{}
	for a, n := range sheet.Accounts {
		p.Accounts = append(p.Accounts, Row{Name: p.Account(a), Href: p.AccountHref(a), Count: p.account(n, string(a), m)})
	}
	slices.SortFunc(p.Accounts, func(a, b Row) int { return cmp.Compare(a.Name, b.Name) })
	return balancePage(p), nil
}

// pin fixes what the system knew at the newest entry, so that several readings see one state while others write.
func (v *visit) pin(m store.Moment) (store.Moment, error) {
	if !m.System.IsZero() {
		return m, nil
	}
	head, err := v.q.Head(v.ctx())
	m.System = head.RecordedAt
	return m, err
}

// statement draws a balance sheet from one state of the register.
func (v *visit) statement(scope register.Scope, from time.Time, m store.Moment) (register.Sheet, error) {
	pinned, err := v.pin(m)
	if err != nil {
		return register.Sheet{}, err
	}
	sheet, err := v.r.Statement(v.ctx(), v.actor, scope, from, pinned.World, pinned.System)
	sheet.System = m.System
	return sheet, err
}

// sheet makes the figures of a balance sheet open into their people.
func (v *visit) sheet(f Frame, s register.Sheet) SheetView {
	out := SheetView{Sheet: s}
	subject, scope := string(s.Scope.Place), url.Values{}
	switch {
	case s.Scope.Convoy != 0:
		subject = number(s.Scope.Convoy)
		scope.Set("convoy", subject)
	case subject != "":
		scope.Set("place", subject)
	}
	out.Href = "/balance?" + scope.Encode()
	end := store.Moment{World: s.To, System: s.System}
	held := func(n int, class custody.Class, m store.Moment) Link {
		switch {
		case subject == "":
			return f.account(n, string(class), m)
		case s.Scope.Convoy != 0:
			return f.figure(n, "aboard", subject, m)
		}
		return f.figure(n, "held", subject, m)
	}
	out.InCustody, out.InTransit = held(s.InCustody, custody.InCustody, end), held(s.InTransit, custody.InTransit, end)
	out.Opening = Link{N: s.Opening}
	if !s.From.IsZero() && subject != "" {
		out.Opening = held(s.Opening, custody.InCustody, store.Moment{World: s.From, System: s.System})
	}
	exits := 0
	for _, a := range slices.Sorted(maps.Keys(s.Exits)) {
		exits += s.Exits[a]
		out.Exits = append(out.Exits, Row{Name: v.Exit(a), Count: Link{N: s.Exits[a]}})
	}
	for _, t := range slices.Sorted(maps.Keys(s.ByType)) {
		if s.ByType[t] == 0 {
			continue
		}
		link := f.figure(s.ByType[t], "flow:"+string(t), subject, end)
		if link.Href != "" && !s.From.IsZero() {
			link.Href += "&from=" + url.QueryEscape(stamp(s.From))
		}
		out.Moves = append(out.Moves, Row{Name: v.Movement(t), Count: link})
	}
	out.Left, out.Right = s.Statement.Opening+s.Intake, s.Statement.InCustody+s.Statement.InTransit+exits+s.Out
	return out
}
