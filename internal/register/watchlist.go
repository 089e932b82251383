package register

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/store"
	"amana/internal/watchlist"
)

// Lead is somebody who may be an entry of a watchlist, and why. It is work for a human and decides nothing (norms G1, G6).
type Lead struct {
	List    string         `json:"list"`
	Ref     string         `json:"ref"`
	Entry   person.Details `json:"entry"`            // what the list says
	Person  store.Person   `json:"person,omitzero"`  // by the record that remains; none when somebody not registered was searched for
	Record  id.Person      `json:"record,omitempty"` // the record that was found alike, which a verdict is about
	FoundAt time.Time      `json:"found_at,omitzero"`
	identity.Explanation
	Decided *store.LeadDecision `json:"decided,omitempty"` // the last decision
}

// LeadList is a page of leads, the strongest first.
type LeadList struct {
	Leads []Lead `json:"leads"`
	Next  string `json:"next,omitempty"` // cursor of the next page, empty on the last
}

// WatchlistLoaded tells what became of a list.
type WatchlistLoaded struct {
	List      string `json:"list"`
	Version   string `json:"version,omitempty"`
	SHA256    string `json:"sha256"`
	Entries   int    `json:"entries"`
	Unchanged bool   `json:"unchanged"` // the same entries were loaded before: nothing was done
	Leads     int    `json:"leads"`     // people who may be an entry
}

// LoadWatchlist takes in a list in the place of its version before, and looks for its entries among all who are registered.
func (r *Register) LoadWatchlist(ctx context.Context, by By, in watchlist.List) (WatchlistLoaded, error) {
	if err := authz.Check(by.Actor, authz.LoadWatchlist); err != nil {
		return WatchlistLoaded{}, err
	}
	if in.Name == "" {
		return WatchlistLoaded{}, missing("name")
	}
	next, digest, err := r.listed(in)
	if err != nil {
		return WatchlistLoaded{}, err
	}
	until, err := r.live.current(ctx, r.store.Queries, math.MaxInt64)
	if err != nil {
		return WatchlistLoaded{}, err
	}
	found, err := r.among(ctx, r.store.Queries, next, r.live.index)
	if err != nil {
		return WatchlistLoaded{}, err
	}
	by.Key = "" // the digest tells a second delivery
	return do(ctx, r, by, authz.LoadWatchlist, in.Name, func(ctx context.Context, a *act, _ string) (WatchlistLoaded, error) {
		out := WatchlistLoaded{List: in.Name, Version: in.Version, SHA256: digest, Entries: len(next.entries)}
		loaded, err := a.Watchlists(ctx)
		if err != nil {
			return out, err
		}
		if slices.ContainsFunc(loaded, func(w store.Watchlist) bool {
			return w.Name == in.Name && w.SHA256 == digest && w.Version == in.Version
		}) {
			out.Unchanged = true
			return out, nil
		}
		tail, err := a.live.beyond(ctx, a.Tx, until)
		if err != nil {
			return out, err
		}
		late, err := r.among(ctx, a.Queries, next, tail)
		if err != nil {
			return out, err
		}
		done, err := a.record(ctx, custody.WatchlistLoaded{Name: in.Name, Version: in.Version, SHA256: digest, Entries: len(next.entries)})
		if err != nil {
			return out, err
		}
		if err := a.ReplaceWatchlist(ctx, in.Name, done.Seq, next.entries); err != nil {
			return out, err
		}
		leads := slices.Concat(found, late)
		for i := range leads {
			leads[i].FoundSeq = done.Seq
		}
		keys := map[store.LeadKey]bool{}
		for _, l := range leads {
			keys[l.LeadKey] = true
		}
		out.Leads = len(keys)
		return out, a.ReplaceLeads(ctx, in.Name, done.Seq, leads)
	})
}

// listed makes entries of a list, with an index of their own and the digest of what they say.
func (r *Register) listed(in watchlist.List) (*lists, string, error) {
	next := &lists{entries: make([]store.WatchlistEntry, len(in.Entries))}
	refs := map[string]bool{}
	digest := sha256.New()
	for i, e := range in.Entries {
		ref := e.Ref
		if ref == "" {
			ref = "row " + strconv.Itoa(e.Row)
		}
		if refs[ref] {
			return nil, "", &fault.Error{
				Kind: fault.Invalid, Rule: "watchlist.ref_twice", Message: "two entries have one reference",
				Fields: []fault.Field{{Name: "ref", Row: i + 1, Rule: "watchlist.ref_twice", Value: ref}},
			}
		}
		refs[ref] = true
		next.entries[i] = store.WatchlistEntry{List: in.Name, Ref: ref, Details: e.Details}
		body, err := json.Marshal(next.entries[i])
		if err != nil {
			return nil, "", fmt.Errorf("digesting entry %q of a watchlist: %w", ref, err)
		}
		_, _ = digest.Write(body) // a hash takes everything
	}
	return next, hex.EncodeToString(digest.Sum(nil)), next.fill(r.live.model)
}

// peoplePerEntry is how many people are shown for one entry of a list.
const peoplePerEntry = 20

