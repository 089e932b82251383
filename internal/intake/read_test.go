package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/person"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
)

// read reads a file of the given bytes and fails the test on an error.
func read(t *testing.T, name string, data []byte, opt Options) ([]Row, *Report) {
	t.Helper()
	rows, rep, err := try(name, data, opt)
	if err != nil {
		t.Fatalf("reading %s: %v (%v)", name, err, errors.Unwrap(err))
	}
	return rows, rep
}

func try(name string, data []byte, opt Options) ([]Row, *Report, error) {
	if opt.AsOf.IsZero() {
		opt.AsOf = day
	}
	var rows []Row
	rep, err := Read(context.Background(), name, bytes.NewReader(data), int64(len(data)), opt, func(r Row) error {
		rows = append(rows, r)
		return nil
	})
	return rows, rep, err
}

// problems gives the problems as "severity rule row column value".
func problems(rep *Report) []string {
	var list []string
	for _, p := range rep.Problems {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s%s%d %s", p.Severity, p.Rule, p.Sheet, p.Column, p.Row, p.Value)))
	}
	return list
}

// mapping gives the columns as "A header field".
func mapping(s Sheet) []string {
	var list []string
	for _, m := range s.Mapping {
		list = append(list, m.Column+" "+m.Header+" > "+string(m.Field))
	}
	return list
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// workbook builds a workbook from sheets of rows; a nil cell is left out.
func workbook(t testing.TB, sheets map[string][][]any, order []string, edit func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range order {
		if i == 0 {
			check(f.SetSheetName("Sheet1", name))
		} else {
			_, err := f.NewSheet(name)
			check(err)
		}
		for r, row := range sheets[name] {
			for c, v := range row {
				if v != nil {
					cell, err := excelize.CoordinatesToCellName(c+1, r+1)
					check(err)
					check(f.SetCellValue(name, cell, v))
				}
			}
		}
	}
	if edit != nil {
		edit(f)
	}
	var b bytes.Buffer
	check(f.Write(&b))
	return b.Bytes()
}

func TestWindows1256InUnusualOrder(t *testing.T) {
	t.Parallel()
	text := strings.Join([]string{
		"قائمة الموقوفين البالغين;;;;;;",
		";;;;;;",
		"الجنسية;العمر;الجنس;اسم الأم;ملاحظات;الاسم الكامل (رباعي);ت",
		"سوري;35;ذكر;فاطمة;;محمد علي أحمد;1",
		"تركستاني;17;ذكر;;مصاب;عبد الله;2",
		"سوري / عراقي;كبير;أنثى;؟;;زينب حسن;2",
		";;;;;;4",
		"عراقي;20;ذكر;;;;5",
		"المجموع: 4;;;;;;",
	}, "\r\n")
	data, err := charmap.Windows1256.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	rows, rep := read(t, "list.csv", data, Options{Facility: "Ghuwayran"})
	equal(t, "encoding", rep.Encoding+rep.Separator, "windows-1256;")
	equal(t, "mapping", mapping(rep.Sheets[0]), []string{
		"A الجنسية > nationality", "B العمر > age", "C الجنس > sex", "D اسم الأم > mother", "E ملاحظات > remarks", "F الاسم الكامل (رباعي) > name", "G ت > list_no",
	})
	equal(t, "problems", problems(rep), []string{
		"warning nationality.unresolved A5 تركستاني",
		"warning minor.in_adult_list B5 17",
		"warning list_no.duplicate 6 2",
		"warning age.unreadable B6 كبير",
		"warning row.not_person G7 4",
		"error row.nobody 8 عراقي | 20 | ذكر | 5",
	})
	equal(t, "counts", []int{rep.Rows, rep.Good, rep.Errors, rep.Warnings, rep.ProblemCount, rep.Sheets[0].HeaderRow, *rep.Sheets[0].StatedTotal}, []int{4, 3, 1, 5, 6, 3, 4})
	equal(t, "first row", rows[0], Row{
		File: "list.csv", Line: 4, ListNo: "1", Mother: "فاطمة", Facility: "Ghuwayran", Key: rows[0].Key,
		Details: person.Details{
			Names:  []person.Name{{Raw: "محمد علي أحمد", Script: "Arab"}, {Raw: "فاطمة", Kind: "mother", Script: "Arab"}},
			Sex:    person.Male,
			Birth:  person.Birth{Date: civil.Date{Year: 1990, Approx: true}, Method: civil.ByAge, Raw: "35"},
			Claims: []person.Claim{{Country: "SYR", Label: "سوري", Status: "claimed", Source: "list.csv"}},
		},
	})
	equal(t, "second row", []any{rows[1].PossiblyMinor, rows[1].Remarks, rows[1].Details.Claims}, []any{true, "مصاب", []person.Claim{{Label: "تركستاني", Status: "claimed", Source: "list.csv"}}})
	if len(rep.SHA256) != 64 || len(rows[0].Key) != 64 || rows[0].Key == rows[1].Key {
		t.Errorf("sha256 %q, keys %q %q", rep.SHA256, rows[0].Key, rows[1].Key)
	}
}

func TestWorkbookWithCoverAndMergedHeader(t *testing.T) {
	t.Parallel()
	born := time.Date(1990, 4, 17, 0, 0, 0, 0, time.UTC)
	data := workbook(t, map[string][][]any{
		"غلاف": {{"جمهورية العراق"}, {"عدد الموقوفين: 5"}},
		"السجن": {
			{"كشف بأسماء الموقوفين"},
			{"سري"},
			nil,
			{"ت", "الاسم", nil, nil, nil, "تاريخ الولادة", nil, nil, "الوثيقة", nil, "تاريخ القبض", "رقم الخيمة"},
			{nil, "الأول", "الأب", "الجد", "اللقب", "يوم", "شهر", "سنة", "نوع الوثيقة", "رقم الوثيقة", nil, nil},
			{1, "محمد", "علي", "حسن", "الجبوري", 17, 4, 1990, "جواز سفر", "A123", born, "C-4"},
			{2, "أحمد", "خالد", nil, "أبو عمر", nil, nil, 1985, "هوية", "00045", "5/2/2019", nil},
			{3, "أحمد", "خالد", nil, "أبو عمر", nil, nil, 1985, "هوية", "00045", "5/2/2019", nil},
			{3, "أحمد", "خالد", nil, "أبو عمر", nil, nil, 1985, "هوية", "00045", "5/2/2019", nil},
			{nil, "المجموع", nil, nil, 3},
			{nil, "توقيع مدير السجن", nil, nil, "الختم"},
		},
	}, []string{"غلاف", "السجن"}, func(f *excelize.File) {
		for _, m := range [][2]string{{"B4", "E4"}, {"F4", "H4"}, {"I4", "J4"}, {"A4", "A5"}} {
			if err := f.MergeCell("السجن", m[0], m[1]); err != nil {
				t.Error(err)
			}
		}
	})
	rows, rep := read(t, "m.xlsx", data, Options{})
	equal(t, "mapping", mapping(rep.Sheets[1]), []string{
		"A ت > list_no", "B الاسم الأول > given", "C الاسم الأب > father", "D الاسم الجد > grandfather", "E اللقب > byname",
		"F تاريخ الولادة يوم > birth_day", "G تاريخ الولادة شهر > birth_month", "H تاريخ الولادة سنة > birth_year",
		"I نوع الوثيقة > document_type", "J رقم الوثيقة > document_no", "K تاريخ القبض > captured", "L رقم الخيمة > ",
	})
	equal(t, "problems", problems(rep), []string{
		"warning row.repeated السجنA9",
		"warning row.not_person السجنB11 توقيع مدير السجن",
		"warning total.mismatch 0 5",
	})
	equal(t, "names", []string{rows[0].Details.Name(""), rows[1].Details.Name(""), rows[1].Details.Name("kunya")}, []string{"محمد علي حسن الجبوري", "أحمد خالد", "أبو عمر"})
	equal(t, "birth", []string{rows[0].Details.Birth.Date.String(), rows[1].Details.Birth.Date.String()}, []string{"1990-04-17", "1985"})
	equal(t, "document", rows[0].Details.Documents, []person.Document{{Type: "passport", Number: "A123"}})
	equal(t, "captured", []string{rows[0].Captured.String(), rows[1].Captured.String()}, []string{"1990-04-17", "2019-02-05"})
	equal(t, "extra", rows[0].Extra, map[string]string{"رقم الخيمة": "C-4"})
	equal(t, "totals", []int{*rep.Sheets[0].StatedTotal, *rep.Sheets[1].StatedTotal, rep.Rows, rep.Good, rep.Repeated}, []int{5, 3, 4, 3, 1})
}

func TestWorkbookDates(t *testing.T) {
	t.Parallel()
	born := time.Date(1990, 4, 5, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		style excelize.Style
		value any
		date1904,
		wantRaw bool
		want string
	}{
		"built-in 14":          {style: excelize.Style{NumFmt: 14}, value: born, want: "1990-04-05"},
		"month first":          {style: excelize.Style{CustomNumFmt: ptr("mm/dd/yy;@")}, value: born, want: "1990-04-05"},
		"month and year":       {style: excelize.Style{NumFmt: 17}, value: born, want: "1990-04"},
		"year":                 {style: excelize.Style{CustomNumFmt: ptr("yyyy")}, value: born, want: "1990"},
		"Arabic":               {style: excelize.Style{CustomNumFmt: ptr("[$-2010000]yyyy/mm/dd;@")}, value: born, want: "1990-04-05"},
		"serial without style": {value: 32968, want: "1990-04-05"},
		"1904":                 {style: excelize.Style{NumFmt: 14}, value: 32968 - 1462, date1904: true, want: "1990-04-05"},
		"serial of 1904":       {value: 32968 - 1462, date1904: true, want: "1990-04-05"},
		"year as a number":     {value: 1990, want: "1990"},
		"thousands":            {style: excelize.Style{NumFmt: 3}, value: 1990, want: "1990"},
		"text in a date cell":  {style: excelize.Style{NumFmt: 14}, value: "5/4/1990", want: "1990-04-05"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := workbook(t, map[string][][]any{"s": {{"Name", "Date of birth"}, {"Ali", c.value}}}, []string{"s"}, func(f *excelize.File) {
				id, err := f.NewStyle(&c.style)
				if err == nil {
					err = f.SetCellStyle("s", "B2", "B2", id)
				}
				if err == nil && c.date1904 {
					err = f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &c.date1904})
				}
				if err != nil {
					t.Fatal(err)
				}
			})
			rows, rep := read(t, "d.xlsx", data, Options{})
			equal(t, "birth", rows[0].Details.Birth.Date.String(), c.want)
			equal(t, "problems", problems(rep), []string(nil))
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestWorkbookNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	data := workbook(t, map[string][][]any{"s": {{"Name", "Passport", "ISN", "Remarks"}, {"Ali", 123456789012, 45, "#N/A"}}}, []string{"s"}, func(f *excelize.File) {
		for cell, code := range map[string]string{"B2": "0.00E+00", "C2": "00000"} {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			if err == nil {
				err = f.SetCellStyle("s", cell, cell, id)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	rows, rep := read(t, "n.xlsx", data, Options{})
	equal(t, "documents", rows[0].Details.Documents, []person.Document{{Type: "passport", Number: "123456789012"}, {Type: "camp card", Number: "00045"}})
	equal(t, "problems", problems(rep), []string{"warning cell.formula_error sD2 #N/A"})
}

func TestHiddenSheetIsRead(t *testing.T) {
	t.Parallel()
	data := workbook(t, map[string][][]any{"a": {{"Name", "Sex"}, {"Ali", "M"}}, "b": {{"Name", "Sex"}, {"Omar", "M"}}}, []string{"a", "b"}, func(f *excelize.File) {
		if err := f.SetSheetVisible("b", false); err != nil {
			t.Fatal(err)
		}
	})
	rows, rep := read(t, "h.xlsx", data, Options{})
	equal(t, "rows", len(rows), 2)
	equal(t, "problems", problems(rep), []string{"warning sheet.hidden b0"})
}

func TestKurdishHeadings(t *testing.T) {
	t.Parallel()
	text := "ژمارە,ناوی سیانی,ڕەگەز,ڕەگەزنامە,بەرواری لەدایکبوون,تێبینی\n" +
		"١,ئازاد حەمە ڕەشید,نێر,عێراقی,١٧/٤/١٩٩٠,\n٢,شیلان کەریم,مێ,سووری,٥ کانوونی دووەم ١٩٩٢,نەخۆش\nکۆی گشتی,٢\n"
	rows, rep := read(t, "k.csv", []byte(text), Options{})
	equal(t, "problems", problems(rep), []string(nil))
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprint(r.ListNo, " ", r.Details.Name(""), " ", r.Details.Sex, " ", r.Details.Claims[0].Country, " ", r.Details.Birth.Date, " ", r.Remarks))
	}
	equal(t, "rows", got, []string{"١ ئازاد حەمە ڕەشید 1 IRQ 1990-04-17 ", "٢ شیلان کەریم 2 SYR 1992-01-05 نەخۆش"})
}

func TestEnglishNameParts(t *testing.T) {
	t.Parallel()
	text := `S/No,First Name,Father's Name,Grandfather,Surname,Alias,Mother's Name,Sex,DOB (dd/mm/yyyy),Nationality,Passport No.,Family No,Relationship,List Type,Facility,Language,Health,Offence,Date of Arrest,Place of Birth,Remarks
1,Ali,Hasan,,Al-Jabouri,Abu Bakr; The Tall,Maryam,M,01/01/1990,Iraqi,A1,,,adult males,Panorama,Arabic,diabetic,membership,2019-03-23,Mosul,
2,Sara,Omar,Said,,,,F,,French/Tunisian,1.23457E+11,77,mother,,Al-Hol,français,,,,,
3,Adam,,,,,,M,2020,,,77,son,,Al-Hol,klingon,,,31/02/2019,,
4,Musa,,,,,,M,2009,,,,,adult males,Panorama,,,,,,
`
	rows, rep := read(t, "e.csv", []byte(text), Options{})
	equal(t, "problems", problems(rep), []string{
		"warning document.number_shortened K3 1.23457E+11",
		"warning language.unresolved P4 klingon",
		"warning capture.impossible S4 31/02/2019",
		"warning minor.in_adult_list I5 2009",
	})
	equal(t, "first", rows[0], Row{
		File: "e.csv", Line: 2, ListNo: "1", Mother: "Maryam", Category: "adult males", Facility: "Panorama", Health: "diabetic", Allegation: "membership",
		Captured: civil.Date{Year: 2019, Month: 3, Day: 23}, Extra: map[string]string{"Place of Birth": "Mosul"}, Key: rows[0].Key,
		Details: person.Details{
			Names: []person.Name{
				{Raw: "Ali Hasan Al-Jabouri", Script: "Latn"},
				{Raw: "Abu Bakr", Kind: "alias", Script: "Latn"},
				{Raw: "The Tall", Kind: "alias", Script: "Latn"},
				{Raw: "Maryam", Kind: "mother", Script: "Latn"},
			},
			Sex: person.Male, Birth: person.Birth{Date: civil.Date{Year: 1990, Month: 1, Day: 1}, Method: civil.Assigned, Raw: "01/01/1990"},
			Claims:    []person.Claim{{Country: "IRQ", Label: "Iraqi", Status: "claimed", Source: "e.csv"}},
			Documents: []person.Document{{Type: "passport", Number: "A1"}}, Language: "ar",
		},
	})
	equal(t, "second", []any{rows[1].Details.Name(""), rows[1].Family, rows[1].Relation, len(rows[1].Details.Claims), rows[1].Child, rows[1].Details.Language}, []any{"Sara Omar Said", "77", "mother", 2, false, "fr"})
	equal(t, "child", []any{rows[2].Child, rows[2].PossiblyMinor, rows[2].Extra}, []any{true, true, map[string]string{"Language": "klingon", "Date of Arrest": "31/02/2019"}})
}

func TestNamesOfOneRow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ head, row, want string }{
		"generic name with a father":  {"الاسم,اسم الأب,الجنس", "محمد,علي,ذكر", "محمد علي"},
		"generic name alone":          {"الاسم,الجنس", "محمد علي,ذكر", "محمد علي"},
		"full name keeps its order":   {"الاسم والكنية,اسم الأب,الجنس", "محمد الحلبي,علي,ذكر", "محمد الحلبي"},
		"surname beside a full name":  {"الاسم الثلاثي,اللقب,الجنس", "محمد علي حسن,الجبوري,ذكر", "محمد علي حسن الجبوري"},
		"surname already in the name": {"الاسم الكامل,العائلة,الجنس", "محمد علي الجبوري,الجبوري,ذكر", "محمد علي الجبوري"},
		"kunya under the byname":      {"الاسم,اللقب,الجنس", "محمد,أبو عمر,ذكر", "محمد|kunya أبو عمر"},
		"French surname and name":     {"Nom,Prénom,Sexe", "Dupont,Jean,H", "Jean Dupont"},
		"Russian parts":               {"Фамилия,Имя,Отчество,Пол", "Иванов,Иван,Петрович,М", "Иван Петрович Иванов"},
		"Turkish":                     {"Adı,Soyadı,Cinsiyet", "Ahmet,Yılmaz,E", "Ahmet Yılmaz"},
		"two scripts in one cell":     {"Full Name / الاسم,Sex", "محمد علي / Mohammad Ali,M", "محمد علي|Mohammad Ali"},
		"second spelling":             {"الاسم,الاسم بالإنكليزية,الجنس", "محمد,Mohammad,ذكر", "محمد|Mohammad"},
		"only a kunya":                {"الاسم,الكنية,الجنس", "-,أم سارة,أنثى", "kunya أم سارة"},
		"unknown is somebody":         {"الاسم,الجنس", "مجهول الهوية,ذكر", "مجهول الهوية"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, _ := read(t, "n.csv", []byte(c.head+"\n"+c.row+"\n"), Options{})
			var got []string
			for _, n := range rows[0].Details.Names {
				got = append(got, strings.TrimSpace(n.Kind+" "+n.Raw))
			}
			equal(t, "names", strings.Join(got, "|"), c.want)
		})
	}
}

