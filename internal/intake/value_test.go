package intake

import (
	"testing"
	"time"

	"amana/internal/civil"
	"amana/internal/person"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var day = time.Date(2026, 1, 22, 0, 0, 0, 0, time.UTC)

func TestBirth(t *testing.T) {
	t.Parallel()
	c := calendar{asOf: day}
	for raw, want := range map[string]string{
		"1990-04-17":               "1990-04-17 statement",
		"1990-04-17T00:00:00Z":     "1990-04-17 statement",
		"1990-04-17 00:00:00":      "1990-04-17 statement",
		"1990/4/17":                "1990-04-17 statement",
		"1990/17/04":               "1990-04-17 statement",
		"17/4/1990":                "1990-04-17 statement",
		"17.04.1990":               "1990-04-17 statement",
		"17-04-1990 م":             "1990-04-17 statement",
		"17.04.1990 г.р.":          "1990-04-17 statement",
		"١٧/٤/١٩٩٠":                "1990-04-17 statement",
		"۱۷/۴/۱۹۹۰":                "1990-04-17 statement",
		"4/17/1990":                "1990-04-17 statement birth.month_first",
		"5/4/1990":                 "1990-04-05 statement",
		"17/4/90":                  "1990-04-17 statement birth.century_assumed",
		"17/4/05":                  "2005-04-17 statement birth.century_assumed",
		"19900417":                 "1990-04-17 statement",
		"17041990":                 "1990-04-17 statement",
		"32980":                    "1990-04-17 statement",
		"32980.5":                  "1990-04-17 statement",
		"17 نيسان 1990":            "1990-04-17 statement",
		"٣ كانون الثاني ١٩٨٥":      "1985-01-03 statement",
		"3 ك2 1985":                "1985-01-03 statement",
		"5 تشرين الأول 1988":       "1988-10-05 statement",
		"1 آذار/مارس 1990":         "1990-03-01 statement",
		"٥ کانوونی دووەم ١٩٩٠":     "1990-01-05 statement",
		"17ی نیسانی":               " birth.unreadable",
		"5 Sibat 1990":             "1990-02-05 statement",
		"17 April 1990":            "1990-04-17 statement",
		"April 17, 1990":           "1990-04-17 statement",
		"17th of Apr 1990":         "1990-04-17 statement",
		"17-Apr-90":                "1990-04-17 statement birth.century_assumed",
		"17apr1990":                "1990-04-17 statement",
		"1er août 1990":            "1990-08-01 statement",
		"17 Ağustos 1990":          "1990-08-17 statement",
		"17 апреля 1990 г.":        "1990-04-17 statement",
		"04/1990":                  "1990-04 statement",
		"1990-04":                  "1990-04 statement",
		"نيسان 1990":               "1990-04 statement",
		"1990":                     "1990 statement",
		"1990.0":                   "1990 statement",
		"مواليد 1990":              "1990 statement",
		"سنة 1990":                 "1990 statement",
		"00/00/1990":               "1990 statement",
		"about 1990":               "1990~ statement",
		"حوالي ١٩٩٠":               "1990~ statement",
		"1990?":                    "1990~ statement",
		"1990-1991":                "1990~ statement",
		"01/01/1990":               "1990-01-01 assigned",
		"1 يناير 1990":             "1990-01-01 assigned",
		"about 35":                 "1990~ age",
		"age 35":                   "1990~ age",
		"٣٥ سنة":                   "1990~ age",
		"العمر 35":                 "1990~ age",
		"6 months":                 "2025~ age",
		"31/02/1990":               " birth.impossible",
		"17/13/1890":               " birth.impossible",
		"1890":                     " birth.impossible",
		"30/01/2026":               " birth.impossible",
		"22/01/2026":               "2026-01-22 statement",
		"2031":                     " birth.impossible",
		"1410":                     " birth.other_calendar",
		"1410 هـ":                  " birth.other_calendar",
		"5 رمضان 1410":             " birth.other_calendar",
		"5/9/1369":                 " birth.other_calendar",
		"90":                       " birth.unreadable",
		"35":                       " birth.unreadable",
		"no idea":                  " birth.unreadable",
		"17/4/1990/3":              " birth.unreadable",
		"999999999999999999999999": " birth.unreadable",
		"":                         "",
		"-":                        "",
		"غير معروف":                "",
		"00/00/0000":               "",
	} {
		if got := describe(c.birth(raw)); got != want {
			t.Errorf("birth(%q) = %q, want %q", raw, got, want)
		}
	}
}

func describe(r reading) string {
	s := r.date.String()
	if r.method != "" {
		s += " " + string(r.method)
	}
	if r.rule != "" {
		s += " " + r.rule
	}
	return s
}

func TestAge(t *testing.T) {
	t.Parallel()
	c := calendar{asOf: day}
	for raw, want := range map[string]string{
		"35": "1990~ age", "٣٥": "1990~ age", "35 سنة": "1990~ age", "~35": "1990~ age", "35.0": "1990~ age", "35 years old": "1990~ age",
		"30-40": "1990~ age age.range", "1990": "1990 statement", "0": "2025~ age", "8 أشهر": "2025~ age", "17": "2008~ age",
		"130": " age.impossible", "abc": " age.unreadable", "3500": " birth.impossible", "35 36 37": " age.unreadable", "": "", "مجهول": "",
	} {
		if got := describe(c.age(raw)); got != want {
			t.Errorf("age(%q) = %q, want %q", raw, got, want)
		}
	}
}

func TestSerialOf1904(t *testing.T) {
	t.Parallel()
	if got := describe(calendar{asOf: day, date1904: true}.birth("31518")); got != "1990-04-17 statement" {
		t.Errorf("got %q", got)
	}
}

func TestMonthFirst(t *testing.T) {
	t.Parallel()
	c := calendar{asOf: day, monthFirst: true}
	for raw, want := range map[string]string{"4/5/1990": "1990-04-05 statement", "17/5/1990": "1990-05-17 statement", "1990-04-05": "1990-04-05 statement"} {
		if got := describe(c.birth(raw)); got != want {
			t.Errorf("birth(%q) = %q, want %q", raw, got, want)
		}
	}
}

// Every date that exists is read back from each way in which lists write it.
func TestBirthReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	c := calendar{asOf: day}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Date(1930, 1, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 34_000).Draw(t, "days"))
		layout := rapid.SampledFrom([]string{"2006-01-02", "2/1/2006", "02.01.2006", "2 January 2006", "Jan 2, 2006", "20060102", "2006/1/2"}).Draw(t, "layout")
		got := c.birth(d.Format(layout))
		want := civil.Date{Year: d.Year(), Month: int(d.Month()), Day: d.Day()}
		if got.date != want {
			t.Fatalf("birth(%q) = %v, want %v", d.Format(layout), got.date, want)
		}
	})
}

