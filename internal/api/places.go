package api

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

// PlaceDescription is what is laid down about a place.
type PlaceDescription struct {
	Kind       string            `json:"kind" enum:"source,reception,line,transit,prison,block,cell,hospital"`
	Names      map[string]string `json:"names,omitempty" maxProperties:"20" doc:"By language: ar, ckb, en."`
	Province   string            `json:"province,omitempty" maxLength:"10" doc:"ISO 3166-2."`
	Operator   string            `json:"operator,omitempty" maxLength:"100" doc:"Custodian that is responsible for it."`
	LegalBasis string            `json:"legal_basis,omitempty" maxLength:"1000"`
	State      string            `json:"state" enum:"draft,active,inactive,archived"`
	Capacity   Capacity          `json:"capacity,omitzero"`
	Sex        int               `json:"sex,omitempty" enum:"0,1,2,9" doc:"ISO 5218; 0 takes both."`
	Age        string            `json:"age,omitempty" enum:",adult,juvenile"`
	Legal      string            `json:"legal,omitempty" enum:",untried,convicted,repatriation,any" doc:"Footing of those who are held there; any: convicted people or others, never both."`
	Security   int               `json:"security_max,omitempty" minimum:"0" maximum:"3" doc:"Highest level that it is built for; 0: every one."`
	Medical    int               `json:"medical,omitempty" minimum:"0" maximum:"100000" doc:"Beds for people who need a medical place."`
	Lat        float64           `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	Lon        float64           `json:"lon,omitempty" minimum:"-180" maximum:"180"`
	Languages  []string          `json:"languages,omitempty" maxItems:"50" doc:"BCP 47, spoken by the staff."`
	Service    *Service          `json:"service,omitempty" doc:"Of a line, a reception point or the gate of a prison."`
	Order      int               `json:"order,omitempty" minimum:"0" maximum:"100" doc:"Position of a line on the way."`
	Reactivate string            `json:"reactivate,omitempty" maxLength:"20"`
}

// Service is how a line lets vehicles pass, or a gate receives people. Times of day are minutes after midnight there.
type Service struct {
	Lanes   int `json:"lanes" minimum:"0" maximum:"1000" doc:"Vehicles at once; of a gate: teams that receive."`
	Minutes int `json:"minutes,omitempty" minimum:"0" maximum:"10080" doc:"To serve one vehicle, not of a gate."`
	PerHour int `json:"per_hour,omitempty" minimum:"0" maximum:"10000" doc:"People whom one team receives in an hour, of a gate."`
	Opens   int `json:"opens,omitempty" minimum:"0" maximum:"1440"`
	Closes  int `json:"closes,omitempty" minimum:"0" maximum:"1440"`
}

// Capacity is how many people a place can take, by the four measures in use.
type Capacity struct {
	CNA         int `json:"cna,omitempty" minimum:"0" maximum:"100000" doc:"Certified normal accommodation."`
	Working     int `json:"working,omitempty" minimum:"0" maximum:"100000"`
	Maximum     int `json:"maximum,omitempty" minimum:"0" maximum:"100000"`
	Operational int `json:"operational,omitempty" minimum:"0" maximum:"100000" doc:"Signed operational capacity."`
}

// NewPlace is a place to be described, with its code.
type NewPlace struct {
	Code string `json:"code" minLength:"1" maxLength:"100" pattern:"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$" example:"IQ-NAS/A/03"`
	PlaceDescription
}

// Place is a place with what is going on in it now.
type Place struct {
	NewPlace
	LockedOut bool `json:"locked_out"`
	Held      int  `json:"held" doc:"People booked in it, without what lies under it."`
}

func (p NewPlace) domain() place.Place {
	return place.Place{
		Code: place.Code(p.Code), Kind: place.Kind(p.Kind), Names: p.Names, Province: p.Province, Operator: p.Operator, LegalBasis: p.LegalBasis,
		State: place.State(p.State), Capacity: place.Capacity(p.Capacity), Sex: person.Sex(p.Sex), Age: place.Age(p.Age), Order: p.Order, Reactivate: p.Reactivate,
		Legal: place.Legal(p.Legal), SecurityMax: p.Security, Medical: p.Medical, Lat: p.Lat, Lon: p.Lon, Languages: p.Languages, Service: (*place.Service)(p.Service),
	}
}

func placeOf(p store.Place) Place {
	x := p.Place
	return Place{LockedOut: p.LockedOut, Held: p.Held, NewPlace: NewPlace{Code: string(x.Code), PlaceDescription: PlaceDescription{
		Kind: string(x.Kind), Names: x.Names, Province: x.Province, Operator: x.Operator, LegalBasis: x.LegalBasis, State: string(x.State),
		Capacity: Capacity(x.Capacity), Sex: int(x.Sex), Age: string(x.Age), Order: x.Order, Reactivate: x.Reactivate,
		Legal: string(x.Legal), Security: x.SecurityMax, Medical: x.Medical, Lat: x.Lat, Lon: x.Lon, Languages: x.Languages, Service: (*Service)(x.Service),
	}}}
}

type placesQuery struct {
	Kind          string `query:"kind" enum:"source,reception,line,transit,prison,block,cell,hospital"`
	Establishment string `query:"establishment" maxLength:"100"`
}

// PlacePath names a place in an address.
type PlacePath struct {
	Code string `path:"code" maxLength:"100" doc:"Code of the place; a slash in it is written %2F." example:"IQ-NAS%2FA%2F03"`
}

// Places is all places that were asked for, by code.
type Places struct {
	Items []Place `json:"items"`
}

type newPlaces struct {
	Body struct {
		Places []NewPlace `json:"places" minItems:"1" maxItems:"1000" doc:"Parents before children."`
	}
}

type onePlace struct {
	PlacePath
	Body PlaceDescription
}

type gate struct {
	PlacePath
	Body struct {
		Open   bool   `json:"open"`
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
}

// Roll is an establishment's figures at a glance. Nobody counts for it; a head count is held against it.
type Roll struct {
	Held          int `json:"held"`
	InReception   int `json:"in_reception"`
	NoCell        int `json:"no_cell" doc:"Housed in a cell without a bed."`
	Reserved      int `json:"reserved"`
	Beds          int `json:"beds"`
	StillToArrive int `json:"still_to_arrive"`
}

type headcount struct {
	Body struct {
		Place   string              `json:"place" maxLength:"100"`
		Counted int                 `json:"counted" minimum:"0" maximum:"1000000"`
		Present []Number[id.Person] `json:"present" maxItems:"100000"`
	}
}

// Custodian is an authority that holds people, escorts them or operates a line.
type Custodian struct {
	Code  string            `json:"code" minLength:"1" maxLength:"100" pattern:"^[A-Za-z0-9_.-]+$"`
	Role  string            `json:"role" enum:"custodian,escort,line"`
	Names map[string]string `json:"names,omitempty" maxProperties:"20" doc:"By language."`
	VKey  string            `json:"vkey,omitempty" maxLength:"500" doc:"The key that it signs with; without one this site keeps a key for it."`
}

// Custodians is all custodians, by code.
type Custodians struct {
	Items []Custodian `json:"items"`
}

type newCustodians struct {
	Body struct {
		Custodians []Custodian `json:"custodians" minItems:"1" maxItems:"200"`
	}
}

func (a *API) places() {
	r := a.Register
	read(a, operation{id: "list-places", method: http.MethodGet, path: "/places", tag: "Places", summary: "List places", needs: authz.ReadFigures},
		func(ctx context.Context, who authz.Actor, in *placesQuery) (Places, error) {
			q, err := r.Reading(who, authz.ReadFigures)
			if err != nil {
				return Places{}, err
			}
			found, err := q.Places(ctx, place.Kind(in.Kind), place.Code(in.Establishment))
			return Places{each(found, placeOf)}, err
		})
	write(a, operation{id: "define-places", path: "/places", tag: "Places", summary: "Describe places, new or changed", needs: authz.Administer},
		func(ctx context.Context, by register.By, in *newPlaces) (Recorded, error) {
			return recorded(r.DefinePlaces(ctx, by, each(in.Body.Places, NewPlace.domain)))
		})
	read(a, operation{id: "read-place", method: http.MethodGet, path: "/places/{code}", tag: "Places", summary: "Read a place", needs: authz.ReadFigures},
		func(ctx context.Context, who authz.Actor, in *PlacePath) (Place, error) {
			q, err := r.Reading(who, authz.ReadFigures)
			if err != nil {
				return Place{}, err
			}
			p, err := q.Place(ctx, place.Code(in.Code))
			return placeOf(p), err
		})
	write(a, operation{id: "define-place", method: http.MethodPut, path: "/places/{code}", tag: "Places", summary: "Describe a place, new or changed", needs: authz.Administer},
		func(ctx context.Context, by register.By, in *onePlace) (Recorded, error) {
			return recorded(r.DefinePlaces(ctx, by, []place.Place{NewPlace{in.Code, in.Body}.domain()}))
		})
	write(a, operation{id: "set-gate", path: "/places/{code}/gate", tag: "Places", summary: "Close a gate (lockout) or open it", needs: authz.SetGate},
		func(ctx context.Context, by register.By, in *gate) (Recorded, error) {
			return recorded(r.SetGate(ctx, by, register.Gate{Place: place.Code(in.Code), Open: in.Body.Open, Reason: in.Body.Reason}))
		})
	read(a, operation{id: "read-roll", method: http.MethodGet, path: "/places/{code}/roll", tag: "Places", summary: "Read an establishment's roll", needs: authz.ReadFigures},
		func(ctx context.Context, who authz.Actor, in *PlacePath) (Roll, error) {
			q, err := r.Reading(who, authz.ReadFigures)
			if err != nil {
				return Roll{}, err
			}
			if _, err := q.Place(ctx, place.Code(in.Code)); err != nil {
				return Roll{}, err
			}
			roll, err := q.Roll(ctx, place.Code(in.Code))
			return Roll(roll), err
		})
	write(a, operation{
		id: "record-headcount", path: "/headcounts", tag: "Places", summary: "Record a physical count", needs: authz.Receive,
		more: "What differs from the roll is shown at once as a difference.",
	}, func(ctx context.Context, by register.By, in *headcount) (Recorded, error) {
		return recorded(r.Headcount(ctx, by, register.Count{Place: place.Code(in.Body.Place), Counted: in.Body.Counted, Present: plain(in.Body.Present)}))
	})
	read(a, operation{id: "list-custodians", method: http.MethodGet, path: "/custodians", tag: "Places", summary: "List custodians with their keys", needs: authz.ReadFigures},
		func(ctx context.Context, who authz.Actor, _ *struct{}) (Custodians, error) {
			q, err := r.Reading(who, authz.ReadFigures)
			if err != nil {
				return Custodians{}, err
			}
			found, err := q.Custodians(ctx)
			all := slices.SortedFunc(maps.Values(found), func(a, b store.Custodian) int { return cmp.Compare(a.Code, b.Code) })
			return Custodians{each(all, func(c store.Custodian) Custodian { return Custodian{c.Code, c.Role, c.Names, c.VKey} })}, err
		})
	write(a, operation{id: "enrol-custodians", path: "/custodians", tag: "Places", summary: "Admit custodians", needs: authz.Administer},
		func(ctx context.Context, by register.By, in *newCustodians) (Recorded, error) {
			return recorded(r.EnrolCustodians(ctx, by, each(in.Body.Custodians, func(c Custodian) register.Custodian { return register.Custodian(c) })))
		})
}

// bad is a fault about one field.
func bad(name, rule, message string) error {
	return &fault.Error{Kind: fault.Invalid, Rule: rule, Message: message, Fields: []fault.Field{{Name: name, Rule: rule}}}
}
