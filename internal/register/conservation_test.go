package register_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/per"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
	"amana/internal/transfer"
)

func init() {
	// Each step is a transaction. More are asked for with -rapid.checks and -rapid.steps.
	for name, value := range map[string]string{"rapid.checks": "20", "rapid.steps": "40"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
}

// TestConservation does whatever can be done, in any order, at any moment of the past, twice, and against what was done
// before. Nobody appears and nobody vanishes, at no past moment of the world as the system knew it at any other.
func TestConservation(t *testing.T) {
	least := 200
	if testing.Short() { // under the race detector: half the checks; rapid itself divides what it is told by five
		for name, value := range map[string]string{"rapid.checks": "50", "rapid.steps": "200"} {
			if err := flag.Set(name, value); err != nil {
				t.Fatal(err)
			}
		}
		least = 60
	}
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		commands, record := 0, rt.Record(t, rt.Start)
		rapid.Check(t, func(r *rapid.T) {
			w.Tick(24 * time.Hour)
			m := &machine{World: w, t: r, record: record, began: w.Clock.Now()}
			m.register()
			r.Repeat(map[string]func(*rapid.T){
				"":             m.balanced,
				"register":     m.step(m.register),
				"convoy":       m.step(m.convoy),
				"dispatch":     m.step(m.dispatch),
				"pass":         m.step(m.pass),
				"receive":      m.step(m.receive),
				"breakdown":    m.step(m.breakdown),
				"redirect":     m.step(m.redirect),
				"fact":         m.step(m.fact),
				"another fact": m.step(m.fact),
				"house":        m.step(m.house),
				"hand over":    m.step(m.handOver),
				"count":        m.step(m.count),
				"merge":        m.step(m.merge),
				"unmerge":      m.step(m.unmerge),
				"decide":       m.step(m.decide),
				"amend":        m.step(m.amend),
				"set aside":    m.step(m.setAside),
				"book":         m.step(m.book),
				"wait":         m.step(func() { m.Tick(time.Duration(rapid.IntRange(1, 500).Draw(m.t, "minutes")) * time.Minute) }),
			})
			m.folded()
			m.everybodySomewhere()
			m.oneOrTwo()
			commands += m.done
		})
		t.Logf("%d commands were carried out", commands)
		if commands < least {
			t.Error("almost nothing was carried out: the test shows nothing")
		}
		w.Sound(t)
	})
}

// machine does random things in a world that other machines have left behind.
type machine struct {
	*rt.World
	t       *rapid.T
	began   time.Time
	people  []id.Person
	convoys []transfer.ConvoyFormed
	merged  []register.Merge
	record  per.Record
	done    int
}

func (m *machine) step(do func()) func(*rapid.T) {
	return func(t *rapid.T) {
		m.t = t
		do()
	}
}

// by lets somebody act, now or earlier, sometimes with a key.
func (m *machine) by(who register.By) register.By {
	if rapid.Bool().Draw(m.t, "late") {
		who.At = m.moment("occurred")
	}
	if rapid.IntRange(0, 3).Draw(m.t, "keyed") == 0 {
		who.Key = fmt.Sprint("device/", keys.Add(1))
	}
	return who
}

// moment is some moment of this world, a little before its beginning too. Whole quarters of an hour make collisions likely.
func (m *machine) moment(name string) time.Time {
	quarters := int(m.Clock.Now().Sub(m.began)/(15*time.Minute)) + 8
	back := rapid.IntRange(0, quarters).Draw(m.t, name)
	return m.Clock.Now().Truncate(15 * time.Minute).Add(-time.Duration(back) * 15 * time.Minute)
}

// tried runs a command: refused or carried out, but never failed. One with a key is delivered again and must not count twice.
func tried[In, Out any](m *machine, who register.By, command func(context.Context, register.By, In) (Out, error), in In) (Out, bool) {
	out, err := command(context.Background(), who, in)
	var f *fault.Error
	if err != nil && (!errors.As(err, &f) || f.Kind == fault.Internal) {
		m.t.Fatalf("a command failed: %v (%v)", err, errors.Unwrap(err))
	}
	if err == nil {
		m.done++
		if who.Key != "" {
			again, err := command(context.Background(), who, in)
			if err != nil || fmt.Sprint(again) != fmt.Sprint(out) {
				m.t.Fatalf("the second delivery was answered %v, %v instead of %v", again, err, out)
			}
		}
	}
	return out, err == nil
}

func (m *machine) somebody() id.Person { return rapid.SampledFrom(m.people).Draw(m.t, "person") }

