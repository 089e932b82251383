package demand

import (
	"fmt"
	"math"

	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
)

// kind is for whom a block is, and the part of all places that such blocks have.
type kind struct {
	sex   person.Sex
	age   place.Age
	legal planning.Legal
	share float64
}

// kinds are ordered by their share: a week with few blocks has the first ones.
var kinds = []kind{
	{person.Male, place.Adult, planning.Untried, 0.46},
	{person.Male, place.Adult, planning.Convicted, 0.26},
	{person.Male, place.Adult, planning.Repatriation, 0.14},
	{person.Female, place.Adult, planning.Untried, 0.045},
	{person.Male, place.Juvenile, planning.Untried, 0.03},
	{person.Female, place.Adult, planning.Repatriation, 0.025},
	{person.Female, place.Adult, planning.Convicted, 0.015},
	{person.Male, place.Juvenile, planning.Convicted, 0.015},
	{person.Male, place.Juvenile, planning.Repatriation, 0.005},
	{person.Female, place.Juvenile, planning.Untried, 0.003},
	{person.Female, place.Juvenile, planning.Convicted, 0.002},
}

// build makes the prisons, with free places for Room times the people.
func (w *week) build() {
	weights := make([]float64, len(kinds))
	for i, k := range kinds {
		weights[i] = k.share
	}
	blocks := apportion(w.size.Blocks, weights)
	var sizes []float64 // per place, relative
	for i, k := range kinds {
		for n := range blocks[i] {
			prison := w.prison(k, n)
			block := fmt.Sprintf("%c%02d", 'A'+byte(i), n+1)
			size := 0.6 + 1.6*math.Pow(w.Float64(), 3) // most blocks are small, some are large
			for row := range w.size.Rows {
				w.q.Places = append(w.q.Places, w.row(k, prison, block, n, row))
				sizes = append(sizes, k.share/float64(blocks[i]*w.size.Rows)*size*(0.8+0.4*w.Float64()))
			}
		}
	}
	for l, free := range apportion(int(math.Round(w.size.Room*float64(w.size.People))), sizes) {
		p := &w.q.Places[l]
		p.Capacity = free
		if w.IntN(5) == 0 { // some people are there already
			p.Occupied = w.IntN(free/3 + 1)
			p.Capacity += p.Occupied
		}
	}
}

// prison deals the blocks of a kind to the prisons: those of men to all, those of women and juveniles to some.
func (w *week) prison(k kind, n int) int {
	if k.sex == person.Male && k.age == place.Adult {
		return n % w.size.Prisons
	}
	return n * 3 % w.size.Prisons % max(w.size.Prisons/2, 1)
}

func (w *week) row(k kind, prison int, block string, n, row int) planning.Place {
	town := towns[prison%len(towns)]
	again := float64(prison / len(towns)) // a second prison of a town is some kilometres away
	name := fmt.Sprintf("%s-%d", town.province, 1+prison/len(towns))
	security := 3 - (n+row)%3
	if n == 0 && row == 0 || k.age == place.Juvenile {
		security = 3
	}
	return planning.Place{
		ID: fmt.Sprintf("%s/%s/%d", name, block, row+1), Prison: name, Province: town.province, Block: block, Sex: k.sex, Age: k.age, Legal: k.legal,
		SecurityMax: security, Lat: town.lat + 0.05*again, Lon: town.lon - 0.04*again, Languages: town.languages,
	}
}

// families gives people families: most are a woman with her small children, in one place; others are adults of one prison.
func (w *week) families() {
	_, prison := w.q.Prisons()
	inPlace := make([][]int, len(w.q.Places))
	inPrison := make([][]int, len(w.q.Places))
	for i, l := range w.planted {
		inPlace[l] = append(inPlace[l], i)
		inPrison[prison[l]] = append(inPrison[prison[l]], i)
	}
	var women []int // places of women
	for l, p := range w.q.Places {
		if p.Sex == person.Female && p.Age == place.Adult && len(inPlace[l]) > 0 {
			women = append(women, l)
		}
	}
	free := func(i int) bool { return w.q.People[i].Family == "" }
	for n, try := 0, 0; n < w.size.Families && try < 50*w.size.Families; try++ {
		name, members := fmt.Sprintf("F%04d", n+1), 2+min(int(w.ExpFloat64()), 3)
		var of []int
		small := n%10 < 4 && len(women) > 0
		if small {
			of = w.some(inPlace[women[w.IntN(len(women))]], members, free)
		} else {
			of = w.some(inPrison[prison[w.IntN(len(w.q.Places))]], min(members, 3), free)
		}
		if len(of) < 2 {
			continue
		}
		for k, i := range of {
			p, first := &w.q.People[i], w.q.People[of[0]]
			p.Family, p.Nationality, p.Language, p.Source = name, first.Nationality, first.Language, first.Source
			if small && k > 0 {
				w.child(p, first.Age)
			}
		}
		n++
	}
}

// child makes somebody a small child of a mother.
func (w *week) child(p *planning.Person, mother int) {
	p.Age, p.Security, p.Court = w.IntN(min(planning.WithMother, max(mother-planning.Majority+1, 1))), 1, ""
	if w.IntN(2) == 0 {
		p.Sex = person.Male
	}
}

// some draws up to n of those who are free; the first of them is the one who is drawn, the others stand behind.
func (w *week) some(from []int, n int, free func(int) bool) []int {
	var got []int
	for k, start := 0, w.IntN(max(len(from), 1)); k < len(from) && len(got) < n; k++ {
		if i := from[(start+k)%len(from)]; free(i) {
			got = append(got, i)
		}
	}
	return got
}
