package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/intake"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/watchlist"
)

// Watchlist is a published list that is loaded.
type Watchlist struct {
	Name     string    `json:"name"`
	Version  string    `json:"version,omitempty"`
	SHA256   string    `json:"sha256" doc:"Of the entries as they were read."`
	Entries  int       `json:"entries"`
	Entry    int64     `json:"entry" doc:"The entry of the log that says so."`
	LoadedAt time.Time `json:"loaded_at"`
}

// Watchlists are all lists that are loaded.
type Watchlists struct {
	Items []Watchlist `json:"items"`
}

// WatchlistLoaded tells what became of a list.
type WatchlistLoaded struct {
	Name      string       `json:"name"`
	Version   string       `json:"version,omitempty"`
	SHA256    string       `json:"sha256"`
	Entries   int          `json:"entries" doc:"People."`
	LeftOut   int          `json:"left_out" doc:"Entries that are no people."`
	Unchanged bool         `json:"unchanged" doc:"The same entries were loaded before: nothing was done."`
	Leads     int          `json:"leads" doc:"People in the register who may be an entry."`
	Problems  []FieldError `json:"problems,omitempty" doc:"Values that could not be read; good ones are kept."`
}

// Lead is somebody who may be an entry of a watchlist. It is work for a human and decides nothing.
type Lead struct {
	List    string            `json:"list"`
	Ref     string            `json:"ref" doc:"Of the entry within the list."`
	Entry   Details           `json:"entry" doc:"What the list says."`
	Person  *Person           `json:"person,omitempty" doc:"None when somebody was searched for who is not registered."`
	Record  Number[id.Person] `json:"record,omitzero" doc:"The record that was found alike; a verdict is about it."`
	FoundAt *time.Time        `json:"found_at,omitempty"`
	Decided *LeadDecision     `json:"decided,omitempty" doc:"The last decision."`
	Explanation
}

// LeadDecision is what somebody found out about a lead.
type LeadDecision struct {
	Entry   int64     `json:"entry"`
	Verdict string    `json:"verdict" enum:"same,different,unsure,undone"`
	Reason  string    `json:"reason"`
	Actor   string    `json:"actor"`
	At      time.Time `json:"at"`
}

func leadOf(l register.Lead) Lead {
	out := Lead{List: l.List, Ref: l.Ref, Entry: detailsOf(l.Entry), Record: numberOf(l.Record), FoundAt: optional(l.FoundAt), Explanation: explanationOf(l.Explanation)}
	if l.Person.Person != 0 {
		p := personOf(l.Person)
		out.Person = &p
	}
	if d := l.Decided; d != nil {
		out.Decided = &LeadDecision{d.Seq, string(d.Verdict), d.Reason, d.Actor, d.At}
	}
	return out
}

// Leads is a page of leads, the strongest first.
type Leads struct {
	Items []Lead `json:"items"`
	Next  string `json:"next_cursor,omitempty" doc:"Cursor of the next page; absent on the last."`
}

