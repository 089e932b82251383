package register

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/store"
)

// watch keeps the watchlists that are loaded in memory.
type watch struct {
	model *identity.Model
	mu    sync.Mutex
	known *lists
}

// lists are the entries of all watchlists at one moment. They do not change.
type lists struct {
	seq     int64 // of the newest loading
	entries []store.WatchlistEntry
	index   *identity.Index // numbers are places in entries
}

func newWatch(m *identity.Model) *watch {
	return &watch{model: m, known: &lists{index: identity.NewIndex(m)}}
}

// current gives the lists as q sees them. Those of a loading that is not committed are not kept.
func (w *watch) current(ctx context.Context, q store.Queries, committed int64) (*lists, error) {
	loaded, err := q.Watchlists(ctx)
	if err != nil {
		return nil, err
	}
	next := &lists{}
	for _, l := range loaded {
		next.seq = max(next.seq, l.Seq)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if next.seq == w.known.seq {
		return w.known, nil
	}
	if next.entries, err = q.WatchlistEntries(ctx); err != nil {
		return nil, err
	}
	if err := next.fill(w.model); err != nil {
		return nil, err
	}
	if next.seq <= committed {
		w.known = next
	}
	return next, nil
}

// fill makes the index.
func (l *lists) fill(m *identity.Model) error {
	records := make([][]*identity.Record, len(l.entries))
	err := together(len(l.entries), func(i int) { records[i] = listRecords(m, l.entries[i].Details) })
	l.index = identity.NewIndex(m)
	for i, all := range records {
		for _, r := range all {
			l.index.Add(uint64(i), r)
		}
	}
	return err
}

// namesPerRecord is how many names one record has at most; an entry of a list may have hundreds of aliases, and all of them count.
const namesPerRecord = 12

func listRecords(m *identity.Model, d person.Details) []*identity.Record {
	var all []*identity.Record
	part := d
	for names := range slices.Chunk(d.Names, namesPerRecord) {
		part.Names = names
		all = append(all, m.Record(part))
	}
	return all
}

// searchAll finds for each description the entries that a human should look at.
func (l *lists) searchAll(records []*identity.Record) [][]identity.Hit {
	if l.index.Len() == 0 {
		return make([][]identity.Hit, len(records))
	}
	hits, _ := near(records, l.index)
	return hits
}

func (l *lists) search(r *identity.Record) []identity.Hit {
	return l.searchAll([]*identity.Record{r})[0]
}

// leads makes leads of what was found of somebody.
func (l *lists) leads(r *identity.Record, p id.Person, hits []identity.Hit, seq int64) []store.LeadMatch {
	var all []store.LeadMatch
	for _, h := range hits {
		e := l.entries[h.Number]
		x := l.explain(r, int(h.Number))
		all = append(all, store.LeadMatch{LeadKey: store.LeadKey{List: e.List, Ref: e.Ref, Person: p}, Bits: x.Bits, Band: string(x.Band), Why: why(x), FoundSeq: seq})
	}
	return all
}

// explain tells why a description may be that of an entry.
func (l *lists) explain(r *identity.Record, at int) identity.Explanation {
	m := l.index.Model()
	return bestOf(m, []*identity.Record{r}, listRecords(m, l.entries[at].Details)).Explanation
}

// shown makes leads to be read of what was found.
func (l *lists) shown(r *identity.Record, hits []identity.Hit) []Lead {
	all := make([]Lead, 0, len(hits))
	for _, h := range hits {
		e := l.entries[h.Number]
		all = append(all, Lead{List: e.List, Ref: e.Ref, Entry: e.Details, Explanation: l.explain(r, int(h.Number))})
	}
	slices.SortStableFunc(all, func(x, y Lead) int { return cmp.Compare(y.Bits, x.Bits) })
	return all
}
