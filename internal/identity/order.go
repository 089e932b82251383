package identity

import "amana/internal/name"

// ordering is how the parts of one name stand in the other.
type ordering uint8

const (
	straight ordering = iota
	turned            // the family name first: "Lavrov, Sergei"
	shuffled          // Kawa son of Rizgar is not Rizgar son of Kawa
)

func (o ordering) bits(m *Model) int32 {
	if o == straight {
		return 0
	}
	return m.bits[NameOrder]
}

// ordered tells how the linked parts of b follow each other when those of a stand in their order.
func (al *alignment) ordered() ordering {
	n, descents := 0, 0
	head, last := int8(-1), int8(-1)
	for a := range int8(name.MaxTokens) {
		b := al.withB(a)
		if b < 0 {
			continue
		}
		if n++; n == 1 {
			head = b
		} else if b < last {
			descents++
		}
		last = b
	}
	switch {
	case descents == 0:
		return straight
	case descents == 1 && last < head:
		return turned
	}
	return shuffled
}

// withB is the part of b that a part of a is linked to, -1 when there is none.
func (al *alignment) withB(a int8) int8 {
	for i := range al.n {
		if l := &al.links[i]; l.a == a || l.a2 == a {
			return l.b
		}
	}
	return -1
}

// withA is the part of a that a part of b is linked to, -1 when there is none.
func (al *alignment) withA(b int8) int8 {
	for i := range al.n {
		if l := &al.links[i]; l.b == b || l.b2 == b {
			return l.a
		}
	}
	return -1
}

// headless reports whether the shorter name begins with the father's name or further up of the longer, and has nothing for its given name:
// so the record of a father looks. A leading Muhammad is often left out and says nothing.
func headless(long, short []*name.Token, inShort, inLong func(int8) int8) bool {
	if n := parts(short); n < 2 || n >= parts(long) {
		return false
	}
	head := first(long)
	return !long[head].Variant && inShort(head) < 0 && inLong(first(short)) > head
}