// among finds the people of an index who may be entries of a list.
func (r *Register) among(ctx context.Context, q store.Queries, of *lists, index *identity.Index) ([]store.LeadMatch, error) {
	hits := make([][]identity.Hit, len(of.entries))
	err := together(len(of.entries), func(i int) {
		for _, rec := range listRecords(r.live.model, of.entries[i].Details) {
			for _, h := range index.Search(rec, peoplePerEntry) {
				if r.live.model.Band(h.Bits) != identity.Unlikely {
					hits[i] = append(hits[i], h)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	var people []id.Person
	for _, all := range hits {
		for _, h := range all {
			people = append(people, id.Person(h.Number))
		}
	}
	prepared, err := r.live.recordsOf(ctx, q, people)
	if err != nil {
		return nil, err
	}
	var found []store.LeadMatch
	for i, all := range hits {
		e := of.entries[i]
		done := map[uint64]bool{}
		for _, h := range all {
			if done[h.Number] {
				continue
			}
			done[h.Number] = true
			best := bestOf(r.live.model, prepared[id.Person(h.Number)], listRecords(r.live.model, e.Details))
			found = append(found, store.LeadMatch{LeadKey: store.LeadKey{List: e.List, Ref: e.Ref, Person: id.Person(h.Number)}, Bits: best.Bits, Band: string(best.Band), Why: why(best.Explanation)})
		}
	}
	return found, nil
}

// Watchlists lists what is loaded.
func (r *Register) Watchlists(ctx context.Context, a authz.Actor) ([]store.Watchlist, error) {
	q, err := r.Reading(a, authz.ReadLeads)
	if err != nil {
		return nil, err
	}
	return q.Watchlists(ctx)
}

// Leads reads a page of leads. For each person of whom a lead is read it is on record that somebody did.
func (r *Register) Leads(ctx context.Context, a authz.Actor, f store.LeadFilter, now time.Time) (LeadList, error) {
	q, err := r.Reading(a, authz.ReadLeads)
	if err != nil {
		return LeadList{}, err
	}
	found, next, err := q.Leads(ctx, f)
	if err != nil {
		return LeadList{}, err
	}
	var people []id.Person
	for _, l := range found {
		people = append(people, l.Person, l.Record)
	}
	shown, err := peopleOf(ctx, q, people)
	if err != nil {
		return LeadList{}, err
	}
	prepared, err := r.live.recordsOf(ctx, q, people)
	if err != nil {
		return LeadList{}, err
	}
	out := LeadList{Leads: make([]Lead, len(found)), Next: next}
	read := map[id.Person]bool{}
	for i, l := range found {
		best := bestOf(r.live.model, prepared[l.Record], listRecords(r.live.model, l.Details))
		out.Leads[i] = Lead{
			List: l.List, Ref: l.Ref, Entry: l.Details, Person: shown[l.Person], Record: l.Record, FoundAt: l.FoundAt, Explanation: best.Explanation, Decided: l.Decided,
		}
		if read[l.Person] {
			continue
		}
		read[l.Person] = true
		if err := q.Read(ctx, now, a.Name, l.Person, "watchlist lead"); err != nil {
			return LeadList{}, err
		}
	}
	return out, nil
}

// leadsFor makes leads for somebody who is searched for.
func (r *Register) leadsFor(ctx context.Context, q store.Queries, query *identity.Record) ([]Lead, error) {
	current, err := r.lists.current(ctx, q, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	return current.shown(query, current.search(query)), nil
}

// leads makes leads of what was found at a registration, for those who may read them.
func (a *act) leads(ctx context.Context, seen []*sight, all []match) ([]Lead, error) {
	if authz.Check(a.who, authz.ReadLeads) != nil {
		return nil, nil
	}
	var people []id.Person
	for _, m := range all {
		for _, l := range m.leads {
			people = append(people, l.Person)
		}
	}
	if people == nil {
		return nil, nil
	}
	shown, err := peopleOf(ctx, a.Queries, people)
	if err != nil {
		return nil, err
	}
	current, err := a.lists.current(ctx, a.Queries, a.Committed())
	if err != nil {
		return nil, err
	}
	var out []Lead
	for i, m := range all {
		for _, l := range m.leads {
			at := slices.IndexFunc(current.entries, func(e store.WatchlistEntry) bool { return e.List == l.List && e.Ref == l.Ref })
			out = append(out, Lead{
				List: l.List, Ref: l.Ref, Entry: current.entries[at].Details, Person: shown[l.Person], Record: l.Person, FoundAt: a.Now(),
				Explanation: current.explain(seen[i].record, at),
			})
		}
	}
	slices.SortStableFunc(out, func(x, y Lead) int { return cmp.Compare(y.Bits, x.Bits) })
	return out, nil
}

// LeadVerdict is what somebody decides about a lead.
type LeadVerdict struct {
	List    string          `json:"list"`
	Ref     string          `json:"ref"`
	Person  id.Person       `json:"person"`  // the record that was found alike
	Verdict custody.Verdict `json:"verdict"` // same, different, unsure, undone
	Reason  string          `json:"reason"`
}

// DecideLead records what a human found out about a lead. It changes nothing for the person: what follows is a decision of its own, of
// whoever may take it.
func (r *Register) DecideLead(ctx context.Context, by By, in LeadVerdict) (Done, error) {
	return do(ctx, r, by, authz.DecideLeads, in, func(ctx context.Context, a *act, in LeadVerdict) (Done, error) {
		if in.Reason == "" {
			return Done{}, missing("reason")
		}
		lead, err := a.Lead(ctx, store.LeadKey{List: in.List, Ref: in.Ref, Person: in.Person})
		if err != nil {
			return Done{}, err
		}
		var stands custody.Verdict
		if lead.Decided != nil {
			stands = lead.Decided.Verdict
		}
		if err := custody.CheckLead(in.Verdict, stands); err != nil {
			return Done{}, err
		}
		prepared, err := a.live.recordsOf(ctx, a.Queries, []id.Person{in.Person})
		if err != nil {
			return Done{}, err
		}
		best := bestOf(a.live.model, prepared[in.Person], listRecords(a.live.model, lead.Details))
		return a.record(ctx, custody.LeadDecided{
			List: in.List, Ref: in.Ref, Person: in.Person, Verdict: in.Verdict, Reason: in.Reason, Tenths: tenths(best.Bits), Seen: summary(best.Explanation),
		})
	})
}
