package synth

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

//go:embed names.tsv
var namesTSV string

//go:embed nationality.tsv
var nationalityTSV string

// hand is how the writer of a list spells a name: the alphabet, and for the
// Latin one the habits of the language that the writer was schooled in.
type hand int

const (
	handArabic hand = iota
	handSorani      // Arabic letters from a Kurdish keyboard
	handEnglish
	handFrench
	handGerman
	handTurkish
)

func (h hand) latin() bool { return h >= handEnglish }

// part is one element of a name in every spelling that a list may use.
type part struct {
	arabic string
	latin  [4][]string // by hand, from handEnglish on; never empty
}

func (p part) empty() bool { return p.arabic == "" }

// spell writes the part; alt chooses among equally usual Latin spellings.
func (p part) spell(h hand, alt int) string {
	switch {
	case p.empty():
		return ""
	case h == handArabic:
		return p.arabic
	case h == handSorani:
		return kurdishKeyboard.Replace(p.arabic)
	}
	usual := p.latin[h-handEnglish]
	return usual[alt%len(usual)]
}

// feminine gives a Slavic surname the ending of a woman's.
func (p part) feminine() part {
	for _, end := range []string{"ov", "ev", "ow"} {
		if !strings.HasSuffix(p.latin[0][0], end) {
			continue
		}
		f := part{arabic: p.arabic + "ا"}
		for i, usual := range p.latin {
			for _, s := range usual {
				f.latin[i] = append(f.latin[i], s+"a")
			}
		}
		return f
	}
	return p
}

var (
	kurdishKeyboard = strings.NewReplacer("ك", "ک", "ي", "ی", "ى", "ی")

	// habits turn an English transliteration into the one that a French, a
	// German or a Turkish clerk would write down.
	habits = [4]*strings.Replacer{
		strings.NewReplacer(),
		strings.NewReplacer("al-", "", "Sh", "Ch", "sh", "ch", "ou", "ou", "oo", "ou", "ee", "i", "u", "ou",
			"aw", "aou", "wi", "oui", "wa", "oua", "J", "Dj", "jj", "dj", "j", "dj", "Qu", "Kou", "q", "k", "Q", "K"),
		strings.NewReplacer("Sh", "Sch", "sh", "sch", "Kh", "Ch", "kh", "ch", "ou", "u", "oo", "u", "ee", "i",
			"J", "Dsch", "j", "dsch", "zz", "ss", "Z", "S", "z", "s", "ay", "ai", "y", "j", "q", "k", "Q", "K"),
		strings.NewReplacer("al-", "el-", "Sh", "Ş", "sh", "ş", "Kh", "H", "kh", "h", "Gh", "G", "gh", "g", "Dh", "Z", "dh", "z",
			"Th", "S", "th", "s", "ou", "u", "oo", "u", "ee", "i", "J", "C", "j", "c", "W", "V", "w", "v", "Q", "K", "q", "k"),
	}
)

// stock holds the parts of names by section, for example "male arab".
type stock map[string][]part

func readNames() (stock, error) {
	all, section := stock{}, ""
	for i, line := range strings.Split(strings.TrimSpace(namesTSV), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
			continue
		}
		cols := strings.Split(line, "\t")
		if len(cols) != 5 || cols[1] == "" {
			return nil, fmt.Errorf("read names: line %d has %d columns or no English spelling", i+1, len(cols))
		}
		p := part{arabic: cols[0]}
		for h := range p.latin {
			spelling := cols[1+h]
			if spelling == "" {
				spelling = habits[h].Replace(cols[1])
			}
			p.latin[h] = strings.Split(spelling, ",")
		}
		all[section] = append(all[section], p)
	}
	return all, nil
}

// draw takes a part from the first of the sections that exists. The lower of
// two draws makes the first lines of a section the frequent ones.
func (s stock) draw(r *rand.Rand, sections ...string) part {
	for _, name := range sections {
		if n := len(s[name]); n > 0 {
			return s[name][min(r.IntN(n), r.IntN(n))]
		}
	}
	return part{}
}

// nation is one label of nationality with how many people carry it.
type nation struct {
	code     string // ISO 3166-1 alpha-3, empty when no country answers to the label
	share    int    // people of 7,000
	stocks   []string
	pool     pool
	language string
	english  [2]string // country, adjective
	arabic   [2]string
	sorani   string
}

func readNations() ([]nation, error) {
	pools := map[string]pool{"iraqi": poolIraqi, "syrian": poolSyrian, "arab": poolArab, "foreign": poolForeign}
	var all []nation
	for i, line := range strings.Split(strings.TrimRight(nationalityTSV, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 10 {
			return nil, fmt.Errorf("read nationalities: line %d has %d columns, not 10", i+1, len(c))
		}
		share, err := strconv.Atoi(c[1])
		if err != nil {
			return nil, fmt.Errorf("read nationalities: line %d: %w", i+1, err)
		}
		all = append(all, nation{
			code: c[0], share: share, stocks: strings.Fields(c[2]), pool: pools[c[3]], language: c[4],
			english: [2]string{c[5], c[6]}, arabic: [2]string{c[7], c[8]}, sorani: c[9],
		})
	}
	return all, nil
}

// apportion shares people among the nations in proportion, the largest
// remainders first, so that the counts add up exactly.
func apportion(nations []nation, people int) []int {
	total := 0
	for _, n := range nations {
		total += n.share
	}
	counts, rests, left := make([]int, len(nations)), make([]int, len(nations)), people
	for i, n := range nations {
		counts[i], rests[i] = n.share*people/total, n.share*people%total
		left -= counts[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range rests {
			if rests[i] > rests[best] {
				best = i
			}
		}
		counts[best]++
		rests[best] = -1
	}
	return counts
}
