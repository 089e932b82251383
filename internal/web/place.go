package web

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

// Places is the list of establishments.
type Places struct {
	Frame
	Kinds []PlaceKind
}

// PlaceKind is the establishments of one kind.
type PlaceKind struct {
	Kind place.Kind
	Rows []RollRow
}

// kindOrder is the way that people take.
var kindOrder = []place.Kind{place.Prison, place.Source, place.Line, place.Reception, place.Transit, place.Hospital}

func places(v *visit) (templ.Component, error) {
	p := Places{Frame: v.frame("places", v.T("places.title"))}
	p.Follow = true
	for _, k := range kindOrder {
		found, err := v.q.Places(v.ctx(), k, "")
		if err != nil {
			return nil, err
		}
		kind := PlaceKind{Kind: k}
		for _, x := range found {
			row, err := v.roll(p.Frame, x)
			if err != nil {
				return nil, err
			}
			kind.Rows = append(kind.Rows, row)
		}
		if len(found) > 0 {
			p.Kinds = append(p.Kinds, kind)
		}
	}
	return placesPage(p), nil
}

// PlacePage is one place with its roll.
type PlacePage struct {
	Frame
	Place  store.Place
	Roll   RollRow
	Blocks []Block
	Counts []CountRow
	Sheet  SheetView
}

// Block is the cells of one block.
type Block struct {
	Code           place.Code
	Cells          []CellRow
	Beds, Held     int
	Reserved, Free int
}

// CellRow is one cell.
type CellRow struct {
	store.Cell
	People Link
	Over   bool // more people than beds
}

// CountRow is one physical count.
type CountRow struct {
	store.PlaceCount
	Missing, Unexpected Link
	Late                bool
	Href                string
}

func placePage(v *visit) (templ.Component, error) {
	code := place.Code(v.req.PathValue("code"))
	x, err := v.q.Place(v.ctx(), code.Establishment())
	if err != nil {
		return nil, err
	}
	p := PlacePage{Frame: v.frame("places", ""), Place: x}
	p.Title, p.Follow = p.Frame.Place(x.Code), true
	if p.Roll, err = v.roll(p.Frame, x); err != nil {
		return nil, err
	}
	cells, err := v.q.Cells(v.ctx(), x.Code)
	if err != nil {
		return nil, err
	}
	for _, c := range cells {
		if code != x.Code && code != c.Code && code != c.Code.Parent() { // a block or a cell was asked for
			continue
		}
		if n := len(p.Blocks); n == 0 || p.Blocks[n-1].Code != c.Code.Parent() {
			p.Blocks = append(p.Blocks, Block{Code: c.Code.Parent()})
		}
		b := &p.Blocks[len(p.Blocks)-1]
		b.Cells = append(b.Cells, CellRow{c, p.account(c.Held, string(custody.At(c.Code)), store.Moment{}), c.Held > c.Beds})
		b.Beds, b.Held, b.Reserved = b.Beds+c.Beds, b.Held+c.Held, b.Reserved+c.Reserved
		b.Free = b.Beds - b.Held - b.Reserved
	}
	counts, err := v.q.PlaceCounts(v.ctx(), x.Code, 30)
	if err != nil {
		return nil, err
	}
	for _, n := range counts {
		row := CountRow{PlaceCount: n, Late: custody.Late(n.OccurredAt, n.RecordedAt)}
		row.Missing = p.figure(n.Missing, "missing", number(n.Seq), store.Moment{})
		row.Unexpected = p.figure(n.Unexpected, "unexpected", number(n.Seq), store.Moment{})
		if p.May(authz.ReadLog) {
			row.Href = "/entries/" + number(n.Seq)
		}
		p.Counts = append(p.Counts, row)
	}
	sheet, err := v.statement(register.Scope{Place: x.Code}, time.Time{}, store.Moment{})
	if err != nil {
		return nil, err
	}
	p.Sheet = v.sheet(p.Frame, sheet)
	return placeView(p), nil
}

// blockName is the part of a block's code after its establishment.
func blockName(c place.Code) string {
	return strings.TrimPrefix(strings.TrimPrefix(string(c), string(c.Establishment())), "/")
}

// cellName is the last part of a cell's code, after its block's.
func cellName(c place.Code) string { return blockName(c) }
