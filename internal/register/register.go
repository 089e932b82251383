// Package register is what can be done: each use case authorises, reads what stands, lets the domain decide, and records
// what follows in one transaction. Facts are always recorded; decisions are refused with their rule.
package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/identity"
	"amana/internal/store"
)

// Register does the operation's work on one site's register.
type Register struct {
	store *store.Store
	keys  *Keyring
	live  *live
	lists *watch
}

// New puts a register on an open store. The keyring holds the keys of the custodians that sign at this site.
func New(s *store.Store, keys *Keyring) *Register { return NewWith(s, keys, identity.Default()) }

// NewWith is New with a model of identity other than the one that is shipped.
func NewWith(s *store.Store, keys *Keyring, m *identity.Model) *Register {
	return &Register{store: s, keys: keys, live: newLive(m), lists: newWatch(m)}
}

// Reading gives the queries of the register to somebody who may read what p covers. Whoever reads a person's file calls File.
func (r *Register) Reading(a authz.Actor, p authz.Permission) (store.Queries, error) {
	return r.store.Queries, authz.Check(a, p)
}

// Changed gives a channel that is closed by the next commit.
func (r *Register) Changed() <-chan struct{} { return r.store.Changed() }

// By is who acts, when it happened in the world, and the key by which a second delivery of the same command is known.
type By struct {
	authz.Actor
	At  time.Time // zero: now
	Key string    // idempotency key, empty: none
}

// at is when the command's facts occurred. What has not happened yet is not a fact.
func (b By) at(now time.Time) (time.Time, error) {
	if b.At.IsZero() {
		return now, nil
	}
	if b.At.After(now.Add(time.Minute)) { // clocks differ a little
		return now, fault.New(fault.Invalid, "occurred_at.future", "%s has not come yet", b.At.UTC().Format(time.RFC3339))
	}
	return b.At.UTC().Truncate(time.Microsecond), nil
}

// act is a command at work: the transaction, who acts and when.
type act struct {
	*store.Tx
	keys  *Keyring
	live  *live
	lists *watch
	who   authz.Actor
	at    time.Time
}

// draft makes an event of this command.
func (a *act) draft(e custody.Event) custody.Draft {
	return custody.Draft{OccurredAt: a.at, Actor: a.who.Name, Event: e}
}

// do runs a command: denied, refused, answered as before when its key was delivered already, or done and committed.
func do[In, Out any](ctx context.Context, r *Register, by By, p authz.Permission, in In, work func(context.Context, *act, In) (Out, error)) (Out, error) {
	var out Out
	if err := authz.Check(by.Actor, p); err != nil {
		return out, err
	}
	err := r.store.Update(ctx, func(ctx context.Context, t *store.Tx) error {
		at, err := by.at(t.Now())
		if err != nil {
			return err
		}
		a := &act{Tx: t, keys: r.keys, live: r.live, lists: r.lists, who: by.Actor, at: at}
		if by.Key == "" {
			out, err = work(ctx, a, in)
			return err
		}
		out, err = once(ctx, a, by, p, in, work)
		return err
	})
	if err != nil {
		var none Out
		return none, err
	}
	return out, nil
}

// once does a command with a key a single time; a second delivery changes nothing, is noted, and gets the first answer.
func once[In, Out any](ctx context.Context, a *act, by By, p authz.Permission, in In, work func(context.Context, *act, In) (Out, error)) (Out, error) {
	var out Out
	body, err := json.Marshal(struct {
		P    authz.Permission
		By   string
		Kind string
		In   In
	}{p, by.Name, fmt.Sprintf("%T", in), in})
	if err != nil {
		return out, fmt.Errorf("digesting a command: %w", err)
	}
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	before, seen, err := a.Delivery(ctx, by.Key)
	if err != nil {
		return out, err
	}
	if seen {
		if before.Digest != digest {
			return out, fault.New(fault.Conflict, "delivery.key_reused", "the key %q stands for another command", by.Key)
		}
		if before.Times == 1 { // the first repetition is worth an entry, a flood of them is not
			d := a.draft(custody.DeliveryRepeated{Key: by.Key, First: before.Seq})
			d.OccurredAt = a.Now()
			if _, err := a.Append(ctx, d); err != nil {
				return out, err
			}
		}
		if err := a.Delivered(ctx, by.Key, before); err != nil {
			return out, err
		}
		return out, json.Unmarshal([]byte(before.Answer), &out)
	}
	first := a.LastSeq() + 1
	if out, err = work(ctx, a, in); err != nil {
		return out, err
	}
	answer, err := json.Marshal(out)
	if err != nil {
		return out, fmt.Errorf("keeping an answer: %w", err)
	}
	return out, a.Delivered(ctx, by.Key, store.Delivery{Digest: digest, Answer: string(answer), Seq: first})
}

// Done is the answer of a command that has nothing else to say.
type Done struct {
	Seq int64 `json:"seq"` // last entry that it recorded
}

// record appends events about no single person and answers with the last entry.
func (a *act) record(ctx context.Context, events ...custody.Event) (Done, error) {
	drafts := make([]custody.Draft, len(events))
	for i, e := range events {
		drafts[i] = a.draft(e)
	}
	return a.append(ctx, drafts)
}

func (a *act) append(ctx context.Context, drafts []custody.Draft) (Done, error) {
	records, err := a.Append(ctx, drafts...)
	if err != nil || len(records) == 0 {
		return Done{}, err
	}
	return Done{Seq: records[len(records)-1].Seq}, nil
}
