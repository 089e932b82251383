package solve

import (
	"context"
	"fmt"
	"testing"

	"amana/internal/demand"
	"amana/internal/planning"
)

func TestPlan7(t *testing.T) {
	for seed := range uint64(1) {
		q := demand.Week(seed+1, demand.Week7000())
		p := Plan(context.Background(), &q, Options{Now: cpu, Found: func(p planning.Plan) { fmt.Println("found", p.Objective, p.Unplaced(), p.Seconds) }})
		fmt.Println(seed, p.Objective, p.Bound, p.Gap(), p.Unplaced(), p.Seconds, p.First)
	}
}
