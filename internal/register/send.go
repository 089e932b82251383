package register

import (
	"context"
	"slices"
	"strconv"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/schedule"
	"amana/internal/store"
	"amana/internal/transfer"
)

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
