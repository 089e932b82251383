package register

import (
	"context"
	"slices"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/store"
	"amana/internal/transfer"
)

// FormConvoy puts vehicles, an escort and a way together. Numbers in the input are issued here, those given are ignored.
func (r *Register) FormConvoy(ctx context.Context, by By, in transfer.ConvoyFormed) (transfer.ConvoyFormed, error) {
	return do(ctx, r, by, authz.FormConvoy, in, func(ctx context.Context, a *act, in transfer.ConvoyFormed) (transfer.ConvoyFormed, error) {
		in.Legs, in.Vehicles = slices.Clone(in.Legs), slices.Clone(in.Vehicles)
		in.Plan, in.Route, in.Number = 0, "", 0 // only an approved plan forms its convoys
		for i := range in.Legs {
			in.Legs[i].N = i + 1
		}
		if err := in.Check(); err != nil {
			return in, err
		}
		if err := a.enrolled(ctx, in.Escort.Custodian); err != nil {
			return in, err
		}
		if err := a.open(ctx, in.Destination()); err != nil {
			return in, err
		}
		n, err := store.Number[id.Convoy](ctx, a.Tx, id.NounConvoy)
		if err != nil {
			return in, err
		}
		vehicles, err := store.Numbers[id.Vehicle](ctx, a.Tx, id.NounVehicle, len(in.Vehicles))
		if err != nil {
			return in, err
		}
		in.Convoy = n
		for i := range in.Vehicles {
			in.Vehicles[i].Vehicle = vehicles[i]
		}
		_, err = a.record(ctx, in)
		return in, err
	})
}

func (a *act) enrolled(ctx context.Context, codes ...string) error {
	known, err := a.Custodians(ctx)
	if err != nil {
		return err
	}
	for _, c := range codes {
		if _, ok := known[c]; !ok {
			return fault.New(fault.Invalid, "custodian.unknown", "no custodian is enrolled under %q", c)
		}
	}
	return nil
}

// Manifest is a new version of a convoy's manifest.
type Manifest struct {
	Convoy  id.Convoy       `json:"convoy"`
	Version int             `json:"version,omitempty"` // that this one is to be, so that two writers do not overwrite each other; 0: the next
	Seats   []transfer.Seat `json:"seats"`
}

// IssueManifest writes a new version of a convoy's manifest; refused once the convoy has left, for then it is frozen.
func (r *Register) IssueManifest(ctx context.Context, by By, in Manifest) (transfer.ManifestIssued, error) {
	return do(ctx, r, by, authz.FormConvoy, in, func(ctx context.Context, a *act, in Manifest) (transfer.ManifestIssued, error) {
		c, formed, err := a.Convoy(ctx, in.Convoy)
		if err != nil {
			return transfer.ManifestIssued{}, err
		}
		if c.Frozen {
			return transfer.ManifestIssued{}, fault.New(fault.Refused, "manifest.frozen", "the manifest was frozen when the convoy left")
		}
		if formed.Plan != 0 {
			return transfer.ManifestIssued{}, fault.New(fault.Refused, "manifest.in_plan", "an approved plan wrote this manifest, and another one changes it").With("plan", number(formed.Plan))
		}
		if in.Version != 0 && in.Version != c.Version+1 {
			return transfer.ManifestIssued{}, fault.New(fault.Conflict, "manifest.version_taken", "the manifest in force is version %d", c.Version)
		}
		if err := transfer.CheckSeats(formed.Vehicles, in.Seats); err != nil {
			return transfer.ManifestIssued{}, err
		}
		issued := transfer.ManifestIssued{Convoy: in.Convoy, Version: c.Version + 1, Seats: in.Seats}
		_, err = a.record(ctx, issued)
		return issued, err
	})
}

// Departure sends a convoy off with everybody on its manifest.
type Departure struct {
	Convoy id.Convoy             `json:"convoy"`
	Seals  map[id.Vehicle]string `json:"seals"`
	Signed Acceptances           `json:"signed,omitempty"`
}

