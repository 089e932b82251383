package person_test

import (
	"testing"

	"amana/internal/person"
)

// TestSpellings holds spellings of one name that different keyboards, clerks and machines produce.
func TestSpellings(t *testing.T) {
	t.Parallel()
	for name, same := range map[string][]string{
		"hamza":               {"إسماعيل", "اسماعيل", "أسماعيل"},
		"madda":               {"آدم", "ادم", "أدم", "ا\u0653دم"},
		"wasla":               {"ٱلحسن", "الحسن"},
		"hamza at the end":    {"علاء", "علا"},
		"hamza on ya":         {"رائد", "رايد"},
		"vowels":              {"مُحَمَّد", "محمد"},
		"stretched":           {"محـــمد", "محمد"},
		"dagger alef":         {"عبد الرحمٰن", "عبد الرحمن"},
		"presentation forms":  {"ﻋﻠﻲ", "علي"},
		"ligature":            {"ﻻوين", "لاوين"},
		"marks of direction":  {"\u200fمحمد\u200f علي", "محمد علي", "\u2067محمد علي\u2069"},
		"direction inside":    {"محـ\u200fمد", "محمد"},
		"Kurdish":             {"ئازاد", "ئازاد "},
		"Kurdish a, new, old": {"ئەحمەد", "ئه\u200cحمه\u200cد", "ئەحمەد"},
		"Kurdish l and r":     {"دڵشاد کەڕیم", "دلشاد کەریم", "دلشاد كەريم"},
		"Kurdish o and e":     {"گۆران ێ", "گوران ی"},
		"Persian ya and kaf":  {"کیان علی", "كيان علي"},
		"Latin case":          {"DE LA CRUZ", "de la Cruz"},
		"Latin marks":         {"Aïcha Çelik", "Aicha Celik", "AICHA CELIK", "Ai\u0308cha C\u0327elik"},
		"Turkish i":           {"Işık Yıldız", "IŞIK YILDIZ", "Isik Yildiz", "İşik Yildiz"},
		"Kurmanji":            {"Şêrîn Bêrîvan", "Serin Berivan"},
		"Nordic":              {"Øystein", "Oystein"},
		"Bosnian":             {"Đorđe", "Dorde"},
		"Polish":              {"Łukasz", "Lukasz"},
		"German":              {"Weiß", "WEISS"},
		"punctuation":         {"Al-Hassan, Omar", "al hassan omar", "AL–HASSAN/OMAR"},
		"blanks":              {" Omar\t\u00a0Ali\n", "omar ali"},
	} {
		for _, s := range same[1:] {
			if a, b := person.Fold(same[0]), person.Fold(s); a != b {
				t.Errorf("%s: %q folds to %q, %q to %q", name, same[0], a, s, b)
			}
		}
	}
	for _, differ := range [][2]string{
		{"علي", "عالي"},
		{"حسن", "حسين"},
		{"سالم", "سليم"},
		{"باران", "پاران"},
		{"جوان", "چوان"},
		{"Omar", "Amar"},
		{"عبد الله", "عبيد الله"},
	} {
		if a, b := person.Fold(differ[0]), person.Fold(differ[1]); a == b {
			t.Errorf("%q and %q are one name, %q", differ[0], differ[1], a)
		}
	}
	for _, nothing := range []string{"", " ", "-", "\u200f", "ـ", "\u064e"} {
		if got := person.Fold(nothing); got != "" {
			t.Errorf("%q folds to %q", nothing, got)
		}
	}
}
