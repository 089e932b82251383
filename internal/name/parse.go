package name

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
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
	article bool
	hyphen  bool // joined to the next word with a hyphen
	comma   bool // a comma follows
	bracket bool // in brackets or quotes
}

// Parse finds the parts of a name. Text without any letter has none. Never more than MaxTokens are found.
func Parse(raw string) []Token {
	words := split(raw)
	for i, w := range words { // "Family, Given" is turned round
		if w.comma && i+1 < len(words) {
			words = append(append(make([]word, 0, len(words)), words[i+1:]...), words[:i+1]...)
			break
		}
	}
	return roles(assemble(words))
}

var arabicScript, cyrillicScript, latinScript = unicode.Arabic, unicode.Cyrillic, unicode.Latin

// split cuts text into words and turns their letters into Latin ones or sounds.
func split(raw string) []word {
	if len(raw) > 4*maxRunes {
		raw = raw[:4*maxRunes]
	}
	if !utf8.ValidString(raw) {
		raw = strings.ToValidUTF8(raw, " ")
	}
	ascii := true
	for i := range len(raw) {
		if raw[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	text := raw
	if !ascii {
		text = norm.NFKC.String(raw)
	}
	var words []word
	var letters []byte
	var kept strings.Builder
	var w word
	full, bracket := false, false
	flush := func() {
		if len(letters) > 0 {
			w.raw, w.letters, w.bracket = kept.String(), string(letters), bracket
			w.abjad = w.script == arab && !full
			words = append(words, w)
		}
		w, letters, full = word{}, letters[:0], false
		kept.Reset()
	}
	n := 0
	runes := []rune(text)
	for i := 0; i < len(runes) && n < maxRunes; i++ {
		n++
		r := runes[i]
		switch {
		case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'):
			if r <= 'Z' && len(letters) > 1 && runes[i-1] >= 'a' && runes[i-1] <= 'z' { // AdnanIsam
				flush()
			}
			kept.WriteRune(r)
			letters = append(letters, byte(r|0x20))
		case r >= '0' && r <= '9' && w.script == latn && (len(letters) > 0 || i+1 < len(runes) && runes[i+1] < utf8.RuneSelf && unicode.IsLetter(runes[i+1])):
			kept.WriteRune(r) // read or typed for a letter
			if d := digits[r-'0']; d != 0 {
				letters = append(letters, d)
			}
		case r == '\'' || r == '`' || r == '’' || r == '‘' || r == '´' || r == 'ʼ' || r == 'ʿ' || r == 'ʾ' || r == 'ʻ' || r == '\u0640':
			if r != '\u0640' && w.script == latn && len(letters) == 1 && (letters[0] == 'l' || letters[0] == 'd') {
				letters = letters[:0] // the French article
				kept.Reset()
			}
			// any other apostrophe, and a stretched line, join
		case r == '\u200c' || unicode.In(r, unicode.Mn, unicode.Cf):
		case r == '-' || r == '‐' || r == '‑' || r == '–' || r == '־':
			w.hyphen = true
			flush()
		case r == ',' || r == '،' || r == ';':
			if len(letters) == 0 && len(words) > 0 {
				words[len(words)-1].comma = true
			}
			w.comma = true
			flush()
		case r < utf8.RuneSelf || !unicode.IsLetter(r):
			flush()
			if strings.ContainsRune("([{\"«“", r) {
				bracket = r != '"' || !bracket
			} else if strings.ContainsRune(")]}»”", r) {
				bracket = false
			}
		default:
			if !w.takes(&letters, r, i+1 < len(runes) && runes[i+1] == '\u200c', &full) {
				// a letter of another writing: as the library spells it, each syllable a word of its own
				for j, s := range strings.Fields(unidecode.Unidecode(string(r))) {
					if j > 0 {
						flush()
					}
					for _, c := range []byte(strings.ToLower(s)) {
						if c >= 'a' && c <= 'z' {
							letters = append(letters, c)
						}
					}
				}
				if unicode.In(r, unicode.Han, unicode.Hangul) {
					kept.WriteRune(r)
					flush()
					continue
				}
			}
			kept.WriteRune(r)
		}
	}
	flush()
	words = unglued(words)
	if len(words) > 4*MaxTokens {
		words = words[:4*MaxTokens]
	}
	return words
}

// digits are the letters that digits within a Latin name stand for: misread (0, 1, 5, 8), or written for Arabic letters (2, 3, 7, 9).
var digits = [10]byte{'o', 'i', 0, 'a', 'a', 's', 'b', 'h', 'b', 'k'}

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

// takes adds what a letter beyond ASCII stands for; false if its writing has no table here.
func (w *word) takes(letters *[]byte, r rune, joiner bool, full *bool) bool {
	switch {
	case unicode.Is(arabicScript, r):
		s, ok := arabic[r]
		if r == 'ه' && joiner { // how old keyboards write the Kurdish a
			r, s = 'ە', "e"
		}
		if !ok {
			return true
		}
		if strings.ContainsRune(fullVowels, r) {
			*full = true
		}
		w.script = arab
		*letters = append(*letters, s...)
		return true
	case unicode.Is(cyrillicScript, r):
		s, ok := cyrillic[unicode.ToLower(r)]
		if !ok {
			return false
		}
		w.script = cyrl
		*letters = append(*letters, s...)
		return true
	case unicode.Is(latinScript, r):
		low := unicode.ToLower(r)
		if s, ok := latin[low]; ok {
			*letters = append(*letters, s...)
			return true
		}
		if b, _ := utf8.DecodeRuneInString(norm.NFD.String(string(low))); b < utf8.RuneSelf {
			*letters = append(*letters, byte(b))
			return true
		}
	}
	return false
}

//go:embed words.tsv
var wordsTSV string

//go:embed variants.tsv
var variantsTSV string

// lexicon holds words with a meaning of their own within names, and families of names.
type lexicon struct {
	kinds    map[string]string // word -> particle, article, kunya, title, god, faith
	variants map[string]string // form -> the form of its family
}

var lex = sync.OnceValue(func() *lexicon {
	l := &lexicon{kinds: map[string]string{}, variants: map[string]string{}}
	for _, line := range lines(wordsTSV) {
		kind, list, _ := strings.Cut(line, "\t")
		for _, s := range strings.Fields(list) {
			for _, w := range split(s) {
				l.kinds[w.key()] = kind
			}
		}
	}
	for _, line := range lines(variantsTSV) {
		first := ""
		for i, s := range strings.Fields(line) {
			for _, w := range split(s) {
				form := w.form()
				if i == 0 {
					first = form
				}
				l.variants[form] = first
			}
		}
	}
	return l
})

func lines(tsv string) []string {
	var out []string
	for _, l := range strings.Split(tsv, "\n") {
		if l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

// key is how a word stands in words.tsv: script and letters.
func (w word) key() string { return string(rune('0'+w.script)) + w.letters }

var (
	faith  = regexp.MustCompile(`^(..+?)[aeiou]{1,2}l?(?:d{1,2}(?:i|e|ee)|tti)ne?$`) // Salahuddin, Noureddine, Seyfettin
	divine = regexp.MustCompile(`^(..+?)[aeiou]{1,2}llah?$`)                         // Habibullah, Nasrallah
	slave  = regexp.MustCompile(`^abd(?:[aeiou]{1,2}(?:l|r|s|z|n|t|d|sh)?)?$`)       // Abd, Abdul, Abdel, Abdur
)

// form gives the sounds of a word, one name written as one word in one form.
func (w word) form() string {
	s := w.letters
	if w.script == latn {
		switch {
		case strings.HasPrefix(s, "abd") && len(s) >= 6:
			s = "abd" + served(s[3:])
		case divine.MatchString(s):
			s = divine.FindStringSubmatch(s)[1] + "lah"
		case len(s) >= 7 && faith.MatchString(s):
			s = faith.FindStringSubmatch(s)[1] + "din"
		}
		return stem(string(plain(sounds([]byte(s)))))
	}
	if w.script == arab {
		if len(s) > 3 && strings.HasSuffix(s, "h") && !strings.HasSuffix(s, "lh") {
			s = s[:len(s)-1] + "a" // a final ha is written for ta marbuta
		}
		if strings.HasPrefix(s, "abdal") && len(s) > 6 { // written as one word
			s = "abd" + strings.TrimPrefix(s[3:], "al")
			if s == "abdlh" {
				s = "abdlah"
			}
		}
	}
	s = clusters.Replace(s)
	if !w.abjad { // where an abjad writes a letter twice, there is a vowel between
		s = string(plain([]byte(s)))
	}
	return stem(s)
}

// sons are the endings of patronymics in Russian and its neighbours: Khuseynovich is the son of Khuseyn.
var sons = regexp.MustCompile(`^(...+?)(?:[oeiwy]?[vfw][iy]?[CQc]|[oe][vfw]na)$`)

func stem(form string) string {
	if m := sons.FindStringSubmatch(form); m != nil {
		return m[1]
	}
	return form
}

// clusters are sounds that some writings need two letters for.
var clusters = strings.NewReplacer("tS", "C", "dJ", "J", "dZ", "J", "ks", "x")

// served takes the article, written in one of its ways, off what Abd stands before.
func served(s string) string {
	if isVowel(s[0]) {
		s = strings.TrimLeft(s, "aeiou")
		if len(s) > 1 && s[0] == 'l' && len(s) > 3 {
			s = s[1:]
		}
	}
	if s == "ah" || s == "lah" || s == "la" || s == "llah" || s == "h" {
		return "lah"
	}
	return s
}

// token makes a part of one word.
func (w word) token() Token {
	t := Token{Raw: w.raw, Abjad: w.abjad, Article: w.article}
	t.Form = w.form()
	family, isVariant := lex().variants[t.Form]
	switch {
	case isVariant:
	case w.script == arab && strings.HasPrefix(w.letters, "al") && len(w.letters) >= 5 && !strings.HasPrefix(t.Form, "abd"):
		t.Article, t.Alt = true, t.Form
		t.Form = word{letters: w.letters[2:], script: arab}.form()
	case w.script == arab && !w.abjad && strings.HasPrefix(w.letters, "el") && len(w.letters) >= 6: // the article in Sorani
		t.Article, t.Alt = true, t.Form
		t.Form = word{letters: w.letters[2:], script: arab}.form()
	case w.script == latn && (strings.HasPrefix(w.letters, "al") || strings.HasPrefix(w.letters, "el")) && len(w.letters) >= 7 && !isVowel(w.letters[2]):
		t.Alt = t.Form
		t.Form = word{letters: w.letters[2:]}.form()
	}
	letters := utf8.RuneCountInString(w.raw)
	t.Initial = letters == 1 && !w.abjad
	if !isVariant {
		family, isVariant = lex().variants[t.Form]
	}
	if isVariant {
		t.Form, t.Variant, t.Alt = family, true, ""
	}
	return finish(t)
}

// assemble joins words into parts and leaves out particles and articles; when nothing else is there, they are the name.
func assemble(words []word) []Token {
	l := lex()
	out := make([]Token, 0, min(len(words), MaxTokens))
	var article string
	for i := 0; i < len(words) && len(out) < MaxTokens; i++ {
		w := words[i]
		kind := l.kinds[w.key()]
		last := i+1 == len(words)
		switch {
		case kind == "article" && (!last || len(out) > 0), kind == "sun" && w.hyphen && !last:
			article = w.raw
			continue
		case kind == "particle" && len(words) > 1:
			article = ""
			continue
		case (kind == "god" || kind == "faith") && len(out) > 0:
			out[len(out)-1] = compound(out[len(out)-1], w, map[string]string{"god": "lah", "faith": "din"}[kind])
		case kind == "kunya" && !last && len(out) < MaxTokens:
			next := i + 1
			for next+1 < len(words) && l.kinds[words[next].key()] == "article" {
				next++
			}
			t := words[next].token()
			if slaveOf(words[next]) && next+1 < len(words) {
				t, next = servant(words, next, l)
			}
			full := Token{Raw: w.raw + " " + t.Raw, Form: string(plain([]byte(w.form() + t.Form))), Abjad: t.Abjad, Role: Kunya}
			switch {
			case t.Form == "bakr" || t.Form == "bakar":
				full.Role = Given
			case len(out) > 1 && !w.bracket:
				full.Role = Family // Talat Isa Abu Jabal
			}
			out = append(out, finish(full))
			i = next
		case !last && slaveOf(w) && l.kinds[words[i+1].key()] != "particle":
			t, next := servant(words, i, l)
			out = append(out, t)
			i = next
		case w.initials() && kind == "":
			for j := range len(w.letters) {
				if len(out) < MaxTokens {
					out = append(out, word{raw: w.raw[j : j+1], letters: w.letters[j : j+1]}.token())
				}
			}
		default:
			t := w.token()
			if kind == "title" && leading(out) && !last {
				t.Role = Title
			}
			if article != "" {
				t.Article = true
				if t.Alt == "" && len(t.Form) >= 2 {
					t.Alt = cut("al" + t.Form)
				}
			}
			if t.Form != "" {
				out = append(out, t)
			}
		}
		article = ""
	}
	if len(out) == 0 {
		for _, w := range words[:min(len(words), MaxTokens)] {
			if t := w.token(); t.Form != "" {
				out = append(out, t)
			}
		}
	}
	return out
}

// servant makes one part of Abd and what follows it; it gives the index of its last word.
func servant(words []word, i int, l *lexicon) (Token, int) {
	w, next := words[i], i+1
	for next+1 < len(words) && (l.kinds[words[next].key()] == "article" || l.kinds[words[next].key()] == "sun") {
		next++
	}
	n := words[next]
	rest := n.letters
	if n.script == arab && strings.HasPrefix(rest, "al") && len(rest) > 3 {
		rest = rest[2:]
	}
	form := "abd" + word{letters: rest, script: n.script, abjad: n.abjad}.form()
	if l.kinds[n.key()] == "god" {
		form = "abdlah"
	}
	return finish(Token{Raw: w.raw + " " + n.raw, Form: string(plain([]byte(form))), Abjad: n.abjad}), next
}

// leading reports whether no part of the name proper has come yet: afterwards, al-Haj and al-Sheikh are names of families.
func leading(parts []Token) bool {
	for i := range parts {
		if parts[i].Role != Title && parts[i].Role != Kunya {
			return false
		}
	}
	return true
}

// initials reports two or three capital consonants: JC for Jean-Claude.
func (w word) initials() bool {
	if w.script != latn || len(w.raw) < 2 || len(w.raw) > 3 || len(w.raw) != len(w.letters) {
		return false
	}
	for i := range len(w.raw) {
		if w.raw[i] < 'A' || w.raw[i] > 'Z' || isVowel(w.letters[i]) || w.letters[i] == 'y' {
			return false
		}
	}
	return true
}

func slaveOf(w word) bool {
	if w.script == arab {
		return w.letters == "abd" || w.letters == "aebd" || w.letters == "aebdwl" // in Arabic, in Sorani
	}
	return slave.MatchString(w.letters)
}

// compound joins "al-Din" and "Allah" to the part before.
func compound(t Token, w word, end string) Token {
	form := t.Form
	if strings.HasPrefix(form, "abd") && end == "lah" && len(form) <= 4 {
		form = "abd"
	}
	return finish(Token{Raw: t.Raw + " " + w.raw, Form: string(plain([]byte(cut(form + end)))), Abjad: t.Abjad, Role: t.Role})
}

// roles tells what each part is, by order and form. Titles and kunyas keep theirs.
func roles(tokens []Token) []Token {
	chain := 0
	for i := range tokens {
		t := &tokens[i]
		if t.Role == Title || t.Role == Kunya || t.Role == Family {
			continue
		}
		final := i == len(tokens)-1
		end := byte(0)
		if t.Form != "" {
			end = t.Form[len(t.Form)-1]
		}
		switch {
		case t.Article && chain > 0 && (end == 'i' || end == 'y'):
			t.Role = Nisba
		case t.Article && chain > 0:
			t.Role = Laqab
		case final && chain > 0 && !t.Abjad && chain < 2:
			t.Role = Family
		default:
			t.Role = min(Role(chain), Ancestor)
			chain++
		}
	}
	return tokens
}
