package register

import (
	"context"
	"encoding/json"
	"slices"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/per"
	"amana/internal/place"
	"amana/internal/store"
)

// Placement gives one person a move to a place, and a bed that is reserved there.
type Placement struct {
	Person id.Person  `json:"person"`
	To     place.Code `json:"to"`
	Cell   place.Code `json:"cell,omitempty"`
	Bed    int        `json:"bed,omitempty"`
}

// Allocation places people of a wave.
type Allocation struct {
	Wave       id.Wave     `json:"wave"`
	Placements []Placement `json:"placements"`
}

// Allocated tells the moves that were booked, in the order of the placements.
type Allocated struct {
	Moves []id.Move `json:"moves"`
}

// Allocate books a move and reserves a bed for each person, all of them or none.
func (r *Register) Allocate(ctx context.Context, by By, in Allocation) (Allocated, error) {
	return do(ctx, r, by, authz.Allocate, in, func(ctx context.Context, a *act, in Allocation) (Allocated, error) {
		people := make([]id.Person, len(in.Placements))
		for i, p := range in.Placements {
			people[i] = p.Person
		}
		standings, err := a.Standings(ctx, people)
		if err != nil {
			return Allocated{}, err
		}
		moves, err := store.Numbers[id.Move](ctx, a.Tx, id.NounMove, len(people))
		if err != nil {
			return Allocated{}, err
		}
		targets := map[place.Code]bool{}
		var booked, beds []custody.Draft
		for i, p := range in.Placements {
			s := standings[p.Person]
			if err := s.CheckMove(); err != nil {
				return Allocated{}, err
			}
			if !targets[p.To] {
				if err := a.open(ctx, p.To); err != nil {
					return Allocated{}, err
				}
				targets[p.To] = true
			}
			move := custody.MoveSet{Move: moves[i], Person: p.Person, From: s.Account.Place().Establishment(), To: p.To, Wave: in.Wave, State: custody.MoveBooked}
			if err := move.Check(custody.MoveSet{}); err != nil {
				return Allocated{}, err
			}
			d := a.draft(move)
			d.Person = p.Person
			booked = append(booked, d)
			if p.Cell != "" {
				if p.Cell.Establishment() != p.To {
					return Allocated{}, fault.New(fault.Invalid, "bed.elsewhere", "the cell %s is not in %s", p.Cell, p.To)
				}
				if !targets[p.Cell] {
					if err := a.open(ctx, p.Cell); err != nil {
						return Allocated{}, err
					}
					targets[p.Cell] = true
				}
				d := a.draft(custody.BedSet{Cell: p.Cell, Bed: p.Bed, State: custody.BedReserved})
				d.Person = p.Person
				beds = append(beds, d)
			}
		}
		_, err = a.Append(ctx, append(booked, beds...)...)
		return Allocated{moves}, err
	})
}

// open refuses a destination that is not in use or has closed its gate.
func (a *act) open(ctx context.Context, c place.Code) error { return a.usable(ctx, c, true) }

// usable refuses a place that is not in use, or lies in one that is not; and, for whoever comes from outside, one with a
// closed gate.
func (a *act) usable(ctx context.Context, c place.Code, gates bool) error {
	for at := c; ; at = at.Parent() {
		p, err := a.Place(ctx, at)
		if err != nil {
			return err
		}
		if p.State != place.Active {
			return fault.New(fault.Refused, "place.not_active", "the destination is not in use").With("place", string(at))
		}
		if gates && p.LockedOut {
			return fault.New(fault.Refused, "place.locked_out", "the destination has closed its gate").With("place", string(at))
		}
		if at.Parent() == "" {
			return nil
		}
	}
}

// SetMove opens a move without a person, fills it, changes its state or cancels it with a reason.
func (r *Register) SetMove(ctx context.Context, by By, in custody.MoveSet) (id.Move, error) {
	return do(ctx, r, by, authz.Allocate, in, func(ctx context.Context, a *act, in custody.MoveSet) (id.Move, error) {
		var was custody.MoveSet
		if in.Move != 0 {
			found, err := a.Moves(ctx, []id.Move{in.Move})
			if err != nil {
				return 0, err
			}
			var known bool
			if was, known = found[in.Move]; !known {
				return 0, fault.New(fault.NotFound, "move.not_found", "no move has this number")
			}
			if in.Person == 0 {
				in.Person = was.Person
			}
		} else {
			n, err := store.Number[id.Move](ctx, a.Tx, id.NounMove)
			if err != nil {
				return 0, err
			}
			in.Move = n
		}
		if err := in.Check(was); err != nil {
			return 0, err
		}
		if in.Person != was.Person {
			s, err := a.standing(ctx, in.Person)
			if err != nil {
				return 0, err
			}
			if err := s.CheckMove(); err != nil {
				return 0, err
			}
		}
		if in.State.Live() {
			if err := a.open(ctx, in.To); err != nil {
				return 0, err
			}
		}
		d := a.draft(in)
		d.Person = in.Person
		_, err := a.append(ctx, []custody.Draft{d})
		return in.Move, err
	})
}