func TestMapping(t *testing.T) {
	t.Parallel()
	data := []byte("Vorname,Name,Sex,Zelle\nAli,Hasan,M,4\n")
	rows, rep := read(t, "g.csv", data, Options{Mapping: map[string]Field{"vorname": FieldGiven, "Name": FieldFamilyName, "D": FieldCampNo, "Zimmer": FieldRemarks, "C": FieldExtra}})
	equal(t, "mapping", mapping(rep.Sheets[0]), []string{"A Vorname > given", "B Name > family_name", "C Sex > ", "D Zelle > camp_no"})
	equal(t, "row", []any{rows[0].Details.Name(""), rows[0].Extra, rows[0].Details.Documents}, []any{"Ali Hasan", map[string]string{"Sex": "M"}, []person.Document{{Type: "camp card", Number: "4"}}})
	equal(t, "problems", problems(rep), []string{"warning mapping.unused 0"})

	rows, rep = read(t, "none.csv", []byte("1,Ali,M\n2,Omar,M\n"), Options{Mapping: map[string]Field{"B": FieldName, "C": FieldSex}})
	equal(t, "without a header", []any{len(rows), rows[0].Details.Name(""), rows[0].Extra, rep.Sheets[0].HeaderRow}, []any{2, "Ali", map[string]string{"A": "1"}, 0})

	rows, _ = read(t, "row.csv", []byte("x,y\nVorname,Geschlecht\nAli,M\n"), Options{HeaderRow: 2, Mapping: map[string]Field{"Vorname": FieldName, "B": FieldSex}})
	equal(t, "given header row", []any{len(rows), rows[0].Details.Name(""), rows[0].Details.Sex}, []any{1, "Ali", person.Male})

	_, _, err := try("g.csv", data, Options{Mapping: map[string]Field{"A": "shoe", "B": "size"}})
	if f := fault.As(err); f.Rule != "mapping.unknown_field" || len(f.Fields) != 2 || f.Refs["file"] != "g.csv" {
		t.Errorf("%v", err)
	}
}

