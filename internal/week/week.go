// Package week runs a whole week of the operation on a simulated clock: it reads manifests, places people, sends convoys
// over the lines and receives them, injects trouble from a seeded list, and asks the register what it found. It knows
// only what the files and the register say; the physical world that it simulates is in the buses' lists of who is aboard.
package week

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"amana/internal/authz"
	"amana/internal/clock"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/intake"
	"amana/internal/per"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/scenario"
)

// Baghdad is the zone of the operation, three hours ahead of UTC all year.
var Baghdad = time.FixedZone("Asia/Baghdad", 3*60*60)

// Start is when the week of 2026 begins; the manifests come two days earlier.
var Start = time.Date(2026, time.January, 22, 0, 0, 0, 0, Baghdad)

// File is a manifest as it was handed over.
type File struct {
	Name  string
	Bytes []byte
}

// Options say how a week is run.
type Options struct {
	Seed     int64
	Files    []File
	Scenario scenario.Scenario
	Seats    int      // of a bus, 0 as in the scenario; small for small weeks
	Twice    [][2]Row // who stands in two manifests: compared with what was proposed when all is over, and never shown to the register
	Progress func(stage string, done, total int)
}

// Week is a week under way.
type Week struct {
	opt      Options
	r        *register.Register
	clk      *clock.Simulated
	rng      *rand.Rand
	agenda   agenda
	wave     id.Wave
	order    custody.Grounds
	convoys  []*convoy
	housed   map[place.Code][]id.Person // who is physically in each prison
	recorded map[id.Person]bool         // who has an escort record
	result   Result
}

// The accounts that act in the week, one for each role.
var (
	registrar  = authz.Actor{Name: "registrar", Role: authz.Registrar}
	escort     = authz.Actor{Name: "escort", Role: authz.Escort}
	officer    = authz.Actor{Name: "line-officer", Role: authz.Line}
	prison     = authz.Actor{Name: "prison", Role: authz.Prison}
	operations = authz.Actor{Name: "operations", Role: authz.Operations}
	planner    = authz.Actor{Name: "planner", Role: authz.Planner}
	Overseer   = authz.Actor{Name: "overseer", Role: authz.Overseer}
)

// Actors lists the accounts that act in the week.
func Actors() []authz.Actor {
	return []authz.Actor{operations, registrar, planner, escort, officer, prison, Overseer, scenario.Setup}
}

// Run runs the week on a register whose store reads the given clock, and tells what came of it.
func Run(ctx context.Context, r *register.Register, clk *clock.Simulated, opt Options) (Result, error) {
	if opt.Progress == nil {
		opt.Progress = func(string, int, int) {}
	}
	w := &Week{
		opt: opt, r: r, clk: clk, rng: rand.New(rand.NewPCG(uint64(opt.Seed), 2026)),
		housed: map[place.Code][]id.Person{}, recorded: map[id.Person]bool{},
		order: register.TransferOrder("National Security Ministerial Council, unified committee", "NSMC-2026-014", Start.AddDate(0, 0, 30)),
	}
	w.result.Seed = opt.Seed
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"setting up", w.setUp},
		{"importing", w.importFiles},
		{"needs", w.decideNeeds},
		{"planning", w.allocate},
		{"the week", w.live},
		{"closing", w.close},
	} {
		opt.Progress(step.name, 0, 1)
		if err := step.do(ctx); err != nil {
			return w.result, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return w.result, nil
}

func (w *Week) setUp(ctx context.Context) error {
	w.clk.Set(Start.AddDate(0, 0, -2).Add(8 * time.Hour))
	by := register.By{Actor: scenario.Setup}
	if _, err := w.r.EnrolCustodians(ctx, by, w.opt.Scenario.Custodians); err != nil {
		return err
	}
	if _, err := w.r.DefinePlaces(ctx, by, w.opt.Scenario.All()); err != nil {
		return err
	}
	routes := slices.Clone(w.opt.Scenario.Routes)
	for i := range routes {
		if w.opt.Seats > 0 {
			routes[i].Seats = w.opt.Seats
		}
	}
	_, err := w.r.DefineRoutes(ctx, by, routes)
	return err
}

// importFiles reads the manifests as they arrive. Lists without a column for the sex are of prisons for men, say those who hand them over.
func (w *Week) importFiles(ctx context.Context) error {
	var pairs []register.Pair
	for i, f := range w.opt.Files {
		w.clk.Set(Start.AddDate(0, 0, -2).Add(9*time.Hour + time.Duration(i)*20*time.Minute))
		opt := register.ImportOptions{Options: intake.Options{AsOf: Start, Sex: person.Male}, Grounds: w.order}
		in, err := w.r.Import(ctx, register.By{Actor: registrar}, f.Name, bytes.NewReader(f.Bytes), int64(len(f.Bytes)), opt)
		if err != nil {
			return err
		}
		w.result.addFile(in)
		pairs = append(pairs, in.Duplicates...)
		w.opt.Progress("importing", i+1, len(w.opt.Files))
	}
	return w.decide(ctx, pairs)
}

// escortRecords completes a Person Escort Record for people who have a move.
func (w *Week) escortRecords(ctx context.Context, people []id.Person) error {
	began := w.clk.Now()
	for n, part := range parts(people, 200) {
		w.clk.Set(began.Add(time.Duration(n) * 10 * time.Minute))
		in := make([]register.EscortRecord, len(part))
		for i, p := range part {
			rec, err := routine(registrar.Name, w.clk.Now())
			if err != nil {
				return err
			}
			in[i] = register.EscortRecord{Person: p, Record: rec}
		}
		if _, err := w.r.SaveEscortRecords(ctx, register.By{Actor: registrar}, in); err != nil {
			return err
		}
		w.opt.Progress("escort records", n*200+len(part), len(people))
	}
	return nil
}

// answers are what most records say; what is not named here is answered with no.
var answers = map[string]per.Value{
	"risk.violence": {"none"}, "risk.restraint": {"hands"}, "risk.restraint_reason": {"standing order for convoys; the escort commander"},
	"custody.ground": {"court_order"}, "custody.order_number": {"NSMC-2026-014"}, "custody.order_authority": {"unified committee"}, "custody.order_date": {"2026-01-20"},
	"custody.age": {"adult"}, "custody.language": {"ar"}, "custody.reasons_given": {per.Yes},
	"health.examined": {per.Yes}, "health.examined_by": {"camp clinician"}, "health.fit_to_travel": {"fit"}, "health.conditions": {"none"}, "health.infectious": {"none"},
	"health.mobility": {"walks"}, "health.senses": {"none"}, "health.diet": {"ordinary"}, "property.documents": {"none"}, "property.agreed": {"yes"},
}

// routine fills a record as a clerk does who has nothing out of the ordinary to say.
func routine(by string, at time.Time) (per.Record, error) {
	d, err := per.Edit(per.New(), false)
	if err != nil {
		return per.Record{}, err
	}
	for q := range d.Missing() {
		v, ok := answers[q.Key]
		if !ok {
			v = per.Value{per.No}
		}
		if err := d.Answer(q.Key, v, by, at); err != nil {
			return per.Record{}, err
		}
	}
	if err := d.Complete(by, at); err != nil {
		return per.Record{}, err
	}
	err = d.Confirm(by, at)
	return d.Record(), err
}

// parts cuts a list into pieces.
func parts[T any](all []T, size int) [][]T {
	return slices.Collect(slices.Chunk(all, size))
}

func keys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
