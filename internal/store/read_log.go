package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/ledger"
	"amana/internal/transfer"
)

// Tile reads one tile of the tree, the newest version; nil when there is none.
func (q Queries) Tile(ctx context.Context, level int, index int64) ([]byte, error) {
	var data []byte
	err := q.one(ctx, `SELECT data FROM tile WHERE level = ? AND idx = ?`, []any{int64(level), index}, &data)
	if noRows(err) {
		return nil, nil
	}
	return data, err
}

// Checkpoint reads the newest signed checkpoint, or the one of the given size; a fault when there is none.
func (q Queries) Checkpoint(ctx context.Context, size int64) ([]byte, error) {
	query, args := `SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1`, []any{}
	if size > 0 {
		query, args = `SELECT note FROM checkpoint WHERE size = ?`, []any{size}
	}
	var note []byte
	err := q.one(ctx, query, args, &note)
	if noRows(err) {
		return nil, fault.New(fault.NotFound, "checkpoint.not_found", "there is no checkpoint of this size")
	}
	return note, err
}

// Checkpoints calls visit with every stored checkpoint by size, and the size of the one before it.
func (q Queries) Checkpoints(ctx context.Context, visit func(size, follows int64, note []byte) error) error {
	return q.each(ctx, `SELECT size, follows, note FROM checkpoint ORDER BY size`, nil, func(scan func(...any) error) error {
		var size, follows int64
		var note []byte
		if err := scan(&size, &follows, &note); err != nil {
			return err
		}
		return visit(size, follows, note)
	})
}

// Row is an entry as it is stored: the sealed record and the columns that repeat parts of it.
type Row struct {
	ledger.Entry
	Kind                   string
	Person, PSeq           int64
	OccurredAt, RecordedAt int64
}

func scanRow(scan func(...any) error) (*Row, error) {
	r := &Row{}
	var person, pseq sql.NullInt64
	var salt, slot, sig []byte
	if err := scan(&r.Seq, &r.Kind, &person, &pseq, &r.OccurredAt, &r.RecordedAt, &r.Body, &salt, &slot, &sig); err != nil {
		return nil, err
	}
	r.Person, r.PSeq = person.Int64, pseq.Int64
	if person.Valid && r.Person == 0 || pseq.Valid && r.PSeq == 0 {
		r.Person = -1 // nobody has the number 0: the columns are not what was written
	}
	copy(r.Salt[:], salt)
	copy(r.Slot[:], slot)
	copy(r.Sig[:], sig)
	if len(salt) != len(r.Salt) || len(slot) != len(r.Slot) || len(sig) != len(r.Sig) {
		r.Sig = [64]byte{} // lengths that cannot be: the signature will not verify
	}
	return r, nil
}

const rowQuery = `SELECT seq, kind, person, pseq, occurred_at, recorded_at, body, salt, slot, sig FROM entry `

// Rows lists stored entries with seq > after, in order.
func (q Queries) Rows(ctx context.Context, after int64, limit int) ([]*Row, error) {
	return list(ctx, q, rowQuery+`WHERE seq > ? ORDER BY seq LIMIT ?`, []any{after, int64(limit)}, scanRow)
}

