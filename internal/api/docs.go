package api

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/swaggest/swgui/v5/static"
)

//go:embed docs.html
var docsPage []byte

//go:embed docs.js
var docsScript []byte

// docs serves the description and a page that shows it. The page is Swagger UI from this program, without another host
// and without a script in the page.
func (a *API) docs() error {
	text, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return fmt.Errorf("describing the API: %w", err)
	}
	yaml, err := a.huma.OpenAPI().YAML()
	if err != nil {
		return fmt.Errorf("describing the API: %w", err)
	}
	a.file("/api/openapi.json", "application/openapi+json", text)
	a.file("/api/openapi.yaml", "application/openapi+yaml", yaml)
	a.file("/api/docs", "text/html; charset=utf-8", docsPage)
	a.file("/api/docs/docs.js", "text/javascript; charset=utf-8", docsScript)
	for name, mediaType := range map[string]string{"swagger-ui.css": "text/css; charset=utf-8", "swagger-ui-bundle.js": "text/javascript; charset=utf-8"} {
		packed, err := static.FS.ReadFile(name + ".gz")
		if err != nil {
			return fmt.Errorf("reading the documentation's %s: %w", name, err)
		}
		a.packed("/api/docs/"+name, mediaType, packed)
	}
	return nil
}

// policy lets Swagger UI show the small pictures that its style sheet holds.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (a *API) file(path, mediaType string, body []byte) {
	a.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		conditional(w, r, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.Header().Set("Content-Security-Policy", policy)
			_, _ = w.Write(body) // into memory
		})
	})
}

// packed serves a file that is compressed already.
func (a *API) packed(path, mediaType string, body []byte) {
	a.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		conditional(w, r, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.Header().Add("Vary", "Accept-Encoding")
			if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(body) // into memory
				return
			}
			plain, err := gzip.NewReader(bytes.NewReader(body))
			if err == nil {
				_, err = io.Copy(w, plain)
			}
			if err != nil {
				a.Logger.ErrorContext(r.Context(), "unpacking a file of the documentation failed", "path", path, "err", err)
			}
		})
	})
}
