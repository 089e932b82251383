package register

import (
	"context"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/place"
)

// DefinePlaces describes places, new or changed, parents before children.
func (r *Register) DefinePlaces(ctx context.Context, by By, in []place.Place) (Done, error) {
	return do(ctx, r, by, authz.Administer, in, func(ctx context.Context, a *act, in []place.Place) (done Done, err error) {
		for i, p := range in {
			s, err := a.PlaceStanding(ctx, p.Code)
			if err != nil {
				return done, err
			}
			if p.Code.Parent() != "" && s.ParentState == "" {
				return done, fault.New(fault.Refused, "place.parent_unknown", "the place above %s is not recorded", p.Code)
			}
			s.Cells = 0 // an establishment is held against its cells when all of them are recorded
			if err := p.Check(s); err != nil {
				f := fault.As(err)
				for j := range f.Fields {
					f.Fields[j].Row = i + 1
				}
				return done, f.With("place", string(p.Code))
			}
			if done, err = a.record(ctx, custody.PlaceDefined{Place: p}); err != nil {
				return done, err
			}
		}
		return done, a.withinMaxima(ctx, in)
	})
}

// withinMaxima refuses changes after which the signed capacity of an establishment exceeds the maxima of its cells, whichever
// of them was changed.
func (a *act) withinMaxima(ctx context.Context, changed []place.Place) error {
	seen := map[place.Code]bool{}
	for _, p := range changed {
		e := p.Code.Establishment()
		if seen[e] {
			continue
		}
		seen[e] = true
		of, err := a.Place(ctx, e)
		if err != nil {
			return err
		}
		s, err := a.PlaceStanding(ctx, e)
		if err != nil {
			return err
		}
		s.AlreadyArchived, s.Occupied = false, 0 // only the maxima are asked for: the rest stands as it was
		if err := of.Check(s); err != nil {
			return fault.As(err).With("place", string(e))
		}
	}
	return nil
}

// Gate closes a place's gate (lockout) or opens it again.
type Gate struct {
	Place  place.Code `json:"place"`
	Open   bool       `json:"open"`
	Reason string     `json:"reason,omitempty"`
}

// SetGate records that a place closed or opened its gate.
func (r *Register) SetGate(ctx context.Context, by By, in Gate) (Done, error) {
	return do(ctx, r, by, authz.SetGate, in, func(ctx context.Context, a *act, in Gate) (Done, error) {
		p, err := a.Place(ctx, in.Place)
		if err != nil {
			return Done{}, err
		}
		if p.LockedOut == !in.Open {
			return Done{}, fault.New(fault.Conflict, "place.gate_unchanged", "the gate stands like this already")
		}
		return a.record(ctx, custody.GateSet(in))
	})
}

// Custodian is an authority that is to be enrolled.
type Custodian struct {
	Code  string            `json:"code"`
	Role  string            `json:"role"` // custodian, escort, line
	Names map[string]string `json:"names"`
	VKey  string            `json:"vkey,omitempty"` // empty: this site keeps a key for it
}

// EnrolCustodians admits authorities that hold people or operate lines, with the keys they sign with.
func (r *Register) EnrolCustodians(ctx context.Context, by By, in []Custodian) (Done, error) {
	return do(ctx, r, by, authz.Administer, in, func(ctx context.Context, a *act, in []Custodian) (Done, error) {
		events := make([]custody.Event, len(in))
		for i, c := range in {
			if c.Code == "" {
				return Done{}, missing("code")
			}
			if c.VKey == "" {
				s, err := a.keys.Signer(c.Code)
				if err != nil {
					return Done{}, err
				}
				c.VKey = s.VerifierKey()
			}
			events[i] = custody.CustodianEnrolled(c)
		}
		return a.record(ctx, events...)
	})
}
