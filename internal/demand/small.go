package demand

import (
	"fmt"
	"math/rand/v2"

	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
)

// Small invents a question of at most eight people and six places that has everything in it: families, mothers, pairs of each scope, places
// for any footing, pins, a plan in force, people of no known sex or age, places that are overfull. Often not everyone can be placed.
func Small(r *rand.Rand) planning.Problem {
	q := planning.Problem{Policy: planning.DefaultPolicy()}
	plain := r.IntN(2) == 0 // few features, so that rarer ones meet each other
	for i := range r.IntN(9) {
		p := planning.Person{
			ID: fmt.Sprintf("p%d", i+1), Sex: mostly(r, plain, person.Male, person.Male, person.Female, person.SexUnknown), Age: mostly(r, plain, 30, 40, 25, 16, 14, 6, 1, planning.AgeUnknown),
			Legal: mostly(r, plain, planning.Untried, planning.Convicted, planning.Repatriation), Nationality: pick(r, "IRQ", "IRQ", "SYR", "FRA", "X", ""), Language: pick(r, "ar", "ckb", "fr", ""),
			Security: mostly(r, plain, 1, 2, 3), Medical: r.IntN(4) == 0, Group: pick(r, "g1", "g1", "g2", ""), Family: mostly(r, plain, "", "f1", "f1", "f2"), Court: pick(r, "IQ-NI", "IQ-BG", ""),
			Source: pick(r, "SY-HSK", "SY-RAQ", "elsewhere"),
		}
		q.People = append(q.People, p)
	}
	if n := len(q.People); n > 1 && r.IntN(3) == 0 { // a mother with small children
		mother := r.IntN(n)
		q.People[mother].Sex, q.People[mother].Age, q.People[mother].Family = person.Female, pick(r, 30, 30, 17), "f1"
		for range 1 + r.IntN(3) {
			if child := &q.People[r.IntN(n)]; child.Age != q.People[mother].Age || child.Family != "f1" {
				child.Age, child.Family, child.Sex = pick(r, 1, 3, 6), "f1", pick(r, person.Male, person.Female)
			}
		}
	}
	for l := range 1 + r.IntN(6) {
		town := towns[r.IntN(3)]
		q.Places = append(q.Places, planning.Place{
			ID: fmt.Sprintf("l%d", l+1), Prison: town.province, Province: town.province, Block: pick(r, "A", "B"),
			Sex: pick(r, person.Male, person.Male, person.Female), Age: mostly(r, plain, place.Adult, place.Juvenile), Legal: mostly(r, plain, planning.AnyLegal, planning.Untried, planning.Convicted),
			SecurityMax: mostly(r, plain, 3, 1, 2), Capacity: r.IntN(5), Medical: r.IntN(3), Occupied: mostly(r, plain, 0, 1, 2), Lat: town.lat, Lon: town.lon, Languages: town.languages,
		})
	}
	n := len(q.People)
	for a := range n {
		for b := range a {
			if r.IntN(8) == 0 {
				q.Apart = append(q.Apart, planning.Apart{A: a, B: b, Scope: pick(r, planning.ApartCell, planning.ApartBlock, planning.ApartPrison)})
			}
		}
	}
	q.Previous = someOf(r, n, len(q.Places), 2)
	q.Pinned = someOf(r, n, len(q.Places), 8)
	return q
}

// someOf gives one in rare people a place; half of the time there is no list at all.
func someOf(r *rand.Rand, people, places, rare int) []int {
	if r.IntN(2) == 0 {
		return nil
	}
	all := make([]int, people)
	for i := range all {
		if all[i] = planning.Nowhere; r.IntN(rare) == 0 {
			all[i] = r.IntN(places)
		}
	}
	return all
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// mostly draws the usual one, three times in four or, when things are plain, seven times in eight, and otherwise one of the rarer ones.
func mostly[T any](r *rand.Rand, plain bool, usual T, rarer ...T) T {
	often := 4
	if plain {
		often = 8
	}
	if r.IntN(often) > 0 {
		return usual
	}
	return pick(r, rarer...)
}
