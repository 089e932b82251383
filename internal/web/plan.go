package web

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/explain"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	"amana/internal/store"
	"amana/internal/text"
)

// PlanHead is a plan in a list, and what became of it.
type PlanHead struct {
	store.PlanHead
	Standing string // what became of it: a word of the family plan_state
	Href     string
}

func planHref(n id.Plan) string { return "/plans/" + number(n) }

func (v *visit) planHead(h store.PlanHead) PlanHead {
	out := PlanHead{PlanHead: h, Standing: string(h.State), Href: planHref(h.Plan)}
	if h.State == store.PlanApproved {
		out.Standing = "replaced"
		if h.InForce {
			out.Standing = "in_force"
		}
	}
	return out
}

// standingClass is how what became of a plan is coloured.
func standingClass(standing string) string {
	return map[string]string{"in_force": "ok", "draft": "warn"}[standing]
}

// laid is a plan with what it was asked, and where everybody is.
type laid struct {
	register.Plan
	asked register.Problem
	at    map[id.Person]int // position of each person who was planned
	new   []int             // people of the plan, per place
	held  []int             // people who are there already, per place
}

func (v *visit) planNumber() (id.Plan, error) {
	n, err := id.Parse[id.Plan](id.NounOther, v.req.PathValue("number"))
	if err != nil {
		e := fault.As(err)
		e.Kind = fault.NotFound
		return 0, e
	}
	return n, nil
}

// laid reads the plan of the address. The reading is on record before anything is shown.
func (v *visit) laid() (*laid, error) {
	n, err := v.planNumber()
	if err != nil {
		return nil, err
	}
	p := &laid{at: map[id.Person]int{}}
	if p.asked, err = v.r.Question(v.ctx(), v.actor, n, v.now); err != nil {
		return nil, err
	}
	p.Plan = p.asked.Filed
	q := &p.asked.Problem
	p.new, p.held = make([]int, len(q.Places)), make([]int, len(q.Places))
	for l := range q.Places {
		p.held[l] = q.Places[l].Occupied
	}
	for i := range q.People {
		l := planning.Nowhere
		if i < len(p.asked.Plan.Places) {
			l = p.asked.Plan.Places[i]
		}
		switch {
		case i >= p.asked.Planned:
			if l != planning.Nowhere {
				p.held[l]++
			}
			continue
		case l != planning.Nowhere:
			p.new[l]++
		}
		who, err := id.Parse[id.Person](id.NounPerson, q.People[i].ID)
		if err != nil {
			return nil, err
		}
		p.at[who] = i
	}
	return p, nil
}

// list is a figure of the plan that opens into its people.
func (p *laid) list(n int, pairs ...string) Link {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return Link{n, planHref(p.PlanHead.Plan) + "/people?" + q.Encode()}
}

// PlanPage is a plan on one screen.
type PlanPage struct {
	Frame
	PlanHead
	Label    string // of the wave
	Follows  id.Plan
	Placed   Link
	Unplaced Link
	Unmet    []ConflictLine
	Broken   []string // rules that the independent checker found broken
	Obscure  Link     // people without a place whom no conflict names
	NoSeat   Link
	Held     Link // people who are not in the wave
	Prisons  []RoomRow
	Total    RoomRow
	Flow     FlowMap
	Costs    []CostRow
	Gap      string // the plan is at most so far from the best, in per cent
	Proven   bool   // there is a bound that says something
	Best     bool   // nothing can be better
	Prices   []PriceRow
	Changed  Link
	Least    int
	Asked    []Fact
	Days     []ConvoyDay
	Loads    int
	Bound    int // no timetable has fewer loads
	Waiting  time.Duration
	Veiled   bool // an overseer reads: nothing tells when convoys go
	Discard  DiscardForm
}

// RoomRow is how full a prison, a block or a cell is after the plan.
type RoomRow struct {
	Place          place.Code
	Href           string
	For            string // whom a cell is for
	New            Link   // people of the plan
	Held           int    // people who are there already, or expected
	After          int
	Capacity, Free int
	Over           bool
}

