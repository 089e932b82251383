package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planfile"
	"amana/internal/register"
	"amana/internal/text"
)

// planWave plans a wave of the register, and puts the plan in force when asked to.
func (o *options) planWave() *cobra.Command {
	var (
		start, weights, note string
		closed               []string
		days                 int
		limit                time.Duration
		approve              bool
	)
	c := &cobra.Command{
		Use:   "wave NUMBER",
		Short: "Plan a wave of the register: beds, seats and slots, as a draft",
		Long: `Plans the people of a wave as the pages do, and keeps the plan as a draft. When a plan of the wave is in force, it is changed as
little as can be. --approve puts the plan in force at once: moves are booked, beds reserved, convoys formed and manifests issued, all of it or nothing.`,
		Args: exactly(1, "the number of a wave"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			wave, err := id.Parse[id.Wave](id.NounWave, args[0])
			if err != nil {
				return err
			}
			in := register.NewPlan{Wave: wave, Days: days, Budget: limit}
			if in.Start, err = time.ParseInLocation(time.DateOnly, start, text.Zone); err != nil {
				return fault.New(fault.Invalid, "date.unreadable", "--start wants a day like 2026-01-22").Because(err)
			}
			for _, code := range closed {
				in.Closed = append(in.Closed, place.Code(code))
			}
			if weights != "" {
				f, err := open(weights)
				if err != nil {
					return err
				}
				defer f.Close() // only read
				policy, err := planfile.ReadPolicy(planfile.Source{Name: weights, Content: f})
				if err != nil {
					return o.badFiles(err)
				}
				in.Policy = &policy
			}
			s, err := o.openStore(ctx) // it must exist
			if err != nil {
				return err
			}
			if err := s.Close(); err != nil {
				return err
			}
			r, s, err := o.openRegister(ctx, time.Now)
			if err != nil {
				return err
			}
			defer s.Close() // every commit is on disk when it is answered
			plan, err := r.DraftPlan(ctx, register.By{Actor: authz.Actor{Name: "command-line", Role: authz.Planner}}, in)
			if err != nil {
				return err
			}
			var force *register.Approved
			if approve {
				done, err := r.ApprovePlan(ctx, register.By{Actor: authz.Actor{Name: "command-line", Role: authz.Operations}}, register.Approval{Plan: plan.Plan, Note: note})
				if err != nil {
					return err
				}
				force = &done
			}
			if o.json {
				return o.print(struct {
					register.Plan
					Approved *register.Approved `json:"approved,omitempty"`
				}{plan, force})
			}
			return o.printWave(plan, force)
		},
	}
	c.Flags().StringVar(&start, "start", "", "first day on which convoys leave: 2026-01-22")
	c.Flags().IntVar(&days, "days", 7, "days in which they arrive")
	c.Flags().StringSliceVar(&closed, "close", nil, "places, blocks, cells or points that are not to be used")
	c.Flags().StringVar(&weights, "weights", "", "the policy: a TOML file; otherwise that of the operation")
	c.Flags().DurationVar(&limit, "time", 0, "time to spend at most; 0: as many steps as the size asks, always the same")
	c.Flags().BoolVar(&approve, "approve", false, "put the plan in force")
	c.Flags().StringVar(&note, "note", "", "why it is approved")
	_ = c.MarkFlagRequired("start") // the flag is there
	return c
}

func (o *options) printWave(plan register.Plan, force *register.Approved) error {
	p := func(format string, args ...any) { fmt.Fprintf(o.out, format+"\n", args...) }
	f := plan.Figures
	p("plan %s, version %d: %d have a place, %d have none, %d are held back", id.Format(plan.Plan), plan.Version, len(plan.Places), len(plan.Unplaced), len(plan.Held))
	p("cost %.1f; no plan that places as many costs less than %.1f; %d changes, at least %d", f.Objective, f.Bound, f.Changes, plan.Least)
	if t := plan.Table; t != nil {
		p("%d convoys, %d vehicles (no timetable has fewer than %d), waiting in the open %s, %d without a seat", len(t.Convoys), t.Loads, t.Bound, t.Waiting, len(t.Left))
	}
	if force != nil {
		p("in force: %d moves booked, %d kept, %d changed, %d cancelled; %d convoys formed, %d manifests issued anew", force.Moves, force.Kept, force.Changed, force.Canceled, len(force.Convoys), len(force.Reissued))
	}
	return nil
}
