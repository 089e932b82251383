package custody

import (
	"strconv"
	"strings"
	"time"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/place"
)

// NeedsDecided is what a human decided that a person needs of a place, with the reason and the day on which it is looked at again
// (norms G1). The one who decided is the actor of the entry. The newest decision stands, and all remain on record.
type NeedsDecided struct {
	Security int        `json:"security"`           // 1 to 3
	Medical  bool       `json:"medical,omitempty"`  // a medical place is needed; why, stands nowhere here (norms G9)
	Age      place.Age  `json:"age,omitempty"`      // track, when somebody assessed the age (norms R19); empty: by the date of birth
	Court    string     `json:"court,omitempty"`    // province of the court that hears the case
	Language string     `json:"language,omitempty"` // BCP 47
	Group    string     `json:"group,omitempty"`    // people of whom not too many are put into one block
	Reason   string     `json:"reason"`
	Review   civil.Date `json:"review"`
}

// Kind names the event.
func (NeedsDecided) Kind() Kind { return "needs.decided" }

// maxNeed bounds the texts of a decision, maxReason its reason, in bytes.
const (
	maxNeed   = 100
	maxReason = 2000
)

// Check tells what forbids the decision to be taken on a day: no level, no reason, no review, or a review that is over.
func (n NeedsDecided) Check(on time.Time) error {
	var fields []fault.Field
	bad := func(is bool, name, rule, value string) {
		if is {
			fields = append(fields, fault.Field{Name: name, Rule: rule, Value: value})
		}
	}
	bad(n.Security < 1 || n.Security > place.MaxSecurity, "security", "needs.security_out_of_range", strconv.Itoa(n.Security))
	bad(n.Age != "" && n.Age != place.Adult && n.Age != place.Juvenile, "age", "needs.age_unknown", "")
	bad(strings.TrimSpace(n.Reason) == "", "reason", "field.required", "")
	bad(len(n.Reason) > maxReason, "reason", "field.too_long", "")
	for _, f := range []struct{ name, value string }{{"court", n.Court}, {"language", n.Language}, {"group", n.Group}} {
		bad(len(f.value) > maxNeed, f.name, "field.too_long", "")
	}
	exact := n.Review.Day > 0 && n.Review.Valid() && !n.Review.Approx
	bad(!exact, "review", "needs.review_missing", n.Review.String())
	bad(exact && n.Overdue(on), "review", "needs.review_past", n.Review.String())
	if fields == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Rule: fields[0].Rule, Message: "the decision cannot be recorded as described", Fields: fields}
}

// Overdue reports whether the day of the review is over. The decision stands all the same, until a human takes another (norms G11).
func (n NeedsDecided) Overdue(on time.Time) bool {
	return n.Review.Known() && !on.Before(time.Date(n.Review.Year, time.Month(n.Review.Month), n.Review.Day+1, 0, 0, 0, 0, time.UTC))
}

// The grounds that say on what footing somebody is held.
const (
	GroundRepatriation = "repatriation_hold"
	GroundCriminal     = "criminal_investigation"
	GroundJudgment     = "judgment" // a court convicted: nothing else does (norms G2)
	GroundTransfer     = "transfer_order"
	GroundChild        = "accompanying_child"
)

// Footing tells on what footing a ground of custody holds somebody. Grounds that leave it open hold foreigners until their
// country takes them back, and others untried: nobody is convicted without a judgment (norms G2).
func Footing(ground string, foreign bool) place.Legal {
	switch {
	case ground == GroundJudgment:
		return place.Convicted
	case ground == GroundCriminal:
		return place.Untried
	case ground == GroundRepatriation || foreign:
		return place.Repatriation
	}
	return place.Untried
}

// Holds reports whether an open alert of this code keeps a person from being moved until a human closes it.
func Holds(code string) bool {
	return code == "protection" || code == "no_transfer" || code == "not_fit_to_travel"
}
