package server

import (
	"context"
	"crypto/sha256"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"amana/internal/api"
	"amana/internal/authz"
	"amana/internal/fault"
)

// Cookie is the name of the cookie that holds a session's token.
const Cookie = "amana"

// The budget of sign-ins that may fail from one address.
const (
	failuresAtOnce  = 20
	failuresEvery   = 3 * time.Second
	maxRemembered   = 10_000 // addresses, and tokens; beyond it everything is forgotten
	maxTokenLength  = 512
	sessionLifetime = 12 * time.Hour
)

// Accounts finds who signs in with a token; it fails with a fault of the kind Denied when nobody does.
type Accounts interface {
	Account(ctx context.Context, token string) (authz.Actor, error)
}

// Sessions tells who sent a request, by a token in the header Authorization or in the session's cookie. An address from
// which too many sign-ins failed has to wait; those who signed in before do not wait with it, behind the same proxy or not.
type Sessions struct {
	accounts Accounts

	mu       sync.Mutex
	failures map[netip.Prefix]*rate.Limiter
	known    map[[sha256.Size]byte]struct{}
}

// NewSessions looks up tokens in accounts.
func NewSessions(accounts Accounts) *Sessions {
	return &Sessions{accounts: accounts, failures: map[netip.Prefix]*rate.Limiter{}, known: map[[sha256.Size]byte]struct{}{}}
}

// Authenticate tells who sent a request. It fails with a fault of the kind Denied, or with api.ErrTooMany.
func (s *Sessions) Authenticate(r *http.Request) (authz.Actor, error) {
	token := tokenOf(r)
	if token == "" {
		return authz.Actor{}, fault.New(fault.Denied, "sign_in.missing", "sign in first")
	}
	return s.SignIn(r, token)
}

// SignIn looks up a token that came with a request, in a form for example.
func (s *Sessions) SignIn(r *http.Request, token string) (authz.Actor, error) {
	if len(token) > maxTokenLength {
		return authz.Actor{}, fault.New(fault.Denied, "account.unknown", "nobody signs in with this token")
	}
	digest, from := sha256.Sum256([]byte(token)), source(r)
	if !s.mayTry(digest, from) {
		return authz.Actor{}, api.ErrTooMany
	}
	actor, err := s.accounts.Account(r.Context(), token)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		if len(s.known) >= maxRemembered {
			clear(s.known)
		}
		s.known[digest] = struct{}{}
	case fault.As(err).Kind == fault.Denied:
		delete(s.known, digest)
		s.budget(from).Allow()
	}
	return actor, err
}

// mayTry reports whether a token may be looked up: it was good before, or its address has failures left.
func (s *Sessions) mayTry(digest [sha256.Size]byte, from netip.Prefix) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, good := s.known[digest]; good {
		return true
	}
	l, failed := s.failures[from]
	return !failed || l.Tokens() >= 1
}

func (s *Sessions) budget(from netip.Prefix) *rate.Limiter {
	l, ok := s.failures[from]
	if !ok {
		if len(s.failures) >= maxRemembered {
			clear(s.failures)
		}
		l = rate.NewLimiter(rate.Every(failuresEvery), failuresAtOnce)
		s.failures[from] = l
	}
	return l
}

// source is the address that a request came from: one host, or the network that one user has in IPv6.
func source(r *http.Request) netip.Prefix {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.Prefix(bits)
	return p
}

// tokenOf takes the token from the header, or else from the cookie.
func tokenOf(r *http.Request) string {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return ""
		}
		return strings.TrimSpace(token)
	}
	c, err := r.Cookie(Cookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// Begin keeps a session in the browser. No script reads it and no page of another site sends it.
func Begin(w http.ResponseWriter, r *http.Request, token string) {
	http.SetCookie(w, cookie(r, token, int(sessionLifetime.Seconds())))
}

// End takes the session from the browser.
func End(w http.ResponseWriter, r *http.Request) { http.SetCookie(w, cookie(r, "", -1)) }

func cookie(r *http.Request, value string, age int) *http.Cookie {
	return &http.Cookie{Name: Cookie, Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil}
}
