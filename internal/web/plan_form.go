package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	"amana/internal/text"
)

// PlanForm is what a human may change about a plan before it is made.
type PlanForm struct {
	From    id.Plan // whose constraints it starts with, 0 for none
	Start   string  // YYYY-MM-DD
	Days    string
	Closed  []ClosedChoice // prisons, lines and reception points
	Further string         // codes of other places that are not to be used
	Broken  string         // one vehicle a line: route and number
	Routes  []RouteLine
	Pins    []PinChoice
	Weights []WeightChoice
	Key     string
	Wrong   []Mistake
}

// ClosedChoice is a place that can be left out.
type ClosedChoice struct {
	Place   place.Code
	Checked bool
}

// RouteLine is a route with its fleet.
type RouteLine struct {
	Code     string
	Vehicles int
}

// PinChoice is a cell that a human chose for somebody, as typed.
type PinChoice struct{ Person, Cell, Reason string }

// WeightChoice is a weight of the policy, as typed.
type WeightChoice struct{ Name, Value string }

// Limits of the form.
const (
	formPins  = 500
	spareRows = 2
	maxForm   = 1 << 20
)

// policyWeight is one number of a policy with its name.
type policyWeight struct {
	name string
	of   func(*planning.Policy) *float64
}

// policyWeights are the weights in the order in which they are shown.
var policyWeights = []policyWeight{
	{"travel", func(p *planning.Policy) *float64 { return &p.Travel }},
	{"court", func(p *planning.Policy) *float64 { return &p.Court }},
	{"consul", func(p *planning.Policy) *float64 { return &p.Consul }},
	{"language", func(p *planning.Policy) *float64 { return &p.Language }},
	{"density", func(p *planning.Policy) *float64 { return &p.Density }},
	{"group", func(p *planning.Policy) *float64 { return &p.Group }},
	{"group_share", func(p *planning.Policy) *float64 { return &p.GroupShare }},
	{"nationality", func(p *planning.Policy) *float64 { return &p.Nationality }},
	{"nationality_share", func(p *planning.Policy) *float64 { return &p.NationalityShare }},
	{"move", func(p *planning.Policy) *float64 { return &p.Move }},
}