type leadsQuery struct {
	List    string            `query:"list" maxLength:"300"`
	Person  Number[id.Person] `query:"person"`
	Decided bool              `query:"decided" doc:"Those that were decided as well."`
	Cursor  string            `query:"cursor" maxLength:"200" doc:"next_cursor of the page before."`
	Limit   int               `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type leadVerdict struct {
	Body struct {
		List    string            `json:"list" maxLength:"300"`
		Ref     string            `json:"ref" maxLength:"500"`
		Person  Number[id.Person] `json:"person" doc:"The record that was found alike."`
		Verdict string            `json:"verdict" enum:"same,different,unsure,undone"`
		Reason  string            `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

type watchlistQuery struct {
	w http.ResponseWriter
	r *http.Request
}

// Resolve keeps the request, whose body is read as it comes.
func (in *watchlistQuery) Resolve(ctx huma.Context) []error {
	in.r, in.w = humago.Unwrap(ctx)
	return nil
}

func (a *API) watchlists() {
	r := a.Register
	read(a, operation{id: "list-watchlists", method: "GET", path: "/watchlists", tag: "Watchlists", summary: "List the watchlists that are loaded", needs: authz.ReadLeads},
		func(ctx context.Context, who authz.Actor, _ *struct{}) (Watchlists, error) {
			found, err := r.Watchlists(ctx, who)
			return Watchlists{each(found, func(w store.Watchlist) Watchlist {
				return Watchlist{w.Name, w.Version, w.SHA256, w.Entries, w.Seq, w.LoadedAt}
			})}, err
		})
	load := operation{
		id: "load-watchlist", path: "/watchlists", tag: "Watchlists", summary: "Load a published list in the place of its version before", needs: authz.LoadWatchlist,
		more: "The consolidated list of the United Nations Security Council in its XML form, as the body itself or as the file of multipart/form-data. " +
			"Other lists in XML or delimited text come as multipart/form-data with a part `mapping`, before the file, that says what stands where. A hit is a lead for a human.",
	}
	write(a, load, a.loadWatchlist)
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	a.huma.OpenAPI().Paths[Prefix+load.path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/xml":     {Schema: binary},
		"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"mapping": {Type: huma.TypeString}, "file": binary}, Required: []string{"file"}}},
	}}
	read(a, operation{id: "list-leads", method: "GET", path: "/watchlists/leads", tag: "Watchlists", summary: "List people who may be entries of watchlists", needs: authz.ReadLeads},
		func(ctx context.Context, who authz.Actor, in *leadsQuery) (Leads, error) {
			found, err := r.Leads(ctx, who, store.LeadFilter{List: in.List, Person: in.Person.n, Decided: in.Decided, After: in.Cursor, Limit: in.Limit}, a.Clock())
			return Leads{each(found.Leads, leadOf), found.Next}, err
		})
	write(a, operation{
		id: "decide-lead", path: "/watchlists/leads/decisions", tag: "Watchlists", summary: "Record what was found out about a lead", needs: authz.DecideLeads,
		more: "It changes nothing for the person.",
	}, func(ctx context.Context, by register.By, in *leadVerdict) (Recorded, error) {
		b := in.Body
		return recorded(r.DecideLead(ctx, by, register.LeadVerdict{List: b.List, Ref: b.Ref, Person: b.Person.n, Verdict: custody.Verdict(b.Verdict), Reason: b.Reason}))
	})
}

func (a *API) loadWatchlist(ctx context.Context, by register.By, in *watchlistQuery) (WatchlistLoaded, error) {
	line := http.NewResponseController(in.w)
	deadline := time.Now().Add(importTime)
	_ = line.SetReadDeadline(deadline) // a recorder in a test has none
	_ = line.SetWriteDeadline(deadline.Add(time.Minute))
	in.r.Body = http.MaxBytesReader(in.w, in.r.Body, maxImport)
	list, err := in.list()
	if err != nil {
		return WatchlistLoaded{}, tooLarge(err)
	}
	done, err := a.Register.LoadWatchlist(ctx, by, *list)
	if err != nil {
		return WatchlistLoaded{}, err
	}
	return WatchlistLoaded{
		Name: done.List, Version: done.Version, SHA256: done.SHA256, Entries: done.Entries, LeftOut: list.LeftOut, Unchanged: done.Unchanged, Leads: done.Leads,
		Problems: each(list.Problems, func(f fault.Field) FieldError { return FieldError(f) }),
	}, nil
}

// list reads the list of the request: by its mapping when it has one, else as that of the United Nations.
func (in *watchlistQuery) list() (*watchlist.List, error) {
	mediaType, _, _ := mime.ParseMediaType(in.r.Header.Get("Content-Type"))
	if mediaType != "multipart/form-data" {
		return watchlist.ReadUN(in.r.Body, intake.Country)
	}
	parts, err := in.r.MultipartReader()
	if err != nil {
		return nil, malformed("body.malformed", "the body is not multipart/form-data")
	}
	var mapping *watchlist.Mapping
	for range 100 {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, bad("file", "field.required", "no file was sent")
		case err != nil:
			return nil, errors.Join(malformed("body.malformed", "the body is not multipart/form-data"), err)
		case part.FormName() == "mapping":
			if mapping, err = watchlist.ReadMapping(part); err != nil {
				return nil, err
			}
		case part.FileName() != "" && mapping != nil:
			return mapping.Read(part, intake.Country)
		case part.FileName() != "":
			return watchlist.ReadUN(part, intake.Country)
		}
	}
	return nil, bad("file", "field.required", "no file was sent")
}
