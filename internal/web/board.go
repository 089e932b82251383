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
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/transfer"
)

// Board is the first page: whether the register balances, and what does not agree.
type Board struct {
	Frame
	At            AsOf
	Registered    Link
	InCustody     Link
	InTransit     Link
	Exits         Link
	ExitsBy       []Row
	Sound         bool
	Differences   []DifferenceRow
	Lines         []LineRow
	Exceptions    []string // kinds of exceptions that occur, in order
	Prisons       []RollRow
	Elsewhere     []Row // held in other places, or in all of them at a past moment
	Convoys       []ConvoyRow
	Formed        int
	Nationalities []Row
	Unresolved    Link
	Flow          *Flow
}

// AsOf is the moment that a page is asked as of, with the form that chooses another.
type AsOf struct {
	Action        string
	Now           time.Time
	World, System time.Time
	Past          bool
	Keep          url.Values // further fields of the form
}

func (v *visit) asOf(m store.Moment) AsOf {
	return AsOf{Action: v.req.URL.Path, Now: v.now, World: m.World, System: m.System, Past: past(m), Keep: url.Values{}}
}

// Row is a named figure.
type Row struct {
	Name  string
	Href  string // of what is named
	Count Link
	Share int // of the greatest, in percent
}

// DifferenceRow counts the open differences of a kind.
type DifferenceRow struct {
	Kind  custody.DifferenceKind
	Count Link
	Grave bool // somebody is not accounted for
}

// grave are the kinds by which somebody is not where the book says, or nobody knows where.
var grave = map[custody.DifferenceKind]bool{custody.Missing: true, custody.Escape: true, custody.Unexpected: true, custody.Misplaced: true, custody.Contradictory: true, custody.NoGrounds: true}

// LineRow is one line: what was sent, what passed, and why the rest did not.
type LineRow struct {
	Point        place.Code
	Sent, Passed Link
	By           map[string]Link
}

// RollRow is the roll of an establishment.
type RollRow struct {
	Place         place.Code
	Locked        bool
	Held          Link
	Reception     Link
	NoCell        Link
	Reserved      Link
	StillToArrive Link
	Beds          int
	Capacity      int
}

// ConvoyRow is one convoy in a list. An overseer sees no way and no time of one that has not ended (norms G14).
type ConvoyRow struct {
	store.Convoy
	Manifest, Aboard Link
	Veiled           bool
}

func board(v *visit) (templ.Component, error) {
	m, err := v.moment()
	if err != nil {
		return nil, err
	}
	p := Board{Frame: v.frame("board", v.T("board.title")), At: v.asOf(m)}
	p.Follow = !p.At.Past
	for _, fill := range []func(*visit, store.Moment, *Board) error{fillBalance, fillDifferences, fillPresent} {
		if err := fill(v, m, &p); err != nil {
			return nil, err
		}
	}
	return boardPage(p), nil
}

func fillBalance(v *visit, m store.Moment, p *Board) error {
	sheet, err := v.statement(register.Scope{}, time.Time{}, m)
	if err != nil {
		return err
	}
	pinned, err := v.pin(m)
	if err != nil {
		return err
	}
	standing, err := v.q.Balances(v.ctx(), pinned)
	if err != nil {
		return err
	}
	classes, held := map[custody.Class]int{}, map[place.Code]int{}
	for a, n := range standing {
		classes[a.Class()] += n
		switch a.Class() {
		case custody.Exit:
			p.ExitsBy = append(p.ExitsBy, Row{Name: v.Exit(a), Count: p.account(n, string(a), m)})
		case custody.InCustody:
			held[a.Place().Establishment()] += n
		}
	}
	slices.SortFunc(p.ExitsBy, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Count.N, a.Count.N), cmp.Compare(a.Name, b.Name))
	})
	p.Sound = sheet.Sound
	p.Registered = p.figure(sheet.Registered, "registered", "", m)
	p.InCustody = p.account(classes[custody.InCustody], string(custody.InCustody), m)
	p.InTransit = p.account(classes[custody.InTransit], string(custody.InTransit), m)
	p.Exits = p.account(classes[custody.Exit], string(custody.Exit), m)
	prisons, err := v.q.Places(v.ctx(), place.Prison, "")
	if err != nil {
		return err
	}
	for _, x := range prisons {
		if !p.At.Past { // shown by its roll instead
			delete(held, x.Code)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(held)) {
		p.Elsewhere = append(p.Elsewhere, Row{Name: p.Place(c), Href: placeHref(c), Count: p.figure(held[c], "held", string(c), m)})
	}
	if p.At.Past {
		return nil
	}
	for _, x := range prisons {
		row, err := v.roll(p.Frame, x)
		if err != nil {
			return err
		}
		p.Prisons = append(p.Prisons, row)
	}
	return nil
}

