package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/register"
)

// The metadata of an operation.
const (
	metaPermission = "permission" // authz.Permission that it needs; without one nobody gets in
	metaWrite      = "write"      // true when it records something, and so needs a key
)

// maxKey is the length of an idempotency key.
const maxKey = 200

// ErrTooMany is what Authenticate answers while too many sign-ins have failed.
var ErrTooMany = fault.New(fault.Denied, "sign_in.too_many", "too many sign-ins failed; wait a little")

// caller is who sent a request, and its headers that all writes share.
type caller struct {
	actor   authz.Actor
	key     string
	at      time.Time
	request string // id, for the log
}

type callerKey struct{}

// personal are the permissions whose answers are about people.
var personal = []authz.Permission{authz.ReadPeople, authz.ReadLog, authz.SearchPeople, authz.ReadLeads, authz.ReadPlans}

// admit lets a request through to its operation, or answers why not. Nothing of the body is read before.
func (a *API) admit(ctx huma.Context, next func(huma.Context)) {
	r, _ := humago.Unwrap(ctx)
	c, err := a.admitted(ctx.Operation(), r)
	if needs, _ := ctx.Operation().Metadata[metaPermission].(authz.Permission); slices.Contains(personal, needs) {
		ctx.SetHeader("Cache-Control", "no-store") // no copy of somebody's file stays in a browser
	}
	if err == nil {
		next(huma.WithValue(ctx, callerKey{}, c))
		return
	}
	p := a.explain(r.Context(), c, err)
	if p.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="amana"`)
	}
	_ = huma.WriteErr(a.huma, ctx, p.Status, p.Detail, p) // the client is gone
}

func (a *API) admitted(op *huma.Operation, r *http.Request) (caller, error) {
	c := caller{request: r.Header.Get("X-Request-Id")}
	var err error
	if c.actor, err = a.Authenticate(r); err != nil {
		if fault.As(err).Kind == fault.Denied {
			return c, unauthenticated{err}
		}
		return c, err
	}
	permission, _ := op.Metadata[metaPermission].(authz.Permission)
	if err := authz.Check(c.actor, permission); err != nil {
		return c, err
	}
	if r.Header.Get("Authorization") == "" { // a browser sends its cookie for any page that asks it to
		if err := a.csrf.Check(r); err != nil {
			return c, fault.New(fault.Denied, "origin.foreign", "a page of another origin may not do this").Because(err)
		}
	}
	if !clean(r.URL.Path) || !clean(r.URL.RawQuery) {
		return c, malformed("text.malformed", "the address holds a character that no text has")
	}
	if op.Metadata[metaWrite] != true {
		return c, nil
	}
	key := r.Header.Get("Idempotency-Key")
	switch {
	case key == "":
		return c, malformed("idempotency_key.required", "every write names itself with the header Idempotency-Key")
	case len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c < '!' || c > '~' }):
		return c, malformed("idempotency_key.malformed", "an idempotency key is at most 200 visible ASCII characters")
	}
	// A key belongs to who sent it and to what they did with it. It holds no blank, so the last two end it unmistakably.
	c.key = c.actor.Name + " " + op.OperationID + " " + key
	if at := r.Header.Get("Occurred-At"); at != "" {
		if c.at, err = time.Parse(time.RFC3339Nano, at); err != nil {
			return c, malformed("occurred_at.malformed", "Occurred-At is a moment as in RFC 3339")
		}
	}
	return c, nil
}

// clean reports whether a part of an address, escapes included, decodes to text that databases take.
func clean(s string) bool {
	if !strings.Contains(s, "%") {
		return utf8.ValidString(s) && !strings.ContainsRune(s, 0)
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi < 16 && lo < 16 {
				b = append(b, hi<<4|lo)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return utf8.Valid(b) && !strings.ContainsRune(string(b), 0)
}

func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}

// operation describes one operation, for the document and for whoever may call it.
type operation struct {
	id, method, path string // path below Prefix
	summary, more    string
	tag              string
	needs            authz.Permission
	write            bool
	responses        map[string]*huma.Response
}

// maxJSON bounds a JSON body.
const maxJSON = 4 << 20

func (o operation) describe() huma.Operation {
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: Prefix + o.path, Summary: o.summary, Description: strings.TrimSpace(o.more + "\n\nNeeds `" + string(o.needs) + "`."),
		Tags: []string{o.tag}, Metadata: map[string]any{metaPermission: o.needs, metaWrite: o.write}, Responses: o.responses,
		MaxBodyBytes: maxJSON, BodyReadTimeout: time.Minute,
		Security: []map[string][]string{{"token": {}}, {"session": {}}},
	}
	if o.write {
		longest := maxKey
		op.Parameters = []*huma.Param{
			{
				Name: "Idempotency-Key", In: "header", Required: true, Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
				Description: "Names this write. Sent again, it changes nothing and is answered as before.",
			},
			{
				Name: "Occurred-At", In: "header", Schema: &huma.Schema{Type: huma.TypeString, Format: "date-time"},
				Description: "When it happened in the world. Without it: now.",
			},
		}
	}
	return op
}

type reply[O any] struct{ Body O }

// add registers an operation; work gets who called it as a parameter.
func add[I, O any](a *API, op operation, work func(context.Context, caller, *I) (*O, error)) {
	huma.Register(a.huma, op.describe(), func(ctx context.Context, in *I) (*O, error) {
		c, _ := ctx.Value(callerKey{}).(caller)
		out, err := work(ctx, c, in)
		if err != nil {
			return nil, a.explain(ctx, c, err)
		}
		return out, nil
	})
}

// read registers an operation that records nothing.
func read[I, O any](a *API, op operation, work func(context.Context, authz.Actor, *I) (O, error)) {
	add(a, op, func(ctx context.Context, c caller, in *I) (*reply[O], error) {
		out, err := work(ctx, c.actor, in)
		return &reply[O]{out}, err
	})
}

// write registers an operation that records something.
func write[I, O any](a *API, op operation, work func(context.Context, register.By, *I) (O, error)) {
	op.write = true
	if op.method == "" {
		op.method = http.MethodPost
	}
	add(a, op, func(ctx context.Context, c caller, in *I) (*reply[O], error) {
		out, err := work(ctx, register.By{Actor: c.actor, At: c.at, Key: c.key}, in)
		return &reply[O]{out}, err
	})
}

// Recorded tells the last entry that a write recorded.
type Recorded struct {
	Entry int64 `json:"entry" doc:"Sequence number in the log."`
}

func recorded(d register.Done, err error) (Recorded, error) { return Recorded{d.Seq}, err }
