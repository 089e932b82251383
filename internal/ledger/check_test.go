package ledger_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amana/internal/fault"
	"amana/internal/ledger"
)

// found compares problems without their texts.
func found(t *testing.T, got []ledger.Problem, want ...ledger.Problem) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(ledger.Problem{}, "Message"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("problems (-want +got):\n%s%v", diff, got)
	}
	for _, p := range got {
		if p.Message == "" {
			t.Errorf("problem %s says nothing", p.Rule)
		}
	}
}

func TestSoundLogHasNoProblems(t *testing.T) {
	t.Parallel()
	b := newBook(t, "nasiriyah")
	var kept [][]byte
	for _, n := range []int{1, 6, 250, 300} {
		b.grow(t, n)
		kept = append(kept, b.checkpoint(t))
	}
	private, public := b.checker(t), b.checker(t)
	entries, leaves := b.stored(), b.leaves(t)
	for len(entries) > 0 {
		n := min(100, len(entries))
		found(t, private.Add(entries[:n]))
		found(t, public.AddLeaves(leaves[:n]))
		entries, leaves = entries[n:], leaves[n:]
	}
	for name, c := range map[string]*ledger.Checker{"private": private, "public": public} {
		if root, ok := c.Root(); !ok || root != b.tree.Root() || c.Size() != b.tree.Size() {
			t.Errorf("%s: the root at %d is %s, want %s", name, c.Size(), root, b.tree.Root())
		}
		found(t, c.CheckTiles(b.read))
		for _, note := range kept {
			found(t, c.CheckCheckpoint(note, "kept"))
		}
	}
}

// parts are the columns of a stored entry, to be damaged in place.
func parts(e *ledger.Entry) map[string][]byte {
	return map[string][]byte{"body": e.Body, "salt": e.Salt[:], "slot": e.Slot[:], "sig": e.Sig[:]}
}

// Whatever byte of whichever entry is changed in storage, that entry is named.
func TestEveryFlippedByteIsNamed(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 60)
	for _, name := range []string{"body", "salt", "slot", "sig"} {
		for at, more := 0, true; more; at++ {
			more = false
			entries := b.stored()
			damaged := map[int64]bool{}
			for _, e := range entries {
				if part := parts(e)[name]; at < len(part) {
					part[at] ^= 1 << (at % 8)
					damaged[e.Seq], more = true, true
				}
			}
			for _, p := range b.checker(t).Add(entries) {
				delete(damaged, p.Seq)
			}
			if len(damaged) > 0 {
				t.Fatalf("byte %d of the %s is changed in entries %v, which are not named", at, name, damaged)
			}
		}
	}
}

// One changed byte is laid at the door of its own entry, and at most of the next of the same person, whose chain it breaks.
func TestNobodyElseIsBlamed(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 60)
	for i := range 45 {
		for name, part := range parts(stored(b.entries[i])) {
			for at := i % 97; at < len(part); at += 97 {
				entries := b.stored()
				parts(entries[i])[name][at] ^= 1 << (at % 8)
				problems := b.checker(t).Add(entries)
				if len(problems) == 0 || problems[0].Seq != entries[i].Seq {
					t.Fatalf("entry %d, byte %d of the %s: got %v", i+1, at, name, problems)
				}
				for _, p := range problems {
					if next := (p.Seq - int64(i) - 1) % 7; next != 0 || p.Seq > int64(i)+15 {
						t.Fatalf("entry %d, byte %d of the %s: entry %d is blamed: %v", i+1, at, name, p.Seq, p)
					}
				}
			}
		}
	}
}

func TestOneDamagedEntryIsFoundInAFullBatch(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 600)
	entries := b.stored()
	entries[400].Salt[3] ^= 4
	entries[500].Sig[63] ^= 0x80
	entries[501].Body = nil
	c := b.checker(t)
	found(
		t, c.Add(entries),
		ledger.Problem{Rule: "entry.signature", Seq: 401},
		ledger.Problem{Rule: "entry.signature", Seq: 501},
		ledger.Problem{Rule: "entry.body", Seq: 502},
		ledger.Problem{Rule: "entry.chain", Seq: 509}, // its predecessor cannot be read
	)
	found(t, c.CheckTiles(b.read))
	found(t, c.CheckCheckpoint(b.checkpoint(t), "kept"), ledger.Problem{Rule: "checkpoint.root", Where: "kept"})
}

