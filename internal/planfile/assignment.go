package planfile

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"amana/internal/planning"
)

var assignmentColumns = columns{needed: []string{"id", "place"}, optional: []string{"reason"}}

// Row is a line of an assignment: a person, the place or none, and why.
type Row struct{ ID, Place, Reason string }

// readPrevious reads the plan in force. People and places have been read before.
func (r *reading) readPrevious(s Source) {
	t := r.open(s, assignmentColumns)
	if t == nil {
		return
	}
	r.q.Previous = make([]int, len(r.q.People))
	for i := range r.q.Previous {
		r.q.Previous[i] = planning.Nowhere
	}
	seen := make([]bool, len(r.q.People))
	rows := 0
	for t.next() {
		if rows++; rows > MaxPeople {
			r.add(s.Name, t.row, "", "file.too_many_rows", "")
			return
		}
		l := r.place(t)
		i, known := r.people.find(t.get("id"))
		switch {
		case !known:
			t.reject("id", "person.unknown")
		case i == planning.Nowhere:
		case seen[i]:
			t.reject("id", "id.twice")
		default:
			seen[i], r.q.Previous[i] = true, l
		}
	}
}

// ReadAssignment reads the rows of an assignment as they stand. Whether they fit people and places is for package plancheck to find. Its error
// is that of Read.
func ReadAssignment(s Source) ([]Row, error) {
	r := reading{texts: map[string]string{}}
	var rows []Row
	if t := r.open(s, assignmentColumns); t != nil {
		for t.next() {
			if len(rows) == MaxPeople {
				r.add(s.Name, t.row, "", "file.too_many_rows", "")
				break
			}
			rows = append(rows, Row{strings.Clone(t.get("id")), r.once(t.get("place")), r.once(t.get("reason"))})
		}
	}
	if err := r.fault(); err != nil {
		return nil, err
	}
	return rows, nil
}

// Rows are the rows of a plan, in the order of the people.
func Rows(q *planning.Problem, places []int, reason func(i int) string) []Row {
	rows := make([]Row, len(places))
	for i, l := range places {
		rows[i] = Row{ID: q.People[i].ID, Reason: reason(i)}
		if l != planning.Nowhere {
			rows[i].Place = q.Places[l].ID
		}
	}
	return rows
}

// WriteAssignment writes an assignment, which is also a plan in force that can be read again.
func WriteAssignment(to io.Writer, rows []Row) error {
	w := csv.NewWriter(to)
	err := w.Write([]string{"id", "place", "reason"})
	for _, r := range rows {
		if err == nil {
			err = w.Write([]string{r.ID, r.Place, r.Reason})
		}
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	if err != nil {
		return fmt.Errorf("writing an assignment: %w", err)
	}
	return nil
}
