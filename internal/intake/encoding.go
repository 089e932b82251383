package intake

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	utf "golang.org/x/text/encoding/unicode"

	"amana/internal/fault"
)

// charset is an encoding of text by the name that the report states; a nil decoder is UTF-8.
type charset struct {
	name string
	enc  encoding.Encoding
	bom  int // bytes to skip
}

var (
	utf16LE = utf.UTF16(utf.LittleEndian, utf.IgnoreBOM)
	utf16BE = utf.UTF16(utf.BigEndian, utf.IgnoreBOM)
	// legacy are the one-byte encodings of the sources, the likeliest first.
	legacy = []charset{
		{name: "windows-1256", enc: charmap.Windows1256},
		{name: "windows-1252", enc: charmap.Windows1252},
		{name: "windows-1254", enc: charmap.Windows1254},
		{name: "windows-1251", enc: charmap.Windows1251},
	}
)

// charsetNamed looks up the encoding that the caller asked for.
func charsetNamed(name string) (charset, error) {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return charset{}, fault.New(fault.Invalid, ruleOptionEncoding, "there is no encoding %q", shorten(name, 40))
	}
	if known, err := htmlindex.Name(enc); err == nil {
		name = known
	}
	if name == "utf-8" {
		enc = nil
	}
	return charset{name: name, enc: enc}, nil
}

// charsetOf guesses the encoding from the beginning of a file.
func charsetOf(head []byte) charset {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return charset{name: "utf-8", bom: 3}
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return charset{name: "utf-16le", enc: utf16LE, bom: 2}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return charset{name: "utf-16be", enc: utf16BE, bom: 2}
	}
	if c, ok := wide(head); ok {
		return c
	}
	if mostlyUTF8(head) {
		return charset{name: "utf-8"}
	}
	return oneByte(head)
}

// wide recognises UTF-16 without a byte order mark by the zero bytes of its separators, digits and line ends.
func wide(head []byte) (charset, bool) {
	var zero [2]int
	for i, c := range head {
		if c == 0 {
			zero[i&1]++
		}
	}
	switch {
	case zero[1] > 3*zero[0] && zero[1] > len(head)/20:
		return charset{name: "utf-16le", enc: utf16LE}, true
	case zero[0] > 3*zero[1] && zero[0] > len(head)/20:
		return charset{name: "utf-16be", enc: utf16BE}, true
	}
	return charset{}, false
}

// mostlyUTF8 accepts UTF-8 with a few damaged characters, which are replaced and reported where they stand:
// in a one-byte encoding of Arabic or Turkish hardly any letter happens to be valid.
func mostlyUTF8(head []byte) bool {
	good, bad := 0, 0
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		switch {
		case r == utf8.RuneError && n == 1 && !utf8.FullRune(head):
			return bad*50 <= good // cut at the end of what was looked at
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		head = head[n:]
	}
	return bad*50 <= good
}

// oneByte chooses among the legacy encodings the one in which most headings are known, and where that does not settle it,
// by how the letters stand together.
func oneByte(head []byte) charset {
	byLetters := byLetters(head)
	// Headings that are plain ASCII read alike in every encoding and settle nothing.
	most := knownHeadings(asciiOnly(head), ",;\t|")
	choice := byLetters
	for _, c := range legacy {
		text, err := c.enc.NewDecoder().Bytes(head)
		if err != nil {
			continue
		}
		n := knownHeadings(string(text), ",;\t|")
		if n > most || n == most && choice.name != byLetters.name && c.name == byLetters.name {
			choice, most = c, n
		}
	}
	return choice
}

// asciiOnly puts a letter of no heading in the place of what is not ASCII.
func asciiOnly(head []byte) string {
	b := bytes.Clone(head)
	for i, c := range b {
		if c >= utf8.RuneSelf {
			b[i] = '~'
		}
	}
	return string(b)
}

// byLetters tells Arabic, whose letters stand together, from Latin text with single letters above ASCII.
func byLetters(head []byte) charset {
	text, _ := charmap.Windows1256.NewDecoder().Bytes(head)
	together, mixed := 0, 0
	last := ' '
	for _, r := range string(text) {
		if unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r) {
			switch {
			case unicode.Is(unicode.Arabic, last):
				together++
			case unicode.Is(unicode.Latin, last):
				mixed++
			}
		}
		last = r
	}
	if together > mixed {
		return legacy[0]
	}
	for _, c := range []byte{0xfd, 0xfe, 0xf0, 0xdd, 0xde, 0xd0} {
		if bytes.IndexByte(head, c) >= 0 {
			return legacy[2] // ı ş ğ İ Ş Ğ, in windows-1252 the rare letters of Icelandic
		}
	}
	return legacy[1]
}

// knownHeadings counts the known headings in the best of the first lines of a text.
func knownHeadings(text, separators string) int {
	most := 0
	for i, ln := range firstLines(text) {
		if i >= headerRows {
			break
		}
		n := 0
		for cell := range strings.FieldsFuncSeq(ln, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
			if len(cell) < 200 {
				if _, ok := known().exact[fold(cell)]; ok {
					n++
				}
			}
		}
		most = max(most, n)
	}
	return most
}

// firstLines gives the lines with writing at the beginning of a text, as many as the header is searched in.
func firstLines(text string) []string {
	list := make([]string, 0, headerRows)
	for ln := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if strings.TrimSpace(ln) != "" {
			if list = append(list, shorten(ln, 20_000)); len(list) == headerRows {
				break
			}
		}
	}
	return list
}

// binary reports whether decoded text is none: every tenth character controls something.
func binary(text string) bool {
	n, control := 0, 0
	for _, r := range text {
		n++
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			control++
		}
	}
	return control*10 > n
}
