package identity

import (
	"math"

	"amana/internal/fault"
)

// Example is a pair to learn from: decided by a human, or left to be found out (see Learn).
type Example struct {
	A, B    *Record
	Decided bool
	Same    bool
}

// counts is how often each finding was made, for one person and for two.
type counts [2][findings]float64

// Learn estimates the weights anew by expectation maximisation (Dempster, Laird and Rubin 1977; for record linkage Winkler 1988): pairs
// whose answer is known count for it, the others by how likely they are under the weights so far, again and again until nothing moves.
// Shares of names stay as they are. Too few pairs of either sort leave the weights: learn.too_few.
func (m *Model) Learn(pairs []Example, rounds int) (*Model, error) {
	if len(pairs) < 100 {
		return nil, fault.New(fault.Invalid, "learn.too_few", "weights are estimated from a hundred pairs and more, not from %d", len(pairs))
	}
	out := *m
	rate := 0.3 // of pairs that are of one person
	for range max(rounds, 1) {
		var c counts
		total := 0.0
		for _, p := range pairs {
			q := 0.0
			switch {
			case p.Decided && p.Same:
				q = 1
			case !p.Decided:
				q = 1 / (1 + (1-rate)/rate*math.Exp2(-float64(out.tenths(p.A, p.B))/10))
			}
			total += q
			out.count(&c, p.A, p.B, q)
		}
		if total < 20 || float64(len(pairs))-total < 20 {
			return nil, fault.New(fault.Invalid, "learn.too_few", "of %d pairs about %.0f are of one person: twenty of each sort are needed", len(pairs), total)
		}
		rate = total / float64(len(pairs))
		out.weights = out.reweighed(&c)
		out.prepare()
		out.rerate()
	}
	return &out, nil
}

// count adds the findings of a pair.
func (m *Model) count(c *counts, a, b *Record, q float64) {
	if after(a, b) {
		a, b = b, a
	}
	s := sum{text: func(f Finding, _ int32, _, _ string, _ float64) {
		c[0][f] += q
		c[1][f] += 1 - q
	}}
	m.compare(&s, a, b)
}

// smooth keeps an outcome that never came up from being impossible.
const smooth = 1.0

// reweighed gives the weights that the counts speak for.
func (m *Model) reweighed(c *counts) Weights {
	w := m.weights.clone()
	for field, odds := range w.fields() {
		var sums [2]float64
		for _, f := range allFindings() {
			if g, _, ok := f.odds(); ok && g == field {
				sums[0] += c[0][f] + smooth
				sums[1] += c[1][f] + smooth
			}
		}
		if sums[0]+sums[1] < 50 { // hardly ever compared
			continue
		}
		for _, f := range allFindings() {
			if g, k, ok := f.odds(); ok && g == field {
				odds[k] = Odds{M: (c[0][f] + smooth) / sums[0], U: (c[1][f] + smooth) / sums[1]}
			}
		}
	}
	levels := map[Finding]*Level{
		NameSame: &w.Name.Same, NameSpelling: &w.Name.Spelling, NameNear: &w.Name.Near, NameTyping: &w.Name.Typing, NameDoubtful: &w.Name.Doubtful,
	}
	parts := c[0][NameOther]
	for f := range levels {
		parts += c[0][f] + smooth
	}
	for f, l := range levels {
		l.M = (c[0][f] + smooth) / parts
	}
	return w
}

func (w Weights) clone() Weights {
	for _, odds := range []*map[string]Odds{&w.Kunya, &w.Mother, &w.Birth, &w.Sex, &w.Nationality, &w.Document, &w.Photo} {
		fresh := make(map[string]Odds, len(*odds))
		for k, o := range *odds {
			fresh[k] = o
		}
		*odds = fresh
	}
	return w
}

// rerate works out the weights of the parts anew, their shares staying as they are.
func (m *Model) rerate() {
	shares := make(map[uint32]float32, len(m.rarities))
	for k, r := range m.rarities {
		shares[k] = r.share
	}
	m.rate(shares)
}
