package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/store"
)

// Why is the evidence for a pair of records in words: what speaks for one person, and apart from it what speaks against.
type Why struct {
	Band    string
	Bits    float64
	For     []Finding // weightiest first; those that weigh nothing last
	Against []Finding
	Plus    float64 // sum of For
	Minus   float64 // sum of Against, below zero
}

// Finding is one piece of evidence.
type Finding struct {
	Text  string
	A, B  string // what was compared, as written or in the reader's language; empty when there is nothing to show
	Bits  float64
	Share string // how many share it, in words; empty when not known
}

// why puts an explanation into words.
func (v *visit) why(e identity.Explanation) Why {
	w := Why{Band: string(e.Band), Bits: e.Bits}
	for _, x := range e.Evidence {
		f := Finding{Text: v.Finding(x.Finding), A: v.said(x.Field, x.A), B: v.said(x.Field, x.B), Bits: x.Bits, Share: v.OneIn(x.Share)}
		if x.Bits < 0 || x.Finding == identity.Alone.String() {
			w.Against, w.Minus = append(w.Against, f), w.Minus+x.Bits
		} else {
			w.For, w.Plus = append(w.For, f), w.Plus+x.Bits
		}
	}
	slices.SortStableFunc(w.For, func(a, b Finding) int { return cmp.Compare(b.Bits, a.Bits) })
	slices.SortStableFunc(w.Against, func(a, b Finding) int { return cmp.Compare(a.Bits, b.Bits) })
	return w
}

// said writes a value that was compared as its reader expects it.
func (v *visit) said(field, value string) string {
	switch {
	case value == "":
		return ""
	case field == "birth":
		return v.EDTF(value)
	case field == "nationality":
		return v.Country(value)
	}
	return value
}

// sexNamed names a sex given by its ISO 5218 code.
func (v *visit) sexNamed(code string) string {
	n, err := strconv.Atoi(code)
	if err != nil {
		return code
	}
	return v.Sex(person.Sex(n))
}

// Once reports whether both sides say the same, so that it is shown once.
func (f Finding) Once() bool { return f.A == f.B }

// bandClass gives the colour of a band's badge.
func bandClass(band string) string {
	switch identity.Band(band) {
	case identity.Likely:
		return "likely"
	case identity.Possible:
		return "possible"
	}
	return "unlikely"
}

// The drawing of the scales: zero stands at zeroAt, and so many units are a bit.
const (
	scaleWidth = 100.0
	zeroAt     = 20.0
	aBit       = 1.8
)

func scaleX(bits float64) float64 { return min(max(zeroAt+bits*aBit, 0), scaleWidth) }

// Rect is a bar of the drawing of what speaks for and against.
type Rect struct{ X, W string }

func rect(from, to float64) Rect {
	x, y := scaleX(min(from, to)), scaleX(max(from, to))
	return Rect{fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", y-x)}
}

// who is the name under which somebody is shown.
func (f Frame) who(p store.Person) string { return cmp.Or(p.Name, p.Latin, f.T("person.nameless")) }

// whereNow names where somebody is. Where the way of a convoy could show, it says only that they are on the way (norms G14).
func (v *visit) whereNow(f Frame, a custody.Account) string {
	if len(v.veiled) > 0 && a.Class() == custody.InTransit {
		return v.Class(custody.InTransit)
	}
	return f.Account(a)
}

// PersonLine is one person in a list of candidates or pairs.
type PersonLine struct {
	store.Person
	Title string // the name
	Where string
	Brief string // birth, sex and nationality in one line
}

func (v *visit) personLine(f Frame, p store.Person) PersonLine {
	l := PersonLine{Person: p, Title: f.who(p), Where: v.whereNow(f, p.Account)}
	if p.Latin == l.Title {
		l.Latin = ""
	}
	if p.MergedInto != 0 {
		l.Where = v.T("person.merged")
	}
	brief := []string{v.EDTF(p.Born), v.Sex(p.Sex)}
	if p.Nationality != "" {
		brief = append(brief, v.Country(p.Nationality))
	}
	l.Brief = strings.Join(brief, " · ")
	return l
}

// detailFacts lists in words what a source says about somebody.
func (v *visit) detailFacts(d person.Details) []Fact {
	var facts []Fact
	for _, n := range d.Names {
		facts = append(facts, Fact{Name: v.nameKind(n.Kind), Value: n.Raw, Said: true})
	}
	for _, b := range births(d) {
		facts = append(facts, Fact{Name: v.T("person.born"), Value: v.Civil(b)})
	}
	if d.Sex != person.SexUnknown {
		facts = append(facts, Fact{Name: v.T("person.sex"), Value: v.Sex(d.Sex)})
	}
	for _, c := range d.Claims {
		facts = append(facts, Fact{Name: v.T("person.nationality_claimed"), Value: v.claim(c)})
	}
	for _, x := range d.Documents {
		facts = append(facts, Fact{Name: v.T("person.documents"), Value: x.Number, Code: true})
	}
	return facts
}

func births(d person.Details) []civil.Date {
	var all []civil.Date
	for _, b := range append([]civil.Date{d.Birth.Date}, d.OtherBirths...) {
		if b.Known() && !slices.Contains(all, b) {
			all = append(all, b)
		}
	}
	return all
}

func (v *visit) claim(c person.Claim) string {
	value := v.Country(c.Country)
	if c.Country == "" && c.Label != "" {
		value += v.T("person.as_written", "Label", c.Label)
	}
	return value
}

// Decision is what somebody decided about a pair.
type Decision struct {
	store.PairDecision
	Text  string
	Class string
	Href  string // of the pair
}

func (v *visit) decisions(all []store.PairDecision) []Decision {
	out := make([]Decision, len(all))
	for i, d := range all {
		out[i] = Decision{d, v.Verdict(d.Verdict), verdictClass[d.Verdict], pairHref(d.A, d.B)}
	}
	return out
}

var verdictClass = map[custody.Verdict]string{custody.Same: "ok", custody.Different: "alarm", custody.Parted: "alarm", custody.Unsure: "warn", custody.Undone: "note"}

func pairHref(a, b id.Person) string { return "/identity/pairs/" + number(a) + "/" + number(b) }
