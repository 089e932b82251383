// Package planning says what a plan is asked and what it answers: people who wait, places that take them, the rules that no
// plan may break, the policy by which one plan is better than another, and the plan itself. It decides nothing. It scores
// nobody: every cost belongs to a distance, a balance or a change, and none to what a person is (norms G1).
package planning

import (
	"slices"

	"amana/internal/person"
	"amana/internal/place"
)

// Legal is on what footing somebody is held, as places name it (norms R18).
type Legal = place.Legal

// The legal footings. AnyLegal stands at places only: such a place houses either convicted people or others, never both.
const (
	Untried      = place.Untried
	Convicted    = place.Convicted
	Repatriation = place.Repatriation
	AnyLegal     = place.AnyLegal
)

// AgeUnknown is the age of whom no age is known. They are on the juvenile track until a human decides (norms R19).
const AgeUnknown = -1

// Ages that divide: under Majority is juvenile; a child under WithMother stays with the mother (norms R19, R20).
const (
	Majority   = 18
	WithMother = 12
)

// Person is what a plan must know of somebody, and nothing else.
type Person struct {
	ID          string
	Sex         person.Sex
	Age         int // in years, AgeUnknown when not known
	Legal       Legal
	Nationality string // ISO 3166-1 alpha-3, X or empty when not known
	Language    string // BCP 47, empty when not known
	Security    int    // 1 to 3, decided by a human with a reason (norms G1)
	Medical     bool   // needs a medical place
	Group       string // people whose concentration in one block is to be limited, empty for none
	Family      string // those of one family are kept in one prison, empty for none
	Court       string // province of the court that hears the case, empty for none
	Source      string // where the person waits
}

// Juvenile reports whether the person is on the juvenile track.
func (p Person) Juvenile() bool { return p.Age < Majority }

// Place is the smallest unit that is planned: a cell, or a group of cells of one block that are alike.
type Place struct {
	ID          string
	Prison      string
	Province    string
	Block       string // of the prison: two prisons may name their blocks alike
	Sex         person.Sex
	Age         place.Age
	Legal       Legal
	SecurityMax int
	Capacity    int // people, those there included
	Medical     int // how many of those who are planned here may need a medical place
	Occupied    int // people there or expected, who are not part of the plan
	Lat, Lon    float64
	Languages   []string // BCP 47, spoken by the staff; empty: not known
}

// Free is how many people more the place takes.
func (p Place) Free() int { return max(p.Capacity-p.Occupied, 0) }

// Scope is how far two people are kept apart.
type Scope string

// The scopes of keeping apart: not in the same place, block or prison.
const (
	ApartCell   Scope = "cell"
	ApartBlock  Scope = "block"
	ApartPrison Scope = "prison"
)

// Apart is a pair of people who must not be together: a non-association.
type Apart struct {
	A, B  int // positions in Problem.People
	Scope Scope
}

// Point is a place on the earth in degrees.
type Point struct {
	Lat float64 `toml:"lat" json:"lat"`
	Lon float64 `toml:"lon" json:"lon"`
}

// Problem is what a plan is asked. It is only read.
type Problem struct {
	People   []Person
	Places   []Place
	Apart    []Apart
	Previous []int // per person the place in force, an index into Places, or Nowhere; nil when there is no plan in force
	Pinned   []int // per person the place that a human chose, an index into Places, or Nowhere; nil when nobody is pinned
	Policy   Policy
}

// Nowhere is the place of whom no place was found: they stay where they are, with the reason.
const Nowhere = -1

// Was is the place in force of person i, or Nowhere.
func (q *Problem) Was(i int) int { return at(q.Previous, i) }

// Pin is the place that a human chose for person i, or Nowhere.
func (q *Problem) Pin(i int) int { return at(q.Pinned, i) }

func at(places []int, i int) int {
	if places == nil {
		return Nowhere
	}
	return places[i]
}

// Mothers tells for each person the position of the mother with whom they stay (norms R20), or Nowhere. She is the oldest woman of
// the family who is of age, of equally old ones the first; where there is none, the oldest girl who is at least WithMother years older.
func (q *Problem) Mothers() []int {
	women := map[string]int{} // the oldest of each family
	for i, p := range q.People {
		if p.Family == "" || p.Sex != person.Female {
			continue
		}
		if w, known := women[p.Family]; !known || p.Age > q.People[w].Age {
			women[p.Family] = i
		}
	}
	mothers := make([]int, len(q.People))
	for i, p := range q.People {
		mothers[i] = Nowhere
		if p.Family == "" || p.Age == AgeUnknown || p.Age >= WithMother {
			continue
		}
		if w, known := women[p.Family]; known && q.People[w].Age >= min(Majority, p.Age+WithMother) {
			mothers[i] = w
		}
	}
	return mothers
}

// Families lists the positions of those who share a family, families with one member left out, in the order of the people.
func (q *Problem) Families() [][]int {
	at := map[string]int{}
	var all [][]int
	for i, p := range q.People {
		if p.Family == "" {
			continue
		}
		n, known := at[p.Family]
		if !known {
			n = len(all)
			at[p.Family] = n
			all = append(all, nil)
		}
		all[n] = append(all[n], i)
	}
	return slices.DeleteFunc(all, func(f []int) bool { return len(f) < 2 })
}
