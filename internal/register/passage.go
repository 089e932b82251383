package register

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/ledger"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/store"
	"amana/internal/transfer"
)

// Arrival is one vehicle at a line or at the gate of its destination, as counted there.
type Arrival struct {
	Convoy     id.Convoy        `json:"convoy"`
	Vehicle    id.Vehicle       `json:"vehicle"`
	Point      place.Code       `json:"point"`
	Headcount  int              `json:"headcount"`
	Identified []id.Person      `json:"identified"`         // as scanned
	Unlisted   []person.Details `json:"unlisted,omitempty"` // present and not registered at all
	Seal       string           `json:"seal,omitempty"`
	Officer    string           `json:"officer"` // agency or custodian at the point
	OfficerSig []byte           `json:"officer_sig,omitempty"`
	EscortSig  []byte           `json:"escort_sig,omitempty"`
}

// Passed tells the entry of a passage, and the numbers given to those who were on nobody's list.
type Passed struct {
	Seq      int64       `json:"seq"`
	Unlisted []id.Person `json:"unlisted,omitempty"`
}

// Pass records that a vehicle was counted, its people identified, and let pass at a line. It is a fact: nothing about it
// is refused for being unexpected.
func (r *Register) Pass(ctx context.Context, by By, in Arrival) (Passed, error) {
	return do(ctx, r, by, authz.Pass, in, func(ctx context.Context, a *act, in Arrival) (Passed, error) { return a.pass(ctx, in) })
}

func (a *act) pass(ctx context.Context, in Arrival) (Passed, error) {
	_, formed, err := a.Convoy(ctx, in.Convoy)
	if err != nil {
		return Passed{}, err
	}
	vehicles, err := a.Vehicles(ctx, in.Convoy)
	if err != nil {
		return Passed{}, err
	}
	if !slices.ContainsFunc(vehicles, func(v store.Vehicle) bool { return v.Vehicle.Vehicle == in.Vehicle }) {
		return Passed{}, fault.New(fault.Invalid, "passage.vehicle_not_in_convoy", "the vehicle is not one of this convoy").With("vehicle", number(in.Vehicle))
	}
	legs, err := a.Legs(ctx, in.Convoy)
	if err != nil {
		return Passed{}, err
	}
	leg := slices.IndexFunc(legs, func(l store.Leg) bool { return l.To == in.Point && l.State != transfer.LegCancelled })
	if leg < 0 {
		return Passed{}, fault.New(fault.Invalid, "passage.not_on_the_way", "%s is not on the way of this convoy", in.Point).With("point", string(in.Point))
	}
	if err := a.enrolled(ctx, in.Officer); err != nil {
		return Passed{}, err
	}
	if in.Identified, err = a.remaining(ctx, in.Identified); err != nil {
		return Passed{}, err
	}
	var out Passed
	if len(in.Unlisted) > 0 {
		unknown := make([]Registration, len(in.Unlisted))
		for i, d := range in.Unlisted {
			unknown[i] = Registration{Details: d, Unexpected: true, vehicle: in.Vehicle}
		}
		if out.Unlisted, _, err = a.register(ctx, unknown); err != nil {
			return out, err
		}
	}
	before, err := a.Aboard(ctx, in.Convoy, store.Moment{World: a.at})
	if err != nil {
		return out, err
	}
	p := transfer.Passage{
		Convoy: in.Convoy, Vehicle: in.Vehicle, Leg: legs[leg].N, Point: in.Point, Headcount: in.Headcount,
		Identified: append(slices.Clone(in.Identified), out.Unlisted...), Seal: in.Seal, Officer: in.Officer, Escort: formed.Escort.Custodian,
		OfficerSig: in.OfficerSig, EscortSig: in.EscortSig,
	}
	if p.Root, p.Salt, err = commit(p.Identified); err != nil {
		return out, err
	}
	if err := a.signPassage(ctx, &p); err != nil {
		return out, err
	}
	drafts := []custody.Draft{a.draft(p)}
	// Whoever was seen on this vehicle is on it, whatever the book said before.
	seen := map[id.Person]bool{}
	for _, who := range p.Identified {
		if before[who] != in.Vehicle && !seen[who] {
			d := a.draft(custody.Movement{Type: custody.TypeFound, To: custody.Aboard(in.Vehicle), Convoy: in.Convoy})
			d.Person = who
			drafts = append(drafts, d)
		}
		seen[who] = true
	}
	records, err := a.Append(ctx, drafts...)
	if err != nil {
		return out, err
	}
	out.Seq = records[0].Seq
	return out, nil
}

