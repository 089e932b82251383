package register_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/per"
	"amana/internal/place"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/testdb"
	"amana/internal/transfer"
)

// The thirteen invariants that a newcomer misses, each on both databases. Every test ends with a sound register.

func each(t *testing.T, test func(t *testing.T, w *rt.World)) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		test(t, w)
		w.Sound(t)
	})
}

// refused asks that a command fails with a rule.
func refused(t *testing.T, rule string) func(any, error) *fault.Error {
	return func(_ any, err error) *fault.Error {
		t.Helper()
		if !fault.Is(err, rule) {
			t.Errorf("got %v instead of %s", err, rule)
			return &fault.Error{}
		}
		return fault.As(err)
	}
}

// placeAs finds a place of the world, to be defined again otherwise.
func placeAs(c place.Code, change func(*place.Place)) []place.Place {
	all := rt.Places()
	p := all[slices.IndexFunc(all, func(p place.Place) bool { return p.Code == c })]
	change(&p)
	return []place.Place{p}
}

func state(s place.State) func(*place.Place) { return func(p *place.Place) { p.State = s } }

func TestInvariant01_FromDiffersAndTheDestinationIsOpen(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.People(t, 2)
		move := func(to place.Code) custody.MoveSet {
			return custody.MoveSet{Person: p[0], From: rt.Source, To: to, State: custody.MoveBooked}
		}
		refused(t, "move.from_equals_to")(w.SetMove(ctx, rt.By.Planner, move(rt.Source)))
		allocate := func(to place.Code) (any, error) {
			return w.Register.Allocate(ctx, rt.By.Planner, register.Allocation{Placements: []register.Placement{{Person: p[0], To: to}}})
		}
		refused(t, "move.from_equals_to")(allocate(rt.Source))
		refused(t, "place.not_found")(allocate("IQ-NONE"))

		rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, placeAs(rt.Prison2, state(place.Inactive))))
		refused(t, "place.not_active")(allocate(rt.Prison2))
		refused(t, "place.not_active")(w.SetMove(ctx, rt.By.Planner, move(rt.Prison2)))
		refused(t, "place.not_active")(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[0], Cell: "IQ-Q/A/01", Bed: 1}))
		rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, placeAs(rt.Prison2, state(place.Active))))

		c := w.Convoy(t, rt.Prison2, 1)
		w.Ready(t, c, p[1:])
		rt.Get(t)(w.SetGate(ctx, rt.By.Prison, register.Gate{Place: rt.Prison2, Reason: "riot"}))
		refused(t, "place.locked_out")(allocate(rt.Prison2))
		refused(t, "place.locked_out")(w.Dispatch(ctx, rt.By.Operations, register.Departure{Convoy: c.Convoy}))
		other := c
		other.Vehicles = []transfer.Vehicle{{Plate: "X", Seats: 3}}
		refused(t, "place.locked_out")(w.FormConvoy(ctx, rt.By.Operations, other))
		rt.Get(t)(w.SetGate(ctx, rt.By.Prison, register.Gate{Place: rt.Prison2, Open: true}))
		rt.Get(t)(allocate(rt.Prison2))

		w.Send(t, c)
		rt.Get(t)(w.SetGate(ctx, rt.By.Prison, register.Gate{Place: rt.Prison2, Reason: "riot"}))
		refused(t, "place.locked_out")(w.Register.Receive(ctx, rt.By.Prison, rt.Arrival(c.Convoy, c.Vehicles[0].Vehicle, rt.Prison2, p[1:])))
		rt.Get(t)(w.RedirectConvoy(ctx, rt.By.Operations, register.Redirect{Convoy: c.Convoy, To: rt.Prison, Reason: "lockout"}))
		w.Receive(t, c.Convoy, c.Vehicles[0].Vehicle, rt.Prison, p[1:])
		if s := w.Standing(t, p[1]); s.Account != custody.At(rt.Prison) || s.Move != 0 {
			t.Errorf("after the redirection the person stands as %+v", s)
		}
	})
}

func TestInvariant02_APersonNotLaterThanTransit(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx := t.Context()
		empty := custody.MoveSet{From: rt.Source, To: rt.Prison, State: custody.MoveRequested}
		empty.Move = rt.Value(w.SetMove(ctx, rt.By.Planner, empty))(t)
		empty.State = custody.MoveBooked
		rt.Get(t)(w.SetMove(ctx, rt.By.Planner, empty))
		empty.State = custody.MoveInTransit
		refused(t, "move.person_missing")(w.SetMove(ctx, rt.By.Planner, empty))
		filled := empty
		filled.State, filled.Person = custody.MoveBooked, w.People(t, 1)[0]
		rt.Get(t)(w.SetMove(ctx, rt.By.Planner, filled))
		filled.Person = w.People(t, 1)[0]
		refused(t, "move.person_fixed")(w.SetMove(ctx, rt.By.Planner, filled))
	})
}

