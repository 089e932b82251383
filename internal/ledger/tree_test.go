package ledger_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"amana/internal/fault"
	"amana/internal/ledger"
)

// reference is a tree kept by x/mod, hash by hash.
type reference struct {
	hashes []tlog.Hash
	size   int64
}

func (r *reference) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = r.hashes[x]
	}
	return out, nil
}

func (r *reference) append(t rapid.TB, h tlog.Hash) {
	more, err := tlog.StoredHashesForRecordHash(r.size, h, r)
	if err != nil {
		t.Fatal(err)
	}
	r.hashes = append(r.hashes, more...)
	r.size++
}

func leafNumber(n int64) ledger.Hash {
	return tlog.RecordHash(binary.BigEndian.AppendUint64(nil, uint64(n)))
}

func TestTreeAgreesWithReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ref, tree := &reference{}, &ledger.Tree{}
		stored := map[tlog.Tile][]byte{}
		read := ledger.TileReader(func(level int, index int64) ([]byte, error) {
			for tile, data := range stored {
				if tile.L == level && tile.N == index {
					return data, nil
				}
			}
			return nil, fmt.Errorf("tile %d/%d is not stored", level, index)
		})
		var sizes []int64
		for range rapid.IntRange(1, 5).Draw(t, "appends") {
			// Sizes around the widths of tiles are where an edge goes wrong.
			n := rapid.OneOf(rapid.Int64Range(0, 300), rapid.SampledFrom([]int64{1, 255, 256, 257, 512, 1000})).Draw(t, "n")
			var hashes []ledger.Hash
			before := tree.Size()
			for i := range n {
				h := leafNumber(before + i)
				hashes = append(hashes, h)
				ref.append(t, h)
			}
			dropped := tree.Clone()
			dropped.Append([]ledger.Hash{{1}})
			got := map[tlog.Tile][]byte{}
			for _, tile := range tree.Append(hashes) {
				got[tlog.Tile{H: 8, L: tile.Level, N: tile.Index, W: len(tile.Data) / 32}] = tile.Data
			}
			want := map[tlog.Tile][]byte{}
			for _, tile := range tlog.NewTiles(8, before, before+n) {
				data, err := tlog.ReadTileData(tile, ref)
				if err != nil {
					t.Fatal(err)
				}
				want[tile] = data
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("tiles changed from %d to %d (-want +got):\n%s", before, before+n, diff)
			}
			for tile, data := range got {
				for old := range stored {
					if old.L == tile.L && old.N == tile.N {
						delete(stored, old)
					}
				}
				stored[tile] = data
			}
			root, err := tlog.TreeHash(ref.size, ref)
			if err != nil {
				t.Fatal(err)
			}
			if tree.Root() != root || tree.Size() != ref.size {
				t.Fatalf("size %d has root %s, want %s", tree.Size(), tree.Root(), root)
			}
			loaded, err := ledger.LoadTree(tree.Size(), read)
			if err != nil {
				t.Fatal(err)
			}
			if loaded.Root() != root {
				t.Fatalf("loaded at %d the root is %s, want %s", tree.Size(), loaded.Root(), root)
			}
			tree = loaded // go on with what came from storage
			sizes = append(sizes, tree.Size())
		}
		size := tree.Size()
		if size == 0 {
			return
		}
		seq := rapid.Int64Range(1, size).Draw(t, "seq")
		path, err := ledger.ProveInclusion(size, seq, read)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(path, size, tree.Root(), seq-1, leafNumber(seq-1)); err != nil {
			t.Fatal(err)
		}
		older := rapid.SampledFrom(sizes).Draw(t, "older")
		oldRoot, err := tlog.TreeHash(older, ref)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := ledger.ProveConsistency(older, size, read)
		if err != nil {
			t.Fatal(err)
		}
		log := ledger.Log{Site: "a"}
		was, is := ledger.Checkpoint{Log: log, Size: older, Root: oldRoot}, ledger.Checkpoint{Log: log, Size: size, Root: tree.Root()}
		if err := ledger.CheckConsistency(was, is, proof); err != nil {
			t.Fatal(err)
		}
		is.Root[5] ^= 1
		if err := ledger.CheckConsistency(was, is, proof); !fault.Is(err, "checkpoint.fork") && older != 0 {
			t.Fatalf("another root passes as a continuation: %v", err)
		}
	})
}

func TestLoadTreeOfThreeLevels(t *testing.T) {
	t.Parallel()
	tree, tiles := &ledger.Tree{}, map[string][]byte{}
	const size = 1<<16 + 256*3 + 7
	for _, tile := range tree.Append(make([]ledger.Hash, size)) {
		tiles[fmt.Sprint(tile.Level, tile.Index)] = tile.Data
	}
	loaded, err := ledger.LoadTree(size, func(level int, index int64) ([]byte, error) {
		return tiles[fmt.Sprint(level, index)], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Root() != tree.Root() {
		t.Errorf("the loaded root is %s, want %s", loaded.Root(), tree.Root())
	}
}

func TestShortTileIsAFault(t *testing.T) {
	t.Parallel()
	read := func(int, int64) ([]byte, error) { return make([]byte, 33), nil }
	if _, err := ledger.LoadTree(300, read); !fault.Is(err, "tree.tile") {
		t.Errorf("loading gave %v, want tree.tile", err)
	}
	if _, err := ledger.ProveInclusion(300, 3, read); !fault.Is(err, "tree.tile") {
		t.Errorf("proving gave %v, want tree.tile", err)
	}
}
