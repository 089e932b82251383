package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"amana/internal/api"
	"amana/internal/authz"
	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/ledger"
	"amana/internal/register"
	"amana/internal/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// world is an API on a register of its own. Tokens are the names of roles.
type world struct {
	*api.API
	t     testing.TB
	store *store.Store
	reg   *register.Register
	keys  int
}

func open(t testing.TB) *world {
	t.Helper()
	return openOn(t, filepath.Join(t.TempDir(), "amana.db"))
}

func openOn(t testing.TB, db string) *world {
	t.Helper()
	keys, err := register.OpenKeyring("")
	if err != nil {
		t.Fatal(err)
	}
	log := ledger.Log{Site: "test", Epoch: 1}
	signer, err := keys.Signer(log.Origin())
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), db, store.Options{Log: log, Number: 1, Signer: signer, Clock: clock.System})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for _, role := range authz.Roles {
		if err := s.SetAccount(context.Background(), authz.Actor{Name: string(role), Role: role}, string(role)); err != nil {
			t.Fatal(err)
		}
	}
	w := &world{t: t, store: s, reg: register.New(s, keys)}
	w.API, err = api.New(api.Config{Register: w.reg, Log: s.Queries, Clock: clock.System, Logger: slog.New(slog.NewTextHandler(testWriter{t}, nil)), Authenticate: func(r *http.Request) (authz.Actor, error) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if c, err := r.Cookie("amana"); err == nil && token == "" {
			token = c.Value
		}
		switch token {
		case "":
			return authz.Actor{}, fault.New(fault.Denied, "sign_in.missing", "nobody signed in")
		case "flood":
			return authz.Actor{}, api.ErrTooMany
		case "broken":
			return authz.Actor{}, errors.New("the accounts cannot be read")
		}
		return s.Account(r.Context(), token)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// testWriter shows what was logged beside the test that did it.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// ask sends a request as a role, with headers "Name: value"; a body that is no string or []byte is sent as JSON.
func (w *world) ask(role authz.Role, method, path string, body any, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case []byte:
		r = bytes.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		r = bytes.NewReader(text)
	}
	req := httptest.NewRequest(method, path, r)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+string(role))
	}
	if method != http.MethodGet {
		w.keys++
		req.Header.Set("Idempotency-Key", fmt.Sprint("k", w.keys))
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
		if value == "" {
			req.Header.Del(name)
		}
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, req)
	return rec
}

// must is ask for what has to succeed; it returns the answer's JSON.
func (w *world) must(role authz.Role, method, path string, body any, headers ...string) map[string]any {
	w.t.Helper()
	rec := w.ask(role, method, path, body, headers...)
	var out map[string]any
	if rec.Code != http.StatusOK {
		w.t.Fatalf("%s %s: %d %s", method, path, rec.Code, rec.Body)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		w.t.Fatalf("%s %s: %v in %s", method, path, err, rec.Body)
	}
	return out
}

func problem(t testing.TB, rec *httptest.ResponseRecorder) api.Problem {
	t.Helper()
	var p api.Problem
	if got := rec.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("%d with content type %q: %s", rec.Code, got, rec.Body)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
		t.Fatalf("%v in %s", err, rec.Body)
	}
	return p
}

type (
	o = map[string]any
	l = []any
)

// furnish lays down a source, three lines, a prison with a cell, and the custodians; it registers n people at the source.
func (w *world) furnish(n int) []string {
	w.t.Helper()
	w.must(authz.Admin, "POST", "/api/v1/custodians", o{"custodians": l{
		o{"code": "camp", "role": "custodian"}, o{"code": "escort", "role": "escort"}, o{"code": "guards", "role": "line"}, o{"code": "prison", "role": "custodian"},
	}})
	w.must(authz.Admin, "POST", "/api/v1/places", o{"places": l{
		o{"code": "SY-A", "kind": "source", "state": "active", "operator": "camp"},
		o{"code": "LINE-1", "kind": "line", "state": "active", "order": 1},
		o{"code": "IQ-N", "kind": "prison", "state": "active", "operator": "prison", "capacity": o{"maximum": 100, "working": 100}},
		o{"code": "IQ-N/A", "kind": "block", "state": "active", "capacity": o{"maximum": 100, "working": 100}},
		o{"code": "IQ-N/A/01", "kind": "cell", "state": "active", "capacity": o{"maximum": 20, "working": 20}},
	}})
	return w.register(n)
}

func (w *world) register(n int) []string {
	w.t.Helper()
	people := make(l, n)
	for i := range people {
		people[i] = o{"place": "SY-A", "details": o{"names": l{o{"raw": fmt.Sprintf("محمد علي %d", i), "script": "Arab"}}, "sex": 1}, "grounds": o{"ground": "transfer_order", "authority": "court", "until": "2030-01"}}
	}
	out := w.must(authz.Registrar, "POST", "/api/v1/people", o{"people": people})
	numbers := make([]string, n)
	for i, p := range out["people"].(l) {
		numbers[i] = p.(string)
	}
	return numbers
}
