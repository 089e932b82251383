package store

import (
	"context"
	"database/sql"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
)

// Difference is a difference as it stands.
type Difference struct {
	Difference             int64
	Kind                   custody.DifferenceKind
	Subject                string
	Convoy                 id.Convoy
	Place                  place.Code
	Note                   string
	OccurredAt, DetectedAt time.Time
	ClosedAt               *time.Time
	Resolution             string
	Became                 int64 // the difference that this one turned out to be
	People                 []id.Person
	Entries                []int64
}

// DifferenceFilter says which differences a list shows. Empty fields do not narrow it.
type DifferenceFilter struct {
	Open   bool
	Kind   custody.DifferenceKind
	Person id.Person
	Convoy id.Convoy
	Place  place.Code
	After  int64
	Limit  int
}

// Differences lists differences in the order in which they were found, with their people and entries.
func (q Queries) Differences(ctx context.Context, f DifferenceFilter) ([]Difference, error) {
	query, args := `SELECT difference, kind, subject, convoy, place, note, occurred_at, detected_at, closed_at, resolution, COALESCE(became, 0) FROM difference WHERE difference > ?`, []any{f.After}
	and := func(cond string, v any) { query, args = query+" AND "+cond, append(args, v) }
	if f.Open {
		query += " AND closed_seq IS NULL"
	}
	if f.Kind != "" {
		and("kind = ?", string(f.Kind))
	}
	if f.Convoy != 0 {
		and("convoy = ?", int64(f.Convoy))
	}
	if f.Place != "" {
		and("place = ?", string(f.Place))
	}
	if f.Person != 0 {
		and("difference IN (SELECT difference FROM difference_person WHERE person = ?)", int64(f.Person))
	}
	found, err := list(ctx, q, query+" ORDER BY difference LIMIT ?", append(args, int64(max(f.Limit, 1))), func(scan func(...any) error) (d Difference, err error) {
		var at, detected int64
		var closed sql.NullInt64
		err = scan(&d.Difference, &d.Kind, &d.Subject, &d.Convoy, &d.Place, &d.Note, &at, &detected, &closed, &d.Resolution, &d.Became)
		d.OccurredAt, d.DetectedAt, d.ClosedAt = moment(at), moment(detected), optional(closed)
		return d, err
	})
	if err != nil || len(found) == 0 {
		return found, err
	}
	index := make(map[int64]*Difference, len(found))
	numbers := make([]int64, len(found))
	for i := range found {
		numbers[i] = found[i].Difference
		index[found[i].Difference] = &found[i]
	}
	err = inSets(numbers, func(in string, args []any) error {
		if err := q.each(ctx, `SELECT difference, person FROM difference_person WHERE difference IN `+in+` ORDER BY person`, args, func(scan func(...any) error) error {
			var d int64
			var p id.Person
			err := scan(&d, &p)
			index[d].People = append(index[d].People, p)
			return err
		}); err != nil {
			return err
		}
		return q.each(ctx, `SELECT difference, seq FROM difference_entry WHERE difference IN `+in+` ORDER BY seq`, args, func(scan func(...any) error) error {
			var d, seq int64
			err := scan(&d, &seq)
			index[d].Entries = append(index[d].Entries, seq)
			return err
		})
	})
	return found, err
}

// OpenByKind counts the open differences.
func (q Queries) OpenByKind(ctx context.Context) (map[custody.DifferenceKind]int, error) {
	counts := map[custody.DifferenceKind]int{}
	err := q.each(ctx, `SELECT kind, COUNT(*) FROM difference WHERE closed_seq IS NULL GROUP BY kind`, nil, func(scan func(...any) error) error {
		var k custody.DifferenceKind
		var n int
		err := scan(&k, &n)
		counts[k] = n
		return err
	})
	return counts, err
}
