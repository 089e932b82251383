package register_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/intake"
	"amana/internal/per"
	"amana/internal/place"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
	"amana/internal/transfer"
)

// told counts who won, and fails for each other who was not told one of the rules.
func told(t *testing.T, errs []error, rules ...string) int {
	t.Helper()
	won := 0
	for n, err := range errs {
		switch {
		case err == nil:
			won++
		case !slices.ContainsFunc(rules, func(rule string) bool { return fault.Is(err, rule) }):
			t.Errorf("writer %d was told %v instead of %v", n, err, rules)
		}
	}
	return won
}

// TestHundredWritersEndOnce sets a hundred writers against everything that ends or is decided only once.
func TestHundredWritersEndOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ctx := context.Background()
		p := w.PeopleAt(t, rt.Prison, 8)
		w.Tick(time.Minute)
		alert := rt.Value(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: p[0], Code: "suicide"}))(t)
		pair := rt.Value(w.SetNonAssociation(ctx, rt.By.Prison, register.KeepApart{A: p[0], B: p[1], Scope: "cell", Reason: "feud"}))(t)
		aside := rt.Value(w.RecordFacts(ctx, rt.By.Prison, []register.Fact{{Person: p[2], Type: custody.TypeDiversion, To: custody.At(rt.Hospital)}}))(t).Seq
		difference := rt.Value(w.Store.Differences(ctx, store.DifferenceFilter{Person: p[2], Kind: custody.Diversion, Limit: 1}))(t)[0].Difference
		rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: p[3], Into: p[4], Reason: "same"}))
		rt.Get(t)(w.RecordFacts(ctx, rt.By.Prison, []register.Fact{{Person: p[5], Type: custody.TypeEscape, To: custody.Escaped}}))
		rt.Get(t)(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[6], Cell: rt.Men, Bed: 1}))
		move := w.Allocate(t, rt.Prison2, p[7:])[0]
		empty := make([]id.Move, writers)
		for n := range empty {
			empty[n] = rt.Value(w.SetMove(ctx, rt.By.Planner, custody.MoveSet{From: rt.Prison, To: rt.Prison2, State: custody.MoveRequested}))(t)
		}

		travellers := w.People(t, 2)
		convoy := w.Convoy(t, rt.Prison, 1)
		w.Ready(t, convoy, travellers)
		record := rt.Record(t, w.Clock.Now())
		draft := rt.Value(per.Edit(record, false))(t)
		rt.Must(t, draft.Confirm("officer", w.Clock.Now()))
		gone := w.Convoy(t, rt.Prison2, 1)

		sick := w.PeopleAt(t, rt.Prison, 1)
		signed := accept(t, w, sick[0], "hospital")
		keyed := func(by register.By, n int) register.By {
			by.Key = fmt.Sprintf("device-%d", n)
			return by
		}

		w.Tick(time.Minute)
		for _, c := range []struct {
			name, rule string
			wins       int
			write      func(ctx context.Context, n int) error
		}{
			{"one use of an acceptance under any key", "handover.replayed", 1, func(ctx context.Context, n int) error {
				return only(w.HandOver(ctx, keyed(rt.By.Prison, n), register.HandoverInput{
					Type: custody.TypeDiversion, People: sick, To: custody.At(rt.Hospital), Receiver: "hospital", Signed: signed,
				}))
			}},
			{"one meaning of a key", "delivery.key_reused", 1, func(ctx context.Context, n int) error {
				by := rt.By.Planner
				by.Key = "one"
				return only(w.FormWave(ctx, by, register.NewWave{Label: fmt.Sprint(n)}))
			}},
			{"one of many empty moves for a person", "move.one_live", 1, func(ctx context.Context, n int) error {
				return only(w.SetMove(ctx, rt.By.Planner, custody.MoveSet{Move: empty[n], Person: p[1], From: rt.Prison, To: rt.Prison2, State: custody.MoveRequested}))
			}},
			{"one cancelling of a move", "move.transition_illegal", 1, func(ctx context.Context, n int) error {
				return only(w.SetMove(ctx, rt.By.Planner, custody.MoveSet{Move: move, From: rt.Prison, To: rt.Prison2, State: custody.MoveCancelled, Reason: fmt.Sprint(n)}))
			}},
			{"one confirming of an escort record", "per.confirmed", 1, func(ctx context.Context, _ int) error {
				return only(w.SaveEscortRecords(ctx, rt.By.Escort, []register.EscortRecord{{Person: travellers[0], Record: draft.Record()}}))
			}},
			{"one departure of a convoy", "convoy.not_formed", 1, func(ctx context.Context, _ int) error {
				return only(w.Dispatch(ctx, rt.By.Operations, register.Departure{Convoy: convoy.Convoy}))
			}},
			{"one closing of a convoy", "convoy.closed", 1, func(ctx context.Context, _ int) error {
				return only(w.CloseConvoy(ctx, rt.By.Operations, gone.Convoy))
			}},
			{"one release of a bed", "bed.not_reserved", 1, func(ctx context.Context, _ int) error {
				return only(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[6], Cell: rt.Men, Bed: 1, Release: true}))
			}},
			{"one closing of an alert", "alert.closed", 1, func(ctx context.Context, _ int) error {
				return only(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: p[0], Close: alert}))
			}},
			{"one closing of a pair", "non_association.closed", 1, func(ctx context.Context, _ int) error {
				return only(w.SetNonAssociation(ctx, rt.By.Prison, register.KeepApart{A: p[1], B: p[0], Scope: "cell", Close: pair}))
			}},
			{"one decision on a difference", "difference.closed", 1, func(ctx context.Context, _ int) error {
				return only(w.DecideDifference(ctx, rt.By.Operations, register.Decision{Difference: difference, Resolution: "seen"}))
			}},
			{"one setting aside of a movement", "entry.set_aside", 1, func(ctx context.Context, _ int) error {
				return only(w.SetAside(ctx, rt.By.Operations, register.Dispute{Person: p[2], Entry: aside, Reason: "no"}))
			}},
			{"one undoing of a merge", "person.not_merged", 1, func(ctx context.Context, _ int) error {
				return only(w.UnmergePeople(ctx, rt.By.Registrar, register.Unmerge{Record: p[3], From: p[4], Reason: "two"}))
			}},
			{"no merge of a pair that was parted", "person.excluded", 0, func(ctx context.Context, n int) error {
				return only(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: p[3+n%2], Into: p[4-n%2], Reason: "same"}))
			}},
			{"no booking after an escape", "booking.escape_open", 0, func(ctx context.Context, _ int) error {
				return only(w.OpenBooking(ctx, rt.By.Registrar, register.NewBooking{Person: p[5]}))
			}},
		} {
			t.Run(c.name, func(t *testing.T) {
				w.Tick(time.Minute)
				if won := told(t, race(c.write), c.rule); won != c.wins {
					t.Errorf("%d writers won instead of %d", won, c.wins)
				}
			})
		}
		w.Sound(t)
	})
}

