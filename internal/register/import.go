package register

import (
	"cmp"
	"context"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/intake"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/store"
)

// ImportOptions say how a manifest is read and on what order its people are held.
type ImportOptions struct {
	intake.Options
	Grounds custody.Grounds // the order that covers everybody on the list; empty: they are registered as held without grounds
	Place   place.Code      // where people are whose row names no recognised place; empty: such rows are not taken
}

// Imported tells what became of a manifest.
type Imported struct {
	File       string         `json:"file"`
	SHA256     string         `json:"sha256"`
	Unchanged  bool           `json:"unchanged"`  // the same file was imported before: nothing was done
	Registered int            `json:"registered"` // people registered now
	Known      int            `json:"known"`      // rows that were registered before, from this or another file
	Duplicates []Pair         `json:"duplicates"` // records that may be one person, the likeliest first; a human decides
	Report     *intake.Report `json:"report"`
}

// Pair is two records that may be one person, and why. It is on the work list of those who decide.
type Pair struct {
	Record id.Person     `json:"record"` // the newer record
	Other  id.Person     `json:"other"`
	Bits   float64       `json:"bits"`
	Band   identity.Band `json:"band"`
	Why    string        `json:"why"` // what speaks for it, the strongest first: "document name"
}

// MaxRows is how many people one manifest may list: an import is one transaction, held in memory until its commit.
const MaxRows = 10_000

// RuleFacility is the rule of a row whose place of detention is not recognised.
const RuleFacility = "facility.unknown"

// Import reads a manifest and registers who is on it, in one transaction: all of its good rows or, if it fails, none.
func (r *Register) Import(ctx context.Context, by By, name string, body io.Reader, size int64, opt ImportOptions) (Imported, error) {
	if err := authz.Check(by.Actor, authz.Import); err != nil {
		return Imported{}, err
	}
	if opt.MaxRows == 0 {
		opt.MaxRows = MaxRows
	}
	var rows []intake.Row
	report, err := intake.Read(ctx, name, body, size, opt.Options, func(row intake.Row) error {
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return Imported{File: name, Report: report}, err
	}
	seen, err := r.lookAt(ctx, report.SHA256, rows)
	if err != nil {
		return Imported{File: name, Report: report}, err
	}
	by.Key = "" // the file's own digest tells a second delivery
	out, err := do(ctx, r, by, authz.Import, rows, func(ctx context.Context, a *act, rows []intake.Row) (Imported, error) {
		out := Imported{File: name, SHA256: report.SHA256, Report: report, Duplicates: []Pair{}}
		before, err := a.FileImported(ctx, report.SHA256)
		if err != nil || before {
			out.Unchanged, out.Known = before, len(rows)
			return out, err
		}
		unknown, err := unlisted(ctx, a.Queries, rows)
		if err != nil {
			return out, err
		}
		out.Known = len(rows) - len(unknown)
		registrations, elsewhere, err := a.placed(ctx, unknown, opt)
		if err != nil {
			return out, err
		}
		for i, reg := range registrations {
			registrations[i].seen = seen[reg.Source.Key]
		}
		out.Report = withProblems(report, elsewhere)
		people, found, err := a.register(ctx, registrations)
		if err != nil {
			return out, err
		}
		out.Registered, out.Duplicates = len(people), duplicates(found)
		_, err = a.record(ctx, custody.FileImported{File: name, SHA256: report.SHA256, Rows: report.Rows, Good: out.Report.Good, Problems: out.Report.ProblemCount})
		return out, err
	})
	if err != nil {
		return Imported{File: name, Report: report}, err
	}
	return out, nil
}

// withProblems gives a copy of a report with the problems that only the register could find.
func withProblems(report *intake.Report, found []intake.Problem) *intake.Report {
	r := *report
	r.Problems, r.Rules = append(slices.Clone(r.Problems), found...), maps.Clone(r.Rules)
	r.ProblemCount += len(found)
	for _, p := range found {
		r.Rules[p.Rule]++
		if p.Severity == intake.Error {
			r.Errors++
			r.Good--
		} else {
			r.Warnings++
		}
	}
	return &r
}

// unlisted leaves out rows that are registered already: a corrected file repeats most of the one before.
func unlisted(ctx context.Context, q store.Queries, rows []intake.Row) ([]intake.Row, error) {
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.Key
	}
	listed, err := q.Listed(ctx, keys)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r intake.Row) bool { _, known := listed[r.Key]; return known }), nil
}

