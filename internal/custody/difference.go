package custody

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"amana/internal/id"
	"amana/internal/place"
)

// DifferenceKind is the rule by which a difference between book and world, or between two records, was found.
type DifferenceKind string

// The kinds of differences.
const (
	Missing       DifferenceKind = "missing"            // on the manifest, not identified at a line or a count
	Misplaced     DifferenceKind = "misplaced"          // found aboard another vehicle than the book says
	Swapped       DifferenceKind = "swapped"            // two people, each found where the other should be
	CountedTwice  DifferenceKind = "counted_twice"      // one person identified twice in one count
	Miscounted    DifferenceKind = "miscounted"         // the head count is not the number of those identified
	Unexpected    DifferenceKind = "unexpected_arrival" // present, and on nobody's list
	Death         DifferenceKind = "death"
	Diversion     DifferenceKind = "diversion"
	Escape        DifferenceKind = "escape"
	Breakdown     DifferenceKind = "breakdown"
	Lockout       DifferenceKind = "lockout"
	LateRecord    DifferenceKind = "late_record"
	Contradictory DifferenceKind = "contradiction"
	Redelivery    DifferenceKind = "redelivery"
	NoGrounds     DifferenceKind = "held_without_grounds" // norms R01
	Overcrowded   DifferenceKind = "overcrowded"          // more people in a cell than beds
)

// DifferenceKinds lists the kinds in the order in which the operations room wants them.
var DifferenceKinds = []DifferenceKind{
	Missing, Escape, Death, Unexpected, Misplaced, Swapped, CountedTwice, Miscounted, Contradictory, Diversion, Breakdown, Lockout,
	NoGrounds, Overcrowded, LateRecord, Redelivery,
}

// Difference is something that does not agree, who it is about, and the entries that show it.
type Difference struct {
	Kind       DifferenceKind
	People     []id.Person
	Convoy     id.Convoy
	Vehicle    id.Vehicle
	Place      place.Code
	Note       string
	Entries    []int64   // sequence numbers
	OccurredAt time.Time // in the world
}

// Subject names who or what the difference is about: the people in order, else the vehicle, convoy, place or note.
func (d Difference) Subject() string {
	switch {
	case len(d.People) > 0:
		sorted := slices.Sorted(slices.Values(d.People))
		parts := make([]string, len(sorted))
		for i, p := range sorted {
			parts[i] = strconv.FormatInt(int64(p), 10)
		}
		return strings.Join(parts, "+")
	case d.Vehicle != 0:
		return strconv.FormatInt(int64(d.Vehicle), 10)
	case d.Convoy != 0:
		return strconv.FormatInt(int64(d.Convoy), 10)
	case d.Place != "":
		return string(d.Place)
	}
	return d.Note
}

// LateAfter is how long after the event a record may come before it is shown as late (policy; norms R02 proposes 1 h
// for the register itself, field links need more).
const LateAfter = 6 * time.Hour

// Late reports whether a fact came late.
func Late(occurred, recorded time.Time) bool { return recorded.Sub(occurred) > LateAfter }
