package ledger

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/json"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/fault"
)

func sum(b []byte) Hash { return sha256.Sum256(b) }

// padded is where a message starts in the buffer given to mac: HMAC puts one block of key before it.
const padded = sha256.BlockSize

// mac is HMAC-SHA256 (RFC 2104) of b[padded:]; it overwrites what is before. Without an interface and a copy of the state it
// needs no memory of its own.
func mac(key *[32]byte, b []byte) Hash {
	copy(b[:padded], innerPad[:])
	subtle.XORBytes(b, key[:], innerPad[:len(key)])
	inner := sha256.Sum256(b)
	var outer [padded + sha256.Size]byte
	copy(outer[:], outerPad[:])
	subtle.XORBytes(outer[:], key[:], outerPad[:len(key)])
	copy(outer[padded:], inner[:])
	return sha256.Sum256(outer[:])
}

var (
	innerPad = [padded]byte(bytes.Repeat([]byte{0x36}, padded))
	outerPad = [padded]byte(bytes.Repeat([]byte{0x5c}, padded))
)

// slot is the public name of a place in a person's chain: HMAC(key, "slot" || pseq).
func slot(key *[32]byte, pseq int64) Hash {
	var b [padded + 4 + 8]byte
	copy(b[padded:], "slot")
	binary.BigEndian.PutUint64(b[padded+4:], uint64(pseq))
	return mac(key, b[:])
}

// leafHash and nodeHash are RFC 6962 section 2.1 for one hash and for two.
func leafHash(h Hash) Hash {
	var b [1 + sha256.Size]byte
	copy(b[1:], h[:])
	return sha256.Sum256(b[:])
}

func nodeHash(left, right *Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// merkleRoot is the RFC 6962 root over leaf hashes.
func merkleRoot(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sum(nil)
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	left, right := merkleRoot(leaves[:k]), merkleRoot(leaves[k:])
	return nodeHash(&left, &right)
}

// merklePath is the RFC 6962 audit path of leaf i, from its sibling up.
func merklePath(leaves []Hash, i int) []Hash {
	if len(leaves) < 2 {
		return nil
	}
	k := split(len(leaves))
	if i < k {
		return append(merklePath(leaves[:k], i), merkleRoot(leaves[k:]))
	}
	return append(merklePath(leaves[k:], i-k), merkleRoot(leaves[:k]))
}

// split is the largest power of two below n, for n > 1.
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

// fieldSalt derives the salt of one field; giving it away says nothing about the others.
func fieldSalt(salt *[32]byte, index int) Hash {
	const label = "amana/field-salt"
	var b [len(label) + 32 + 2]byte
	copy(b[:], label)
	copy(b[len(label):], salt[:])
	binary.BigEndian.PutUint16(b[len(label)+32:], uint16(index))
	return sha256.Sum256(b[:])
}

// committer computes commitments in memory that it keeps.
type committer struct {
	buf    []byte
	leaves []Hash
}

// fieldLeaf is the leaf of name and value: HMAC(field salt, name || 0 || value). Names hold no zero byte.
func (c *committer) fieldLeaf(salt Hash, data bool, name, value []byte) Hash {
	c.buf = append(c.buf[:0], innerPad[:]...)
	if data {
		c.buf = append(c.buf, dataPrefix...)
	}
	c.buf = append(append(append(c.buf, name...), 0), value...)
	return leafHash(mac((*[32]byte)(&salt), c.buf))
}

const dataPrefix = "data."

func (c *committer) hash(salt *[32]byte, fields []field) {
	c.leaves = c.leaves[:0]
	for i, f := range fields {
		c.leaves = append(c.leaves, c.fieldLeaf(fieldSalt(salt, i), f.data, f.name, f.value))
	}
}

func (c *committer) root(salt *[32]byte, fields []field) Hash {
	c.hash(salt, fields)
	return merkleRoot(c.leaves)
}

// Opening shows chosen fields of an entry to whoever holds its public leaf, and nothing of the others but how many there are.
type Opening struct {
	Size   int           `json:"size"` // how many fields the entry has
	Fields []OpenedField `json:"fields"`
}

// OpenedField is one field with what proves that the leaf commits to it.
type OpenedField struct {
	Index int             `json:"index"`
	Name  string          `json:"name"`  // a member of the envelope, or "data.<member>"
	Value json.RawMessage `json:"value"` // byte for byte as in the body
	Salt  Hash            `json:"salt"`
	Path  []Hash          `json:"path"`
}

// Open opens the named fields of an entry, in the order of the body. It fails with entry.body, or with the names that the
// entry does not have under opening.unknown.
func Open(e *Entry, names ...string) (Opening, error) {
	var w worker
	if err := w.body.parse(e.Body); err != nil {
		return Opening{}, err
	}
	wanted := make(map[string]bool, len(names))
	for _, name := range names {
		wanted[name] = true
	}
	w.commit.hash(&e.Salt, w.body.fields)
	o := Opening{Size: len(w.body.fields)}
	for i, f := range w.body.fields {
		name := string(f.name)
		if f.data {
			name = dataPrefix + name
		}
		if !wanted[name] {
			continue
		}
		delete(wanted, name)
		o.Fields = append(o.Fields, OpenedField{
			Index: i, Name: name, Value: json.RawMessage(f.value),
			Salt: fieldSalt(&e.Salt, i), Path: merklePath(w.commit.leaves, i),
		})
	}
	unknown := fault.New(fault.Invalid, "opening.unknown", "the entry does not have these fields")
	for _, name := range names {
		if wanted[name] {
			unknown.Fields = append(unknown.Fields, fault.Field{Name: name, Rule: unknown.Rule})
		}
	}
	if unknown.Fields != nil {
		return Opening{}, unknown
	}
	return o, nil
}

// Verify checks that the commitment of a leaf covers every opened field, or fails with opening.false and the fields it does not.
func (o Opening) Verify(commitment Hash) error {
	bad := fault.New(fault.Refused, "opening.false", "what was opened is not what the entry commits to")
	var c committer
	seen := make(map[string]bool, len(o.Fields))
	for _, f := range o.Fields {
		leaf := c.fieldLeaf(f.Salt, false, []byte(f.Name), f.Value)
		err := tlog.CheckRecord(f.Path, int64(o.Size), commitment, int64(f.Index), leaf)
		if err != nil || seen[f.Name] {
			bad.Fields = append(bad.Fields, fault.Field{Name: shorten(f.Name), Rule: bad.Rule})
		}
		seen[f.Name] = true
	}
	if bad.Fields != nil {
		return bad
	}
	return nil
}
