package measure

import (
	"math"

	"amana/internal/identity"
	"amana/internal/trial"
)

// Duplicates is how well people of a new file are found who are registered already or stand in the file twice.
type Duplicates struct {
	Rows    int   `json:"rows"`
	Seconds Ratio `json:"seconds"` // on all cores, preparing the rows included
	CPU     Ratio `json:"cpu_seconds"`
	Quality       // the threshold is that of the upper band, its rules aside; who was not found at all counts as missed at every threshold
}

// FindDuplicates looks for the duplicates among the rows of a new file and between them and an index whose numbers are those of the
// register's people. It sees the pairs that a human would be shown: those of the lower band and above.
func FindDuplicates(x *identity.Index, arrivals []trial.Arrival, registered int) Duplicates {
	m := x.Model()
	watch := Begin()
	records := make([]*identity.Record, len(arrivals))
	for i, a := range arrivals {
		records[i] = m.Record(a.Details())
	}
	pairs := identity.Pairs(m, records, x, m.Weights().Bands.Possible)
	took := watch.Took()
	positives, times := 0, map[int]int{}
	for _, a := range arrivals {
		if a.Person < registered {
			positives++
		}
		positives += times[a.Person] // with each of the same file before
		times[a.Person]++
	}
	scored := make([]Scored, 0, len(pairs)+positives)
	for _, p := range pairs {
		same := p.Old && arrivals[p.A].Person == int(p.B) || !p.Old && arrivals[p.A].Person == arrivals[p.B].Person
		if same {
			positives--
		}
		scored = append(scored, Scored{p.Bits, same})
	}
	for range positives {
		scored = append(scored, Scored{math.Inf(-1), true})
	}
	return Duplicates{len(arrivals), Ratio(took.Wall.Seconds()), Ratio(took.CPU.Seconds()), Judge(scored, m.Weights().Bands.Likely)}
}
