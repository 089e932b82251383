package schedule

import "amana/internal/planning"

// Passengers makes passengers of the people of a plan, at the same positions, and the pairs that are kept apart, whatever the scope. Who has no place
// does not travel.
func Passengers(q *planning.Problem, places []int) (people []Passenger, apart [][2]int) {
	people = make([]Passenger, len(q.People))
	mothers := q.Mothers()
	for i, x := range q.People {
		people[i] = Passenger{ID: x.ID, Source: x.Source, Sex: x.Sex, Juvenile: x.Juvenile(), Family: x.Family}
		if places[i] == planning.Nowhere {
			continue
		}
		people[i].Prison = q.Places[places[i]].Prison
		if m := mothers[i]; m != planning.Nowhere {
			people[i].Mother = q.People[m].ID
		}
	}
	for _, a := range q.Apart {
		apart = append(apart, [2]int{a.A, a.B})
	}
	return people, apart
}
