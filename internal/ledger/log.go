// Package ledger makes one site's record tamper-evident: sealed entries, each person's chain, the Merkle tree, checkpoints,
// proofs that travel offline, and the checker that names whatever was altered or taken away.
//
// An entry is a private JSON body and a public leaf. The leaf commits to each field of the body under a key of its own
// (HMAC-SHA256 with a fresh salt, never an unkeyed hash), so a site can open the date and the place of an event without the
// name. Leaves stand in an RFC 6962 tree that is kept as C2SP tlog-tiles; its root is signed as a C2SP tlog-checkpoint.
//
// The package does no I/O: randomness, stored tiles and streams come from the caller. It cannot prevent a site that holds its
// own key from writing two histories; it makes two such histories provable to whoever sees both.
package ledger

import (
	"encoding/binary"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/fault"
)

// Hash is a SHA-256 hash; it prints as base64.
type Hash = tlog.Hash

// Log names one site's log. A site that is restored from an older copy continues under a new epoch.
type Log struct {
	Site  string // letters, digits, ".", "_" and "-", at most 64
	Epoch int64
}

// maxNumber bounds every number in a body and a leaf: integers up to it are exact in every JSON reader (RFC 8259 section 6).
const maxNumber = 1<<53 - 1

// Origin is the log's name in checkpoints and the name of its key: amana/<site>/<epoch>.
func (l Log) Origin() string {
	return "amana/" + l.Site + "/" + strconv.FormatInt(l.Epoch, 10)
}

// ParseOrigin reads the name of a log, or fails with log.origin.
func ParseOrigin(s string) (Log, error) {
	rest, ok := strings.CutPrefix(s, "amana/")
	site, epoch, found := strings.Cut(rest, "/")
	n, valid := parseNumber(epoch)
	if !ok || !found || !valid || !isName(site) {
		return Log{}, fault.New(fault.Invalid, "log.origin", "%q does not name a log", shorten(s))
	}
	return Log{Site: site, Epoch: n}, nil
}

func (l Log) valid() bool {
	return isName(l.Site) && l.Epoch >= 0 && l.Epoch <= maxNumber
}

// isName reports whether s can stand in an origin, a key name and a path without quoting.
func isName[T string | []byte](s T) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '.', b == '_', b == '-':
		default:
			return false
		}
	}
	return true
}

// parseNumber reads a decimal without sign or leading zero, up to maxNumber.
func parseNumber[T string | []byte](s T) (int64, bool) {
	if len(s) == 0 || len(s) > 16 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, n <= maxNumber
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// leafPrefix separates the signature of an entry from everything else that the same key signs.
const leafPrefix = "amana/entry/v1\n"

const leafVersion = 1

// Leaf is the public half of an entry: what anybody may see and nobody can relate to a person.
type Leaf struct {
	Log        Log
	Seq        int64    // 1-based; the leaf stands at tree index Seq-1
	Slot       Hash     // place in some person's chain, zero when the entry is about no single person
	Commitment Hash     // root over the keyed fields of the private body
	Sig        [64]byte // Ed25519 over Message
}

// appendUnsigned adds version | len(site) | site | epoch | seq | slot | commitment, numbers as 8 bytes big-endian.
func (l *Leaf) appendUnsigned(b []byte) []byte {
	b = append(b, leafVersion, byte(len(l.Log.Site)))
	b = append(b, l.Log.Site...)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Log.Epoch))
	b = binary.BigEndian.AppendUint64(b, uint64(l.Seq))
	b = append(b, l.Slot[:]...)
	return append(b, l.Commitment[:]...)
}

// Message is what the site signs: a prefix and the leaf without its signature.
func (l *Leaf) Message() []byte { return l.appendUnsigned([]byte(leafPrefix)) }

// Bytes is the leaf as it stands in the tree.
func (l *Leaf) Bytes() []byte { return append(l.appendUnsigned(nil), l.Sig[:]...) }

// ID names the entry. It does not cover the signature, so that the next entry of a chain need not wait for it.
func (l *Leaf) ID() Hash { return sum(l.Message()) }

// Hash is the RFC 6962 leaf hash.
func (l *Leaf) Hash() Hash { return tlog.RecordHash(l.Bytes()) }

// ParseLeaf reads a leaf, or fails with leaf.malformed.
func ParseLeaf(b []byte) (Leaf, error) {
	malformed := fault.New(fault.Invalid, "leaf.malformed", "this is not a leaf of a log")
	if len(b) < 2 || b[0] != leafVersion {
		return Leaf{}, malformed
	}
	site, rest := int(b[1]), b[2:]
	if len(rest) != site+8+8+32+32+64 {
		return Leaf{}, malformed
	}
	l := Leaf{Log: Log{Site: string(rest[:site])}}
	rest = rest[site:]
	epoch, seq := binary.BigEndian.Uint64(rest), binary.BigEndian.Uint64(rest[8:])
	if !isName(l.Log.Site) || epoch > maxNumber || seq == 0 || seq > maxNumber {
		return Leaf{}, malformed
	}
	l.Log.Epoch, l.Seq = int64(epoch), int64(seq)
	copy(l.Slot[:], rest[16:])
	copy(l.Commitment[:], rest[48:])
	copy(l.Sig[:], rest[80:])
	return l, nil
}

// Fork reports whether two leaves claim the same place in one person's chain. Once both signatures hold, the pair proves
// that custody was recorded twice, without saying whose.
func Fork(a, b Leaf) bool {
	return a.Slot == b.Slot && a.Slot != Hash{} && a.ID() != b.ID()
}
