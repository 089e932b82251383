// Package measure tells how well people are told apart and found again: metrics of scored pairs whose answer is known, of searches
// whose right answer is known, of time, processor time and memory; and plain methods to hold beside, on the same data in the same run.
//
// What is measured is said with its limits. A ratio without anything to divide by is null and never 0 or 1. Processor time stands
// beside wall time, because a machine that is busy makes everybody slow, and a second core makes nobody cheaper. Memory is what the
// system counts, not what we believe to have asked for.
package measure

import (
	"encoding/json"
	"math"
)

// Ratio is a share of something. Where there is nothing to divide by it is not a number, which JSON shows as null.
type Ratio float64

// MarshalJSON gives six decimals, more than any of our samples can carry.
func (r Ratio) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(r)) || math.IsInf(float64(r), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(math.Round(float64(r)*1e6) / 1e6)
}

// UnmarshalJSON reads null as not a number.
func (r *Ratio) UnmarshalJSON(b []byte) error {
	f := math.NaN()
	if string(b) != "null" {
		if err := json.Unmarshal(b, &f); err != nil {
			return err
		}
	}
	*r = Ratio(f)
	return nil
}

// share is a of b, not a number when b is nothing.
func share(a, b int) Ratio { return Ratio(float64(a) / float64(b)) }
