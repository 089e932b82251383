package store

import (
	"context"
	"time"

	"amana/internal/custody"
	"amana/internal/transfer"
)

func (t *Tx) needsDecided(ctx context.Context, records []custody.Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		e := event[custody.NeedsDecided](r)
		rows[i] = []any{int64(r.Person), r.Seq, int64(e.Security), flag(e.Medical), string(e.Age), e.Court, e.Language, e.Group, e.Review.String()}
	}
	return t.insert(ctx, "need", "person, seq, security, medical, track, court, language, class, review",
		"ON CONFLICT (person) DO UPDATE SET seq = excluded.seq, security = excluded.security, medical = excluded.medical, track = excluded.track, court = excluded.court, language = excluded.language, class = excluded.class, review = excluded.review", rows)
}

func (t *Tx) routeDefined(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.RouteDefined](r)
		if err := t.insert(ctx, "route", "route, preference, body", "ON CONFLICT (route) DO UPDATE SET preference = excluded.preference, body = excluded.body",
			[][]any{{e.Route, int64(e.Preference), text(e)}}); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) planApproved(ctx context.Context, records []custody.Record) error {
	for _, r := range records {
		e := event[transfer.PlanApproved](r)
		if err := t.insert(ctx, "plan", "plan, wave, version, seq, approved_at, approved_by, body", "",
			[][]any{{int64(e.Plan), int64(e.Wave), int64(e.Version), r.Seq, micros(r.OccurredAt), r.Actor, text(e)}}); err != nil {
			return err
		}
	}
	return nil
}

// instant and planned keep a moment that may not be known as 0.
func instant(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return micros(t)
}

func planned(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return moment(us)
}
