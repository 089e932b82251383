package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/transfer"
)

// Figure names a number that is shown somewhere, so that it opens into its people.
type Figure struct {
	Of      string // what is counted, see Behind
	Subject string // of which account, class, place, convoy, line or entry
	Moment         // for the figures of accounts; the others are as of now
	From    time.Time
}

// Behind lists the people whom a figure counts, by number, from the one after the given, and counts them all. The figures:
//
//	registered, account, class, held (place), aboard (convoy), flow:TYPE (place, convoy or all)   as of a moment
//	arriving, reserved, no_cell (place), manifest (convoy), line:sent, line:passed, line:EXCEPTION (line),
//	identified, missing, unexpected (entry of a passage or headcount)                              as of now
func (q Queries) Behind(ctx context.Context, f Figure, after id.Person, limit int) (people []id.Person, total int, err error) {
	query, args, err := f.query()
	if err != nil {
		return nil, 0, err
	}
	if err := q.one(ctx, `SELECT COUNT(*) FROM (`+query+`) AS f`, args, &total); err != nil {
		return nil, 0, err
	}
	people, err = list(ctx, q, `SELECT f.person FROM (`+query+`) AS f WHERE f.person > ? ORDER BY f.person LIMIT ?`, append(args, int64(after), int64(limit)),
		func(scan func(...any) error) (p id.Person, err error) { return p, scan(&p) })
	return people, total, err
}

// query gives the people of the figure in a column named person, each once.
func (f Figure) query() (string, []any, error) {
	name, detail, _ := strings.Cut(f.Of, ":")
	switch name {
	case "registered":
		return f.standing("account = 'outside'", "< 0")
	case "account":
		return f.standing("account = ?", "> 0", f.Subject)
	case "class":
		prefix, ok := classPrefix[custody.Class(f.Subject)]
		if !ok {
			break
		}
		return f.standing("account LIKE ?", "> 0", prefix)
	case "held", "aboard":
		scope, args := f.scope()
		return f.standing(scope, "> 0", args...)
	case "flow":
		scope, args := f.scope()
		if !f.From.IsZero() {
			scope, args = scope+" AND occurred_at > ?", append(args, micros(f.From))
		}
		return f.standing(scope+" AND type = ?", "<> 0", append(args, detail)...)
	case "arriving":
		return `SELECT person FROM move WHERE target = ? AND state = 'in_transit'`, []any{f.Subject}, nil
	case "reserved":
		return `SELECT h.person FROM bed_hold h JOIN place x ON x.code = h.cell WHERE x.establishment = ? AND h.state = 'reserved'`, []any{f.Subject}, nil
	case "no_cell":
		return `SELECT p.person FROM person p WHERE p.account IN (SELECT 'place:' || code FROM place WHERE establishment = ? AND kind = 'cell')
			AND NOT EXISTS (SELECT 1 FROM bed_hold h WHERE h.person = p.person AND h.state = 'occupied')`, []any{f.Subject}, nil
	case "manifest":
		n, _ := strconv.ParseInt(f.Subject, 10, 64)
		return `SELECT m.person FROM manifest_seat m JOIN convoy c ON c.convoy = m.convoy AND c.version = m.version WHERE c.convoy = ?`, []any{n}, nil
	case "line":
		return lineFigure(detail, f.Subject)
	case "identified":
		n, _ := strconv.ParseInt(f.Subject, 10, 64)
		return `SELECT person FROM passage_person WHERE seq = ?`, []any{n}, nil
	case "missing", "unexpected":
		kind := custody.Missing
		if name == "unexpected" {
			kind = custody.Unexpected
		}
		n, _ := strconv.ParseInt(f.Subject, 10, 64)
		return `SELECT DISTINCT dp.person FROM difference_entry de JOIN difference d ON d.difference = de.difference JOIN difference_person dp ON dp.difference = d.difference
			WHERE de.seq = ? AND d.kind = ? AND COALESCE(d.closed_seq, 0) <> de.seq`, []any{n, string(kind)}, nil
	}
	return "", nil, fault.New(fault.NotFound, "figure.unknown", "there is no figure %q", f.Of)
}

