package solve_test

import (
	"runtime"
	"syscall"
	"testing"
	"time"

	"amana/internal/demand"
	"amana/internal/planning"
	"amana/internal/solve"
)

// spent is the processor time of the program so far.
func spent() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// memory is the most that the program ever held, in MB.
func memory() float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return float64(r.Maxrss) / 1024
}

func report(b *testing.B, p planning.Plan) {
	b.ReportMetric(100*p.Gap(), "%gap")
	b.ReportMetric(p.Seconds, "cpu-s")
	b.ReportMetric(p.First, "first-cpu-s")
	b.ReportMetric(float64(p.Unplaced()), "left")
	b.ReportMetric(memory(), "MB")
}

func benchmarkPlan(b *testing.B, size demand.Size, budget time.Duration) {
	for seed := range b.N {
		q := demand.Week(uint64(seed+1), size)
		runtime.GC()
		began := spent()
		found := time.Duration(0)
		p := solve.Plan(b.Context(), &q, solve.Options{Budget: budget, Now: spent, Found: func(f planning.Plan) {
			if found == 0 && f.Unplaced() == 0 {
				found = spent() - began
			}
		}})
		b.Logf("seed %d: gap %.3f %%, %d left, everybody placed after %.2f s, %.2f s in all", seed+1, 100*p.Gap(), p.Unplaced(), found.Seconds(), p.Seconds)
		report(b, p)
	}
}

func BenchmarkPlan7000(b *testing.B)     { benchmarkPlan(b, demand.Week7000(), 10*time.Second) }
func BenchmarkPlan7000Long(b *testing.B) { benchmarkPlan(b, demand.Week7000(), 30*time.Second) }
func BenchmarkPlan100000(b *testing.B)   { benchmarkPlan(b, demand.Nation100000(), 120*time.Second) }

func BenchmarkPlan30000(b *testing.B) {
	benchmarkPlan(b, demand.Size{People: 30_000, Prisons: 24, Blocks: 260, Rows: 2, Nationalities: 25, Groups: 1300, Families: 1700, Apart: 2600, Room: 1.1}, 36*time.Second)
}

// BenchmarkReplan7000 loses places of about 200 beds in one block and asks again.
func BenchmarkReplan7000(b *testing.B) {
	for seed := range b.N {
		q := demand.Week(uint64(seed+1), demand.Week7000())
		q.Previous = solve.Plan(b.Context(), &q, solve.Options{Budget: 5 * time.Second, Now: spent}).Places
		displaced := lose(&q, 200)
		p := solve.Replan(b.Context(), &q, solve.Options{Now: spent})
		b.Logf("seed %d: %d displaced, %d changes, at least %d, %d left, gap %.3f %%, %.2f s", seed+1, displaced, p.Changes, p.Least, p.Unplaced(), 100*p.Gap(), p.Seconds)
		report(b, p)
	}
}

// lose closes the places of the first prison's blocks, one block after another, until so many people have lost theirs.
func lose(q *planning.Problem, people int) int {
	n := 0
	for l := range q.Places {
		if n >= people || q.Places[l].Prison != q.Places[0].Prison {
			continue
		}
		q.Places[l].Capacity = q.Places[l].Occupied
		for _, was := range q.Previous {
			if was == l {
				n++
			}
		}
	}
	return n
}
