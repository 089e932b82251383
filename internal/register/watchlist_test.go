package register_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
	"amana/internal/watchlist"
)

// listOf makes a list of people by number, spelled in Latin letters, with more aliases than one record compares.
func listOf(version string, numbers ...int) watchlist.List {
	l := watchlist.List{Name: "UN", Version: version}
	for _, n := range numbers {
		d := somebody(n, 1)
		for i := range 20 {
			d.Names = append(d.Names, person.Name{Raw: fmt.Sprintf("Zwxq%d Kvrt%d", i, n), Kind: "alias", Script: "Latn"})
		}
		d.Names = append(d.Names, d.Names[0]) // the name stands last as well
		d.Names = d.Names[1:]
		l.Entries = append(l.Entries, watchlist.Entry{Ref: fmt.Sprintf("QDi.%d", n), Row: n, Details: d})
	}
	return l
}

// leads lists open leads as "entry: person", page by page, and sorted; they come the strongest first.
func leads(t *testing.T, w *rt.World, f store.LeadFilter) []string {
	t.Helper()
	f.Limit = 1
	all, last := []string{}, math.Inf(1)
	for {
		page := rt.Value(w.Leads(t.Context(), rt.By.Registrar.Actor, f, w.Clock.Now()))(t)
		for _, l := range page.Leads {
			sum := 0.0
			for _, e := range l.Evidence {
				sum += e.Bits
			}
			if math.Abs(sum-l.Bits) > 1e-9 || l.Bits > last || l.Band == identity.Unlikely || len(l.Entry.Names) == 0 || l.FoundAt.IsZero() {
				t.Errorf("a lead is %+v", l)
			}
			last = l.Bits
			all = append(all, fmt.Sprintf("%s: %d", l.Ref, l.Person.Person))
		}
		if f.After = page.Next; f.After == "" {
			slices.Sort(all)
			return all
		}
	}
}

