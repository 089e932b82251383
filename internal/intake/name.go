package intake

import (
	"slices"
	"strings"
	"unicode"

	"amana/internal/person"
)

// names joins the parts of the name in their order and reads its other forms.
func (p *row) names() {
	full, given := p.name(FieldName), p.name(FieldGiven)
	father, grandfather, family := p.name(FieldFather), p.name(FieldGrandfather), p.name(FieldFamilyName)
	kunya, alias := p.name(FieldKunya), p.name(FieldAlias)
	if by := p.name(FieldByname); by != "" {
		switch {
		case isKunya(by):
			kunya = strings.TrimPrefix(kunya+"; "+by, "; ")
		case family == "":
			family = by
		default:
			alias = strings.TrimPrefix(alias+"; "+by, "; ")
		}
	}
	joined := strings.Join(nonEmpty([]string{given, father, grandfather, family}), " ")
	switch {
	case full == "" && given == "" && family == "":
		p.keepField(FieldFather, father)
		p.keepField(FieldGrandfather, grandfather)
	case full == "":
		p.called(joined, "")
	default:
		p.whole(full, given, family, joined)
	}
	p.called(p.name(FieldLatin), "")
	for _, kind := range []struct{ kind, text string }{{"kunya", kunya}, {"alias", alias}} {
		split := strings.FieldsFunc(kind.text, func(r rune) bool { return strings.ContainsRune(";؛،,/|", r) })
		if len(split) > mostClaims {
			split = []string{kind.text}
		}
		for _, one := range split {
			p.called(strings.TrimSpace(one), kind.kind)
		}
	}
	p.Mother = p.name(FieldMother)
	p.called(p.Mother, "mother")
}

// whole takes a full name that stands in one cell. It may lack the surname of another column; its order is left alone otherwise.
func (p *row) whole(full, given, family, joined string) {
	if joined == "" {
		p.called(full, "")
		return
	}
	has := words(full)
	if family != "" && !has.all(family) {
		full += " " + family
	}
	p.called(full, "")
	if given != "" && !has.all(given) {
		p.called(joined, "")
		return
	}
	for _, f := range []Field{FieldFather, FieldGrandfather} {
		if v := p.name(f); v != "" && !has.all(v) {
			p.keepField(f, v)
		}
	}
}

// name gives the text of a field unless it is only a dash or a question mark. "Unknown" stays: somebody was there.
func (p *row) name(f Field) string {
	s := p.text(f)
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return s
		}
	}
	return ""
}

// called adds a name, and apart from it the same name in another script when one cell holds both.
func (p *row) called(raw, kind string) {
	if raw == "" {
		return
	}
	for _, one := range byScript(raw) {
		if !slices.ContainsFunc(p.Details.Names, func(n person.Name) bool { return n.Raw == one && n.Kind == kind }) {
			p.Details.Names = append(p.Details.Names, person.Name{Raw: one, Kind: kind, Script: script(one)})
		}
	}
}

// script gives the ISO 15924 code of the first letter that has one.
func script(s string) string {
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r):
			return "Arab"
		case unicode.Is(unicode.Latin, r):
			return "Latn"
		case unicode.Is(unicode.Cyrillic, r):
			return "Cyrl"
		}
	}
	return ""
}

// byScript splits "محمد علي / Mohammad Ali" into its two spellings; a name in one script stays whole.
func byScript(raw string) []string {
	of := map[string][]string{}
	var order []string
	last := ""
	for w := range strings.FieldsSeq(raw) {
		s := script(w)
		if s == "" {
			s = last
		}
		if s != last && of[s] == nil {
			order = append(order, s)
		}
		of[s] = append(of[s], w)
		last = s
	}
	if len(of) < 2 || of[""] != nil {
		return []string{raw}
	}
	list := make([]string, 0, len(order))
	for _, s := range order {
		one := strings.Trim(strings.Join(of[s], " "), " -–/\\|()[],،;")
		if len([]rune(one)) < 3 {
			return []string{raw} // an initial or a mark in the other script
		}
		list = append(list, one)
	}
	return list
}

// isKunya reports whether a byname is of the form "father of", "mother of".
func isKunya(s string) bool {
	first, rest, _ := strings.Cut(fold(s), " ")
	switch first {
	case "ابو", "ابي", "ام", "abu", "abou", "umm", "um", "oum", "ebu", "ummu":
		return rest != ""
	}
	return false
}

type wordSet map[string]bool

func words(s string) wordSet {
	set := wordSet{}
	for w := range strings.FieldsSeq(fold(s)) {
		set[w] = true
	}
	return set
}

func (s wordSet) all(text string) bool {
	for w := range strings.FieldsSeq(fold(text)) {
		if !s[w] {
			return false
		}
	}
	return true
}
