package register_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/custody"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/intake"
	"amana/internal/person"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/testdb"
)

// waiting lists the open pairs by their records, in the order of the work list.
func waiting(t *testing.T, w *rt.World) [][2]id.Person {
	t.Helper()
	var all [][2]id.Person
	for _, p := range rt.Value(w.WorkList(t.Context(), rt.By.Registrar.Actor, store.ProposalFilter{Limit: 1000}))(t).Pairs {
		all = append(all, [2]id.Person{p.RecordA, p.RecordB})
	}
	return all
}

// open reports whether the two wait for a human.
func isOpen(t *testing.T, w *rt.World, a, b id.Person) bool {
	t.Helper()
	all := waiting(t, w)
	return slices.Contains(all, [2]id.Person{a, b}) || slices.Contains(all, [2]id.Person{b, a})
}

func decide(t *testing.T, w *rt.World, a, b id.Person, v custody.Verdict) (any, error) {
	t.Helper()
	w.Tick(time.Minute)
	return w.DecideIdentity(t.Context(), rt.By.Registrar, register.IdentityVerdict{A: a, B: b, Verdict: v, Reason: "looked"})
}

func merge(t *testing.T, w *rt.World, record, into id.Person) (any, error) {
	t.Helper()
	w.Tick(time.Minute)
	return w.MergePeople(t.Context(), rt.By.Registrar, register.Merge{Record: record, Into: into, Reason: "same"})
}

func part(t *testing.T, w *rt.World, record, from id.Person) {
	t.Helper()
	w.Tick(time.Minute)
	rt.Get(t)(w.UnmergePeople(t.Context(), rt.By.Registrar, register.Unmerge{Record: record, From: from, Reason: "two people"}))
}

// TestAVerdictTakesAPairOffTheList goes through all that can be decided about a pair, and what takes it back.
func TestAVerdictTakesAPairOffTheList(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx := t.Context()
		p := enter(t, w, somebody(1, 0), somebody(1, 1))
		a, b := p[0], p[1]
		expect := func(open bool, when string) {
			t.Helper()
			if isOpen(t, w, a, b) != open {
				t.Errorf("%s: open is %v", when, !open)
			}
		}
		again := func(who id.Person, d person.Details) {
			t.Helper()
			rt.Get(t)(w.Amend(ctx, rt.By.Registrar, register.Amendment{Person: who, Details: d, Reason: "asked again"}))
		}
		expect(true, "found")
		refused(t, "identity.not_decided")(decide(t, w, a, b, custody.Undone))
		refused(t, "identity.verdict_unknown")(decide(t, w, a, b, custody.Same))
		refused(t, "identity.verdict_unknown")(decide(t, w, a, b, custody.Parted))
		refused(t, "identity.verdict_unknown")(decide(t, w, a, b, ""))
		refused(t, "identity.self")(decide(t, w, a, a, custody.Different))
		refused(t, "person.not_found")(decide(t, w, a, b+1, custody.Different))
		refused(t, "field.required")(w.DecideIdentity(ctx, rt.By.Registrar, register.IdentityVerdict{A: a, B: b, Verdict: custody.Different}))

		rt.Get(t)(decide(t, w, a, b, custody.Unsure))
		expect(false, "nobody is sure")
		if e := refused(t, "identity.decided")(decide(t, w, b, a, custody.Unsure)); e.Refs["verdict"] != "unsure" {
			t.Errorf("the refusal refers to %v", e.Refs)
		}
		again(a, somebody(1, 0))
		expect(true, "a source said more since")

		rt.Get(t)(decide(t, w, b, a, custody.Different))
		expect(false, "they are different")
		again(b, somebody(1, 1))
		again(a, somebody(1, 1))
		expect(false, "they are different whatever a source says")
		refused(t, "identity.decided")(decide(t, w, a, b, custody.Unsure))
		if e := refused(t, "person.excluded")(merge(t, w, a, b)); e.Refs["a"] != number(a) || e.Refs["b"] != number(b) {
			t.Errorf("the refusal names %v", e.Refs)
		}
		rt.Get(t)(decide(t, w, a, b, custody.Undone))
		expect(true, "that was taken back")

		rt.Get(t)(merge(t, w, b, a))
		expect(false, "they are one")
		if e := refused(t, "identity.same_person")(decide(t, w, a, b, custody.Different)); e.Refs["into"] != number(a) {
			t.Errorf("the refusal refers to %v", e.Refs)
		}
		part(t, w, b, a)
		expect(false, "they were parted")
		again(a, somebody(1, 0))
		again(b, somebody(1, 0))
		rt.Get(t)(w.Rematch(ctx, rt.By.Registrar))
		expect(false, "no machine proposes them again")
		refused(t, "person.excluded")(merge(t, w, b, a))
		rt.Get(t)(decide(t, w, a, b, custody.Undone))
		expect(false, "no machine does, though a human may")
		rt.Get(t)(merge(t, w, b, a))

		c := rt.Value(w.Compare(ctx, rt.By.Registrar.Actor, a, b, "why", w.Clock.Now()))(t)
		var verdicts []custody.Verdict
		for _, d := range c.Decisions {
			verdicts = append(verdicts, d.Verdict)
			if d.Reason == "" || d.Actor != rt.By.Registrar.Name || d.Verdict != custody.Parted && d.Bits <= 0 {
				t.Errorf("on record is %+v", d)
			}
		}
		want := []custody.Verdict{custody.Same, custody.Undone, custody.Parted, custody.Same, custody.Undone, custody.Different, custody.Unsure}
		if diff := cmp.Diff(want, verdicts); diff != "" || !c.SamePerson || c.Refusal == nil {
			t.Errorf("the decisions differ (- wanted, + found)\n%s", diff)
		}
	})
}

