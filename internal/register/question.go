package register

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/store"
)

// question is what a plan is asked: a problem, and whom and what in the register its positions stand for.
type question struct {
	planning.Problem
	who     []store.Candidate // as Problem.People: those who are planned, then those who have their place already
	planned int               // how many are planned
	cells   []place.Code      // as Problem.Places
	free    [][]int           // per place the beds that the plan may use, those of the plan in force included
}

// of is a position by number of a person.
func (q *question) of() map[id.Person]int {
	at := make(map[id.Person]int, len(q.who))
	for i, c := range q.who {
		at[c.Person] = i
	}
	return at
}

// asking are the terms of a question, beside the people.
type asking struct {
	policy  planning.Policy
	closed  []place.Code
	sources []place.Code // whom nobody is moved to
	only    []place.Code // prisons; empty: all
	on      time.Time    // the day of the ages
	pins    []Pin
}

// ask puts the question where these people go, as things stand. Beds that they have reserved count as free.
func ask(ctx context.Context, q store.Queries, people []store.Candidate, in asking) (*question, error) {
	out := &question{Problem: planning.Problem{Policy: in.policy}, who: slices.Clone(people), planned: len(people)}
	slices.SortFunc(out.who, func(a, b store.Candidate) int { return cmp.Compare(a.Person, b.Person) })
	planned := make(map[id.Person]bool, len(people))
	for _, c := range out.who {
		planned[c.Person] = true
		out.People = append(out.People, asked(c, in))
	}
	prisons, err := out.askPlaces(ctx, q, planned, in)
	if err != nil {
		return nil, err
	}
	others, err := q.Occupants(ctx, prisons)
	if err != nil {
		return nil, err
	}
	others = slices.DeleteFunc(others, func(c store.Candidate) bool { return planned[c.Person] })
	out.occupy(others, in)
	out.askPrevious()
	if err := out.askPins(in.pins); err != nil {
		return nil, err
	}
	pairs, err := q.KeptApart(ctx)
	if err != nil {
		return nil, err
	}
	out.askOthers(others, pairs, in)
	return out, nil
}

// asked is what a plan must know of one person, and nothing else.
func asked(c store.Candidate, in asking) planning.Person {
	nationality := c.Nationality()
	n := c.Needs
	return planning.Person{
		ID: number(c.Person), Sex: c.Sex, Age: age(c, in.on), Nationality: nationality, Language: primary(cmp.Or(n.Language, c.Language)),
		Legal:    planning.Legal(custody.Footing(c.Ground, nationality != "" && nationality != in.policy.Home)),
		Security: n.Security, Medical: n.Medical, Group: n.Group, Family: c.Family, Court: n.Court, Source: string(c.Account.Place().Establishment()),
	}
}

// age is the least that somebody may have on a day, unless a human decided on the track: whoever may be under age is treated so (norms R19).
func age(c store.Candidate, on time.Time) int {
	youngest := planning.AgeUnknown
	switch {
	case c.Born.Known():
		youngest, _ = c.Born.AgeRange(on)
	case c.Child:
		youngest = 0
	}
	switch c.Needs.Age {
	case place.Adult:
		return max(youngest, planning.Majority)
	case place.Juvenile:
		return min(youngest, planning.Majority-1)
	}
	return youngest
}

// primary is the language of a tag, without script and region.
func primary(tag string) string {
	first, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return first
}

// askPlaces puts a row for every cell in use whose prison takes people, and for those in which somebody has a bed by the plan in force; it tells the prisons.
func (out *question) askPlaces(ctx context.Context, q store.Queries, planned map[id.Person]bool, in asking) ([]place.Code, error) {
	all, err := q.Places(ctx, "", "")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b store.Place) int { return cmp.Compare(a.Code, b.Code) }) // databases sort text differently
	beds, err := q.Beds(ctx)
	if err != nil {
		return nil, err
	}
	free := map[place.Code][]int{}
	capacity := map[place.Code]int{}
	for _, b := range beds {
		capacity[b.Cell]++
		if b.Holder == 0 || (b.Reserved && planned[b.Holder]) {
			free[b.Cell] = append(free[b.Cell], b.Bed.Bed)
		}
	}
	in.closed = append(slices.Clone(in.closed), in.sources...)
	places := make(map[place.Code]store.Place, len(all))
	shut := make(map[place.Code]bool, len(all))
	var prisons []place.Code
	kept := map[place.Code]bool{} // rows that the plan in force needs, whether they can be used or not
	for _, c := range out.who {
		kept[c.Reserved.Cell] = true
	}
	for _, p := range all { // parents come before what lies under them
		places[p.Code] = p
		shut[p.Code] = shut[p.Code.Parent()] || p.State != place.Active || p.LockedOut || slices.Contains(in.closed, p.Code) ||
			(p.Code.Parent() == "" && (p.Kind != place.Prison || (len(in.only) > 0 && !slices.Contains(in.only, p.Code))))
		if p.Kind == place.Prison {
			prisons = append(prisons, p.Code)
		}
		if p.Kind != place.Cell || (!kept[p.Code] && (shut[p.Code] || capacity[p.Code] == 0)) {
			continue
		}
		row := rowOf(p, places)
		if shut[p.Code] {
			free[p.Code] = nil
		} else {
			row.Capacity = capacity[p.Code]
			row.Occupied = row.Capacity - len(free[p.Code])
		}
		out.Places = append(out.Places, row)
		out.cells = append(out.cells, p.Code)
		out.free = append(out.free, free[p.Code])
	}
	return prisons, nil
}

