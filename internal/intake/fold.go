package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold brings the spellings of one word together: case, accents, hamza, alef, ya, ta marbuta, kaf, tatweel, the Kurdish
// and Persian letters that look like Arabic ones, other digits, and punctuation, which becomes a single blank.
// It is for comparing labels and is never stored as somebody's name.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	add := func(r rune) {
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	if !ascii(s) {
		s = norm.NFKD.String(s)
	}
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			add(r)
		case r >= 'A' && r <= 'Z':
			add(r + 'a' - 'A')
		case r == '#':
			blank = true
			add('n')
			add('o')
			blank = true
		case r == '\'' || r == '’' || r == 'ʼ' || r == 'ء' || r == 'ـ' || unicode.In(r, unicode.Mn, unicode.Cf):
			// Dropped: an apostrophe, a hamza or a mark does not part a word.
		case unicode.IsLetter(r):
			if f, ok := alike[r]; ok {
				r = f
			}
			add(unicode.ToLower(r))
		case unicode.IsDigit(r):
			add(digit(r))
		default:
			blank = true
		}
	}
	return b.String()
}

// alike are letters written for one another in lists; Unicode does not decompose them.
var alike = map[rune]rune{
	'ى': 'ي', 'ی': 'ي', 'ې': 'ي', 'ێ': 'ي', 'ۍ': 'ي', 'ے': 'ي',
	'ة': 'ه', 'ە': 'ه', 'ھ': 'ه', 'ہ': 'ه', 'ۃ': 'ه', 'ۀ': 'ه',
	'ک': 'ك', 'ٱ': 'ا', 'ڕ': 'ر', 'ڵ': 'ل', 'ۆ': 'و', 'ۊ': 'و', 'ۇ': 'و', 'ۋ': 'و',
	'ı': 'i', 'ø': 'o', 'đ': 'd', 'ł': 'l', 'ə': 'e', 'Ə': 'e', 'æ': 'e',
}

// digit turns a decimal digit of any script into 0-9.
func digit(r rune) rune {
	if r < 0x80 {
		return r
	}
	// The digits of every script stand in a block that begins at its zero, and Arabic, Persian and Devanagari zeros end in 0 or 6.
	for zero := r; zero > r-10; zero-- {
		if !unicode.IsDigit(zero - 1) {
			return r - zero + '0'
		}
	}
	return r
}

// digits turns the decimal digits of a text into 0-9 and leaves the rest as it is.
func digits(s string) string {
	if ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return digit(r)
		}
		return r
	}, s)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// clean takes out of a cell what carries no writing: NUL and other control characters, byte order marks, and blanks
// around and between words. It reports whether there was something other than blanks to take out.
func clean(s string) (string, bool) {
	if s = strings.TrimSpace(s); tidy(s) {
		return s, false
	}
	dropped := false
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r' || unicode.Is(unicode.Zs, r):
			blank = b.Len() > 0
		case r == '\ufeff' || r == '\u200e' || r == '\u200f':
			// Marks that only steer the display, left behind by copying.
		case unicode.Is(unicode.Cc, r):
			dropped = true
		default:
			if blank {
				b.WriteByte(' ')
				blank = false
			}
			b.WriteRune(r)
		}
	}
	return b.String(), dropped
}

// tidy reports whether clean has nothing to do, looking only at bytes that can begin a blank, a mark or a control character.
func tidy(s string) bool {
	last := byte(' ')
	for i := range len(s) {
		c := s[i]
		switch {
		case c < ' ' || c == 0x7f || c == ' ' && last == ' ':
			return false
		case c == 0xc2 || c == 0xe1 || c == 0xe2 || c == 0xe3 || c == 0xef:
			return false
		}
		last = c
	}
	return last != ' ' || s == ""
}

// shorten cuts a text to n characters and marks the cut.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}
