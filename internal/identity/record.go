package identity

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"amana/internal/civil"
	"amana/internal/name"
	"amana/internal/person"
)

// Bounds of what is compared of one description; what is beyond is left out, so that hostile input costs no more than other.
const (
	maxNames     = 12
	maxBirths    = 4
	maxClaims    = 8
	maxDocuments = 8
)

// Record is one description of a person, prepared for comparison. It does not change.
type Record struct {
	names     [][]*name.Token // the name and aliases, fullest first
	kunyas    []*name.Token
	mothers   [][]*name.Token
	births    []birth
	sex       person.Sex
	nations   []nation
	documents []document
	photos    []uint64
}

// birth is a date of birth as it is compared.
type birth struct {
	year       int16
	month, day int8
	approx     bool
}

// assigned reports a 1 January, which is given to many whose day nobody knows.
func (b birth) assigned() bool { return b.month == 1 && b.day == 1 }

// exact reports whether a day is known that is worth being compared.
func (b birth) exact() bool { return b.day > 0 && !b.assigned() && !b.approx }

// nation is a country code of three letters in five bits each.
type nation uint16

func nationOf(code string) (n nation) {
	if len(code) != 3 {
		return 0
	}
	for i := range 3 {
		c := code[i] | 0x20
		if c < 'a' || c > 'z' {
			return 0
		}
		n = n<<5 | nation(c-'a'+1)
	}
	return n
}

func (n nation) String() string {
	return string([]byte{byte(n>>10&31) + '@', byte(n>>5&31) + '@', byte(n&31) + '@'})
}

type document struct {
	number uint64 // a hash of number, in capital letters and digits only
	kind   uint32 // a hash of type and country, 0 when one is unknown
}

// Record prepares a description. Whatever is in it, the answer is a record: what cannot be read is left out.
func (m *Model) Record(d person.Details) *Record {
	r := &Record{sex: d.Sex}
	for _, n := range d.Names[:min(len(d.Names), maxNames)] {
		tokens := pointers(name.Parse(n.Raw))
		if len(tokens) == 0 {
			continue
		}
		switch n.Kind {
		case "kunya":
			r.kunyas = append(r.kunyas, kunya(tokens))
		case "mother":
			r.mothers = append(r.mothers, tokens)
		default:
			r.addName(tokens)
		}
	}
	for _, b := range append([]civil.Date{d.Birth.Date}, d.OtherBirths...) {
		if b.Year > 0 && b.Year < 10000 && len(r.births) < maxBirths {
			one := birth{int16(b.Year), int8(b.Month), int8(b.Day), b.Approx || d.Birth.Method == civil.ByAge && b == d.Birth.Date}
			if !slices.Contains(r.births, one) {
				r.births = append(r.births, one)
			}
		}
	}
	for _, c := range d.Claims[:min(len(d.Claims), maxClaims)] {
		if n := nationOf(c.Country); n != 0 && !slices.Contains(r.nations, n) {
			r.nations = append(r.nations, n)
		}
	}
	slices.Sort(r.nations)
	for _, doc := range d.Documents[:min(len(d.Documents), maxDocuments)] {
		if n := number(doc.Number); n != 0 {
			one := document{number: n}
			if doc.Type != "" && doc.Country != "" {
				one.kind = uint32(hash64(strings.ToLower(doc.Type) + "/" + strings.ToUpper(doc.Country)))
			}
			r.documents = append(r.documents, one)
		}
	}
	for _, p := range d.Photos[:min(len(d.Photos), maxDocuments)] {
		if p != "" {
			r.photos = append(r.photos, hash64(p))
		}
	}
	return r
}

// addName keeps the fullest names first, and leaves out an alias that is only a shorter form of another name: a short form agrees with
// too many.
func (r *Record) addName(tokens []*name.Token) {
	own := tokens[:0:0]
	for _, t := range tokens {
		if t.Role == name.Kunya {
			r.kunyas = append(r.kunyas, t)
		} else {
			own = append(own, t)
		}
	}
	if tokens = own; len(tokens) == 0 {
		return
	}
	for i, other := range r.names {
		switch {
		case within(tokens, other):
			return
		case within(other, tokens):
			r.names[i] = tokens
			return
		}
	}
	r.names = append(r.names, tokens)
	slices.SortStableFunc(r.names, func(a, b []*name.Token) int { return len(b) - len(a) })
}

// within reports whether every part of one name, spelled the same or nearly, is in the other.
func within(short, long []*name.Token) bool {
	if len(short) > len(long) {
		return false
	}
	for i := range short {
		if !slices.ContainsFunc(long, func(t *name.Token) bool { return name.Distance(short[i], t, 0.1) <= 0.1 }) {
			return false
		}
	}
	return true
}

// kunya makes one part of a kunya however it was written.
func kunya(tokens []*name.Token) *name.Token {
	for _, t := range tokens {
		if t.Role == name.Kunya {
			return t
		}
	}
	return tokens[0]
}

func pointers(tokens []name.Token) []*name.Token {
	out := make([]*name.Token, len(tokens))
	for i := range tokens {
		out[i] = &tokens[i]
	}
	return out
}

func number(s string) uint64 {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
	if len(s) < 4 || len(s) > 64 { // too short to tell anybody apart
		return 0
	}
	return hash64(s)
}

func hash64(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}