// TestHundredWritersMergeInARing has each of a hundred records merged into the next, the last into the first: a ring never
// closes, and whoever is left stands for all the others.
func TestHundredWritersMergeInARing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ring := w.People(t, writers)
		w.Tick(time.Minute)
		won := told(t, race(func(ctx context.Context, n int) error {
			return only(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: ring[n], Into: ring[(n+1)%writers], Reason: "same"}))
		}), "person.merged", "person.merge_circular")
		if won == 0 || won == writers {
			t.Errorf("%d of %d merges were made", won, writers)
		}
		if left := people(t, w); left != writers-won {
			t.Errorf("%d people are left after %d merges", left, won)
		}
		standings := rt.Value(w.Store.Standings(t.Context(), ring))(t)
		for _, p := range ring {
			steps := 0
			for at := p; standings[at].MergedInto != 0; at = standings[at].MergedInto {
				if steps++; steps > writers {
					t.Fatalf("the merges of %d lead in a circle", p)
				}
			}
		}
		// Both ways at once: one of the two remains.
		two := w.People(t, 2)
		w.Tick(time.Minute)
		if won := told(t, race(func(ctx context.Context, n int) error {
			return only(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: two[n%2], Into: two[(n+1)%2], Reason: "same"}))
		}), "person.merged", "person.merge_circular"); won != 1 {
			t.Errorf("%d merges of one pair were made", won)
		}
		w.Sound(t)
	})
}

