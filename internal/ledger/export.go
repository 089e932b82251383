package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"amana/internal/fault"
)

const (
	exportFormat = "amana-log/v1"
	maxLine      = MaxBody*4/3 + 4096 // a line that holds the largest body in base64
)

// ExportHeader is the first line of an exported log.
type ExportHeader struct {
	Log    Log
	VKey   string // the key that the exporter states; whoever verifies brings the one that it knows
	Public bool   // only the leaves follow, no bodies
}

// exportLine is any line of an export; which members it has tells what it is.
type exportLine struct {
	Format string `json:"format,omitempty"`
	Site   string `json:"site,omitempty"`
	Epoch  int64  `json:"epoch,omitempty"`
	VKey   string `json:"vkey,omitempty"`
	Public bool   `json:"public,omitempty"`

	Seq     int64           `json:"seq,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
	Encoded []byte          `json:"body_base64,omitempty"` // a body that cannot stand as JSON on one line: evidence of damage
	Salt    []byte          `json:"salt,omitempty"`
	Slot    []byte          `json:"slot,omitempty"`
	Sig     []byte          `json:"sig,omitempty"`

	Leaf []byte `json:"leaf,omitempty"`

	Checkpoint string `json:"checkpoint,omitempty"`
}

// WriteExport writes a log as JSON Lines: the header, one line an entry, and the checkpoint. A damaged entry is written as
// it stands; only a public export needs bodies that can be read. It fails with what entries or w failed with.
func WriteExport(w io.Writer, h ExportHeader, entries iter.Seq2[*Entry, error], checkpoint []byte) error {
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	head := exportLine{Format: exportFormat, Site: h.Log.Site, Epoch: h.Log.Epoch, VKey: h.VKey, Public: h.Public}
	if err := enc.Encode(head); err != nil {
		return fmt.Errorf("writing the header of the export: %w", err)
	}
	for e, err := range entries {
		if err != nil {
			return fmt.Errorf("reading the entries to export: %w", err)
		}
		line, err := lineOf(e, h.Public)
		if err != nil {
			return err
		}
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("writing entry %d: %w", e.Seq, err)
		}
	}
	if err := enc.Encode(exportLine{Checkpoint: string(checkpoint)}); err != nil {
		return fmt.Errorf("writing the checkpoint of the export: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	return nil
}

func lineOf(e *Entry, public bool) (exportLine, error) {
	if public {
		l, err := e.Leaf()
		if err != nil {
			return exportLine{}, fmt.Errorf("exporting the leaf of entry %d: %w", e.Seq, err)
		}
		return exportLine{Leaf: l.Bytes()}, nil
	}
	line := exportLine{Seq: e.Seq, Salt: e.Salt[:], Slot: e.Slot[:], Sig: e.Sig[:]}
	var compact bytes.Buffer
	if json.Compact(&compact, e.Body) == nil && bytes.Equal(compact.Bytes(), e.Body) {
		line.Body = e.Body
	} else {
		line.Encoded = e.Body
	}
	return line, nil
}

// ExportLine is one entry of an export: whole, or only its leaf when the export is public.
type ExportLine struct {
	Entry *Entry
	Leaf  Leaf
}

// ReadExport reads an export line by line, gives each entry to visit and returns the checkpoint at its end. Memory is bounded
// by one line. It fails with export.malformed and the row, export.truncated when the checkpoint is not reached, or what
// visit or r failed with. Nothing is verified: see CheckExport.
func ReadExport(r io.Reader, visit func(ExportHeader, ExportLine) error) (ExportHeader, []byte, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), maxLine)
	var h ExportHeader
	var checkpoint []byte
	row := 0
	malformed := func(err error) error {
		f := fault.New(fault.Invalid, "export.malformed", "line %d is not part of an exported log", row)
		return f.Because(err)
	}
	for in.Scan() {
		row++
		var line exportLine
		if err := decodeStrict(in.Bytes(), &line); err != nil {
			return h, nil, malformed(err)
		}
		switch {
		case checkpoint != nil:
			return h, nil, malformed(nil)
		case row == 1:
			h = ExportHeader{Log: Log{line.Site, line.Epoch}, VKey: line.VKey, Public: line.Public}
			if line.Format != exportFormat || !h.Log.valid() {
				return h, nil, malformed(nil)
			}
		case line.Checkpoint != "":
			checkpoint = []byte(line.Checkpoint)
		default:
			l, err := line.entry(h.Public)
			if err != nil {
				return h, nil, malformed(err)
			}
			if err := visit(h, l); err != nil {
				return h, nil, err
			}
		}
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return h, nil, fault.New(fault.TooLarge, "export.malformed", "line %d has more than %d bytes", row+1, maxLine)
	case err != nil:
		return h, nil, fmt.Errorf("reading line %d of the export: %w", row+1, err)
	case checkpoint == nil:
		return h, nil, fault.New(fault.Invalid, "export.truncated", "the export ends after %d lines without its checkpoint", row)
	}
	return h, checkpoint, nil
}

var errLine = errors.New("members are missing or of the wrong length")

func (l *exportLine) entry(public bool) (ExportLine, error) {
	if public {
		leaf, err := ParseLeaf(l.Leaf)
		return ExportLine{Leaf: leaf}, err
	}
	e := &Entry{Seq: l.Seq, Body: l.Body}
	if e.Body == nil {
		e.Body = l.Encoded
	}
	if copy(e.Salt[:], l.Salt) != len(l.Salt) || copy(e.Slot[:], l.Slot) != len(l.Slot) || copy(e.Sig[:], l.Sig) != len(l.Sig) ||
		len(l.Salt) != len(e.Salt) || len(l.Slot) != len(e.Slot) || len(l.Sig) != len(e.Sig) {
		return ExportLine{}, errLine
	}
	return ExportLine{Entry: e}, nil
}

// The checker of an export works on chunks of so many entries or bytes, and gives up after so many problems.
const (
	chunkEntries = 1024
	chunkBytes   = 8 << 20
	maxProblems  = 10_000
)

// CheckExport verifies an exported log, whole or public, against the key by which the verifier knows it. The checker comes
// back for further checkpoints. It fails with the faults of ReadExport and NewChecker, and with export.damaged beside the
// problems found so far when there are more than ten thousand. With an empty vkey it takes the one that the export states,
// which shows that the export agrees with itself, and not whose it is.
func CheckExport(r io.Reader, vkey string) (*Checker, []Problem, error) {
	var c *Checker
	var problems []Problem
	var entries []*Entry
	var leaves []Leaf
	size := 0
	check := func() error {
		problems = append(problems, c.Add(entries)...)
		problems = append(problems, c.AddLeaves(leaves)...)
		entries, leaves, size = entries[:0], leaves[:0], 0
		if len(problems) > maxProblems {
			return fault.New(fault.Refused, "export.damaged", "more than %d problems were found up to entry %d", maxProblems, c.Size())
		}
		return nil
	}
	start := func(h ExportHeader) (err error) {
		if c == nil {
			if vkey == "" {
				vkey = h.VKey
			}
			c, err = NewChecker(h.Log, vkey)
		}
		return err
	}
	h, checkpoint, err := ReadExport(r, func(h ExportHeader, l ExportLine) error {
		if err := start(h); err != nil {
			return err
		}
		if h.Public {
			leaves = append(leaves, l.Leaf)
		} else {
			entries = append(entries, l.Entry)
			size += len(l.Entry.Body)
		}
		if len(entries)+len(leaves) >= chunkEntries || size >= chunkBytes {
			return check()
		}
		return nil
	})
	if err == nil {
		err = start(h)
	}
	if c != nil {
		if last := check(); err == nil {
			err = last
		}
	}
	if err != nil {
		return c, problems, err
	}
	return c, append(problems, c.CheckCheckpoint(checkpoint, "the checkpoint of the export")...), nil
}
