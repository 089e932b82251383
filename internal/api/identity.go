package api

import (
	"context"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/register"
	"amana/internal/store"
)

// Statement is what one source says about a person.
type Statement struct {
	Entry      int64     `json:"entry"`
	Kind       string    `json:"kind" doc:"Of the entry."`
	Details    Details   `json:"details"`
	Source     Source    `json:"source,omitzero"`
	Reason     string    `json:"reason,omitempty"`
	Actor      string    `json:"actor"`
	OccurredAt time.Time `json:"occurred_at"`
	RecordedAt time.Time `json:"recorded_at"`
}

// Record is one record of a person, with what its sources said.
type Record struct {
	Person  Person      `json:"person"`
	Sources []Statement `json:"sources" doc:"Oldest first."`
}

// Conflict is something that sources say differently.
type Conflict struct {
	Field  string   `json:"field" enum:"birth,sex,nationality,mother,document"`
	Values []Stated `json:"values"`
}

// Stated is a value and the entries that say so.
type Stated struct {
	Value   string  `json:"value" doc:"EDTF, ISO 5218, ISO 3166-1 alpha-3, a name or a number."`
	Entries []int64 `json:"entries"`
}

// Identities is everything that was said of who somebody is.
type Identities struct {
	Records   []Record       `json:"records" doc:"The one that remains first."`
	Conflicts []Conflict     `json:"conflicts"`
	Decisions []PairDecision `json:"decisions" doc:"About any of these records, newest first."`
}

func identitiesOf(x register.Identities) Identities {
	return Identities{
		Records: each(x.Records, func(r register.Identity) Record {
			return Record{personOf(r.Person), each(r.Sources, func(s store.Source) Statement {
				return Statement{s.Seq, string(s.Kind), detailsOf(s.Details), Source{File: s.File, Sheet: s.Sheet, Line: s.Line}, s.Reason, s.Actor, s.OccurredAt, s.RecordedAt}
			})}
		}),
		Conflicts: each(x.Conflicts, func(c register.Conflict) Conflict {
			return Conflict{c.Field, each(c.Values, func(v register.Stated) Stated { return Stated{v.Value, v.Sources} })}
		}),
		Decisions: each(x.Decisions, pairDecisionOf),
	}
}

// Comparison is two records, or all records of two people, side by side.
type Comparison struct {
	A          Identities        `json:"a"`
	B          Identities        `json:"b"`
	SourceA    int64             `json:"source_a" doc:"The entries that the explanation compares: those that fit best."`
	SourceB    int64             `json:"source_b"`
	Decisions  []PairDecision    `json:"decisions" doc:"About the two, newest first."`
	SamePerson bool              `json:"same_person" doc:"They are one person by decision."`
	Refusal    string            `json:"refusal,omitempty" doc:"The rule by which a merge of a into b would be refused now."`
	Refs       map[string]string `json:"refs,omitempty" doc:"Numbers of what stands in its way."`
	Explanation
}

type pairQuery struct {
	PersonPath
	Other Number[id.Person] `path:"other"`
	ReadFor
}

// Proposal is a pair of records that may be one person's and that waits for a human.
type Proposal struct {
	A       Person            `json:"a"`
	B       Person            `json:"b"`
	RecordA Number[id.Person] `json:"record_a" doc:"The record of a that was found alike."`
	RecordB Number[id.Person] `json:"record_b"`
	Bits    float64           `json:"bits"`
	Band    string            `json:"band" enum:"likely,possible"`
	Why     string            `json:"why" doc:"What speaks for it, strongest first." example:"document name"`
	Stage   string            `json:"stage" enum:"in_transit,about_to_move,in_custody,gone" doc:"The more urgent of the two."`
	FoundAt time.Time         `json:"found_at"`
}

// WorkList is a page of the pairs that wait for a human, what matters most first.
type WorkList struct {
	Counts map[string]int `json:"counts" doc:"Open pairs of each band."`
	Items  []Proposal     `json:"items"`
	Next   string         `json:"next_cursor,omitempty" doc:"Cursor of the next page; absent on the last."`
}

