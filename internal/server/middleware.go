package server

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"

	"amana/internal/api"
	"amana/internal/clock"
)

const requestID = "X-Request-Id"

// identified gives each request an id of our own, which the answer, the log and a complaint can name.
func identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:16]
		r.Header.Set(requestID, id)
		w.Header().Set(requestID, id)
		next.ServeHTTP(w, r)
	})
}

// logged writes a line for each request. It names the route, never the address that was asked for: an address can hold a name.
func logged(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := clock.System()
		seen := &observed{ResponseWriter: w}
		defer func() {
			log.InfoContext(r.Context(), "request", "request", r.Header.Get(requestID), "method", r.Method, "route", r.Pattern,
				"status", seen.code(), "bytes", seen.bytes, "ms", clock.System().Sub(began).Milliseconds(), "from", source(r))
		}()
		next.ServeHTTP(seen, r)
	})
}

// recovered turns a panic into an answer, and tells the log what happened. Once an answer has begun the panic goes on to
// net/http, which drops the connection: half an answer must not look like a whole one.
func recovered(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if seen, ok := w.(*observed); !ok || seen.status != 0 {
				return
			}
			if cause := recover(); cause != nil {
				log.ErrorContext(r.Context(), "panic", "request", r.Header.Get(requestID), "route", r.Pattern, "cause", cause, "stack", string(debug.Stack()))
				api.Write(w, &api.Problem{Status: http.StatusInternalServerError, Code: "internal", Detail: "the operation failed"})
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// secured tells browsers what pages may do: load from here and nowhere else, run no script that stands in a page, be in no
// frame, and tell nobody where they were. A handler with other needs sets the header again.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// bounded ends a body that is larger than any that is taken. It keeps the request itself, on which the mux notes the route.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// observed remembers what was answered.
type observed struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (o *observed) code() int {
	if o.status == 0 {
		return http.StatusOK
	}
	return o.status
}

func (o *observed) WriteHeader(status int) {
	if o.status == 0 && status >= http.StatusOK {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

func (o *observed) Write(b []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	n, err := o.ResponseWriter.Write(b)
	o.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection, for deadlines and flushing.
func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }
