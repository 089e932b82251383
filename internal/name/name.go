// Package name reads names of people as they are written in Arabic, Sorani, Persian, Latin and Cyrillic letters, finds their parts, and
// tells how far two parts are apart by how they sound.
//
// Nothing is concluded from a name about the person: not origin, not nationality, not sex (norms G6). The raw text stays with who keeps it;
// what is made here only finds and compares.
package name

import (
	"math/bits"
	"strings"
)

// Version numbers the rules of this package. What was computed under another version has to be computed again.
const Version = 1

// Role is what a part is within a name.
type Role uint8

// Roles, in the order in which a full Arabic name has them.
const (
	Given Role = iota
	Father
	Grandfather
	GreatGrandfather
	Ancestor // further up
	Laqab    // an epithet with the article, al-Hakim
	Nisba    // where a family comes from, al-Baghdadi
	Family
	Kunya // Abu Ali, Umm Hassan: named after a child
	Title // Haji, Sheikh, Dr
)

var roleNames = [...]string{"given", "father", "grandfather", "great_grandfather", "ancestor", "laqab", "nisba", "family", "kunya", "title"}

// String gives the stable code of a role.
func (r Role) String() string { return roleNames[r] }

// Token is one part of a name: a word, or words that make one part (Abd al-Rahman, Salah al-Din, Abu Ali).
type Token struct {
	Raw     string // as written
	Form    string // as it sounds, without article; the alphabet is this package's own
	Alt     string // another reading, with the article in it; empty when there is none
	Key     uint32 // of the skeleton of consonants, coarse: spellings of one name nearly always share it
	Alike   uint32 // of another reading of the skeleton, 0 when there is none
	Role    Role
	Abjad   bool // written without short vowels
	Initial bool // one letter that stands for a part
	Article bool
	Variant bool // Form is that of a family of names (Mehmet, Mohammed), see variants.tsv
	mass    int16
	bones   int8   // consonants of the skeleton
	marks   uint32 // which classes of consonants there are, and which of them twice
}

// Bones is the number of consonants of the skeleton that Key was made from.
func (t *Token) Bones() int { return int(t.bones) }

// Size bounds of what is read of one name; the rest of a longer text is left out.
const (
	maxRunes = 400
	// MaxTokens is how many parts of a name are compared.
	MaxTokens = 12
)

// Distance tells how far two parts are apart by their sounds: 0 is the same, 1 and more has nothing in common. It is symmetric.
// What is farther than limit is told as some number above limit.
func Distance(a, b *Token, limit float32) float32 {
	if a.Form == b.Form {
		return 0
	}
	differ := 2 // classes of consonants that an error or two can change
	switch {
	case min(a.bones, b.bones) >= 5:
		differ = 4
	case a.Abjad != b.Abjad:
		differ = 3
	}
	if bits.OnesCount32(a.marks^b.marks) > differ && (a.Alt == "" && b.Alt == "" || bits.OnesCount32(a.marks^b.marks) > differ+2) {
		return limit + 1
	}
	return distanceOf(a, b, limit)
}

func distanceOf(a, b *Token, limit float32) float32 {
	free := a.Abjad != b.Abjad
	ma, mb := int(a.mass), int(b.mass)
	if free { // the side that writes vowels is heavier by them
		ma, mb = min(ma, mb), min(ma, mb)
	}
	whole := max(float32(ma+mb)/2, 90)
	most := int(limit * whole)
	if !free && max(ma-mb, mb-ma) > most && a.Alt == "" && b.Alt == "" {
		return limit + 1
	}
	d := distance(a.Form, b.Form, free, most)
	if d > 12 && (a.Alt != "" || b.Alt != "") {
		if a.Alt != "" {
			d = min(d, distance(a.Alt, b.Form, free, most)+3)
		}
		if b.Alt != "" {
			d = min(d, distance(a.Form, b.Alt, free, most)+3)
		}
		if a.Alt != "" && b.Alt != "" {
			d = min(d, distance(a.Alt, b.Alt, free, most))
		}
	}
	if d > most {
		return limit + 1
	}
	return float32(d) / whole
}

// Join is the part that two neighbouring parts would be if they were written as one.
func Join(a, b *Token) Token {
	form := a.Form + b.Form
	if b.Alt != "" && b.Article {
		form = a.Form + b.Alt
	}
	return finish(Token{Raw: a.Raw + b.Raw, Form: string(plain([]byte(cut(form)))), Abjad: a.Abjad && b.Abjad, Role: a.Role})
}

// JoinKey is the key of the part that two neighbouring parts would be if they were written as one.
func JoinKey(a, b *Token) uint32 {
	t := Join(a, b)
	return t.Key
}

// MayJoin reports whether two neighbouring parts might be the third written apart: cheaply, before they are joined and compared.
func MayJoin(whole, a, b *Token) bool {
	const once = 1<<len(classes) - 1
	n := whole.bones - a.bones - b.bones
	return len(whole.Form) >= 4 && max(n, -n) <= 1 && bits.OnesCount32((a.marks|b.marks)&once^whole.marks&once) <= 1
}

