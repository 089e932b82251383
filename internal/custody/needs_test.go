package custody_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/place"
)

func TestNeedsAreDecidedWithReasonAndReview(t *testing.T) {
	t.Parallel()
	on := time.Date(2026, 1, 21, 9, 0, 0, 0, time.UTC)
	good := custody.NeedsDecided{Security: 2, Reason: "interview", Review: civil.Date{Year: 2026, Month: 4, Day: 21}}
	with := func(change func(*custody.NeedsDecided)) custody.NeedsDecided { n := good; change(&n); return n }
	for name, c := range map[string]struct {
		needs custody.NeedsDecided
		rules []string
	}{
		"a decision":                {good, nil},
		"reviewed on the same day":  {with(func(n *custody.NeedsDecided) { n.Review = civil.Date{Year: 2026, Month: 1, Day: 21} }), nil},
		"the age assessed":          {with(func(n *custody.NeedsDecided) { n.Age = place.Adult }), nil},
		"no level":                  {with(func(n *custody.NeedsDecided) { n.Security = 0 }), []string{"needs.security_out_of_range"}},
		"a level above the highest": {with(func(n *custody.NeedsDecided) { n.Security = 4 }), []string{"needs.security_out_of_range"}},
		"no reason":                 {with(func(n *custody.NeedsDecided) { n.Reason = " \n" }), []string{"field.required"}},
		"a book for a reason":       {with(func(n *custody.NeedsDecided) { n.Reason = strings.Repeat("x", 2001) }), []string{"field.too_long"}},
		"no review":                 {with(func(n *custody.NeedsDecided) { n.Review = civil.Date{} }), []string{"needs.review_missing"}},
		"a review some time":        {with(func(n *custody.NeedsDecided) { n.Review = civil.Date{Year: 2026, Month: 5} }), []string{"needs.review_missing"}},
		"a review on no day":        {with(func(n *custody.NeedsDecided) { n.Review = civil.Date{Year: 2026, Month: 2, Day: 30} }), []string{"needs.review_missing"}},
		"a review that is over":     {with(func(n *custody.NeedsDecided) { n.Review = civil.Date{Year: 2026, Month: 1, Day: 20} }), []string{"needs.review_past"}},
		"no such track":             {with(func(n *custody.NeedsDecided) { n.Age = "old" }), []string{"needs.age_unknown"}},
		"everything at once":        {custody.NeedsDecided{Group: strings.Repeat("g", 101)}, []string{"needs.security_out_of_range", "field.required", "field.too_long", "needs.review_missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			if err := c.needs.Check(on); err != nil {
				for _, f := range fault.As(err).Fields {
					got = append(got, f.Rule)
				}
			}
			if diff := cmp.Diff(c.rules, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNobodyIsConvictedWithoutAJudgment holds the footing against every ground, and one that is not known (norms G2).
func TestNobodyIsConvictedWithoutAJudgment(t *testing.T) {
	t.Parallel()
	for ground, want := range map[string][2]place.Legal{ // of somebody of the country, of a foreigner
		custody.GroundJudgment:     {place.Convicted, place.Convicted},
		custody.GroundCriminal:     {place.Untried, place.Untried},
		custody.GroundRepatriation: {place.Repatriation, place.Repatriation},
		custody.GroundTransfer:     {place.Untried, place.Repatriation},
		custody.GroundChild:        {place.Untried, place.Repatriation},
		"":                         {place.Untried, place.Repatriation},
		"sentenced, they say":      {place.Untried, place.Repatriation},
	} {
		if got := [2]place.Legal{custody.Footing(ground, false), custody.Footing(ground, true)}; got != want {
			t.Errorf("held on %q: %v", ground, got)
		}
	}
	for code, want := range map[string]bool{"protection": true, "no_transfer": true, "not_fit_to_travel": true, "suicide": false, "age_to_assess": false, "": false} {
		if custody.Holds(code) != want {
			t.Errorf("an alert %q holds: %v", code, !want)
		}
	}
}