// rowOf describes a cell; what it leaves open is as in its block, and then as in its prison.
func rowOf(p store.Place, places map[place.Code]store.Place) planning.Place {
	row := planning.Place{ID: string(p.Code), Prison: string(p.Code.Establishment()), Block: string(p.Code.Parent()), Medical: p.Medical}
	for at := p.Code; at != ""; at = at.Parent() {
		x := places[at]
		row.Province = cmp.Or(row.Province, x.Province)
		row.Sex = cmp.Or(row.Sex, x.Sex)
		row.Age = cmp.Or(row.Age, x.Age)
		row.Legal = cmp.Or(row.Legal, planning.Legal(x.Legal))
		row.SecurityMax = cmp.Or(row.SecurityMax, x.SecurityMax)
		if row.Lat == 0 && row.Lon == 0 {
			row.Lat, row.Lon = x.Lat, x.Lon
		}
		for _, l := range x.Languages {
			if l = primary(l); !slices.Contains(row.Languages, l) {
				row.Languages = append(row.Languages, l)
			}
		}
	}
	row.Legal = cmp.Or(row.Legal, planning.AnyLegal)
	row.SecurityMax = cmp.Or(row.SecurityMax, place.MaxSecurity)
	return row
}

// occupy takes what others use off the rows: medical places, beds of those who are in a cell without one, and the freedom of a cell for any
// footing, which goes on with the footing that is there (norms R18).
func (out *question) occupy(others []store.Candidate, in asking) {
	row := out.rows()
	for _, c := range others {
		cells := []place.Code{c.Account.Place()}
		if c.Reserved.Cell != "" && c.Reserved.Cell != cells[0] {
			cells = append(cells, c.Reserved.Cell)
		}
		for _, cell := range cells {
			l, known := row[cell]
			if !known {
				continue
			}
			p := &out.Places[l]
			if n := asked(c, in); n.Medical {
				p.Medical = max(p.Medical-1, 0)
			}
			if cell == c.Account.Place() && !c.InTheCell && p.Occupied < p.Capacity && c.Reserved.Cell != cell {
				p.Occupied++
				out.free[l] = out.free[l][:len(out.free[l])-1]
			}
			footing := planning.Legal(custody.Footing(c.Ground, c.Nationality() != "" && c.Nationality() != in.policy.Home))
			switch {
			case p.Legal != planning.AnyLegal:
			case footing == planning.Convicted:
				p.Legal = planning.Convicted
			case out.convicted():
				p.Legal = footing
			}
		}
	}
}

// convicted reports whether somebody who is planned is: only then others keep a cell for any footing from being one for anybody.
func (out *question) convicted() bool {
	return slices.ContainsFunc(out.People[:out.planned], func(p planning.Person) bool { return p.Legal == planning.Convicted })
}

// rows are the positions of the cells.
func (out *question) rows() map[place.Code]int {
	row := make(map[place.Code]int, len(out.cells))
	for l, c := range out.cells {
		row[c] = l
	}
	return row
}

// askPrevious names the cells of the plan in force.
func (out *question) askPrevious() {
	row := out.rows()
	for i, c := range out.who[:out.planned] {
		if c.Reserved.Cell == "" {
			continue
		}
		if out.Previous == nil {
			out.Previous = nowhere(len(out.who))
		}
		out.Previous[i] = row[c.Reserved.Cell]
	}
}

func nowhere(n int) []int { return slices.Repeat([]int{planning.Nowhere}, n) }