// Begins reports whether one part is an abbreviation of the other: its first sound, or its beginning.
func Begins(a, b *Token) bool {
	if len(a.Form) > len(b.Form) {
		a, b = b, a
	}
	if a.Form == "" || len(a.Form) == len(b.Form) {
		return false
	}
	if a.Initial {
		return change[a.Form[0]&127][b.Form[0]&127] <= 30 || isVowel(a.Form[0]) && isVowel(b.Form[0])
	}
	least := 2
	if a.Abjad {
		least = 1
	}
	last := a.Form[len(a.Form)-1]
	return len(a.Form) >= 2 && len(a.Form) <= 3 && !isVowel(last) && b.Form[:len(a.Form)] == a.Form && len(b.Form)-len(a.Form) >= least
}

func cut(form string) string {
	if len(form) > maxSounds {
		return form[:maxSounds]
	}
	return form
}

// finish computes what follows from the form.
func finish(t Token) Token {
	t.Form, t.Alt = cut(t.Form), cut(t.Alt)
	t.mass = int16(mass(t.Form))
	var alike bool
	var a, b [8]byte
	n, m := 0, 0
	if t.Form != "" && open(t.Form[0]) {
		a[0], b[0], n, m = 'a', 'a', 1, 1
	} else if t.Form != "" && strings.IndexByte("jvh", t.Form[0]) >= 0 { // which some languages drop or read as a vowel
		b[0], m = 'a', 1
	}
	for i := range len(t.Form) {
		x, y := bone(t.Form[i]), otherBone(t.Form[i])
		if y == 0 {
			y = x
		}
		if x > ' ' && y == x { // a sound that languages hear alike
			if bit := uint32(1) << strings.IndexByte(classes, x); t.marks&bit == 0 {
				t.marks |= bit
			} else {
				t.marks |= bit << len(classes)
			}
		}
		if x > ' ' && n < len(a) && (n == 0 || a[n-1] != x) {
			a[n], n = x, n+1
		}
		if y > ' ' && m < len(b) && (m == 0 || b[m-1] != y) {
			b[m], m = y, m+1
		}
		alike = alike || x != y
	}
	t.bones = int8(n)
	if a[0] == 'a' {
		t.bones--
	}
	t.Key = hash(a[:n])
	if alike {
		if k := hash(b[:m]); k != t.Key {
			t.Alike = k
		}
	}
	return t
}

// open reports whether a sound at the beginning counts as a vowel: Walid and Oualid, Yusuf and Iosif begin alike.
func open(c byte) bool { return isVowel(c) || c == 'y' || c == 'w' }

// classes are the classes of consonants.
const classes = "btsSkfmnlr"

// bone gives the class of a consonant in the skeleton, 0 for what skeletons leave out: vowels, y, w and h.
func bone(c byte) byte {
	switch c {
	case 'b', 'p':
		return 'b'
	case 't', 'd', 'T', 'D':
		return 't'
	case 's', 'z', 'q':
		return 's'
	case 'S', 'C', 'J', 'j', 'Z', 'Q':
		return 'S'
	case 'k', 'g', 'G', 'X', 'x', 'c':
		return 'k'
	case 'f', 'v':
		return 'f'
	case 'm', 'n', 'l', 'r':
		return c
	}
	return 0
}

// otherBone gives the second reading of sounds that languages hear differently, 0 where there is none.
func otherBone(c byte) byte {
	switch c {
	case 'T', 'D', 'Z':
		return 's'
	case 'z':
		return 't' // Ramazan and Ramadan
	case 'Q':
		return 'k' // German ch
	case 'X':
		return ' ' // kh as h
	case 'J':
		return 'k' // Egyptian g
	case 'c', 'q':
		return 'S' // Turkish c
	case 'v':
		return ' ' // Turkish v is Arabic w
	case 'G', 'j':
		return ' ' // Turkish ğ; German and Slavic j
	}
	return 0
}

// hash is FNV-1a over a skeleton.
func hash(skeleton []byte) uint32 {
	h := uint32(2166136261)
	for _, b := range skeleton {
		h = (h ^ uint32(b)) * 16777619
	}
	return h | 1
}

// Neighbours gives the keys of the skeleton with each of its consonants left out, one at a time: two skeletons that differ by one
// consonant share such a key, or one is the other's.
func (t *Token) Neighbours(out *[8]uint32) int {
	var skeleton [8]byte
	n := 0
	if t.Form != "" && open(t.Form[0]) {
		skeleton[0], n = 'a', 1
	}
	for i := range len(t.Form) {
		if b := bone(t.Form[i]); b > ' ' && n < len(skeleton) && (n == 0 || skeleton[n-1] != b) {
			skeleton[n], n = b, n+1
		}
	}
	for i := range n {
		var cut [8]byte
		k := copy(cut[:], skeleton[:i])
		k += copy(cut[k:], skeleton[i+1:n])
		out[i] = hash(cut[:k])
	}
	return n
}
