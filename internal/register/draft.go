package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"amana/internal/authz"
	"amana/internal/explain"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/schedule"
	"amana/internal/solve"
	"amana/internal/store"
)

// defaultDays are the days of a week in which convoys arrive.
const defaultDays = 7

// searchers is how many searches run for a plan, on any machine, so that the same wave has the same plan everywhere.
const searchers = 2

// DraftPlan makes a plan of a wave and keeps it as a draft. Nothing is booked and nobody moved. When a plan of the wave is in force, the draft
// changes as little of it as can be, and leaves those alone who have left their source.
func (r *Register) DraftPlan(ctx context.Context, by By, in NewPlan) (Plan, error) {
	if err := authz.Check(by.Actor, authz.Allocate); err != nil {
		return Plan{}, err
	}
	if in.Days == 0 {
		in.Days = defaultDays
	}
	if err := in.check(); err != nil {
		return Plan{}, err
	}
	var made *drafting
	if seen, err := r.delivered(ctx, by.Key); err != nil {
		return Plan{}, err
	} else if !seen { // else the answer stands, and nothing needs to be solved for it
		if made, err = r.draft(ctx, in); err != nil {
			return Plan{}, err
		}
	}
	head, err := do(ctx, r, by, authz.Allocate, in, func(ctx context.Context, a *act, in NewPlan) (store.PlanHead, error) {
		if made == nil {
			return store.PlanHead{}, fault.New(fault.Conflict, "delivery.key_reused", "the key stands for another command")
		}
		n, err := store.Number[id.Plan](ctx, a.Tx, id.NounOther)
		if err != nil {
			return store.PlanHead{}, err
		}
		return a.SaveDraft(ctx, store.PlanHead{Plan: n, Wave: in.Wave, MadeBy: a.who.Name, SHA256: digest(made.document), Figures: made.figures}, made.document, made.question)
	})
	if err != nil {
		return Plan{}, err
	}
	if made != nil && made.head(head) {
		return Plan{head, made.doc}, nil
	}
	return r.plan(ctx, head.Plan)
}

// delivered reports whether a command with this key was done before.
func (r *Register) delivered(ctx context.Context, key string) (seen bool, err error) {
	if key != "" {
		_, seen, err = r.store.Delivery(ctx, key)
	}
	return seen, err
}

// Limits of what can be asked.
const (
	maxPins   = 100_000
	maxClosed = 10_000
	maxBudget = 15 * time.Minute
)

// check names what is wrong with a request, as far as it can be seen without the register.
func (in NewPlan) check() error {
	var fields []fault.Field
	bad := func(is bool, name, rule string) {
		if is {
			fields = append(fields, fault.Field{Name: name, Rule: rule})
		}
	}
	bad(in.Start.IsZero(), "start", "field.required")
	h, m, s := in.Start.Clock()
	bad(!in.Start.IsZero() && h+m+s+in.Start.Nanosecond() != 0, "start", "plan.start_not_midnight")
	bad(in.Days < 1 || in.Days > schedule.MaxDays, "days", "plan.days_out_of_range")
	bad(in.Budget < 0 || in.Budget > maxBudget, "budget", "plan.budget_out_of_range")
	bad(len(in.Pins) > maxPins || len(in.Closed) > maxClosed || len(in.Broken) > maxClosed, "pins", "plan.too_many_constraints")
	if in.Policy != nil {
		for _, name := range weights(*in.Policy) {
			bad(true, "policy."+name, "plan.weight_out_of_range")
		}
	}
	if fields == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Rule: fields[0].Rule, Message: "the plan cannot be made as asked", Fields: fields}
}

