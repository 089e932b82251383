package store

import (
	"context"

	"amana/internal/ledger"
)

// Prove makes an offline proof that an entry is in the log, up to the newest checkpoint. Fields named in open are opened in
// it; nothing else of the entry's content is in it.
func (q Queries) Prove(ctx context.Context, seq int64, open ...string) ([]byte, error) {
	head, err := q.Head(ctx)
	if err != nil {
		return nil, explain(err)
	}
	row, err := q.Row(ctx, seq)
	if err != nil {
		return nil, err
	}
	var p ledger.Proof
	if p.Leaf, err = row.Leaf(); err != nil {
		return nil, err
	}
	if len(open) > 0 {
		if p.Opening, err = ledger.Open(&row.Entry, open...); err != nil {
			return nil, err
		}
	}
	if p.Checkpoint, err = q.Checkpoint(ctx, head.Size); err != nil {
		return nil, err
	}
	if p.Path, err = ledger.ProveInclusion(head.Size, seq, func(level int, index int64) ([]byte, error) { return q.Tile(ctx, level, index) }); err != nil {
		return nil, err
	}
	return p.Marshal()
}
