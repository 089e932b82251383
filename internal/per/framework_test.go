package per

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"amana/internal/fault"

	"github.com/google/go-cmp/cmp"
)

// small is a framework of two sections into which the load cases put their questions.
func small(risk, health string) string {
	const text = `"text":{"en":"x","ar":"س","ckb":"س"}`
	s := `{"version":"t","yes_no":[{"key":"yes",TEXT},{"key":"no",TEXT}],
		"flags":[{"key":"risk.a","section":"risk",TEXT},{"key":"health.a","section":"health",TEXT}],
		"sections":[{"key":"risk",TEXT,"questions":[` + risk + `]},{"key":"health",TEXT,"questions":[` + health + `]}]}`
	return strings.ReplaceAll(s, "TEXT", text)
}

func TestLoad(t *testing.T) {
	t.Parallel()
	const a = `{"key":"risk.a","type":"yes_no",TEXT}`
	for _, c := range []struct {
		name, risk, health string
		want               []fault.Field
	}{
		{name: "sound", risk: a + `,{"key":"risk.b","type":"text","asked":{"of":"risk.a","is":["yes"]},"raises":[{"flag":"risk.a"}],TEXT}`},
		{"duplicate key", a + "," + a, "", []fault.Field{{Name: "risk.a", Rule: "key.duplicate"}}},
		{"key of another section", `{"key":"health.b","type":"text",TEXT}`, "", []fault.Field{{Name: "health.b", Rule: "key.section"}}},
		{"unknown parent", `{"key":"risk.b","type":"text","asked":{"of":"risk.z","is":["yes"]},TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "parent.unknown"}}},
		{"own parent", `{"key":"risk.b","type":"yes_no","asked":{"of":"risk.b","is":["yes"]},TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "parent.cycle"}}},
		{
			"cycle of two", `{"key":"risk.b","type":"yes_no","asked":{"of":"risk.c","is":["yes"]},TEXT},{"key":"risk.c","type":"yes_no","asked":{"of":"risk.b","is":["yes"]},TEXT}`, "",
			[]fault.Field{{Name: "risk.b", Rule: "parent.cycle"}, {Name: "risk.c", Rule: "parent.cycle"}},
		},
		{"parent below", `{"key":"risk.b","type":"text","asked":{"of":"risk.a","is":["yes"]},TEXT},` + a, "", []fault.Field{{Name: "risk.b", Rule: "parent.order"}}},
		{"parent elsewhere", a, `{"key":"health.b","type":"text","asked":{"of":"risk.a","is":["yes"]},TEXT}`, []fault.Field{{Name: "health.b", Rule: "parent.order"}}},
		{"parent without options", `{"key":"risk.c","type":"text",TEXT},{"key":"risk.b","type":"text","asked":{"of":"risk.c","is":["yes"]},TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "option.not_offered"}}},
		{"empty condition", a + `,{"key":"risk.b","type":"text","asked":{"of":"risk.a","is":[]},TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "condition.empty"}}},
		{"option twice", `{"key":"risk.b","type":"choice","options":[{"key":"x",TEXT},{"key":"x",TEXT}],TEXT}`, "", []fault.Field{{Name: "risk.b=x", Rule: "key.duplicate"}}},
		{"choice without options", `{"key":"risk.b","type":"choice",TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "option.missing"}}},
		{"text with options", `{"key":"risk.b","type":"text","options":[{"key":"x",TEXT}],TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "option.broken"}}},
		{"yes or no with options", `{"key":"risk.b","type":"yes_no","options":[{"key":"x",TEXT}],TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "option.broken"}}},
		{"a number scores a person", `{"key":"risk.b","type":"number",TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "type.unknown"}}},
		{"unknown flag", `{"key":"risk.b","type":"yes_no","raises":[{"flag":"risk.z","is":["yes"]}],TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "flag.unknown"}}},
		{"flag on an answer not offered", `{"key":"risk.b","type":"yes_no","raises":[{"flag":"risk.a","is":["maybe"]}],TEXT}`, "", []fault.Field{{Name: "risk.b", Rule: "option.not_offered"}}},
		{"text missing in one language", `{"key":"risk.b","type":"text","text":{"en":"x","ar":"س"}}`, "", []fault.Field{{Name: "risk.b", Rule: "text.missing"}}},
		{"sealed answer leaves its section", "", `{"key":"health.b","type":"yes_no","sealed":true,"raises":[{"flag":"risk.a","is":["yes"]}],TEXT}`, []fault.Field{{Name: "health.b", Rule: "seal.broken"}}},
		{
			"open follow-up of a sealed question", "", `{"key":"health.b","type":"yes_no","sealed":true,TEXT},{"key":"health.c","type":"text","asked":{"of":"health.b","is":["yes"]},TEXT}`,
			[]fault.Field{{Name: "health.c", Rule: "seal.broken"}},
		},
		{"null question", "null", "", []fault.Field{{Name: "risk[0]", Rule: "question.missing"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := load([]byte(small(c.risk, c.health)))
			if len(c.want) == 0 {
				if err != nil {
					t.Fatalf("load: %v", err)
				}
				return
			}
			if !fault.Is(err, "per.framework_broken") {
				t.Fatalf("load = %v, want per.framework_broken", err)
			}
			if diff := cmp.Diff(c.want, fault.As(err).Fields); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoadCatalogue(t *testing.T) {
	t.Parallel()
	const text = `"text":{"en":"x","ar":"س","ckb":"س"}`
	broken := strings.ReplaceAll(`{"yes_no":[],"flags":[{"key":"risk.a","section":"risk",TEXT},{"key":"risk.a","section":"risk",TEXT},{"key":"b","section":"z",TEXT}],
		"sections":[{"key":"risk",TEXT,"questions":[]},{"key":"risk",TEXT,"questions":[]}]}`, "TEXT", text)
	_, err := load([]byte(broken))
	want := []fault.Field{
		{Name: "version", Rule: "version.missing"},
		{Name: "yes_no", Rule: "option.broken"},
		{Name: "risk.a", Rule: "key.duplicate"},
		{Name: "b", Rule: "key.section"},
		{Name: "risk", Rule: "key.duplicate"},
	}
	if diff := cmp.Diff(want, fault.As(err).Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if _, err := load([]byte(`{"versions":"t"}`)); err == nil {
		t.Error("load takes a field that no framework has")
	}
}

func TestCurrent(t *testing.T) {
	t.Parallel()
	f := Current()
	if got, err := Version("2026-1"); err != nil || got != f {
		t.Errorf("Version(2026-1) = %p, %v, want the current framework", got, err)
	}
	if _, err := Version("1999-1"); !fault.Is(err, "per.framework_unknown") {
		t.Errorf("Version(1999-1) = %v, want per.framework_unknown", err)
	}
	var sections []string
	for _, s := range f.Sections {
		sections = append(sections, s.Key)
	}
	if diff := cmp.Diff([]string{"risk", "custody", "health", "property"}, sections); diff != "" {
		t.Errorf("sections (-want +got):\n%s", diff)
	}
}

// TestTexts holds every text to its language: Arabic and Kurdish in Arabic script, and no text copied from the other.
func TestTexts(t *testing.T) {
	t.Parallel()
	f := Current()
	check := func(name string, text Text) {
		arab := func(s string) bool {
			return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) &&
				!strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		}
		if !arab(text.AR) || !arab(text.CKB) || arab(text.EN) {
			t.Errorf("%s: a text is in the wrong script: %+v", name, text)
		}
		// ة and ى belong to Arabic and never to Sorani; ە and ێ never to Arabic.
		if strings.ContainsAny(text.CKB, "ةىيك") || strings.ContainsAny(text.AR, "ەێۆڕڵیک") {
			t.Errorf("%s: letters of the other language: %+v", name, text)
		}
	}
	for _, flag := range f.Flags {
		check(flag.Key, flag.Text)
	}
	for _, s := range f.Sections {
		check(s.Key, s.Text)
	}
	for _, q := range f.Questions() {
		check(q.Key, q.Text)
		for _, o := range q.Options {
			check(q.Key+"="+o.Key, o.Text)
		}
	}
	text := Text{EN: "e", AR: "a", CKB: "c"}
	for tag, want := range map[string]string{"ar": "a", "ar-IQ": "a", "ckb": "c", "en": "e", "fr": "e", "": "e"} {
		if got := text.In(tag); got != want {
			t.Errorf("In(%q) = %q, want %q", tag, got, want)
		}
	}
}

// TestEveryFlagCanBeRaised finds flags that no answer raises.
func TestEveryFlagCanBeRaised(t *testing.T) {
	t.Parallel()
	raised := map[string]bool{}
	for _, q := range Current().Questions() {
		for _, r := range q.Raises {
			raised[r.Flag] = true
		}
	}
	for _, flag := range Current().Flags {
		if !raised[flag.Key] {
			t.Errorf("nothing raises %s", flag.Key)
		}
	}
}

// TestMedicalPart holds the health section to norms R12, R13 and G9: sealed but for the date of the examination and
// the food, and nothing tells an escort that a person complained of ill-treatment.
func TestMedicalPart(t *testing.T) {
	t.Parallel()
	f := Current()
	var open []string
	for _, q := range f.Questions() {
		if q.Section == "health" && !q.Sealed {
			open = append(open, q.Key)
		}
		if q.Section != "health" && q.Sealed {
			t.Errorf("%s is sealed outside the medical part", q.Key)
		}
	}
	if diff := cmp.Diff([]string{"health.examined", "health.diet", "health.diet_detail"}, open); diff != "" {
		t.Errorf("open health questions (-want +got):\n%s", diff)
	}
	for _, key := range []string{"health.injuries", "health.injuries_detail"} {
		if len(f.Question(key).Raises) > 0 {
			t.Errorf("%s raises a flag", key)
		}
	}
	if !slices.ContainsFunc(f.Questions(), func(q *Question) bool { return q.parent != nil && q.parent.parent != nil }) {
		t.Error("no follow-up is nested")
	}
}
