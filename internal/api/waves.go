package api

import (
	"context"
	"net/http"
	"time"

	"amana/internal/authz"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	"amana/internal/transfer"
)

// WavePath names a wave in an address.
type WavePath struct {
	Wave Number[id.Wave] `path:"wave"`
}

// WaveSource is a place that a wave moves people out of, and why it stands where it does in the order.
type WaveSource struct {
	Place  string `json:"place" minLength:"1" maxLength:"100"`
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

type newWave struct {
	Body struct {
		Label   string       `json:"label" minLength:"1" maxLength:"200"`
		Target  int          `json:"target" minimum:"0" maximum:"1000000" doc:"People; 0 in a wave with sources: all who wait there."`
		Sources []WaveSource `json:"sources,omitempty" maxItems:"100" doc:"In the order in which they are emptied. A wave without sources is filled by hand."`
	}
}

// Wave is one week's movement.
type Wave struct {
	Wave    Number[id.Wave] `json:"wave"`
	Label   string          `json:"label"`
	Target  int             `json:"target"`
	Sources []WaveSource    `json:"sources"`
}

// Waves is a page of waves, the newest first.
type Waves struct {
	Items []Wave          `json:"items"`
	Next  Number[id.Wave] `json:"before,omitzero" doc:"Asks for the page after this one; absent on the last."`
}

type wavesQuery struct {
	Before Number[id.Wave] `query:"before" doc:"Waves that are older than this one."`
	Limit  int             `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

// WaveFile is a wave with its plans, the newest first.
type WaveFile struct {
	Wave
	Plans []PlanHead `json:"plans"`
}

// Waiter is somebody who is in a wave and has not left.
type Waiter struct {
	Person Number[id.Person] `json:"person"`
	Source string            `json:"source"`
	Family string            `json:"family,omitempty"`
	Move   Number[id.Move]   `json:"move,omitzero" doc:"Booked by the plan in force."`
}

// Held is somebody who is at a source and not in the wave.
type Held struct {
	Person Number[id.Person] `json:"person"`
	Source string            `json:"source"`
	Why    string            `json:"why" enum:"unfit,alert,move,family,target"`
	Alert  string            `json:"alert,omitempty"`
	Move   Number[id.Move]   `json:"move,omitzero"`
}

// Waiting is who is in a wave, in the order in which its sources are emptied, and who is held back and why. Nobody is ranked.
type Waiting struct {
	Wave  Number[id.Wave] `json:"wave"`
	Gone  int             `json:"gone" doc:"People of the wave who have left their source."`
	Taken []Waiter        `json:"taken"`
	Held  []Held          `json:"held"`
}

// Policy is by what one plan is better than another, in points. Nothing in it scores a person.
type Policy struct {
	Travel           float64          `json:"travel" minimum:"0" maximum:"1000000" doc:"Per person and 100 km from the source to the prison."`
	Court            float64          `json:"court" minimum:"0" maximum:"1000000" doc:"Per person and 100 km from the prison to the court."`
	Consul           float64          `json:"consul" minimum:"0" maximum:"1000000" doc:"Per foreigner and 100 km from the prison to the consulates."`
	Language         float64          `json:"language" minimum:"0" maximum:"1000000" doc:"Per person in a place where their language is not spoken."`
	Density          float64          `json:"density" minimum:"0" maximum:"1000000" doc:"Per person above the even share of a prison, for each step."`
	Group            float64          `json:"group" minimum:"0" maximum:"1000000" doc:"Per person of a group above its share of a block."`
	Nationality      float64          `json:"nationality" minimum:"0" maximum:"1000000" doc:"Per person of a nationality above its share of a block."`
	Move             float64          `json:"move" minimum:"0" maximum:"1000000" doc:"Per person who is elsewhere than in the plan in force."`
	GroupShare       float64          `json:"group_share" minimum:"0" maximum:"1"`
	NationalityShare float64          `json:"nationality_share" minimum:"0" maximum:"1"`
	Home             string           `json:"home" maxLength:"3" doc:"Nationality that needs no consul, ISO 3166-1 alpha-3."`
	Consulate        Point            `json:"consulate"`
	Sources          map[string]Point `json:"sources,omitempty" maxProperties:"1000" doc:"Where people wait, by code."`
}

// Point is a place on the earth.
type Point struct {
	Lat float64 `json:"lat" minimum:"-90" maximum:"90"`
	Lon float64 `json:"lon" minimum:"-180" maximum:"180"`
}

func (p Policy) domain() planning.Policy {
	out := planning.Policy{
		Travel: p.Travel, Court: p.Court, Consul: p.Consul, Language: p.Language, Density: p.Density, Group: p.Group, Nationality: p.Nationality, Move: p.Move,
		GroupShare: p.GroupShare, NationalityShare: p.NationalityShare, Home: p.Home, Consulate: planning.Point(p.Consulate), Sources: make(map[string]planning.Point, len(p.Sources)),
	}
	for code, at := range p.Sources {
		out.Sources[code] = planning.Point(at)
	}
	return out
}

func policyOf(p planning.Policy) Policy {
	out := Policy{
		Travel: p.Travel, Court: p.Court, Consul: p.Consul, Language: p.Language, Density: p.Density, Group: p.Group, Nationality: p.Nationality, Move: p.Move,
		GroupShare: p.GroupShare, NationalityShare: p.NationalityShare, Home: p.Home, Consulate: Point(p.Consulate), Sources: make(map[string]Point, len(p.Sources)),
	}
	for code, at := range p.Sources {
		out.Sources[code] = Point(at)
	}
	return out
}

// Pin is a cell that a human chose for somebody, and why.
type Pin struct {
	Person Number[id.Person] `json:"person"`
	Cell   string            `json:"cell" minLength:"1" maxLength:"100"`
	Reason string            `json:"reason" minLength:"1" maxLength:"2000"`
}

// BrokenVehicle is a vehicle of a route's fleet that cannot be used.
type BrokenVehicle struct {
	Route   string `json:"route" minLength:"1" maxLength:"100"`
	Vehicle int    `json:"vehicle" minimum:"1" maximum:"10000" doc:"Its number in the fleet."`
}

// PlanRequest is what a human may change about a plan before it is made.
type PlanRequest struct {
	Start  time.Time       `json:"start" doc:"Midnight of the first day on which convoys leave; its offset is that of all windows."`
	Days   int             `json:"days,omitempty" minimum:"0" maximum:"366" doc:"In which they arrive; 0: 7."`
	Policy *Policy         `json:"policy,omitempty" doc:"Without it: that of the operation."`
	Pins   []Pin           `json:"pins,omitempty" maxItems:"10000"`
	Closed []string        `json:"closed,omitempty" maxItems:"10000" doc:"Codes of places, with all that lies under them, and points of routes that are not to be used."`
	Broken []BrokenVehicle `json:"broken,omitempty" maxItems:"10000"`
}

type newPlan struct {
	WavePath
	Body PlanRequest
}

func (in *newPlan) domain() register.NewPlan {
	b := in.Body
	out := register.NewPlan{
		Wave: in.Wave.n, Start: b.Start, Days: b.Days, Closed: each(b.Closed, func(c string) place.Code { return place.Code(c) }),
		Pins: each(b.Pins, func(p Pin) register.Pin {
			return register.Pin{Person: p.Person.n, Cell: place.Code(p.Cell), Reason: p.Reason}
		}),
		Broken: each(b.Broken, func(v BrokenVehicle) register.Broken { return register.Broken(v) }),
	}
	if b.Policy != nil {
		policy := b.Policy.domain()
		out.Policy = &policy
	}
	return out
}

func waveOf(w transfer.WaveFormed) Wave {
	return Wave{numberOf(w.Wave), w.Label, w.Target, each(w.Sources, waveSourceOf)}
}

func waveSourceOf(s transfer.WaveSource) WaveSource {
	return WaveSource{string(s.Place), s.Reason}
}

func (a *API) waves() {
	r := a.Register
	read(a, operation{id: "list-waves", method: http.MethodGet, path: "/waves", tag: "Plans", summary: "List waves, the newest first", needs: authz.ReadPlans},
		func(ctx context.Context, who authz.Actor, in *wavesQuery) (Waves, error) {
			found, err := r.Waves(ctx, who, in.Before.n, in.Limit+1)
			if err != nil {
				return Waves{}, err
			}
			var out Waves
			if len(found) > in.Limit {
				found = found[:in.Limit]
				out.Next = numberOf(found[in.Limit-1].Wave)
			}
			out.Items = each(found, waveOf)
			return out, nil
		})
	write(a, operation{
		id: "form-wave", path: "/waves", tag: "Plans", summary: "Open a wave", needs: authz.Allocate,
		more: "Sources are emptied in the order that a human gives, with a reason for each.",
	}, func(ctx context.Context, by register.By, in *newWave) (Issued[id.Wave], error) {
		b := in.Body
		return issued(r.FormWave(ctx, by, register.NewWave{Label: b.Label, Target: b.Target, Sources: each(b.Sources, func(s WaveSource) transfer.WaveSource {
			return transfer.WaveSource{Place: place.Code(s.Place), Reason: s.Reason}
		})}))
	})
	read(a, operation{id: "read-wave", method: http.MethodGet, path: "/waves/{wave}", tag: "Plans", summary: "Read a wave and its plans", needs: authz.ReadPlans},
		func(ctx context.Context, who authz.Actor, in *WavePath) (WaveFile, error) {
			plans, err := r.Plans(ctx, who, in.Wave.n)
			if err != nil {
				return WaveFile{}, err
			}
			q, err := r.Reading(who, authz.ReadPlans)
			if err != nil {
				return WaveFile{}, err
			}
			w, err := q.Wave(ctx, in.Wave.n)
			return WaveFile{waveOf(w), each(plans, planHeadOf)}, err
		})
	read(a, operation{
		id: "read-waiting", method: http.MethodGet, path: "/waves/{wave}/waiting", tag: "Plans", summary: "Read who is in a wave, and who is held back and why", needs: authz.ReadPlans,
		more: "Each reading is on record.",
	}, func(ctx context.Context, who authz.Actor, in *WavePath) (Waiting, error) {
		w, err := r.Waiting(ctx, who, in.Wave.n, a.Clock())
		return Waiting{
			Wave: numberOf(w.Wave), Gone: w.Gone,
			Taken: each(w.Taken, func(x register.Waiter) Waiter {
				return Waiter{numberOf(x.Person), string(x.Source), x.Family, numberOf(x.Move)}
			}),
			Held: each(w.Held, func(x register.Held) Held {
				return Held{numberOf(x.Person), string(x.Source), string(x.Why), x.Alert, numberOf(x.Move)}
			}),
		}, err
	})
	write(a, operation{
		id: "draft-plan", path: "/waves/{wave}/plans", tag: "Plans", summary: "Make a plan of a wave", needs: authz.Allocate,
		more: "A draft: nothing is booked and nobody moved. It takes up to half a minute for thousands of people. When a plan is in force, the draft changes as little of it as can be.",
	}, func(ctx context.Context, by register.By, in *newPlan) (PlanHead, error) {
		p, err := r.DraftPlan(ctx, by, in.domain())
		return planHeadOf(p.PlanHead), err
	})
}
