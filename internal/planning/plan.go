package planning

// Plan is the answer to a problem.
type Plan struct {
	Places    []int   // per person an index into Problem.Places, or Nowhere
	Objective float64 // points of those who were placed, by the policy
	Bound     float64 // no plan that places as many costs less
	Proof     Proof   // from which anybody can compute the bound again
	Changes   int     // people who are elsewhere than in the plan in force, those without a place included
	Least     int     // no plan changes fewer; 0 when there is no plan in force
	Seconds   float64 // processor seconds spent
	First     float64 // seconds on the clock until the first plan without violation stood
	Conflicts []Conflict
}

// Gap is how far the plan may be from the best one, as a part of the bound; 0 when it is proven best.
func (p Plan) Gap() float64 {
	if p.Objective <= p.Bound {
		return 0
	}
	if p.Bound <= 0 {
		return 1
	}
	return (p.Objective - p.Bound) / p.Bound
}

// Unplaced counts those who have no place.
func (p Plan) Unplaced() int {
	n := 0
	for _, l := range p.Places {
		if l == Nowhere {
			n++
		}
	}
	return n
}

// Proof holds prices of what is scarce, from which anybody can compute the bound again, with no trust in who found it. Whatever the
// prices (not negative, and Prison whatever), the sum L of these four is never more than what a plan costs and Left for each person
// that it leaves (weak Lagrangian duality), so Bound is L - Left × the people whom the plan leaves, or a little less for rounding, and never below 0:
//
//  1. Each person without family: the least, over the places that may take them (Excluded), of Cost + the price of the bed there +
//     Medical of the place for whom needs it + Prison of its prison; or Left, if that is less. The price of a bed is Mixed in a
//     place for any footing when the person is convicted, else Beds.
//  2. Each family of two and more: the least, over all prisons, of the sum of its members taken as in 1, each over the places of that prison only. A
//     mother counts together with the children who stay with her: the least, over the places that may take her, of what 1 says of her there and, for
//     each child, the lesser of Left and what 1 says of the child there, footing the mother's; or Left for each of them, if that is less.
//  3. Less, for each place, the free beds × Beds, of a place for any footing × the greater of Beds and Mixed; and Medical × the lesser of its medical places and free beds.
//  4. For each prison the least, over all n from 0 to its free beds, of Unbalance at n people - Prison × n.
//
// Groups and nationalities in a block are left out, as their cost is never negative. Prices are also what one bed more is worth.
type Proof struct {
	Beds      []float64 `json:"beds"`      // per place: a bed
	Medical   []float64 `json:"medical"`   // per place: a medical place
	Mixed     []float64 `json:"mixed"`     // per place: a bed of a place for any footing, when convicted people are housed there; Beds then stands for the others
	Prison    []float64 `json:"prison"`    // per prison, in the order of Problem.Prisons: one person more, for the balance
	Left      float64   `json:"left"`      // what it counts to leave one person without a place
	Exhausted bool      `json:"exhausted"` // every plan was gone through: Bound is what the best one costs, and the prices prove less
}

// Conflict says why people have no place: the smallest set of people and rules that cannot all have their way.
type Conflict struct {
	Rules  []Rule // every one of them is needed: without it there would be room for one more
	People []int  // who compete, those without a place among them
	Left   []int  // those without a place
	Places []int  // the places that they compete for; empty when no place takes them
	Room   int    // how many of People fit into Places

	// Unproven says that too many people compete to prove that no plan does better: it is told what closes each place as the plan stands.
	Unproven bool
}
