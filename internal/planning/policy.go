package planning

import (
	"math"
	"slices"
)

// Policy is by what one plan is better than another: what each thing costs, in points that are only compared with each other. It is
// shown with every plan and set by whoever answers for it; docs/planning.md explains each.
type Policy struct {
	Travel      float64 `toml:"travel" json:"travel"`           // per person and 100 km from the source to the prison
	Court       float64 `toml:"court" json:"court"`             // per person and 100 km from the prison to the province of the court
	Consul      float64 `toml:"consul" json:"consul"`           // per foreigner and 100 km from the prison to the consulates
	Language    float64 `toml:"language" json:"language"`       // per person in a place where their language is not spoken
	Density     float64 `toml:"density" json:"density"`         // per person above the even share of a prison; see Steps
	Group       float64 `toml:"group" json:"group"`             // per person of a group above GroupShare of a block's capacity
	Nationality float64 `toml:"nationality" json:"nationality"` // per person of a nationality above NationalityShare of a block's capacity
	Move        float64 `toml:"move" json:"move"`               // per person who is elsewhere than in the plan in force

	GroupShare       float64 `toml:"group_share" json:"group_share"`             // part of a block's capacity
	NationalityShare float64 `toml:"nationality_share" json:"nationality_share"` // part of a block's capacity

	Home      string           `toml:"home" json:"home"`           // nationality that needs no consul, alpha-3
	Consulate Point            `toml:"consulate" json:"consulate"` // where the consulates are
	Sources   map[string]Point `toml:"sources" json:"sources"`     // where people wait; from a source that is not here, travel costs nothing
}

// DefaultPolicy is the policy of the operation of 2026.
func DefaultPolicy() Policy {
	return Policy{
		Travel: 1, Court: 1, Consul: 0.25, Language: 2, Density: 4, Group: 20, Nationality: 1, Move: 200, GroupShare: 0.15, NationalityShare: 0.5,
		Home: "IRQ", Consulate: Point{33.3128, 44.3615},
		Sources: map[string]Point{
			"SY-HSK": {36.50, 40.75}, "SY-GHW": {36.48, 40.73}, "SY-SHD": {36.06, 40.73}, "SY-MLK": {37.17, 42.14},
			"SY-QAM": {37.05, 41.22}, "SY-HOL": {36.38, 41.15}, "SY-RAQ": {35.95, 39.01}, "SY-TBQ": {35.84, 38.55},
		},
	}
}

// Steps are the parts of a prison's capacity, above the even share, from which each further person costs Density once more.
var Steps = []float64{0, 0.02, 0.04, 0.08, 0.16}

// Even is the even share: the people planned and those already there, as a part of all capacity. 1 at most.
func (q *Problem) Even() float64 {
	var there, room float64
	for _, l := range q.Places {
		there += float64(l.Occupied)
		room += float64(l.Capacity)
	}
	if room == 0 {
		return 1
	}
	return math.Min((there+float64(len(q.People)))/room, 1)
}

// Prison is a prison as it is balanced.
type Prison struct {
	Name     string
	Capacity int
	Occupied int
}

// Prisons adds up the places of each prison, in the order of the places; of tells the prison of each place.
func (q *Problem) Prisons() (prisons []Prison, of []int) {
	of = make([]int, len(q.Places))
	at := map[string]int{}
	for l, p := range q.Places {
		n, known := at[p.Prison]
		if !known {
			n = len(prisons)
			at[p.Prison] = n
			prisons = append(prisons, Prison{Name: p.Prison})
		}
		prisons[n].Capacity += p.Capacity
		prisons[n].Occupied += p.Occupied
		of[l] = n
	}
	return prisons, of
}

// Limits are the numbers of people of a prison above which the first, second … step begins, rounded up.
func (p Prison) Limits(even float64) []int {
	limits := make([]int, len(Steps))
	for i, s := range Steps {
		limits[i] = int(math.Ceil((even+s)*float64(p.Capacity) - 1e-9))
	}
	return limits
}

// Unbalance is what density costs when a prison takes so many people of the plan: Density for each of them above each step. Who was there before
// costs nothing, as no plan changes it.
func (q *Problem) Unbalance(p Prison, limits []int, planned int) float64 {
	var over int
	for _, limit := range limits {
		over += max(p.Occupied+planned-limit, 0) - max(p.Occupied-limit, 0)
	}
	return q.Policy.Density * float64(over)
}

// Block is a block as concentration in it is limited.
type Block struct {
	Prison, Name string
	Capacity     int
}

// Blocks adds up the places of each block, in the order of the places; of tells the block of each place.
func (q *Problem) Blocks() (blocks []Block, of []int) {
	of = make([]int, len(q.Places))
	at := map[[2]string]int{}
	for l, p := range q.Places {
		key := [2]string{p.Prison, p.Block}
		n, known := at[key]
		if !known {
			n = len(blocks)
			at[key] = n
			blocks = append(blocks, Block{Prison: p.Prison, Name: p.Block})
		}
		blocks[n].Capacity += p.Capacity
		of[l] = n
	}
	return blocks, of
}

// Limit is how many people one block takes of a group, or of a nationality, before each further one costs. At least 1.
func (b Block) Limit(share float64) int { return max(int(share*float64(b.Capacity)+1e-9), 1) }

// Cost is what it costs to have person i in place l, whoever else is there: travel, court, consul, language and change.
func (q *Problem) Cost(i, l int, courts map[string]Point) float64 {
	p, where, w := &q.People[i], &q.Places[l], &q.Policy
	here := Point{where.Lat, where.Lon}
	var cost float64
	if from, known := w.Sources[p.Source]; known {
		cost += w.Travel * Distance(from, here) / 100
	}
	if court, known := courts[p.Court]; known {
		cost += w.Court * Distance(here, court) / 100
	}
	if p.Nationality != w.Home && Consular(p.Nationality) {
		cost += w.Consul * Distance(here, w.Consulate) / 100
	}
	if p.Language != "" && len(where.Languages) > 0 && !slices.Contains(where.Languages, p.Language) {
		cost += w.Language
	}
	if was := q.Was(i); was != Nowhere && was != l {
		cost += w.Move
	}
	return cost
}

// Consular reports whether a nationality is known to be of a state: ICAO's XXA to XXX and X are of none.
func Consular(nationality string) bool {
	return len(nationality) == 3 && nationality[:2] != "XX"
}

// Courts tells where the court of each province is taken to be: in the middle of the province's places. A province without
// places has none, and its distance costs nothing, as it would be the same for all.
func (q *Problem) Courts() map[string]Point {
	sum, n := map[string]Point{}, map[string]float64{}
	for _, l := range q.Places {
		s := sum[l.Province]
		sum[l.Province] = Point{s.Lat + l.Lat, s.Lon + l.Lon}
		n[l.Province]++
	}
	for province, s := range sum {
		sum[province] = Point{s.Lat / n[province], s.Lon / n[province]}
	}
	delete(sum, "")
	return sum
}

// Distance is the great circle between two points, in kilometres.
func Distance(a, b Point) float64 {
	const earth, degree = 6371.0088, math.Pi / 180
	sinLat, sinLon := math.Sin((b.Lat-a.Lat)*degree/2), math.Sin((b.Lon-a.Lon)*degree/2)
	h := sinLat*sinLat + math.Cos(a.Lat*degree)*math.Cos(b.Lat*degree)*sinLon*sinLon
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}
