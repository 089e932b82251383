package register

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/mrz"
	"amana/internal/person"
	"amana/internal/store"
)

// SearchQuery is what is known of somebody whom the register may have. Any part may be empty, but not all.
type SearchQuery struct {
	Details person.Details `json:"details"`
	MRZ     string         `json:"mrz,omitempty"`   // lines of a machine readable zone; what it says is added to the details
	Like    id.Person      `json:"like,omitempty"`  // instead: who else somebody who is registered may be
	Limit   int            `json:"limit,omitempty"` // 1 to MaxCandidates; 0 is 10
}

// MaxCandidates is how many people a search shows at most.
const MaxCandidates = 50

// Candidates is what a search found.
type Candidates struct {
	Query   person.Details       `json:"query"`          // what was searched for, with what the zone says
	Zone    *mrz.Zone            `json:"zone,omitempty"` // the zone as it was read, with its check digits
	Seq     int64                `json:"seq"`            // the newest entry about people that was searched
	People  []Candidate          `json:"people"`         // the best first, each person once
	Decided []store.PairDecision `json:"decided"`        // what stands decided between two of them, or one of them and Like
	Leads   []Lead               `json:"leads,omitempty"`
}

// Candidate is somebody in the register who may be the one asked for, and why.
type Candidate struct {
	Person  store.Person `json:"person"`  // by the record that remains
	Records []id.Person  `json:"records"` // all records of this person, the one that remains first
	Record  id.Person    `json:"record"`  // the record that fits best …
	Source  int64        `json:"source"`  // … by what this entry says
	identity.Explanation
}

// Search finds who in the register may be meant, the best first, and why. It decides nothing, and each search is on record (norms G12).
// It is also what a registrar sees before registering somebody; Register tells what was so at that very moment.
func (r *Register) Search(ctx context.Context, a authz.Actor, in SearchQuery, now time.Time) (Candidates, error) {
	q, err := r.Reading(a, authz.SearchPeople)
	if err != nil {
		return Candidates{}, err
	}
	out := Candidates{Query: in.Details, People: []Candidate{}, Decided: []store.PairDecision{}}
	if in.MRZ != "" {
		if out.Zone, err = mrz.Parse(in.MRZ, now); err != nil {
			return Candidates{}, err
		}
		out.Query = combine(in.Details, out.Zone.Details())
	}
	queries, own, err := r.queries(ctx, q, in.Like, out.Query)
	if err != nil {
		return Candidates{}, err
	}
	if out.Seq, err = r.live.current(ctx, q, math.MaxInt64); err != nil {
		return Candidates{}, err
	}
	limit := in.Limit
	if limit < 1 {
		limit = 10
	}
	limit = min(limit, MaxCandidates)
	var hits []identity.Hit
	for _, query := range queries {
		hits = append(hits, r.live.index.Search(query, 3*limit+len(own))...)
	}
	hits = slices.DeleteFunc(hits, func(h identity.Hit) bool { return h.Bits <= 0 || slices.Contains(own, id.Person(h.Number)) })
	found, err := r.live.candidates(ctx, q, []wanted{{queries, hits}}, limit)
	if err != nil {
		return Candidates{}, err
	}
	out.People = found[0]
	if out.Decided, err = decidedAmong(ctx, q, out.People, own); err != nil {
		return Candidates{}, err
	}
	if authz.Check(a, authz.ReadLeads) == nil && in.Like == 0 {
		if out.Leads, err = r.leadsFor(ctx, q, queries[0]); err != nil {
			return Candidates{}, err
		}
	}
	return out, q.Searched(ctx, now, a.Name, searched(in, out.Query), len(out.People)+len(out.Leads))
}

