package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"amana/internal/fault"
	"amana/internal/ledger"
)

// maxBatch is how many commands share one commit.
const maxBatch = 512

// writer is the one goroutine that changes the register. Commands that wait while it commits share its next commit, so
// that one sync of the disk serves many (group commit), and one's failure is not another's.
type writer struct {
	store *Store
	conn  *sql.Conn
	sql   *statements
	tree  *ledger.Tree
	jobs  chan *job
	done  chan struct{}
	last  int           // size of the last batch
	spent time.Duration // of the last commit
}

type job struct {
	ctx  context.Context
	do   func(context.Context, *Tx) error
	err  error
	done chan struct{}
}

func startWriter(ctx context.Context, s *Store) (*writer, error) {
	w := &writer{store: s, jobs: make(chan *job, maxBatch), done: make(chan struct{})}
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	go w.run()
	return w, nil
}

func (w *writer) connect(ctx context.Context) (err error) {
	if w.conn != nil {
		w.sql.close()
		_ = w.conn.Close() // broken already
	}
	w.tree = nil
	if w.conn, err = w.store.db.Conn(ctx); err != nil {
		return fmt.Errorf("connecting the writer: %w", err)
	}
	w.sql = &statements{conn: w.conn, known: map[string]*sql.Stmt{}}
	return nil
}

func (w *writer) stop() {
	close(w.jobs)
	<-w.done
	w.sql.close()
	_ = w.conn.Close() // all commits are answered
}

// Update runs a command in a transaction and returns after the commit. If do fails, nothing of it is kept.
func (s *Store) Update(ctx context.Context, do func(context.Context, *Tx) error) error {
	if s.writer == nil {
		return fault.New(fault.Refused, "store.read_only", "this register was opened for reading")
	}
	j := &job{ctx: ctx, do: do, done: make(chan struct{})}
	select {
	case s.writer.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-j.done
	return j.err
}

// Now is the time of day by the register's clock.
func (s *Store) Now() time.Time { return s.opt.Clock() }

func (w *writer) run() {
	defer close(w.done)
	for first := range w.jobs {
		batch := w.collect(first)
		began := time.Now()
		w.commit(batch)
		w.last, w.spent = len(batch), time.Since(began)
		for _, j := range batch {
			close(j.done)
		}
	}
}

// collect takes what waits. After a shared commit its clients come back one by one, so it gives them a fraction of the
// last commit's time to line up again.
func (w *writer) collect(first *job) []*job {
	batch := []*job{first}
	var patience <-chan time.Time
	if w.last > 1 {
		patience = time.After(min(w.spent/4, 2*time.Millisecond))
	}
	for len(batch) < maxBatch {
		select {
		case j, ok := <-w.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, j)
			continue
		default:
		}
		if patience == nil || len(batch) >= w.last {
			return batch
		}
		select {
		case j, ok := <-w.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, j)
		case <-patience:
			return batch
		}
	}
	return batch
}

// commit runs a batch in one transaction. When the transaction itself fails, every command of the batch has failed.
func (w *writer) commit(batch []*job) {
	ctx := context.Background()
	err := w.transact(ctx, batch, false)
	if errors.Is(err, errHalfDone) {
		_ = w.exec(ctx, "ROLLBACK") // there may be no transaction to roll back
		err = w.transact(ctx, batch, true)
	}
	if err == nil {
		return
	}
	_ = w.exec(ctx, "ROLLBACK") // there may be no transaction to roll back
	w.tree = nil
	if w.conn.PingContext(ctx) != nil {
		if again := w.connect(ctx); again != nil {
			err = again
		}
	}
	for _, j := range batch {
		if j.err == nil {
			j.err = explain(err)
		}
	}
}

// errHalfDone says that a command failed after it had written, among others that did not.
var errHalfDone = errors.New("a command of a shared transaction failed half-way")

func (w *writer) exec(ctx context.Context, query string) error {
	_, err := w.sql.ExecContext(ctx, query)
	return err
}

