package synth

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"amana/internal/person"
)

// Rates of the synthetic people, per thousand unless said otherwise.
const (
	rateWomen       = 25
	rateMinors      = 20 // aged 14-17, men's lists
	rateChildren    = 6  // aged 0-10, with their mothers
	ratePairs       = 10 // listed twice under two spellings
	rateBrothers    = 20
	rateNamesakes   = 3
	rateAssigned    = 280 // of dates of birth: 1 January
	rateNoDocument  = 450
	rateNoMother    = 300
	rateNoBirth     = 15
	rateKunya       = 200
	rateHealth      = 40
	rateConnectives = 150 // of Gulf and Maghreb names, written with bin or ben
)

// role is what a person is listed as; it decides age, sex and list.
type role int

const (
	roleMan role = iota
	roleWoman
	roleMinor
	roleChild
)

// pool is a group of people that lists are drawn from.
type pool int

const (
	poolIraqi pool = iota
	poolSyrian
	poolArab    // Arabs of other nationality
	poolForeign // everybody else
	poolFamily  // women and children
	pools
)

// individual is one invented person, with what the sources know of them.
type individual struct {
	nation                          *nation
	role                            role
	sex                             person.Sex
	own, father, grandfather, laqab part
	connect                         bool // writes bin or ben between own and father's name
	motherOwn, motherFather         part
	noMother                        bool // the sources do not give the mother's name
	kunya                           part // the child of "Abu ..."
	birth                           time.Time
	assigned, noBirth               bool
	document, documentType          string
	health                          int // index into healthNotes, -1 for none
	family                          int // number of the family, 0 for none
	mother                          int // index of a child's mother, -1
	paired                          bool
	brotherOf, namesakeOf           int // indices, -1
}

// name writes the full name; alt chooses among usual spellings.
func (p *individual) name(h hand, alt int) string {
	words := []string{p.own.spell(h, alt)}
	if p.connect {
		words = append(words, connective(h, p.sex))
	}
	for _, n := range []part{p.father, p.grandfather, p.laqab} {
		if !n.empty() {
			words = append(words, n.spell(h, alt))
		}
	}
	return strings.Join(words, " ")
}

func connective(h hand, sex person.Sex) string {
	switch {
	case sex == person.Female && h.latin():
		return "bint"
	case sex == person.Female:
		return "بنت"
	case h == handFrench:
		return "ben"
	case h.latin():
		return "bin"
	}
	return "بن"
}

// motherName writes the mother's own and her father's name.
func (p *individual) motherName(h hand, alt int) string {
	return strings.TrimSpace(p.motherOwn.spell(h, alt) + " " + p.motherFather.spell(h, alt))
}

// kunyaName writes "Abu X" or "Umm X", empty for those who have none.
func (p *individual) kunyaName(h hand, alt int) string {
	if p.kunya.empty() {
		return ""
	}
	titles := [6][2]string{{"أبو", "أم"}, {"أبو", "أم"}, {"Abu", "Umm"}, {"Abou", "Oum"}, {"Abu", "Umm"}, {"Ebu", "Ümm"}}
	title := titles[h][0]
	if p.sex == person.Female {
		title = titles[h][1]
	}
	return title + " " + p.kunya.spell(h, alt)
}

// age is in whole years on the given day.
func age(birth, on time.Time) int {
	years := on.Year() - birth.Year()
	if on.Month() < birth.Month() || on.Month() == birth.Month() && on.Day() < birth.Day() {
		years--
	}
	return years
}

func chance(r *rand.Rand, perMille int) bool { return r.IntN(1000) < perMille }

// people invents everybody: first who is of which nation and in which role,
// then one after the other, then in the order in which the lists take them.
func people(r *rand.Rand, plan Plan, nations []nation, names stock) []individual {
	all := make([]individual, 0, plan.People)
	for n, count := range apportion(nations, plan.People) {
		for range count {
			all = append(all, individual{nation: &nations[n], health: -1, mother: -1, brotherOf: -1, namesakeOf: -1})
		}
	}
	cast(r, all)
	maker := maker{r: r, plan: plan, names: names, documents: map[string]bool{}}
	previous := -1 // the last grown man, of whom brothers and namesakes are made
	for i := range all {
		if all[i].role == roleChild {
			continue // after the mothers
		}
		maker.invent(all, i, previous)
		if all[i].role == roleMan {
			previous = i
		}
	}
	for i := range all {
		if all[i].role == roleChild {
			maker.child(&all[i], &all[all[i].mother])
		}
	}
	pair(r, all)
	return shuffle(r, all)
}

