package register

import (
	"context"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
)

// Needs is what somebody decided that a person needs of a place.
type Needs struct {
	Person id.Person `json:"person"`
	custody.NeedsDecided
}

// DecideNeeds records decisions on what people need: a security level with its reason and review (norms G1), a medical place, the court,
// the language, a group. The newest decision on a person stands. All are recorded or none.
func (r *Register) DecideNeeds(ctx context.Context, by By, in []Needs) (Done, error) {
	return do(ctx, r, by, authz.DecideNeeds, in, func(ctx context.Context, a *act, in []Needs) (Done, error) {
		people := make([]id.Person, len(in))
		for i, n := range in {
			people[i] = n.Person
		}
		standings, err := a.Standings(ctx, people)
		if err != nil {
			return Done{}, err
		}
		drafts, seen := make([]custody.Draft, len(in)), make(map[id.Person]bool, len(in))
		for i, n := range in {
			err := standings[n.Person].CheckKnown()
			if err == nil {
				err = n.Check(a.at)
			}
			if err == nil && seen[n.Person] {
				err = fault.New(fault.Invalid, "needs.twice", "two decisions on one person came together")
			}
			if err != nil {
				e := fault.As(err)
				for j := range e.Fields {
					e.Fields[j].Row = i + 1
				}
				return Done{}, e.With("person", number(n.Person))
			}
			seen[n.Person] = true
			drafts[i] = a.draft(n.NeedsDecided)
			drafts[i].Person = n.Person
		}
		return a.append(ctx, drafts)
	})
}
