package clock_test

import (
	"sync"
	"testing"
	"time"

	"amana/internal/clock"
)

func TestSystem(t *testing.T) {
	t.Parallel()
	before := time.Now().Add(-time.Microsecond)
	now := clock.System()
	if now.Before(before) || now.After(time.Now()) {
		t.Errorf("the system's clock tells %v after %v", now, before)
	}
	if now.Location() != time.UTC || now != now.Truncate(time.Microsecond) {
		t.Errorf("%v is not in UTC with microseconds, which is all that a database keeps", now)
	}
}

func TestSimulated(t *testing.T) {
	t.Parallel()
	baghdad := time.FixedZone("", 3*60*60)
	start := time.Date(2026, 1, 21, 9, 0, 0, 1999, baghdad)
	c := clock.NewSimulated(start)
	want := time.Date(2026, 1, 21, 6, 0, 0, 1000, time.UTC)
	if got := c.Now(); got != want {
		t.Errorf("it starts at %v, not %v", got, want)
	}
	c.Set(start.Add(time.Hour))
	if got := c.Now(); got != want.Add(time.Hour) {
		t.Errorf("an hour later it tells %v", got)
	}
	c.Set(start)
	if got := c.Now(); got != want.Add(time.Hour) {
		t.Errorf("it went back to %v", got)
	}
	c.Set(want.Add(time.Hour + 999*time.Nanosecond))
	if got := c.Now(); got != want.Add(time.Hour) {
		t.Errorf("less than a microsecond moved it to %v", got)
	}
}

// TestSimulatedIsShared lets many set one clock: it ends at the latest moment, whoever came last.
func TestSimulatedIsShared(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 21, 9, 0, 0, 0, time.UTC)
	c := clock.NewSimulated(start)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			c.Set(start.Add(time.Duration(i) * time.Minute))
			if now := c.Now(); now.Before(start.Add(time.Duration(i) * time.Minute)) {
				t.Errorf("set to minute %d, it tells %v", i, now)
			}
		})
	}
	wg.Wait()
	if got := c.Now(); got != start.Add(49*time.Minute) {
		t.Errorf("it ends at %v", got)
	}
}
