package trial

import (
	"fmt"
	"slices"

	"amana/internal/civil"
	"amana/internal/person"
)

// Entry is an entry of a published list.
type Entry struct {
	ID     string
	Names  []person.Name // the first is the main one; aliases, kunya and the original script follow
	Births []civil.Date  // several when sources differ
	Nats   []string
	Sex    person.Sex
}

// Details gives one record per birth, or one when there is none, each with all names.
func (e Entry) Details() []person.Details {
	births := e.Births
	if len(births) == 0 {
		births = []civil.Date{{}}
	}
	all := make([]person.Details, len(births))
	for i, b := range births {
		all[i] = person.Details{Names: e.Names, Sex: e.Sex, Birth: person.Birth{Date: b}, Claims: claims(e.Nats)}
	}
	return all
}

// List is a published list, altered names of its entries, and people who are not on it.
type List struct {
	Entries []Entry
	Altered []Query // each entry once, its ID being the entry's
	Others  []Query // five times as many as entries and at least 5,000, with an empty ID
}

// NewList makes a list of n entries.
func NewList(seed uint64, n int, half Half) List {
	r := NewRegister(seed, n, half)
	l := List{Entries: make([]Entry, 0, n), Altered: make([]Query, 0, n), Others: make([]Query, 0, max(5*n, 5000))}
	for i := range n {
		d := throw(seed, ofEntry, uint64(i))
		h := r.person(i * block) // no brothers on the list
		e := r.listed(&h, &d)
		e.ID = fmt.Sprintf("L%06d", i+1)
		l.Entries = append(l.Entries, e)
		_, rec := r.entry(&h)
		rec.beside = false
		rec.kunya = slices.ContainsFunc(e.Names, func(n person.Name) bool { return n.Kind == "kunya" })
		rate := usual
		rate.bare = 0
		q := r.altered(&h, rec, rate, -1, &d)
		q.ID = e.ID
		l.Altered = append(l.Altered, q)
	}
	for k := range max(5*n, 5000) {
		l.Others = append(l.Others, r.stranger((n+1+k)*block+1))
	}
	return l
}

// listed writes an entry as lists do: the name in Latin letters, the original script, good and poor aliases, several births.
func (r *Register) listed(h *human, d *dice) Entry {
	e := Entry{Births: []civil.Date{h.known}, Nats: h.nations, Sex: h.sex}
	_, rec := r.entry(h)
	var room [24]token
	write := func(habit, kind string) {
		w := rec
		if habit != "" && w.hand.name != habit {
			w.hand = hand{habit: r.habits[habit], seed: d.Uint64()}
		}
		w.kunya, w.lower, w.upper = false, false, w.upper && w.hand.script != "Arab"
		name := person.Name{Raw: string(w.append(nil, r.tokens(room[:0], h, &w))), Kind: kind, Script: w.hand.script}
		if !slices.ContainsFunc(e.Names, func(n person.Name) bool { return n.Raw == name.Raw }) {
			e.Names = append(e.Names, name)
		}
	}
	main := "english"
	if rec.hand.script == "Latn" {
		main = rec.hand.name
	}
	write(main, "")
	if original := home(h.origin); original != "" && d.chance(600) {
		write(original, "")
	}
	for range d.n(4) {
		other := r.otherHand(h, rec.hand, false, d)
		was := rec.hand
		rec.hand = other
		write("", "alias")
		rec.hand = was
	}
	if h.kunya != nil && d.chance(700) {
		w := rec
		w.hand = hand{habit: r.habits["english"], seed: d.Uint64()}
		e.Names = append(e.Names, person.Name{Raw: string(w.append(nil, r.kunya(room[:0], h))), Kind: "kunya", Script: "Latn"})
	}
	switch {
	case !h.known.Known():
		e.Births = nil
	case d.chance(250):
		other, _ := misborn(h, d)
		if other.Known() {
			e.Births = append(e.Births, other)
		}
	}
	return e
}

// home is the habit in which a people is mostly written, empty when that is in Latin letters.
func home(o *origin) string {
	if c := o.hands[0]; c.script != "Latn" {
		return c.name
	}
	return ""
}
