package ledger

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/fault"
)

const (
	tileHeight = 8 // C2SP tlog-tiles
	tileWidth  = 1 << tileHeight
	tileBytes  = tileWidth * tlog.HashSize
)

// TileReader gives the stored tile at a level and index: 32 bytes for each hash, 256 hashes when it is full. It is also a
// tlog.HashReader, from which proofs are made. The hashes are trusted: whoever uses the proof checks it against a root.
type TileReader func(level int, index int64) ([]byte, error)

// ReadHashes implements tlog.HashReader and reads each tile once. A tile that is too short fails with tree.tile.
func (read TileReader) ReadHashes(indexes []int64) ([]Hash, error) {
	type place struct {
		level int
		index int64
	}
	tiles := make(map[place][]byte)
	hashes := make([]Hash, len(indexes))
	for i, x := range indexes {
		t := tlog.TileForIndex(tileHeight, x)
		data, ok := tiles[place{t.L, t.N}]
		if !ok {
			var err error
			if data, err = read(t.L, t.N); err != nil {
				return nil, fmt.Errorf("reading %s: %w", t.Path(), err)
			}
			tiles[place{t.L, t.N}] = data
		}
		h, err := tlog.HashFromTile(t, data, x)
		if err != nil {
			return nil, shortTile(t, data)
		}
		hashes[i] = h
	}
	return hashes, nil
}

func shortTile(t tlog.Tile, data []byte) error {
	return fault.New(fault.Internal, "tree.tile", "%s has %d bytes instead of %d", t.Path(), len(data), t.W*tlog.HashSize)
}

// TileData is one tile to be stored: full, or partial and to be replaced when it has grown.
type TileData struct {
	Level int
	Index int64
	Data  []byte // 32 bytes for each hash
}

// Tree is the right edge of a log's tree: all that is needed to append to it and to know its root, a few kilobytes at any
// size. The zero Tree is empty. To be able to drop an append that could not be committed, append to a Clone.
type Tree struct {
	size  int64
	edge  [][]byte // edge[l]: the partial tile at level l
	peaks []Hash   // roots of the complete subtrees, the largest first
}

// LoadTree reads the right edge of a tree of the given size. It fails with tree.tile when a tile is too short.
func LoadTree(size int64, read TileReader) (*Tree, error) {
	t := &Tree{size: size}
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		n := size >> (tileHeight * level)
		tile := tlog.Tile{H: tileHeight, L: level, N: n >> tileHeight, W: int(n % tileWidth)}
		if tile.W == 0 {
			t.edge = append(t.edge, nil)
			continue
		}
		data, err := read(tile.L, tile.N)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", tile.Path(), err)
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, shortTile(tile, data)
		}
		t.edge = append(t.edge, bytes.Clone(data[:tile.W*tlog.HashSize]))
	}
	for _, data := range slices.Backward(t.edge) {
		for len(data) > 0 {
			width := tileWidth
			for width*tlog.HashSize > len(data) {
				width /= 2
			}
			var leaves [tileWidth]Hash
			for i := range width {
				leaves[i] = Hash(data[i*tlog.HashSize:])
			}
			t.peaks = append(t.peaks, merkleRoot(leaves[:width]))
			data = data[width*tlog.HashSize:]
		}
	}
	return t, nil
}

// Size is how many leaves the tree has.
func (t *Tree) Size() int64 { return t.size }

// Root is the RFC 6962 root.
func (t *Tree) Root() Hash { return fold(t.peaks) }

// fold joins the roots of complete subtrees, the smallest two first.
func fold(peaks []Hash) Hash {
	if len(peaks) == 0 {
		return sum(nil)
	}
	root := peaks[len(peaks)-1]
	for i := len(peaks) - 2; i >= 0; i-- {
		root = nodeHash(&peaks[i], &root)
	}
	return root
}

// Clone copies the tree.
func (t *Tree) Clone() *Tree {
	c := &Tree{size: t.size, peaks: slices.Clone(t.peaks), edge: make([][]byte, len(t.edge))}
	for i, data := range t.edge {
		c.edge[i] = bytes.Clone(data)
	}
	return c
}

// Append adds leaf hashes and returns the tiles that are new or have grown; storing them replaces what stood at their place.
// It reads nothing.
func (t *Tree) Append(hashes []Hash) []TileData {
	before := t.size
	var changed []TileData
	for _, h := range hashes {
		changed = t.push(h, changed)
	}
	for level, data := range t.edge {
		if len(data) > 0 && before>>(tileHeight*level) != t.size>>(tileHeight*level) {
			changed = append(changed, TileData{level, t.size >> (tileHeight * (level + 1)), bytes.Clone(data)})
		}
	}
	return changed
}

// push adds one leaf and the subtrees that it completes, and gives out the tiles that it fills.
func (t *Tree) push(h Hash, full []TileData) []TileData {
	n := t.size
	full = t.place(0, n, h, full)
	for level := 1; n&1 == 1; level++ {
		n >>= 1
		last := len(t.peaks) - 1
		h = nodeHash(&t.peaks[last], &h)
		t.peaks = t.peaks[:last]
		if level%tileHeight == 0 {
			full = t.place(level/tileHeight, n, h, full)
		}
	}
	t.peaks = append(t.peaks, h)
	t.size++
	return full
}

// place puts the n-th hash of a level into its tile.
func (t *Tree) place(level int, n int64, h Hash, full []TileData) []TileData {
	if level == len(t.edge) {
		t.edge = append(t.edge, nil)
	}
	t.edge[level] = append(t.edge[level], h[:]...)
	if len(t.edge[level]) == tileBytes {
		full = append(full, TileData{level, n >> tileHeight, t.edge[level]})
		t.edge[level] = nil
	}
	return full
}