func TestRepeatedHeaderAndColumnNumbers(t *testing.T) {
	t.Parallel()
	rows, rep := read(t, "r.csv", []byte("الاسم,الجنس,الجنسية\nName,Sex,Nationality\n1,2,3\nAli,M,Iraqi\nالاسم,الجنس,الجنسية\nOmar,M,Iraqi\nNote: checked twice,,\n"), Options{})
	equal(t, "rows", []int{len(rows), rep.Rows, rows[1].Line}, []int{2, 2, 6})
	equal(t, "problems", problems(rep), []string{"warning row.not_person A7 Note: checked twice"})
}

func TestSameRowHasTheSameKey(t *testing.T) {
	t.Parallel()
	a, _ := read(t, "a.csv", []byte("Name,Sex\nAli,M\nOmar,M\n"), Options{Facility: "X"})
	b, _ := read(t, "b.csv", []byte("Name;Sex;\n Ali ;M;\n"), Options{Facility: "X"})
	c, _ := read(t, "c.csv", []byte("Name,Sex\nAli,M\n"), Options{Facility: "Y"})
	if a[0].Key != b[0].Key || a[0].Key == a[1].Key || a[0].Key == c[0].Key {
		t.Errorf("keys %q %q %q %q", a[0].Key, a[1].Key, b[0].Key, c[0].Key)
	}
}

