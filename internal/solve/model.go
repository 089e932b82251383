package solve

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"amana/internal/planning"
)

// none stands for no place, no family, no group; lost for a place in force that no longer takes the person.
const (
	none = -1
	lost = -2
)

// model is a problem as the solver counts with it: everything that was a text is a number, and everything that is asked often is
// a table. People are told apart only by class (which places take them) and kind (what each site costs them), so the tables stay small.
type model struct {
	q        *planning.Problem
	people   []who
	rows     []row
	pools    []pool
	prisons  []planning.Prison
	limits   [][]int
	blocks   []planning.Block
	families [][]int32 // those of one family
	kids     [][]int32 // per person the children who stay with her
	apart    [][]apart // per person

	classes  int
	kinds    int
	sites    int
	siteOf   [][]int32 // per site, a prison with one point and one set of languages, the pools
	takes    []bool    // class × row: the row takes people of the class, whoever else is there
	choice   [][]int32 // per class the rows that take it
	cost     []float64 // kind × site
	density  [][]float64
	groups   int // that can ever be above their share in a block
	nations  int
	groupAt  []int32 // per block the number of one group that costs nothing
	nationAt []int32
	move     float64
	strict   bool    // newcomers count as moved too: then who stays is worth the same, whoever else has no place
	dearest  float64 // no single cost of a person in a place is higher
}

// who is a person.
type who struct {
	class, kind   int32
	mother        int32 // with whom a child stays
	family        int32
	group, nation int32 // none where the number in a block can never be too high
	was, pin      int32
	convicted     bool // by the footing that counts: of a child, the mother's
	medical       bool
}

// row is a place.
type row struct {
	pool, site, prison, block int32
	free, medical             int32
	any                       bool // for any footing: convicted people or others
}

// pool is a set of rows that are alike for the bound: one prison and site, one purpose. Blocks are not told apart.
type pool struct {
	prison, site  int32
	any           bool
	free, medical float64
	rows, blocks  []int32
}

type apart struct {
	other int32
	scope planning.Scope
}

func newModel(q *planning.Problem) *model {
	m := &model{q: q}
	if q.Previous != nil {
		m.move = q.Policy.Move
	}
	m.readPlaces()
	m.readPeople()
	m.readTables()
	return m
}

func (m *model) readPlaces() {
	prisons, prisonOf := m.q.Prisons()
	blocks, blockOf := m.q.Blocks()
	m.prisons, m.blocks = prisons, blocks
	var pools, sites numbering
	m.rows = make([]row, len(m.q.Places))
	for l := range m.q.Places {
		p := &m.q.Places[l]
		r := row{
			prison: int32(prisonOf[l]), block: int32(blockOf[l]), any: p.Legal == planning.AnyLegal,
			free: int32(p.Free()), medical: int32(max(min(p.Medical, p.Free()), 0)),
			site: sites.of(fmt.Sprint(prisonOf[l], p.Lat, p.Lon, len(p.Languages), strings.Join(p.Languages, " "))),
		}
		r.pool = pools.of(fmt.Sprint(r.prison, r.site, p.Sex, p.Age, p.Legal, p.SecurityMax, p.Medical > 0))
		if int(r.site) == len(m.siteOf) {
			m.siteOf = append(m.siteOf, nil)
		}
		if int(r.pool) == len(m.pools) {
			m.siteOf[r.site] = append(m.siteOf[r.site], r.pool)
			m.pools = append(m.pools, pool{prison: r.prison, site: r.site, any: r.any})
		}
		of := &m.pools[r.pool]
		of.free += float64(r.free)
		of.medical += float64(r.medical)
		of.rows = append(of.rows, int32(l))
		if !slices.Contains(of.blocks, r.block) {
			of.blocks = append(of.blocks, r.block)
		}
		m.rows[l] = r
	}
	m.sites = len(sites)
	even := m.q.Even()
	m.density = make([][]float64, len(prisons))
	free := make([]int, len(prisons))
	for _, r := range m.rows {
		free[r.prison] += int(r.free)
	}
	for k, p := range prisons {
		m.limits = append(m.limits, p.Limits(even))
		m.density[k] = make([]float64, free[k])
		for n := range m.density[k] {
			m.density[k][n] = m.q.Unbalance(p, m.limits[k], n+1) - m.q.Unbalance(p, m.limits[k], n)
		}
	}
	for _, b := range blocks {
		m.groupAt = append(m.groupAt, int32(b.Limit(m.q.Policy.GroupShare)))
		m.nationAt = append(m.nationAt, int32(b.Limit(m.q.Policy.NationalityShare)))
	}
}

