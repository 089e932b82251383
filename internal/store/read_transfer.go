package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/transfer"
)

// Convoy is a convoy as it stands.
type Convoy struct {
	Convoy         id.Convoy
	Wave           id.Wave
	Mode           transfer.Mode
	State          transfer.State
	Source, Target place.Code
	Version        int // of the manifest
	Frozen         bool
	DispatchedAt   *time.Time
	ClosedAt       *time.Time
	Plan           id.Plan // that formed it, 0 for one that was formed by hand
	Route          string
	Number         int // in the timetable of the plans of the wave
	Departed       int // people on the manifest
	Aboard         int
}

const convoyQuery = `SELECT c.convoy, c.wave, c.mode, c.state, c.source, c.target, c.version, c.frozen, c.dispatched_at, c.closed_at, c.plan, c.route, c.number,
	(SELECT COUNT(*) FROM manifest_seat m WHERE m.convoy = c.convoy AND m.version = c.version),
	(SELECT COUNT(*) FROM person p WHERE p.account IN (SELECT 'vehicle:' || v.vehicle FROM vehicle v WHERE v.convoy = c.convoy)) FROM convoy c `

func scanConvoy(scan func(...any) error) (c Convoy, err error) {
	var frozen int64
	var left, closed sql.NullInt64
	err = scan(&c.Convoy, &c.Wave, &c.Mode, &c.State, &c.Source, &c.Target, &c.Version, &frozen, &left, &closed, &c.Plan, &c.Route, &c.Number, &c.Departed, &c.Aboard)
	c.Frozen, c.DispatchedAt, c.ClosedAt = frozen != 0, optional(left), optional(closed)
	return c, err
}

// Convoys lists convoys by number, from the one after the given.
func (q Queries) Convoys(ctx context.Context, after id.Convoy, limit int) ([]Convoy, error) {
	return list(ctx, q, convoyQuery+`WHERE c.convoy > ? ORDER BY c.convoy LIMIT ?`, []any{int64(after), int64(limit)}, scanConvoy)
}

// Convoy reads one convoy and how it was formed.
func (q Queries) Convoy(ctx context.Context, n id.Convoy) (Convoy, transfer.ConvoyFormed, error) {
	found, err := list(ctx, q, convoyQuery+`WHERE c.convoy = ?`, []any{int64(n)}, scanConvoy)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "convoy.not_found", "no convoy has this number")
	}
	if err != nil {
		return Convoy{}, transfer.ConvoyFormed{}, err
	}
	formed, err := q.convoyBody(ctx, n)
	return found[0], formed, err
}

// Vehicle is a vehicle of a convoy as it stands.
type Vehicle struct {
	transfer.Vehicle
	Seal  string
	InUse bool
}

// Vehicles lists a convoy's vehicles by number.
func (q Queries) Vehicles(ctx context.Context, c id.Convoy) ([]Vehicle, error) {
	return list(ctx, q, `SELECT vehicle, plate, seats, number, seal, in_use FROM vehicle WHERE convoy = ? ORDER BY vehicle`, []any{int64(c)},
		func(scan func(...any) error) (v Vehicle, err error) {
			var use int64
			err = scan(&v.Vehicle.Vehicle, &v.Plate, &v.Seats, &v.Number, &v.Seal, &use)
			v.InUse = use != 0
			return v, err
		})
}

// Leg is a leg of a convoy's way as it stands.
type Leg struct {
	transfer.Leg
	State transfer.LegState
}

// Legs lists a convoy's legs in their order.
func (q Queries) Legs(ctx context.Context, c id.Convoy) ([]Leg, error) {
	return list(ctx, q, `SELECT n, source, target, state, departs, arrives FROM leg WHERE convoy = ? ORDER BY n`, []any{int64(c)},
		func(scan func(...any) error) (l Leg, err error) {
			var departs, arrives int64
			err = scan(&l.N, &l.From, &l.To, &l.State, &departs, &arrives)
			l.Departs, l.Arrives = planned(departs), planned(arrives)
			return l, err
		})
}

// Seats lists a version of a convoy's manifest, by vehicle and seat; version 0 is the one in force.
func (q Queries) Seats(ctx context.Context, c id.Convoy, version int) ([]transfer.Seat, error) {
	return list(ctx, q, `SELECT person, move, vehicle, seat FROM manifest_seat WHERE convoy = ? AND version = CASE WHEN ? = 0 THEN (SELECT version FROM convoy WHERE convoy = ?) ELSE ? END
		ORDER BY vehicle, seat`, []any{int64(c), int64(version), int64(c), int64(version)},
		func(scan func(...any) error) (s transfer.Seat, err error) {
			return s, scan(&s.Person, &s.Move, &s.Vehicle, &s.Seat)
		})
}

// Aboard tells who is on which vehicle of a convoy, as of a moment.
func (q Queries) Aboard(ctx context.Context, c id.Convoy, m Moment) (map[id.Person]id.Vehicle, error) {
	cond, args := m.clause()
	aboard := map[id.Person]id.Vehicle{}
	err := q.each(ctx, `SELECT person, account FROM posting WHERE account IN (SELECT 'vehicle:' || vehicle FROM vehicle WHERE convoy = ?) AND `+cond+`
		GROUP BY person, account HAVING SUM(amount) > 0`, append([]any{int64(c)}, args...), func(scan func(...any) error) error {
		var p id.Person
		var a custody.Account
		err := scan(&p, &a)
		aboard[p] = a.Vehicle()
		return err
	})
	return aboard, err
}