// cast gives out the roles, and each child a mother of the same nationality.
func cast(r *rand.Rand, all []individual) {
	n := len(all)
	order := r.Perm(n)
	women, minors := n*rateWomen/1000, n*rateMinors/1000
	for _, i := range order[:women] {
		all[i].role = roleWoman
	}
	for _, i := range order[women : women+minors] {
		all[i].role = roleMinor
	}
	free := map[*nation][]int{}
	for _, i := range order[women+minors:] {
		free[all[i].nation] = append(free[all[i].nation], i)
	}
	children, family := n*rateChildren/1000, 0
	for _, w := range order[:women] {
		slots := free[all[w].nation]
		count := min(1+r.IntN(3), len(slots), children)
		if count == 0 {
			continue
		}
		family++
		all[w].family = family
		for _, c := range slots[:count] {
			all[c].role, all[c].mother, all[c].family = roleChild, w, family
		}
		free[all[w].nation] = slots[count:]
		children -= count
	}
}

// maker invents the particulars of people.
type maker struct {
	r         *rand.Rand
	plan      Plan
	names     stock
	documents map[string]bool
}

func (m *maker) invent(all []individual, i, previous int) {
	p, r := &all[i], m.r
	p.sex = person.Male
	if p.role == roleWoman {
		p.sex = person.Female
	}
	given, family, _ := strings.Cut(p.nation.stocks[r.IntN(len(p.nation.stocks))], "/")
	p.own, p.laqab = m.own(given, p.sex), m.names.draw(r, "family "+family)
	p.father = m.father(given, p.own)
	if slices.Contains([]string{"arab", "maghreb", "kurd"}, given) {
		p.grandfather = m.father(given, p.father)
	}
	p.connect = (family == "gulf" || family == "maghreb") && chance(r, rateConnectives)
	if p.sex == person.Female {
		p.laqab = p.laqab.feminine()
	}
	p.motherOwn, p.motherFather = m.own(given, person.Female), m.father(given, p.own)
	p.birth = m.birth(p)
	if previous >= 0 && p.role == roleMan && all[previous].nation == p.nation {
		m.kin(p, &all[previous], previous)
	}
	p.noMother = chance(r, rateNoMother)
	p.noBirth = p.role == roleMan && chance(r, rateNoBirth)
	if chance(r, rateKunya) && p.role != roleMinor {
		p.kunya = m.names.draw(r, "male arab")
	}
	if chance(r, rateHealth) {
		p.health = r.IntN(len(healthNotes))
	}
	if !chance(r, rateNoDocument) {
		m.identify(p)
	}
}

// kin now and then makes p a brother or a namesake of the man before.
func (m *maker) kin(p, other *individual, at int) {
	switch {
	case chance(m.r, rateBrothers) && other.own.arabic != p.own.arabic:
		p.father, p.grandfather, p.laqab, p.connect = other.father, other.grandfather, other.laqab, other.connect
		p.motherOwn, p.motherFather = other.motherOwn, other.motherFather
		p.birth, p.assigned, p.brotherOf = other.birth.AddDate(1+m.r.IntN(4), 0, m.r.IntN(28)), false, at
		if age(p.birth, m.plan.AsOf) < 19 {
			p.birth = other.birth.AddDate(-3, 0, 0)
		}
	case chance(m.r, rateNamesakes) && other.motherOwn.arabic != p.motherOwn.arabic:
		p.own, p.father, p.grandfather, p.laqab, p.connect = other.own, other.father, other.grandfather, other.laqab, other.connect
		p.namesakeOf = at
		if p.birth.Year() == other.birth.Year() {
			p.birth = p.birth.AddDate(-4, 0, 0)
		}
	}
}

func (m *maker) child(p, mother *individual) {
	r := m.r
	given, family, _ := strings.Cut(p.nation.stocks[0], "/")
	p.own, p.sex, p.laqab = m.own(given, person.Male), person.Male, m.names.draw(r, "family "+family)
	if r.IntN(2) == 0 {
		p.own, p.sex, p.laqab = m.own(given, person.Female), person.Female, p.laqab.feminine()
	}
	p.father = m.father(given, p.own)
	p.motherOwn, p.motherFather = mother.own, mother.father
	p.birth = m.birth(p)
}

