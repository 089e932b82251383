package cli

import (
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"amana/internal/authz"
	"amana/internal/clock"
	"amana/internal/fault"
)

func (o *options) account() *cobra.Command {
	c := &cobra.Command{Use: "account", Short: "Manage who may sign in"}
	c.AddCommand(&cobra.Command{
		Use:   "create NAME ROLE",
		Short: "Give an account a role and a new token, which is printed once",
		Long:  fmt.Sprintf("Roles: %v. An account that exists gets the new role and token; the old token no longer works.", authz.Roles),
		Args:  exactly(2, "a name and a role"),
		RunE: func(cmd *cobra.Command, args []string) error {
			a := authz.Actor{Name: args[0], Role: authz.Role(args[1])}
			if !slices.Contains(authz.Roles, a.Role) {
				return fault.New(fault.Invalid, "account.role_unknown", "the roles are %v", authz.Roles)
			}
			_, s, err := o.openRegister(cmd.Context(), clock.System)
			if err != nil {
				return err
			}
			defer s.Close() // every commit is on disk when it is answered
			token := rand.Text()
			if err := s.SetAccount(cmd.Context(), a, token); err != nil {
				return err
			}
			if o.json {
				return o.print(map[string]any{"name": a.Name, "role": a.Role, "token": token})
			}
			fmt.Fprintln(o.out, token)
			return nil
		},
	})
	return c
}