func TestInvariant03_ADuplicateNamesTheLiveMove(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		p := w.People(t, 1)
		move := w.Allocate(t, rt.Prison, p)[0]
		for _, again := range []error{
			only(w.Register.Allocate(t.Context(), rt.By.Planner, register.Allocation{Placements: []register.Placement{{Person: p[0], To: rt.Prison}}})),
			only(w.SetMove(t.Context(), rt.By.Planner, custody.MoveSet{Person: p[0], From: rt.Source, To: rt.Prison, State: custody.MoveBooked})),
		} {
			if e := refused(t, "move.one_live")(nil, again); e.Refs["move"] != strconv.FormatInt(int64(move), 10) {
				t.Errorf("the refusal refers to %v, the live move is %d", e.Refs, move)
			}
		}
		// Twice in one command is a duplicate as well, and nothing of the command is kept.
		two := w.People(t, 1)[0]
		refused(t, "move.one_live")(w.Register.Allocate(t.Context(), rt.By.Planner, register.Allocation{Placements: []register.Placement{{Person: two, To: rt.Prison}, {Person: two, To: rt.Prison2}}}))
		if s := w.Standing(t, two); s.Move != 0 {
			t.Errorf("half of a refused command was kept: %+v", s)
		}
	})
}

func TestInvariant04_AReasonIfAndOnlyIfCancelled(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		p := w.People(t, 1)
		m := custody.MoveSet{Person: p[0], From: rt.Source, To: rt.Prison, State: custody.MoveBooked, Reason: "because"}
		refused(t, "move.reason_iff_cancelled")(w.SetMove(t.Context(), rt.By.Planner, m))
		m.Reason = ""
		m.Move = rt.Value(w.SetMove(t.Context(), rt.By.Planner, m))(t)
		m.State = custody.MoveCancelled
		refused(t, "move.reason_iff_cancelled")(w.SetMove(t.Context(), rt.By.Planner, m))
		m.Reason = "unfit"
		rt.Get(t)(w.SetMove(t.Context(), rt.By.Planner, m))
		m.State, m.Reason = custody.MoveBooked, ""
		refused(t, "move.transition_illegal")(w.SetMove(t.Context(), rt.By.Planner, m))
		w.Allocate(t, rt.Prison2, p) // a cancelled move binds nobody
	})
}

func TestInvariant05_OneEscortRecordFinalWhenConfirmed(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.People(t, 3)
		save := func(who id.Person, recs ...per.Record) (any, error) {
			var in []register.EscortRecord
			for _, r := range recs {
				in = append(in, register.EscortRecord{Person: who, Record: r})
			}
			return w.SaveEscortRecords(ctx, rt.By.Escort, in)
		}
		done := rt.Record(t, w.Clock.Now())
		refused(t, "per.no_move")(save(p[0], done))
		w.Allocate(t, rt.Prison, p[:2])
		rt.Get(t)(save(p[0], per.New()))
		rt.Get(t)(save(p[0], done))
		d := rt.Value(per.Edit(done, false))(t)
		rt.Must(t, d.Confirm("officer", w.Clock.Now()))
		refused(t, "per.twice")(save(p[1], d.Record(), done))
		rt.Get(t)(save(p[0], d.Record()))
		refused(t, "per.confirmed")(save(p[0], done))

		c := w.Convoy(t, rt.Prison2, 1)
		w.Ready(t, c, p[2:])
		w.Send(t, c)
		refused(t, "per.move_started")(save(p[2], done))
	})
}

func TestInvariant06_AnAnswerClearsWhatDependedOnIt(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		p := w.People(t, 1)
		w.Allocate(t, rt.Prison, p)
		d := rt.Value(per.Edit(rt.Record(t, w.Clock.Now()), false))(t)
		follow, above := followUp(t)
		rt.Must(t, d.Answer(above.Key, per.Value{follow.Asked.Is[0]}, "clerk", w.Clock.Now()))
		rt.Must(t, d.Answer(follow.Key, per.Value{"said so"}, "clerk", w.Clock.Now()))
		save := func() {
			rt.Get(t)(w.SaveEscortRecords(t.Context(), rt.By.Escort, []register.EscortRecord{{Person: p[0], Record: d.Record()}}))
		}
		save()
		rt.Must(t, d.Answer(above.Key, per.Value{per.No}, "clerk", w.Clock.Now()))
		if _, kept := d.Record().Answers[follow.Key]; kept || !slices.Contains(d.Cleared(), follow.Key) {
			t.Errorf("%s kept its answer when %s changed", follow.Key, above.Key)
		}
		save()

		// What is taken over from an earlier record waits for somebody to look at it.
		next := rt.Value(per.Edit(per.New(), false))(t)
		rt.Must(t, next.Prefill(d.Record()))
		taken := 0
		for key, a := range next.Record().Answers {
			if taken++; !a.Prefilled {
				t.Errorf("%s was taken over without a mark", key)
			}
		}
		if err := next.Complete("clerk", w.Clock.Now()); err == nil || taken == 0 {
			t.Errorf("a record with %d answers that nobody looked at was completed: %v", taken, err)
		}
	})
}