// density is how many people there are for a hundred places.
func (f Frame) density(r RoomRow) string {
	if r.Capacity == 0 {
		return "–"
	}
	return f.N(int(math.Round(float64(r.After) * 100 / float64(r.Capacity))))
}

func (r *RoomRow) add(p *laid, l int) {
	x := &p.asked.Problem.Places[l]
	r.New.N += p.new[l]
	r.Held += p.held[l]
	r.After += p.new[l] + p.held[l]
	r.Capacity += x.Capacity
	r.Free = r.Capacity - r.After
	r.Over = r.After > r.Capacity
}

// rooms adds the places up, by what key says of each, in the order of the places.
func (p *laid) rooms(key func(*planning.Place) string) []RoomRow {
	var rows []RoomRow
	at := map[string]int{}
	for l := range p.asked.Problem.Places {
		k := key(&p.asked.Problem.Places[l])
		if k == "" {
			continue
		}
		n, known := at[k]
		if !known {
			n = len(rows)
			at[k] = n
			rows = append(rows, RoomRow{Place: place.Code(k)})
		}
		rows[n].add(p, l)
	}
	for i := range rows {
		rows[i].New = p.list(rows[i].New.N, "place", string(rows[i].Place))
		rows[i].Href = planHref(p.PlanHead.Plan) + "/places/" + string(rows[i].Place)
	}
	return rows
}

// CostRow is one part of what the plan costs by the policy.
type CostRow struct {
	Name   string
	Weight float64
	Points float64
}

// PriceRow is what one bed more, or one medical place more, is worth in cells that are alike.
type PriceRow struct {
	Block        place.Code
	Cells        int
	Bed, Medical float64
}

// fewPrices is how many prices are shown, the highest first.
const fewPrices = 12

// ConvoyDay is the convoys of one day.
type ConvoyDay struct {
	Day                       time.Time
	Href                      string
	Convoys, Vehicles, People int
	First, Last               time.Time
}

func plan(v *visit) (templ.Component, error) {
	p, err := v.laid()
	if err != nil {
		return nil, err
	}
	page, err := v.plan(p)
	if err != nil {
		return nil, err
	}
	return planPage(page), nil
}

func (v *visit) plan(p *laid) (PlanPage, error) {
	q, figures := &p.asked.Problem, p.Figures
	page := PlanPage{
		Frame: v.frame("waves", v.T("plan.numbered", "Plan", isolated(id.Format(p.PlanHead.Plan)))), PlanHead: v.planHead(p.PlanHead), Follows: p.Follows,
		Placed: p.list(figures.People, "state", "placed"), Unplaced: p.list(figures.Unplaced, "state", "unplaced"), NoSeat: p.list(figures.NoSeat, "state", "no_seat"),
		Held:    Link{len(p.Document.Held), waveHref(p.PlanHead.Wave) + "/people?held=all"},
		Changed: p.list(figures.Changes, "state", "changed"), Least: p.Document.Least, Veiled: v.actor.Role == authz.Overseer, Discard: DiscardForm{Key: newKey()},
	}
	page.Frame.Back = planHref(p.PlanHead.Plan)
	w, err := v.q.Wave(v.ctx(), p.PlanHead.Wave)
	if err != nil {
		return page, err
	}
	page.Label = cmp.Or(w.Label, id.Format(p.PlanHead.Wave))
	page.Unmet = v.conflictLines(page.Frame, p)
	for _, x := range p.Violations {
		page.Broken = append(page.Broken, joined([]string{v.Planning(string(x.Rule)), x.Detail}))
	}
	obscure := 0
	for _, u := range p.Document.Unplaced {
		if u.Conflict < 0 {
			obscure++
		}
	}
	page.Obscure = p.list(obscure, "conflict", "none")
	page.Prisons = p.rooms(func(x *planning.Place) string { return x.Prison })
	for l := range q.Places {
		page.Total.add(p, l)
	}
	page.Total.New = page.Placed
	type way struct{ source, prison place.Code }
	ways := map[way]int{}
	for _, x := range p.Places {
		ways[way{x.Source, x.Cell.Establishment()}]++
	}
	var moving []Moving
	for k, n := range ways {
		moving = append(moving, Moving{k.source, k.prison, n})
	}
	if page.Flow, err = v.flowMap(moving); err != nil {
		return page, err
	}
	page.proof(v, p)
	page.Prices = prices(p)
	page.Asked = v.askedFacts(page.Frame, p)
	page.days(v, p)
	return page, nil
}

