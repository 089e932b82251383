package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/register"
	"amana/internal/store"
)

// Pair is two records side by side.
type Pair struct {
	Frame
	Why
	A, B      PersonLine // the records that remain of the two people; by the form here, A is merged into B
	Aspects   []Aspect
	SourcesA  []SourceRow
	SourcesB  []SourceRow
	Decisions []Decision // newest first; the first one stands
	Standing  custody.Verdict
	Merged    bool   // they are one person by decision
	Record    string // the record whose merge into Into can be undone here
	Into      string
	Refusal   string // why a merge of A into B would be refused now
	Swap      string // address of the pair the other way round
	Form      PairForm
}

// PairForm is what was typed into a form about a pair.
type PairForm struct {
	Verdict custody.Verdict
	Reason  string
	Digits  string
	Key     string // makes a form that is sent twice one command
	Wrong   string // why it was refused
	Field   string // that is missing or wrong
}

// Aspect is one thing that sources say about people, of both side by side.
type Aspect struct {
	Name string
	A, B []Saying
	Bits float64
	Mark string // "same", "fits", "differs", or "" when one side says nothing or it weighs nothing
}

// Saying is a value with the entries that say so.
type Saying struct {
	Text    string
	Said    bool // as somebody wrote it
	Code    bool
	Entries []int64
}

// pair shows two people by the records that remain of them, and two records of one person as they are.
func pair(v *visit) (templ.Component, error) {
	a, b, err := v.pairNumbers()
	if err != nil {
		return nil, err
	}
	clusters, err := v.q.Clusters(v.ctx(), []id.Person{a, b})
	if err != nil {
		return nil, err
	}
	if x, y := clusters[a], clusters[b]; len(x) > 0 && len(y) > 0 && x[0] != y[0] && (x[0] != a || y[0] != b) {
		v.redirect(pairHref(x[0], y[0]))
		return nil, errAnswered
	}
	p, err := v.pair(PairForm{Key: newKey()})
	if err != nil {
		return nil, err
	}
	return pairPage(p), nil
}

func (v *visit) pairNumbers() (a, b id.Person, err error) {
	if a, err = id.Parse[id.Person](id.NounPerson, v.req.PathValue("a")); err == nil {
		b, err = id.Parse[id.Person](id.NounPerson, v.req.PathValue("b"))
	}
	if err != nil {
		e := fault.As(err)
		e.Kind = fault.NotFound
		return 0, 0, e
	}
	if a == b {
		return 0, 0, fault.New(fault.Invalid, "identity.self", "a pair is of two records")
	}
	return a, b, nil
}

func (v *visit) pair(form PairForm) (Pair, error) {
	a, b, err := v.pairNumbers()
	if err != nil {
		return Pair{}, err
	}
	c, err := v.r.Compare(v.ctx(), v.actor, a, b, readingPage, v.now)
	if err != nil {
		return Pair{}, err
	}
	records := c.A.Records
	if c.SamePerson {
		c.A.Records, c.B.Records = only(records, a), only(records, b)
	}
	f := v.frame("identity", v.T("pair.title"))
	f.Back = pairHref(a, b)
	p := Pair{
		Frame: f, Why: v.why(c.Explanation), A: v.personLine(f, c.A.Records[0].Person), B: v.personLine(f, c.B.Records[0].Person),
		Aspects: v.aspects(c), SourcesA: v.sourceRows(f, c.A), SourcesB: v.sourceRows(f, c.B), Decisions: v.decisions(c.Decisions),
		Merged: c.SamePerson, Swap: pairHref(b, a), Form: form,
	}
	if len(c.Decisions) > 0 {
		p.Standing = c.Decisions[0].Verdict
	}
	if c.Refusal != nil {
		p.Refusal = v.Rule(c.Refusal.Rule, c.Refusal.Message)
	}
	for _, r := range records {
		switch {
		case r.Person.Person == a && r.Person.MergedInto == b:
			p.Record, p.Into = number(a), number(b)
		case r.Person.Person == b && r.Person.MergedInto == a:
			p.Record, p.Into = number(b), number(a)
		}
	}
	return p, nil
}