// followUp finds an open text question that is asked after the answer to a yes-or-no question.
func followUp(t *testing.T) (follow, above *per.Question) {
	t.Helper()
	f := per.Current()
	for _, q := range f.Questions() {
		if q.Asked == nil || q.Type != per.Free || q.Sealed {
			continue
		}
		if above := f.Question(q.Asked.Of); above.Type == per.YesNo && above.Asked == nil && slices.Equal(q.Asked.Is, []string{per.Yes}) {
			return q, above
		}
	}
	t.Fatal("the framework has no follow-up of this kind")
	return nil, nil
}

func TestInvariant07_NoMovementInTheFutureNorADecisionInThePast(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.People(t, 4)
		w.Tick(24 * time.Hour)
		at := func(by register.By, d time.Duration) register.By {
			by.At = w.Clock.Now().Add(d)
			return by
		}
		death := []register.Fact{{Person: p[0], Type: custody.TypeDeath, To: custody.Died}}
		refused(t, "occurred_at.future")(w.RecordFacts(ctx, at(rt.By.Registrar, time.Hour), death))

		// A decision rests on what stands, so it is not taken before the latest movement; a fact may come late.
		c := w.Convoy(t, rt.Prison, 1)
		w.Ready(t, c, p[2:])
		refused(t, "movement.before_latest")(w.Dispatch(ctx, at(rt.By.Operations, -48*time.Hour), register.Departure{Convoy: c.Convoy}))
		refused(t, "movement.before_latest")(w.MergePeople(ctx, at(rt.By.Registrar, -48*time.Hour), register.Merge{Record: p[1], Into: p[0], Reason: "same"}))
		rt.Get(t)(w.RecordFacts(ctx, at(rt.By.Registrar, -time.Hour), death))
		rt.Get(t)(w.RecordFacts(ctx, at(rt.By.Registrar, -2*time.Hour), []register.Fact{{Person: p[0], Type: custody.TypeDiversion, To: custody.At(rt.Hospital)}}))
		if s := w.Standing(t, p[0]); s.Account != custody.Died {
			t.Errorf("a late fact moved a dead person to %s", s.Account)
		}
	})
}

func TestInvariant08_NoSecondBooking(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.PeopleAt(t, rt.Prison, 2)
		book := func(who id.Person) (any, error) {
			return w.OpenBooking(ctx, rt.By.Registrar, register.NewBooking{Person: who, Grounds: custody.Grounds{Ground: "criminal_investigation"}})
		}
		fact := func(who id.Person, typ custody.MovementType, to custody.Account) {
			t.Helper()
			w.Tick(time.Minute)
			rt.Get(t)(w.RecordFacts(ctx, rt.By.Prison, []register.Fact{{Person: who, Type: typ, To: to}}))
		}
		standing := w.Standing(t, p[0])
		if e := refused(t, "booking.one_open")(book(p[0])); e.Refs["booking"] != strconv.FormatInt(int64(standing.Booking), 10) {
			t.Errorf("the refusal refers to %v", e.Refs)
		}
		fact(p[0], custody.TypeEscape, custody.Escaped)
		refused(t, "booking.escape_open")(book(p[0]))
		fact(p[0], custody.TypeRecapture, custody.At(rt.Prison))
		refused(t, "booking.one_open")(book(p[0]))
		fact(p[1], custody.TypeRelease, custody.Released)
		rt.Get(t)(book(p[1]))
		refused(t, "person.not_found")(book(12))
	})
}

func TestInvariant09_CapacitiesHoldOnEveryPath(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.PeopleAt(t, rt.Prison, 3)
		define := func(all ...[]place.Place) (any, error) {
			return w.DefinePlaces(ctx, rt.By.Admin, slices.Concat(all...))
		}
		size := func(working, maximum int) func(*place.Place) {
			return func(p *place.Place) { p.Capacity.Working, p.Capacity.Maximum = working, maximum }
		}
		signed := func(n int) func(*place.Place) { return func(p *place.Place) { p.Capacity.Operational = n } }
		refused(t, "place.working_over_maximum")(define(placeAs(rt.Men, size(5, 4))))
		refused(t, "place.capacity_negative")(define(placeAs(rt.Men, size(-1, 4))))
		refused(t, "place.capacity_too_large")(define(placeAs(rt.Men, size(1e12, 1e12))))

		rt.Get(t)(w.House(ctx, rt.By.Prison, []register.Placement{{Person: p[0], Cell: rt.Men, Bed: 1}, {Person: p[1], Cell: rt.Men, Bed: 4}}))
		rt.Get(t)(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[2], Cell: rt.Men, Bed: 2}))
		refused(t, "place.capacity_below_occupancy")(define(placeAs(rt.Men, size(2, 4))))
		refused(t, "bed.no_such_bed")(define(placeAs(rt.Men, size(3, 4)))) // the fourth bed is somebody's

		// The signed capacity is held against the cells whichever of the two changes, in bulk too.
		refused(t, "place.operational_over_maxima")(define(placeAs(rt.Prison, signed(11))))
		refused(t, "place.operational_over_maxima")(define(placeAs(rt.Women, size(1, 1))))
		refused(t, "place.operational_over_maxima")(define(placeAs(rt.Women, state(place.Inactive))))
		refused(t, "place.operational_over_maxima")(define(placeAs(rt.Prison, signed(9)), placeAs(rt.Women, size(1, 1)), placeAs(rt.Youths, size(1, 1))))
		rt.Get(t)(define(placeAs(rt.Prison, signed(9)), placeAs(rt.Women, size(1, 1))))
		rt.Get(t)(define(placeAs(rt.Prison, signed(10)), placeAs(rt.Women, size(2, 2))))
	})
}

