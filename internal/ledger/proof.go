package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/fault"
)

const (
	proofLine = "c2sp.org/tlog-proof@v1"
	maxPath   = 63          // hashes of an inclusion proof
	maxProof  = 4 * MaxBody // bytes of a proof: base64 of JSON of the largest opened body
)

// Proof shows that an entry stands in a log, to anybody who holds the log's key and no network, together with whichever of
// the entry's fields were opened.
type Proof struct {
	Leaf       Leaf
	Opening    Opening // no fields when none were opened
	Path       []Hash  // from the leaf's sibling up
	Checkpoint []byte  // the signed note, with any cosignatures
}

// extra is the application's part of the C2SP form.
type extra struct {
	Leaf    []byte   `json:"leaf"`
	Opening *Opening `json:"opening,omitempty"`
}

// ProveInclusion gives the path of the entry in the tree of a size, from its sibling up.
func ProveInclusion(size, seq int64, read TileReader) ([]Hash, error) {
	p, err := tlog.ProveRecord(size, seq-1, read)
	if err != nil {
		return nil, fmt.Errorf("proving entry %d at size %d: %w", seq, size, err)
	}
	return p, nil
}

// Marshal writes the proof in the text form of C2SP tlog-proof; files of it end in .tlog-proof.
func (p Proof) Marshal() ([]byte, error) {
	x := extra{Leaf: p.Leaf.Bytes()}
	if len(p.Opening.Fields) > 0 {
		x.Opening = &p.Opening
	}
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false) // an opened value must stay as it was, byte for byte
	if err := enc.Encode(x); err != nil {
		return nil, fmt.Errorf("writing the proof of entry %d: %w", p.Leaf.Seq, err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nextra %s\nindex %d\n", proofLine, base64.StdEncoding.EncodeToString(raw.Bytes()), p.Leaf.Seq-1)
	for _, h := range p.Path {
		fmt.Fprintf(&b, "%s\n", h)
	}
	b.WriteByte('\n')
	b.Write(p.Checkpoint)
	return b.Bytes(), nil
}

// ParseProof reads the text form, or fails with proof.malformed. Nothing in it is true before Verify.
func ParseProof(b []byte) (Proof, error) {
	malformed := fault.New(fault.Invalid, "proof.malformed", "this is not a proof of an entry")
	if len(b) > maxProof {
		return Proof{}, fault.New(fault.TooLarge, "proof.malformed", "the proof has more than %d bytes", maxProof)
	}
	head, checkpoint, found := bytes.Cut(b, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || len(lines) > 3+maxPath || lines[0] != proofLine || len(checkpoint) > maxCheckpoint {
		return Proof{}, malformed
	}
	encoded, hasExtra := strings.CutPrefix(lines[1], "extra ")
	number, hasIndex := strings.CutPrefix(lines[2], "index ")
	index, isNumber := parseNumber(number)
	if !hasExtra || !hasIndex || !isNumber {
		return Proof{}, malformed
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return Proof{}, malformed.Because(err)
	}
	var x extra
	if err := decodeStrict(raw, &x); err != nil {
		return Proof{}, malformed.Because(err)
	}
	p := Proof{Checkpoint: checkpoint}
	if p.Leaf, err = ParseLeaf(x.Leaf); err != nil {
		return Proof{}, malformed.Because(err)
	}
	if p.Leaf.Seq-1 != index {
		return Proof{}, malformed
	}
	if x.Opening != nil {
		p.Opening = *x.Opening
	}
	for _, line := range lines[3:] {
		h, err := parseHash(line)
		if err != nil {
			return Proof{}, malformed.Because(err)
		}
		p.Path = append(p.Path, h)
	}
	return p, nil
}

// decodeStrict reads one JSON object that has no members but those of v.
func decodeStrict(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if rest := bytes.TrimSpace(b[dec.InputOffset():]); len(rest) > 0 {
		return fmt.Errorf("%d bytes follow the object", len(rest))
	}
	return nil
}

// Verify checks the proof against the key of its log: the signatures of the leaf and the checkpoint, the leaf's place in
// the tree and each opened field. It fails with the faults of ParseCheckpoint, proof.log, signature.false, proof.path or
// opening.false.
func (p Proof) Verify(vkey string) error {
	v, err := ParseVerifier(vkey)
	if err != nil {
		return err
	}
	c, err := v.checkpoint(p.Checkpoint)
	if err != nil {
		return err
	}
	if c.Log != p.Leaf.Log {
		return fault.New(fault.Refused, "proof.log", "the entry is of %s, the checkpoint of %s", p.Leaf.Log.Origin(), c.Log.Origin())
	}
	if !v.Verify(p.Leaf.Message(), p.Leaf.Sig[:]) {
		return fault.New(fault.Refused, "signature.false", "%s did not sign entry %d", v.Name(), p.Leaf.Seq)
	}
	if err := tlog.CheckRecord(p.Path, c.Size, c.Root, p.Leaf.Seq-1, p.Leaf.Hash()); err != nil {
		return fault.New(fault.Refused, "proof.path", "entry %d is not in the log at size %d", p.Leaf.Seq, c.Size).Because(err)
	}
	return p.Opening.Verify(p.Leaf.Commitment)
}
