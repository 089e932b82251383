package explain

import (
	"math"

	"amana/internal/planning"
)

// Option is another place for somebody: the rules that forbid it, or what the plan would cost more with them there.
type Option struct {
	Place int
	Rules []planning.Rule // empty when it is possible
	Extra float64         // points that the plan would cost more, exactly; less than 0 when it would cost less
	With  int             // who would change places with them, because the place is full; otherwise Nowhere
}

// Elsewhere tells for every other place what it would mean to have person i there, while all others stay where they are. A mother's
// small children go with her. Where only a bed is lacking, the cheapest exchange with one person there, and that person's small children, counts.
func Elsewhere(q *planning.Problem, p planning.Plan, i int) []Option {
	return lay(q, p.Places).elsewhere(i, true)
}

func (b *board) elsewhere(i int, exchange bool) []Option {
	home, unit := b.at[i], b.unit(i)
	saved := b.lift(unit)
	var all []Option
	for l := range b.q.Places {
		if l == home {
			continue
		}
		o := Option{Place: l, With: planning.Nowhere}
		r, cost := b.try(unit, l)
		switch {
		case r == 0:
			o.Extra = cost - saved
		case exchange && home != planning.Nowhere && r&^(byCapacity|byMedical) == 0 && !b.never(unit, l):
			o.With, o.Extra = b.exchange(unit, home, l, saved)
		}
		if o.With == planning.Nowhere {
			o.Rules = r.list()
		}
		all = append(all, o)
	}
	for _, k := range unit {
		if home != planning.Nowhere {
			b.put(k, home)
		}
	}
	return all
}

// lift takes a unit out, children first, and tells what that saves.
func (b *board) lift(unit []int) float64 {
	var saved float64
	for n := len(unit) - 1; n >= 0; n-- {
		if b.at[unit[n]] != planning.Nowhere {
			saved += b.take(unit[n])
		}
	}
	return saved
}

// lower puts a unit into a place as far as the rules let it, and tells which rule forbids the rest and what was spent.
func (b *board) lower(unit []int, l int) (r rules, cost float64) {
	for _, k := range unit {
		if r |= b.forbids(k, l); r != 0 {
			return r, cost
		}
		cost += b.put(k, l)
	}
	return 0, cost
}

// try lowers a unit and lifts it again.
func (b *board) try(unit []int, l int) (rules, float64) {
	r, cost := b.lower(unit, l)
	b.lift(unit)
	return r, cost
}

// never reports whether a place does not take one of the unit, whoever else is there.
func (b *board) never(unit []int, l int) bool {
	for _, k := range unit {
		if b.excluded[b.class[k]][l] != 0 {
			return true
		}
	}
	return false
}

// exchange finds with whom in a place a unit that was lifted from its home changes places at the least cost.
func (b *board) exchange(unit []int, home, l int, saved float64) (with int, extra float64) {
	with, extra = planning.Nowhere, math.Inf(1)
	for _, j := range append([]int(nil), b.in[l]...) {
		if b.mothers[j] != planning.Nowhere || b.excluded[b.class[j]][home] != 0 {
			continue
		}
		theirs := b.unit(j)
		gone := b.lift(theirs)
		r, cost := b.lower(unit, l)
		if r == 0 {
			var back float64
			if r, back = b.lower(theirs, home); r == 0 && cost+back-saved-gone < extra {
				with, extra = j, cost+back-saved-gone
			}
			b.lift(theirs)
		}
		b.lift(unit)
		for _, k := range theirs {
			b.put(k, l)
		}
	}
	if with == planning.Nowhere {
		return with, 0
	}
	return with, extra
}