// queries prepares what is searched for: what was typed, or all that is on record of somebody, whose own records come second.
func (r *Register) queries(ctx context.Context, q store.Queries, like id.Person, d person.Details) ([]*identity.Record, []id.Person, error) {
	if like == 0 {
		if !anything(d) {
			return nil, nil, fault.New(fault.Invalid, "search.empty", "there is nothing to search for: a name, a date of birth or a document")
		}
		return []*identity.Record{r.live.model.Record(d)}, nil, nil
	}
	clusters, err := q.Clusters(ctx, []id.Person{like})
	if err != nil {
		return nil, nil, err
	}
	own := clusters[like]
	if own == nil {
		return nil, nil, fault.New(fault.NotFound, "person.not_found", "no person is registered under this number")
	}
	said, err := q.Statements(ctx, own)
	if err != nil {
		return nil, nil, err
	}
	var rows []store.Statement
	for _, p := range own {
		rows = append(rows, said[p]...)
	}
	records, err := r.live.prepare(rows)
	return records, own, err
}

// anything reports whether there is anything that somebody could be found by.
func anything(d person.Details) bool {
	return d.Birth.Date.Known() || len(d.OtherBirths) > 0 || len(d.Photos) > 0 ||
		slices.ContainsFunc(d.Names, func(n person.Name) bool { return person.Fold(n.Raw) != "" }) ||
		slices.ContainsFunc(d.Documents, func(x person.Document) bool { return strings.TrimSpace(x.Number) != "" })
}

// combine adds to details what a document says. What is in the details stays: a document's spelling replaces none (norms, codes and formats).
func combine(d, doc person.Details) person.Details {
	d.Names = append(slices.Clip(d.Names), doc.Names...)
	d.Claims = append(slices.Clip(d.Claims), doc.Claims...)
	d.Documents = append(slices.Clip(d.Documents), doc.Documents...)
	if d.Sex == person.SexUnknown {
		d.Sex = doc.Sex
	}
	switch {
	case !d.Birth.Date.Known():
		d.Birth = doc.Birth
	case doc.Birth.Date.Known() && doc.Birth.Date != d.Birth.Date:
		d.OtherBirths = append(slices.Clone(d.OtherBirths), doc.Birth.Date)
	}
	return d
}

// wanted is somebody who is looked for, and the records that were found.
type wanted struct {
	queries []*identity.Record
	hits    []identity.Hit // of records in the register; one may be found more than once
}

// candidates makes, for each who is wanted, people of the records that were found: each person once, explained by what fits best
// of all that was ever said of them, the best first. It asks the register in sets.
func (l *live) candidates(ctx context.Context, q store.Queries, all []wanted, limit int) ([][]Candidate, error) {
	var records []id.Person
	for _, w := range all {
		for _, h := range w.hits {
			records = append(records, id.Person(h.Number))
		}
	}
	slices.Sort(records)
	clusters, err := q.Clusters(ctx, slices.Compact(records))
	if err != nil {
		return nil, err
	}
	// What is shown is chosen by the index; all sources of those are then compared.
	chosen := make([][]id.Person, len(all))
	var remaining, members []id.Person
	for i, w := range all {
		slices.SortStableFunc(w.hits, func(x, y identity.Hit) int {
			return cmp.Or(cmp.Compare(y.Bits, x.Bits), cmp.Compare(x.Number, y.Number))
		})
		for _, h := range w.hits {
			cluster := clusters[id.Person(h.Number)]
			if len(chosen[i]) < limit && len(cluster) > 0 && !slices.Contains(chosen[i], cluster[0]) {
				chosen[i] = append(chosen[i], cluster[0])
				clusters[cluster[0]] = cluster
			}
		}
		for _, p := range chosen[i] {
			remaining, members = append(remaining, p), append(members, clusters[p]...)
		}
	}
	people, err := peopleOf(ctx, q, remaining)
	if err != nil {
		return nil, err
	}
	slices.Sort(members)
	said, err := q.Statements(ctx, slices.Compact(members))
	if err != nil {
		return nil, err
	}
	prepared, err := l.prepareAll(said)
	if err != nil {
		return nil, err
	}
	found := make([][]Candidate, len(all))
	for i, w := range all {
		found[i] = make([]Candidate, 0, len(chosen[i]))
		for _, p := range chosen[i] {
			c := Candidate{Person: people[p], Records: clusters[p]}
			var best [2]*identity.Record
			for _, member := range c.Records {
				for k, rec := range prepared[member] {
					for _, query := range w.queries {
						if bits := l.model.Score(query, rec); best[0] == nil || bits > c.Bits {
							best, c.Bits, c.Record, c.Source = [2]*identity.Record{query, rec}, bits, member, said[member][k].Seq
						}
					}
				}
			}
			if best[0] != nil {
				c.Explanation = l.model.Explain(best[0], best[1])
			}
			found[i] = append(found[i], c)
		}
		slices.SortStableFunc(found[i], func(x, y Candidate) int {
			return cmp.Or(cmp.Compare(y.Bits, x.Bits), cmp.Compare(x.Person.Person, y.Person.Person))
		})
	}
	return found, nil
}