func (m *machine) some() []id.Person {
	return rapid.SliceOfN(rapid.SampledFrom(m.people), 0, 5).Draw(m.t, "people")
}

var where = []place.Code{rt.Source, rt.Prison, rt.Prison2, rt.Hospital}

func (m *machine) register() {
	in := make([]register.Registration, rapid.IntRange(1, 3).Draw(m.t, "n"))
	for i := range in {
		in[i] = register.Registration{Details: rt.Man(i), Place: rapid.SampledFrom(where[:3]).Draw(m.t, "place")}
	}
	out, ok := tried(m, m.by(rt.By.Registrar), m.Register.Register, in)
	if ok {
		m.people = append(m.people, out.People...)
	}
}

func (m *machine) convoy() {
	in := transfer.ConvoyFormed{
		Mode: transfer.Land, Escort: transfer.Escort{Custodian: "escort", Guards: 20}, Vehicles: []transfer.Vehicle{{Plate: "A", Seats: 9}, {Plate: "B", Seats: 9}},
		Legs: []transfer.Leg{{From: rt.Source, To: rt.Line1}, {From: rt.Line1, To: rapid.SampledFrom(where[1:3]).Draw(m.t, "to")}},
	}
	c, ok := tried(m, m.by(rt.By.Operations), m.FormConvoy, in)
	if !ok {
		return
	}
	m.convoys = append(m.convoys, c)
	manifest := register.Manifest{Convoy: c.Convoy}
	for _, p := range m.some() {
		got, ok := tried(m, m.by(rt.By.Planner), m.Register.Allocate, register.Allocation{Placements: []register.Placement{{Person: p, To: c.Destination()}}})
		if !ok {
			continue
		}
		tried(m, m.by(rt.By.Escort), m.SaveEscortRecords, []register.EscortRecord{{Person: p, Record: m.record}})
		v := c.Vehicles[len(manifest.Seats)%2].Vehicle
		manifest.Seats = append(manifest.Seats, transfer.Seat{Person: p, Move: got.Moves[0], Vehicle: v, Seat: len(manifest.Seats)/2 + 1})
	}
	tried(m, m.by(rt.By.Operations), m.IssueManifest, manifest)
}

func (m *machine) someConvoy() (transfer.ConvoyFormed, id.Vehicle) {
	for len(m.convoys) == 0 {
		m.convoy()
	}
	c := rapid.SampledFrom(m.convoys).Draw(m.t, "convoy")
	return c, rapid.SampledFrom(c.Vehicles).Draw(m.t, "vehicle").Vehicle
}

func (m *machine) dispatch() {
	c, _ := m.someConvoy()
	tried(m, m.by(rt.By.Operations), m.Dispatch, register.Departure{Convoy: c.Convoy})
}

func (m *machine) arrival(at place.Code) register.Arrival {
	c, v := m.someConvoy()
	if at == "" {
		at = c.Destination()
	}
	in := rt.Arrival(c.Convoy, v, at, m.some())
	if rapid.IntRange(0, 5).Draw(m.t, "unlisted") == 0 {
		in.Unlisted = []person.Details{rt.Man(99)}
	}
	return in
}

func (m *machine) pass() { m.passed(tried(m, m.by(rt.By.Line), m.Register.Pass, m.arrival(rt.Line1))) }

func (m *machine) receive() {
	m.passed(tried(m, m.by(rt.By.Prison), m.Register.Receive, m.arrival("")))
}

func (m *machine) passed(out register.Passed, ok bool) {
	if ok {
		m.people = append(m.people, out.Unlisted...)
	}
}

func (m *machine) breakdown() {
	c, v := m.someConvoy()
	tried(m, m.by(rt.By.Operations), m.AddVehicle, register.SpareVehicle{Convoy: c.Convoy, Vehicle: transfer.Vehicle{Plate: "S", Seats: 9}, Replaces: v, Reason: "engine"})
}

func (m *machine) redirect() {
	c, _ := m.someConvoy()
	tried(m, m.by(rt.By.Operations), m.RedirectConvoy, register.Redirect{Convoy: c.Convoy, To: rapid.SampledFrom(where[1:3]).Draw(m.t, "to"), Reason: "lockout"})
}

func (m *machine) account(name string) custody.Account {
	all := []custody.Account{custody.Died, custody.Escaped, custody.Released, custody.Repatriate, custody.At(rt.Men), custody.Outside, "nowhere", "place:", "vehicle:7"}
	for _, c := range where {
		all = append(all, custody.At(c), custody.At(c))
	}
	for _, c := range m.convoys {
		all = append(all, custody.Aboard(c.Vehicles[0].Vehicle))
	}
	return rapid.SampledFrom(all).Draw(m.t, name)
}

