package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
)

// Registrations is how long it takes to register somebody: search among all who are there, entry, projections and commit to the disk.
type Registrations struct {
	People int     `json:"people"` // registered before
	Count  int     `json:"count"`
	P50    float64 `json:"p50_ms"`
	P99    float64 `json:"p99_ms"`
	Max    float64 `json:"max_ms"`
}

// RunRegistrations fills a new register with people, and then registers count more one by one.
func RunRegistrations(ctx context.Context, r *register.Register, people, count int, at func(i int) person.Details) (Registrations, error) {
	out := Registrations{People: people, Count: count}
	admin := register.By{Actor: authz.Actor{Name: "bench", Role: authz.Admin}}
	if _, err := r.DefinePlaces(ctx, admin, []place.Place{{Code: "SY-BENCH", Kind: place.Source, State: place.Active, Operator: "bench"}}); err != nil {
		return out, err
	}
	by := register.By{Actor: authz.Actor{Name: "bench", Role: authz.Registrar}}
	one := func(i int) register.Registration {
		return register.Registration{Place: "SY-BENCH", Grounds: custody.Grounds{Ground: "transfer_order"}, Details: at(i)}
	}
	const batch = 5000
	for i := 0; i < people; i += batch {
		in := make([]register.Registration, min(batch, people-i))
		for j := range in {
			in[j] = one(i + j)
		}
		if _, err := r.Register(ctx, by, in); err != nil {
			return out, fmt.Errorf("filling the register: %w", err)
		}
	}
	took := make([]float64, count)
	for i := range took {
		began := time.Now()
		if _, err := r.Register(ctx, by, []register.Registration{one(people + i)}); err != nil {
			return out, err
		}
		took[i] = float64(time.Since(began).Microseconds()) / 1000
	}
	slices.Sort(took)
	out.P50, out.P99, out.Max = took[count/2], took[count*99/100], took[count-1]
	return out, nil
}
