package planning

import (
	"amana/internal/person"
	"amana/internal/place"
)

// Rule is a hard rule: no plan breaks it, and no weight trades it.
type Rule string

// The rules. The first five are of one person and one place, the others of several people.
const (
	RuleSex      Rule = "separation.sex"      // men and women apart (norms R18)
	RuleAge      Rule = "separation.age"      // juveniles and adults apart (norms R18, R19)
	RuleLegal    Rule = "separation.legal"    // untried and convicted apart (norms R18)
	RuleSecurity Rule = "place.security"      // the place is not built for this security level
	RuleMedical  Rule = "place.medical"       // too few medical places, or none
	RuleCapacity Rule = "place.full"          // no more people than beds
	RuleMother   Rule = "together.mother"     // a small child is where the mother is (norms R20)
	RuleFamily   Rule = "together.family"     // a family is in one prison
	RuleApart    Rule = "apart"               // who are kept apart are apart
	RulePinned   Rule = "pinned"              // a human chose the place
	RuleMixed    Rule = "separation.mixed"    // a place for any footing holds convicted people or others, never both (norms R18)
	RuleSexKnown Rule = "separation.sex_open" // whose sex is not known has no place until a human decides
)

// Reasons is a set of rules that exclude one person from one place, as bits; 0 when none does.
type Reasons uint8

// The bits of Reasons, in the order of the rules of one person and one place.
const (
	BySex Reasons = 1 << iota
	ByAge
	ByLegal
	BySecurity
	ByMedical
	BySexOpen
	ByPin
)

var reasonRules = []Rule{RuleSex, RuleAge, RuleLegal, RuleSecurity, RuleMedical, RuleSexKnown, RulePinned}

// Rules lists the rules of the set.
func (r Reasons) Rules() []Rule {
	var all []Rule
	for i, rule := range reasonRules {
		if r&(1<<i) != 0 {
			all = append(all, rule)
		}
	}
	return all
}

// Excluded tells which rules keep person i out of place l, whoever else is there. mother is the position of the mother with whom
// a child stays, as in Mothers: the child goes by her sex, age and footing. Capacity, families and pairs are not asked here.
func (q *Problem) Excluded(i, l, mother int) Reasons {
	who, where := q.People[i], &q.Places[l]
	needs := who
	if mother != Nowhere {
		needs = q.People[mother]
	}
	var r Reasons
	switch {
	case where.Sex == person.SexUnknown:
	case needs.Sex == person.SexUnknown:
		r |= BySexOpen
	case needs.Sex != where.Sex:
		r |= BySex
	}
	if where.Age != "" && needs.Juvenile() != (where.Age == place.Juvenile) {
		r |= ByAge
	}
	if where.Legal != AnyLegal && where.Legal != needs.Legal {
		r |= ByLegal
	}
	if who.Security > where.SecurityMax {
		r |= BySecurity
	}
	if who.Medical && where.Medical == 0 {
		r |= ByMedical
	}
	if pin := q.Pin(i); pin != Nowhere && pin != l {
		r |= ByPin
	}
	return r
}
