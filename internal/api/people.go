package api

import (
	"context"
	"net/http"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

// Person is one person as lists show them.
type Person struct {
	Person      Number[id.Person] `json:"person"`
	Name        string            `json:"name,omitempty"`
	Latin       string            `json:"name_latin,omitempty"`
	Sex         int               `json:"sex"`
	Born        string            `json:"born,omitempty" doc:"EDTF."`
	Nationality string            `json:"nationality,omitempty" doc:"ISO 3166-1 alpha-3 of the first claim that maps to one."`
	Document    string            `json:"document,omitempty"`
	Mother      string            `json:"mother,omitempty"`
	Family      string            `json:"family,omitempty"`
	Child       bool              `json:"child,omitempty" doc:"Accompanies a parent and is not a detainee."`
	Account     string            `json:"account" doc:"Where: place:CODE, vehicle:NUMBER or exit:KIND."`
	Class       string            `json:"class" enum:"intake,in_custody,in_transit,exit"`
	Custodian   string            `json:"custodian,omitempty"`
	MergedInto  Number[id.Person] `json:"merged_into,omitzero"`
	Entry       int64             `json:"entry" doc:"The entry that registered them."`
	LastAt      time.Time         `json:"last_at" doc:"Last movement, in the world."`
}

func personOf(p store.Person) Person {
	return Person{
		Person: numberOf(p.Person), Name: p.Name, Latin: p.Latin, Sex: int(p.Sex), Born: p.Born, Nationality: p.Nationality,
		Document: p.Document, Mother: p.Mother, Family: p.Family, Child: p.Child, Account: string(p.Account), Class: string(p.Account.Class()),
		Custodian: p.Custodian, MergedInto: numberOf(p.MergedInto), Entry: p.RegisteredSeq, LastAt: p.LastAt,
	}
}

func each[A, B any](all []A, f func(A) B) []B {
	out := make([]B, len(all))
	for i, a := range all {
		out[i] = f(a)
	}
	return out
}

type peopleQuery struct {
	Paging
	Text        string `query:"text" maxLength:"200" doc:"A name in any spelling that folds alike, a number or a document."`
	Place       string `query:"place" maxLength:"100" doc:"Everybody in this establishment."`
	Account     string `query:"account" maxLength:"100"`
	Class       string `query:"class" enum:"in_custody,in_transit,exit"`
	Nationality string `query:"nationality" pattern:"^[A-Z]{3}$"`
	Unresolved  bool   `query:"unresolved" doc:"Only those none of whose claims maps to a country."`
}

// NewPerson is one person to be registered where they are.
type NewPerson struct {
	Details    Details  `json:"details"`
	Place      string   `json:"place" maxLength:"100"`
	Grounds    Grounds  `json:"grounds,omitzero"`
	Source     Source   `json:"source,omitzero"`
	Mother     string   `json:"mother,omitempty" maxLength:"500"`
	Family     string   `json:"family,omitempty" maxLength:"100"`
	Child      bool     `json:"child,omitempty" doc:"Accompanies a parent and is not a detainee."`
	Unexpected bool     `json:"unexpected,omitempty" doc:"Present and on nobody's list."`
	Alerts     []string `json:"alerts,omitempty" maxItems:"20" doc:"Codes of alerts to raise." example:"[\"age_to_assess\"]"`
}

type newPeople struct {
	Body struct {
		People []NewPerson `json:"people" minItems:"1" maxItems:"1000"`
	}
}

// Numbers tells the numbers that were issued, in the order of what was sent, and who these people may be. Nobody is turned away
// because of it.
type Numbers struct {
	People     []Number[id.Person] `json:"people"`
	Candidates [][]Candidate       `json:"candidates,omitempty" doc:"For each, who of the register they may be, as it was at this very moment; absent when nobody may be anybody."`
	Leads      []Lead              `json:"leads,omitempty" doc:"Entries of watchlists, for who may read them. They decide nothing."`
}

// PersonFile is everything the register has on one person.
type PersonFile struct {
	Person
	Details     Details      `json:"details"`
	Bookings    []Booking    `json:"bookings"`
	Alerts      []Alert      `json:"alerts"`
	Beds        []HeldBed    `json:"beds"`
	Differences []Difference `json:"differences"`
	Timeline    []Entry      `json:"timeline" doc:"In the order of the world."`
	Readings    []Reading    `json:"readings" doc:"Who read this file, newest first."`
}

// Booking is one episode of custody with its grounds.
type Booking struct {
	Booking   Number[id.Booking] `json:"booking"`
	OpenedAt  time.Time          `json:"opened_at"`
	ClosedAt  *time.Time         `json:"closed_at,omitempty"`
	Ground    string             `json:"ground"`
	Authority string             `json:"authority,omitempty"`
	Order     string             `json:"order,omitempty"`
	Until     string             `json:"until,omitempty" doc:"EDTF."`
	Outcome   string             `json:"outcome,omitempty"`
}

// Alert is an active or past alert on a person.
type Alert struct {
	Alert    Number[id.Other] `json:"alert"`
	Code     string           `json:"code"`
	Reason   string           `json:"reason,omitempty"`
	ClosedAt *time.Time       `json:"closed_at,omitempty"`
}

// HeldBed is a bed that a person holds.
type HeldBed struct {
	Cell  string `json:"cell"`
	Bed   int    `json:"bed"`
	State string `json:"state"`
}

// Reading is one reading of a person's file.
type Reading struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Purpose string    `json:"purpose"`
}

