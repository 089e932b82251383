package trial

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"

	"amana/internal/person"
)

// Rates of what a clerk adds, in a thousand.
const (
	rateUpper    = 150 // in capitals
	rateLower    = 20  // without capitals
	rateBin      = 40  // bin between the names of men, bint of women
	rateBinWest  = 250 // the same in the Maghreb and the Gulf, when the father is named
	rateTitle    = 15  // Haji, Sheikh
	rateKunyaIn  = 120 // of those who have a kunya: it stands in the name
	rateKunyaBy  = 600 // it stands beside the name
	rateSpelling = 40  // another spelling stands beside the name
)

// record is how one clerk writes one person down.
type record struct {
	hand   hand
	roles  string // the parts in order
	bin    bool
	title  *part
	kunya  bool // before the name
	beside bool // the kunya stands beside the name
	upper  bool
	lower  bool
}

// token is one part in a name, or a small word.
type token struct {
	*part
	role byte
}

// The roles of small words.
const (
	asTitle = roles + 1 + iota
	asKunya
	asChild
	asBin
)

// record gives how the register has a person.
func (r *Register) record(h *human, d *dice) record {
	o := h.origin
	at := uint32(d.n(int(o.hands[len(o.hands)-1].upto)))
	rec := record{hand: hand{seed: d.Uint64()}}
	for _, c := range o.hands {
		if at < c.upto {
			rec.hand.habit, rec.hand.plain = c.habit, c.plain
			break
		}
	}
	at = uint32(d.n(int(o.system[len(o.system)-1].upto)))
	for _, p := range o.system {
		if at < p.upto {
			rec.roles = p.roles
			break
		}
	}
	r.adorn(&rec, h, d)
	return rec
}

// adorn decides what a clerk adds to the parts, and their capitals.
func (r *Register) adorn(rec *record, h *human, d *dice) {
	bin := rateBin
	if o := h.origin.name; o == "maghreb" || o == "gulf" {
		bin = rateBinWest
	}
	rec.bin = d.chance(bin)
	if at := d.n(1000); at < rateTitle && h.sex == person.Male {
		rec.title = r.glue[[...]string{"HajI", "al-HAj", "cayx", "mullA", "sayyid"}[at%5]]
	}
	if at := d.n(1000); rec.hand.script != "Arab" {
		rec.upper, rec.lower = at < rateUpper, at >= 1000-rateLower
	}
}

// tokens puts the parts of a name in their order.
func (r *Register) tokens(all []token, h *human, rec *record) []token {
	if rec.kunya && h.kunya != nil {
		all = r.kunya(all, h)
	}
	if rec.title != nil {
		all = append(all, token{rec.title, asTitle})
	}
	for i := range len(rec.roles) {
		role := rec.roles[i]
		p := h.names[role]
		if p == nil {
			continue
		}
		if rec.bin && i > 0 && (role == father || role == grand) && h.names[patron] == nil && (rec.roles[i-1] == given || rec.roles[i-1] == father) {
			bin := "bin"
			if h.sex == person.Female && role == father {
				bin = "bint"
			}
			all = append(all, token{r.glue[bin], asBin})
		}
		all = append(all, token{p, role})
	}
	return all
}

// kunya is "father of" or "mother of" and a child.
func (r *Register) kunya(all []token, h *human) []token {
	parent := "abU"
	if h.sex == person.Female {
		parent = "umm"
	}
	return append(all, token{r.glue[parent], asKunya}, token{h.kunya, asChild})
}

// append writes a name.
func (rec *record) append(b []byte, all []token) []byte {
	start := len(b)
	for i, t := range all {
		if i > 0 && b[len(b)-1] != ' ' {
			b = append(b, ' ')
		}
		b = rec.hand.append(b, t.part)
	}
	switch {
	case rec.upper && rec.hand.name == "turkish" && !rec.hand.plain:
		return append(b[:start], strings.ToUpperSpecial(unicode.TurkishCase, string(b[start:]))...)
	case rec.upper:
		return append(b[:start], bytes.ToUpper(b[start:])...)
	case rec.lower:
		return append(b[:start], bytes.ToLower(b[start:])...)
	}
	return b
}

// row gives the row of a person in the register.
func (r *Register) row(h *human) Row {
	row, _ := r.entry(h)
	return row
}

// entry gives the row of a person and how it was written.
func (r *Register) entry(h *human) (Row, record) {
	d := throw(r.seed, ofRecord, uint64(h.number))
	rec := r.record(h, &d)
	if h.kunya != nil {
		switch at := d.n(1000); {
		case at < rateKunyaIn:
			rec.kunya = true
		case at < rateKunyaIn+rateKunyaBy:
			rec.beside = true
		}
	}
	var room [24]token
	var text [256]byte
	all := r.tokens(room[:0], h, &rec)
	row := Row{Name: string(rec.append(text[:0], all)), Birth: h.known, Nats: h.nations, Sex: h.sex}
	var number [20]byte
	row.ID = string(strconv.AppendInt(number[:0], int64(h.number), 10))
	if rec.beside {
		row.Also = append(row.Also, string(rec.append(text[:0], r.kunya(room[:0], h))))
	}
	if d.chance(rateSpelling) {
		other := r.record(h, &d)
		row.Also = append(row.Also, string(other.append(text[:0], r.tokens(room[:0], h, &other))))
	}
	return row, rec
}
