// Package per holds the Person Escort Record (PER): what an escort must know about one person on one move.
//
// The questions are data, a versioned framework; the code knows question types and no question. A record pins the
// version under which it was started. Nothing here scores a person (norms G1): an answer raises flags, and a flag is a
// sentence. The medical part is sealed: everyone but clinicians sees its fitness flags only (norms R12, G9).
package per

import (
	_ "embed"
	"strings"
	"sync"

	"amana/internal/fault"
)

// Text is one sentence in the languages of the operation. All three are always there.
type Text struct {
	EN  string `json:"en"`
	AR  string `json:"ar"`
	CKB string `json:"ckb"`
}

// In gives the text in the language of a BCP 47 tag, by its first subtag; English stands in for every other language.
func (t Text) In(tag string) string {
	switch lang, _, _ := strings.Cut(tag, "-"); lang {
	case "ar":
		return t.AR
	case "ckb":
		return t.CKB
	}
	return t.EN
}

// Type says what an answer to a question may be. There is no number among the types, so that nothing can be scored.
type Type string

// The types of questions.
const (
	YesNo   Type = "yes_no"  // one of "yes" and "no"
	Choice  Type = "choice"  // exactly one of the options
	Choices Type = "choices" // at least one of the options, kept in their order
	Free    Type = "text"    // up to 1,000 characters
	Date    Type = "date"    // a civil date, which may be partial
	Items   Type = "items"   // 1 to 30 lines of up to 120 characters
)

// The two options of every yes-or-no question.
const (
	Yes = "yes"
	No  = "no"
)

// Framework is one version of all questions. It is shared and never changes; callers only read it.
type Framework struct {
	Version  string    `json:"version"`
	YesNo    []Option  `json:"yes_no"` // the texts of the two options that yes-or-no questions share
	Flags    []Flag    `json:"flags"`  // in the order of showing
	Sections []Section `json:"sections"`

	questions []*Question // in the order of asking: a follow-up stands after its parent
	byKey     map[string]*Question
}

// Section is a part of the record, filled in by one trade: risk, custody, health, property.
type Section struct {
	Key       string      `json:"key"`
	Text      Text        `json:"text"`
	Questions []*Question `json:"questions"`
}

// Question is one thing to find out about a person.
type Question struct {
	Key      string     `json:"key"` // begins with the section's key and a dot
	Type     Type       `json:"type"`
	Required bool       `json:"required,omitempty"` // when asked, a record is not complete without it
	Sealed   bool       `json:"sealed,omitempty"`   // clinicians only (G9)
	Fresh    bool       `json:"fresh,omitempty"`    // never prefilled: it holds for this journey only
	Asked    *Condition `json:"asked,omitempty"`    // nil when always asked
	Raises   []Raise    `json:"raises,omitempty"`
	Options  []Option   `json:"options,omitempty"` // of a choice, choices or yes_no
	Text     Text       `json:"text"`

	Section string `json:"-"`

	parent  *Question
	follows []*Question
}

// Condition makes a question a follow-up: it is asked only while the answer to another question is one of some.
type Condition struct {
	Of string   `json:"of"`
	Is []string `json:"is"`
}

// Option is one answer offered.
type Option struct {
	Key   string `json:"key"`
	Alone bool   `json:"alone,omitempty"` // excludes all others, as "none" does
	Text  Text   `json:"text"`
}

// Raise says which answers raise a flag; an empty Is means any answer.
type Raise struct {
	Flag string   `json:"flag"`
	Is   []string `json:"is,omitempty"`
}

// Flag is what the record tells at a glance. A flag names neither the question nor the answer that raised it, and the
// flags of sealed questions say what has to be done on the journey, not what somebody suffers from (R12, G9).
type Flag struct {
	Key     string `json:"key"`
	Section string `json:"section"`
	Text    Text   `json:"text"`
}

//go:embed framework.json
var framework20261 []byte

// versions loads every version that ever was in use, oldest first: a version is retired, never removed, since records
// pin it. A load error here is a defect of the program and not of any input.
var versions = sync.OnceValue(func() []*Framework {
	var all []*Framework
	for _, source := range [][]byte{framework20261} {
		f, err := load(source)
		if err != nil {
			panic("per: embedded framework: " + err.Error())
		}
		all = append(all, f)
	}
	return all
})

// Current gives the framework for new records.
func Current() *Framework {
	all := versions()
	return all[len(all)-1]
}

// Version gives the framework that a record pins, or a NotFound fault "per.framework_unknown".
func Version(v string) (*Framework, error) {
	for _, f := range versions() {
		if f.Version == v {
			return f, nil
		}
	}
	return nil, fault.New(fault.NotFound, "per.framework_unknown", "this program has no framework of escort records of that version")
}

// Question finds a question by its key, nil when there is none.
func (f *Framework) Question(key string) *Question { return f.byKey[key] }

// Questions lists all questions in the order of asking.
func (f *Framework) Questions() []*Question { return f.questions }

// Offers reports whether the question has the option.
func (q *Question) Offers(key string) bool { return q.option(key) >= 0 }

// asked reports whether the question is asked, given the answers. The parent's own condition needs no look: a question
// that is not asked has no answer.
func (q *Question) asked(answers map[string]Answer) bool {
	if q.parent == nil {
		return true
	}
	a, ok := answers[q.parent.Key]
	return ok && a.Value.anyOf(q.Asked.Is)
}

func (q *Question) option(key string) int {
	for i := range q.Options {
		if q.Options[i].Key == key {
			return i
		}
	}
	return -1
}