func TestInvariant10_OccupiedPlacesStayAndParentsComeFirst(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.PeopleAt(t, rt.Prison2, 2)
		define := func(c place.Code, s place.State) (any, error) {
			return w.DefinePlaces(ctx, rt.By.Admin, placeAs(c, state(s)))
		}
		const block, cell place.Code = "IQ-Q/A", "IQ-Q/A/01"
		refused(t, "place.deactivated_while_occupied")(define(rt.Prison2, place.Inactive))
		rt.Get(t)(w.House(ctx, rt.By.Prison, []register.Placement{{Person: p[0], Cell: cell, Bed: 1}}))
		for _, c := range []place.Code{cell, block, rt.Prison2} {
			for _, s := range []place.State{place.Inactive, place.Draft, place.Archived} {
				if _, err := define(c, s); err == nil || (fault.As(err).Rule != "place.deactivated_while_occupied" && fault.As(err).Rule != "place.capacity_below_occupancy") {
					t.Errorf("%s became %s: %v", c, s, err)
				}
			}
		}
		rt.Get(t)(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[1], Cell: rt.Youths, Bed: 1}))
		refused(t, "place.deactivated_while_occupied")(define("IQ-P/C", place.Inactive)) // a reserved bed counts
		rt.Get(t)(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[1], Cell: rt.Youths, Bed: 1, Release: true}))

		rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, placeAs(rt.Prison, func(p *place.Place) { p.Capacity.Operational = 0 })))
		rt.Get(t)(define(rt.Youths, place.Inactive))
		rt.Get(t)(define("IQ-P/C", place.Inactive))
		refused(t, "place.parent_not_active")(define(rt.Youths, place.Active))
		rt.Get(t)(define("IQ-P/C", place.Active))
		rt.Get(t)(define(rt.Youths, place.Active))
		refused(t, "place.parent_unknown")(w.DefinePlaces(ctx, rt.By.Admin, []place.Place{{Code: "IQ-Z/A", Kind: place.Block, State: place.Draft}}))
		rt.Get(t)(define(rt.Youths, place.Archived))
		refused(t, "place.archived_is_final")(define(rt.Youths, place.Active))
	})
}

func TestInvariant11_OneAlertOnePairAndMergesLeaveNoDoubles(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.People(t, 4)
		alert := func(who id.Person, code string) (id.Other, error) {
			return w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: who, Code: code})
		}
		apart := func(a, b id.Person) (id.Other, error) {
			return w.SetNonAssociation(ctx, rt.By.Prison, register.KeepApart{A: a, B: b, Scope: "cell", Reason: "feud"})
		}
		first := rt.Value(alert(p[0], "suicide"))(t)
		refused(t, "alert.one_active")(alert(p[0], "suicide"))
		rt.Get(t)(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: p[0], Close: first}))
		refused(t, "alert.closed")(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: p[0], Close: first}))
		refused(t, "alert.not_found")(w.SetAlert(ctx, rt.By.Registrar, register.Alert{Person: p[1], Close: first}))
		rt.Get(t)(alert(p[0], "suicide"))
		pair := rt.Value(apart(p[0], p[1]))(t)
		refused(t, "non_association.one_open")(apart(p[1], p[0]))
		refused(t, "non_association.self")(apart(p[1], p[1]))
		rt.Get(t)(w.SetNonAssociation(ctx, rt.By.Prison, register.KeepApart{A: p[0], B: p[1], Scope: "cell", Close: pair}))
		rt.Get(t)(apart(p[0], p[1]))

		// p0 is merged into p1: their own pair goes, the pair that both have with p2 stays once, the alert that both have too.
		rt.Get(t)(alert(p[1], "suicide"))
		rt.Get(t)(alert(p[0], "escape_risk"))
		rt.Get(t)(apart(p[0], p[2]))
		rt.Get(t)(apart(p[1], p[2]))
		rt.Get(t)(apart(p[0], p[3]))
		w.Tick(time.Minute)
		rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: p[0], Into: p[1], Reason: "same"}))
		active := func(who id.Person) (codes []string) {
			for _, a := range rt.Value(w.Store.Alerts(ctx, who))(t) {
				if a.ClosedAt == nil {
					codes = append(codes, a.Code)
				}
			}
			slices.Sort(codes)
			return codes
		}
		if got := active(p[1]); !slices.Equal(got, []string{"escape_risk", "suicide"}) || active(p[0]) != nil {
			t.Errorf("after the merge the alerts are %v and %v", got, active(p[0]))
		}
		refused(t, "non_association.one_open")(apart(p[1], p[2]))
		refused(t, "non_association.one_open")(apart(p[1], p[3]))
		refused(t, "person.merged")(apart(p[0], p[3]))
	})
}

