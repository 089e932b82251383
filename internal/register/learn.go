package register

import (
	"context"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/identity"
)

// Decided gives the pairs of records on which humans decided, by the descriptions of theirs that fit best, to estimate the weights from
// (identity.Model.Learn). Nobody is shown to anybody; what comes of it is weights.
func (r *Register) Decided(ctx context.Context, a authz.Actor) ([]identity.Example, error) {
	q, err := r.Reading(a, authz.DecideIdentity)
	if err != nil {
		return nil, err
	}
	decisions, err := q.LastDecisions(ctx)
	if err != nil {
		return nil, err
	}
	var people []id.Person
	for _, d := range decisions {
		people = append(people, d.A, d.B)
	}
	sources, err := q.Sources(ctx, people)
	if err != nil {
		return nil, err
	}
	m := r.live.model
	records := func(p id.Person) (out []*identity.Record) {
		for _, s := range sources[p] {
			out = append(out, m.Record(s.Details))
		}
		return out
	}
	var out []identity.Example
	for _, d := range decisions {
		same := d.Verdict == custody.Same
		if !same && d.Verdict != custody.Different && d.Verdict != custody.Parted {
			continue
		}
		as, bs := records(d.A), records(d.B)
		if f := bestOf(m, as, bs); f.a >= 0 {
			out = append(out, identity.Example{A: as[f.a], B: bs[f.b], Decided: true, Same: same})
		}
	}
	return out, nil
}
