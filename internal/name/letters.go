package name

// arabic gives the sounds of the letters of Arabic, Persian, Sorani, Uyghur and Urdu. Short vowels are not written in Arabic;
// a token without any of the vowel letters of Sorani or Uyghur is marked as such (Token.Abjad).
var arabic = map[rune]string{
	'ا': "a", 'أ': "a", 'إ': "i", 'آ': "a", 'ٱ': "a", 'ب': "b", 'ة': "a", 'ت': "t", 'ث': "T", 'ج': "J", 'ح': "h", 'خ': "X", 'د': "d",
	'ذ': "D", 'ر': "r", 'ز': "z", 'س': "s", 'ش': "S", 'ص': "s", 'ض': "D", 'ط': "t", 'ظ': "D", 'ع': "a", 'غ': "G", 'ف': "f", 'ق': "k",
	'ك': "k", 'ل': "l", 'م': "m", 'ن': "n", 'ه': "h", 'و': "w", 'ي': "y", 'ى': "Y", 'ء': "", 'ئ': "y", 'ؤ': "w",
	// Persian, Kurdish, Urdu, Uyghur
	'پ': "p", 'چ': "C", 'ژ': "Z", 'گ': "g", 'ڤ': "v", 'ک': "k", 'ی': "y", 'ے': "e", 'ە': "e", 'ێ': "e", 'ۆ': "o", 'ڕ': "r", 'ڵ': "l",
	'ھ': "h", 'ہ': "h", 'ڭ': "n", 'ې': "i", 'ۇ': "u", 'ۈ': "u", 'ۋ': "v", 'ٹ': "t", 'ڈ': "d", 'ڑ': "r", 'ں': "n", 'ڨ': "g", 'ڢ': "f",
	'ۃ': "a", 'ڌ': "D", 'ٺ': "t", 'ڼ': "n", 'ړ': "r", 'ږ': "Z", 'ښ': "S", 'څ': "s", 'ځ': "z", 'ټ': "t", 'ډ': "d",
}

// fullVowels are letters of Arabic script that only alphabets with written vowels have.
const fullVowels = "ەێۆۇۈې"

// cyrillic gives the sounds of the Cyrillic letters of Russian, Ukrainian, Belarusian, Serbian, Bulgarian and of the Turkic and Caucasian languages.
var cyrillic = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "G", 'ґ': "g", 'д': "d", 'е': "e", 'ё': "yo", 'є': "ye", 'ж': "Z", 'з': "z", 'и': "i", 'і': "i", 'ї': "yi",
	'й': "y", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ў': "w", 'ф': "f", 'х': "X",
	'ц': "q", 'ч': "C", 'ш': "S", 'щ': "S", 'ъ': "", 'ы': "i", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya", 'ӏ': "",
	'ә': "a", 'ғ': "G", 'қ': "k", 'ң': "n", 'ө': "o", 'ұ': "u", 'ү': "u", 'һ': "h", 'ҳ': "h", 'ҷ': "J", 'ӣ': "i", 'ӯ': "u", 'ҹ': "J", 'ҝ': "g",
	'ј': "y", 'љ': "l", 'њ': "n", 'ћ': "C", 'ђ': "J", 'џ': "J", 'ѓ': "g", 'ќ': "k", 'ѕ': "z",
}

// latin gives the sounds of Latin letters that are more than a letter with an accent. Sounds in capitals are final; small letters are read
// on with their neighbours (sh, kh …).
var latin = map[rune]string{
	'ş': "S", 'ș': "S", 'š': "S", 'ŝ': "S", 'ś': "S", 'ç': "V", 'č': "C", 'ć': "C", 'ĉ': "C", 'ž': "Z", 'ź': "Z", 'ż': "Z", 'ğ': "G", 'ġ': "G", 'ĝ': "J", 'ǧ': "J",
	'ḫ': "X", 'ẖ': "X", 'ḵ': "X", 'đ': "d", 'ð': "D", 'ḏ': "D", 'ẕ': "D", 'þ': "T", 'ṯ': "T", 'ß': "s", 'ı': "i", 'ə': "a", 'ø': "o", 'œ': "o", 'æ': "a", 'å': "o",
	'ł': "l", 'ŋ': "n", 'ħ': "h", 'ĥ': "h", 'ţ': "t", 'ț': "t", 'ʻ': "", 'ʿ': "", 'ʾ': "", 'ʼ': "", 'ʹ': "",
}

// The alphabet of sounds: a e i o u, y w (half vowels), b p t d k g f v s z h l m n r; X kh, G gh, T th, D dh, S sh, C tch, J dj, Z zh; and
// letters whose sound depends on the language: Y (a final a or i of Arabic), j, c (k, or the Turkish dj), q (c before e and i: s, ts or dj), Q (ch), x (ks, kh, sh or h).

// digraph is a run of Latin letters that stands for one sound; the longest come first.
type digraph struct{ letters, sound string }

var digraphs = map[byte][]digraph{
	't': {{"tsch", "C"}, {"tch", "C"}, {"tj", "C"}, {"th", "T"}, {"ts", "q"}, {"tz", "q"}},
	'd': {{"dsch", "J"}, {"dzh", "J"}, {"dj", "J"}, {"dh", "D"}},
	's': {{"shch", "S"}, {"sch", "S"}, {"sh", "S"}},
	'k': {{"kh", "X"}, {"ks", "x"}},
	'c': {{"cz", "C"}, {"ch", "Q"}, {"ck", "k"}, {"ce", "qe"}, {"ci", "qi"}, {"cy", "qi"}},
	'z': {{"zh", "Z"}},
	'g': {{"gue", "ge"}, {"gui", "gi"}, {"gh", "G"}},
	'p': {{"ph", "f"}},
	'q': {{"que", "ke"}, {"qui", "ki"}, {"q", "k"}},
	'o': {{"ou", "u"}, {"oo", "u"}, {"ow", "aw"}, {"oe", "o"}},
	'u': {{"ue", "u"}},
	'e': {{"ee", "i"}, {"ei", "ay"}, {"ey", "ay"}, {"eu", "u"}},
	'a': {{"ai", "ay"}, {"au", "aw"}, {"ae", "a"}},
	'i': {{"ij", "i"}},
	'V': {{"V", "q"}}, // c with a cedilla: French s, Turkish tch
}

func isVowel(b byte) bool { return b == 'a' || b == 'e' || b == 'i' || b == 'o' || b == 'u' }

// sounds turns Latin letters, some of them already final sounds, into sounds.
func sounds(letters []byte) []byte {
	out := make([]byte, 0, len(letters))
scan:
	for i := 0; i < len(letters); {
		for _, d := range digraphs[letters[i]] {
			if n := len(d.letters); i+n <= len(letters) && string(letters[i:i+n]) == d.letters {
				out = append(out, d.sound...)
				i += n
				continue scan
			}
		}
		out = append(out, letters[i])
		i++
	}
	return out
}

// plain takes out what spellings of one sound differ in: doubled letters, and an h that only lengthens the last vowel.
func plain(s []byte) []byte {
	out := s[:0]
	for _, b := range s {
		if n := len(out); n > 0 && out[n-1] == b {
			continue
		}
		out = append(out, b)
	}
	if n := len(out); n > 2 && out[n-1] == 'h' && isVowel(out[n-2]) {
		out = out[:n-1]
	}
	return out
}
