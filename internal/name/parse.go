package name

import "strings"

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

// assemble joins words into parts and leaves out particles and articles; when nothing else is there, they are the name.
func assemble(words []word) []Token {
	l := lex()
	out := make([]Token, 0, min(len(words), MaxTokens))
	article := false
	for i := 0; i < len(words) && len(out) < MaxTokens; i++ {
		w := words[i]
		kind := l.kinds[w.key()]
		last := i+1 == len(words)
		switch {
		case kind == "article" && (!last || len(out) > 0), kind == "sun" && w.hyphen && !last:
			article = true
			continue
		case kind == "particle" && len(words) > 1:
			article = false
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
			if article {
				t.Article = true
				if t.Alt == "" && len(t.Form) >= 2 {
					t.Alt = cut("al" + t.Form)
				}
			}
			if t.Form != "" {
				out = append(out, t)
			}
		}
		article = false
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
