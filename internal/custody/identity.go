package custody

import (
	"slices"
	"strconv"

	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
)

// Verdict is what somebody decided about two records, or about a person and an entry of a watchlist. A machine gives none.
type Verdict string

// The verdicts. Same and Parted are what a merge and its undoing leave on record for a pair.
const (
	Same      Verdict = "same"
	Different Verdict = "different" // the two are never merged while it stands
	Unsure    Verdict = "unsure"    // to be looked at again when a source says more
	Undone    Verdict = "undone"    // takes back what was decided before
	Parted    Verdict = "parted"    // as Different, and no machine proposes the two again, also when it is taken back
)

// Evidence is one comparison that the one who decided was shown, without the values: they stand in the entries of the two.
type Evidence struct {
	Finding string `json:"finding"` // stable code, for example "birth.same"
	Tenths  int    `json:"tenths"`  // what the two were worth as one, in tenths of a bit
}

// IdentityDecided says what somebody decided about two records that may be one person's; that they are is a merge.
type IdentityDecided struct {
	A       id.Person  `json:"a"` // the lower number
	B       id.Person  `json:"b"`
	Verdict Verdict    `json:"verdict"` // different, unsure, undone
	Reason  string     `json:"reason"`
	Tenths  int        `json:"tenths"` // what the two were worth as one, in tenths of a bit
	Seen    []Evidence `json:"seen,omitempty"`
}

// WatchlistLoaded says that a published list was taken in; it replaces the version before.
type WatchlistLoaded struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"` // of the entries as they were read
	Entries int    `json:"entries"`
}

// LeadDecided says what somebody decided about a person and an entry of a watchlist. It changes nothing for the person, and
// stands in no chain of theirs: no watchlist leaves the program (norms G15).
type LeadDecided struct {
	List    string     `json:"list"`
	Ref     string     `json:"ref"` // of the entry within the list
	Person  id.Person  `json:"person"`
	Verdict Verdict    `json:"verdict"` // same, different, unsure, undone
	Reason  string     `json:"reason"`
	Tenths  int        `json:"tenths"` // what the two were worth as one, in tenths of a bit
	Seen    []Evidence `json:"seen,omitempty"`
}

// WithMother gives details in which the mother's name stands among the names, if it was only said beside them: all names count for who
// somebody is.
func WithMother(d person.Details, mother string) person.Details {
	if mother != "" && d.Name("mother") == "" {
		d.Names = append(slices.Clip(d.Names), person.Name{Raw: mother, Kind: "mother"})
	}
	return d
}

// Kind names the event.
func (IdentityDecided) Kind() Kind { return "identity.decided" }
func (WatchlistLoaded) Kind() Kind { return "watchlist.loaded" }
func (LeadDecided) Kind() Kind     { return "lead.decided" }

// CheckMerge refuses a merge that is circular, of a record with itself, or of somebody who is on the way. A refusal because
// a record was merged before names the record that remains.
func CheckMerge(from, into Standing) error {
	if err := from.CheckKnown(); err != nil {
		return err
	}
	if from.Person == into.Person || into.Remains == from.Person {
		return refused(from, "person.merge_circular", "a record cannot be merged into itself, directly or by way of others")
	}
	if err := into.CheckKnown(); err != nil {
		return err
	}
	if from.Account.Class() != InCustody {
		return refused(from, "person.merge_in_transit", "a record is merged only while it stands at a place")
	}
	if from.Move != 0 {
		return refused(from, "person.merge_live_move", "the record has a live move; cancel it first").With("move", strconv.FormatInt(int64(from.Move), 10))
	}
	return nil
}

// CheckVerdict refuses a verdict on two records that they do not allow. stands is what was decided about this pair last,
// empty when nothing was.
func CheckVerdict(a, b Standing, v, stands Verdict) error {
	if !slices.Contains([]Verdict{Different, Unsure, Undone}, v) {
		return unknownVerdict(v)
	}
	if a.Person == b.Person {
		return refused(a, "identity.self", "a decision about identity is about two records")
	}
	for _, s := range []Standing{a, b} {
		if !s.Exists {
			return s.CheckKnown()
		}
	}
	if a.Remains == b.Remains {
		return pairRefused(fault.Refused, a, b, "identity.same_person", "the two were merged and are one person by decision; undo that merge first").
			With("into", strconv.FormatInt(int64(a.Remains), 10))
	}
	return checkAgain(v, stands, pairRefused(fault.Conflict, a, b, "identity.decided", "this was decided before; take that back first"),
		pairRefused(fault.Refused, a, b, "identity.not_decided", "there is no decision about the two to take back"))
}

// CheckLead refuses a verdict on a lead. stands is what was decided about it last, empty when nothing was.
func CheckLead(v, stands Verdict) error {
	if !slices.Contains([]Verdict{Same, Different, Unsure, Undone}, v) {
		return unknownVerdict(v)
	}
	return checkAgain(v, stands, fault.New(fault.Conflict, "lead.decided", "this lead was decided before; take that back first"),
		fault.New(fault.Refused, "lead.not_decided", "there is no decision about this lead to take back"))
}

// checkAgain lets a doubt become a verdict at any time; a verdict is first taken back.
func checkAgain(v, stands Verdict, decided, nothing *fault.Error) error {
	final := slices.Contains([]Verdict{Same, Different, Parted}, stands)
	switch {
	case v == Undone && !final && stands != Unsure:
		return nothing
	case v != Undone && (final || v == stands):
		return decided.With("verdict", string(stands))
	}
	return nil
}

func pairRefused(kind fault.Kind, a, b Standing, rule, text string) *fault.Error {
	return fault.New(kind, rule, "%s", text).With("a", strconv.FormatInt(int64(a.Person), 10)).With("b", strconv.FormatInt(int64(b.Person), 10))
}

func unknownVerdict(v Verdict) error {
	return &fault.Error{
		Kind: fault.Invalid, Rule: "identity.verdict_unknown", Message: "there is no such verdict here",
		Fields: []fault.Field{{Name: "verdict", Rule: "identity.verdict_unknown", Value: string(v)}},
	}
}
