package registertest

import (
	"context"
	"testing"
	"time"

	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/transfer"
)

// Midnight is the first day on which convoys of a plan leave.
var Midnight = time.Date(2026, 1, 22, 0, 0, 0, 0, time.FixedZone("there", 3*60*60))

// Route defines the way over the three lines to both prisons, with vehicles of so many seats.
func (w *World) Route(t testing.TB, seats int) {
	t.Helper()
	Get(t)(w.DefineRoutes(context.Background(), By.Admin, []transfer.RouteDefined{{
		Route: "land", Mode: transfer.Land, Points: []place.Code{Line1, Line2, Line3}, Drive: []transfer.RouteLeg{{Place: Source, Minutes: 60}}, Between: []int{20, 20},
		Arrive: []transfer.RouteLeg{{Place: Prison, Minutes: 90}, {Place: Prison2, Minutes: 120}}, Seats: seats, Fleet: 1, Vehicles: 20, PerGuard: 5, Guards: 200, Escort: "escort",
	}}))
}

// Wave forms a wave of everybody at the source.
func (w *World) Wave(t testing.TB, target int) id.Wave {
	t.Helper()
	return Value(w.FormWave(context.Background(), By.Planner, register.NewWave{Label: "W4", Target: target, Sources: []transfer.WaveSource{{Place: Source, Reason: "shelling"}}}))(t)
}

// Draft makes a plan of a wave.
func (w *World) Draft(t testing.TB, in register.NewPlan) register.Plan {
	t.Helper()
	if in.Start.IsZero() {
		in.Start = Midnight
	}
	w.Tick(time.Second)
	return Value(w.DraftPlan(context.Background(), By.Planner, in))(t)
}

// Approve puts a plan in force.
func (w *World) Approve(t testing.TB, p register.Plan) register.Approved {
	t.Helper()
	w.Tick(time.Second)
	return Value(w.ApprovePlan(context.Background(), By.Operations, register.Approval{Plan: p.Plan}))(t)
}

// Registered registers people at the source, each as the change of a man by number says.
func (w *World) Registered(t testing.TB, n int, change func(i int, r *register.Registration)) []id.Person {
	t.Helper()
	in := make([]register.Registration, n)
	for i := range in {
		in[i] = register.Registration{Details: Man(i), Place: Source, Grounds: register.TransferOrder("committee", "14", Start.AddDate(0, 6, 0))}
		change(i, &in[i])
	}
	w.Tick(time.Second)
	return Value(w.Register.Register(context.Background(), By.Registrar, in))(t).People
}

// Woman makes a registration a woman's.
func Woman(r *register.Registration) { r.Details.Sex = person.Female }

// Drive takes convoys of a plan to their gates, each from when it is to leave; their people have finished escort records then.
func (w *World) Drive(t testing.TB, convoys []id.Convoy) {
	t.Helper()
	ctx := context.Background()
	for _, n := range convoys {
		c, formed, err := w.Store.Convoy(ctx, n)
		Must(t, err)
		if at := formed.Legs[0].Departs; at.After(w.Clock.Now()) {
			w.Clock.Set(at)
		}
		aboard := map[id.Vehicle][]id.Person{}
		var records []register.EscortRecord
		for _, s := range Value(w.Store.Seats(ctx, n, 0))(t) {
			aboard[s.Vehicle] = append(aboard[s.Vehicle], s.Person)
			records = append(records, register.EscortRecord{Person: s.Person, Record: Record(t, w.Clock.Now())})
		}
		Get(t)(w.SaveEscortRecords(ctx, By.Escort, records))
		w.Send(t, formed)
		for _, l := range formed.Legs[:len(formed.Legs)-1] {
			for _, v := range formed.Vehicles {
				w.Pass(t, n, v.Vehicle, l.To, aboard[v.Vehicle])
			}
		}
		for _, v := range formed.Vehicles {
			w.Receive(t, n, v.Vehicle, c.Target, aboard[v.Vehicle])
		}
	}
}
