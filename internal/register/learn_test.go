package register_test

import (
	"testing"

	"amana/internal/custody"
	"amana/internal/register"
	rt "amana/internal/registertest"
)

// TestDecided: what humans decided, and what they took back, is what weights are estimated from.
func TestDecided(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx := t.Context()
		p := enter(t, w, somebody(1, 0), somebody(1, 1), somebody(22, 0), somebody(33, 0), somebody(44, 0), somebody(45, 1))
		rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: p[1], Into: p[0], Reason: "asked"}))
		rt.Get(t)(w.DecideIdentity(ctx, rt.By.Registrar, register.IdentityVerdict{A: p[2], B: p[3], Verdict: custody.Different, Reason: "looked"}))
		rt.Get(t)(w.DecideIdentity(ctx, rt.By.Registrar, register.IdentityVerdict{A: p[2], B: p[4], Verdict: custody.Unsure, Reason: "no photo"}))
		rt.Get(t)(w.DecideIdentity(ctx, rt.By.Registrar, register.IdentityVerdict{A: p[3], B: p[5], Verdict: custody.Different, Reason: "looked"}))
		rt.Get(t)(w.DecideIdentity(ctx, rt.By.Registrar, register.IdentityVerdict{A: p[3], B: p[5], Verdict: custody.Undone, Reason: "wrong pair"}))
		got := rt.Value(w.Decided(ctx, rt.By.Registrar.Actor))(t)
		if len(got) != 2 || !got[0].Same || got[1].Same || !got[0].Decided || !got[1].Decided {
			t.Errorf("learned from %+v", got)
		}
		if got, err := w.Decided(ctx, rt.By.Escort.Actor); err == nil || len(got) > 0 {
			t.Error("an escort learns who was decided to be whom")
		}
	})
}
