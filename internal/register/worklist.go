package register

import (
	"context"
	"maps"
	"math"
	"slices"

	"amana/internal/authz"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/store"
)

// WorkList is a page of the pairs that wait for a human, what matters most first.
type WorkList struct {
	Counts map[identity.Band]int `json:"counts"` // open pairs of each band
	Pairs  []store.Proposal      `json:"pairs"`
	Next   string                `json:"next,omitempty"` // cursor of the next page, empty on the last
}

// WorkList reads the open pairs: likely ones first, then people who are on the way or about to be, then those in custody, then by how
// much speaks for it. What somebody decided is not on it.
func (r *Register) WorkList(ctx context.Context, a authz.Actor, f store.ProposalFilter) (WorkList, error) {
	q, err := r.Reading(a, authz.SearchPeople)
	if err != nil {
		return WorkList{}, err
	}
	out := WorkList{Counts: map[identity.Band]int{}}
	counts, err := q.ProposalCounts(ctx)
	if err != nil {
		return WorkList{}, err
	}
	for band, n := range counts {
		out.Counts[identity.Band(band)] = n
	}
	out.Pairs, out.Next, err = q.Proposals(ctx, f)
	return out, err
}

// Rematched tells what a new reckoning of the work list went through and found.
type Rematched struct {
	Records int `json:"records"`
	Pairs   int `json:"pairs"`
	Leads   int `json:"leads"`
}

// Rematch finds all pairs and leads anew, for example after the weights have changed. What humans decided stays as it is. The search
// holds up nobody; what was registered meanwhile was found at its registration.
func (r *Register) Rematch(ctx context.Context, by By) (Rematched, error) {
	if err := authz.Check(by.Actor, authz.DecideIdentity); err != nil {
		return Rematched{}, err
	}
	until, err := r.live.current(ctx, r.store.Queries, math.MaxInt64)
	if err != nil {
		return Rematched{}, err
	}
	current, err := r.lists.current(ctx, r.store.Queries, math.MaxInt64)
	if err != nil {
		return Rematched{}, err
	}
	out := Rematched{}
	pairs := map[[2]id.Person]store.Match{}
	leads := map[store.LeadKey]store.LeadMatch{}
	for after := int64(0); ; {
		rows, err := r.store.StatementsAfter(ctx, after, until, readRows)
		if err != nil {
			return Rematched{}, err
		}
		if len(rows) == 0 {
			break
		}
		if err := r.rematch(ctx, rows, current, pairs, leads); err != nil {
			return Rematched{}, err
		}
		out.Records, after = out.Records+len(rows), rows[len(rows)-1].Seq
	}
	out.Pairs, out.Leads = len(pairs), len(leads)
	by.Key = ""
	return do(ctx, r, by, authz.DecideIdentity, out, func(ctx context.Context, a *act, out Rematched) (Rematched, error) {
		if err := a.Repropose(ctx, until, slices.Collect(maps.Values(pairs))); err != nil {
			return out, err
		}
		if now, err := a.lists.current(ctx, a.Queries, a.Committed()); err != nil || now != current {
			return out, err // the loading of another version has found its leads itself
		}
		return out, a.ReplaceLeads(ctx, "", until, slices.Collect(maps.Values(leads)))
	})
}

// rematch looks for everybody of whom these rows speak.
func (r *Register) rematch(ctx context.Context, rows []store.Statement, current *lists, pairs map[[2]id.Person]store.Match, leads map[store.LeadKey]store.LeadMatch) error {
	records, err := r.live.prepare(rows)
	if err != nil {
		return err
	}
	hits, _ := near(records, r.live.index)
	listed := current.searchAll(records)
	var others []id.Person
	for i, all := range hits {
		for _, h := range all {
			if other := id.Person(h.Number); other != rows[i].Person {
				others = append(others, other)
			}
		}
	}
	prepared, err := r.live.recordsOf(ctx, r.store.Queries, others)
	if err != nil {
		return err
	}
	for i, all := range hits {
		for _, h := range all {
			other := id.Person(h.Number)
			if other == rows[i].Person {
				continue
			}
			key := [2]id.Person{min(rows[i].Person, other), max(rows[i].Person, other)}
			if known, is := pairs[key]; is && known.Bits >= h.Bits {
				continue
			}
			best := bestOf(r.live.model, records[i:i+1], prepared[other])
			pairs[key] = store.Match{A: key[0], B: key[1], Bits: best.Bits, Band: string(best.Band), Why: why(best.Explanation), FoundSeq: rows[i].Seq}
		}
		for _, l := range current.leads(records[i], rows[i].Person, listed[i], rows[i].Seq) {
			if known, is := leads[l.LeadKey]; !is || known.Bits < l.Bits {
				leads[l.LeadKey] = l
			}
		}
	}
	return nil
}
