package name_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/name"
)

// one parses a name that has a single part.
func one(t *testing.T, raw string) *name.Token {
	t.Helper()
	tokens := name.Parse(raw)
	if len(tokens) != 1 {
		t.Fatalf("%q has %d parts, not one: %+v", raw, len(tokens), tokens)
	}
	return &tokens[0]
}

func TestSpellings(t *testing.T) {
	t.Parallel()
	for what, spellings := range map[string][]string{
		"Muhammad":            {"محمد", "Muhammad", "Mohammed", "Mohamed", "Mehmet", "Магомед", "محەمەد", "مُحَمَّد", "MOHAMMAD", "Mohd"},
		"Shukri":              {"شكري", "Shukri", "Chokri", "Şükrü", "Schukri", "Шукри", "شوکری"},
		"Khalid":              {"خالد", "Khalid", "Khaled", "Halid", "Chalid", "Халид", "Xalid"},
		"Jamal":               {"جمال", "Jamal", "Djamel", "Cemal", "Dschamal", "Gamal", "Джамал"},
		"Abd al-Rahman":       {"عبد الرحمن", "عبدالرحمن", "Abd al-Rahman", "Abdulrahman", "Abdul Rahman", "Abderrahmane", "Abdurrahman", "Abdur Rahman", "Абдуррахман"},
		"Abd Allah":           {"عبد الله", "عبدالله", "Abdullah", "Abdallah", "Abd Allah", "Abdulla"},
		"Salah al-Din":        {"صلاح الدين", "Salah al-Din", "Salahuddin", "Salaheddine", "Salah ad-Din", "Selahattin"},
		"Habib Allah":         {"حبيب الله", "Habibullah", "Habib Allah", "Habiballah"},
		"Abu Bakr":            {"أبو بكر", "Abu Bakr", "Aboubakr"},
		"al-Tikriti":          {"التكريتي", "al-Tikriti", "Al Tikriti", "el-Tikriti", "AL-TIKRITI", "Tikriti"},
		"Hussein":             {"حسين", "Hussein", "Hüseyin", "Houcine", "Хусейн", "Hossain"},
		"Yusuf":               {"يوسف", "Yusuf", "Youssef", "Юсуф", "Jussuf"},
		"Omar":                {"عمر", "Omar", "Umar", "Ömer", "Умар"},
		"Walid":               {"وليد", "Walid", "Waleed", "Oualid", "Velid"},
		"Karim":               {"كريم", "کریم", "Karim", "Kareem", "Kerim", "Карим"},
		"Fatima":              {"فاطمة", "فاطمه", "Fatima", "Fatimah", "Fatma"},
		"Azad":                {"آزاد", "ئازاد", "Azad", "Azaad"},
		"Serge":               {"Sergei", "Sergey", "Сергей", "Serguei"},
		"Qusay":               {"قصي", "Qusay", "Qusai", "Kusay"},
		"Alexander":           {"ألكسندر", "Alexander", "Aleksandr", "Александр"},
		"Faisal":              {"فيصل", "Faisal", "Fayçal", "Faysal", "Фейсал"},
		"Chelik":              {"Çelik", "Celik", "Tschelik", "چلیک"},
		"Habib":               {"حبيب", "Habib", "Abib"},
		"apostrophes":         {"Mu'tassim", "Mutassim", "Mu’tassim", "معتصم"},
		"direction and marks": {"\u200fخالد\u200e", "خــالد", "خَالِد", "خالد"},
	} {
		first := one(t, spellings[0])
		for _, s := range spellings[1:] {
			if d := name.Distance(first, one(t, s), 1); d > 0.24 {
				t.Errorf("%s: %q (%s) and %q (%s) are %.2f apart", what, spellings[0], first.Form, s, one(t, s).Form, d)
			}
		}
	}
}

