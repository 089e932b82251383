// Package explain says why a plan is as it is: why each person is where they are, what it would cost to have them elsewhere or which
// rule forbids it, and why people have no place: the smallest sets of people and rules that cannot all have their way. It changes no plan.
// What it finds are codes and figures, so that every language can tell them; the English texts are for files and the command line.
package explain

import (
	"math/bits"
	"slices"

	"amana/internal/planning"
)

// rules is a set of hard rules, as bits in the order of order.
type rules uint16

const (
	bySex rules = 1 << iota
	byAge
	byLegal
	bySecurity
	byMedical
	bySexOpen
	byPin
	byCapacity
	byMother
	byFamily
	byApart
	byMixed
	everyRule = 1<<iota - 1
)

// order has the bits of planning.Reasons first.
var order = [...]planning.Rule{
	planning.RuleSex, planning.RuleAge, planning.RuleLegal, planning.RuleSecurity, planning.RuleMedical, planning.RuleSexKnown, planning.RulePinned,
	planning.RuleCapacity, planning.RuleMother, planning.RuleFamily, planning.RuleApart, planning.RuleMixed,
}

func (r rules) list() []planning.Rule {
	var all []planning.Rule
	for i, rule := range order {
		if r&(1<<i) != 0 {
			all = append(all, rule)
		}
	}
	return all
}

// setOf is the set of some rules.
func setOf(all []planning.Rule) rules {
	var r rules
	for i, rule := range order {
		if slices.Contains(all, rule) {
			r |= 1 << i
		}
	}
	return r
}

// hit finds the smallest set of rules that has one of each of the given sets; the first of equally small ones.
func hit(sets map[rules]bool) rules {
	best := rules(everyRule)
	var among rules
	for s := range sets {
		among |= s
	}
	for r := rules(0); r <= everyRule; r++ {
		if r&^among != 0 || bits.OnesCount16(uint16(r)) >= bits.OnesCount16(uint16(best)) {
			continue
		}
		if hits(sets, r) {
			best = r
		}
	}
	return best
}

func hits(sets map[rules]bool, r rules) bool {
	for s := range sets {
		if s&r == 0 {
			return false
		}
	}
	return true
}
