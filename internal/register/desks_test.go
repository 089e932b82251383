package register_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
)

// TestTwoDesks has a hundred people registered by two desks each at the same moment, in two spellings: of each two, the one that
// comes second is shown the first, and the pair waits for a human.
func TestTwoDesks(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		twoDesks(t, w, w.Register, w.Register)
		w.Sound(t)
	})
}

// TestTwoDesksOfTwoProcesses has each desk work on a process of its own.
func TestTwoDesksOfTwoProcesses(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		signer := rt.Value(w.Keys.Signer(rt.Log.Origin()))(t)
		other := rt.Value(store.Open(t.Context(), db, store.Options{Log: rt.Log, Number: 1, Signer: signer, Clock: w.Clock.Now}))(t)
		defer func() { rt.Must(t, other.Close()) }()
		twoDesks(t, w, w.Register, register.New(other, w.Keys))
		w.Sound(t)
	})
}

func twoDesks(t *testing.T, w *rt.World, desks ...*register.Register) {
	t.Helper()
	var answers [2 * writers]register.Registered
	errs := make([]error, 2*writers)
	start := make(chan struct{})
	var at sync.WaitGroup
	for i := range answers {
		at.Go(func() {
			<-start
			answers[i], errs[i] = desks[i%2].Register(context.Background(), rt.By.Registrar, []register.Registration{registration(somebody(i/2, i%2))})
		})
	}
	close(start)
	at.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("desk %d: %v", i, err)
		}
	}
	q := rt.Value(w.Reading(rt.By.Registrar.Actor, authz.ReadPeople))(t)
	open := map[[2]id.Person]bool{}
	for after := ""; ; {
		list := rt.Value(w.WorkList(t.Context(), rt.By.Registrar.Actor, store.ProposalFilter{After: after, Limit: 30}))(t)
		for _, p := range list.Pairs {
			open[[2]id.Person{p.RecordA, p.RecordB}] = true
		}
		if after = list.Next; after == "" {
			break
		}
	}
	for n := range writers {
		pair := []id.Person{answers[2*n].People[0], answers[2*n+1].People[0]}
		people := rt.Value(q.People(t.Context(), store.PeopleFilter{People: slices.Sorted(slices.Values(pair))}))(t)
		first, second := people[0].Person, people[1].Person
		if people[0].RegisteredSeq > people[1].RegisteredSeq {
			first, second = second, first
		}
		var seen []register.Candidate
		if c := answers[2*n+slices.Index(pair, second)].Candidates; c != nil {
			seen = c[0]
		}
		if !slices.Contains(found(t, seen), first) {
			t.Errorf("person %d: %d was registered first, and %d was shown %v", n, first, second, found(t, seen))
		}
		if c := answers[2*n+slices.Index(pair, first)].Candidates; c != nil && slices.Contains(found(t, c[0]), second) {
			t.Errorf("person %d: %d was shown %d, who came later", n, first, second)
		}
		if !open[[2]id.Person{min(first, second), max(first, second)}] {
			t.Errorf("person %d: the pair is not on the work list", n)
		}
	}
}

// TestNobodyIsFoundWhoWasNotRegistered sets registrations that fail half-way among others in the same commits: what they wrote is gone,
// and so are their people from the index.
func TestNobodyIsFoundWhoWasNotRegistered(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		taken := registration(somebody(99, 0))
		taken.Source = custody.Source{File: "a.csv", Key: "a.csv/1"}
		rt.Get(t)(w.Register.Register(t.Context(), rt.By.Registrar, []register.Registration{taken}))
		answers := make([]register.Registered, writers)
		told(t, race(func(ctx context.Context, n int) (err error) {
			in := []register.Registration{registration(somebody(n/4, n%2))}
			if n%4 > 1 {
				in = append(in, taken)
			}
			answers[n], err = w.Register.Register(ctx, rt.By.Registrar, in)
			return err
		}), "person.listed_already")
		q := rt.Value(w.Reading(rt.By.Registrar.Actor, authz.ReadPeople))(t)
		registered := map[id.Person]store.Person{}
		for _, p := range rt.Value(q.People(t.Context(), store.PeopleFilter{Limit: 1000}))(t) {
			registered[p.Person] = p
		}
		pairs := 0
		for n, a := range answers {
			for _, c := range slices.Concat(a.Candidates...) {
				if p := registered[c.Person.Person]; p.Name != c.Person.Name || p.Name == "" {
					t.Errorf("writer %d was shown %+v, who is %+v", n, c.Person, p)
				}
			}
			if len(a.People) > 0 && len(slices.Concat(a.Candidates...)) > 0 {
				pairs++
			}
		}
		if len(registered) != writers/2+1 || pairs < writers/4 {
			t.Errorf("%d people are registered, %d of them were told who they may be", len(registered), pairs)
		}
		w.Sound(t)
	})
}

// TestWhatWasRolledBackHidesNobody has a passage with many unlisted people fail at its signature, among others in one commit: the numbers
// that it had taken are other people's then, and those who come next are compared with them.
func TestWhatWasRolledBackHidesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		c := w.Convoy(t, rt.Prison, 1)
		aboard := w.Ready(t, c, w.People(t, 1))
		w.Send(t, c)
		w.Tick(time.Minute)
		arrival := rt.Arrival(c.Convoy, c.Vehicles[0].Vehicle, rt.Line1, aboard[c.Vehicles[0].Vehicle])
		arrival.OfficerSig = []byte("not a signature")
		var others []register.Registration
		for n := range 20 {
			arrival.Unlisted = append(arrival.Unlisted, somebody(7, 0))
			others = append(others, registration(somebody(10+n, 0)))
		}
		others = append(others, registration(somebody(7, 0)))

		hold, held := make(chan struct{}), make(chan struct{})
		var desks sync.WaitGroup
		desks.Go(func() {
			if err := w.Store.Update(context.Background(), func(context.Context, *store.Tx) error { close(held); <-hold; return nil }); err != nil {
				t.Errorf("holding up the writer: %v", err)
			}
		})
		<-held
		var answers [3]register.Registered
		var errs [3]error
		for i, do := range []func() (register.Registered, error){
			func() (register.Registered, error) {
				return register.Registered{}, only(w.Register.Pass(context.Background(), rt.By.Line, arrival))
			},
			func() (register.Registered, error) {
				return w.Register.Register(context.Background(), rt.By.Registrar, others)
			},
			func() (register.Registered, error) {
				return w.Register.Register(context.Background(), rt.By.Registrar, []register.Registration{registration(somebody(7, 1))})
			},
		} {
			desks.Go(func() { answers[i], errs[i] = do() })
			time.Sleep(100 * time.Millisecond) // commands are done in the order in which they line up
		}
		close(hold)
		desks.Wait()
		if errs[0] == nil || errs[1] != nil || errs[2] != nil {
			t.Fatalf("the commands ended with %v", errs)
		}
		first := answers[1].People[20]
		if c := answers[2].Candidates; c == nil || !slices.Equal(found(t, c[0]), []id.Person{first}) {
			t.Errorf("%d was registered first; shown is %+v", first, c)
		}
	})
}
