package register_test

import (
	"testing"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
)

// open lists the open differences of a kind.
func open(t *testing.T, w *rt.World, kind custody.DifferenceKind) []store.Difference {
	t.Helper()
	return rt.Value(w.Store.Differences(t.Context(), store.DifferenceFilter{Open: true, Kind: kind, Limit: 10000}))(t)
}

func fact(t *testing.T, w *rt.World, p id.Person, typ custody.MovementType, to custody.Account, ago time.Duration) {
	t.Helper()
	by := rt.By.Operations
	by.At = w.Clock.Now().Add(-ago)
	rt.Get(t)(w.RecordFacts(t.Context(), by, []register.Fact{{Person: p, Type: typ, To: to}}))
}

func TestSettingAHandoverAsideGivesCustodyBack(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		p := w.PeopleAt(t, rt.Prison, 1)
		to := register.HandoverInput{Type: custody.TypeDiversion, People: p, To: custody.At(rt.Hospital), Receiver: "hospital"}
		w.Tick(time.Minute)
		done := rt.Value(w.HandOver(t.Context(), rt.By.Prison, to))(t)
		refused(t, "movement.from_equals_to")(w.HandOver(t.Context(), rt.By.Prison, to))
		rt.Get(t)(w.SetAside(t.Context(), rt.By.Registrar, register.Dispute{Person: p[0], Entry: done.Seq, Reason: "the wrong man"}))
		if s := w.Standing(t, p[0]); s.Custodian != "prison" || s.Account != custody.At(rt.Prison) {
			t.Errorf("with the handover set aside the person stands as %+v", s)
		}
		w.Tick(time.Minute)
		rt.Get(t)(w.HandOver(t.Context(), rt.By.Prison, to))
	})
}

func TestALateExitChangesNothingForWhoCameBack(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		p := w.PeopleAt(t, rt.Prison, 1)[0]
		w.Tick(4 * time.Hour)
		rt.Get(t)(w.House(t.Context(), rt.By.Prison, []register.Placement{{Person: p, Cell: rt.Men, Bed: 1}}))
		move := w.Allocate(t, rt.Prison2, []id.Person{p})[0]
		before := w.Standing(t, p)
		fact(t, w, p, custody.TypeEscape, custody.Escaped, 2*time.Hour)
		fact(t, w, p, custody.TypeRelease, custody.Released, time.Hour)
		after := w.Standing(t, p)
		if after.Booking != before.Booking || after.Move != move || after.Account != custody.At(rt.Men) {
			t.Errorf("after two late exits the person stands as %+v, before as %+v", after, before)
		}
		if held := rt.Value(w.Store.Holds(t.Context(), []id.Person{p}))(t)[p]; len(held) != 1 {
			t.Errorf("the bed is lost: %v", held)
		}
	})
}

// TestTheDeadHoldNobodyUp has somebody who is recorded as dead be scanned at the gate with all others.
func TestTheDeadHoldNobodyUp(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		people := w.People(t, 3)
		c := w.Convoy(t, rt.Prison, 1)
		bus := c.Vehicles[0].Vehicle
		w.Ready(t, c, people)
		w.Send(t, c)
		w.Tick(time.Hour)
		fact(t, w, people[0], custody.TypeDeath, custody.Died, 0)
		w.Receive(t, c.Convoy, bus, rt.Prison, people)
		for i, want := range []custody.Account{custody.Died, custody.At(rt.Prison), custody.At(rt.Prison)} {
			if s := w.Standing(t, people[i]); s.Account != want {
				t.Errorf("person %d is at %s, want %s", i, s.Account, want)
			}
		}
		if got := open(t, w, custody.Contradictory); len(got) != 1 || got[0].Note != "after_death" {
			t.Errorf("the contradiction is shown as %+v", got)
		}
	})
}

