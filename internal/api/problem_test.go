package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/api"
	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/testdb"
)

func TestKindsOfFaultsHaveTheirStatus(t *testing.T) {
	t.Parallel()
	for kind, status := range map[fault.Kind]int{
		fault.Invalid: 422, fault.NotFound: 404, fault.Refused: 409, fault.Conflict: 409, fault.Denied: 403, fault.TooLarge: 413, fault.Internal: 500,
	} {
		f := &fault.Error{Kind: kind, Rule: "a.rule", Message: "what happened", Refs: map[string]string{"move": "7"}, Fields: []fault.Field{{Name: "n", Row: 2, Rule: "b.rule", Value: "v"}}}
		want := &api.Problem{
			Type: "urn:amana:rule:a.rule", Title: http.StatusText(status), Status: status, Code: "a.rule", Detail: "what happened",
			Refs: f.Refs, Errors: []api.FieldError{{Name: "n", Row: 2, Rule: "b.rule", Value: "v"}},
		}
		if diff := cmp.Diff(want, api.Explain(f)); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	testdb.Each(t, problems)
}

func problems(t *testing.T, db string) {
	w := openOn(t, db)
	person := w.furnish(1)[0]
	long := strings.Repeat("a", 300)
	facts := func(f ...any) o { return o{"facts": l(f)} }
	for name, c := range map[string]struct {
		role         authz.Role
		method, path string
		body         any
		headers      []string
		status       int
		code         string
		errors       []api.FieldError
	}{
		"no key":        {authz.Registrar, "POST", "/people", o{}, []string{"Idempotency-Key"}, 400, "idempotency_key.required", nil},
		"key too long":  {authz.Registrar, "POST", "/people", o{}, []string{"Idempotency-Key: " + long}, 400, "idempotency_key.malformed", nil},
		"bad moment":    {authz.Registrar, "POST", "/people", o{}, []string{"Occurred-At: yesterday"}, 400, "occurred_at.malformed", nil},
		"not yet":       {authz.Registrar, "POST", "/facts", facts(o{"person": person, "type": "death", "to": "exit:died"}), []string{"Occurred-At: 2999-01-01T00:00:00Z"}, 422, "occurred_at.future", nil},
		"no body":       {authz.Registrar, "POST", "/people", nil, nil, 400, "body.malformed", nil},
		"not JSON":      {authz.Registrar, "POST", "/people", "{", nil, 400, "body.malformed", nil},
		"not a media":   {authz.Registrar, "POST", "/people", "a=b", []string{"Content-Type: text/csv"}, 415, "content_type.unsupported", nil},
		"too deep":      {authz.Registrar, "POST", "/people", strings.Repeat("[", 100) + strings.Repeat("]", 100), nil, 400, "body.nested", nil},
		"zero byte":     {authz.Registrar, "POST", "/people", `{"people":[{"place":"a\u0000b","details":{}}]}`, nil, 400, "text.malformed", nil},
		"too large":     {authz.Registrar, "POST", "/people", strings.Repeat(" ", 4<<20+1), nil, 413, "body.too_large", nil},
		"integer":       {authz.Prison, "POST", "/headcounts", `{"place":"IQ-N","counted":1e30,"present":[]}`, nil, 422, "field.range", []api.FieldError{{Name: "counted", Rule: "field.range", Value: "1e+30"}}},
		"unknown query": {authz.Registrar, "GET", "/people?nmae=x", nil, nil, 422, "field.unknown", []api.FieldError{{Name: "query.nmae", Rule: "field.unknown"}}},
		"query bytes":   {authz.Registrar, "GET", "/people?text=%ff", nil, nil, 400, "text.malformed", nil},
		"query zero":    {authz.Registrar, "GET", "/people?text=a%00", nil, nil, 400, "text.malformed", nil},
		"cursor":        {authz.Registrar, "GET", "/people?cursor=zzz", nil, nil, 422, "cursor.malformed", []api.FieldError{{Name: "cursor", Rule: "cursor.malformed"}}},
		"limit":         {authz.Registrar, "GET", "/people?limit=501", nil, nil, 422, "field.range", []api.FieldError{{Name: "query.limit", Rule: "field.range", Value: "501"}}},
		"no purpose":    {authz.Registrar, "GET", "/people/" + person, nil, nil, 422, "purpose.required", []api.FieldError{{Name: "purpose", Rule: "purpose.required"}}},
		"wrong digit":   {authz.Registrar, "GET", "/people/100100000019?purpose=x", nil, nil, 422, "id.malformed", []api.FieldError{{Name: "path.person", Rule: "id.malformed", Value: "100100000019"}}},
		"wrong noun":    {authz.Registrar, "GET", "/convoys/" + person, nil, nil, 422, "id.malformed", []api.FieldError{{Name: "path.convoy", Rule: "id.malformed", Value: person}}},
		"nobody":        {authz.Registrar, "GET", "/people/109900000013?purpose=x", nil, nil, 422, "id.malformed", []api.FieldError{{Name: "path.person", Rule: "id.malformed", Value: "109900000013"}}},
		"no such path":  {authz.Registrar, "GET", "/persons", nil, nil, 404, "path.unknown", nil},
		"no such verb":  {authz.Registrar, "DELETE", "/people", nil, nil, 405, "method.not_allowed", nil},
		"no such entry": {authz.Overseer, "GET", "/entries/9999", nil, nil, 404, "entry.not_found", nil},
		"all fields, by row": {
			authz.Registrar, "POST", "/facts", facts(o{"person": person, "type": "death", "to": "exit:died"}, o{"person": "12", "type": 7, "colour": "red"}), nil, 422, "input.invalid",
			[]api.FieldError{
				{Name: "facts.to", Row: 2, Rule: "field.required"},
				{Name: "facts.type", Row: 2, Rule: "field.type", Value: "7"},
				{Name: "facts.colour", Row: 2, Rule: "field.unknown"},
				{Name: "facts.person", Row: 2, Rule: "id.malformed", Value: "12"},
			},
		},
		"all numbers, by row": {
			authz.Registrar, "POST", "/facts", facts(o{"person": "12", "type": "death", "to": "exit:died"}, o{"person": person, "type": "death", "to": "exit:died", "convoy": ""}), nil, 422, "id.malformed",
			[]api.FieldError{{Name: "facts.person", Row: 1, Rule: "id.malformed", Value: "12"}, {Name: "facts.convoy", Row: 2, Rule: "id.malformed"}},
		},
		"unknown in the depth": {
			authz.Registrar, "POST", "/people",
			o{"people": l{o{"place": "SY-A", "details": o{"names": l{o{"raw": "a", "guilt": 9}}}}}},
			nil, 422, "field.unknown",
			[]api.FieldError{{Name: "people.details.names[0].guilt", Row: 1, Rule: "field.unknown"}},
		},
		"date": {
			authz.Registrar, "POST", "/people",
			o{"people": l{o{"place": "SY-A", "details": o{"birth": o{"date": "1990-13"}}}}},
			nil, 422, "date.impossible",
			[]api.FieldError{{Name: "people.details.birth.date", Row: 1, Rule: "date.impossible", Value: "1990-13"}},
		},
		"rule of the domain": {
			authz.Registrar, "POST", "/people",
			o{"people": l{o{"place": "NOWHERE", "details": o{}}}},
			nil, 404, "place.not_found",
			[]api.FieldError{{Name: "place", Row: 1, Rule: "place.not_found", Value: "NOWHERE"}},
		},
		"refused":       {authz.Registrar, "POST", "/people/" + person + "/bookings", o{"grounds": o{}}, nil, 409, "booking.one_open", nil},
		"no signature":  {authz.Escort, "POST", "/handovers", o{"type": "reception", "people": l{person}, "to": "place:IQ-N", "receiver": "prison", "signed": l{o{"person": person, "head": "", "nonce": "", "expiry": "2026-01-01T00:00:00Z", "signature": "AAAA"}}}, nil, 422, "signature.length", []api.FieldError{{Name: "signed.signature", Row: 1, Rule: "signature.length"}}},
		"not a record":  {authz.Escort, "POST", "/escort-records", o{"records": l{o{"person": person, "record": o{"framework": "none", "version": 1, "status": "unstarted"}}}}, nil, 422, "per.framework_unknown", []api.FieldError{{Name: "records.record", Row: 1, Rule: "per.framework_unknown"}}},
		"no such tile":  {"", "GET", "/log/tile/0/x999/000", nil, nil, 404, "tile.not_found", nil},
		"data of tiles": {"", "GET", "/log/tile/data/000", nil, nil, 404, "tile.not_found", nil},
	} {
		t.Run(name, func(t *testing.T) {
			rec := w.ask(c.role, c.method, "/api/v1"+c.path, c.body, c.headers...)
			p := problem(t, rec)
			if rec.Code != c.status || p.Status != c.status || p.Code != c.code || p.Type != "urn:amana:rule:"+c.code || p.Detail == "" {
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
			if diff := cmp.Diff(c.errors, p.Errors); diff != "" {
				t.Error(diff)
			}
		})
	}
	if rec := w.ask("", "DELETE", "/api/v1/people", nil); !strings.Contains(rec.Header().Get("Allow"), "POST") {
		t.Errorf("Allow is %q", rec.Header().Get("Allow"))
	}
	p := problem(t, w.ask(authz.Registrar, "POST", "/api/v1/people/"+person+"/bookings", o{"grounds": o{}}))
	if p.Refs["person"] != person || p.Refs["booking"] == "" {
		t.Errorf("a refusal does not tell what stands in the way: %v", p.Refs)
	}
}
