package measure_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/identity"
	"amana/internal/measure"
	"amana/internal/trial"
)

func TestRank(t *testing.T) {
	t.Parallel()
	// The name of a query is how many wrong people come before the right one.
	search := func(q trial.Row, limit int) ([]identity.Hit, error) {
		before, err := strconv.Atoi(q.Name)
		var hits []identity.Hit
		for i := range limit {
			number := uint64(100 + i)
			if i == before {
				number = 7
			}
			hits = append(hits, identity.Hit{Number: number, Bits: float64(20 - i)})
		}
		return hits, err
	}
	row := func(number uint64) trial.Row { return trial.Row{Name: "row " + strconv.FormatUint(number, 10)} }
	var questions []measure.Question
	for i, name := range []string{"0", "0", "1", "4", "9", "10"} {
		q := measure.Question{Row: trial.Row{Name: name, Line: i + 2}, Right: 7, Known: true, Labels: []string{"even"}}
		if i%2 == 1 {
			q.Labels = []string{"odd", "all"}
		}
		questions = append(questions, q)
	}
	questions = append(questions, measure.Question{Row: trial.Row{Name: "3"}, Labels: []string{"even"}}) // nobody knows them
	got, err := measure.Rank(questions, search, 3, row)
	if err != nil {
		t.Fatal(err)
	}
	want := measure.Recall{Queries: 6, At1: 2. / 6, At5: 4. / 6, At10: 5. / 6, MRR: (1 + 1 + .5 + .2 + .1) / 6}
	if diff := cmp.Diff(want, got.Recall, nearly); diff != "" || got.Unknown != 1 {
		t.Errorf("%d unknown\n%s", got.Unknown, diff)
	}
	if diff := cmp.Diff(map[string]measure.Recall{
		"even": {Queries: 3, At1: 1. / 3, At5: 2. / 3, At10: 1, MRR: 1.6 / 3},
		"odd":  {Queries: 3, At1: 1. / 3, At5: 2. / 3, At10: 2. / 3, MRR: 1.2 / 3},
		"all":  {Queries: 3, At1: 1. / 3, At5: 2. / 3, At10: 2. / 3, MRR: 1.2 / 3},
	}, got.Slices, nearly); diff != "" {
		t.Error(diff)
	}
	first := measure.Side{Name: "row 100"}
	right := measure.Side{Name: "row 7"}
	if diff := cmp.Diff([]measure.Miss{
		{Line: 7, Query: measure.Side{Name: "10"}, Right: right, First: &first, Bits: 20},
		{Line: 4, Query: measure.Side{Name: "1"}, Right: right, Place: 2, First: &first, Bits: 20},
		{Line: 5, Query: measure.Side{Name: "4"}, Right: right, Place: 5, First: &first, Bits: 20},
	}, got.Misses); diff != "" {
		t.Error(diff)
	}
	if got.PerCore <= 0 || got.Latency.P50 <= 0 || got.Latency.Max < got.Latency.P50 {
		t.Errorf("%+v", got)
	}
	if _, err := measure.Rank([]measure.Question{{Row: trial.Row{Name: "?"}}}, search, 0, row); !errors.Is(err, strconv.ErrSyntax) {
		t.Errorf("a search that fails: %v", err)
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	var times []time.Duration
	for i := range 200 {
		times = append(times, time.Duration(200-i)*time.Millisecond)
	}
	if diff := cmp.Diff(measure.Latency{P50: 100, P95: 190, P99: 198, Max: 200}, measure.LatencyOf(times), nearly); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(measure.Latency{P50: 5, P95: 5, P99: 5, Max: 5}, measure.LatencyOf([]time.Duration{5 * time.Millisecond}), nearly); diff != "" {
		t.Error(diff)
	}
}
