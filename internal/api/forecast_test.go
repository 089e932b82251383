package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"amana/internal/authz"
)

func TestForecast(t *testing.T) {
	t.Parallel()
	w := open(t)
	const path = "/api/v1/forecast"
	rec := w.ask(authz.Planner, "GET", path+"?weeks=2&replications=3&seed=5", nil)
	var got struct {
		Scenario           string
		Days, Replications int
		Seed               uint64
		Prisons            []struct {
			Code     string
			Capacity int
			Held     struct{ P10, P50, P90 []float64 }
		}
		Lines []struct{ Binds float64 }
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil || rec.Code != http.StatusOK {
		t.Fatalf("%d %v %s", rec.Code, err, rec.Body)
	}
	if got.Scenario != "base" || got.Days != 14 || got.Replications != 3 || got.Seed != 5 || len(got.Prisons) != 3 || len(got.Lines) != 3 {
		t.Errorf("%+v", got)
	}
	for _, p := range got.Prisons {
		if h := p.Held; len(h.P10) != 14 || h.P10[13] > h.P50[13] || h.P50[13] > h.P90[13] || h.P90[13] > float64(p.Capacity) {
			t.Errorf("%s: %v of %d", p.Code, h, p.Capacity)
		}
	}
	if again := w.ask(authz.Overseer, "GET", path+"?weeks=2&replications=3&seed=5", nil); again.Body.String() != rec.Body.String() {
		t.Error("the same question has another answer")
	}
	for query, want := range map[string]int{
		"?weeks=0": http.StatusUnprocessableEntity, "?weeks=53": http.StatusUnprocessableEntity, "?replications=201": http.StatusUnprocessableEntity,
		"?scenario=x": http.StatusUnprocessableEntity, "?seed=-1": http.StatusUnprocessableEntity, "?person=1": http.StatusUnprocessableEntity,
		"?weeks=52&replications=200": http.StatusRequestEntityTooLarge,
	} {
		if rec := w.ask(authz.Planner, "GET", path+query, nil); rec.Code != want {
			t.Errorf("%s: %d, want %d: %s", query, rec.Code, want, rec.Body)
		}
	}
}
