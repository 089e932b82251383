package plancheck

import (
	"math"

	"amana/internal/planning"
)

// Cost is what an assignment costs, in points, by what for.
type Cost struct {
	Travel      float64 `json:"travel"`
	Court       float64 `json:"court"`
	Consul      float64 `json:"consul"`
	Language    float64 `json:"language"`
	Density     float64 `json:"density"`
	Group       float64 `json:"group"`
	Nationality float64 `json:"nationality"`
	Move        float64 `json:"move"`
}

// Total is the sum.
func (c Cost) Total() float64 {
	return c.Travel + c.Court + c.Consul + c.Language + c.Density + c.Group + c.Nationality + c.Move
}

// steps are the parts of a prison's capacity above the even share.
var steps = [...]float64{0, 0.02, 0.04, 0.08, 0.16}

func (c *checker) addCosts() {
	courts := courtsOf(c.q.Places)
	for i, l := range c.at {
		if l != nowhere {
			c.Cost.addPerson(c.q, courts, i, l)
		}
	}
	c.addDensity()
	c.Cost.Group = c.concentration(c.q.Policy.Group, c.q.Policy.GroupShare, func(p planning.Person) string { return p.Group })
	c.Cost.Nationality = c.concentration(c.q.Policy.Nationality, c.q.Policy.NationalityShare, func(p planning.Person) string {
		if !ofState(p.Nationality) {
			return ""
		}
		return p.Nationality
	})
}

// addPerson adds what it costs to have one person in one place.
func (c *Cost) addPerson(q *planning.Problem, courts map[string]planning.Point, i, l int) {
	w, who, where := &q.Policy, &q.People[i], &q.Places[l]
	here := planning.Point{Lat: where.Lat, Lon: where.Lon}
	if source, known := w.Sources[who.Source]; known {
		c.Travel += w.Travel * kilometres(source, here) / 100
	}
	if court, known := courts[who.Court]; known && who.Court != "" {
		c.Court += w.Court * kilometres(here, court) / 100
	}
	if who.Nationality != w.Home && ofState(who.Nationality) {
		c.Consul += w.Consul * kilometres(here, w.Consulate) / 100
	}
	if who.Language != "" && len(where.Languages) > 0 {
		spoken := false
		for _, s := range where.Languages {
			spoken = spoken || s == who.Language
		}
		if !spoken {
			c.Language += w.Language
		}
	}
	if q.Previous != nil && q.Previous[i] != nowhere && q.Previous[i] != l {
		c.Move += w.Move
	}
}

// ofState tells whether a nationality is of a state: three letters, and not ICAO's XXA to XXX for those who have none.
func ofState(nationality string) bool {
	return len(nationality) == 3 && (nationality[0] != 'X' || nationality[1] != 'X')
}

// courtsOf puts the court of each province in the middle of the places of the province.
func courtsOf(places []planning.Place) map[string]planning.Point {
	byProvince := map[string][]planning.Place{}
	for _, l := range places {
		byProvince[l.Province] = append(byProvince[l.Province], l)
	}
	courts := map[string]planning.Point{}
	for province, all := range byProvince {
		var lat, lon float64
		for _, l := range all {
			lat += l.Lat
			lon += l.Lon
		}
		courts[province] = planning.Point{Lat: lat / float64(len(all)), Lon: lon / float64(len(all))}
	}
	return courts
}

// kilometres is the distance on the sphere, by the angle between the two directions from its centre.
func kilometres(a, b planning.Point) float64 {
	u, v := direction(a), direction(b)
	x, y, z := u[1]*v[2]-u[2]*v[1], u[2]*v[0]-u[0]*v[2], u[0]*v[1]-u[1]*v[0]
	return 6371.0088 * math.Atan2(math.Sqrt(x*x+y*y+z*z), u[0]*v[0]+u[1]*v[1]+u[2]*v[2])
}

func direction(p planning.Point) [3]float64 {
	lat, lon := p.Lat*math.Pi/180, p.Lon*math.Pi/180
	return [3]float64{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

// prison is a prison as the balance sees it.
type prison struct {
	name                     string
	capacity, occupied, free int
	planned                  int
}

// prisonsOf adds up prisons in the order in which they first appear.
func prisonsOf(q *planning.Problem) (prisons []*prison, byName map[string]*prison) {
	byName = map[string]*prison{}
	for _, l := range q.Places {
		p := byName[l.Prison]
		if p == nil {
			p = &prison{name: l.Prison}
			byName[l.Prison] = p
			prisons = append(prisons, p)
		}
		p.capacity += l.Capacity
		p.occupied += l.Occupied
		p.free += max(l.Capacity-l.Occupied, 0)
	}
	return prisons, byName
}

// stepUp is what one person more costs a prison that has so many of the plan: the weight of density for each step that this person is above.
func (p *prison) stepUp(planned int, even, weight float64) float64 {
	var points float64
	for _, s := range steps {
		if float64(p.occupied+planned+1) > math.Ceil((even+s)*float64(p.capacity)-1e-9) {
			points += weight
		}
	}
	return points
}

// evenShare is how full all prisons are when everybody who waits has a place.
func evenShare(q *planning.Problem) float64 {
	people, beds := len(q.People), 0
	for _, l := range q.Places {
		people += l.Occupied
		beds += l.Capacity
	}
	if beds == 0 || people > beds {
		return 1
	}
	return float64(people) / float64(beds)
}

func (c *checker) addDensity() {
	prisons, byName := prisonsOf(c.q)
	for _, l := range c.at {
		if l != nowhere {
			byName[c.q.Places[l].Prison].planned++
		}
	}
	even := evenShare(c.q)
	for _, p := range prisons {
		for n := range p.planned {
			c.Cost.Density += p.stepUp(n, even, c.q.Policy.Density)
		}
	}
}

// concentration is what it costs that more than a share of a block's capacity, and more than one, are of one kind.
func (c *checker) concentration(weight, share float64, kind func(planning.Person) string) float64 {
	type block struct{ prison, name string }
	capacity := map[block]int{}
	for _, l := range c.q.Places {
		capacity[block{l.Prison, l.Block}] += l.Capacity
	}
	people := map[block]map[string]int{}
	above := 0
	for i, l := range c.at {
		if l == nowhere {
			continue
		}
		k := kind(c.q.People[i])
		if k == "" {
			continue
		}
		in := block{c.q.Places[l].Prison, c.q.Places[l].Block}
		if people[in] == nil {
			people[in] = map[string]int{}
		}
		people[in][k]++
		if n := people[in][k]; n > 1 && float64(n) > math.Floor(share*float64(capacity[in])+1e-9) {
			above++
		}
	}
	return weight * float64(above)
}
