package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/transfer"
)

// wavesShown is how many waves the list shows at once.
const wavesShown = 20

// Waves is the list of waves, with the form that makes one.
type Waves struct {
	Frame
	Rows []WaveRow
	More string
	Form WaveForm
}

// WaveRow is one wave and the newest plan of it.
type WaveRow struct {
	transfer.WaveFormed
	Href string
	Plan PlanHead // zero when there is none
}

// WaveForm is what was typed to make a wave.
type WaveForm struct {
	Label   string
	Target  string
	Sources []SourceChoice // in the order in which the sources are emptied
	Offered []place.Code
	Key     string
	Wrong   []Mistake
}

// SourceChoice is a source at one position of the order, and why it stands there.
type SourceChoice struct{ Place, Reason string }

// Mistake is a field that was refused: its name, where the form holds it, and why.
type Mistake struct{ Name, ID, Text, Value string }

// wrong reports whether a field was refused.
func wrong(all []Mistake, id string) bool {
	return slices.ContainsFunc(all, func(m Mistake) bool { return m.ID == id })
}

// maxOrder is how many sources the form takes at most.
const maxOrder = 8

func waves(v *visit) (templ.Component, error) {
	p, err := v.waves(WaveForm{Key: newKey()})
	if err != nil {
		return nil, err
	}
	return wavesPage(p), nil
}

func (v *visit) waves(form WaveForm) (Waves, error) {
	p := Waves{Frame: v.frame("waves", v.T("waves.title"))}
	p.Frame.Back = "/waves"
	before, err := parseSeq(v.req.URL.Query().Get("before"))
	if err != nil {
		return p, err
	}
	found, err := v.r.Waves(v.ctx(), v.actor, id.Wave(before), wavesShown+1)
	if err != nil {
		return p, err
	}
	if len(found) > wavesShown {
		found = found[:wavesShown]
		p.More = "/waves?before=" + number(found[wavesShown-1].Wave)
	}
	for _, w := range found {
		row := WaveRow{WaveFormed: w, Href: waveHref(w.Wave)}
		plans, err := v.r.Plans(v.ctx(), v.actor, w.Wave)
		if err != nil {
			return p, err
		}
		if len(plans) > 0 {
			row.Plan = v.planHead(plans[0])
		}
		p.Rows = append(p.Rows, row)
	}
	if !p.May(authz.Allocate) {
		return p, nil
	}
	sources, err := v.q.Places(v.ctx(), place.Source, "")
	if err != nil {
		return p, err
	}
	for _, x := range sources {
		if x.State == place.Active {
			form.Offered = append(form.Offered, x.Code)
		}
	}
	for len(form.Sources) < min(len(form.Offered), maxOrder) {
		form.Sources = append(form.Sources, SourceChoice{})
	}
	p.Form = form
	return p, nil
}

func waveHref(n id.Wave) string { return "/waves/" + number(n) }

// formWave opens a wave. What is refused is shown with what was typed.
func formWave(v *visit) (templ.Component, error) {
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, 64<<10)
	get := func(name string, limit int) string { return cut(v.req.PostFormValue(name), limit) }
	form := WaveForm{Label: get("label", 200), Target: get("target", 20), Key: get("key", 40)}
	reasons := v.req.PostForm["reason"]
	for i, s := range v.req.PostForm["source"][:min(len(v.req.PostForm["source"]), maxOrder)] {
		one := SourceChoice{Place: cut(s, 100)}
		if i < len(reasons) {
			one.Reason = cut(reasons[i], 2000)
		}
		form.Sources = append(form.Sources, one)
	}
	in := form.wave(v)
	if len(form.Wrong) == 0 {
		n, err := v.r.FormWave(v.ctx(), v.by("wave", form.Key), in)
		if err == nil {
			v.redirect(waveHref(n))
			return nil, errAnswered
		}
		e := fault.As(err)
		if e.Kind == fault.NotFound && len(e.Fields) > 0 { // a place of the form, not the page
			e.Kind = fault.Invalid
		}
		if !correctable(e) {
			return nil, err
		}
		form.refused(v, e, in)
	}
	p, err := v.waves(form)
	if err != nil {
		return nil, err
	}
	v.write(http.StatusBadRequest, wavesPage(p))
	return nil, errAnswered
}

// wave reads the form, and notes what cannot be read.
func (f *WaveForm) wave(v *visit) register.NewWave {
	in := register.NewWave{Label: f.Label}
	if f.Label == "" {
		f.mistake(v, "label", v.T("wave.label"), "field.required", "")
	}
	if f.Target != "" {
		n, err := strconv.Atoi(latin(f.Target))
		if err != nil || n < 0 {
			f.mistake(v, "target", v.T("wave.target"), "number.unreadable", f.Target)
		}
		in.Target = n
	}
	for _, s := range f.Sources {
		if s.Place != "" || s.Reason != "" {
			in.Sources = append(in.Sources, transfer.WaveSource{Place: place.Code(s.Place), Reason: s.Reason})
		}
	}
	if len(in.Sources) == 0 {
		f.mistake(v, "source-1", v.T("wave.sources"), "wave.no_sources", "")
	}
	return in
}

