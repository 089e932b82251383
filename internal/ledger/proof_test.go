package ledger_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/mod/sumdb/note"

	"amana/internal/fault"
	"amana/internal/ledger"
)

func (b *book) prove(t testing.TB, seq int64, fields ...string) ledger.Proof {
	t.Helper()
	path, err := ledger.ProveInclusion(b.tree.Size(), seq, b.read)
	if err != nil {
		t.Fatal(err)
	}
	p := ledger.Proof{Leaf: b.leaves(t)[seq-1], Path: path, Checkpoint: b.checkpoint(t)}
	if len(fields) > 0 {
		if p.Opening, err = ledger.Open(b.entries[seq-1], fields...); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestProofTravels(t *testing.T) {
	t.Parallel()
	b := newBook(t, "nasiriyah").grow(t, 301)
	for _, seq := range []int64{1, 256, 257, 301} {
		want := b.prove(t, seq, "kind", "data.note")
		text, err := want.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		got, err := ledger.ParseProof(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("proof (-want +got):\n%s", diff)
		}
		if err := got.Verify(b.vkey); err != nil {
			t.Errorf("entry %d: %v", seq, err)
		}
	}
	text, err := b.prove(t, 3).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "extra ") || lines[2] != "index 2" {
		t.Errorf("the proof begins with %q", lines[:3])
	}
	if !strings.Contains(string(text), "\n\namana/nasiriyah/1\n301\n") {
		t.Errorf("the checkpoint does not follow a blank line:\n%s", text)
	}
}

func TestProofNamesWhatIsFalse(t *testing.T) {
	t.Parallel()
	b, other := newBook(t, "a").grow(t, 40), newBook(t, "b")
	for name, tc := range map[string]struct {
		change func(*ledger.Proof)
		rule   string
	}{
		"signature":  {func(p *ledger.Proof) { p.Leaf.Sig[0] ^= 1 }, "signature.false"},
		"commitment": {func(p *ledger.Proof) { p.Leaf.Commitment[0] ^= 1 }, "signature.false"},
		"log":        {func(p *ledger.Proof) { p.Leaf.Log.Site = "b" }, "proof.log"},
		"path":       {func(p *ledger.Proof) { p.Path[1][0] ^= 1 }, "proof.path"},
		"short path": {func(p *ledger.Proof) { p.Path = p.Path[1:] }, "proof.path"},
		"opening":    {func(p *ledger.Proof) { p.Opening.Fields[0].Value = []byte(`"x"`) }, "opening.false"},
		"unsigned":   {func(p *ledger.Proof) { p.Checkpoint = other.checkpoint(t) }, "checkpoint.unsigned"},
		"checkpoint": {func(p *ledger.Proof) { p.Checkpoint = bytes.Replace(p.Checkpoint, []byte("40"), []byte("41"), 1) }, "checkpoint.signature"},
		"no note":    {func(p *ledger.Proof) { p.Checkpoint = nil }, "checkpoint.malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := b.prove(t, 7, "kind")
			tc.change(&p)
			if err := p.Verify(b.vkey); !fault.Is(err, tc.rule) {
				t.Errorf("got %v, want %s", err, tc.rule)
			}
		})
	}
	if err := b.prove(t, 1).Verify("nonsense"); !fault.Is(err, "key.malformed") {
		t.Errorf("got %v, want key.malformed", err)
	}
}

func TestProofParserIsStrict(t *testing.T) {
	t.Parallel()
	text, err := newBook(t, "a").grow(t, 9).prove(t, 3, "kind").Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"version":      {"@v1", "@v2"},
		"no extra":     {"\nextra ", "\nother "},
		"index":        {"index 2", "index 02"},
		"wrong index":  {"index 2", "index 3"},
		"not base64":   {"\nextra ", "\nextra !"},
		"hash":         {"index 2\n", "index 2\nabc\n"},
		"no blank":     {"\n\n", "\n"},
		"carriage":     {"index 2\n", "index 2\r\n"},
		"hashes added": {"index 2\n", "index 2\n" + strings.Repeat(strings.Repeat("A", 43)+"=\n", 70)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := strings.ReplaceAll(string(text), change[0], change[1])
			if _, err := ledger.ParseProof([]byte(changed)); !fault.Is(err, "proof.malformed") {
				t.Errorf("got %v, want proof.malformed", err)
			}
		})
	}
	if _, err := ledger.ParseProof(make([]byte, 5*ledger.MaxBody)); !fault.Is(err, "proof.malformed") {
		t.Errorf("a huge proof gave %v, want proof.malformed", err)
	}
}