// TestIncludeAndExclude has marks of both kinds contradict each other: what is decided of two records holds for all that are one person
// with them, and the refusal names the pair.
func TestIncludeAndExclude(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		p := enter(t, w, somebody(1, 0), somebody(1, 1), somebody(1, 0), somebody(1, 1), somebody(1, 0), somebody(1, 1))
		rt.Get(t)(decide(t, w, p[0], p[2], custody.Different)) // 0 is not 2
		rt.Get(t)(merge(t, w, p[0], p[1]))                     // 0 is 1
		for _, try := range [][2]id.Person{{p[1], p[2]}, {p[2], p[1]}} {
			if e := refused(t, "person.excluded")(merge(t, w, try[0], try[1])); e.Refs["a"] != number(p[0]) || e.Refs["b"] != number(p[2]) {
				t.Errorf("the refusal names %v", e.Refs)
			}
		}
		rt.Get(t)(merge(t, w, p[2], p[3])) // 2 is 3
		refused(t, "person.excluded")(merge(t, w, p[3], p[1]))
		refused(t, "identity.same_person")(decide(t, w, p[2], p[3], custody.Different))
		rt.Get(t)(merge(t, w, p[4], p[1])) // 4 is 1
		if e := refused(t, "identity.same_person")(decide(t, w, p[0], p[4], custody.Unsure)); e.Refs["into"] != number(p[1]) {
			t.Errorf("the refusal refers to %v", e.Refs)
		}
		// Who was merged before is named by the record that remains, at any distance.
		rt.Get(t)(merge(t, w, p[1], p[5]))
		if e := refused(t, "person.merged")(merge(t, w, p[3], p[0])); e.Refs["into"] != number(p[5]) {
			t.Errorf("the refusal refers to %v", e.Refs)
		}
		refused(t, "person.merge_circular")(merge(t, w, p[5], p[0]))
		// Six records of two people: what is open between them is closed by the one exclusion.
		if got := waiting(t, w); len(got) != 0 {
			t.Errorf("%v wait for somebody", got)
		}
		rt.Get(t)(decide(t, w, p[0], p[2], custody.Undone))
		got := rt.Value(w.WorkList(t.Context(), rt.By.Registrar.Actor, store.ProposalFilter{Limit: 10}))(t)
		if len(got.Pairs) != 1 || got.Pairs[0].A.Person != p[3] || got.Pairs[0].B.Person != p[5] {
			t.Errorf("open are %+v", got.Pairs)
		}
		if got.Counts[identity.Likely]+got.Counts[identity.Possible] != 1 {
			t.Errorf("%v pairs are counted", got.Counts)
		}
	})
}

// doubtful says less and less of somebody until the model calls it possible, and no more, that they are meant.
func doubtful(t *testing.T, d person.Details) person.Details {
	t.Helper()
	m := identity.Default()
	full := m.Record(d)
	for _, less := range []func(){
		func() { d.Birth.Date.Day = 0 }, func() { d.Birth.Date.Month = 0 }, func() { d.Claims = nil }, func() { d.Sex = person.SexUnknown }, func() { d.Birth = person.Birth{} },
	} {
		if less(); m.Band(m.Score(full, m.Record(d))) == identity.Possible {
			return d
		}
	}
	t.Fatalf("the model knows of %+v no pair that is possible", d)
	return d
}