func (f *WaveForm) mistake(v *visit, id, name, rule, value string) {
	f.Wrong = append(f.Wrong, Mistake{Name: name, ID: id, Text: v.Rule(rule, rule), Value: value})
}

// refused notes what the register refused, each at its field.
func (f *WaveForm) refused(v *visit, e *fault.Error, in register.NewWave) {
	rows := make([]int, 0, len(in.Sources)) // of the form, for each source that was sent
	for i, s := range f.Sources {
		if s.Place != "" || s.Reason != "" {
			rows = append(rows, i+1)
		}
	}
	for _, x := range e.Fields {
		at, name := x.Name, map[string]string{"target": v.T("wave.target"), "sources": v.T("wave.sources")}[x.Name]
		if at == "sources" {
			row := 1
			if x.Row > 0 && x.Row <= len(rows) {
				row = rows[x.Row-1]
			}
			at = "source-" + number(row)
			if x.Rule == "wave.source_needs_reason" || x.Rule == "field.too_long" {
				at = "reason-" + number(row)
			}
			name = v.T("wave.position", "N", v.N(row))
		}
		f.mistake(v, at, cmp.Or(name, x.Name), x.Rule, x.Value)
	}
	if len(e.Fields) == 0 {
		f.Wrong = append(f.Wrong, Mistake{ID: "label", Name: v.T("wave.make"), Text: v.Rule(e.Rule, e.Message)})
	}
}

// Wave is one wave: who waits, who is held back, and the plans of it.
type Wave struct {
	Frame
	register.Waiting
	Sources []WaitingAt
	Held    []HeldBack
	Taken   Link
	Now     string
	NoPlace int // of those taken, who have no place by the plan in force
	Plans   []PlanHead
	InForce PlanHead // zero when none is
	Form    PlanForm
}

// WaitingAt is who waits at one source.
type WaitingAt struct {
	Place       place.Code
	Reason      string
	Taken, Held Link
}

// HeldBack is who is held back for one reason.
type HeldBack struct {
	Why  string
	Name string
	Link Link
}

// holdings is the order in which holdings are shown.
var holdings = []register.Holding{register.HeldUnfit, register.HeldAlert, register.HeldFamily, register.HeldMove, register.HeldTarget}

func wave(v *visit) (templ.Component, error) {
	n, err := v.waveNumber()
	if err != nil {
		return nil, err
	}
	form, err := v.planForm(n)
	if err != nil {
		return nil, err
	}
	p, err := v.wave(n, form)
	if err != nil {
		return nil, err
	}
	return wavePage(p), nil
}

func (v *visit) waveNumber() (id.Wave, error) {
	n, err := id.Parse[id.Wave](id.NounWave, v.req.PathValue("number"))
	if err != nil {
		e := fault.As(err)
		e.Kind = fault.NotFound
		return 0, e
	}
	return n, nil
}

func (v *visit) wave(n id.Wave, form PlanForm) (Wave, error) {
	w, err := v.r.Waiting(v.ctx(), v.actor, n, v.now)
	if err != nil {
		return Wave{}, err
	}
	p := Wave{Frame: v.frame("waves", cmp.Or(w.Label, isolated(id.Format(n)))), Waiting: w, Now: v.Moment(v.now), Form: form}
	p.Frame.Back = waveHref(n)
	list := func(q url.Values, count int) Link {
		return Link{count, waveHref(n) + "/people?" + q.Encode()}
	}
	taken, held, why := map[place.Code]int{}, map[place.Code]int{}, map[register.Holding]int{}
	for _, x := range w.Taken {
		taken[x.Source]++
		if x.Move == 0 {
			p.NoPlace++
		}
	}
	for _, x := range w.Held {
		held[x.Source]++
		why[x.Why]++
	}
	p.Taken = list(url.Values{}, len(w.Taken))
	for _, s := range w.Sources {
		p.Sources = append(p.Sources, WaitingAt{
			Place: s.Place, Reason: s.Reason, Taken: list(url.Values{"source": {string(s.Place)}}, taken[s.Place]),
			Held: list(url.Values{"source": {string(s.Place)}, "held": {"all"}}, held[s.Place]),
		})
	}
	for _, h := range holdings {
		if why[h] > 0 {
			p.Held = append(p.Held, HeldBack{Why: string(h), Name: v.Holding(string(h)), Link: list(url.Values{"held": {string(h)}}, why[h])})
		}
	}
	plans, err := v.r.Plans(v.ctx(), v.actor, n)
	for _, h := range plans {
		p.Plans = append(p.Plans, v.planHead(h))
		if h.InForce {
			p.InForce = v.planHead(h)
		}
	}
	return p, err
}
