package store

import (
	"context"
	"strings"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/person"
)

func (t *Tx) personRegistered(ctx context.Context, records []custody.Record) error {
	people, sources, listings := make([][]any, len(records)), make([][]any, len(records)), [][]any{}
	movements, postings := make([][]any, len(records)), make([][]any, 0, 2*len(records))
	for i, r := range records {
		e := event[custody.PersonRegistered](r)
		people[i] = append([]any{int64(r.Person)}, described(e.Details)...)
		people[i] = append(people[i], e.Mother, e.Family, flag(e.Child), string(e.Account), e.Custodian, r.Seq, micros(r.OccurredAt), e.Source.Key, r.Seq, int64(r.Person), int64(0))
		sources[i] = said(r, custody.WithMother(e.Details, e.Mother), e.Source, "")
		if e.Source.Key != "" {
			listings = append(listings, []any{e.Source.Key, int64(r.Person), r.Seq})
		}
		movements[i] = []any{r.Seq, int64(r.Person), micros(r.OccurredAt), string(custody.TypeIntake), string(custody.Outside), string(e.Account), e.Custodian, int64(0)}
		step := custody.Step{Seq: r.Seq, OccurredAt: r.OccurredAt, Type: custody.TypeIntake, From: custody.Outside, To: e.Account}
		postings = appendPostings(postings, r, custody.Correct(r.Seq, nil, []custody.Step{step}))
	}
	if err := t.insert(ctx, "person", "person, name, name_latin, folded, sex, born, nationality, document, details, mother, family, child, account, custodian, last_seq, last_at, source_key, registered_seq, cluster, depth", "", people); err != nil {
		return err
	}
	if err := t.insert(ctx, "identity_source", sourceColumns, "", sources); err != nil {
		return err
	}
	if err := t.insert(ctx, "listing", "key, person, seq", "", listings); err != nil {
		return err
	}
	if err := t.insert(ctx, "movement", movementColumns, "", movements); err != nil {
		return err
	}
	if err := t.insert(ctx, "posting", postingColumns, "", postings); err != nil {
		return err
	}
	for _, r := range records {
		if e := event[custody.PersonRegistered](r); e.Unexpected {
			d := custody.Difference{Kind: custody.Unexpected, People: []id.Person{r.Person}, Place: e.Account.Place(), Vehicle: e.Account.Vehicle()}
			if err := t.raise(ctx, r, d); err != nil {
				return err
			}
		}
	}
	return t.late(ctx, records...)
}

// described gives the columns that show and find a person: name, name_latin, folded, sex, born, nationality, document, details.
func described(d person.Details) []any {
	var name, latin, nationality, document string
	var folded []string
	for _, n := range d.Names {
		folded = append(folded, person.Fold(n.Raw))
		switch {
		case n.Kind != "":
		case n.Script == "Latn" && latin == "":
			latin = n.Raw
		case n.Script != "Latn" && name == "":
			name = n.Raw
		}
	}
	if name == "" {
		name = latin
	}
	for _, c := range d.Claims {
		if c.Country != "" {
			nationality = c.Country
			break
		}
	}
	for _, doc := range d.Documents {
		if doc.Number != "" {
			document = doc.Number
			break
		}
	}
	return []any{name, latin, strings.Join(folded, " | "), int64(d.Sex), d.Birth.Date.String(), nationality, document, text(d)}
}

func (t *Tx) personListed(ctx context.Context, records []custody.Record) error {
	var rows [][]any
	sources := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.PersonListed](r)
		sources[i] = said(r, e.Details, e.Source, "")
		if e.Source.Key != "" {
			rows = append(rows, []any{e.Source.Key, int64(r.Person), r.Seq})
		}
	}
	if err := t.insert(ctx, "identity_source", sourceColumns, "", sources); err != nil {
		return err
	}
	return t.insert(ctx, "listing", "key, person, seq", "ON CONFLICT DO NOTHING", rows)
}

