package measure_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/measure"
)

// nearly takes ratios for the same that differ by rounding only, and two that are no number.
var nearly = cmp.Comparer(func(a, b measure.Ratio) bool {
	x, y := float64(a), float64(b)
	return math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) < 1e-12
})

// TestJudge holds the metrics against figures computed by hand.
func TestJudge(t *testing.T) {
	t.Parallel()
	none := measure.Ratio(math.NaN())
	for name, c := range map[string]struct {
		scored    []measure.Scored
		threshold float64
		want      measure.Quality
	}{
		// By falling score, true and false so far: .9 1/0, .8 2/1, .6 3/1, .5 3/2, .4 4/3, .1 4/4.
		"mixed, with ties": {
			[]measure.Scored{{.4, true}, {.9, true}, {.8, false}, {.1, false}, {.8, true}, {.5, false}, {.6, true}, {.4, false}},
			.6,
			measure.Quality{
				Pairs: 8, Positives: 4, Threshold: .6, Accepted: 4, Precision: .75, Recall: .75, F1: .75, BestF1: .75, BestThreshold: .6, RecallAt90: .25,
				PRAUC: (1 + 2./3 + 3./4 + 4./7) / 4, ROCAUC: (1.5 + 3 + 3.5 + 4) / 16,
			},
		},
		"perfect": {
			[]measure.Scored{{3, true}, {2, true}, {1, false}, {-1, false}},
			1.5,
			measure.Quality{Pairs: 4, Positives: 2, Threshold: 1.5, Accepted: 2, Precision: 1, Recall: 1, F1: 1, BestF1: 1, BestThreshold: 2, RecallAt90: 1, PRAUC: 1, ROCAUC: 1},
		},
		"the wrong way round": {
			[]measure.Scored{{1, true}, {2, false}},
			1.5,
			measure.Quality{Pairs: 2, Positives: 1, Threshold: 1.5, Accepted: 1, Precision: 0, Recall: 0, F1: 0, BestF1: 2. / 3, BestThreshold: 1, RecallAt90: 0, PRAUC: .5, ROCAUC: 0},
		},
		"all alike": {
			[]measure.Scored{{1, true}, {1, false}, {1, false}, {1, false}},
			2,
			measure.Quality{Pairs: 4, Positives: 1, Threshold: 2, Precision: none, Recall: 0, F1: 0, BestF1: .4, BestThreshold: 1, RecallAt90: 0, PRAUC: .25, ROCAUC: .5},
		},
		"a threshold is met, not passed": {
			[]measure.Scored{{2, true}, {1, false}},
			2,
			measure.Quality{Pairs: 2, Positives: 1, Threshold: 2, Accepted: 1, Precision: 1, Recall: 1, F1: 1, BestF1: 1, BestThreshold: 2, RecallAt90: 1, PRAUC: 1, ROCAUC: 1},
		},
		"nobody is the same": {
			[]measure.Scored{{2, false}, {1, false}},
			1.5,
			measure.Quality{Pairs: 2, Threshold: 1.5, Accepted: 1, Precision: 0, Recall: none, F1: none, BestF1: none, BestThreshold: none, RecallAt90: none, PRAUC: none, ROCAUC: none},
		},
		"everybody is the same": {
			[]measure.Scored{{2, true}, {1, true}},
			1.5,
			measure.Quality{Pairs: 2, Positives: 2, Threshold: 1.5, Accepted: 1, Precision: 1, Recall: .5, F1: 2. / 3, BestF1: 1, BestThreshold: 1, RecallAt90: 1, PRAUC: 1, ROCAUC: none},
		},
		"nothing": {
			nil,
			1,
			measure.Quality{Threshold: 1, Precision: none, Recall: none, F1: none, BestF1: none, BestThreshold: none, RecallAt90: none, PRAUC: none, ROCAUC: none},
		},
		"not a number": {
			[]measure.Scored{{math.NaN(), false}, {1, true}},
			1,
			measure.Quality{Pairs: 2, Positives: 1, Threshold: 1, Accepted: 1, Precision: 1, Recall: 1, F1: 1, BestF1: 1, BestThreshold: 1, RecallAt90: 1, PRAUC: 1, ROCAUC: 1},
		},
	} {
		if diff := cmp.Diff(c.want, measure.Judge(c.scored, c.threshold), nearly); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestROCIsPairwise counts what the area under ROC means, pair by pair.
func TestROCIsPairwise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scored := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) measure.Scored {
			return measure.Scored{Score: float64(rapid.IntRange(0, 6).Draw(t, "score")), Same: rapid.Bool().Draw(t, "same")}
		}), 0, 40).Draw(t, "scored")
		won, all := 0.0, 0.0
		for _, p := range scored {
			for _, n := range scored {
				if !p.Same || n.Same {
					continue
				}
				all++
				if p.Score > n.Score {
					won++
				} else if p.Score == n.Score {
					won += 0.5
				}
			}
		}
		got := float64(measure.Judge(scored, 3).ROCAUC)
		if all == 0 != math.IsNaN(got) || all > 0 && math.Abs(got-won/all) > 1e-9 {
			t.Fatalf("%v, want %v of %v", got, won, all)
		}
	})
}

func TestRatioInJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal([]measure.Ratio{1. / 3, 0, 1, measure.Ratio(math.NaN()), measure.Ratio(math.Inf(-1))})
	if err != nil || string(b) != "[0.333333,0,1,null,null]" {
		t.Errorf("%s, %v", b, err)
	}
}
