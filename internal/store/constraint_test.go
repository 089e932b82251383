package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"

	"amana/internal/fault"
	"amana/internal/testdb"
)

// TestConstraints sets a hundred connections against each rule in the schema itself, past the register's single writer:
// as many win as there is room for, and the database's refusal of the others is explained by its rule.
func TestConstraints(t *testing.T) {
	testdb.Each(t, func(t *testing.T, name string) {
		const writers = 100
		s, err := Open(t.Context(), name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		driver, dsn := "sqlite", sqliteDSN(name)
		if IsPostgres(name) {
			driver, dsn = "pgx", name
		}
		db, err := sql.Open(driver, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close() // nothing is left to write
		q := Queries{q: db, postgres: driver == "pgx"}
		for _, ddl := range []string{
			`INSERT INTO place (code, establishment, parent, kind, state, maximum, body, locked_out) VALUES ('P/1', 'P', 'P', 'cell', 'active', 3, '{}', 0)`,
			`INSERT INTO bed (cell, bed) VALUES ('P/1', 1), ('P/1', 2), ('P/1', 3)`,
		} {
			if err := q.exec(t.Context(), ddl); err != nil {
				t.Fatal(err)
			}
		}
		conns := make([]*sql.Conn, writers)
		for n := range conns {
			if conns[n], err = db.Conn(t.Context()); err != nil {
				t.Fatalf("opening connection %d: %v", n, err)
			}
			defer conns[n].Close() // of this test alone
		}
		// In a statement, $ is the number of the writer.
		provoked := map[string]bool{}
		for _, c := range []struct {
			rule, statement string
			wins            int
		}{
			{"booking.one_open", `INSERT INTO booking (booking, person, opened_at, ground, authority, order_no, until, outcome) VALUES ($, 1, 0, '', '', '', '', '')`, 1},
			{"move.one_live", `INSERT INTO move (move, person, source, target, wave, state, reason) VALUES ($, 1, 'A', 'B', 0, 'booked', '')`, 1},
			{"plan.approved", `INSERT INTO plan (plan, wave, version, seq, approved_at, approved_by, body) VALUES (1, $, $, 0, 0, '', '')`, 1},
			{"plan.outdated", `INSERT INTO plan (plan, wave, version, seq, approved_at, approved_by, body) VALUES (1000 + $, 1000, 1, 0, 0, '', '')`, 1},
			{"move.from_equals_to", `INSERT INTO move (move, person, source, target, wave, state, reason) VALUES (1000 + $, NULL, 'A', 'A', 0, 'booked', '')`, 0},
			{"move.person_missing", `INSERT INTO move (move, person, source, target, wave, state, reason) VALUES (1000 + $, NULL, 'A', 'B', 0, 'in_transit', '')`, 0},
			{"move.reason_iff_cancelled", `INSERT INTO move (move, person, source, target, wave, state, reason) VALUES (1000 + $, 1000 + $, 'A', 'B', 0, 'cancelled', '')`, 0},
			{"bed.one_per_person", `INSERT INTO bed_hold (cell, bed, person, state) VALUES ('P/1', $ % 2 + 1, 1, 'reserved')`, 1},
			{"bed.one_person", `INSERT INTO bed_hold (cell, bed, person, state) VALUES ('P/1', 3, 1000 + $, 'reserved')`, 1},
			{"bed.no_such_bed", `INSERT INTO bed_hold (cell, bed, person, state) VALUES ('P/1', 4 + $, 2000 + $, 'occupied')`, 0},
			{"alert.one_active", `INSERT INTO alert (alert, person, code, reason, opened_at) VALUES ($, 1, 'suicide', '', 0)`, 1},
			{"non_association.one_open", `INSERT INTO non_association (non_association, a, b, scope, reason, opened_at) VALUES ($, 1, 2, 'cell', '', 0)`, 1},
			{"non_association.self", `INSERT INTO non_association (non_association, a, b, scope, reason, opened_at) VALUES (1000 + $, 2, 2, 'cell', '', 0)`, 0},
			{"manifest.seat_taken", `INSERT INTO manifest_seat (convoy, version, person, move, vehicle, seat) VALUES (1, 1, $, $, 1, 1)`, 1},
			{"person.listed_already", `INSERT INTO listing (key, person, seq) VALUES ('f/1', $, $)`, 1},
			{"person.listed_already", registration, 1},
			{"handover.replayed", `INSERT INTO handover_nonce (nonce, seq) VALUES ('n', $)`, 1},
			{"import.same_file", `INSERT INTO file_imported (sha256, seq, file, rows_read, good, problems) VALUES ('x', $, '', 0, 0, 0)`, 1},
		} {
			provoked[c.rule] = true
			won := 0
			for n, err := range together(writers, func(n int) error {
				return insertBare(conns[n], fmt.Sprint(n), c.statement)
			}) {
				switch {
				case err == nil:
					won++
				case !fault.Is(explain(err), c.rule) && !(c.rule == "bed.one_per_person" && fault.Is(explain(err), "bed.one_person")):
					t.Errorf("%s: connection %d was told %v", c.rule, n, explain(err))
				}
			}
			if won != c.wins {
				t.Errorf("%s: %d connections won instead of %d", c.rule, won, c.wins)
			}
		}
		for _, c := range constraints {
			if !provoked[c.rule] {
				t.Errorf("the constraint %s was not tried", c.postgres)
			}
		}
	})
}

const registration = `INSERT INTO person (person, name, name_latin, folded, sex, born, nationality, document, mother, family, child, account, custodian, last_seq, last_at, source_key, registered_seq, details, cluster, depth)
	VALUES ($, '', '', '', 0, '', '', '', '', '', 0, '', '', 0, 0, 'f/1', 0, '{}', $, 0)`

func record(n int) string {
	return strings.NewReplacer("$", fmt.Sprint(n), "'f/1'", "''").Replace(registration)
}

// merge makes a record a second one of another, as the schema keeps it, without those that were merged into it.
func merge(record, into, cluster, depth int) string {
	return fmt.Sprintf(`UPDATE person SET merged_into = %d, cluster = %d, depth = %d, above = %d WHERE person = %d`, into, cluster, depth, depth-1, record)
}

func insertBare(conn *sql.Conn, n, statement string) error {
	_, err := conn.ExecContext(context.Background(), strings.ReplaceAll(statement, "$", n))
	return err
}

// together lets all writers go at once and gives their errors.
func together(writers int, write func(n int) error) []error {
	errs := make([]error, writers)
	start := make(chan struct{})
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			<-start
			errs[n] = write(n)
		})
	}
	close(start)
	all.Wait()
	return errs
}

