package trial

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// written is a token as it was written.
type written struct {
	text string
	role byte
}

// spelled writes every token for itself.
func (r *Register) spelled(rec *record, all []token) []written {
	words := make([]written, 0, len(all))
	for i := range all {
		if text := rec.append(nil, all[i:i+1]); len(text) > 0 {
			words = append(words, written{string(text), all[i].role})
		}
	}
	return words
}

// disturb puts the words of a name together as a hasty clerk does.
func disturb(words []written, rec record, rate rates, d *dice, note func(string)) string {
	comma := false
	if d.chance(rate.order) && len(words) > 1 {
		words, comma = reorder(words, d)
		note("order")
	}
	if d.chance(rate.initial) && rec.hand.script != "Arab" {
		for i, w := range words {
			if w.role == father || w.role == second || w.role == patron {
				_, size := utf8.DecodeRuneInString(w.text)
				words[i].text = w.text[:size] + "."
				note("initial")
				break
			}
		}
	}
	name := words[0].text
	for i, w := range words[1:] {
		if comma && i == 0 {
			name += ","
		}
		name += " " + w.text
	}
	if d.chance(rate.joined) {
		if other, kind := rejoin(name, d); kind != "" {
			name = other
			note(kind)
		}
	}
	if d.chance(rate.ocr) {
		if other, ok := misread(name, d); ok {
			name = other
			note("ocr")
		}
	}
	if d.chance(rate.typing) {
		name = mistype(name, d)
		if d.chance(150) {
			name = mistype(name, d)
		}
		note("typing")
	}
	return name
}

// reorder puts the last part first, as in indexes and passports, or exchanges two names.
func reorder(words []written, d *dice) (out []written, comma bool) {
	out = slices.Clone(words)
	n := len(out)
	if d.chance(700) || n < 3 {
		end := out[n-1]
		copy(out[1:], out[:n-1])
		out[0] = end
		return out, d.chance(500)
	}
	i := d.n(n - 1)
	out[i], out[i+1] = out[i+1], out[i]
	return out, false
}

// rejoin takes a blank or hyphen away, mostly after a small word such as Abd or al, or splits a long word.
func rejoin(name string, d *dice) (string, string) {
	var gaps, likely []int
	start := 0
	for i := range len(name) {
		if name[i] == ' ' || name[i] == '-' {
			if gaps = append(gaps, i); utf8.RuneCountInString(name[start:i]) <= 4 {
				likely = append(likely, i)
			}
			start = i + 1
		}
	}
	if len(likely) > 0 && d.chance(800) {
		gaps = likely
	}
	if len(gaps) > 1 || len(likely) > 0 {
		at := gaps[d.n(len(gaps))]
		if name[at] == '-' && d.chance(500) {
			return name[:at] + " " + name[at+1:], "split"
		}
		return name[:at] + name[at+1:], "joined"
	}
	words := strings.Split(name, " ")
	at := d.n(len(words))
	letters := []rune(words[at])
	if len(letters) < 7 {
		return name, ""
	}
	cut := 3 + d.n(len(letters)-5)
	words[at] = string(letters[:cut]) + " " + string(letters[cut:])
	return strings.Join(words, " "), "split"
}

// keyboards are the rows of keys; an error hits a neighbour.
var keyboards = [][]string{
	{"qwertyuiop", "asdfghjkl", "zxcvbnm"},
	{"ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظ"},
	{"йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"},
}

// neighbour gives a key beside that of r, 0 when r is on no keyboard.
func neighbour(r rune, d *dice) rune {
	small := unicode.ToLower(r)
	for _, rows := range keyboards {
		for y, row := range rows {
			keys := []rune(row)
			x := slices.Index(keys, small)
			if x < 0 {
				continue
			}
			near := []rune{keys[max(x-1, 0)], keys[min(x+1, len(keys)-1)]}
			if y > 0 {
				above := []rune(rows[y-1])
				near = append(near, above[min(x, len(above)-1)])
			}
			if y+1 < len(rows) {
				below := []rune(rows[y+1])
				near = append(near, below[min(x, len(below)-1)])
			}
			near = slices.DeleteFunc(near, func(k rune) bool { return k == small })
			if other := near[d.n(len(near))]; r == small {
				return other
			} else {
				return unicode.ToUpper(other)
			}
		}
	}
	return 0
}

// mistype makes one error of the keyboard: a letter exchanged, left out, doubled, hit beside or put in.
func mistype(name string, d *dice) string {
	letters := []rune(name)
	var places []int
	for i, r := range letters {
		if unicode.IsLetter(r) && (i > 0 && unicode.IsLetter(letters[i-1]) || d.chance(150)) { // the first letter is looked at
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return name
	}
	i := places[d.n(len(places))]
	switch kind := d.n(100); {
	case kind < 30 && i+1 < len(letters) && unicode.IsLetter(letters[i+1]) && letters[i] != letters[i+1]:
		letters[i], letters[i+1] = letters[i+1], letters[i]
	case kind < 55:
		letters = slices.Delete(letters, i, i+1)
	case kind < 65:
		letters = slices.Insert(letters, i, letters[i])
	default:
		other := neighbour(letters[i], d)
		switch {
		case other == 0:
			letters = slices.Delete(letters, i, i+1)
		case kind < 90:
			letters[i] = other
		default:
			letters = slices.Insert(letters, i, other)
		}
	}
	return string(letters)
}

// alike are letters that machines read one for the other.
var alike = func() map[string][]string {
	m := map[string][]string{}
	for _, pair := range strings.Fields(`m=rn rn=m l=i i=l I=l l=1 i=1 o=0 O=0 S=5 B=8 u=v c=e e=c h=b b=h n=ri cl=d d=cl g=q q=g f=t t=f nn=m w=vv a=o M=N D=O E=F
		ب=ت ت=ب ت=ث ن=ت ي=ب ب=ي ج=ح ح=خ خ=ح ح=ج د=ذ ذ=د ر=ز ز=ر س=ش ش=س ص=ض ض=ص ط=ظ ع=غ غ=ع ف=ق ق=ف د=ر ر=و ه=ة م=ه ا=ل
		и=н н=и п=л л=п ш=щ е=с с=е о=а в=б й=и х=ж`) {
		a, b, _ := strings.Cut(pair, "=")
		m[a] = append(m[a], b)
	}
	return m
}()

// misread makes one error of a machine that reads print.
func misread(name string, d *dice) (string, bool) {
	type place struct {
		at, size int
		with     string
	}
	var places []place
	for at := range name {
		rest := name[at:]
		_, size := utf8.DecodeRuneInString(rest)
		for _, n := range []int{size, size + 1} {
			if n > len(rest) {
				continue
			}
			for _, with := range alike[rest[:n]] {
				places = append(places, place{at, n, with})
			}
		}
	}
	if len(places) == 0 {
		return name, false
	}
	p := places[d.n(len(places))]
	var b bytes.Buffer
	b.WriteString(name[:p.at])
	b.WriteString(p.with)
	b.WriteString(name[p.at+p.size:])
	return b.String(), true
}