func (t *Tx) personAmended(ctx context.Context, records []custody.Record) error {
	rows, sources := make([][]any, len(records)), make([][]any, len(records))
	for i, r := range records {
		e := event[custody.PersonAmended](r)
		rows[i], sources[i] = append([]any{int64(r.Person)}, described(e.Details)...), said(r, e.Details, custody.Source{}, e.Reason)
	}
	if err := t.insert(ctx, "identity_source", sourceColumns, "", sources); err != nil {
		return err
	}
	return t.update(ctx, "person", []string{"person BIGINT", "name TEXT", "name_latin TEXT", "folded TEXT", "sex BIGINT", "born TEXT", "nationality TEXT", "document TEXT", "details TEXT"}, rows)
}

func (t *Tx) bookingOpened(ctx context.Context, records []custody.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.BookingOpened](r)
		rows[i] = []any{int64(e.Booking), int64(r.Person), micros(r.OccurredAt), e.Grounds.Ground, e.Grounds.Authority, e.Grounds.Order, e.Grounds.Until.String(), ""}
	}
	if err := t.insert(ctx, "booking", "booking, person, opened_at, ground, authority, order_no, until, outcome", "", rows); err != nil {
		return err
	}
	for _, r := range records {
		if event[custody.BookingOpened](r).Grounds.Ground == "" {
			if err := t.raise(ctx, r, custody.Difference{Kind: custody.NoGrounds, People: []id.Person{r.Person}}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tx) escortRecord(ctx context.Context, records []custody.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.EscortRecord](r)
		rows[i] = []any{int64(e.Move), int64(r.Person), int64(e.Version), e.Status, strings.Join(e.Flags, " "), r.Seq}
	}
	return t.insert(ctx, "escort_record", "move, person, version, status, flags, seq",
		"ON CONFLICT (move) DO UPDATE SET version = excluded.version, status = excluded.status, flags = excluded.flags, seq = excluded.seq", rows)
}

func (t *Tx) medicalScreening(ctx context.Context, records []custody.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.MedicalScreening](r)
		rows[i] = []any{int64(r.Person), r.Seq, micros(r.OccurredAt), flag(e.FitToTravel), flag(e.Injuries)}
	}
	return t.insert(ctx, "screening", "person, seq, occurred_at, fit_to_travel, injuries",
		"ON CONFLICT (person) DO UPDATE SET seq = excluded.seq, occurred_at = excluded.occurred_at, fit_to_travel = excluded.fit_to_travel, injuries = excluded.injuries", rows)
}

func (t *Tx) property(ctx context.Context, records []custody.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.Property](r)
		rows[i] = []any{int64(e.Property), int64(r.Person), e.Seal, e.Items, e.Holder, flag(e.Returned)}
	}
	return t.insert(ctx, "property", "property, person, seal, items, holder, returned",
		"ON CONFLICT (property) DO UPDATE SET seal = excluded.seal, items = excluded.items, holder = excluded.holder, returned = excluded.returned", rows)
}

func (t *Tx) alertSet(ctx context.Context, records []custody.Record) error {
	var opened [][]any
	for _, r := range records {
		e := event[custody.AlertSet](r)
		if e.Open {
			opened = append(opened, []any{int64(e.Alert), int64(r.Person), e.Code, e.Reason, micros(r.OccurredAt)})
		} else if err := t.exec(ctx, `UPDATE alert SET closed_at = ? WHERE alert = ?`, micros(r.OccurredAt), int64(e.Alert)); err != nil {
			return err
		}
	}
	return t.insert(ctx, "alert", "alert, person, code, reason, opened_at", "", opened)
}

func (t *Tx) nonAssociationSet(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[custody.NonAssociationSet](r)
		a, b := min(e.A, e.B), max(e.A, e.B)
		var err error
		if e.Open {
			err = t.insert(ctx, "non_association", "non_association, a, b, scope, reason, opened_at", "",
				[][]any{{int64(e.NonAssociation), int64(a), int64(b), e.Scope, e.Reason, micros(r.OccurredAt)}})
		} else {
			err = t.exec(ctx, `UPDATE non_association SET closed_at = ? WHERE non_association = ?`, micros(r.OccurredAt), int64(e.NonAssociation))
		}
		if err != nil {
			return err
		}
		if err := t.mention(ctx, r.Seq, a, b); err != nil {
			return err
		}
	}
	return nil
}