func (m *model) readPeople() {
	n := len(m.q.People)
	m.people = make([]who, n)
	m.kids, m.apart = make([][]int32, n), make([][]apart, n)
	group := m.concentrated(m.q.Policy.Group, m.groupAt, func(p *planning.Person) string { return p.Group })
	nation := m.concentrated(m.q.Policy.Nationality, m.nationAt, func(p *planning.Person) string {
		if !planning.Consular(p.Nationality) {
			return ""
		}
		return p.Nationality
	})
	m.groups, m.nations = group.count, nation.count
	for i, mother := range m.q.Mothers() {
		m.people[i] = who{
			mother: int32(mother), family: none, group: group.of[i], nation: nation.of[i], was: int32(m.q.Was(i)), pin: int32(m.q.Pin(i)),
			medical: m.q.People[i].Medical, convicted: m.needs(i, mother).Legal == planning.Convicted,
		}
		if mother != planning.Nowhere {
			m.kids[mother] = append(m.kids[mother], int32(i))
		}
	}
	for f, family := range m.q.Families() {
		m.families = append(m.families, nil)
		for _, i := range family {
			m.people[i].family = int32(f)
			m.families[f] = append(m.families[f], int32(i))
		}
	}
	for _, a := range m.q.Apart {
		if a.A != a.B {
			m.apart[a.A] = append(m.apart[a.A], apart{int32(a.B), a.Scope})
			m.apart[a.B] = append(m.apart[a.B], apart{int32(a.A), a.Scope})
		}
	}
}

// needs is who decides what place person i needs: a child goes by the mother.
func (m *model) needs(i, mother int) *planning.Person {
	if mother != planning.Nowhere {
		i = mother
	}
	return &m.q.People[i]
}

type concentration struct {
	of    []int32
	count int
}

// concentrated numbers the groups that are large enough to be above their share somewhere.
func (m *model) concentrated(weight float64, share []int32, name func(*planning.Person) string) concentration {
	c := concentration{of: make([]int32, len(m.people))}
	size := map[string]int{}
	for i := range m.q.People {
		size[name(&m.q.People[i])]++
	}
	least := math.MaxInt
	for _, s := range share {
		least = min(least, int(s))
	}
	var names numbering
	for i := range m.q.People {
		c.of[i] = none
		if g := name(&m.q.People[i]); g != "" && weight > 0 && size[g] > least {
			c.of[i] = names.of(g)
		}
	}
	c.count = len(names)
	return c
}

// readTables asks planning once for each class and each kind what holds for all who are alike.
func (m *model) readTables() {
	bare := *m.q
	bare.Previous, bare.Pinned = nil, nil
	courts := bare.Courts()
	var classes, kinds numbering
	siteRow := make([]int, m.sites)
	for l, r := range m.rows {
		siteRow[r.site] = l
	}
	for i := range m.people {
		p, w := &m.q.People[i], &m.people[i]
		n := m.needs(i, int(w.mother))
		w.class = classes.of(fmt.Sprint(n.Sex, n.Juvenile(), n.Legal, p.Security, p.Medical))
		if int(w.class) == m.classes {
			m.classes++
			var choice []int32
			for l := range m.rows {
				ok := bare.Excluded(i, l, int(w.mother)) == 0
				m.takes = append(m.takes, ok)
				if ok && m.rows[l].free > 0 {
					choice = append(choice, int32(l))
				}
			}
			m.choice = append(m.choice, choice)
		}
		if w.was != none && (m.rows[w.was].free == 0 || !m.admits(int32(i), w.was)) {
			w.was = lost
		}
		foreign := p.Nationality != bare.Policy.Home && planning.Consular(p.Nationality)
		w.kind = kinds.of(fmt.Sprint(p.Source, "\x00", p.Court, "\x00", p.Language, "\x00", foreign))
		if int(w.kind) == m.kinds {
			m.kinds++
			for _, l := range siteRow {
				c := bare.Cost(i, l, courts)
				m.cost = append(m.cost, c)
				m.dearest = max(m.dearest, c)
			}
		}
	}
}

// admits reports whether the row takes the person, whoever else is there.
func (m *model) admits(i, l int32) bool {
	p := &m.people[i]
	return m.takes[int(p.class)*len(m.rows)+int(l)] && (p.pin == none || p.pin == l)
}

// alone is what the row costs for the person, whoever else is there.
func (m *model) alone(i, l int32) float64 {
	p := &m.people[i]
	c := m.cost[int(p.kind)*m.sites+int(m.rows[l].site)]
	if p.was != l && (p.was != none || m.strict) {
		c += m.move
	}
	return c
}

// moved reports whether person i is moved by going to a pool: whoever may stay there is not.
func (m *model) moved(i, pool int32) bool {
	switch was := m.people[i].was; {
	case was == none:
		return m.strict
	case was == lost:
		return true
	default:
		return m.rows[was].pool != pool
	}
}

// options are the rows that may take the person.
func (m *model) options(i int32) []int32 {
	p := &m.people[i]
	if p.pin == none {
		return m.choice[p.class]
	}
	if at := slices.Index(m.choice[p.class], p.pin); at >= 0 {
		return m.choice[p.class][at : at+1]
	}
	return nil
}

// numbering gives equal texts equal numbers, in the order of their first use.
type numbering map[string]int32

func (n *numbering) of(s string) int32 {
	if *n == nil {
		*n = numbering{}
	}
	at, known := (*n)[s]
	if !known {
		at = int32(len(*n))
		(*n)[s] = at
	}
	return at
}