func TestWatchlists(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx := t.Context()
		p := enter(t, w, somebody(1, 0), somebody(2, 0))
		expect := func(when string, want ...string) {
			t.Helper()
			slices.Sort(want)
			if diff := cmp.Diff(append([]string{}, want...), leads(t, w, store.LeadFilter{})); diff != "" {
				t.Errorf("%s the leads differ (- wanted, + found)\n%s", when, diff)
			}
		}
		lead := func(n int, who id.Person) string { return fmt.Sprintf("QDi.%d: %d", n, who) }
		verdict := func(n int, who id.Person, v custody.Verdict) (any, error) {
			w.Tick(time.Minute)
			return w.DecideLead(ctx, rt.By.Registrar, register.LeadVerdict{List: "UN", Ref: fmt.Sprintf("QDi.%d", n), Person: who, Verdict: v, Reason: "compared"})
		}
		loaded := rt.Value(w.LoadWatchlist(ctx, rt.By.Operations, listOf("1", 1, 3, 5)))(t)
		if loaded.Entries != 3 || loaded.Leads != 1 || loaded.Unchanged || loaded.SHA256 == "" {
			t.Errorf("the loading is %+v", loaded)
		}
		expect("after the loading", lead(1, p[0]))
		if again := rt.Value(w.LoadWatchlist(ctx, rt.By.Operations, listOf("1", 1, 3, 5)))(t); !again.Unchanged {
			t.Errorf("the second loading is %+v", again)
		}

		// Who registers somebody is told, if they may know; who may not is not.
		w.Tick(time.Second)
		told := rt.Value(w.Register.Register(ctx, rt.By.Registrar, []register.Registration{registration(somebody(3, 0))}))(t)
		if len(told.Leads) != 1 || told.Leads[0].Ref != "QDi.3" || told.Leads[0].Person.Person != told.People[0] || told.Leads[0].Band != identity.Likely {
			t.Errorf("the registrar is told %+v", told.Leads)
		}
		silent := rt.Value(w.Register.Register(ctx, rt.By.Prison, []register.Registration{registration(somebody(5, 0))}))(t)
		if body, err := json.Marshal(silent); err != nil || strings.Contains(string(body), "QDi") {
			t.Errorf("a prison is told %s, %v", body, err)
		}
		preview := rt.Value(w.Search(ctx, rt.By.Registrar.Actor, register.SearchQuery{Details: somebody(5, 0)}, w.Clock.Now()))(t)
		if len(preview.Leads) != 1 || preview.Leads[0].Ref != "QDi.5" {
			t.Errorf("a search shows %+v", preview.Leads)
		}
		if hidden := rt.Value(w.Search(ctx, rt.By.Prison.Actor, register.SearchQuery{Details: somebody(5, 0)}, w.Clock.Now()))(t); hidden.Leads != nil {
			t.Errorf("a prison is shown %+v", hidden.Leads)
		}
		three, five := told.People[0], silent.People[0]
		expect("after two registrations", lead(1, p[0]), lead(3, three), lead(5, five))
		w.Tick(time.Second)
		rt.Get(t)(w.Amend(ctx, rt.By.Registrar, register.Amendment{Person: p[1], Details: somebody(3, 1), Reason: "says so"}))
		expect("after an amendment", lead(3, p[1]), lead(1, p[0]), lead(3, three), lead(5, five))

		// A lead is decided, and nothing happens to the person.
		before := w.Standing(t, p[0])
		refused(t, "lead.not_found")(verdict(2, p[0], custody.Same))
		refused(t, "lead.not_decided")(verdict(1, p[0], custody.Undone))
		refused(t, "identity.verdict_unknown")(verdict(1, p[0], custody.Parted))
		refused(t, "field.required")(w.DecideLead(ctx, rt.By.Registrar, register.LeadVerdict{List: "UN", Ref: "QDi.1", Person: p[0], Verdict: custody.Same}))
		rt.Get(t)(verdict(1, p[0], custody.Different))
		refused(t, "lead.decided")(verdict(1, p[0], custody.Same))
		rt.Get(t)(verdict(3, three, custody.Same))
		rt.Get(t)(verdict(3, p[1], custody.Unsure))
		expect("after three verdicts", lead(5, five))
		if after := w.Standing(t, p[0]); after != before {
			t.Errorf("a verdict on a lead changed the person from %+v to %+v", before, after)
		}
		rt.Get(t)(verdict(3, three, custody.Undone))
		expect("after one was taken back", lead(3, three), lead(5, five))
		w.Tick(time.Second)
		rt.Get(t)(w.Amend(ctx, rt.By.Registrar, register.Amendment{Person: p[1], Details: somebody(3, 1), Reason: "says so again"}))
		expect("after a source said more of one that nobody was sure of", lead(3, p[1]), lead(3, three), lead(5, five))

		// Another version: what is gone is gone, what was decided stays decided.
		w.Tick(time.Minute)
		rt.Get(t)(w.LoadWatchlist(ctx, rt.By.Operations, listOf("2", 1, 2, 5)))
		expect("after another version", lead(2, p[1]), lead(5, five))
		rt.Get(t)(w.Rematch(ctx, rt.By.Registrar))
		expect("after a new reckoning", lead(2, p[1]), lead(5, five))
		all := rt.Value(w.Leads(ctx, rt.By.Overseer.Actor, store.LeadFilter{Person: p[0], Decided: true, Limit: 9}, w.Clock.Now()))(t)
		if len(all.Leads) != 1 || all.Leads[0].Decided == nil || all.Leads[0].Decided.Verdict != custody.Different || all.Leads[0].Decided.Reason != "compared" {
			t.Errorf("the decided leads are %+v", all.Leads)
		}
		lists := rt.Value(w.Watchlists(ctx, rt.By.Overseer.Actor))(t)
		if len(lists) != 1 || lists[0].Version != "2" || lists[0].Entries != 3 {
			t.Errorf("the lists are %+v", lists)
		}

		// The second record of a person keeps its lead, under the number that remains; no timeline of theirs shows it.
		w.Tick(time.Minute)
		rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: five, Into: p[0], Reason: "same"}))
		expect("after a merge", lead(2, p[1]), lead(5, p[0]))
		for _, r := range rt.Value(w.Store.Timeline(ctx, p[0]))(t) {
			if k := r.Event.Kind(); k == "lead.decided" || k == "watchlist.loaded" {
				t.Errorf("the timeline has %+v", r)
			}
		}
		read := 0
		for _, x := range rt.Value(w.Store.Readings(ctx, p[0], 1000))(t) {
			if x.Purpose == "watchlist lead" {
				read++
			}
		}
		if read == 0 {
			t.Errorf("nobody is on record as having read the leads of %d", p[0])
		}
		refused(t, "cursor.malformed")(w.Leads(ctx, rt.By.Overseer.Actor, store.LeadFilter{After: "x", Limit: 1}, w.Clock.Now()))
		refused(t, "field.required")(w.LoadWatchlist(ctx, rt.By.Operations, watchlist.List{}))
		twice := listOf("3", 7, 8)
		twice.Entries[1].Ref = twice.Entries[0].Ref
		refused(t, "watchlist.ref_twice")(w.LoadWatchlist(ctx, rt.By.Operations, twice))
		if err := authz.Check(rt.By.Prison.Actor, authz.ReadLeads); err == nil {
			t.Error("a prison may read leads")
		}
	})
}

// TestListsAndRegistrationsMeet loads versions of a list while its people are registered: whichever comes first, each has one lead.
func TestListsAndRegistrationsMeet(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		numbers := make([]int, 40)
		for n := range numbers {
			numbers[n] = n
		}
		registered := make([]id.Person, len(numbers))
		var desks sync.WaitGroup
		start := make(chan struct{})
		for _, n := range numbers {
			desks.Go(func() {
				<-start
				got, err := w.Register.Register(context.Background(), rt.By.Registrar, []register.Registration{registration(somebody(n, 0))})
				if err != nil {
					t.Errorf("registering: %v", err)
					return
				}
				registered[n] = got.People[0]
			})
		}
		for v := range 8 {
			desks.Go(func() {
				<-start
				if _, err := w.LoadWatchlist(context.Background(), rt.By.Operations, listOf(fmt.Sprint(v), numbers...)); err != nil {
					t.Errorf("loading: %v", err)
				}
			})
		}
		close(start)
		desks.Wait()
		for n, p := range registered {
			found := false
			for _, l := range rt.Value(w.Leads(t.Context(), rt.By.Registrar.Actor, store.LeadFilter{Person: p, Limit: 100}, w.Clock.Now()))(t).Leads {
				found = found || l.Ref == fmt.Sprintf("QDi.%d", n)
			}
			if !found {
				t.Errorf("person %d has no lead to their entry", n)
			}
		}
		w.Sound(t)
	})
}
