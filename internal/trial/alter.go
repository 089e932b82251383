package trial

import (
	"iter"
	"slices"
	"strings"

	"amana/internal/civil"
	"amana/internal/person"
)

// rates are how often a profile alters what, in a thousand.
type rates struct {
	left, added, bare, order, particle, title, kunya, joined, typing, ocr, initial int
	birth                                                                          int
	noNation, otherNation, noSex, otherSex                                         int
	crossed, nameOnly                                                              bool
}

var usual = rates{
	left: 280, added: 80, bare: 50, order: 60, particle: 60, title: 25, kunya: 250, joined: 60, typing: 180, ocr: 60, initial: 15,
	birth: 350, noNation: 150, otherNation: 40, noSex: 60, otherSex: 4,
}

// profiles are the rates of each profile.
var profiles = func() map[Profile]rates {
	noisy, crossed, nameOnly := usual, usual, usual
	noisy.birth = 1000
	crossed.crossed = true
	nameOnly.nameOnly, nameOnly.bare = true, 20
	return map[Profile]rates{Clean: {}, Altered: usual, NoisyBirth: noisy, CrossScript: crossed, NameOnly: nameOnly}
}()

// world are the habits of clerks anywhere, beside those of a person's own people.
var world, _ = parseOptions("world", "english*36 french*14 arabic*14 german*10 turkish*10 russian*8 scholar*2 sorani*2 persian*2 malay*1 bosnian*1 kurmanji*1")

// Query gives query k of a profile, k >= 0: some person of the register as another clerk writes them. An unknown profile is Clean.
func (r *Register) Query(p Profile, k int) Query {
	d := throw(r.seed, ofQuery, hash(string(p))+uint64(k))
	h := r.person(d.n(max(r.n, 1)))
	row, rec := r.entry(&h)
	q := r.altered(&h, rec, profiles[p], -1, &d)
	q.ID = row.ID
	return q
}

// Queries gives the first n queries of a profile.
func (r *Register) Queries(p Profile, n int) iter.Seq[Query] {
	return func(yield func(Query) bool) {
		for k := range n {
			if !yield(r.Query(p, k)) {
				return
			}
		}
	}
}

// beyond is the first number that is no relative of anybody in the register.
func (r *Register) beyond() int { return (r.n/block + 1) * block }

// Strangers gives n people who are not in the register, as clerks write them; their ID is empty.
func (r *Register) Strangers(n int) iter.Seq[Query] {
	return func(yield func(Query) bool) {
		for k := range n {
			if !yield(r.stranger(r.beyond() + k)) {
				return
			}
		}
	}
}

func (r *Register) stranger(number int) Query {
	d := throw(r.seed, ofOther, uint64(number))
	h := r.person(number)
	_, rec := r.entry(&h)
	return r.altered(&h, rec, usual, -1, &d)
}

// Arrival is a row of a new file for a register.
type Arrival struct {
	Query
	Person int // number of the person: below Register.Len for one who is registered already; two arrivals may be one person
}

// Arrivals gives n rows of a new file, of which a share (0 to 1) is registered already and a fiftieth stands in it twice.
func (r *Register) Arrivals(n int, share float64) []Arrival {
	all := make([]Arrival, 0, n)
	for k := range n {
		d := throw(r.seed, ofArrival, uint64(k))
		number := r.beyond() + k
		switch {
		case k > 0 && d.chance(20):
			number = all[d.n(k)].Person
		case d.chance(int(share * 1000)):
			number = d.n(max(r.n, 1))
		}
		h := r.person(number)
		row, rec := r.entry(&h)
		a := Arrival{r.altered(&h, rec, usual, -1, &d), number}
		if number < r.n {
			a.ID = row.ID
		}
		all = append(all, a)
	}
	return all
}

