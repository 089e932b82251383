package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"amana/internal/fault"
	"amana/internal/measure"
	"amana/internal/planning"
	"amana/internal/schedule"
)

func (o *options) convoys() *cobra.Command {
	var (
		files                     planFiles
		routes, start, out, slots string
		days                      int
	)
	c := &cobra.Command{
		Use:   "convoys",
		Short: "Put people who have a place into vehicles, convoys and slots, so that no convoy waits in the open",
		Long: `Reads an assignment as amana plan writes it, fills few vehicles, and gives each convoy a departure at which all slots at
the lines and at the prison's gate are held. The timetable is checked by a second program part that shares nothing with the first.
Routes, points and gates are those of the operation of 2026, or of --routes. docs/planning.md has the columns and the rules.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if files.previous == "" {
				return usageError{errors.New("wanted: --assignment, as amana plan writes it")}
			}
			if err := apartFromInput(append(files.all(), routes), out, slots); err != nil {
				return err
			}
			q, err := files.read()
			if err != nil {
				return o.badFiles(err)
			}
			p, err := journey(q, routes, start, days)
			if err != nil {
				return err
			}
			watch := measure.Begin()
			t, err := schedule.Build(p)
			if err != nil {
				return err
			}
			a := newTimetableAnswer(p, t, watch.Took().Processor())
			if len(a.Violations) > 0 { // a mistake of ours: nobody may act on this timetable
				return errors.Join(o.printTimetable(a), errUnproven)
			}
			if out != "" {
				if err := writeWhole(out, func(w io.Writer) error { return writeSeats(w, p, t) }); err != nil {
					return err
				}
			}
			if slots != "" {
				if err := writeWhole(slots, func(w io.Writer) error { return writeSlots(w, t) }); err != nil {
					return err
				}
			}
			return o.printTimetable(a)
		},
	}
	files.flags(c)
	c.Flags().Lookup("previous").Hidden = true
	c.Flags().Lookup("weights").Hidden = true
	c.Flags().StringVar(&files.previous, "assignment", "", "who has which place: a CSV file")
	c.Flags().StringVar(&routes, "routes", "", "routes, points and gates: a TOML file; default: the operation of 2026")
	c.Flags().StringVar(&start, "start", "", "the first day, as 2026-02-02; default: tomorrow")
	c.Flags().IntVar(&days, "days", 7, "in which everybody arrives")
	c.Flags().StringVar(&out, "out", "", "who rides in which vehicle of which convoy: a CSV file to write")
	c.Flags().StringVar(&slots, "slots", "", "the slots at lines and gates: a CSV file to write")
	return c
}

// maxRoutes bounds a file of routes, in bytes.
const maxRoutes = 1 << 20

func readRoutes(file string) (schedule.Operation, error) {
	f, err := open(file)
	if err != nil {
		return schedule.Operation{}, err
	}
	defer func() { _ = f.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(f, maxRoutes+1))
	switch {
	case err != nil:
		return schedule.Operation{}, fault.New(fault.Invalid, "file.unreadable", "%s cannot be read", file).Because(err)
	case len(text) > maxRoutes:
		return schedule.Operation{}, fault.New(fault.TooLarge, "file.too_large", "%s has more than %d bytes", file, maxRoutes)
	}
	return schedule.Read(text)
}

// journey is the question of a timetable for everybody who has a place.
func journey(q *planning.Problem, routes, start string, days int) (*schedule.Problem, error) {
	operation, err := schedule.Default()
	if routes != "" {
		operation, err = readRoutes(routes)
	}
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(operation.Zone)
	if err != nil {
		return nil, fault.New(fault.Invalid, "schedule.zone", "there is no zone %q", operation.Zone).Because(err)
	}
	first := time.Now().In(zone).AddDate(0, 0, 1)
	if start != "" {
		if first, err = time.ParseInLocation(time.DateOnly, start, zone); err != nil {
			return nil, fault.New(fault.Invalid, "time.unreadable", "%q is not a date like 2026-02-02", start).Because(err)
		}
	}
	y, m, d := first.Date()
	p := &schedule.Problem{Start: time.Date(y, m, d, 0, 0, 0, 0, zone), Days: days}
	prisons := map[string]schedule.Place{}
	for _, l := range q.Places {
		if _, known := prisons[l.Prison]; !known {
			prisons[l.Prison] = schedule.Place{Lat: l.Lat, Lon: l.Lon}
		}
	}
	p.Routes, p.Points, p.Gates = operation.Over(nil, prisons)
	p.Passengers, p.Apart = schedule.Passengers(q, q.Previous)
	return p, nil
}

// timetableAnswer is a timetable as it is printed.
type timetableAnswer struct {
	People     int                  `json:"people"` // who have a seat
	Left       []unseated           `json:"left"`
	Convoys    int                  `json:"convoys"`
	Loads      int                  `json:"loads"` // vehicles that depart
	Bound      int                  `json:"bound"`
	Ratio      float64              `json:"ratio"`
	Waiting    float64              `json:"waiting_minutes"`
	Finish     *time.Time           `json:"finish,omitempty"`
	Soonest    *time.Time           `json:"soonest,omitempty"`
	Seconds    float64              `json:"seconds"`    // of processor time
	Violations []schedule.Violation `json:"violations"` // found by the checker
	Routes     []schedule.Fleet     `json:"routes"`
	Places     []schedule.Use       `json:"places"`
}

type unseated struct {
	ID    string          `json:"id"`
	Why   schedule.Reason `json:"why"`
	Place string          `json:"place,omitempty"`
}

func newTimetableAnswer(p *schedule.Problem, t schedule.Timetable, took time.Duration) timetableAnswer {
	a := timetableAnswer{
		Left: []unseated{}, Convoys: len(t.Convoys), Loads: t.Loads, Bound: t.Bound, Ratio: 1, Waiting: t.Waiting.Minutes(), Seconds: took.Seconds(),
		Violations: append([]schedule.Violation{}, schedule.Check(p, t)...), Routes: t.Fleets, Places: t.Uses,
	}
	if t.Bound > 0 {
		a.Ratio = float64(t.Loads) / float64(t.Bound)
	}
	for _, c := range t.Convoys {
		a.People += c.People()
	}
	if len(t.Convoys) > 0 {
		a.Finish, a.Soonest = &t.Finish, &t.Soonest
	}
	for _, l := range t.Left {
		a.Left = append(a.Left, unseated{p.Passengers[l.Passenger].ID, l.Why, l.Place})
	}
	return a
}

// whyLeft says a reason in English; a place may follow.
var whyLeft = map[schedule.Reason]string{
	schedule.NoRoute:    "no route goes there",
	schedule.NoSeats:    "those who must ride together need more seats than a vehicle has, by",
	schedule.NoVehicles: "those who must travel together need more vehicles than a convoy may have, by",
	schedule.KeptApart:  "they must ride together and are kept apart, by",
	schedule.NoSlot:     "no slot is left at",
	schedule.NoVehicle:  "no vehicle is left in time on route",
	schedule.NoGuards:   "no guards are left in time on route",
	schedule.NoWindow:   "the hours are too short at",
	schedule.NoTime:     "slots are left, but not at times that go together",
}

func (o *options) printTimetable(a timetableAnswer) error {
	if o.json {
		return o.print(a)
	}
	fmt.Fprintf(o.out, "%d people in %d convoys, %d left; %d vehicles depart, no timetable does with fewer than %d: ratio %.4f\n", a.People, a.Convoys, len(a.Left), a.Loads, a.Bound, a.Ratio)
	fmt.Fprintf(o.out, "waiting in the open %.0f minutes; %d violations; %.2f s of processor time\n", a.Waiting, len(a.Violations), a.Seconds)
	if a.Finish != nil {
		fmt.Fprintf(o.out, "the last slot ends %s, it cannot before %s\n", a.Finish.Format("2006-01-02 15:04"), a.Soonest.Format("2006-01-02 15:04"))
	}
	fmt.Fprintf(o.out, "\n%-10s %7s %7s %7s %9s %9s\n", "route", "people", "loads", "bound", "at once", "guards")
	for _, f := range a.Routes {
		fmt.Fprintf(o.out, "%-10s %7d %7d %7d %9d %9d\n", f.Route, f.People, f.Loads, f.Bound, f.AtOnce, f.Guards)
	}
	fmt.Fprintf(o.out, "\n%-10s %7s %7s %9s\n", "at", "slots", "held", "at once")
	for _, u := range a.Places {
		if u.Slots > 0 {
			fmt.Fprintf(o.out, "%-10s %7d %6.1f%% %4d of %d\n", u.Place, u.Slots, 100*float64(u.Held)/float64(max(u.Open, 1)), u.Peak, u.Of)
		}
	}
	for _, v := range a.Violations {
		fmt.Fprintf(o.out, "violation: %s: convoy %d: %s\n", v.Rule, v.Convoy, v.Detail)
	}
	counts, order := map[string]int{}, []string{}
	for _, l := range a.Left {
		why := whyLeft[l.Why] + " " + l.Place
		if counts[why]++; counts[why] == 1 {
			order = append(order, why)
		}
	}
	for _, why := range order {
		fmt.Fprintf(o.out, "%d left: %s\n", counts[why], why)
	}
	return nil
}

// rows writes lines of CSV.
func rows(to io.Writer, lines func(yield func(...string))) error {
	w := csv.NewWriter(to)
	var err error
	lines(func(line ...string) {
		if err == nil {
			err = w.Write(line)
		}
	})
	w.Flush()
	if err = errors.Join(err, w.Error()); err != nil {
		return fmt.Errorf("writing lines: %w", err)
	}
	return nil
}

// writeSeats writes a line for each passenger.
func writeSeats(to io.Writer, p *schedule.Problem, t schedule.Timetable) error {
	return rows(to, func(line func(...string)) {
		line("convoy", "route", "source", "departs", "vehicle", "kind", "prison", "id")
		for _, c := range t.Convoys {
			for _, l := range c.Loads {
				for _, s := range l.Stops {
					for _, i := range s.People {
						line(strconv.Itoa(c.Number), c.Route, c.Source, c.Departs.Format(time.RFC3339), strconv.Itoa(l.Vehicle), string(l.Kind), s.Prison, p.Passengers[i].ID)
					}
				}
			}
		}
	})
}

// writeSlots writes a line for each slot.
func writeSlots(to io.Writer, t schedule.Timetable) error {
	return rows(to, func(line func(...string)) {
		line("place", "convoy", "from", "latest_arrival", "until", "vehicles", "people")
		for _, c := range t.Convoys {
			for _, s := range c.Slots {
				line(s.Place, strconv.Itoa(c.Number), s.From.Format(time.RFC3339), s.Latest.Format(time.RFC3339), s.Until.Format(time.RFC3339), strconv.Itoa(s.Vehicles), strconv.Itoa(s.People))
			}
		}
	})
}
