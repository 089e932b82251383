package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"amana/internal/clock"
	"amana/internal/fault"
	"amana/internal/ledger"
	"amana/internal/register"
	"amana/internal/store"
)

// site is the one site of this stage; nodes of their own come with the field issue.
var site = struct {
	log    ledger.Log
	number int
}{ledger.Log{Site: "headquarters", Epoch: 1}, 1}

// keysFolder is where the private keys lie: beside the database file, or in ./amana.keys for a server's database.
func (o *options) keysFolder() string {
	if o.keys != "" {
		return o.keys
	}
	if store.IsPostgres(o.db) {
		return "amana.keys"
	}
	return strings.TrimSuffix(o.db, filepath.Ext(o.db)) + ".keys"
}

// openRegister opens the register for writing.
func (o *options) openRegister(ctx context.Context, c clock.Clock) (*register.Register, *store.Store, error) {
	keys, err := register.OpenKeyring(o.keysFolder())
	if err != nil {
		return nil, nil, err
	}
	signer, err := keys.Signer(site.log.Origin())
	if err != nil {
		return nil, nil, err
	}
	s, err := store.Open(ctx, o.db, store.Options{Log: site.log, Number: site.number, Signer: signer, Clock: c})
	if err != nil {
		return nil, nil, err
	}
	return register.New(s, keys), s, nil
}

// openStore opens the register for reading. It must exist.
func (o *options) openStore(ctx context.Context) (*store.Store, error) {
	if !store.IsPostgres(o.db) {
		if _, err := os.Stat(o.db); err != nil {
			return nil, fault.New(fault.NotFound, "store.not_found", "there is no register at %s", o.db)
		}
	}
	return store.Open(ctx, o.db, store.Options{})
}
