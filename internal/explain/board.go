package explain

import (
	"amana/internal/planning"
)

// board is a plan laid out so that one can ask what happens when somebody is moved. People are told apart by class (which places take
// them) and kind (what each place costs them alone), so that both are asked once for all who are alike.
type board struct {
	q         *planning.Problem
	mothers   []int
	kids      [][]int
	families  [][]int // per person all of the family, nil for none
	ties      [][]tie
	prisons   []planning.Prison
	prison    []int // per place
	limits    [][]int
	blocks    []planning.Block
	block     []int // per place
	class     []int // per person
	excluded  [][]rules
	kind      []int       // per person
	alone     [][]float64 // per kind and place, what it costs without Move
	convicted []bool      // per person, by the footing that counts
	group     concentration
	nation    concentration

	at      []int
	in      [][]int
	medical []int // per place those who need a medical place
	held    []int // per place those convicted
	planned []int // per prison
}

// tie is somebody from whom a person is kept apart.
type tie struct {
	other int
	scope planning.Scope
}

// concentration counts people of one group, or nationality, in each block.
type concentration struct {
	weight float64
	of     []int // per person the number of the group, or none
	size   int
	limit  []int   // per block
	count  []int32 // block × group
}

const none = -1

// lay lays out a plan.
func lay(q *planning.Problem, places []int) *board {
	b := &board{q: q, mothers: q.Mothers(), kids: make([][]int, len(q.People)), families: make([][]int, len(q.People)), ties: make([][]tie, len(q.People))}
	b.prisons, b.prison = q.Prisons()
	b.blocks, b.block = q.Blocks()
	even := q.Even()
	for _, p := range b.prisons {
		b.limits = append(b.limits, p.Limits(even))
	}
	for i, m := range b.mothers {
		if m != planning.Nowhere {
			b.kids[m] = append(b.kids[m], i)
		}
	}
	for _, family := range q.Families() {
		for _, i := range family {
			b.families[i] = family
		}
	}
	for _, a := range q.Apart {
		if a.A != a.B {
			b.ties[a.A] = append(b.ties[a.A], tie{a.B, a.Scope})
			b.ties[a.B] = append(b.ties[a.B], tie{a.A, a.Scope})
		}
	}
	b.tables()
	b.group = b.concentration(q.Policy.Group, q.Policy.GroupShare, func(p *planning.Person) string { return p.Group })
	b.nation = b.concentration(q.Policy.Nationality, q.Policy.NationalityShare, func(p *planning.Person) string {
		if !planning.Consular(p.Nationality) {
			return ""
		}
		return p.Nationality
	})
	b.at, b.in = make([]int, len(q.People)), make([][]int, len(q.Places))
	b.medical, b.held, b.planned = make([]int, len(q.Places)), make([]int, len(q.Places)), make([]int, len(b.prisons))
	for i := range b.at {
		b.at[i] = planning.Nowhere
	}
	for i, l := range places {
		if l != planning.Nowhere {
			b.put(i, l)
		}
	}
	return b
}

// needs is who decides what place person i needs: a child goes by the mother.
func (b *board) needs(i int) *planning.Person {
	if m := b.mothers[i]; m != planning.Nowhere {
		i = m
	}
	return &b.q.People[i]
}

// tables asks planning once for each class and each kind.
func (b *board) tables() {
	type class struct {
		sex      int
		juvenile bool
		legal    planning.Legal
		security int
		medical  bool
		pin      int
	}
	type kind struct {
		source, court, language string
		foreign                 bool
	}
	classes, kinds := map[class]int{}, map[kind]int{}
	bare := *b.q
	bare.Policy.Move = 0
	courts := bare.Courts()
	for i := range b.q.People {
		p, n := &b.q.People[i], b.needs(i)
		c := class{int(n.Sex), n.Juvenile(), n.Legal, p.Security, p.Medical, b.q.Pin(i)}
		at, known := classes[c]
		if !known {
			at = len(classes)
			classes[c] = at
			row := make([]rules, len(b.q.Places))
			for l := range row {
				row[l] = rules(b.q.Excluded(i, l, b.mothers[i]))
			}
			b.excluded = append(b.excluded, row)
		}
		b.class = append(b.class, at)
		b.convicted = append(b.convicted, n.Legal == planning.Convicted)
		k := kind{p.Source, p.Court, p.Language, p.Nationality != b.q.Policy.Home && planning.Consular(p.Nationality)}
		at, known = kinds[k]
		if !known {
			at = len(kinds)
			kinds[k] = at
			row := make([]float64, len(b.q.Places))
			for l := range row {
				row[l] = bare.Cost(i, l, courts)
			}
			b.alone = append(b.alone, row)
		}
		b.kind = append(b.kind, at)
	}
}

