package register

import (
	"cmp"
	"context"
	"slices"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/store"
)

// HeldElsewhere is of somebody whom the plan in force moves and who is at none of the sources any more.
const HeldElsewhere Holding = "elsewhere"

// waiting tells who is in a wave as things stand, and what the register has of them.
func waiting(ctx context.Context, q store.Queries, wave id.Wave) (Waiting, map[id.Person]store.Candidate, error) {
	formed, err := q.Wave(ctx, wave)
	if err != nil {
		return Waiting{}, nil, err
	}
	w := Waiting{Wave: wave, Label: formed.Label, Target: formed.Target, Sources: formed.Sources}
	if w.Gone, err = q.Gone(ctx, wave); err != nil {
		return w, nil, err
	}
	order := make(map[place.Code]int, len(formed.Sources))
	sources := make([]place.Code, len(formed.Sources))
	for i, s := range formed.Sources {
		order[s.Place], sources[i] = i, s.Place
	}
	all, err := q.AtSources(ctx, wave, sources)
	if err != nil {
		return w, nil, err
	}
	candidates := make(map[id.Person]store.Candidate, len(all))
	for _, c := range all {
		candidates[c.Person] = c
	}
	slices.SortStableFunc(all, func(a, b store.Candidate) int {
		return cmp.Or(cmp.Compare(rank(order, a), rank(order, b)), cmp.Compare(a.Person, b.Person))
	})
	w.take(all, order)
	return w, candidates, nil
}

// rank is the position of somebody's source in the human's order; whoever is at no source comes last.
func rank(order map[place.Code]int, c store.Candidate) int {
	if i, known := order[c.Account.Place().Establishment()]; known {
		return i
	}
	return len(order)
}

// take goes through the candidates in their order: whoever the plan in force moves stays in the wave, then others come up to its target, whole
// families at the first of their members or not at all.
func (w *Waiting) take(all []store.Candidate, order map[place.Code]int) {
	type reason struct {
		why   Holding
		alert string
	}
	held := make([]reason, len(all))
	families := map[string][]int{}
	for i, c := range all {
		held[i].why, held[i].alert = holding(w.Wave, c, order)
		if c.Family != "" && held[i].why != HeldElsewhere && held[i].why != HeldMove {
			families[c.Family] = append(families[c.Family], i)
		}
	}
	for _, members := range families {
		if slices.ContainsFunc(members, func(i int) bool { return held[i].why != "" }) {
			for _, i := range members {
				held[i].why = cmp.Or(held[i].why, HeldFamily)
			}
		}
	}
	room := -1 // no limit
	if w.Target > 0 {
		room = max(w.Target-w.Gone, 0)
	}
	taken := make([]bool, len(all))
	for i, c := range all { // the plan in force first: it was decided
		if held[i].why == "" && c.Move.Move != 0 {
			taken[i] = true
			room -= min(max(room, 0), 1)
		}
	}
	for i, c := range all {
		if held[i].why != "" || taken[i] {
			continue
		}
		members := []int{i}
		if c.Family != "" {
			members = slices.DeleteFunc(slices.Clone(families[c.Family]), func(m int) bool { return taken[m] })
		}
		fits := room < 0 || len(members) <= room
		for _, m := range members {
			if taken[m] = fits; !fits {
				held[m].why = HeldTarget
			}
		}
		if fits && room > 0 {
			room -= len(members)
		}
	}
	for i, c := range all {
		at := c.Account.Place().Establishment()
		if taken[i] {
			w.Taken = append(w.Taken, Waiter{Person: c.Person, Source: at, Family: c.Family, Move: c.Move.Move})
		} else {
			w.Held = append(w.Held, Held{Person: c.Person, Source: at, Why: held[i].why, Alert: held[i].alert, Move: c.Move.Move})
		}
	}
}

// holding tells what keeps somebody out of a wave, whoever else is in it, and the alert when one does.
func holding(wave id.Wave, c store.Candidate, order map[place.Code]int) (Holding, string) {
	if c.Move.Move != 0 && (c.Move.Wave != wave || c.Move.State != custody.MoveBooked) {
		return HeldMove, ""
	}
	if _, at := order[c.Account.Place().Establishment()]; !at {
		return HeldElsewhere, ""
	}
	if c.Unfit {
		return HeldUnfit, ""
	}
	if i := slices.IndexFunc(c.Alerts, custody.Holds); i >= 0 {
		return HeldAlert, c.Alerts[i]
	}
	return "", ""
}
