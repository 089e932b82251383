package name

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

type script uint8

const (
	latn script = iota
	arab
	cyrl
)

// word is one word of a name before its structure is known.
type word struct {
	raw     string
	letters string // small Latin letters and final sounds; sounds only, for other scripts
	script  script
	abjad   bool
	hyphen  bool // joined to the next word with a hyphen
	comma   bool // a comma follows
	bracket bool // in brackets or quotes
}

// splitter cuts text into words and turns their letters into small Latin ones or sounds.
type splitter struct {
	words   []word
	word    word // the one under way
	letters []byte
	raw     strings.Builder
	full    bool // it has a letter that only alphabets with written vowels have
	bracket bool
}

func split(raw string) []word {
	if len(raw) > 4*maxRunes {
		raw = raw[:4*maxRunes]
	}
	runes := []rune(norm.NFKC.String(strings.ToValidUTF8(raw, " ")))
	s := splitter{}
	for i := range runes[:min(len(runes), maxRunes)] {
		s.take(runes, i)
	}
	s.end()
	words := unglued(s.words)
	return words[:min(len(words), 4*MaxTokens)]
}

// end ends the word under way.
func (s *splitter) end() {
	if len(s.letters) > 0 {
		w := s.word
		w.raw, w.letters, w.bracket = s.raw.String(), string(s.letters), s.bracket
		w.abjad = w.script == arab && !s.full
		s.words = append(s.words, w)
	}
	s.word, s.letters, s.full = word{}, s.letters[:0], false
	s.raw.Reset()
}

// take takes the i-th rune.
func (s *splitter) take(runes []rune, i int) {
	r := runes[i]
	next := rune(0)
	if i+1 < len(runes) {
		next = runes[i+1]
	}
	switch {
	case isLatin(r):
		if r <= 'Z' && len(s.letters) > 1 && runes[i-1] >= 'a' && runes[i-1] <= 'z' { // AdnanIsam
			s.end()
		}
		s.raw.WriteRune(r)
		s.letters = append(s.letters, byte(r|0x20))
	case r >= '0' && r <= '9' && s.word.script == latn && (len(s.letters) > 0 || isLatin(next)): // read or typed for a letter
		s.raw.WriteRune(r)
		if d := digits[r-'0']; d != 0 {
			s.letters = append(s.letters, d)
		}
	case strings.ContainsRune("'`’‘´ʼʿʾʻ", r):
		if s.word.script == latn && (string(s.letters) == "l" || string(s.letters) == "d") { // the French article
			s.letters = s.letters[:0]
			s.raw.Reset()
		}
	case r == '\u0640' || r == '\u200c' || unicode.In(r, unicode.Mn, unicode.Cf): // a stretched line, joiners, marks
	case strings.ContainsRune("-‐‑–־", r):
		s.word.hyphen = true
		s.end()
	case strings.ContainsRune(",،;", r):
		if len(s.letters) == 0 && len(s.words) > 0 {
			s.words[len(s.words)-1].comma = true
		}
		s.word.comma = true
		s.end()
	case r < utf8.RuneSelf || !unicode.IsLetter(r):
		s.end()
		switch {
		case r == '"':
			s.bracket = !s.bracket
		case strings.ContainsRune("([{«“", r):
			s.bracket = true
		case strings.ContainsRune(")]}»”", r):
			s.bracket = false
		}
	case s.spell(r, next == '\u200c'):
		s.raw.WriteRune(r)
	default:
		s.foreign(r)
	}
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// foreign takes a letter of another writing as the library spells it, each syllable a word of its own.
func (s *splitter) foreign(r rune) {
	for j, syllable := range strings.Fields(unidecode.Unidecode(string(r))) {
		if j > 0 {
			s.end()
		}
		for _, c := range []byte(strings.ToLower(syllable)) {
			if c >= 'a' && c <= 'z' {
				s.letters = append(s.letters, c)
			}
		}
	}
	s.raw.WriteRune(r)
	if unicode.In(r, unicode.Han, unicode.Hangul) {
		s.end()
	}
}

// digits are the letters that digits within a Latin name stand for: misread (0, 1, 5, 8), or written for Arabic letters (2, 3, 7, 9).
var digits = [10]byte{'o', 'i', 0, 'a', 'a', 's', 'b', 'h', 'b', 'k'}

// spell adds what a letter beyond ASCII stands for; false if its writing has no table here.
func (s *splitter) spell(r rune, joiner bool) bool {
	switch {
	case unicode.Is(unicode.Arabic, r):
		sound, ok := arabic[r]
		if r == 'ه' && joiner { // how old keyboards write the Kurdish a
			r, sound = 'ە', "e"
		}
		if !ok {
			return true
		}
		if strings.ContainsRune(fullVowels, r) {
			s.full = true
		}
		s.word.script = arab
		s.letters = append(s.letters, sound...)
		return true
	case unicode.Is(unicode.Cyrillic, r):
		sound, ok := cyrillic[unicode.ToLower(r)]
		if !ok {
			return false
		}
		s.word.script = cyrl
		s.letters = append(s.letters, sound...)
		return true
	case unicode.Is(unicode.Latin, r):
		low := unicode.ToLower(r)
		if sound, ok := latin[low]; ok {
			s.letters = append(s.letters, sound...)
			return true
		}
		if b, _ := utf8.DecodeRuneInString(norm.NFD.String(string(low))); b < utf8.RuneSelf {
			s.letters = append(s.letters, byte(b))
			return true
		}
	}
	return false
}

// unglued takes apart Arabic words that were written without a blank before the article.
func unglued(words []word) []word {
	out := words[:0:0]
	for _, w := range words {
		runes := []rune(w.raw)
		cut := 0
		if w.script == arab && len(runes) == len(w.letters) && !strings.HasPrefix(w.letters, "abd") && !strings.HasPrefix(w.letters, "abyd") {
			from := 3
			if strings.HasPrefix(w.letters, "al") {
				from = 5
			}
			for i := from; i+5 <= len(runes); i++ {
				if w.letters[i:i+2] == "al" && runes[i] == 'ا' {
					cut = i
					break
				}
			}
		}
		if cut == 0 {
			out = append(out, w)
			continue
		}
		first, second := w, w
		first.raw, first.letters, first.hyphen, first.comma = string(runes[:cut]), w.letters[:cut], false, false
		second.raw, second.letters = string(runes[cut:]), w.letters[cut:]
		out = append(out, first, second)
	}
	return out
}