func TestDisputedAge(t *testing.T) {
	t.Parallel()
	rows, rep := read(t, "a.csv", []byte("Name,DOB,Age,Category\nAli,1990-01-05,16,adults\nOmar,1990-01-05,36,adults\nSaid,,16,juvenile\n"), Options{})
	equal(t, "minors", []bool{rows[0].PossiblyMinor, rows[1].PossiblyMinor, rows[2].PossiblyMinor}, []bool{true, false, true})
	equal(t, "problems", problems(rep), []string{"warning birth.age_differs C2 16", "warning minor.in_adult_list B2 1990-01-05"})
}

func TestNoHeader(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"hello\nworld\n", "1,2,3\n4,5,6\n", "total,412\n"} {
		_, rep, err := try("x.csv", []byte(text), Options{})
		if f := fault.As(err); f.Rule != "file.no_header" || f.Refs["file"] != "x.csv" || rep == nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestYieldAndContextStopReading(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	_, err := Read(context.Background(), "a.csv", strings.NewReader("Name,Sex\nAli,M\n"), -1, Options{AsOf: day}, func(Row) error { return stop })
	if !errors.Is(err, stop) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err = Read(ctx, "a.csv", strings.NewReader("Name,Sex\nAli,M\nOmar,M\n"), -1, Options{AsOf: day}, func(Row) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := Read(context.Background(), "a.csv", strings.NewReader("Name,Sex\n"), -1, Options{}, nil); !fault.Is(err, "intake.as_of_missing") {
		t.Error(err)
	}
}

func TestReportIsPlainJSON(t *testing.T) {
	t.Parallel()
	_, rep := read(t, "a.csv", []byte("Name,Sex,Shoe\nAli,yes,4\nTotal,2\n"), Options{})
	got, err := json.Marshal(rep)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "json", string(got), `{"file":"a.csv","sha256":"`+rep.SHA256+`","format":"csv","encoding":"utf-8","separator":",",`+
		`"sheets":[{"header_row":1,"mapping":[{"column":"A","header":"Name","field":"name","confidence":1},{"column":"B","header":"Sex","field":"sex","confidence":1},`+
		`{"column":"C","header":"Shoe","confidence":0}],"rows":1,"good":1,"stated_total":2}],`+
		`"problems":[{"file":"a.csv","row":2,"column":"B","header":"Sex","field":"sex","rule":"sex.unresolved","severity":"warning","value":"yes","message":"the sex could not be read and is kept as unknown"},`+
		`{"file":"a.csv","rule":"total.mismatch","severity":"warning","value":"2","message":"the source states 2 persons, 1 are listed (-1)"}],`+
		`"problem_count":2,"errors":0,"warnings":2,"rules":{"sex.unresolved":1,"total.mismatch":1},"rows":1,"good":1}`)
}