// altered writes a person as another clerk does. The part of the role keep is not left out (-1: any part may be).
func (r *Register) altered(h *human, rec record, rate rates, keep int, d *dice) Query {
	q := Query{Slices: Slices{Origin: h.origin.name}}
	note := func(kind string) { q.Slices.Noise = append(q.Slices.Noise, kind) }
	was := rec.hand
	rec.hand = r.otherHand(h, was, rate.crossed, d)
	q.Slices.Scripts = was.script + "-" + rec.hand.script
	if q.Slices.Habit = rec.hand.name; rec.hand.plain {
		q.Slices.Habit += "_plain"
	}
	named := rec.kunya || rec.beside
	bin := rec.bin
	r.adorn(&rec, h, d)
	rec.kunya, rec.bin, rec.title = false, bin, nil
	rec.roles = shorten(h, rec.roles, rate, keep, d, note)
	if d.chance(rate.particle) && strings.IndexByte(rec.roles, father) > 0 && h.names[patron] == nil {
		rec.bin = !rec.bin
		note("particle")
	}
	if d.chance(rate.title) && h.sex == person.Male {
		rec.title = r.glue[[...]string{"HajI", "cayx", "mullA"}[d.n(3)]]
		note("title")
	}
	if named && keep < 0 && d.chance(rate.kunya) {
		rec.kunya, rec.bin, rec.title = true, false, nil
		rec.roles = string(rune(given))
		if h.names[family] != nil && d.chance(600) {
			rec.roles += string(rune(family))
		}
		q.Slices.Noise = []string{"kunya"}
	}
	var room [24]token
	words := r.spelled(&rec, r.tokens(room[:0], h, &rec))
	q.Name = disturb(words, rec, rate, d, note)
	q.Birth, q.Nats, q.Sex = h.known, h.nations, h.sex
	if rate.nameOnly {
		q.Birth, q.Nats, q.Sex = civil.Date{}, nil, person.SexUnknown
	} else {
		r.doubt(&q, h, rate, d, note)
	}
	slices.Sort(q.Slices.Noise)
	q.Slices.Noise = slices.Compact(q.Slices.Noise)
	return q
}

// otherHand draws a clerk, of the person's people or of anywhere; of another script than the record when crossed.
func (r *Register) otherHand(h *human, was hand, crossed bool, d *dice) hand {
	for range 64 {
		other := r.record(h, d).hand
		if d.chance(400) {
			other = hand{habit: r.habits[world.choose(d.Uint64())], seed: d.Uint64()}
		}
		if !crossed || other.script != was.script {
			return other
		}
	}
	if was.script == "Latn" {
		return hand{habit: r.habits["arabic"], seed: d.Uint64()}
	}
	return hand{habit: r.habits["english"], seed: d.Uint64()}
}

// shorten leaves parts out, or adds one.
func shorten(h *human, roles string, rate rates, keep int, d *dice, note func(string)) string {
	without := func(role byte) string { return strings.Replace(roles, string(rune(role)), "", 1) }
	if d.chance(rate.bare) && len(roles) > 2 && keep < 0 {
		note("bare")
		if strings.IndexByte(roles, family) >= 0 {
			return string([]byte{given, family})
		}
		return roles[:2]
	}
	if d.chance(rate.left) {
		var may []byte
		for _, role := range []byte(roles) {
			if role != given && int(role) != keep && (role != family || d.chance(500)) {
				may = append(may, role)
			}
		}
		if len(may) > 0 && len(roles) > 2 {
			roles = without(may[d.n(len(may))])
			note("left_out")
		}
	}
	if d.chance(rate.added) {
		for _, role := range []byte{family, father, grand, great} {
			if strings.IndexByte(roles, role) >= 0 || h.names[role] == nil || role != family && (h.names[patron] != nil || strings.IndexByte(roles, role-1) < 0 && role != father) {
				continue
			}
			note("added")
			if role == family {
				return roles + string(rune(role))
			}
			at := strings.IndexByte(roles, given) + 1 + int(role-father)
			if at <= len(roles) {
				return roles[:at] + string(rune(role)) + roles[at:]
			}
			return roles + string(rune(role))
		}
	}
	return roles
}