// Dispatch freezes the manifest, takes over everybody on it from the custodian of the source, and sends the convoy off:
// the manifest, an entry per person and the departure in one transaction, or a refusal that names every obstacle.
func (r *Register) Dispatch(ctx context.Context, by By, in Departure) (Done, error) {
	return do(ctx, r, by, authz.Dispatch, in, func(ctx context.Context, a *act, in Departure) (Done, error) {
		c, formed, err := a.Convoy(ctx, in.Convoy)
		if err != nil {
			return Done{}, err
		}
		seats, err := a.Seats(ctx, in.Convoy, 0)
		if err != nil {
			return Done{}, err
		}
		people := make([]id.Person, len(seats))
		to := make(map[id.Person]custody.Account, len(seats))
		for i, s := range seats {
			people[i] = s.Person
			to[s.Person] = custody.Aboard(s.Vehicle)
		}
		passengers, err := a.Passengers(ctx, people)
		if err != nil {
			return Done{}, err
		}
		destination, err := a.Place(ctx, c.Target)
		if err != nil {
			return Done{}, err
		}
		if err := transfer.CheckDispatch(formed, c.State, passengers, destination.Place, destination.LockedOut); err != nil {
			return Done{}, err
		}
		if _, err := a.record(ctx, transfer.Dispatched{Convoy: in.Convoy, Version: c.Version, Seals: in.Seals}); err != nil {
			return Done{}, err
		}
		return a.handOver(ctx, handover{typ: custody.TypeBoarding, people: people, to: to, receiver: formed.Escort.Custodian, convoy: in.Convoy, leg: 1, signed: in.Signed})
	})
}

// SpareVehicle brings another vehicle to a convoy and moves everybody from the one that broke down.
type SpareVehicle struct {
	Convoy   id.Convoy        `json:"convoy"`
	Vehicle  transfer.Vehicle `json:"vehicle"`
	Replaces id.Vehicle       `json:"replaces"`
	Reason   string           `json:"reason"`
}

// AddVehicle records a breakdown: the spare vehicle, and everybody's change to it.
func (r *Register) AddVehicle(ctx context.Context, by By, in SpareVehicle) (id.Vehicle, error) {
	return do(ctx, r, by, authz.Dispatch, in, func(ctx context.Context, a *act, in SpareVehicle) (id.Vehicle, error) {
		vehicles, err := a.Vehicles(ctx, in.Convoy)
		if err != nil {
			return 0, err
		}
		if !slices.ContainsFunc(vehicles, func(v store.Vehicle) bool { return v.Vehicle.Vehicle == in.Replaces && v.InUse }) {
			return 0, fault.New(fault.Refused, "convoy.vehicle_not_in_use", "the convoy has no such vehicle in use")
		}
		aboard, err := a.In(ctx, custody.Aboard(in.Replaces), store.Moment{World: a.at})
		if err != nil {
			return 0, err
		}
		if len(aboard) > in.Vehicle.Seats {
			return 0, fault.New(fault.Refused, "convoy.too_few_seats", "%d people and %d seats", len(aboard), in.Vehicle.Seats)
		}
		n, err := store.Number[id.Vehicle](ctx, a.Tx, id.NounVehicle)
		if err != nil {
			return 0, err
		}
		incident, err := store.Number[id.Incident](ctx, a.Tx, id.NounIncident)
		if err != nil {
			return 0, err
		}
		in.Vehicle.Vehicle = n
		drafts := []custody.Draft{
			a.draft(custody.Incident{Incident: incident, Type: custody.IncidentBreakdown, Convoy: in.Convoy, Vehicle: in.Replaces, Text: in.Reason}),
			a.draft(transfer.VehicleAdded{Convoy: in.Convoy, Vehicle: in.Vehicle, Replaces: in.Replaces}),
		}
		for _, p := range aboard {
			d := a.draft(custody.Movement{Type: custody.TypeTransfer, From: custody.Aboard(in.Replaces), To: custody.Aboard(n), Convoy: in.Convoy, Reason: in.Reason})
			d.Person = p
			drafts = append(drafts, d)
		}
		_, err = a.Append(ctx, drafts...)
		return n, err
	})
}

