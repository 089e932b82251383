package identity

import (
	"amana/internal/name"
)

// Kinds of keys by which the index finds who may be meant. A key of one part alone finds too many at a million people: two parts
// together, or one with a date, do.
const (
	keyPair     = iota + 1 // two parts of a name, in any order
	keyYear                // a part and the year of birth
	keyDay                 // a part and day and month of birth
	keyBirth               // the full date of birth
	keyPart                // one part alone
	keyDocument            // a document's number
	keyPhoto
	keyTypo   // two parts, one of them without one of its consonants
	keyJoined // two neighbouring parts as if they were one
)

var keyNames = [...]string{"", "parts", "part_year", "part_day", "birth", "part", "document", "photo", "typing", "joined"}

// key is one hashed key; the kind is in its low four bits.
type key uint64

func (k key) kind() int { return int(k & 15) }

func mix(kind int, a, b uint64) key {
	h := a*0x9E3779B97F4A7C15 ^ b*0xC2B2AE3D27D4EB4F
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	h ^= h >> 32
	return key(h&^15 | uint64(kind))
}

func pairKey(a, b uint32) key { return mix(keyPair, uint64(min(a, b)), uint64(max(a, b))) }

// maxParts is how many parts of one name are indexed.
const maxParts = 7

// keys appends the keys of a record. A query asks for more than a record is filed under: for the years around, because a year is often
// off by one or two.
func keys(dst []key, r *Record, query bool) []key {
	for _, tokens := range r.names {
		parts := tokens[:min(len(tokens), maxParts)]
		for i, t := range parts {
			if t.Role == name.Title {
				continue
			}
			for _, u := range parts[:i] {
				if u.Role != name.Title {
					dst = pairKeys(dst, t, u)
				}
			}
			if t.Role != name.Kunya {
				for _, u := range r.kunyas[:min(len(r.kunyas), 2)] {
					dst = append(dst, pairKey(t.Key, u.Key))
				}
			}
			dst = dated(dst, t.Key, r.births, query)
			if t.Alike != 0 {
				dst = dated(dst, t.Alike, r.births, query)
			}
			dst = append(dst, mix(keyPart, uint64(t.Key), 0), mix(keyJoined, uint64(t.Key), 0))
			if t.Alike != 0 {
				dst = append(dst, mix(keyPart, uint64(t.Alike), 0))
			}
			if i > 0 && parts[i-1].Role != name.Title {
				dst = append(dst, mix(keyJoined, uint64(name.JoinKey(parts[i-1], t)), 0))
			}
			if t.Bones() >= 4 { // long enough to be recognised with a slip in it
				var cut [8]uint32
				dst = append(dst, mix(keyTypo, uint64(t.Key), 0))
				for _, k := range cut[:t.Neighbours(&cut)] {
					dst = append(dst, mix(keyTypo, uint64(k), 0))
				}
			}
		}
		if len(parts) <= 3 { // so little is there that one slip would hide it
			dst = typos(dst, parts)
		}
	}
	if len(r.names) == 0 {
		for _, k := range r.kunyas {
			dst = dated(dst, k.Key, r.births, query)
			dst = append(dst, mix(keyPart, uint64(k.Key), 0))
		}
	}
	for _, b := range r.births {
		if b.exact() {
			dst = append(dst, mix(keyBirth, uint64(b.year), uint64(b.month)<<5|uint64(b.day)))
		}
	}
	for _, d := range r.documents {
		dst = append(dst, mix(keyDocument, d.number, 0))
	}
	for _, p := range r.photos {
		dst = append(dst, mix(keyPhoto, p, 0))
	}
	return dst
}

func pairKeys(dst []key, a, b *name.Token) []key {
	dst = append(dst, pairKey(a.Key, b.Key))
	if a.Alike != 0 {
		dst = append(dst, pairKey(a.Alike, b.Key))
	}
	if b.Alike != 0 {
		dst = append(dst, pairKey(a.Key, b.Alike))
	}
	return dst
}

// dated appends the keys of a part with dates of birth.
func dated(dst []key, part uint32, births []birth, query bool) []key {
	for _, b := range births {
		around := 0
		if query {
			around = 2
			if b.approx {
				around = 3
			}
		}
		for y := int(b.year) - around; y <= int(b.year)+around; y++ {
			dst = append(dst, mix(keyYear, uint64(part), uint64(y)))
		}
		if b.exact() {
			dst = append(dst, mix(keyDay, uint64(part), uint64(b.month)<<5|uint64(b.day)))
			if query && b.day <= 12 && b.day != b.month {
				dst = append(dst, mix(keyDay, uint64(part), uint64(b.day)<<5|uint64(b.month)))
			}
		}
	}
	return dst
}

// typos appends, for each two parts, keys of the one with each of the consonants of the other left out.
func typos(dst []key, parts []*name.Token) []key {
	var cut [8]uint32
	for i, t := range parts {
		if t.Role == name.Title || t.Bones() < 3 {
			continue
		}
		n := t.Neighbours(&cut)
		for j, u := range parts {
			if j == i || u.Role == name.Title {
				continue
			}
			dst = append(dst, mix(keyTypo, uint64(t.Key), uint64(u.Key)))
			for _, k := range cut[:n] {
				dst = append(dst, mix(keyTypo, uint64(k), uint64(u.Key)))
			}
		}
	}
	return dst
}