var classPrefix = map[custody.Class]string{custody.InCustody: "place:%", custody.InTransit: "vehicle:%", custody.Exit: "exit:%"}

// standing lists those whose postings in some accounts sum to something.
func (f Figure) standing(accounts, sum string, args ...any) (string, []any, error) {
	cond, more := f.clause()
	return `SELECT person FROM posting WHERE ` + accounts + ` AND ` + cond + ` GROUP BY person HAVING SUM(amount) ` + sum, append(args, more...), nil
}

// scope gives the accounts of a place with all that lies under it, of a convoy, or all in custody and in transit.
func (f Figure) scope() (string, []any) {
	if f.Subject == "" {
		return "(account LIKE 'place:%' OR account LIKE 'vehicle:%')", nil
	}
	if n, err := strconv.ParseInt(f.Subject, 10, 64); err == nil {
		return "account IN (SELECT 'vehicle:' || vehicle FROM vehicle WHERE convoy = ?)", []any{n}
	}
	return "account IN (SELECT 'place:' || code FROM place WHERE code = ? OR code LIKE ?)", []any{f.Subject, f.Subject + "/%"}
}

func lineFigure(what, point string) (string, []any, error) {
	const sent = `SELECT m.person FROM manifest_seat m JOIN convoy c ON c.convoy = m.convoy AND c.version = m.version AND c.frozen = 1
		WHERE EXISTS (SELECT 1 FROM leg l WHERE l.convoy = c.convoy AND l.target = ?)`
	const passed = `SELECT DISTINCT pp.person FROM passage p JOIN passage_person pp ON pp.seq = p.seq WHERE p.point = ?`
	switch what {
	case "sent":
		return sent, []any{point}, nil
	case "passed":
		return passed, []any{point}, nil
	case "not_on_manifest":
		return `SELECT person FROM (` + passed + `) AS went WHERE person NOT IN (` + sent + `)`, []any{point, point}, nil
	}
	// As LineExceptions tells them apart.
	return `SELECT s.person FROM (` + sent + `) AS s JOIN person p ON p.person = s.person WHERE s.person NOT IN (` + passed + `)
		AND COALESCE((SELECT MIN(d.kind) FROM difference d JOIN difference_person dp ON dp.difference = d.difference
			WHERE dp.person = s.person AND d.kind IN ('death', 'escape', 'diversion', 'missing')),
			CASE WHEN p.account LIKE 'vehicle:%' THEN 'on_the_way' ELSE 'unexplained' END) = ?`, []any{point, point, what}, nil
}

// OpenAt counts the differences that had been found and not closed, as of a moment.
func (q Queries) OpenAt(ctx context.Context, m Moment) (map[custody.DifferenceKind]int, error) {
	query, args := `SELECT d.kind, COUNT(*) FROM difference d LEFT JOIN entry c ON c.seq = d.closed_seq WHERE 1 = 1`, []any{}
	still := "c.seq IS NULL"
	if !m.World.IsZero() {
		query, args = query+" AND d.occurred_at <= ?", append(args, micros(m.World))
		still += " OR c.occurred_at > ?"
	}
	if !m.System.IsZero() {
		query, args = query+" AND d.detected_at <= ?", append(args, micros(m.System))
		still += " OR c.recorded_at > ?"
	}
	for _, t := range []time.Time{m.World, m.System} {
		if !t.IsZero() {
			args = append(args, micros(t))
		}
	}
	counts := map[custody.DifferenceKind]int{}
	err := q.each(ctx, query+" AND ("+still+") GROUP BY d.kind", args, func(scan func(...any) error) error {
		var k custody.DifferenceKind
		var n int
		err := scan(&k, &n)
		counts[k] = n
		return err
	})
	return counts, err
}

// Stream is everybody sent from one source to one destination by one mode, over all convoys that left.
type Stream struct {
	Source, Target place.Code
	Mode           transfer.Mode
	Departed       int // people on the manifests
	Received       int // different people identified at the destination
}

