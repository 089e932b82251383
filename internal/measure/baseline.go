package measure

import (
	"github.com/antzucaro/matchr"

	"amana/internal/identity"
	"amana/internal/person"
)

// Matcher prepares a description once and compares two that are prepared. R is what it prepares.
type Matcher[R any] struct {
	Prepare func(person.Details) R
	Score   func(a, b R) float64
	Least   float64 // the score from which two are taken for one person
}

// ByModel compares as the program does. Its operating point is that of the model for two records with no register behind them.
func ByModel(m *identity.Model) Matcher[*identity.Record] {
	return Matcher[*identity.Record]{m.Record, m.Agreement, m.Weights().Bands.Agreement}
}

// likeJaroWinkler is the score from which Jaro-Winkler is commonly taken to mean the same name.
const likeJaroWinkler = 0.9

// ByJaroWinkler is the plain method: Jaro-Winkler's likeness (Winkler 1990) of the folded names as a whole, of the two that fit best where
// somebody has several. It looks at nothing but names.
func ByJaroWinkler() Matcher[[]string] {
	return Matcher[[]string]{foldedNames, func(a, b []string) float64 {
		best := 0.0
		for _, x := range a {
			for _, y := range b {
				best = max(best, matchr.JaroWinkler(x, y, false))
			}
		}
		return best
	}, likeJaroWinkler}
}

func foldedNames(d person.Details) []string {
	names := make([]string, 0, len(d.Names))
	for _, n := range d.Names {
		if n.Kind == "mother" {
			continue
		}
		if f := person.Fold(n.Raw); f != "" {
			names = append(names, f)
		}
	}
	return names
}
