package register

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/store"
)

// live is the index of everything that sources ever said of people. It lives in memory and is fed from the register itself, from
// committed rows only; several processes on one register each have their own and read what the others wrote.
type live struct {
	model *identity.Model

	mu    sync.Mutex // of whoever reads newer rows
	index *identity.Index
	seq   int64 // the newest entry whose words are in the index

	tail tail // belongs to the writer, which does one command at a time
}

// tail is what a transaction has beyond the index: what others committed meanwhile, and what commands of the same transaction
// have written before this one. It goes with the transaction.
type tail struct {
	tx       *store.Tx
	undone   int
	from, to int64 // entries, the first not included
	index    *identity.Index
}

// readRows is how many rows are read at a time.
const readRows = 10_000

func newLive(m *identity.Model) *live { return &live{model: m, index: identity.NewIndex(m)} }

// current brings the index up to the newest committed row that q sees, or to an entry at most, and tells which one that is.
func (l *live) current(ctx context.Context, q store.Queries, until int64) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.feed(ctx, q, l.index, l.seq, until, func(seq int64) { l.seq = seq })
	return l.seq, err
}

// feed adds rows to an index in the order of the log, and tells how far it came.
func (l *live) feed(ctx context.Context, q store.Queries, into *identity.Index, after, until int64, reached func(int64)) error {
	for {
		rows, err := q.StatementsAfter(ctx, after, until, readRows)
		if err != nil || len(rows) == 0 {
			return err
		}
		records, err := l.prepare(rows)
		if err != nil {
			return err
		}
		for i, r := range records {
			into.Add(uint64(rows[i].Person), r)
		}
		after = rows[len(rows)-1].Seq
		reached(after)
		if len(rows) < readRows {
			return nil
		}
	}
}

// prepare makes records of statements, on all cores. What cannot be decoded says nothing: that a row was tampered with is for the
// verification to tell, and nobody is turned away at a gate for it.
func (l *live) prepare(rows []store.Statement) ([]*identity.Record, error) {
	records := make([]*identity.Record, len(rows))
	err := together(len(rows), func(i int) {
		d, err := rows[i].Details()
		if err != nil {
			d = person.Details{}
		}
		records[i] = l.model.Record(d)
	})
	return records, err
}

// beyond gives an index of what a transaction has after an entry.
func (l *live) beyond(ctx context.Context, t *store.Tx, from int64) (*identity.Index, error) {
	if l.tail.tx != t || l.tail.undone != t.Undone() || l.tail.from > from {
		l.tail = tail{tx: t, undone: t.Undone(), from: from, to: from, index: identity.NewIndex(l.model)}
	}
	if l.tail.to < t.LastSeq() {
		if err := l.feed(ctx, t.Queries, l.tail.index, l.tail.to, math.MaxInt64, func(int64) {}); err != nil {
			return nil, err
		}
		l.tail.to = t.LastSeq()
	}
	return l.tail.index, nil
}

// add adds what a command has just written, which need not be read back.
func (l *live) add(t *store.Tx, people []id.Person, records []*identity.Record) {
	for i, p := range people {
		l.tail.index.Add(uint64(p), records[i])
	}
	l.tail.to = t.LastSeq()
}

// together runs work for 0 to n-1 on all cores. A panic of one becomes the error of all: it may come from one hostile name, and must not
// end the program that keeps all others.
func together(n int, work func(i int)) error {
	var next atomic.Int64
	var broken atomic.Pointer[error]
	run := func() {
		defer func() {
			if r := recover(); r != nil {
				err := fmt.Errorf("panic: %v\n%s", r, debug.Stack())
				broken.Store(&err)
			}
		}()
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			work(i)
		}
	}
	var all sync.WaitGroup
	for range min(n/4, runtime.GOMAXPROCS(0)-1) {
		all.Go(run)
	}
	run()
	all.Wait()
	if err := broken.Load(); err != nil {
		return *err
	}
	return nil
}

// Warm reads the register into the index of people, which the first search would do otherwise.
func (r *Register) Warm(ctx context.Context) error {
	_, err := r.live.current(ctx, r.store.Queries, math.MaxInt64)
	return err
}
