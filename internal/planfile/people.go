package planfile

import (
	"strings"

	"amana/internal/planning"
)

// groupOf begins the name of a group where a person could stand.
const groupOf = "group:"

var peopleColumns = columns{
	needed:   []string{"id", "sex", "age", "legal", "nationality", "language", "security", "medical", "group", "family", "court", "source"},
	optional: []string{"place"},
}

// readPeople reads who waits. The places have been read before, as one of them may have been chosen for somebody.
func (r *reading) readPeople(s Source) {
	r.people.at, r.groups = map[string]int32{}, map[string][]int32{}
	t := r.open(s, peopleColumns)
	if t == nil {
		r.people.broken = true
		return
	}
	_, pins := t.at["place"]
	rows := 0
	for t.next() {
		if rows++; rows > MaxPeople {
			r.add(s.Name, t.row, "", "file.too_many_rows", "")
			r.people.broken = true
			return
		}
		id := t.id("id")
		i := len(r.q.People)
		if _, twice := r.people.at[id]; twice {
			t.reject("id", "id.twice")
			continue
		}
		p := planning.Person{
			ID: strings.Clone(id), Sex: one(t, "sex", "sex.unknown", sexesU), Age: t.age(), Legal: one(t, "legal", "legal.unknown", legals),
			Nationality: r.once(t.nationality()), Language: r.language(t, "language", t.get("language")),
			Security: one(t, "security", "security.unknown", levels), Medical: one(t, "medical", "medical.unknown", yes),
			Group: r.once(t.get("group")), Family: r.once(t.get("family")), Court: r.once(t.get("court")), Source: r.once(t.get("source")),
		}
		if id != "" {
			r.people.at[p.ID] = int32(i)
		}
		r.q.People = append(r.q.People, p)
		r.lines = append(r.lines, int32(t.row))
		if p.Group != "" {
			r.groups[p.Group] = append(r.groups[p.Group], int32(i))
		}
		if pins {
			r.q.Pinned = append(r.q.Pinned, r.place(t))
		}
	}
	if rows == 0 && !t.stopped {
		r.add(s.Name, 0, "", "file.no_rows", "")
	}
	r.people.broken = t.stopped
}

// place reads the position of a place that is named, or Nowhere.
func (r *reading) place(t *table) int {
	id := t.get("place")
	if id == "" {
		return planning.Nowhere
	}
	l, known := r.places.find(id)
	if !known {
		t.reject("place", "place.unknown")
	}
	return l
}

// checkFamilies finds families that are named by a person who is of another family. Whether both are one family cannot be told, and guessed
// wrongly it would part them; where the names lead back, they are a circle.
func (r *reading) checkFamilies(s Source) {
	head := func(i int) int { // who gives the family of i its name and is not of it, or Nowhere
		p := &r.q.People[i]
		h, known := r.people.at[p.Family]
		if p.Family == "" || !known || r.q.People[h].Family == p.Family {
			return planning.Nowhere
		}
		return int(h)
	}
	seen := make([]int, len(r.q.People)) // the person from whom this one was reached first, from 1
	circle := make([]bool, len(r.q.People))
	for i := range r.q.People {
		at := i
		for at != planning.Nowhere && seen[at] == 0 {
			seen[at] = i + 1
			at = head(at)
		}
		for at != planning.Nowhere && seen[at] == i+1 && !circle[at] {
			circle[at] = true
			at = head(at)
		}
	}
	for i := range r.q.People {
		switch {
		case circle[i]:
			r.add(s.Name, int(r.lines[i]), "family", "family.circular", r.q.People[i].Family)
		case head(i) != planning.Nowhere:
			r.add(s.Name, int(r.lines[i]), "family", "family.foreign", r.q.People[i].Family)
		}
	}
}
