package forecast

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"amana/internal/fault"
)

// small is a scenario that is right.
const small = `name = "small"
start = "2026-02-02"
weeks = 1
[[sources]]
code = "S"
per_week = 70
[[lines]]
code = "L"
minutes = 5
[[prisons]]
code = "P"
capacity = 100
`

func TestRead(t *testing.T) {
	t.Parallel()
	s, err := Read([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if s.Convoy.Seats != 40 || s.Lines[0].Lanes != 1 || s.Lines[0].Minutes != 5 || s.Allocation != Even || s.Sources[0].Law != Poisson {
		t.Errorf("defaults: %+v", s)
	}
	for _, name := range Names() {
		s, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != name || s.Title == "" {
			t.Errorf("%s calls itself %q, %q", name, s.Name, s.Title)
		}
	}
}

// TestBadScenarios changes one thing, and asks for the fault that names it.
func TestBadScenarios(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ was, is, field, rule string }{
		"a negative flow":           {"per_week = 70", "per_week = -70", "sources[0].per_week", "forecast.out_of_range"},
		"a flow that is no number":  {"per_week = 70", "per_week = nan", "sources[0].per_week", "forecast.out_of_range"},
		"an endless flow":           {"per_week = 70", "per_week = inf", "sources[0].per_week", "forecast.out_of_range"},
		"a billion weeks":           {"weeks = 1", "weeks = 1_000_000_000", "weeks", "forecast.out_of_range"},
		"no weeks":                  {"weeks = 1", "", "weeks", "forecast.out_of_range"},
		"no start":                  {`start = "2026-02-02"`, "", "start", "forecast.date_unreadable"},
		"a day that is not":         {"2026-02-02", "2026-02-30", "start", "forecast.date_unreadable"},
		"a key that is not":         {"capacity = 100", "capacty = 100", "prisons.capacty", "forecast.key_unknown"},
		"a text for a number":       {"capacity = 100", `capacity = "many"`, "prisons.capacity", "forecast.unreadable"},
		"no prison":                 {"[[prisons]]\ncode = \"P\"\ncapacity = 100", "", "prisons", "forecast.list_empty"},
		"a place without a code":    {`code = "P"`, "", "prisons[0].code", "forecast.code_missing"},
		"a code twice":              {"capacity = 100", "capacity = 100\n[[prisons]]\ncode = \"P\"", "prisons[1].code", "forecast.code_twice"},
		"a closure of nothing":      {"capacity = 100", "capacity = 100\n[[closures]]\nkind = \"lockout\"\ncode = \"Q\"\nper_year = 3\nhours = 3", "closures[0].code", "forecast.code_unknown"},
		"a closure that ends first": {"capacity = 100", "capacity = 100\n[[closures]]\nkind = \"lost_line\"\ncode = \"L\"\nfrom = \"2026-02-05\"\nuntil = \"2026-02-03\"", "closures[0].until", "forecast.window_empty"},
		"a closure of both sorts":   {"capacity = 100", "capacity = 100\n[[closures]]\nkind = \"lockout\"\ncode = \"P\"\nfrom = \"2026-02-05\"\nper_year = 3\nhours = 1", "closures[0].per_year", "forecast.closure_either"},
		"an unknown law":            {"minutes = 5", "minutes = 5\nlaw = \"murphy\"", "lines[0].law", "forecast.value_unknown"},
		"a window of nothing":       {"minutes = 5", "minutes = 5\nopens = \"06:00\"\ncloses = \"06:00\"", "lines[0].closes", "forecast.window_empty"},
		"a window of one end":       {"minutes = 5", "minutes = 5\nopens = \"06:00\"", "lines[0].closes", "forecast.time_unreadable"},
		"an hour that is not":       {"minutes = 5", "minutes = 5\nopens = \"25:00\"\ncloses = \"06:00\"", "lines[0].opens", "forecast.time_unreadable"},
		"shares of more than all":   {"weeks = 1", "weeks = 1\nnationalities = { IRQ = 0.8, TUR = 0.4 }", "nationalities", "forecast.over_one"},
		"more known than there":     {"capacity = 100", "capacity = 100\noccupied = 5\nnationality = { IRQ = 6 }", "prisons[0].nationality", "forecast.more_than_occupied"},
		"two rates":                 {"capacity = 100", "capacity = 100\n[[exits]]\nway = \"trial\"\nper_week = 3\npart = 0.1", "exits[0].part", "forecast.one_rate"},
		"a change of nothing":       {"capacity = 100", "capacity = 100\n[[changes]]\nset = \"capacity\"\ncode = \"S\"\nvalue = 3", "changes[0].code", "forecast.code_unknown"},
		"an unknown change":         {"capacity = 100", "capacity = 100\n[[changes]]\nset = \"mood\"\nvalue = 3", "changes[0].set", "forecast.value_unknown"},
		"six weekdays":              {"per_week = 70", "per_week = 70\nweekdays = [1,1,1,1,1,1]", "sources[0].weekdays", "forecast.weekdays"},
		"no share for the rule":     {"weeks = 1", "weeks = 1\nallocation = \"share\"", "prisons.share", "forecast.no_share"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(small, c.was) {
				t.Fatal("the case changes nothing")
			}
			_, err := Read([]byte(strings.Replace(small, c.was, c.is, 1)))
			var f *fault.Error
			if !errors.As(err, &f) {
				t.Fatalf("got %v", err)
			}
			if !slices.ContainsFunc(f.Fields, func(got fault.Field) bool { return got.Name == c.field && got.Rule == c.rule }) {
				t.Errorf("want %s at %s, got %+v", c.rule, c.field, f)
			}
		})
	}
}