// TestHundredWritersListALine sends the same two lines in a hundred different files: two people are registered, not two hundred.
func TestHundredWritersListALine(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		var registered, known atomic.Int64
		told(t, race(func(ctx context.Context, n int) error {
			file := "name,sex,nationality\nSalim Karim Jasim,male,IRQ\nHadi Nasir Abbas,male,IRQ\n" + strings.Repeat("\n", n)
			got, err := w.Import(ctx, rt.By.Registrar, "a.csv", strings.NewReader(file), int64(len(file)), register.ImportOptions{Options: intake.Options{AsOf: rt.Start}, Place: rt.Source})
			registered.Add(int64(got.Registered))
			known.Add(int64(got.Known))
			return err
		}))
		if registered.Load() != 2 || known.Load() != 2*(writers-1) || people(t, w) != 2 {
			t.Errorf("%d lines were registered and %d known; %d people", registered.Load(), known.Load(), people(t, w))
		}
		w.Sound(t)
	})
}

// TestHundredWritersHouse has a hundred people led to one bed. They are there and stay on record; one has the bed, and each
// of the others is shown as too many.
func TestHundredWritersHouse(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		crowd := w.PeopleAt(t, rt.Prison, writers)
		w.Tick(time.Minute)
		told(t, race(func(ctx context.Context, n int) error {
			return only(w.House(ctx, rt.By.Prison, []register.Placement{{Person: crowd[n], Cell: rt.Youths, Bed: 1}}))
		}))
		held := 0
		for _, h := range rt.Value(w.Store.Holds(t.Context(), crowd))(t) {
			held += len(h)
		}
		if shown := len(open(t, w, custody.Overcrowded)); held != 1 || shown != writers-1 {
			t.Errorf("%d people hold the bed and %d are shown as too many", held, shown)
		}
		w.Sound(t)
	})
}

// TestHundredWritersLeaveAPlace sets writers who take a block or a cell out of use against writers who bring people there.
func TestHundredWritersLeaveAPlace(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		ctx := context.Background()
		rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, placeAs(rt.Prison, func(p *place.Place) { p.Capacity.Operational = 0 })))
		for _, out := range []place.Code{rt.Youths, "IQ-P/C"} {
			all := w.People(t, writers)
			told(t, race(func(ctx context.Context, n int) error {
				if n%4 == 0 {
					return only(w.DefinePlaces(ctx, rt.By.Admin, placeAs(out, state(place.Inactive))))
				}
				return only(w.Register.Allocate(ctx, rt.By.Planner, register.Allocation{Placements: []register.Placement{{Person: all[n], To: rt.Prison, Cell: rt.Youths, Bed: n%2 + 1}}}))
			}), "place.deactivated_while_occupied", "place.capacity_below_occupancy", "place.not_active", "bed.one_person")
			held := rt.Value(w.Store.Holds(ctx, all))(t)
			if p := rt.Value(w.Store.Place(ctx, out))(t); (p.State == place.Active) != (len(held) > 0) {
				t.Errorf("%s is %s and %d people have beds in it", out, p.State, len(held))
			}
			for who, h := range held {
				rt.Get(t)(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: who, Cell: h[0].Cell, Bed: h[0].Bed.Bed, Release: true}))
			}
			rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, placeAs(out, state(place.Active))))
		}
		w.Sound(t)
	})
}

// TestHundredWritersFillABus sets writers of manifests against each other without saying which version they mean: each
// version has its seats to itself, and the last one is in force.
func TestHundredWritersFillABus(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		who := w.People(t, writers)
		c := w.Convoy(t, rt.Prison, 1)
		if won := told(t, race(func(ctx context.Context, n int) error {
			seat := transfer.Seat{Person: who[n], Vehicle: c.Vehicles[0].Vehicle, Seat: 1}
			return only(w.IssueManifest(ctx, rt.By.Operations, register.Manifest{Convoy: c.Convoy, Seats: []transfer.Seat{seat}}))
		})); won != writers {
			t.Errorf("%d versions were written", won)
		}
		seen := map[id.Person]bool{}
		for version := 1; version <= writers; version++ {
			seats := rt.Value(w.Store.Seats(t.Context(), c.Convoy, version))(t)
			if len(seats) != 1 || seen[seats[0].Person] {
				t.Fatalf("version %d has %+v", version, seats)
			}
			seen[seats[0].Person] = true
		}
		w.Sound(t)
	})
}
