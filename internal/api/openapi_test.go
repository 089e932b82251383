package api_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const golden = "testdata/openapi.yaml"

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	w := open(t)
	rec := w.ask("", "GET", "/api/openapi.yaml", nil)
	if rec.Code != http.StatusOK {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if *update {
		if err := os.WriteFile(golden, rec.Body.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), rec.Body.String()); diff != "" {
		t.Errorf("the description changed; if it is meant to, run the test with -update:\n%s", diff)
	}
	var described struct {
		OpenAPI    string
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(w.ask("", "GET", "/api/openapi.json", nil).Body.Bytes(), &described); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(described.OpenAPI, "3.1") || described.Components.Schemas["Problem"] == nil {
		t.Errorf("OpenAPI %q with %d schemas", described.OpenAPI, len(described.Components.Schemas))
	}
}

func TestDocsNeedNoOtherHostAndNoScriptInThePage(t *testing.T) {
	t.Parallel()
	w := open(t)
	page := w.ask("", "GET", "/api/docs", nil)
	if page.Code != http.StatusOK {
		t.Fatalf("%d %s", page.Code, page.Body)
	}
	body := page.Body.String()
	if strings.Contains(body, "://") || strings.Contains(body, "<script>") || strings.Contains(body, "style=") {
		t.Errorf("the page leads elsewhere or holds a script or style:\n%s", body)
	}
	if csp := page.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Errorf("content security policy %q", csp)
	}
	for _, part := range strings.Split(body, `"`) {
		if !strings.HasPrefix(part, "/api/") {
			continue
		}
		for _, encoding := range []string{"gzip", "identity"} {
			if rec := w.ask("", "GET", part, nil, "Accept-Encoding: "+encoding); rec.Code != http.StatusOK || rec.Body.Len() < 50 {
				t.Errorf("%s as %s: %d, %d bytes", part, encoding, rec.Code, rec.Body.Len())
			}
		}
	}
}