// Passengers reads what a dispatch must know of these people.
func (q Queries) Passengers(ctx context.Context, people []id.Person) ([]transfer.Passenger, error) {
	standings, err := q.Standings(ctx, people)
	if err != nil {
		return nil, err
	}
	by := make(map[id.Person]transfer.Passenger, len(people))
	err = inSets(people, func(in string, args []any) error {
		return q.each(ctx, `SELECT m.person, m.state, COALESCE(e.status, ''), COALESCE(e.flags, '') FROM move m LEFT JOIN escort_record e ON e.move = m.move
			WHERE m.state IN ('proposed', 'requested', 'booked', 'in_transit') AND m.person IN `+in, args, func(scan func(...any) error) error {
			var who id.Person
			var p transfer.Passenger
			var flags string
			err := scan(&who, &p.MoveState, &p.PER, &flags)
			p.NotFit = strings.Contains(" "+flags+" ", " health.not_fit_to_travel ")
			by[who] = p
			return err
		})
	})
	out := make([]transfer.Passenger, len(people))
	for i, n := range people {
		out[i] = by[n]
		out[i].Standing = standings[n]
	}
	return out, err
}

// Move is one person's transfer as it stands.
type Move = custody.MoveSet

// Moves reads moves by number.
func (q Queries) Moves(ctx context.Context, numbers []id.Move) (map[id.Move]Move, error) {
	found := map[id.Move]Move{}
	err := inSets(numbers, func(in string, args []any) error {
		return q.each(ctx, `SELECT move, COALESCE(person, 0), source, target, wave, state, reason FROM move WHERE move IN `+in, args, func(scan func(...any) error) error {
			var m Move
			err := scan(&m.Move, &m.Person, &m.From, &m.To, &m.Wave, &m.State, &m.Reason)
			found[m.Move] = m
			return err
		})
	})
	return found, err
}

// SpentNonces tells which of these acceptances were used, and by which entry.
func (q Queries) SpentNonces(ctx context.Context, nonces []string) (map[string]int64, error) {
	spent := map[string]int64{}
	err := inSets(nonces, func(in string, args []any) error {
		return q.each(ctx, `SELECT nonce, seq FROM handover_nonce WHERE nonce IN `+in, args, func(scan func(...any) error) error {
			var nonce string
			var seq int64
			err := scan(&nonce, &seq)
			spent[nonce] = seq
			return err
		})
	})
	return spent, err
}

// Line is what one line, over all convoys by land, was sent and let pass.
type Line struct {
	Point    place.Code
	Departed int // people on the manifests of convoys that were sent over the line
	Passed   int // different people identified there
}

// Lines counts the lines in their order.
func (q Queries) Lines(ctx context.Context) ([]Line, error) {
	return list(ctx, q, `SELECT x.code,
		(SELECT COUNT(*) FROM manifest_seat m JOIN convoy c ON c.convoy = m.convoy AND c.version = m.version AND c.frozen = 1
			WHERE EXISTS (SELECT 1 FROM leg l WHERE l.convoy = c.convoy AND l.target = x.code)),
		(SELECT COUNT(DISTINCT pp.person) FROM passage p JOIN passage_person pp ON pp.seq = p.seq WHERE p.point = x.code)
		FROM place x WHERE x.kind = 'line' ORDER BY x.code`, nil,
		func(scan func(...any) error) (l Line, err error) { return l, scan(&l.Point, &l.Departed, &l.Passed) })
}

// LineExceptions counts, for one line, why people who departed did not pass it, and why people passed who had not departed.
func (q Queries) LineExceptions(ctx context.Context, point place.Code) (map[string]int, error) {
	counts := map[string]int{}
	err := q.each(ctx, `WITH sent AS (SELECT m.person FROM manifest_seat m JOIN convoy c ON c.convoy = m.convoy AND c.version = m.version AND c.frozen = 1
			WHERE EXISTS (SELECT 1 FROM leg l WHERE l.convoy = c.convoy AND l.target = ?)),
		passed AS (SELECT DISTINCT pp.person FROM passage p JOIN passage_person pp ON pp.seq = p.seq WHERE p.point = ?)
		SELECT why, COUNT(*) FROM (
			SELECT COALESCE((SELECT MIN(d.kind) FROM difference d JOIN difference_person dp ON dp.difference = d.difference
				WHERE dp.person = s.person AND d.kind IN ('death', 'escape', 'diversion', 'missing')),
				CASE WHEN p.account LIKE 'vehicle:%' THEN 'on_the_way' ELSE 'unexplained' END) AS why
			FROM sent s JOIN person p ON p.person = s.person WHERE s.person NOT IN (SELECT person FROM passed)
			UNION ALL
			SELECT 'not_on_manifest' FROM passed WHERE person NOT IN (SELECT person FROM sent)) AS x GROUP BY why`,
		[]any{string(point), string(point)}, func(scan func(...any) error) error {
			var why string
			var n int
			err := scan(&why, &n)
			counts[why] = n
			return err
		})
	return counts, err
}

// Passage is one vehicle at one point, as it was counted.
type Passage struct {
	Seq                            int64
	Vehicle                        id.Vehicle
	Leg                            int
	Point                          place.Code
	OccurredAt, RecordedAt         time.Time
	Headcount, Identified, Missing int
}

// Passages lists a convoy's passages in the order of the world.
func (q Queries) Passages(ctx context.Context, c id.Convoy) ([]Passage, error) {
	return list(ctx, q, `SELECT seq, vehicle, leg, point, occurred_at, recorded_at, headcount, identified, missing FROM passage WHERE convoy = ? ORDER BY occurred_at, seq`, []any{int64(c)},
		func(scan func(...any) error) (p Passage, err error) {
			var at, rec int64
			err = scan(&p.Seq, &p.Vehicle, &p.Leg, &p.Point, &at, &rec, &p.Headcount, &p.Identified, &p.Missing)
			p.OccurredAt, p.RecordedAt = moment(at), moment(rec)
			return p, err
		})
}
