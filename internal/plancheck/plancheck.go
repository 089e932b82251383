// Package plancheck is the second opinion about a plan: whether it breaks a rule, what it costs, and how little any plan can cost. It
// was written from docs/planning.md alone. It uses the types of package planning and none of its functions, and nothing of the solver,
// so that a mistake there cannot hide here; a test holds it to that.
package plancheck

import (
	"amana/internal/person"
	"amana/internal/planfile"
	"amana/internal/planning"
)

// Report is what was found of an assignment.
type Report struct {
	Violations []Violation `json:"violations"`
	Cost       Cost        `json:"cost"`
	Placed     int         `json:"placed"`
	Unplaced   int         `json:"unplaced"`
	Changes    int         `json:"changes"` // people of the plan in force who are elsewhere now, or have no place
}

// Violation is a broken rule: one of planning's, or one of the assignment as a file.
type Violation struct {
	Rule   planning.Rule `json:"rule"`
	People []string      `json:"people"`
	Places []string      `json:"places"`
	Detail string        `json:"detail"` // English
}

// Rules of the assignment as a file. The other rules are those of package planning.
const (
	PersonUnknown planning.Rule = "assignment.person_unknown" // somebody who does not wait
	PersonTwice   planning.Rule = "assignment.person_twice"   // somebody has two rows
	PersonMissing planning.Rule = "assignment.person_missing" // somebody who waits has no row
	PlaceUnknown  planning.Rule = "assignment.place_unknown"  // a place that is not there
)

// Check compares an assignment with the rules, and adds up what it costs. Rows that cannot be understood are violations; the cost and the other
// rules are of those that can.
func Check(q *planning.Problem, rows []planfile.Row) Report {
	c := &checker{q: q, at: make([]int, len(q.People)), mothers: motherOf(q.People), Report: Report{Violations: []Violation{}}}
	c.read(rows)
	c.checkPeople()
	c.checkPlaces()
	c.checkFamilies()
	c.checkApart()
	c.addCosts()
	return c.Report
}

// nowhere is the place of whom has none.
const nowhere = planning.Nowhere

type checker struct {
	Report
	q       *planning.Problem
	at      []int // per person the place
	mothers []int // per person
}

func (c *checker) violate(rule planning.Rule, people, places []int, detail string) {
	v := Violation{Rule: rule, People: make([]string, len(people)), Places: make([]string, len(places)), Detail: detail}
	for n, i := range people {
		v.People[n] = c.q.People[i].ID
	}
	for n, l := range places {
		v.Places[n] = c.q.Places[l].ID
	}
	c.Violations = append(c.Violations, v)
}

// read finds out who is where.
func (c *checker) read(rows []planfile.Row) {
	people, places := map[string]int{}, map[string]int{}
	for i, p := range c.q.People {
		people[p.ID] = i
		c.at[i] = nowhere
	}
	for l, p := range c.q.Places {
		places[p.ID] = l
	}
	seen := make([]bool, len(c.at))
	for _, row := range rows {
		i, known := people[row.ID]
		switch {
		case !known:
			c.Violations = append(c.Violations, Violation{PersonUnknown, []string{row.ID}, []string{}, "nobody of this id waits"})
			continue
		case seen[i]:
			c.violate(PersonTwice, []int{i}, nil, "the person has several rows; the first counts")
			continue
		}
		seen[i] = true
		if row.Place == "" {
			continue
		}
		l, known := places[row.Place]
		if !known {
			c.Violations = append(c.Violations, Violation{PlaceUnknown, []string{row.ID}, []string{row.Place}, "there is no such place"})
			continue
		}
		c.at[i] = l
	}
	for i, has := range seen {
		if !has {
			c.violate(PersonMissing, []int{i}, nil, "the person has no row")
		}
		if c.at[i] == nowhere {
			c.Unplaced++
		} else {
			c.Placed++
		}
		if was := c.was(i); was != nowhere && was != c.at[i] {
			c.Changes++
		}
	}
}

// was is the place in force of a person.
func (c *checker) was(i int) int {
	if c.q.Previous == nil {
		return nowhere
	}
	return c.q.Previous[i]
}

// motherOf tells for each person the position of the mother with whom a small child stays, or nowhere. The oldest woman of the family is the
// mother, of several equally old ones the first, if she is of age or at least twelve years older than the child. Ages that are not
// known make nobody a mother or a child.
func motherOf(people []planning.Person) []int {
	oldest := map[string]int{}
	for i, p := range people {
		if p.Family == "" || p.Sex != person.Female {
			continue
		}
		if w, known := oldest[p.Family]; !known || people[w].Age < p.Age {
			oldest[p.Family] = i
		}
	}
	mothers := make([]int, len(people))
	for child, c := range people {
		mothers[child] = nowhere
		if c.Age == planning.AgeUnknown || c.Age >= 12 {
			continue
		}
		if w, known := oldest[c.Family]; known && (people[w].Age >= 18 || people[w].Age >= c.Age+12) {
			mothers[child] = w
		}
	}
	return mothers
}

// footing is whose sex, age and legal footing count for a person: a small child goes by the mother's.
func footing(q *planning.Problem, mothers []int, i int) *planning.Person {
	if mothers[i] != nowhere {
		i = mothers[i]
	}
	return &q.People[i]
}
