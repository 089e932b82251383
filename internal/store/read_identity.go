package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
)

// Statement is what one source said of a person, as an index of people takes it.
type Statement struct {
	Seq    int64 // entry
	Person id.Person
	text   string
}

// Details decodes what was said.
func (s Statement) Details() (d person.Details, err error) {
	if err := json.Unmarshal([]byte(s.text), &d); err != nil {
		return d, fmt.Errorf("reading what entry %d says: %w", s.Seq, err)
	}
	return d, nil
}

func scanStatement(scan func(...any) error) (s Statement, err error) {
	return s, scan(&s.Seq, &s.Person, &s.text)
}

// StatementsAfter reads what sources said from one entry, not included, up to another, included, in the order of the log.
func (q Queries) StatementsAfter(ctx context.Context, after, until int64, limit int) ([]Statement, error) {
	return list(ctx, q, `SELECT seq, person, details FROM identity_source WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`, []any{after, until, int64(limit)}, scanStatement)
}

// Statements reads what sources said of these people, in the order of the log for each.
func (q Queries) Statements(ctx context.Context, people []id.Person) (map[id.Person][]Statement, error) {
	found := make(map[id.Person][]Statement, len(people))
	err := inSets(people, func(in string, args []any) error {
		part, err := list(ctx, q, `SELECT seq, person, details FROM identity_source WHERE person IN `+in+` ORDER BY person, seq`, args, scanStatement)
		for _, s := range part {
			found[s.Person] = append(found[s.Person], s)
		}
		return err
	})
	return found, err
}

// Source is what one source said of a person, and where it comes from.
type Source struct {
	Seq                    int64 // entry
	Person                 id.Person
	Kind                   custody.Kind // of the entry: person.registered, person.listed, person.amended
	Details                person.Details
	File, Sheet            string // where a list was read
	Line                   int
	Reason, Actor          string
	OccurredAt, RecordedAt time.Time
}

// Sources reads everything that sources said of these people, oldest first for each.
func (q Queries) Sources(ctx context.Context, people []id.Person) (map[id.Person][]Source, error) {
	found := make(map[id.Person][]Source, len(people))
	err := inSets(people, func(in string, args []any) error {
		part, err := list(ctx, q, `SELECT s.seq, s.person, s.details, s.file, s.sheet, s.line, s.reason, s.actor, e.kind, e.occurred_at, e.recorded_at
			FROM identity_source s JOIN entry e ON e.seq = s.seq WHERE s.person IN `+in+` ORDER BY s.person, s.seq`, args,
			func(scan func(...any) error) (s Source, err error) {
				var details string
				var occurred, recorded int64
				if err := scan(&s.Seq, &s.Person, &details, &s.File, &s.Sheet, &s.Line, &s.Reason, &s.Actor, &s.Kind, &occurred, &recorded); err != nil {
					return s, err
				}
				s.OccurredAt, s.RecordedAt = moment(occurred), moment(recorded)
				return s, json.Unmarshal([]byte(details), &s.Details)
			})
		for _, s := range part {
			found[s.Person] = append(found[s.Person], s)
		}
		return err
	})
	return found, err
}

// Clusters reads the records that are one person with each of these, the one that remains first. The keys are the records that
// were asked for.
func (q Queries) Clusters(ctx context.Context, records []id.Person) (map[id.Person][]id.Person, error) {
	found := make(map[id.Person][]id.Person, len(records))
	err := inSets(records, func(in string, args []any) error {
		return q.each(ctx, `SELECT r.person, x.person FROM person r JOIN person x ON x.cluster = r.cluster WHERE r.person IN `+in+` ORDER BY r.person, x.depth, x.person`, args,
			func(scan func(...any) error) error {
				var of, one id.Person
				err := scan(&of, &one)
				found[of] = append(found[of], one)
				return err
			})
	})
	return found, err
}

// PairDecision is what somebody decided about a pair of records.
type PairDecision struct {
	Seq     int64
	A, B    id.Person // the lower number first
	Verdict custody.Verdict
	Reason  string
	Actor   string
	Bits    float64
	At      time.Time
}

const pairDecision = `SELECT d.seq, d.a, d.b, d.verdict, d.reason, d.actor, d.bits, d.occurred_at FROM identity_decision d `

