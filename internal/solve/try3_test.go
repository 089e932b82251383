package solve

import (
	"fmt"
	"testing"

	"amana/internal/demand"
)

func TestFam(t *testing.T) {
	never := func() bool { return false }
	q := demand.Week(1, demand.Week7000())
	m := newModel(&q)
	b := newBound(m)
	a := newAscent(b)
	a.run(2000, 39450, never)
	gd := newGuide(b, a.best)
	s := newState(m)
	gd.build(s)
	ch := newChains(s, gd, 1000)
	ch.improve(1000, never)
	x := newSearch(s, gd, 1)
	x.cool(0.5, 0.02, 3e6, never)
	ch.all()
	ch.improve(1000, never)
	ch.forget()
	for i := range s.at {
		if s.at[i] == none {
			fmt.Printf("%d %+v %+v kids %v\n", i, m.people[i], q.People[i], m.kids[i])
			if f := m.people[i].family; f != none {
				for k := range int32(12) {
					mark, before, left := ch.mark(), ch.cost, ch.left
					ok := ch.rehouse(f, k)
					fmt.Println(k, ok, ch.left-left, ch.cost-before)
					ch.undo(mark)
				}
			}
		}
	}
	dbg(ch, 7, 3)
	ch.undo(0)
	for f := range int32(10) {
		for _, k := range gd.prisons(f, 4) {
			mark, before, left := ch.mark(), ch.cost, ch.left
			ok := ch.rehouse(f, k)
			fmt.Println(f, ch.home[f], k, ok, ch.left-left, ch.cost-before, len(ch.banned), len(m.families[f]))
			ch.undo(mark)
		}
	}
}

func dbg(ch *chains, f, k int32) {
	for _, i := range ch.m.families[f] {
		if ch.at[i] != none {
			ch.take(i)
		}
	}
	for _, u := range ch.g.b.units[f] {
		fmt.Printf("unit %v %+v\n", u, ch.m.people[u[0]])
		for _, l := range ch.g.inside[ch.m.people[u[0]].class][k] {
			mark := ch.mark()
			out, ok := ch.squeeze(u, l)
			fmt.Println("  row", l, ch.m.admits(u[0], l), ok, len(out), ch.room(l), ch.bears(u[0], l), len(ch.in[l]), ch.m.rows[l])
			ch.undo(mark)
		}
	}
}
