package person_test

import (
	"testing"

	"amana/internal/person"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"أحمد", "احمد", "إحمد", "أَحْمَد", "أحــمد"},
		{"علي", "على", "علی"},
		{"فاطمة", "فاطمه"},
		{"كريم", "کریم"},
		{"Şükrü", "şükrü", "Sükrü "},
		{"Chokri  Ben-Ali", "chokri ben ali"},
		{"Ahmad", "AHMAD", "Áhmad"},
		{"مسؤول", "مسوول"},
	} {
		for _, s := range same[1:] {
			if person.Fold(s) != person.Fold(same[0]) {
				t.Errorf("%q folds to %q, %q to %q", s, person.Fold(s), same[0], person.Fold(same[0]))
			}
		}
	}
	if person.Fold("احمد") == person.Fold("محمد") || person.Fold("!?") != "" {
		t.Error("different names fold alike, or signs are left")
	}
	d := person.Details{Names: []person.Name{{Raw: "أبو علي", Kind: "kunya"}, {Raw: "حسن"}}}
	if d.Name("") != "حسن" || d.Name("kunya") != "أبو علي" || d.Name("alias") != "" {
		t.Error("names by kind")
	}
}

func FuzzFold(f *testing.F) {
	f.Add("أَحْمَد بن علی")
	f.Add("Şükrü\xff")
	f.Add("000\xf1ü")
	f.Fuzz(func(t *testing.T, s string) {
		once := person.Fold(s)
		if twice := person.Fold(once); twice != once {
			t.Fatalf("%q folds to %q and then to %q", s, once, twice)
		}
	})
}
