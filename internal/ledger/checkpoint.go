package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/fault"
)

// maxCheckpoint bounds a checkpoint with its cosignatures.
const maxCheckpoint = 64 << 10

// Checkpoint says what a log held when it had a certain size.
type Checkpoint struct {
	Log  Log
	Size int64
	Root Hash
}

// Text is the signed text: origin, size and root on a line each (C2SP tlog-checkpoint).
func (c Checkpoint) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Log.Origin(), c.Size, c.Root)
}

// SignCheckpoint makes a signed note of the log's size and root. It fails with key.name when the key is not the log's.
func SignCheckpoint(signer *Signer, log Log, size int64, root Hash) ([]byte, error) {
	if signer.Name() != log.Origin() {
		return nil, wrongKey(signer.Name(), log)
	}
	c := Checkpoint{log, size, root}
	b, err := note.Sign(&note.Note{Text: c.Text()}, signer.note)
	if err != nil {
		return nil, fmt.Errorf("signing the checkpoint of %s at %d: %w", log.Origin(), size, err)
	}
	return b, nil
}

// ParseCheckpoint reads a checkpoint whose log signed it with vkey. Signatures of others, such as witnesses, may stand beside.
// It fails with checkpoint.malformed, checkpoint.unsigned, checkpoint.signature, checkpoint.origin or key.malformed.
func ParseCheckpoint(b []byte, vkey string) (Checkpoint, error) {
	v, err := ParseVerifier(vkey)
	if err != nil {
		return Checkpoint{}, err
	}
	return v.checkpoint(b)
}

func (v *Verifier) checkpoint(b []byte) (Checkpoint, error) {
	malformed := fault.New(fault.Invalid, "checkpoint.malformed", "this is not a checkpoint")
	if len(b) > maxCheckpoint {
		return Checkpoint{}, malformed
	}
	n, err := note.Open(b, note.VerifierList(v))
	var unsigned *note.UnverifiedNoteError
	var forged *note.InvalidSignatureError
	switch {
	case errors.As(err, &unsigned):
		return Checkpoint{}, fault.New(fault.Refused, "checkpoint.unsigned", "%s did not sign this checkpoint", v.Name())
	case errors.As(err, &forged):
		return Checkpoint{}, fault.New(fault.Refused, "checkpoint.signature", "the signature of %s is false", v.Name())
	case err != nil:
		return Checkpoint{}, malformed.Because(err)
	}
	for _, s := range n.Sigs {
		// Base64 can write the same bytes in several ways; a stored note has the one that was signed.
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return Checkpoint{}, malformed.Because(err)
		}
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, malformed
	}
	size, ok := parseNumber(lines[1])
	root, err := parseHash(lines[2])
	if !ok || err != nil {
		return Checkpoint{}, malformed
	}
	log, err := ParseOrigin(lines[0])
	if err != nil || lines[0] != v.Name() {
		return Checkpoint{}, fault.New(fault.Refused, "checkpoint.origin", "the checkpoint is of %s, the key of %s", shorten(lines[0]), v.Name())
	}
	return Checkpoint{log, size, root}, nil
}

func parseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != base64.StdEncoding.EncodedLen(len(h)) {
		return h, fault.New(fault.Invalid, "hash.malformed", "%q is not a hash", shorten(s))
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, fault.New(fault.Invalid, "hash.malformed", "%q is not a hash", shorten(s))
	}
	return Hash(b), nil
}

// ProveConsistency proves that the tree of the newer size begins with the tree of the older.
func ProveConsistency(older, newer int64, read TileReader) ([]Hash, error) {
	if older == 0 {
		return nil, nil // every log continues the empty one
	}
	p, err := tlog.ProveTree(newer, older, read)
	if err != nil {
		return nil, fmt.Errorf("proving that size %d continues %d: %w", newer, older, err)
	}
	return p, nil
}

// CheckConsistency checks that the newer checkpoint continues the older, or fails with checkpoint.fork: the log then has
// two histories, and the two checkpoints are the evidence.
func CheckConsistency(older, newer Checkpoint, proof []Hash) error {
	forked := fault.New(fault.Refused, "checkpoint.fork", "%s at %d does not continue what it was at %d", newer.Log.Origin(), newer.Size, older.Size)
	switch {
	case older.Log != newer.Log || older.Size > newer.Size:
		return forked
	case older.Size == 0:
		if older.Root != sum(nil) || len(proof) > 0 || newer.Size == 0 && newer.Root != older.Root {
			return forked
		}
		return nil
	}
	if err := tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return forked.Because(err)
	}
	return nil
}
