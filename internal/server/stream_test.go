package server_test

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amana/internal/api"
	"amana/internal/authz"
	"amana/internal/clock"
	"amana/internal/ledger"
	"amana/internal/register"
	"amana/internal/server"
	"amana/internal/store"
)

// TestStreamsEndWithTheProgram: a stream of events passes through all layers, and does not hold the program up.
func TestStreamsEndWithTheProgram(t *testing.T) {
	t.Parallel()
	keys, err := register.OpenKeyring("")
	if err != nil {
		t.Fatal(err)
	}
	log := ledger.Log{Site: "test", Epoch: 1}
	signer, err := keys.Signer(log.Origin())
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "amana.db"), store.Options{Log: log, Number: 1, Signer: signer, Clock: clock.System})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	admin := authz.Actor{Name: "admin", Role: authz.Admin}
	if err := s.SetAccount(t.Context(), admin, "secret"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, quiet := register.New(s, keys), slog.New(slog.DiscardHandler)
	calls, err := api.New(api.Config{
		Register: r, Log: s, Authenticate: server.NewSessions(s).Authenticate, Clock: clock.System, Logger: quiet, Stopping: ctx.Done(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- server.Serve(ctx, ln, server.New(server.Parts{API: calls, Health: func(context.Context) error { return nil }, Logger: quiet}), quiet)
	}()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: server.Cookie, Value: "secret"})
	req.Header.Set("Last-Event-ID", "0")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := r.EnrolCustodians(t.Context(), register.By{Actor: admin}, []register.Custodian{{Code: "camp", Role: "custodian"}}); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data: ") {
			break
		}
	}
	if lines.Text() == "" || !strings.Contains(lines.Text(), `"size":1,`) {
		t.Fatalf("%d, then %q (%v)", res.StatusCode, lines.Text(), lines.Err())
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("a stream of events holds the program up")
	}
}
