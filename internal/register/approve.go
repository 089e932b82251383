package register

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/store"
	"amana/internal/transfer"
)

// ApprovePlan puts a draft in force, all of it or nothing: moves are booked, beds reserved, convoys formed and their manifests issued. It is refused when
// another draft was made since, or when anything that the draft rests on has changed (plan.outdated, which names it).
func (r *Register) ApprovePlan(ctx context.Context, by By, in Approval) (Approved, error) {
	return do(ctx, r, by, authz.ApprovePlan, in, func(ctx context.Context, a *act, in Approval) (Approved, error) {
		head, document, asked, err := a.Tx.Plan(ctx, in.Plan)
		if err != nil {
			return Approved{}, err
		}
		if err := isDraft(head); err != nil {
			return Approved{}, err
		}
		p := approving{act: a, head: head, out: Approved{Plan: in.Plan}}
		if err := p.read(ctx, document, asked); err != nil {
			return Approved{}, err
		}
		if v := p.doc.Violations; len(v) > 0 {
			return Approved{}, fault.New(fault.Refused, "plan.violations", "the independent checker found %d violations in this plan, of %s first", len(v), v[0].Rule).With("plan", number(in.Plan))
		}
		if err := p.fresh(); err != nil {
			return Approved{}, err
		}
		if len(in.Note) > maxNote {
			return Approved{}, &fault.Error{Kind: fault.Invalid, Rule: "field.too_long", Message: "the note is too long", Fields: []fault.Field{{Name: "note", Rule: "field.too_long"}}}
		}
		policy, err := json.Marshal(p.doc.Policy)
		if err != nil {
			return Approved{}, fmt.Errorf("stating a policy: %w", err)
		}
		f := head.Figures
		drafts := []custody.Draft{a.draft(transfer.PlanApproved{
			Plan: in.Plan, Wave: head.Wave, Version: head.Version, Follows: p.doc.Follows, SHA256: head.SHA256,
			People: f.People, Unplaced: f.Unplaced, Changes: f.Changes, Objective: f.Objective, Bound: f.Bound, Policy: policy, Note: in.Note,
		})}
		places, err := p.book(ctx)
		if err != nil {
			return Approved{}, err
		}
		convoys, err := p.send(ctx)
		if err != nil {
			return Approved{}, err
		}
		done, err := a.append(ctx, slices.Concat(drafts, places, convoys))
		if err != nil {
			return Approved{}, err
		}
		p.out.Seq = done.Seq
		return p.out, a.SetPlanState(ctx, in.Plan, store.PlanApproved)
	})
}

const maxNote = 2000

// approving is a draft on its way into force.
type approving struct {
	*act
	head     store.PlanHead
	doc      Document
	asked    Problem
	now      situation // as things stand in this transaction
	moves    map[id.Person]id.Move
	out      Approved
	outdated []fault.Field
}

func (p *approving) read(ctx context.Context, document, asked []byte) (err error) {
	if digest(document) != p.head.SHA256 {
		return fault.New(fault.Internal, "plan.altered", "the plan is not as it was made: its digest differs")
	}
	if err := json.Unmarshal(document, &p.doc); err != nil {
		return fmt.Errorf("reading plan %d: %w", p.head.Plan, err)
	}
	if digest(asked) != p.doc.Question {
		return fault.New(fault.Internal, "plan.altered", "what the plan was asked is not as it was: its digest differs")
	}
	if err := json.Unmarshal(asked, &p.asked); err != nil {
		return fmt.Errorf("reading what plan %d was asked: %w", p.head.Plan, err)
	}
	terms := p.doc.Asked
	terms.Pins = nil // they are in the answer; somebody who was pinned and has left is named as such below
	p.now, err = situate(ctx, p.Queries, terms)
	return err
}

// maxNamed bounds how many people and beds a refusal names.
const maxNamed = 200

func (p *approving) stale(is bool, name, rule, value string) {
	if is && len(p.outdated) < maxNamed {
		p.outdated = append(p.outdated, fault.Field{Name: name, Rule: rule, Value: value})
	}
}