func TestClaims(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string][]string{
		"سوري": {"SYR سوري"}, "سورية": {"SYR سورية"}, "السوريين": {"SYR السوريين"}, "Syrian": {"SYR Syrian"}, "SYR": {"SYR SYR"}, "sy": {"SYR sy"},
		"الجمهورية العربية السورية": {"SYR الجمهورية العربية السورية"},
		"عراقي الجنسية":             {"IRQ عراقي الجنسية"}, "عێراقی": {"IRQ عێراقی"}, "Iraklı": {"IRQ Iraklı"}, "Tunisienne": {"TUN Tunisienne"},
		"سوري / عراقي":     {"SYR سوري", "IRQ عراقي"},
		"سوري؛ تركي":       {"SYR سوري", "TUR تركي"},
		"سوري وعراقي":      {"SYR سوري", "IRQ عراقي"},
		"سوري و عراقي":     {"SYR سوري", "IRQ عراقي"},
		"Syrian-Turkish":   {"SYR Syrian", "TUR Turkish"},
		"French and Dutch": {"FRA French", "NLD Dutch"},
		"فلسطيني سوري":     {"PSE فلسطيني", "SYR سوري"},
		"البوسنة والهرسك":  {"BIH البوسنة والهرسك"}, "Guinea-Bissau": {"GNB Guinea-Bissau"}, "Trinidad and Tobago": {"TTO Trinidad and Tobago"},
		"عديم الجنسية": {"XXA عديم الجنسية"}, "stateless": {"XXA stateless"}, "Refugee": {"XXB Refugee"}, "unknown": {"XXX unknown"}, "مجهول": {"XXX مجهول"},
		"Turkestan": {" Turkestan ?"}, "تركستان": {" تركستان ?"}, "تركستاني": {" تركستاني ?"}, "East Turkestan": {" East Turkestan ?"},
		"Turkmenistan": {"TKM Turkmenistan"}, "تركمانستان": {"TKM تركمانستان"}, "تركماني": {" تركماني ?"},
		"Dagestan": {" Dagestan ?"}, "داغستاني": {" داغستاني ?"}, "Chechnya": {" Chechnya ?"}, "شيشاني": {" شيشاني ?"}, "كردي": {" كردي ?"},
		"Kurdistan": {" Kurdistan ?"}, "كوردستان": {" كوردستان ?"}, "Uyghur": {" Uyghur ?"}, "Congo": {" Congo ?"}, "Kosovo": {" Kosovo ?"}, "Soviet Union": {" Soviet Union ?"},
		"روسي - شيشاني":   {"RUS روسي", " شيشاني ?"},
		"Russian-Chechen": {" Russian-Chechen ?"},
		"no":              {" no ?"}, "-": nil, "": nil, "N/A": nil, "?": nil,
	} {
		list, resolved := claims(cell)
		var got []string
		for _, c := range list {
			s := c.Country + " " + c.Label
			if c.Country == "" {
				s += " ?"
			}
			if c.Status != "claimed" {
				t.Errorf("claims(%q): status %q", cell, c.Status)
			}
			got = append(got, s)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("claims(%q): %s", cell, diff)
		}
		unresolved := false
		for _, c := range list {
			unresolved = unresolved || c.Country == ""
		}
		if resolved == unresolved {
			t.Errorf("claims(%q): resolved is %t", cell, resolved)
		}
	}
}