type fileQuery struct {
	PersonPath
	ReadFor
}

// ReadFor says why somebody's file is read. It is exported as PersonPath is.
type ReadFor struct {
	Purpose string `query:"purpose" maxLength:"500" doc:"Why the file is read, here or in the header Purpose."`
	Header  string `header:"Purpose" maxLength:"500" doc:"Why the file is read; it goes on record."`
}

// why gives the purpose of a reading, which nobody does without.
func (r ReadFor) why() (string, error) {
	purpose := r.Purpose
	if purpose == "" {
		purpose = r.Header
	}
	if purpose == "" || !clean(purpose) {
		return "", bad("purpose", "purpose.required", "say why the file is read: each reading is on record")
	}
	return purpose, nil
}

// PersonPath names a person in an address. It is exported because huma reads no other embedded fields.
type PersonPath struct {
	Person Number[id.Person] `path:"person"`
}

func (a *API) people() {
	list(a, operation{id: "list-people", path: "/people", tag: "People", summary: "Search people", needs: authz.ReadPeople},
		func(ctx context.Context, who authz.Actor, in *peopleQuery, c *cursor, limit int) ([]Person, error) {
			q, err := a.Register.Reading(who, authz.ReadPeople)
			if err != nil {
				return nil, err
			}
			found, err := q.People(ctx, store.PeopleFilter{
				Text: in.Text, Account: custody.Account(in.Account), Place: in.Place, Class: custody.Class(in.Class), Nationality: in.Nationality,
				Unresolved: in.Unresolved, After: id.Person(c.after), Limit: limit,
			})
			return each(found, personOf), err
		}, func(p Person) int64 { return int64(p.Person.n) })

	write(a, operation{
		id: "register-people", path: "/people", tag: "People", summary: "Register people where they are", needs: authz.RegisterPeople,
		more: "A name, a document or nothing at all: somebody who is there is recorded. All of them or none.",
	}, func(ctx context.Context, by register.By, in *newPeople) (Numbers, error) {
		out, err := a.Register.Register(ctx, by, each(in.Body.People, NewPerson.domain))
		return Numbers{
			People: numbersOf(out.People), Leads: each(out.Leads, leadOf),
			Candidates: each(out.Candidates, func(c []register.Candidate) []Candidate { return each(c, candidateOf) }),
		}, err
	})

	read(a, operation{
		id: "read-person", method: http.MethodGet, path: "/people/{person}", tag: "People", summary: "Read a person's file", needs: authz.ReadPeople,
		more: "Each reading is on record with its purpose. Medical answers are not in it.",
	}, func(ctx context.Context, who authz.Actor, in *fileQuery) (PersonFile, error) {
		purpose, err := in.why()
		if err != nil {
			return PersonFile{}, err
		}
		f, err := a.Register.File(ctx, who, in.Person.n, purpose, a.Clock())
		if err != nil {
			return PersonFile{}, err
		}
		return fileOf(who, f)
	})
}

func (p NewPerson) domain() register.Registration {
	return register.Registration{
		Details: p.Details.domain(), Place: place.Code(p.Place), Grounds: p.Grounds.domain(), Source: custody.Source(p.Source),
		Mother: p.Mother, Family: p.Family, Child: p.Child, Unexpected: p.Unexpected, Alerts: p.Alerts,
	}
}

func fileOf(who authz.Actor, f register.File) (PersonFile, error) {
	out := PersonFile{
		Person: personOf(f.Person), Details: detailsOf(f.Details),
		Bookings: each(f.Bookings, func(b store.Booking) Booking {
			return Booking{numberOf(b.Booking), b.OpenedAt, b.ClosedAt, b.Ground, b.Authority, b.Order, b.Until, b.Outcome}
		}),
		Alerts: each(f.Alerts, func(x store.Alert) Alert { return Alert{numberOf(x.Alert), x.Code, x.Reason, x.ClosedAt} }),
		Beds:   each(f.Holds, func(h store.Hold) HeldBed { return HeldBed{string(h.Cell), h.Bed.Bed, h.State} }),

		Differences: each(f.Differences, differenceOf), Timeline: make([]Entry, len(f.Timeline)),
		Readings: each(f.Readings, func(r store.Reading) Reading { return Reading(r) }),
	}
	var err error
	for i, r := range f.Timeline {
		if out.Timeline[i], err = entryOfRecord(who, r); err != nil {
			return PersonFile{}, err
		}
	}
	return out, nil
}
