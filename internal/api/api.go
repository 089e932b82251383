// Package api is the register over HTTP: JSON under /api/v1, described by OpenAPI 3.1 that is generated from this code.
//
// An operation is thin: what was sent is read into a wire type, one call of the register does the work, and what it
// answers is written as a wire type. Wire types belong to this package, so that neither the domain nor the store can
// change what is promised to others. Nobody gets through without a permission that the operation names.
package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"amana/internal/authz"
	"amana/internal/clock"
	"amana/internal/register"
	"amana/internal/store"
)

// Prefix is the path under which the operations of this version are.
const Prefix = "/api/v1"

// Authenticate tells who sent a request. It fails with a fault of the kind Denied when nobody signed in, and with
// ErrTooMany when it was tried too often.
type Authenticate func(*http.Request) (authz.Actor, error)

// Log is the public half of the log, which holds no personal data.
type Log interface {
	Head(ctx context.Context) (store.Head, error)
	Checkpoint(ctx context.Context, size int64) ([]byte, error)
	Tile(ctx context.Context, level int, index int64) ([]byte, error)
}

// Config is what the API works with. Every field is needed but Stopping.
type Config struct {
	Register     *register.Register
	Log          Log
	Authenticate Authenticate
	Clock        clock.Clock
	Logger       *slog.Logger
	Stopping     <-chan struct{} // closed when the program stops, so that streams of events end; nil: never
}

// API answers everything under /api/.
type API struct {
	Config
	huma huma.API
	mux  *http.ServeMux
	csrf *http.CrossOriginProtection
	head recentHead
}

// New builds the API and its description.
func New(c Config) (*API, error) {
	a := &API{Config: c, mux: http.NewServeMux(), csrf: http.NewCrossOriginProtection()}
	a.head.log = c.Log
	config := huma.DefaultConfig("Amana", "1")
	config.CreateHooks = nil // no $schema member in answers
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.RejectUnknownQueryParameters = true
	config.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	config.Info.Description = description
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "The token of an account."},
		"session": {Type: "apiKey", In: "cookie", Name: "amana", Description: "The session of the pages, for requests from the same origin."},
	}
	a.huma = humago.New(router{a.mux}, config)
	a.huma.UseMiddleware(a.admit)
	a.imports()
	a.people()
	a.records()
	a.search()
	a.identity()
	a.watchlists()
	a.places()
	a.moves()
	a.waves()
	a.plans()
	a.routes()
	a.convoys()
	a.travel()
	a.gates()
	a.handovers()
	a.differences()
	a.balances()
	a.forecasts()
	a.entries()
	a.events()
	a.publicLog()
	return a, a.docs()
}

const description = `The register of the custody of people: double entry, append only, provable.

Numbers of people, moves, convoys and the like are strings of twelve digits, the last a check digit. Moments are RFC 3339.
Every write needs an Idempotency-Key: sent again with the same key it changes nothing and gets the first answer. The header
Occurred-At says when it happened in the world; without it, now. A refusal is a problem (RFC 9457) whose code is the rule.`

// ServeHTTP answers a request. Paths and methods that do not exist are problems too.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := a.mux.Handler(r); pattern == "" {
		miss := &silent{header: http.Header{}}
		a.mux.ServeHTTP(miss, r)
		if allow := miss.header.Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
			Write(w, &Problem{Status: http.StatusMethodNotAllowed, Code: "method.not_allowed", Detail: "this path is not asked in this way"})
			return
		}
		if miss.status == http.StatusNotFound {
			Write(w, &Problem{Status: http.StatusNotFound, Code: "path.unknown", Detail: "there is nothing under this path"})
			return
		}
	}
	a.mux.ServeHTTP(w, r)
}

// Description is the OpenAPI document, for whoever generates or compares it.
func (a *API) Description() *huma.OpenAPI { return a.huma.OpenAPI() }

// silent hears what a mux answers to a path that it does not know.
type silent struct {
	header http.Header
	status int
}

func (s *silent) Header() http.Header         { return s.header }
func (s *silent) Write(b []byte) (int, error) { return len(b), nil }
func (s *silent) WriteHeader(status int)      { s.status = status }
