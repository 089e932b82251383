package trial

import (
	"amana/internal/civil"
	"amana/internal/person"
)

// Rates, in a thousand.
const (
	rateFamily   = 300 // of people who have a brother, a sister or their father in the register
	rateFather   = 200 // of families in which the second in the register is the father of the others
	rateTwin     = 30  // of brothers and sisters, born on one day
	rateNamesake = 12  // who have the full name of another
	rateWoman    = 140
	rateKunya    = 170

	rateJanuary = 275 // 1 January, assigned
	rateYear    = 100 // only the year
	rateMonth   = 10  // only year and month
	rateUnborn  = 40  // no birth at all

	rateStateless = 100 // no nationality given
	rateTwoClaims = 25  // a further claim
)

// block is how many people in a row may be of one family. Each block has two families beside those who are alone, so that the
// relatives of a person are found without looking at the whole register.
const block = 16

// person makes person i.
func (r *Register) person(i int) human {
	h := human{number: i}
	d := throw(r.seed, ofPerson, uint64(i))
	if r.namesake(i) {
		other := r.person(i - 1)
		h.origin, h.sex, h.names, h.nations = other.origin, other.sex, other.names, other.nations
		h.born(&d, 1950+d.n(57))
		if age := h.birth.Year - other.birth.Year; age >= -2 && age <= 2 {
			h.birth.Year = 1950 + (other.birth.Year-1950+20)%57
		}
	} else {
		r.relate(&h, &d)
	}
	h.paper(&d)
	if d.chance(rateKunya) {
		child := &h.origin.male
		if d.chance(100) {
			child = &h.origin.female
		}
		h.kunya = child.draw(&d, r.half)
	}
	switch {
	case d.chance(rateStateless):
		h.nations = nil
	case d.chance(rateTwoClaims) && len(h.nations) == 1:
		if other := r.nation(&d)[0]; other != h.nations[0] {
			h.nations = []string{h.nations[0], other}
		}
	}
	return h
}

// namesake tells whether person i has the name of the one before, who is nobody's namesake.
func (r *Register) namesake(i int) bool {
	d := throw(r.seed, ofNamesake, uint64(i))
	return i%block > 0 && d.chance(rateNamesake) && !r.namesake(i-1)
}

// nation draws the claims of anybody.
func (r *Register) nation(d *dice) []string {
	o := r.origins[upto(d, r.ends)]
	return o.claims(d)
}

// upto draws an index by weights that are counted up to the end of uint32.
func upto(d *dice, ends []uint32) int {
	at := uint32(d.Uint64() >> 32)
	for i, end := range ends {
		if at <= end {
			return i
		}
	}
	return len(ends) - 1
}

func (o *origin) claims(d *dice) []string {
	at := uint32(d.n(int(o.nations[len(o.nations)-1].upto)))
	for _, n := range o.nations {
		if at < n.upto {
			return n.claims
		}
	}
	return nil
}

// member is the place of a person in the families of their block.
type member struct {
	house uint64 // seed of the family
	alone bool
	sex   person.Sex
}

func (r *Register) member(i int) member {
	d := throw(r.seed, ofMember, uint64(i))
	m := member{sex: person.Male}
	if d.chance(rateWoman) {
		m.sex = person.Female
	}
	if d.chance(rateFamily) {
		m.house = uint64(i/block)<<2 | uint64(d.n(2))
	} else {
		m.alone, m.house = true, uint64(i)<<2|2
	}
	return m
}

// relate gives a person their family: who is of one house has one father, grandfather and family, and another given name.
func (r *Register) relate(h *human, d *dice) {
	me := r.member(h.number)
	rank, sameSex, before := 0, 0, 0
	if !me.alone {
		for j := h.number - h.number%block; j < h.number; j++ {
			if other := r.member(j); !other.alone && other.house == me.house && !r.namesake(j) {
				rank++
				before = j
				if other.sex == me.sex {
					sameSex++
				}
			}
		}
	}
	house := throw(r.seed, ofHouse, me.house)
	o := r.origins[upto(&house, r.ends)]
	h.origin, h.sex = o, me.sex
	for _, role := range []byte{father, grand, great, elder} {
		h.names[role] = o.male.draw(&house, r.half)
	}
	h.names[family] = o.family.draw(&house, r.half)
	h.nations = o.claims(&house)
	old := 1925 + house.n(28) + house.n(33) // the year in which the father was born
	h.names[given] = r.givenName(me.house, o, me.sex, sameSex)
	if rank == 1 && me.sex == person.Male && d.chance(rateFather) {
		h.names[given], h.names[father], h.names[grand], h.names[great] = h.names[father], h.names[grand], h.names[great], h.names[elder]
		h.born(d, old)
	} else {
		h.born(d, old+18+d.n(25))
		if rank > 0 && d.chance(rateTwin) {
			if other := r.person(before); other.names[father] == h.names[father] {
				h.birth = other.birth
			}
		}
	}
	h.names[second] = o.given(me.sex).draw(d, r.half)
	if f := h.names[family]; me.sex == person.Female && f.female != nil {
		h.names[family] = f.female
	}
	h.names[patron] = h.names[father].patron[me.sex-1]
}

// givenName is the given name of the rank-th of a house; no two of one sex have the same.
func (r *Register) givenName(house uint64, o *origin, sex person.Sex, rank int) *part {
	d := throw(r.seed, ofGiven, house<<2|uint64(sex))
	pool := o.given(sex)
	var taken [block]*part
	for n := 0; ; {
		p := pool.draw(&d, r.half)
		for _, t := range taken[:n] {
			if t == p {
				p = nil
				break
			}
		}
		if p == nil {
			continue
		}
		if n == rank {
			return p
		}
		taken[n] = p
		n++
	}
}

// given are the given names of a sex.
func (o *origin) given(sex person.Sex) *pool {
	if sex == person.Female {
		return &o.female
	}
	return &o.male
}

var months = [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func (h *human) born(d *dice, year int) {
	month := d.n(12)
	h.birth = civil.Date{Year: min(year, 2011), Month: month + 1, Day: d.n(months[month]) + 1}
}

// paper decides how much of the birth is known to those who keep registers.
func (h *human) paper(d *dice) {
	h.known = h.birth
	switch at := d.n(1000); {
	case at < rateJanuary:
		h.known = civil.Date{Year: h.birth.Year, Month: 1, Day: 1}
	case at < rateJanuary+rateYear:
		h.known = civil.Date{Year: h.birth.Year}
	case at < rateJanuary+rateYear+rateMonth:
		h.known = civil.Date{Year: h.birth.Year, Month: h.birth.Month}
	case at < rateJanuary+rateYear+rateMonth+rateUnborn:
		h.known = civil.Date{}
	}
}
