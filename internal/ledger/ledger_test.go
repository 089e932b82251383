package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"amana/internal/ledger"
)

// book is a log in memory, as a store would keep it.
type book struct {
	log     ledger.Log
	signer  *ledger.Signer
	vkey    string
	entries []*ledger.Entry
	tree    *ledger.Tree
	tiles   map[string][]byte
	rand    *rand.ChaCha8
	heads   map[int64]ledger.Link // what the next entry of each person links to
	now     time.Time
}

var start = time.Date(2026, 2, 1, 6, 0, 0, 0, time.UTC)

func newBook(t testing.TB, site string) *book {
	t.Helper()
	b := &book{
		log: ledger.Log{Site: site, Epoch: 1}, tree: &ledger.Tree{}, tiles: map[string][]byte{},
		rand: rand.NewChaCha8([32]byte{1}), heads: map[int64]ledger.Link{}, now: start,
	}
	skey, vkey, err := ledger.GenerateKey(b.rand, b.log.Origin())
	if err != nil {
		t.Fatal(err)
	}
	if b.signer, err = ledger.ParseSigner(skey); err != nil {
		t.Fatal(err)
	}
	if b.vkey = b.signer.VerifierKey(); b.vkey != vkey {
		t.Fatalf("the signer's verifier key is %s, want %s", b.vkey, vkey)
	}
	return b
}

func (b *book) read(level int, index int64) ([]byte, error) {
	data, ok := b.tiles[fmt.Sprint(level, index)]
	if !ok {
		return nil, fmt.Errorf("tile %d/%d is not stored", level, index)
	}
	return data, nil
}

// payload is about as large as an ordinary entry.
type payload struct {
	Booking int64    `json:"booking"`
	Place   string   `json:"place"`
	Grounds []string `json:"grounds"`
	Note    string   `json:"note"`
	Name    string   `json:"name"`
}

func (b *book) seal(t testing.TB, person int64) *ledger.Entry {
	t.Helper()
	d := ledger.Draft{
		Kind: "custody.moved", OccurredAt: b.now.Add(-time.Minute), Actor: "officer-17", Person: person,
		Data: payload{200100000017, "nasiriyah/block-2/cell-14", []string{"art-4-1", "remand"}, "صباح الخير <&> \u2028", "Jane Roe"},
	}
	var link *ledger.Link
	if person != 0 {
		l, ok := b.heads[person]
		if !ok {
			l = ledger.Link{PSeq: 1}
			_, _ = b.rand.Read(l.Key[:])
		}
		link = &l
	}
	b.now = b.now.Add(1234567 * time.Microsecond)
	e, err := ledger.Seal(b.log, int64(len(b.entries))+1, d, link, b.now, b.rand)
	if err != nil {
		t.Fatal(err)
	}
	if link != nil {
		id, err := e.ID()
		if err != nil {
			t.Fatal(err)
		}
		b.heads[person] = ledger.Link{Key: link.Key, PSeq: link.PSeq + 1, Prev: id}
	}
	b.entries = append(b.entries, e)
	return e
}

// grow appends n entries about a handful of persons and stores their tiles.
func (b *book) grow(t testing.TB, n int) *book {
	t.Helper()
	first := len(b.entries)
	for range n {
		person := int64(0)
		if len(b.entries)%5 != 4 {
			person = 100100000000 + int64(len(b.entries)%7)
		}
		b.seal(t, person)
	}
	b.commit(t, first)
	return b
}

func (b *book) commit(t testing.TB, first int) {
	t.Helper()
	if err := ledger.SignAll(b.signer, b.entries[first:]); err != nil {
		t.Fatal(err)
	}
	var hashes []ledger.Hash
	for _, e := range b.entries[first:] {
		h, err := e.LeafHash()
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, h)
	}
	for _, tile := range b.tree.Append(hashes) {
		b.tiles[fmt.Sprint(tile.Level, tile.Index)] = tile.Data
	}
}

func (b *book) checkpoint(t testing.TB) []byte {
	t.Helper()
	note, err := ledger.SignCheckpoint(b.signer, b.log, b.tree.Size(), b.tree.Root())
	if err != nil {
		t.Fatal(err)
	}
	return note
}

func (b *book) checker(t testing.TB) *ledger.Checker {
	t.Helper()
	c, err := ledger.NewChecker(b.log, b.vkey)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// stored copies an entry as it comes back from a store, without anything that Seal keeps.
func stored(e *ledger.Entry) *ledger.Entry {
	return &ledger.Entry{Seq: e.Seq, Body: append([]byte(nil), e.Body...), Salt: e.Salt, Slot: e.Slot, Sig: e.Sig}
}

func (b *book) stored() []*ledger.Entry {
	entries := make([]*ledger.Entry, len(b.entries))
	for i, e := range b.entries {
		entries[i] = stored(e)
	}
	return entries
}

func (b *book) leaves(t testing.TB) []ledger.Leaf {
	t.Helper()
	leaves := make([]ledger.Leaf, len(b.entries))
	for i, e := range b.entries {
		l, err := e.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		leaves[i] = l
	}
	return leaves
}
