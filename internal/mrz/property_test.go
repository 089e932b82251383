package mrz_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/civil"
	"amana/internal/mrz"
	"amana/internal/person"
)

func pad(s string, width int) string {
	return (s + strings.Repeat("<", width))[:width]
}

// digit is the check digit of the standard, computed apart from the program: as a sum over the alphabet in its order.
func digit(data string) string {
	sum := 0
	for i, c := range data {
		sum += max(strings.IndexRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", c), 0) * [...]int{7, 3, 1}[i%3]
	}
	return string(rune('0' + sum%10))
}

// with gives a field and its check digit.
func with(data string) string { return data + digit(data) }

var sexes = map[person.Sex]string{person.Male: "M", person.Female: "F", person.SexUnknown: "<"}

// zoneTD3 writes a passport of Iraq.
func zoneTD3(sex person.Sex, number, nationality, birth, expiry string) string {
	return emit(mrz.Zone{Format: mrz.TD3, Type: "P", Issuer: "IRQ", Number: number, Nationality: nationality, Surname: "ALI", GivenNames: "OMAR", Sex: sex, Optional: []string{""}}, birth, expiry)
}

// emit writes a zone with the dates as given.
func emit(z mrz.Zone, birth, expiry string) string {
	fill := func(s string) string { return strings.ReplaceAll(s, " ", "<") }
	head := pad(z.Type, 2) + pad(z.Issuer, 3)
	name := fill(z.Surname + "  " + z.GivenNames)
	number := with(pad(fill(z.Number), 9))
	rest := fill(z.Optional[0])
	if len(z.Number) > 9 {
		number = fill(z.Number)[:9] + "<"
		rest = fill(z.Number)[9:] + digit(fill(z.Number)) + "<" + rest
	}
	birth, expiry = with(birth), with(expiry)
	nationality, sex := pad(z.Nationality, 3), sexes[z.Sex]
	switch z.Format {
	case mrz.TD1:
		first := number + pad(rest, 15)
		last := pad(fill(z.Optional[1]), 11)
		return head + first + "\n" + birth + sex + expiry + nationality + last + digit(first+birth+expiry+last) + "\n" + pad(name, 30)
	case mrz.TD2:
		rest = pad(rest, 7)
		return head + pad(name, 31) + "\n" + number + nationality + birth + sex + expiry + rest + digit(number+birth+expiry+rest)
	case mrz.TD3:
		rest = with(pad(rest, 14))
		return head + pad(name, 39) + "\n" + number + nationality + birth + sex + expiry + rest + digit(number+birth+expiry+rest)
	case mrz.MRVA:
		return head + pad(name, 39) + "\n" + number + nationality + birth + sex + expiry + pad(rest, 16)
	default:
		return head + pad(name, 31) + "\n" + number + nationality + birth + sex + expiry + pad(rest, 8)
	}
}

// drawn gives a zone, its text, and which of its characters the check digits cover.
func drawn(t *rapid.T) (z mrz.Zone, text string) {
	format := rapid.SampledFrom([]mrz.Format{mrz.TD1, mrz.TD2, mrz.TD3, mrz.MRVA, mrz.MRVB}).Draw(t, "format")
	alnum := func(label string, least, most int) string {
		return rapid.StringMatching(`[A-Z0-9]*`).Filter(func(s string) bool { return len(s) >= least && len(s) <= most }).Draw(t, label)
	}
	words := func(label string) string {
		return strings.Join(rapid.SliceOfN(rapid.StringMatching(`[A-Z]{1,5}`), 1, 2).Draw(t, label), " ")
	}
	codes := rapid.SampledFrom([]string{"IRQ", "SYR", "D", "TUN", "FRA", "UNO", "XXB", "XXX", "RKS"})
	z = mrz.Zone{
		Format: format, Type: map[mrz.Format]string{mrz.TD1: "ID", mrz.TD2: "I", mrz.TD3: "P", mrz.MRVA: "V", mrz.MRVB: "VD"}[format],
		Issuer: codes.Draw(t, "issuer"), Nationality: codes.Draw(t, "nationality"),
		Surname: words("surname"), GivenNames: words("given names"),
		Sex:      rapid.SampledFrom([]person.Sex{person.SexUnknown, person.Male, person.Female}).Draw(t, "sex"),
		Number:   alnum("number", 1, map[mrz.Format]int{mrz.TD1: 20, mrz.TD2: 13}[format]+1),
		Optional: []string{""},
	}
	if len(z.Number) > 9 && format != mrz.TD1 && format != mrz.TD2 {
		z.Number = z.Number[:9]
	}
	if len(z.Number) <= 9 {
		z.Optional[0] = alnum("optional", 0, 7)
	}
	if format == mrz.TD1 {
		z.Optional = append(z.Optional, alnum("second optional", 0, 11))
	}
	birth := day(t, "birth", time.Date(1930, 1, 1, 0, 0, 0, 0, time.UTC), on)
	expiry := day(t, "expiry", time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), on.AddDate(30, 0, 0))
	z.Birth, z.Expiry = civilDate(birth), civilDate(expiry)
	if z.Expiry.Year < z.Birth.Year {
		expiry = birth
		z.Expiry = z.Birth
	}
	z.BirthText = birth.Format("060102")
	return z, emit(z, z.BirthText, expiry.Format("060102"))
}

