package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"amana/internal/api"
	"amana/internal/authz"
	"amana/internal/testdb"
)

// furnishPlan adds a route and needs, and opens a wave of so many people.
func (w *world) furnishPlan(n int) (wave string, people []string) {
	w.t.Helper()
	people = w.furnish(n)
	w.must(authz.Admin, "PUT", "/api/v1/routes", o{"routes": l{o{
		"route": "land", "mode": "land", "points": l{"LINE-1"}, "drive": l{o{"place": "SY-A", "minutes": 60}}, "arrive": l{o{"place": "IQ-N", "minutes": 90}},
		"seats": 20, "fleet": 2, "vehicles": 5, "per_guard": 5, "guards": 50, "escort": "escort",
	}}})
	got := w.must(authz.Planner, "POST", "/api/v1/waves", o{"label": "W1", "target": 0, "sources": l{o{"place": "SY-A", "reason": "shelling"}}})
	return got["number"].(string), people
}

func TestPlansOverTheAPI(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, db string) {
		w := openOn(t, db)
		wave, people := w.furnishPlan(3)
		w.must(authz.Registrar, "POST", "/api/v1/needs", o{"needs": l{o{"person": people[0], "security": 2, "reason": "assessed", "review": "2099-01-01"}}})
		if routes := w.must(authz.Planner, "GET", "/api/v1/routes", nil)["items"].(l); len(routes) != 1 || routes[0].(o)["route"] != "land" {
			t.Errorf("%v", routes)
		}
		if routes := w.must(authz.Overseer, "GET", "/api/v1/routes", nil)["items"].(l); len(routes) != 0 {
			t.Error("an overseer sees routes")
		}
		waiting := w.must(authz.Overseer, "GET", "/api/v1/waves/"+wave+"/waiting", nil)
		if len(waiting["taken"].(l)) != 3 || waiting["taken"].(l)[0].(o)["source"] != "SY-A" {
			t.Errorf("waiting: %v", waiting)
		}
		head := w.must(authz.Planner, "POST", "/api/v1/waves/"+wave+"/plans", o{"start": "2099-01-01T00:00:00+03:00", "pins": l{}})
		plan := "/api/v1/plans/" + head["plan"].(string)
		if head["state"] != "draft" || head["placed"].(float64)+head["unplaced"].(float64) != 3 {
			t.Errorf("drafted: %v", head)
		}
		file := w.must(authz.Planner, "GET", plan, nil)
		if len(file["places"].(l))+len(file["people_without_place"].(l)) != 3 || len(file["timetable"].(l)) == 0 || file["policy"].(o)["travel"].(float64) != 1 {
			t.Errorf("plan: %v", file)
		}
		seen := w.must(authz.Overseer, "GET", plan, nil)
		if seen["timetable"] != nil || seen["convoys"] != nil || strings.Contains(w.ask(authz.Overseer, "GET", plan, nil).Body.String(), "2099") {
			t.Error("an overseer sees when convoys go")
		}
		why := w.must(authz.Overseer, "GET", plan+"/people/"+people[0], nil)
		if len(why["elsewhere"].(l)) != len(file["cells"].(l))-1 || why["why"] == "" {
			t.Errorf("why: %v", why)
		}
		first := w.ask(authz.Planner, "GET", plan, nil)
		if again := w.ask(authz.Planner, "GET", plan, nil, "If-None-Match: "+first.Header().Get("ETag")); again.Code != http.StatusNotModified || first.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("unchanged: %d, %q", again.Code, first.Header().Get("Cache-Control"))
		}
		done := w.must(authz.Operations, "POST", plan+"/approve", o{"note": "as agreed"})
		if done["moves"].(float64) != head["placed"].(float64) || len(done["convoys"].(l)) == 0 {
			t.Errorf("approved: %v", done)
		}
		if rec := w.ask(authz.Planner, "POST", plan+"/discard", nil); rec.Code != http.StatusConflict || problem(t, rec).Code != "plan.approved" {
			t.Errorf("throwing away what is in force: %d %s", rec.Code, rec.Body)
		}
		got := w.must(authz.Planner, "GET", "/api/v1/waves/"+wave, nil)
		if plans := got["plans"].(l); len(plans) != 1 || plans[0].(o)["in_force"] != true || got["sources"].(l)[0].(o)["reason"] != "shelling" {
			t.Errorf("wave: %v", got)
		}
		page := w.must(authz.Planner, "GET", "/api/v1/waves?limit=1", nil)
		if len(page["items"].(l)) != 1 {
			t.Errorf("waves: %v", page)
		}
	})
}

