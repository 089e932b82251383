package register_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/intake"
	"amana/internal/place"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/testdb"
	"amana/internal/transfer"
)

const writers = 100

// race lets all writers go at once and gives their errors.
func race(write func(ctx context.Context, n int) error) []error {
	errs := make([]error, writers)
	start := make(chan struct{})
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			<-start
			errs[n] = write(context.Background(), n)
		})
	}
	close(start)
	all.Wait()
	return errs
}

func only(_ any, err error) error { return err }

// TestConcurrentWriters sets a hundred writers against each rule that only one of them can keep: as many win as there is
// room for, and all others are told the rule.
func TestConcurrentWriters(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ctx := context.Background()
		rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, []place.Place{{
			Code: "IQ-Q/A/02", Kind: place.Cell, State: place.Active, Operator: "prison", Capacity: place.Capacity{Working: writers, Maximum: writers},
		}}))
		one := w.People(t, 10)
		many, more, most := w.People(t, writers), w.People(t, writers), w.People(t, writers)

		released := w.PeopleAt(t, rt.Prison, 1)[0]
		w.Tick(time.Minute)
		rt.Get(t)(w.RecordFacts(ctx, rt.By.Prison, []register.Fact{{Person: released, Type: custody.TypeRelease, To: custody.Released}}))

		convoy := w.Convoy(t, rt.Prison, 1)
		sick := w.PeopleAt(t, rt.Prison, 1)[0]
		accepted := accept(t, w, sick, "hospital")
		rest := slices.Concat(one, many)

		for _, c := range []struct {
			name, rule string
			wins       int
			write      func(ctx context.Context, n int) error
		}{
			{"one open booking", "booking.one_open", 1, func(ctx context.Context, _ int) error {
				return only(w.OpenBooking(ctx, rt.By.Registrar, register.NewBooking{Person: released, Grounds: custody.Grounds{Ground: "criminal_investigation"}}))
			}},
			{"one live move", "move.one_live", 1, func(ctx context.Context, n int) error {
				if n%2 == 0 {
					return only(w.SetMove(ctx, rt.By.Planner, custody.MoveSet{Person: one[1], From: rt.Source, To: rt.Prison2, State: custody.MoveProposed}))
				}
				return only(w.Register.Allocate(ctx, rt.By.Planner, register.Allocation{Placements: []register.Placement{{Person: one[1], To: rt.Prison}}}))
			}},
			{"one reserved bed for a person", "bed.one_per_person", 1, func(ctx context.Context, n int) error {
				return only(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: one[2], Cell: "IQ-Q/A/02", Bed: n + 1}))
			}},
			{"one person in the last bed", "bed.one_person", 1, func(ctx context.Context, n int) error {
				return only(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: many[n], Cell: rt.Youths, Bed: 1}))
			}},
			{"no bed beyond the capacity", "bed.no_such_bed", 0, func(ctx context.Context, n int) error {
				return only(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: more[n], Cell: rt.Youths, Bed: 3}))
			}},
			{"no more people than beds", "bed.one_person", 4, func(ctx context.Context, n int) error {
				return only(w.Register.Allocate(ctx, rt.By.Planner, register.Allocation{Placements: []register.Placement{{Person: most[n], To: rt.Prison, Cell: rt.Men, Bed: n%4 + 1}}}))
			}},
			{"one active alert", "alert.one_active", 1, func(ctx context.Context, _ int) error {
				return only(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: one[3], Code: "suicide"}))
			}},
			{"one open pair kept apart", "non_association.one_open", 1, func(ctx context.Context, n int) error {
				in := register.KeepApart{A: one[4], B: one[5], Scope: "cell", Reason: "feud"}
				if n%2 == 0 {
					in.A, in.B = in.B, in.A
				}
				return only(w.SetNonAssociation(ctx, rt.By.Prison, in))
			}},
			{"one manifest of a version", "manifest.version_taken", 1, func(ctx context.Context, n int) error {
				seat := transfer.Seat{Person: rest[n], Vehicle: convoy.Vehicles[0].Vehicle, Seat: 1}
				return only(w.IssueManifest(ctx, rt.By.Operations, register.Manifest{Convoy: convoy.Convoy, Version: 1, Seats: []transfer.Seat{seat}}))
			}},
			{"one person on a seat", "manifest.seat_taken", 0, func(ctx context.Context, n int) error {
				seat := transfer.Seat{Person: rest[n], Vehicle: convoy.Vehicles[0].Vehicle, Seat: 1}
				other := seat
				other.Person = rest[n+1]
				return only(w.IssueManifest(ctx, rt.By.Operations, register.Manifest{Convoy: convoy.Convoy, Seats: []transfer.Seat{seat, other}}))
			}},
			{"one registration of a line", "person.listed_already", 1, func(ctx context.Context, n int) error {
				in := register.Registration{Details: rt.Man(n), Place: rt.Source, Source: custody.Source{File: "a.csv", Key: "a.csv/7"}}
				return only(w.Register.Register(ctx, rt.By.Registrar, []register.Registration{in}))
			}},
			{"one use of an acceptance", "handover.replayed", 1, func(ctx context.Context, _ int) error {
				return only(w.HandOver(ctx, rt.By.Prison, register.HandoverInput{
					Type: custody.TypeDiversion, People: []id.Person{sick}, To: custody.At(rt.Hospital), Receiver: "hospital", Signed: accepted,
				}))
			}},
			{"one closing of a gate", "place.gate_unchanged", 1, func(ctx context.Context, _ int) error {
				return only(w.SetGate(ctx, rt.By.Prison, register.Gate{Place: rt.Prison2, Reason: "full"}))
			}},
			{"one merge of a record", "person.merged", 1, func(ctx context.Context, _ int) error {
				return only(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: one[6], Into: one[7], Reason: "same"}))
			}},
			{"one departure of a convoy", "dispatch.move_not_booked", 0, func(ctx context.Context, _ int) error {
				return only(w.Dispatch(ctx, rt.By.Operations, register.Departure{Convoy: convoy.Convoy}))
			}},
		} {
			t.Run(c.name, func(t *testing.T) {
				w.Tick(time.Minute)
				won := 0
				for _, err := range race(c.write) {
					switch {
					case err == nil:
						won++
					case !names(err, c.rule):
						t.Errorf("a writer was told %v instead of %s", err, c.rule)
					}
				}
				if won != c.wins {
					t.Errorf("%d writers won instead of %d", won, c.wins)
				}
			})
		}
		t.Run("one import of a file", func(t *testing.T) {
			const file = "الاسم,الجنس,مكان الاحتجاز\nاحمد علي حسن,ذكر,SY-A\nكريم سالم جاسم,ذكر,SY-A\n"
			var mu sync.Mutex
			registered, unchanged := 0, 0
			for _, err := range race(func(ctx context.Context, _ int) error {
				got, err := w.Import(ctx, rt.By.Registrar, "m.csv", strings.NewReader(file), int64(len(file)), register.ImportOptions{Options: intake.Options{AsOf: rt.Start}, Place: rt.Source})
				mu.Lock()
				defer mu.Unlock()
				registered += got.Registered
				if got.Unchanged {
					unchanged++
				}
				return err
			}) {
				if err != nil {
					t.Errorf("an import failed: %v", err)
				}
			}
			if registered != 2 || unchanged != writers-1 {
				t.Errorf("%d people were registered and %d imports changed nothing", registered, unchanged)
			}
		})
		t.Run("one delivery of a key", func(t *testing.T) {
			before := people(t, w)
			by := rt.By.Registrar
			by.Key = "device-1/1"
			answers := make([]id.Person, writers)
			for _, err := range race(func(ctx context.Context, n int) error {
				got, err := w.Register.Register(ctx, by, []register.Registration{{Details: rt.Man(1), Place: rt.Source}})
				if err == nil {
					answers[n] = got.People[0]
				}
				return err
			}) {
				if err != nil {
					t.Errorf("a delivery failed: %v", err)
				}
			}
			if len(slices.Compact(answers)) != 1 || people(t, w) != before+1 {
				t.Errorf("the answers differ or %d people were registered", people(t, w)-before)
			}
		})
		w.Sound(t)
	})
}

