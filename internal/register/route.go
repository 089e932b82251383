package register

import (
	"context"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/place"
	"amana/internal/transfer"
)

// DefineRoutes describes routes, new or changed. Every place on them must be recorded, and their escorts enrolled.
func (r *Register) DefineRoutes(ctx context.Context, by By, in []transfer.RouteDefined) (Done, error) {
	return do(ctx, r, by, authz.Administer, in, func(ctx context.Context, a *act, in []transfer.RouteDefined) (done Done, err error) {
		for i, route := range in {
			if err := a.checkRoute(ctx, route); err != nil {
				e := fault.As(err)
				if len(in) > 1 {
					e = e.With("row", number(int64(i+1)))
				}
				return done, e.With("route", route.Route)
			}
			if done, err = a.record(ctx, route); err != nil {
				return done, err
			}
		}
		return done, nil
	})
}

func (a *act) checkRoute(ctx context.Context, route transfer.RouteDefined) error {
	if err := route.Check(); err != nil {
		return err
	}
	places := append([]place.Code{}, route.Points...)
	for _, l := range append(append([]transfer.RouteLeg{}, route.Drive...), route.Arrive...) {
		places = append(places, l.Place)
	}
	for _, c := range places {
		if _, err := a.Place(ctx, c); err != nil {
			return err
		}
	}
	return a.enrolled(ctx, route.Escort)
}

// Routes lists the routes by preference.
func (r *Register) Routes(ctx context.Context, a authz.Actor) ([]transfer.RouteDefined, error) {
	q, err := r.Reading(a, authz.ReadTransfers)
	if err != nil {
		return nil, err
	}
	return q.Routes(ctx)
}
