package text_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/identity"
	"amana/internal/intake"
	"amana/internal/mrz"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/store"
	"amana/internal/text"
	"amana/internal/transfer"
)

// families are the keys that are looked up by a word of the domain, with every word there is.
func families() map[string][]string {
	all := map[string][]string{
		"class":        {string(custody.Intake), string(custody.InCustody), string(custody.InTransit), string(custody.Exit)},
		"account":      {string(custody.Outside), string(custody.Died), string(custody.Escaped), string(custody.Released), string(custody.Repatriate)},
		"place_kind":   {string(place.Source), string(place.Reception), string(place.Line), string(place.Transit), string(place.Prison), string(place.Block), string(place.Cell), string(place.Hospital)},
		"place_state":  {string(place.Draft), string(place.Active), string(place.Inactive), string(place.Archived)},
		"convoy_state": {string(transfer.Formed), string(transfer.OnTheWay), string(transfer.Arrived), string(transfer.Closed)},
		"mode":         {string(transfer.Land), string(transfer.Air)},
		"leg_state":    {string(transfer.LegProposed), string(transfer.LegInProgress), string(transfer.LegCompleted), string(transfer.LegCancelled)},
		"move_state":   {string(custody.MoveProposed), string(custody.MoveRequested), string(custody.MoveBooked), string(custody.MoveInTransit), string(custody.MoveCompleted), string(custody.MoveCancelled)},
		"bed_state":    {string(custody.BedReserved), string(custody.BedOccupied), string(custody.BedReleased)},
		"per_status":   {"unstarted", "in_progress", "completed", "confirmed"},
		"exception":    {"death", "escape", "diversion", "missing", "on_the_way", "unexplained", "not_on_manifest"},
		"resolution":   {"death", "escape", "diversion", "swapped", "found_aboard", "set_aside", "reopened"},
		"note":         {"from_differs", "after_death", "same_moment"},
		"ground":       {custody.GroundRepatriation, custody.GroundCriminal, custody.GroundChild, custody.GroundTransfer, custody.GroundJudgment},
		"alert":        {"age_to_assess", "protection", "no_transfer", "not_fit_to_travel"},
		"holding":      {"unfit", "alert", "move", "family", "target"},
		"plan_state":   {"draft", "in_force", "replaced", "superseded", "discarded"},
		"because":      {"none", "pinned", "with_mother", "only", "kept", "with_family", "cheapest", "found"},
		"policy":       {"travel", "court", "consul", "language", "density", "group", "group_share", "nationality", "nationality_share", "move"},
		"seatless":     {"route", "seats", "vehicles", "apart", "slot", "vehicle", "guards", "window", "time"},
		"legal":        {string(place.Untried), string(place.Convicted), string(place.Repatriation), string(place.AnyLegal)},
		"track":        {string(place.Adult), string(place.Juvenile)},
		"observation":  {"comfort_break", "welfare", "food", "water"},
		"band":         {string(identity.Likely), string(identity.Possible), string(identity.Unlikely)},
		"compared":     {"name", "kunya", "mother", "birth", "sex", "nationality", "document", "photo"},
		"verdict":      {string(custody.Same), string(custody.Different), string(custody.Unsure), string(custody.Undone), string(custody.Parted)},
		"stage":        {string(store.StageTransit), string(store.StageMoving), string(store.StageCustody), string(store.StageGone)},
		"finding":      identity.Findings(),
		"zone":         {mrz.FieldType, mrz.FieldIssuer, mrz.FieldNumber, mrz.FieldNationality, mrz.FieldName, mrz.FieldBirth, mrz.FieldSex, mrz.FieldExpiry, mrz.FieldOptional, mrz.FieldComposite},
	}
	for _, r := range []planning.Rule{
		planning.RuleSex, planning.RuleAge, planning.RuleLegal, planning.RuleSecurity, planning.RuleMedical, planning.RuleCapacity, planning.RuleMother, planning.RuleFamily,
		planning.RuleApart, planning.RulePinned, planning.RuleMixed, planning.RuleSexKnown,
	} {
		all["planning"] = append(all["planning"], string(r))
	}
	for k := range custody.Kinds {
		all["kind"] = append(all["kind"], string(k))
	}
	for k := range transfer.Kinds {
		all["kind"] = append(all["kind"], string(k))
	}
	for _, t := range custody.MovementTypes() {
		all["movement"] = append(all["movement"], string(t))
	}
	for _, k := range custody.DifferenceKinds {
		all["difference"] = append(all["difference"], string(k))
	}
	for _, t := range custody.IncidentTypes {
		all["incident"] = append(all["incident"], string(t))
	}
	for _, r := range authz.Roles {
		all["role"] = append(all["role"], string(r))
	}
	return all
}

