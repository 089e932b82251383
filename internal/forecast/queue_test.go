package forecast

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAgendaIsInOrder takes events off while others are planned: always the earliest, and of one moment the one planned first.
func TestAgendaIsInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var g agenda
		var left []event // what must be there, by a plain search
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			if len(left) > 0 && rapid.IntRange(0, 2).Draw(t, "take") == 0 {
				best := 0
				for i := range left {
					if left[i].at < left[best].at || left[i].at == left[best].at && left[i].n < left[best].n {
						best = i
					}
				}
				if got := g.next(); got != left[best] {
					t.Fatalf("got %+v, want %+v", got, left[best])
				}
				left = slices.Delete(left, best, best+1)
				continue
			}
			at := float64(rapid.IntRange(0, 9).Draw(t, "at"))
			g.plan(at, served, int32(len(left)), 0)
			left = append(left, event{at: at, n: g.planned, kind: served, a: int32(len(left))})
		}
		if len(g.heap) != len(left) {
			t.Fatalf("%d on the agenda, want %d", len(g.heap), len(left))
		}
	})
}

// TestFirstComeFirstServed holds the queue against a plain slice.
func TestFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var q fifo[int]
		var want []int
		for i := range rapid.IntRange(0, 400).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "do") {
			case 0:
				n := rapid.IntRange(0, len(want)).Draw(t, "n")
				if got := q.take(n); !slices.Equal(got, want[:n]) {
					t.Fatalf("took %v, want %v", got, want[:n])
				}
				want = want[n:]
			case 1:
				all := []int{-i, -i - 1}
				q.back(all)
				want = append(slices.Clone(all), want...)
			default:
				q.push(i)
				want = append(want, i)
			}
			if q.len() != len(want) {
				t.Fatalf("%d in the queue, want %d", q.len(), len(want))
			}
		}
	})
}
