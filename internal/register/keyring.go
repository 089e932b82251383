package register

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"amana/internal/fault"
	"amana/internal/ledger"
	"amana/internal/store"
)

// Keyring holds the private keys that sign at this site: the site's own, and those of custodians whose devices have not
// got keys of their own. They are files beside the database, never in it and never in its backups.
type Keyring struct {
	mu   sync.Mutex
	dir  string // empty: kept in memory only
	keys map[string]*ledger.Signer
}

// OpenKeyring reads keys from a folder as they are asked for; with an empty folder they live in memory only.
func OpenKeyring(dir string) (*Keyring, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of keys: %w", err)
		}
	}
	return &Keyring{dir: dir, keys: map[string]*ledger.Signer{}}, nil
}

// Signer gives the key of that name, and makes it when there is none yet.
func (k *Keyring) Signer(name string) (*ledger.Signer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s, ok := k.keys[name]; ok {
		return s, nil
	}
	s, err := k.load(name)
	if err == nil {
		k.keys[name] = s
	}
	return s, err
}

func (k *Keyring) load(name string) (*ledger.Signer, error) {
	file := filepath.Join(k.dir, strings.ReplaceAll(name, "/", "_")+".key")
	if k.dir != "" {
		text, err := os.ReadFile(file)
		if err == nil {
			return ledger.ParseSigner(strings.TrimSpace(string(text)))
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("reading the key of %s: %w", name, err)
		}
	}
	skey, _, err := ledger.GenerateKey(rand.Reader, name)
	if err != nil {
		return nil, fmt.Errorf("making a key for %s: %w", name, err)
	}
	if k.dir != "" {
		// O_EXCL: of two processes that make the key, one wins and the other reads it.
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			return k.load(name)
		}
		if err != nil {
			return nil, fmt.Errorf("keeping the key of %s: %w", name, err)
		}
		_, err = f.WriteString(skey + "\n")
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return nil, fmt.Errorf("keeping the key of %s: %w", name, err)
		}
	}
	return ledger.ParseSigner(skey)
}

// sign lets a custodian sign a statement with the key kept here. A custodian that is enrolled with a key of its own signs
// on its own device: nobody signs in its stead.
func (k *Keyring) sign(c store.Custodian, msg []byte) ([]byte, error) {
	if c.Code == "" {
		return nil, fault.New(fault.Refused, "custodian.unknown", "nobody is enrolled who could sign")
	}
	s, err := k.Signer(c.Code)
	if err != nil {
		return nil, fault.New(fault.Internal, "key.unavailable", "the key of %s could not be used", c.Code).Because(err)
	}
	if s.VerifierKey() != c.VKey {
		return nil, fault.New(fault.Refused, "key.not_here", "%s signs with a key that is not kept here", c.Code).With("custodian", c.Code)
	}
	sig := s.Sign(msg)
	return sig[:], nil
}