func (a *act) allRegistered(ctx context.Context, people []id.Person) error {
	standings, err := a.Standings(ctx, people)
	if err != nil {
		return err
	}
	var fields []fault.Field
	for i, p := range people {
		if !standings[p].Exists {
			fields = append(fields, fault.Field{Name: "identified", Row: i + 1, Rule: "person.not_found", Value: number(p)})
		}
	}
	if fields != nil {
		return &fault.Error{Kind: fault.Invalid, Rule: "person.not_found", Message: "a number was scanned that nobody has; register the person as unlisted", Fields: fields}
	}
	return nil
}

// remaining refuses numbers that nobody has, and puts the person who remains in the place of a record that was merged: an
// old number may still stand on somebody's wrist.
func (a *act) remaining(ctx context.Context, people []id.Person) ([]id.Person, error) {
	if err := a.allRegistered(ctx, people); err != nil {
		return nil, err
	}
	standings, err := a.Standings(ctx, people)
	if err != nil {
		return nil, err
	}
	out := make([]id.Person, len(people))
	for i, p := range people {
		out[i] = standings[p].Remains
	}
	return out, nil
}

// commit draws a salt and commits to a set of people.
func commit(people []id.Person) (root, salt string, err error) {
	var s [32]byte
	if _, err := rand.Read(s[:]); err != nil {
		return "", "", fmt.Errorf("drawing a salt: %w", err)
	}
	members := make([]int64, 0, len(people))
	for _, p := range slices.Compact(slices.Sorted(slices.Values(people))) {
		members = append(members, int64(p))
	}
	h := ledger.SetRoot(s, members)
	return hex.EncodeToString(h[:]), hex.EncodeToString(s[:]), nil
}

// signPassage has both parties sign what was counted; signatures that came with the arrival are checked instead.
func (a *act) signPassage(ctx context.Context, p *transfer.Passage) error {
	msg, err := ledger.Message("passage", p.Statement(a.at))
	if err != nil {
		return fmt.Errorf("stating a passage: %w", err)
	}
	custodians, err := a.Custodians(ctx)
	if err != nil {
		return err
	}
	for _, party := range []struct {
		code string
		sig  *[]byte
	}{{p.Officer, &p.OfficerSig}, {p.Escort, &p.EscortSig}} {
		if *party.sig == nil {
			if *party.sig, err = a.keys.sign(custodians[party.code], msg); err != nil {
				return err
			}
			continue
		}
		var sig [64]byte
		copy(sig[:], *party.sig)
		if err := ledger.VerifySignature(custodians[party.code].VKey, msg, sig); err != nil {
			return fault.New(fault.Invalid, "passage.signature", "the signature of %s does not fit what was counted", party.code).Because(err)
		}
	}
	return nil
}

// Receive takes over, at the gate of its destination, everybody who arrived on a vehicle: counted and identified as at a
// line, and handed over by the escort. Who is on nobody's list is received too, and shown as such.
func (r *Register) Receive(ctx context.Context, by By, in Arrival) (Passed, error) {
	return do(ctx, r, by, authz.Receive, in, func(ctx context.Context, a *act, in Arrival) (Passed, error) {
		if err := a.open(ctx, in.Point); err != nil {
			return Passed{}, err
		}
		out, err := a.pass(ctx, in)
		if err != nil {
			return out, err
		}
		identified, err := a.remaining(ctx, in.Identified)
		if err != nil {
			return out, err
		}
		people := slices.Compact(slices.Sorted(slices.Values(append(identified, out.Unlisted...))))
		// Somebody who was unlisted has no custodian yet: the escort that brought them is the giver.
		_, formed, err := a.Convoy(ctx, in.Convoy)
		if err != nil {
			return out, err
		}
		standings, err := a.Standings(ctx, people)
		if err != nil {
			return out, err
		}
		// Whom the book has elsewhere even so, in a later record or as dead, is shown as a contradiction and holds nobody up.
		people = slices.DeleteFunc(people, func(p id.Person) bool { return standings[p].Account.Class() != custody.InTransit })
		to := make(map[id.Person]custody.Account, len(people))
		var adopted []custody.Draft
		for _, p := range people {
			to[p] = custody.At(in.Point)
			if standings[p].Custodian != formed.Escort.Custodian {
				d := a.draft(custody.Movement{Type: custody.TypeFound, To: custody.Aboard(in.Vehicle), Custodian: formed.Escort.Custodian, Convoy: in.Convoy})
				d.Person = p
				adopted = append(adopted, d)
			}
		}
		if _, err := a.Append(ctx, adopted...); err != nil {
			return out, err
		}
		a.at = a.at.Add(1000) // the handover follows the count
		_, err = a.handOver(ctx, handover{typ: custody.TypeReception, people: people, to: to, receiver: in.Officer, convoy: in.Convoy, leg: len(formed.Legs)})
		return out, err
	})
}
