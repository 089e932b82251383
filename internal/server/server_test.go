package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amana/internal/api"
	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/server"
)

type accounts map[string]authz.Actor

func (a accounts) Account(_ context.Context, token string) (authz.Actor, error) {
	if token == "broken" {
		return authz.Actor{}, errors.New("no database")
	}
	actor, known := a[token]
	if !known {
		return actor, fault.New(fault.Denied, "account.unknown", "nobody signs in with this token")
	}
	return actor, nil
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	registrar := authz.Actor{Name: "r", Role: authz.Registrar}
	for name, c := range map[string]struct {
		header, cookie string
		want           authz.Actor
		rule           string
	}{
		"nobody":                      {"", "", authz.Actor{}, "sign_in.missing"},
		"token":                       {"Bearer good", "", registrar, ""},
		"token, lowercase":            {"bearer good", "", registrar, ""},
		"session":                     {"", "good", registrar, ""},
		"wrong token":                 {"Bearer bad", "", authz.Actor{}, "account.unknown"},
		"wrong token beats a session": {"Bearer bad", "good", authz.Actor{}, "account.unknown"},
		"other scheme":                {"Basic Z29vZA==", "good", authz.Actor{}, "sign_in.missing"},
		"endless token":               {"Bearer " + strings.Repeat("x", 4000), "", authz.Actor{}, "account.unknown"},
		"no database":                 {"Bearer broken", "", authz.Actor{}, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			if c.header != "" {
				r.Header.Set("Authorization", c.header)
			}
			if c.cookie != "" {
				r.AddCookie(&http.Cookie{Name: server.Cookie, Value: c.cookie})
			}
			got, err := server.NewSessions(accounts{"good": registrar}).Authenticate(r)
			rule := ""
			if err != nil {
				rule = fault.As(err).Rule
			}
			if got != c.want || rule != c.rule {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestFailedSignInsAreLimited(t *testing.T) {
	t.Parallel()
	s := server.NewSessions(accounts{"good": {Name: "r", Role: authz.Registrar}, "new": {Name: "n", Role: authz.Prison}})
	try := func(from, token string) error {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = from
		r.Header.Set("Authorization", "Bearer "+token)
		_, err := s.Authenticate(r)
		return err
	}
	if err := try("192.0.2.1:1", "good"); err != nil {
		t.Fatal(err)
	}
	limited := 0
	for range 100 {
		if errors.Is(try("192.0.2.1:2", "guess"), api.ErrTooMany) {
			limited++
		}
	}
	if limited < 75 || limited > 85 {
		t.Errorf("%d of 100 guesses were refused", limited)
	}
	if err := try("192.0.2.1:3", "good"); err != nil {
		t.Errorf("who signed in before waits too: %v", err)
	}
	if err := try("192.0.2.1:3", "new"); !errors.Is(err, api.ErrTooMany) {
		t.Errorf("a lucky guess gets in: %v", err)
	}
	if err := try("192.0.2.2:1", "new"); err != nil {
		t.Errorf("another address waits too: %v", err)
	}
	for i := range 40 {
		_ = try("[2001:db8::"+string(rune('a'+i%6))+"]:1", "guess")
	}
	if err := try("[2001:db8::1]:1", "guess"); !errors.Is(err, api.ErrTooMany) {
		t.Errorf("addresses of one network count apart: %v", err)
	}
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	server.Begin(rec, httptest.NewRequest("GET", "https://amana.example/", nil), "token")
	for _, want := range []string{"amana=token", "HttpOnly", "SameSite=Strict", "Secure", "Path=/"} {
		if got := rec.Header().Get("Set-Cookie"); !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	rec = httptest.NewRecorder()
	server.End(rec, httptest.NewRequest("GET", "/", nil))
	if got := rec.Header().Get("Set-Cookie"); !strings.Contains(got, "Max-Age=0") {
		t.Errorf("%s does not end it", got)
	}
}

func parts(log io.Writer) server.Parts {
	return server.Parts{
		API: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.URL.Path, "/api/panic"):
				panic("it broke")
			case strings.HasPrefix(r.URL.Path, "/api/half"):
				_, _ = w.Write([]byte("half"))
				panic("it broke")
			}
			n, err := io.Copy(io.Discard, r.Body)
			if limit := (*http.MaxBytesError)(nil); errors.As(err, &limit) {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
			}
			_ = n
		}),
		Health: func(context.Context) error { return nil },
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	}
}

func TestWhatEveryAnswerCarries(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := server.New(parts(&log))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "https://amana.example/api/people/secret?text=Mohammed", nil))
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Strict-Transport-Security": "max-age=", "X-Request-Id": "",
	} {
		if got := rec.Header().Get(name); got == "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if csp := rec.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("content security policy %q", csp)
	}
	line := log.String()
	if !strings.Contains(line, rec.Header().Get("X-Request-Id")) || !strings.Contains(line, "status=200") || !strings.Contains(line, "route=/api/") {
		t.Errorf("the log lacks something: %s", line)
	}
	if strings.Contains(line, "Mohammed") || strings.Contains(line, "secret") {
		t.Errorf("the log tells what was asked for: %s", line)
	}
	rec = httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/healthz", nil))
	if rec.Code != 200 || rec.Body.String() != "ok\n" || rec.Header().Get("Strict-Transport-Security") != "" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	rec = httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/elsewhere", nil))
	if rec.Code != http.StatusNotFound {
		t.Errorf("%d", rec.Code)
	}
	rec = httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("POST", "/api/x", io.LimitReader(zeros{}, 70<<20)))
	if rec.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body without an end: %d", rec.Code)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestNotHealthy(t *testing.T) {
	t.Parallel()
	p := parts(io.Discard)
	p.Health = func(context.Context) error { return errors.New("no database at 10.0.0.1") }
	rec := httptest.NewRecorder()
	server.New(p).ServeHTTP(rec, httptest.NewRequest("GET", "/healthz", nil))
	if rec.Code != http.StatusServiceUnavailable || strings.Contains(rec.Body.String(), "10.0.0.1") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := server.New(parts(&log))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/api/panic", nil))
	if rec.Code != 500 || rec.Header().Get("Content-Type") != "application/problem+json" || strings.Contains(rec.Body.String(), "broke") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(log.String(), "it broke") || !strings.Contains(log.String(), "status=500") {
		t.Errorf("the log says nothing of it: %s", log.String())
	}
	s := httptest.NewServer(h)
	defer s.Close()
	res, err := s.Client().Get(s.URL + "/api/half")
	if err == nil {
		_, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	if err == nil {
		t.Error("half an answer looks like a whole one")
	}
}

func TestServeWaitsForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begun, finish := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-finish
		if r.Context().Err() == nil {
			_, _ = w.Write([]byte("done"))
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, ln, h, slog.New(slog.DiscardHandler)) }()
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + ln.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		answer <- string(text)
	}()
	<-begun
	stop()
	select {
	case err := <-ended:
		t.Fatalf("it ended with a request under way: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	close(finish)
	if got := <-answer; got != "done" {
		t.Errorf("answer %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := server.Serve(t.Context(), ln, h, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("serving on a closed listener did not fail")
	}
}