// ReserveBed reserves a bed for a person who has none, or releases the one reserved.
type ReserveBed struct {
	Person  id.Person  `json:"person"`
	Cell    place.Code `json:"cell"`
	Bed     int        `json:"bed"`
	Release bool       `json:"release,omitempty"`
}

// ReserveBed reserves or releases a bed.
func (r *Register) ReserveBed(ctx context.Context, by By, in ReserveBed) (Done, error) {
	return do(ctx, r, by, authz.Allocate, in, func(ctx context.Context, a *act, in ReserveBed) (Done, error) {
		s, err := a.standing(ctx, in.Person)
		if err != nil {
			return Done{}, err
		}
		if err := s.CheckKnown(); err != nil {
			return Done{}, err
		}
		state := custody.BedReserved
		if !in.Release {
			if err := a.open(ctx, in.Cell); err != nil {
				return Done{}, err
			}
		} else {
			state = custody.BedReleased
			holds, err := a.Holds(ctx, []id.Person{in.Person})
			if err != nil {
				return Done{}, err
			}
			// A bed that somebody lies in is not released: it would be given to another.
			reserved := store.Hold{Bed: store.Bed{Cell: in.Cell, Bed: in.Bed}, Person: in.Person, State: string(custody.BedReserved)}
			if !slices.Contains(holds[in.Person], reserved) {
				return Done{}, fault.New(fault.Conflict, "bed.not_reserved", "the person has not reserved this bed")
			}
		}
		return a.about(ctx, in.Person, custody.BedSet{Cell: in.Cell, Bed: in.Bed, State: state})
	})
}

// EscortRecord is one version of the Person Escort Record of a person's live move.
type EscortRecord struct {
	Person id.Person  `json:"person"`
	Record per.Record `json:"record"`
}

// SaveEscortRecords keeps escort records, each for its person's live move, until the move starts.
func (r *Register) SaveEscortRecords(ctx context.Context, by By, in []EscortRecord) (Done, error) {
	return do(ctx, r, by, authz.WriteRecords, in, func(ctx context.Context, a *act, in []EscortRecord) (Done, error) {
		people := make([]id.Person, len(in))
		for i, e := range in {
			people[i] = e.Person
		}
		passengers, err := a.Passengers(ctx, people)
		if err != nil {
			return Done{}, err
		}
		drafts, seen := make([]custody.Draft, len(in)), make(map[id.Person]bool, len(in))
		for i, e := range in {
			p := passengers[i]
			if err := p.CheckKnown(); err != nil {
				return Done{}, err
			}
			switch {
			case seen[e.Person]: // the second would be held against what stood before the first
				return Done{}, fault.New(fault.Invalid, "per.twice", "two escort records of one person came together").With("person", number(e.Person))
			case p.Move == 0:
				return Done{}, fault.New(fault.Refused, "per.no_move", "an escort record belongs to a live move").With("person", number(e.Person))
			case p.MoveState == custody.MoveInTransit:
				return Done{}, fault.New(fault.Refused, "per.move_started", "an escort record is fixed when the move starts").With("person", number(e.Person))
			case p.PER == string(per.Confirmed):
				return Done{}, fault.New(fault.Refused, "per.confirmed", "a confirmed escort record is final").With("person", number(e.Person))
			}
			seen[e.Person] = true
			open, sealed, err := split(e.Record)
			if err != nil {
				return Done{}, err
			}
			flags := per.Flags(e.Record)
			keys := make([]string, len(flags))
			for i, f := range flags {
				keys[i] = f.Key
			}
			drafts[i] = a.draft(custody.EscortRecord{Move: p.Move, Version: e.Record.Version, Status: string(e.Record.Status), Flags: keys, Open: open, Sealed: sealed})
			drafts[i].Person = e.Person
		}
		return a.append(ctx, drafts)
	})
}

// split parts a record into what escort and prison read and the sealed medical part (norms R12, G9).
func split(rec per.Record) (open, sealed json.RawMessage, err error) {
	o, s := per.Sealed(rec)
	part := rec
	part.Answers = o
	if open, err = json.Marshal(part); err != nil || len(s) == 0 {
		return open, nil, err
	}
	part.Answers = s
	sealed, err = json.Marshal(part)
	return open, sealed, err
}
