package custody

import (
	"strconv"
	"time"

	"amana/internal/fault"
	"amana/internal/id"
)

// Standing is what the register knows of a person at the moment of a decision.
type Standing struct {
	Person     id.Person
	Account    Account
	Custodian  string
	Booking    id.Booking // open booking, 0 when none
	Move       id.Move    // live move, 0 when none
	MergedInto id.Person  // the record that this one was merged into, 0 when none
	Remains    id.Person  // the record that remains of all that are one person: this one while it is merged into none
	LastAt     time.Time  // of the latest movement that is on record
	Exists     bool
}

func refused(s Standing, rule, format string, args ...any) *fault.Error {
	return fault.New(fault.Refused, rule, format, args...).With("person", strconv.FormatInt(int64(s.Person), 10))
}

// CheckKnown refuses a decision about somebody who is not registered or whose record was merged into another.
func (s Standing) CheckKnown() error {
	if !s.Exists {
		return fault.New(fault.NotFound, "person.not_found", "no person is registered under this number").With("person", strconv.FormatInt(int64(s.Person), 10))
	}
	if s.MergedInto != 0 {
		return refused(s, "person.merged", "this record was merged into another person's").With("into", strconv.FormatInt(int64(s.Remains), 10))
	}
	return nil
}

// CheckBook refuses a new booking while one is open, and after an escape that nobody closed.
func (s Standing) CheckBook() error {
	if err := s.CheckKnown(); err != nil {
		return err
	}
	if s.Account == Died {
		return refused(s, "booking.person_died", "the person has died")
	}
	if s.Account == Escaped {
		return refused(s, "booking.escape_open", "the person is recorded as escaped; record the recapture first")
	}
	if s.Booking != 0 {
		return refused(s, "booking.one_open", "a booking is open already").With("booking", strconv.FormatInt(int64(s.Booking), 10))
	}
	return nil
}

// CheckMove refuses to book a move for somebody who is not in custody at a place, or who has a live move.
func (s Standing) CheckMove() error {
	if err := s.CheckKnown(); err != nil {
		return err
	}
	if s.Move != 0 {
		return refused(s, "move.one_live", "a live move exists already").With("move", strconv.FormatInt(int64(s.Move), 10))
	}
	if s.Account.Class() != InCustody {
		return refused(s, "move.not_in_custody", "the person is not in custody at a place (%s)", s.Account)
	}
	return nil
}

// CheckOrder refuses to decide a movement at a moment before the latest one on record. A fact may come late, a decision
// that is taken on what stands may not.
func (s Standing) CheckOrder(at time.Time) error {
	if at.Before(s.LastAt) {
		return refused(s, "movement.before_latest", "a later movement, at %s, is on record", s.LastAt.Format(time.RFC3339))
	}
	return nil
}
