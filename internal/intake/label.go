package intake

import (
	_ "embed" // the tables of labels
	"strings"
	"sync"
)

//go:embed labels.tsv
var labelTable string

// labels holds, for each kind of label, the value that a folded label stands for.
var labels = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, line := range table(labelTable) {
		kind := all[line[0]]
		if kind == nil {
			kind = map[string]string{}
			all[line[0]] = kind
		}
		for l := range strings.SplitSeq(line[2], "|") {
			kind[fold(l)] = line[1]
		}
	}
	return all
})

// is reports whether a folded text is a label of the kind.
func is(kind, folded string) bool {
	_, ok := labels()[kind][folded]
	return ok
}

// mentions reports whether one of the words of a folded text is a label of the kind.
func mentions(kind, folded string) bool {
	words := labels()[kind]
	for w := range strings.FieldsSeq(folded) {
		if _, ok := words[w]; ok {
			return true
		}
	}
	return false
}

// table splits an embedded table into its lines and columns, without blank lines and comments.
func table(text string) [][]string {
	var lines [][]string
	for l := range strings.Lines(text) {
		if l = strings.TrimSuffix(l, "\n"); l != "" && l[0] != '#' {
			lines = append(lines, strings.Split(l, "\t"))
		}
	}
	return lines
}

// language gives the BCP 47 tag of a language as a source names it; ok is false when the label is not known.
func language(label string) (tag string, ok bool) {
	tag, ok = labels()["language"][fold(label)]
	return tag, ok
}

// documentType gives the usual word for a kind of document, or the source's own when there is none.
func documentType(label string) string {
	if t, ok := labels()["document"][fold(label)]; ok {
		return t
	}
	return label
}