// transact runs the commands one after another and commits what they did. Most batches have no command that fails after it
// began to write, so at first there are no savepoints; if there is one, the batch is done again with a savepoint for each.
func (w *writer) transact(ctx context.Context, batch []*job, careful bool) error {
	begin := "BEGIN IMMEDIATE"
	if w.store.postgres {
		begin = "BEGIN"
	}
	w.sql.broken = false
	if err := w.exec(ctx, begin); err != nil {
		return fmt.Errorf("beginning: %w", err)
	}
	t := &Tx{Queries: Queries{q: w.sql, postgres: w.store.postgres}, w: w}
	if err := t.lock(ctx); err != nil {
		return err
	}
	for _, j := range batch {
		if j.err = j.ctx.Err(); j.err != nil {
			continue
		}
		var err error
		if careful {
			err = t.carefully(ctx, j)
		} else {
			err = t.quickly(j)
		}
		if err != nil {
			return err
		}
	}
	tree, err := t.seal(ctx)
	if err != nil {
		return err
	}
	if err := w.exec(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	w.tree = tree
	if len(t.staged) > 0 {
		w.store.changed()
	}
	return nil
}

// quickly runs a command. One that failed before it wrote anything leaves nothing behind.
func (t *Tx) quickly(j *job) error {
	mark, writes := len(t.staged), t.w.sql.writes
	err := safely(j, t)
	if err != nil && (t.w.sql.writes != writes || len(t.staged) != mark || t.w.sql.broken) {
		return errHalfDone
	}
	j.err = explain(err)
	return nil
}

// carefully runs a command between savepoints, so that its failure is not another's.
func (t *Tx) carefully(ctx context.Context, j *job) error {
	mark := len(t.staged)
	if err := t.w.exec(ctx, "SAVEPOINT command"); err != nil {
		return fmt.Errorf("setting a savepoint: %w", err)
	}
	if j.err = explain(safely(j, t)); j.err != nil {
		t.staged = t.staged[:mark]
		t.undone++
		if err := t.w.exec(ctx, "ROLLBACK TO SAVEPOINT command"); err != nil {
			return fmt.Errorf("rolling back to a savepoint: %w", err)
		}
	}
	if err := t.w.exec(ctx, "RELEASE SAVEPOINT command"); err != nil {
		return fmt.Errorf("releasing a savepoint: %w", err)
	}
	return nil
}

// safely turns a panic of one command into its error: the others in its batch did nothing wrong.
func safely(j *job, t *Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return j.do(context.WithoutCancel(j.ctx), t)
}

// lock makes this the only writer of the log, also among several processes, and brings the tree up to what they wrote.
func (t *Tx) lock(ctx context.Context) error {
	var size, recorded int64
	if err := t.one(ctx, `UPDATE log SET size = size RETURNING size, recorded_at`, nil, &size, &recorded); err != nil {
		return fmt.Errorf("locking the log: %w", err)
	}
	if t.w.tree == nil || t.w.tree.Size() != size {
		tree, err := ledger.LoadTree(size, func(level int, index int64) ([]byte, error) { return t.Tile(ctx, level, index) })
		if err != nil {
			return fmt.Errorf("loading the tree: %w", err)
		}
		t.w.tree = tree
	}
	t.size, t.now = size, moment(recorded)
	if now := t.w.store.opt.Clock(); now.After(t.now) {
		t.now = now
	}
	return nil
}

// seal signs what the batch recorded and writes it with its part of the tree and a checkpoint.
func (t *Tx) seal(ctx context.Context) (*ledger.Tree, error) {
	tree := t.w.tree
	if len(t.staged) == 0 {
		return tree, nil
	}
	opt := t.w.store.opt
	unsigned := make([]*ledger.Entry, len(t.staged))
	for i, s := range t.staged {
		unsigned[i] = &s.Entry
	}
	if err := ledger.SignAll(opt.Signer, unsigned); err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	hashes := make([]ledger.Hash, len(t.staged))
	rows := make([][]any, len(t.staged))
	for i, s := range t.staged {
		var err error
		if hashes[i], err = s.LeafHash(); err != nil {
			return nil, fmt.Errorf("hashing entry %d: %w", s.Seq, err)
		}
		var person, pseq any
		if s.Person != 0 {
			person, pseq = s.Person, s.PSeq
		}
		rows[i] = []any{s.Seq, s.Kind, person, pseq, s.OccurredAt, s.RecordedAt, s.Body, s.Salt[:], s.Slot[:], s.Sig[:]}
	}
	if err := t.insert(ctx, "entry", "seq, kind, person, pseq, occurred_at, recorded_at, body, salt, slot, sig", "", rows); err != nil {
		return nil, err
	}
	tree = tree.Clone()
	rows = rows[:0]
	for _, tile := range tree.Append(hashes) {
		rows = append(rows, []any{tile.Level, tile.Index, tile.Data})
	}
	if err := t.insert(ctx, "tile", "level, idx, data", "ON CONFLICT (level, idx) DO UPDATE SET data = excluded.data", rows); err != nil {
		return nil, err
	}
	note, err := ledger.SignCheckpoint(opt.Signer, opt.Log, tree.Size(), tree.Root())
	if err != nil {
		return nil, fmt.Errorf("signing a checkpoint: %w", err)
	}
	if err := t.insert(ctx, "checkpoint", "size, follows, note", "", [][]any{{tree.Size(), t.size, note}}); err != nil {
		return nil, err
	}
	return tree, t.exec(ctx, `UPDATE log SET size = ?, recorded_at = ?`, tree.Size(), micros(t.now))
}

var entropy = rand.Reader