func TestInvariant12_MergesAreNotCircularAndCanBeUndone(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.People(t, 4)
		w.Tick(time.Minute)
		merge := func(record, into id.Person) (any, error) {
			return w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: record, Into: into, Reason: "same"})
		}
		refused(t, "person.merge_circular")(merge(p[0], p[0]))
		rt.Get(t)(merge(p[0], p[1]))
		refused(t, "person.merge_circular")(merge(p[1], p[0]))
		refused(t, "person.merged")(merge(p[0], p[2]))
		refused(t, "person.merged")(merge(p[3], p[0]))
		rt.Get(t)(merge(p[1], p[2]))
		refused(t, "person.merge_circular")(merge(p[2], p[1]))
		if got := people(t, w); got != 2 {
			t.Errorf("%d people are registered after two of four records were merged", got)
		}
		// An old number still leads to the person who remains.
		w.Tick(time.Minute)
		rt.Get(t)(w.RecordFacts(ctx, rt.By.Registrar, []register.Fact{{Person: p[0], Type: custody.TypeDiversion, To: custody.At(rt.Hospital)}}))
		if s := w.Standing(t, p[2]); s.Account != custody.At(rt.Hospital) {
			t.Errorf("a fact about a merged record left the person at %s", s.Account)
		}
		facts := rt.Value(w.Store.Facts(ctx, p[0]))(t)
		refused(t, "entry.identity_stands")(w.SetAside(ctx, rt.By.Registrar, register.Dispute{Person: p[0], Entry: facts[len(facts)-1].Seq, Reason: "no"}))

		refused(t, "person.not_merged")(w.UnmergePeople(ctx, rt.By.Registrar, register.Unmerge{Record: p[0], From: p[2], Reason: "no"}))
		w.Tick(time.Minute)
		rt.Get(t)(w.UnmergePeople(ctx, rt.By.Registrar, register.Unmerge{Record: p[0], From: p[1], Reason: "no"}))
		if s := w.Standing(t, p[0]); s.Account != custody.At(rt.Source) || s.MergedInto != 0 || s.Booking == 0 {
			t.Errorf("after the unmerge the record stands as %+v", s)
		}
		w.Tick(time.Minute)
		rt.Get(t)(w.UnmergePeople(ctx, rt.By.Registrar, register.Unmerge{Record: p[1], From: p[2], Reason: "no"}))
		refused(t, "person.excluded")(merge(p[0], p[1]))
		refused(t, "person.excluded")(merge(p[1], p[0]))
		if got := people(t, w); got != 4 {
			t.Errorf("%d people are registered after all merges were undone", got)
		}
	})
}

func TestInvariant13_NumbersAreNeverIssuedTwice(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		seen := map[id.Person]bool{}
		for range 3 {
			// A refused command must not lead to a number being issued again, nor to a confusing one.
			refused(t, "place.not_found")(w.Register.Register(context.Background(), rt.By.Registrar, []register.Registration{{Place: "NOWHERE"}}))
			for _, p := range w.People(t, 5) {
				if seen[p] || id.NounOf(int64(p)) != id.NounPerson {
					t.Errorf("the number %d was issued twice or is none of a person", p)
				}
				seen[p] = true
			}
		}
	})
}

// What follows asks the same invariants on the paths around them: through the parts of a place, through a third record, and
// after a decision that takes another back.

