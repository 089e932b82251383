package trial

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// part is one name: a given name, a family, a particle. It stands once in the material, as sounds or in the spelling of home.
type part struct {
	id     uint64
	text   string // as in the files
	words  []word
	native string // its spelling at home, empty when it follows from the sounds
	plain  string // the same without marks
	broad  string // the same with ae, oe, ue for the marks
	script string // of native
	home   string // the habit that native follows
	forms  map[*habit]*options
	halves uint8 // bit per half that may use it
	keys   []string
	female *part // the form of women, for families of the east
	patron [2]*part
}

// word is a word of a part.
type word struct {
	sound   string // one byte per sound, without the article
	article bool
	god     bool // the word الله
	servant bool // عبد and its like, which what follows is tied to
	father  bool // أبو
}

// weighted is a part and how often it is given.
type weighted struct {
	*part
	weight float64
}

func (s *stock) readParts() error {
	for _, file := range []string{"arab", "arabfamily", "near", "north", "south"} {
		all, err := lines("parts/" + file + ".tsv")
		if err != nil {
			return err
		}
		var group, home string
		for _, l := range all {
			if name, ok := strings.CutPrefix(l, "["); ok {
				name, home, _ = strings.Cut(strings.TrimSuffix(name, "]"), " in ")
				group = strings.Replace(name, " ", ":", 1)
				if home != "" && s.reading[home] == nil {
					return fmt.Errorf("section %q is in an unknown spelling", l)
				}
				continue
			}
			number, names, ok := strings.Cut(l, "\t")
			weight, err := strconv.Atoi(number)
			if err != nil || !ok {
				return fmt.Errorf("line %q of %s is neither a section nor names", l, file)
			}
			for text := range strings.SplitSeq(names, ", ") {
				if strings.HasPrefix(group, "nisba:") {
					text = "al-" + text + "I"
				}
				p, err := s.part(text, home)
				if err != nil {
					return fmt.Errorf("%s: %w", group, err)
				}
				s.groups[group] = append(s.groups[group], weighted{p, float64(weight)})
			}
		}
	}
	return nil
}

// part makes a part of its entry in the files.
func (s *stock) part(text, home string) (*part, error) {
	p := &part{text: text, id: hash(text), forms: s.forms[text]}
	sounds := text
	if native, read, ok := strings.Cut(text, "="); ok {
		p.native, p.script, sounds, p.forms = native, "Latn", narrow(read), s.forms[native]
	} else if home != "" {
		p.native, p.script, p.home, sounds = text, "Latn", home, s.read(text, home)
		if home == "russian" {
			p.script = "Cyrl"
		}
	} else {
		sounds = narrow(text)
	}
	p.plain, p.broad = plain(p.native), plain(broad.Replace(p.native))
	for w := range strings.FieldsSeq(sounds) {
		rest, article := strings.CutPrefix(w, "al-")
		if rest == "" || strings.Contains(rest, "\x00") {
			return nil, fmt.Errorf("%q has no sound", text)
		}
		p.words = append(p.words, word{
			sound: rest, article: article, god: rest == "all~h", father: rest == "abU" || rest == "umm",
			servant: rest == "3abd" || rest == "3ubayd",
		})
	}
	if len(p.words) == 0 {
		return nil, fmt.Errorf("%q is empty", text)
	}
	p.keys = keys(p)
	return p, nil
}

