package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// router gives every operation that reads an entity tag.
type router struct{ *http.ServeMux }

// HandleFunc adds a route.
func (m router) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	if strings.HasPrefix(pattern, "GET ") && pattern != "GET "+Prefix+eventsPath {
		m.ServeMux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { conditional(w, r, h) })
		return
	}
	m.ServeMux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		h(w, r)
	})
}

// conditional answers with a strong entity tag, the digest of the answer, or with 304 when the client has it already.
func conditional(w http.ResponseWriter, r *http.Request, h func(http.ResponseWriter, *http.Request)) {
	b := &buffered{ResponseWriter: w, status: http.StatusOK}
	h(b, r)
	head := w.Header()
	if head.Get("Cache-Control") == "" {
		head.Set("Cache-Control", "private, no-cache")
	}
	head.Add("Vary", "Authorization, Cookie, Accept")
	if b.status == http.StatusOK {
		sum := sha256.Sum256(b.body.Bytes())
		tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
		head.Set("ETag", tag)
		if matches(r.Header.Values("If-None-Match"), tag) {
			head.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(b.status)
	_, _ = w.Write(b.body.Bytes()) // the client is gone
}

// matches compares weakly, as RFC 9110 section 13.1.2 has it for GET.
func matches(headers []string, tag string) bool {
	for _, h := range headers {
		for one := range strings.SplitSeq(h, ",") {
			if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// buffered holds an answer back until its digest is known. Pages have limits, so answers are small.
type buffered struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (b *buffered) WriteHeader(status int)      { b.status = status }
func (b *buffered) Write(p []byte) (int, error) { return b.body.Write(p) }
func (b *buffered) Unwrap() http.ResponseWriter { return b.ResponseWriter }
