package watchlist

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"amana/internal/fault"
	"amana/internal/person"
)

// TestLimits reaches the limits that no test can reach from outside in a short time.
func TestLimits(t *testing.T) {
	t.Parallel()
	g := newGauge(strings.NewReader("0123456789"))
	g.left = 5
	if b, err := io.ReadAll(g); string(b) != "01234" || !errors.Is(err, errTooLarge) {
		t.Errorf("%q, %v", b, err)
	}
	b := newBuilder("list", nil)
	b.values = maxValues - 1
	one := func() *Entry { return &Entry{Ref: "1", Details: person.Details{Names: []person.Name{{Raw: "Omar"}}}} }
	if err := b.add(one()); err != nil {
		t.Error(err)
	}
	if err := b.add(one()); !fault.Is(err, RuleTooLarge) {
		t.Error(err)
	}
	tr := newTree(strings.NewReader(strings.Repeat("<l>", 2) + "x"))
	tr.gauge.left = 6
	err := tr.each("l/e", func(string, xml.Token) {}, nil, nil)
	if !fault.Is(err, RuleTooLarge) {
		t.Error(err)
	}
}
