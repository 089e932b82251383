package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"amana/internal/authz"
	"amana/internal/fault"
)

// Account finds who signs in with a token; the token itself is stored nowhere.
func (q Queries) Account(ctx context.Context, token string) (authz.Actor, error) {
	var a authz.Actor
	err := q.one(ctx, `SELECT name, role FROM account WHERE token_sha256 = ?`, []any{tokenHash(token)}, &a.Name, &a.Role)
	if noRows(err) {
		return authz.Actor{}, fault.New(fault.Denied, "account.unknown", "nobody signs in with this token")
	}
	return a, err
}

// SetAccount gives an account a role and a new token.
func (s *Store) SetAccount(ctx context.Context, a authz.Actor, token string) error {
	return s.exec(ctx, `INSERT INTO account (name, role, token_sha256) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET role = excluded.role, token_sha256 = excluded.token_sha256`, a.Name, string(a.Role), tokenHash(token))
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
