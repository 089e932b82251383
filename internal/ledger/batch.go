package ledger

import voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

// Signed is a statement of somebody with the signature under it.
type Signed struct {
	Key *Verifier
	Msg []byte
	Sig []byte
}

// VerifyAll reports of each statement whether its signature holds. It verifies in batches on all cores, by the same
// equation as Verifier.Verify.
func VerifyAll(statements []Signed) []bool {
	holds := make([]bool, len(statements))
	parallel(len(statements), 64, func(lo, hi int) {
		batch := voi.NewBatchVerifierWithCapacity(hi - lo)
		for _, s := range statements[lo:hi] {
			batch.AddExpanded(s.Key.key, s.Msg, s.Sig)
		}
		if hi == lo {
			return
		}
		all, each := batch.Verify(nil)
		for i := range statements[lo:hi] {
			holds[lo+i] = all || each[i]
		}
	})
	return holds
}
