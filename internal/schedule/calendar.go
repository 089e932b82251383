package schedule

import (
	"slices"
	"time"
)

// calendar tells for every minute how much of each resource is free: lanes of points, teams of gates, vehicles and guards of routes,
// and whether the sources let convoys of a route go. What is closed has nothing free.
type calendar struct {
	free    [][]int32
	minutes int
}

// step is the grid of departures, in minutes.
const step = 5

func (p *Problem) minutes() int { return p.minute(p.Start.AddDate(0, 0, p.Days)) }

// minute is a time in whole minutes from the start, the one that has begun.
func (p *Problem) minute(t time.Time) int {
	d := t.Sub(p.Start)
	m := int(d / time.Minute)
	if d < 0 && d%time.Minute != 0 {
		m--
	}
	return m
}

// time is the opposite of minute.
func (p *Problem) time(minute int) time.Time { return p.Start.Add(time.Duration(minute) * time.Minute) }

// The resources stand in this order in the calendar.
func (b *builder) gate(i int) int       { return len(b.p.Points) + i }
func (b *builder) vehicles(w *way) int  { return len(b.p.Points) + len(b.p.Gates) + 3*w.at }
func (b *builder) guards(w *way) int    { return b.vehicles(w) + 1 }
func (b *builder) departs(w *way) int   { return b.vehicles(w) + 2 }
func (b *builder) isPoint(res int) bool { return res < len(b.p.Points) }
func (b *builder) isGate(res int) bool  { return !b.isPoint(res) && res < b.gate(len(b.p.Gates)) }

// open makes the calendar in which nothing is held.
func (b *builder) open() calendar {
	p := b.p
	c := calendar{minutes: p.minutes()}
	for _, x := range p.Points {
		c.free = append(c.free, p.daily(x.Open, x.Lanes, c.minutes))
	}
	for _, g := range p.Gates {
		c.free = append(c.free, p.daily(g.Open, g.Teams, c.minutes))
	}
	for _, w := range b.ways {
		c.free = append(c.free, p.daily(Window{}, w.usable, c.minutes), p.daily(Window{}, w.Guards, c.minutes), p.daily(w.Departs, MaxPassengers, c.minutes))
	}
	for _, x := range p.Closed {
		res := slices.IndexFunc(p.Points, func(o Point) bool { return o.Code == x.Place })
		if res < 0 {
			res = b.gate(slices.IndexFunc(p.Gates, func(o Gate) bool { return o.Prison == x.Place }))
		}
		until := c.minutes
		if !x.Until.IsZero() {
			until = p.minute(x.Until.Add(time.Minute - 1))
		}
		from, until := c.clip(p.minute(x.From), until)
		clear(c.free[res][from:until])
	}
	return c
}

// daily is so much in the minutes of a window, on every day.
func (p *Problem) daily(w Window, n, minutes int) []int32 {
	free := make([]int32, minutes)
	y, m, d := p.Start.Date()
	for day := -1; day <= p.Days; day++ {
		from := p.minute(time.Date(y, m, d+day, 0, int(w.Opens), 0, 0, p.Start.Location()))
		closes := int(w.Closes)
		if w.Closes <= w.Opens {
			closes += Day
		}
		until := p.minute(time.Date(y, m, d+day, 0, closes, 0, 0, p.Start.Location()))
		for i := max(from, 0); i < min(until, minutes); i++ {
			free[i] = int32(n)
		}
	}
	return free
}

func (c calendar) clip(from, until int) (int, int) {
	from = min(max(from, 0), c.minutes)
	return from, max(min(until, c.minutes), from)
}

func (c calendar) clone() calendar {
	o := calendar{minutes: c.minutes}
	for _, f := range c.free {
		o.free = append(o.free, slices.Clone(f))
	}
	return o
}

// hold takes resources from a minute on.
func (c calendar) hold(needs []need, at int) {
	for _, n := range needs {
		from, until := c.clip(at+n.from, at+n.until)
		for i := from; i < until; i++ {
			c.free[n.resource][i] -= int32(n.n)
		}
	}
}

// earliest is the first departure, not before a minute, at which all needs are free; one resource may be taken to be free always.
// Slots end within the calendar; vehicles and guards may come back after it.
func (c calendar) earliest(t *trip, at, without int) (int, bool) {
	for at = (max(at, 0) + step - 1) / step * step; at+t.length <= c.minutes; {
		next := at
		for _, n := range t.needs {
			if n.resource == without {
				continue
			}
			next = max(next, c.next(n, at))
		}
		if next == at {
			return at, true
		}
		at = (next + step - 1) / step * step
	}
	return 0, false
}

// next is the first departure from a minute on that this need alone may allow.
func (c calendar) next(n need, at int) int {
	free := c.free[n.resource]
	from, until := c.clip(at+n.from, at+n.until)
	for i := until - 1; i >= from; i-- {
		if free[i] < int32(n.n) {
			return i + 1 - n.from
		}
	}
	return at
}
