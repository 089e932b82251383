package intake

import (
	"slices"
	"strings"
	"testing"
)

// A label that stands for two things would be read as whichever the table names last.
func TestTablesHaveNoLabelTwice(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, text string, fold func(string) []string, key func([]string) string, column int) {
		t.Helper()
		seen := map[string]string{}
		for _, line := range table(text) {
			for l := range strings.SplitSeq(line[column], "|") {
				for _, f := range fold(l) {
					if f == "" {
						t.Errorf("%q folds to nothing", l)
					}
					if other, ok := seen[f]; ok && other != key(line) {
						t.Errorf("%q stands for %s and for %s", l, other, key(line))
					}
					seen[f] = key(line)
				}
			}
		}
	}
	first := func(line []string) string { return line[0] }
	one := func(s string) []string { return []string{fold(s)} }
	t.Run("headings", func(t *testing.T) { check(t, headingTable, one, first, 1) })
	t.Run("months", func(t *testing.T) { check(t, monthTable, one, first, 1) })
	t.Run("nationalities", func(t *testing.T) {
		check(t, nationalityTable, func(s string) []string { return inflect(bare(fold(s))) }, first, 2)
	})
	for _, kind := range []string{"sex", "language", "document", "relation"} {
		t.Run(kind, func(t *testing.T) {
			var own strings.Builder
			for _, line := range table(labelTable) {
				if line[0] == kind {
					own.WriteString(strings.Join(line, "\t") + "\n")
				}
			}
			check(t, own.String(), one, func(line []string) string { return line[1] }, 2)
		})
	}
}

func TestTablesAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, line := range table(headingTable) {
		if len(line) != 2 || line[0] != "-" && !fields[Field(line[0])] && Field(line[0]) != fieldNameGeneric && Field(line[0]) != fieldNameOrSurname {
			t.Errorf("headings: %q", line)
		}
	}
	codes := map[string]bool{}
	for _, line := range table(nationalityTable) {
		if len(line) != 3 || len(line[0]) != 3 || len(line[1]) > 2 || codes[line[0]] {
			t.Errorf("nationalities: %q", line)
		}
		codes[line[0]] = true
		if line[1] != "-" && country(line[1]) != line[0] || country(line[0]) != line[0] {
			t.Errorf("the codes of %s resolve to %s and %s", line[0], country(line[1]), country(line[0]))
		}
	}
	if len(codes) < 100 {
		t.Errorf("only %d countries", len(codes))
	}
	for _, line := range table(monthTable) {
		if len(line) != 2 {
			t.Errorf("months: %q", line)
		}
	}
	for _, line := range table(labelTable) {
		if len(line) != 3 {
			t.Errorf("labels: %q", line)
		}
	}
}

func TestRulesAreListedOnce(t *testing.T) {
	t.Parallel()
	all := Rules()
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) || !slices.Contains(all, "minor.in_adult_list") {
		t.Errorf("Rules() = %q", all)
	}
	for rule, text := range messages {
		if !strings.Contains(rule, ".") || text == "" {
			t.Errorf("%q: %q", rule, text)
		}
	}
}