func written(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// planForm is the form as a wave's page offers it: empty, or with what another plan was asked.
func (v *visit) planForm(wave id.Wave) (PlanForm, error) {
	f := PlanForm{Key: newKey(), Days: "7", Start: v.now.In(text.Zone).AddDate(0, 0, 1).Format(time.DateOnly)}
	policy := planning.DefaultPolicy()
	var asked register.NewPlan
	if s := v.req.URL.Query().Get("plan"); s != "" && authz.Check(v.actor, authz.Allocate) == nil {
		n, err := id.Parse[id.Plan](id.NounOther, s)
		if err != nil {
			return f, err
		}
		p, err := v.r.Plan(v.ctx(), v.actor, n, v.now)
		if err != nil {
			return f, err
		}
		if p.Wave != wave {
			return f, fault.New(fault.NotFound, "plan.not_found", "the plan is not of this wave")
		}
		asked, policy, f.From = p.Asked, p.Policy, n
		f.Start, f.Days = asked.Start.In(text.Zone).Format(time.DateOnly), number(asked.Days)
	}
	for _, w := range policyWeights {
		f.Weights = append(f.Weights, WeightChoice{w.name, written(*w.of(&policy))})
	}
	for _, b := range asked.Broken {
		f.Broken += b.Route + " " + number(b.Vehicle) + "\n"
	}
	for _, p := range asked.Pins {
		f.Pins = append(f.Pins, PinChoice{number(p.Person), string(p.Cell), p.Reason})
	}
	return f, v.furnish(&f, asked.Closed)
}

// furnish adds what the form offers: the places that can be left out, the routes, and empty rows for pins.
func (v *visit) furnish(f *PlanForm, closed []place.Code) error {
	if authz.Check(v.actor, authz.Allocate) != nil {
		return nil
	}
	closed = slices.Clone(closed)
	for _, k := range []place.Kind{place.Prison, place.Line, place.Reception} {
		found, err := v.q.Places(v.ctx(), k, "")
		if err != nil {
			return err
		}
		for _, x := range found {
			if x.State != place.Active {
				continue
			}
			at := slices.Index(closed, x.Code)
			f.Closed = append(f.Closed, ClosedChoice{x.Code, at >= 0})
			if at >= 0 {
				closed = slices.Delete(closed, at, at+1)
			}
		}
	}
	for _, c := range closed {
		f.Further += string(c) + " "
	}
	routes, err := v.q.Routes(v.ctx())
	for _, r := range routes {
		f.Routes = append(f.Routes, RouteLine{r.Route, r.Vehicles})
	}
	for range spareRows {
		f.Pins = append(f.Pins, PinChoice{})
	}
	return err
}

// draftPlan makes a plan of a wave. What is refused is shown with what was typed.
func draftPlan(v *visit) (templ.Component, error) {
	wave, err := v.waveNumber()
	if err != nil {
		return nil, err
	}
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, maxForm)
	if err := v.req.ParseForm(); err != nil {
		return nil, fault.New(fault.TooLarge, "body.too_large", "the form is too long").Because(err)
	}
	form, closed := v.typedPlan()
	in := form.plan(v, wave, closed)
	if len(form.Wrong) == 0 {
		p, err := v.r.DraftPlan(v.ctx(), v.by("plan", form.Key), in)
		if err == nil {
			v.redirect(planHref(p.PlanHead.Plan))
			return nil, errAnswered
		}
		e := fault.As(err)
		if !correctable(e) {
			return nil, err
		}
		form.refused(v, e)
	}
	if err := v.furnish(&form, closed); err != nil {
		return nil, err
	}
	p, err := v.wave(wave, form)
	if err != nil {
		return nil, err
	}
	v.write(http.StatusBadRequest, wavePage(p))
	return nil, errAnswered
}

// typedPlan reads the form as it was typed.
func (v *visit) typedPlan() (PlanForm, []place.Code) {
	get := func(name string, limit int) string { return cut(v.req.PostFormValue(name), limit) }
	f := PlanForm{Start: get("start", 20), Days: get("days", 10), Broken: get("broken", 10_000), Key: get("key", 40)}
	f.From, _ = id.Parse[id.Plan](id.NounOther, get("from", 40))
	for _, w := range policyWeights {
		f.Weights = append(f.Weights, WeightChoice{w.name, get("weight-"+w.name, 40)})
	}
	people, cells, reasons := v.req.PostForm["pin-person"], v.req.PostForm["pin-cell"], v.req.PostForm["pin-reason"]
	for i := range min(len(people), len(cells), len(reasons), formPins) {
		if p := (PinChoice{cut(people[i], 40), cut(cells[i], 100), cut(reasons[i], 2000)}); p != (PinChoice{}) {
			f.Pins = append(f.Pins, p)
		}
	}
	var closed []place.Code
	for _, c := range append(slices.Clone(v.req.PostForm["closed"]), strings.Fields(get("further", 10_000))...) {
		if code := place.Code(cut(c, 100)); code != "" && !slices.Contains(closed, code) {
			closed = append(closed, code)
		}
	}
	return f, closed
}

