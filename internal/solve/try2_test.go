package solve

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"amana/internal/demand"
)

func TestLong(t *testing.T) {
	never := func() bool { return false }
	for _, seed := range []uint64{1, 2} {
		q := demand.Week(seed, demand.Week7000())
		t00 := time.Now()
		m := newModel(&q)
		b := newBound(m)
		a := newAscent(b)
		a.run(2000, 39450, never)
		gd := newGuide(b, a.best)
		s := newState(m)
		gd.build(s)
		fmt.Println("start", time.Since(t00))
		t0 := cpu()
		ch := newChains(s, gd, 1000)
		rep := func(w string) {
			s.forget()
			gapParts(b, a.best, s)
			fmt.Println(w, s.cost, s.left, cpu()-t0, (s.cost-a.value)/a.value)
		}
		rep("built")
		ch.improve(1000, never)
		rep("improve")
		ch.accommodate(never)
		rep("accommodate")
		x := newSearch(s, gd, 1)
		for range 2 {
			x.cool(0.5, 0.02, 3e6, never)
			rep("cool")
			ch.all()
			ch.improve(1000, never)
			rep("improve")
			ch.accommodate(never)
			rep("accommodate")
			ch.families(3, never)
			rep("families")
			ch.flips(never)
			rep("flips")
		}
	}
}

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
