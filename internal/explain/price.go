package explain

import "amana/internal/planning"

// Price is what more room in a place is worth, by the plan's proof.
type Price struct {
	Place   int
	Bed     float64 // points that the bound falls by with one bed more
	Medical float64 // points that it falls by with one medical place more
}

// Prices lists the places where more room is worth something, in the order of the places.
func Prices(q *planning.Problem, p planning.Plan) []Price {
	var all []Price
	for l := range q.Places {
		x := Price{Place: l, Bed: worth(p.Proof.Beds, l), Medical: worth(p.Proof.Medical, l)}
		if q.Places[l].Legal == planning.AnyLegal {
			x.Bed = max(x.Bed, worth(p.Proof.Mixed, l))
		}
		if x.Bed > 0 || x.Medical > 0 {
			all = append(all, x)
		}
	}
	return all
}

func worth(prices []float64, l int) float64 {
	if l >= len(prices) {
		return 0
	}
	return prices[l]
}
