package authz_test

import (
	"testing"

	"amana/internal/authz"
	"amana/internal/fault"
)

func TestDenyByDefault(t *testing.T) {
	t.Parallel()
	for _, p := range authz.Permissions() {
		some := false
		for _, r := range authz.Roles {
			some = some || authz.Check(authz.Actor{Name: "a", Role: r}, p) == nil
		}
		if !some {
			t.Errorf("nobody may do %s", p)
		}
		for _, a := range []authz.Actor{{}, {Name: "a"}, {Name: "a", Role: "emperor"}, {Role: authz.Operations}} {
			if err := authz.Check(a, p); !fault.Is(err, "denied") {
				t.Errorf("%+v may do %s: %v", a, p, err)
			}
		}
	}
	for _, c := range []struct {
		role authz.Role
		may  authz.Permission
	}{
		{authz.Admin, authz.ReadPeople}, {authz.Line, authz.ReadPeople}, {authz.Overseer, authz.RecordFacts}, {authz.Overseer, authz.Decide}, {authz.Prison, authz.DecideIdentity}, {authz.Escort, "teleport"},
	} {
		if authz.Check(authz.Actor{Name: "a", Role: c.role}, c.may) == nil {
			t.Errorf("%s may do %s", c.role, c.may)
		}
	}
}