type workListQuery struct {
	Band   string            `query:"band" enum:"likely,possible"`
	Person Number[id.Person] `query:"person"`
	Cursor string            `query:"cursor" maxLength:"200" doc:"next_cursor of the page before."`
	Limit  int               `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type verdict struct {
	Body struct {
		A       Number[id.Person] `json:"a"`
		B       Number[id.Person] `json:"b"`
		Verdict string            `json:"verdict" enum:"different,unsure,undone" doc:"undone takes back what was decided, or what an unmerge left. That they are one person is a merge."`
		Reason  string            `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

// Rematched tells what a new reckoning of the work list went through and found.
type Rematched struct {
	Records int `json:"records"`
	Pairs   int `json:"pairs"`
	Leads   int `json:"leads"`
}

func (a *API) identity() {
	r := a.Register
	read(a, operation{
		id: "read-identities", method: "GET", path: "/people/{person}/identities", tag: "Identity", summary: "Read all records of a person and what each source says", needs: authz.ReadPeople,
		more: "Each reading is on record with its purpose.",
	}, func(ctx context.Context, who authz.Actor, in *fileQuery) (Identities, error) {
		why, err := in.why()
		if err != nil {
			return Identities{}, err
		}
		x, err := r.Identities(ctx, who, in.Person.n, why, a.Clock())
		return identitiesOf(x), err
	})
	read(a, operation{
		id: "list-pairs", method: "GET", path: "/identity/pairs", tag: "Identity", summary: "List pairs of records that may be one person's", needs: authz.SearchPeople,
		more: "Likely ones first, then people on the way or about to be. None is merged by itself.",
	}, func(ctx context.Context, who authz.Actor, in *workListQuery) (WorkList, error) {
		w, err := r.WorkList(ctx, who, store.ProposalFilter{Band: in.Band, Person: in.Person.n, After: in.Cursor, Limit: in.Limit})
		if err != nil {
			return WorkList{}, err
		}
		out := WorkList{Counts: map[string]int{string(identity.Likely): w.Counts[identity.Likely], string(identity.Possible): w.Counts[identity.Possible]}, Next: w.Next}
		out.Items = each(w.Pairs, func(p store.Proposal) Proposal {
			return Proposal{personOf(p.A), personOf(p.B), numberOf(p.RecordA), numberOf(p.RecordB), p.Bits, p.Band, p.Why, string(p.Stage), p.FoundAt}
		})
		return out, nil
	})
	read(a, operation{
		id: "compare-people", method: "GET", path: "/identity/pairs/{person}/{other}", tag: "Identity", summary: "Compare two records side by side", needs: authz.SearchPeople,
		more: "Both readings are on record with their purpose.",
	}, func(ctx context.Context, who authz.Actor, in *pairQuery) (Comparison, error) {
		why, err := in.why()
		if err != nil {
			return Comparison{}, err
		}
		c, err := r.Compare(ctx, who, in.Person.n, in.Other.n, why, a.Clock())
		if err != nil {
			return Comparison{}, err
		}
		out := Comparison{
			A: identitiesOf(c.A), B: identitiesOf(c.B), SourceA: c.SourceA, SourceB: c.SourceB, Decisions: each(c.Decisions, pairDecisionOf), SamePerson: c.SamePerson,
			Explanation: explanationOf(c.Explanation),
		}
		if c.Refusal != nil {
			out.Refusal, out.Refs = c.Refusal.Rule, c.Refusal.Refs
		}
		return out, nil
	})
	write(a, operation{
		id: "decide-identity", path: "/identity/decisions", tag: "Identity", summary: "Decide that two records are different people's, or that nobody can tell", needs: authz.DecideIdentity,
		more: "What whoever decides was shown goes on record with it.",
	}, func(ctx context.Context, by register.By, in *verdict) (Recorded, error) {
		b := in.Body
		return recorded(r.DecideIdentity(ctx, by, register.IdentityVerdict{A: b.A.n, B: b.B.n, Verdict: custody.Verdict(b.Verdict), Reason: b.Reason}))
	})
	write(a, operation{
		id: "rematch", path: "/identity/rematches", tag: "Identity", summary: "Reckon the work list anew", needs: authz.DecideIdentity,
		more: "After weights have changed. What humans decided stays as it is.",
	}, func(ctx context.Context, by register.By, _ *struct{}) (Rematched, error) {
		out, err := r.Rematch(ctx, by)
		return Rematched(out), err
	})
}