// askPins names the cells that a human chose.
func (out *question) askPins(pins []Pin) error {
	row, at := out.rows(), out.of()
	var fields []fault.Field
	seen := map[id.Person]bool{}
	for n, pin := range pins {
		i, waits := at[pin.Person]
		l, usable := row[pin.Cell]
		for _, bad := range []struct {
			is                bool
			name, rule, value string
		}{
			{!waits, "person", "pin.person_not_waiting", number(pin.Person)},
			{seen[pin.Person], "person", "pin.person_twice", number(pin.Person)},
			{!usable || (usable && out.Places[l].Capacity == 0), "cell", "pin.cell_not_usable", string(pin.Cell)},
			{strings.TrimSpace(pin.Reason) == "", "reason", "field.required", ""},
			{len(pin.Reason) > 2000, "reason", "field.too_long", ""},
		} {
			if bad.is {
				fields = append(fields, fault.Field{Name: bad.name, Row: n + 1, Rule: bad.rule, Value: bad.value})
			}
		}
		seen[pin.Person] = true
		if fields == nil {
			if out.Pinned == nil {
				out.Pinned = nowhere(len(out.who))
			}
			out.Pinned[i] = l
		}
	}
	if fields == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Rule: fields[0].Rule, Message: "somebody cannot be pinned as described", Fields: fields}
}

// askOthers adds those who have their place already and matter to somebody who is planned: kept apart from them, or of one family. They are pinned
// where they are, in the beds that they have.
func (out *question) askOthers(others []store.Candidate, pairs []store.Pair, in asking) {
	at, row := out.of(), out.rows()
	families := map[string]bool{}
	for _, c := range out.who {
		families[c.Family] = c.Family != ""
	}
	there := make(map[id.Person]store.Candidate, len(others))
	homes := map[string]place.Code{} // prison of each family, empty when there are several
	for _, c := range others {
		there[c.Person] = c
		if prison := where(c).Establishment(); families[c.Family] {
			if was, known := homes[c.Family]; known && was != prison {
				prison = ""
			}
			homes[c.Family] = prison
		}
	}
	add := func(c store.Candidate) int {
		if i, known := at[c.Person]; known {
			return i
		}
		i := len(out.who)
		at[c.Person] = i
		out.who = append(out.who, c)
		p := asked(c, in)
		if homes[c.Family] == "" { // nobody can be with a family that is in two prisons
			p.Family = ""
		}
		out.anchor(p, c, row)
		return i
	}
	for _, c := range others {
		if homes[c.Family] != "" {
			add(c)
		}
	}
	for _, p := range pairs {
		_, first := at[p.A]
		_, second := at[p.B]
		for _, c := range []struct {
			is  bool
			who id.Person
		}{{second && !first, p.A}, {first && !second, p.B}} {
			if other, known := there[c.who]; known && c.is {
				add(other)
			}
		}
		a, first := at[p.A]
		b, second := at[p.B]
		if first && second && (a < out.planned || b < out.planned) {
			out.Apart = append(out.Apart, planning.Apart{A: a, B: b, Scope: planning.Scope(p.Scope)})
		}
	}
}

// where is the cell that somebody goes to, else the place where they are.
func where(c store.Candidate) place.Code {
	if c.Reserved.Cell != "" {
		return c.Reserved.Cell
	}
	return c.Account.Place()
}

// anchor pins somebody to where they are. Whoever is in no row gets one that takes nobody else.
func (out *question) anchor(p planning.Person, c store.Candidate, row map[place.Code]int) {
	i := len(out.People)
	p.Security, p.Medical, p.Group, p.Source, p.Court = 0, false, "", "", ""
	if out.Previous == nil {
		out.Previous = nowhere(i)
	}
	if out.Pinned == nil {
		out.Pinned = nowhere(i)
	}
	code := where(c)
	l, known := row[code]
	if known && out.Places[l].Occupied > 0 {
		out.Places[l].Occupied--
	} else {
		l = len(out.Places)
		out.Places = append(out.Places, planning.Place{ID: string(code) + "#" + p.ID, Prison: string(code.Establishment()), Block: blockOf(code), Capacity: 1, Legal: planning.AnyLegal})
		out.cells, out.free = append(out.cells, ""), append(out.free, nil)
	}
	out.People = append(out.People, p)
	out.Previous, out.Pinned = append(out.Previous, l), append(out.Pinned, l)
	if out.Excluded(i, l, planning.Nowhere) != 0 { // they are there, whatever the rules say
		x := out.Places[l]
		p.Sex, p.Legal, p.Age = cmp.Or(x.Sex, person.Male), x.Legal, planning.Majority
		if x.Age == place.Juvenile {
			p.Age = planning.Majority - 1
		}
		if x.Legal == planning.AnyLegal {
			p.Legal = planning.Untried
		}
		out.People[i] = p
	}
}

// blockOf is the block of a cell, or the place itself.
func blockOf(c place.Code) string {
	if parent := c.Parent(); parent != "" && parent != c.Establishment() {
		return string(parent)
	}
	return string(c)
}