func (v *visit) roll(f Frame, x store.Place) (RollRow, error) {
	r, err := v.q.Roll(v.ctx(), x.Code)
	if err != nil {
		return RollRow{}, err
	}
	now, c := store.Moment{}, string(x.Code)
	return RollRow{
		Place: x.Code, Locked: x.LockedOut, Beds: r.Beds, Capacity: cmp.Or(x.Capacity.Operational, r.Beds),
		Held: f.figure(r.Held, "held", c, now), Reception: f.account(r.InReception, string(custody.At(x.Code)), now), NoCell: f.figure(r.NoCell, "no_cell", c, now),
		Reserved: f.figure(r.Reserved, "reserved", c, now), StillToArrive: f.figure(r.StillToArrive, "arriving", c, now),
	}, nil
}

func fillDifferences(v *visit, m store.Moment, p *Board) error {
	open, err := v.q.OpenAt(v.ctx(), m)
	if err != nil {
		return err
	}
	for _, k := range custody.DifferenceKinds {
		if open[k] == 0 {
			continue
		}
		row := DifferenceRow{Kind: k, Count: Link{N: open[k]}, Grave: grave[k]}
		if p.May(authz.ReadTransfers) {
			row.Count.Href = "/differences?" + withMoment(url.Values{"kind": {string(k)}}, m).Encode()
		}
		p.Differences = append(p.Differences, row)
	}
	// Whoever is not accounted for comes before all other trouble.
	slices.SortStableFunc(p.Differences, func(a, b DifferenceRow) int {
		switch {
		case a.Grave == b.Grave:
			return 0
		case a.Grave:
			return -1
		}
		return 1
	})
	return nil
}

// fillPresent adds what is known of the present only.
func fillPresent(v *visit, m store.Moment, p *Board) error {
	if p.At.Past {
		return nil
	}
	if err := fillLines(v, p); err != nil {
		return err
	}
	all, err := v.q.Convoys(v.ctx(), 0, 10_000)
	if err != nil {
		return err
	}
	for _, c := range all {
		switch c.State {
		case transfer.OnTheWay, transfer.Arrived:
			p.Convoys = append(p.Convoys, v.convoyRow(p.Frame, c))
		case transfer.Formed:
			p.Formed++
		}
	}
	by, err := v.q.ByNationality(v.ctx())
	if err != nil {
		return err
	}
	greatest := 1
	for c, n := range by {
		link := Link{N: n}
		if p.May(authz.ReadPeople) {
			link.Href = "/people?nationality=" + cmp.Or(c, unresolved)
		}
		if c == "" {
			p.Unresolved = link
			continue
		}
		greatest = max(greatest, n)
		p.Nationalities = append(p.Nationalities, Row{Name: v.Country(c), Count: link})
	}
	for i := range p.Nationalities {
		p.Nationalities[i].Share = (p.Nationalities[i].Count.N*100 + greatest - 1) / greatest
	}
	slices.SortFunc(p.Nationalities, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Count.N, a.Count.N), cmp.Compare(a.Name, b.Name))
	})
	return nil
}

// unresolved stands in addresses for a nationality that no claim resolves.
const unresolved = "unresolved"

func (v *visit) convoyRow(f Frame, c store.Convoy) ConvoyRow {
	return ConvoyRow{
		Convoy: c, Veiled: v.veiled[c.Convoy],
		Manifest: f.figure(c.Departed, "manifest", number(c.Convoy), store.Moment{}),
		Aboard:   f.figure(c.Aboard, "aboard", number(c.Convoy), store.Moment{}),
	}
}

// exceptionOrder is the order in which exceptions at a line are shown.
var exceptionOrder = []string{"missing", "unexplained", "escape", "death", "diversion", "on_the_way", "not_on_manifest"}

func fillLines(v *visit, p *Board) error {
	lines, err := v.q.Lines(v.ctx())
	if err != nil {
		return err
	}
	occur := map[string]bool{}
	for _, l := range lines {
		why, err := v.q.LineExceptions(v.ctx(), l.Point)
		if err != nil {
			return err
		}
		row := LineRow{Point: l.Point, By: map[string]Link{}}
		row.Sent = p.figure(l.Departed, "line:sent", string(l.Point), store.Moment{})
		row.Passed = p.figure(l.Passed, "line:passed", string(l.Point), store.Moment{})
		for k, n := range why {
			row.By[k] = p.figure(n, "line:"+k, string(l.Point), store.Moment{})
			occur[k] = true
		}
		p.Lines = append(p.Lines, row)
	}
	for _, k := range exceptionOrder {
		if occur[k] {
			p.Exceptions = append(p.Exceptions, k)
		}
	}
	streams, err := v.q.Streams(v.ctx())
	if err != nil {
		return err
	}
	p.Flow = drawFlow(p.Frame, lines, streams)
	return nil
}

// convoyNumber reads the number of a convoy in an address.
func convoyNumber(s string) (id.Convoy, error) {
	if s == "" {
		return 0, nil
	}
	return id.Parse[id.Convoy](id.NounConvoy, s)
}
