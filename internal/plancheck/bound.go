package plancheck

import (
	"fmt"
	"math"

	"amana/internal/person"
	"amana/internal/planning"
)

// Bound computes from prices how little a plan can cost that leaves so many people without a place: Lagrangian relaxation, as
// docs/planning.md explains. Any prices give a true bound, good ones a high one. An error says that the prices are not of this problem, or are
// negative where that would prove nothing.
func Bound(q *planning.Problem, p planning.Proof, unplaced int) (float64, error) {
	b := &bounding{q: q, p: p, mothers: motherOf(q.People), courts: courtsOf(q.Places), prisonAt: map[string]int{}, known: map[alike][]float64{}}
	b.prisons, _ = prisonsOf(q)
	for k, prison := range b.prisons {
		b.prisonAt[prison.name] = k
	}
	if err := b.checkPrices(); err != nil {
		return 0, err
	}
	b.groupPlaces()
	return b.ofPeople() + b.ofPlaces() + b.ofPrisons() - p.Left*float64(unplaced), nil
}

type bounding struct {
	q        *planning.Problem
	p        planning.Proof
	mothers  []int
	known    map[alike][]float64 // per prison
	rules    []planning.Rule     // to be written over
	courts   map[string]planning.Point
	prisons  []*prison
	prisonAt map[string]int
	within   [][]int // per prison its places
}

func (b *bounding) checkPrices() error {
	for _, of := range []struct {
		what     string
		prices   []float64
		wanted   int
		negative bool
	}{
		{"beds", b.p.Beds, len(b.q.Places), false},
		{"medical", b.p.Medical, len(b.q.Places), false},
		{"mixed", b.p.Mixed, len(b.q.Places), false},
		{"prison", b.p.Prison, len(b.prisons), true},
		{"left", []float64{b.p.Left}, 1, true},
	} {
		if len(of.prices) != of.wanted {
			return fmt.Errorf("the proof has %d prices for %s, and not %d", len(of.prices), of.what, of.wanted)
		}
		for _, v := range of.prices {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 && !of.negative {
				return fmt.Errorf("%v is no price for %s", v, of.what)
			}
		}
	}
	return nil
}

func (b *bounding) groupPlaces() {
	b.within = make([][]int, len(b.prisons))
	for l, where := range b.q.Places {
		k := b.prisonAt[where.Prison]
		b.within[k] = append(b.within[k], l)
	}
}

// ofPeople is what the people cost at least, each family in one prison and each mother with her children.
func (b *bounding) ofPeople() float64 {
	families := map[string][]int{}
	var sum float64
	for i, p := range b.q.People {
		if p.Family != "" {
			families[p.Family] = append(families[p.Family], i)
			continue
		}
		least := b.p.Left
		for _, inPrison := range b.alone(i) {
			least = min(least, inPrison)
		}
		sum += least
	}
	children := map[int][]int{}
	for child, mother := range b.mothers {
		if mother != nowhere {
			children[mother] = append(children[mother], child)
		}
	}
	done := map[string]bool{}
	for _, p := range b.q.People { // in the order of the people, so that the sum is always the same to the last digit
		if p.Family == "" || done[p.Family] {
			continue
		}
		done[p.Family] = true
		inPrison := make([]float64, len(b.within))
		for _, i := range families[p.Family] {
			if b.mothers[i] != nowhere {
				continue // counted with her
			}
			if len(children[i]) > 0 {
				for k, places := range b.within {
					inPrison[k] += b.together(i, children[i], places)
				}
				continue
			}
			for k, points := range b.alone(i) {
				inPrison[k] += min(points, b.p.Left)
			}
		}
		least := b.p.Left * float64(len(families[p.Family]))
		for _, points := range inPrison {
			least = min(least, points)
		}
		sum += least
	}
	return sum
}

// alike is what decides how little people cost in a prison, when none was chosen for them and they need not move.
type alike struct {
	sex                   person.Sex
	juvenile, medical     bool
	legal                 planning.Legal
	nationality, language string
	security              int
	court, source         string
}

// alone is the least that a person without a mother costs in each prison, prices included. What all who are alike share is computed once.
func (b *bounding) alone(i int) []float64 {
	p := &b.q.People[i]
	key := alike{p.Sex, juvenile(p), p.Medical, p.Legal, p.Nationality, p.Language, p.Security, p.Court, p.Source}
	pinned := b.q.Pinned != nil && b.q.Pinned[i] != nowhere
	least, known := b.known[key]
	if !known || pinned {
		least = b.least(i)
	}
	if !pinned {
		b.known[key] = least
	}
	if b.q.Previous == nil || b.q.Previous[i] == nowhere {
		return least
	}
	was := b.q.Previous[i]
	moved := make([]float64, len(least))
	for k := range least {
		moved[k] = least[k] + b.q.Policy.Move
	}
	k := b.prisonAt[b.q.Places[was].Prison]
	moved[k] = min(moved[k], b.staying(i, was))
	return moved
}

// least is what a person costs at least in each prison, when a move costs nothing.
func (b *bounding) least(i int) []float64 {
	least := make([]float64, len(b.within))
	for k, places := range b.within {
		least[k] = math.Inf(1)
		for _, l := range places {
			least[k] = min(least[k], b.staying(i, l))
		}
	}
	return least
}

// together is the least for a mother and her children: all in one place, or all left.
func (b *bounding) together(mother int, children, places []int) float64 {
	least := b.p.Left * float64(1+len(children))
	for _, l := range places {
		here := b.priced(mother, l)
		for _, child := range children {
			here += b.priced(child, l)
		}
		least = min(least, here)
	}
	return least
}

// priced is what a person costs in a place with the prices of what the person uses there; infinite when the place does not take the person.
func (b *bounding) priced(i, l int) float64 {
	points := b.staying(i, l)
	if b.q.Previous != nil && b.q.Previous[i] != nowhere && b.q.Previous[i] != l {
		points += b.q.Policy.Move
	}
	return points
}

// staying is priced without what a move costs.
func (b *bounding) staying(i, l int) float64 {
	where := &b.q.Places[l]
	if b.rules = forbidden(b.rules[:0], b.q, b.mothers, i, l); len(b.rules) > 0 || where.Capacity <= where.Occupied {
		return math.Inf(1)
	}
	var c Cost
	c.addPerson(b.q, b.courts, i, l)
	points := c.Total() - c.Move + b.p.Prison[b.prisonAt[where.Prison]]
	if where.Legal == planning.AnyLegal && footing(b.q, b.mothers, i).Legal == planning.Convicted {
		points += b.p.Mixed[l]
	} else {
		points += b.p.Beds[l]
	}
	if b.q.People[i].Medical {
		points += b.p.Medical[l]
	}
	return points
}

// ofPlaces takes off what the beds and medical places are worth at the prices.
func (b *bounding) ofPlaces() float64 {
	var worth float64
	for l, where := range b.q.Places {
		free := max(where.Capacity-where.Occupied, 0)
		bed := b.p.Beds[l]
		if where.Legal == planning.AnyLegal {
			bed = max(bed, b.p.Mixed[l])
		}
		worth += bed*float64(free) + b.p.Medical[l]*float64(min(where.Medical, free))
	}
	return -worth
}

// ofPrisons is the least that balance costs, for each prison less what the people are worth at the price.
func (b *bounding) ofPrisons() float64 {
	even := evenShare(b.q)
	var sum float64
	for k, p := range b.prisons {
		var here, least float64
		for n := range p.free {
			here += p.stepUp(n, even, b.q.Policy.Density) - b.p.Prison[k]
			least = min(least, here)
		}
		sum += least
	}
	return sum
}
