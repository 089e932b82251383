package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
)

// Watchlist is a list that is loaded, in its newest version.
type Watchlist struct {
	Name, Version, SHA256 string
	Entries               int
	Seq                   int64 // entry that says so
	LoadedAt              time.Time
}

// Watchlists lists what is loaded.
func (q Queries) Watchlists(ctx context.Context) ([]Watchlist, error) {
	return list(ctx, q, `SELECT name, version, sha256, entries, seq, loaded_at FROM watchlist ORDER BY name`, nil, func(scan func(...any) error) (w Watchlist, err error) {
		var at int64
		err = scan(&w.Name, &w.Version, &w.SHA256, &w.Entries, &w.Seq, &at)
		w.LoadedAt = moment(at)
		return w, err
	})
}

// WatchlistEntry is one entry of a list.
type WatchlistEntry struct {
	List, Ref string
	Details   person.Details
}

// WatchlistEntries reads the entries of all lists.
func (q Queries) WatchlistEntries(ctx context.Context) ([]WatchlistEntry, error) {
	return list(ctx, q, `SELECT list, ref, details FROM watchlist_entry ORDER BY list, n`, nil, func(scan func(...any) error) (e WatchlistEntry, err error) {
		var details string
		if err := scan(&e.List, &e.Ref, &details); err != nil {
			return e, err
		}
		return e, json.Unmarshal([]byte(details), &e.Details)
	})
}

// ReplaceWatchlist puts entries in the place of what the list had. seq is the entry of the log that says so.
func (t *Tx) ReplaceWatchlist(ctx context.Context, name string, seq int64, entries []WatchlistEntry) error {
	if err := t.exec(ctx, `DELETE FROM watchlist_entry WHERE list = ?`, name); err != nil {
		return err
	}
	rows := make([][]any, len(entries))
	for i, e := range entries {
		rows[i] = []any{name, e.Ref, seq<<24 | int64(i), text(e.Details)}
	}
	return t.insert(ctx, "watchlist_entry", "list, ref, n, details", "", rows)
}

// LeadKey is what a lead is about.
type LeadKey struct {
	List, Ref string
	Person    id.Person
}

// LeadMatch is a person and an entry of a list that the machine found alike.
type LeadMatch struct {
	LeadKey
	Bits      float64
	Band, Why string
	FoundSeq  int64 // entry of what was found by
}

// SaveLeads keeps what was found; a lead that is there already keeps the better of the two findings.
func (t *Tx) SaveLeads(ctx context.Context, leads []LeadMatch) error {
	rows := make([][]any, 0, len(leads))
	at := map[LeadKey]int{}
	for _, l := range leads {
		row := []any{l.List, l.Ref, int64(l.Person), tenths(l.Bits), l.Band, l.Why, micros(t.now), l.FoundSeq}
		if i, twice := at[l.LeadKey]; !twice {
			at[l.LeadKey] = len(rows)
			rows = append(rows, row)
		} else if rows[i][3].(int64) < tenths(l.Bits) {
			rows[i] = row
		}
	}
	return t.insert(ctx, "watchlist_lead", "list, ref, person, bits, band, why, found_at, found_seq", `ON CONFLICT (list, ref, person) DO UPDATE SET bits = excluded.bits,
		band = excluded.band, why = excluded.why, found_seq = excluded.found_seq WHERE excluded.bits > watchlist_lead.bits`, rows)
}

// ReplaceLeads puts leads in the place of those that a list has, or all lists when it is empty, found by entries up to one. A lead that is
// found again keeps the moment at which it was found first; what was decided about one that is not stays on record.
func (t *Tx) ReplaceLeads(ctx context.Context, list string, until int64, leads []LeadMatch) error {
	if err := t.exec(ctx, `UPDATE watchlist_lead SET bits = ? WHERE found_seq <= ? AND (list = ? OR CAST(? AS TEXT) = '')`, int64(nothing), until, list, list); err != nil {
		return err
	}
	if err := t.SaveLeads(ctx, leads); err != nil {
		return err
	}
	return t.exec(ctx, `DELETE FROM watchlist_lead WHERE bits = ?`, int64(nothing))
}

// LeadDecision is what somebody decided about a lead.
type LeadDecision struct {
	Seq     int64
	Verdict custody.Verdict
	Reason  string
	Actor   string
	At      time.Time
}