func scanDecision(scan func(...any) error) (d PairDecision, err error) {
	var bits, at int64
	err = scan(&d.Seq, &d.A, &d.B, &d.Verdict, &d.Reason, &d.Actor, &bits, &at)
	d.Bits, d.At = float64(bits)/10, moment(at)
	return d, err
}

// Decisions reads every decision about a pair that has one of these records in it, newest first.
func (q Queries) Decisions(ctx context.Context, records []id.Person) ([]PairDecision, error) {
	var all []PairDecision
	seen := map[int64]bool{}
	err := inSets(records, func(in string, args []any) error {
		part, err := list(ctx, q, pairDecision+`WHERE d.a IN `+in+` UNION `+pairDecision+`WHERE d.b IN `+in+` ORDER BY 1 DESC`, append(args, args...), scanDecision)
		for _, d := range part {
			if !seen[d.Seq] { // a pair may be found from either side
				seen[d.Seq] = true
				all = append(all, d)
			}
		}
		return err
	})
	return all, err
}

// Decision reads what was decided last about two records; without a verdict when nothing was.
func (q Queries) Decision(ctx context.Context, x, y id.Person) (PairDecision, error) {
	found, err := list(ctx, q, pairDecision+`WHERE d.a = ? AND d.b = ? ORDER BY d.seq DESC LIMIT 1`, []any{int64(min(x, y)), int64(max(x, y))}, scanDecision)
	if err != nil || len(found) == 0 {
		return PairDecision{A: min(x, y), B: max(x, y)}, err
	}
	return found[0], nil
}

// LastDecisions reads what stands about every pair that somebody decided about, in the order of the log.
func (q Queries) LastDecisions(ctx context.Context) ([]PairDecision, error) {
	return list(ctx, q, pairDecision+`WHERE d.seq = (SELECT MAX(l.seq) FROM identity_decision l WHERE l.a = d.a AND l.b = d.b) ORDER BY d.seq`, nil, scanDecision)
}

// Excluded gives a pair of records that somebody decided are different people, one of each person that these two records are;
// zeros when there is none.
func (q Queries) Excluded(ctx context.Context, x, y id.Person) (a, b id.Person, err error) {
	const half = `SELECT e.a, e.b FROM person r JOIN identity_exclusion e ON e.%s = r.person JOIN person s ON s.person = e.%s
		WHERE r.cluster = (SELECT i.cluster FROM person i WHERE i.person = ?) AND s.cluster = (SELECT j.cluster FROM person j WHERE j.person = ?)`
	err = q.one(ctx, fmt.Sprintf(half, "a", "b")+" UNION "+fmt.Sprintf(half, "b", "a")+" ORDER BY 1, 2 LIMIT 1", []any{int64(x), int64(y), int64(x), int64(y)}, &a, &b)
	if noRows(err) {
		return 0, 0, nil
	}
	return a, b, err
}

// Searched notes that somebody looked for a person, and how many they were shown (norms G12).
func (q Queries) Searched(ctx context.Context, at time.Time, actor, query string, shown int) error {
	return q.exec(ctx, `INSERT INTO search_log (at, actor, query, shown) VALUES (?, ?, ?, ?)`, micros(at), actor, query, int64(shown))
}

// SearchLogFilter says which searches a list shows.
type SearchLogFilter struct {
	Actor  string
	Before time.Time // zero: from the newest
	Limit  int
}

// SearchLogged is one search on record.
type SearchLogged struct {
	At    time.Time
	Actor string
	Query string // JSON of what was known
	Shown int
}

// Searches lists who looked for whom, newest first.
func (q Queries) Searches(ctx context.Context, f SearchLogFilter) ([]SearchLogged, error) {
	where, args := "at < ?", []any{int64(1) << 62}
	if !f.Before.IsZero() {
		args[0] = micros(f.Before)
	}
	if f.Actor != "" {
		where, args = where+" AND actor = ?", append(args, f.Actor)
	}
	return list(ctx, q, `SELECT at, actor, query, shown FROM search_log WHERE `+where+` ORDER BY at DESC LIMIT ?`, append(args, int64(f.Limit)),
		func(scan func(...any) error) (s SearchLogged, err error) {
			var at int64
			err = scan(&at, &s.Actor, &s.Query, &s.Shown)
			s.At = moment(at)
			return s, err
		})
}