// used are the keys that the source of pages and program name in so many words.
func used(t *testing.T, pattern string) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	call := regexp.MustCompile(pattern)
	for _, dir := range []string{".", "../web", "../cli"} {
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, ".templ") && (!strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go")) {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range call.FindAllSubmatch(b, -1) {
				keys[string(m[1])] = true
			}
		}
	}
	return keys
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	want, counted := text.For(text.Arabic).Keys(), used(t, `\.Count\("([^"]+)"`)
	slices.Sort(want)
	for _, l := range text.Langs {
		got := text.For(l).Keys()
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s has other keys than Arabic (-ar +%s):\n%s", l, l, diff)
		}
		for _, k := range got {
			if said := text.For(l).T(k); strings.TrimSpace(said) == "" || said == k {
				t.Errorf("%s says nothing under %s", l, k)
			}
			for _, n := range []int{0, 1, 2, 5, 11, 100} {
				if counted[k] && text.For(l).Count(k, n) == k {
					t.Errorf("%s has no form of %s for %d", l, k, n)
				}
			}
		}
	}
}

func TestNoKeyIsMissingAndNoneIsUnused(t *testing.T) {
	t.Parallel()
	want := used(t, `\.(?:T|Count)\("([^"]+)"`)
	if len(want) < 100 {
		t.Fatalf("only %d keys were found in the source: the search for them is broken", len(want))
	}
	for family, words := range families() {
		for _, w := range words {
			want[family+"."+w] = true
		}
	}
	for _, r := range intake.Rules() {
		want["rule."+r] = true
	}
	ar := text.For(text.Arabic)
	for k := range want {
		if !ar.Has(k) {
			t.Errorf("no catalogue has %s", k)
		}
	}
	for _, k := range ar.Keys() {
		if !want[k] && !strings.HasPrefix(k, "rule.") {
			t.Errorf("%s is used nowhere", k)
		}
	}
}

