package person

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// letters folds spellings of one Arabic letter into one: alef with its hamzas, ya, kaf, ha and ta marbuta, Kurdish and Persian forms.
var letters = strings.NewReplacer(
	"أ", "ا", "إ", "ا", "آ", "ا", "ٱ", "ا", "ى", "ي", "ی", "ي", "ئ", "ي", "ؤ", "و", "ك", "ك", "ک", "ك", "ة", "ه", "ە", "ه",
	"ھ", "ه", "ـ", "", "ڵ", "ل", "ڕ", "ر", "ۆ", "و", "ێ", "ي", "ء", "",
)

// Fold reduces a name to what a search compares: lower case, no marks, one form of each letter, single blanks.
func Fold(name string) string {
	strip := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	plain, _, err := transform.String(strip, letters.Replace(name))
	if err != nil {
		plain = name
	}
	words := strings.FieldsFunc(strings.ToLower(letters.Replace(plain)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, " ")
}
