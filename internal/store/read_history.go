package store

import (
	"context"
	"time"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
)

// DayFlow is how many people entered an establishment on a day, fewer those who left, by the type of the movement and their nationality.
type DayFlow struct {
	At          place.Code
	Type        custody.MovementType
	Day         int // from 0
	Nationality string
	People      int
}

const microsPerDay = int64(24 * time.Hour / time.Microsecond)

// DayFlows adds up what was posted to establishments on each of so many days. Corrections stand at the day that they correct.
func (q Queries) DayFlows(ctx context.Context, from time.Time, days int) ([]DayFlow, error) {
	first := micros(from)
	return list(ctx, q, `SELECT x.establishment, f.type, f.day, f.nationality, SUM(f.amount) FROM
		(SELECT p.account, p.type, p.amount, (p.occurred_at - ?) / ? AS day, h.nationality FROM posting p JOIN person h ON h.person = p.person
			WHERE p.account LIKE 'place:%' AND p.occurred_at >= ? AND p.occurred_at < ?) AS f
		JOIN place x ON f.account = 'place:' || x.code
		GROUP BY x.establishment, f.type, f.day, f.nationality HAVING SUM(f.amount) <> 0 ORDER BY f.day, x.establishment, f.type, f.nationality`,
		[]any{first, microsPerDay, first, first + int64(days)*microsPerDay}, func(scan func(...any) error) (f DayFlow, err error) {
			return f, scan(&f.At, &f.Type, &f.Day, &f.Nationality, &f.People)
		})
}

// HeldBefore adds up, by nationality, who was in each establishment at a moment.
func (q Queries) HeldBefore(ctx context.Context, at time.Time) ([]DayFlow, error) {
	return list(ctx, q, `SELECT x.establishment, h.nationality, SUM(p.amount) FROM posting p JOIN person h ON h.person = p.person JOIN place x ON p.account = 'place:' || x.code
		WHERE p.occurred_at < ? GROUP BY x.establishment, h.nationality HAVING SUM(p.amount) <> 0 ORDER BY x.establishment, h.nationality`,
		[]any{micros(at)}, func(scan func(...any) error) (f DayFlow, err error) { return f, scan(&f.At, &f.Nationality, &f.People) })
}

// Sighting is a vehicle at a point of its way: when it left its source, or was counted.
type Sighting struct {
	Convoy  id.Convoy
	Vehicle id.Vehicle
	Point   place.Code
	People  int
	At      time.Time
}

// Sightings lists departures and passages between two moments, in the order of the world.
func (q Queries) Sightings(ctx context.Context, from, until time.Time) ([]Sighting, error) {
	return list(ctx, q, `SELECT convoy, vehicle, point, people, at FROM (
			SELECT c.convoy AS convoy, s.vehicle AS vehicle, c.source AS point, COUNT(*) AS people, c.dispatched_at AS at
				FROM convoy c JOIN manifest_seat s ON s.convoy = c.convoy AND s.version = c.version WHERE c.dispatched_at IS NOT NULL
				GROUP BY c.convoy, s.vehicle, c.source, c.dispatched_at
			UNION ALL SELECT convoy, vehicle, point, identified, occurred_at FROM passage) AS x
		WHERE at >= ? AND at < ? ORDER BY at, convoy, vehicle, point`, []any{micros(from), micros(until)}, func(scan func(...any) error) (s Sighting, err error) {
		var at int64
		err = scan(&s.Convoy, &s.Vehicle, &s.Point, &s.People, &at)
		s.At = moment(at)
		return s, err
	})
}
