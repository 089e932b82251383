package measure

import "amana/internal/identity"

// Index is what it took to build an index, and what it holds.
type Index struct {
	People  int     `json:"descriptions"`
	Seconds Ratio   `json:"build_seconds"`
	CPU     Ratio   `json:"build_cpu_seconds"`
	Memory  float64 `json:"memory_mb"`   // in use because of the index, after collecting garbage
	Peak    float64 `json:"peak_rss_mb"` // of the whole process so far, with all that it needed to build
}

// Build builds an index and tells what that took.
func Build(m *identity.Model, n int, at func(i int) (number uint64, r *identity.Record)) (*identity.Index, Index) {
	before, watch := ReadMemory(), Begin()
	x := identity.Build(m, n, at)
	took, after := watch.Took(), ReadMemory()
	return x, Index{n, Ratio(took.Wall.Seconds()), Ratio(took.CPU.Seconds()), after.Live - before.Live, after.Peak}
}
