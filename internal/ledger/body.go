package ledger

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"amana/internal/fault"
)

// Limits of a body; a larger or deeper one is refused with entry.body.
const (
	MaxBody    = 4 << 20 // bytes of a body
	maxMembers = 1024    // top-level members of data
	maxDepth   = 64      // nesting of data
	maxText    = 256     // bytes of kind and actor
)

// momentLayout is RFC 3339 in UTC with microseconds, the precision that both databases keep.
const momentLayout = "2006-01-02T15:04:05.000000Z"

// Header is the envelope of a body: what the log itself understands of an entry.
type Header struct {
	Site       string
	Epoch, Seq int64
	Kind       string
	OccurredAt time.Time // in the world
	RecordedAt time.Time // in the system
	Actor      string
	Person     int64     // 0 when the entry is about no single person; the next three are then zero
	PSeq       int64     // 1-based place in the person's chain
	Prev       Hash      // ID of the entry before in the chain, zero for the first
	ChainKey   *[32]byte // the key of the person's slots, on the first entry of the chain and on each arrival in a log
	Data       json.RawMessage
}

// append writes the canonical body. Every text must already satisfy isText, and Data be a compact JSON object.
func (h *Header) append(b []byte) []byte {
	text := func(member, value string) {
		b = append(append(append(b, member...), value...), '"')
	}
	number := func(member string, n int64) {
		b = strconv.AppendInt(append(b, member...), n, 10)
	}
	text(`{"site":"`, h.Site)
	number(`,"epoch":`, h.Epoch)
	number(`,"seq":`, h.Seq)
	text(`,"kind":"`, h.Kind)
	text(`,"occurred_at":"`, h.OccurredAt.Format(momentLayout))
	text(`,"recorded_at":"`, h.RecordedAt.Format(momentLayout))
	text(`,"actor":"`, h.Actor)
	if h.Person != 0 {
		number(`,"person":`, h.Person)
		number(`,"pseq":`, h.PSeq)
		text(`,"prev":"`, hex.EncodeToString(h.Prev[:]))
	}
	if h.ChainKey != nil {
		text(`,"chain_key":"`, hex.EncodeToString(h.ChainKey[:]))
	}
	b = append(b, `,"data":`...)
	return append(append(b, h.Data...), '}')
}

// field is one committed field: a member of the envelope, or a top-level member of data under the name "data.<member>".
type field struct {
	data        bool
	name, value []byte // as they stand in the body
}

// body is a parsed body whose texts are slices of it.
type body struct {
	fields             []field
	site, kind, actor  []byte
	epoch, seq         int64
	occurred, recorded time.Time
	person, pseq       int64
	prev               Hash
	key                [32]byte
	keyed              bool
	data               []byte
}

func (b *body) header() Header {
	h := Header{
		Site: string(b.site), Epoch: b.epoch, Seq: b.seq, Kind: string(b.kind), OccurredAt: b.occurred, RecordedAt: b.recorded,
		Actor: string(b.actor), Person: b.person, PSeq: b.pseq, Prev: b.prev, Data: b.data,
	}
	if b.keyed {
		key := b.key
		h.ChainKey = &key
	}
	return h
}

// parse reads a body and accepts only the canonical form: append of its header gives the same bytes. It reuses b.fields.
func (b *body) parse(text []byte) error {
	*b = body{fields: b.fields[:0]}
	switch {
	case len(text) > MaxBody:
		return fault.New(fault.TooLarge, "entry.body", "the body has %d bytes, more than %d", len(text), MaxBody)
	case !utf8.Valid(text) || !json.Valid(text):
		return fault.New(fault.Invalid, "entry.body", "the body is not JSON in UTF-8")
	}
	c := cursor{text: text}
	envelope := func(name string) []byte {
		f := c.member(name)
		b.fields = append(b.fields, f)
		return f.value
	}
	b.site = c.words(envelope("site"))
	b.epoch = c.number(envelope("epoch"))
	b.seq = c.number(envelope("seq"))
	b.kind = c.words(envelope("kind"))
	b.occurred = c.moment(envelope("occurred_at"))
	b.recorded = c.moment(envelope("recorded_at"))
	b.actor = c.words(envelope("actor"))
	if c.has(`,"person":`) {
		b.person = c.number(envelope("person"))
		b.pseq = c.number(envelope("pseq"))
		c.hash(&b.prev, envelope("prev"))
		if c.has(`,"chain_key":`) {
			c.hash((*Hash)(&b.key), envelope("chain_key"))
			b.keyed = true
		}
		first, linked := b.pseq == 1, b.prev != Hash{}
		if b.person == 0 || b.pseq == 0 || first == linked || first && !b.keyed || b.keyed && b.key == [32]byte{} {
			c.fail("the person's chain is contradictory")
		}
	}
	c.take(`,"data":`)
	start := c.at
	c.object(1, func(f field) { b.fields = append(b.fields, f) })
	b.data = text[start:c.at]
	c.take("}")
	switch {
	case c.err != nil:
		return c.err
	case c.at != len(text):
		c.fail("it has members that no entry has")
	case !isName(b.site) || b.seq == 0:
		c.fail("it does not name its place in a log")
	case len(b.fields) > maxMembers:
		c.fail("it has more than %d fields", maxMembers)
	}
	return c.err
}