// only leaves one record.
func only(all []register.Identity, p id.Person) []register.Identity {
	i := slices.IndexFunc(all, func(x register.Identity) bool { return x.Person.Person == p })
	return all[i : i+1]
}

// decide records what somebody decided about a pair. What is refused is shown with what was typed.
func decide(v *visit) (templ.Component, error) {
	a, b, err := v.pairNumbers()
	if err != nil {
		return nil, err
	}
	v.req.Body = http.MaxBytesReader(v.w, v.req.Body, 64<<10)
	get := func(name string) string { return cut(v.req.PostFormValue(name), 2000) }
	form := PairForm{Verdict: custody.Verdict(get("verdict")), Reason: get("reason"), Digits: get("digits"), Key: get("key")}
	next, err := v.decided(a, b, form, get("record"), get("into"))
	if err == nil {
		v.redirect(next)
		return nil, errAnswered
	}
	e := fault.As(err)
	if !correctable(e) {
		return nil, err
	}
	form.Wrong = v.Rule(e.Rule, e.Message)
	if len(e.Fields) > 0 {
		form.Field = e.Fields[0].Name
	}
	p, err := v.pair(form)
	if err != nil {
		return nil, err
	}
	v.write(status[e.Kind], pairPage(p))
	return nil, errAnswered
}

// decided carries a decision out and tells where to go on.
func (v *visit) decided(a, b id.Person, form PairForm, record, into string) (next string, err error) {
	by := v.by(string(form.Verdict), form.Key)
	if form.Verdict != custody.Same && form.Verdict != custody.Parted {
		_, err = v.r.DecideIdentity(v.ctx(), by, register.IdentityVerdict{A: a, B: b, Verdict: form.Verdict, Reason: form.Reason})
		return pairHref(a, b), err
	}
	from, err := id.Parse[id.Person](id.NounPerson, record)
	if err != nil {
		return "", err
	}
	to, err := id.Parse[id.Person](id.NounPerson, into)
	if err != nil {
		return "", err
	}
	if form.Verdict == custody.Parted {
		_, err = v.r.UnmergePeople(v.ctx(), by, register.Unmerge{Record: from, From: to, Reason: form.Reason})
		return "/people/" + number(from) + "/identities", err
	}
	if id.Fold(form.Digits) != lastDigits(to) {
		return "", &fault.Error{Kind: fault.Invalid, Rule: "digits.differ", Message: "the last four digits are not those of the record that remains", Fields: []fault.Field{{Name: "digits", Rule: "digits.differ", Value: form.Digits}}}
	}
	_, err = v.r.MergePeople(v.ctx(), by, register.Merge{Record: from, Into: to, Reason: form.Reason})
	return "/people/" + number(to), err
}

// lastDigits are what somebody types to say that they mean this record and no other.
func lastDigits(p id.Person) string {
	s := number(p)
	return s[max(len(s)-4, 0):]
}

