package web

import (
	"crypto/rand"

	"amana/internal/fault"
	"amana/internal/register"
)

// newKey makes the key of a form: sent twice, it is one command.
func newKey() string { return rand.Text() }

// by is who sends a form. A key belongs to the page it came from and to what was chosen there.
func (v *visit) by(choice, key string) register.By {
	by := register.By{Actor: v.actor}
	if key != "" && len(key) <= 40 {
		by.Key = v.actor.Name + " page " + choice + " " + key
	}
	return by
}

// correctable reports whether a failure is shown in the form, with what was typed; others have a page of their own.
func correctable(e *fault.Error) bool {
	return e.Kind != fault.Denied && e.Kind != fault.NotFound && e.Kind != fault.Internal
}
