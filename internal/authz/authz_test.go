package authz_test

import (
	"slices"
	"testing"

	"amana/internal/authz"
	"amana/internal/fault"
)

func TestWhatIsNotAllowedIsDenied(t *testing.T) {
	t.Parallel()
	for _, a := range []authz.Actor{{}, {Name: "x"}, {Role: authz.Registrar}, {Name: "x", Role: "king"}, {Name: "x", Role: "REGISTRAR"}} {
		for _, p := range append(authz.Permissions(), "", "*", "everything") {
			if err := authz.Check(a, p); !fault.Is(err, "denied") || fault.As(err).Kind != fault.Denied {
				t.Errorf("%+v may %q: %v", a, p, err)
			}
		}
	}
}

// TestDuties keeps apart what no single role may hold (norms G12 and the two-party rule of R05).
func TestDuties(t *testing.T) {
	t.Parallel()
	may := func(r authz.Role, p authz.Permission) bool {
		return authz.Check(authz.Actor{Name: "x", Role: r}, p) == nil
	}
	writes := func(r authz.Role) (all []authz.Permission) {
		for _, p := range authz.Permissions() {
			if may(r, p) && !slices.Contains([]authz.Permission{authz.ReadFigures, authz.ReadPeople, authz.ReadTransfers, authz.ReadLog, authz.SearchPeople, authz.ReadLeads, authz.ReadPlans}, p) {
				all = append(all, p)
			}
		}
		return all
	}
	if got := writes(authz.Overseer); got != nil {
		t.Errorf("who watches may also do %v", got)
	}
	if got := writes(authz.Admin); !slices.Equal(got, []authz.Permission{authz.Administer}) {
		t.Errorf("who keeps places and accounts may also do %v", got)
	}
	for name, bad := range map[string]bool{
		"an overseer reads the log":             !may(authz.Overseer, authz.ReadLog),
		"an admin reads nobody's file":          may(authz.Admin, authz.ReadPeople),
		"a line reads nobody's file":            may(authz.Line, authz.ReadPeople),
		"a line takes nobody over":              may(authz.Line, authz.Receive) || may(authz.Line, authz.Handover),
		"an escort does not receive":            may(authz.Escort, authz.Receive),
		"who plans does not dispatch":           may(authz.Planner, authz.Dispatch),
		"a prison decides no grounds":           may(authz.Prison, authz.DecideGrounds),
		"operations decides no identity":        may(authz.Operations, authz.DecideIdentity),
		"a line searches for nobody":            may(authz.Line, authz.SearchPeople) || may(authz.Escort, authz.SearchPeople),
		"an admin sees no watchlist":            may(authz.Admin, authz.ReadLeads) || may(authz.Prison, authz.ReadLeads) || may(authz.Escort, authz.ReadLeads),
		"who loads a list decides no lead":      may(authz.Operations, authz.DecideLeads) || may(authz.Registrar, authz.LoadWatchlist),
		"an overseer sees what was proposed":    !may(authz.Overseer, authz.SearchPeople) || !may(authz.Overseer, authz.ReadLeads),
		"an overseer sees plans and makes none": !may(authz.Overseer, authz.ReadPlans) || may(authz.Overseer, authz.ApprovePlan) || may(authz.Overseer, authz.Allocate),
		"who guards the way decides no needs":   may(authz.Escort, authz.DecideNeeds) || may(authz.Line, authz.DecideNeeds) || may(authz.Planner, authz.DecideNeeds),
		"everybody who works records facts":     !may(authz.Line, authz.RecordFacts) || !may(authz.Escort, authz.RecordFacts) || !may(authz.Prison, authz.RecordFacts),
		"whoever signs in reads the figures":    slices.ContainsFunc(authz.Roles, func(r authz.Role) bool { return !may(r, authz.ReadFigures) }),
	} {
		if bad {
			t.Errorf("it does not hold that %s", name)
		}
	}
}

// TestEveryRoleAndPermissionIsOfUse finds a role that can do nothing and a permission that nobody has.
func TestEveryRoleAndPermissionIsOfUse(t *testing.T) {
	t.Parallel()
	used := map[authz.Role]bool{}
	for _, p := range authz.Permissions() {
		held := false
		for _, r := range authz.Roles {
			if authz.Check(authz.Actor{Name: "x", Role: r}, p) == nil {
				held, used[r] = true, true
			}
		}
		if !held {
			t.Errorf("nobody has the permission %s", p)
		}
	}
	for _, r := range authz.Roles {
		if !used[r] {
			t.Errorf("the role %s can do nothing", r)
		}
	}
}
