package api

import (
	"context"
	"net/http"
	"time"

	"amana/internal/authz"
	"amana/internal/forecast"
	"amana/internal/outlook"
)

type forecastQuery struct {
	Scenario     string `query:"scenario" enum:"register,base,lost-prison,flow-10000,takes-back,repatriation-stops,central-prison" doc:"Without it: register, when the register has a past to go by, else base."`
	Weeks        int    `query:"weeks" minimum:"1" maximum:"52" default:"12"`
	Replications int    `query:"replications" minimum:"1" maximum:"200" default:"50"`
	Seed         uint64 `query:"seed" default:"1" doc:"The same seed gives the same forecast."`
}

// Forecast is what the coming weeks may look like: counts of people, and nobody's. In a series the first value is for the first day.
type Forecast struct {
	Scenario      string           `json:"scenario"`
	Computed      time.Time        `json:"computed"`
	Start         string           `json:"start" doc:"The first day." example:"2026-02-02"`
	Days          int              `json:"days"`
	Replications  int              `json:"replications"`
	Seed          uint64           `json:"seed"`
	Prisons       []ForecastPrison `json:"prisons"`
	Lines         []ForecastLoad   `json:"lines" doc:"In the order of passing."`
	Gates         []ForecastLoad   `json:"gates" doc:"Reception of the prisons."`
	Exits         []ForecastExit   `json:"exits"`
	Nationalities []ForecastNation `json:"nationalities"`
	NoRoom        ForecastDay      `json:"no_room" doc:"People wait, and no open prison has room."`
	Arrived       ForecastBand     `json:"arrived" doc:"Became ready at the sources on the day."`
	Waiting       ForecastBand     `json:"waiting" doc:"At the sources at the end of the day."`
	HeldBack      ForecastBand     `json:"held_back" doc:"Of those who wait, more than there are free beds."`
	Transit       ForecastBand     `json:"transit" doc:"On the road."`
	Received      ForecastBand     `json:"received" doc:"Taken in by prisons on the day."`
	Refused       ForecastBand     `json:"refused" doc:"Found their prison closed on the day."`
}

// ForecastBand is a series with a value for each day: in one of ten replications it was at most p10, in half of them at most p50.
type ForecastBand struct {
	P10 []float64 `json:"p10"`
	P50 []float64 `json:"p50"`
	P90 []float64 `json:"p90"`
}

// ForecastRange is one figure with its uncertainty.
type ForecastRange struct {
	P10 float64 `json:"p10"`
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
}

// ForecastDay is on which day something happens, counted from 0; -1 when not within the weeks of the forecast.
type ForecastDay struct {
	Share float64 `json:"share" doc:"Of the replications in which it happens at all."`
	P10   int     `json:"p10"`
	P50   int     `json:"p50"`
	P90   int     `json:"p90"`
}

// ForecastPrison is how a prison may fill.
type ForecastPrison struct {
	Code     string       `json:"code"`
	Name     string       `json:"name,omitempty"`
	Capacity int          `json:"capacity"`
	Held     ForecastBand `json:"held" doc:"People at the end of each day."`
	Full     ForecastDay  `json:"full"`
}

// ForecastLoad is how busy a line or the gate of a prison may be.
type ForecastLoad struct {
	Code        string        `json:"code"`
	Name        string        `json:"name,omitempty"`
	Utilisation ForecastRange `json:"utilisation" doc:"Busy time as a part of open time."`
	Waiting     ForecastRange `json:"waiting" doc:"Minutes that a vehicle waits on average."`
	Longest     ForecastRange `json:"longest" doc:"Minutes that a vehicle waits at most."`
	Vehicles    ForecastRange `json:"vehicles" doc:"Let through."`
	Binds       float64       `json:"binds" doc:"Of lines: the part of the replications in which this one is the busiest."`
}

// ForecastExit is how many have left by one way since the start.
type ForecastExit struct {
	Way         string       `json:"way"`
	Nationality string       `json:"nationality,omitempty" doc:"Empty: of any."`
	People      ForecastBand `json:"people"`
}

// ForecastNation is how many of one nationality are held in all prisons.
type ForecastNation struct {
	Code string       `json:"code"`
	Held ForecastBand `json:"held"`
}

func forecastOf(a outlook.Answer) Forecast {
	r := a.Result
	out := Forecast{
		Scenario: a.Named, Computed: a.Computed, Start: r.Start, Days: r.Days, Replications: r.Replications, Seed: r.Seed, NoRoom: ForecastDay(r.NoRoom),
		Arrived: ForecastBand(r.Arrived), Waiting: ForecastBand(r.Waiting), HeldBack: ForecastBand(r.HeldBack), Transit: ForecastBand(r.Transit),
		Received: ForecastBand(r.Received), Refused: ForecastBand(r.Refused),
	}
	load := func(l forecast.Load) ForecastLoad {
		return ForecastLoad{l.Code, l.Name, ForecastRange(l.Utilisation), ForecastRange(l.Waiting), ForecastRange(l.Longest), ForecastRange(l.Vehicles), l.Binds}
	}
	out.Lines, out.Gates = each(r.Lines, load), each(r.Gates, load)
	out.Prisons = each(r.Prisons, func(p forecast.PrisonDays) ForecastPrison {
		return ForecastPrison{p.Code, p.Name, p.Capacity, ForecastBand(p.Held), ForecastDay(p.Full)}
	})
	out.Exits = each(r.Exits, func(x forecast.Leaving) ForecastExit {
		return ForecastExit{string(x.Way), x.Nationality, ForecastBand(x.People)}
	})
	out.Nationalities = each(r.Nationalities, func(n forecast.Nationals) ForecastNation {
		return ForecastNation{n.Code, ForecastBand(n.Held)}
	})
	return out
}

func (a *API) forecasts() {
	desk := outlook.New()
	read(a, operation{
		id: "read-forecast", method: http.MethodGet, path: "/forecast", tag: "Plans", summary: "Forecast the coming weeks", needs: authz.ReadPlans,
		more: "Counts with their uncertainty: when each prison fills, which line binds, who waits. The same question has the same answer. Recent answers are kept.",
	}, func(ctx context.Context, who authz.Actor, in *forecastQuery) (Forecast, error) {
		q := outlook.Question{Scenario: in.Scenario, Weeks: in.Weeks, Replications: in.Replications, Seed: in.Seed}
		answer, err := desk.Ask(ctx, q, a.Clock(), func(ctx context.Context, from time.Time, days int) (forecast.History, error) {
			return a.Register.History(ctx, who, from, days)
		})
		return forecastOf(answer), err
	})
}