func TestOrderOfEntries(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a")
	for range 12 {
		b.seal(t, 0)
	}
	b.commit(t, 0)
	clean := b.stored()
	pick := func(seqs ...int64) (out []*ledger.Entry) {
		for _, s := range seqs {
			out = append(out, clean[s-1])
		}
		return out
	}
	moved := stored(clean[4])
	moved.Seq = 6
	elsewhere := newBook(t, "b")
	elsewhere.seal(t, 0)
	elsewhere.commit(t, 0)
	far := stored(clean[4])
	far.Seq = 1 << 40
	beyond := stored(clean[4])
	beyond.Seq = 1 << 60
	for name, tc := range map[string]struct {
		entries []*ledger.Entry
		want    []ledger.Problem
	}{
		"one missing":    {pick(1, 2, 4, 5), []ledger.Problem{{Rule: "entry.missing", Seq: 3}}},
		"first missing":  {pick(3, 4), []ledger.Problem{{Rule: "entry.missing", Seq: 1}}},
		"repeated":       {pick(1, 2, 2, 3), []ledger.Problem{{Rule: "entry.order", Seq: 2}}},
		"swapped":        {pick(1, 3, 2, 4), []ledger.Problem{{Rule: "entry.missing", Seq: 2}, {Rule: "entry.order", Seq: 2}}},
		"renumbered":     {append(pick(1, 2, 3, 4, 5), moved), []ledger.Problem{{Rule: "entry.order", Seq: 6}}},
		"of another log": {elsewhere.stored(), []ledger.Problem{{Rule: "entry.body", Seq: 1}}},
		"nil":            {[]*ledger.Entry{nil}, []ledger.Problem{{Rule: "entry.body"}}},
		"absurd numbers": {append(pick(1), far, beyond), []ledger.Problem{
			{Rule: "entry.order", Seq: 1 << 40}, {Rule: "entry.missing", Seq: 2}, {Rule: "entry.order", Seq: 1 << 60},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found(t, b.checker(t).Add(tc.entries), tc.want...)
		})
	}
}

func TestTimeRunsForward(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a")
	b.seal(t, 0)
	b.now = b.now.Add(-time.Hour)
	b.seal(t, 0)
	b.commit(t, 0)
	found(t, b.checker(t).Add(b.stored()), ledger.Problem{Rule: "entry.order", Seq: 2})
}

