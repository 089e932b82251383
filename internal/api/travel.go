package api

import (
	"context"

	"amana/internal/authz"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
)

// Arrival is one vehicle at a line or at the gate of its destination, as counted there.
type Arrival struct {
	Convoy     Number[id.Convoy]   `json:"convoy"`
	Vehicle    Number[id.Vehicle]  `json:"vehicle"`
	Point      string              `json:"point" maxLength:"100"`
	Headcount  int                 `json:"headcount" minimum:"0" maximum:"100000"`
	Identified []Number[id.Person] `json:"identified" maxItems:"2000" doc:"As scanned; a double scan stands twice."`
	Unlisted   []Details           `json:"unlisted,omitempty" maxItems:"500" doc:"Present and not registered at all."`
	Seal       string              `json:"seal,omitempty" maxLength:"100"`
	Officer    string              `json:"officer" maxLength:"100" doc:"Agency or custodian at the point."`
	OfficerSig []byte              `json:"officer_sig,omitempty" doc:"Ed25519, 64 bytes; without it the key that this site keeps signs."`
	EscortSig  []byte              `json:"escort_sig,omitempty"`
}

type arrival struct{ Body Arrival }

func (in Arrival) domain() (register.Arrival, error) {
	out := register.Arrival{
		Convoy: in.Convoy.n, Vehicle: in.Vehicle.n, Point: place.Code(in.Point), Headcount: in.Headcount, Identified: plain(in.Identified),
		Unlisted: each(in.Unlisted, Details.domain), Seal: in.Seal, Officer: in.Officer, OfficerSig: in.OfficerSig, EscortSig: in.EscortSig,
	}
	for name, sig := range map[string][]byte{"officer_sig": in.OfficerSig, "escort_sig": in.EscortSig} {
		if len(sig) != 0 && len(sig) != signatureSize {
			return out, bad(name, "signature.length", "an Ed25519 signature has 64 bytes")
		}
	}
	return out, nil
}

// Passed tells the entry of a passage, and the numbers given to those who were on nobody's list.
type Passed struct {
	Entry    int64               `json:"entry"`
	Unlisted []Number[id.Person] `json:"unlisted"`
}

func passed(p register.Passed, err error) (Passed, error) {
	return Passed{p.Seq, numbersOf(p.Unlisted)}, err
}

type housings struct {
	Body struct {
		Housings []Housing `json:"housings" minItems:"1" maxItems:"1000"`
	}
}

// Housing gives one person the bed of a cell.
type Housing struct {
	Person Number[id.Person] `json:"person"`
	Cell   string            `json:"cell" minLength:"1" maxLength:"100"`
	Bed    int               `json:"bed" minimum:"0" maximum:"100000"`
}

type screenings struct {
	Body struct {
		Place      string      `json:"place" maxLength:"100"`
		Screenings []Screening `json:"screenings" minItems:"1" maxItems:"1000"`
	}
}

// Screening is the medical examination of one person on reception. What it found is sealed; fitness is not.
type Screening struct {
	Person   Number[id.Person] `json:"person"`
	Fit      bool              `json:"fit_to_travel"`
	Injuries bool              `json:"injuries,omitempty"`
	Sealed   string            `json:"sealed,omitempty" maxLength:"10000" doc:"For clinicians only; it is not read back here."`
}

func (a *API) travel() {
	r := a.Register
	write(a, operation{
		id: "record-passage", path: "/passages", tag: "Convoys", summary: "Record a vehicle at a line", needs: authz.Pass,
		more: "Counted, identified and signed by both parties. Nothing is refused for being unexpected.",
	}, func(ctx context.Context, by register.By, in *arrival) (Passed, error) {
		arrived, err := in.Body.domain()
		if err != nil {
			return Passed{}, err
		}
		return passed(r.Pass(ctx, by, arrived))
	})
	write(a, operation{id: "receive", path: "/receptions", tag: "Convoys", summary: "Take over everybody who arrived on a vehicle", needs: authz.Receive},
		func(ctx context.Context, by register.By, in *arrival) (Passed, error) {
			arrived, err := in.Body.domain()
			if err != nil {
				return Passed{}, err
			}
			return passed(r.Receive(ctx, by, arrived))
		})
}

func (a *API) gates() {
	r := a.Register
	write(a, operation{id: "house-people", path: "/housings", tag: "Places", summary: "Give people the beds of cells", needs: authz.Receive},
		func(ctx context.Context, by register.By, in *housings) (Recorded, error) {
			return recorded(r.House(ctx, by, each(in.Body.Housings, func(h Housing) register.Placement {
				return register.Placement{Person: h.Person.n, To: place.Code(h.Cell).Establishment(), Cell: place.Code(h.Cell), Bed: h.Bed}
			})))
		})
	write(a, operation{id: "record-screenings", path: "/screenings", tag: "Places", summary: "Record medical screenings on reception", needs: authz.Receive},
		func(ctx context.Context, by register.By, in *screenings) (Recorded, error) {
			return recorded(r.Screen(ctx, by, place.Code(in.Body.Place), each(in.Body.Screenings, func(s Screening) register.Screening {
				return register.Screening{Person: s.Person.n, Fit: s.Fit, Injuries: s.Injuries, Sealed: s.Sealed}
			})))
		})
}
