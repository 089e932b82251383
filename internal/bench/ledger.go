// Package bench measures the program against a peer in the same run on the same disk, and gives ratios.
package bench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

// Ledger is what a run of the ledger's benchmark measured, in entries a second.
type Ledger struct {
	Raw          float64 `json:"raw_batches_of_100"` // the limit: the same bytes, nothing else
	Batches      float64 `json:"amana_batches_of_100"`
	Clients      float64 `json:"amana_100_clients_single"`
	Single       float64 `json:"amana_single"`
	Verify       float64 `json:"verify"`        // entries, chains, signatures, tree and checkpoints
	VerifyReplay float64 `json:"verify_replay"` // and the projections
	BatchRatio   float64 `json:"batches_to_raw"`
	ClientRatio  float64 `json:"clients_to_single"`
}

const clients = 100

// RunLedger measures a new register, with n entries in batches, and raw inserts of the same bytes into the database raw.
// The two ways take turns, so that a disk that changes its mood changes it for both.
func RunLedger(ctx context.Context, r *register.Register, s *store.Store, raw string, n int) (Ledger, error) {
	var out Ledger
	people, err := prepare(ctx, r)
	if err != nil {
		return out, err
	}
	by := register.By{Actor: authz.Actor{Name: "bench", Role: authz.Operations}}
	notes := func(count, at int) []register.Note {
		in := make([]register.Note, count)
		for i := range in {
			in[i] = register.Note{Person: people[(at+i)%len(people)], Type: "welfare_check", Text: "seen, spoken to, water and food offered and taken"}
		}
		return in
	}
	const rounds = 4
	var rawSum, ownSum float64
	for range rounds {
		head, err := s.Head(ctx)
		if err != nil {
			return out, err
		}
		began := time.Now()
		for i := 0; i < n/rounds; i += clients {
			if _, err := r.Observe(ctx, by, notes(clients, i)); err != nil {
				return out, err
			}
		}
		ownSum += time.Since(began).Seconds() / float64(n/rounds/clients*clients)
		var rows []*store.Row
		for after := head.Size; len(rows) < n/rounds; {
			part, err := s.Rows(ctx, after, 1000)
			if err != nil || len(part) == 0 {
				return out, fmt.Errorf("reading back entries: %w", err)
			}
			rows, after = append(rows, part...), part[len(part)-1].Seq
		}
		rate, err := store.RawInserts(ctx, raw, rows, clients)
		if err != nil {
			return out, err
		}
		rawSum += 1 / rate
	}
	out.Raw, out.Batches = rounds/rawSum, rounds/ownSum
	if out.Clients, err = together(ctx, r, by, notes, n/4); err != nil {
		return out, err
	}
	began, singles := time.Now(), max(n/100, 200)
	for i := range singles {
		if _, err := r.Observe(ctx, by, notes(1, i)); err != nil {
			return out, err
		}
	}
	out.Single = float64(singles) / time.Since(began).Seconds()
	if err := verify(ctx, s, &out); err != nil {
		return out, err
	}
	out.BatchRatio, out.ClientRatio = out.Batches/out.Raw, out.Clients/out.Single
	return out, nil
}

// together has a hundred clients write single entries, each the next when the last is answered.
func together(ctx context.Context, r *register.Register, by register.By, notes func(int, int) []register.Note, n int) (float64, error) {
	var wg sync.WaitGroup
	errs := make(chan error, clients)
	began := time.Now()
	for c := range clients {
		wg.Go(func() {
			for i := range n / clients {
				if _, err := r.Observe(ctx, by, notes(1, c+i*clients)); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		return 0, err
	}
	return float64(n/clients*clients) / time.Since(began).Seconds(), nil
}

func verify(ctx context.Context, s *store.Store, out *Ledger) error {
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	problems, err := s.VerifyLog(ctx, store.Trust{})
	out.Verify = float64(head.Size) / time.Since(began).Seconds()
	if err != nil {
		return err
	}
	began = time.Now()
	more, err := s.Verify(ctx, store.Trust{}, nil)
	out.VerifyReplay = float64(head.Size) / time.Since(began).Seconds()
	if err == nil && len(problems)+len(more) > 0 {
		err = fmt.Errorf("the benchmark's register does not verify: %v", append(problems, more...)[0])
	}
	return err
}

// prepare registers the people about whom entries are written.
func prepare(ctx context.Context, r *register.Register) ([]id.Person, error) {
	admin := register.By{Actor: authz.Actor{Name: "bench", Role: authz.Admin}}
	if _, err := r.DefinePlaces(ctx, admin, []place.Place{{Code: "SY-BENCH", Kind: place.Source, State: place.Active, Operator: "bench"}}); err != nil {
		return nil, err
	}
	in := make([]register.Registration, 2000)
	for i := range in {
		in[i] = register.Registration{Place: "SY-BENCH", Grounds: custody.Grounds{Ground: "transfer_order"}, Details: person.Details{
			Names: []person.Name{{Raw: fmt.Sprintf("Synthetic %d", i), Script: "Latn"}}, Sex: person.Male,
		}}
	}
	out, err := r.Register(ctx, register.By{Actor: authz.Actor{Name: "bench", Role: authz.Registrar}}, in)
	return out.People, err
}
