package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"amana/internal/fault"
)

// Draft is what somebody wants recorded.
type Draft struct {
	Kind       string
	OccurredAt time.Time // cut to microseconds
	Actor      string
	Person     int64 // 0 when the entry is about no single person
	Data       any   // marshals to a JSON object whose names need no escape; nil is the empty object
}

// Link says where a person's chain continues.
type Link struct {
	Key     [32]byte // the key of the person's slots, random, made once and passed on at each handover
	PSeq    int64    // 1-based place of the new entry
	Prev    Hash     // ID of the entry before, zero for the first
	Arrived bool     // the entry before stands in another log: the new one carries Key so that this log can be checked alone
}

// Entry is one sealed record: the private body with its salt, the slot and the signature. The fields are what a store keeps;
// change none of them after Seal.
type Entry struct {
	Seq  int64 // 1-based; the tree index is Seq-1
	Body []byte
	Salt [32]byte
	Slot [32]byte
	Sig  [64]byte

	leaf *Leaf // made by Seal; without signature
}

// Seal assembles everything of an entry but its signature, so that its ID is known at once and SignAll can sign many in
// parallel. It draws the salt from rand, and fails with the bad fields collected under entry.draft, with entry.body when
// the data are not a plain JSON object, or with what rand failed with.
func Seal(log Log, seq int64, d Draft, link *Link, recordedAt time.Time, rand io.Reader) (*Entry, error) {
	h := Header{
		Site: log.Site, Epoch: log.Epoch, Seq: seq, Kind: d.Kind, Actor: d.Actor, Person: d.Person,
		OccurredAt: d.OccurredAt.UTC().Truncate(time.Microsecond), RecordedAt: recordedAt.UTC().Truncate(time.Microsecond),
	}
	if link != nil {
		h.PSeq, h.Prev = link.PSeq, link.Prev
		if link.PSeq == 1 || link.Arrived {
			h.ChainKey = &link.Key
		}
	}
	if err := h.validate(log, link); err != nil {
		return nil, err
	}
	data, err := marshalObject(d.Data)
	if err != nil {
		return nil, err
	}
	h.Data = data
	e := &Entry{Seq: seq, Body: h.append(make([]byte, 0, 512+len(data)))}
	if _, err := io.ReadFull(rand, e.Salt[:]); err != nil {
		return nil, fmt.Errorf("drawing the salt of entry %d: %w", seq, err)
	}
	if link != nil {
		e.Slot = slot(&link.Key, link.PSeq)
	}
	w := workers.Get().(*worker)
	defer workers.Put(w)
	leaf, err := w.leaf(e)
	if err != nil {
		return nil, err
	}
	e.leaf = &leaf
	return e, nil
}

func (h *Header) validate(log Log, link *Link) error {
	bad := fault.New(fault.Invalid, "entry.draft", "the entry cannot be recorded as it stands")
	check := func(ok bool, name, rule, value string) {
		if !ok {
			bad.Fields = append(bad.Fields, fault.Field{Name: name, Rule: rule, Value: shorten(value)})
		}
	}
	check(log.valid(), "log", "entry.log", log.Origin())
	check(h.Seq >= 1 && h.Seq <= maxNumber, "seq", "entry.seq", fmt.Sprint(h.Seq))
	check(isText(h.Kind) && utf8.ValidString(h.Kind), "kind", "entry.kind", h.Kind)
	check(isText(h.Actor) && utf8.ValidString(h.Actor), "actor", "entry.actor", h.Actor)
	check(isMoment(h.OccurredAt), "occurred_at", "entry.time", h.OccurredAt.String())
	check(isMoment(h.RecordedAt), "recorded_at", "entry.time", h.RecordedAt.String())
	check(h.Person >= 0 && h.Person <= maxNumber, "person", "entry.person", fmt.Sprint(h.Person))
	check((h.Person != 0) == (link != nil), "person", "entry.link", fmt.Sprint(h.Person))
	if link != nil {
		check(link.PSeq >= 1 && link.PSeq <= maxNumber, "pseq", "entry.link", fmt.Sprint(link.PSeq))
		check((link.PSeq == 1) == (link.Prev == Hash{}), "prev", "entry.link", link.Prev.String())
		check(link.Key != [32]byte{}, "chain_key", "entry.link", "")
	}
	if bad.Fields != nil {
		return bad
	}
	return nil
}

