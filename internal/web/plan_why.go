package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"amana/internal/explain"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
)

// ConflictLine is something that could not be met, in words, with its people and places.
type ConflictLine struct {
	Text   string
	Rules  []string
	Left   Link
	People Link
	Places []place.Code
}

// fewPlaces is how many places of a conflict are named one by one.
const fewPlaces = 12

// conflictLines says why people have no place.
func (v *visit) conflictLines(f Frame, p *laid) []ConflictLine {
	var lines []ConflictLine
	for n, c := range p.asked.Plan.Conflicts {
		s := explain.Figures(&p.asked.Problem, c)
		line := ConflictLine{Text: v.unmet(f, p, s), Left: p.list(len(c.Left), "conflict", number(n+1), "left", "1"), People: p.list(len(c.People), "conflict", number(n+1))}
		for _, r := range s.Rules {
			line.Rules = append(line.Rules, v.Planning(string(r)))
		}
		for _, l := range c.Places[:min(len(c.Places), fewPlaces)] {
			line.Places = append(line.Places, place.Code(p.asked.Problem.Places[l].ID))
		}
		lines = append(lines, line)
	}
	return lines
}

// unmet says a shortage in one sentence: who, how much room, where, and how many are left.
func (v *visit) unmet(f Frame, p *laid, s explain.Shortage) string {
	who := v.whoCompetes(s)
	switch {
	case len(s.Rules) == 0:
		return v.T("unmet.open", "Who", who)
	case s.Blocked:
		return v.T("unmet.blocked", "Who", who)
	}
	where := v.Count("unmet.prisons", len(s.Prisons))
	all, _ := p.asked.Problem.Prisons()
	switch {
	case len(s.Prisons) <= 3:
		names := make([]string, len(s.Prisons))
		for i, c := range s.Prisons {
			names[i] = f.Place(place.Code(c))
		}
		where = v.listed(names)
	case len(s.Prisons) == len(all):
		where = v.Count("unmet.all_prisons", len(all))
	}
	return v.T("unmet.short", "Who", who, "Room", v.Count("unmet.room", s.Room), "Where", where, "Left", v.Count("unmet.left", s.Left))
}

// whoCompetes names people by what separates them.
func (v *visit) whoCompetes(s explain.Shortage) string {
	who := ""
	if others := s.Men + s.Girls + s.Boys + s.Open; s.Women > 0 && s.Children > 0 && others == 0 {
		who = v.T("who.with", "Women", v.Count("who.women", s.Women), "Children", v.Count("who.children", s.Children))
	} else {
		var parts []string
		for _, x := range []struct {
			n    int
			said string
		}{
			{s.Women, v.Count("who.women", s.Women)},
			{s.Men, v.Count("who.men", s.Men)},
			{s.Girls, v.Count("who.girls", s.Girls)},
			{s.Boys, v.Count("who.boys", s.Boys)},
			{s.Children, v.Count("who.children", s.Children)},
			{s.Open, v.Count("who.open", s.Open)},
		} {
			if x.n > 0 {
				parts = append(parts, x.said)
			}
		}
		who = v.listed(parts)
	}
	if s.Medical == s.People && s.People > 0 {
		who = v.T("who.medical", "Who", who)
	}
	return who
}

// listed joins a few things as the language does.
func (v *visit) listed(all []string) string {
	if len(all) == 0 {
		return ""
	}
	said := all[0]
	for i, s := range all[1:] {
		if i+2 == len(all) {
			said = v.T("list.and", "A", said, "B", s)
		} else {
			said = v.T("list.comma", "A", said, "B", s)
		}
	}
	return said
}

func joined(parts []string) string { return strings.Join(parts, " · ") }

// ReasonView is why somebody is where they are, in words.
type ReasonView struct {
	Why      string
	Rules    []string
	Cost     []CostRow
	Excluded []Fact
	Open     string
	Next     place.Code
	Extra    float64
	Found    bool // Next and Extra say something
}

func (v *visit) reasonView(p *laid, r explain.Reason) ReasonView {
	out := ReasonView{Why: v.Because(string(r.Why)), Next: place.Code(r.Next), Extra: r.Extra, Found: r.Next != "", Open: v.Count("plan.places_open", r.Open)}
	for _, rule := range r.Rules {
		out.Rules = append(out.Rules, v.Planning(string(rule)))
	}
	points := map[string]float64{"travel": r.Cost.Travel, "court": r.Cost.Court, "consul": r.Cost.Consul, "language": r.Cost.Language, "move": r.Cost.Move}
	for _, w := range policyWeights {
		if points[w.name] != 0 {
			out.Cost = append(out.Cost, CostRow{v.PolicyTerm(w.name), *w.of(&p.Policy), points[w.name]})
		}
	}
	for _, c := range r.Excluded {
		out.Excluded = append(out.Excluded, Fact{Name: v.Planning(string(c.Rule)), Value: v.Count("plan.cells", c.Places)})
	}
	return out
}

// OptionRow is the cells of a block that are alike for somebody: the rules that exclude them, or what the plan would cost more.
type OptionRow struct {
	Block place.Code
	Cells []place.Code
	Rules []string
	Extra float64
	With  []PersonLine // who would change places with them, because the cells are full: the first few, one in each cell
	full  []id.Person
}

// fewPartners is how many of those who would change places are named.
const fewPartners = 3

// open reports whether the cells are possible.
func (o OptionRow) open() bool { return len(o.Rules) == 0 }

// options groups what Elsewhere found: what is possible first, by what it costs.
func (v *visit) options(f Frame, p *laid, found []explain.Option) ([]OptionRow, error) {
	q := &p.asked.Problem
	var rows []OptionRow
	var partners []id.Person
	of := map[string]int{}
	for _, o := range found {
		x := &q.Places[o.Place]
		row := OptionRow{Block: place.Code(x.Block), Extra: o.Extra}
		key := x.Block
		for _, r := range o.Rules {
			row.Rules = append(row.Rules, v.Planning(string(r)))
			key += "|" + string(r)
		}
		if row.open() {
			key += fmt.Sprintf("|%.1f|%t", o.Extra, o.With != planning.Nowhere)
		}
		at, known := of[key]
		if !known {
			at = len(rows)
			of[key] = at
			rows = append(rows, row)
		}
		rows[at].Cells = append(rows[at].Cells, place.Code(x.ID))
		if o.With != planning.Nowhere && len(rows[at].full) < fewPartners {
			n, err := id.Parse[id.Person](id.NounPerson, q.People[o.With].ID)
			if err != nil {
				return nil, err
			}
			rows[at].full = append(rows[at].full, n)
			partners = append(partners, n)
		}
	}
	lines, err := v.lines(f, partners)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		for _, n := range rows[i].full {
			rows[i].With = append(rows[i].With, lines[n])
		}
	}
	rank := func(r OptionRow) int {
		switch {
		case !r.open():
			return 2
		case len(r.full) > 0:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(rows, func(a, b OptionRow) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Extra, b.Extra)) })
	return rows, nil
}

// names are the cells by the last part of their codes.
func (o OptionRow) names() string {
	names := make([]string, len(o.Cells))
	for i, c := range o.Cells {
		names[i] = string(c)[strings.LastIndexByte(string(c), '/')+1:]
	}
	return strings.Join(names, ", ")
}
