package register

import (
	"context"
	"time"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/store"
	"amana/internal/transfer"
)

// NewWave is one week's movement to be opened. A wave without sources is filled by hand.
type NewWave struct {
	Label   string                `json:"label"`
	Target  int                   `json:"target"`            // people; 0 with sources: all who wait there
	Sources []transfer.WaveSource `json:"sources,omitempty"` // in the order in which they are emptied, each with its reason
}

// FormWave opens a wave.
func (r *Register) FormWave(ctx context.Context, by By, in NewWave) (id.Wave, error) {
	return do(ctx, r, by, authz.Allocate, in, func(ctx context.Context, a *act, in NewWave) (id.Wave, error) {
		formed := transfer.WaveFormed{Label: in.Label, Target: in.Target, Sources: in.Sources}
		if err := formed.Check(); err != nil {
			return 0, err
		}
		for i, s := range in.Sources {
			if _, err := a.Place(ctx, s.Place); err != nil {
				e := fault.As(err)
				e.Fields = append(e.Fields, fault.Field{Name: "sources", Row: i + 1, Rule: e.Rule, Value: string(s.Place)})
				return 0, e
			}
		}
		var err error
		if formed.Wave, err = store.Number[id.Wave](ctx, a.Tx, id.NounWave); err != nil {
			return 0, err
		}
		_, err = a.record(ctx, formed)
		return formed.Wave, err
	})
}

// Holding is why somebody at a source of a wave is not in it.
type Holding string

// The holdings. Each ends when a human ends it, or with the wave that comes after.
const (
	HeldUnfit  Holding = "unfit"  // the latest medical screening says: not fit to travel (norms R12, R21)
	HeldAlert  Holding = "alert"  // an open alert keeps the person where they are
	HeldMove   Holding = "move"   // another wave, or somebody by hand, moves them
	HeldFamily Holding = "family" // one of the family is held back, and families travel together
	HeldTarget Holding = "target" // the wave is full
)

// Waiting is who is in a wave, in the order in which its sources are emptied, and who is at its sources and not in it.
type Waiting struct {
	Wave    id.Wave               `json:"wave"`
	Label   string                `json:"label"`
	Target  int                   `json:"target"`
	Sources []transfer.WaveSource `json:"sources"`
	Taken   []Waiter              `json:"taken"`
	Held    []Held                `json:"held"`
	Gone    int                   `json:"gone"` // people of the wave who have left their source: they count for its target
}

// Waiter is somebody who is in a wave and has not left.
type Waiter struct {
	Person id.Person  `json:"person"`
	Source place.Code `json:"source"`
	Family string     `json:"family,omitempty"`
	Move   id.Move    `json:"move,omitempty"` // booked by the plan in force, 0 when they have no place yet

	Overdue bool `json:"overdue,omitempty"` // what was decided that the person needs should have been looked at again (norms G1, G11)
}

// Held is somebody who is at a source and not in the wave.
type Held struct {
	Person id.Person  `json:"person"`
	Source place.Code `json:"source"`
	Why    Holding    `json:"why"`
	Alert  string     `json:"alert,omitempty"` // code of the alert
	Move   id.Move    `json:"move,omitempty"`  // that the plan in force booked, or somebody else did
}

// Waiting tells who is in a wave and who is held back, and why. Nobody is ranked: sources come in the order that a human gave, and
// people of one source by their numbers, families together. The reading is on record before the answer is given (norms G12).
func (r *Register) Waiting(ctx context.Context, a authz.Actor, wave id.Wave, now time.Time) (Waiting, error) {
	q, err := r.Reading(a, authz.ReadPlans)
	if err != nil {
		return Waiting{}, err
	}
	w, candidates, err := waiting(ctx, q, wave)
	if err != nil {
		return w, err
	}
	for i, t := range w.Taken {
		w.Taken[i].Overdue = candidates[t.Person].Needs.Overdue(now)
	}
	return w, q.Searched(ctx, now, a.Name, "wave "+number(wave), len(w.Taken)+len(w.Held))
}
