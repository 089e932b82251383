package register

import (
	"cmp"
	"context"
	"slices"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/solve"
	"amana/internal/store"
)

// maxSought is how many people beds are found for at a time.
const maxSought = 10_000

// FindBeds finds beds for people who are under way or at a gate, by the rules of a plan and as things stand now. It reserves none.
func (r *Register) FindBeds(ctx context.Context, by By, in FindBeds) (Beds, error) {
	if err := authz.Check(by.Actor, authz.Allocate); err != nil {
		if err := authz.Check(by.Actor, authz.Dispatch); err != nil {
			return Beds{}, err
		}
	}
	if len(in.People) > maxSought {
		return Beds{}, fault.New(fault.TooLarge, "plan.too_many_people", "beds are found for %d people at a time at most", maxSought)
	}
	var questions []*question
	if err := r.store.Snapshot(ctx, func(q store.Queries) error {
		people, err := q.Candidates(ctx, in.People)
		if err != nil {
			return err
		}
		if known := len(slices.Compact(slices.Sorted(slices.Values(in.People)))); known != len(people) {
			return fault.New(fault.NotFound, "person.not_found", "%d of %d people are not registered, or their records were merged into others", known-len(people), known)
		}
		terms := asking{policy: planning.DefaultPolicy(), only: in.Prisons, on: r.store.Now()}
		prisons := [][]place.Code{in.Prisons}
		if in.Together {
			prisons = nil
			all, err := q.Places(ctx, place.Prison, "")
			if err != nil {
				return err
			}
			for _, p := range all {
				if len(in.Prisons) == 0 || slices.Contains(in.Prisons, p.Code) {
					prisons = append(prisons, []place.Code{p.Code})
				}
			}
		}
		for _, only := range prisons {
			terms.only = only
			one, err := ask(ctx, q, people, terms)
			if err != nil {
				return err
			}
			one.Previous = nil // where they were to go is out of reach
			questions = append(questions, one)
		}
		return nil
	}); err != nil {
		return Beds{}, err
	}
	var best *drafting
	var answer planning.Plan
	var asked *question
	for _, q := range questions {
		found := solve.Plan(ctx, &q.Problem, solve.Options{Seed: 1, Workers: searchers})
		q.settle(found.Places)
		if best == nil || cmp.Or(cmp.Compare(found.Unplaced(), answer.Unplaced()), cmp.Compare(found.Objective, answer.Objective)) < 0 {
			best, answer, asked = &drafting{}, found, q
		}
	}
	out := Beds{}
	if best == nil {
		for _, p := range in.People {
			out.Left = append(out.Left, LeftOver{Person: p})
		}
		return out, nil
	}
	best.place(asked, answer)
	for _, x := range best.doc.Places {
		out.Placements = append(out.Placements, Placement{Person: x.Person, To: x.Cell.Establishment(), Cell: x.Cell, Bed: x.Bed})
	}
	at, mothers := asked.of(), asked.Mothers()
	for _, u := range best.doc.Unplaced {
		i := at[u.Person]
		out.Left = append(out.Left, LeftOver{u.Person, asked.against(i, mothers[i])})
	}
	return out, nil
}

// against are the rules that keep somebody out of every place, or the lack of beds where some would take them.
func (q *question) against(i, mother int) []planning.Rule {
	var all planning.Reasons
	for l := range q.Places {
		why := q.Excluded(i, l, mother)
		if why == 0 {
			return []planning.Rule{planning.RuleCapacity}
		}
		all |= why
	}
	return all.Rules()
}
