package register

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/store"
)

// Identities is everything that was ever said of who somebody is, under each record that is theirs.
type Identities struct {
	Records   []Identity           `json:"records"`   // the one that remains first
	Conflicts []Conflict           `json:"conflicts"` // on what the sources contradict each other
	Decisions []store.PairDecision `json:"decisions"` // about any of these records, newest first
}

// Identity is one record with what its sources said, oldest first.
type Identity struct {
	Person  store.Person   `json:"person"`
	Sources []store.Source `json:"sources"`
}

// Conflict is one thing that sources say differently, each value with the entries that say so. Nobody is right by being newer.
type Conflict struct {
	Field  string   `json:"field"` // birth, sex, nationality, mother, document
	Values []Stated `json:"values"`
}

// Stated is a value and who says so.
type Stated struct {
	Value   string  `json:"value"` // EDTF, code of ISO 5218, ISO 3166-1, a name, a number
	Sources []int64 `json:"sources"`
}

// Identities reads all records of a person and what each source said, for a purpose. The reading of each record is on record first.
func (r *Register) Identities(ctx context.Context, a authz.Actor, p id.Person, purpose string, now time.Time) (Identities, error) {
	q, err := r.Reading(a, authz.ReadPeople)
	if err != nil {
		return Identities{}, err
	}
	return identities(ctx, q, a, p, purpose, now)
}

func identities(ctx context.Context, q store.Queries, a authz.Actor, p id.Person, purpose string, now time.Time) (Identities, error) {
	clusters, err := q.Clusters(ctx, []id.Person{p})
	if err != nil {
		return Identities{}, err
	}
	records := clusters[p]
	if records == nil {
		return Identities{}, fault.New(fault.NotFound, "person.not_found", "no person is registered under this number").With("person", number(p))
	}
	for _, member := range records {
		if err := q.Read(ctx, now, a.Name, member, purpose); err != nil {
			return Identities{}, err
		}
	}
	people, err := peopleOf(ctx, q, records)
	if err != nil {
		return Identities{}, err
	}
	sources, err := q.Sources(ctx, records)
	if err != nil {
		return Identities{}, err
	}
	var out Identities
	var all []store.Source
	for _, member := range records {
		out.Records = append(out.Records, Identity{people[member], sources[member]})
		all = append(all, sources[member]...)
	}
	out.Conflicts = conflicts(all)
	if out.Decisions, err = q.Decisions(ctx, records); out.Decisions == nil {
		out.Decisions = []store.PairDecision{}
	}
	return out, err
}

// conflicts finds what sources contradict each other on. That one says more than another is no contradiction.
func conflicts(sources []store.Source) []Conflict {
	births, sexes, nations, mothers := statements{}, statements{}, statements{}, statements{}
	documents := map[string]*statements{}
	var dates []civil.Date
	var kinds []string
	claims := make([][]string, 0, len(sources))
	for _, s := range sources {
		d := s.Details
		for _, b := range append([]civil.Date{d.Birth.Date}, d.OtherBirths...) {
			if b.Known() {
				births.add(b.String(), b.String(), s.Seq)
				dates = append(dates, b)
			}
		}
		if d.Sex != person.SexUnknown {
			code := strconv.Itoa(int(d.Sex))
			sexes.add(code, code, s.Seq)
		}
		var countries []string
		for _, c := range d.Claims {
			if c.Country != "" {
				nations.add(c.Country, c.Country, s.Seq)
				countries = append(countries, c.Country)
			}
		}
		if countries != nil {
			slices.Sort(countries)
			claims = append(claims, slices.Compact(countries))
		}
		if m := d.Name("mother"); m != "" {
			mothers.add(person.Fold(m), m, s.Seq)
		}
		for _, x := range d.Documents {
			if kind := x.Type + " " + x.Country; x.Type != "" && x.Country != "" && x.Number != "" {
				if documents[kind] == nil {
					documents[kind], kinds = &statements{}, append(kinds, kind)
				}
				documents[kind].add(strings.ReplaceAll(person.Fold(x.Number), " ", ""), x.Number, s.Seq)
			}
		}
	}
	found := []Conflict{}
	note := func(field string, s statements, differ bool) {
		if differ {
			found = append(found, Conflict{field, s.stated})
		}
	}
	note("birth", births, slices.ContainsFunc(dates, func(x civil.Date) bool {
		return slices.ContainsFunc(dates, func(y civil.Date) bool { return !compatible(x, y) })
	}))
	note("sex", sexes, len(sexes.stated) > 1)
	note("nationality", nations, slices.ContainsFunc(claims, func(c []string) bool { return !slices.Equal(c, claims[0]) }))
	note("mother", mothers, len(mothers.stated) > 1)
	for _, k := range kinds {
		note("document", *documents[k], len(documents[k].stated) > 1)
	}
	return found
}

