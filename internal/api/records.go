package api

import (
	"context"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
)

type amendment struct {
	PersonPath
	Body struct {
		Details Details `json:"details" doc:"What is now said about the person, whole."`
		Reason  string  `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

type merge struct {
	PersonPath
	Body struct {
		Into   Number[id.Person] `json:"into" doc:"The record that remains."`
		Reason string            `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

func (m *merge) domain() register.Merge {
	return register.Merge{Record: m.Person.n, Into: m.Body.Into.n, Reason: m.Body.Reason}
}

type alert struct {
	PersonPath
	Body struct {
		Code   string           `json:"code" minLength:"1" maxLength:"100"`
		Reason string           `json:"reason,omitempty" maxLength:"2000"`
		Close  Number[id.Other] `json:"close,omitzero" doc:"The alert to close instead of raising one."`
	}
}

type booking struct {
	PersonPath
	Body struct {
		Grounds Grounds `json:"grounds"`
	}
}

type bag struct {
	PersonPath
	Body struct {
		Property Number[id.Property] `json:"property,omitzero" doc:"Property that is passed on or returned."`
		Seal     string              `json:"seal" maxLength:"100"`
		Items    string              `json:"items" maxLength:"5000"`
		Holder   string              `json:"holder" maxLength:"100"`
		Returned bool                `json:"returned,omitempty"`
	}
}

type keepApart struct {
	Body struct {
		A      Number[id.Person] `json:"a"`
		B      Number[id.Person] `json:"b"`
		Scope  string            `json:"scope" enum:"cell,block,prison"`
		Reason string            `json:"reason" maxLength:"2000"`
		Close  Number[id.Other]  `json:"close,omitzero" doc:"The pair to close instead of opening one."`
	}
}

// Movement is a movement that somebody saw or carried out.
type Movement struct {
	Type      string            `json:"type" doc:"Kind of movement." example:"diversion"`
	From      string            `json:"from,omitempty" maxLength:"100" doc:"Account, as the one who records it believes."`
	To        string            `json:"to" maxLength:"100" doc:"Account." example:"place:IQ-HOSP"`
	Custodian string            `json:"custodian,omitempty" maxLength:"100" doc:"New custodian, when it changes."`
	Convoy    Number[id.Convoy] `json:"convoy,omitzero"`
	Reason    string            `json:"reason,omitempty" maxLength:"2000"`
	Incident  string            `json:"incident,omitempty" maxLength:"100" doc:"Report an incident of this type too."`
}

func (m Movement) domain(p id.Person) register.Fact {
	return register.Fact{
		Person: p, Type: custody.MovementType(m.Type), From: custody.Account(m.From), To: custody.Account(m.To), Custodian: m.Custodian,
		Convoy: m.Convoy.n, Reason: m.Reason, Incident: custody.IncidentType(m.Incident),
	}
}

// Fact is a movement of one person.
type Fact struct {
	Person Number[id.Person] `json:"person"`
	Movement
}

type facts struct {
	Body struct {
		Facts []Fact `json:"facts" minItems:"1" maxItems:"1000"`
	}
}

type factOf struct {
	PersonPath
	Body Movement
}

// Observation is a note on the way that moves nobody: welfare, food, a comfort break.
type Observation struct {
	Person   Number[id.Person] `json:"person,omitzero"`
	Convoy   Number[id.Convoy] `json:"convoy,omitzero"`
	Type     string            `json:"type" minLength:"1" maxLength:"100"`
	Accepted *bool             `json:"accepted,omitempty"`
	Text     string            `json:"text,omitempty" maxLength:"5000"`
}

type observations struct {
	Body struct {
		Observations []Observation `json:"observations" minItems:"1" maxItems:"1000"`
	}
}

type incident struct {
	Body struct {
		Incident Number[id.Incident] `json:"incident,omitzero" doc:"The incident to add to."`
		Type     string              `json:"type,omitempty" maxLength:"100"`
		Person   Number[id.Person]   `json:"person,omitzero"`
		Convoy   Number[id.Convoy]   `json:"convoy,omitzero"`
		Place    string              `json:"place,omitempty" maxLength:"100"`
		Text     string              `json:"text" maxLength:"10000"`
	}
}

type dispute struct {
	Body struct {
		Person Number[id.Person] `json:"person"`
		Entry  int64             `json:"entry" minimum:"1" doc:"The movement that does not stand."`
		Reason string            `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

// Issued tells the number that a write issued or changed.
type Issued[T ~int64] struct {
	Number Number[T] `json:"number"`
}

func issued[T ~int64](n T, err error) (Issued[T], error) { return Issued[T]{numberOf(n)}, err }

func (a *API) records() {
	r := a.Register
	write(a, operation{id: "amend-person", path: "/people/{person}/amendments", tag: "People", summary: "Amend what is said about a person", needs: authz.RegisterPeople},
		func(ctx context.Context, by register.By, in *amendment) (Recorded, error) {
			return recorded(r.Amend(ctx, by, register.Amendment{Person: in.Person.n, Details: in.Body.Details.domain(), Reason: in.Body.Reason}))
		})
	write(a, operation{id: "merge-person", path: "/people/{person}/merges", tag: "People", summary: "Merge a second record of the same person into another", needs: authz.DecideIdentity},
		func(ctx context.Context, by register.By, in *merge) (Recorded, error) {
			return recorded(r.MergePeople(ctx, by, in.domain()))
		})
	write(a, operation{id: "unmerge-person", path: "/people/{person}/unmerges", tag: "People", summary: "Undo a merge", needs: authz.DecideIdentity},
		func(ctx context.Context, by register.By, in *merge) (Recorded, error) {
			d := in.domain()
			return recorded(r.UnmergePeople(ctx, by, register.Unmerge{Record: d.Record, From: d.Into, Reason: d.Reason}))
		})
	write(a, operation{id: "set-alert", path: "/people/{person}/alerts", tag: "People", summary: "Raise or close an alert", needs: authz.WriteRecords},
		func(ctx context.Context, by register.By, in *alert) (Issued[id.Other], error) {
			return issued(r.SetAlert(ctx, by, register.Alert{Person: in.Person.n, Code: in.Body.Code, Reason: in.Body.Reason, Close: in.Body.Close.n}))
		})
	write(a, operation{id: "open-booking", path: "/people/{person}/bookings", tag: "People", summary: "Open an episode of custody", needs: authz.DecideGrounds},
		func(ctx context.Context, by register.By, in *booking) (Issued[id.Booking], error) {
			return issued(r.OpenBooking(ctx, by, register.NewBooking{Person: in.Person.n, Grounds: in.Body.Grounds.domain()}))
		})
	write(a, operation{id: "record-property", path: "/people/{person}/property", tag: "People", summary: "Record property as it is taken, passed on or returned", needs: authz.WriteRecords},
		func(ctx context.Context, by register.By, in *bag) (Issued[id.Property], error) {
			b := in.Body
			return issued(r.RecordProperty(ctx, by, register.Bag{Property: b.Property.n, Person: in.Person.n, Seal: b.Seal, Items: b.Items, Holder: b.Holder, Returned: b.Returned}))
		})
	write(a, operation{id: "record-fact", path: "/people/{person}/facts", tag: "Facts", summary: "Record a movement of a person", needs: authz.RecordFacts},
		func(ctx context.Context, by register.By, in *factOf) (Recorded, error) {
			return recorded(r.RecordFacts(ctx, by, []register.Fact{in.Body.domain(in.Person.n)}))
		})
	write(a, operation{
		id: "record-facts", path: "/facts", tag: "Facts", summary: "Record movements", needs: authz.RecordFacts,
		more: "A fact that contradicts another lands all the same; it is shown, and somebody decides.",
	}, func(ctx context.Context, by register.By, in *facts) (Recorded, error) {
		return recorded(r.RecordFacts(ctx, by, each(in.Body.Facts, func(f Fact) register.Fact { return f.Movement.domain(f.Person.n) })))
	})
	write(a, operation{id: "record-observations", path: "/observations", tag: "Facts", summary: "Record what was seen on the way", needs: authz.RecordFacts},
		func(ctx context.Context, by register.By, in *observations) (Recorded, error) {
			return recorded(r.Observe(ctx, by, each(in.Body.Observations, func(o Observation) register.Note {
				return register.Note{Person: o.Person.n, Convoy: o.Convoy.n, Type: o.Type, Accepted: o.Accepted, Text: o.Text}
			})))
		})
	write(a, operation{id: "report-incident", path: "/incidents", tag: "Facts", summary: "Report an incident, or add to one", needs: authz.RecordFacts},
		func(ctx context.Context, by register.By, in *incident) (Issued[id.Incident], error) {
			b := in.Body
			return issued(r.ReportIncident(ctx, by, register.Report{
				Incident: b.Incident.n, Type: custody.IncidentType(b.Type), Person: b.Person.n, Convoy: b.Convoy.n, Place: place.Code(b.Place), Text: b.Text,
			}))
		})
	write(a, operation{id: "set-aside", path: "/disputes", tag: "Differences", summary: "Decide that a movement does not stand", needs: authz.Decide},
		func(ctx context.Context, by register.By, in *dispute) (Recorded, error) {
			return recorded(r.SetAside(ctx, by, register.Dispute{Person: in.Body.Person.n, Entry: in.Body.Entry, Reason: in.Body.Reason}))
		})
	write(a, operation{id: "keep-apart", path: "/non-associations", tag: "People", summary: "Keep two people apart, or no longer", needs: authz.WriteRecords},
		func(ctx context.Context, by register.By, in *keepApart) (Issued[id.Other], error) {
			b := in.Body
			return issued(r.SetNonAssociation(ctx, by, register.KeepApart{A: b.A.n, B: b.B.n, Scope: b.Scope, Reason: b.Reason, Close: b.Close.n}))
		})
}

// optional is a moment that a query may leave out.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
