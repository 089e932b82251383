package trial

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func load(t *testing.T) *stock {
	t.Helper()
	s, err := material()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSoundsAreWritten asks that every habit can write every sound of every name.
func TestSoundsAreWritten(t *testing.T) {
	t.Parallel()
	s := load(t)
	missing := map[string]bool{}
	for _, h := range s.habits {
		for group, all := range s.groups {
			for _, p := range all {
				for _, w := range p.words {
					for i := range len(w.sound) {
						if h.fits(w.sound, i) == nil && !w.god {
							missing[h.name+" has no "+w.sound[i:i+1]] = true
						}
					}
				}
				text := hand{habit: h, seed: 1}.append(nil, p.part)
				if len(text) == 0 || !utf8.Valid(text) {
					t.Errorf("%s %q of %s is written %q", h.name, p.text, group, text)
				}
			}
		}
	}
	for m := range missing {
		t.Error(m)
	}
}

// TestMaterial holds the material against mistakes of the pen: digraphs instead of sounds, sounds that do not exist, names twice.
func TestMaterial(t *testing.T) {
	t.Parallel()
	s := load(t)
	odd := regexp.MustCompile(`[kscg]h|@[^ ]|aa|,|;|\.`)
	asWritten := []string{"adham", "nighat", "3ankab"}
	for group, all := range s.groups {
		seen := map[string]bool{}
		for _, p := range all {
			if seen[p.text] && !strings.HasPrefix(group, "nisba:root") && !strings.HasPrefix(group, "ov:") {
				t.Errorf("%s has %q twice", group, p.text)
			}
			seen[p.text] = true
			if p.native == "" && odd.MatchString(p.text) && !slices.Contains(asWritten, p.text) {
				t.Errorf("%s has %q", group, p.text)
			}
		}
	}
	for kind, want := range map[string]int{"male:arab": 450, "female:arab": 200, "nisba:root": 500, "nisba:given": 250} {
		if len(s.groups[kind]) < want {
			t.Errorf("%s has %d names, want %d", kind, len(s.groups[kind]), want)
		}
	}
	stems := 0
	for _, g := range []string{"iraq", "levant", "gulf", "maghreb", "egypt", "sudan"} {
		stems += len(s.groups["nisba:"+g])
	}
	if stems < 400 {
		t.Errorf("%d nisbas", stems)
	}
	for name := range s.forms {
		found := false
		for _, all := range s.groups {
			found = found || slices.ContainsFunc(all, func(w weighted) bool { return w.text == name || w.native == name })
		}
		if !found {
			t.Errorf("the forms of %q belong to no name", name)
		}
	}
	for _, o := range s.origins {
		if len(o.male.parts) < 50 || len(o.female.parts) < 25 || len(o.family.parts) < 40 {
			t.Errorf("%s has %d, %d and %d names", o.name, len(o.male.parts), len(o.female.parts), len(o.family.parts))
		}
	}
}

// TestHands pins what the clerks of some countries write.
func TestHands(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, c := range []struct{ sound, home, habit, want string }{
		{"cukrI", "", "english", "Shukri Shokri Shukry"},
		{"cukrI", "", "french", "Choukri Chokri"},
		{"cukrI", "", "german", "Schukri Schokri"},
		{"cukrI", "", "turkish", "Şukri Şükri"},
		{"cukrI", "", "arabic", "شكري شكرى"},
		{"cukrI", "", "russian", "Шукри"},
		{"cukrI", "", "scholar", "Shukrī Šukrī"},
		{"muHammad", "", "arabic", "محمد"},
		{"muHammad", "", "turkish", "Mehmet Muhammed"},
		{"muHammad", "", "somali", "Maxamed"},
		{"3A'ic@", "", "arabic", "عائشة عايشه"},
		{"jamAl", "", "french", "Djamal Jamal"},
		{"jamAl", "", "german", "Dschamal"},
		{"jamAl", "", "turkish", "Cemal"},
		{"jamAl", "", "russian", "Джамал"},
		{"jamAl", "", "bosnian", "Džemal"},
		{"3abd al-raHm~n", "", "english", "Abdul_Rahman Abdulrahman Abd_al-Rahman Abdur_Rahman"},
		{"3abd al-raHm~n", "", "arabic", "عبد_الرحمن عبدالرحمن"},
		{"3abd al-raHm~n", "", "french", "Abderrahman Abdelrahman"},
		{"3abd all~h", "", "english", "Abdullah Abdallah"},
		{"3abd all~h", "", "sorani", "عەبدولڵا"},
		{"sayf al-dIn", "", "english", "Saifuddin Sayf_al-Din Saifeddin Saif_Al_Din"},
		{"al-jubUrI", "", "english", "al-Jubouri Al_Juburi El-Jubouri Jubouri"},
		{"al-SabbAG", "", "german", "al-Sabbagh as-Sabbagh"},
		{"qays", "", "english", "Qais Qays Kais Kays"},
		{"Şükrü", "turkish", "turkish", "Şükrü"},
		{"Şükrü", "turkish", "arabic", "شوكرو شيكري"},
		{"Şükrü", "turkish", "english", "Sukru Shukru"},
		{"Магомедов", "russian", "russian", "Магомедов"},
		{"Магомедов", "russian", "english", "Magomedov"},
		{"Джохар", "russian", "english", "Dzhokhar Johar Jokhar"},
		{"Хаджимурад", "russian", "german", "Chadschimurad"},
		{"Cabdiraxmaan", "somali", "english", "Abdirahman"},
		{"Skënder", "albanian", "english", "Skender"},
		{"Thomas=tomA", "", "arabic", "توما"},
	} {
		p, err := s.part(c.sound, c.home)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for seed := range uint64(3000) {
			got[strings.ReplaceAll(string(hand{habit: s.habits[c.habit], seed: seed}.append(nil, p)), " ", "_")] = true
		}
		for want := range strings.FieldsSeq(c.want) {
			if !got[want] {
				t.Errorf("%s never writes %s as %s in its %d ways", c.habit, c.sound, want, len(got))
			}
		}
		if len(got) > 250 {
			t.Errorf("%s writes %s in %d ways", c.habit, c.sound, len(got))
		}
	}
}

// TestSplit asks that no part of a name but the common ones is in both halves, by its skeleton and thus in every spelling.
func TestSplit(t *testing.T) {
	t.Parallel()
	s := load(t)
	common := s.commons()
	if len(common) != Common {
		t.Errorf("%d common names", len(common))
	}
	for _, k := range []string{"mhmt", "l", "hsn", "ftm"} {
		if !common[k] {
			t.Errorf("%s is not common", k)
		}
	}
	var words [2]map[string]bool
	for half := range words {
		words[half] = map[string]bool{}
		r := NewRegister(5, 20_000, []Half{Train, Test}[half])
		for i := range r.n {
			h := r.person(i)
			for _, p := range append(h.names[:], h.kunya) {
				if p == nil {
					continue
				}
				for _, k := range p.keys {
					words[half][k] = true
				}
			}
		}
		if len(words[half]) < 500 {
			t.Errorf("half %d uses only %d names", half, len(words[half]))
		}
	}
	for k := range words[0] {
		if words[1][k] && !common[k] {
			t.Errorf("%q is in both halves", k)
		}
	}
}
