package explain

import "amana/internal/planning"

// Breakdown is what a plan costs by the terms of the policy, in points.
type Breakdown struct {
	Travel      float64 `json:"travel"`
	Court       float64 `json:"court"`
	Consul      float64 `json:"consul"`
	Language    float64 `json:"language"`
	Density     float64 `json:"density"`
	Group       float64 `json:"group"`
	Nationality float64 `json:"nationality"`
	Move        float64 `json:"move"`
}

// Sum is the plan's objective.
func (c Breakdown) Sum() float64 {
	return c.Travel + c.Court + c.Consul + c.Language + c.Density + c.Group + c.Nationality + c.Move
}

// terms asks planning.Cost for one term of the policy at a time.
type terms struct {
	q      planning.Problem
	courts map[string]planning.Point
}

func newTerms(q *planning.Problem) *terms { return &terms{*q, q.Courts()} }

// of adds to sum what person i costs in a place, whoever else is there.
func (t *terms) of(sum *Breakdown, i, l int) {
	w := t.q.Policy
	bare := w
	bare.Travel, bare.Court, bare.Consul, bare.Language, bare.Move = 0, 0, 0, 0, 0
	term := func(to *float64, set func(*planning.Policy)) {
		t.q.Policy = bare
		set(&t.q.Policy)
		*to += t.q.Cost(i, l, t.courts)
	}
	term(&sum.Travel, func(p *planning.Policy) { p.Travel = w.Travel })
	term(&sum.Court, func(p *planning.Policy) { p.Court = w.Court })
	term(&sum.Consul, func(p *planning.Policy) { p.Consul = w.Consul })
	term(&sum.Language, func(p *planning.Policy) { p.Language = w.Language })
	term(&sum.Move, func(p *planning.Policy) { p.Move = w.Move })
	t.q.Policy = w
}

// Cost is what a plan costs, by terms.
func Cost(q *planning.Problem, p planning.Plan) Breakdown {
	b, t := lay(q, p.Places), newTerms(q)
	var sum Breakdown
	for i, l := range p.Places {
		if l != planning.Nowhere {
			t.of(&sum, i, l)
		}
	}
	for k, prison := range b.prisons {
		sum.Density += q.Unbalance(prison, b.limits[k], b.planned[k])
	}
	sum.Group = q.Policy.Group * float64(b.group.above())
	sum.Nationality = q.Policy.Nationality * float64(b.nation.above())
	return sum
}
