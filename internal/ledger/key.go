package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
	"golang.org/x/mod/sumdb/note"

	"amana/internal/fault"
)

// GenerateKey makes an Ed25519 key in the serialisation of signed notes (C2SP signed-note): the secret signer key and the
// public verifier key. A log's key is named by its Origin; custodians name theirs as they are called. It fails with key.name.
func GenerateKey(rand io.Reader, name string) (skey, vkey string, err error) {
	forbidden := func(r rune) bool { return r < ' ' || r == '+' || unicode.IsSpace(r) }
	if name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, forbidden) {
		return "", "", fault.New(fault.Invalid, "key.name", "%q cannot name a key", shorten(name))
	}
	skey, vkey, err = note.GenerateKey(rand, name)
	if err != nil {
		return "", "", fmt.Errorf("generating the key %s: %w", name, err)
	}
	return skey, vkey, nil
}

// Signer holds a secret key. It never prints it.
type Signer struct {
	note note.Signer
	vkey string
}

// ParseSigner reads a signer key, or fails with key.malformed without repeating it.
func ParseSigner(skey string) (*Signer, error) {
	s, err := note.NewSigner(skey)
	if err != nil {
		return nil, fault.New(fault.Invalid, "key.malformed", "this is not a signer key").Because(err)
	}
	seed, err := keyBytes(skey, 5) // PRIVATE+KEY+<name>+<hash>+<key>
	if err != nil {
		return nil, err
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(s.Name(), public)
	if err != nil {
		return nil, fmt.Errorf("writing the verifier key of %s: %w", s.Name(), err)
	}
	return &Signer{note: s, vkey: vkey}, nil
}

// keyBytes gives the 32 bytes behind the algorithm byte of a serialised key, which is the last of so many parts.
func keyBytes(key string, parts int) ([]byte, error) {
	fields := strings.SplitN(key, "+", parts)
	b, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	if err != nil || len(b) != 1+ed25519.SeedSize {
		return nil, fault.New(fault.Invalid, "key.malformed", "this is not an Ed25519 key")
	}
	return b[1:], nil
}

// Name is the name of the key.
func (s *Signer) Name() string { return s.note.Name() }

// VerifierKey is the public half, to be given to whoever verifies.
func (s *Signer) VerifierKey() string { return s.vkey }

// String shows the public half only.
func (s *Signer) String() string { return s.vkey }

// Sign signs a message.
func (s *Signer) Sign(msg []byte) [64]byte {
	sig, err := s.note.Sign(msg)
	if err != nil {
		// An Ed25519 signer has no way to fail; the zero signature verifies nothing.
		return [64]byte{}
	}
	return [64]byte(sig)
}

// Verifier holds a public key. It verifies single signatures by the same cofactored equation as whole batches, so that the
// two can never disagree about a signature that was made to tell them apart.
type Verifier struct {
	note note.Verifier
	vkey string
	key  *voi.ExpandedPublicKey
}

// ParseVerifier reads a verifier key, or fails with key.malformed.
func ParseVerifier(vkey string) (*Verifier, error) {
	n, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fault.New(fault.Invalid, "key.malformed", "this is not a verifier key").Because(err)
	}
	public, err := keyBytes(vkey, 3) // <name>+<hash>+<key>
	if err != nil {
		return nil, err
	}
	key, err := voi.NewExpandedPublicKey(public)
	if err != nil {
		return nil, fault.New(fault.Invalid, "key.malformed", "the verifier key is not a point of the curve").Because(err)
	}
	if written, err := note.NewEd25519VerifierKey(n.Name(), public); err != nil || written != vkey {
		return nil, fault.New(fault.Invalid, "key.malformed", "the verifier key is not written as it is issued").Because(err)
	}
	return &Verifier{note: n, vkey: vkey, key: key}, nil
}

// Name is the name of the key.
func (v *Verifier) Name() string { return v.note.Name() }

// KeyHash tells keys of one name apart (C2SP signed-note).
func (v *Verifier) KeyHash() uint32 { return v.note.KeyHash() }

// String is the serialised key.
func (v *Verifier) String() string { return v.vkey }

// Verify reports whether sig is the key's signature of msg.
func (v *Verifier) Verify(msg, sig []byte) bool {
	return voi.VerifyExpanded(v.key, msg, sig)
}

// VerifySignature checks one signature, or fails with key.malformed or signature.false.
func VerifySignature(vkey string, msg []byte, sig [64]byte) error {
	v, err := ParseVerifier(vkey)
	if err != nil {
		return err
	}
	if !v.Verify(msg, sig[:]) {
		return fault.New(fault.Refused, "signature.false", "%s did not sign this", v.Name())
	}
	return nil
}

func wrongKey(name string, log Log) error {
	return fault.New(fault.Invalid, "key.name", "the key %s does not belong to the log %s", shorten(name), log.Origin())
}
