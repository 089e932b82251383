package forecast

import (
	"context"
	"math"
	"testing"
)

// queue is a scenario that is one plain queue: single people at random, each a convoy of their own that leaves at once, and a line.
func queue(perWeek float64, s Service, weeks int) Scenario {
	return Scenario{
		Name: "queue", Start: "2026-02-02", Weeks: weeks,
		Sources: []Source{{Code: "S", PerWeek: perWeek}},
		Lines:   []Line{{Code: "L", Service: s}},
		Prisons: []Prison{{Code: "P", Capacity: maxPeople}},
		Convoy:  Convoy{Seats: 1, Vehicles: 1, AtOnce: true},
	}
}

// sampled runs independent replications.
func sampled(t *testing.T, s Scenario, replications int) []record {
	t.Helper()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	all, err := newModel(s).replicate(context.Background(), Options{Replications: replications, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// estimate gives mean and standard error of a figure.
func estimate(all []record, figure func(*record) float64) (m, se float64) {
	var sum, squares float64
	for i := range all {
		x := figure(&all[i])
		sum += x
		squares += x * x
	}
	n := float64(len(all))
	m = sum / n
	return m, math.Sqrt((squares/n - m*m) / (n - 1))
}

// check asks that a formula lies within three standard errors of the mean, and that these are small enough for the test to see a difference.
func check(t *testing.T, what string, want, m, se, precise float64) {
	t.Helper()
	t.Logf("%s: formula %.4f, simulated %.4f ± %.4f", what, want, m, se)
	if se > precise*want {
		t.Errorf("%s: the standard error %.4f is above %g of %.4f: more replications", what, se, precise, want)
	}
	if math.Abs(m-want) > 3*se {
		t.Errorf("%s: %.4f ± %.4f, and the formula says %.4f", what, m, se, want)
	}
}

// erlangC is the mean waiting time of M/M/c (Erlang 1917): arrivals and services a minute, c servers.
func erlangC(lambda, mu float64, c int) float64 {
	a := lambda / mu
	term, sum := 1.0, 0.0
	for k := range c {
		sum += term
		term *= a / float64(k+1)
	}
	rho := a / float64(c)
	last := term / (1 - rho)
	return last / (sum + last) / (float64(c)*mu - lambda)
}

func waited(r *record) float64 { return r.loads[0].waiting }

func TestErlang(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lanes   int
		minutes float64
	}{
		"one lane, 70 %":     {1, 1.4},
		"two lanes, 80 %":    {2, 3.2},
		"three lanes, 60 %":  {3, 3.6},
		"twelve lanes, 85 %": {12, 20.4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := queue(5040, Service{Minutes: c.minutes, Law: Exponential, Lanes: c.lanes}, 5) // one person in two minutes
			all := sampled(t, s, 20)
			m, se := estimate(all, waited)
			check(t, "waiting", erlangC(0.5, 1/c.minutes, c.lanes), m, se, 0.04)
			m, se = estimate(all, func(r *record) float64 { return r.loads[0].utilisation })
			check(t, "utilisation", 0.5*c.minutes/float64(c.lanes), m, se, 0.005)
		})
	}
}

// TestPollaczekKhinchine holds one lane with any law of service against W = λ E[S²] / 2(1-ρ).
func TestPollaczekKhinchine(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]Service{
		"fixed":            {Minutes: 1.5, Law: Fixed},
		"lognormal, 0.5":   {Minutes: 1.4, Spread: 0.5},
		"lognormal, 1.5":   {Minutes: 1.2, Spread: 1.5},
		"without a spread": {Minutes: 1.6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rho := 0.5 * s.Minutes
			want := 0.5 * s.Minutes * s.Minutes * (1 + s.Spread*s.Spread) / 2 / (1 - rho)
			m, se := estimate(sampled(t, queue(5040, s, 5), 20), waited)
			check(t, "waiting", want, m, se, 0.04)
		})
	}
}

// TestFluidLimit asks on which day a prison fills. At random arrivals the n-th comes after a time of mean n/λ and deviation √n/λ; of those
// held a constant part leaves, so that dh/dt = λ - μh.
func TestFluidLimit(t *testing.T) {
	t.Parallel()
	const beds, perDay = 6000, 500.0
	s := queue(perDay*7, Service{}, 3)
	s.Prisons[0].Capacity = beds
	filled := func(r *record) float64 { return r.full[0] / day }
	m, se := estimate(sampled(t, s, 100), filled)
	check(t, "the day it fills", beds/perDay, m, se, 0.003)
	if deviation, want := se*math.Sqrt(100), math.Sqrt(beds)/perDay; deviation < 0.8*want || deviation > 1.2*want {
		t.Errorf("the day it fills deviates by %.3f days, and the formula says %.3f", deviation, want)
	}

	const part = 0.2 // of those held, each week
	s.Exits = []Exit{{Way: Release, Part: part}}
	mu := part / 7
	m, se = estimate(sampled(t, s, 100), filled)
	check(t, "the day it fills, with exits", -math.Log(1-beds*mu/perDay)/mu, m, se, 0.003)

	// At a constant flow nothing is left to chance.
	s.Sources[0].Law, s.Exits = Constant, nil
	if m, se = estimate(sampled(t, s, 3), filled); int(m) != beds/perDay-1 || se > 1e-9 { // the last bed is taken by the twelfth day's people
		t.Errorf("it fills on day %.3f ± %.3f, want day 11", m, se)
	}
}

// TestBank holds the part of customers who lose patience against the workload of a queue with a patience that is fixed: its density is
// λp e^(λ-μ)x up to the patience, and falls by μ above it, where nobody stays (Barrer 1957).
func TestBank(t *testing.T) {
	t.Parallel()
	const lambda, mu, patience, customers, runs = 1.0 / 10, 1.0 / 12, 16.0, 20_000, 40
	end := math.Exp((lambda - mu) * patience)
	empty := 1 / (1 + lambda*(end-1)/(lambda-mu) + lambda*end/mu)
	var sum, squares float64
	for seed := range uint64(runs) {
		got := Bank(customers, seed)
		if got.Done != customers {
			t.Fatalf("%d of %d customers are done", got.Done, customers)
		}
		lost := float64(got.Lost) / customers
		sum += lost
		squares += lost * lost
	}
	m := sum / runs
	check(t, "customers lost", empty*lambda/mu*end, m, math.Sqrt((squares/runs-m*m)/(runs-1)), 0.01)
	if got := Clocks(300); got.Done != 300 || got.Events != 300 {
		t.Errorf("the clocks: %+v", got)
	}
}