func TestSex(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]person.Sex{
		"ذكر": person.Male, "M": person.Male, "نێر": person.Male, "erkek": person.Male, "мужской": person.Male, "Homme": person.Male, "ذكر بالغ": person.Male, "1": person.Male,
		"أنثى": person.Female, "انثي": person.Female, "F": person.Female, "مێ": person.Female, "kadın": person.Female, "Ж": person.Female, "femme": person.Female, "2": person.Female,
		"": person.SexUnknown, "-": person.SexUnknown, "غير معروف": person.SexUnknown, "X": person.SexOther,
	} {
		if got, ok := sexOf(label); got != want || !ok {
			t.Errorf("sexOf(%q) = %v, %t, want %v", label, got, ok, want)
		}
	}
	if got, ok := sexOf("yes"); got != person.SexUnknown || ok {
		t.Errorf(`sexOf("yes") = %v, %t`, got, ok)
	}
}

func TestHeading(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Field{
		"الاسم الكامل (رباعي)": FieldName, "Full Name / الاسم": FieldName, "الإسم الثلاثي": FieldName, "الاســم": fieldNameGeneric, "ناو": fieldNameGeneric,
		"ناوی سیانی": FieldName, "Adı Soyadı": FieldName, "Ф.И.О.": FieldName, "Nom et prénom": FieldName, "#": FieldListNo, "№ п/п": FieldListNo, "ت": FieldListNo, "S/No.": FieldListNo,
		"Father's Name": FieldFather, "اسم الأب": FieldFather, "اسم الأم": FieldMother, "الجنس": FieldSex, "الجنسية": FieldNationality, "Nationality (claimed)": FieldNationality,
		"تاريخ الميلاد": FieldBirth, "تأريخ التولد": FieldBirth, "تاريخ الولادة (يوم/شهر/سنة)": FieldBirth, "بەرواری لەدایکبوون": FieldBirth, "Doğum Tarihi": FieldBirth, "Date de naissance": FieldBirth, "DOB (dd/mm/yyyy)": FieldBirth,
		"مكان الولادة": "", "Place of birth": "", "Doğum yeri": "", "Lieu de naissance": "", "شوێنی لەدایکبوون": "", "Место рождения": "", "رقم الهاتف": "", "توقيع": "", "Date of issue": "",
		"رقم هوية": FieldIdentityNo, "Passport No.": FieldPassportNo, "رقم جواز السفر": FieldPassportNo, "ISN": FieldCampNo, "رقم العائلة": FieldHousehold, "صلة القرابة": FieldRelation,
		"التهمة": FieldAllegation, "الحالة الصحية": FieldHealth, "ملاحظات": FieldRemarks, "تاريخ القبض": FieldCaptured, "Date of arrest": FieldCaptured, "السجن": FieldFacility, "اللقب": FieldByname,
		"العمر": FieldAge, "تەمەن": FieldAge, "Yaş": FieldAge, "Âge": FieldAge, "سنة الميلاد": FieldBirthYear, "قائمة الموقوفين في سجن غويران المركزي لشهر كانون الثاني": "",
	} {
		got, c := heading(text)
		if c < accepted {
			got = ""
		}
		if got != want {
			t.Errorf("heading(%q) = %q (%.2f), want %q", text, got, c, want)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"أسماء", "اسماء", "اسمـــاء", "أَسْماء"}, {"كردي", "کردی", "كردى"}, {"فاطمة", "فاطمه"}, {"İRAKLI", "ırakli", "Iraklı"}, {"No. 12", "no ١٢", "NO-۱۲"}, {"père", "PERE"},
	} {
		for _, s := range same[1:] {
			if fold(s) != fold(same[0]) {
				t.Errorf("fold(%q) = %q, fold(%q) = %q", s, fold(s), same[0], fold(same[0]))
			}
		}
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cells []string
		want  []int
		total bool
	}{
		{[]string{"عدد الموقوفين: 412"}, []int{412}, true},
		{[]string{"المجموع", "", "٤١٢"}, []int{412}, true},
		{[]string{"Total: 1,736 persons"}, []int{1736}, true},
		{[]string{"کۆی گشتی", "412"}, []int{412}, true},
		{[]string{"412", "المجموع"}, []int{412}, true},
		{[]string{"Toplam"}, nil, true},
		{[]string{"المجموع الكلي 412 موقوف فقط"}, []int{412}, true},
		{[]string{"1", "محمد علي", "1990"}, nil, false},
		{[]string{"عدد العراقيين: 200"}, nil, false},
		{[]string{"Totally Unknown"}, nil, false},
	} {
		got, total := statedTotals(c.cells)
		if diff := cmp.Diff(c.want, got); diff != "" || total != c.total {
			t.Errorf("statedTotals(%q): %t %s", c.cells, total, diff)
		}
	}
	for _, c := range []struct {
		stated  []int
		counted int
		wrong   []int
	}{
		{nil, 3, nil}, {[]int{3}, 3, nil}, {[]int{4}, 3, []int{4}}, {[]int{1, 2}, 3, nil}, {[]int{1, 2, 3}, 3, nil}, {[]int{1, 2, 4}, 3, []int{4}}, {[]int{3, 3}, 3, nil}, {[]int{3, 4}, 3, []int{4}}, {[]int{5, 5, 6}, 3, []int{5, 6}},
	} {
		if diff := cmp.Diff(c.wrong, compare(c.stated, c.counted)); diff != "" {
			t.Errorf("compare(%v, %d): %s", c.stated, c.counted, diff)
		}
	}
}