// LeadFilter says which leads are read. Empty fields do not narrow it.
type LeadFilter struct {
	List    string
	Ref     string
	Person  id.Person
	Decided bool   // those that were decided as well
	After   string // Next of the page before
	Limit   int
}

// Lead is a person who may be an entry of a list: work for a human.
type Lead struct {
	WatchlistEntry
	Person    id.Person // the record that remains
	Record    id.Person // the record that was found alike
	Bits      float64
	Band, Why string
	FoundAt   time.Time
	Decided   *LeadDecision // the last decision, nil while there is none
	cursor    string
}

// leads are those to entries that a list has, with what was decided last; a doubt stands until a source says more.
const leads = `WITH last AS (SELECT d.* FROM lead_decision d WHERE NOT EXISTS (SELECT 1 FROM lead_decision l
		WHERE l.list = d.list AND l.ref = d.ref AND l.person = d.person AND l.seq > d.seq))
	SELECT l.list, l.ref, e.details, l.person, p.cluster, l.bits, l.band, l.why, l.found_at, d.seq, d.verdict, d.reason, d.actor, d.occurred_at, e.n
	FROM watchlist_lead l JOIN watchlist_entry e ON e.list = l.list AND e.ref = l.ref JOIN person p ON p.person = l.person
	LEFT JOIN last d ON d.list = l.list AND d.ref = l.ref AND d.person = l.person WHERE `

// Lead reads one lead.
func (q Queries) Lead(ctx context.Context, k LeadKey) (Lead, error) {
	found, err := list(ctx, q, leads+`l.list = ? AND l.ref = ? AND l.person = ?`, []any{k.List, k.Ref, int64(k.Person)}, scanLead)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "lead.not_found", "there is no such lead")
	}
	if err != nil {
		return Lead{}, err
	}
	return found[0], nil
}

// Leads reads a page of leads, the strongest first. The second answer is the cursor of the next page, empty at the end.
func (q Queries) Leads(ctx context.Context, f LeadFilter) ([]Lead, string, error) {
	where, args := []string{"1 = 1"}, []any{}
	and := func(cond string, vals ...any) { where, args = append(where, cond), append(args, vals...) }
	if f.After != "" {
		var less, person, at int64
		if n, err := fmt.Sscanf(f.After, "%d.%d.%d", &less, &person, &at); err != nil || n != 3 {
			return nil, "", &fault.Error{Kind: fault.Invalid, Rule: "cursor.malformed", Message: "this is not a cursor of this list", Fields: []fault.Field{{Name: "cursor", Rule: "cursor.malformed"}}}
		}
		and("(-l.bits, l.person, e.n) > (?, ?, ?)", less, person, at)
	}
	if f.List != "" {
		and("l.list = ?", f.List)
	}
	if f.Ref != "" {
		and("l.ref = ?", f.Ref)
	}
	if f.Person != 0 {
		and("p.cluster = (SELECT i.cluster FROM person i WHERE i.person = ?)", int64(f.Person))
	}
	if !f.Decided {
		and(`(d.seq IS NULL OR d.verdict = 'undone' OR (d.verdict = 'unsure' AND EXISTS (SELECT 1 FROM identity_source s WHERE s.person = l.person AND s.seq > d.seq)))`)
	}
	limit := max(f.Limit, 1)
	found, err := list(ctx, q, leads+strings.Join(where, " AND ")+` ORDER BY -l.bits, l.person, e.n, l.list LIMIT ?`, append(args, int64(limit)+1), scanLead)
	if err != nil || len(found) <= limit {
		return found, "", err
	}
	return found[:limit], found[limit-1].cursor, nil
}

func scanLead(scan func(...any) error) (l Lead, err error) {
	var details string
	var bits, at, n int64
	var seq, decidedAt sql.NullInt64
	var verdict, reason, actor sql.NullString
	if err := scan(&l.List, &l.Ref, &details, &l.Record, &l.Person, &bits, &l.Band, &l.Why, &at, &seq, &verdict, &reason, &actor, &decidedAt, &n); err != nil {
		return l, err
	}
	l.Bits, l.FoundAt = float64(bits)/10, moment(at)
	l.cursor = fmt.Sprintf("%d.%d.%d", -bits, l.Record, n)
	if seq.Valid {
		l.Decided = &LeadDecision{seq.Int64, custody.Verdict(verdict.String), reason.String, actor.String, moment(decidedAt.Int64)}
	}
	return l, json.Unmarshal([]byte(details), &l.Details)
}