// plan reads what is asked for, and notes what cannot be read.
func (f *PlanForm) plan(v *visit, wave id.Wave, closed []place.Code) register.NewPlan {
	in := register.NewPlan{Wave: wave, Closed: closed}
	start, err := time.ParseInLocation(time.DateOnly, latin(f.Start), text.Zone)
	if err != nil {
		f.mistake(v, "start", v.T("draft.start"), "date.unreadable", f.Start)
	}
	in.Start = start
	if in.Days, err = strconv.Atoi(latin(f.Days)); err != nil || in.Days < 1 {
		f.mistake(v, "days", v.T("draft.days"), "number.unreadable", f.Days)
	}
	for line := range strings.Lines(f.Broken) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		at := strings.LastIndexAny(line, " \t")
		n, err := strconv.Atoi(latin(line[at+1:]))
		if at < 0 || err != nil || n < 1 {
			f.mistake(v, "broken", v.T("draft.broken"), "broken.unreadable", line)
			continue
		}
		in.Broken = append(in.Broken, register.Broken{Route: strings.TrimSpace(line[:at]), Vehicle: n})
	}
	for i, p := range f.Pins {
		who, err := id.Parse[id.Person](id.NounPerson, p.Person)
		if err != nil {
			f.mistake(v, "pin-person-"+number(i+1), v.T("draft.pin", "N", v.N(i+1)), fault.As(err).Rule, p.Person)
		}
		in.Pins = append(in.Pins, register.Pin{Person: who, Cell: place.Code(p.Cell), Reason: p.Reason})
	}
	policy, changed := v.policy(wave), false
	for i, w := range policyWeights {
		typed := f.Weights[i].Value
		x, err := strconv.ParseFloat(strings.ReplaceAll(latin(typed), "٫", "."), 64)
		if typed != "" && (err != nil || math.IsNaN(x) || x < 0 || x > 1e6) {
			f.mistake(v, "weight-"+w.name, v.PolicyTerm(w.name), "plan.weight_out_of_range", typed)
			continue
		}
		if to := w.of(&policy); typed != "" && *to != x {
			*to, changed = x, true
		}
	}
	if changed {
		in.Policy = &policy
	}
	return in
}

// policy is that of the operation, with the sources of a wave where the register has them.
func (v *visit) policy(wave id.Wave) planning.Policy {
	p := planning.DefaultPolicy()
	w, err := v.q.Wave(v.ctx(), wave)
	if err != nil {
		return p // the register says so itself
	}
	for _, s := range w.Sources {
		if x, err := v.q.Place(v.ctx(), s.Place); err == nil && (x.Lat != 0 || x.Lon != 0) {
			p.Sources[string(s.Place)] = planning.Point{Lat: x.Lat, Lon: x.Lon}
		}
	}
	return p
}

func (f *PlanForm) mistake(v *visit, id, name, rule, value string) {
	f.Wrong = append(f.Wrong, Mistake{Name: name, ID: id, Text: v.Rule(rule, rule), Value: value})
}

// refused notes what the register refused, each at its field.
func (f *PlanForm) refused(v *visit, e *fault.Error) {
	for _, x := range e.Fields {
		at, name := x.Name, x.Name
		switch {
		case x.Name == "start" || x.Name == "days":
			name = map[string]string{"start": v.T("draft.start"), "days": v.T("draft.days")}[x.Name]
		case x.Row > 0:
			at, name = "pin-"+x.Name+"-"+number(x.Row), v.T("draft.pin", "N", v.N(x.Row))
		case strings.HasPrefix(x.Name, "policy."):
			term := strings.TrimPrefix(x.Name, "policy.")
			at, name = "weight-"+term, v.PolicyTerm(term)
		}
		f.mistake(v, at, name, x.Rule, x.Value)
	}
	if len(e.Fields) == 0 {
		at := "start"
		if strings.HasPrefix(e.Rule, "route.") {
			at = "broken"
		}
		f.Wrong = append(f.Wrong, Mistake{ID: at, Name: v.T("draft.title"), Text: v.Rule(e.Rule, e.Message), Value: cmp.Or(e.Refs["route"], "")})
	}
}

// wrongWeight reports whether a weight was refused, so that the weights are open.
func (f PlanForm) wrongWeight() bool {
	return slices.ContainsFunc(f.Wrong, func(m Mistake) bool { return strings.HasPrefix(m.ID, "weight-") })
}

// latin writes the digits of Arabic and Persian as 0 to 9, and leaves everything else as it is.
func latin(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '٠' <= r && r <= '٩':
			return r - '٠' + '0'
		case '۰' <= r && r <= '۹':
			return r - '۰' + '0'
		}
		return r
	}, s)
}
