package custody_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/person"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	a := custody.Standing{Person: 5, Remains: 5, Exists: true}
	b := custody.Standing{Person: 6, Remains: 6, Exists: true}
	merged := custody.Standing{Person: 7, MergedInto: 5, Remains: 5, Exists: true}
	const none = custody.Verdict("")
	for name, c := range map[string]struct {
		a, b      custody.Standing
		v, stands custody.Verdict
		rule      string
	}{
		"different":                     {a, b, custody.Different, none, ""},
		"unsure":                        {a, b, custody.Unsure, none, ""},
		"of a second record":            {merged, b, custody.Different, none, ""},
		"different after a doubt":       {a, b, custody.Different, custody.Unsure, ""},
		"different after it was undone": {a, b, custody.Different, custody.Undone, ""},
		"undo a verdict":                {a, b, custody.Undone, custody.Different, ""},
		"undo a doubt":                  {a, b, custody.Undone, custody.Unsure, ""},
		"undo what an unmerge left":     {a, b, custody.Undone, custody.Parted, ""},
		"undo nothing":                  {a, b, custody.Undone, none, "identity.not_decided"},
		"undo twice":                    {a, b, custody.Undone, custody.Undone, "identity.not_decided"},
		"different twice":               {a, b, custody.Different, custody.Different, "identity.decided"},
		"unsure twice":                  {a, b, custody.Unsure, custody.Unsure, "identity.decided"},
		"unsure after a verdict":        {a, b, custody.Unsure, custody.Different, "identity.decided"},
		"different after an unmerge":    {a, b, custody.Different, custody.Parted, "identity.decided"},
		"same is a merge":               {a, b, custody.Same, none, "identity.verdict_unknown"},
		"parted is an unmerge":          {a, b, custody.Parted, none, "identity.verdict_unknown"},
		"no verdict":                    {a, b, none, none, "identity.verdict_unknown"},
		"one record":                    {a, a, custody.Different, none, "identity.self"},
		"one person":                    {a, merged, custody.Different, none, "identity.same_person"},
		"nobody":                        {a, custody.Standing{Person: 9}, custody.Different, none, "person.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRule(t, custody.CheckVerdict(c.a, c.b, c.v, c.stands), c.rule)
			wantRule(t, custody.CheckVerdict(c.b, c.a, c.v, c.stands), c.rule)
		})
	}
	for name, c := range map[string]struct {
		v, stands custody.Verdict
		rule      string
	}{
		"same":           {custody.Same, none, ""},
		"different":      {custody.Different, custody.Unsure, ""},
		"unsure":         {custody.Unsure, custody.Undone, ""},
		"undone":         {custody.Undone, custody.Same, ""},
		"decided before": {custody.Different, custody.Same, "lead.decided"},
		"unsure twice":   {custody.Unsure, custody.Unsure, "lead.decided"},
		"nothing":        {custody.Undone, none, "lead.not_decided"},
		"no verdict":     {custody.Parted, none, "identity.verdict_unknown"},
	} {
		t.Run("lead "+name, func(t *testing.T) {
			t.Parallel()
			wantRule(t, custody.CheckLead(c.v, c.stands), c.rule)
		})
	}
}

// TestARefusalNamesTheRecordThatRemains asks that whoever holds an old number is told the one that counts.
func TestARefusalNamesTheRecordThatRemains(t *testing.T) {
	t.Parallel()
	old := custody.Standing{Person: 5, MergedInto: 6, Remains: 8, Exists: true}
	there := custody.Standing{Person: 9, Remains: 9, Account: camp, Exists: true}
	for name, err := range map[string]error{"a decision": old.CheckKnown(), "a merge of it": custody.CheckMerge(old, there), "a merge into it": custody.CheckMerge(there, old)} {
		if e := fault.As(err); e.Rule != "person.merged" || e.Refs["into"] != "8" {
			t.Errorf("%s is told %s of %v", name, e.Rule, e.Refs)
		}
	}
}

func TestWithMother(t *testing.T) {
	t.Parallel()
	d := person.Details{Names: []person.Name{{Raw: "A"}}}
	both := person.Details{Names: []person.Name{{Raw: "A"}, {Raw: "B", Kind: "mother"}}}
	for name, c := range map[string]struct{ got, want person.Details }{
		"said beside": {custody.WithMother(d, "B"), both},
		"not said":    {custody.WithMother(d, ""), d},
		"said twice":  {custody.WithMother(both, "C"), both},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (- wanted, + got)\n%s", name, diff)
		}
	}
}
