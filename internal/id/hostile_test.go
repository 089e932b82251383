package id_test

import (
	"strings"
	"testing"
	"unicode"

	"amana/internal/fault"
	"amana/internal/id"
)

// TestParseAsWritten reads one number as keyboards, papers and messengers write it.
func TestParseAsWritten(t *testing.T) {
	t.Parallel()
	n := id.Make(id.NounPerson, 1, 1)
	plain := strings.ReplaceAll(id.Format(id.Person(n)), " ", "")
	digits := func(zero rune) string {
		return strings.Map(func(r rune) rune { return zero + r - '0' }, plain)
	}
	for name, s := range map[string]string{
		"plain":              plain,
		"grouped":            id.Format(id.Person(n)),
		"Arabic":             digits('٠'),
		"Persian":            digits('۰'),
		"mixed":              digits('٠')[:8] + plain[4:],
		"tab and line end":   "\t" + plain + "\r\n",
		"no-break blanks":    plain[:1] + "\u00a0" + plain[1:4] + "\u202f" + plain[4:],
		"dashes":             plain[:1] + "-" + plain[1:4] + "–" + plain[4:11] + "‐" + plain[11:],
		"embedded in Arabic": "\u202b" + plain + "\u202c",
		"isolated":           "\u2067" + digits('٠') + "\u2069",
		"Arabic letter mark": "\u061c" + plain,
	} {
		if got, err := id.Parse[id.Person](id.NounPerson, s); err != nil || int64(got) != n {
			t.Errorf("%s: %q reads as %d, %v", name, s, got, err)
		}
	}
	for name, s := range map[string]string{
		"a sign":             "+" + plain,
		"a letter O":         strings.Replace(plain, "0", "O", 1),
		"a point":            plain + ".0",
		"an underscore":      plain[:4] + "_" + plain[4:],
		"another script":     digits('०'),
		"full width":         digits('０'),
		"a zero too many":    "0" + plain,
		"invisible inside":   plain[:4] + "\u200b" + plain[4:],
		"two numbers":        plain + plain,
		"broken UTF-8":       plain + "\xff",
		"a vehicle's number": id.Format(id.Vehicle(id.Make(id.NounVehicle, 1, 1))),
	} {
		if got, err := id.Parse[id.Person](id.NounPerson, s); !fault.Is(err, "id.malformed") || got != 0 {
			t.Errorf("%s: %q reads as %d, %v", name, s, got, err)
		}
	}
}

// TestNumbersDiffer asks that no two nouns, sites or serials share a number.
func TestNumbersDiffer(t *testing.T) {
	t.Parallel()
	seen := map[int64]bool{}
	for noun := id.NounPerson; noun <= id.NounOther; noun++ {
		for _, site := range []int{0, 1, 10, 100, 999} {
			for _, serial := range []int64{0, 1, 10, 9_999_999} {
				n := id.Make(noun, site, serial)
				if seen[n] {
					t.Errorf("%d was issued twice", n)
				}
				seen[n] = true
			}
		}
	}
	for _, n := range []int64{0, -1, -100100000014, 7, 1 << 62, -1 << 63} {
		if id.NounOf(n) != 0 {
			t.Errorf("%d names something", n)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("١٢-۳\u2067 4\u2069")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, s string) {
		once := id.Fold(s)
		if id.Fold(once) != once {
			t.Errorf("%q folds to %q and then to %q", s, once, id.Fold(once))
		}
		if strings.ContainsFunc(once, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%q keeps what cannot be seen: %q", s, once)
		}
	})
}