func day(t *rapid.T, label string, from, to time.Time) time.Time {
	return from.AddDate(0, 0, rapid.IntRange(0, int(to.Sub(from).Hours()/24)-1).Draw(t, label))
}

func civilDate(d time.Time) civil.Date {
	return civil.Date{Year: d.Year(), Month: int(d.Month()), Day: d.Day()}
}

// TestRoundTrip writes any zone and reads the same, with every check digit right.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want, text := drawn(t)
		if rapid.Bool().Draw(t, "joined") {
			text = strings.ReplaceAll(text, "\n", "")
		}
		got, err := mrz.Parse(text, on)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range got.Checks {
			if !c.OK {
				t.Errorf("%+v", c)
			}
		}
		if len(got.Problems)+len(got.Corrections) > 0 {
			t.Errorf("%v %v", got.Problems, got.Corrections)
		}
		want.Lines, want.Checks, want.Unchecked = got.Lines, got.Checks, got.Unchecked
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
	})
}

// TestOneCharacterIsFound changes one covered character to another whose value differs modulo 10: a check digit becomes wrong, or
// the change is undone and reported.
func TestOneCharacterIsFound(t *testing.T) {
	t.Parallel()
	const alphabet = "<123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	value := func(c byte) int { return max(strings.IndexByte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", c), 0) % 10 }
	rapid.Check(t, func(t *rapid.T) {
		z, text := drawn(t)
		lines := strings.Split(text, "\n")
		var places [][2]int
		add := func(line, from, to int) {
			for i := from; i < to; i++ {
				places = append(places, [2]int{line, i})
			}
		}
		switch z.Format {
		case mrz.TD1:
			add(0, 5, 30)
			add(1, 0, 7)
			add(1, 8, 15)
			add(1, 18, 30)
		default:
			add(1, 0, 10)
			add(1, 13, 20)
			add(1, 21, 28)
			if z.Format == mrz.TD2 || z.Format == mrz.TD3 {
				add(1, 28, len(lines[1]))
			}
		}
		at := rapid.SampledFrom(places).Draw(t, "place")
		was := lines[at[0]][at[1]]
		to := rapid.SampledFrom([]byte(alphabet)).Filter(func(c byte) bool { return value(c) != value(was) }).Draw(t, "character")
		lines[at[0]] = lines[at[0]][:at[1]] + string(to) + lines[at[0]][at[1]+1:]
		got, err := mrz.Parse(strings.Join(lines, "\n"), on)
		if err != nil {
			t.Fatal(err)
		}
		found := len(got.Corrections) > 0
		for _, c := range got.Checks {
			found = found || !c.OK
		}
		if !found {
			t.Fatalf("%c for %c in line %d column %d is not found:\n%s", to, was, at[0]+1, at[1]+1, strings.Join(lines, "\n"))
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{specimenTD3, specimenTD1, specimenLong, specimenTD2, specimenLongTD2, specimenMRVA, specimenMRVB} {
		f.Add(s)
		f.Add(strings.ToLower(strings.ReplaceAll(s, "\n", "\r\n ")))
		f.Add(strings.ReplaceAll(s, "0", "O"))
	}
	f.Add("\xff<\u200e«٣")
	f.Fuzz(func(t *testing.T, text string) {
		z, err := mrz.Parse(text, on)
		if err != nil {
			return
		}
		d := z.Details()
		if !z.Birth.Valid() || !z.Expiry.Valid() || z.Birth.Year > 2026 || len(d.Documents) > 1 {
			t.Fatalf("%+v", z)
		}
		again, err := mrz.Parse(strings.Join(z.Lines, "\n"), on)
		if err != nil {
			t.Fatal(err)
		}
		again.Corrections = z.Corrections // the lines are corrected already
		if diff := cmp.Diff(z, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