// Row reads one stored entry.
func (q Queries) Row(ctx context.Context, seq int64) (*Row, error) {
	rows, err := list(ctx, q, rowQuery+`WHERE seq = ?`, []any{seq}, scanRow)
	if err == nil && len(rows) == 0 {
		err = fault.New(fault.NotFound, "entry.not_found", "the log has no entry %d", seq)
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// Timeline lists the entries about a person, and those about several people that mention the person, in the order of the world.
func (q Queries) Timeline(ctx context.Context, p id.Person) ([]custody.Record, error) {
	rows, err := list(ctx, q, rowQuery+`WHERE person = ? OR seq IN (SELECT seq FROM mention WHERE person = ?) ORDER BY occurred_at, seq`, []any{int64(p), int64(p)}, scanRow)
	if err != nil {
		return nil, err
	}
	return decodeAll(rows)
}

// Records reads entries by number as the domain sees them.
func (q Queries) Records(ctx context.Context, seqs []int64) ([]custody.Record, error) {
	var rows []*Row
	err := inSets(seqs, func(in string, args []any) error {
		part, err := list(ctx, q, rowQuery+`WHERE seq IN `+in+` ORDER BY seq`, args, scanRow)
		rows = append(rows, part...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return decodeAll(rows)
}

func decodeAll(rows []*Row) ([]custody.Record, error) {
	records := make([]custody.Record, len(rows))
	for i, r := range rows {
		var err error
		if records[i], err = Decode(&r.Entry); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// Decode reads what a sealed entry says.
func Decode(e *ledger.Entry) (custody.Record, error) {
	h, err := e.Header()
	if err != nil {
		return custody.Record{}, fmt.Errorf("reading entry %d: %w", e.Seq, err)
	}
	make, ok := custody.Kinds[custody.Kind(h.Kind)]
	if !ok {
		make, ok = transfer.Kinds[custody.Kind(h.Kind)]
	}
	if !ok {
		return custody.Record{}, fault.New(fault.Invalid, "entry.kind_unknown", "entry %d is of the kind %q, which this version does not know", e.Seq, h.Kind)
	}
	event := make()
	if err := json.Unmarshal(h.Data, event); err != nil {
		return custody.Record{}, fault.New(fault.Invalid, "entry.data_unreadable", "entry %d does not read as %s", e.Seq, h.Kind).Because(err)
	}
	return custody.Record{Seq: h.Seq, OccurredAt: h.OccurredAt.UTC(), RecordedAt: h.RecordedAt.UTC(), Actor: h.Actor, Person: id.Person(h.Person), Event: event}, nil
}

// Delivery is a command that came with a key, and what was answered.
type Delivery struct {
	Digest, Answer string
	Seq, Times     int64
}

// Delivery reads what was answered to a key, false when the key is new.
func (q Queries) Delivery(ctx context.Context, key string) (Delivery, bool, error) {
	var d Delivery
	err := q.one(ctx, `SELECT digest, seq, answer, times FROM delivery WHERE key = ?`, []any{key}, &d.Digest, &d.Seq, &d.Answer, &d.Times)
	if noRows(err) {
		return d, false, nil
	}
	return d, err == nil, err
}

// Delivered keeps the answer to a key.
func (t *Tx) Delivered(ctx context.Context, key string, d Delivery) error {
	return t.insert(ctx, "delivery", "key, digest, seq, answer, times", "ON CONFLICT (key) DO UPDATE SET times = delivery.times + 1",
		[][]any{{key, d.Digest, d.Seq, d.Answer, int64(1)}})
}

// LastSeq is the number of the last entry of this transaction so far, or of the log.
func (t *Tx) LastSeq() int64 { return t.size + int64(len(t.staged)) }

// FileImported tells whether a file with these bytes was imported, also by this transaction or one that shares its commit.
func (q Queries) FileImported(ctx context.Context, sha256 string) (bool, error) {
	var n int64
	err := q.one(ctx, `SELECT COUNT(*) FROM file_imported WHERE sha256 = ?`, []any{sha256}, &n)
	return n > 0, err
}

// File is a manifest that was imported.
type File struct {
	File                 string
	SHA256               string
	Seq                  int64
	Rows, Good, Problems int
	Registered           int // people whose record began with a line of it
}

// Files lists imported manifests in the order of their import.
func (q Queries) Files(ctx context.Context) ([]File, error) {
	return list(ctx, q, `SELECT f.file, f.sha256, f.seq, f.rows_read, f.good, f.problems,
		(SELECT COUNT(*) FROM person p WHERE p.registered_seq < f.seq AND p.registered_seq > COALESCE((SELECT MAX(g.seq) FROM file_imported g WHERE g.seq < f.seq), 0)
			AND p.source_key <> '') FROM file_imported f ORDER BY f.seq`, nil,
		func(scan func(...any) error) (f File, err error) {
			return f, scan(&f.File, &f.SHA256, &f.Seq, &f.Rows, &f.Good, &f.Problems, &f.Registered)
		})
}
