package ledger_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/fault"
	"amana/internal/ledger"
)

func hmacOf(key []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

// commitmentOf computes a commitment the slow way, with the standard HMAC and the tree of x/mod.
func commitmentOf(t *testing.T, salt [32]byte, fields [][2]string) ledger.Hash {
	t.Helper()
	ref := &reference{}
	for i, f := range fields {
		key := sha256.Sum256(slices.Concat([]byte("amana/field-salt"), salt[:], binary.BigEndian.AppendUint16(nil, uint16(i))))
		ref.append(t, tlog.RecordHash(hmacOf(key[:], []byte(f[0]), []byte{0}, []byte(f[1]))))
	}
	root, err := tlog.TreeHash(ref.size, ref)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestCommitmentAndSlotFollowTheDefinition(t *testing.T) {
	t.Parallel()
	key := [32]byte{9}
	d := ledger.Draft{Kind: "k", OccurredAt: start, Actor: "x", Person: 5, Data: json.RawMessage(`{"a":{"b":[1,2]},"c":"d"}`)}
	e, err := ledger.Seal(ledger.Log{Site: "s", Epoch: 3}, 2, d, &ledger.Link{Key: key, PSeq: 2, Prev: ledger.Hash{1}}, start, bytes.NewReader(bytes.Repeat([]byte{4}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := e.Leaf()
	if err != nil {
		t.Fatal(err)
	}
	want := commitmentOf(t, e.Salt, [][2]string{
		{"site", `"s"`},
		{"epoch", "3"},
		{"seq", "2"},
		{"kind", `"k"`},
		{"occurred_at", `"2026-02-01T06:00:00.000000Z"`},
		{"recorded_at", `"2026-02-01T06:00:00.000000Z"`},
		{"actor", `"x"`},
		{"person", "5"},
		{"pseq", "2"},
		{"prev", `"01` + string(bytes.Repeat([]byte("0"), 62)) + `"`},
		{"data.a", `{"b":[1,2]}`},
		{"data.c", `"d"`},
	})
	if l.Commitment != want {
		t.Errorf("the commitment is %s, want %s", l.Commitment, want)
	}
	if got := hmacOf(key[:], []byte("slot"), binary.BigEndian.AppendUint64(nil, 2)); !bytes.Equal(l.Slot[:], got) {
		t.Errorf("the slot is %x, want %x", l.Slot, got)
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 1)
	leaf := b.leaves(t)[0]
	o, err := ledger.Open(b.entries[0], "data.place", "kind", "occurred_at")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range o.Fields {
		got[f.Name] = string(f.Value)
	}
	want := map[string]string{"kind": `"custody.moved"`, "occurred_at": `"2026-02-01T05:59:00.000000Z"`, "data.place": `"nasiriyah/block-2/cell-14"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("opened (-want +got):\n%s", diff)
	}
	wire, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Jane Roe", "100100000000", "officer-17"} {
		if bytes.Contains(wire, []byte(secret)) {
			t.Errorf("the opening shows %s", secret)
		}
	}
	var read ledger.Opening
	if err := json.Unmarshal(wire, &read); err != nil {
		t.Fatal(err)
	}
	if err := read.Verify(leaf.Commitment); err != nil {
		t.Error(err)
	}

	for name, change := range map[string]func(*ledger.OpenedField){
		"value": func(f *ledger.OpenedField) { f.Value = json.RawMessage(`"elsewhere"`) },
		"name":  func(f *ledger.OpenedField) { f.Name = "data.name" },
		"salt":  func(f *ledger.OpenedField) { f.Salt[0] ^= 1 },
		"path":  func(f *ledger.OpenedField) { f.Path[0][0] ^= 1 },
		"index": func(f *ledger.OpenedField) { f.Index++ },
		"below": func(f *ledger.OpenedField) { f.Index = -1 },
		"short": func(f *ledger.OpenedField) { f.Path = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var o ledger.Opening
			if err := json.Unmarshal(wire, &o); err != nil {
				t.Fatal(err)
			}
			change(&o.Fields[1])
			if err := o.Verify(leaf.Commitment); !fault.Is(err, "opening.false") {
				t.Errorf("got %v, want opening.false", err)
			}
		})
	}
	if _, err := ledger.Open(b.entries[0], "kind", "data.none"); !fault.Is(err, "opening.unknown") {
		t.Errorf("got %v, want opening.unknown", err)
	}
	read.Fields = append(read.Fields, read.Fields[0])
	if err := read.Verify(leaf.Commitment); !fault.Is(err, "opening.false") {
		t.Errorf("a field opened twice gave %v, want opening.false", err)
	}
}

func TestEqualEntriesLookDifferent(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a")
	d := ledger.Draft{Kind: "k", OccurredAt: start, Actor: "x"}
	var seen []ledger.Hash
	for range 3 {
		e, err := ledger.Seal(b.log, 1, d, nil, start, b.rand)
		if err != nil {
			t.Fatal(err)
		}
		l, err := e.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(seen, l.Commitment) {
			t.Fatal("two salts give one commitment")
		}
		seen = append(seen, l.Commitment)
	}
}
