package text

import (
	_ "embed" // the table of countries
	"strings"
)

//go:embed countries.tsv
var countryTable string

var countries = func() map[string]map[Lang]string {
	all := map[string]map[Lang]string{}
	for line := range strings.Lines(countryTable) {
		cols := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cols) == 4 {
			all[cols[0]] = map[Lang]string{Arabic: cols[1], Sorani: cols[2], English: cols[3]}
		}
	}
	return all
}()

// Country names a country by its ISO 3166-1 alpha-3 or ICAO code. The empty code is a nationality that is not resolved,
// and an unknown code stands for itself: nothing is guessed.
func (c *Catalogue) Country(code string) string {
	if code == "" {
		return c.T("country.unresolved")
	}
	if n := countries[code][c.Lang]; n != "" {
		return n
	}
	return code
}
