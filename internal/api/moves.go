package api

import (
	"context"
	"encoding/json"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
)

// Placement gives one person a move to a place, and a bed that is reserved there.
type Placement struct {
	Person Number[id.Person] `json:"person"`
	To     string            `json:"to" maxLength:"100" doc:"Establishment."`
	Cell   string            `json:"cell,omitempty" maxLength:"100"`
	Bed    int               `json:"bed,omitempty" minimum:"0" maximum:"100000"`
}

func (p Placement) domain() register.Placement {
	return register.Placement{Person: p.Person.n, To: place.Code(p.To), Cell: place.Code(p.Cell), Bed: p.Bed}
}

type allocation struct {
	Body struct {
		Wave       Number[id.Wave] `json:"wave"`
		Placements []Placement     `json:"placements" minItems:"1" maxItems:"5000"`
	}
}

// Allocated tells the moves that were booked, in the order of the placements.
type Allocated struct {
	Moves []Number[id.Move] `json:"moves"`
}

type newMove struct {
	Body struct {
		Move   Number[id.Move]   `json:"move,omitzero" doc:"The move to change; without it another is opened."`
		Person Number[id.Person] `json:"person,omitzero" doc:"May be filled in later."`
		From   string            `json:"from" maxLength:"100"`
		To     string            `json:"to" maxLength:"100"`
		Wave   Number[id.Wave]   `json:"wave,omitzero"`
		State  string            `json:"state" enum:"proposed,requested,booked,in_transit,completed,cancelled"`
		Reason string            `json:"reason,omitempty" maxLength:"2000" doc:"Given if and only if the move is cancelled."`
	}
}

type bed struct {
	Body struct {
		Person  Number[id.Person] `json:"person"`
		Cell    string            `json:"cell" maxLength:"100"`
		Bed     int               `json:"bed" minimum:"1" maximum:"100000"`
		Release bool              `json:"release,omitempty"`
	}
}

// EscortRecord is one version of the Person Escort Record of a person's live move, in its stored form.
type EscortRecord struct {
	Person Number[id.Person] `json:"person"`
	Record json.RawMessage   `json:"record" doc:"The record as the framework of questions has it: framework, version, status and answers."`
}

type escortRecords struct {
	Body struct {
		Records []EscortRecord `json:"records" minItems:"1" maxItems:"500"`
	}
}

// domain reads the records, and tells what is wrong with all of them.
func (in *escortRecords) domain() ([]register.EscortRecord, error) {
	out := make([]register.EscortRecord, len(in.Body.Records))
	bad := &fault.Error{Kind: fault.Invalid}
	for i, r := range in.Body.Records {
		out[i].Person = r.Person.n
		err := json.Unmarshal(r.Record, &out[i].Record)
		if err == nil {
			continue
		}
		f := fault.As(err)
		if f.Kind == fault.Internal {
			f = fault.New(fault.Invalid, "per.unreadable", "this is not an escort record")
		}
		if bad.Rule == "" {
			bad.Rule, bad.Message = f.Rule, f.Message
		}
		if len(f.Fields) == 0 {
			f.Fields = []fault.Field{{Name: "record", Rule: f.Rule}}
		}
		for _, field := range f.Fields {
			field.Name, field.Row = "records."+field.Name, i+1
			bad.Fields = append(bad.Fields, field)
		}
	}
	if bad.Fields != nil {
		return nil, bad
	}
	return out, nil
}

func (a *API) moves() {
	r := a.Register
	write(a, operation{
		id: "allocate", path: "/allocations", tag: "Moves", summary: "Book moves and reserve beds", needs: authz.Allocate,
		more: "All of them or none.",
	}, func(ctx context.Context, by register.By, in *allocation) (Allocated, error) {
		out, err := r.Allocate(ctx, by, register.Allocation{Wave: in.Body.Wave.n, Placements: each(in.Body.Placements, Placement.domain)})
		return Allocated{numbersOf(out.Moves)}, err
	})
	write(a, operation{id: "set-move", path: "/moves", tag: "Moves", summary: "Open, fill, change or cancel a move", needs: authz.Allocate},
		func(ctx context.Context, by register.By, in *newMove) (Issued[id.Move], error) {
			b := in.Body
			return issued(r.SetMove(ctx, by, custody.MoveSet{
				Move: b.Move.n, Person: b.Person.n, From: place.Code(b.From), To: place.Code(b.To), Wave: b.Wave.n, State: custody.MoveState(b.State), Reason: b.Reason,
			}))
		})
	write(a, operation{id: "reserve-bed", path: "/beds", tag: "Moves", summary: "Reserve or release a bed", needs: authz.Allocate},
		func(ctx context.Context, by register.By, in *bed) (Recorded, error) {
			b := in.Body
			return recorded(r.ReserveBed(ctx, by, register.ReserveBed{Person: b.Person.n, Cell: place.Code(b.Cell), Bed: b.Bed, Release: b.Release}))
		})
	write(a, operation{
		id: "save-escort-records", path: "/escort-records", tag: "Moves", summary: "Keep escort records of live moves", needs: authz.WriteRecords,
		more: "Medical answers are sealed apart and are not read back here.",
	}, func(ctx context.Context, by register.By, in *escortRecords) (Recorded, error) {
		records, err := in.domain()
		if err != nil {
			return Recorded{}, err
		}
		return recorded(r.SaveEscortRecords(ctx, by, records))
	})
}
