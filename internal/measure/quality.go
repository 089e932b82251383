package measure

import (
	"cmp"
	"math"
	"slices"
)

// Scored is the score of one pair, and whether it is of one person.
type Scored struct {
	Score float64
	Same  bool
}

// Quality says how well scores tell pairs of one person from pairs of two. Pairs of the same score always fall on the same side.
type Quality struct {
	Pairs     int `json:"pairs"`
	Positives int `json:"positives"`

	// At the operating point: the threshold that the model is shipped with, which these pairs had no part in.
	Threshold float64 `json:"threshold"`
	Precision Ratio   `json:"precision"`
	Recall    Ratio   `json:"recall"`
	F1        Ratio   `json:"f1"`
	Accepted  int     `json:"accepted"` // pairs taken for one person

	// Over all thresholds. The best is chosen with the answers in sight: it is a limit, and no promise.
	BestF1        Ratio `json:"best_f1"`
	BestThreshold Ratio `json:"best_threshold"`
	RecallAt90    Ratio `json:"recall_at_precision_90"` // the most recall at a precision of 0.9 and more
	PRAUC         Ratio `json:"pr_auc"`                 // average precision: the precision at each score, weighed by the recall gained there
	ROCAUC        Ratio `json:"roc_auc"`                // how often a pair of one person scores above one of two, ties counting half
}

// Judge computes the quality of scores, with the pairs at and above the threshold taken for one person. It sorts its argument.
func Judge(scored []Scored, threshold float64) Quality {
	q := Quality{Pairs: len(scored), Threshold: threshold, BestThreshold: Ratio(math.NaN())}
	slices.SortFunc(scored, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	for _, s := range scored {
		if s.Same {
			q.Positives++
		}
	}
	negatives := q.Pairs - q.Positives
	var truly, falsely int // of the pairs so far
	var average, above float64
	var best, at90 float64
	atThreshold := [2]int{}
	for i := 0; i < len(scored); {
		score, found, wrong := scored[i].Score, 0, 0
		for ; i < len(scored) && cmp.Compare(scored[i].Score, score) == 0; i++ {
			if scored[i].Same {
				found++
			} else {
				wrong++
			}
		}
		above += float64(wrong) * (float64(truly) + float64(found)/2)
		truly, falsely = truly+found, falsely+wrong
		if score >= threshold {
			atThreshold = [2]int{truly, falsely}
		}
		precision := float64(truly) / float64(i)
		average += precision * float64(found)
		if f := f1(truly, falsely, q.Positives); f > best {
			best, q.BestThreshold = f, Ratio(score)
		}
		if precision >= 0.9 {
			at90 = float64(truly)
		}
	}
	n := float64(q.Positives)
	q.Accepted = atThreshold[0] + atThreshold[1]
	q.Precision, q.Recall = share(atThreshold[0], q.Accepted), share(atThreshold[0], q.Positives)
	q.F1 = Ratio(math.NaN())
	q.BestF1, q.RecallAt90, q.PRAUC = q.F1, Ratio(at90/n), Ratio(average/n)
	if q.Positives > 0 {
		q.F1, q.BestF1 = Ratio(f1(atThreshold[0], atThreshold[1], q.Positives)), Ratio(best)
	}
	q.ROCAUC = Ratio(above / (n * float64(negatives)))
	return q
}

// f1 is the harmonic mean of precision and recall.
func f1(truly, falsely, positives int) float64 {
	if truly == 0 {
		return 0
	}
	return 2 * float64(truly) / float64(truly+falsely+positives)
}
