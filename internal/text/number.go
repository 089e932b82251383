package text

import (
	"strconv"
	"strings"
)

var arabicDigits = strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩")

// Digits writes the digits of a text as the language does: ٠١٢٣ in Arabic and Sorani. Codes keep the digits that are
// printed on labels and are not passed through here.
func (c *Catalogue) Digits(s string) string {
	if c.Lang == English {
		return s
	}
	return arabicDigits.Replace(s)
}

// N writes a number with the digits and the thousands separator of the language.
func (c *Catalogue) N(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "\u2212", s[1:] // U+2212, the minus sign
	}
	separator := "٬" // U+066C, the Arabic thousands separator
	if c.Lang == English {
		separator = ","
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(d)
	}
	return sign + c.Digits(b.String())
}

// Percent writes a share of a hundred, rounded.
func (c *Catalogue) Percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	n := c.N((part*100 + whole/2) / whole)
	if c.Lang == English {
		return n + "%"
	}
	return n + "٪"
}
