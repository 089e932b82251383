package plancheck

import (
	"fmt"

	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
)

// forbidden adds to rules those that keep a person out of a place, whoever else is there.
func forbidden(rules []planning.Rule, q *planning.Problem, mothers []int, i, l int) []planning.Rule {
	who, where := &q.People[i], &q.Places[l]
	goesBy := footing(q, mothers, i)
	if where.Sex == person.Male || where.Sex == person.Female {
		switch goesBy.Sex {
		case where.Sex:
		case person.SexUnknown:
			rules = append(rules, planning.RuleSexKnown)
		default:
			rules = append(rules, planning.RuleSex)
		}
	}
	if where.Age == place.Juvenile && !juvenile(goesBy) || where.Age == place.Adult && juvenile(goesBy) {
		rules = append(rules, planning.RuleAge)
	}
	if where.Legal != planning.AnyLegal && where.Legal != goesBy.Legal {
		rules = append(rules, planning.RuleLegal)
	}
	if who.Security > where.SecurityMax {
		rules = append(rules, planning.RuleSecurity)
	}
	if who.Medical && where.Medical == 0 {
		rules = append(rules, planning.RuleMedical)
	}
	if q.Pinned != nil && q.Pinned[i] != nowhere && q.Pinned[i] != l {
		rules = append(rules, planning.RulePinned)
	}
	return rules
}

// juvenile tells whether somebody is under 18 or of unknown age.
func juvenile(p *planning.Person) bool { return p.Age == planning.AgeUnknown || p.Age < 18 }

// detail says in words what a rule of forbidden has against a person in a place.
func (c *checker) detail(rule planning.Rule, i, l int) string {
	who, goesBy, where := &c.q.People[i], footing(c.q, c.mothers, i), &c.q.Places[l]
	switch rule {
	case planning.RuleSex, planning.RuleSexKnown:
		return fmt.Sprintf("sex %s in a place for %s", sexes[goesBy.Sex], sexes[where.Sex])
	case planning.RuleAge:
		if goesBy.Age == planning.AgeUnknown {
			return fmt.Sprintf("unknown age, which counts as juvenile, in a place for %s", where.Age)
		}
		return fmt.Sprintf("age %d in a place for %s", goesBy.Age, where.Age)
	case planning.RuleLegal:
		return fmt.Sprintf("%s in a place for %s", goesBy.Legal, where.Legal)
	case planning.RuleSecurity:
		return fmt.Sprintf("security level %d in a place for up to %d", who.Security, where.SecurityMax)
	case planning.RuleMedical:
		return "medical need in a place without medical places"
	default:
		return fmt.Sprintf("a human chose %s", c.q.Places[c.q.Pinned[i]].ID)
	}
}

var sexes = map[person.Sex]string{person.Male: "M", person.Female: "F", person.SexUnknown: "U"}

// checkPeople holds each person against the place alone, and each small child against the mother: all in one place, or none has a place.
func (c *checker) checkPeople() {
	for i, l := range c.at {
		if l != nowhere {
			for _, rule := range forbidden(nil, c.q, c.mothers, i, l) {
				c.violate(rule, []int{i}, []int{l}, c.detail(rule, i, l))
			}
		}
		if mother := c.mothers[i]; mother != nowhere && c.at[mother] != l {
			var places []int
			for _, at := range []int{c.at[mother], l} {
				if at != nowhere {
					places = append(places, at)
				}
			}
			c.violate(planning.RuleMother, []int{mother, i}, places, "a mother and her small child are not in one place")
		}
	}
}

// checkPlaces counts beds and medical places, and keeps convicted people from others where a place takes any.
func (c *checker) checkPlaces() {
	in := make([][]int, len(c.q.Places))
	for i, l := range c.at {
		if l != nowhere {
			in[l] = append(in[l], i)
		}
	}
	for l, people := range in {
		where := c.q.Places[l]
		free := max(where.Capacity-where.Occupied, 0)
		if len(people) > free {
			c.violate(planning.RuleCapacity, people, []int{l}, fmt.Sprintf("%d people for %d free beds", len(people), free))
		}
		var medical, convicted, others []int
		for _, i := range people {
			if c.q.People[i].Medical {
				medical = append(medical, i)
			}
			if footing(c.q, c.mothers, i).Legal == planning.Convicted {
				convicted = append(convicted, i)
			} else {
				others = append(others, i)
			}
		}
		if len(medical) > where.Medical && where.Medical > 0 { // none at all is told of each person
			c.violate(planning.RuleMedical, medical, []int{l}, fmt.Sprintf("%d people with medical need for %d medical places", len(medical), where.Medical))
		}
		if where.Legal == planning.AnyLegal && len(convicted) > 0 && len(others) > 0 {
			c.violate(planning.RuleMixed, people, []int{l}, fmt.Sprintf("%d convicted people with %d others", len(convicted), len(others)))
		}
	}
}

// checkFamilies holds those of a family who have a place to one prison.
func (c *checker) checkFamilies() {
	first := map[string]int{}
	for i, l := range c.at {
		family := c.q.People[i].Family
		if l == nowhere || family == "" {
			continue
		}
		other, known := first[family]
		if !known {
			first[family] = i
			continue
		}
		if there := c.at[other]; c.q.Places[there].Prison != c.q.Places[l].Prison {
			c.violate(planning.RuleFamily, []int{other, i}, []int{there, l}, fmt.Sprintf("the family %s is in %s and %s", family, c.q.Places[there].Prison, c.q.Places[l].Prison))
		}
	}
}

// checkApart holds those apart who are to be kept apart.
func (c *checker) checkApart() {
	for _, pair := range c.q.Apart {
		a, b := c.at[pair.A], c.at[pair.B]
		if pair.A == pair.B || a == nowhere || b == nowhere {
			continue
		}
		onePrison := c.q.Places[a].Prison == c.q.Places[b].Prison
		var together bool
		switch pair.Scope {
		case planning.ApartCell:
			together = a == b
		case planning.ApartBlock:
			together = onePrison && c.q.Places[a].Block == c.q.Places[b].Block
		case planning.ApartPrison:
			together = onePrison
		}
		if together {
			c.violate(planning.RuleApart, []int{pair.A, pair.B}, []int{a, b}, fmt.Sprintf("to be kept apart by %s", pair.Scope))
		}
	}
}
