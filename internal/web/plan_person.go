package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"amana/internal/explain"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
)

// PlanPersonPage is why somebody is where the plan has them, and what every other place would cost or why it is closed to them.
type PlanPersonPage struct {
	Frame
	PlanHead
	Person   PersonLine
	Placed   PlanPerson
	Reason   ReasonView
	Needs    []Fact
	Possible []OptionRow
	Excluded []OptionRow
	Pin      string // reason of the human who chose the place, empty when nobody did
	Pinned   bool
	Form     PinForm
}

// PinForm is what was typed to choose a cell for somebody.
type PinForm struct {
	Cell, Reason, Key string
	Wrong             []Mistake
}

func planPerson(v *visit) (templ.Component, error) {
	page, err := v.planPerson(PinForm{Key: newKey(), Cell: cut(v.req.URL.Query().Get("cell"), 100)})
	if err != nil {
		return nil, err
	}
	return planPersonPage(page), nil
}

func (v *visit) personOfPath() (id.Person, error) {
	n, err := id.Parse[id.Person](id.NounPerson, v.req.PathValue("person"))
	if err != nil {
		e := fault.As(err)
		e.Kind = fault.NotFound
		return 0, e
	}
	return n, nil
}

func (v *visit) planPerson(form PinForm) (PlanPersonPage, error) {
	who, err := v.personOfPath()
	if err != nil {
		return PlanPersonPage{}, err
	}
	p, err := v.laid()
	if err != nil {
		return PlanPersonPage{}, err
	}
	i, planned := p.at[who]
	if !planned {
		return PlanPersonPage{}, fault.New(fault.NotFound, "plan.not_of_plan", "the plan is not about this person")
	}
	page := PlanPersonPage{Frame: v.frame("waves", v.T("plan.why_title")), PlanHead: v.planHead(p.PlanHead), Form: form}
	page.Frame.Back = planPersonHref(p.PlanHead.Plan, who)
	lines, err := v.lines(page.Frame, []id.Person{who})
	if err != nil {
		return page, err
	}
	all := p.everybody()
	page.Person, page.Placed = lines[who], all[slices.IndexFunc(all, func(x PlanPerson) bool { return x.Placed.Person == who })]
	q := &p.asked.Problem
	page.Reason = v.reasonView(p, explain.Of(q, p.asked.Plan, i))
	page.Needs = v.needs(q, i)
	rows, err := v.options(page.Frame, p, explain.Elsewhere(q, p.asked.Plan, i))
	if err != nil {
		return page, err
	}
	for _, r := range rows {
		if r.open() {
			page.Possible = append(page.Possible, r)
		} else {
			page.Excluded = append(page.Excluded, r)
		}
	}
	for _, x := range p.Document.Asked.Pins {
		if x.Person == who {
			page.Pin, page.Pinned = x.Reason, true
		}
	}
	return page, nil
}

// needs is what the plan knew of somebody, and nothing else was looked at.
func (v *visit) needs(q *planning.Problem, i int) []Fact {
	x := q.People[i]
	age := v.T("plan.age_unknown")
	if x.Age != planning.AgeUnknown {
		age = v.N(x.Age)
	}
	facts := []Fact{
		{Name: v.T("person.sex"), Value: v.Sex(x.Sex)},
		{Name: v.T("plan.age"), Value: age},
		{Name: v.T("plan.legal"), Value: v.Legal(string(x.Legal))},
		{Name: v.T("plan.security"), Value: v.N(x.Security)},
	}
	if x.Medical {
		facts = append(facts, Fact{Name: v.T("plan.medical"), Value: v.T("plan.medical_needed")})
	}
	if q.Mothers()[i] != planning.Nowhere {
		facts = append(facts, Fact{Name: v.T("plan.family"), Value: v.T("plan.goes_by_mother")})
	} else if x.Family != "" {
		facts = append(facts, Fact{Name: v.T("plan.family"), Value: v.T("plan.kept_together")})
	}
	apart := 0
	for _, a := range q.Apart {
		if a.A == i || a.B == i {
			apart++
		}
	}
	if apart > 0 {
		facts = append(facts, Fact{Name: v.T("plan.apart"), Value: v.Count("people.count", apart)})
	}
	if x.Language != "" {
		facts = append(facts, Fact{Name: v.T("person.language"), Value: x.Language, Code: true})
	}
	if x.Court != "" {
		facts = append(facts, Fact{Name: v.T("plan.court"), Value: x.Court, Code: true})
	}
	return facts
}

// pin makes a new draft in which somebody has the cell that a human chose, or is free again.
func pin(v *visit) (templ.Component, error) {
	who, err := v.personOfPath()
	if err != nil {
		return nil, err
	}
	n, err := v.planNumber()
	if err != nil {
		return nil, err
	}
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, 64<<10)
	form := PinForm{Cell: cut(v.req.PostFormValue("cell"), 100), Reason: cut(v.req.PostFormValue("reason"), 2000), Key: cut(v.req.PostFormValue("key"), 40)}
	free := v.req.PostFormValue("free") != ""
	if form.Cell == "" && !free {
		form.mistake(v, "cell", "field.required", "")
	}
	if form.Reason == "" && !free {
		form.mistake(v, "reason", "field.required", "")
	}
	if len(form.Wrong) == 0 {
		before, err := v.r.Plan(v.ctx(), v.actor, n, v.now)
		if err != nil {
			return nil, err
		}
		in := before.Asked
		in.Pins = slices.DeleteFunc(slices.Clone(in.Pins), func(x register.Pin) bool { return x.Person == who })
		if !free {
			in.Pins = append(in.Pins, register.Pin{Person: who, Cell: place.Code(form.Cell), Reason: form.Reason})
		}
		made, err := v.r.DraftPlan(v.ctx(), v.by("pin", form.Key), in)
		if err == nil {
			v.redirect(planPersonHref(made.PlanHead.Plan, who))
			return nil, errAnswered
		}
		e := fault.As(err)
		if !correctable(e) {
			return nil, err
		}
		for _, x := range e.Fields {
			if x.Row > 0 && x.Row < len(in.Pins) { // of somebody else, who was pinned before
				x.Name, x.Value = "cell", number(in.Pins[x.Row-1].Person)
			}
			form.mistake(v, x.Name, x.Rule, x.Value)
		}
		if len(e.Fields) == 0 {
			form.Wrong = append(form.Wrong, Mistake{ID: "cell", Name: v.T("pin.cell"), Text: v.Rule(e.Rule, e.Message)})
		}
	}
	page, err := v.planPerson(form)
	if err != nil {
		return nil, err
	}
	v.write(http.StatusBadRequest, planPersonPage(page))
	return nil, errAnswered
}

func (f *PinForm) mistake(v *visit, id, rule, value string) {
	name := map[string]string{"cell": v.T("pin.cell"), "reason": v.T("fact.reason"), "start": v.T("draft.start")}[id]
	if name == "" {
		id, name = "cell", v.T("pin.cell")
	}
	f.Wrong = append(f.Wrong, Mistake{Name: name, ID: id, Text: v.Rule(rule, rule), Value: value})
}

// maxOffered is how many cells the form offers while somebody types.
const maxOffered = 60

// offered are the cells that take the person, those first that cost least.
func (p PlanPersonPage) offered() []place.Code {
	var all []place.Code
	for _, o := range p.Possible {
		all = append(all, o.Cells...)
	}
	return all[:min(len(all), maxOffered)]
}
