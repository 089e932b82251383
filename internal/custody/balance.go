package custody

import (
	"maps"
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
	Exits            map[Account]int      // who left to an exit in between less who came back, by exit
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
// the postings in between, summed apart: if anything is lost on the way, the sheet does not balance. A scope that holds the
// exits is the country: what the exits gained and what outside lost is read from their own postings, because somebody who
// escaped may be found again, alive or dead. A place or a convoy knows only by which type of movement people left it.
func Draw(from, to, system time.Time, opening, closing map[Account]int, flows []Flow, in func(Account) bool) Statement {
	s := Statement{From: from, To: to, System: system, Exits: map[Account]int{}, ByType: map[MovementType]int{}, Accounts: map[Account]int{}}
	for a, n := range opening {
		if in(a) && a.Class() != Exit {
			s.Opening += n
		}
	}
	for a, n := range closing {
		if !in(a) || a.Class() == Exit || n == 0 {
			continue
		}
		s.Accounts[a] = n
		if a.Class() == InTransit {
			s.InTransit += n
		} else {
			s.InCustody += n
		}
	}
	country := in(Died)
	for _, f := range flows {
		switch class := f.Account.Class(); {
		case country && class == Intake:
			s.Intake -= f.Amount
		case !in(f.Account):
		case class == Exit:
			s.Exits[f.Account] += f.Amount
		default:
			s.ByType[f.Type] += f.Amount
		}
	}
	if !country {
		s.cross()
	}
	maps.DeleteFunc(s.Exits, func(_ Account, n int) bool { return n == 0 })
	return s
}

// cross tells from the types of movements what came into the scope and where what left it went.
func (s *Statement) cross() {
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
}
