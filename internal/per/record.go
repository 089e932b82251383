package per

import (
	"slices"
	"time"
)

// Status is how far a record has come.
type Status string

// The statuses of a record.
const (
	Unstarted  Status = "unstarted"
	InProgress Status = "in_progress"
	Completed  Status = "completed" // nothing is missing and somebody says so; a change reopens it
	Confirmed  Status = "confirmed" // accepted for the journey; final
)

// transitions has a row per status: where a record can go from there.
var transitions = map[Status][]Status{
	Unstarted:  {InProgress},
	InProgress: {Completed},
	Completed:  {InProgress, Confirmed},
	Confirmed:  {},
}

// Known reports whether there is such a status.
func (s Status) Known() bool { _, ok := transitions[s]; return ok }

// CanBecome reports whether the table of transitions leads from s to next.
func (s Status) CanBecome(next Status) bool { return slices.Contains(transitions[s], next) }

// Stamp says who did something and when, in UTC with microseconds.
type Stamp struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Answer is one answered question. By and At name whoever answered it or, after a review, whoever reviewed it.
type Answer struct {
	Value     Value
	Prefilled bool // taken over from an earlier record and not reviewed yet
	Stamp
}

// Record is the escort record of one person on one move. It is a value: changes go through a Draft and yield a new
// Record; the map of answers is only read. No answer stands in it whose question is not asked.
type Record struct {
	Framework string // version of the framework, pinned for life
	Version   int    // revisions so far, for optimistic locking
	Status    Status
	Answers   map[string]Answer // by key of the question
	Completed Stamp             // zero until completed, and again when reopened
	Confirmed Stamp             // zero until confirmed
}

// New gives an unstarted record under the current framework. That a move has only one is the store's constraint.
func New() Record {
	return Record{Framework: Current().Version, Status: Unstarted, Answers: map[string]Answer{}}
}

// framework gives the record's framework. Decode and Edit refuse a version that this program does not know; a record
// made otherwise is read under the current one, which leaves its unknown answers sealed.
func (rec Record) framework() *Framework {
	if f, err := Version(rec.Framework); err == nil {
		return f
	}
	return Current()
}

// Asked reports whether the question of that key exists and is asked, given the answers so far.
func Asked(rec Record, key string) bool {
	q := rec.framework().byKey[key]
	return q != nil && q.asked(rec.Answers)
}

// Required lists the required questions that are asked, answered or not, in the order of asking. More follow when an
// answer brings follow-ups: to fill a record in one pass use Draft.Missing.
func Required(rec Record) []*Question {
	return rec.list(func(q *Question) bool { return q.Required && q.asked(rec.Answers) })
}

// Missing lists the questions that keep a record from being completed, in the order of asking: those that are
// required, asked and unanswered, and those with a prefilled answer that nobody reviewed. A sealed follow-up in the
// list tells the answer above it, so show sealed questions to clinicians only.
func Missing(rec Record) []*Question {
	return rec.list(func(q *Question) bool { return q.missing(rec.Answers) })
}

func (rec Record) list(want func(*Question) bool) []*Question {
	var out []*Question
	for _, q := range rec.framework().questions {
		if want(q) {
			out = append(out, q)
		}
	}
	return out
}

func (q *Question) missing(answers map[string]Answer) bool {
	a, answered := answers[q.Key]
	if answered {
		return a.Prefilled
	}
	return q.Required && q.asked(answers)
}

// Flags lists the flags that the answers raise, each once, in the framework's order. Answers not yet reviewed raise
// theirs too: a warning is not withheld.
func Flags(rec Record) []Flag {
	f := rec.framework()
	raised := map[string]bool{}
	for key, a := range rec.Answers {
		q := f.byKey[key]
		if q == nil {
			continue
		}
		for _, r := range q.Raises {
			if len(r.Is) == 0 || a.Value.anyOf(r.Is) {
				raised[r.Flag] = true
			}
		}
	}
	var out []Flag
	for _, flag := range f.Flags {
		if raised[flag.Key] {
			out = append(out, flag)
		}
	}
	return out
}

// Sealed splits the answers into the part that the escort reads and the medical part, for clinicians only (norms R12,
// G9). An answer whose question is unknown counts as sealed.
func Sealed(rec Record) (open, sealed map[string]Answer) {
	f := rec.framework()
	open, sealed = map[string]Answer{}, map[string]Answer{}
	for key, a := range rec.Answers {
		if q := f.byKey[key]; q != nil && !q.Sealed {
			open[key] = a
		} else {
			sealed[key] = a
		}
	}
	return open, sealed
}
