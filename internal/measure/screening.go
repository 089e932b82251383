package measure

import (
	"math"
	"slices"

	"amana/internal/identity"
	"amana/internal/trial"
)

// Screening is how well people on a published list are noticed, and how often others are taken for them.
type Screening struct {
	Entries int `json:"entries"`
	Altered int `json:"altered"` // people on the list, written otherwise than it has them
	Others  int `json:"others"`  // people who are not on it
	// At the threshold that lets at most two in a thousand of the others pass.
	Threshold   Ratio `json:"threshold"`
	Recall      Ratio `json:"recall"`
	FalseAlerts Ratio `json:"false_alerts_per_1000"`
	// From the lower band of the model on, where a human is asked to look.
	BandRecall      Ratio `json:"possible_recall"`
	BandFalseAlerts Ratio `json:"possible_false_alerts_per_1000"`
}

// alertsAllowed is the share of others who may be taken for somebody on the list.
const alertsAllowed = 0.002

// Screen asks for all altered and other people of a list. With namesOnly nothing but the names is known of those who ask.
func Screen(m *identity.Model, list trial.List, namesOnly bool) Screening {
	x := identity.NewIndex(m)
	numbers := make(map[string]uint64, len(list.Entries))
	for i, e := range list.Entries {
		numbers[e.ID] = uint64(i)
		for _, d := range e.Details() {
			x.Add(uint64(i), m.Record(d))
		}
	}
	ask := func(q trial.Query) []identity.Hit {
		row := q.Row
		if namesOnly {
			row = trial.Row{Name: row.Name, Also: row.Also}
		}
		return x.Search(m.Record(row.Details()), Depth)
	}
	right := make([]float64, 0, len(list.Altered))
	for _, q := range list.Altered {
		score := math.Inf(-1)
		for _, h := range ask(q) {
			if h.Number == numbers[q.ID] {
				score = h.Bits
			}
		}
		right = append(right, score)
	}
	wrong := make([]float64, 0, len(list.Others))
	for _, q := range list.Others {
		score := math.Inf(-1)
		if hits := ask(q); len(hits) > 0 {
			score = hits[0].Bits
		}
		wrong = append(wrong, score)
	}
	slices.Sort(wrong)
	out := Screening{Entries: len(list.Entries), Altered: len(right), Others: len(wrong), Threshold: Ratio(math.Inf(-1))}
	// The first score that may not pass is that of the one after those allowed; who has the same may not either.
	if barred := len(wrong) - 1 - int(alertsAllowed*float64(len(wrong))); barred >= 0 {
		out.Threshold = Ratio(math.Nextafter(wrong[barred], math.Inf(1)))
	}
	passing := func(scores []float64, least float64) (n int) {
		for _, s := range scores {
			if s >= least {
				n++
			}
		}
		return n
	}
	possible := m.Weights().Bands.Possible
	out.Recall, out.FalseAlerts = share(passing(right, float64(out.Threshold)), len(right)), 1000*share(passing(wrong, float64(out.Threshold)), len(wrong))
	out.BandRecall, out.BandFalseAlerts = share(passing(right, possible), len(right)), 1000*share(passing(wrong, possible), len(wrong))
	return out
}
