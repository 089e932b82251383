package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"amana/internal/fault"
	"amana/internal/id"
)

// Stage is how far two records are from being out of reach, by the one that is nearer to it.
type Stage string

// The stages, the most urgent first.
const (
	StageTransit Stage = "in_transit"
	StageMoving  Stage = "about_to_move" // a live move
	StageCustody Stage = "in_custody"
	StageGone    Stage = "gone"
)

var stages = []Stage{StageTransit, StageMoving, StageCustody, StageGone}

// Match is a pair of records that the machine found. It says nothing that a human has decided.
type Match struct {
	A, B     id.Person // the lower number first
	Bits     float64
	Band     string
	Why      string // what speaks for it, the strongest first
	FoundSeq int64  // entry of the source by which it was found
}

// Propose puts pairs on the work list. A pair that is on it already keeps the better of the two findings.
func (t *Tx) Propose(ctx context.Context, matches []Match) error {
	rows := make([][]any, 0, len(matches))
	at := map[[2]id.Person]int{}
	for _, m := range matches {
		row := []any{int64(m.A), int64(m.B), tenths(m.Bits), m.Band, m.Why, micros(t.now), m.FoundSeq}
		if i, twice := at[[2]id.Person{m.A, m.B}]; !twice {
			at[[2]id.Person{m.A, m.B}] = len(rows)
			rows = append(rows, row)
		} else if rows[i][2].(int64) < tenths(m.Bits) {
			rows[i] = row
		}
	}
	return t.insert(ctx, "identity_proposal", "a, b, bits, band, why, found_at, found_seq", `ON CONFLICT (a, b) DO UPDATE SET bits = excluded.bits, band = excluded.band,
		why = excluded.why, found_seq = excluded.found_seq WHERE excluded.bits > identity_proposal.bits`, rows)
}

// nothing is fewer bits than any two records have: what is worth this was not found again.
const nothing = -1 << 40

// Repropose puts pairs in the place of those that were found by sources up to an entry. A pair that is found again keeps the moment at
// which it was found first.
func (t *Tx) Repropose(ctx context.Context, until int64, matches []Match) error {
	if err := t.exec(ctx, `UPDATE identity_proposal SET bits = ? WHERE found_seq <= ?`, int64(nothing), until); err != nil {
		return err
	}
	if err := t.Propose(ctx, matches); err != nil {
		return err
	}
	return t.exec(ctx, `DELETE FROM identity_proposal WHERE bits = ?`, int64(nothing))
}

// ProposalFilter says which pairs of the work list are read. Empty fields do not narrow it.
type ProposalFilter struct {
	Band   string
	Person id.Person // pairs with this person
	After  string    // Next of the page before
	Limit  int
}

// Proposal is an open pair of the work list: two people, as long as nobody has decided, who may be one.
type Proposal struct {
	A, B             Person    // the records that remain
	RecordA, RecordB id.Person // the records that were found alike: these, or second records of theirs
	Bits             float64
	Band, Why        string
	Stage            Stage
	FoundAt          time.Time
	cursor           string
}

// openPairs are the pairs that wait for a human. Left out are two records of one person, and two people of whom somebody decided that they
// are different, or was unsure and no source has said more since, or whom an unmerge has parted. Of several pairs between the same two
// people the best one stands for all.
const openPairs = `WITH settled (a, b) AS (
		SELECT x.cluster, y.cluster FROM identity_exclusion e JOIN person x ON x.person = e.a JOIN person y ON y.person = e.b
		UNION SELECT x.cluster, y.cluster FROM identity_decision d JOIN person x ON x.person = d.a JOIN person y ON y.person = d.b WHERE d.verdict = 'parted'
		UNION SELECT x.cluster, y.cluster FROM identity_decision d JOIN person x ON x.person = d.a JOIN person y ON y.person = d.b
			WHERE d.verdict = 'unsure' AND NOT EXISTS (SELECT 1 FROM identity_decision l WHERE l.a = d.a AND l.b = d.b AND l.seq > d.seq)
			AND NOT EXISTS (SELECT 1 FROM person r JOIN identity_source s ON s.person = r.person WHERE r.cluster IN (x.cluster, y.cluster) AND s.seq > d.seq)),
	pair AS (
		SELECT p.a, p.b, p.bits, p.band, p.why, p.found_at, CASE WHEN x.cluster < y.cluster THEN x.cluster ELSE y.cluster END AS low,
			CASE WHEN x.cluster < y.cluster THEN y.cluster ELSE x.cluster END AS high,
			CASE WHEN x.cluster < y.cluster THEN p.a ELSE p.b END AS low_record, CASE WHEN x.cluster < y.cluster THEN p.b ELSE p.a END AS high_record
		FROM identity_proposal p JOIN person x ON x.person = p.a JOIN person y ON y.person = p.b
		WHERE x.cluster <> y.cluster AND (x.cluster, y.cluster) NOT IN (SELECT a, b FROM settled) AND (y.cluster, x.cluster) NOT IN (SELECT a, b FROM settled)),
	best AS (SELECT pair.*, ROW_NUMBER() OVER (PARTITION BY low, high ORDER BY bits DESC, a, b) AS place FROM pair),
	open AS (
		SELECT o.*, CASE o.band WHEN 'likely' THEN 0 ELSE 1 END AS rank, CASE
			WHEN u.account LIKE 'vehicle:%' OR v.account LIKE 'vehicle:%' THEN 0
			WHEN EXISTS (SELECT 1 FROM move m WHERE m.person IN (o.low, o.high) AND m.state IN ('proposed', 'requested', 'booked', 'in_transit')) THEN 1
			WHEN u.account LIKE 'place:%' OR v.account LIKE 'place:%' THEN 2
			ELSE 3 END AS stage
		FROM best o JOIN person u ON u.person = o.low JOIN person v ON v.person = o.high WHERE o.place = 1) `