// Streams sums the convoys that left, by source, destination and mode.
func (q Queries) Streams(ctx context.Context) ([]Stream, error) {
	return list(ctx, q, `SELECT c.source, c.target, c.mode,
		SUM((SELECT COUNT(*) FROM manifest_seat m WHERE m.convoy = c.convoy AND m.version = c.version)),
		SUM((SELECT COUNT(DISTINCT pp.person) FROM passage p JOIN passage_person pp ON pp.seq = p.seq WHERE p.convoy = c.convoy AND p.point = c.target))
		FROM convoy c WHERE c.frozen = 1 GROUP BY c.source, c.target, c.mode ORDER BY c.source, c.target, c.mode`, nil,
		func(scan func(...any) error) (s Stream, err error) {
			return s, scan(&s.Source, &s.Target, &s.Mode, &s.Departed, &s.Received)
		})
}

// Names reads what the establishments are called, by language.
func (q Queries) Names(ctx context.Context) (map[place.Code]map[string]string, error) {
	names := map[place.Code]map[string]string{}
	err := q.each(ctx, `SELECT body FROM place WHERE parent = ''`, nil, func(scan func(...any) error) error {
		var body string
		if err := scan(&body); err != nil {
			return err
		}
		var p place.Place
		err := json.Unmarshal([]byte(body), &p)
		names[p.Code] = p.Names
		return err
	})
	return names, err
}

// Cell is a cell with its beds and who is in it.
type Cell struct {
	place.Place
	Beds, Reserved, Held int
}

// Cells lists the cells of an establishment by code.
func (q Queries) Cells(ctx context.Context, establishment place.Code) ([]Cell, error) {
	return list(ctx, q, `SELECT x.body, (SELECT COUNT(*) FROM bed b WHERE b.cell = x.code),
		(SELECT COUNT(*) FROM bed_hold h WHERE h.cell = x.code AND h.state = 'reserved'),
		(SELECT COUNT(*) FROM person p WHERE p.account = 'place:' || x.code)
		FROM place x WHERE x.establishment = ? AND x.kind = 'cell' ORDER BY x.code`, []any{string(establishment)},
		func(scan func(...any) error) (c Cell, err error) {
			var body string
			if err := scan(&body, &c.Beds, &c.Reserved, &c.Held); err != nil {
				return c, err
			}
			return c, json.Unmarshal([]byte(body), &c.Place)
		})
}

// PlaceCount is one physical count of a place, held against its roll.
type PlaceCount struct {
	Seq                                    int64
	OccurredAt, RecordedAt                 time.Time
	Counted, Expected, Missing, Unexpected int
}

// PlaceCounts lists the counts of a place, newest first.
func (q Queries) PlaceCounts(ctx context.Context, c place.Code, limit int) ([]PlaceCount, error) {
	return list(ctx, q, `SELECT h.seq, h.occurred_at, e.recorded_at, h.counted, h.expected, h.missing, h.unexpected FROM headcount h JOIN entry e ON e.seq = h.seq
		WHERE h.place = ? ORDER BY h.occurred_at DESC, h.seq DESC LIMIT ?`, []any{string(c), int64(limit)},
		func(scan func(...any) error) (n PlaceCount, err error) {
			var at, rec int64
			err = scan(&n.Seq, &at, &rec, &n.Counted, &n.Expected, &n.Missing, &n.Unexpected)
			n.OccurredAt, n.RecordedAt = moment(at), moment(rec)
			return n, err
		})
}

// Fitness is all that others than clinicians may know of a person's screening on reception (norms R12, G9).
type Fitness struct {
	Screened bool
	At       time.Time
	Fit      bool
}

// Fitness reads whether a person was screened on reception and found fit to travel.
func (q Queries) Fitness(ctx context.Context, p id.Person) (f Fitness, err error) {
	var at, fit int64
	err = q.one(ctx, `SELECT occurred_at, fit_to_travel FROM screening WHERE person = ?`, []any{int64(p)}, &at, &fit)
	if noRows(err) {
		return f, nil
	}
	return Fitness{true, moment(at), fit != 0}, err
}

// Transfer is one move of a person with the state of its escort record.
type Transfer struct {
	Move
	Version int // of the escort record, 0 when there is none
	Status  string
	Flags   []string
}

