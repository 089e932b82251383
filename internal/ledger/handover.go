package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"amana/internal/fault"
)

// Message is what parties sign outside a log: "amana/<kind>/v1", a line break and compact JSON. Give v as a struct, whose
// members keep their order. It fails with message.kind, or when v cannot be written.
func Message(kind string, v any) ([]byte, error) {
	if !isName(kind) || kind == "entry" {
		return nil, fault.New(fault.Invalid, "message.kind", "%q cannot name a kind of statement", shorten(kind))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "amana/%s/v1\n", kind)
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("writing the statement %s: %w", kind, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Acceptance is what the receiver of a person signs before the giver lets go: it will hold this person, taken from this
// giver at this point of the chain. The giver's entry that contains it is the only moment at which custody changes.
type Acceptance struct {
	Person   int64     `json:"person"`
	Head     Hash      `json:"head"`     // ID of the last entry of the person's chain
	Giver    string    `json:"giver"`    // name of the giver's key
	Receiver string    `json:"receiver"` // name of the receiver's key
	Nonce    string    `json:"nonce"`    // random, used once
	Expiry   time.Time `json:"expiry"`   // cut to seconds; not valid from then on
}

// Message is the canonical text that the receiver signs.
func (a Acceptance) Message() []byte {
	a.Expiry = a.Expiry.UTC().Truncate(time.Second)
	b, err := Message("acceptance", a)
	if err != nil {
		// Only a year beyond four digits cannot be written; Validate names it, and nobody signs the empty message.
		return nil
	}
	return b
}

// Validate collects the fields that are missing or cannot be written exactly, under acceptance.draft.
func (a Acceptance) Validate() error {
	bad := fault.New(fault.Invalid, "acceptance.draft", "the acceptance is not complete")
	check := func(ok bool, name, value string) {
		if !ok {
			bad.Fields = append(bad.Fields, fault.Field{Name: name, Rule: bad.Rule, Value: shorten(value)})
		}
	}
	check(a.Person > 0 && a.Person <= maxNumber, "person", fmt.Sprint(a.Person))
	check(a.Head != Hash{}, "head", "")
	check(isText(a.Giver) && utf8.ValidString(a.Giver), "giver", a.Giver)
	check(isText(a.Receiver) && utf8.ValidString(a.Receiver) && a.Receiver != a.Giver, "receiver", a.Receiver)
	check(isText(a.Nonce) && utf8.ValidString(a.Nonce), "nonce", a.Nonce)
	check(isMoment(a.Expiry.UTC()), "expiry", a.Expiry.String())
	if bad.Fields != nil {
		return bad
	}
	return nil
}

// Verify checks that the receiver, whose key is vkey, signed the acceptance and that it still holds at a moment. It fails
// with acceptance.draft, acceptance.expired, key.malformed, acceptance.receiver or signature.false. That the head is still
// the head of the chain and the nonce unused is for the giver's store to check.
func (a Acceptance) Verify(vkey string, sig [64]byte, at time.Time) error {
	if err := a.Validate(); err != nil {
		return err
	}
	if !at.Before(a.Expiry.Truncate(time.Second)) {
		return fault.New(fault.Refused, "acceptance.expired", "the acceptance was valid until %s", a.Expiry.UTC().Format(time.RFC3339))
	}
	v, err := ParseVerifier(vkey)
	if err != nil {
		return err
	}
	if v.Name() != a.Receiver {
		return fault.New(fault.Refused, "acceptance.receiver", "%s cannot accept for %s", v.Name(), a.Receiver)
	}
	return VerifySignature(vkey, a.Message(), sig)
}
