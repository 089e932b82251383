package forecast

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// road is what the passages of the past tell of times: how long a drive from a point to the next takes, and a vehicle at a point.
type road struct {
	from, to map[string][]float64 // minutes of drives, by the point left and by the point reached
	gaps     map[string][]float64 // minutes from vehicle to vehicle of one convoy at a point
	leaves   []float64            // minutes of a day at which convoys left
	seats    int
	fleet    int
}

// visit is a convoy at a point.
type visit struct {
	convoy      int
	point       string
	first, last float64
	vehicles    int
}

func newRoad(h History) *road {
	r := &road{from: map[string][]float64{}, to: map[string][]float64{}, gaps: map[string][]float64{}, seats: 1, fleet: 1}
	passages := slices.Clone(h.Passages)
	slices.SortStableFunc(passages, func(a, b PastPassage) int {
		return cmp.Or(cmp.Compare(a.Convoy, b.Convoy), cmp.Compare(a.Minute, b.Minute))
	})
	var visits []visit
	for _, p := range passages {
		r.seats = max(r.seats, p.People)
		last := len(visits) - 1
		if last < 0 || visits[last].convoy != p.Convoy || visits[last].point != p.Point {
			visits = append(visits, visit{p.Convoy, p.Point, p.Minute, p.Minute, 1})
			continue
		}
		v := &visits[last]
		r.gaps[p.Point] = append(r.gaps[p.Point], p.Minute-v.last)
		v.last = p.Minute
		v.vehicles++
		r.fleet = max(r.fleet, v.vehicles)
	}
	at := map[string][]float64{} // when vehicles were let through
	for _, p := range passages {
		at[p.Point] = append(at[p.Point], p.Minute)
	}
	for _, minutes := range at {
		slices.Sort(minutes)
	}
	for i, v := range visits {
		if slices.ContainsFunc(h.Sources, func(s PastSource) bool { return s.Code == v.point }) {
			r.leaves = append(r.leaves, math.Mod(v.first, day))
		}
		if i > 0 && visits[i-1].convoy == v.convoy {
			before := visits[i-1]
			service, _ := r.service(v.point)
			if n, _ := slices.BinarySearch(at[v.point], v.first); n > 0 && at[v.point][n-1] > v.first-2*service {
				continue // it stood behind another convoy, and the drive was shorter
			}
			drive := max(v.first-before.last-service, 0)
			r.from[before.point] = append(r.from[before.point], drive)
			r.to[v.point] = append(r.to[v.point], drive)
		}
	}
	return r
}

// service gives mean and spread of how long a vehicle takes at a point. The vehicles of a convoy stand one behind the other, so the time
// from one to the next is that of a service; gaps of many times the median are nights and closures.
func (r *road) service(point string) (minutes, spread float64) {
	most, n := 5*median(r.gaps[point]), 0.0
	for _, gap := range r.gaps[point] {
		if gap <= most {
			minutes += gap
			n++
		}
	}
	if n == 0 || minutes == 0 {
		return 0, 0
	}
	minutes /= n
	for _, gap := range r.gaps[point] {
		if gap <= most {
			spread += (gap - minutes) * (gap - minutes) / n
		}
	}
	return minutes, min(math.Sqrt(spread)/minutes, 10)
}

// convoy gives the convoys as they were: their size, the hours at which they left, and departures enough for the fullest day and a third more.
func (r *road) convoy(h History) Convoy {
	c := Convoy{Seats: min(r.seats, 1000), Vehicles: min(r.fleet, 1000), Spread: r.spread()}
	if len(r.leaves) == 0 {
		return c
	}
	first, last := math.Floor(slices.Min(r.leaves)), math.Floor(slices.Max(r.leaves))
	c.First, c.Last = clockOf(first), clockOf(last)
	fullest := 0
	for d := range h.Days {
		n := 0
		for _, v := range h.Sources {
			n += v.Departed[d]
		}
		fullest = max(fullest, n)
	}
	convoys := math.Ceil(float64(fullest)/float64(c.Seats*c.Vehicles))*4/3 + float64(len(h.Sources))
	c.EveryMinutes = min(max((last-first)/convoys, 1), 60)
	return c
}

// spread is how much drives of one leg differ, by the middle half of them, so that waiting at a closed line does not count: the middle
// of the legs that were driven ten times and more.
func (r *road) spread() float64 {
	var all []float64
	for _, drives := range r.from {
		if len(drives) < 10 {
			continue
		}
		sorted := slices.Sorted(slices.Values(drives))
		if middle := sorted[len(sorted)/2]; middle > 0 {
			all = append(all, (sorted[len(sorted)*3/4]-sorted[len(sorted)/4])/1.349/middle)
		}
	}
	return min(median(all), 10)
}

func clockOf(minute float64) string { return fmt.Sprintf("%02d:%02d", int(minute)/60, int(minute)%60) }

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(all))[len(all)/2]
}
