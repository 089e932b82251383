// Package registertest builds a little world for tests of the register: one source, three lines, a prison, a hospital, the
// custodians of each, and somebody in every role.
package registertest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/clock"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/ledger"
	"amana/internal/per"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/transfer"
)

// Start is when the clock of every world begins.
var Start = time.Date(2026, 1, 21, 6, 0, 0, 0, time.UTC)

// The places of the world.
const (
	Source   place.Code = "SY-A"
	Line1    place.Code = "L1"
	Line2    place.Code = "L2"
	Line3    place.Code = "L3"
	Prison   place.Code = "IQ-P"
	Prison2  place.Code = "IQ-Q"
	Hospital place.Code = "IQ-H"
	Men      place.Code = "IQ-P/A/01" // four beds
	Men2     place.Code = "IQ-P/A/02" // two beds
	Women    place.Code = "IQ-P/B/01" // two beds
	Youths   place.Code = "IQ-P/C/01" // two beds
)

// By is somebody in each role, acting now.
var By = struct {
	Registrar, Escort, Line, Prison, Operations, Planner, Overseer, Admin register.By
}{
	actor("reg-1", authz.Registrar), actor("esc-1", authz.Escort), actor("line-1", authz.Line), actor("pri-1", authz.Prison),
	actor("ops-1", authz.Operations), actor("pla-1", authz.Planner), actor("ove-1", authz.Overseer), actor("adm-1", authz.Admin),
}

func actor(name string, role authz.Role) register.By {
	return register.By{Actor: authz.Actor{Name: name, Role: role}}
}

// World is a register with its little world.
type World struct {
	*register.Register
	Store *store.Store
	Clock *clock.Simulated
	Keys  *register.Keyring
	DB    string
}

// Log is whose log every world keeps.
var Log = ledger.Log{Site: "test", Epoch: 1}

