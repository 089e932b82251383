package ledger

import (
	"errors"
	"fmt"
	"math/bits"
	"time"

	voi "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"amana/internal/fault"
)

// The rules of a Problem. They never change their meaning.
const (
	EntryMissing        = "entry.missing"        // numbers are skipped
	EntryBody           = "entry.body"           // the body cannot be read, is not canonical, or is of another log
	EntrySignature      = "entry.signature"      // body, salt, slot or signature is not what was signed
	EntryChain          = "entry.chain"          // the person's chain is broken before this entry
	EntrySlot           = "entry.slot"           // the slot is not that of the person's chain
	EntryOrder          = "entry.order"          // a number is repeated or in the wrong place, or recorded before its predecessor
	ForkFound           = "fork"                 // two signed entries claim one place, in the log or in a person's chain
	TileFalse           = "tile"                 // a stored tile does not follow from the entries
	CheckpointSignature = "checkpoint.signature" // a checkpoint that this log did not sign
	CheckpointRoot      = "checkpoint.root"      // the entries are not those of a checkpoint
	LogRewound          = "log.rewound"          // a checkpoint is of a larger log: an older copy was put back
)

// Problem is one thing that is wrong with a log, and where.
type Problem struct {
	Rule    string `json:"rule"`
	Seq     int64  `json:"seq,omitempty"`   // the entry, or the first of those meant; 0 when it is none
	Where   string `json:"where,omitempty"` // the tile, the checkpoint, or the log when several are checked
	Message string `json:"message"`         // English
}

// maxMissing is how many missing entries keep their place in the tree. Beyond it the rest is checked entry by entry only,
// so that a false number cannot claim memory.
const maxMissing = 1 << 20

// Checker verifies one log as it streams by, in its order, and names whatever is wrong. It keeps about 64 bytes an entry for
// the tree, as much again for the slots, and one link for each person. It is not safe for concurrent use; it uses all cores.
type Checker struct {
	log      Log
	key      *Verifier
	next     int64     // number of the entry that is due
	missing  int64     // entries that were not seen
	lost     bool      // more than maxMissing were not seen: levels ends there
	levels   [][]Hash  // levels[k][i]: root of the i-th complete subtree of 2^k entries; zero when it is not known
	recorded time.Time // of the entry before
	chains   map[int64]chain
	slots    map[Hash]int64
	items    []item
}

// chain is what the checker knows of a person's chain.
type chain struct {
	pseq  int64
	id    Hash // zero when the entry was damaged, so that its successor is not blamed
	key   [32]byte
	keyed bool
}

// item is an entry after what can be checked of it alone.
type item struct {
	seq    int64
	bad    *Problem // nothing else of the entry can be relied on
	leaf   Leaf
	id     Hash
	hash   Hash
	signed bool

	private      bool // the rest is known
	recorded     time.Time
	person, pseq int64
	prev         Hash
	key          [32]byte
	keyed        bool
}

// NewChecker begins to verify a log from its first entry, against the key of which the log is known. It fails with
// key.malformed, or with key.name when the key is not that of the log.
func NewChecker(log Log, vkey string) (*Checker, error) {
	v, err := ParseVerifier(vkey)
	if err != nil {
		return nil, err
	}
	if !log.valid() || v.Name() != log.Origin() {
		return nil, wrongKey(v.Name(), log)
	}
	return &Checker{log: log, key: v, next: 1, chains: map[int64]chain{}, slots: map[Hash]int64{}}, nil
}

// Size is the number of the last entry that was checked.
func (c *Checker) Size() int64 { return c.next - 1 }

// Root is the root over everything that was checked; false when damage or a gap leaves it unknown.
func (c *Checker) Root() (Hash, bool) { return c.root(c.Size()) }

// Add checks the next entries of the log; about a thousand at a time are fast. A bad entry does not stop it.
func (c *Checker) Add(entries []*Entry) []Problem {
	return c.add(len(entries), func(w *worker, it *item, i int) {
		e := entries[i]
		if e == nil {
			it.bad = &Problem{Rule: EntryBody, Message: "the entry is empty"}
			return
		}
		it.seq = e.Seq
		leaf, err := w.leaf(e)
		if err != nil {
			it.bad = &Problem{Rule: EntryBody, Message: message(err)}
			return
		}
		b := &w.body
		it.leaf, it.private, it.recorded = leaf, true, b.recorded
		it.person, it.pseq, it.prev, it.key, it.keyed = b.person, b.pseq, b.prev, b.key, b.keyed
	})
}

