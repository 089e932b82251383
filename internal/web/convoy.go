package web

import (
	"cmp"
	"slices"
	"time"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/transfer"
)

// Convoys is the list of convoys.
type Convoys struct {
	Frame
	States []StateTab
	Rows   []ConvoyRow
	More   string
}

// StateTab counts the convoys in one state and leads to them.
type StateTab struct {
	State transfer.State // empty: all
	Href  string
	N     int
	Here  bool
}

// stateOrder is the order in which states of convoys matter.
var stateOrder = []transfer.State{transfer.OnTheWay, transfer.Arrived, transfer.Formed, transfer.Closed}

func convoys(v *visit) (templ.Component, error) {
	q := v.req.URL.Query()
	want := transfer.State(q.Get("state"))
	after, err := convoyNumber(q.Get("after"))
	if err != nil {
		return nil, err
	}
	all, err := v.q.Convoys(v.ctx(), 0, 10_000)
	if err != nil {
		return nil, err
	}
	p := Convoys{Frame: v.frame("convoys", v.T("convoys.title"))}
	p.Follow = true
	counts := map[transfer.State]int{}
	for _, c := range all {
		counts[c.State]++
		if c.Convoy <= after || (want != "" && c.State != want) {
			continue
		}
		if len(p.Rows) < pageSize {
			p.Rows = append(p.Rows, v.convoyRow(p.Frame, c))
		} else if p.More == "" {
			p.More = "/convoys?state=" + string(want) + "&after=" + number(p.Rows[pageSize-1].Convoy.Convoy)
		}
	}
	p.States = append(p.States, StateTab{Href: "/convoys", N: len(all), Here: want == ""})
	for _, s := range stateOrder {
		p.States = append(p.States, StateTab{State: s, Href: "/convoys?state=" + string(s), N: counts[s], Here: want == s})
	}
	return convoysPage(p), nil
}

// ConvoyPage is one convoy.
type ConvoyPage struct {
	Frame
	ConvoyRow
	Escort      transfer.Escort
	Legs        []store.Leg
	Vehicles    []VehicleRow
	Versions    []store.Issued
	Passages    []PassageRow
	Differences []DifferenceLine
	Sheet       SheetView
}

// VehicleRow is a vehicle with everybody on it.
type VehicleRow struct {
	store.Vehicle
	Aboard Link
	People []Passenger
}

// Passenger is somebody on the manifest or aboard.
type Passenger struct {
	store.Person
	Seat  int  // on the manifest in force, 0 when on none
	Here  bool // booked aboard this vehicle now
	Where string
}

// PassageRow is one vehicle at one point.
type PassageRow struct {
	store.Passage
	Counted, Identified, Missing Link
	Late                         bool
	Href                         string
}

func convoy(v *visit) (templ.Component, error) {
	n, err := convoyNumber(v.req.PathValue("number"))
	if err != nil {
		e := fault.As(err)
		e.Kind = fault.NotFound
		return nil, e
	}
	c, formed, err := v.q.Convoy(v.ctx(), n)
	if err != nil {
		return nil, err
	}
	p := ConvoyPage{Frame: v.frame("convoys", v.T("convoy.numbered", "Convoy", id.Format(n))), Escort: formed.Escort}
	p.Follow = true
	p.ConvoyRow = v.convoyRow(p.Frame, c)
	if p.Versions, err = v.q.Manifests(v.ctx(), n); err != nil {
		return nil, err
	}
	sheet, err := v.statement(register.Scope{Convoy: n}, time.Time{}, store.Moment{})
	if err != nil {
		return nil, err
	}
	p.Sheet = v.sheet(p.Frame, sheet)
	found, err := v.q.Differences(v.ctx(), store.DifferenceFilter{Convoy: n, Limit: 200})
	if err != nil {
		return nil, err
	}
	p.Differences = v.differenceLines(p.Frame, found)
	if p.Veiled {
		p.Escort.Guards, p.Escort.Commander = 0, ""
		return convoyPage(p), nil
	}
	if p.Legs, err = v.q.Legs(v.ctx(), n); err != nil {
		return nil, err
	}
	if err := v.fillVehicles(&p, n); err != nil {
		return nil, err
	}
	if err := v.fillPassages(&p, n); err != nil {
		return nil, err
	}
	return convoyPage(p), nil
}

// fillVehicles puts everybody on the manifest, and everybody aboard, under their vehicle.
func (v *visit) fillVehicles(p *ConvoyPage, n id.Convoy) error {
	vehicles, err := v.q.Vehicles(v.ctx(), n)
	if err != nil {
		return err
	}
	seats, err := v.q.Seats(v.ctx(), n, 0)
	if err != nil {
		return err
	}
	aboard, err := v.q.Aboard(v.ctx(), n, store.Moment{})
	if err != nil {
		return err
	}
	numbers := make([]id.Person, 0, len(seats))
	seat := map[id.Person]transfer.Seat{}
	for _, s := range seats {
		numbers, seat[s.Person] = append(numbers, s.Person), s
	}
	for who := range aboard {
		if _, listed := seat[who]; !listed {
			numbers = append(numbers, who)
		}
	}
	slices.Sort(numbers)
	found, err := v.q.People(v.ctx(), store.PeopleFilter{People: numbers})
	if err != nil {
		return err
	}
	for _, x := range vehicles {
		row := VehicleRow{Vehicle: x}
		on := 0
		for _, who := range found {
			s, listed := seat[who.Person]
			here := aboard[who.Person] == x.Vehicle.Vehicle
			if here {
				on++
			}
			if !here && (!listed || s.Vehicle != x.Vehicle.Vehicle) {
				continue
			}
			one := Passenger{Person: who, Here: here, Where: p.Frame.Account(who.Account)}
			if listed && s.Vehicle == x.Vehicle.Vehicle {
				one.Seat = s.Seat
			}
			row.People = append(row.People, one)
		}
		slices.SortStableFunc(row.People, func(a, b Passenger) int { return a.Seat - b.Seat })
		row.Aboard = p.account(on, string(custody.Aboard(x.Vehicle.Vehicle)), store.Moment{})
		p.Vehicles = append(p.Vehicles, row)
	}
	return nil
}

func (v *visit) fillPassages(p *ConvoyPage, n id.Convoy) error {
	passages, err := v.q.Passages(v.ctx(), n)
	if err != nil {
		return err
	}
	for _, x := range passages {
		row := PassageRow{Passage: x, Late: custody.Late(x.OccurredAt, x.RecordedAt)}
		row.Counted = Link{N: x.Headcount}
		row.Identified = p.figure(x.Identified, "identified", number(x.Seq), store.Moment{})
		row.Missing = p.figure(x.Missing, "missing", number(x.Seq), store.Moment{})
		if p.May(authz.ReadLog) {
			row.Href = "/entries/" + number(x.Seq)
		}
		p.Passages = append(p.Passages, row)
	}
	return nil
}

// displayName is what a person is called in a list.
func displayName(f Frame, p store.Person) string {
	return cmp.Or(p.Name, p.Latin, f.T("person.nameless"))
}
