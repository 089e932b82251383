package measure

import (
	"cmp"
	"slices"

	"amana/internal/identity"
	"amana/internal/trial"
)

// ByScan searches by comparing the query with every row of a register: slow, and bound to find whatever the matcher can tell. The
// number of a row is its place.
func ByScan[R any](m Matcher[R], rows []trial.Row) Search {
	prepared := make([]R, len(rows))
	for i, r := range rows {
		prepared[i] = m.Prepare(r.Details())
	}
	return func(q trial.Row, limit int) ([]identity.Hit, error) {
		r, best := m.Prepare(q.Details()), Best{Limit: limit}
		for i, p := range prepared {
			best.Add(uint64(i), m.Score(r, p))
		}
		return best.Hits, nil
	}
}

// Best keeps the highest scores of many, the highest first, and of equal ones those with the lowest numbers.
type Best struct {
	Limit int
	Hits  []identity.Hit
}

// Add takes a score.
func (b *Best) Add(number uint64, score float64) {
	h := identity.Hit{Number: number, Bits: score}
	order := func(x, y identity.Hit) int {
		return cmp.Or(cmp.Compare(y.Bits, x.Bits), cmp.Compare(x.Number, y.Number))
	}
	if len(b.Hits) == b.Limit && (b.Limit == 0 || order(h, b.Hits[b.Limit-1]) > 0) {
		return
	}
	at, _ := slices.BinarySearchFunc(b.Hits, h, order)
	b.Hits = slices.Insert(b.Hits, at, h)
	b.Hits = b.Hits[:min(len(b.Hits), b.Limit)]
}
