package custody

import (
	"maps"
	"slices"
	"time"
)

// Statement is the balance sheet of a country, a place or a convoy between two moments in the world, as the system knew it
// at a third: opening + intake = in custody + in transit + exits.
type Statement struct {
	From, To, System time.Time
	Opening          int                  // people in custody or in transit in scope at From
	Intake           int                  // who came in: from outside for the country, from anywhere for a place or convoy
	InCustody        int                  // in scope at To
	InTransit        int                  // in scope at To
	Exits            map[Account]int      // who left to an exit in between, by exit
	Out              int                  // who left the scope for another account in custody or transit
	ByType           map[MovementType]int // net change by type of movement
	Accounts         map[Account]int      // what stands where at To, in scope
}

// Balanced reports whether the sheet adds up.
func (s Statement) Balanced() bool {
	exits := 0
	for _, n := range s.Exits {
		exits += n
	}
	return s.Opening+s.Intake == s.InCustody+s.InTransit+exits+s.Out
}

// Flow is the net change of an account by one type of movement in a stretch of time.
type Flow struct {
	Account Account
	Type    MovementType
	Amount  int
}

// Draw makes the sheet of the accounts in scope. Opening and closing are the sums of all postings up to From and To, flows
// the postings in between, summed apart: if anything is lost on the way, the sheet does not balance.
func Draw(from, to, system time.Time, opening, closing map[Account]int, flows []Flow, in func(Account) bool) Statement {
	s := Statement{From: from, To: to, System: system, Exits: map[Account]int{}, ByType: map[MovementType]int{}, Accounts: map[Account]int{}}
	for a, n := range opening {
		if in(a) {
			s.Opening += n
		}
	}
	for _, a := range slices.Sorted(maps.Keys(closing)) {
		if !in(a) || closing[a] == 0 {
			continue
		}
		s.Accounts[a] = closing[a]
		if a.Class() == InTransit {
			s.InTransit += closing[a]
		} else {
			s.InCustody += closing[a]
		}
	}
	for _, f := range flows {
		if in(f.Account) {
			s.ByType[f.Type] += f.Amount
		}
	}
	for t, n := range s.ByType {
		switch exit := movementRows[t].exit; {
		case exit != "":
			s.Exits[exit] -= n
		case t == TypeRecapture:
			s.Exits[Escaped] -= n
		case t == TypeMerge || t == TypeUnmerge: // a correction of what came in
			s.Intake += n
		case n > 0:
			s.Intake += n
		default:
			s.Out -= n
		}
	}
	maps.DeleteFunc(s.Exits, func(_ Account, n int) bool { return n == 0 })
	return s
}
