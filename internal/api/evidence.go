package api

import (
	"context"
	"time"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/mrz"
	"amana/internal/register"
	"amana/internal/store"
)

// Evidence is one comparison of two records and what it is worth.
type Evidence struct {
	Field   string  `json:"field" doc:"What was compared: name, kunya, mother, birth, sex, nationality, document or photo."`
	Finding string  `json:"finding" doc:"Stable code of what came out." example:"name.spelling"`
	A       string  `json:"a,omitempty" doc:"As the one side says."`
	B       string  `json:"b,omitempty"`
	Bits    float64 `json:"bits"`
	Share   float64 `json:"share,omitempty" doc:"Part of people who share it, where that is known."`
}

// Explanation says what speaks for two records being one person's and what against. It is about the pair, never about a person.
type Explanation struct {
	Bits     float64    `json:"bits" doc:"Sum of the evidence: how much speaks for one person rather than two, as a binary logarithm."`
	Band     string     `json:"band" enum:"likely,possible,unlikely"`
	Evidence []Evidence `json:"evidence"`
}

func explanationOf(e identity.Explanation) Explanation {
	return Explanation{e.Bits, string(e.Band), each(e.Evidence, func(x identity.Evidence) Evidence { return Evidence(x) })}
}

// Candidate is somebody in the register who may be meant, and why.
type Candidate struct {
	Person  Person              `json:"person" doc:"By the record that remains."`
	Records []Number[id.Person] `json:"records" doc:"All records of this person."`
	Record  Number[id.Person]   `json:"record" doc:"The record that fits best …"`
	Source  int64               `json:"source" doc:"… by what this entry says."`
	Explanation
}

func candidateOf(c register.Candidate) Candidate {
	return Candidate{personOf(c.Person), numbersOf(c.Records), numberOf(c.Record), c.Source, explanationOf(c.Explanation)}
}

// PairDecision is what somebody decided about two records.
type PairDecision struct {
	Entry   int64             `json:"entry"`
	A       Number[id.Person] `json:"a"`
	B       Number[id.Person] `json:"b"`
	Verdict string            `json:"verdict" enum:"same,different,unsure,undone,parted" doc:"same is a merge, parted its undoing."`
	Reason  string            `json:"reason"`
	Actor   string            `json:"actor"`
	Bits    float64           `json:"bits,omitempty" doc:"What the two were worth when it was decided."`
	At      time.Time         `json:"at"`
}

func pairDecisionOf(d store.PairDecision) PairDecision {
	return PairDecision{d.Seq, numberOf(d.A), numberOf(d.B), string(d.Verdict), d.Reason, d.Actor, d.Bits, d.At}
}

// Zone is a machine readable zone as it was read. What a check digit does not cover, or contradicts, is for somebody to compare.
type Zone struct {
	Format      string       `json:"format" doc:"TD1, TD2, TD3, MRV-A or MRV-B (ICAO 9303)."`
	Lines       []string     `json:"lines" doc:"After correction."`
	Unchecked   []string     `json:"unchecked" doc:"Fields that no check digit covers."`
	Wrong       []string     `json:"wrong" doc:"Fields whose check digit is wrong."`
	Corrections int          `json:"corrections,omitempty" doc:"Characters that were taken for others."`
	Problems    []FieldError `json:"problems,omitempty"`
}

func zoneOf(z *mrz.Zone) *Zone {
	if z == nil {
		return nil
	}
	out := &Zone{Format: string(z.Format), Lines: z.Lines, Unchecked: z.Unchecked, Wrong: []string{}, Corrections: len(z.Corrections)}
	for _, c := range z.Checks {
		if !c.OK {
			out.Wrong = append(out.Wrong, c.Field)
		}
	}
	out.Problems = each(z.Problems, func(f fault.Field) FieldError { return FieldError(f) })
	return out
}

type searchQuery struct {
	Body struct {
		Details Details           `json:"details,omitzero" doc:"What is known; any part may be missing."`
		MRZ     string            `json:"mrz,omitempty" maxLength:"2000" doc:"Lines of a machine readable zone, as scanned; what they say is added."`
		Like    Number[id.Person] `json:"like,omitzero" doc:"Instead: who else somebody registered may be."`
		Limit   int               `json:"limit,omitempty" minimum:"1" maximum:"50" doc:"How many at most; 10 without it."`
	}
}

// Found is what a search found.
type Found struct {
	Query   Details        `json:"query" doc:"What was searched for, with what the zone says."`
	Zone    *Zone          `json:"zone,omitempty"`
	Entry   int64          `json:"entry" doc:"The newest entry that was searched."`
	People  []Candidate    `json:"people" doc:"The best first, each person once."`
	Decided []PairDecision `json:"decided" doc:"What stands decided between any two of them."`
	Leads   []Lead         `json:"leads,omitempty" doc:"Entries of watchlists, for who may read them. They decide nothing."`
}

func (a *API) search() {
	add(a, operation{
		id: "search-identity", method: "POST", path: "/identity/searches", tag: "Identity", summary: "Find who somebody may be, and why", needs: authz.SearchPeople,
		more: "Names in any script, dates as far as they are known. Nothing is decided and nobody merged. Each search is on record, so it is a POST; it needs no key.",
	}, func(ctx context.Context, who caller, in *searchQuery) (*reply[Found], error) {
		b := in.Body
		c, err := a.Register.Search(ctx, who.actor, register.SearchQuery{Details: b.Details.domain(), MRZ: b.MRZ, Like: b.Like.n, Limit: b.Limit}, a.Clock())
		if err != nil {
			return nil, named(err)
		}
		return &reply[Found]{Found{
			Query: detailsOf(c.Query), Zone: zoneOf(c.Zone), Entry: c.Seq, People: each(c.People, candidateOf), Decided: each(c.Decided, pairDecisionOf), Leads: each(c.Leads, leadOf),
		}}, nil
	})
	list(a, operation{id: "list-searches", path: "/identity/searches", tag: "Identity", summary: "Who searched for whom", needs: authz.ReadLog},
		func(ctx context.Context, who authz.Actor, in *searchesQuery, c *cursor, limit int) ([]Searched, error) {
			f := store.SearchLogFilter{Actor: in.Actor, Limit: limit}
			if c.after > 0 {
				f.Before = time.UnixMicro(c.after)
			}
			found, err := a.Register.Searches(ctx, who, f)
			return each(found, func(s store.SearchLogged) Searched { return Searched{s.At, s.Actor, s.Query, s.Shown} }), err
		}, func(s Searched) int64 { return s.At.UnixMicro() })
}

// named adds to a refused search which part of it is meant, where the register does not say so.
func named(err error) error {
	f := fault.As(err)
	if len(f.Fields) > 0 || f.Kind != fault.Invalid && f.Kind != fault.TooLarge {
		return err
	}
	out, field := *f, "mrz"
	if f.Rule == "search.empty" {
		field = "details"
	}
	out.Fields = []fault.Field{{Name: field, Rule: f.Rule}}
	return &out
}

type searchesQuery struct {
	Paging
	Actor string `query:"actor" maxLength:"200"`
}

// Searched is one search on record.
type Searched struct {
	At    time.Time `json:"at"`
	Actor string    `json:"actor"`
	Query string    `json:"query" doc:"JSON of what was known."`
	Shown int       `json:"shown" doc:"How many were shown."`
}
