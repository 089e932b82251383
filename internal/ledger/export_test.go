package ledger_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amana/internal/fault"
	"amana/internal/ledger"
)

func (b *book) sequence() iter.Seq2[*ledger.Entry, error] {
	return func(yield func(*ledger.Entry, error) bool) {
		for _, e := range b.entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (b *book) export(t testing.TB, public bool) []byte {
	t.Helper()
	var file bytes.Buffer
	h := ledger.ExportHeader{Log: b.log, VKey: b.vkey, Public: public}
	if err := ledger.WriteExport(&file, h, b.sequence(), b.checkpoint(t)); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestExportComesBack(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 20)
	for _, public := range []bool{false, true} {
		var entries []*ledger.Entry
		var leaves []ledger.Leaf
		h, checkpoint, err := ledger.ReadExport(bytes.NewReader(b.export(t, public)), func(_ ledger.ExportHeader, l ledger.ExportLine) error {
			if public {
				leaves = append(leaves, l.Leaf)
			} else {
				entries = append(entries, l.Entry)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := (ledger.ExportHeader{Log: b.log, VKey: b.vkey, Public: public}); h != want || !bytes.Equal(checkpoint, b.checkpoint(t)) {
			t.Errorf("read %v and %s, want %v", h, checkpoint, want)
		}
		if public {
			if diff := cmp.Diff(b.leaves(t), leaves); diff != "" {
				t.Errorf("leaves (-want +got):\n%s", diff)
			}
		} else if diff := cmp.Diff(b.stored(), entries, cmpopts.IgnoreUnexported(ledger.Entry{})); diff != "" {
			t.Errorf("entries (-want +got):\n%s", diff)
		}
	}
}

func TestPublicExportHoldsNoName(t *testing.T) {
	t.Parallel()
	file := newBook(t, "a").grow(t, 20).export(t, true)
	for _, secret := range []string{"Jane", "officer", "custody", "1001000000", "body"} {
		if bytes.Contains(file, []byte(secret)) {
			t.Errorf("the public export shows %q", secret)
		}
	}
}

func TestExportIsChecked(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 2500)
	for _, public := range []bool{false, true} {
		c, problems, err := ledger.CheckExport(bytes.NewReader(b.export(t, public)), b.vkey)
		if err != nil {
			t.Fatal(err)
		}
		found(t, problems)
		if c.Size() != 2500 {
			t.Errorf("%d entries were checked, want 2500", c.Size())
		}
		lines := bytes.SplitAfter(b.export(t, public), []byte("\n"))
		without := bytes.Join(append(append([][]byte{}, lines[:1000]...), lines[1001:]...), nil)
		_, problems, err = ledger.CheckExport(bytes.NewReader(without), b.vkey)
		if err != nil {
			t.Fatal(err)
		}
		rules := map[string]int64{}
		for _, p := range problems {
			rules[p.Rule] = p.Seq
		}
		if rules["entry.missing"] != 1000 {
			t.Errorf("without entry 1000: %v", problems)
		}
		if _, ok := rules["checkpoint.root"]; !ok {
			t.Errorf("without entry 1000 the checkpoint still holds: %v", problems)
		}
	}
}

func TestDamagedBodyIsExportedAsItStands(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 4)
	bodies := []string{"", "{ }", "not\njson\xff", `{"a":"<\u2028` + "\u2028" + `>"}`}
	for i, body := range bodies {
		b.entries[i] = stored(b.entries[i])
		b.entries[i].Body = []byte(body)
	}
	var got []string
	_, _, err := ledger.ReadExport(bytes.NewReader(b.export(t, false)), func(_ ledger.ExportHeader, l ledger.ExportLine) error {
		got = append(got, string(l.Entry.Body))
		return nil
	})
	if diff := cmp.Diff(bodies, got); err != nil || diff != "" {
		t.Errorf("bodies: %v (-want +got):\n%s", err, diff)
	}
	_, problems, err := ledger.CheckExport(bytes.NewReader(b.export(t, false)), b.vkey)
	if err != nil || len(problems) != 5 {
		t.Errorf("got %v and %v, want four bodies and the root", problems, err)
	}
	if err := ledger.WriteExport(io.Discard, ledger.ExportHeader{Public: true}, b.sequence(), nil); !fault.Is(err, "entry.body") {
		t.Errorf("the public export gave %v, want entry.body", err)
	}
}

func TestExportFaults(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 3)
	file := string(b.export(t, false))
	lines := strings.SplitAfter(file, "\n")
	for name, tc := range map[string]struct{ file, rule string }{
		"empty":              {"", "export.truncated"},
		"header alone":       {lines[0], "export.truncated"},
		"cut off":            {strings.Join(lines[:3], ""), "export.truncated"},
		"not JSON":           {"hello\n", "export.malformed"},
		"another format":     {strings.Replace(file, "v1", "v9", 1), "export.malformed"},
		"no header":          {strings.Join(lines[1:], ""), "export.malformed"},
		"site":               {strings.Replace(file, `"site":"a"`, `"site":"a b"`, 1), "export.malformed"},
		"unknown member":     {strings.Replace(file, `"seq":1,"body"`, `"sequence":1,"body"`, 1), "export.malformed"},
		"two on a line":      {strings.Replace(file, "\n{\"seq\":2", "{\"seq\":2", 1), "export.malformed"},
		"short salt":         {strings.Replace(file, `"salt":"`, `"salt":"AAAA`, 1), "export.malformed"},
		"after the end":      {file + lines[1], "export.malformed"},
		"leaf in a body log": {lines[0] + `{"leaf":"AAAA"}` + "\n", "export.malformed"},
		"blank line":         {lines[0] + "\n" + lines[1], "export.malformed"},
		"endless line":       {lines[0] + strings.Repeat("x", 2*ledger.MaxBody), "export.malformed"},
		"another key":        {strings.Replace(file, `"site":"a"`, `"site":"b"`, 1), "key.name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := ledger.CheckExport(strings.NewReader(tc.file), b.vkey); !fault.Is(err, tc.rule) {
				t.Errorf("got %v, want %s", err, tc.rule)
			}
		})
	}
	broken := errors.New("stick pulled out")
	if _, _, err := ledger.CheckExport(io.MultiReader(strings.NewReader(lines[0]), iotest.ErrReader(broken)), b.vkey); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	entries := func(yield func(*ledger.Entry, error) bool) { yield(nil, broken) }
	if err := ledger.WriteExport(io.Discard, ledger.ExportHeader{Log: b.log}, entries, nil); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

func TestHopelessExportIsGivenUp(t *testing.T) {
	t.Parallel()
	b := newBook(t, "a").grow(t, 1)
	lines := strings.SplitAfter(string(b.export(t, false)), "\n")
	file := lines[0] + strings.Repeat(lines[1], 12_000) + lines[2]
	_, problems, err := ledger.CheckExport(strings.NewReader(file), b.vkey)
	if !fault.Is(err, "export.damaged") || len(problems) < 10_000 || len(problems) > 12_000 {
		t.Errorf("got %d problems and %v, want export.damaged", len(problems), err)
	}
}

func FuzzExport(f *testing.F) {
	b := newBook(f, "a").grow(f, 3)
	f.Add(b.export(f, false))
	f.Add(b.export(f, true))
	f.Fuzz(func(t *testing.T, file []byte) {
		var entries []*ledger.Entry
		h, checkpoint, err := ledger.ReadExport(bytes.NewReader(file), func(h ledger.ExportHeader, l ledger.ExportLine) error {
			if !h.Public {
				entries = append(entries, l.Entry)
			}
			return nil
		})
		_, _, _ = ledger.CheckExport(bytes.NewReader(file), b.vkey) // must not crash
		if err != nil || h.Public {
			return
		}
		var out bytes.Buffer
		again := &book{entries: entries}
		if err := ledger.WriteExport(&out, h, again.sequence(), checkpoint); err != nil {
			t.Fatal(err)
		}
		i := 0
		_, _, err = ledger.ReadExport(&out, func(_ ledger.ExportHeader, l ledger.ExportLine) error {
			if !bytes.Equal(l.Entry.Body, entries[i].Body) || l.Entry.Sig != entries[i].Sig || l.Entry.Seq != entries[i].Seq {
				t.Fatalf("entry %d comes back as %q, was %q", i, l.Entry.Body, entries[i].Body)
			}
			i++
			return nil
		})
		if err != nil || i != len(entries) {
			t.Fatalf("%d of %d entries come back: %v", i, len(entries), err)
		}
	})
}
