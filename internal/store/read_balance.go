package store

import (
	"context"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
)

// Moment is what a question is asked as of: a moment in the world, and what the system knew by another. A zero time is now.
type Moment struct {
	World  time.Time
	System time.Time
}

// clause gives the condition on postings.
func (m Moment) clause() (string, []any) {
	cond, args := "1 = 1", []any{}
	if !m.World.IsZero() {
		cond, args = cond+" AND occurred_at <= ?", append(args, micros(m.World))
	}
	if !m.System.IsZero() {
		cond, args = cond+" AND recorded_at <= ?", append(args, micros(m.System))
	}
	return cond, args
}

// Balances sums the postings of every account, as of a moment. The sums add up to nothing.
func (q Queries) Balances(ctx context.Context, m Moment) (map[custody.Account]int, error) {
	cond, args := m.clause()
	sums := map[custody.Account]int{}
	err := q.each(ctx, `SELECT account, SUM(amount) FROM posting WHERE `+cond+` GROUP BY account HAVING SUM(amount) <> 0`, args, func(scan func(...any) error) error {
		var a custody.Account
		var n int
		err := scan(&a, &n)
		sums[a] = n
		return err
	})
	return sums, err
}

// Flows sums the postings between two moments in the world, as known at m.System, by account and type.
func (q Queries) Flows(ctx context.Context, from, to time.Time, system time.Time) ([]custody.Flow, error) {
	cond, args := Moment{World: to, System: system}.clause()
	return list(ctx, q, `SELECT account, type, SUM(amount) FROM posting WHERE occurred_at > ? AND `+cond+` GROUP BY account, type HAVING SUM(amount) <> 0 ORDER BY account, type`,
		append([]any{micros(from)}, args...), func(scan func(...any) error) (f custody.Flow, err error) {
			return f, scan(&f.Account, &f.Type, &f.Amount)
		})
}

// In lists the people in one account, as of a moment: the people behind a figure.
func (q Queries) In(ctx context.Context, a custody.Account, m Moment) ([]id.Person, error) {
	cond, args := m.clause()
	return list(ctx, q, `SELECT person FROM posting WHERE account = ? AND `+cond+` GROUP BY person HAVING SUM(amount) > 0 ORDER BY person`, append([]any{string(a)}, args...),
		func(scan func(...any) error) (p id.Person, err error) { return p, scan(&p) })
}

// Present lists the people in an establishment with all its blocks and cells, as of a moment.
func (q Queries) Present(ctx context.Context, c place.Code, m Moment) ([]id.Person, error) {
	cond, args := m.clause()
	return list(ctx, q, `SELECT person FROM posting WHERE account IN (SELECT 'place:' || code FROM place WHERE establishment = ?) AND `+cond+`
		GROUP BY person HAVING SUM(amount) > 0 ORDER BY person`, append([]any{string(c)}, args...),
		func(scan func(...any) error) (p id.Person, err error) { return p, scan(&p) })
}

// Registered counts the people who were registered by a moment and are not second records of others: what the accounts must add up to.
func (q Queries) Registered(ctx context.Context, m Moment) (int, error) {
	cond, args := m.clause()
	var n int
	err := q.one(ctx, `SELECT COUNT(*) FROM (SELECT person FROM posting WHERE account = 'outside' AND `+cond+` GROUP BY person HAVING SUM(amount) < 0) AS x`, args, &n)
	return n, err
}

// ByNationality counts the people who are registered, by the first nationality claim that maps to a code; the empty code
// stands for those whose claims map to none. Exits count too: they remain registered.
func (q Queries) ByNationality(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := q.each(ctx, `SELECT nationality, COUNT(*) FROM person WHERE merged_into IS NULL GROUP BY nationality`, nil, func(scan func(...any) error) error {
		var c string
		var n int
		err := scan(&c, &n)
		counts[c] = n
		return err
	})
	return counts, err
}
