package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/ledger"
)

// Tx is one command's view of the register while it changes it.
type Tx struct {
	Queries
	w      *writer
	now    time.Time
	size   int64 // entries before this transaction
	undone int   // commands of it that were rolled back
	staged []*Row
}

// Committed is the last entry before this transaction: what is up to it stays, whatever becomes of the transaction.
func (t *Tx) Committed() int64 { return t.size }

// Undone is how many commands of this transaction were rolled back: what somebody remembers of its entries is void when it changes.
func (t *Tx) Undone() int { return t.undone }

// Now is the moment of recording, the same for a whole transaction and never earlier than the entry before.
func (t *Tx) Now() time.Time { return t.now }

// Chain is where a person's chain of entries ends.
type Chain struct {
	Key  [32]byte
	PSeq int64
	Head ledger.Hash // of the last entry
}

// Chains reads where the chains of these people end; a person without entries has none.
func (q Queries) Chains(ctx context.Context, people []id.Person) (map[id.Person]Chain, error) {
	found := make(map[id.Person]Chain, len(people))
	err := inSets(people, func(in string, args []any) error {
		return q.each(ctx, `SELECT person, chain_key, pseq, head FROM person_chain WHERE person IN `+in, args, func(scan func(...any) error) error {
			var p id.Person
			var c Chain
			var key, head []byte
			if err := scan(&p, &key, &c.PSeq, &head); err != nil {
				return err
			}
			copy(c.Key[:], key)
			copy(c.Head[:], head)
			found[p] = c
			return nil
		})
	})
	return found, err
}

// Append records events in their order, and projects them at once, so that the same command can read what they changed.
func (t *Tx) Append(ctx context.Context, drafts ...custody.Draft) ([]custody.Record, error) {
	people := make([]id.Person, 0, len(drafts))
	seen := make(map[id.Person]bool, len(drafts))
	for _, d := range drafts {
		if d.Person != 0 && !seen[d.Person] {
			seen[d.Person] = true
			people = append(people, d.Person)
		}
	}
	chains, err := t.Chains(ctx, people)
	if err != nil {
		return nil, fmt.Errorf("reading chains: %w", err)
	}
	records := make([]custody.Record, 0, len(drafts))
	for len(drafts) > 0 {
		n := run(drafts)
		part, err := t.stage(drafts[:n], chains)
		if err != nil {
			return nil, err
		}
		records, drafts = append(records, part...), drafts[n:]
	}
	if err := t.writeChains(ctx, people, chains); err != nil {
		return nil, err
	}
	return records, t.project(ctx, records)
}

// run is how many drafts from the first on are about different people, or about nobody: their links do not depend on each other.
func run(drafts []custody.Draft) int {
	seen := make(map[id.Person]bool, len(drafts))
	for i, d := range drafts {
		if d.Person != 0 && seen[d.Person] {
			return i
		}
		seen[d.Person] = true
	}
	return len(drafts)
}

// stage seals drafts about different people and keeps them for the end of the batch; the chains move on.
func (t *Tx) stage(drafts []custody.Draft, chains map[id.Person]Chain) ([]custody.Record, error) {
	sealings := make([]ledger.Sealing, len(drafts))
	for i, d := range drafts {
		if d.OccurredAt.IsZero() {
			d.OccurredAt = t.now
		}
		sealings[i].Draft = ledger.Draft{
			Kind: string(d.Event.Kind()), OccurredAt: d.OccurredAt.UTC().Truncate(time.Microsecond), Actor: d.Actor, Person: int64(d.Person), Data: d.Event,
		}
		if d.Person == 0 {
			continue
		}
		c, known := chains[d.Person]
		if !known {
			if _, err := io.ReadFull(entropy, c.Key[:]); err != nil {
				return nil, fmt.Errorf("drawing a chain key: %w", err)
			}
		}
		c.PSeq++
		sealings[i].Link = &ledger.Link{Key: c.Key, PSeq: c.PSeq, Prev: c.Head}
		chains[d.Person] = c
	}
	entries, err := ledger.SealAll(t.w.store.opt.Log, t.LastSeq()+1, sealings, t.now, entropy)
	if err != nil {
		return nil, fmt.Errorf("sealing entries: %w", err)
	}
	records := make([]custody.Record, len(drafts))
	for i, e := range entries {
		s := sealings[i]
		row := &Row{Entry: *e, Kind: s.Kind, Person: s.Person, OccurredAt: micros(s.OccurredAt), RecordedAt: micros(t.now)}
		if s.Link != nil {
			c := chains[drafts[i].Person]
			if c.Head, err = e.ID(); err != nil {
				return nil, fmt.Errorf("naming entry %d: %w", e.Seq, err)
			}
			chains[drafts[i].Person], row.PSeq = c, s.Link.PSeq
		}
		t.staged = append(t.staged, row)
		records[i] = custody.Record{Seq: e.Seq, OccurredAt: s.OccurredAt, RecordedAt: t.now, Actor: s.Actor, Person: drafts[i].Person, Event: drafts[i].Event}
	}
	return records, nil
}

func (t *Tx) writeChains(ctx context.Context, people []id.Person, chains map[id.Person]Chain) error {
	rows := make([][]any, len(people))
	for i, p := range people {
		c := chains[p]
		rows[i] = []any{int64(p), c.Key[:], c.PSeq, c.Head[:]}
	}
	return t.insert(ctx, "person_chain", "person, chain_key, pseq, head",
		"ON CONFLICT (person) DO UPDATE SET pseq = excluded.pseq, head = excluded.head", rows)
}

// Serials reserves n numbers of a noun and returns the first serial. A number is never issued twice.
func (t *Tx) Serials(ctx context.Context, noun id.Noun, n int) (int64, error) {
	var next int64
	t.w.sql.writes++ // it writes, though it returns rows
	err := t.one(ctx, `INSERT INTO serial (noun, next) VALUES (?, ?) ON CONFLICT (noun) DO UPDATE SET next = serial.next + ? RETURNING next`,
		[]any{int64(noun), int64(n) + 1, int64(n)}, &next)
	return next - int64(n), err
}

// Numbers issues n numbers of a noun.
func Numbers[T ~int64](ctx context.Context, t *Tx, noun id.Noun, n int) ([]T, error) {
	if n == 0 {
		return nil, nil
	}
	first, err := t.Serials(ctx, noun, n)
	if err != nil {
		return nil, fmt.Errorf("issuing numbers: %w", err)
	}
	out := make([]T, n)
	for i := range out {
		out[i] = T(id.Make(noun, t.w.store.opt.Number, first+int64(i)))
	}
	return out, nil
}

// Number issues one number of a noun.
func Number[T ~int64](ctx context.Context, t *Tx, noun id.Noun) (T, error) {
	all, err := Numbers[T](ctx, t, noun, 1)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// HeadHex is a chain's head as a handover states it.
func (c Chain) HeadHex() string { return hex.EncodeToString(c.Head[:]) }
