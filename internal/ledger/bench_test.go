package ledger_test

import (
	"bytes"
	"testing"

	"amana/internal/ledger"
)

func BenchmarkSeal(b *testing.B) {
	book := newBook(b, "nasiriyah")
	for b.Loop() {
		book.seal(b, 100100000001)
	}
	b.ReportMetric(float64(len(book.entries[0].Body)), "bytes/body")
}

func BenchmarkSealAndSign100(b *testing.B) {
	book := newBook(b, "nasiriyah")
	for b.Loop() {
		book.grow(b, 100)
	}
	b.ReportMetric(100*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkID(b *testing.B) {
	e := stored(newBook(b, "nasiriyah").grow(b, 2).entries[1])
	for b.Loop() {
		if _, err := e.ID(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChecker(b *testing.B) {
	book := newBook(b, "nasiriyah").grow(b, 4000)
	entries := book.stored()
	b.ReportAllocs()
	for b.Loop() {
		c := book.checker(b)
		for i := 0; i < len(entries); i += 1000 {
			if p := c.Add(entries[i : i+1000]); p != nil {
				b.Fatal(p)
			}
		}
	}
	b.ReportMetric(float64(len(entries))*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkCheckExport(b *testing.B) {
	book := newBook(b, "nasiriyah").grow(b, 4000)
	var file bytes.Buffer
	if err := ledger.WriteExport(&file, ledger.ExportHeader{Log: book.log}, book.sequence(), book.checkpoint(b)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, p, err := ledger.CheckExport(bytes.NewReader(file.Bytes()), book.vkey); p != nil || err != nil {
			b.Fatal(p, err)
		}
	}
	b.ReportMetric(4000*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkAppend(b *testing.B) {
	tree := &ledger.Tree{}
	hashes := make([]ledger.Hash, 100)
	for b.Loop() {
		tree.Append(hashes)
	}
}
