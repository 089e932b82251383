package id_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"amana/internal/fault"
	"amana/internal/id"
)

func TestMakeAndParse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		noun := id.Noun(rapid.IntRange(int(id.NounPerson), int(id.NounOther)).Draw(t, "noun"))
		site := rapid.IntRange(0, 999).Draw(t, "site")
		n := id.Make(noun, site, int64(rapid.IntRange(0, 9_999_999).Draw(t, "serial")))
		s := strconv.FormatInt(n, 10)
		if len(s) != 12 || id.NounOf(n) != noun {
			t.Fatalf("%d is not a number of noun %d", n, noun)
		}
		for _, written := range []string{s, id.Format(id.Person(n)), "\u200f" + s[:4] + "-" + s[4:] + "\u00a0"} {
			if got, err := id.Parse[id.Person](noun, written); err != nil || int64(got) != n {
				t.Fatalf("%q reads as %d, %v", written, got, err)
			}
		}
		if _, err := id.Parse[id.Person](noun%9+1, s); !fault.Is(err, "id.malformed") {
			t.Fatalf("a number of noun %d passes for one of another", noun)
		}
	})
}

// TestCheckDigit changes every digit to every other and swaps all neighbours, in numbers of every noun.
func TestCheckDigit(t *testing.T) {
	t.Parallel()
	for noun := id.NounPerson; noun <= id.NounOther; noun++ {
		for _, serial := range []int64{0, 1, 7, 1_234_567, 9_999_999} {
			n := strconv.FormatInt(id.Make(noun, 42, serial), 10)
			wrong := func(s string) {
				if v, err := strconv.ParseInt(s, 10, 64); err == nil && s != n && id.NounOf(v) != 0 {
					t.Errorf("%s passes for %s", s, n)
				}
			}
			for i := range n {
				for d := byte('0'); d <= '9'; d++ {
					wrong(n[:i] + string(d) + n[i+1:])
				}
				if i > 0 {
					wrong(n[:i-1] + string(n[i]) + string(n[i-1]) + n[i+1:])
				}
			}
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"١٢٣٤٥٦٧٨٩٠":     "1234567890",
		"۱۲۳۴۵۶۷۸۹۰":     "1234567890",
		" 1-2 3\u00a04":  "1234",
		"\u200e12\u200f": "12",
		"a1":             "a1",
	} {
		if got := id.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	long := ""
	for range 100 {
		long += "٩"
	}
	for _, s := range []string{"", "x", "12", "000000000000", "-10000000000", long, "99999999999999999999", "100100000010"} {
		_, err := id.Parse[id.Move](id.NounMove, s)
		if !fault.Is(err, "id.malformed") {
			t.Errorf("%q: %v", s, err)
		}
		if len(err.Error()) > 250 {
			t.Errorf("the error repeats all of %q", s)
		}
	}
	if got := id.Format(id.Person(7)); got != "7" {
		t.Errorf("a number that is none is written %q", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("1 001 0000001 4")
	f.Add("١٢٣")
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := id.Parse[id.Person](id.NounPerson, s); err == nil && id.NounOf(int64(n)) != id.NounPerson {
			t.Errorf("%q reads as %d, which is no person's", s, n)
		}
	})
}
