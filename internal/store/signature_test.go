package store_test

import (
	"context"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/ledger"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
	"amana/internal/transfer"
)

// TestForged has the site itself, whose key signs every entry, record what other parties did not sign: only their own
// signatures tell.
func TestForged(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ctx := context.Background()
		people := w.People(t, 8)
		c := w.Convoy(t, rt.Prison, 1)
		bus := c.Vehicles[0].Vehicle
		w.Ready(t, c, people)
		w.Send(t, c)
		w.Pass(t, c.Convoy, bus, rt.Line1, people)
		// A key that changes later leaves what was signed before as it is.
		rt.Get(t)(w.EnrolCustodians(ctx, rt.By.Admin, []register.Custodian{{Code: "camp", Role: "custodian", VKey: another(t, "camp")}}))
		w.Sound(t)

		handover := func(change func(*custody.Handover, ledger.Acceptance)) int64 {
			return forge(t, w, people[0], func(head store.Chain) custody.Event {
				acc := ledger.Acceptance{Person: int64(people[0]), Head: head.Head, Giver: "escort", Receiver: "prison", Nonce: time.Now().String(), Expiry: w.Clock.Now().Add(time.Hour)}
				e := custody.Handover{
					Type: custody.TypeReception, From: custody.Aboard(bus), To: custody.At(rt.Prison), Giver: "escort", Receiver: "prison",
					Head: head.HeadHex(), Nonce: acc.Nonce, Expiry: acc.Expiry, GiverSig: sign(t, w, "escort", acc.Message()), ReceiverSig: sign(t, w, "prison", acc.Message()),
				}
				change(&e, acc)
				return e
			})
		}
		passage := func(change func(*transfer.Passage)) int64 {
			return forge(t, w, 0, func(store.Chain) custody.Event {
				p := transfer.Passage{Convoy: c.Convoy, Vehicle: bus, Leg: 2, Point: rt.Line2, Headcount: 1, Identified: people[1:2], Officer: "army", Escort: "escort"}
				salt := [32]byte{1}
				root := ledger.SetRoot(salt, []int64{int64(people[1])})
				p.Root, p.Salt = hex.EncodeToString(root[:]), hex.EncodeToString(salt[:])
				msg := rt.Value(ledger.Message("passage", p.Statement(w.Clock.Now())))(t)
				p.OfficerSig, p.EscortSig = sign(t, w, "army", msg), sign(t, w, "escort", msg)
				change(&p)
				return p
			})
		}
		honest := []int64{handover(func(*custody.Handover, ledger.Acceptance) {}), passage(func(*transfer.Passage) {})}
		forged := map[int64]string{
			handover(func(e *custody.Handover, _ ledger.Acceptance) { e.ReceiverSig[3]++ }):         "handover.signature",
			handover(func(e *custody.Handover, _ ledger.Acceptance) { e.GiverSig = nil }):           "handover.signature",
			handover(func(e *custody.Handover, _ ledger.Acceptance) { e.Receiver = "hospital" }):    "handover.signature",
			handover(func(e *custody.Handover, _ ledger.Acceptance) { e.Giver = "nobody" }):         "handover.signature",
			handover(func(e *custody.Handover, _ ledger.Acceptance) { e.Head = "07" + e.Head[2:] }): "handover.signature",
			handover(func(e *custody.Handover, a ledger.Acceptance) {
				a.Person++
				e.ReceiverSig = sign(t, w, "prison", a.Message())
			}): "handover.signature",
			handover(func(e *custody.Handover, _ ledger.Acceptance) { e.Expiry = e.Expiry.Add(time.Hour) }): "handover.signature",
			passage(func(p *transfer.Passage) { p.OfficerSig[0]++ }):                                        "passage.signature",
			passage(func(p *transfer.Passage) { p.EscortSig = p.OfficerSig }):                               "passage.signature",
			passage(func(p *transfer.Passage) { p.Headcount = 2 }):                                          "passage.signature",
			passage(func(p *transfer.Passage) { p.Identified = people[1:3] }):                               "passage.signature",
			passage(func(p *transfer.Passage) { p.Officer = "border" }):                                     "passage.signature",
			passage(func(p *transfer.Passage) { p.Salt = "zz" }):                                            "passage.signature",
		}
		found := rt.Value(w.Store.Verify(ctx, store.Trust{}, nil))(t)
		for seq, rule := range forged {
			if !slices.ContainsFunc(found, func(p ledger.Problem) bool { return p.Seq == seq && p.Rule == rule }) {
				t.Errorf("entry %d was not found out as %s", seq, rule)
			}
		}
		for _, p := range found {
			if forged[p.Seq] != p.Rule || slices.Contains(honest, p.Seq) {
				t.Errorf("a problem that is none: %+v", p)
			}
		}
	})
}

// forge records an event past the register.
func forge(t *testing.T, w *rt.World, p id.Person, event func(store.Chain) custody.Event) (seq int64) {
	t.Helper()
	w.Tick(time.Second)
	rt.Must(t, w.Store.Update(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		chains, err := tx.Chains(ctx, []id.Person{p})
		if err != nil {
			return err
		}
		records, err := tx.Append(ctx, custody.Draft{OccurredAt: w.Clock.Now(), Actor: "site", Person: p, Event: event(chains[p])})
		if err == nil {
			seq = records[0].Seq
		}
		return err
	}))
	return seq
}

func sign(t *testing.T, w *rt.World, code string, msg []byte) []byte {
	t.Helper()
	sig := rt.Value(w.Keys.Signer(code))(t).Sign(msg)
	return sig[:]
}

func another(t *testing.T, name string) string {
	t.Helper()
	keys := rt.Value(register.OpenKeyring(""))(t)
	return rt.Value(keys.Signer(name))(t).VerifierKey()
}
