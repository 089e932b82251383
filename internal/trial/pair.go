package trial

import (
	"iter"
	"slices"

	"amana/internal/person"
)

// apart is how far apart the numbers of people in pairs are, so that few are of one family.
const apart = 5

// rateSame is how many pairs in a thousand are one person.
const rateSame = 400

// Pairs gives n labelled pairs, about two in five of one person and the rest of different people, most of whom look alike.
// Train and Test have no person and, but for the most common, no name in common.
func Pairs(seed uint64, n int, half Half) iter.Seq[Pair] {
	r := NewRegister(seed, n, half)
	return func(yield func(Pair) bool) {
		for k := range n {
			if !yield(r.pair(k)) {
				return
			}
		}
	}
}

// lookalikes are why two different people are taken for one, and how often in a hundred.
var lookalikes, _ = parseOptions("lookalikes", "brother*16 twin*3 father*7 namesake*12 token*14 family*12 birth*12 stranger*24")

// mixture is how often in a hundred the second row of a pair has which profile.
var mixture, _ = parseOptions("mixture", "clean*25 altered*55 noisy_birth*20")

func (r *Register) pair(k int) Pair {
	d := throw(r.seed, ofPair, uint64(k))
	h := r.person(apart * k)
	kind := "same"
	if !d.chance(rateSame) {
		kind = lookalikes.choose(d.Uint64())
		if kind == "father" && h.sex == person.Female {
			kind = "brother"
		}
	}
	if kind == "namesake" && !h.known.Known() {
		h.known.Year = h.birth.Year // without a birth nobody can tell namesakes apart
	}
	row, rec := r.entry(&h)
	other, keep := h, -1
	switch kind {
	case "same":
	case "stranger":
		other = r.person(apart * (r.n + k))
		_, rec = r.entry(&other)
	default:
		other, keep = r.lookalike(&h, kind, rec.roles, &d)
	}
	rec.beside = false // a pair has one name each
	profile := Profile(mixture.choose(d.Uint64()))
	q := r.altered(&other, rec, profiles[profile], keep, &d)
	row.ID, row.Also = "", nil
	p := Pair{A: row, B: q.Row, Same: kind == "same", Kind: kind, Slices: q.Slices}
	if d.chance(500) {
		p.A, p.B = p.B, p.A
	}
	return p
}

// lookalike makes another person who looks like h, of whom the given roles are written, and tells which of them shows the
// difference; -1 when only the birth does.
func (r *Register) lookalike(h *human, kind, written string, d *dice) (human, int) {
	o := *h
	keep := given
	switch kind {
	case "brother":
		r.rename(&o, given, d)
		o.born(d, h.birth.Year-10+d.n(21))
	case "twin":
		r.rename(&o, given, d)
	case "father":
		o.names[given], o.names[father], o.names[grand], o.names[great] = h.names[father], h.names[grand], h.names[great], h.names[elder]
		o.names[patron] = o.names[father].patron[0]
		o.born(d, h.birth.Year-20-d.n(20))
	case "namesake":
		years := 5 + d.n(25)
		if d.chance(500) || h.birth.Year+years > 2011 {
			years = -years
		}
		o.born(d, h.birth.Year+years)
		keep = -1
	case "token": // one name of those that are written
		keep = int(written[1+d.n(len(written)-1)])
		r.rename(&o, keep, d)
		o.born(d, h.birth.Year-12+d.n(25))
	case "family": // the family, and the grandfather who would show it
		keep = int(written[len(written)-1])
		r.rename(&o, keep, d)
		r.rename(&o, grand, d)
		o.born(d, h.birth.Year-12+d.n(25))
	case "birth": // everything but given name and birth
		keep = int(written[1])
		for _, role := range []int{second, father, grand, great, family} {
			r.rename(&o, role, d)
		}
		return o, keep
	}
	o.paper(d)
	if kind == "namesake" && !o.known.Known() {
		o.known.Year = o.birth.Year
	}
	return o, keep
}

// rename gives a person another name in a role.
func (r *Register) rename(h *human, role int, d *dice) {
	if role == patron {
		role = father
	}
	pool := &h.origin.male
	switch {
	case role == family:
		pool = &h.origin.family
	case role == given || role == second:
		pool = h.origin.given(h.sex)
	}
	was := h.names[role]
	for range 64 {
		if h.names[role] = pool.draw(d, r.half); !slices.Equal(h.names[role].keys, was.keys) {
			break
		}
	}
	if role == family && h.sex == person.Female && h.names[family].female != nil {
		h.names[family] = h.names[family].female
	}
	if role == father {
		h.names[patron] = h.names[father].patron[h.sex-1]
	}
}
