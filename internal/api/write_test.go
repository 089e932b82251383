package api_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amana/internal/authz"
	"amana/internal/store"
	"amana/internal/testdb"
)

func (w *world) head() store.Head {
	w.t.Helper()
	h, err := w.store.Head(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	testdb.Each(t, idempotency)
}

func idempotency(t *testing.T, db string) {
	w := openOn(t, db)
	person := w.furnish(1)[0]
	path := "/api/v1/people/" + person + "/alerts"
	first := w.ask(authz.Registrar, "POST", path, o{"code": "age_to_assess"}, "Idempotency-Key: one")
	size := w.head().Size
	second := w.ask(authz.Registrar, "POST", path, o{"code": "age_to_assess"}, "Idempotency-Key: one")
	if first.Code != 200 || second.Code != 200 || first.Body.String() != second.Body.String() {
		t.Errorf("first %d %s, second %d %s", first.Code, first.Body, second.Code, second.Body)
	}
	if got := w.head().Size; got != size+1 {
		t.Errorf("a repetition recorded %d entries, not the note of it", got-size)
	}
	third := w.ask(authz.Registrar, "POST", path, o{"code": "age_to_assess"}, "Idempotency-Key: one")
	if third.Body.String() != first.Body.String() || w.head().Size != size+1 {
		t.Errorf("a third delivery: %s, %d entries", third.Body, w.head().Size-size)
	}
	other := w.ask(authz.Registrar, "POST", path, o{"code": "diet"}, "Idempotency-Key: one")
	if p := problem(t, other); p.Status != http.StatusConflict || p.Code != "delivery.key_reused" {
		t.Errorf("the same key for another body: %d %s", other.Code, other.Body)
	}
	// A key is its sender's own, and that of what they did with it.
	if rec := w.ask(authz.Prison, "POST", path, o{"code": "diet"}, "Idempotency-Key: one"); rec.Code != 200 {
		t.Errorf("another's key: %d %s", rec.Code, rec.Body)
	}
	if rec := w.ask(authz.Registrar, "POST", "/api/v1/people/"+person+"/property", o{"seal": "B-1", "items": "ring", "holder": "camp"}, "Idempotency-Key: one"); rec.Code != 200 {
		t.Errorf("the key of another operation: %d %s", rec.Code, rec.Body)
	}
	// What was refused was not done: the same key does it once it can be done.
	close := func() int {
		return w.ask(authz.Prison, "POST", "/api/v1/places/IQ-N/gate", o{"open": true}, "Idempotency-Key: gate").Code
	}
	if got := close(); got != http.StatusConflict {
		t.Errorf("opening an open gate: %d", got)
	}
	w.must(authz.Prison, "POST", "/api/v1/places/IQ-N/gate", o{"open": false, "reason": "full"})
	if got := close(); got != http.StatusOK {
		t.Errorf("opening a closed gate: %d", got)
	}
}

func TestOccurredAt(t *testing.T) {
	t.Parallel()
	w := open(t)
	person := w.furnish(1)[0]
	at := time.Now().Add(-3 * time.Hour).UTC().Truncate(time.Second)
	w.must(authz.Registrar, "POST", "/api/v1/facts", o{"facts": l{o{"person": person, "type": "escape", "to": "exit:escaped"}}}, "Occurred-At: "+at.Format(time.RFC3339))
	timeline := w.must(authz.Registrar, "GET", "/api/v1/people/"+person+"?purpose=test", nil)["timeline"].(l)
	if got := timeline[0].(o)["occurred_at"]; got != at.Format(time.RFC3339) {
		t.Errorf("occurred at %v, not %v", got, at)
	}
}

// TestAVehicleHasOneAccount, written in one way: zeros before its number would be another.
func TestAVehicleHasOneAccount(t *testing.T) {
	t.Parallel()
	w := open(t)
	person := w.furnish(1)[0]
	for account, want := range map[string]int{"vehicle:00600100000019": http.StatusUnprocessableEntity, "vehicle:600100000019": http.StatusOK} {
		if got := w.ask(authz.Registrar, "POST", "/api/v1/people/"+person+"/facts", o{"type": "found", "to": account}); got.Code != want {
			t.Errorf("%s: %d %s", account, got.Code, got.Body)
		}
	}
}

func TestEntityTags(t *testing.T) {
	t.Parallel()
	w := open(t)
	person := w.furnish(1)[0]
	for _, path := range []string{
		"/api/v1/places", "/api/v1/people?limit=1", "/api/v1/balance", "/api/v1/lines", "/api/v1/custodians", "/api/v1/log/checkpoint", "/api/openapi.json", "/api/docs",
	} {
		first := w.ask(authz.Registrar, "GET", path, nil)
		tag := first.Header().Get("ETag")
		if first.Code != 200 || !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s: %d, tag %q", path, first.Code, tag)
			continue
		}
		for _, given := range []string{tag, `"other", ` + tag, "W/" + tag, "*"} {
			again := w.ask(authz.Registrar, "GET", path, nil, "If-None-Match: "+given)
			if again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: %d, %d bytes, tag %q", path, given, again.Code, again.Body.Len(), again.Header().Get("ETag"))
			}
		}
		if rec := w.ask(authz.Registrar, "GET", path, nil, `If-None-Match: "other"`); rec.Code != 200 {
			t.Errorf("%s with another tag: %d", path, rec.Code)
		}
	}
	before := w.ask(authz.Registrar, "GET", "/api/v1/balance", nil).Header().Get("ETag")
	w.must(authz.Registrar, "POST", "/api/v1/facts", o{"facts": l{o{"person": person, "type": "death", "to": "exit:died"}}})
	if rec := w.ask(authz.Registrar, "GET", "/api/v1/balance", nil, "If-None-Match: "+before); rec.Code != 200 || rec.Header().Get("ETag") == before {
		t.Errorf("the balance changed and its tag did not: %d", rec.Code)
	}
	if rec := w.ask(authz.Line, "GET", "/api/v1/people", nil, "If-None-Match: *"); rec.Code != http.StatusForbidden || rec.Header().Get("ETag") != "" {
		t.Errorf("a refusal has the tag %q: %d", rec.Header().Get("ETag"), rec.Code)
	}
}