// Transfers lists a person's moves, newest first.
func (q Queries) Transfers(ctx context.Context, p id.Person) ([]Transfer, error) {
	return list(ctx, q, `SELECT m.move, m.source, m.target, m.wave, m.state, m.reason, COALESCE(e.version, 0), COALESCE(e.status, ''), COALESCE(e.flags, '')
		FROM move m LEFT JOIN escort_record e ON e.move = m.move WHERE m.person = ? ORDER BY m.move DESC`, []any{int64(p)},
		func(scan func(...any) error) (t Transfer, err error) {
			var flags string
			err = scan(&t.Move.Move, &t.From, &t.To, &t.Wave, &t.State, &t.Reason, &t.Version, &t.Status, &flags)
			t.Person, t.Flags = p, strings.Fields(flags)
			return t, err
		})
}

// Bags lists a person's property by number.
func (q Queries) Bags(ctx context.Context, p id.Person) ([]custody.Property, error) {
	return list(ctx, q, `SELECT property, seal, items, holder, returned FROM property WHERE person = ? ORDER BY property`, []any{int64(p)},
		func(scan func(...any) error) (b custody.Property, err error) {
			var returned int64
			err = scan(&b.Property, &b.Seal, &b.Items, &b.Holder, &returned)
			b.Returned = returned != 0
			return b, err
		})
}

// ConvoysOf tells which convoys vehicles belong to.
func (q Queries) ConvoysOf(ctx context.Context, vehicles []id.Vehicle) (map[id.Vehicle]id.Convoy, error) {
	found := make(map[id.Vehicle]id.Convoy, len(vehicles))
	err := inSets(vehicles, func(in string, args []any) error {
		return q.each(ctx, `SELECT vehicle, convoy FROM vehicle WHERE vehicle IN `+in, args, func(scan func(...any) error) error {
			var v id.Vehicle
			var c id.Convoy
			err := scan(&v, &c)
			found[v] = c
			return err
		})
	})
	return found, err
}

// Underway lists the numbers of the convoys that have not ended.
func (q Queries) Underway(ctx context.Context) ([]id.Convoy, error) {
	return list(ctx, q, `SELECT convoy FROM convoy WHERE state <> 'closed' ORDER BY convoy`, nil,
		func(scan func(...any) error) (c id.Convoy, err error) { return c, scan(&c) })
}

// Issued is one version of a convoy's manifest.
type Issued struct{ Version, Seats int }

// Manifests lists the versions of a convoy's manifest.
func (q Queries) Manifests(ctx context.Context, c id.Convoy) ([]Issued, error) {
	return list(ctx, q, `SELECT version, COUNT(*) FROM manifest_seat WHERE convoy = ? GROUP BY version ORDER BY version`, []any{int64(c)},
		func(scan func(...any) error) (i Issued, err error) { return i, scan(&i.Version, &i.Seats) })
}

// DifferencesAt lists the differences that were open as of a moment, as OpenAt counts them. Only After, Kind and Limit of
// the filter narrow it.
func (q Queries) DifferencesAt(ctx context.Context, f DifferenceFilter, m Moment) ([]Difference, error) {
	var found []Difference
	for limit := max(f.Limit, 1); len(found) < limit; {
		part, err := q.Differences(ctx, DifferenceFilter{Kind: f.Kind, After: f.After, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, d := range part {
			f.After = d.Difference
			open, err := q.wasOpen(ctx, d, m)
			if err != nil {
				return nil, err
			}
			if open && len(found) < limit {
				found = append(found, d)
			}
		}
		if len(part) < limit {
			break
		}
	}
	return found, nil
}

// wasOpen tells whether a difference was found and not closed as of a moment.
func (q Queries) wasOpen(ctx context.Context, d Difference, m Moment) (bool, error) {
	if (!m.World.IsZero() && d.OccurredAt.After(m.World)) || (!m.System.IsZero() && d.DetectedAt.After(m.System)) {
		return false, nil
	}
	if d.ClosedAt == nil {
		return true, nil
	}
	if !m.System.IsZero() && d.ClosedAt.After(m.System) {
		return true, nil
	}
	if m.World.IsZero() {
		return false, nil
	}
	var at int64
	err := q.one(ctx, `SELECT e.occurred_at FROM difference d JOIN entry e ON e.seq = d.closed_seq WHERE d.difference = ?`, []any{d.Difference}, &at)
	return err == nil && moment(at).After(m.World), err
}
