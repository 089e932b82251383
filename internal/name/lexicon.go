package name

import (
	_ "embed"
	"strings"
	"sync"
)

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
