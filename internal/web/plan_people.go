package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"amana/internal/explain"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
)

// PlanPeople is people of a plan, each with their place and the reason.
type PlanPeople struct {
	Frame
	PlanHead
	Filter PlanFilter
	Said   string // what the list is narrowed to, beside what the form shows
	Total  int
	Rows   []PlanPerson
	More   string
}

// PlanFilter narrows the list.
type PlanFilter struct {
	Place    place.Code
	Source   place.Code
	State    string // placed, unplaced, changed, no_seat, pinned, or "" for all
	Conflict string // number of a conflict from 1, "none" for those whom no conflict names
	Left     bool   // of the conflict only those who have no place
	Prisons  []place.Code
	Sources  []place.Code
}

// planStates are the states by which the list is narrowed.
var planStates = []string{"placed", "unplaced", "changed", "no_seat", "pinned"}

// PlanPerson is somebody of a plan.
type PlanPerson struct {
	PersonLine
	register.Placed // Cell is empty for somebody without a place
	Href            string
	Why             string
	Next            place.Code // the other cell that would cost least
	Extra           float64
	conflict        int
}

func planPersonHref(n id.Plan, who id.Person) string {
	return planHref(n) + "/people/" + number(who)
}

func planPeople(v *visit) (templ.Component, error) {
	p, err := v.laid()
	if err != nil {
		return nil, err
	}
	q := v.req.URL.Query()
	from, err := parseSeq(q.Get("from"))
	if err != nil {
		return nil, err
	}
	page := PlanPeople{Frame: v.frame("waves", v.T("plan.people")), PlanHead: v.planHead(p.PlanHead)}
	page.Filter = PlanFilter{Place: place.Code(q.Get("place")), Source: place.Code(q.Get("source")), State: q.Get("state"), Conflict: q.Get("conflict"), Left: q.Get("left") != ""}
	keep, err := page.Filter.keeps(p)
	if err != nil {
		return nil, err
	}
	var rows []PlanPerson
	for _, x := range p.everybody() {
		if !slices.Contains(page.Filter.Sources, x.Source) {
			page.Filter.Sources = append(page.Filter.Sources, x.Source)
		}
		if keep(&x) {
			rows = append(rows, x)
		}
	}
	for _, r := range p.rooms(func(x *planning.Place) string { return x.Prison }) {
		page.Filter.Prisons = append(page.Filter.Prisons, r.Place)
	}
	if c := page.Filter.Place; c != "" && c.Parent() != "" {
		page.Said = page.Frame.Place(c)
		page.Filter.Prisons = append(page.Filter.Prisons, c)
	}
	if n, err := strconv.Atoi(page.Filter.Conflict); err == nil {
		page.Said = v.conflictLines(page.Frame, p)[n-1].Text
	}
	page.Total = len(rows)
	rows, next := section(rows, int(from))
	if next > 0 {
		q.Del("lang")
		q.Set("from", number(next))
		page.More = planHref(p.PlanHead.Plan) + "/people?" + q.Encode()
	}
	people := make([]id.Person, len(rows))
	for i := range rows {
		people[i] = rows[i].Placed.Person
	}
	lines, err := v.lines(page.Frame, people)
	if err != nil {
		return nil, err
	}
	var positions []int
	for i := range rows {
		x := &rows[i]
		x.PersonLine, x.Href = lines[people[i]], planPersonHref(p.PlanHead.Plan, people[i])
		if at, known := p.at[people[i]]; known {
			positions = append(positions, at)
		}
	}
	reasons := explain.Some(&p.asked.Problem, p.asked.Plan, positions)
	for i := range rows {
		if _, known := p.at[people[i]]; known {
			rows[i].explain(v, reasons[0])
			reasons = reasons[1:]
		}
	}
	page.Rows = rows
	return planPeoplePage(page), nil
}

// everybody is all whom the plan is about, by number.
func (p *laid) everybody() []PlanPerson {
	all := make([]PlanPerson, 0, len(p.Places)+len(p.Document.Unplaced))
	for _, x := range p.Places {
		all = append(all, PlanPerson{Placed: x, conflict: -1})
	}
	for _, x := range p.Document.Unplaced {
		all = append(all, PlanPerson{Placed: register.Placed{Person: x.Person, Source: x.Source, Was: x.Was, Move: x.Move}, conflict: x.Conflict})
	}
	slices.SortFunc(all, func(a, b PlanPerson) int { return cmp.Compare(a.Placed.Person, b.Placed.Person) })
	return all
}

// keeps tells of each person whether the filter shows them.
func (f *PlanFilter) keeps(p *laid) (func(*PlanPerson) bool, error) {
	if f.State != "" && !slices.Contains(planStates, f.State) {
		return nil, fault.New(fault.Invalid, "filter.unknown", "the list cannot be narrowed like that")
	}
	var compete map[id.Person]bool
	if f.Conflict != "" && f.Conflict != "none" {
		n, err := strconv.Atoi(f.Conflict)
		if err != nil || n < 1 || n > len(p.asked.Plan.Conflicts) {
			return nil, fault.New(fault.NotFound, "plan.no_such_conflict", "the plan has no conflict of this number")
		}
		c := p.asked.Plan.Conflicts[n-1]
		in := map[int]bool{}
		for _, i := range c.People {
			in[i] = !f.Left
		}
		for _, i := range c.Left {
			in[i] = true
		}
		compete = map[id.Person]bool{}
		for who, i := range p.at {
			compete[who] = in[i]
		}
	}
	pinned := map[id.Person]bool{}
	for _, x := range p.Document.Asked.Pins {
		pinned[x.Person] = true
	}
	return func(x *PlanPerson) bool {
		switch {
		case f.Source != "" && x.Source != f.Source,
			f.Place != "" && x.Cell != f.Place && !strings.HasPrefix(string(x.Cell), string(f.Place)+"/"),
			f.State == "placed" && x.Cell == "", f.State == "unplaced" && x.Cell != "", f.State == "changed" && (x.Was == "" || x.Was == x.Cell),
			f.State == "no_seat" && (x.Cell == "" || x.Convoy != 0), f.State == "pinned" && !pinned[x.Placed.Person],
			f.Conflict == "none" && (x.Cell != "" || x.conflict >= 0), compete != nil && !compete[x.Placed.Person]:
			return false
		}
		return true
	}, nil
}

// explain says why the person is where they are.
func (x *PlanPerson) explain(v *visit, r explain.Reason) {
	why := []string{v.Because(string(r.Why))}
	for _, rule := range r.Rules {
		why = append(why, v.Planning(string(rule)))
	}
	x.Why, x.Next, x.Extra = joined(why), place.Code(r.Next), r.Extra
}