// Proposals reads a page of the work list, what matters most first: likely pairs, then people who are on the way or about to be,
// then by how much speaks for it. The second answer is the cursor of the next page, empty at the end.
func (q Queries) Proposals(ctx context.Context, f ProposalFilter) ([]Proposal, string, error) {
	where, args := []string{"1 = 1"}, []any{}
	and := func(cond string, vals ...any) { where, args = append(where, cond), append(args, vals...) }
	if f.After != "" {
		var rank, stage, less, a, b int64
		if n, err := fmt.Sscanf(f.After, "%d.%d.%d.%d.%d", &rank, &stage, &less, &a, &b); err != nil || n != 5 {
			return nil, "", &fault.Error{Kind: fault.Invalid, Rule: "cursor.malformed", Message: "this is not a cursor of this list", Fields: []fault.Field{{Name: "cursor", Rule: "cursor.malformed"}}}
		}
		and("(rank, stage, -bits, a, b) > (?, ?, ?, ?, ?)", rank, stage, less, a, b)
	}
	if f.Band != "" {
		and("band = ?", f.Band)
	}
	if f.Person != 0 {
		and("(SELECT i.cluster FROM person i WHERE i.person = ?) IN (low, high)", int64(f.Person))
	}
	limit := max(f.Limit, 1)
	found, err := list(ctx, q, openPairs+`SELECT a, b, bits, band, why, found_at, low, high, low_record, high_record, rank, stage FROM open WHERE `+strings.Join(where, " AND ")+
		` ORDER BY rank, stage, -bits, a, b LIMIT ?`, append(args, int64(limit)+1), scanProposal)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(found) > limit {
		found = found[:limit]
		next = found[limit-1].cursor
	}
	people := make([]id.Person, 0, 2*len(found))
	for _, p := range found {
		people = append(people, p.A.Person, p.B.Person)
	}
	slices.Sort(people)
	shown, err := q.People(ctx, PeopleFilter{People: slices.Compact(people)})
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(shown, func(x, y Person) int { return cmp.Compare(x.Person, y.Person) })
	of := func(p id.Person) Person {
		i, _ := slices.BinarySearchFunc(shown, p, func(x Person, p id.Person) int { return cmp.Compare(x.Person, p) })
		return shown[i]
	}
	for i, p := range found {
		found[i].A, found[i].B = of(p.A.Person), of(p.B.Person)
	}
	return found, next, nil
}

func scanProposal(scan func(...any) error) (p Proposal, err error) {
	var a, b id.Person
	var bits, at, rank, stage int64
	if err := scan(&a, &b, &bits, &p.Band, &p.Why, &at, &p.A.Person, &p.B.Person, &p.RecordA, &p.RecordB, &rank, &stage); err != nil {
		return p, err
	}
	p.Bits, p.FoundAt, p.Stage = float64(bits)/10, moment(at), stages[stage]
	p.cursor = fmt.Sprintf("%d.%d.%d.%d.%d", rank, stage, -bits, a, b)
	return p, nil
}

// ProposalCounts counts the open pairs of each band.
func (q Queries) ProposalCounts(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := q.each(ctx, openPairs+`SELECT band, COUNT(*) FROM open GROUP BY band`, nil, func(scan func(...any) error) error {
		var band string
		var n int
		err := scan(&band, &n)
		counts[band] = n
		return err
	})
	return counts, err
}
