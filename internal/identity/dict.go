package identity

import (
	"math"
	"sync"

	"amana/internal/name"
)

// dict gives each part of a name that the index holds a number, so that ten million people need not keep their letters.
type dict struct {
	mu     sync.RWMutex
	number map[name.Token]uint32
	tokens []*name.Token
}

func newDict() dict { return dict{number: map[name.Token]uint32{}} }

// bare is what of a token is compared: without the text as written, which would make each spelling another.
func bare(t *name.Token) name.Token {
	b := *t
	b.Raw = ""
	return b
}

func (d *dict) add(t *name.Token) uint32 {
	b := bare(t)
	d.mu.RLock()
	n, ok := d.number[b]
	d.mu.RUnlock()
	if ok {
		return n
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if n, ok := d.number[b]; ok {
		return n
	}
	n = uint32(len(d.tokens))
	d.tokens = append(d.tokens, &b)
	d.number[b] = n
	return n
}

// all gives the tokens so far; they are only ever added to.
func (d *dict) all() []*name.Token {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.tokens
}

// A packed record is a run of words. The highest three bits of each say what it is.
const (
	wordToken  = uint32(iota) << 29 // the next part of a name
	wordName                        // the first part of a name
	wordKunya                       //
	wordMother                      // the next part of the mother's name; its first has bit 28
	wordBirth                       // year 14 bits, month 4, day 5, approximate 1
	wordNation                      // country 15 bits
	wordWide                        // number of a document or photograph, in the index's table
	wordSex                         //
	wordMask   = uint32(7) << 29
	wordFirst  = uint32(1) << 28
)

// pack appends a record's words.
func (x *Index) pack(dst []uint32, r *Record, wide func(w wideKey) uint32) []uint32 {
	dst = append(dst, wordSex|uint32(r.sex))
	for _, tokens := range r.names {
		for i, t := range tokens {
			tag := wordToken
			if i == 0 {
				tag = wordName
			}
			dst = append(dst, tag|x.dict.add(t))
		}
	}
	for _, t := range r.kunyas {
		dst = append(dst, wordKunya|x.dict.add(t))
	}
	for _, tokens := range r.mothers {
		for i, t := range tokens {
			tag := wordMother
			if i == 0 {
				tag |= wordFirst
			}
			dst = append(dst, tag|x.dict.add(t))
		}
	}
	for _, b := range r.births {
		w := wordBirth | uint32(min(b.year, math.MaxInt16))<<10&(1<<24-1) | uint32(b.month)<<6 | uint32(b.day)<<1
		if b.approx {
			w |= 1
		}
		dst = append(dst, w)
	}
	for _, n := range r.nations {
		dst = append(dst, wordNation|uint32(n))
	}
	for _, d := range r.documents {
		dst = append(dst, wordWide|wide(wideKey{document: d}))
	}
	for _, p := range r.photos {
		dst = append(dst, wordWide|wide(wideKey{photo: p}))
	}
	return dst
}

// wideKey is what does not fit into a word.
type wideKey struct {
	document document
	photo    uint64
}

// unpack fills a record, reusing its memory.
func (r *Record) unpack(words []uint32, tokens []*name.Token, wide []wideKey) {
	r.reset()
	for _, w := range words {
		v := w &^ wordMask
		switch w & wordMask {
		case wordSex:
			r.sex = sexOf(v)
		case wordName:
			r.names = grow(r.names)
			r.names[len(r.names)-1] = append(r.names[len(r.names)-1], tokens[v])
		case wordToken:
			r.names[len(r.names)-1] = append(r.names[len(r.names)-1], tokens[v])
		case wordKunya:
			r.kunyas = append(r.kunyas, tokens[v])
		case wordMother:
			if v&wordFirst != 0 {
				r.mothers = grow(r.mothers)
			}
			r.mothers[len(r.mothers)-1] = append(r.mothers[len(r.mothers)-1], tokens[v&^wordFirst])
		case wordBirth:
			r.births = append(r.births, birth{year: int16(v >> 10), month: int8(v >> 6 & 15), day: int8(v >> 1 & 31), approx: v&1 == 1})
		case wordNation:
			r.nations = append(r.nations, nation(v))
		case wordWide:
			if k := wide[v]; k.photo != 0 {
				r.photos = append(r.photos, k.photo)
			} else {
				r.documents = append(r.documents, k.document)
			}
		}
	}
}

func (r *Record) reset() {
	r.names, r.kunyas, r.mothers, r.births = r.names[:0], r.kunyas[:0], r.mothers[:0], r.births[:0]
	r.nations, r.documents, r.photos, r.sex = r.nations[:0], r.documents[:0], r.photos[:0], 0
}

// grow adds an empty name, with the memory of one that was there before.
func grow(names [][]*name.Token) [][]*name.Token {
	if len(names) < cap(names) {
		names = names[:len(names)+1]
		names[len(names)-1] = names[len(names)-1][:0]
		return names
	}
	return append(names, nil)
}
