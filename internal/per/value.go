package per

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"amana/internal/civil"
	"amana/internal/fault"
)

// The limits of free answers, which bound a record that comes from outside.
const (
	maxText  = 1000 // characters of a text
	maxItem  = 120  // characters of one item
	maxItems = 30   // items of one answer
	maxName  = 80   // characters of the name of whoever answers
)

// Value is what was answered: one string, or several for choices and items. As JSON a single string stands without
// its list. A value inside a record is never changed in place.
type Value []string

// String joins the parts for a reader, in the order in which they are kept.
func (v Value) String() string { return strings.Join(v, ", ") }

// MarshalJSON writes one string, or a list when there are several.
func (v Value) MarshalJSON() ([]byte, error) {
	if len(v) == 1 {
		return json.Marshal(v[0])
	}
	return json.Marshal([]string(v))
}

// UnmarshalJSON reads a string or a list of strings.
func (v *Value) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, (*[]string)(v))
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*v = Value{s}
	return nil
}

func (v Value) anyOf(keys []string) bool {
	for _, s := range v {
		if slices.Contains(keys, s) {
			return true
		}
	}
	return false
}

// check gives the value in the form in which it is kept, or the rule that it breaks.
func (q *Question) check(v Value) (kept Value, rule string) {
	if v.blank() {
		return nil, "answer.empty"
	}
	if len(v) > 1 && q.Type != Choices && q.Type != Items {
		return nil, "answer.single"
	}
	switch q.Type {
	case YesNo, Choice:
		if !q.Offers(v[0]) {
			return nil, "option.not_offered"
		}
		return Value{v[0]}, ""
	case Choices:
		return q.checkChoices(v)
	case Date:
		s := strings.TrimSpace(v[0])
		d, err := civil.Parse(s)
		if err != nil {
			return nil, fault.As(err).Rule
		}
		if !d.Known() {
			return nil, "date.impossible"
		}
		return Value{d.String()}, ""
	case Items:
		return checkItems(v)
	default:
		s := strings.TrimSpace(v[0])
		return Value{s}, checkText(s, maxText)
	}
}

func (v Value) blank() bool {
	for _, s := range v {
		if strings.TrimSpace(s) != "" {
			return false
		}
	}
	return true
}

// checkChoices keeps each option once and in the order of offering, so that one choice has one form.
func (q *Question) checkChoices(v Value) (Value, string) {
	for _, s := range v {
		if !q.Offers(s) {
			return nil, "option.not_offered"
		}
	}
	kept, alone := make(Value, 0, min(len(v), len(q.Options))), false
	for _, o := range q.Options {
		if slices.Contains(v, o.Key) {
			kept = append(kept, o.Key)
			alone = alone || o.Alone
		}
	}
	if alone && len(kept) > 1 {
		return nil, "option.alone"
	}
	return kept, ""
}

// checkItems drops the empty lines of a form and keeps the others as they were listed.
func checkItems(v Value) (Value, string) {
	kept := make(Value, 0, min(len(v), maxItems))
	for _, s := range v {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if len(kept) == maxItems {
			return nil, "items.too_many"
		}
		if rule := checkText(s, maxItem); rule != "" {
			return nil, rule
		}
		kept = append(kept, s)
	}
	return kept, ""
}

func checkText(s string, limit int) string {
	if len(s) > limit && utf8.RuneCountInString(s) > limit {
		return "text.too_long"
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	}) {
		return "text.control"
	}
	return ""
}
