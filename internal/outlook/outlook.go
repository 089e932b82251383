// Package outlook answers the forecasts that people ask for on a page or over the API: it chooses the scenario, bounds the work, computes one
// forecast at a time and keeps the recent ones, because the same question has the same answer.
package outlook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"amana/internal/fault"
	"amana/internal/forecast"
	"amana/internal/text"
)

// Register is the scenario that is calibrated on what the register knows of the past weeks; the others are those of forecast.Names.
const Register = "register"

// The bounds of a question, and how far back a calibration looks.
const (
	MaxWeeks        = 52
	MaxReplications = 200
	PastDays        = 28
	maxWork         = 2600 // weeks times replications: some seconds
	kept            = 64   // answers
)

// Question is what forecast somebody asks for.
type Question struct {
	Scenario     string // Register or one of forecast.Names; empty: Register when it has a past to go by, else the first of them
	Weeks        int
	Replications int
	Seed         uint64
}

// Answer is a forecast with how it was made. It is shared: it is only read.
type Answer struct {
	forecast.Result
	Named    string // the scenario as a question names it
	Scenario forecast.Scenario
	Computed time.Time
}

// History reads the past as counts, from midnight of the first day.
type History func(ctx context.Context, from time.Time, days int) (forecast.History, error)

// Desk answers questions. It is safe for concurrent use.
type Desk struct {
	turn   chan struct{} // who holds it computes
	mu     sync.Mutex
	recent []answered // the oldest first
}

type answered struct {
	key string
	Answer
}

// New opens a desk.
func New() *Desk { return &Desk{turn: make(chan struct{}, 1)} }

// Names lists the scenarios that can be asked for.
func Names() []string { return append([]string{Register}, forecast.Names()...) }

// Ask answers a question at a moment. A question out of bounds is a fault that names its fields.
func (d *Desk) Ask(ctx context.Context, q Question, now time.Time, past History) (Answer, error) {
	if err := q.check(); err != nil {
		return Answer{}, err
	}
	s, err := q.scenario(ctx, now, past)
	if err != nil {
		return Answer{}, err
	}
	body, err := json.Marshal(s)
	if err != nil {
		return Answer{}, fmt.Errorf("naming the scenario %s: %w", s.Name, err)
	}
	key := fmt.Sprintf("%d %d %s", q.Seed, q.Replications, body)
	if a, found := d.find(key); found {
		return a, nil
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("waiting for other forecasts: %w", ctx.Err())
	}
	if a, found := d.find(key); found { // somebody has asked the same meanwhile
		return a, nil
	}
	r, err := forecast.Run(ctx, s, forecast.Options{Replications: q.Replications, Seed: q.Seed})
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Result: r, Named: q.Scenario, Scenario: s, Computed: now}
	d.keep(key, a)
	return a, nil
}

func (q Question) check() error {
	var fields []fault.Field
	if q.Scenario != "" && !slices.Contains(Names(), q.Scenario) {
		fields = append(fields, fault.Field{Name: "scenario", Rule: "forecast.value_unknown"})
	}
	if q.Weeks < 1 || q.Weeks > MaxWeeks {
		fields = append(fields, fault.Field{Name: "weeks", Rule: "forecast.out_of_range"})
	}
	if q.Replications < 1 || q.Replications > MaxReplications {
		fields = append(fields, fault.Field{Name: "replications", Rule: "forecast.out_of_range"})
	}
	if fields == nil {
		if q.Weeks*q.Replications > maxWork {
			return fault.New(fault.TooLarge, "forecast.too_much", "the forecast would take too long; ask for fewer weeks or replications")
		}
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Rule: fields[0].Rule, Message: "the forecast cannot be asked for like this", Fields: fields}
}

// scenario chooses what the forecast is made of, and says in the question which it is.
func (q *Question) scenario(ctx context.Context, now time.Time, past History) (forecast.Scenario, error) {
	if q.Scenario == "" || q.Scenario == Register {
		local := now.In(text.Zone)
		midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, text.Zone)
		h, err := past(ctx, midnight.AddDate(0, 0, -PastDays), PastDays)
		if err != nil {
			return forecast.Scenario{}, fmt.Errorf("reading the past: %w", err)
		}
		s, err := forecast.FromHistory(h, q.Weeks)
		if err == nil || q.Scenario == Register {
			q.Scenario = Register
			return s, err
		}
		q.Scenario = forecast.Names()[0] // nothing has happened that a scenario could be made of
	}
	s, err := forecast.Named(q.Scenario)
	s.Weeks = q.Weeks
	return s, err
}

func (d *Desk) find(key string) (Answer, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.recent, func(x answered) bool { return x.key == key })
	if i < 0 {
		return Answer{}, false
	}
	x := d.recent[i]
	d.recent = append(slices.Delete(d.recent, i, i+1), x)
	return x.Answer, true
}

func (d *Desk) keep(key string, a Answer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.recent) == kept {
		d.recent = slices.Delete(d.recent, 0, 1)
	}
	d.recent = append(d.recent, answered{key, a})
}
