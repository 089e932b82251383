package person

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters folds spellings of one letter into one: what Unicode does not decompose of alef and its hamzas, ya, kaf, ha and ta
// marbuta, the Kurdish and Persian forms (the Kurdish a is written as ha and a non-joiner by old keyboards), and the Latin
// letters that machines and passports write plainly.
var letters = strings.NewReplacer(
	"ٱ", "ا", "ى", "ي", "ی", "ي", "ک", "ك", "ة", "ه", "ە", "ه", "ه\u200c", "ه", "ھ", "ه", "ـ", "", "ڵ", "ل", "ڕ", "ر", "ۆ", "و", "ێ", "ي", "ء", "",
	"ı", "i", "ø", "o", "đ", "d", "ł", "l", "ß", "ss", "æ", "ae",
)

// Fold reduces a name to what a search compares: lower case, no marks, one form of each letter, single blanks. Marks are those
// over and under letters and those of direction.
func Fold(name string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Bidi_Control) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToValidUTF8(name, " ")))
	words := strings.FieldsFunc(letters.Replace(strings.ToLower(norm.NFC.String(plain))), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, " ")
}