func TestCheckpointFaults(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 3)
	sign := func(text string) []byte {
		skey, _, err := ledger.GenerateKey(bytes.NewReader(make([]byte, 64)), b.log.Origin())
		if err != nil {
			t.Fatal(err)
		}
		s, err := note.NewSigner(skey)
		if err != nil {
			t.Fatal(err)
		}
		n, err := note.Sign(&note.Note{Text: text}, s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	_, vkey, err := ledger.GenerateKey(bytes.NewReader(make([]byte, 64)), b.log.Origin())
	if err != nil {
		t.Fatal(err)
	}
	root := strings.Repeat("A", 43) + "="
	for name, tc := range map[string]struct {
		note []byte
		rule string
	}{
		"good":            {sign("amana/a/1\n3\n" + root + "\n"), ""},
		"another log":     {sign("amana/b/1\n3\n" + root + "\n"), "checkpoint.origin"},
		"no log":          {sign("go.sum\n3\n" + root + "\n"), "checkpoint.origin"},
		"leading zero":    {sign("amana/a/1\n03\n" + root + "\n"), "checkpoint.malformed"},
		"negative":        {sign("amana/a/1\n-3\n" + root + "\n"), "checkpoint.malformed"},
		"short root":      {sign("amana/a/1\n3\nAAAA\n"), "checkpoint.malformed"},
		"loose base64":    {sign("amana/a/1\n3\n" + strings.Repeat("A", 42) + "B=\n"), "checkpoint.malformed"},
		"line too many":   {sign("amana/a/1\n3\n" + root + "\nmore\n"), "checkpoint.malformed"},
		"line missing":    {sign("amana/a/1\n3\n"), "checkpoint.malformed"},
		"no note":         {[]byte("hello"), "checkpoint.malformed"},
		"too large":       {bytes.Repeat([]byte("a"), 1<<17), "checkpoint.malformed"},
		"another's key":   {b.checkpoint(t), "checkpoint.unsigned"},
		"altered":         {bytes.Replace(sign("amana/a/1\n3\n"+root+"\n"), []byte("\n3\n"), []byte("\n2\n"), 1), "checkpoint.signature"},
		"not UTF-8":       {[]byte("\xff\n\n— a b\n"), "checkpoint.malformed"},
		"signature empty": {[]byte("amana/a/1\n3\n" + root + "\n\n"), "checkpoint.malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := ledger.ParseCheckpoint(tc.note, vkey)
			if tc.rule == "" {
				if diff := cmp.Diff(ledger.Checkpoint{Log: b.log, Size: 3}, c); err != nil || diff != "" {
					t.Errorf("got %v (-want +got):\n%s", err, diff)
				}
				return
			}
			if !fault.Is(err, tc.rule) {
				t.Errorf("got %v, want %s", err, tc.rule)
			}
		})
	}
	if _, err := ledger.SignCheckpoint(b.signer, ledger.Log{Site: "b", Epoch: 1}, 1, ledger.Hash{}); !fault.Is(err, "key.name") {
		t.Errorf("got %v, want key.name", err)
	}
}

func TestConsistencyOfAnotherHistory(t *testing.T) {
	t.Parallel()
	b, other := newBook(t, "a").grow(t, 30), newBook(t, "a")
	other.now = start.Add(time24)
	other.grow(t, 20)
	older := ledger.Checkpoint{Log: b.log, Size: 20, Root: other.tree.Root()}
	newer := ledger.Checkpoint{Log: b.log, Size: 30, Root: b.tree.Root()}
	proof, err := ledger.ProveConsistency(20, 30, b.read)
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]ledger.Checkpoint{
		"forked": {older, newer}, "backwards": {newer, older}, "another log": {{Log: ledger.Log{Site: "z"}}, newer},
		"false beginning": {{Log: b.log}, newer},
	} {
		if err := ledger.CheckConsistency(pair[0], pair[1], proof); !fault.Is(err, "checkpoint.fork") {
			t.Errorf("%s: got %v, want checkpoint.fork", name, err)
		}
	}
}

func FuzzProof(f *testing.F) {
	b := newBook(f, "a").grow(f, 9)
	for _, p := range []ledger.Proof{b.prove(f, 1), b.prove(f, 9, "kind", "data.note")} {
		text, err := p.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ledger.ParseProof(text)
		if err != nil {
			return
		}
		_ = p.Verify(b.vkey) // must not crash
		again, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		q, err := ledger.ParseProof(again)
		if err != nil {
			t.Fatalf("%q is written as %q, which gives %v", text, again, err)
		}
		third, err := q.Marshal()
		if err != nil || !bytes.Equal(third, again) {
			t.Fatalf("written again it differs: %q, %q, %v", again, third, err)
		}
	})
}