func TestInvariant01_PartsOfAPlaceAndHandoversToo(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.PeopleAt(t, rt.Prison2, 2)
		const block, cell place.Code = "IQ-Q/A", "IQ-Q/A/01"
		w.Tick(time.Minute)
		house := func(c place.Code) (any, error) {
			return w.House(ctx, rt.By.Prison, []register.Placement{{Person: p[0], Cell: c, Bed: 1}})
		}
		refused(t, "place.not_found")(house("IQ-Q/Z/09"))
		rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, placeAs(block, state(place.Inactive)))) // its cell says that it is in use
		for name, refusal := range map[string]error{
			"housing":     only(house(cell)),
			"reservation": only(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[0], Cell: cell, Bed: 1})),
			"allocation":  only(w.Register.Allocate(ctx, rt.By.Planner, register.Allocation{Placements: []register.Placement{{Person: w.People(t, 1)[0], To: rt.Prison2, Cell: cell, Bed: 1}}})),
		} {
			if e := refused(t, "place.not_active")(nil, refusal); e.Refs["place"] != string(block) {
				t.Errorf("the refusal of a %s refers to %v", name, e.Refs)
			}
		}
		for _, b := range rt.Value(w.Store.FreeBeds(ctx))(t) {
			if b.Cell == cell {
				t.Fatalf("a bed in a block that is not in use is offered")
			}
		}

		handOver := func(typ custody.MovementType, to custody.Account, receiver string) (any, error) {
			return w.HandOver(ctx, rt.By.Prison, register.HandoverInput{Type: typ, People: p[1:], To: to, Receiver: receiver})
		}
		refused(t, "place.not_found")(handOver(custody.TypeDiversion, custody.At("IQ-NONE"), "hospital"))
		refused(t, "account.unknown")(handOver(custody.TypeBoarding, "vehicle:7", "escort"))
		rt.Get(t)(w.DefinePlaces(ctx, rt.By.Admin, placeAs(rt.Hospital, state(place.Inactive))))
		refused(t, "place.not_active")(handOver(custody.TypeDiversion, custody.At(rt.Hospital), "hospital"))

		// The register knows where a move begins: who changes it cannot say otherwise.
		move := w.Allocate(t, rt.Prison, p[1:])[0]
		refused(t, "move.from_equals_to")(w.SetMove(ctx, rt.By.Planner, custody.MoveSet{Move: move, From: rt.Source, To: rt.Prison2, State: custody.MoveBooked}))

		c := w.Convoy(t, rt.Prison2, 1)
		beds := []register.Placement{{Person: p[0], Cell: cell, Bed: 1}}
		refused(t, "bed.elsewhere")(w.RedirectConvoy(ctx, rt.By.Operations, register.Redirect{Convoy: c.Convoy, To: rt.Prison, Reason: "riot", Beds: beds}))
		rt.Get(t)(w.SetGate(ctx, rt.By.Prison, register.Gate{Place: rt.Prison, Reason: "riot"}))
		refused(t, "place.locked_out")(w.RedirectConvoy(ctx, rt.By.Operations, register.Redirect{Convoy: c.Convoy, To: rt.Prison, Reason: "riot"}))
		refused(t, "place.locked_out")(handOver(custody.TypeReception, custody.At(rt.Prison), "prison"))
	})
}

func TestInvariant07_EveryCommandAndEveryDecision(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.PeopleAt(t, rt.Prison, 4)
		w.Tick(24 * time.Hour)
		rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: p[2], Into: p[3], Reason: "same"}))
		w.Tick(time.Hour)
		at := func(by register.By, d time.Duration) register.By {
			by.At = w.Clock.Now().Add(d)
			return by
		}
		housing := []register.Placement{{Person: p[0], Cell: rt.Men, Bed: 1}}
		diversion := register.HandoverInput{Type: custody.TypeDiversion, People: p[:1], To: custody.At(rt.Hospital), Receiver: "hospital"}
		merge, unmerge := register.Merge{Record: p[0], Into: p[1], Reason: "same"}, register.Unmerge{Record: p[2], From: p[3], Reason: "no"}
		decisions := map[string]func(time.Duration) error{
			"housing":  func(d time.Duration) error { return only(w.House(ctx, at(rt.By.Prison, d), housing)) },
			"handover": func(d time.Duration) error { return only(w.HandOver(ctx, at(rt.By.Prison, d), diversion)) },
			"merge":    func(d time.Duration) error { return only(w.MergePeople(ctx, at(rt.By.Registrar, d), merge)) },
			"unmerge":  func(d time.Duration) error { return only(w.UnmergePeople(ctx, at(rt.By.Registrar, d), unmerge)) },
		}
		for name, decide := range decisions {
			if err := decide(time.Hour); !fault.Is(err, "occurred_at.future") {
				t.Errorf("a %s in the future: %v", name, err)
			}
			if err := decide(-48 * time.Hour); !fault.Is(err, "movement.before_latest") {
				t.Errorf("a %s before the latest movement: %v", name, err)
			}
		}
		refused(t, "occurred_at.future")(w.Register.Register(ctx, at(rt.By.Registrar, time.Hour), []register.Registration{{Place: rt.Source}}))

		// A movement that was set aside does not count: what was decided before it stands in its way no longer.
		wrong := rt.Value(w.RecordFacts(ctx, rt.By.Prison, []register.Fact{{Person: p[0], Type: custody.TypeDiversion, To: custody.At(rt.Hospital)}}))(t)
		refused(t, "housing.elsewhere")(w.House(ctx, rt.By.Prison, housing))
		rt.Get(t)(w.SetAside(ctx, rt.By.Registrar, register.Dispute{Person: p[0], Entry: wrong.Seq, Reason: "another man"}))
		rt.Must(t, decisions["housing"](-30*time.Minute))
		if s := w.Standing(t, p[0]); s.Account != custody.At(rt.Men) || !s.LastAt.Equal(w.Clock.Now().Add(-30*time.Minute)) {
			t.Errorf("the person stands as %+v", s)
		}
	})
}