// Redirect sends a convoy to another destination, with new beds for those aboard.
type Redirect struct {
	Convoy id.Convoy   `json:"convoy"`
	To     place.Code  `json:"to"`
	Reason string      `json:"reason"`
	Beds   []Placement `json:"beds"` // in the new place, for everybody aboard who had one reserved
}

// RedirectConvoy changes the destination of a convoy and of each move on it, releases the beds reserved and reserves others.
func (r *Register) RedirectConvoy(ctx context.Context, by By, in Redirect) (Done, error) {
	return do(ctx, r, by, authz.Dispatch, in, func(ctx context.Context, a *act, in Redirect) (Done, error) {
		c, _, err := a.Convoy(ctx, in.Convoy)
		if err != nil {
			return Done{}, err
		}
		if c.State == transfer.Closed || c.Target == in.To {
			return Done{}, fault.New(fault.Refused, "convoy.not_redirectable", "the convoy is closed or goes there already")
		}
		if err := a.open(ctx, in.To); err != nil {
			return Done{}, err
		}
		seats, err := a.Seats(ctx, in.Convoy, 0)
		if err != nil {
			return Done{}, err
		}
		numbers, people := make([]id.Move, len(seats)), make([]id.Person, len(seats))
		for i, s := range seats {
			numbers[i], people[i] = s.Move, s.Person
		}
		moves, err := a.Moves(ctx, numbers)
		if err != nil {
			return Done{}, err
		}
		holds, err := a.Holds(ctx, people)
		if err != nil {
			return Done{}, err
		}
		drafts := []custody.Draft{a.draft(transfer.Redirected{Convoy: in.Convoy, To: in.To, Reason: in.Reason})}
		for _, s := range seats {
			m := moves[s.Move]
			if !m.State.Live() {
				continue
			}
			d := a.draft(custody.MoveSet{Move: m.Move, Person: m.Person, From: m.From, To: in.To, Wave: m.Wave, State: m.State})
			d.Person = m.Person
			drafts = append(drafts, d)
		}
		for _, p := range people {
			for _, h := range holds[p] {
				if h.State == string(custody.BedReserved) {
					d := a.draft(custody.BedSet{Cell: h.Cell, Bed: h.Bed.Bed, State: custody.BedReleased, Reason: in.Reason})
					d.Person = p
					drafts = append(drafts, d)
				}
			}
		}
		usable := map[place.Code]bool{}
		for _, b := range in.Beds {
			if b.Cell.Establishment() != in.To {
				return Done{}, fault.New(fault.Invalid, "bed.elsewhere", "the cell %s is not in %s", b.Cell, in.To)
			}
			if !usable[b.Cell] {
				if err := a.open(ctx, b.Cell); err != nil {
					return Done{}, err
				}
				usable[b.Cell] = true
			}
			d := a.draft(custody.BedSet{Cell: b.Cell, Bed: b.Bed, State: custody.BedReserved})
			d.Person = b.Person
			drafts = append(drafts, d)
		}
		return a.append(ctx, drafts)
	})
}

// CloseConvoy ends a convoy that nobody is aboard of any more.
func (r *Register) CloseConvoy(ctx context.Context, by By, in id.Convoy) (Done, error) {
	return do(ctx, r, by, authz.Dispatch, in, func(ctx context.Context, a *act, in id.Convoy) (Done, error) {
		c, _, err := a.Convoy(ctx, in)
		if err != nil {
			return Done{}, err
		}
		if c.Aboard > 0 {
			return Done{}, fault.New(fault.Refused, "convoy.people_aboard", "%d people are still booked aboard", c.Aboard)
		}
		if c.State == transfer.Closed {
			return Done{}, fault.New(fault.Conflict, "convoy.closed", "the convoy is closed already")
		}
		return a.record(ctx, transfer.ConvoyClosed{Convoy: in})
	})
}