func people(t *testing.T, w *rt.World) int {
	t.Helper()
	sheet := rt.Value(w.Statement(t.Context(), rt.By.Overseer.Actor, register.Scope{}, time.Time{}, time.Time{}, time.Time{}))(t)
	return sheet.Registered
}

// accept has a receiver sign over taking one person.
func accept(t *testing.T, w *rt.World, p id.Person, receiver string) register.Acceptances {
	t.Helper()
	offers := rt.Value(w.OfferHandover(t.Context(), rt.By.Prison, []id.Person{p}, receiver, w.Clock.Now()))(t)
	sig := rt.Value(w.Keys.Signer(receiver))(t).Sign(offers[0].Message)
	return register.Acceptances{p: {Head: offers[0].Head, Nonce: offers[0].Nonce, Expiry: offers[0].Expiry, Signature: sig[:]}}
}

// TestShrinkingCell sets writers who reserve beds against writers who take beds away: whoever comes first, nobody is left
// with a bed that is not there.
func TestShrinkingCell(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		all := w.People(t, writers)
		cells := slices.DeleteFunc(rt.Places(), func(p place.Place) bool { return p.Code != rt.Men })
		for n, err := range race(func(ctx context.Context, n int) error {
			if n%2 == 0 {
				return only(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: all[n], Cell: rt.Men, Bed: n/2%4 + 1}))
			}
			smaller := cells[0]
			smaller.Capacity.Working = n / 2 % 5
			return only(w.DefinePlaces(ctx, rt.By.Admin, []place.Place{smaller}))
		}) {
			if err != nil && !slices.Contains([]string{"bed.one_person", "bed.no_such_bed", "place.capacity_below_occupancy"}, fault.As(err).Rule) {
				t.Errorf("writer %d was told %v", n, err)
			}
		}
		p := rt.Value(w.Store.Place(t.Context(), rt.Men))(t)
		roll := rt.Value(w.Store.Roll(t.Context(), rt.Prison))(t)
		if roll.Reserved > p.Capacity.Working {
			t.Errorf("%d beds are reserved in a cell of %d", roll.Reserved, p.Capacity.Working)
		}
		for who, held := range rt.Value(w.Store.Holds(t.Context(), all))(t) {
			if held[0].Bed.Bed > p.Capacity.Working {
				t.Errorf("%d holds bed %d of %d", who, held[0].Bed.Bed, p.Capacity.Working)
			}
		}
		w.Sound(t)
	})
}

// names reports whether an error is of a rule or names it among its fields: which of several obstacles comes first is not always the same.
func names(err error, rule string) bool {
	return fault.Is(err, rule) || slices.ContainsFunc(fault.As(err).Fields, func(f fault.Field) bool { return f.Rule == rule })
}