// TestOneLinkAndOnePlace asks the same of the log: two entries never share a number, nor a place in a person's chain.
func TestOneLinkAndOnePlace(t *testing.T) {
	testdb.Each(t, func(t *testing.T, name string) {
		s, err := Open(t.Context(), name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() // the database goes with the test
		insert := func(seq, person, pseq any) error {
			return s.exec(context.Background(), `INSERT INTO entry (seq, kind, person, pseq, occurred_at, recorded_at, body, salt, slot, sig) VALUES (?, '', ?, ?, 0, 0, ?, ?, ?, ?)`,
				seq, person, pseq, []byte{}, []byte{}, []byte{}, []byte{})
		}
		for _, c := range []struct {
			name  string
			write func(n int) error
		}{
			{"sequence number", func(int) error { return insert(int64(7), nil, nil) }},
			{"place in a chain", func(n int) error { return insert(int64(100+n), int64(1), int64(1)) }},
		} {
			won := 0
			for _, err := range together(100, c.write) {
				if err == nil {
					won++
				}
			}
			if won != 1 {
				t.Errorf("%d entries share one %s", won, c.name)
			}
		}
	})
}

// TestOtherConstraints asks for what no decision can break and a wrong projection could: the database refuses it all the same.
func TestOtherConstraints(t *testing.T) {
	testdb.Each(t, func(t *testing.T, name string) {
		s, err := Open(t.Context(), name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() // the database goes with the test
		posting := func(line, amount int) string {
			return fmt.Sprintf(`INSERT INTO posting (seq, line, person, occurred_at, recorded_at, type, account, amount) VALUES (1, %d, 1, 0, 0, 'intake', 'outside', %d)`, line, amount)
		}
		const (
			booking = `INSERT INTO booking (booking, person, opened_at, closed_at, ground, authority, order_no, until, outcome) VALUES `
			move    = `INSERT INTO move (move, person, source, target, wave, state, reason) VALUES `
			alert   = `INSERT INTO alert (alert, person, code, reason, opened_at, closed_at) VALUES `
		)
		for _, c := range []struct {
			name, statement string
			rule            string // "": it is taken; "any": it is refused
		}{
			{"a person comes", posting(0, 1), ""},
			{"a person goes", posting(1, -1), ""},
			{"two at once", posting(2, 2), "any"},
			{"nobody", posting(3, 0), "any"},
			{"the same line again", posting(0, 1), "any"},
			{"an exclusion", `INSERT INTO identity_exclusion (a, b, seq) VALUES (1, 2, 0)`, ""},
			{"an exclusion the other way", `INSERT INTO identity_exclusion (a, b, seq) VALUES (2, 1, 0)`, "any"},
			{"an exclusion of oneself", `INSERT INTO identity_exclusion (a, b, seq) VALUES (1, 1, 0)`, "any"},
			{"a pair that was found", `INSERT INTO identity_proposal (a, b, bits, band, why, found_at, found_seq) VALUES (1, 2, 200, 'likely', '', 0, 0)`, ""},
			{"the same pair the other way", `INSERT INTO identity_proposal (a, b, bits, band, why, found_at, found_seq) VALUES (2, 1, 200, 'likely', '', 0, 0)`, "any"},
			{"a verdict that nobody gives", `INSERT INTO identity_decision (seq, a, b, verdict, reason, bits, actor, occurred_at) VALUES (1, 1, 2, 'guilty', '', 0, '', 0)`, "any"},
			{"a first record", record(1), ""},
			{"a second", record(2), ""},
			{"a third", record(3), ""},
			{"the first as a second one of the second", merge(1, 2, 2, 1), ""},
			{"and the second of the first", merge(2, 1, 1, 2), "any"},
			{"the same under the third", merge(2, 1, 3, 2), "any"},
			{"the second as a second one of itself", merge(2, 2, 2, 1), "any"},
			{"the second of the third, leaving the first behind", merge(2, 3, 3, 1), "any"},
			{"the second of nobody", merge(2, 9, 9, 1), "any"},
			{"a step too many", merge(3, 1, 2, 1), "any"},
			{"in another cluster", merge(3, 1, 3, 2), "any"},
			{"the third of the first", merge(3, 1, 2, 2), ""},
			{"a record that remains and says otherwise", `UPDATE person SET cluster = 1 WHERE person = 2`, "any"},
			{"a merge without a step", `UPDATE person SET above = NULL WHERE person = 1`, "any"},
			{"a cell with a bed", `INSERT INTO place (code, establishment, parent, kind, state, maximum, body, locked_out) VALUES ('P/1', 'P', 'P', 'cell', 'active', 1, '{}', 0)`, ""},
			{"its bed", `INSERT INTO bed (cell, bed) VALUES ('P/1', 1)`, ""},
			{"a bed of no cell", `INSERT INTO bed (cell, bed) VALUES ('P/2', 1)`, "any"},
			{"a bed that is dreamt of", `INSERT INTO bed_hold (cell, bed, person, state) VALUES ('P/1', 1, 1, 'wished')`, "any"},
			{"a bed that is held", `INSERT INTO bed_hold (cell, bed, person, state) VALUES ('P/1', 1, 1, 'reserved')`, ""},
			{"and taken away", `DELETE FROM bed WHERE cell = 'P/1'`, "bed.no_such_bed"},

			// What has ended leaves room for another, and does not come back beside it.
			{"a booking that ended", booking + `(1, 1, 0, 1, '', '', '', '', 'release')`, ""},
			{"another that ended", booking + `(2, 1, 0, 1, '', '', '', '', 'release')`, ""},
			{"one that is open", booking + `(3, 1, 0, NULL, '', '', '', '', '')`, ""},
			{"the first opened again", `UPDATE booking SET closed_at = NULL WHERE booking = 1`, "booking.one_open"},
			{"a move that was made", move + `(1, 1, 'A', 'B', 0, 'completed', '')`, ""},
			{"one that was cancelled", move + `(2, 1, 'A', 'B', 0, 'cancelled', 'ill')`, ""},
			{"one that was not", move + `(3, 1, 'A', 'B', 0, 'booked', 'ill')`, "move.reason_iff_cancelled"},
			{"one without anybody", move + `(4, NULL, 'A', 'B', 0, 'proposed', '')`, ""},
			{"another without anybody", move + `(5, NULL, 'A', 'B', 0, 'requested', '')`, ""},
			{"one that is live", move + `(6, 1, 'A', 'B', 0, 'in_transit', '')`, ""},
			{"the first made live again", `UPDATE move SET state = 'booked' WHERE move = 1`, "move.one_live"},
			{"an empty one filled with the same person", `UPDATE move SET person = 1 WHERE move = 4`, "move.one_live"},
			{"an empty one that left", `UPDATE move SET state = 'in_transit' WHERE move = 4`, "move.person_missing"},
			{"one turned to its source", `UPDATE move SET target = 'A' WHERE move = 6`, "move.from_equals_to"},
			{"an alert that ended", alert + `(1, 1, 'suicide', '', 0, 1)`, ""},
			{"one that is active", alert + `(2, 1, 'suicide', '', 0, NULL)`, ""},
			{"the first raised again", `UPDATE alert SET closed_at = NULL WHERE alert = 1`, "alert.one_active"},
			{"another of the person", alert + `(3, 1, 'escape_risk', '', 0, NULL)`, ""},
		} {
			err := s.exec(t.Context(), c.statement)
			switch {
			case (c.rule == "") != (err == nil):
				t.Errorf("%s: %v", c.name, err)
			case c.rule != "" && c.rule != "any" && !fault.Is(explain(err), c.rule):
				t.Errorf("%s: told %v instead of %s", c.name, explain(err), c.rule)
			}
		}
	})
}

// TestNoCircle has a hundred connections merge two records both ways, past all checks of the register: however they meet, one of the two
// remains.
func TestNoCircle(t *testing.T) {
	testdb.Each(t, func(t *testing.T, name string) {
		s, err := Open(t.Context(), name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() // the database goes with the test
		for pair := range 10 {
			a, b := 2*pair+1, 2*pair+2
			for _, n := range []int{a, b} {
				if err := s.exec(t.Context(), record(n)); err != nil {
					t.Fatal(err)
				}
			}
			together(100, func(n int) error {
				if n%2 == 0 {
					return s.exec(context.Background(), merge(a, b, b, 1))
				}
				return s.exec(context.Background(), merge(b, a, a, 1))
			})
			var merged, remaining int
			if err := s.one(t.Context(), `SELECT COUNT(merged_into), SUM(CASE WHEN merged_into IS NULL THEN 1 ELSE 0 END) FROM person WHERE person IN (?, ?)`,
				[]any{a, b}, &merged, &remaining); err != nil {
				t.Fatal(err)
			}
			if merged != 1 || remaining != 1 {
				t.Fatalf("of two records %d were merged and %d remain", merged, remaining)
			}
		}
	})
}
