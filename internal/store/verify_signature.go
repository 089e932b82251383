package store

import (
	"encoding/hex"
	"fmt"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/ledger"
	"amana/internal/transfer"
)

// The rules of a problem with what two parties signed. They never change their meaning.
const (
	handoverSignature = "handover.signature" // giver or receiver did not sign the handover as it stands
	passageSignature  = "passage.signature"  // officer or escort did not sign what was counted
)

// parties follows the log and checks what giver and receiver of each handover and officer and escort of each passage
// signed, with the keys under which the custodians were enrolled at that point.
type parties struct {
	keys    map[string]*ledger.Verifier
	waiting []ledger.Signed
	claims  []ledger.Problem // for each that waits: what is wrong if its signature does not hold
}

// add takes note of one entry; what can be told without a signature is told at once.
func (p *parties) add(r *Row, h ledger.Header) []ledger.Problem {
	switch custody.Kind(h.Kind) {
	case custody.CustodianEnrolled{}.Kind(), custody.Handover{}.Kind(), transfer.Passage{}.Kind():
	default:
		return nil
	}
	record, err := Decode(&r.Entry)
	if err != nil {
		return nil // the replay names it
	}
	switch e := record.Event.(type) {
	case *custody.CustodianEnrolled:
		if p.keys == nil {
			p.keys = map[string]*ledger.Verifier{}
		}
		if p.keys[e.Code], err = ledger.ParseVerifier(e.VKey); err != nil {
			return problem("custodian.key", r.Seq, "the key of %s is none", e.Code)
		}
	case *custody.Handover:
		if e.Head != hex.EncodeToString(h.Prev[:]) {
			return problem(handoverSignature, r.Seq, "the handover was signed over another state of the person's record")
		}
		msg := acceptance(record.Person, e, h.Prev).Message()
		return append(p.sign(handoverSignature, r.Seq, e.Giver, msg, e.GiverSig), p.sign(handoverSignature, r.Seq, e.Receiver, msg, e.ReceiverSig)...)
	case *transfer.Passage:
		if root, ok := identifiedRoot(e); !ok || root != e.Root {
			return problem(passageSignature, r.Seq, "those identified are not those that were signed for")
		}
		msg, err := ledger.Message("passage", e.Statement(record.OccurredAt))
		if err != nil {
			return problem(passageSignature, r.Seq, "the passage cannot be stated")
		}
		return append(p.sign(passageSignature, r.Seq, e.Officer, msg, e.OfficerSig), p.sign(passageSignature, r.Seq, e.Escort, msg, e.EscortSig)...)
	}
	return nil
}

// sign puts a signature in line to be verified.
func (p *parties) sign(rule string, seq int64, code string, msg, sig []byte) []ledger.Problem {
	key := p.keys[code]
	if key == nil || key.Name() != code {
		return problem(rule, seq, "%q was not enrolled with a key of that name", code)
	}
	p.waiting = append(p.waiting, ledger.Signed{Key: key, Msg: msg, Sig: sig})
	p.claims = append(p.claims, problem(rule, seq, "%s did not sign this", code)...)
	return nil
}

// verify checks all that waits.
func (p *parties) verify() []ledger.Problem {
	var problems []ledger.Problem
	for i, holds := range ledger.VerifyAll(p.waiting) {
		if !holds {
			problems = append(problems, p.claims[i])
		}
	}
	p.waiting, p.claims = p.waiting[:0], p.claims[:0]
	return problems
}

// acceptance is what both parties of a handover signed.
func acceptance(who id.Person, e *custody.Handover, head ledger.Hash) ledger.Acceptance {
	return ledger.Acceptance{Person: int64(who), Head: head, Giver: e.Giver, Receiver: e.Receiver, Nonce: e.Nonce, Expiry: e.Expiry}
}

func identifiedRoot(e *transfer.Passage) (string, bool) {
	var salt [32]byte
	b, err := hex.DecodeString(e.Salt)
	if err != nil || copy(salt[:], b) != len(b) || len(b) != len(salt) {
		return "", false
	}
	members := make([]int64, len(e.Identified))
	for i, who := range e.Identified {
		members[i] = int64(who)
	}
	root := ledger.SetRoot(salt, members)
	return hex.EncodeToString(root[:]), true
}

func problem(rule string, seq int64, format string, args ...any) []ledger.Problem {
	return []ledger.Problem{{Rule: rule, Seq: seq, Where: fmt.Sprintf("entry %d", seq), Message: fmt.Sprintf(format, args...)}}
}
