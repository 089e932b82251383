package synth_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/synth"
)

func TestPairs(t *testing.T) {
	t.Parallel()
	truth := setup(t).truth
	byDocument, crossScript := 0, 0
	for _, pair := range truth.Pairs {
		a, b := truth.Rows[pair.A], truth.Rows[pair.B]
		if a.File == b.File || a.Name == b.Name || a.Name == "" || b.Name == "" {
			t.Errorf("not two spellings in two files:\n%+v\n%+v", a, b)
		}
		if a.Document != b.Document || (a.Document != "") != pair.ByDocument {
			t.Errorf("documents %q and %q, by document %v", a.Document, b.Document, pair.ByDocument)
		}
		if arabic(a.Name) != arabic(b.Name) {
			crossScript++
		}
		if pair.ByDocument {
			byDocument++
			continue
		}
		if a.Mother == "" || b.Mother == "" {
			t.Errorf("nothing tells that these are one person:\n%+v\n%+v", a, b)
		}
		year := truth.People[pair.Person].Birth.Format("2006")
		for _, row := range []synth.Row{a, b} {
			if !strings.Contains(western.Replace(row.Birth), year) {
				t.Errorf("%+v does not give the year %s", row, year)
			}
		}
	}
	if n := len(truth.Pairs); n != 70 || byDocument != 35 {
		t.Errorf("%d pairs, %d of them by document, want 70 and 35", n, byDocument)
	}
	if crossScript < 20 || crossScript == len(truth.Pairs) {
		t.Errorf("%d of %d pairs are in two scripts, want a mixture", crossScript, len(truth.Pairs))
	}
}

func arabic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x600 && r < 0x700 })
}

func TestMinorsStandInListsOfAdultMales(t *testing.T) {
	t.Parallel()
	m := setup(t)
	for _, i := range m.truth.Minors {
		ref := m.truth.Rows[m.truth.People[i].Rows[0]].Ref
		said := slices.ContainsFunc(m.cells[ref], adultMales)
		for line := range 3 {
			said = said || slices.ContainsFunc(m.cells[synth.Ref{File: ref.File, Sheet: ref.Sheet, Line: line + 1}], adultMales)
		}
		if !said {
			t.Errorf("nothing at %+v says adult males", ref)
		}
	}
}

func adultMales(s string) bool {
	return strings.Contains(s, "ذكور بالغون") || strings.Contains(s, "adult males") || strings.Contains(s, "نێرینەی پێگەیشتوو")
}

func TestDirt(t *testing.T) {
	t.Parallel()
	m := setup(t)
	rules := map[string]int{}
	for _, b := range m.truth.Bad {
		rules[b.Rule]++
	}
	want := map[string]int{"birth.impossible": 3, "birth.age": 2, "sex.unknown": 3, "name.missing": 2, "row.empty": 1, "row.remark": 1}
	if d := cmp.Diff(want, rules); d != "" {
		t.Errorf("bad cells (-want +got):\n%s", d)
	}
	if n := len(m.truth.Repeated); n != 1 {
		t.Errorf("%d repeated rows, want 1", n)
	}
	for _, p := range m.truth.Repeated {
		a, b := m.truth.Rows[p.A].Ref, m.truth.Rows[p.B].Ref
		if d := cmp.Diff(m.cells[a], m.cells[b]); d != "" || a.File != b.File {
			t.Errorf("repeated row differs:\n%s", d)
		}
	}
	wrong := 0
	for _, total := range m.truth.Totals {
		if total.Stated != total.Listed {
			wrong++
		}
	}
	between(t, "wrong totals", wrong, 6, len(m.truth.Totals)-6)
	between(t, "doubled list numbers", len(m.truth.Numbers), 4, 40)

	var all strings.Builder
	labels, styles := map[string]int{}, map[string]int{}
	for _, row := range m.truth.Rows {
		all.WriteString(row.Name + "\n" + row.Mother + "\n")
		labels[row.Nationality]++
		switch letters := !arabic(row.Name) && row.Name != ""; {
		case letters && strings.ToUpper(row.Name) == row.Name:
			styles["capitals"]++
		case letters && strings.ToLower(row.Name) == row.Name:
			styles["small letters"]++
		}
		switch b := row.Birth; {
		case b == "":
			styles["none"]++
		case strings.HasPrefix(b, "01/01/"):
			styles["1 January"]++
		case arabic(b) && western.Replace(b) != b:
			styles["Arabic digits"]++
		case strings.HasPrefix(b, "حوالي"), strings.HasPrefix(b, "about"), strings.HasPrefix(b, "نزیکەی"):
			styles["about"]++
		case strings.HasPrefix(b, "العمر"), strings.HasPrefix(b, "age"), strings.HasPrefix(b, "تەمەن"):
			styles["age"]++
		case len(b) == 4:
			styles["year"]++
		case strings.Contains(b, "-"):
			styles["ISO or date cell"]++
		case strings.Contains(b, "."):
			styles["dots"]++
		default:
			styles["slashes"]++
		}
	}
	for _, style := range []string{"none", "1 January", "Arabic digits", "about", "age", "year", "ISO or date cell", "dots", "slashes"} {
		between(t, "dates of birth by style "+style, styles[style], 50, 3500)
	}
	between(t, "names in capitals", styles["capitals"], 5, 100)
	between(t, "names in small letters", styles["small letters"], 5, 100)
	for _, slip := range []string{"  ", "ـ", "\u064f", "ک", "ی", "(أبو", "(Abu", "عبدال"} {
		if !strings.Contains(all.String(), slip) {
			t.Errorf("no %q in any name", slip)
		}
	}
	for _, label := range []string{"Turkestan", "تركستان", "Turkmenistan", "", "unknown", "غير معروف", "Dagestan", "Chechen", "عراقي", "العراق", "عێراق", "Iraq", "RUS"} {
		if labels[label] == 0 {
			t.Errorf("no label of nationality %q", label)
		}
	}
}

var western = strings.NewReplacer("٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9")