// marshalObject gives compact JSON; what is not an object is found when the body is parsed.
func marshalObject(v any) ([]byte, error) {
	if v == nil {
		return []byte("{}"), nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fault.New(fault.Invalid, "entry.body", "the data of the entry cannot be written as JSON").Because(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Header reads the envelope of the body, or fails with entry.body.
func (e *Entry) Header() (Header, error) {
	var b body
	if err := b.parse(e.Body); err != nil {
		return Header{}, err
	}
	return b.header(), nil
}

// Leaf is the public half, recomputed from the private one unless Seal has just made it. It fails with entry.body.
func (e *Entry) Leaf() (Leaf, error) {
	if e.leaf != nil {
		l := *e.leaf
		l.Sig = e.Sig
		return l, nil
	}
	var w worker
	return w.leaf(e)
}

// ID names the entry in the next entry of the person's chain; it is known before the signature. It fails with entry.body.
func (e *Entry) ID() (Hash, error) {
	l, err := e.Leaf()
	if err != nil {
		return Hash{}, err
	}
	return l.ID(), nil
}

// LeafHash is the entry's hash in the tree, once it is signed. It fails with entry.body.
func (e *Entry) LeafHash() (Hash, error) {
	l, err := e.Leaf()
	if err != nil {
		return Hash{}, err
	}
	return tlog.RecordHash(l.Bytes()), nil
}

// worker is the scratch memory of one goroutine.
type worker struct {
	body   body
	commit committer
}

var workers = sync.Pool{New: func() any { return new(worker) }}

// leaf recomputes the public half from the private one and leaves the parsed body in w.body.
func (w *worker) leaf(e *Entry) (Leaf, error) {
	if err := w.body.parse(e.Body); err != nil {
		return Leaf{}, err
	}
	return Leaf{
		Log: Log{Site: string(w.body.site), Epoch: w.body.epoch}, Seq: w.body.seq,
		Slot: e.Slot, Commitment: w.commit.root(&e.Salt, w.body.fields), Sig: e.Sig,
	}, nil
}

// Sealing is a draft with the link that continues its person's chain; Link is nil when it is about nobody.
type Sealing struct {
	Draft
	Link *Link
}

// SealAll seals drafts with the numbers from first on, on all cores. Their links must not depend on each other: a person
// comes once. rand must bear being read from several goroutines, as crypto/rand.Reader does.
func SealAll(log Log, first int64, all []Sealing, recordedAt time.Time, rand io.Reader) ([]*Entry, error) {
	entries, errs := make([]*Entry, len(all)), make([]error, len(all))
	parallel(len(all), 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			entries[i], errs[i] = Seal(log, first+int64(i), all[i].Draft, all[i].Link, recordedAt, rand)
		}
	})
	return entries, errors.Join(errs...)
}

// SignAll signs sealed entries on all cores. It fails with entry.body, or with key.name when the key is not the log's.
func SignAll(signer *Signer, entries []*Entry) error {
	errs := make([]error, len(entries))
	parallel(len(entries), 8, func(lo, hi int) {
		for i, e := range entries[lo:hi] {
			l, err := e.Leaf()
			if err == nil && l.Log.Origin() != signer.Name() {
				err = wrongKey(signer.Name(), l.Log)
			}
			if err != nil {
				errs[lo+i] = fmt.Errorf("signing entry %d: %w", e.Seq, err)
				continue
			}
			e.Sig = signer.Sign(l.Message())
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// parallel splits 0..n into one range per core, none shorter than least, and waits for all of them.
func parallel(n, least int, work func(lo, hi int)) {
	parts := max(min(runtime.GOMAXPROCS(0), n/least), 1)
	if parts == 1 {
		work(0, n)
		return
	}
	var all sync.WaitGroup
	for p := range parts {
		all.Go(func() { work(n*p/parts, n*(p+1)/parts) })
	}
	all.Wait()
}
