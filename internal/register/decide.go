package register

import (
	"context"
	"math"
	"slices"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/store"
)

// Merge is the decision that a record is a second one of the same person.
type Merge struct {
	Record id.Person `json:"record"` // the second record
	Into   id.Person `json:"into"`   // the record that remains
	Reason string    `json:"reason"`
}

// MergePeople merges one record into another, by a person's decision. Nothing recorded under either is lost.
func (r *Register) MergePeople(ctx context.Context, by By, in Merge) (Done, error) {
	return do(ctx, r, by, authz.DecideIdentity, in, func(ctx context.Context, a *act, in Merge) (Done, error) {
		if in.Reason == "" {
			return Done{}, missing("reason")
		}
		from, err := mergeable(ctx, a.Queries, in.Record, in.Into)
		if err != nil {
			return Done{}, err
		}
		if err := from.CheckOrder(a.at); err != nil {
			return Done{}, err
		}
		weight, seen, err := a.evidence(ctx, in.Record, in.Into)
		if err != nil {
			return Done{}, err
		}
		return a.about(ctx, in.Record, custody.PersonMerged{Into: in.Into, From: from.Account, Reason: in.Reason, Tenths: weight, Seen: seen})
	})
}

// mergeable refuses a merge that what stands does not allow. A refusal because of a decision names the pair that it was about: it may
// have been taken about other records of the two.
func mergeable(ctx context.Context, q store.Queries, record, into id.Person) (custody.Standing, error) {
	all, err := q.Standings(ctx, []id.Person{record, into})
	if err != nil {
		return custody.Standing{}, err
	}
	if err := custody.CheckMerge(all[record], all[into]); err != nil {
		return custody.Standing{}, err
	}
	x, y, err := q.Excluded(ctx, record, into)
	if err == nil && x != 0 {
		err = fault.New(fault.Refused, "person.excluded", "it was decided before that %s and %s are two people", id.Format(x), id.Format(y)).
			With("a", number(x)).With("b", number(y))
	}
	return all[record], err
}

// evidence is what speaks for two records being one person's and against it, by all that is on record of each: what whoever decides
// about them is shown.
func (a *act) evidence(ctx context.Context, x, y id.Person) (int, []custody.Evidence, error) {
	f, _, _, err := a.live.compare(ctx, a.Queries, x, y)
	return tenths(f.Bits), summary(f.Explanation), err
}

// tenths are how bits stand in entries: whole numbers are written in one way.
func tenths(bits float64) int { return int(math.Round(10 * bits)) }

func summary(x identity.Explanation) []custody.Evidence {
	seen := make([]custody.Evidence, len(x.Evidence))
	for i, e := range x.Evidence {
		seen[i] = custody.Evidence{Finding: e.Finding, Tenths: tenths(e.Bits)}
	}
	return seen
}

// compare finds what fits best of all that was said of two people; of two records of one person, of what was said under each.
func (l *live) compare(ctx context.Context, q store.Queries, x, y id.Person) (fit, store.Statement, store.Statement, error) {
	none := store.Statement{}
	clusters, err := q.Clusters(ctx, []id.Person{x, y})
	if err != nil {
		return fit{}, none, none, err
	}
	if slices.Contains(clusters[x], y) {
		clusters = map[id.Person][]id.Person{x: {x}, y: {y}}
	}
	said, err := q.Statements(ctx, slices.Concat(clusters[x], clusters[y]))
	if err != nil {
		return fit{}, none, none, err
	}
	rows := map[id.Person][]store.Statement{}
	for _, p := range []id.Person{x, y} {
		for _, member := range clusters[p] {
			rows[p] = append(rows[p], said[member]...)
		}
	}
	first, err := l.prepare(rows[x])
	if err != nil {
		return fit{}, none, none, err
	}
	second, err := l.prepare(rows[y])
	if err != nil {
		return fit{}, none, none, err
	}
	f := bestOf(l.model, first, second)
	if f.a < 0 {
		return f, none, none, nil
	}
	return f, rows[x][f.a], rows[y][f.b], nil
}

// Unmerge undoes a merge.
type Unmerge struct {
	Record id.Person `json:"record"` // the second record
	From   id.Person `json:"from"`   // the record that it was merged into
	Reason string    `json:"reason"`
}

// UnmergePeople undoes a merge; the pair is not merged again unless somebody takes that back, and no machine proposes it again.
func (r *Register) UnmergePeople(ctx context.Context, by By, in Unmerge) (Done, error) {
	return do(ctx, r, by, authz.DecideIdentity, in, func(ctx context.Context, a *act, in Unmerge) (Done, error) {
		s, err := a.standing(ctx, in.Record)
		if err != nil {
			return Done{}, err
		}
		if !s.Exists || s.MergedInto != in.From {
			return Done{}, fault.New(fault.Refused, "person.not_merged", "the record is not merged into that one")
		}
		if err := s.CheckOrder(a.at); err != nil {
			return Done{}, err
		}
		facts, err := a.Facts(ctx, in.Record)
		if err != nil {
			return Done{}, err
		}
		to := custody.Outside
		for _, f := range slices.Backward(facts) {
			if f.Type == custody.TypeMerge {
				to = f.From
				break
			}
		}
		return a.about(ctx, in.Record, custody.PersonUnmerged{From: in.From, To: to, Reason: in.Reason})
	})
}

// IdentityVerdict is what somebody decides about two records other than that they are one person, which is a merge.
type IdentityVerdict struct {
	A       id.Person       `json:"a"`
	B       id.Person       `json:"b"`
	Verdict custody.Verdict `json:"verdict"` // different, unsure, undone
	Reason  string          `json:"reason"`
}

// DecideIdentity records that two records are different people's, that somebody looked and is unsure, or that such a decision, or what an
// unmerge left, is taken back. What the one who decides is shown goes on record with it.
func (r *Register) DecideIdentity(ctx context.Context, by By, in IdentityVerdict) (Done, error) {
	return do(ctx, r, by, authz.DecideIdentity, in, func(ctx context.Context, a *act, in IdentityVerdict) (Done, error) {
		if in.Reason == "" {
			return Done{}, missing("reason")
		}
		x, y := min(in.A, in.B), max(in.A, in.B)
		all, err := a.Standings(ctx, []id.Person{x, y})
		if err != nil {
			return Done{}, err
		}
		stands, err := a.Decision(ctx, x, y)
		if err != nil {
			return Done{}, err
		}
		if err := custody.CheckVerdict(all[x], all[y], in.Verdict, stands.Verdict); err != nil {
			return Done{}, err
		}
		weight, seen, err := a.evidence(ctx, x, y)
		if err != nil {
			return Done{}, err
		}
		return a.record(ctx, custody.IdentityDecided{A: x, B: y, Verdict: in.Verdict, Reason: in.Reason, Tenths: weight, Seen: seen})
	})
}