// Rules are used when the program can break them; a rule that nobody can is a leftover.
func TestRulesExist(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		source.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range text.For(text.Arabic).Keys() {
		if rule, ok := strings.CutPrefix(k, "rule."); ok && !strings.Contains(source.String(), `"`+rule+`"`) {
			t.Errorf("nothing breaks the rule %s", rule)
		}
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang text.Lang
		n    int
		want string
	}{
		{text.Arabic, 0, "لا أحد"},
		{text.Arabic, 1, "شخص واحد"},
		{text.Arabic, 2, "شخصان"},
		{text.Arabic, 3, "٣ أشخاص"},
		{text.Arabic, 11, "١١ شخصاً"},
		{text.Arabic, 100, "١٠٠ شخص"},
		{text.Arabic, 103, "١٠٣ أشخاص"},
		{text.Sorani, 1, "١ کەس"},
		{text.Sorani, 7036, "٧٬٠٣٦ کەس"},
		{text.English, 1, "1 person"},
		{text.English, 7036, "7,036 people"},
	} {
		if got := text.For(c.lang).Count("people.count", c.n); got != c.want {
			t.Errorf("%s, %d: got %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	ar, en := text.For(text.Arabic), text.For(text.English)
	for _, c := range []struct{ got, want string }{
		{ar.N(0), "٠"},
		{ar.N(-1234567), "\u2212١٬٢٣٤٬٥٦٧"},
		{en.N(1000), "1,000"},
		{en.N(999), "999"},
		{ar.Percent(14_000, 6_000), "٢٣٣٪"},
		{en.Percent(1, 0), "–"},
		{en.Percent(2, 3), "67%"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestWeights(t *testing.T) {
	t.Parallel()
	ar, en := text.For(text.Arabic), text.For(text.English)
	for _, c := range []struct{ got, want string }{
		{en.Weight(5.2), "+5.2"},
		{en.Weight(-3.5), "\u22123.5"},
		{en.Weight(0), "0.0"},
		{en.Weight(-0.04), "0.0"},
		{ar.Weight(17.95), "+١٨٫٠"},
		{ar.Weight(-0.3), "\u2212٠٫٣"},
		{en.OneIn(0.04), "shared by about 1 in 25"},
		{en.OneIn(0.9), "shared by about 1 in 2"},
		{en.OneIn(1.0 / 1234), "shared by about 1 in 1,200"},
		{ar.OneIn(1.0 / 3333), "يشترك فيه نحو واحد من كل ٣٬٣٠٠"},
		{en.OneIn(0), ""},
		{en.OneIn(1), ""},
		{en.OneIn(math.NaN()), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// Every piece of evidence has words in every language, and no two pieces the same.
func TestEveryFindingHasItsWords(t *testing.T) {
	t.Parallel()
	for _, l := range text.Langs {
		said := map[string]string{}
		for _, code := range identity.Findings() {
			words := text.For(l).Finding(code)
			if words == code || words == "" {
				t.Errorf("%s has no words for %s", l, code)
			}
			if other := said[words]; other != "" {
				t.Errorf("%s says %q of both %s and %s", l, words, code, other)
			}
			said[words] = code
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 21, 22, 5, 0, 0, time.UTC) // after midnight in Baghdad
	about := civil.Date{Year: 1990, Approx: true}
	for _, c := range []struct {
		lang                         text.Lang
		moment, month, about, unread string
	}{
		{text.Arabic, "٢٢ كانون الثاني ٢٠٢٦، ٠١:٠٥", "تشرين الثاني ٢٠٠٣", "نحو ١٩٩٠", "never"},
		{text.Sorani, "٢٢ی کانوونی دووەمی ٢٠٢٦، ٠١:٠٥", "تشرینی دووەمی ٢٠٠٣", "نزیکەی ١٩٩٠", "never"},
		{text.English, "22 January 2026, 01:05", "November 2003", "about 1990", "never"},
	} {
		l := text.For(c.lang)
		got := []string{l.Moment(at), l.EDTF("2003-11"), l.Civil(about), l.EDTF("never")}
		if diff := cmp.Diff([]string{c.moment, c.month, c.about, c.unread}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.lang, diff)
		}
	}
}

// Every nationality of the synthetic week, and every country that the importer knows, has a name in each language.
func TestCountries(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("../intake/nationalities.tsv")
	if err != nil {
		t.Fatal(err)
	}
	codes := []string{}
	for line := range strings.Lines(string(table)) {
		if code, _, ok := strings.Cut(line, "\t"); ok && !strings.HasPrefix(line, "#") {
			codes = append(codes, code)
		}
	}
	if len(codes) < 100 {
		t.Fatalf("only %d countries were found", len(codes))
	}
	for _, l := range text.Langs {
		for _, c := range codes {
			if text.For(l).Country(c) == c {
				t.Errorf("%s has no name for %s", l, c)
			}
		}
	}
	if got := text.For(text.Arabic).Country(""); got != "غير محسوم" {
		t.Errorf("unresolved is %q", got)
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]text.Lang{
		"":                           text.Arabic,
		"ar-IQ,ar;q=0.9":             text.Arabic,
		"ckb":                        text.Sorani,
		"en-GB,en;q=0.8,ar;q=0.5":    text.English,
		"ja":                         text.Arabic,
		"fr;q=0.9, en;q=0.4":         text.English,
		"\x00;;;q=nonsense,,,,,":     text.Arabic,
		"ckb-IQ;q=0.9,en-US;q=0.300": text.Sorani,
	} {
		if got := text.Negotiate(header); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}

func TestRule(t *testing.T) {
	t.Parallel()
	ar := text.For(text.Arabic)
	if got := ar.Rule("person.not_found", "nobody"); got != "لا أحد مسجل بهذا الرقم" {
		t.Errorf("a known rule says %q", got)
	}
	if got := ar.Rule("some.new_rule", "the English text"); got != "the English text" {
		t.Errorf("an unknown rule says %q", got)
	}
	if got := ar.Rule("some.new_rule", ""); got != "some.new_rule" {
		t.Errorf("an unknown rule without a text says %q", got)
	}
}
