package trial

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hand is one clerk: a habit, and a seed that decides which of its spellings they use, name after name. Now and then they
// write a name in another way than usual.
type hand struct {
	*habit
	seed  uint64
	plain bool // without marks
}

// append writes a part at the end of b.
func (h hand) append(b []byte, p *part) []byte {
	seed := h.seed
	own := mix(seed ^ p.id)
	if own%8 == 0 {
		seed = own // not as usual
	}
	if form := p.forms[h.habit]; form != nil && own>>8%10 < 8 {
		return h.marked(b, form.choose(own))
	}
	if p.native != "" && p.script == h.script && (h.script != "Latn" || p.home == h.name || own>>16%10 < 7 || h.plain) {
		switch {
		case h.script == "Latn" && (h.plain || p.home != h.name):
			if own>>24%2 == 0 {
				return append(b, p.plain...)
			}
			return append(b, p.broadly()...)
		default:
			return append(b, p.native...)
		}
	}
	if !h.plain {
		return h.words(b, p, seed)
	}
	start := len(b)
	b = h.words(b, p, seed)
	return append(b[:start], plain(string(b[start:]))...)
}

// broadly is the spelling without marks that Germans and Swedes prefer; other peoples drop the marks.
func (p *part) broadly() string {
	if p.home == "" {
		return p.broad
	}
	return p.plain
}

func (h hand) marked(b []byte, text string) []byte {
	if h.plain {
		text = plain(text)
	}
	return append(b, text...)
}

// words writes the words of a part by the rules of the habit.
func (h hand) words(b []byte, p *part, seed uint64) []byte {
	for i := range p.words {
		w := &p.words[i]
		start := len(b)
		switch {
		case i == 0 && !w.article:
		case i == 0:
			b = h.join(b, h.article, w, seed)
		case w.god:
			b = h.join(b, h.joints["llh"], w, seed)
			continue
		case w.article && p.words[i-1].servant:
			b = h.join(b, h.joints["abd"], w, seed)
		case w.article:
			b = h.join(b, h.joints["din"], w, seed)
		case p.words[i-1].father:
			b = h.join(b, h.joints["abu"], w, seed)
		default:
			b = append(b, ' ')
		}
		at := len(b)
		b = h.spell(b, w.sound, seed)
		if h.script != "Arab" && (at == start || b[at-1] == ' ' || b[at-1] == '-' || b[at-1] == '\'' || i == 0 && seed%2 == 0) {
			b = h.capital(b, at)
		}
	}
	return b
}

// join writes what stands between two words: an article, a blank, nothing.
func (h hand) join(b []byte, r *rule, next *word, seed uint64) []byte {
	for _, c := range []byte(r.spellings.choose(seed)) {
		switch c {
		case '_':
			b = append(b, ' ')
		case '+':
			b = append(b, '-')
		case 'L':
			first := next.sound[0]
			if strings.IndexByte("tdrzscnlSDTZ86", first) >= 0 && (h.sun.spellings.choose(seed) == "y" || first == 'l') {
				if r := h.fits(next.sound, 0); r != nil {
					b = append(b, r.spellings.choose(seed)...)
					continue
				}
			}
			b = append(b, h.fits("l", 0).spellings.choose(seed)...)
		default:
			b = append(b, c)
		}
	}
	return b
}

// spell writes the sounds of a word.
func (h hand) spell(b []byte, word string, seed uint64) []byte {
	double := h.doubled.spellings.choose(seed) == "y"
	for i := 0; i < len(word); {
		r := h.fits(word, i)
		if r == nil {
			i++
			continue
		}
		text := r.spellings.choose(seed)
		b = append(b, text...)
		i += len(r.sound)
		if len(r.sound) == 1 && i < len(word) && word[i] == r.sound[0] && !vowel(word[i]) {
			if double && (len(text) == 1 || len(text) == 2 && text[0] >= utf8.RuneSelf) {
				b = append(b, text...)
			}
			i++
		}
	}
	return b
}

// capital makes the letter at a place a capital.
func (h hand) capital(b []byte, at int) []byte {
	if at >= len(b) {
		return b
	}
	if c := b[at]; c < utf8.RuneSelf {
		if c == 'i' && h.name == "turkish" && !h.plain {
			return slices.Replace(b, at, at+1, []byte("İ")...)
		}
		if 'a' <= c && c <= 'z' {
			b[at] = c - 'a' + 'A'
			return b
		}
		if c == '\'' {
			return h.capital(b, at+1)
		}
		return b
	}
	r, size := utf8.DecodeRune(b[at:])
	if r == 'ʿ' || r == 'ʾ' {
		return h.capital(b, at+size)
	}
	return slices.Replace(b, at, at+size, []byte(string(unicode.ToUpper(r)))...)
}
