package id_test

import (
	"strconv"
	"testing"

	"amana/internal/fault"
	"amana/internal/id"
)

// TestDamm tries every wrong digit and every swap of two neighbours: Damm's digit catches them all.
func TestDamm(t *testing.T) {
	t.Parallel()
	for serial := int64(1); serial < 3000; serial += 7 {
		good := strconv.FormatInt(id.Make(id.NounPerson, 1, serial), 10)
		if _, err := id.Parse[id.Person](id.NounPerson, good); err != nil {
			t.Fatalf("%s: %v", good, err)
		}
		for i := range good {
			for d := byte('0'); d <= '9'; d++ {
				bad := []byte(good)
				bad[i] = d
				if d != good[i] && id.NounOf(number(t, bad)) != 0 {
					t.Errorf("%s passes for %s", bad, good)
				}
			}
			if i > 0 && good[i] != good[i-1] {
				bad := []byte(good)
				bad[i], bad[i-1] = bad[i-1], bad[i]
				if id.NounOf(number(t, bad)) != 0 {
					t.Errorf("%s passes for %s", bad, good)
				}
			}
		}
	}
}

func number(t *testing.T, digits []byte) int64 {
	t.Helper()
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestParse(t *testing.T) {
	t.Parallel()
	want := id.Person(id.Make(id.NounPerson, 1, 1))
	plain := strconv.FormatInt(int64(want), 10)
	arabic := []rune{}
	persian := []rune{}
	for _, r := range plain {
		arabic, persian = append(arabic, r-'0'+'٠'), append(persian, r-'0'+'۰')
	}
	for _, s := range []string{plain, string(arabic), string(persian), id.Format(want), plain[:4] + "-" + plain[4:], "\u200f" + plain + "\u200e"} {
		if got, err := id.Parse[id.Person](id.NounPerson, s); err != nil || got != want {
			t.Errorf("%q is read as %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "1", "abc", plain + "0", plain[:11], "100100000011", "-" + plain[1:], strconv.FormatInt(id.Make(id.NounConvoy, 1, 1), 10), "99999999999999999999999999999999999999999999999"} {
		if got, err := id.Parse[id.Person](id.NounPerson, s); !fault.Is(err, "id.malformed") {
			t.Errorf("%q is read as %d, %v", s, got, err)
		}
	}
	if id.Format(id.Person(12)) != "12" {
		t.Error("a number of another length is left as it is")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("1 001 0000001 4")
	f.Add("١٠٠١٠٠٠٠٠٠١٠")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := id.Parse[id.Person](id.NounPerson, s)
		if (err == nil) != (n != 0) {
			t.Fatalf("%q is read as %d, %v", s, n, err)
		}
		if again, err2 := id.Parse[id.Person](id.NounPerson, id.Format(n)); err == nil && (err2 != nil || again != n) {
			t.Fatalf("%d, formatted, is read as %d, %v", n, again, err2)
		}
	})
}