// weights names the weights of a policy that are no plain cost or share.
func weights(p planning.Policy) (bad []string) {
	for _, w := range []struct {
		name       string
		value, max float64
	}{
		{"travel", p.Travel, 1e6},
		{"court", p.Court, 1e6},
		{"consul", p.Consul, 1e6},
		{"language", p.Language, 1e6},
		{"density", p.Density, 1e6},
		{"group", p.Group, 1e6},
		{"nationality", p.Nationality, 1e6},
		{"move", p.Move, 1e6},
		{"group_share", p.GroupShare, 1},
		{"nationality_share", p.NationalityShare, 1},
	} {
		if !(w.value >= 0 && w.value <= w.max) {
			bad = append(bad, w.name)
		}
	}
	return bad
}

// drafting is a plan as it is made.
type drafting struct {
	doc                Document
	figures            store.PlanFigures
	document, question []byte
}

// head reports whether the draft that was kept is this one.
func (d *drafting) head(h store.PlanHead) bool { return h.SHA256 == digest(d.document) }

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// draft reads how things stand, solves, explains and puts people on convoys. It writes nothing.
func (r *Register) draft(ctx context.Context, in NewPlan) (*drafting, error) {
	var s situation
	if err := r.store.Snapshot(ctx, func(q store.Queries) (err error) {
		s, err = situate(ctx, q, in)
		return err
	}); err != nil {
		return nil, err
	}
	s.operation.now = r.store.Now()
	if in.Budget > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, in.Budget)
		defer cancel()
	}
	q, opt := s.question, solve.Options{Seed: 1, Workers: searchers}
	var answer planning.Plan
	if in.Policy == nil && s.before != nil { // the weights of the plan in force hold until somebody changes them
		q.Policy = s.before.Policy
	}
	if s.follows != 0 || slices.ContainsFunc(q.Previous[:min(len(q.Previous), q.planned)], func(l int) bool { return l != planning.Nowhere }) {
		answer = solve.Replan(ctx, &q.Problem, opt)
	} else {
		answer = solve.Plan(ctx, &q.Problem, opt)
	}
	q.settle(answer.Places)
	answer.Conflicts = explain.Conflicts(ctx, &q.Problem, answer)
	d := &drafting{doc: Document{Follows: s.follows, Asked: in, Policy: q.Policy, Held: s.waiting.Held, Cells: q.cells, Proof: answer.Proof, Least: answer.Least}}
	d.place(q, answer)
	d.doc.Violations = q.violations(answer)
	if err := d.schedule(in, s); err != nil {
		return nil, err
	}
	var err error
	if d.question, err = json.Marshal(Problem{Problem: q.Problem, Plan: answer, Planned: q.planned}); err != nil {
		return nil, fmt.Errorf("keeping what a plan was asked: %w", err)
	}
	d.doc.Question = digest(d.question)
	if d.document, err = json.Marshal(d.doc); err != nil {
		return nil, fmt.Errorf("keeping a plan: %w", err)
	}
	f := &d.figures
	f.People, f.Unplaced, f.Objective, f.Bound, f.Gap = len(d.doc.Places), len(d.doc.Unplaced), answer.Objective, answer.Bound, answer.Gap()
	for _, p := range d.doc.Places {
		if p.Was != "" && p.Was != p.Cell {
			f.Changes++
		}
		if p.Convoy == 0 {
			f.NoSeat++
		}
	}
	for _, u := range d.doc.Unplaced {
		if u.Was != "" {
			f.Changes++
		}
	}
	for _, c := range d.doc.Table.Convoys {
		f.Convoys++
		f.Vehicles += len(c.Loads)
	}
	return d, nil
}

// situation is what the register says when a plan is made.
type situation struct {
	waiting   Waiting
	question  *question
	follows   id.Plan
	before    *Document // of the plan that it follows
	candidate map[id.Person]store.Candidate
	operation operation
}