func TestDifferentNames(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{
		{"Muhammad", "Mahmoud"},
		{"محمد", "أحمد"},
		{"Karim", "Rahim"},
		{"Hassan", "Hamdan"},
		{"Khalid", "Walid"},
		{"Salim", "Karim"},
		{"Abd al-Rahman", "Abd al-Karim"},
		{"التكريتي", "al-Dulaimi"},
		{"Ali", "Omar"},
		{"Karim", "Karima"},
		{"Сергей", "Виктор"},
		{"Shukri", "Bakri"},
		{"Nasirzai", "Noorzai"},
		{"عبد الله", "عبد الملك"},
		{"Zahra", "Sara"},
	} {
		if d := name.Distance(one(t, p[0]), one(t, p[1]), 1); d < 0.13 {
			t.Errorf("%q and %q are only %.2f apart", p[0], p[1], d)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"محمد علي حسن محمود الجبوري":                 "given=محمد father=علي grandfather=حسن great_grandfather=محمود nisba=الجبوري",
		"Ahmad bin Hassan bin Ali al-Tikriti":        "given=Ahmad father=Hassan grandfather=Ali nisba=Tikriti",
		"أحمد بن حسن بن علي":                         "given=أحمد father=حسن grandfather=علي",
		"Abu Ali Khalid Omar":                        "kunya=Abu Ali given=Khalid family=Omar",
		"أبو علي":                                    "kunya=أبو علي",
		"Umm al-Hassan":                              "kunya=Umm Hassan",
		"Lavrov, Sergei Viktorovich":                 "given=Sergei father=Viktorovich grandfather=Lavrov",
		"Sheikh Abd al-Rahman Salah al-Din al-Hakim": "title=Sheikh given=Abd Rahman father=Salah Din laqab=Hakim",
		"الحاج عبد الكريم نور الدين":                 "title=الحاج given=عبد الكريم father=نور الدين",
		"J. Smith":                         "given=J family=Smith",
		"JC Juncker":                       "given=J father=C grandfather=Juncker",
		"Habib Allah Nasr":                 "given=Habib Allah family=Nasr",
		"":                                 "",
		"😀 123 !?":                         "",
		"bin":                              "given=bin",
		"al":                               "given=al",
		"Abu":                              "given=Abu",
		"О'Коннор":                         "given=ОКоннор",
		"NOUREDDINE BEN ALI BEN BELKASSEM": "given=NOUREDDINE father=ALI grandfather=BELKASSEM",
		"one two three four five six seven eight nine ten x": "given=one father=two grandfather=three great_grandfather=four ancestor=five ancestor=six ancestor=seven ancestor=eight ancestor=nine ancestor=ten ancestor=x",
	} {
		var got []string
		for _, tok := range name.Parse(raw) {
			got = append(got, tok.Role.String()+"="+tok.Raw)
		}
		if d := cmp.Diff(want, strings.Join(got, " ")); d != "" {
			t.Errorf("%q (-want +got):\n%s", raw, d)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	parts := name.Parse("Sergei Lavrov")
	joined := name.Join(&parts[0], &parts[1])
	if whole := one(t, "SERGEILAVROV"); name.Distance(&joined, whole, 1) > 0.05 || !name.MayJoin(whole, &parts[0], &parts[1]) {
		t.Errorf("%q and %q written as one are not %q", parts[0].Raw, parts[1].Raw, whole.Raw)
	}
	if glued := name.Parse("SergeiLavrov"); len(glued) != 2 {
		t.Errorf("a capital within a word begins another: %+v", glued)
	}
	if initial := name.Parse("J. Smith"); !name.Begins(&initial[0], one(t, "Jean")) || name.Begins(&initial[0], one(t, "Karim")) {
		t.Error("an initial begins with its sound, and with no other")
	}
}

// TestKeys: spellings of one name nearly always share a key, two names hardly ever.
func TestKeys(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{{"خالد", "Chalid"}, {"عثمان", "Osman"}, {"Othman", "Osman"}, {"جمال", "Gamal"}, {"Cemal", "Jamal"}, {"وليد", "Oualid"}, {"شكري", "Şükrü"}, {"Murat", "Murad"}} {
		a, b := one(t, p[0]), one(t, p[1])
		if a.Key != b.Key && (a.Alike == 0 || a.Alike != b.Key && a.Alike != b.Alike) && (b.Alike == 0 || b.Alike != a.Key) {
			t.Errorf("%q (%s) and %q (%s) share no key", p[0], a.Form, p[1], b.Form)
		}
	}
	if one(t, "Ahmad").Key == one(t, "Muhammad").Key {
		t.Error("Ahmad and Muhammad share a key")
	}
	var a, b [8]uint32
	x, y := one(t, "Barzanji"), one(t, "Barzani")
	shared := false
	for _, k := range a[:x.Neighbours(&a)] {
		for _, l := range append(b[:y.Neighbours(&b)], y.Key) {
			shared = shared || k == l
		}
	}
	if !shared {
		t.Error("skeletons that differ by a consonant are not neighbours")
	}
}

// letters of names in all writings that are read, and what is found among them.
var letters = rapid.SampledFrom([]rune("abdhiklmnorstuyz AEJKMS-',محمدعليةىەۆگچابو شЖхаимШ\u0301\u0640\u200c\u200f习김é😀1"))

func TestProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Parse(rapid.StringOfN(letters, 0, 40, -1).Draw(t, "a")), name.Parse(rapid.StringOfN(letters, 0, 40, -1).Draw(t, "b"))
		for i := range a {
			if name.Distance(&a[i], &a[i], 1) != 0 {
				t.Fatalf("%+v is not itself", a[i])
			}
			for j := range b {
				if x, y := name.Distance(&a[i], &b[j], 1), name.Distance(&b[j], &a[i], 1); x != y {
					t.Fatalf("%q to %q is %v, back %v", a[i].Form, b[j].Form, x, y)
				}
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "a", "😀", "عبد الله بن محمد", "Abd al-", "abu abu abu", "al-al-al", "\xff\xfe", "\u202eabc", "аӏa", "Салах ад-Дин", strings.Repeat("محمد ", 2000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		begin := time.Now()
		tokens := name.Parse(raw)
		if len(tokens) > name.MaxTokens {
			t.Fatalf("%d parts", len(tokens))
		}
		for i := range tokens {
			tok := &tokens[i]
			if tok.Form == "" || !utf8.ValidString(tok.Raw) || len(tok.Form) > 24 {
				t.Fatalf("%q: part %+v", raw, tok)
			}
			for j := range tokens {
				name.Distance(tok, &tokens[j], 1)
				joined := name.Join(tok, &tokens[j])
				name.Begins(&joined, tok)
			}
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Fatalf("%d bytes took %v", len(raw), took)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, s := range []string{"Abd al-Rahman Khalid Hassan al-Tikriti", "عبد الرحمن خالد حسن التكريتي"} {
		b.Run(fmt.Sprint(len(s)), func(b *testing.B) {
			for b.Loop() {
				name.Parse(s)
			}
		})
	}
}
