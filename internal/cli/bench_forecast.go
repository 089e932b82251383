package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amana/internal/fault"
	"amana/internal/forecast"
	"amana/internal/measure"
)

// engineRun is what the engine of the forecast did of one model.
type engineRun struct {
	Done   int     `json:"done"`
	Events int64   `json:"events"`
	CPU    float64 `json:"cpu_seconds"` // of all threads
	Wall   float64 `json:"seconds"`
	Rate   float64 `json:"events_per_cpu_second"`
}

func ranFor(done int, events int64, took measure.Took) engineRun {
	return engineRun{Done: done, Events: events, CPU: took.CPU.Seconds(), Wall: took.Wall.Seconds(), Rate: float64(events) / max(took.CPU.Seconds(), 1e-9)}
}

// engineBench is everything that was measured.
type engineBench struct {
	Bank     engineRun  `json:"bank"`
	Clocks   engineRun  `json:"clocks"`
	Forecast *engineRun `json:"forecast,omitempty"`
}

func (o *options) benchForecast() *cobra.Command {
	var customers, weeks, replications int
	c := &cobra.Command{
		Use:   "forecast",
		Short: "Events a second of the forecast's engine on plain models, and a year of 7,000 people a week",
		Long: `Runs two plain models that every library for discrete-event simulation has as examples (customers at a bank, two clocks),
and the scenario "base" for --weeks, --replications times. scripts/forecast.sh runs simgo's own two examples beside them.
Rates are by processor time of all threads.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if customers < 1 || customers > 100_000_000 || replications < 0 {
				return fault.New(fault.Invalid, "forecast.replications", "wanted: 1 to 100,000,000 customers, and 0 or more replications")
			}
			got, err := runEngines(cmd.Context(), customers, weeks, replications)
			if err != nil {
				return err
			}
			if o.json {
				return o.print(got)
			}
			o.engineLine("bank", "customers", got.Bank)
			o.engineLine("clocks", "ticks", got.Clocks)
			if got.Forecast != nil {
				o.engineLine("forecast", "replications", *got.Forecast)
			}
			return nil
		},
	}
	c.Flags().IntVar(&customers, "customers", 2_000_000, "customers of the bank, and ticks of the clocks")
	c.Flags().IntVar(&weeks, "weeks", 52, "weeks of the forecast")
	c.Flags().IntVar(&replications, "replications", 100, "replications of the forecast, 0 for none")
	return c
}

func runEngines(ctx context.Context, customers, weeks, replications int) (engineBench, error) {
	var out engineBench
	watch := measure.Begin()
	bank := forecast.Bank(customers, 1)
	out.Bank = ranFor(bank.Done, bank.Events, watch.Took())
	watch = measure.Begin()
	clocks := forecast.Clocks(customers)
	out.Clocks = ranFor(clocks.Done, clocks.Events, watch.Took())
	if replications == 0 {
		return out, nil
	}
	s, err := forecast.Named("base")
	if err != nil {
		return out, err
	}
	s.Weeks = weeks
	watch = measure.Begin()
	got, err := forecast.Run(ctx, s, forecast.Options{Replications: replications, Seed: 1})
	if err != nil {
		return out, err
	}
	run := ranFor(replications, got.Events, watch.Took())
	out.Forecast = &run
	return out, nil
}

func (o *options) engineLine(model, of string, r engineRun) {
	fmt.Fprintf(o.out, "%-9s %9d %-12s %10d events %8.3f s of processor %8.3f s %11.0f events/s\n", model, r.Done, of, r.Events, r.CPU, r.Wall, r.Rate)
}