// compatible reports whether two dates may be of one birth: what both know agrees, and "about" allows two years.
func compatible(x, y civil.Date) bool {
	if x.Approx || y.Approx {
		return max(x.Year-y.Year, y.Year-x.Year) <= 2
	}
	agree := func(a, b int) bool { return a == 0 || b == 0 || a == b }
	return x.Year == y.Year && agree(x.Month, y.Month) && agree(x.Day, y.Day)
}

// statements are the values of one field, in the order in which they were first said.
type statements struct {
	keys   []string
	stated []Stated
}

func (s *statements) add(key, value string, seq int64) {
	i := slices.Index(s.keys, key)
	if i < 0 {
		i = len(s.keys)
		s.keys, s.stated = append(s.keys, key), append(s.stated, Stated{Value: value})
	}
	if !slices.Contains(s.stated[i].Sources, seq) {
		s.stated[i].Sources = append(s.stated[i].Sources, seq)
	}
}

// Comparison is two records side by side, for whoever decides about them.
type Comparison struct {
	A                    Identities `json:"a"`
	B                    Identities `json:"b"`
	identity.Explanation            // of what fits best of each
	SourceA              int64      `json:"source_a"` // the entries that it compares
	SourceB              int64      `json:"source_b"`
	// Decisions are those about any record of the one and any of the other, newest first.
	Decisions  []store.PairDecision `json:"decisions"`
	SamePerson bool                 `json:"same_person"` // they are one person by decision
	Refusal    *fault.Error         `json:"-"`           // why A would not be merged into B now, nil when it would be
}

// Compare shows two records, or all records of two people, side by side, for a purpose. Both readings are on record.
func (r *Register) Compare(ctx context.Context, a authz.Actor, x, y id.Person, purpose string, now time.Time) (Comparison, error) {
	q, err := r.Reading(a, authz.SearchPeople)
	if err != nil {
		return Comparison{}, err
	}
	if err := authz.Check(a, authz.ReadPeople); err != nil {
		return Comparison{}, err
	}
	var c Comparison
	if c.A, err = identities(ctx, q, a, x, purpose, now); err != nil {
		return Comparison{}, err
	}
	if c.B, err = identities(ctx, q, a, y, purpose, now); err != nil {
		return Comparison{}, err
	}
	f, sa, sb, err := r.live.compare(ctx, q, x, y)
	if err != nil {
		return Comparison{}, err
	}
	c.Explanation, c.SourceA, c.SourceB = f.Explanation, sa.Seq, sb.Seq
	of := func(all Identities, p id.Person) bool {
		return slices.ContainsFunc(all.Records, func(i Identity) bool { return i.Person.Person == p })
	}
	c.SamePerson = of(c.A, y)
	c.Decisions = []store.PairDecision{}
	for _, d := range c.A.Decisions {
		if of(c.A, d.A) && of(c.B, d.B) || of(c.A, d.B) && of(c.B, d.A) {
			c.Decisions = append(c.Decisions, d)
		}
	}
	if _, err := mergeable(ctx, q, x, y); err != nil {
		if c.Refusal = fault.As(err); c.Refusal.Kind == fault.Internal {
			return Comparison{}, err
		}
	}
	return c, nil
}
