package synth_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/person"
)

func TestNationalities(t *testing.T) {
	t.Parallel()
	truth := setup(t).truth
	got, resolved := map[string]int{}, map[string]bool{}
	for _, p := range truth.People {
		switch p.Nationality {
		case "IRQ", "SYR", "TUN", "MAR", "TUR", "RUS", "EGY", "SAU", "TJK", "AZE", "KGZ", "UZB", "DEU", "IRN", "AUS", "GBR", "NLD", "CHN", "CAN", "FRA", "SWE", "KAZ", "ISR":
			got[p.Nationality]++
		case "TKM":
			got["TKM or unresolved"]++
		case "":
			switch truth.Rows[p.Rows[0]].Nationality {
			case "Turkestan", "تركستان", "تورکستان":
				got["TKM or unresolved"]++
			default:
				got["other or unresolved"]++
			}
		default:
			got["other or unresolved"]++
		}
		resolved[p.Nationality] = true
	}
	want := map[string]int{
		"IRQ": 2000, "SYR": 3379, "TUN": 223, "MAR": 178, "TUR": 173, "TKM or unresolved": 157, "RUS": 124, "EGY": 111, "SAU": 65,
		"TJK": 60, "AZE": 52, "KGZ": 40, "UZB": 34, "DEU": 26, "IRN": 22, "AUS": 12, "GBR": 10, "NLD": 9, "CHN": 5, "CAN": 5,
		"FRA": 4, "SWE": 4, "KAZ": 4, "ISR": 1, "other or unresolved": 302,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("people by nationality (-want +got):\n%s", d)
	}
	if len(resolved) < 60 {
		t.Errorf("%d nationalities, want about 61 as reported", len(resolved)-1)
	}
}

func TestEverybodyIsListed(t *testing.T) {
	t.Parallel()
	truth := setup(t).truth
	twice := map[int]bool{}
	for _, p := range truth.Pairs {
		twice[p.Person] = true
	}
	for _, p := range truth.Repeated {
		twice[p.Person] = true
	}
	documents := map[string]bool{}
	for i, p := range truth.People {
		want := 1
		if twice[i] {
			want = 2
		}
		if len(p.Rows) != want {
			t.Errorf("person %d stands in %d rows, want %d", i, len(p.Rows), want)
		}
		if p.Document != "" && documents[p.Document] {
			t.Errorf("document %s belongs to two people", p.Document)
		}
		documents[p.Document] = true
	}
	if len(truth.Rows) != 7000+len(twice) {
		t.Errorf("%d rows, want 7,000 and %d", len(truth.Rows), len(twice))
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	m := setup(t)
	truth := m.truth
	ages, women, assigned, noMother, names := map[string]int{}, 0, 0, 0, map[string]bool{}
	for _, p := range truth.People {
		switch a := years(p.Birth); {
		case a <= 10:
			ages["child"]++
		case a >= 14 && a < 18:
			ages["minor"]++
		case a >= 18 && a < 67:
			ages["adult"]++
		case a >= 67 && a <= 81:
			ages["old"]++
		default:
			t.Errorf("born %s: %d years", p.Birth.Format(time.DateOnly), a)
		}
		if p.Sex == person.Female && years(p.Birth) > 17 {
			women++
		}
		if p.Assigned {
			assigned++
		}
		if truth.Rows[p.Rows[0]].Mother == "" {
			noMother++
		}
		names[p.Name] = true
	}
	between(t, "adults", ages["adult"], 6600, 6900)
	between(t, "old people", ages["old"], 50, 170)
	between(t, "women", women, 160, 190)
	between(t, "assigned dates", assigned, 1750, 2100)
	between(t, "missing mothers", noMother, 1900, 2200)
	between(t, "missing documents", len(truth.Undocumented), 2950, 3350)
	between(t, "distinct names", len(names), 6850, 7000)
	between(t, "brothers", len(truth.Brothers), 50, 200)
	between(t, "namesakes", len(truth.Namesakes), 8, 40)
	between(t, "unresolved labels", len(truth.Unresolved), 164, 164)
	if n := len(truth.Minors); n != 140 || ages["minor"] != n {
		t.Errorf("%d minors by age, %d in the truth, want 140", ages["minor"], n)
	}
	if n := len(truth.Children); n != 42 || ages["child"] != n {
		t.Errorf("%d children by age, %d in the truth, want 42", ages["child"], n)
	}
}

func between(t *testing.T, what string, got, low, high int) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%d %s, want %d to %d", got, what, low, high)
	}
}

func years(birth time.Time) int {
	n := asOf.Year() - birth.Year()
	if birth.AddDate(n, 0, 0).After(asOf) {
		n--
	}
	return n
}

func TestKin(t *testing.T) {
	t.Parallel()
	truth := setup(t).truth
	for _, c := range truth.Children {
		child, mother := truth.Rows[truth.People[c.Child].Rows[0]], truth.Rows[truth.People[c.Mother].Rows[0]]
		if child.File != mother.File || child.Sheet != mother.Sheet || child.Line <= mother.Line || child.Line > mother.Line+4 {
			t.Errorf("child at %+v, mother at %+v", child.Ref, mother.Ref)
		}
		if truth.People[c.Mother].Sex != person.Female || truth.People[c.Mother].Nationality != truth.People[c.Child].Nationality {
			t.Errorf("%+v is no mother of %+v", truth.People[c.Mother], truth.People[c.Child])
		}
		if gap := truth.People[c.Child].Birth.Sub(truth.People[c.Mother].Birth).Hours() / 8766; gap < 16 {
			t.Errorf("a mother at %.1f", gap)
		}
	}
	for _, b := range truth.Brothers {
		one, two := truth.People[b[0]], truth.People[b[1]]
		if one.Mother != two.Mother || one.Name == two.Name || one.Birth.Equal(two.Birth) {
			t.Errorf("not brothers:\n%+v\n%+v", one, two)
		}
	}
	for _, n := range truth.Namesakes {
		one, two := truth.People[n[0]], truth.People[n[1]]
		if one.Name != two.Name || one.Mother == two.Mother || one.Birth.Year() == two.Birth.Year() {
			t.Errorf("not namesakes:\n%+v\n%+v", one, two)
		}
	}
}