// peopleOf reads how people are shown, by number.
func peopleOf(ctx context.Context, q store.Queries, numbers []id.Person) (map[id.Person]store.Person, error) {
	numbers = slices.Clone(numbers)
	slices.Sort(numbers)
	shown, err := q.People(ctx, store.PeopleFilter{People: slices.Compact(numbers)})
	if err != nil {
		return nil, err
	}
	people := make(map[id.Person]store.Person, len(shown))
	for _, p := range shown {
		people[p.Person] = p
	}
	return people, nil
}

// decidedAmong gives what stands decided between two people of those shown, or one of them and the one they are like.
func decidedAmong(ctx context.Context, q store.Queries, shown []Candidate, own []id.Person) ([]store.PairDecision, error) {
	of := map[id.Person]int{}
	for _, p := range own {
		of[p] = -1
	}
	for i, c := range shown {
		for _, p := range c.Records {
			of[p] = i
		}
	}
	records := make([]id.Person, 0, len(of))
	for p := range of {
		records = append(records, p)
	}
	slices.Sort(records)
	decisions, err := q.Decisions(ctx, records)
	if err != nil {
		return nil, err
	}
	standing := []store.PairDecision{}
	seen := map[[2]id.Person]bool{}
	for _, d := range decisions { // the newest first
		a, known := of[d.A]
		b, alsoKnown := of[d.B]
		if !known || !alsoKnown || a == b || seen[[2]id.Person{d.A, d.B}] {
			continue
		}
		seen[[2]id.Person{d.A, d.B}] = true
		standing = append(standing, d)
	}
	return standing, nil
}

// searched is what is kept of a search: enough to tell whom it was about, and no more than a page of it.
func searched(in SearchQuery, d person.Details) string {
	const names, text = 12, 200
	short := struct {
		Like      id.Person  `json:"like,omitempty"`
		Names     []string   `json:"names,omitempty"`
		Sex       person.Sex `json:"sex,omitempty"`
		Birth     civil.Date `json:"birth,omitzero"`
		Claims    []string   `json:"nationalities,omitempty"`
		Documents []string   `json:"documents,omitempty"`
	}{Like: in.Like, Sex: d.Sex, Birth: d.Birth.Date}
	for _, n := range d.Names[:min(len(d.Names), names)] {
		short.Names = append(short.Names, cut(n.Raw, text))
	}
	for _, c := range d.Claims[:min(len(d.Claims), names)] {
		short.Claims = append(short.Claims, cut(cmp.Or(c.Country, c.Label), text))
	}
	for _, x := range d.Documents[:min(len(d.Documents), names)] {
		short.Documents = append(short.Documents, cut(x.Number, text))
	}
	body, err := json.Marshal(short)
	if err != nil { // a date that no calendar has
		return "{}"
	}
	return string(body)
}

// cut shortens a text to so many bytes, at the end of a character.
func cut(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return s[:bytes]
}

// Searches lists who looked for whom, newest first.
func (r *Register) Searches(ctx context.Context, a authz.Actor, f store.SearchLogFilter) ([]store.SearchLogged, error) {
	q, err := r.Reading(a, authz.ReadLog)
	if err != nil {
		return nil, err
	}
	return q.Searches(ctx, f)
}
