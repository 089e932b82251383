package api_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"amana/internal/authz"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// FuzzBody sends any bytes to every operation that takes a body: they are done or refused, and nothing breaks.
func FuzzBody(f *testing.F) {
	w := open(f)
	person := w.furnish(1)[0]
	type target struct {
		op   *huma.Operation
		path string
		role authz.Role
	}
	var targets []target
	paths := strings.NewReplacer("{person}", person, "{other}", person, "{code}", "IQ-N", "{convoy}", "500100000018", "{difference}", "1000")
	all := operations(w)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		op := all[name]
		method, path, _ := strings.Cut(name, " ")
		if method == "GET" {
			continue
		}
		for _, role := range authz.Roles {
			if authz.Check(authz.Actor{Name: "x", Role: role}, op.Metadata["permission"].(authz.Permission)) == nil {
				targets = append(targets, target{op, method + " " + paths.Replace(path), role})
				break
			}
		}
	}
	for i := range targets {
		f.Add(i, []byte(`{"people":[{"place":"SY-A","details":{"names":[{"raw":"x"}],"birth":{"date":"1990~"}},"alerts":["a","a"]}],"reason":"r","code":"c"}`))
		f.Add(i, []byte(`{"facts":[{"person":"`+person+`","type":"found","to":"vehicle:600100000019"}],"type":"transfer","to":"place:IQ-N","receiver":"prison","people":["`+person+`"]}`))
		f.Add(i, []byte(`{"convoy":"500100000018","vehicle":"600100000019","point":"IQ-N","headcount":1,"identified":["`+person+`"],"officer":"prison","officer_sig":"AAAA"}`))
	}
	for _, hostile := range []string{``, `null`, `[]`, `{`, `"`, `1e999`, `{"people":null}`, `{"a":{"a":{"a":{}}}}`, "\xff\xfe", `{"details":{"names":[{"raw":"\ud800"}]},"reason":"\u0007"}`, `{"record":"` + person + `","into":"` + person + `"}`} {
		f.Add(0, []byte(hostile))
	}
	f.Fuzz(func(t *testing.T, which int, body []byte) {
		if which < 0 {
			which = -(which + 1)
		}
		to := targets[which%len(targets)]
		method, path, _ := strings.Cut(to.path, " ")
		w.t = t
		rec := w.ask(to.role, method, path, body)
		if rec.Code < 200 || rec.Code >= 500 {
			t.Errorf("%s as %s: %d %s", to.path, to.role, rec.Code, rec.Body)
		}
		if rec.Code >= 400 && problem(t, rec).Code == "" {
			t.Errorf("%s: a refusal without a code: %s", to.path, rec.Body)
		}
	})
}
