package identity_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"amana/internal/fault"
	"amana/internal/identity"
)

// examples invents pairs: of one person the birth agrees in seven of ten, of two in one of a hundred.
func examples(t *testing.T, m *identity.Model, n int, decided bool) []identity.Example {
	r := rand.New(rand.NewPCG(5, 5))
	given := []string{"Karim", "Salim", "Zaid", "Luqman", "Saqr", "Anas", "Bilal", "Dilshad", "Haidar", "Imad"}
	family := []string{"Dulaimi", "Karbouli", "Jubouri", "Barzanji", "Hakim", "Tikriti", "Zangana", "Rawi", "Ani", "Hadithi"}
	pick := func(s []string) string { return s[r.IntN(len(s))] }
	var out []identity.Example
	for range n {
		name := pick(given) + " " + pick(given) + " al-" + pick(family)
		year, other := 1960+r.IntN(40), name
		same := r.IntN(3) == 0
		second := year
		if !same {
			other = pick(given) + " " + pick(given) + " al-" + pick(family)
		}
		if same == (r.IntN(10) < 3) || !same && r.IntN(100) > 0 {
			second = 1960 + r.IntN(40)
		}
		out = append(out, identity.Example{
			A: m.Record(who(t, name, "born="+fmt.Sprint(year)+"-05-06")), B: m.Record(who(t, other, "born="+fmt.Sprint(second)+"-05-06")), Decided: decided, Same: same,
		})
	}
	return out
}

// TestLearn: what agreement of birth is worth comes out of the pairs, with their answers and without.
func TestLearn(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	for _, decided := range []bool{true, false} {
		learned, err := m.Learn(examples(t, m, 4000, decided), 5)
		if err != nil {
			t.Fatal(err)
		}
		w := learned.Weights().Birth["same"]
		if w.M < 0.5 || w.M > 0.9 || w.U > 0.2 {
			t.Errorf("decided %v: the same birth in %.2f of one person and %.3f of two, not about 0.7 and below 0.2", decided, w.M, w.U)
		}
		if before := m.Weights().Birth["same"].M; before > 0.5 {
			t.Errorf("the model that learned has changed: %v", before)
		}
	}
	if _, err := m.Learn(examples(t, m, 20, true), 1); fault.As(err).Rule != "learn.too_few" {
		t.Errorf("twenty pairs: %v", err)
	}
}

// BenchmarkScore is the time of one comparison of two prepared records.
func BenchmarkScore(b *testing.B) {
	m := identity.Default()
	x := m.Record(who(b, "محمد خالد حسن التكريتي", "born=1980-01-01", "from=IRQ", "sex=m"))
	for what, other := range map[string]string{"same": "Mohamed Khaled Hassan al-Tikriti", "other": "Salim Jasim Hamad al-Dulaimi"} {
		y := m.Record(who(b, other, "born=1980-01-01", "from=IRQ", "sex=m"))
		b.Run(what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.Score(x, y)
			}
		})
	}
}
