package cli

import (
	"fmt"
	"slices"
	"strings"

	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/text"
)

// line describes a person on one line.
func line(d described) string {
	parts := []string{strings.Join(d.Names, " = ")}
	if d.Birth.Known() {
		parts = append(parts, "born "+d.Birth.String())
	}
	if len(d.Nationalities) > 0 {
		parts = append(parts, strings.Join(d.Nationalities, ","))
	}
	switch d.Sex {
	case person.Male:
		parts = append(parts, "M")
	case person.Female:
		parts = append(parts, "F")
	}
	return fmt.Sprintf("[%s] %s", d.ID, strings.Join(parts, " · "))
}

// explain prints what was found, what each finding is worth, and the sum.
func (o *options) explain(e identity.Explanation) {
	c := text.For(text.English)
	for _, v := range e.Evidence {
		words := c.Finding(v.Finding)
		said := slices.DeleteFunc([]string{v.A, v.B}, func(s string) bool { return s == "" })
		if len(said) > 0 {
			words += ": " + strings.Join(said, " / ")
		}
		if v.Share > 0 {
			words += " (" + c.OneIn(v.Share) + ")"
		}
		fmt.Fprintf(o.out, "   %6s  %s\n", c.Weight(v.Bits), words)
	}
	fmt.Fprintf(o.out, "   %6s  %s\n\n", c.Weight(e.Bits), c.Band(string(e.Band)))
}
