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
	"amana/internal/civil"
	"amana/internal/clock"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/intake"
	"amana/internal/per"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	"amana/internal/scenario"
	"amana/internal/store"
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
	Plan     planning.Planner // nil: planning.FirstFit
	Seats    int              // of a bus, 0 as in the scenario; small for small weeks
	Twice    [][2]Row         // who stands in two manifests: compared with what was proposed when all is over, and never shown to the register
	Progress func(stage string, done, total int)
}

// Week is a week under way.
type Week struct {
	opt     Options
	r       *register.Register
	clk     *clock.Simulated
	rng     *rand.Rand
	agenda  agenda
	wave    id.Wave
	order   custody.Grounds
	convoys []*convoy
	housed  map[place.Code][]id.Person // who is physically in each prison
	cells   map[id.Person]planning.Placement
	queue   waiting
	result  Result
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
	if opt.Plan == nil {
		opt.Plan = planning.FirstFit
	}
	if opt.Progress == nil {
		opt.Progress = func(string, int, int) {}
	}
	w := &Week{
		opt: opt, r: r, clk: clk, rng: rand.New(rand.NewPCG(uint64(opt.Seed), 2026)),
		housed: map[place.Code][]id.Person{}, cells: map[id.Person]planning.Placement{},
		order: register.TransferOrder("National Security Ministerial Council, unified committee", "NSMC-2026-014", Start.AddDate(0, 0, 30)),
	}
	w.result.Seed = opt.Seed
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"setting up", w.setUp},
		{"importing", w.importFiles},
		{"placing", w.allocate},
		{"escort records", w.escortRecords},
		{"convoys", w.plan},
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
	_, err := w.r.DefinePlaces(ctx, by, w.opt.Scenario.All())
	return err
}

// importFiles reads the manifests as they arrive.
func (w *Week) importFiles(ctx context.Context) error {
	var pairs []register.Pair
	for i, f := range w.opt.Files {
		w.clk.Set(Start.AddDate(0, 0, -2).Add(9*time.Hour + time.Duration(i)*20*time.Minute))
		opt := register.ImportOptions{Options: intake.Options{AsOf: Start}, Grounds: w.order}
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

// allocate places everybody and books a move and a bed for each.
func (w *Week) allocate(ctx context.Context) (err error) {
	w.clk.Set(Start.AddDate(0, 0, -1).Add(9 * time.Hour))
	people, err := w.everybody(ctx)
	if err != nil {
		return err
	}
	if w.wave, err = w.r.FormWave(ctx, register.By{Actor: planner}, register.NewWave{Label: "2026-W04", Target: len(people)}); err != nil {
		return err
	}
	cells, err := w.freeCells(ctx, "")
	if err != nil {
		return err
	}
	placed, unplaced := w.opt.Plan(people, cells)
	w.result.Unplaced = len(unplaced)
	for n, part := range parts(placed, 500) {
		in := register.Allocation{Wave: w.wave}
		for _, p := range part {
			in.Placements = append(in.Placements, register.Placement{Person: p.Person, To: p.Cell.Establishment(), Cell: p.Cell, Bed: p.Bed})
		}
		got, err := w.r.Allocate(ctx, register.By{Actor: planner}, in)
		if err != nil {
			return err
		}
		for i, p := range part {
			w.cells[p.Person] = p
			w.seat(p, got.Moves[i])
		}
		w.opt.Progress("placing", n*500+len(part), len(placed))
	}
	return nil
}

// everybody reads from the register who waits at the sources.
func (w *Week) everybody(ctx context.Context) ([]planning.Person, error) {
	q, err := w.r.Reading(planner, authz.ReadPeople)
	if err != nil {
		return nil, err
	}
	var all []planning.Person
	for after := id.Person(0); ; {
		page, err := q.People(ctx, store.PeopleFilter{Class: custody.InCustody, After: after, Limit: 2000})
		if err != nil || len(page) == 0 {
			return all, err
		}
		for _, p := range page {
			all = append(all, planning.Person{Person: p.Person, Sex: sexOf(p), Age: ageOf(p), Family: p.Family, Child: p.Child})
			after = p.Person
			w.source(p.Person, p.Account.Place())
		}
	}
}

// sexOf places people whose sex no list states with the men, as the lists that state none do.
func sexOf(p store.Person) person.Sex {
	if p.Sex == person.Female {
		return person.Female
	}
	return person.Male
}

// ageOf puts everybody who may be under 18 on the juvenile track (norms R19).
func ageOf(p store.Person) place.Age {
	born, err := civil.Parse(p.Born)
	if err == nil && born.Known() {
		if youngest, _ := born.AgeRange(Start); youngest < 18 {
			return place.Juvenile
		}
	}
	return place.Adult
}

// freeCells reads the cells that have free beds, of one prison or of all.
func (w *Week) freeCells(ctx context.Context, prison place.Code) ([]planning.Cell, error) {
	q, err := w.r.Reading(planner, authz.ReadFigures)
	if err != nil {
		return nil, err
	}
	places, err := q.Places(ctx, place.Cell, prison)
	if err != nil {
		return nil, err
	}
	beds, err := q.FreeBeds(ctx)
	if err != nil {
		return nil, err
	}
	free := map[place.Code][]int{}
	for _, b := range beds {
		free[b.Cell] = append(free[b.Cell], b.Bed)
	}
	var cells []planning.Cell
	for _, p := range places {
		if len(free[p.Code]) > 0 {
			cells = append(cells, planning.Cell{Place: p.Place, Free: free[p.Code]})
		}
	}
	return cells, nil
}

// escortRecords completes a Person Escort Record for everybody who has a move.
func (w *Week) escortRecords(ctx context.Context) error {
	people := slices.Sorted(keys(w.cells))
	for n, part := range parts(people, 200) {
		w.clk.Set(Start.AddDate(0, 0, -1).Add(11*time.Hour + time.Duration(n)*10*time.Minute))
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