// fresh refuses a draft when something that it rests on has changed since: every person waits as they did and needs what they needed, every
// bed is free, every cell is what it was, nobody is with whom they are kept apart from, and no convoy should have left already.
func (p *approving) fresh() error {
	p.stale(p.doc.Follows != p.now.follows, "plan", "plan.another_in_force", number(p.now.follows))
	then := make(map[string]*planning.Person, p.asked.Planned)
	for i := range p.asked.Problem.People[:p.asked.Planned] {
		then[p.asked.Problem.People[i].ID] = &p.asked.Problem.People[i]
	}
	cells := make(map[place.Code]*planning.Place, len(p.doc.Cells))
	for l, c := range p.doc.Cells {
		cells[c] = &p.asked.Problem.Places[l]
	}
	held := make(map[id.Person]Holding, len(p.now.waiting.Held))
	for _, h := range p.now.waiting.Held {
		held[h.Person] = h.Why
	}
	// Who would be in the wave but for its target was in it when it was planned.
	wait := func(who id.Person) (store.Candidate, bool) {
		c, known := p.now.candidate[who]
		why, is := held[who]
		return c, known && (!is || why == HeldTarget)
	}
	q, row := p.now.question, p.now.question.rows()
	at, needs := q.of(), asking{policy: p.doc.Policy, on: p.doc.Asked.Start}
	home := nowhere(len(q.who))
	for i := q.planned; i < len(q.who); i++ {
		home[i] = q.Pin(i)
	}
	for _, x := range p.doc.Places {
		c, waits := wait(x.Person)
		who := number(x.Person)
		if !waits || c.Account.Place().Establishment() != x.Source || c.Move.Move != x.Move || c.Reserved.Cell != x.Was {
			p.stale(true, "person", "plan.person_gone", who)
			continue
		}
		p.stale(asked(c, needs) != *then[who], "person", "plan.person_changed", who)
		l, usable := row[x.Cell]
		switch {
		case !usable || q.Places[l].Capacity == 0:
			p.stale(true, "cell", "plan.cell_closed", string(x.Cell))
		case !slices.Contains(q.free[l], x.Bed):
			p.stale(true, "bed", "plan.bed_taken", string(x.Cell)+" "+strconv.Itoa(x.Bed))
		default:
			p.stale(differs(q.Places[l], *cells[x.Cell]), "cell", "plan.cell_changed", string(x.Cell))
			if i, planned := at[x.Person]; planned {
				home[i] = l
			}
		}
	}
	for _, pair := range q.Apart {
		p.stale(q.together(home[pair.A], home[pair.B], pair.Scope), "person", "plan.kept_apart", q.People[pair.A].ID)
	}
	for _, c := range p.doc.Table.Convoys {
		p.stale(!c.Underway && c.Departs.Before(p.at), "convoy", "plan.departure_past", strconv.Itoa(c.Number))
		p.stale(!c.Underway && p.now.operation.meets(c), "convoy", "plan.slot_taken", strconv.Itoa(c.Number))
	}
	if p.outdated == nil {
		return nil
	}
	return (&fault.Error{Kind: fault.Conflict, Rule: "plan.outdated", Message: "what the plan rests on has changed since it was made; make it again", Fields: p.outdated}).With("plan", number(p.head.Plan))
}

// differs reports whether a cell takes others than it did, or fewer who need a medical place.
func differs(now, then planning.Place) bool {
	return now.Sex != then.Sex || now.Age != then.Age || now.Legal != then.Legal || now.SecurityMax < then.SecurityMax || now.Medical < then.Medical
}

// book lists what becomes of moves and beds: beds that change hands are released first.
func (p *approving) book(ctx context.Context) ([]custody.Draft, error) {
	fresh := 0
	for _, x := range p.doc.Places {
		if x.Move == 0 {
			fresh++
		}
	}
	numbers, err := store.Numbers[id.Move](ctx, p.Tx, id.NounMove, fresh)
	if err != nil {
		return nil, err
	}
	var cancels, releases, moves, reserves []custody.Draft
	about := func(who id.Person, e custody.Event) custody.Draft {
		d := p.draft(e)
		d.Person = who
		return d
	}
	reason := "plan " + number(p.head.Plan)
	release := func(c store.Candidate) {
		if c.Reserved.Cell != "" {
			releases = append(releases, about(c.Person, custody.BedSet{Cell: c.Reserved.Cell, Bed: c.Reserved.Bed, State: custody.BedReleased, Reason: reason}))
		}
	}
	set := func(list []custody.Draft, m, was custody.MoveSet) ([]custody.Draft, error) {
		return append(list, about(m.Person, m)), m.Check(was)
	}
	drop := func(who id.Person, why string) error {
		c := p.now.candidate[who]
		if c.Move.Move == 0 || c.Move.Wave != p.head.Wave || c.Move.State != custody.MoveBooked {
			return nil
		}
		m := c.Move
		m.State, m.Reason = custody.MoveCancelled, reason+": "+why
		p.out.Canceled++
		release(c)
		cancels, err = set(cancels, m, c.Move)
		return err
	}
	for _, u := range p.doc.Unplaced {
		if err := drop(u.Person, "no place"); err != nil {
			return nil, err
		}
	}
	for _, h := range p.doc.Held {
		if err := drop(h.Person, string(h.Why)); err != nil {
			return nil, err
		}
	}
	p.moves = make(map[id.Person]id.Move, len(p.doc.Places))
	for _, x := range p.doc.Places {
		c := p.now.candidate[x.Person]
		to, bed := x.Cell.Establishment(), store.Bed{Cell: x.Cell, Bed: x.Bed}
		m := c.Move
		switch {
		case m.Move == 0:
			m = custody.MoveSet{Move: numbers[0], Person: x.Person, From: x.Source, To: to, Wave: p.head.Wave, State: custody.MoveBooked}
			numbers = numbers[1:]
			p.out.Moves++
			moves, err = set(moves, m, custody.MoveSet{})
		case m.To != to:
			m.To = to
			p.out.Changed++
			moves, err = set(moves, m, c.Move)
		case c.Reserved != bed:
			p.out.Changed++
		default:
			p.out.Kept++
		}
		if err != nil {
			return nil, err
		}
		p.moves[x.Person] = m.Move
		if c.Reserved != bed {
			release(c)
			reserves = append(reserves, about(x.Person, custody.BedSet{Cell: x.Cell, Bed: x.Bed, State: custody.BedReserved}))
		}
	}
	return slices.Concat(cancels, releases, moves, reserves), nil
}