// lookAt looks for the people of a list among those who are registered, before the transaction that registers them, by row.
func (r *Register) lookAt(ctx context.Context, digest string, rows []intake.Row) (map[string]*sight, error) {
	if before, err := r.store.FileImported(ctx, digest); err != nil || before {
		return nil, err
	}
	rows, err := unlisted(ctx, r.store.Queries, rows)
	if err != nil {
		return nil, err
	}
	details := make([]person.Details, len(rows))
	for i, row := range rows {
		details[i] = custody.WithMother(row.Details, row.Mother)
	}
	all, err := r.look(ctx, details)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]*sight, len(rows))
	for i, row := range rows {
		seen[row.Key] = all[i]
	}
	return seen, nil
}

// placed turns rows into registrations at the places that they name.
func (a *act) placed(ctx context.Context, rows []intake.Row, opt ImportOptions) ([]Registration, []intake.Problem, error) {
	places, err := a.Places(ctx, "", "")
	if err != nil {
		return nil, nil, err
	}
	var problems []intake.Problem
	byName := map[string]place.Code{}
	for _, p := range places {
		if p.Code.Parent() != "" {
			continue
		}
		byName[person.Fold(string(p.Code))] = p.Code
		for _, n := range p.Names {
			byName[person.Fold(n)] = p.Code
		}
	}
	out := make([]Registration, 0, len(rows))
	for _, row := range rows {
		where, known := byName[person.Fold(row.Facility)]
		if !known {
			where = opt.Place
			p := intake.Problem{
				File: row.File, Sheet: row.Sheet, Row: row.Line, Field: intake.FieldFacility, Rule: RuleFacility, Severity: intake.Warning,
				Value: row.Facility, Message: "the place of detention is not a recognised place; the person is registered at the place given for the file",
			}
			if where == "" {
				p.Severity, p.Message = intake.Error, "the place of detention is not a recognised place, and none was given for the file"
			}
			if row.Facility != "" || where == "" { // a list of one place need not repeat it
				problems = append(problems, p)
			}
			if where == "" {
				continue
			}
		}
		reg := Registration{
			Details: row.Details, Place: where, Grounds: opt.Grounds, Mother: row.Mother, Family: row.Family, Child: row.Child,
			Source: custody.Source{File: row.File, Sheet: row.Sheet, Line: row.Line, Key: row.Key},
		}
		if row.Child {
			reg.Grounds = custody.Grounds{Ground: "accompanying_child", Until: opt.Grounds.Until}
		} else if row.PossiblyMinor {
			reg.Alerts = []string{"age_to_assess"} // juvenile track from the same day (norms R19)
		}
		out = append(out, reg)
	}
	return out, problems, nil
}

// duplicates are the pairs that were found, the likeliest first. None is merged by it.
func duplicates(found []match) []Pair {
	pairs := []Pair{}
	for _, m := range found {
		for _, p := range m.pairs {
			pairs = append(pairs, Pair{Record: p.B, Other: p.A, Bits: p.Bits, Band: identity.Band(p.Band), Why: p.Why})
		}
	}
	slices.SortFunc(pairs, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Bits, x.Bits), cmp.Compare(x.Record, y.Record), cmp.Compare(x.Other, y.Other))
	})
	return pairs
}

// TransferOrder is the ground on which people are held while they are moved, with its end (norms R01, R10).
func TransferOrder(authority, order string, until time.Time) custody.Grounds {
	return custody.Grounds{Ground: "transfer_order", Authority: authority, Order: order, Until: civil.Date{Year: until.Year(), Month: int(until.Month()), Day: until.Day()}}
}

// CheckOrder refuses grounds that name no authority or no end.
func CheckOrder(g custody.Grounds) error {
	var fields []fault.Field
	if g.Authority == "" {
		fields = append(fields, fault.Field{Name: "authority", Rule: "field.required"})
	}
	if !g.Until.Known() {
		fields = append(fields, fault.Field{Name: "until", Rule: "grounds.open_ended", Value: strconv.Quote(g.Until.String())})
	}
	if fields == nil || g.Ground == "" {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Rule: fields[0].Rule, Message: "a ground names who ordered it and when it ends", Fields: fields}
}
