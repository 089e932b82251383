package intake

import (
	"testing"
	"unicode/utf16"

	"amana/internal/fault"

	"golang.org/x/text/encoding/charmap"
)

func TestEncodingsAndSeparators(t *testing.T) {
	t.Parallel()
	arabic := "الاسم\tالجنس\tالجنسية\nمحمد علي\tذكر\tسوري\n"
	wide := func(s string, order func(uint16) []byte, mark string) []byte {
		b := []byte(mark)
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, order(u)...)
		}
		return b
	}
	little := func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }
	big := func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} }
	encode := func(c *charmap.Charmap, s string) []byte {
		b, err := c.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"UTF-8":               {[]byte(arabic), "utf-8 \t محمد علي SYR"},
		"UTF-8 with mark":     {[]byte("\ufeff" + arabic), "utf-8 \t محمد علي SYR"},
		"UTF-16 LE":           {wide(arabic, little, "\xff\xfe"), "utf-16le \t محمد علي SYR"},
		"UTF-16 BE":           {wide(arabic, big, "\xfe\xff"), "utf-16be \t محمد علي SYR"},
		"UTF-16 LE unmarked":  {wide(arabic, little, ""), "utf-16le \t محمد علي SYR"},
		"windows-1256":        {encode(charmap.Windows1256, arabic), "windows-1256 \t محمد علي SYR"},
		"windows-1252":        {encode(charmap.Windows1252, "Nom;Sexe;Nationalité\nBéatrice;F;Française\n"), "windows-1252 ; Béatrice FRA"},
		"windows-1254":        {encode(charmap.Windows1254, "Adı Soyadı;Doğum Tarihi;Uyruğu\nAYŞE GÜLŞEN;1990;Türk\n"), "windows-1254 ; AYŞE GÜLŞEN TUR"},
		"windows-1251":        {encode(charmap.Windows1251, "ФИО;Пол;Гражданство\nИванов Иван;М;Россия\n"), "windows-1251 ; Иванов Иван RUS"},
		"1256, Latin heads":   {encode(charmap.Windows1256, "Name,Sex,Nationality\nمحمد علي,M,سوري\n"), "windows-1256 , محمد علي SYR"},
		"1254, English heads": {encode(charmap.Windows1254, "Name,Sex,Nationality\nAyşe Gül,F,Turkish\n"), "windows-1254 , Ayşe Gül TUR"},
		"pipe":                {[]byte("Name|Sex|Nationality\nAli, the tall|M|Iraqi\n"), "utf-8 | Ali, the tall IRQ"},
		"sep line":            {[]byte("sep=;\nName;Sex;Nationality\nAli;M;Iraqi\n"), "utf-8 ; Ali IRQ"},
		"old Mac line ends":   {[]byte("Name,Sex,Nationality\rAli,M,Iraqi\r"), "utf-8 , Ali IRQ"},
		"quoted cells":        {[]byte("\"Name\",\"Sex\",\"Nationality\"\n\"Ali \"\"the\"\"\ntall\",\"M\",\"Iraqi\"\n"), "utf-8 , Ali \"the\" tall IRQ"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, rep := read(t, "c.csv", c.data, Options{})
			if len(rows) != 1 || rep.ProblemCount != 0 {
				t.Fatalf("%d rows, problems %q", len(rows), problems(rep))
			}
			equal(t, "row", rep.Encoding+" "+rep.Separator+" "+rows[0].Details.Name("")+" "+rows[0].Details.Claims[0].Country, c.want)
		})
	}
}

func TestGivenEncoding(t *testing.T) {
	t.Parallel()
	rows, rep := read(t, "c.csv", []byte("Name,Sex\n\xd0\xd1,M\n"), Options{Encoding: "windows-1251"})
	equal(t, "name", rep.Encoding+" "+rows[0].Details.Name(""), "windows-1251 РС")
	if _, _, err := try("c.csv", []byte("Name,Sex\nA,M\n"), Options{Encoding: "klingon"}); !fault.Is(err, "encoding.unknown") {
		t.Error(err)
	}
}