// aspects aligns what the sources of both say, and marks what the evidence found of it.
func (v *visit) aspects(c register.Comparison) []Aspect {
	bits := map[string]float64{}
	for _, e := range c.Evidence {
		bits[e.Field] += e.Bits
	}
	var out []Aspect
	for _, one := range []struct {
		field, name string
		say         func(person.Details) []Saying
	}{
		{"name", v.T("name.name"), v.namesOf("", "alias")},
		{"kunya", v.T("name.kunya"), v.namesOf("kunya")},
		{"mother", v.T("name.mother"), v.namesOf("mother")},
		{"birth", v.T("person.born"), func(d person.Details) (all []Saying) {
			for _, b := range births(d) {
				all = append(all, Saying{Text: v.Civil(b)})
			}
			return all
		}},
		{"sex", v.T("person.sex"), func(d person.Details) []Saying {
			if d.Sex == person.SexUnknown {
				return nil
			}
			return []Saying{{Text: v.Sex(d.Sex)}}
		}},
		{"nationality", v.T("person.nationality_claimed"), func(d person.Details) (all []Saying) {
			for _, x := range d.Claims {
				all = append(all, Saying{Text: v.claim(x)})
			}
			return all
		}},
		{"document", v.T("person.documents"), func(d person.Details) (all []Saying) {
			for _, x := range d.Documents {
				all = append(all, Saying{Text: x.Number, Code: true})
			}
			return all
		}},
	} {
		x := Aspect{Name: one.name, A: sayings(c.A, one.say), B: sayings(c.B, one.say), Bits: bits[one.field]}
		switch {
		case len(x.A) == 0 && len(x.B) == 0:
			continue
		case len(x.A) == 0 || len(x.B) == 0 || x.Bits == 0:
		case x.Bits > 0 && slices.EqualFunc(x.A, x.B, func(a, b Saying) bool { return a.Text == b.Text }):
			x.Mark = "same"
		case x.Bits > 0:
			x.Mark = "fits"
		default:
			x.Mark = "differs"
		}
		out = append(out, x)
	}
	return out
}

func (v *visit) namesOf(kinds ...string) func(person.Details) []Saying {
	return func(d person.Details) (all []Saying) {
		for _, n := range d.Names {
			if slices.Contains(kinds, n.Kind) {
				all = append(all, Saying{Text: n.Raw, Said: true})
			}
		}
		return all
	}
}

// sayings joins what all sources say: each value once, with the entries that have it when there are several.
func sayings(x register.Identities, say func(person.Details) []Saying) []Saying {
	var all []Saying
	sources := 0
	for _, r := range x.Records {
		for _, s := range r.Sources {
			sources++
			for _, value := range say(s.Details) {
				i := slices.IndexFunc(all, func(have Saying) bool { return have.Text == value.Text })
				if i < 0 {
					i = len(all)
					all = append(all, value)
				}
				if !slices.Contains(all[i].Entries, s.Seq) {
					all[i].Entries = append(all[i].Entries, s.Seq)
				}
			}
		}
	}
	if sources < 2 {
		for i := range all {
			all[i].Entries = nil
		}
	}
	return all
}

// SourceRow is one source of what is said about somebody.
type SourceRow struct {
	store.Source
	Kind  string // of the entry, in words
	Where string // file, sheet and line
	Facts []Fact
	Href  string // of the entry, for those who may read the log
}

func (v *visit) sourceRows(f Frame, x register.Identities) []SourceRow {
	var rows []SourceRow
	for _, r := range x.Records {
		rows = append(rows, v.sources(f, r.Sources)...)
	}
	slices.SortStableFunc(rows, func(a, b SourceRow) int { return cmp.Compare(a.Seq, b.Seq) })
	return rows
}

func (v *visit) sources(f Frame, all []store.Source) []SourceRow {
	rows := make([]SourceRow, len(all))
	for i, s := range all {
		rows[i] = SourceRow{Source: s, Kind: v.Catalogue.Kind(s.Kind), Facts: v.detailFacts(s.Details), Where: v.source(custody.Source{File: s.File, Line: s.Line})}
		if s.Sheet != "" && s.File != "" {
			rows[i].Where = strings.Replace(rows[i].Where, "\u2069", "\u2069 · \u2068"+s.Sheet+"\u2069", 1)
		}
		if f.May(authz.ReadLog) {
			rows[i].Href = "/entries/" + number(s.Seq)
		}
	}
	return rows
}

// Stands reports whether a decision stands that keeps the pair from being proposed.
func (p Pair) Stands() bool {
	return !p.Merged && (p.Standing == custody.Different || p.Standing == custody.Unsure || p.Standing == custody.Parted)
}

// typed gives back the reason that was typed into one of the forms.
func (p Pair) typed(verdict string) string {
	if string(p.Form.Verdict) != verdict {
		return ""
	}
	return p.Form.Reason
}
