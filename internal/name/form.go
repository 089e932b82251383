package name

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

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
	if w.script == cyrl || strings.Contains(w.raw, "كس") || strings.Contains(w.raw, "کس") { // as in Aleksandr; قص is none, as in Qusay
		s = strings.ReplaceAll(s, "ks", "x")
	}
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
var clusters = strings.NewReplacer("tS", "C", "dJ", "J", "dZ", "J")

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
	t := Token{Raw: w.raw, Abjad: w.abjad}
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