func TestByScript(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][]string{
		"محمد علي": {"محمد علي"}, "محمد علي / Mohammad Ali": {"محمد علي", "Mohammad Ali"}, "محمد علي (Mohammad Ali)": {"محمد علي", "Mohammad Ali"},
		"Ali M. محمد": {"Ali M.", "محمد"}, "محمد A": {"محمد A"}, "عبد الله 2": {"عبد الله 2"},
	} {
		if diff := cmp.Diff(want, byScript(raw)); diff != "" {
			t.Errorf("byScript(%q): %s", raw, diff)
		}
	}
}

func FuzzBirth(f *testing.F) {
	for _, s := range []string{"1990-04-17", "١٧/٤/١٩٩٠", "about 35", "5 تشرين الأول 1988", "00/00/0000"} {
		f.Add(s)
	}
	c := calendar{asOf: day}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range []reading{c.birth(s), c.age(s)} {
			if !r.date.Valid() || r.date.Known() && (r.date.Year < earliestYear-30 || r.date.Year > day.Year()) || r.date.Known() && r.method == "" {
				t.Errorf("%q: %+v", s, r)
			}
			if _, ok := messages[r.rule]; r.rule != "" && !ok {
				t.Errorf("%q: no message for %q", s, r.rule)
			}
		}
	})
}
