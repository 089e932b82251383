package web

import (
	"net/http"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
)

// ApprovePage asks whoever puts a plan in force to check it first, and says what follows.
type ApprovePage struct {
	Frame
	PlanHead
	Label string
	Form  ApproveForm
}

// ApproveForm is what was typed to put a plan in force.
type ApproveForm struct {
	Note, Digits, Key string
	Wrong             []Mistake
}

func approveForm(v *visit) (templ.Component, error) {
	p, err := v.approval(ApproveForm{Key: newKey()})
	if err != nil {
		return nil, err
	}
	return approvePage(p), nil
}

func (v *visit) approval(form ApproveForm) (ApprovePage, error) {
	n, err := v.planNumber()
	if err != nil {
		return ApprovePage{}, err
	}
	p, err := v.r.Plan(v.ctx(), v.actor, n, v.now)
	if err != nil {
		return ApprovePage{}, err
	}
	w, err := v.q.Wave(v.ctx(), p.Wave)
	page := ApprovePage{Frame: v.frame("waves", v.T("approve.title")), PlanHead: v.planHead(p.PlanHead), Label: w.Label, Form: form}
	page.Frame.Back = planHref(n) + "/approve"
	return page, err
}

// lastFour are what somebody types to say that they mean this plan and no other.
func lastFour(n id.Plan) string { return lastDigits(id.Person(n)) }

// approve puts a plan in force. What is refused is shown with what was typed.
func approve(v *visit) (templ.Component, error) {
	n, err := v.planNumber()
	if err != nil {
		return nil, err
	}
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, 64<<10)
	get := func(name string, limit int) string { return cut(v.req.PostFormValue(name), limit) }
	form := ApproveForm{Note: get("note", 2000), Digits: get("digits", 8), Key: get("key", 40)}
	code := http.StatusBadRequest
	if id.Fold(form.Digits) != lastFour(n) {
		form.Wrong = append(form.Wrong, Mistake{ID: "digits", Name: v.T("approve.digits"), Text: v.Rule("plan.digits_differ", ""), Value: form.Digits})
	} else {
		_, err := v.r.ApprovePlan(v.ctx(), v.by("approve", form.Key), register.Approval{Plan: n, Note: form.Note})
		if err == nil {
			v.redirect(planHref(n))
			return nil, errAnswered
		}
		e := fault.As(err)
		if !correctable(e) {
			return nil, err
		}
		code = status[e.Kind]
		form.refused(v, e)
	}
	p, err := v.approval(form)
	if err != nil {
		return nil, err
	}
	v.write(code, approvePage(p))
	return nil, errAnswered
}

// maxMistakes is how many reasons of a refusal are shown one by one.
const maxMistakes = 30

func (f *ApproveForm) refused(v *visit, e *fault.Error) {
	frame := v.frame("", "")
	f.Wrong = append(f.Wrong, Mistake{ID: "again", Name: v.T("approve.title"), Text: v.Rule(e.Rule, e.Message)})
	for _, x := range e.Fields[:min(len(e.Fields), maxMistakes)] {
		m := Mistake{ID: "again", Name: x.Name, Text: v.Rule(x.Rule, x.Rule), Value: x.Value}
		switch x.Name {
		case "person":
			m.Name = v.T("person.number")
			if n, err := id.Parse[id.Person](id.NounPerson, x.Value); err == nil {
				m.Value = id.Format(n)
			}
		case "cell", "place", "bed", "prison":
			m.Name, m.Value = v.T("plan.place"), frame.Place(place.Code(x.Value))
		case "note":
			m.ID, m.Name = "note", v.T("approve.note")
		default:
			m.Name = v.T("approve.title")
		}
		f.Wrong = append(f.Wrong, m)
	}
}

// DiscardForm is what was typed to throw a draft away.
type DiscardForm struct {
	Key   string
	Wrong string
}

// discard throws a draft away, when whoever asks for it says that they mean it.
func discard(v *visit) (templ.Component, error) {
	n, err := v.planNumber()
	if err != nil {
		return nil, err
	}
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, 64<<10)
	form, code := DiscardForm{Key: cut(v.req.PostFormValue("key"), 40)}, http.StatusBadRequest
	if v.req.PostFormValue("sure") == "" {
		form.Wrong = v.Rule("field.required", "")
	} else {
		_, err := v.r.DiscardPlan(v.ctx(), v.by("discard", form.Key), n)
		if err == nil {
			v.redirect(planHref(n))
			return nil, errAnswered
		}
		e := fault.As(err)
		if !correctable(e) {
			return nil, err
		}
		form.Wrong, code = v.Rule(e.Rule, e.Message), status[e.Kind]
	}
	p, err := v.laid()
	if err != nil {
		return nil, err
	}
	page, err := v.plan(p)
	if err != nil {
		return nil, err
	}
	page.Discard = form
	v.write(code, planPage(page))
	return nil, errAnswered
}

// decidable reports whether the reader can still put the plan in force.
func (p PlanPage) decidable() bool { return p.Standing == "draft" && p.May(authz.ApprovePlan) }
