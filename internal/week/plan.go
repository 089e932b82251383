package week

import (
	"cmp"
	"context"
	"slices"
	"time"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/transfer"
)

// days is how many days the plan has.
const days = 8

// lost is the evening on which a block fails and the plan is made again.
var lost = Start.AddDate(0, 0, 3).Add(23*time.Hour + 50*time.Minute)

// PlanResult is what a plan of the week came to.
type PlanResult struct {
	People    int     `json:"people"`
	Unplaced  int     `json:"unplaced"`
	Objective float64 `json:"objective"`
	Bound     float64 `json:"bound"`
	Gap       float64 `json:"gap"`
	Changes   int     `json:"changes"`
	Least     int     `json:"least"` // no plan changes fewer
	Convoys   int     `json:"convoys"`
	Vehicles  int     `json:"vehicles"`
	Bounded   int     `json:"vehicles_bound"` // no timetable needs fewer
	Waiting   string  `json:"waiting"`        // in the open
	Seatless  int     `json:"seatless"`       // placed, and without a seat in these days
}

// decideNeeds lets the registrar record what humans decided about some: a security level, a medical place, a court, a language, a network, and
// who is kept apart. Nothing of it follows from who they are; here it is drawn by seed.
func (w *Week) decideNeeds(ctx context.Context) error {
	w.clk.Set(Start.AddDate(0, 0, -1).Add(8 * time.Hour))
	people, err := w.everybody(ctx)
	if err != nil {
		return err
	}
	courts := []string{"IQ-NI", "IQ-BB", "IQ-DQ", "IQ-BG"}
	languages := []string{"ar", "ckb", "tr", "ru", "fr", "en"}
	var in []register.Needs
	for i, p := range people {
		if p.Sex != person.Male && p.Sex != person.Female { // nobody is placed whose sex nobody knows
			in := register.Amendment{Person: p.Person, Details: person.Details{Sex: person.Male}, Reason: "interview at the source"}
			if _, err := w.r.Amend(ctx, register.By{Actor: registrar}, in); err != nil {
				return err
			}
		}
		n := custody.NeedsDecided{Security: 1, Reason: "interview at the source", Review: civil.Date{Year: 2026, Month: 4, Day: 22}}
		if p.Born == "" { // else they are on the juvenile track (norms R19)
			n.Age, n.Reason = place.Adult, "age assessed by two clinicians"
		}
		switch draw := w.rng.IntN(1000); {
		case draw < 20:
			n.Medical, n.Reason = true, "a clinician asks for a medical place"
		case draw < 50:
			n.Security, n.Reason = 2, "decided by the security committee on its file"
		case draw < 60:
			n.Security, n.Reason = 3, "decided by the security committee on its file"
		case draw < 90:
			n.Language = languages[w.rng.IntN(len(languages))]
		case draw < 120:
			n.Court, n.Reason = courts[w.rng.IntN(len(courts))], "the court asked for the file"
		case draw < 150:
			n.Group, n.Reason = string(rune('A'+i%12)), "said to belong together, by two sources"
		case n.Age == "":
			continue
		}
		in = append(in, register.Needs{Person: p.Person, NeedsDecided: n})
	}
	if _, err := w.r.DecideNeeds(ctx, register.By{Actor: registrar}, in); err != nil {
		return err
	}
	for i := range len(people) / 250 {
		a, b := people[w.rng.IntN(len(people))].Person, people[w.rng.IntN(len(people))].Person
		if a == b {
			continue
		}
		scope := []string{"cell", "block", "prison"}[i%3]
		if _, err := w.r.SetNonAssociation(ctx, register.By{Actor: prison}, register.KeepApart{A: a, B: b, Scope: scope, Reason: "a quarrel that both reported"}); err != nil {
			return err
		}
	}
	return nil
}

// everybody lists who is held at the sources, by number.
func (w *Week) everybody(ctx context.Context) (all []store.Person, err error) {
	q, err := w.r.Reading(planner, authz.ReadPeople)
	if err != nil {
		return nil, err
	}
	for after := id.Person(0); ; {
		page, err := q.People(ctx, store.PeopleFilter{Class: custody.InCustody, After: after, Limit: 2000})
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		after = page[len(page)-1].Person
	}
}

// allocate forms the wave, plans it and puts the plan in force: beds, convoys and manifests.
func (w *Week) allocate(ctx context.Context) (err error) {
	w.clk.Set(Start.AddDate(0, 0, -1).Add(9 * time.Hour))
	in := register.NewWave{Label: "2026-W04"}
	reasons := []string{
		"انسحبت قوة الحراسة", "قصف قرب السياج", "انقطعت المياه", "لم يعد هناك طبيب", "الطريق إليه قد يُغلق", "محاولة فرار أُحبطت", "اكتظاظ", "آخر من يُخلى: الوضع مستقر",
	}
	for _, p := range w.opt.Scenario.Places {
		if p.Kind == place.Source {
			in.Sources = append(in.Sources, transfer.WaveSource{Place: p.Code, Reason: reasons[len(in.Sources)%len(reasons)]})
		}
	}
	if w.wave, err = w.r.FormWave(ctx, register.By{Actor: planner}, in); err != nil {
		return err
	}
	if err := w.plan(ctx, register.NewPlan{Wave: w.wave, Start: Start, Days: days}); err != nil {
		return err
	}
	w.agenda.plan(lost, w.loseBlock)
	for day := range days + 1 {
		for _, p := range w.opt.Scenario.Prisons {
			w.agenda.plan(Start.AddDate(0, 0, day).Add(23*time.Hour+40*time.Minute), func(ctx context.Context) error { return w.headcount(ctx, p.Code) })
		}
	}
	return nil
}