func (m *machine) fact() {
	types := custody.MovementTypes()
	slices.Sort(types)
	in := register.Fact{Person: m.somebody(), Type: rapid.SampledFrom(types).Draw(m.t, "type"), To: m.account("to")}
	switch in.Type { // a sensible fact is worth more steps
	case custody.TypeDeath:
		in.To = custody.Died
	case custody.TypeEscape:
		in.To = custody.Escaped
	case custody.TypeRelease:
		in.To = custody.Released
	case custody.TypeRepatriate:
		in.To = custody.Repatriate
	}
	if rapid.Bool().Draw(m.t, "believes") {
		in.From = m.account("from")
	}
	if rapid.IntRange(0, 3).Draw(m.t, "custody") == 0 {
		in.Custodian = "hospital"
	}
	tried(m, m.by(rt.By.Operations), m.RecordFacts, []register.Fact{in})
}

func (m *machine) house() {
	in := register.Placement{Person: m.somebody(), To: rt.Prison, Cell: rapid.SampledFrom([]place.Code{rt.Men, rt.Men2}).Draw(m.t, "cell"), Bed: rapid.IntRange(0, 4).Draw(m.t, "bed")}
	if rapid.Bool().Draw(m.t, "reserve") {
		tried(m, m.by(rt.By.Planner), m.ReserveBed, register.ReserveBed{Person: in.Person, Cell: in.Cell, Bed: in.Bed, Release: rapid.Bool().Draw(m.t, "release")})
		return
	}
	tried(m, m.by(rt.By.Prison), m.House, []register.Placement{in})
}

func (m *machine) handOver() {
	in := register.HandoverInput{Type: custody.TypeDiversion, People: m.some(), To: custody.At(rt.Hospital), Receiver: "hospital"}
	if rapid.Bool().Draw(m.t, "back") {
		in.Type, in.To, in.Receiver = custody.TypeDischarge, custody.At(rt.Prison), "prison"
	}
	tried(m, m.by(rt.By.Prison), m.HandOver, in)
}

func (m *machine) count() {
	present := m.some()
	tried(m, m.by(rt.By.Prison), m.Headcount, register.Count{Place: rapid.SampledFrom(where).Draw(m.t, "place"), Counted: len(present), Present: present})
}

func (m *machine) merge() {
	in := register.Merge{Record: m.somebody(), Into: m.somebody(), Reason: "same"}
	if _, ok := tried(m, rt.By.Registrar, m.MergePeople, in); ok { // a late one is refused most often
		m.merged = append(m.merged, in)
	}
}

func (m *machine) unmerge() {
	if len(m.merged) == 0 { // nothing to undo yet
		m.merge()
		return
	}
	in := rapid.SampledFrom(m.merged).Draw(m.t, "merge")
	tried(m, m.by(rt.By.Registrar), m.UnmergePeople, register.Unmerge{Record: in.Record, From: in.Into, Reason: "no"})
}

func (m *machine) decide() {
	in := register.IdentityVerdict{A: m.somebody(), B: m.somebody(), Reason: "looked"}
	in.Verdict = rapid.SampledFrom([]custody.Verdict{custody.Different, custody.Unsure, custody.Undone}).Draw(m.t, "verdict")
	tried(m, m.by(rt.By.Registrar), m.DecideIdentity, in)
}

func (m *machine) amend() {
	in := register.Amendment{Person: m.somebody(), Details: rt.Man(rapid.IntRange(0, 3).Draw(m.t, "who")), Reason: "says so"}
	tried(m, m.by(rt.By.Registrar), m.Amend, in)
}

// oneOrTwo asks that merges lead to the record that remains, that nobody is one person with somebody whom they are not, and that no pair
// waits for a human about whom one has decided.
func (m *machine) oneOrTwo() {
	ctx := context.Background()
	standings, err := m.Store.Standings(ctx, m.people)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, p := range m.people {
		at := p
		for standings[at].MergedInto != 0 {
			at = standings[at].MergedInto
		}
		if standings[p].Remains != at {
			m.t.Fatalf("%d is said to be %d, and its merges lead to %d", p, standings[p].Remains, at)
		}
	}
	decisions, err := m.Store.Decisions(ctx, m.people)
	if err != nil {
		m.t.Fatal(err)
	}
	type pair [2]id.Person
	settled, seen := map[pair]bool{}, map[pair]bool{}
	for _, d := range decisions { // the newest first
		x, y := standings[d.A].Remains, standings[d.B].Remains
		stands := !seen[pair{d.A, d.B}]
		seen[pair{d.A, d.B}] = true
		if stands && (d.Verdict == custody.Different || d.Verdict == custody.Parted) && x == y {
			m.t.Fatalf("%d and %d are different and one person, %d", d.A, d.B, x)
		}
		if stands && d.Verdict == custody.Different || d.Verdict == custody.Parted {
			settled[pair{min(x, y), max(x, y)}] = true
		}
	}
	for after := ""; ; {
		open, next, err := m.Store.Proposals(ctx, store.ProposalFilter{After: after, Limit: 500})
		if err != nil {
			m.t.Fatal(err)
		}
		for _, p := range open {
			if settled[pair{p.A.Person, p.B.Person}] || p.A.MergedInto != 0 || p.B.MergedInto != 0 || p.A.Person >= p.B.Person {
				m.t.Fatalf("waiting for somebody is %+v", p)
			}
		}
		if after = next; after == "" {
			return
		}
	}
}

