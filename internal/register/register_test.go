package register_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"amana/internal/authz"
	"amana/internal/clock"
	"amana/internal/custody"
	"amana/internal/ledger"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	keys, err := register.OpenKeyring("")
	if err != nil {
		t.Fatal(err)
	}
	log := ledger.Log{Site: "test", Epoch: 1}
	signer, err := keys.Signer(log.Origin())
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "a.db"), store.Options{Log: log, Number: 1, Signer: signer, Clock: clock.System})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := register.New(s, keys)
	admin := register.By{Actor: authz.Actor{Name: "admin", Role: authz.Admin}}
	reg := register.By{Actor: authz.Actor{Name: "reg", Role: authz.Registrar}}
	if _, err := r.DefinePlaces(ctx, admin, []place.Place{{Code: "SY-A", Kind: place.Source, State: place.Active, Operator: "camp"}}); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	in := make([]register.Registration, 500)
	for i := range in {
		in[i] = register.Registration{Place: "SY-A", Details: person.Details{Names: []person.Name{{Raw: "محمد علي حسن", Script: "Arab"}}, Sex: person.Male}, Grounds: custody.Grounds{Ground: "repatriation_hold"}}
	}
	got, err := r.Register(ctx, reg, in)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(len(got.People), got.People[0], time.Since(begin))
	sheet, err := r.Statement(ctx, reg.Actor, register.Scope{}, time.Time{}, time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", sheet)
	begin = time.Now()
	problems, err := s.Verify(ctx, store.Trust{}, nil)
	t.Log(problems, err, time.Since(begin))
}