func (b *board) concentration(weight, share float64, name func(*planning.Person) string) concentration {
	c := concentration{weight: weight, of: make([]int, len(b.q.People))}
	names := map[string]int{}
	for i := range b.q.People {
		s := name(&b.q.People[i])
		at, known := names[s]
		switch {
		case s == "":
			at = none
		case !known:
			at = len(names)
			names[s] = at
		}
		c.of[i] = at
	}
	c.size = len(names)
	for _, block := range b.blocks {
		c.limit = append(c.limit, block.Limit(share))
	}
	c.count = make([]int32, len(b.blocks)*c.size)
	return c
}

// add counts one person more or less in a block.
func (c *concentration) add(i, block int, by int32) {
	if g := c.of[i]; g != none {
		c.count[block*c.size+g] += by
	}
}

// extra is what one person more costs in a block.
func (c *concentration) extra(i, block int) float64 {
	if g := c.of[i]; g != none && int(c.count[block*c.size+g]) >= c.limit[block] {
		return c.weight
	}
	return 0
}

// above is how many people are more than a block takes of their group for nothing.
func (c *concentration) above() int {
	n := 0
	for at, count := range c.count {
		n += max(int(count)-c.limit[at/c.size], 0)
	}
	return n
}

// put gives person i, who has no place, a place, and tells what that costs.
func (b *board) put(i, l int) float64 {
	cost := b.extra(i, l)
	b.at[i] = l
	b.in[l] = append(b.in[l], i)
	b.count(i, l, 1)
	return cost
}

// take takes person i out of the place, and tells what that saves.
func (b *board) take(i int) float64 {
	l := b.at[i]
	b.at[i] = planning.Nowhere
	in := b.in[l]
	for n := len(in) - 1; n >= 0; n-- { // who came last goes first, most often
		if in[n] == i {
			b.in[l] = append(in[:n], in[n+1:]...)
			break
		}
	}
	b.count(i, l, -1)
	return b.extra(i, l)
}

func (b *board) count(i, l, by int) {
	if b.q.People[i].Medical {
		b.medical[l] += by
	}
	if b.convicted[i] {
		b.held[l] += by
	}
	b.planned[b.prison[l]] += by
	b.group.add(i, b.block[l], int32(by))
	b.nation.add(i, b.block[l], int32(by))
}

// extra is what person i, who has no place, costs in a place, with all who are there.
func (b *board) extra(i, l int) float64 {
	k := b.prison[l]
	cost := b.alone[b.kind[i]][l] + b.group.extra(i, b.block[l]) + b.nation.extra(i, b.block[l])
	cost += b.q.Unbalance(b.prisons[k], b.limits[k], b.planned[k]+1) - b.q.Unbalance(b.prisons[k], b.limits[k], b.planned[k])
	if was := b.q.Was(i); was != planning.Nowhere && was != l {
		cost += b.q.Policy.Move
	}
	return cost
}

// forbids tells which rules keep person i, who has no place, out of a place, with all who are there.
func (b *board) forbids(i, l int) rules {
	r, where := b.excluded[b.class[i]][l], &b.q.Places[l]
	if len(b.in[l]) >= where.Free() {
		r |= byCapacity
	}
	if b.q.People[i].Medical && b.medical[l] >= where.Medical {
		r |= byMedical
	}
	if where.Legal == planning.AnyLegal && (b.convicted[i] && b.held[l] < len(b.in[l]) || !b.convicted[i] && b.held[l] > 0) {
		r |= byMixed
	}
	if m := b.mothers[i]; m != planning.Nowhere && b.at[m] != l {
		r |= byMother
	}
	for _, j := range b.families[i] {
		if j != i && b.at[j] != planning.Nowhere && b.prison[b.at[j]] != b.prison[l] {
			r |= byFamily
			break
		}
	}
	for _, t := range b.ties[i] {
		if o := b.at[t.other]; o != planning.Nowhere && b.together(l, o, t.scope) {
			r |= byApart
			break
		}
	}
	return r
}

// together reports whether two places are one at a scope.
func (b *board) together(k, l int, scope planning.Scope) bool {
	switch scope {
	case planning.ApartPrison:
		return b.prison[k] == b.prison[l]
	case planning.ApartBlock:
		return b.block[k] == b.block[l]
	default:
		return k == l
	}
}

// unit is who goes with person i: the small children of hers who are where she is, or have no place as she has none.
func (b *board) unit(i int) []int {
	unit := []int{i}
	for _, k := range b.kids[i] {
		if b.at[k] == b.at[i] {
			unit = append(unit, k)
		}
	}
	return unit
}