// read turns the spelling of home into sounds.
func (s *stock) read(text, home string) string {
	table := s.reading[home]
	lower := strings.ToLower(text)
	if home == "turkish" || home == "kurmanji" {
		lower = strings.ToLowerSpecial(unicode.TurkishCase, text)
	}
	if home == "kurmanji" {
		lower = strings.ReplaceAll(lower, "ı", "i")
	}
	var b strings.Builder
	for i := 0; i < len(lower); {
		rest := lower[i:]
		if rest[0] == ' ' || rest[0] == '-' {
			b.WriteByte(' ')
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(rest)
		start := i == 0 || lower[i-1] == ' ' || lower[i-1] == '-'
		if home == "russian" && r == 'е' && (start || strings.ContainsRune("аеиоуыэюяъь", last(lower[:i]))) {
			b.WriteString("ye")
			i += size
			continue
		}
		n := longest(rest, table)
		if n == 0 {
			b.WriteByte(0) // refused by part
			i += size
			continue
		}
		b.WriteString(table[rest[:n]])
		i += n
	}
	return b.String()
}

// longest is how many bytes of s the longest entry of the table takes, at most three letters.
func longest(s string, table map[string]string) int {
	found, end := 0, 0
	for range 3 {
		if end >= len(s) {
			break
		}
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
		if _, ok := table[s[:end]]; ok {
			found = end
		}
	}
	return found
}

func last(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// marks takes the marks off Latin letters, as machines and passports do; broad writes them out.
var (
	marks = strings.NewReplacer("ç", "c", "Ç", "C", "ş", "s", "Ş", "S", "ğ", "g", "Ğ", "G", "ı", "i", "İ", "I", "ö", "o", "Ö", "O",
		"ü", "u", "Ü", "U", "ä", "a", "Ä", "A", "é", "e", "É", "E", "è", "e", "ê", "e", "Ê", "E", "ë", "e", "Ë", "E", "î", "i", "Î", "I",
		"ï", "i", "Ï", "I", "ô", "o", "û", "u", "Û", "U", "š", "s", "Š", "S", "č", "c", "Č", "C", "ć", "c", "Ć", "C", "ž", "z", "Ž", "Z",
		"đ", "d", "Đ", "D", "å", "a", "Å", "A", "ø", "o", "Ø", "O", "æ", "ae", "ß", "ss", "â", "a", "ē", "e", "ō", "o")
	broad = strings.NewReplacer("ö", "oe", "Ö", "Oe", "ü", "ue", "Ü", "Ue", "ä", "ae", "Ä", "Ae", "å", "aa", "Å", "Aa", "ø", "oe", "Ø", "Oe")
)

func plain(s string) string { return marks.Replace(s) }

// small words say nothing of who somebody is; they belong to both halves.
var small = map[string]bool{
	"3abd": true, "3ubayd": true, "dIn": true, "all~h": true, "abU": true, "umm": true, "bin": true, "bint": true, "al": true, "bU": true, "ayt": true, "wald": true, "awlAd": true, "Haj": true, "HajI": true, "cayx": true, "sayyid": true, "mullA": true,
}

// soft folds sounds that clerks confuse, so that a name and its neighbours stand in one half.
var soft = func() (t [256]byte) {
	for _, one := range []string{"bpv", "tdT", "jJ", "hHx", "rR", "zDZ6", "s8S", "c", "C", "f", "kq", "gG", "lL", "m", "n", "N"} {
		for i := range len(one) {
			t[one[i]] = one[0]
		}
	}
	return t
}()

// keys gives the skeleton of each word that carries a name.
func keys(p *part) []string {
	var all []string
	for _, w := range p.words {
		if small[w.sound] {
			continue
		}
		all = append(all, skeleton(w.sound))
	}
	if all == nil {
		all = append(all, skeleton(p.words[len(p.words)-1].sound))
	}
	return all
}

func skeleton(sound string) string {
	for _, end := range []string{"Ov", "ev", "Ovä", "evä", "OvîC", "evîC", "îC", "în", "OGlû"} {
		if rest, ok := strings.CutSuffix(sound, narrow(end)); ok && len(rest) > 4 {
			sound = rest
			break
		}
	}
	b := make([]byte, 0, len(sound))
	for i := range len(sound) {
		if k := soft[sound[i]]; k != 0 && (len(b) == 0 || b[len(b)-1] != k) {
			b = append(b, k)
		}
	}
	if len(b) == 0 {
		return sound
	}
	return string(b)
}