// What a site signs can be false too: it holds the key.
func TestSignedContradictions(t *testing.T) {
	t.Parallel()
	const person = 100100000001
	type script func(t *testing.T, b *book)
	link := func(b *book, change func(l *ledger.Link)) {
		l := b.heads[person]
		change(&l)
		b.heads[person] = l
	}
	for name, tc := range map[string]struct {
		do   script
		want []ledger.Problem
	}{
		"number skipped":    {func(_ *testing.T, b *book) { link(b, func(l *ledger.Link) { l.PSeq = 4 }) }, []ledger.Problem{{Rule: "entry.chain", Seq: 3}}},
		"false predecessor": {func(_ *testing.T, b *book) { link(b, func(l *ledger.Link) { l.Prev[0] ^= 1 }) }, []ledger.Problem{{Rule: "entry.chain", Seq: 3}}},
		"another key": {func(_ *testing.T, b *book) { link(b, func(l *ledger.Link) { l.Key[0] ^= 1 }) }, []ledger.Problem{
			{Rule: "entry.slot", Seq: 3}, {Rule: "entry.slot", Seq: 4},
		}},
		"begun anew": {func(_ *testing.T, b *book) { link(b, func(l *ledger.Link) { *l = ledger.Link{PSeq: 1, Key: l.Key} }) }, []ledger.Problem{
			{Rule: "entry.chain", Seq: 3}, {Rule: "fork", Seq: 3}, {Rule: "entry.chain", Seq: 4}, {Rule: "fork", Seq: 4},
		}},
		"away and back": {func(_ *testing.T, b *book) {
			link(b, func(l *ledger.Link) { l.PSeq, l.Prev, l.Arrived = 9, ledger.Hash{5}, true })
		}, nil},
		"back under another key": {func(_ *testing.T, b *book) {
			link(b, func(l *ledger.Link) { l.PSeq, l.Prev, l.Arrived, l.Key = 9, ledger.Hash{5}, true, [32]byte{8} })
		}, []ledger.Problem{{Rule: "entry.chain", Seq: 3}, {Rule: "entry.slot", Seq: 3}, {Rule: "entry.slot", Seq: 4}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBook(t, "a")
			b.seal(t, person)
			b.seal(t, person)
			tc.do(t, b)
			b.seal(t, person)
			b.seal(t, person)
			b.commit(t, 0)
			found(t, b.checker(t).Add(b.stored()), tc.want...)
		})
	}

	t.Run("continued without an arrival", func(t *testing.T) {
		t.Parallel()
		b := newBook(t, "a")
		b.heads[person] = ledger.Link{PSeq: 5, Prev: ledger.Hash{1}, Key: [32]byte{1}}
		b.seal(t, person)
		b.seal(t, person)
		b.commit(t, 0)
		found(t, b.checker(t).Add(b.stored()), ledger.Problem{Rule: "entry.chain", Seq: 1})
	})
	t.Run("slot without a person", func(t *testing.T) {
		t.Parallel()
		b := newBook(t, "a")
		e := b.seal(t, 0)
		l, err := e.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		l.Slot = ledger.Hash{1}
		s := stored(e)
		s.Slot, s.Sig = l.Slot, b.signer.Sign(l.Message())
		found(t, b.checker(t).Add([]*ledger.Entry{s}), ledger.Problem{Rule: "entry.slot", Seq: 1})
	})
	t.Run("two entries of one number", func(t *testing.T) {
		t.Parallel()
		b, twin := newBook(t, "a"), newBook(t, "a")
		twin.now = twin.now.Add(time.Hour)
		b.seal(t, 0)
		twin.seal(t, 0)
		b.commit(t, 0)
		twin.commit(t, 0)
		found(t, b.checker(t).Add(append(b.stored(), twin.stored()...)), ledger.Problem{Rule: "fork", Seq: 1})
	})
	t.Run("fork in public", func(t *testing.T) {
		t.Parallel()
		b := newBook(t, "a").grow(t, 3)
		leaves := b.leaves(t)
		twin := leaves[2]
		twin.Seq, twin.Slot = 4, leaves[0].Slot
		twin.Sig = b.signer.Sign(twin.Message())
		found(t, b.checker(t).AddLeaves(append(leaves, twin)), ledger.Problem{Rule: "fork", Seq: 4})
		if !ledger.Fork(leaves[0], twin) || ledger.Fork(leaves[0], leaves[0]) || ledger.Fork(leaves[0], leaves[1]) {
			t.Error("Fork does not tell two leaves of one slot from others")
		}
	})
}

func TestTilesAreNamed(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 600)
	c := b.checker(t)
	found(t, c.Add(b.stored()))
	for name, tc := range map[string]struct {
		key    string
		change func([]byte) []byte
		want   ledger.Problem
	}{
		"first":   {"0 0", func(d []byte) []byte { d[0] ^= 1; return d }, ledger.Problem{Rule: "tile", Seq: 1, Where: "tile/8/0/000"}},
		"second":  {"0 1", func(d []byte) []byte { d[32*10+31] ^= 1; return d }, ledger.Problem{Rule: "tile", Seq: 267, Where: "tile/8/0/001"}},
		"partial": {"0 2", func(d []byte) []byte { return d[:64] }, ledger.Problem{Rule: "tile", Seq: 515, Where: "tile/8/0/002.p/88"}},
		"longer":  {"0 2", func(d []byte) []byte { return append(d, 0) }, ledger.Problem{Rule: "tile", Seq: 600, Where: "tile/8/0/002.p/88"}},
		"above":   {"1 0", func(d []byte) []byte { d[40] ^= 1; return d }, ledger.Problem{Rule: "tile", Seq: 257, Where: "tile/8/1/000.p/2"}},
		"gone":    {"0 1", func([]byte) []byte { return nil }, ledger.Problem{Rule: "tile", Seq: 257, Where: "tile/8/0/001"}},
	} {
		read := func(level int, index int64) ([]byte, error) {
			data, err := b.read(level, index)
			if err != nil || tc.key != cmpKey(level, index) {
				return data, err
			}
			if data = tc.change(bytes.Clone(data)); data == nil {
				return nil, errors.New("no such row")
			}
			return data, nil
		}
		t.Run(name, func(t *testing.T) { found(t, c.CheckTiles(read), tc.want) })
	}
}

func cmpKey(level int, index int64) string {
	return string(rune('0'+level)) + " " + string(rune('0'+index))
}

