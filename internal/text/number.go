package text

import (
	"math"
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

// Weight writes bits of evidence to a tenth, always with their sign: +5.2, −3.5. It reads from left to right.
func (c *Catalogue) Weight(bits float64) string {
	sign, tenths := "+", int64(math.Round(bits*10))
	switch {
	case tenths < 0:
		sign, tenths = "\u2212", -tenths
	case tenths == 0:
		sign = ""
	}
	point := "٫" // U+066B, the Arabic decimal separator
	if c.Lang == English {
		point = "."
	}
	return sign + c.Digits(strconv.FormatInt(tenths/10, 10)) + point + c.Digits(strconv.FormatInt(tenths%10, 10))
}

// OneIn says how many share what a part of people has, "about 1 in 25", to two figures; empty when it is not known or has everybody.
func (c *Catalogue) OneIn(share float64) string {
	if !(share > 0 && share < 1) {
		return ""
	}
	n := math.Min(1/share, 1e9)
	if unit := math.Pow(10, math.Floor(math.Log10(n))-1); unit > 1 {
		n = math.Round(n/unit) * unit
	}
	return c.T("evidence.one_in", "N", c.N(max(int(math.Round(n)), 2)))
}

// Decimal writes a number with so many decimals at most, and none that are zeros at the end.
func (c *Catalogue) Decimal(x float64, places int) string {
	whole, part, _ := strings.Cut(strconv.FormatFloat(math.Abs(x), 'f', places, 64), ".")
	part = strings.TrimRight(part, "0")
	n, err := strconv.Atoi(whole)
	if err != nil {
		return c.Digits(strconv.FormatFloat(x, 'g', -1, 64))
	}
	s := c.N(n)
	if part != "" {
		point := "٫" // U+066B, the Arabic decimal separator
		if c.Lang == English {
			point = "."
		}
		s += point + c.Digits(part)
	}
	if x < 0 && (n != 0 || part != "") {
		s = "\u2212" + s
	}
	return s
}