// TestPlanInput asks with what cannot be.
func TestPlanInput(t *testing.T) {
	t.Parallel()
	w := open(t)
	wave, people := w.furnishPlan(1)
	plans := "/api/v1/waves/" + wave + "/plans"
	start := "2099-01-01T00:00:00+03:00"
	for name, c := range map[string]struct {
		role   authz.Role
		method string
		path   string
		body   any
		status int
		field  string
	}{
		"no start":              {authz.Planner, "POST", plans, o{}, 422, "start"},
		"not midnight":          {authz.Planner, "POST", plans, o{"start": "2099-01-01T01:00:00+03:00"}, 422, "start"},
		"many days":             {authz.Planner, "POST", plans, o{"start": start, "days": 400}, 422, "days"},
		"a negative weight":     {authz.Planner, "POST", plans, o{"start": start, "policy": o{"travel": -1}}, 422, "policy.travel"},
		"no such cell":          {authz.Planner, "POST", plans, o{"start": start, "pins": l{o{"person": people[0], "cell": "NONE", "reason": "x"}}}, 422, "cell"},
		"no such person":        {authz.Planner, "POST", plans, o{"start": start, "pins": l{o{"person": "1", "cell": "x", "reason": "x"}}}, 422, "pins.person"},
		"no such route":         {authz.Planner, "POST", plans, o{"start": start, "broken": l{o{"route": "nowhere", "vehicle": 1}}}, 422, ""},
		"no such wave":          {authz.Planner, "POST", "/api/v1/waves/400100099999/plans", o{"start": start}, 422, "path.wave"},
		"a source twice":        {authz.Planner, "POST", "/api/v1/waves", o{"label": "x", "target": 0, "sources": l{o{"place": "SY-A", "reason": "x"}, o{"place": "SY-A", "reason": "x"}}}, 422, "sources"},
		"a source, no reason":   {authz.Planner, "POST", "/api/v1/waves", o{"label": "x", "target": 0, "sources": l{o{"place": "SY-A", "reason": ""}}}, 422, "sources.reason"},
		"level four":            {authz.Registrar, "POST", "/api/v1/needs", o{"needs": l{o{"person": people[0], "security": 4, "reason": "x", "review": "2099-01-01"}}}, 422, "needs.security"},
		"a review that is over": {authz.Registrar, "POST", "/api/v1/needs", o{"needs": l{o{"person": people[0], "security": 1, "reason": "x", "review": "1999-01-01"}}}, 422, "review"},
		"a route without ends":  {authz.Admin, "PUT", "/api/v1/routes", o{"routes": l{o{"route": "r", "mode": "land", "points": l{}, "drive": l{}, "arrive": l{}, "seats": 1, "fleet": 1, "vehicles": 1, "per_guard": 1, "guards": 1, "escort": "escort"}}}, 422, "routes.drive"},
	} {
		t.Run(name, func(t *testing.T) {
			rec := w.ask(c.role, c.method, c.path, c.body)
			p := problem(t, rec)
			if rec.Code != c.status || c.field != "" && !slices.ContainsFunc(p.Errors, func(e api.FieldError) bool { return e.Name == c.field }) {
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
		})
	}
	for _, path := range []string{"/api/v1/plans/900100099998", "/api/v1/plans/x", "/api/v1/plans/900100000030/people/" + people[0]} {
		if rec := w.ask(authz.Planner, "GET", path, nil); rec.Code != http.StatusNotFound && rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}
