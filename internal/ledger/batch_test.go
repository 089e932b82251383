package ledger_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"

	"amana/internal/ledger"
)

// signed makes n statements of a few signers.
func signed(tb testing.TB, n int) []ledger.Signed {
	tb.Helper()
	out := make([]ledger.Signed, n)
	for who := range 3 {
		skey, vkey, err := ledger.GenerateKey(rand.Reader, fmt.Sprintf("party-%d", who))
		if err != nil {
			tb.Fatal(err)
		}
		signer, err := ledger.ParseSigner(skey)
		if err != nil {
			tb.Fatal(err)
		}
		key, err := ledger.ParseVerifier(vkey)
		if err != nil {
			tb.Fatal(err)
		}
		for i := who; i < n; i += 3 {
			msg := fmt.Appendf(nil, "statement %d", i)
			sig := signer.Sign(msg)
			out[i] = ledger.Signed{Key: key, Msg: msg, Sig: sig[:]}
		}
	}
	return out
}

func TestVerifyAll(t *testing.T) {
	t.Parallel()
	if got := ledger.VerifyAll(nil); len(got) != 0 {
		t.Errorf("nothing was signed: %v", got)
	}
	all := signed(t, 300)
	if slices.Contains(ledger.VerifyAll(all), false) {
		t.Error("a true signature does not hold")
	}
	bad := map[int]func(*ledger.Signed){
		0:   func(s *ledger.Signed) { s.Sig = nil },
		7:   func(s *ledger.Signed) { s.Sig = s.Sig[:63] },
		64:  func(s *ledger.Signed) { s.Sig[40] ^= 1 },
		150: func(s *ledger.Signed) { s.Msg = []byte("something else") },
		299: func(s *ledger.Signed) { s.Key = all[1].Key },
	}
	for i, change := range bad {
		change(&all[i])
	}
	for i, holds := range ledger.VerifyAll(all) {
		if _, changed := bad[i]; holds == changed {
			t.Errorf("statement %d holds: %v", i, holds)
		}
	}
}

func BenchmarkVerifyAll(b *testing.B) {
	all := signed(b, 4000)
	for b.Loop() {
		if slices.Contains(ledger.VerifyAll(all), false) {
			b.Fatal("a true signature does not hold")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(all)), "ns/signature")
}