// isText reports whether s stands in JSON without an escape, so that it has one form only.
func isText[T string | []byte](s T) bool {
	if len(s) == 0 || len(s) > maxText {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// cursor walks over text that is valid JSON and keeps the first departure from the canonical form.
type cursor struct {
	text []byte
	at   int
	err  error
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		f := fault.New(fault.Invalid, "entry.body", format, args...)
		f.Message = "the body is not canonical: " + f.Message
		c.err = f
	}
}

func (c *cursor) has(s string) bool {
	return len(c.text)-c.at >= len(s) && string(c.text[c.at:c.at+len(s)]) == s
}

func (c *cursor) take(s string) {
	if !c.has(s) {
		c.fail("%s was expected at byte %d", s, c.at)
		return
	}
	c.at += len(s)
}

// member reads a member of the envelope that must have this name.
func (c *cursor) member(name string) field {
	if c.at == 0 {
		c.take(`{"`)
	} else {
		c.take(`,"`)
	}
	start := c.at
	c.take(name)
	f := field{name: c.text[start:c.at]}
	c.take(`":`)
	f.value = c.value(0)
	return f
}

// value steps over one value and returns it.
func (c *cursor) value(depth int) []byte {
	start := c.at
	switch {
	case c.err != nil || c.at == len(c.text):
	case c.text[c.at] == '"':
		c.quoted()
	case c.text[c.at] == '{':
		c.object(depth+1, nil)
	case c.text[c.at] == '[':
		c.array(depth + 1)
	default:
		c.plain()
	}
	return c.text[start:c.at]
}

func (c *cursor) quoted() {
	for c.at++; c.at < len(c.text) && c.text[c.at] != '"'; c.at++ {
		if c.text[c.at] == '\\' {
			c.at++
		}
	}
	c.at++
}

// plain steps over a number, true, false or null.
func (c *cursor) plain() {
	for ; c.at < len(c.text); c.at++ {
		switch c.text[c.at] {
		case ',', ']', '}':
			return
		case ' ', '\t', '\n', '\r':
			c.fail("there is a blank at byte %d", c.at)
			return
		}
	}
}

func (c *cursor) array(depth int) {
	if depth > maxDepth {
		c.fail("it is nested deeper than %d", maxDepth)
		return
	}
	c.at++
	if c.has("]") {
		c.at++
		return
	}
	for c.value(depth); c.err == nil && c.has(","); c.value(depth) {
		c.at++
	}
	c.take("]")
}

// object steps over an object without repeated names and shows each member to visit when there is one.
func (c *cursor) object(depth int, visit func(field)) {
	if depth > maxDepth {
		c.fail("it is nested deeper than %d", maxDepth)
		return
	}
	c.take("{")
	if c.has("}") {
		c.at++
		return
	}
	var few [16][]byte
	names := nameSet{few: few[:0]}
	for c.err == nil {
		start := c.at
		if !c.has(`"`) {
			c.fail("a name was expected at byte %d", c.at)
			return
		}
		c.quoted()
		f := field{data: true, name: c.text[start+1 : c.at-1]}
		for _, b := range f.name {
			if b == '\\' {
				c.fail("a member's name has an escape at byte %d", start)
			}
		}
		if !names.add(f.name) {
			c.fail("a member's name stands twice at byte %d", start)
		}
		c.take(":")
		f.value = c.value(depth)
		if visit != nil {
			visit(f)
		}
		if !c.has(",") {
			break
		}
		c.at++
	}
	c.take("}")
}

// nameSet compares a few names one by one, which needs no memory, and many in a map, which a hostile body cannot make slow.
type nameSet struct {
	few  [][]byte
	many map[string]bool
}

func (s *nameSet) add(name []byte) bool {
	if s.many == nil && len(s.few) < cap(s.few) {
		for _, other := range s.few {
			if string(other) == string(name) {
				return false
			}
		}
		s.few = append(s.few, name)
		return true
	}
	if s.many == nil {
		s.many = map[string]bool{}
		for _, other := range s.few {
			s.many[string(other)] = true
		}
	}
	if s.many[string(name)] {
		return false
	}
	s.many[string(name)] = true
	return true
}

func (c *cursor) words(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' || !isText(value[1:len(value)-1]) {
		c.fail("a text before byte %d is missing, too long or escaped", c.at)
		return nil
	}
	return value[1 : len(value)-1]
}

func (c *cursor) number(value []byte) int64 {
	n, ok := parseNumber(value)
	if !ok {
		c.fail("the number before byte %d is not a plain decimal", c.at)
	}
	return n
}

func (c *cursor) moment(value []byte) time.Time {
	t, err := time.Parse(`"`+momentLayout+`"`, string(value))
	var again [len(momentLayout) + 2]byte
	if err != nil || !isMoment(t) || string(t.AppendFormat(again[:0], `"`+momentLayout+`"`)) != string(value) {
		c.fail("the time before byte %d is not in UTC with microseconds", c.at)
	}
	return t
}

// isMoment reports whether t is a time that somebody gave and that has four digits of a year.
func isMoment(t time.Time) bool { return !t.IsZero() && t.Year() >= 1 && t.Year() <= 9999 }

func (c *cursor) hash(h *Hash, value []byte) {
	if len(value) != 66 || value[0] != '"' {
		c.fail("the hash before byte %d does not have 64 digits", c.at)
		return
	}
	for _, b := range value[1:65] {
		if 'A' <= b && b <= 'F' {
			c.fail("the hash before byte %d is in capitals", c.at)
		}
	}
	if _, err := hex.Decode(h[:], value[1:65]); err != nil {
		c.fail("the hash before byte %d is not hexadecimal", c.at)
	}
}
