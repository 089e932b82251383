package forecast

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// chanceOf gives a stream of chance of its own for each thing that is left to chance, named after it. So the same people come at the same
// moments in two scenarios that differ in something else, and the difference of two forecasts is not one of luck (common random numbers).
func chanceOf(seed uint64, replication int, name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // it cannot fail
	return rand.New(rand.NewPCG(mixed(seed+uint64(replication)*0x9e3779b97f4a7c15), mixed(h.Sum64()^seed)))
}

// mixed spreads neighbouring seeds over all numbers (the finaliser of splitmix64).
func mixed(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// law is how long something takes.
type law struct {
	mean      float64
	kind      Duration
	mu, sigma float64 // of the logarithm
}

func newLaw(mean float64, kind Duration, spread float64) law {
	if kind == Lognormal && (spread == 0 || mean == 0) {
		kind = Fixed
	}
	variance := math.Log1p(spread * spread)
	return law{mean: mean, kind: kind, mu: math.Log(mean) - variance/2, sigma: math.Sqrt(variance)}
}

func (l law) draw(r *rand.Rand) float64 {
	switch l.kind {
	case Fixed:
		return l.mean
	case Exponential:
		return l.mean * r.ExpFloat64()
	default:
		return math.Exp(l.mu + l.sigma*r.NormFloat64())
	}
}

// weights are choices with their cumulated weights.
type weights []float64

// pick draws a choice; the sum must be above 0.
func (w weights) pick(r *rand.Rand) int {
	x := r.Float64() * w[len(w)-1]
	for i, upTo := range w {
		if x < upTo {
			return i
		}
	}
	return len(w) - 1
}
