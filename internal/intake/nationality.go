package intake

import (
	_ "embed" // the table of countries
	"strings"
	"sync"

	"amana/internal/person"
)

//go:embed nationalities.tsv
var nationalityTable string

// countries maps folded names, demonyms and codes to ISO 3166-1 alpha-3 or ICAO codes.
var countries = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for _, line := range table(nationalityTable) {
		code := line[0]
		m[fold(code)] = code
		if line[1] != "-" {
			m[fold(line[1])] = code
		}
		for l := range strings.SplitSeq(line[2], "|") {
			for _, f := range inflect(bare(fold(l))) {
				m[f] = code
			}
		}
	}
	return m
})

// inflect gives the feminine and the plurals of an Arabic demonym in -i: سوري سورية سوريون سوريين سوريات.
func inflect(f string) []string {
	if len(f) < 6 || !strings.HasSuffix(f, "ي") || strings.Contains(f, " ") {
		return []string{f}
	}
	return []string{f, f + "ه", f + "ون", f + "ين", f + "ات", f + "تان"}
}

// bare drops the Arabic article from each word that is long enough to have one.
func bare(folded string) string {
	if !strings.Contains(folded, "ال") {
		return folded
	}
	words := strings.Fields(folded)
	for i, w := range words {
		if rest, ok := strings.CutPrefix(w, "ال"); ok && len(rest) >= 6 {
			words[i] = rest
		}
	}
	return strings.Join(words, " ")
}

// about are words that surround a nationality and do not change it.
var about = map[string]bool{
	"جنسيه": true, "جنسيته": true, "جنسيتها": true, "مواطن": true, "مواطنه": true, "دوله": true, "جمهوريه": true, "مملكه": true,
	"nationality": true, "citizen": true, "national": true, "of": true, "the": true, "republic": true, "kingdom": true,
	"nationalite": true, "vatandasi": true, "uyruklu": true, "cumhuriyeti": true, "гражданин": true, "гражданка": true,
}

// Country resolves one label of a nationality or country, in any of the languages of the table, to ISO 3166-1 alpha-3 or an ICAO code;
// false when it names none that the table knows.
func Country(label string) (alpha3 string, ok bool) {
	alpha3 = country(label)
	return alpha3, alpha3 != ""
}

// country resolves one label, empty when it names no country that the table knows.
func country(label string) string {
	f := bare(fold(label))
	if c, ok := countries()[f]; ok {
		return c
	}
	words := strings.Fields(f)
	kept := words[:0]
	for _, w := range words {
		if !about[w] {
			kept = append(kept, w)
		}
	}
	return countries()[strings.Join(kept, " ")]
}

// claims reads the nationalities that one cell claims, each with its label as written. A label that names no country of
// the table keeps an empty Country: nothing is inferred (norms G6). resolved is false when there is such a label.
func claims(cell string) (list []person.Claim, resolved bool) {
	if strings.Trim(cell, "-–—?؟.*/\\ ") == "" || fold(cell) == "n a" {
		return nil, true
	}
	add := func(code, label string) {
		for _, c := range list {
			if c.Country == code && (code != "" || c.Label == label) {
				return
			}
		}
		list = append(list, person.Claim{Country: code, Label: label, Status: "claimed"})
	}
	resolved = true
	if code := country(cell); code != "" {
		add(code, cell)
		return list, true
	}
	split := parts(cell)
	if len(split) > mostClaims {
		split = []string{cell} // a text, not a list of nationalities
	}
	for _, part := range split {
		code := country(part)
		if code != "" {
			add(code, part)
			continue
		}
		if several := joined(part); several != nil {
			for _, p := range several {
				add(country(p), p)
			}
			continue
		}
		add("", part)
		resolved = false
	}
	return list, resolved
}

// mostClaims is how many names one cell is taken apart into.
const mostClaims = 20

// parts splits a cell at what always separates: / \ ; , + & | brackets, line ends, and a dash between blanks.
func parts(cell string) []string {
	cell = strings.NewReplacer(" - ", "/", " – ", "/", " — ", "/").Replace(cell)
	split := strings.FieldsFunc(cell, func(r rune) bool {
		return strings.ContainsRune("/\\;,،؛+&|()[]\n", r)
	})
	kept := split[:0]
	for _, p := range split {
		if p = strings.Trim(p, " -–—.:"); fold(p) != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// joined splits a label at what separates only sometimes (a dash, "and", و): every part must then be a country, or the
// label stays whole.
func joined(label string) []string {
	try := func(list []string) bool {
		if len(list) < 2 {
			return false
		}
		for i, p := range list {
			list[i] = strings.TrimSpace(p)
			if country(p) == "" {
				return false
			}
		}
		return true
	}
	if list := strings.FieldsFunc(label, func(r rune) bool { return r == '-' || r == '–' || r == '—' }); try(list) {
		return list
	}
	words := strings.Fields(label)
	var list []string
	begin := 0
	for i, w := range words {
		switch {
		case conjunction[strings.ToLower(w)]:
			list = append(list, strings.Join(words[begin:i], " "))
			begin = i + 1
		case i > 0 && strings.HasPrefix(w, "و") && i > begin && country(w) == "":
			// وعراقي: "and" is written together with the word.
			list = append(list, strings.Join(words[begin:i], " "))
			words[i] = strings.TrimPrefix(w, "و")
			begin = i
		}
	}
	if list = append(list, strings.Join(words[begin:], " ")); try(list) {
		return list
	}
	if list = words; try(list) {
		return list
	}
	return nil
}

var conjunction = map[string]bool{"and": true, "و": true, "et": true, "ve": true, "û": true, "и": true, "und": true}
