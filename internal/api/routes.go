package api

import (
	"context"
	"net/http"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/transfer"
)

// Route is a way from the sources to the prisons, and the vehicles and guards there are. Times are minutes.
type Route struct {
	Route      string     `json:"route" minLength:"1" maxLength:"100" doc:"Code."`
	Mode       string     `json:"mode" enum:"land,air"`
	Points     []string   `json:"points" maxItems:"100" doc:"Lines and reception points in order."`
	Drive      []RouteEnd `json:"drive" minItems:"1" maxItems:"1000" doc:"From each source that it serves to the first point."`
	Between    []int      `json:"between,omitempty" maxItems:"100" doc:"From each point to the next."`
	Arrive     []RouteEnd `json:"arrive" minItems:"1" maxItems:"1000" doc:"From the last point to each prison that it serves."`
	Margin     int        `json:"margin,omitempty" minimum:"0" maximum:"100" doc:"Per cent that all driving may take longer than planned; slots are held for that long."`
	Seats      int        `json:"seats" minimum:"1" maximum:"1000" doc:"Of a vehicle, for people who are moved."`
	Fleet      int        `json:"fleet" minimum:"1" maximum:"1000" doc:"Vehicles in one convoy at most."`
	Vehicles   int        `json:"vehicles" minimum:"1" maximum:"10000" doc:"How many there are, numbered from 1."`
	PerGuard   int        `json:"per_guard" minimum:"1" maximum:"1000" doc:"People per guard at most."`
	Guards     int        `json:"guards" minimum:"1" maximum:"10000" doc:"How many there are."`
	Turnaround int        `json:"turnaround,omitempty" minimum:"0" maximum:"10080"`
	Opens      int        `json:"opens,omitempty" minimum:"0" maximum:"1440" doc:"When the sources let convoys go, minutes after midnight."`
	Closes     int        `json:"closes,omitempty" minimum:"0" maximum:"1440"`
	LongRide   int        `json:"long_ride,omitempty" minimum:"0" maximum:"10080" doc:"Who would ride longer on the routes before it takes it first; 0: nobody does."`
	Least      int        `json:"least,omitempty" minimum:"0" maximum:"1000" doc:"People in a vehicle that takes people away from the routes before it."`
	Preference int        `json:"preference,omitempty" minimum:"-1000" maximum:"1000" doc:"The lowest is taken first."`
	Escort     string     `json:"escort" minLength:"1" maxLength:"100" doc:"Custodian that escorts."`
	Closed     bool       `json:"closed,omitempty"`
}

// RouteEnd is how long a route takes from one source to its first point, or from its last point to one prison.
type RouteEnd struct {
	Place   string `json:"place" minLength:"1" maxLength:"100"`
	Minutes int    `json:"minutes" minimum:"1" maximum:"10080"`
}

func (r Route) domain() transfer.RouteDefined {
	end := func(e RouteEnd) transfer.RouteLeg {
		return transfer.RouteLeg{Place: place.Code(e.Place), Minutes: e.Minutes}
	}
	return transfer.RouteDefined{
		Route: r.Route, Mode: transfer.Mode(r.Mode), Points: each(r.Points, func(c string) place.Code { return place.Code(c) }), Drive: each(r.Drive, end), Between: r.Between,
		Arrive: each(r.Arrive, end), Margin: r.Margin, Seats: r.Seats, Fleet: r.Fleet, Vehicles: r.Vehicles, PerGuard: r.PerGuard, Guards: r.Guards, Turnaround: r.Turnaround,
		Opens: r.Opens, Closes: r.Closes, LongRide: r.LongRide, Least: r.Least, Preference: r.Preference, Escort: r.Escort, Closed: r.Closed,
	}
}

func routeOf(r transfer.RouteDefined) Route {
	end := func(l transfer.RouteLeg) RouteEnd { return RouteEnd{string(l.Place), l.Minutes} }
	return Route{
		Route: r.Route, Mode: string(r.Mode), Points: codes(r.Points), Drive: each(r.Drive, end), Between: r.Between, Arrive: each(r.Arrive, end), Margin: r.Margin, Seats: r.Seats,
		Fleet: r.Fleet, Vehicles: r.Vehicles, PerGuard: r.PerGuard, Guards: r.Guards, Turnaround: r.Turnaround, Opens: r.Opens, Closes: r.Closes, LongRide: r.LongRide, Least: r.Least,
		Preference: r.Preference, Escort: r.Escort, Closed: r.Closed,
	}
}

// Routes is all routes, by preference.
type Routes struct {
	Items []Route `json:"items"`
}

type newRoutes struct {
	Body struct {
		Routes []Route `json:"routes" minItems:"1" maxItems:"100" doc:"New or changed; the others stay as they are."`
	}
}

// Needs is what a human decided that somebody needs of a place, with the reason and the day on which it is looked at again.
type Needs struct {
	Person   Number[id.Person] `json:"person"`
	Security int               `json:"security" minimum:"1" maximum:"3" doc:"A human's decision, never computed."`
	Medical  bool              `json:"medical,omitempty" doc:"A medical place is needed; why, stands nowhere here."`
	Age      string            `json:"age,omitempty" enum:",adult,juvenile" doc:"Track, when somebody assessed the age; empty: by the date of birth."`
	Court    string            `json:"court,omitempty" maxLength:"100" doc:"Province of the court that hears the case."`
	Language string            `json:"language,omitempty" maxLength:"100" doc:"BCP 47."`
	Group    string            `json:"group,omitempty" maxLength:"100" doc:"People of whom not too many are put into one block."`
	Reason   string            `json:"reason" minLength:"1" maxLength:"2000"`
	Review   Date              `json:"review" doc:"A whole day."`
}

func (n Needs) domain() register.Needs {
	return register.Needs{Person: n.Person.n, NeedsDecided: custody.NeedsDecided{
		Security: n.Security, Medical: n.Medical, Age: place.Age(n.Age), Court: n.Court, Language: n.Language, Group: n.Group, Reason: n.Reason, Review: civil.Date(n.Review.Date),
	}}
}

type newNeeds struct {
	Body struct {
		Needs []Needs `json:"needs" minItems:"1" maxItems:"1000"`
	}
}

func (a *API) routes() {
	r := a.Register
	read(a, operation{id: "list-routes", method: http.MethodGet, path: "/routes", tag: "Plans", summary: "List routes by preference", needs: authz.ReadPlans, more: "Not told to oversight."},
		func(ctx context.Context, who authz.Actor, _ *struct{}) (Routes, error) {
			if who.Role == authz.Overseer { // norms G14
				return Routes{Items: []Route{}}, nil
			}
			found, err := r.Routes(ctx, who)
			return Routes{each(found, routeOf)}, err
		})
	write(a, operation{id: "define-routes", method: http.MethodPut, path: "/routes", tag: "Plans", summary: "Describe routes, new or changed", needs: authz.Administer},
		func(ctx context.Context, by register.By, in *newRoutes) (Recorded, error) {
			return recorded(r.DefineRoutes(ctx, by, each(in.Body.Routes, Route.domain)))
		})
	write(a, operation{
		id: "decide-needs", path: "/needs", tag: "People", summary: "Decide what people need of a place", needs: authz.DecideNeeds,
		more: "All of them or none. The newest decision on a person stands, and all remain on record.",
	}, func(ctx context.Context, by register.By, in *newNeeds) (Recorded, error) {
		return recorded(r.DecideNeeds(ctx, by, each(in.Body.Needs, Needs.domain)))
	})
}
