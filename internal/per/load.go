package per

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"amana/internal/fault"
)

// load reads and validates a framework. The fault "per.framework_broken" names every broken rule.
func load(source []byte) (*Framework, error) {
	f := &Framework{}
	dec := json.NewDecoder(bytes.NewReader(source))
	dec.DisallowUnknownFields()
	if err := dec.Decode(f); err != nil {
		return nil, fmt.Errorf("reading a framework: %w", err)
	}
	c := checker{f: f, flags: map[string]string{}}
	c.catalogue()
	c.index()
	c.parents()
	for _, q := range f.questions {
		c.question(q)
	}
	if len(c.fields) > 0 {
		return nil, &fault.Error{
			Kind: fault.Invalid, Rule: "per.framework_broken",
			Message: "the framework of escort records is not consistent", Fields: c.fields,
		}
	}
	return f, nil
}

// checker collects what is wrong with a framework while it links the questions.
type checker struct {
	f      *Framework
	flags  map[string]string // key of a flag to its section
	fields []fault.Field
}

func (c *checker) bad(name, rule string) {
	c.fields = append(c.fields, fault.Field{Name: name, Rule: rule})
}

func (c *checker) text(name string, t Text) {
	if t.EN == "" || t.AR == "" || t.CKB == "" {
		c.bad(name, "text.missing")
	}
}

// catalogue checks what the questions refer to: the version, the shared options and the flags.
func (c *checker) catalogue() {
	if c.f.Version == "" {
		c.bad("version", "version.missing")
	}
	if len(c.f.YesNo) != 2 || c.f.YesNo[0].Key != Yes || c.f.YesNo[1].Key != No {
		c.bad("yes_no", "option.broken")
	}
	for _, flag := range c.f.Flags {
		if _, twice := c.flags[flag.Key]; twice {
			c.bad(flag.Key, "key.duplicate")
		}
		if !strings.HasPrefix(flag.Key, flag.Section+".") ||
			!slices.ContainsFunc(c.f.Sections, func(s Section) bool { return s.Key == flag.Section }) {
			c.bad(flag.Key, "key.section")
		}
		c.flags[flag.Key] = flag.Section
		c.text(flag.Key, flag.Text)
	}
}

// index lists the questions in order and by key.
func (c *checker) index() {
	c.f.byKey = map[string]*Question{}
	sections := map[string]bool{}
	for _, s := range c.f.Sections {
		if s.Key == "" || strings.Contains(s.Key, ".") || sections[s.Key] {
			c.bad(s.Key, "key.duplicate")
		}
		sections[s.Key] = true
		c.text(s.Key, s.Text)
		for i, q := range s.Questions {
			if q == nil {
				c.bad(fmt.Sprintf("%s[%d]", s.Key, i), "question.missing")
				continue
			}
			if c.f.byKey[q.Key] != nil {
				c.bad(q.Key, "key.duplicate")
				continue
			}
			if !strings.HasPrefix(q.Key, s.Key+".") {
				c.bad(q.Key, "key.section")
			}
			q.Section = s.Key
			if q.Type == YesNo {
				if q.Options != nil {
					c.bad(q.Key, "option.broken")
				}
				q.Options = c.f.YesNo
			}
			c.f.byKey[q.Key] = q
			c.f.questions = append(c.f.questions, q)
		}
	}
}

// parents links the follow-ups to their parents, which stand before them in the same section; so the order of the
// file is an order of asking. Cycles are told apart from a mere wrong order.
func (c *checker) parents() {
	place := make(map[*Question]int, len(c.f.questions))
	for i, q := range c.f.questions {
		place[q] = i
		if q.Asked == nil {
			continue
		}
		if q.parent = c.f.byKey[q.Asked.Of]; q.parent == nil {
			c.bad(q.Key, "parent.unknown")
		}
	}
	for i, q := range c.f.questions {
		if q.parent == nil {
			continue
		}
		switch {
		case q.circular(len(place)):
			c.bad(q.Key, "parent.cycle")
		case place[q.parent] > i || q.parent.Section != q.Section:
			c.bad(q.Key, "parent.order")
		default:
			q.parent.follows = append(q.parent.follows, q)
		}
	}
}

// circular reports whether the way up from q, in a framework of n questions, never ends.
func (q *Question) circular(n int) bool {
	for up := q.parent; up != nil; up = up.parent {
		if n--; n < 0 {
			return true
		}
	}
	return false
}

// question checks one question after all of them are linked.
func (c *checker) question(q *Question) {
	c.text(q.Key, q.Text)
	switch q.Type {
	case YesNo, Choice, Choices:
		if len(q.Options) < 2 {
			c.bad(q.Key, "option.missing")
		}
		for i, o := range q.Options {
			c.text(q.Key+"="+o.Key, o.Text)
			if o.Key == "" || q.option(o.Key) != i {
				c.bad(q.Key+"="+o.Key, "key.duplicate")
			}
		}
	case Free, Date, Items:
		if len(q.Options) > 0 {
			c.bad(q.Key, "option.broken")
		}
	default:
		c.bad(q.Key, "type.unknown")
	}
	if q.parent != nil {
		if len(q.Asked.Is) == 0 {
			c.bad(q.Key, "condition.empty")
		}
		c.offered(q.Key, q.parent, q.Asked.Is)
		// An open follow-up would tell the sealed answer above it.
		if q.parent.Sealed && !q.Sealed {
			c.bad(q.Key, "seal.broken")
		}
	}
	for _, r := range q.Raises {
		section, known := c.flags[r.Flag]
		switch {
		case !known:
			c.bad(q.Key, "flag.unknown")
		case q.Sealed && section != q.Section:
			c.bad(q.Key, "seal.broken")
		}
		c.offered(q.Key, q, r.Is)
	}
}

// offered checks that the answers which a condition waits for can be given at all.
func (c *checker) offered(name string, q *Question, is []string) {
	for _, key := range is {
		if !q.Offers(key) {
			c.bad(name, "option.not_offered")
		}
	}
}
