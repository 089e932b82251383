// Package server puts the API and the pages behind one listener: who is asking, what every answer carries, what is written
// into the log of requests, and how the program stops without dropping what it has begun.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The limits of a connection. Imports and streams of events set their own, longer ones.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 2 * time.Minute
	writeTimeout  = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
	maxBody       = 65 << 20 // a manifest with what is around it
	grace         = 20 * time.Second
)

// Parts are what is served.
type Parts struct {
	API    http.Handler // everything under /api/
	Web    http.Handler // everything else; nil: only the API
	Health func(context.Context) error
	Logger *slog.Logger
}

// New puts the parts together behind everything that all of them need.
func New(p Parts) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", p.API)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if err := p.Health(r.Context()); err != nil {
			p.Logger.ErrorContext(r.Context(), "not healthy", "request", r.Header.Get(requestID), "err", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte("not healthy\n")) // the client is gone
			return
		}
		_, _ = w.Write([]byte("ok\n")) // the client is gone
	})
	if p.Web != nil {
		mux.Handle("/", p.Web)
	}
	return identified(logged(recovered(secured(bounded(mux)), p.Logger), p.Logger))
}

// Serve answers what comes in on ln until ctx ends, and then waits for what is under way. Streams of events end by
// themselves when they are told that the program stops. It closes ln, and its error is nil after an orderly end.
func Serve(ctx context.Context, ln net.Listener, h http.Handler, log *slog.Logger) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ln) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving on %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := s.Shutdown(last)
	if err != nil {
		err = errors.Join(fmt.Errorf("waiting for requests under way: %w", err), s.Close())
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
