// Package fault is the one error type that reaches a user: what kind of failure it is, which rule was broken, and where.
//
// A fault carries a stable rule id (for example "booking.one_open") that never changes its meaning; the text that a
// person reads is looked up under that id in the catalogue of their language, and English stands in the fault itself.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what the caller can do about a failure. It maps to an HTTP status and a process exit code in one place each.
type Kind string

// The kinds of failure.
const (
	Invalid  Kind = "invalid"   // the input is malformed: correct it and send again
	NotFound Kind = "not_found" // nothing is registered under that id
	Refused  Kind = "refused"   // a rule forbids this decision in the present state
	Conflict Kind = "conflict"  // another writer was first: read again and decide again
	Denied   Kind = "denied"    // the actor may not do this
	TooLarge Kind = "too_large" // the input exceeds a stated limit
	Internal Kind = "internal"  // a failure of ours; details are in the log, not in the text
)

// Field is one bad value: where it stood and the rule that it breaks.
type Field struct {
	Name  string `json:"name"`            // the field or column, in the words of the input
	Row   int    `json:"row,omitempty"`   // 1-based row of the input, 0 when there are no rows
	Rule  string `json:"rule"`            // stable rule id, for example "birth.unreadable"
	Value string `json:"value,omitempty"` // the value as given, shortened
}

// Error is a failure that a user is told about.
type Error struct {
	Kind    Kind
	Rule    string            // stable rule id, the key of the text in every language
	Message string            // English text
	Refs    map[string]string // ids of what stands in the way, for example the live move of a duplicate
	Fields  []Field           // every bad field, not only the first
	Err     error             // the cause, for the log only
}

// New makes a fault with a formatted English message.
func New(kind Kind, rule, format string, args ...any) *Error {
	return &Error{Kind: kind, Rule: rule, Message: fmt.Sprintf(format, args...)}
}

// With adds the id of something that stands in the way, and returns the fault.
func (e *Error) With(name, ref string) *Error {
	if e.Refs == nil {
		e.Refs = map[string]string{}
	}
	e.Refs[name] = ref
	return e
}

// Because records the cause, which the log sees and the user does not.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}

// Error gives the rule, the English message and the bad fields on one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Rule, e.Message)
	for _, f := range e.Fields {
		if f.Row > 0 {
			fmt.Fprintf(&b, "; row %d", f.Row)
		}
		fmt.Fprintf(&b, "; %s: %s", f.Name, f.Rule)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// As returns the fault in err, or an internal one that hides it.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(Internal, "internal", "the operation failed and nothing was changed").Because(err)
}

// Is reports whether err is a fault with the given rule.
func Is(err error, rule string) bool {
	var e *Error
	return errors.As(err, &e) && e.Rule == rule
}