func (m *machine) setAside() {
	p := m.somebody()
	facts, err := m.Store.Facts(context.Background(), p)
	if err != nil {
		m.t.Fatal(err)
	}
	tried(m, m.by(rt.By.Registrar), m.SetAside, register.Dispute{Person: p, Entry: rapid.SampledFrom(facts).Draw(m.t, "fact").Seq, Reason: "wrong"})
}

func (m *machine) book() {
	tried(m, m.by(rt.By.Registrar), m.OpenBooking, register.NewBooking{Person: m.somebody()})
}

// balanced draws sheets at random moments.
func (m *machine) balanced(t *rapid.T) {
	m.t = t
	from, to, system := m.moment("from"), m.moment("to"), m.moment("system")
	switch rapid.IntRange(0, 3).Draw(t, "as of") {
	case 0:
		from, to, system = time.Time{}, time.Time{}, time.Time{}
	case 1:
		from = time.Time{}
	case 2:
		system = time.Time{}
	}
	if !to.IsZero() && from.After(to) {
		from, to = to, from
	}
	for _, scope := range []register.Scope{{}, {Place: rt.Prison}} {
		sheet, err := m.Statement(context.Background(), overseer, scope, from, to, system)
		if err != nil {
			t.Fatal(err)
		}
		if !sheet.Balanced() || scope == (register.Scope{}) && !sheet.Sound {
			t.Fatalf("%v does not balance between %s and %s as known at %s: %+v", scope, from, to, system, sheet)
		}
	}
}

// folded holds where the book has people against a fold of their facts.
func (m *machine) folded() {
	standings, err := m.Store.Standings(context.Background(), m.people)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, p := range m.people {
		facts, err := m.Store.Facts(context.Background(), p)
		if err != nil {
			m.t.Fatal(err)
		}
		steps, _ := custody.Fold(facts)
		want := custody.Where(steps, m.Clock.Now().Add(time.Hour))
		if s := standings[p]; s.Account != want || s.Custodian != custody.Holder(facts) {
			m.t.Fatalf("the book has %d at %s with %q, the facts say %s with %q:\n%+v", p, s.Account, s.Custodian, want, custody.Holder(facts), facts)
		}
		if s := standings[p]; (s.MergedInto != 0) != (s.Account == custody.Outside) {
			m.t.Fatalf("%d was merged into %d and stands at %s", p, s.MergedInto, s.Account)
		}
	}
}

// everybodySomewhere asks at some moments that everybody who is registered stands in one account, and once.
func (m *machine) everybodySomewhere() {
	ctx := context.Background()
	for range 4 {
		at := store.Moment{World: m.moment("world"), System: m.moment("system")}
		balances, err := m.Store.Balances(ctx, at)
		if err != nil {
			m.t.Fatal(err)
		}
		seen := map[id.Person]custody.Account{}
		for account, n := range balances {
			if account == custody.Outside {
				continue
			}
			people, err := m.Store.In(ctx, account, at)
			if err != nil {
				m.t.Fatal(err)
			}
			if len(people) != n {
				m.t.Fatalf("%s has a balance of %d and %d people at %v", account, n, len(people), at)
			}
			for _, p := range people {
				if other, twice := seen[p]; twice {
					m.t.Fatalf("%d stands in %s and in %s at %v", p, other, account, at)
				}
				seen[p] = account
			}
		}
		registered, err := m.Store.Registered(ctx, at)
		if err != nil {
			m.t.Fatal(err)
		}
		if registered != len(seen) {
			m.t.Fatalf("%d are registered and %d stand somewhere at %v", registered, len(seen), at)
		}
	}
}

var keys atomic.Int64

var overseer = authz.Actor{Name: "ove-1", Role: authz.Overseer}