func TestCheckpointsAgainstTheLog(t *testing.T) {
	t.Parallel()
	b, other := newBook(t, "a").grow(t, 30), newBook(t, "a")
	early := b.checkpoint(t)
	b.grow(t, 30)
	late := b.checkpoint(t)
	other.now = other.now.Add(time24)
	other.grow(t, 30)
	twin := other.checkpoint(t)
	stranger := newBook(t, "b").checkpoint(t)

	restored := b.checker(t)
	found(t, restored.Add(b.stored()[:40]))
	found(t, restored.CheckCheckpoint(early, "overseer's"))
	found(t, restored.CheckCheckpoint(late, "overseer's"), ledger.Problem{Rule: "log.rewound", Seq: 41, Where: "overseer's"})
	found(t, restored.CheckCheckpoint(twin, "overseer's"), ledger.Problem{Rule: "checkpoint.root", Where: "overseer's"})
	found(t, restored.CheckCheckpoint(stranger, "overseer's"), ledger.Problem{Rule: "checkpoint.signature", Where: "overseer's"})
	found(t, restored.CheckCheckpoint(bytes.Replace(early, []byte("30"), []byte("31"), 1), "x"), ledger.Problem{Rule: "checkpoint.signature", Where: "x"})
}

func TestCheckerNeedsTheLogsKey(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a")
	if _, err := ledger.NewChecker(ledger.Log{Site: "a", Epoch: 2}, b.vkey); !fault.Is(err, "key.name") {
		t.Errorf("got %v, want key.name", err)
	}
	if _, err := ledger.NewChecker(b.log, "x"); !fault.Is(err, "key.malformed") {
		t.Errorf("got %v, want key.malformed", err)
	}
}

func TestChainAcrossLogs(t *testing.T) {
	t.Parallel()
	const person = 100100000018
	giver, receiver := newBook(t, "camp"), newBook(t, "prison")
	giver.grow(t, 3)
	giver.seal(t, person)
	giver.seal(t, person)
	giver.commit(t, 3)
	link := giver.heads[person]
	link.Arrived = true
	receiver.heads[person] = link
	receiver.seal(t, person)
	receiver.seal(t, person)
	receiver.commit(t, 0)
	keys := func(l ledger.Log) *ledger.Verifier {
		vkey := map[string]string{"camp": giver.vkey, "prison": receiver.vkey}[l.Site]
		v, err := ledger.ParseVerifier(vkey)
		if err != nil {
			return nil
		}
		return v
	}
	file := func() []*ledger.Entry {
		return []*ledger.Entry{stored(giver.entries[3]), stored(giver.entries[4]), stored(receiver.entries[0]), stored(receiver.entries[1])}
	}
	found(t, receiver.checker(t).Add(receiver.stored()))
	found(t, ledger.CheckChain(file(), keys))
	at := func(rule string, seq int64, site string) ledger.Problem {
		return ledger.Problem{Rule: rule, Seq: seq, Where: ledger.Log{Site: site, Epoch: 1}.Origin()}
	}
	for name, tc := range map[string]struct {
		change func([]*ledger.Entry) []*ledger.Entry
		want   []ledger.Problem
	}{
		"one left out": {func(f []*ledger.Entry) []*ledger.Entry { return slices.Delete(f, 1, 2) }, []ledger.Problem{
			at("entry.chain", 1, "prison"), at("entry.chain", 2, "prison"),
		}},
		"altered":   {func(f []*ledger.Entry) []*ledger.Entry { f[1].Salt[0] ^= 1; return f }, []ledger.Problem{at("entry.signature", 5, "camp")}},
		"unread":    {func(f []*ledger.Entry) []*ledger.Entry { f[1].Body = nil; return f }, []ledger.Problem{{Rule: "entry.body", Seq: 5}}},
		"nil":       {func(f []*ledger.Entry) []*ledger.Entry { f[3] = nil; return f }, []ledger.Problem{{Rule: "entry.body"}}},
		"number":    {func(f []*ledger.Entry) []*ledger.Entry { f[1].Seq = 9; return f }, []ledger.Problem{at("entry.order", 9, "camp")}},
		"of others": {func(f []*ledger.Entry) []*ledger.Entry { return append(f, stored(giver.entries[0])) }, []ledger.Problem{at("entry.chain", 1, "camp")}},
	} {
		t.Run(name, func(t *testing.T) { found(t, ledger.CheckChain(tc.change(file()), keys), tc.want...) })
	}
	found(
		t, ledger.CheckChain(file()[:1], func(ledger.Log) *ledger.Verifier { return nil }),
		at("entry.signature", 4, "camp"),
	)
}
