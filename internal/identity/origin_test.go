package identity_test

import (
	"slices"
	"testing"

	"amana/internal/identity"
)

// TestNothingFollowsFromAName: a name says nothing about nationality or sex (norms G6); only what somebody claims is compared.
func TestNothingFollowsFromAName(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	for _, s := range []string{"Сергей Викторович Лавров", "محمد خالد التكريتي", "Jean-Pierre Dupont", "Mehmet Yılmaz", "Fatima al-Masriya"} {
		for _, other := range []string{"from=IRQ", "from=RUS", "sex=m", "sex=f"} {
			e := m.Explain(m.Record(who(t, s)), m.Record(who(t, s, other)))
			if slices.ContainsFunc(e.Evidence, func(v identity.Evidence) bool { return v.Field == "nationality" || v.Field == "sex" }) {
				t.Errorf("%s against %s: %v", s, other, findings(e))
			}
		}
		if a, b := m.Score(m.Record(who(t, s)), m.Record(who(t, s, "from=IRQ"))), m.Score(m.Record(who(t, s)), m.Record(who(t, s, "from=FRA"))); a != b {
			t.Errorf("%s: %v with one claim, %v with another, though nobody claims anything on the other side", s, a, b)
		}
	}
}