// situate reads it.
func situate(ctx context.Context, q store.Queries, in NewPlan) (s situation, err error) {
	if s.waiting, s.candidate, err = waiting(ctx, q, in.Wave); err != nil {
		return s, err
	}
	if len(s.waiting.Sources) == 0 {
		return s, fault.New(fault.Refused, "wave.no_sources", "the wave names no source that people are moved out of")
	}
	if s.follows, err = q.PlanInForce(ctx, in.Wave); err != nil {
		return s, err
	}
	if s.follows != 0 {
		_, document, _, err := q.Plan(ctx, s.follows)
		if err != nil {
			return s, fmt.Errorf("reading the plan in force: %w", err)
		}
		s.before = &Document{}
		if err := json.Unmarshal(document, s.before); err != nil {
			return s, fmt.Errorf("reading the plan in force: %w", err)
		}
	}
	people := make([]store.Candidate, len(s.waiting.Taken))
	for i, t := range s.waiting.Taken {
		people[i] = s.candidate[t.Person]
	}
	terms := asking{closed: in.Closed, on: in.Start, pins: in.Pins}
	for _, source := range s.waiting.Sources {
		terms.sources = append(terms.sources, source.Place)
	}
	if terms.policy, err = policy(ctx, q, in.Policy, terms.sources); err != nil {
		return s, err
	}
	if s.question, err = ask(ctx, q, people, terms); err != nil {
		return s, err
	}
	s.operation, err = operate(ctx, q, in)
	return s, err
}

// policy is the one asked for, or that of the operation with the sources where the register has them.
func policy(ctx context.Context, q store.Queries, given *planning.Policy, sources []place.Code) (planning.Policy, error) {
	if given != nil {
		return *given, nil
	}
	p := planning.DefaultPolicy()
	for _, c := range sources {
		x, err := q.Place(ctx, c)
		if err != nil {
			return p, err
		}
		if x.Lat != 0 || x.Lon != 0 {
			p.Sources[string(c)] = planning.Point{Lat: x.Lat, Lon: x.Lon}
		}
	}
	return p, nil
}

// place gives everybody who has a cell a bed in it, the same as before where the cell is, and names who has none and why.
func (d *drafting) place(q *question, answer planning.Plan) {
	free := make([][]int, len(q.free))
	beds := make([]int, q.planned)
	for l := range free {
		free[l] = slices.Clone(q.free[l])
	}
	for i, c := range q.who[:q.planned] {
		if l := answer.Places[i]; l != planning.Nowhere && q.cells[l] == c.Reserved.Cell {
			beds[i] = c.Reserved.Bed
			free[l] = slices.DeleteFunc(free[l], func(b int) bool { return b == beds[i] })
		}
	}
	why := make([]int, len(q.who))
	for i := range why {
		why[i] = -1
	}
	for n, c := range answer.Conflicts {
		for _, i := range c.Left {
			if why[i] < 0 {
				why[i] = n
			}
		}
		d.doc.Conflicts = append(d.doc.Conflicts, q.conflict(c))
	}
	for i, c := range q.who[:q.planned] {
		l, at := answer.Places[i], c.Account.Place().Establishment()
		if l == planning.Nowhere {
			d.doc.Unplaced = append(d.doc.Unplaced, Unplaced{Person: c.Person, Source: at, Was: c.Reserved.Cell, Move: c.Move.Move, Conflict: why[i]})
			continue
		}
		if beds[i] == 0 {
			beds[i], free[l] = free[l][0], free[l][1:]
		}
		d.doc.Places = append(d.doc.Places, Placed{Person: c.Person, Source: at, Cell: q.cells[l], Bed: beds[i], Was: c.Reserved.Cell, Move: c.Move.Move})
	}
}

func (q *question) conflict(c planning.Conflict) Collision {
	out := Collision{Rules: c.Rules, Room: c.Room}
	for _, i := range c.People {
		out.People = append(out.People, q.who[i].Person)
	}
	for _, i := range c.Left {
		out.Left = append(out.Left, q.who[i].Person)
	}
	for _, l := range c.Places {
		out.Places = append(out.Places, place.Code(q.Places[l].ID))
	}
	return out
}
