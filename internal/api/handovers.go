package api

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/register"
)

const signatureSize = ed25519.SignatureSize

// Acceptance is a receiver's signature over taking one person over as they are.
type Acceptance struct {
	Person    Number[id.Person] `json:"person"`
	Head      string            `json:"head" maxLength:"64" doc:"Of the person's chain, hex, as offered."`
	Nonce     string            `json:"nonce" maxLength:"64"`
	Expiry    time.Time         `json:"expiry"`
	Signature []byte            `json:"signature" doc:"Ed25519 over the message that was offered, 64 bytes."`
}

func acceptances(all []Acceptance) (register.Acceptances, error) {
	if len(all) == 0 {
		return nil, nil
	}
	out := make(register.Acceptances, len(all))
	var fields []fault.Field
	for i, s := range all {
		if len(s.Signature) != signatureSize {
			fields = append(fields, fault.Field{Name: "signed.signature", Row: i + 1, Rule: "signature.length"})
		}
		out[s.Person.n] = register.Acceptance{Head: s.Head, Nonce: s.Nonce, Expiry: s.Expiry, Signature: s.Signature}
	}
	if fields != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Rule: "signature.length", Message: "an Ed25519 signature has 64 bytes", Fields: fields}
	}
	return out, nil
}

// Offer is what a receiver is asked to sign for one person.
type Offer struct {
	Person  Number[id.Person] `json:"person"`
	Giver   string            `json:"giver"`
	Head    string            `json:"head"`
	Nonce   string            `json:"nonce"`
	Expiry  time.Time         `json:"expiry"`
	Message []byte            `json:"message" doc:"The bytes to sign."`
}

// Offers are in the order of the people asked for.
type Offers struct {
	Offers []Offer `json:"offers"`
}

type offer struct {
	Body struct {
		People   []Number[id.Person] `json:"people" minItems:"1" maxItems:"2000"`
		Receiver string              `json:"receiver" minLength:"1" maxLength:"100"`
	}
}

type handover struct {
	Body struct {
		Type     string              `json:"type" enum:"boarding,reception,transfer,diversion,discharge,housing" doc:"Kind of movement."`
		People   []Number[id.Person] `json:"people" minItems:"1" maxItems:"2000"`
		To       string              `json:"to" maxLength:"100" doc:"Account."`
		Receiver string              `json:"receiver" minLength:"1" maxLength:"100"`
		Convoy   Number[id.Convoy]   `json:"convoy,omitzero"`
		Signed   []Acceptance        `json:"signed,omitempty" maxItems:"2000" doc:"Where one is missing, the key that this site keeps for the receiver signs."`
	}
}

func (a *API) handovers() {
	r := a.Register
	read(a, operation{
		id: "offer-handover", method: http.MethodPost, path: "/handovers/offers", tag: "Handovers", summary: "Ask what a receiver is to sign", needs: authz.Handover,
		more: "Records nothing and binds nobody.",
	}, func(ctx context.Context, who authz.Actor, in *offer) (Offers, error) {
		found, err := r.OfferHandover(ctx, register.By{Actor: who}, plain(in.Body.People), in.Body.Receiver, a.Clock())
		return Offers{each(found, func(o register.Offer) Offer {
			return Offer{numberOf(o.Person), o.Giver, o.Head, o.Nonce, o.Expiry, o.Message}
		})}, err
	})
	write(a, operation{
		id: "hand-over", path: "/handovers", tag: "Handovers", summary: "Pass people to another custodian", needs: authz.Handover,
		more: "Its commit ends the giver's authority and begins the receiver's. A stale head or a spent acceptance is refused.",
	}, func(ctx context.Context, by register.By, in *handover) (Recorded, error) {
		signed, err := acceptances(in.Body.Signed)
		if err != nil {
			return Recorded{}, err
		}
		b := in.Body
		return recorded(r.HandOver(ctx, by, register.HandoverInput{
			Type: custody.MovementType(b.Type), People: plain(b.People), To: custody.Account(b.To), Receiver: b.Receiver, Convoy: b.Convoy.n, Signed: signed,
		}))
	})
}
