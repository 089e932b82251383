// Package clock is the only place that reads the time of day, so that a week can be run in a minute and tested at any hour.
package clock

import (
	"sync"
	"time"
)

// Clock tells the present moment in UTC with microseconds, the precision that both databases keep.
type Clock func() time.Time

// System reads the machine's clock.
func System() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Simulated is a clock that moves only when told to, and never backwards.
type Simulated struct {
	mu  sync.Mutex
	now time.Time
}

// NewSimulated starts a simulated clock at the given moment.
func NewSimulated(start time.Time) *Simulated {
	return &Simulated{now: start.UTC().Truncate(time.Microsecond)}
}

// Now tells the simulated moment.
func (s *Simulated) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Set moves the clock forward to t; an earlier t changes nothing.
func (s *Simulated) Set(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t = t.UTC().Truncate(time.Microsecond); t.After(s.now) {
		s.now = t
	}
}
