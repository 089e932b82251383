package week

import (
	"container/heap"
	"context"
	"time"
)

// agenda is what is still to happen, in the order of time; what is planned for one moment happens in the order of planning.
type agenda struct {
	items []appointment
	n     int
}

type appointment struct {
	at time.Time
	n  int
	do func(context.Context) error
}

// plan puts something on the agenda.
func (a *agenda) plan(at time.Time, do func(context.Context) error) {
	a.n++
	heap.Push(a, appointment{at, a.n, do})
}

// next takes the earliest appointment, false when there is none.
func (a *agenda) next() (appointment, bool) {
	if len(a.items) == 0 {
		return appointment{}, false
	}
	return heap.Pop(a).(appointment), true
}

// Len, Less, Swap, Push and Pop are for container/heap.
func (a *agenda) Len() int { return len(a.items) }

// Less orders by time, then by planning.
func (a *agenda) Less(i, j int) bool {
	if !a.items[i].at.Equal(a.items[j].at) {
		return a.items[i].at.Before(a.items[j].at)
	}
	return a.items[i].n < a.items[j].n
}

// Swap exchanges two.
func (a *agenda) Swap(i, j int) { a.items[i], a.items[j] = a.items[j], a.items[i] }

// Push adds one at the end.
func (a *agenda) Push(x any) { a.items = append(a.items, x.(appointment)) }

// Pop takes the last.
func (a *agenda) Pop() any {
	last := a.items[len(a.items)-1]
	a.items = a.items[:len(a.items)-1]
	return last
}
