package person_test

import (
	"testing"

	"amana/internal/person"
)

func TestName(t *testing.T) {
	t.Parallel()
	d := person.Details{Names: []person.Name{{Raw: "أبو علي", Kind: "kunya"}, {Raw: "سالم"}, {Raw: "Salem", Script: "Latn"}}}
	for kind, want := range map[string]string{"": "سالم", "kunya": "أبو علي", "mother": ""} {
		if got := d.Name(kind); got != want {
			t.Errorf("the name of kind %q is %q, want %q", kind, got, want)
		}
	}
}