// TestSwap exchanges two people between two buses, and records the buses in both orders and one of them late.
func TestSwap(t *testing.T) {
	for name, order := range map[string][]int{"in order": {0, 1}, "in reverse": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *rt.World) {
				people := w.People(t, 4)
				c := w.Convoy(t, rt.Prison, 2)
				aboard := w.Ready(t, c, people)
				w.Send(t, c)
				a, b := c.Vehicles[0].Vehicle, c.Vehicles[1].Vehicle
				seen := [][]id.Person{{aboard[a][0], aboard[b][1]}, {aboard[b][0], aboard[a][1]}}
				w.Tick(10 * time.Hour)
				for _, i := range order {
					by := rt.By.Line
					by.At = w.Clock.Now().Add(-time.Duration(len(order)-i) * time.Hour)
					rt.Get(t)(w.Register.Pass(t.Context(), by, rt.Arrival(c.Convoy, c.Vehicles[i].Vehicle, rt.Line1, seen[i])))
				}
				if got := open(t, w, custody.Swapped); len(got) != 1 || len(got[0].People) != 2 || len(got[0].Entries) == 0 {
					t.Errorf("the swap is shown as %+v", got)
				}
				for _, kind := range []custody.DifferenceKind{custody.Missing, custody.Misplaced, custody.Unexpected} {
					if got := open(t, w, kind); len(got) != 0 {
						t.Errorf("and as %s: %+v", kind, got)
					}
				}
			})
		})
	}
}

// TestManyMissing counts a prison in which nobody answers: a difference for each, and numbers left for the next entry.
func TestManyMissing(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		people := w.PeopleAt(t, rt.Prison2, 1100)
		for range 2 {
			w.Tick(time.Minute)
			rt.Get(t)(w.Headcount(t.Context(), rt.By.Prison, register.Count{Place: rt.Prison2}))
		}
		fact(t, w, people[0], custody.TypeEscape, custody.Escaped, 0)
		if got := len(open(t, w, custody.Missing)); got != 1099 {
			t.Errorf("%d people are missing", got)
		}
	})
}

// TestNobodySignsForAnother has a custodian that keeps its key on its own device.
func TestNobodySignsForAnother(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		device := rt.Value(register.OpenKeyring(""))(t)
		key := rt.Value(device.Signer("clinic"))(t)
		rt.Get(t)(w.EnrolCustodians(t.Context(), rt.By.Admin, []register.Custodian{{Code: "clinic", Role: "custodian", VKey: key.VerifierKey()}}))
		p := w.PeopleAt(t, rt.Prison, 1)
		w.Tick(time.Minute)
		in := register.HandoverInput{Type: custody.TypeDiversion, People: p, To: custody.At(rt.Hospital), Receiver: "clinic"}
		refused(t, "key.not_here")(w.HandOver(t.Context(), rt.By.Prison, in))

		offer := rt.Value(w.OfferHandover(t.Context(), rt.By.Prison, p, "clinic", w.Clock.Now()))(t)[0]
		sig := key.Sign(offer.Message)
		signed := register.Acceptance{Head: offer.Head, Nonce: offer.Nonce, Expiry: offer.Expiry, Signature: sig[:]}
		with := func(change func(*register.Acceptance)) register.HandoverInput {
			a, in := signed, in
			change(&a)
			in.Signed = register.Acceptances{p[0]: a}
			return in
		}
		refused(t, "signature.false")(w.HandOver(t.Context(), rt.By.Prison, with(func(a *register.Acceptance) { a.Nonce = "other" })))
		refused(t, "signature.false")(w.HandOver(t.Context(), rt.By.Prison, with(func(a *register.Acceptance) { a.Signature = nil })))
		refused(t, "handover.stale_head")(w.HandOver(t.Context(), rt.By.Prison, with(func(a *register.Acceptance) { a.Head = "00" + a.Head[2:] })))
		w.Tick(2 * time.Hour)
		refused(t, "acceptance.expired")(w.HandOver(t.Context(), rt.By.Prison, with(func(*register.Acceptance) {})))

		again := rt.Value(w.OfferHandover(t.Context(), rt.By.Prison, p, "clinic", w.Clock.Now()))(t)[0]
		sig = key.Sign(again.Message)
		signed = register.Acceptance{Head: again.Head, Nonce: again.Nonce, Expiry: again.Expiry, Signature: sig[:]}
		rt.Get(t)(w.HandOver(t.Context(), rt.By.Prison, with(func(*register.Acceptance) {})))
		refused(t, "handover.replayed")(w.HandOver(t.Context(), rt.By.Prison, with(func(*register.Acceptance) {})))
	})
}