// AddLeaves checks the next leaves of a log whose bodies are not at hand: signatures, order, tree, and forks by their slots.
func (c *Checker) AddLeaves(leaves []Leaf) []Problem {
	return c.add(len(leaves), func(_ *worker, it *item, i int) {
		it.seq, it.leaf = leaves[i].Seq, leaves[i]
	})
}

// message is what a fault says without its rule.
func message(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Message
	}
	return err.Error()
}

// add reads n items on all cores and then places them one after the other.
func (c *Checker) add(n int, read func(w *worker, it *item, i int)) []Problem {
	if cap(c.items) < n {
		c.items = make([]item, n)
	}
	items := c.items[:n]
	clear(items)
	parallel(n, 64, func(lo, hi int) {
		w := workers.Get().(*worker)
		defer workers.Put(w)
		for i := lo; i < hi; i++ {
			read(w, &items[i], i)
		}
		c.verify(items[lo:hi])
	})
	var problems []Problem
	for i := range items {
		problems = c.place(&items[i], problems)
	}
	return problems
}

// verify hashes the leaves and verifies their signatures as one batch; when the batch fails, one by one.
func (c *Checker) verify(items []item) {
	batch := voi.NewBatchVerifierWithCapacity(len(items))
	batched := make([]*item, 0, len(items))
	var b []byte
	for i := range items {
		it := &items[i]
		if it.bad != nil {
			continue
		}
		if it.leaf.Log != c.log {
			it.bad = &Problem{Rule: EntryBody, Message: "the entry is of " + it.leaf.Log.Origin()}
			continue
		}
		if it.leaf.Seq != it.seq {
			it.bad = &Problem{Rule: EntryOrder, Message: fmt.Sprintf("entry %d stands at place %d", it.leaf.Seq, it.seq)}
			continue
		}
		b = it.leaf.appendUnsigned(append(b[:0], leafPrefix...))
		it.id = sum(b)
		batch.AddExpanded(c.key.key, b, it.leaf.Sig[:])
		// The leaf follows the prefix: its last byte makes room for the zero that RFC 6962 puts before a leaf.
		b = append(b, it.leaf.Sig[:]...)
		b[len(leafPrefix)-1] = 0
		it.hash = sum(b[len(leafPrefix)-1:])
		batched = append(batched, it)
	}
	if len(batched) == 0 {
		return
	}
	all, each := batch.Verify(nil)
	for i, it := range batched {
		it.signed = all || each[i]
	}
}

// place checks what depends on the entries before.
func (c *Checker) place(it *item, problems []Problem) []Problem {
	report := func(rule, format string, args ...any) {
		problems = append(problems, Problem{Rule: rule, Seq: it.seq, Message: fmt.Sprintf(format, args...)})
	}
	if it.bad != nil {
		it.bad.Seq = it.seq
		problems = append(problems, *it.bad)
	}
	switch {
	case it.seq < 1 || it.seq > maxNumber:
		if it.bad == nil {
			report(EntryOrder, "the entry has no place in a log")
		}
		return problems
	case it.seq < c.next:
		known, ok := c.subtree(0, it.seq-1)
		if ok && it.signed && known != it.hash {
			report(ForkFound, "two different entries %d are signed", it.seq)
		} else {
			report(EntryOrder, "entry %d comes a second time or late", it.seq)
		}
		return problems
	case it.seq > c.next:
		problems = append(problems, c.skip(it.seq))
	}
	c.next = it.seq + 1
	if it.bad != nil {
		c.push(Hash{})
		return problems
	}
	if !it.signed {
		c.push(Hash{})
		report(EntrySignature, "the entry is not what %s signed", c.key.Name())
		if it.private {
			c.follow(it, report)
		}
		return problems
	}
	c.push(it.hash)
	if it.private {
		if it.recorded.Before(c.recorded) {
			report(EntryOrder, "it is recorded at %s, before the entry that precedes it", it.recorded.Format(time.RFC3339Nano))
		}
		c.recorded = it.recorded
		c.follow(it, report)
	}
	if it.leaf.Slot != (Hash{}) {
		if other, taken := c.slots[it.leaf.Slot]; taken {
			report(ForkFound, "it claims the same place of a person's chain as entry %d", other)
		} else {
			c.slots[it.leaf.Slot] = it.seq
		}
	}
	return problems
}