// proof says what the plan costs, and how far it can be from the best.
func (page *PlanPage) proof(v *visit, p *laid) {
	cost := explain.Cost(&p.asked.Problem, p.asked.Plan)
	points := map[string]float64{
		"travel": cost.Travel, "court": cost.Court, "consul": cost.Consul, "language": cost.Language, "density": cost.Density, "group": cost.Group,
		"nationality": cost.Nationality, "move": cost.Move,
	}
	for _, w := range policyWeights {
		if n, counted := points[w.name]; counted {
			page.Costs = append(page.Costs, CostRow{v.PolicyTerm(w.name), *w.of(&p.Policy), n})
		}
	}
	f := p.Figures
	page.Best = f.Gap == 0
	page.Proven = f.Bound > 0 || f.Objective <= f.Bound
	page.Gap = v.Decimal(f.Gap*100, 2)
}

// prices lists what is scarce, the dearest first; cells of a block that are alike are one row.
func prices(p *laid) []PriceRow {
	var rows []PriceRow
	for _, x := range explain.Prices(&p.asked.Problem, p.asked.Plan) {
		row := PriceRow{place.Code(p.asked.Problem.Places[x.Place].Block), 1, x.Bed, x.Medical}
		at := slices.IndexFunc(rows, func(r PriceRow) bool {
			return r.Block == row.Block && math.Abs(r.Bed-row.Bed) < 0.05 && math.Abs(r.Medical-row.Medical) < 0.05
		})
		if at >= 0 {
			rows[at].Cells++
			continue
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b PriceRow) int { return cmp.Compare(max(b.Bed, b.Medical), max(a.Bed, a.Medical)) })
	return rows[:min(len(rows), fewPrices)]
}

// askedFacts says what a human changed before the plan was made.
func (v *visit) askedFacts(f Frame, p *laid) []Fact {
	a := p.Document.Asked
	var facts []Fact
	if !a.Start.IsZero() {
		facts = append(facts, Fact{Name: v.T("draft.start"), Value: v.Date(a.Start)}, Fact{Name: v.T("draft.days"), Value: v.N(a.Days)})
	}
	for _, c := range a.Closed {
		facts = append(facts, Fact{Name: v.T("draft.closed"), Value: f.Place(c), Href: placeHref(c.Establishment())})
	}
	for _, b := range a.Broken {
		facts = append(facts, Fact{Name: v.T("draft.broken"), Value: b.Route + " " + number(b.Vehicle), Code: true})
	}
	for _, x := range a.Pins {
		facts = append(facts, Fact{Name: v.T("plan.pinned"), Value: id.Format(x.Person) + " " + string(x.Cell), Code: true, Href: planPersonHref(p.PlanHead.Plan, x.Person)})
	}
	return facts
}

// days sums the convoys up by the day on which they leave.
func (page *PlanPage) days(v *visit, p *laid) {
	t := p.Table
	if t == nil {
		return
	}
	page.Loads, page.Bound, page.Waiting = t.Loads, t.Bound, t.Waiting
	for _, c := range t.Convoys { // by departure
		day := c.Departs.In(text.Zone).Format(time.DateOnly)
		if n := len(page.Days); n == 0 || page.Days[n-1].Day.In(text.Zone).Format(time.DateOnly) != day {
			page.Days = append(page.Days, ConvoyDay{Day: c.Departs, First: c.Departs, Href: slotsHref(p.PlanHead.Plan, day)})
		}
		d := &page.Days[len(page.Days)-1]
		d.Convoys, d.Vehicles, d.People = d.Convoys+1, d.Vehicles+len(c.Loads), d.People+c.People()
		d.Last = later(d.Last, c.Until)
	}
}
