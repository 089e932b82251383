package register

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/ledger"
)

// acceptanceLife is how long an acceptance may wait for the giver's commit (policy).
const acceptanceLife = time.Hour

// Acceptance is a receiver's signature over taking one person over as they are: the first step of a handover.
type Acceptance struct {
	Head      string    `json:"head"` // of the person's chain, hex
	Nonce     string    `json:"nonce"`
	Expiry    time.Time `json:"expiry"`
	Signature []byte    `json:"signature"`
}

// Acceptances are by person. Where one is missing, the key that this site keeps for the receiver signs.
type Acceptances map[id.Person]Acceptance

// HandoverInput passes people from their custodian to another, at a place or on the way.
type HandoverInput struct {
	Type     custody.MovementType `json:"type"`
	People   []id.Person          `json:"people"`
	To       custody.Account      `json:"to"`
	Receiver string               `json:"receiver"`
	Convoy   id.Convoy            `json:"convoy,omitempty"`
	Signed   Acceptances          `json:"signed,omitempty"`
}

// HandOver records a handover; its commit ends the giver's authority and begins the receiver's.
func (r *Register) HandOver(ctx context.Context, by By, in HandoverInput) (Done, error) {
	return do(ctx, r, by, authz.Handover, in, func(ctx context.Context, a *act, in HandoverInput) (Done, error) {
		if err := a.exists(ctx, in.To); err != nil {
			return Done{}, err
		}
		if c := in.To.Place(); c != "" {
			if err := a.usable(ctx, c, in.Type == custody.TypeReception); err != nil {
				return Done{}, err
			}
		}
		in.People = slices.Compact(slices.Sorted(slices.Values(in.People)))
		to := make(map[id.Person]custody.Account, len(in.People))
		for _, p := range in.People {
			to[p] = in.To
		}
		return a.handOver(ctx, handover{typ: in.Type, people: in.People, to: to, receiver: in.Receiver, convoy: in.Convoy, signed: in.Signed})
	})
}

// Offer is what a receiver is asked to sign for one person, with the bytes to sign.
type Offer struct {
	Person  id.Person `json:"person"`
	Giver   string    `json:"giver"`
	Head    string    `json:"head"`
	Nonce   string    `json:"nonce"`
	Expiry  time.Time `json:"expiry"`
	Message []byte    `json:"message"`
}

// OfferHandover states what a receiver signs for each person. It records nothing and binds nobody.
func (r *Register) OfferHandover(ctx context.Context, by By, people []id.Person, receiver string, now time.Time) ([]Offer, error) {
	q, err := r.Reading(by.Actor, authz.Handover)
	if err != nil {
		return nil, err
	}
	standings, err := q.Standings(ctx, people)
	if err != nil {
		return nil, err
	}
	chains, err := q.Chains(ctx, people)
	if err != nil {
		return nil, err
	}
	offers := make([]Offer, len(people))
	for i, p := range people {
		if err := standings[p].CheckKnown(); err != nil {
			return nil, err
		}
		nonce, err := newNonce()
		if err != nil {
			return nil, err
		}
		acc := ledger.Acceptance{Person: int64(p), Head: chains[p].Head, Giver: standings[p].Custodian, Receiver: receiver, Nonce: nonce, Expiry: now.Add(acceptanceLife)}
		offers[i] = Offer{Person: p, Giver: acc.Giver, Head: chains[p].HeadHex(), Nonce: nonce, Expiry: acc.Expiry, Message: acc.Message()}
	}
	return offers, nil
}

func newNonce() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("drawing a nonce: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

type handover struct {
	typ      custody.MovementType
	people   []id.Person
	to       map[id.Person]custody.Account
	receiver string
	convoy   id.Convoy
	leg      int
	signed   Acceptances
}

// handOver has the one commit point of a handover: the receiver has signed over the person's chain as it stands, the giver
// signs the same, and the entry that holds both passes custody. A stale head, a wrong or spent acceptance is refused.
func (a *act) handOver(ctx context.Context, h handover) (Done, error) {
	standings, err := a.Standings(ctx, h.people)
	if err != nil {
		return Done{}, err
	}
	chains, err := a.Chains(ctx, h.people)
	if err != nil {
		return Done{}, err
	}
	custodians, err := a.Custodians(ctx)
	if err != nil {
		return Done{}, err
	}
	receiver, known := custodians[h.receiver]
	if !known {
		return Done{}, fault.New(fault.Invalid, "custodian.unknown", "no custodian is enrolled under %q", h.receiver)
	}
	if receiver.Role == "line" {
		return Done{}, fault.New(fault.Refused, "handover.line_holds_nobody", "an agency at a line counts and lets pass; it takes nobody over")
	}
	nonces := make([]string, 0, len(h.signed))
	for _, given := range h.signed {
		nonces = append(nonces, given.Nonce)
	}
	spent, err := a.SpentNonces(ctx, nonces)
	if err != nil {
		return Done{}, err
	}
	drafts := make([]custody.Draft, len(h.people))
	for i, p := range h.people {
		if seq, used := spent[h.signed[p].Nonce]; used {
			return Done{}, fault.New(fault.Conflict, "handover.replayed", "this acceptance was used already").With("entry", strconv.FormatInt(seq, 10))
		}
		s := standings[p]
		if err := s.CheckKnown(); err != nil {
			return Done{}, err
		}
		if err := custody.CheckMovement(h.typ, s.Account, h.to[p]); err != nil {
			return Done{}, fault.As(err).With("person", number(p))
		}
		if h.typ != custody.TypeReception { // who stands at the gate is received, whatever else came before
			if err := s.CheckOrder(a.at); err != nil {
				return Done{}, err
			}
		}
		if s.Custodian == h.receiver {
			return Done{}, fault.New(fault.Refused, "handover.same_custodian", "the person is in this custodian's hands already").With("person", number(p))
		}
		acc := ledger.Acceptance{Person: int64(p), Head: chains[p].Head, Giver: s.Custodian, Receiver: h.receiver}
		e := custody.Handover{Type: h.typ, From: s.Account, To: h.to[p], Giver: s.Custodian, Receiver: h.receiver, Convoy: h.convoy, Leg: h.leg, Head: chains[p].HeadHex()}
		if given, ok := h.signed[p]; ok {
			if given.Head != e.Head {
				return Done{}, fault.New(fault.Conflict, "handover.stale_head", "the person's record has changed since the receiver signed").With("person", number(p))
			}
			acc.Nonce, acc.Expiry = given.Nonce, given.Expiry
			var sig [64]byte
			copy(sig[:], given.Signature)
			if err := acc.Verify(receiver.VKey, sig, a.Now()); err != nil {
				return Done{}, fault.As(err).With("person", number(p))
			}
			e.ReceiverSig = given.Signature
		} else {
			if acc.Nonce, err = newNonce(); err != nil {
				return Done{}, err
			}
			acc.Expiry = a.Now().Add(acceptanceLife)
			if e.ReceiverSig, err = a.keys.sign(receiver, acc.Message()); err != nil {
				return Done{}, err
			}
		}
		if e.GiverSig, err = a.keys.sign(custodians[s.Custodian], acc.Message()); err != nil {
			return Done{}, err
		}
		e.Nonce, e.Expiry = acc.Nonce, acc.Expiry
		drafts[i] = a.draft(e)
		drafts[i].Person = p
	}
	return a.append(ctx, drafts)
}
