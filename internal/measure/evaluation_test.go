package measure_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/measure"
	"amana/internal/person"
	"amana/internal/trial"
)

// byNumber scores two names that are numbers by their product.
var byNumber = measure.Matcher[float64]{
	Prepare: func(d person.Details) float64 {
		n, _ := strconv.ParseFloat(d.Names[0].Raw, 64)
		return n
	},
	Score: func(a, b float64) float64 { return a * b },
	Least: 6,
}

func pair(a, b string, same bool, line int) trial.Pair {
	return trial.Pair{A: trial.Row{Name: a}, B: trial.Row{Name: b}, Same: same, Kind: "k" + a, Line: line}
}

func TestEvaluation(t *testing.T) {
	t.Parallel()
	e := measure.Evaluate(byNumber, 2)
	for i, p := range []struct {
		a, b   string
		same   bool
		labels []string
	}{
		{"2", "4", true, []string{"x"}},
		{"1", "3", true, []string{"x", "y"}},
		{"3", "3", false, []string{"y"}},
		{"1", "1", false, nil},
		{"9", "1", false, []string{"y"}}, // as bad as the first of 9, and later
		{"5", "5", true, nil},
		{"2", "2", true, nil},
	} {
		e.Add(pair(p.a, p.b, p.same, i+2), p.labels)
	}
	got := e.Result()
	if got.Pairs != 7 || got.Positives != 4 || got.Threshold != 6 || got.Precision != .5 || got.Recall != .5 {
		t.Errorf("%+v", got.Quality)
	}
	if got.PerSecond <= 0 || got.FromRaw <= 0 || got.FromRaw >= got.PerSecond {
		t.Errorf("%f pairs a second, %f with preparing", got.PerSecond, got.FromRaw)
	}
	slices := map[string][3]float64{}
	for label, q := range got.Slices {
		slices[label] = [3]float64{float64(q.Pairs), float64(q.Positives), float64(q.Recall)}
	}
	if diff := cmp.Diff(map[string][3]float64{"x": {2, 2, .5}, "y": {3, 1, 0}}, slices); diff != "" {
		t.Error(diff)
	}
	var worst []string
	for _, m := range got.Worst {
		worst = append(worst, fmt.Sprintf("%d %s·%s=%.0f %v %s", m.Line, m.A.Name, m.B.Name, m.Score, m.Same, m.Kind))
	}
	if diff := cmp.Diff([]string{"4 3·3=9 false k3", "6 9·1=9 false k9", "3 1·3=3 true k1", "8 2·2=4 true k2"}, worst); diff != "" {
		t.Error(diff)
	}
}

// TestEvaluationInBatches gives more pairs than are scored at once.
func TestEvaluationInBatches(t *testing.T) {
	t.Parallel()
	e := measure.Evaluate(byNumber, 0)
	const n = 20_001
	for i := range n {
		e.Add(pair("1", strconv.Itoa(i%10), i%10 >= 6, i), []string{strconv.Itoa(i % 10)})
	}
	got := e.Result()
	if got.Pairs != n || got.F1 != 1 || got.ROCAUC != 1 || len(got.Worst) != 0 {
		t.Errorf("%+v", got.Quality)
	}
	if q := got.Slices["7"]; q.Pairs != 2000 || q.Positives != 2000 || q.Recall != 1 || !math.IsNaN(float64(q.ROCAUC)) {
		t.Errorf("a slice: %+v", q)
	}
}