// TestTheWorkListIsOrdered asks for what matters most first, page by page.
func TestTheWorkListIsOrdered(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx := t.Context()
		var in []person.Details
		for n := range 4 { // four likely pairs
			in = append(in, somebody(n, 0), somebody(n, 1))
		}
		for n := 4; n < 6; n++ { // two that are only possible
			in = append(in, somebody(n, 0), doubtful(t, somebody(n, 0)))
		}
		p := enter(t, w, in...)
		w.Allocate(t, rt.Prison, p[2:3])   // of pair 1
		w.Allocate(t, rt.Prison, p[10:11]) // of pair 5
		c := w.Convoy(t, rt.Prison2, 1)
		w.Ready(t, c, p[5:6]) // of pair 2
		w.Send(t, c)
		w.Tick(time.Minute)
		for _, gone := range p[6:8] { // both of pair 3
			rt.Get(t)(w.RecordFacts(ctx, rt.By.Registrar, []register.Fact{{Person: gone, Type: custody.TypeRelease, To: custody.Released}}))
		}

		var got []string
		pages := 0
		for after := ""; ; pages++ {
			list := rt.Value(w.WorkList(ctx, rt.By.Registrar.Actor, store.ProposalFilter{After: after, Limit: 4}))(t)
			if pages == 0 && (list.Counts[identity.Likely] != 4 || list.Counts[identity.Possible] != 2) {
				t.Errorf("counted are %v", list.Counts)
			}
			for _, x := range list.Pairs {
				n := slices.Index(p, x.A.Person) / 2
				if slices.Index(p, x.B.Person)/2 != n || x.A.Name == "" || x.Why == "" || x.FoundAt.IsZero() {
					t.Errorf("on the list is %+v", x)
				}
				got = append(got, fmt.Sprintf("%d %s %s", n, x.Band, x.Stage))
			}
			if after = list.Next; after == "" {
				break
			}
		}
		want := []string{"2 likely in_transit", "1 likely about_to_move", "0 likely in_custody", "3 likely gone", "5 possible about_to_move", "4 possible in_custody"}
		if diff := cmp.Diff(want, got); diff != "" || pages != 1 {
			t.Errorf("after %d more pages the order differs (- wanted, + found)\n%s", pages, diff)
		}
		one := rt.Value(w.WorkList(ctx, rt.By.Registrar.Actor, store.ProposalFilter{Person: p[9], Limit: 10}))(t)
		possible := rt.Value(w.WorkList(ctx, rt.By.Registrar.Actor, store.ProposalFilter{Band: "possible", Limit: 10}))(t)
		if len(one.Pairs) != 1 || one.Pairs[0].A.Person != p[8] || len(possible.Pairs) != 2 {
			t.Errorf("of one person there are %+v, possible are %+v", one.Pairs, possible.Pairs)
		}
		refused(t, "cursor.malformed")(w.WorkList(ctx, rt.By.Registrar.Actor, store.ProposalFilter{After: "x", Limit: 4}))
	})
}