// listen opens a stream of events and gives what it says, line by line.
func (w *world) listen(server *httptest.Server, headers ...string) <-chan string {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, server.URL+"/api/v1/events", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+string(authz.Admin))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := server.Client().Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	if got := res.Header.Get("Content-Type"); res.StatusCode != 200 || got != "text/event-stream" {
		w.t.Fatalf("%d %s", res.StatusCode, got)
	}
	lines := make(chan string)
	w.t.Cleanup(func() { _ = res.Body.Close() })
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			select {
			case lines <- s.Text():
			case <-req.Context().Done():
				return
			}
		}
	}()
	return lines
}

// event waits for the id of the next event that names a change.
func event(t *testing.T, lines <-chan string) string {
	t.Helper()
	late := time.After(10 * time.Second)
	id := ""
	for {
		select {
		case line, open := <-lines:
			if !open {
				t.Fatal("the stream ended")
			}
			if n, found := strings.CutPrefix(line, "id: "); found {
				id = n
			}
			if data, found := strings.CutPrefix(line, "data: "); found {
				if !strings.Contains(data, `"size":`+id+`,`) {
					t.Errorf("event %s says %s", id, data)
				}
				return id
			}
		case <-late:
			t.Fatal("no event came")
		}
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.furnish(1)
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	here := func() string { return itoa(w.head().Size) }

	lines := w.listen(server)
	if got := event(t, lines); got != here() {
		t.Errorf("the stream begins at %s of %s", got, here())
	}
	seen := here()
	w.register(1)
	if got := event(t, lines); got != here() {
		t.Errorf("after a commit the stream stands at %s of %s", got, here())
	}
	resumed := w.listen(server, "Last-Event-ID: "+seen)
	if got := event(t, resumed); got != here() {
		t.Errorf("a stream that was resumed stands at %s of %s", got, here())
	}
	current := w.listen(server, "Last-Event-ID: "+here())
	w.register(1)
	if got := event(t, current); got != here() {
		t.Errorf("a stream with nothing to catch up on told of %s before %s", got, here())
	}
}
