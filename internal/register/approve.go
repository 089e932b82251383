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
	"amana/internal/schedule"
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
		a, b := home[pair.A], home[pair.B]
		if a == planning.Nowhere || b == planning.Nowhere {
			continue
		}
		x, y := q.Places[a], q.Places[b]
		together := x.Prison == y.Prison && (pair.Scope == planning.ApartPrison || (x.Block == y.Block && (pair.Scope == planning.ApartBlock || a == b)))
		p.stale(together, "person", "plan.kept_apart", q.People[pair.A].ID)
	}
	for _, c := range p.doc.Table.Convoys {
		p.stale(!c.Underway && c.Departs.Before(p.at), "convoy", "plan.departure_past", strconv.Itoa(c.Number))
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

// send lists what becomes of convoys: those of the plan before that stay as they are, those with another manifest, those that do not leave, and new ones.
func (p *approving) send(ctx context.Context) ([]custody.Draft, error) {
	routes, err := p.Routes(ctx)
	if err != nil {
		return nil, err
	}
	escorts := make(map[string]transfer.RouteDefined, len(routes))
	for _, r := range routes {
		escorts[r.Route] = r
	}
	var closes, forms, manifests []custody.Draft
	kept := map[id.Convoy]bool{}
	for _, c := range p.doc.Table.Convoys {
		if c.Underway {
			kept[p.now.operation.convoys[c.Number].Convoy] = true
			continue
		}
		formed := p.convoy(c, escorts[c.Route])
		if was, known := p.now.operation.convoys[c.Number]; known && was.State == transfer.Formed {
			vehicles, same, err := p.unchanged(ctx, was.Convoy, formed)
			if err != nil {
				return nil, err
			}
			if same {
				kept[was.Convoy] = true
				seats, err := p.Seats(ctx, was.Convoy, 0)
				if err != nil {
					return nil, err
				}
				if issued := p.manifest(c, was.Convoy, vehicles, was.Version+1); !sameSeats(seats, issued.Seats) {
					manifests = append(manifests, p.draft(issued))
					p.out.Reissued = append(p.out.Reissued, was.Convoy)
				}
				continue
			}
		}
		if err := formed.Check(); err != nil {
			return nil, fault.As(err).With("convoy", strconv.Itoa(c.Number))
		}
		if formed.Convoy, err = store.Number[id.Convoy](ctx, p.Tx, id.NounConvoy); err != nil {
			return nil, err
		}
		numbers, err := store.Numbers[id.Vehicle](ctx, p.Tx, id.NounVehicle, len(formed.Vehicles))
		if err != nil {
			return nil, err
		}
		for i := range formed.Vehicles {
			formed.Vehicles[i].Vehicle = numbers[i]
		}
		forms = append(forms, p.draft(formed))
		manifests = append(manifests, p.draft(p.manifest(c, formed.Convoy, numbers, 1)))
		p.out.Convoys = append(p.out.Convoys, formed.Convoy)
	}
	planned, err := p.Formed(ctx, p.head.Wave)
	if err != nil {
		return nil, err
	}
	for _, c := range planned {
		if !kept[c] {
			closes = append(closes, p.draft(transfer.ConvoyClosed{Convoy: c, Reason: "plan " + number(p.head.Plan)}))
			p.out.Closed = append(p.out.Closed, c)
		}
	}
	return slices.Concat(closes, forms, manifests), nil
}

// convoy describes a convoy of the timetable. Its vehicles have no numbers of the register yet.
func (p *approving) convoy(c schedule.Convoy, r transfer.RouteDefined) transfer.ConvoyFormed {
	out := transfer.ConvoyFormed{
		Wave: p.head.Wave, Plan: p.head.Plan, Route: c.Route, Number: c.Number, Mode: r.Mode,
		Escort: transfer.Escort{Custodian: r.Escort, Guards: max(c.Guards, (c.People()+transfer.MaxPerGuard-1)/transfer.MaxPerGuard)},
	}
	from, leaves := place.Code(c.Source), c.Departs
	for i, s := range c.Slots {
		out.Legs = append(out.Legs, transfer.Leg{N: i + 1, From: from, To: place.Code(s.Place), Departs: leaves.UTC(), Arrives: s.From.UTC()})
		from, leaves = place.Code(s.Place), s.From.Add(s.Until.Sub(s.Latest)) // after the service
	}
	for _, l := range c.Loads {
		out.Vehicles = append(out.Vehicles, transfer.Vehicle{Plate: c.Route + " " + strconv.Itoa(l.Vehicle), Seats: r.Seats, Number: l.Vehicle})
	}
	return out
}

// unchanged reports whether a convoy that was formed rides as the plan says, with the same vehicles, and gives their numbers in the order of the plan.
func (p *approving) unchanged(ctx context.Context, c id.Convoy, want transfer.ConvoyFormed) ([]id.Vehicle, bool, error) {
	legs, err := p.Legs(ctx, c)
	if err != nil {
		return nil, false, err
	}
	vehicles, err := p.Vehicles(ctx, c)
	if err != nil {
		return nil, false, err
	}
	if !slices.EqualFunc(legs, want.Legs, func(l store.Leg, w transfer.Leg) bool {
		return l.From == w.From && l.To == w.To && l.Departs.Equal(w.Departs) && l.Arrives.Equal(w.Arrives)
	}) {
		return nil, false, nil
	}
	of := map[int]store.Vehicle{}
	inUse := 0
	for _, v := range vehicles {
		if v.InUse {
			of[v.Number] = v
			inUse++
		}
	}
	numbers := make([]id.Vehicle, len(want.Vehicles))
	for i, w := range want.Vehicles {
		v, rides := of[w.Number]
		if !rides || v.Seats != w.Seats {
			return nil, false, nil
		}
		numbers[i] = v.Vehicle.Vehicle
	}
	return numbers, inUse == len(numbers), nil
}

// manifest seats the people of a convoy of the timetable.
func (p *approving) manifest(c schedule.Convoy, convoy id.Convoy, vehicles []id.Vehicle, version int) transfer.ManifestIssued {
	out := transfer.ManifestIssued{Convoy: convoy, Version: version}
	for i, l := range c.Loads {
		seat := 0
		for _, stop := range l.Stops {
			for _, n := range stop.People {
				seat++
				who, _ := strconv.ParseInt(p.doc.Riders[n].ID, 10, 64) // made from a number
				out.Seats = append(out.Seats, transfer.Seat{Person: id.Person(who), Move: p.moves[id.Person(who)], Vehicle: vehicles[i], Seat: seat})
			}
		}
	}
	return out
}

// sameSeats reports whether two manifests seat everybody alike, in whatever order.
func sameSeats(a, b []transfer.Seat) bool {
	in := make(map[transfer.Seat]bool, len(a))
	for _, s := range a {
		in[s] = true
	}
	return len(a) == len(b) && !slices.ContainsFunc(b, func(s transfer.Seat) bool { return !in[s] })
}