func TestInvariant07_LateFactsAreShown(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		p := w.PeopleAt(t, rt.Prison, 1)[0]
		w.Tick(48 * time.Hour)
		fact(t, w, p, custody.TypeDiversion, custody.At(rt.Hospital), 24*time.Hour)
		if got := open(t, w, custody.LateRecord); len(got) != 1 || got[0].People[0] != p {
			t.Errorf("the late fact is shown as %+v", got)
		}
		fact(t, w, p, custody.TypeRelease, custody.Released, time.Hour)
		fact(t, w, p, custody.TypeReception, custody.At(rt.Prison2), 2*time.Hour) // before the release, and from no vehicle
		if got := open(t, w, custody.Contradictory); len(got) != 1 || len(got[0].Entries) != 2 {
			t.Errorf("the contradiction is shown as %+v", got)
		}
		if s := w.Standing(t, p); s.Account != custody.Released {
			t.Errorf("the late fact moved the person to %s", s.Account)
		}
	})
}

func TestInvariant08_AnEscapeBarsWithAndWithoutABooking(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		p := w.PeopleAt(t, rt.Prison, 2)
		w.Tick(48 * time.Hour)
		book := func(who id.Person) (any, error) {
			return w.OpenBooking(t.Context(), rt.By.Registrar, register.NewBooking{Person: who})
		}
		// Somebody who was released does not escape; that is a contradiction, and until it is decided nobody books.
		fact(t, w, p[0], custody.TypeRelease, custody.Released, 2*time.Hour)
		fact(t, w, p[0], custody.TypeEscape, custody.Escaped, time.Hour)
		refused(t, "booking.escape_open")(book(p[0]))
		fact(t, w, p[0], custody.TypeRecapture, custody.At(rt.Prison), 0)
		rt.Get(t)(book(p[0]))
		// An escape that becomes known after the recapture bars nobody.
		fact(t, w, p[1], custody.TypeRelease, custody.Released, time.Hour)
		fact(t, w, p[1], custody.TypeEscape, custody.Escaped, 4*time.Hour)
		rt.Get(t)(book(p[1]))
	})
}

func TestInvariant09_BlocksAndPrisonsToo(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.PeopleAt(t, rt.Prison2, 3)
		const block, cell place.Code = "IQ-Q/A", "IQ-Q/A/01"
		size := func(c place.Code, working, maximum int) (any, error) {
			return w.DefinePlaces(ctx, rt.By.Admin, placeAs(c, func(p *place.Place) { p.Capacity.Working, p.Capacity.Maximum = working, maximum }))
		}
		w.Tick(time.Minute)
		refused(t, "place.capacity_below_occupancy")(size(rt.Prison2, 2, 2)) // nobody has a cell yet
		rt.Get(t)(size(rt.Prison2, 3, 3))
		for _, bed := range []int{0, -1} {
			refused(t, "bed.no_such_bed")(w.House(ctx, rt.By.Prison, []register.Placement{{Person: p[0], Cell: cell, Bed: bed}}))
		}
		rt.Get(t)(w.House(ctx, rt.By.Prison, []register.Placement{{Person: p[0], Cell: cell, Bed: 1}}))
		rt.Get(t)(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[1], Cell: cell, Bed: 2}))
		for _, c := range []place.Code{cell, block} {
			for _, sizes := range [][2]int{{1, 1}, {1, 60}} {
				refused(t, "place.capacity_below_occupancy")(size(c, sizes[0], sizes[1]))
			}
			rt.Get(t)(size(c, 2, 2))
		}
		refused(t, "place.kind_fixed")(w.DefinePlaces(ctx, rt.By.Admin, placeAs(cell, func(p *place.Place) { p.Kind, p.Capacity = place.Block, place.Capacity{} })))

		// A bed that somebody lies in is not released from under them.
		refused(t, "bed.not_reserved")(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[0], Cell: cell, Bed: 1, Release: true}))
		refused(t, "bed.not_reserved")(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[2], Cell: cell, Bed: 2, Release: true}))
		refused(t, "bed.one_person")(w.ReserveBed(ctx, rt.By.Planner, register.ReserveBed{Person: p[2], Cell: cell, Bed: 1}))

		// Nothing of a bulk change is kept when its last place is refused.
		smaller := func(p *place.Place) { p.Capacity = place.Capacity{Working: 1, Maximum: 1} }
		refused(t, "place.capacity_below_occupancy")(w.DefinePlaces(ctx, rt.By.Admin, slices.Concat(placeAs(rt.Men2, smaller), placeAs(cell, smaller))))
		if kept := rt.Value(w.Store.Place(ctx, rt.Men2))(t); kept.Capacity.Working != 2 {
			t.Errorf("half of a refused change was kept: %+v", kept.Capacity)
		}
	})
}