// TestAnImportProposes reads two files that name the same people in two spellings: every pair is proposed, in the file's own rows too, and
// nobody is merged.
func TestAnImportProposes(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		const n = 60
		file := func(desk int, from int) []byte {
			var b bytes.Buffer
			b.WriteString("name,sex,date of birth,nationality,facility\n")
			for i := from; i < from+n; i++ {
				d := somebody(i, desk)
				fmt.Fprintf(&b, "%s,male,%s,Iraq,SY-A\n", d.Names[0].Raw, d.Birth.Date)
			}
			if desk == 1 { // and the first of them once more
				d := somebody(from, 0)
				fmt.Fprintf(&b, "%s,M,%s,Iraq,SY-A\n", d.Names[0].Raw, d.Birth.Date)
			}
			return b.Bytes()
		}
		read := func(name string, body []byte) register.Imported {
			t.Helper()
			w.Tick(time.Minute)
			return rt.Value(w.Import(t.Context(), rt.By.Registrar, name, bytes.NewReader(body), int64(len(body)), register.ImportOptions{Options: intake.Options{AsOf: rt.Start}, Place: rt.Source}))(t)
		}
		first := read("a.csv", file(0, 0))
		if first.Registered != n || len(first.Duplicates) != 0 {
			t.Fatalf("the first file registered %d and proposed %+v", first.Registered, first.Duplicates)
		}
		second := read("b.csv", file(1, n/2)) // the second half again, and as many new ones
		if second.Registered != n+1 {
			t.Fatalf("the second file registered %d", second.Registered)
		}
		likely := map[[2]id.Person]bool{}
		for i, p := range second.Duplicates {
			if p.Band == identity.Likely {
				likely[[2]id.Person{p.Other, p.Record}] = true
			}
			if p.Other >= p.Record || p.Why == "" || i > 0 && p.Bits > second.Duplicates[i-1].Bits {
				t.Errorf("proposed is %+v", p)
			}
		}
		q := w.Store.Queries
		all := rt.Value(q.People(t.Context(), store.PeopleFilter{Limit: 1000}))(t)
		at := func(i int) id.Person { return all[i].Person }
		for i := range n / 2 {
			if pair := [2]id.Person{at(n/2 + i), at(n + i)}; !likely[pair] {
				t.Errorf("the pair %v was not proposed", pair)
			}
		}
		last := at(2 * n) // third record of one person: the same row as the first of this file, and as one of the other
		for _, other := range []id.Person{at(n / 2), at(n)} {
			if !likely[[2]id.Person{other, last}] {
				t.Errorf("%d is not proposed with %d", last, other)
			}
		}
		if len(likely) != n/2+2 {
			t.Errorf("%d pairs are likely", len(likely))
		}
		if got := people(t, w); got != 2*n+1 {
			t.Errorf("%d people are registered: somebody was merged", got)
		}
		list := rt.Value(w.WorkList(t.Context(), rt.By.Registrar.Actor, store.ProposalFilter{Limit: 1000}))(t)
		if list.Counts[identity.Likely] != len(likely) || len(list.Pairs) != len(second.Duplicates) {
			t.Errorf("the work list has %v", list.Counts)
		}
		// Found anew, it is the same list.
		again := rt.Value(w.Rematch(t.Context(), rt.By.Registrar))(t)
		after := rt.Value(w.WorkList(t.Context(), rt.By.Registrar.Actor, store.ProposalFilter{Limit: 1000}))(t)
		if diff := cmp.Diff(list.Pairs, after.Pairs, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".cursor" }, cmp.Ignore())); diff != "" || again.Records != 2*n+1 {
			t.Errorf("after %+v the list differs (- before, + after)\n%s", again, diff)
		}
	})
}

// TestHundredPairsBothWays has two desks merge each of a hundred pairs at the same moment, each into the other: one of the two remains.
func TestHundredPairsBothWays(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		all := w.People(t, 2*writers)
		w.Tick(time.Minute)
		errs := make([]error, 2*writers)
		start := make(chan struct{})
		var desks sync.WaitGroup
		for n := range errs {
			desks.Go(func() {
				<-start
				errs[n] = only(w.MergePeople(context.Background(), rt.By.Registrar, register.Merge{Record: all[n], Into: all[n^1], Reason: "same"}))
			})
		}
		close(start)
		desks.Wait()
		told(t, errs, "person.merged", "person.merge_circular")
		for n := 0; n < len(errs); n += 2 {
			if (errs[n] == nil) == (errs[n+1] == nil) {
				t.Errorf("pair %d: %v and %v", n/2, errs[n], errs[n+1])
			}
		}
		standings := rt.Value(w.Store.Standings(t.Context(), all))(t)
		for n := 0; n < len(all); n += 2 {
			a, b := standings[all[n]], standings[all[n+1]]
			if (a.MergedInto == 0) == (b.MergedInto == 0) || a.Remains != b.Remains {
				t.Errorf("pair %d stands as %+v and %+v", n/2, a, b)
			}
		}
		w.Sound(t)
	})
}

// TestHundredVerdicts sets desks that say different against desks that merge: what is decided first holds.
func TestHundredVerdicts(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db string) {
		w := rt.New(t, db)
		all := w.People(t, 2*writers)
		w.Tick(time.Minute)
		for range 2 {
			told(t, race(func(ctx context.Context, n int) error {
				pair := register.IdentityVerdict{A: all[n/2*2], B: all[n/2*2+1], Verdict: custody.Different, Reason: "no"}
				if n%2 == 0 {
					return only(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: pair.A, Into: pair.B, Reason: "same"}))
				}
				return only(w.DecideIdentity(ctx, rt.By.Registrar, pair))
			}), "person.excluded", "identity.same_person", "person.merged", "identity.decided")
		}
		standings := rt.Value(w.Store.Standings(t.Context(), all))(t)
		for n := 0; n < writers; n += 2 {
			last := rt.Value(w.Store.Decision(t.Context(), all[n], all[n+1]))(t)
			if merged := standings[all[n]].MergedInto != 0; merged != (last.Verdict == custody.Same) || !merged && last.Verdict != custody.Different {
				t.Errorf("pair %d is merged %v, and decided %s", n/2, merged, last.Verdict)
			}
		}
		w.Sound(t)
	})
}

func number[T ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }
