package custody

import (
	"cmp"
	"slices"
	"time"
)

// Fact is one movement as an entry claims it.
type Fact struct {
	Seq        int64
	OccurredAt time.Time
	Type       MovementType
	From       Account // where the one who recorded it believed the person to be; empty when unknown
	To         Account
	Custodian  string // who has the person from then on; empty when it stays
	SetAside   bool   // somebody decided that this fact does not stand; it stays on record
}

// Step is one change of account that the facts amount to. From is where the book had the person, not what the fact said.
type Step struct {
	Seq        int64
	OccurredAt time.Time
	Type       MovementType
	From, To   Account
}

// Contradiction is a pair of entries that cannot both be true as they stand.
type Contradiction struct {
	Earlier, Later int64 // sequence numbers, in the order of the world; Earlier is 0 when nothing was known before
	OccurredAt     time.Time
	Why            string // "from_differs", "after_death", "same_moment", "does_not_fit"
}

// order is the one order of facts: the world's, then the log's.
func order(a, b Fact) int {
	if c := a.OccurredAt.Compare(b.OccurredAt); c != 0 {
		return c
	}
	return cmp.Compare(a.Seq, b.Seq)
}

// Fold derives a person's path through the accounts from all facts known, in any order of arrival. Every fact moves the
// person to where it says, because somebody saw that; a fact that starts elsewhere than the book had the person, or whose
// type does not lead from there, is a contradiction, unless it only repeats what is already so. A person who died moves no more.
func Fold(facts []Fact) ([]Step, []Contradiction) {
	sorted := slices.SortedFunc(slices.Values(facts), order)
	var (
		steps    []Step
		disputes []Contradiction
		at       = Outside
		last     Fact
	)
	for _, f := range sorted {
		if f.SetAside {
			continue
		}
		switch {
		case at == f.To: // repeats what is already so
			continue
		case at == Died:
			disputes = append(disputes, Contradiction{last.Seq, f.Seq, f.OccurredAt, "after_death"})
			continue
		case last.Seq != 0 && last.OccurredAt.Equal(f.OccurredAt) && f.From != last.To:
			disputes = append(disputes, Contradiction{last.Seq, f.Seq, f.OccurredAt, "same_moment"})
		case f.From != "" && f.From != at:
			disputes = append(disputes, Contradiction{last.Seq, f.Seq, f.OccurredAt, "from_differs"})
		case last.Seq != 0 && !Fits(f.Type, at, f.To):
			disputes = append(disputes, Contradiction{last.Seq, f.Seq, f.OccurredAt, "does_not_fit"})
		}
		steps = append(steps, Step{f.Seq, f.OccurredAt, f.Type, at, f.To})
		at, last = f.To, f
	}
	return steps, disputes
}

// Holder tells who has the person after all facts that stand, in whatever order they came.
func Holder(facts []Fact) string {
	holder := ""
	for _, f := range slices.SortedFunc(slices.Values(facts), order) {
		if f.Custodian != "" && !f.SetAside {
			holder = f.Custodian
		}
	}
	return holder
}

// Where tells the account after the steps up to and including the given moment.
func Where(steps []Step, at time.Time) Account {
	where := Outside
	for _, s := range steps {
		if s.OccurredAt.After(at) {
			break
		}
		where = s.To
	}
	return where
}

// Posting is one line of the double entry: at a moment in the world, an account gains or loses one person.
// Seq is the entry that made it known; a correction posts the opposite of what no longer holds, at the same moment.
type Posting struct {
	Seq        int64
	OccurredAt time.Time
	Type       MovementType
	Account    Account
	Amount     int
}

// Correct gives the postings that turn the old steps into the new ones, made known by entry seq. Nothing is taken
// away: what no longer holds is posted back. Sums over the postings known at any moment are therefore those of a fold
// of the facts known then.
func Correct(seq int64, was, is []Step) []Posting {
	var out []Posting
	post := func(s Step, sign int) {
		out = append(out,
			Posting{seq, s.OccurredAt, s.Type, s.From, -sign},
			Posting{seq, s.OccurredAt, s.Type, s.To, sign})
	}
	old := make(map[Step]bool, len(was))
	for _, s := range was {
		old[s] = true
	}
	for _, s := range was {
		if !slices.Contains(is, s) {
			post(s, -1)
		}
	}
	for _, s := range is {
		if !old[s] {
			post(s, 1)
		}
	}
	return out
}