// plan drafts a plan and approves it, and puts the convoys that it forms on the agenda.
func (w *Week) plan(ctx context.Context, in register.NewPlan) error {
	draft, err := w.r.DraftPlan(ctx, register.By{Actor: planner}, in)
	if err != nil {
		return err
	}
	w.opt.Progress("planning", 1, 2)
	approved, err := w.r.ApprovePlan(ctx, register.By{Actor: operations}, register.Approval{Plan: draft.Plan, Note: "as proposed"})
	if err != nil {
		return err
	}
	w.opt.Progress("planning", 2, 2)
	res := PlanResult{
		People: len(draft.Places), Unplaced: len(draft.Unplaced), Objective: draft.Figures.Objective, Bound: draft.Figures.Bound,
		Changes: draft.Figures.Changes, Least: draft.Least, Convoys: len(approved.Convoys),
	}
	if res.Bound > 0 {
		res.Gap = max(0, (res.Objective-res.Bound)/res.Bound)
	}
	if t := draft.Table; t != nil {
		res.Vehicles, res.Bounded, res.Waiting, res.Seatless = t.Loads, t.Bound, t.Waiting.String(), len(t.Left)
	}
	w.result.Plans = append(w.result.Plans, res)
	var people []id.Person
	for _, p := range draft.Places {
		if !w.recorded[p.Person] {
			w.recorded[p.Person] = true
			people = append(people, p.Person)
		}
	}
	if err := w.escortRecords(ctx, people); err != nil {
		return err
	}
	return w.take(ctx)
}

// take puts every convoy that has been formed and has not left on the agenda, instead of what stood there for it.
func (w *Week) take(ctx context.Context) error {
	trouble := map[id.Convoy]custody.DifferenceKind{}
	left := w.convoys[:0]
	for _, c := range w.convoys {
		if c.left {
			left = append(left, c)
			continue
		}
		c.gone = true
		trouble[c.number] = c.trouble
	}
	w.convoys = left
	q, err := w.r.Reading(operations, authz.ReadTransfers)
	if err != nil {
		return err
	}
	var formed []*convoy
	for after := id.Convoy(0); ; {
		page, err := q.Convoys(ctx, after, 500)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, head := range page {
			after = head.Convoy
			if head.Wave != w.wave || head.State != transfer.Formed {
				continue
			}
			c, err := readConvoy(ctx, q, head)
			if err != nil {
				return err
			}
			c.trouble = trouble[c.number]
			formed = append(formed, c)
		}
	}
	slices.SortFunc(formed, func(a, b *convoy) int { return cmp.Or(a.leaves.Compare(b.leaves), cmp.Compare(a.number, b.number)) })
	w.convoys = append(w.convoys, formed...)
	if len(w.result.Plans) == 1 {
		if err := w.chooseTroubles(); err != nil {
			return err
		}
	}
	for _, c := range formed {
		w.schedule(c)
	}
	return nil
}

// readConvoy reads a convoy as it was planned, and who is to sit in which bus.
func readConvoy(ctx context.Context, q store.Queries, head store.Convoy) (*convoy, error) {
	_, formed, err := q.Convoy(ctx, head.Convoy)
	if err != nil {
		return nil, err
	}
	seats, err := q.Seats(ctx, head.Convoy, 0)
	if err != nil {
		return nil, err
	}
	c := &convoy{number: head.Convoy, mode: formed.Mode, escort: formed.Escort.Custodian, source: head.Source, prison: head.Target, legs: formed.Legs, leaves: formed.Legs[0].Departs}
	for _, v := range formed.Vehicles {
		b := &bus{vehicle: v.Vehicle, seats: v.Seats}
		for _, s := range seats {
			if s.Vehicle == v.Vehicle {
				b.aboard = append(b.aboard, s.Person)
			}
		}
		c.people = append(c.people, b.aboard...)
		c.buses = append(c.buses, b)
	}
	c.first = len(c.buses[0].aboard)
	return c, nil
}

// loseBlock has the block with the most people still to come fail, and the plan made again: as few as possible get another bed.
func (w *Week) loseBlock(ctx context.Context) error {
	q, err := w.r.Reading(planner, authz.ReadPeople)
	if err != nil {
		return err
	}
	var coming []id.Person
	for _, c := range w.convoys {
		if !c.left {
			coming = append(coming, c.people...)
		}
	}
	holds, err := q.Holds(ctx, coming)
	if err != nil {
		return err
	}
	expected := map[place.Code]int{}
	for _, p := range coming {
		for _, h := range holds[p] {
			expected[h.Cell.Parent()]++
		}
	}
	var block place.Code
	for _, b := range slices.Sorted(keys(expected)) {
		if block == "" || expected[b] > expected[block] {
			block = b
		}
	}
	if block == "" { // everybody has arrived
		return nil
	}
	w.result.LostBlock = string(block)
	return w.plan(ctx, register.NewPlan{Wave: w.wave, Start: Start, Days: days, Closed: []place.Code{block}})
}
