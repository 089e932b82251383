package register_test

import (
	"testing"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/register"
	"amana/internal/registertest"
	"amana/internal/testdb"
)

// TestNoBulkReturn tries to record the return of two people at once (norms G5).
func TestNoBulkReturn(t *testing.T) {
	t.Parallel()
	w := registertest.New(t, testdb.SQLite(t))
	people := w.PeopleAt(t, "IQ-P", 2)
	var facts []register.Fact
	for _, p := range people {
		facts = append(facts, register.Fact{Person: p, Type: custody.TypeRepatriate, To: custody.Repatriate})
	}
	if _, err := w.RecordFacts(t.Context(), registertest.By.Operations, facts); !fault.Is(err, "movement.one_at_a_time") {
		t.Errorf("two returns at once: %v", err)
	}
	if _, err := w.RecordFacts(t.Context(), registertest.By.Operations, facts[:1]); err != nil {
		t.Errorf("one return: %v", err)
	}
}