func (m *maker) own(given string, sex person.Sex) part {
	if sex == person.Male {
		return m.names.draw(m.r, m.male(given), "male arab")
	}
	switch given {
	case "turk", "central", "azeri", "uyghur":
		given = "turkic"
	}
	return m.names.draw(m.r, "female "+given, "female arab")
}

// father draws a man's name; sons seldom carry their father's.
func (m *maker) father(given string, son part) part {
	name := m.own(given, person.Male)
	for tries := 0; name.arabic == son.arabic && tries < 3; tries++ {
		name = m.own(given, person.Male)
	}
	return name
}

// male mixes the names of the Maghreb with those that all Arabs share.
func (m *maker) male(given string) string {
	if given == "maghreb" && m.r.IntN(3) > 0 {
		return "male arab"
	}
	return "male " + given
}

func (m *maker) birth(p *individual) time.Time {
	r := m.r
	var years int
	switch {
	case p.role == roleChild:
		years = r.IntN(11)
	case p.role == roleMinor:
		years = 14 + r.IntN(4)
	case p.family > 0: // a mother
		years = 28 + r.IntN(16)
	case chance(r, 15):
		years = 66 + r.IntN(14)
	case chance(r, 5):
		years = 18
	default:
		years = 19 + r.IntN(12) + r.IntN(16) + r.IntN(20)
	}
	birth := m.plan.AsOf.AddDate(-years, 0, -r.IntN(364)).Truncate(24 * time.Hour)
	if p.role == roleChild || !chance(r, rateAssigned) {
		return birth
	}
	p.assigned = true
	birth = time.Date(birth.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	if p.role == roleMinor && age(birth, m.plan.AsOf) > 17 {
		birth = birth.AddDate(1, 0, 0)
	}
	return birth
}

// identify gives a document whose number nobody else has.
func (m *maker) identify(p *individual) {
	for p.document == "" || m.documents[p.document] {
		switch n := m.r; {
		case p.nation.code == "IRQ" && n.IntN(3) > 0:
			p.documentType, p.document = "national", fmt.Sprintf("%d%08d", p.birth.Year(), n.IntN(1e8))
		case p.nation.code == "IRQ":
			p.documentType, p.document = "civil", fmt.Sprintf("%08d", n.IntN(1e8)) // leading zeros are part of it
		case p.nation.code == "SYR":
			p.documentType, p.document = "national", fmt.Sprintf("0%d%09d", 1+n.IntN(9), n.IntN(1e9))
		case n.IntN(4) == 0:
			p.documentType, p.document = "camp", fmt.Sprintf("C-%06d", n.IntN(1e6))
		default:
			p.documentType, p.document = "passport", fmt.Sprintf("%c%08d", 'A'+rune(n.IntN(26)), n.IntN(1e8))
		}
	}
	m.documents[p.document] = true
}

// pair chooses who will stand in two manifests: half keep their document, the
// others can be known by their mother and their year of birth.
func pair(r *rand.Rand, all []individual) {
	want := len(all) * ratePairs / 1000
	documented, undocumented := (want+1)/2, want/2
	for _, i := range r.Perm(len(all)) {
		p := &all[i]
		switch {
		case p.role != roleMan || p.brotherOf >= 0 || p.namesakeOf >= 0 || p.noBirth:
		case p.document != "" && documented > 0:
			p.paired = true
			documented--
		case p.document == "" && undocumented > 0:
			p.paired, p.noMother = true, false
			undocumented--
		}
	}
}

// shuffle puts people in the order of the lists, children after their mothers.
func shuffle(r *rand.Rand, all []individual) []individual {
	children := map[int][]int{}
	for i, p := range all {
		if p.mother >= 0 {
			children[p.mother] = append(children[p.mother], i)
		}
	}
	order := make([]int, 0, len(all))
	for _, i := range r.Perm(len(all)) {
		if all[i].mother < 0 {
			order = append(append(order, i), children[i]...)
		}
	}
	place := make([]int, len(all))
	for to, from := range order {
		place[from] = to
	}
	sorted := make([]individual, len(all))
	for to, from := range order {
		p := all[from]
		for _, link := range []*int{&p.mother, &p.brotherOf, &p.namesakeOf} {
			if *link >= 0 {
				*link = place[*link]
			}
		}
		sorted[to] = p
	}
	return sorted
}