// follow checks the entry against the person's chain. When the signature is false only the slot is judged, because anything
// else in the body may be what was altered; the damaged entry is then passed over so that its successor is not blamed.
func (c *Checker) follow(it *item, report func(rule, format string, args ...any)) {
	if it.person == 0 {
		if it.leaf.Slot != (Hash{}) {
			report(EntrySlot, "it claims a place in a chain but is about no person")
		}
		return
	}
	known, started := c.chains[it.person]
	next := chain{pseq: it.pseq, id: it.id, key: known.key, keyed: known.keyed}
	switch {
	case !it.signed:
		if started && it.pseq != known.pseq+1 {
			return
		}
		next.id = Hash{}
	case !started && !it.keyed:
		report(EntryChain, "it is number %d of person %d, whose chain neither begins nor arrives in this log", it.pseq, it.person)
	case started && it.pseq <= known.pseq:
		report(EntryChain, "it is number %d of person %d after number %d", it.pseq, it.person, known.pseq)
		return
	case started && it.pseq > known.pseq+1 && !it.keyed:
		report(EntryChain, "it is number %d of person %d, and the one before here is number %d", it.pseq, it.person, known.pseq)
	case started && it.pseq == known.pseq+1 && known.id != (Hash{}) && it.prev != known.id:
		report(EntryChain, "it does not continue number %d of person %d as it stands", known.pseq, it.person)
	}
	if it.keyed && it.signed {
		if known.keyed && it.key != known.key {
			report(EntryChain, "it gives the chain of person %d another key", it.person)
		} else {
			next.key, next.keyed = it.key, true
		}
	}
	if next.keyed && slot(&next.key, it.pseq) != it.leaf.Slot {
		report(EntrySlot, "its slot is not that of number %d of person %d", it.pseq, it.person)
	}
	c.chains[it.person] = next
}

// skip leaves out the entries before seq.
func (c *Checker) skip(seq int64) Problem {
	gap := seq - c.next
	p := Problem{Rule: EntryMissing, Seq: c.next, Message: fmt.Sprintf("entries %d to %d are missing", c.next, seq-1)}
	if gap == 1 {
		p.Message = fmt.Sprintf("entry %d is missing", c.next)
	}
	if c.missing += min(gap, maxMissing+1); c.missing > maxMissing {
		c.lost = true
	}
	for range gap {
		if c.lost {
			break
		}
		c.push(Hash{})
	}
	return p
}

// push adds a leaf to the tree, zero for one that is not known.
func (c *Checker) push(h Hash) {
	if c.lost {
		return
	}
	for k := 0; ; k++ {
		if k == len(c.levels) {
			c.levels = append(c.levels, nil)
		}
		c.levels[k] = append(c.levels[k], h)
		n := len(c.levels[k])
		if n%2 == 1 {
			return
		}
		left, right := &c.levels[k][n-2], &c.levels[k][n-1]
		if *left == (Hash{}) || *right == (Hash{}) {
			h = Hash{}
		} else {
			h = nodeHash(left, right)
		}
	}
}

// subtree is the root of the i-th complete subtree of 2^k entries, if it is known.
func (c *Checker) subtree(k int, i int64) (Hash, bool) {
	if k >= len(c.levels) || i >= int64(len(c.levels[k])) {
		return Hash{}, false
	}
	h := c.levels[k][i]
	return h, h != Hash{}
}

// root is the root of the first n entries, if it is known.
func (c *Checker) root(n int64) (Hash, bool) {
	var peaks []Hash
	for rest := n; rest > 0; {
		k := bits.Len64(uint64(rest)) - 1
		rest &^= 1 << k
		h, ok := c.subtree(k, (n-rest)>>k-1)
		if !ok {
			return Hash{}, false
		}
		peaks = append(peaks, h)
	}
	return fold(peaks), true
}
