package store

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"amana/internal/fault"
)

// constraints names, for each constraint of the schema that a decision can break, the rule that the user is told.
// PostgreSQL reports a constraint's name, SQLite the columns of a unique one.
var constraints = []struct{ postgres, sqlite, rule, message string }{
	{"booking_one_open", "booking.person", "booking.one_open", "a booking is open already"},
	{"move_one_live", "move.person", "move.one_live", "a live move exists already"},
	{"bed_one_person", "bed_hold.cell, bed_hold.bed", "bed.one_person", "another person holds this bed"},
	{"person_one_bed", "bed_hold.person, bed_hold.state", "bed.one_per_person", "the person holds a bed already"},
	{"bed_exists", "FOREIGN KEY constraint failed", "bed.no_such_bed", "the cell has no such bed: nobody is placed beyond its capacity"},
	{"alert_one_active", "alert.person, alert.code", "alert.one_active", "the same alert is active already"},
	{"non_association_one_open", "non_association.a, non_association.b", "non_association.one_open", "the pair is kept apart already"},
	{"seat_one_person", "manifest_seat.convoy, manifest_seat.version, manifest_seat.vehicle, manifest_seat.seat", "manifest.seat_taken", "the seat is another person's"},
	{"person_source_key", "person.source_key", "person.listed_already", "this line of a list is registered already"},
	{"listing_pkey", "listing.key", "person.listed_already", "this line of a list is registered already"},
	{"handover_nonce_pkey", "handover_nonce.nonce", "handover.replayed", "this acceptance was used already"},
	{"file_imported_pkey", "file_imported.sha256", "import.same_file", "this file was imported already"},
	{"plan_pkey", "plan.plan", "plan.approved", "the plan was approved already"},
	{"plan_one_of_version", "plan.wave, plan.version", "plan.outdated", "another plan of this version was put in force"},
	{"move_from_differs_to", "move_from_differs_to", "move.from_equals_to", "a move leads from one place to another"},
	{"move_person_in_transit", "move_person_in_transit", "move.person_missing", "a move in transit has a person"},
	{"move_reason_iff_cancelled", "move_reason_iff_cancelled", "move.reason_iff_cancelled", "a reason is given if and only if the move is cancelled"},
	{"non_association_ordered", "non_association_ordered", "non_association.self", "nobody is kept apart from themselves"},
}

// explain turns the database's refusal into the rule that it guards.
func explain(err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	text := err.Error()
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		text = pg.ConstraintName
	}
	if pg != nil || strings.Contains(text, "constraint failed") {
		for _, c := range constraints {
			if text == c.postgres || (pg == nil && strings.Contains(text, c.sqlite)) {
				return fault.New(fault.Refused, c.rule, "%s", c.message).Because(err)
			}
		}
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "not_found", "nothing is registered under that number").Because(err)
	}
	return err
}
