package ledger

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// CheckTiles compares every stored tile with what follows from the entries that were added. A problem names the tile and
// the first entry under its first false hash. What damaged or missing entries leave unknown is not blamed on the tiles.
func (c *Checker) CheckTiles(read TileReader) []Problem {
	var problems []Problem
	for level := 0; level*tileHeight < len(c.levels); level++ {
		hashes := c.levels[level*tileHeight]
		for first := 0; first < len(hashes); first += tileWidth {
			part := hashes[first:min(first+tileWidth, len(hashes))]
			tile := tlog.Tile{H: tileHeight, L: level, N: int64(first / tileWidth), W: len(part)}
			data, err := read(tile.L, tile.N)
			at, text := c.compare(part, data)
			if err != nil {
				at, text = 0, "it cannot be read: "+message(err)
			}
			if text != "" {
				seq := int64(first+at)<<(tileHeight*level) + 1
				problems = append(problems, Problem{Rule: TileFalse, Seq: seq, Where: tile.Path(), Message: text})
			}
		}
	}
	return problems
}

// compare finds the first hash of a tile that is false and says so; an empty text means that the tile is right.
func (c *Checker) compare(part []Hash, data []byte) (int, string) {
	for i := range part {
		if len(data) < (i+1)*tlog.HashSize {
			break
		}
		if part[i] != (Hash{}) && !bytes.Equal(part[i][:], data[i*tlog.HashSize:(i+1)*tlog.HashSize]) {
			return i, fmt.Sprintf("hash %d does not follow from the entries", i)
		}
	}
	want := len(part) * tlog.HashSize
	if len(data) < want || len(data) > want && !c.lost {
		return min(len(data)/tlog.HashSize, len(part)-1), fmt.Sprintf("it has %d bytes instead of %d", len(data), want)
	}
	return 0, ""
}

// CheckCheckpoint compares a checkpoint that somebody kept, called what, with the entries that were added.
func (c *Checker) CheckCheckpoint(note []byte, what string) []Problem {
	problem := func(rule string, seq int64, format string, args ...any) []Problem {
		return []Problem{{Rule: rule, Seq: seq, Where: what, Message: fmt.Sprintf(format, args...)}}
	}
	checkpoint, err := c.key.checkpoint(note)
	if err != nil {
		return problem(CheckpointSignature, 0, "%s", message(err))
	}
	if checkpoint.Size > c.Size() {
		return problem(LogRewound, c.next, "the log ends at entry %d but had %d when the checkpoint was signed", c.Size(), checkpoint.Size)
	}
	switch root, ok := c.root(checkpoint.Size); {
	case !ok:
		return problem(CheckpointRoot, 0, "the root at size %d cannot be found, because entries are damaged or missing", checkpoint.Size)
	case root != checkpoint.Root:
		return problem(CheckpointRoot, 0, "the first %d entries are not those that the checkpoint covers", checkpoint.Size)
	}
	return nil
}
