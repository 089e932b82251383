package explain_test

import (
	"slices"

	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
)

// allRules are all hard rules.
var allRules = []planning.Rule{
	planning.RuleSex, planning.RuleAge, planning.RuleLegal, planning.RuleSecurity, planning.RuleMedical, planning.RuleCapacity, planning.RuleMother,
	planning.RuleFamily, planning.RuleApart, planning.RulePinned, planning.RuleMixed, planning.RuleSexKnown,
}

// brute tries everything: how many of some people can be placed when nobody else is there and only some rules hold. It has its own idea of the rules.
type brute struct {
	q       *planning.Problem
	mothers []int
	people  []int
	hold    map[planning.Rule]bool
	at      []int
	best    []int
	most    int
	cost    float64
	price   func([]int) float64 // nil: only how many
}

func most(q *planning.Problem, people []int, hold []planning.Rule, price func([]int) float64) *brute {
	b := &brute{q: q, mothers: q.Mothers(), hold: map[planning.Rule]bool{}, most: -1, price: price}
	for _, child := range []bool{false, true} { // mothers first
		for _, i := range people {
			if (b.mothers[i] != planning.Nowhere) == child {
				b.people = append(b.people, i)
			}
		}
	}
	for _, r := range hold {
		b.hold[r] = true
	}
	for range q.People {
		b.at = append(b.at, planning.Nowhere)
	}
	b.try(0, 0)
	return b
}

func (b *brute) try(n, placed int) {
	if placed+len(b.people)-n < b.most || b.price == nil && placed+len(b.people)-n == b.most {
		return
	}
	if n == len(b.people) {
		for _, i := range b.people { // a mother and her small children are placed together, or not at all
			if m := b.mothers[i]; b.hold[planning.RuleMother] && m != planning.Nowhere && slices.Contains(b.people, m) && b.at[i] != b.at[m] {
				return
			}
		}
		cost := 0.0
		if b.price != nil {
			cost = b.price(b.at)
		}
		if placed > b.most || cost < b.cost {
			b.most, b.cost, b.best = placed, cost, slices.Clone(b.at)
		}
		return
	}
	i := b.people[n]
	for l := range b.q.Places {
		if b.allows(i, l) {
			b.at[i] = l
			b.try(n+1, placed+1)
			b.at[i] = planning.Nowhere
		}
	}
	b.try(n+1, placed)
}

func (b *brute) allows(i, l int) bool {
	p, where := b.q.People[i], b.q.Places[l]
	needs := p
	if m := b.mothers[i]; m != planning.Nowhere {
		needs = b.q.People[m]
		// A child whose mother is none of the people goes by her all the same, and is where she is only when she is asked about.
		if b.hold[planning.RuleMother] && slices.Contains(b.people, m) && b.at[m] != l {
			return false
		}
	}
	known := needs.Sex == person.Male || needs.Sex == person.Female
	juvenile := needs.Age < 18
	convicted := needs.Legal == planning.Convicted
	pin := planning.Nowhere
	if b.q.Pinned != nil {
		pin = b.q.Pinned[i]
	}
	switch {
	case b.hold[planning.RuleSexKnown] && !known,
		b.hold[planning.RuleSex] && known && needs.Sex != where.Sex,
		b.hold[planning.RuleAge] && juvenile != (where.Age == place.Juvenile),
		b.hold[planning.RuleLegal] && where.Legal != planning.AnyLegal && where.Legal != needs.Legal,
		b.hold[planning.RuleSecurity] && p.Security > where.SecurityMax,
		b.hold[planning.RulePinned] && pin != planning.Nowhere && pin != l:
		return false
	}
	there, sick := 0, 0
	for _, j := range b.people {
		k := b.at[j]
		if k == planning.Nowhere {
			continue
		}
		other := b.q.Places[k]
		if k == l {
			there++
			if b.q.People[j].Medical {
				sick++
			}
			footing := b.q.People[j].Legal
			if m := b.mothers[j]; m != planning.Nowhere {
				footing = b.q.People[m].Legal
			}
			if b.hold[planning.RuleMixed] && where.Legal == planning.AnyLegal && convicted != (footing == planning.Convicted) {
				return false
			}
		}
		if b.hold[planning.RuleFamily] && p.Family != "" && p.Family == b.q.People[j].Family && other.Prison != where.Prison {
			return false
		}
		if b.hold[planning.RuleApart] && b.apart(i, j, where, other, k == l) {
			return false
		}
	}
	return (!b.hold[planning.RuleCapacity] || there < where.Capacity-where.Occupied) && (!b.hold[planning.RuleMedical] || !p.Medical || sick < where.Medical)
}

func (b *brute) apart(i, j int, where, other planning.Place, same bool) bool {
	for _, a := range b.q.Apart {
		if (a.A != i || a.B != j) && (a.A != j || a.B != i) {
			continue
		}
		if same || other.Prison == where.Prison && (a.Scope == planning.ApartPrison || a.Scope == planning.ApartBlock && other.Block == where.Block) {
			return true
		}
	}
	return false
}