// New opens a register on a fresh database and builds the world in it.
func New(t testing.TB, db string) *World {
	t.Helper()
	keys, err := register.OpenKeyring("")
	Must(t, err)
	signer, err := keys.Signer(Log.Origin())
	Must(t, err)
	w := &World{Clock: clock.NewSimulated(Start), Keys: keys, DB: db}
	w.Store, err = store.Open(context.Background(), db, store.Options{Log: Log, Number: 1, Signer: signer, Clock: w.Clock.Now})
	Must(t, err)
	t.Cleanup(func() {
		if err := w.Store.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	w.Register = register.New(w.Store, keys)
	w.build(t)
	return w
}

func (w *World) build(t testing.TB) {
	t.Helper()
	var in []register.Custodian
	for code, role := range map[string]string{"camp": "custodian", "escort": "escort", "prison": "custodian", "hospital": "custodian", "border": "line", "army": "line", "pmf": "line"} {
		in = append(in, register.Custodian{Code: code, Role: role, Names: map[string]string{"en": code}})
	}
	Get(t)(w.EnrolCustodians(context.Background(), By.Admin, in))
	Get(t)(w.DefinePlaces(context.Background(), By.Admin, Places()))
}

// Places lists the world's places, parents before children.
func Places() []place.Place {
	cell := func(c place.Code, k place.Kind, beds int, sex person.Sex, age place.Age) place.Place {
		return place.Place{Code: c, Kind: k, State: place.Active, Operator: "prison", Sex: sex, Age: age, Capacity: place.Capacity{CNA: beds, Working: beds, Maximum: beds}}
	}
	all := []place.Place{
		{Code: Source, Kind: place.Source, State: place.Active, Operator: "camp"},
		{Code: Line1, Kind: place.Line, State: place.Active, Operator: "border", Order: 1},
		{Code: Line2, Kind: place.Line, State: place.Active, Operator: "army", Order: 2},
		{Code: Line3, Kind: place.Line, State: place.Active, Operator: "pmf", Order: 3},
		{Code: Hospital, Kind: place.Hospital, State: place.Active, Operator: "hospital"},
		{Code: Prison, Kind: place.Prison, State: place.Active, Operator: "prison", Capacity: place.Capacity{Operational: 10}},
		{Code: Prison2, Kind: place.Prison, State: place.Active, Operator: "prison"},
		cell("IQ-P/A", place.Block, 6, person.Male, place.Adult), cell(Men, place.Cell, 4, person.Male, place.Adult), cell(Men2, place.Cell, 2, person.Male, place.Adult),
		cell("IQ-P/B", place.Block, 2, person.Female, place.Adult), cell(Women, place.Cell, 2, person.Female, place.Adult),
		cell("IQ-P/C", place.Block, 2, person.Male, place.Juvenile), cell(Youths, place.Cell, 2, person.Male, place.Juvenile),
		cell("IQ-Q/A", place.Block, 60, person.Male, place.Adult), cell("IQ-Q/A/01", place.Cell, 60, person.Male, place.Adult),
	}
	return all
}

// Must ends a test that cannot go on.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Get ends a test whose command failed, and else gives its answer: Get(t)(r.Command(…)).
func Get(t testing.TB) func(any, error) any {
	return func(v any, err error) any {
		t.Helper()
		Must(t, err)
		return v
	}
}

// Value is Get with the type of the answer.
func Value[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		Must(t, err)
		return v
	}
}

// Man describes somebody by a number.
func Man(n int) person.Details {
	return person.Details{
		Names: []person.Name{{Raw: fmt.Sprintf("سالم كريم %d", n), Script: "Arab"}}, Sex: person.Male,
		Birth:  person.Birth{Date: civil.Date{Year: 1985 + n%10}, Method: civil.ByStatement},
		Claims: []person.Claim{{Country: "IRQ", Label: "عراقي", Status: "claimed"}},
	}
}

// People registers n men at the source, on an order.
func (w *World) People(t testing.TB, n int) []id.Person {
	t.Helper()
	return w.PeopleAt(t, Source, n)
}

// PeopleAt registers n men at a place, on an order.
func (w *World) PeopleAt(t testing.TB, at place.Code, n int) []id.Person {
	t.Helper()
	in := make([]register.Registration, n)
	for i := range in {
		in[i] = register.Registration{Details: Man(i), Place: at, Grounds: register.TransferOrder("committee", "14", Start.AddDate(0, 6, 0))}
	}
	w.Tick(time.Second)
	return Value(w.Register.Register(context.Background(), By.Registrar, in))(t).People
}

// Tick moves the clock on.
func (w *World) Tick(d time.Duration) { w.Clock.Set(w.Clock.Now().Add(d)) }

// Standing reads how somebody stands.
func (w *World) Standing(t testing.TB, p id.Person) custody.Standing {
	t.Helper()
	return Value(w.Store.Standings(context.Background(), []id.Person{p}))(t)[p]
}

// Allocate books a move to the big prison for each person, without a bed.
func (w *World) Allocate(t testing.TB, to place.Code, people []id.Person) []id.Move {
	t.Helper()
	in := register.Allocation{}
	for _, p := range people {
		in.Placements = append(in.Placements, register.Placement{Person: p, To: to})
	}
	return Value(w.Register.Allocate(context.Background(), By.Planner, in))(t).Moves
}

// Record is a finished escort record.
func Record(t testing.TB, at time.Time) per.Record {
	t.Helper()
	d, err := per.Edit(per.New(), false)
	Must(t, err)
	for q := range d.Missing() {
		Must(t, d.Answer(q.Key, routine(q), "clerk", at))
	}
	Must(t, d.Complete("clerk", at))
	return d.Record()
}

// routine answers a question with the first thing that raises no flag, or with the plainest.
func routine(q *per.Question) per.Value {
	if v, ok := answers[q.Key]; ok {
		return v
	}
	return per.Value{per.No}
}

var answers = map[string]per.Value{
	"risk.violence": {"none"}, "risk.restraint": {"hands"}, "risk.restraint_reason": {"standing order"},
	"custody.ground": {"court_order"}, "custody.order_number": {"14"}, "custody.order_authority": {"committee"}, "custody.order_date": {"2026-01-20"},
	"custody.age": {"adult"}, "custody.language": {"ar"}, "custody.reasons_given": {per.Yes},
	"health.examined": {per.Yes}, "health.examined_by": {"clinician"}, "health.fit_to_travel": {"fit"}, "health.conditions": {"none"}, "health.infectious": {"none"},
	"health.mobility": {"walks"}, "health.senses": {"none"}, "health.diet": {"ordinary"}, "property.documents": {"none"}, "property.agreed": {"yes"},
}

// Convoy forms a convoy from the source over the three lines to a prison, with buses of forty seats.
func (w *World) Convoy(t testing.TB, to place.Code, buses int) transfer.ConvoyFormed {
	t.Helper()
	in := transfer.ConvoyFormed{
		Mode: transfer.Land, Escort: transfer.Escort{Custodian: "escort", Commander: "cmd-1", Guards: 40},
		Legs: []transfer.Leg{{From: Source, To: Line1}, {From: Line1, To: Line2}, {From: Line2, To: Line3}, {From: Line3, To: to}},
	}
	for i := range buses {
		in.Vehicles = append(in.Vehicles, transfer.Vehicle{Plate: fmt.Sprintf("B-%d", i+1), Seats: 40})
	}
	return Value(w.FormConvoy(context.Background(), By.Operations, in))(t)
}

// Ready gives everybody a move, an escort record and a seat, in turn over the convoy's buses, and who sits where.
func (w *World) Ready(t testing.TB, c transfer.ConvoyFormed, people []id.Person) map[id.Vehicle][]id.Person {
	t.Helper()
	moves := w.Allocate(t, c.Destination(), people)
	rec := Record(t, w.Clock.Now())
	var records []register.EscortRecord
	manifest := register.Manifest{Convoy: c.Convoy}
	aboard := map[id.Vehicle][]id.Person{}
	for i, p := range people {
		v := c.Vehicles[i%len(c.Vehicles)].Vehicle
		aboard[v] = append(aboard[v], p)
		records = append(records, register.EscortRecord{Person: p, Record: rec})
		manifest.Seats = append(manifest.Seats, transfer.Seat{Person: p, Move: moves[i], Vehicle: v, Seat: len(aboard[v])})
	}
	Get(t)(w.SaveEscortRecords(context.Background(), By.Escort, records))
	Get(t)(w.IssueManifest(context.Background(), By.Operations, manifest))
	return aboard
}

// Send dispatches a convoy that is ready.
func (w *World) Send(t testing.TB, c transfer.ConvoyFormed) {
	t.Helper()
	w.Tick(time.Minute)
	Get(t)(w.Dispatch(context.Background(), By.Operations, register.Departure{Convoy: c.Convoy}))
}

// Officer is the agency at a line or the custodian at a gate.
func Officer(at place.Code) string {
	switch at {
	case Line1:
		return "border"
	case Line2:
		return "army"
	case Line3:
		return "pmf"
	}
	return "prison"
}

// Pass lets a vehicle pass a line with these people identified.
func (w *World) Pass(t testing.TB, c id.Convoy, v id.Vehicle, at place.Code, people []id.Person) {
	t.Helper()
	w.Tick(time.Minute)
	Get(t)(w.Register.Pass(context.Background(), By.Line, Arrival(c, v, at, people)))
}

// Receive takes a vehicle's people over at the gate.
func (w *World) Receive(t testing.TB, c id.Convoy, v id.Vehicle, at place.Code, people []id.Person) {
	t.Helper()
	w.Tick(time.Minute)
	Get(t)(w.Register.Receive(context.Background(), By.Prison, Arrival(c, v, at, people)))
	w.Tick(time.Minute)
}

// Arrival is a vehicle with everybody counted and identified.
func Arrival(c id.Convoy, v id.Vehicle, at place.Code, people []id.Person) register.Arrival {
	return register.Arrival{Convoy: c, Vehicle: v, Point: at, Headcount: len(people), Identified: slices.Clone(people), Officer: Officer(at)}
}

// Journey takes people all the way from the source into a prison, and tells the convoy.
func (w *World) Journey(t testing.TB, to place.Code, buses int, people []id.Person) transfer.ConvoyFormed {
	t.Helper()
	c := w.Convoy(t, to, buses)
	aboard := w.Ready(t, c, people)
	w.Send(t, c)
	for _, at := range []place.Code{Line1, Line2, Line3} {
		for _, v := range c.Vehicles {
			w.Pass(t, c.Convoy, v.Vehicle, at, aboard[v.Vehicle])
		}
	}
	for _, v := range c.Vehicles {
		w.Receive(t, c.Convoy, v.Vehicle, to, aboard[v.Vehicle])
	}
	return c
}

// Sound fails a test whose register does not balance or does not verify.
func (w *World) Sound(t testing.TB) {
	t.Helper()
	sheet, err := w.Statement(context.Background(), By.Overseer.Actor, register.Scope{}, time.Time{}, time.Time{}, time.Time{})
	Must(t, err)
	if !sheet.Sound {
		t.Errorf("the register does not balance: %+v", sheet)
	}
	problems, err := w.Store.Verify(context.Background(), store.Trust{}, nil)
	Must(t, err)
	for _, p := range problems {
		t.Errorf("verify: %+v", p)
	}
}
