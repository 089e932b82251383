package register_test

import (
	"testing"

	"amana/internal/custody"
	rt "amana/internal/registertest"
	"amana/internal/testdb"
)

// TestJourney takes people from the source over the three lines into a prison, and holds the register against the world.
func TestJourney(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		people := w.People(t, 7)
		c := w.Journey(t, rt.Prison2, 2, people)
		for _, p := range people {
			if s := w.Standing(t, p); s.Account != custody.At(rt.Prison2) || s.Custodian != "prison" || s.Move != 0 || s.Booking == 0 {
				t.Errorf("%d stands as %+v", p, s)
			}
		}
		rt.Get(t)(w.CloseConvoy(t.Context(), rt.By.Operations, c.Convoy))
		open := rt.Value(w.Store.OpenByKind(t.Context()))(t)
		if len(open) != 0 {
			t.Errorf("a journey without trouble left differences: %v", open)
		}
		w.Sound(t)
	})
}
