// Package text holds every word that people read, in the languages of the operation: Arabic, Sorani Kurdish and English.
//
// The catalogues are files, one per language and subject; a test fails when one lacks what another has. Digits, dates and
// the names of countries are tables of our own, because x/text prints Latin digits for Iraq and nobody has Sorani dates.
package text

import (
	"embed"
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Lang is a language of the operation, by its BCP 47 tag.
type Lang string

// The languages. Arabic is the first and the default.
const (
	Arabic  Lang = "ar"
	Sorani  Lang = "ckb"
	English Lang = "en"
)

// Langs lists the languages in the order in which they are offered.
var Langs = []Lang{Arabic, Sorani, English}

// Dir is the direction in which the language is written: "rtl" or "ltr".
func (l Lang) Dir() string {
	if l == English {
		return "ltr"
	}
	return "rtl"
}

// Name is what the language is called in itself.
func (l Lang) Name() string {
	return map[Lang]string{Arabic: "العربية", Sorani: "کوردی", English: "English"}[l]
}

// Parse reads a language tag exactly as it is offered; false for anything else.
func Parse(tag string) (Lang, bool) {
	for _, l := range Langs {
		if string(l) == tag {
			return l, true
		}
	}
	return Arabic, false
}

var matcher = language.NewMatcher([]language.Tag{language.MustParse("ar-IQ"), language.MustParse("ckb"), language.English})

// Negotiate picks the language for an Accept-Language header, Arabic when it names none of ours.
func Negotiate(accept string) Lang {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return Arabic
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return Arabic
	}
	return Langs[i]
}

//go:embed catalogue/*.json
var files embed.FS

// Catalogue is all that can be said in one language. It is safe for concurrent use.
type Catalogue struct {
	Lang   Lang
	plain  map[string]string // messages without a plural or a gap, by far the most
	all    map[string]bool
	plural *i18n.Localizer
}

var catalogues = load()

// For gives the catalogue of a language.
func For(l Lang) *Catalogue { return catalogues[l] }

// load reads the embedded catalogues. That they can be read is tested: a failure is a defect of the program, not of any input.
func load() map[Lang]*Catalogue {
	bundle := i18n.NewBundle(language.Arabic)
	out := make(map[Lang]*Catalogue, len(Langs))
	for _, l := range Langs {
		c := &Catalogue{Lang: l, plain: map[string]string{}, all: map[string]bool{}}
		for _, subject := range subjects {
			file, err := bundle.LoadMessageFileFS(files, "catalogue/"+subject+"."+string(l)+".json")
			if err != nil {
				panic(fmt.Sprintf("text: embedded catalogue: %v", err))
			}
			for _, m := range file.Messages {
				c.all[m.ID] = true
				if m.One == "" && m.Zero == "" && !strings.Contains(m.Other, "{{") {
					c.plain[m.ID] = m.Other
				}
			}
		}
		c.plural = i18n.NewLocalizer(bundle, string(l))
		out[l] = c
	}
	return out
}

// subjects are the files of each language.
var subjects = []string{"page", "term", "rule"}

// T gives the text under a key, with its gaps filled from pairs of a name and a value. A key that is missing is shown
// itself: a test keeps that from happening.
func (c *Catalogue) T(key string, pairs ...any) string {
	if s, ok := c.plain[key]; ok {
		return s
	}
	if !c.all[key] {
		return key
	}
	return c.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: gaps(pairs)}, key)
}

// Count gives the text under a key in the plural form for n. The gap {{.N}} is n in the digits of the language.
func (c *Catalogue) Count(key string, n int, pairs ...any) string {
	if !c.all[key] {
		return key
	}
	data := gaps(pairs)
	data["N"] = c.N(n)
	return c.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n}, key)
}

func (c *Catalogue) localize(cfg *i18n.LocalizeConfig, key string) string {
	s, err := c.plural.Localize(cfg)
	if err != nil {
		return key
	}
	return s
}

func gaps(pairs []any) map[string]any {
	m := make(map[string]any, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}

// Has reports whether the catalogue has the key.
func (c *Catalogue) Has(key string) bool { return c.all[key] }

// Keys lists the keys of the catalogue, in no order.
func (c *Catalogue) Keys() []string {
	keys := make([]string, 0, len(c.all))
	for k := range c.all {
		keys = append(keys, k)
	}
	return keys
}

// Pick chooses the name in the language of the catalogue, else in another, else the code itself.
func (c *Catalogue) Pick(names map[string]string, code string) string {
	for _, l := range append([]Lang{c.Lang}, Langs...) {
		if n := names[string(l)]; n != "" {
			return n
		}
	}
	return code
}
