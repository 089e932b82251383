package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

type balanceQuery struct {
	Place  string            `query:"place" maxLength:"100" doc:"An establishment."`
	Convoy Number[id.Convoy] `query:"convoy"`
	From   time.Time         `query:"from" doc:"In the world; without it, from the beginning."`
	To     time.Time         `query:"to" doc:"In the world; without it, until now."`
	System time.Time         `query:"system" doc:"As the system knew it by then; without it, as known now."`
}

// Balance is a balance sheet: opening + intake = in custody + in transit + exits + out.
type Balance struct {
	Place      string            `json:"place,omitempty"`
	Convoy     Number[id.Convoy] `json:"convoy,omitzero"`
	From       *time.Time        `json:"from,omitempty"`
	To         *time.Time        `json:"to,omitempty"`
	System     *time.Time        `json:"system,omitempty"`
	Opening    int               `json:"opening"`
	Intake     int               `json:"intake"`
	InCustody  int               `json:"in_custody"`
	InTransit  int               `json:"in_transit"`
	Exits      map[string]int    `json:"exits" doc:"By kind: died, escaped, released, repatriated."`
	Out        int               `json:"out" doc:"Who left the scope for another account."`
	ByType     map[string]int    `json:"by_type" doc:"Net change by kind of movement."`
	Accounts   map[string]int    `json:"accounts" doc:"What stands where at the end; each opens into its people at /balance/people."`
	Registered int               `json:"registered" doc:"People registered by then, counted apart."`
	Balanced   bool              `json:"balanced" doc:"The sheet adds up."`
	Sound      bool              `json:"sound" doc:"All accounts sum to nothing, and everybody registered stands in one of them."`
}

func balanceOf(s register.Sheet) Balance {
	out := Balance{
		Place: string(s.Scope.Place), Convoy: numberOf(s.Scope.Convoy), From: optional(s.From), To: optional(s.To), System: optional(s.System),
		Opening: s.Opening, Intake: s.Intake, InCustody: s.InCustody, InTransit: s.InTransit, Out: s.Out, Registered: s.Registered,
		Balanced: s.Balanced(), Sound: s.Sound,
		Exits: make(map[string]int, len(s.Exits)), ByType: make(map[string]int, len(s.ByType)), Accounts: make(map[string]int, len(s.Accounts)),
	}
	for a, n := range s.Exits {
		out.Exits[strings.TrimPrefix(string(a), "exit:")] = n
	}
	for t, n := range s.ByType {
		out.ByType[string(t)] = n
	}
	for a, n := range s.Accounts {
		out.Accounts[string(a)] = n
	}
	return out
}

type figureQuery struct {
	Paging
	Account string    `query:"account" required:"true" maxLength:"100"`
	At      time.Time `query:"at" doc:"In the world; without it, now."`
	System  time.Time `query:"system" doc:"As the system knew it by then; without it, as known when the first page was asked for."`
}

// Line is what one line was sent and let pass, and why the two differ.
type Line struct {
	Point      string         `json:"point"`
	Departed   int            `json:"departed" doc:"People on the manifests of convoys that were sent over the line."`
	Passed     int            `json:"passed" doc:"Different people identified there."`
	Exceptions map[string]int `json:"exceptions"`
}

// Lines is all lines in their order.
type Lines struct {
	Items []Line `json:"items"`
}

func (a *API) balances() {
	r := a.Register
	read(a, operation{
		id: "read-balance", method: http.MethodGet, path: "/balance", tag: "Balance", summary: "Draw a balance sheet", needs: authz.ReadFigures,
		more: "For the country, a place or a convoy, as of any moment in the world and in the system.",
	}, func(ctx context.Context, who authz.Actor, in *balanceQuery) (Balance, error) {
		sheet, err := r.Statement(ctx, who, register.Scope{Place: place.Code(in.Place), Convoy: in.Convoy.n}, in.From, in.To, in.System)
		return balanceOf(sheet), err
	})
	list(a, operation{id: "open-figure", path: "/balance/people", tag: "Balance", summary: "Open a figure into its people", needs: authz.ReadPeople}, a.figure,
		func(p Person) int64 { return int64(p.Person.n) })
	read(a, operation{id: "list-lines", method: http.MethodGet, path: "/lines", tag: "Balance", summary: "Count the lines", needs: authz.ReadFigures},
		func(ctx context.Context, who authz.Actor, _ *struct{}) (Lines, error) {
			q, err := r.Reading(who, authz.ReadFigures)
			if err != nil {
				return Lines{}, err
			}
			found, err := q.Lines(ctx)
			if err != nil {
				return Lines{}, err
			}
			out := Lines{make([]Line, len(found))}
			for i, l := range found {
				why, err := q.LineExceptions(ctx, l.Point)
				if err != nil {
					return Lines{}, err
				}
				out.Items[i] = Line{string(l.Point), l.Departed, l.Passed, why}
			}
			return out, nil
		})
}

// figure lists who stands in one account as of a moment. Its pages all look at what the system knew when the first was asked for.
func (a *API) figure(ctx context.Context, who authz.Actor, in *figureQuery, c *cursor, limit int) ([]Person, error) {
	q, err := a.Register.Reading(who, authz.ReadPeople)
	if err != nil {
		return nil, err
	}
	account := custody.Account(in.Account)
	if account.Class() == "" {
		return nil, bad("account", "account.unknown", "there is no such account")
	}
	m := store.Moment{World: in.At, System: in.System}
	if c.system != 0 {
		m.System = time.UnixMicro(c.system)
	}
	if m.System.IsZero() {
		head, err := q.Head(ctx)
		if err != nil {
			return nil, err
		}
		m.System = head.RecordedAt
	}
	c.system = m.System.UnixMicro()
	people, err := q.In(ctx, account, m)
	if err != nil {
		return nil, err
	}
	first, found := slices.BinarySearch(people, id.Person(c.after))
	if found {
		first++
	}
	people = people[first:min(first+limit, len(people))]
	if len(people) == 0 {
		return nil, nil
	}
	rows, err := q.People(ctx, store.PeopleFilter{People: people})
	return each(rows, personOf), err
}
