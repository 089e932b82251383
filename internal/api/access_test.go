package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"amana/internal/authz"
)

// public are the operations that need no sign-in, because what they give holds no personal data.
var public = []string{"read-checkpoint", "read-tile"}

func operations(w *world) map[string]*huma.Operation {
	found := map[string]*huma.Operation{}
	for path, item := range w.Description().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op != nil && !slices.Contains(public, op.OperationID) {
				found[method+" "+path] = op
			}
		}
	}
	return found
}

func TestEveryOperationDeclaresItsPermission(t *testing.T) {
	t.Parallel()
	w := open(t)
	all := operations(w)
	if len(all) < 45 {
		t.Fatalf("only %d operations", len(all))
	}
	for name, op := range all {
		if p, _ := op.Metadata["permission"].(authz.Permission); !slices.Contains(authz.Permissions(), p) {
			t.Errorf("%s declares the permission %q, which does not exist", name, p)
		}
		if write := op.Metadata["write"] == true; !write && strings.HasPrefix(name, "P") && !slices.Contains([]string{"offer-handover", "search-identity"}, op.OperationID) {
			t.Errorf("%s records something and asks for no key", name)
		}
	}
}

// TestEveryOperationForEveryRole walks all operations as every role: without the permission, and without a sign-in, there is
// a refusal and nothing else.
func TestEveryOperationForEveryRole(t *testing.T) {
	t.Parallel()
	w := open(t)
	person := w.furnish(1)[0]
	paths := strings.NewReplacer("{person}", person, "{other}", person, "{code}", "IQ-N", "{convoy}", "500100000012", "{difference}", "1000", "{seq}", "8", "{wave}", "400100000013", "{plan}", "900100000030")
	for name, op := range operations(w) {
		method, path, _ := strings.Cut(name, " ")
		path = paths.Replace(path)
		if strings.Contains(path, "{") {
			t.Fatalf("no value for a part of %s", path)
		}
		needs := op.Metadata["permission"].(authz.Permission)
		rec := w.ask("", method, path+"?purpose=audit", nil)
		if p := problem(t, rec); rec.Code != http.StatusUnauthorized || rec.Header().Get("WWW-Authenticate") == "" || p.Code != "sign_in.missing" {
			t.Errorf("%s without a sign-in: %d %s", name, rec.Code, rec.Body)
		}
		for _, role := range authz.Roles {
			if op.OperationID == "watch" && authz.Check(authz.Actor{Name: "x", Role: role}, needs) == nil {
				continue // it streams; see the test of events
			}
			rec := w.ask(role, method, path, nil)
			allowed := authz.Check(authz.Actor{Name: "x", Role: role}, needs) == nil
			switch {
			case allowed && (rec.Code == http.StatusForbidden || rec.Code == http.StatusUnauthorized || rec.Code >= 500):
				t.Errorf("%s as %s: %d %s", name, role, rec.Code, rec.Body)
			case !allowed && (rec.Code != http.StatusForbidden || problem(t, rec).Code != "denied"):
				t.Errorf("%s as %s is not denied: %d %s", name, role, rec.Code, rec.Body)
			case !allowed && (strings.Contains(rec.Body.String(), person) || strings.Contains(rec.Body.String(), "محمد")):
				t.Errorf("%s as %s: the refusal tells of a person: %s", name, role, rec.Body)
			}
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := open(t)
	for name, c := range map[string]struct {
		headers []string
		status  int
		code    string
	}{
		"nobody":                     {nil, 401, "sign_in.missing"},
		"unknown token":              {[]string{"Authorization: Bearer wrong"}, 401, "account.unknown"},
		"too many":                   {[]string{"Authorization: Bearer flood"}, 429, "sign_in.too_many"},
		"accounts cannot be read":    {[]string{"Authorization: Bearer broken"}, 500, "internal"},
		"session, same origin":       {[]string{"Cookie: amana=admin", "Sec-Fetch-Site: same-origin"}, 200, ""},
		"session, other site":        {[]string{"Cookie: amana=admin", "Sec-Fetch-Site: cross-site"}, 403, "origin.foreign"},
		"session, other origin":      {[]string{"Cookie: amana=admin", "Origin: https://evil.example"}, 403, "origin.foreign"},
		"token, from any other site": {[]string{"Authorization: Bearer admin", "Sec-Fetch-Site: cross-site"}, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			body := o{"custodians": l{o{"code": "c", "role": "custodian"}}}
			rec := w.ask("", "POST", "/api/v1/custodians", body, append(c.headers, "Idempotency-Key: "+regexp.MustCompile(`\W`).ReplaceAllString(name, "-"))...)
			if rec.Code != c.status {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			if c.code != "" && problem(t, rec).Code != c.code {
				t.Errorf("%s", rec.Body)
			}
		})
	}
}

// TestAnInternalFailureTellsNothing of what went wrong inside.
func TestAnInternalFailureTellsNothing(t *testing.T) {
	t.Parallel()
	rec := open(t).ask("broken", "GET", "/api/v1/places", nil)
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "accounts") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}
