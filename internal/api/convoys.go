package api

import (
	"context"
	"net/http"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/transfer"
)

// ConvoyPath names a convoy in an address.
type ConvoyPath struct {
	Convoy Number[id.Convoy] `path:"convoy"`
}

type convoyQuery struct {
	ConvoyPath
	Version int `query:"version" minimum:"0" maximum:"1000000" doc:"Of the manifest; 0 is the one in force."`
}

type convoysQuery struct{ Paging }

type newManifest struct {
	ConvoyPath
	Body struct {
		Seats []Seat `json:"seats" minItems:"1" maxItems:"10000"`
	}
}

// Version tells the version of a manifest that was issued.
type Version struct {
	Version int `json:"version"`
}

// VehicleSeal is the seal of one vehicle.
type VehicleSeal struct {
	Vehicle Number[id.Vehicle] `json:"vehicle"`
	Seal    string             `json:"seal" minLength:"1" maxLength:"100"`
}

type departure struct {
	ConvoyPath
	Body struct {
		Seals  []VehicleSeal `json:"seals" maxItems:"500"`
		Signed []Acceptance  `json:"signed,omitempty" maxItems:"10000" doc:"Signatures of the escort over taking each person over."`
	}
}

type spare struct {
	ConvoyPath
	Body struct {
		NewVehicle
		Replaces Number[id.Vehicle] `json:"replaces"`
		Reason   string             `json:"reason" maxLength:"2000"`
	}
}

type redirect struct {
	ConvoyPath
	Body struct {
		To     string      `json:"to" maxLength:"100"`
		Reason string      `json:"reason" maxLength:"2000"`
		Beds   []Placement `json:"beds,omitempty" maxItems:"10000" doc:"Beds in the new place."`
	}
}

func (a *API) convoys() {
	r := a.Register
	list(a, operation{id: "list-convoys", path: "/convoys", tag: "Convoys", summary: "List convoys", needs: authz.ReadTransfers},
		func(ctx context.Context, who authz.Actor, _ *convoysQuery, c *cursor, limit int) ([]Convoy, error) {
			q, err := r.Reading(who, authz.ReadTransfers)
			if err != nil {
				return nil, err
			}
			found, err := q.Convoys(ctx, id.Convoy(c.after), limit)
			return each(found, func(c store.Convoy) Convoy { return convoyOf(who, c) }), err
		}, func(c Convoy) int64 { return int64(c.Convoy.n) })
	write(a, operation{id: "form-convoy", path: "/convoys", tag: "Convoys", summary: "Put vehicles, an escort and a way together", needs: authz.FormConvoy},
		func(ctx context.Context, by register.By, in *newConvoy) (FormedConvoy, error) {
			formed, err := r.FormConvoy(ctx, by, in.domain())
			return formedOf(formed), err
		})
	read(a, operation{
		id: "read-convoy", method: http.MethodGet, path: "/convoys/{convoy}", tag: "Convoys", summary: "Read a convoy", needs: authz.ReadTransfers,
		more: "Vehicles, legs, manifest and passages. Oversight sees way, times and guards when the movement has ended; that a person is aboard it sees always.",
	}, func(ctx context.Context, who authz.Actor, in *convoyQuery) (ConvoyFile, error) {
		q, err := r.Reading(who, authz.ReadTransfers)
		if err != nil {
			return ConvoyFile{}, err
		}
		return convoyFile(ctx, q, who, in.Convoy.n, in.Version)
	})
	write(a, operation{id: "issue-manifest", path: "/convoys/{convoy}/manifests", tag: "Convoys", summary: "Issue a version of the manifest", needs: authz.FormConvoy},
		func(ctx context.Context, by register.By, in *newManifest) (Version, error) {
			m, err := r.IssueManifest(ctx, by, register.Manifest{Convoy: in.Convoy.n, Seats: each(in.Body.Seats, Seat.domain)})
			return Version{m.Version}, err
		})
	write(a, operation{
		id: "dispatch-convoy", path: "/convoys/{convoy}/dispatch", tag: "Convoys", summary: "Send a convoy off", needs: authz.Dispatch,
		more: "Freezes the manifest and passes everybody on it to the escort, in one transaction, or names every obstacle.",
	}, func(ctx context.Context, by register.By, in *departure) (Recorded, error) {
		seals := make(map[id.Vehicle]string, len(in.Body.Seals))
		for _, s := range in.Body.Seals {
			seals[s.Vehicle.n] = s.Seal
		}
		signed, err := acceptances(in.Body.Signed)
		if err != nil {
			return Recorded{}, err
		}
		return recorded(r.Dispatch(ctx, by, register.Departure{Convoy: in.Convoy.n, Seals: seals, Signed: signed}))
	})
	write(a, operation{id: "add-vehicle", path: "/convoys/{convoy}/vehicles", tag: "Convoys", summary: "Bring a spare vehicle after a breakdown", needs: authz.Dispatch},
		func(ctx context.Context, by register.By, in *spare) (Issued[id.Vehicle], error) {
			b := in.Body
			return issued(r.AddVehicle(ctx, by, register.SpareVehicle{
				Convoy: in.Convoy.n, Vehicle: transfer.Vehicle{Plate: b.Plate, Seats: b.Seats}, Replaces: b.Replaces.n, Reason: b.Reason,
			}))
		})
	write(a, operation{id: "redirect-convoy", path: "/convoys/{convoy}/redirect", tag: "Convoys", summary: "Send a convoy to another destination", needs: authz.Dispatch},
		func(ctx context.Context, by register.By, in *redirect) (Recorded, error) {
			b := in.Body
			return recorded(r.RedirectConvoy(ctx, by, register.Redirect{Convoy: in.Convoy.n, To: place.Code(b.To), Reason: b.Reason, Beds: each(b.Beds, Placement.domain)}))
		})
	write(a, operation{id: "close-convoy", path: "/convoys/{convoy}/close", tag: "Convoys", summary: "Close a convoy that nobody is aboard of", needs: authz.Dispatch},
		func(ctx context.Context, by register.By, in *ConvoyPath) (Recorded, error) {
			return recorded(r.CloseConvoy(ctx, by, in.Convoy.n))
		})
}

func convoyFile(ctx context.Context, q store.Queries, who authz.Actor, n id.Convoy, version int) (ConvoyFile, error) {
	c, formed, err := q.Convoy(ctx, n)
	if err != nil {
		return ConvoyFile{}, err
	}
	if version > c.Version {
		return ConvoyFile{}, fault.New(fault.NotFound, "manifest.not_found", "the manifest has %d versions", c.Version)
	}
	seats, err := q.Seats(ctx, n, version)
	if err != nil {
		return ConvoyFile{}, err
	}
	out := ConvoyFile{
		Convoy: convoyOf(who, c), Manifest: each(seats, seatOf),
		Legs: []Leg{}, Vehicles: []Vehicle{}, Passages: []Passage{},
	}
	if out.Withheld {
		return out, nil
	}
	escort := Escort(formed.Escort)
	out.Escort = &escort
	vehicles, err := q.Vehicles(ctx, n)
	if err != nil {
		return out, err
	}
	legs, err := q.Legs(ctx, n)
	if err != nil {
		return out, err
	}
	passages, err := q.Passages(ctx, n)
	out.Vehicles, out.Legs, out.Passages = each(vehicles, vehicleOf), each(legs, legOf), each(passages, passageOf)
	return out, err
}