func TestUnreadableSaysWhere(t *testing.T) {
	t.Parallel()
	_, err := Read([]byte("name = \"a\"\nweeks = = 3\n"))
	if err == nil || !strings.Contains(err.Error(), "row 2, column 9") {
		t.Errorf("got %v", err)
	}
	_, err = Read([]byte("name = \"a\"\n\nwekes = 3\n"))
	if f := fault.As(err); len(f.Fields) != 1 || f.Fields[0].Row != 3 || f.Fields[0].Name != "wekes" {
		t.Errorf("got %+v", f)
	}
}

func TestTooMuch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		opt  Options
		rule string
	}{
		"a long text":           {"# " + strings.Repeat("x", maxText), Options{}, "forecast.text_too_large"},
		"many prisons":          {small + strings.Repeat("[[prisons]]\ncode = \"Q\"\n", maxPlaces), Options{}, "forecast.list_too_long"},
		"an unknown base":       {`based_on = "nothing"`, Options{}, "forecast.scenario_unknown"},
		"negative replications": {small, Options{Replications: -1}, "forecast.replications"},
		"many replications":     {small, Options{Replications: maxReplications + 1}, "forecast.replications"},
		"years of everybody":    {strings.NewReplacer("weeks = 1", "weeks = 260", "= 70", "= 99_999").Replace(small), Options{Replications: 1000}, "forecast.too_much"},
	} {
		s, err := Read([]byte(c.text))
		if err == nil {
			_, err = Run(context.Background(), s, c.opt)
		}
		if !fault.Is(err, c.rule) {
			t.Errorf("%s: want %s, got %v", name, c.rule, err)
		}
	}
}

// FuzzReadScenario asks that any text is a scenario or a fault, and that a small scenario can be run.
func FuzzReadScenario(f *testing.F) {
	f.Add([]byte(small))
	for _, name := range names {
		text, err := shipped.ReadFile("scenarios/" + name + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Read(text)
		if err != nil {
			var bad *fault.Error
			if !errors.As(err, &bad) {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		if m := newModel(s); s.Weeks > 2 || m.people() > 20_000 || len(m.slots) > 200 || closuresPerWeek(s) > 1000 {
			return
		}
		if _, err := Run(context.Background(), s, Options{Replications: 1}); err != nil {
			t.Fatal(fmt.Errorf("a valid scenario fails: %w", err))
		}
	})
}

func closuresPerWeek(s Scenario) float64 {
	n := 0.0
	for _, c := range s.Closures {
		n += c.PerYear / 52
	}
	return n
}

// TestTheExampleOfThePage reads the scenario that docs/forecast.md shows.
func TestTheExampleOfThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/forecast.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```toml\n")
	text, _, found := strings.Cut(rest, "```")
	s, err := Read([]byte(text))
	if err != nil || !found {
		t.Fatal(err)
	}
	run(t, s, Options{Replications: 1})
	for _, name := range Names() {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("the page does not tell of %s", name)
		}
	}
}
