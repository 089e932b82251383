package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"amana/internal/fault"
)

// A headcount is one entry that commits to the set of those present. Each member stands in the set under a salt of its own,
// derived from the salt of the set, so that a proof of one says nothing about the others but how many there are.

// MemberProof shows that one person belongs to a set.
type MemberProof struct {
	Member int64  `json:"member"`
	Salt   Hash   `json:"salt"` // this member's alone
	Index  int64  `json:"index"`
	Size   int64  `json:"size"` // how many members the set has
	Path   []Hash `json:"path"`
}

// SetRoot commits to a set of persons and its size under a random salt; order and repetition do not matter.
func SetRoot(salt [32]byte, members []int64) Hash {
	leaves := setLeaves(salt, members)
	return setHash(int64(len(leaves)), merkleRoot(leaves))
}

// ProveMember proves that a person belongs to the set, or fails with set.absent.
func ProveMember(salt [32]byte, members []int64, member int64) (MemberProof, error) {
	if !slices.Contains(members, member) {
		return MemberProof{}, fault.New(fault.NotFound, "set.absent", "%d is not a member of the set", member)
	}
	own := memberSalt(salt, member)
	leaves := setLeaves(salt, members)
	leaf := memberLeaf(own, member)
	i, found := slices.BinarySearchFunc(leaves, leaf, compareHash)
	if !found {
		return MemberProof{}, fmt.Errorf("proving member %d: its leaf is not in the set", member)
	}
	return MemberProof{member, own, int64(i), int64(len(leaves)), merklePath(leaves, i)}, nil
}

// VerifyMember checks a proof against the root of the set, or fails with set.false.
func VerifyMember(root Hash, p MemberProof) error {
	bad := fault.New(fault.Refused, "set.false", "it is not proven that %d is a member of the set", p.Member)
	if p.Index < 0 || p.Index >= p.Size || len(p.Path) > maxPath {
		return bad
	}
	// The tree's own root is not given: it is what the path leads to.
	inner, ok := rootOf(memberLeaf(p.Salt, p.Member), p.Index, p.Size, p.Path)
	if !ok || setHash(p.Size, inner) != root {
		return bad
	}
	return nil
}

// setHash binds the root of a set to its size.
func setHash(size int64, root Hash) Hash {
	b := binary.BigEndian.AppendUint64([]byte("amana/set/v1\n"), uint64(size))
	return sum(append(b, root[:]...))
}

func memberSalt(salt [32]byte, member int64) Hash {
	var b [padded + 16]byte
	copy(b[padded:], "set-salt")
	binary.BigEndian.PutUint64(b[padded+8:], uint64(member))
	return mac(&salt, b[:])
}

func memberLeaf(salt Hash, member int64) Hash {
	var b [padded + 14]byte
	copy(b[padded:], "member")
	binary.BigEndian.PutUint64(b[padded+6:], uint64(member))
	return leafHash(mac((*[32]byte)(&salt), b[:]))
}

// setLeaves are sorted by hash, so that a member's index says nothing about its number.
func setLeaves(salt [32]byte, members []int64) []Hash {
	leaves := make([]Hash, len(members))
	parallel(len(members), 512, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			leaves[i] = memberLeaf(memberSalt(salt, members[i]), members[i])
		}
	})
	slices.SortFunc(leaves, compareHash)
	return slices.Compact(leaves)
}

func compareHash(a, b Hash) int { return bytes.Compare(a[:], b[:]) }

// rootOf walks an audit path up to the root that it implies (RFC 9162 section 2.1.3.2).
func rootOf(h Hash, index, size int64, path []Hash) (Hash, bool) {
	last := size - 1
	for _, p := range path {
		if last == 0 {
			return h, false
		}
		if index&1 == 1 || index == last {
			h = nodeHash(&p, &h)
			for index&1 == 0 && index != 0 {
				index, last = index>>1, last>>1
			}
		} else {
			h = nodeHash(&h, &p)
		}
		index, last = index>>1, last>>1
	}
	return h, last == 0
}
