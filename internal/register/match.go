package register

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"amana/internal/authz"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/store"
)

// perRecord is how many records a new one is compared with in the end: the best of all that share something with it.
const perRecord = 12

// sight is what was found of one description in what is committed, before the transaction that records it: a long search holds up
// no writer. Inside, only what came after is searched.
type sight struct {
	record *identity.Record
	hits   []identity.Hit // records in the register that a human should look at
	until  int64          // the entry up to which hits are complete
	mates  []mate         // descriptions that were looked at together with this one
	lists  *lists
	listed []identity.Hit // entries of watchlists; numbers are places in lists
}

type mate struct {
	*sight
	bits float64
}

// look searches what is committed for these descriptions, on all cores.
func (r *Register) look(ctx context.Context, details []person.Details) ([]*sight, error) {
	until, err := r.live.current(ctx, r.store.Queries, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	current, err := r.lists.current(ctx, r.store.Queries, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	return r.live.sights(details, until, current)
}

// look is the same within a transaction, for descriptions that came up in it.
func (a *act) look(ctx context.Context, details []person.Details) ([]*sight, error) {
	until, err := a.live.current(ctx, a.Queries, a.Committed())
	if err != nil {
		return nil, err
	}
	current, err := a.lists.current(ctx, a.Queries, a.Committed())
	if err != nil {
		return nil, err
	}
	return a.live.sights(details, until, current)
}

func (l *live) sights(details []person.Details, until int64, current *lists) ([]*sight, error) {
	all, records := make([]*sight, len(details)), make([]*identity.Record, len(details))
	if err := together(len(details), func(i int) { records[i] = l.model.Record(details[i]) }); err != nil {
		return nil, err
	}
	hits, pairs := near(records, l.index)
	listed := current.searchAll(records)
	for i, rec := range records {
		all[i] = &sight{record: rec, hits: hits[i], until: until, lists: current, listed: listed[i]}
	}
	for _, p := range pairs {
		x, y := all[p.A], all[p.B]
		x.mates, y.mates = append(x.mates, mate{y, p.Bits}), append(y.mates, mate{x, p.Bits})
	}
	return all, nil
}

// near finds for each description what a human should look at in an index, and among the descriptions themselves. One alone is looked
// for thoroughly; of many, those that have much in common are found in less time.
func near(records []*identity.Record, index *identity.Index) (hits [][]identity.Hit, among []identity.Pair) {
	m := index.Model()
	hits = make([][]identity.Hit, len(records))
	least := m.Weights().Bands.Possible
	switch len(records) {
	case 0:
		return hits, nil
	case 1:
		hits[0] = slices.DeleteFunc(index.Search(records[0], perRecord), func(h identity.Hit) bool { return h.Bits < least })
		return hits, nil
	}
	for _, p := range identity.Pairs(m, records, index, least) {
		if p.Old {
			hits[p.A] = append(hits[p.A], identity.Hit{Number: p.B, Bits: p.Bits})
		} else {
			among = append(among, p)
		}
	}
	return hits, among
}

// match is what was found of somebody at the very moment of their registration, or of what a new source says.
type match struct {
	hits  []identity.Hit // records that a human should look at, of the same command too
	pairs []store.Match  // the same as pairs, each pair once in a command
	leads []store.LeadMatch
}

// fresh is what a command has just recorded of some people, with what was seen of each before the transaction.
type fresh struct {
	people []id.Person
	seen   []*sight
	tail   *identity.Index // what the transaction had before this command
	seq    int64           // last entry of the command
}

// beyond gives what the transaction has beyond all of what was seen.
func (a *act) beyond(ctx context.Context, seen []*sight) (*identity.Index, error) {
	from := int64(math.MaxInt64)
	for _, s := range seen {
		from = min(from, s.until)
	}
	return a.live.beyond(ctx, a.Tx, from)
}

// matched compares what a command has just recorded with everything the register has, the rest of the command included, and puts
// on the work list what a human should look at.
func (a *act) matched(ctx context.Context, f fresh) ([]match, error) {
	records := make([]*identity.Record, len(f.people))
	for i, s := range f.seen {
		records[i] = s.record
	}
	current, err := a.lists.current(ctx, a.Queries, a.Committed())
	if err != nil {
		return nil, err
	}
	all := make([]match, len(f.people))
	late := make([][]identity.Hit, len(f.people))
	if f.tail.Len() > 0 {
		late, _ = near(records, f.tail)
	}
	numbers := make(map[*sight]id.Person, len(f.people))
	for i, s := range f.seen {
		numbers[s] = f.people[i]
	}
	for i, s := range f.seen {
		m := &all[i]
		m.hits = append(slices.Clip(s.hits), late[i]...)
		for _, x := range s.mates {
			if p, is := numbers[x.sight]; is { // else the row was not taken
				m.hits = append(m.hits, identity.Hit{Number: uint64(p), Bits: x.bits})
			}
		}
		m.hits = slices.DeleteFunc(m.hits, func(h identity.Hit) bool { return id.Person(h.Number) == f.people[i] })
		listed := s.listed
		if s.lists != current {
			listed = current.search(s.record)
		}
		m.leads = current.leads(s.record, f.people[i], listed, f.seq)
	}
	a.live.add(a.Tx, f.people, records)
	if err := a.reasons(ctx, f, records, all); err != nil {
		return nil, err
	}
	var pairs []store.Match
	var leads []store.LeadMatch
	for _, m := range all {
		pairs, leads = append(pairs, m.pairs...), append(leads, m.leads...)
	}
	if err := a.Propose(ctx, pairs); err != nil {
		return nil, err
	}
	return all, a.SaveLeads(ctx, leads)
}

// reasons makes pairs of hits: for each two records one, with what speaks for it.
func (a *act) reasons(ctx context.Context, f fresh, records []*identity.Record, all []match) error {
	own := make(map[id.Person]int, len(f.people))
	for i, p := range f.people {
		own[p] = i
	}
	var others []id.Person
	for _, m := range all {
		for _, h := range m.hits {
			if _, is := own[id.Person(h.Number)]; !is {
				others = append(others, id.Person(h.Number))
			}
		}
	}
	prepared, err := a.live.recordsOf(ctx, a.Queries, others)
	if err != nil {
		return err
	}
	done := map[[2]id.Person]bool{}
	for i := range all {
		for _, h := range all[i].hits {
			other := id.Person(h.Number)
			pair := [2]id.Person{min(f.people[i], other), max(f.people[i], other)}
			if done[pair] {
				continue
			}
			done[pair] = true
			candidates := prepared[other]
			if k, is := own[other]; is {
				candidates = records[k : k+1]
			}
			best := bestOf(a.live.model, records[i:i+1], candidates)
			if best.Band == identity.Unlikely {
				continue
			}
			all[i].pairs = append(all[i].pairs, store.Match{A: pair[0], B: pair[1], Bits: best.Bits, Band: string(best.Band), Why: why(best.Explanation), FoundSeq: f.seq})
		}
	}
	return nil
}

// recordsOf prepares all that was said of these people.
func (l *live) recordsOf(ctx context.Context, q store.Queries, people []id.Person) (map[id.Person][]*identity.Record, error) {
	slices.Sort(people)
	said, err := q.Statements(ctx, slices.Compact(people))
	if err != nil {
		return nil, err
	}
	return l.prepareAll(said)
}

// prepareAll prepares what was said of each of several people.
func (l *live) prepareAll(said map[id.Person][]store.Statement) (map[id.Person][]*identity.Record, error) {
	prepared := make(map[id.Person][]*identity.Record, len(said))
	for p, rows := range said {
		var err error
		if prepared[p], err = l.prepare(rows); err != nil {
			return nil, err
		}
	}
	return prepared, nil
}

// fit is what of two lists of descriptions fits best.
type fit struct {
	identity.Explanation
	a, b int // places in the lists, -1 when one is empty
}

func bestOf(m *identity.Model, as, bs []*identity.Record) fit {
	f := fit{a: -1, b: -1, Explanation: identity.Explanation{Band: identity.Unlikely, Evidence: []identity.Evidence{}}}
	for i, x := range as {
		for k, y := range bs {
			if bits := m.Score(x, y); f.a < 0 || bits > f.Bits {
				f.a, f.b, f.Bits = i, k, bits
			}
		}
	}
	if f.a >= 0 {
		f.Explanation = m.Explain(as[f.a], bs[f.b])
	}
	return f
}

// why names the fields that speak for one person, the strongest first.
func why(e identity.Explanation) string {
	bits := map[string]float64{}
	var fields []string
	for _, ev := range e.Evidence {
		if _, known := bits[ev.Field]; !known {
			fields = append(fields, ev.Field)
		}
		bits[ev.Field] += ev.Bits
	}
	fields = slices.DeleteFunc(fields, func(f string) bool { return bits[f] <= 0 })
	slices.SortStableFunc(fields, func(x, y string) int { return cmp.Compare(bits[y], bits[x]) })
	return strings.Join(fields, " ")
}

// mostShown is how many candidates a registration is answered with.
const mostShown = 5

// shown makes candidates of what was found for each registration, for those who may see them; that they saw them is on record.
func (a *act) shown(ctx context.Context, in []Registration, seen []*sight, all []match) ([][]Candidate, error) {
	if authz.Check(a.who, authz.SearchPeople) != nil {
		return nil, nil
	}
	want := make([]wanted, len(all))
	some := false
	for i, m := range all {
		want[i] = wanted{[]*identity.Record{seen[i].record}, m.hits}
		some = some || len(m.hits) > 0
	}
	if !some {
		return nil, nil
	}
	found, err := a.live.candidates(ctx, a.Queries, want, mostShown)
	if err != nil {
		return nil, err
	}
	some = false
	for i, c := range found {
		found[i] = slices.DeleteFunc(c, func(x Candidate) bool { return x.Band == identity.Unlikely })
		if len(found[i]) == 0 {
			continue
		}
		some = true
		if err := a.Searched(ctx, a.Now(), a.who.Name, searched(SearchQuery{}, in[i].Details), len(found[i])); err != nil {
			return nil, err
		}
	}
	if !some {
		return nil, nil
	}
	return found, nil
}
