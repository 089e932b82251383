package api

import (
	"context"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

// Difference is something that does not agree between book and world, or between two records.
type Difference struct {
	Difference int64               `json:"difference"`
	Kind       string              `json:"kind"`
	Subject    string              `json:"subject"`
	Convoy     Number[id.Convoy]   `json:"convoy,omitzero"`
	Place      string              `json:"place,omitempty"`
	Note       string              `json:"note,omitempty"`
	OccurredAt time.Time           `json:"occurred_at"`
	DetectedAt time.Time           `json:"detected_at"`
	ClosedAt   *time.Time          `json:"closed_at,omitempty"`
	Resolution string              `json:"resolution,omitempty"`
	Became     int64               `json:"became,omitempty" doc:"The difference that this one turned out to be."`
	People     []Number[id.Person] `json:"people"`
	Entries    []int64             `json:"entries" doc:"Entries that show it."`
}

func differenceOf(d store.Difference) Difference {
	out := Difference{
		Difference: d.Difference, Kind: string(d.Kind), Subject: d.Subject, Convoy: numberOf(d.Convoy), Place: string(d.Place), Note: d.Note,
		OccurredAt: d.OccurredAt, DetectedAt: d.DetectedAt, ClosedAt: d.ClosedAt, Resolution: d.Resolution, Became: d.Became,
		People: numbersOf(d.People), Entries: d.Entries,
	}
	if out.Entries == nil {
		out.Entries = []int64{}
	}
	return out
}

type differencesQuery struct {
	Paging
	Open   bool              `query:"open" doc:"Only those that nobody closed."`
	Kind   string            `query:"kind" maxLength:"50"`
	Person Number[id.Person] `query:"person"`
	Convoy Number[id.Convoy] `query:"convoy"`
	Place  string            `query:"place" maxLength:"100"`
}

type decision struct {
	Difference int64 `path:"difference" minimum:"1" maximum:"9000000000000000000"`
	Body       struct {
		Resolution string `json:"resolution" minLength:"1" maxLength:"5000" doc:"What was found out."`
	}
}

func (a *API) differences() {
	list(a, operation{id: "list-differences", path: "/differences", tag: "Differences", summary: "List differences", needs: authz.ReadPeople},
		func(ctx context.Context, who authz.Actor, in *differencesQuery, c *cursor, limit int) ([]Difference, error) {
			q, err := a.Register.Reading(who, authz.ReadPeople)
			if err != nil {
				return nil, err
			}
			found, err := q.Differences(ctx, store.DifferenceFilter{
				Open: in.Open, Kind: custody.DifferenceKind(in.Kind), Person: in.Person.n, Convoy: in.Convoy.n, Place: place.Code(in.Place), After: c.after, Limit: limit,
			})
			return each(found, differenceOf), err
		}, func(d Difference) int64 { return d.Difference })
	write(a, operation{
		id: "decide-difference", path: "/differences/{difference}/decision", tag: "Differences", summary: "Close a difference with what was found out", needs: authz.Decide,
		more: "It stays on record with its people and entries.",
	}, func(ctx context.Context, by register.By, in *decision) (Recorded, error) {
		return recorded(a.Register.DecideDifference(ctx, by, register.Decision{Difference: in.Difference, Resolution: in.Body.Resolution}))
	})
}