func TestInvariant10_NothingBeginsUnderWhatIsNotInUse(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		define := func(c place.Code, s place.State) (any, error) {
			p := placeAs("IQ-Q/A/01", state(s))[0]
			p.Code = c
			return w.DefinePlaces(t.Context(), rt.By.Admin, []place.Place{p})
		}
		rt.Get(t)(w.DefinePlaces(t.Context(), rt.By.Admin, placeAs("IQ-Q/A", state(place.Inactive))))
		refused(t, "place.parent_not_active")(define("IQ-Q/A/02", place.Active))
		rt.Get(t)(define("IQ-Q/A/02", place.Draft))
		refused(t, "place.parent_not_active")(define("IQ-Q/A/02", place.Active))
		rt.Get(t)(w.DefinePlaces(t.Context(), rt.By.Admin, placeAs("IQ-Q/A", state(place.Active))))
		rt.Get(t)(define("IQ-Q/A/02", place.Active))

		// Whom a fact has put into a place that is not in use holds up no change of another place there.
		rt.Get(t)(w.DefinePlaces(t.Context(), rt.By.Admin, placeAs(rt.Prison2, state(place.Inactive))))
		fact(t, w, w.People(t, 1)[0], custody.TypeFound, custody.At(rt.Prison2), 0)
		rt.Get(t)(define("IQ-Q/A/02", place.Inactive))
	})
}

func TestInvariant11_ClosingWhatIsOpenAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.People(t, 3)
		closing := func(a, b id.Person, n id.Other) (any, error) {
			return w.SetNonAssociation(ctx, rt.By.Prison, register.KeepApart{A: a, B: b, Scope: "cell", Close: n})
		}
		pair := rt.Value(w.SetNonAssociation(ctx, rt.By.Prison, register.KeepApart{A: p[0], B: p[1], Scope: "cell", Reason: "feud"}))(t)
		refused(t, "non_association.not_found")(closing(p[0], p[1], pair+1))
		refused(t, "non_association.not_found")(closing(p[0], p[2], pair))
		w.Tick(time.Minute)
		rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: p[0], Into: p[2], Reason: "same"}))
		rt.Get(t)(closing(p[1], p[2], pair)) // it has passed to the person who remains
		refused(t, "non_association.closed")(closing(p[2], p[1], pair))
	})
}

func TestInvariant12_ThroughAThirdRecord(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), w.People(t, 5)
		merge := func(record, into id.Person) (any, error) {
			w.Tick(time.Minute)
			return w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: record, Into: into, Reason: "same"})
		}
		part := func(record, from id.Person) {
			t.Helper()
			w.Tick(time.Minute)
			rt.Get(t)(w.UnmergePeople(ctx, rt.By.Registrar, register.Unmerge{Record: record, From: from, Reason: "two people"}))
		}
		for i := range 3 { // 0 into 1 into 2 into 3
			rt.Get(t)(merge(p[i], p[i+1]))
		}
		for i := range 3 {
			if _, err := merge(p[3], p[i]); !fault.Is(err, "person.merged") && !fault.Is(err, "person.merge_circular") {
				t.Errorf("a merge into a record of one's own: %v", err)
			}
		}
		part(p[2], p[3])
		part(p[1], p[2])
		// 0 stands under 1, and 1 is not 2, and 2 is not 3: neither of a parted pair meets the other under a third record.
		rt.Get(t)(merge(p[1], p[4]))
		refused(t, "person.excluded")(merge(p[2], p[4]))
		refused(t, "person.excluded")(merge(p[4], p[2]))
		rt.Get(t)(merge(p[4], p[3])) // of these nobody has said so
		refused(t, "person.excluded")(merge(p[2], p[3]))
		if got := people(t, w); got != 2 {
			t.Errorf("%d people are registered", got)
		}
	})
}

func TestInvariant13_KindsAreRetiredAndNumbersAreDigits(t *testing.T) {
	t.Parallel()
	// Every kind that was ever recorded. This list only grows: a log that holds one must be readable for ever.
	for _, kind := range []custody.Kind{
		"person.registered", "person.listed", "person.amended", "person.merged", "person.unmerged", "booking.opened", "place.defined",
		"place.gate", "custodian.enrolled", "move.set", "bed.set", "movement", "handover", "fact.set_aside", "difference.decided", "headcount",
		"incident.reported", "incident.amended", "escort_record", "medical.screened", "property", "alert", "non_association", "file.imported",
		"delivery.repeated", "observation", "wave.formed", "convoy.formed", "convoy.vehicle_added", "manifest.issued", "convoy.dispatched",
		"convoy.redirected", "passage", "convoy.closed", "identity.decided", "watchlist.loaded", "lead.decided",
	} {
		empty := custody.Kinds[kind]
		if empty == nil {
			empty = transfer.Kinds[kind]
		}
		if empty == nil || empty().Kind() != kind {
			t.Errorf("the kind %q cannot be read any more", kind)
		}
	}
	for noun := id.NounPerson; noun <= id.NounOther; noun++ {
		for serial := range int64(50) {
			for _, r := range strconv.FormatInt(id.Make(noun, 1, serial), 10) {
				if r < '0' || r > '9' { // digits are not mistaken for letters when there are no letters
					t.Fatalf("a number of noun %d has %q in it", noun, r)
				}
			}
		}
	}
}
