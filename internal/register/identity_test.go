package register_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amana/internal/authz"
	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/person"
	"amana/internal/register"
	rt "amana/internal/registertest"
	"amana/internal/store"
	"amana/internal/watchlist"
)

// Parts of names in the spelling of the two desks.
var (
	givens   = [][2]string{{"محمد", "Mohammed"}, {"أحمد", "Ahmad"}, {"علي", "Ali"}, {"حسين", "Hussein"}, {"خالد", "Khaled"}, {"عمر", "Omar"}, {"يوسف", "Youssef"}, {"إبراهيم", "Ibrahim"}, {"سالم", "Salem"}, {"كريم", "Karim"}}
	fathers  = [][2]string{{"محمود", "Mahmoud"}, {"جاسم", "Jassim"}, {"حسن", "Hassan"}, {"صالح", "Saleh"}, {"ناصر", "Nasser"}, {"عباس", "Abbas"}, {"رشيد", "Rashid"}, {"سعيد", "Said"}, {"طارق", "Tariq"}, {"فهد", "Fahd"}}
	families = [][2]string{{"الجبوري", "al-Jubouri"}, {"الدليمي", "al-Dulaimi"}, {"العبيدي", "al-Obeidi"}, {"الشمري", "al-Shammari"}, {"التكريتي", "al-Tikriti"}, {"الموصلي", "al-Mosuli"}, {"البغدادي", "al-Baghdadi"}, {"الحلبي", "al-Halabi"}, {"الحمصي", "al-Homsi"}, {"الرقاوي", "al-Raqqawi"}}
)

// somebody describes the nth person as a desk spells them: 0 in Arabic, 1 in Latin letters.
func somebody(n, desk int) person.Details {
	raw := strings.Join([]string{givens[n%10][desk], fathers[n/10%10][desk], families[(n/10+n)%10][desk]}, " ")
	return person.Details{
		Names: []person.Name{{Raw: raw, Script: []string{"Arab", "Latn"}[desk]}}, Sex: person.Male,
		Birth:  person.Birth{Date: civil.Date{Year: 1960 + n%37, Month: 1 + n%12, Day: 2 + n%27}, Method: civil.ByStatement},
		Claims: []person.Claim{{Country: "IRQ", Label: "عراقي", Status: "claimed"}},
	}
}

func registration(d person.Details) register.Registration {
	return register.Registration{Details: d, Place: rt.Source, Grounds: register.TransferOrder("committee", "14", rt.Start.AddDate(0, 6, 0))}
}

// enter registers people one after another.
func enter(t *testing.T, w *rt.World, all ...person.Details) []id.Person {
	t.Helper()
	var numbers []id.Person
	for _, d := range all {
		w.Tick(time.Second)
		numbers = append(numbers, rt.Value(w.Register.Register(t.Context(), rt.By.Registrar, []register.Registration{registration(d)}))(t).People...)
	}
	w.Tick(time.Minute)
	return numbers
}

// found lists the people of a search, and fails when an explanation does not add up.
func found(t *testing.T, all []register.Candidate) []id.Person {
	t.Helper()
	var numbers []id.Person
	for i, c := range all {
		numbers = append(numbers, c.Person.Person)
		sum := 0.0
		for _, e := range c.Evidence {
			sum += e.Bits
		}
		if math.Abs(sum-c.Bits) > 1e-9 || (i > 0 && c.Bits > all[i-1].Bits) {
			t.Errorf("candidate %d: evidence of %v bits makes %v, after %v", i, sum, c.Bits, all[max(i-1, 0)].Bits)
		}
	}
	return numbers
}

func TestSearchFindsWhatAnySourceSaid(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx := t.Context()
		p := enter(t, w, somebody(1, 0), somebody(22, 0), somebody(33, 0))
		amended := somebody(44, 1)
		rt.Get(t)(w.Amend(ctx, rt.By.Registrar, register.Amendment{Person: p[2], Details: amended, Reason: "says so"}))
		for name, c := range map[string]struct {
			query register.SearchQuery
			want  id.Person
		}{
			"other letters":                {register.SearchQuery{Details: somebody(1, 1)}, p[0]},
			"a name alone":                 {register.SearchQuery{Details: person.Details{Names: somebody(22, 1).Names}}, p[1]},
			"what was said first":          {register.SearchQuery{Details: somebody(33, 1)}, p[2]},
			"what was said later":          {register.SearchQuery{Details: somebody(44, 0)}, p[2]},
			"a passport of a like person":  {register.SearchQuery{MRZ: "P<IRQAL<JUBOURI<<AHMAD<MAHMOUD<<<<<<<<<<<<<<<\nA1234567<4IRQ6102035M3001012<<<<<<<<<<<<<<04"}, p[0]},
			"and who is typed beside it":   {register.SearchQuery{Details: somebody(22, 0), MRZ: "P<IRQAL<JUBOURI<<AHMAD<MAHMOUD<<<<<<<<<<<<<<<\nA1234567<4IRQ6102035M3001012<<<<<<<<<<<<<<04"}, p[1]},
			"only one, when one is wanted": {register.SearchQuery{Details: somebody(1, 0), Limit: 1}, p[0]},
		} {
			got := rt.Value(w.Search(ctx, rt.By.Registrar.Actor, c.query, w.Clock.Now()))(t)
			if all := found(t, got.People); len(all) == 0 || all[0] != c.want || (c.query.Limit == 1 && len(all) > 1) {
				t.Errorf("%s: found %v instead of %d first", name, all, c.want)
			}
			if c.query.MRZ != "" && (got.Zone == nil || len(got.Query.Documents) != 1) {
				t.Errorf("%s: the zone was read as %+v", name, got.Zone)
			}
		}
		// Whoever is found by a source is shown with that source.
		got := rt.Value(w.Search(ctx, rt.By.Registrar.Actor, register.SearchQuery{Details: amended}, w.Clock.Now()))(t).People[0]
		sources := rt.Value(w.Identities(ctx, rt.By.Registrar.Actor, p[2], "test", w.Clock.Now()))(t).Records[0].Sources
		if len(sources) != 2 || got.Source != sources[1].Seq || got.Record != p[2] {
			t.Errorf("found by entry %d of %d; the sources are %+v", got.Source, got.Record, sources)
		}
		for name, in := range map[string]register.SearchQuery{
			"nothing":  {},
			"blanks":   {Details: person.Details{Names: []person.Name{{Raw: " - "}}, Sex: person.Male, Documents: []person.Document{{Number: " "}}}},
			"no zone":  {MRZ: "hello"},
			"nobody":   {Like: p[0] + 1},
			"a letter": {Details: person.Details{Names: []person.Name{{Raw: "x"}}}, Limit: 1 << 30},
			"junk":     {Details: person.Details{Names: []person.Name{{Raw: strings.Repeat("\xff\u202e😀ﷺ", 4000)}}}},
		} {
			if _, err := w.Search(ctx, rt.By.Registrar.Actor, in, w.Clock.Now()); err != nil && fault.As(err).Kind == fault.Internal {
				t.Errorf("searching for %s: %v", name, err)
			}
		}
	})
}

func TestSearchesAreOnRecord(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, p := t.Context(), enter(t, w, somebody(1, 0))
		before := len(rt.Value(w.Searches(ctx, rt.By.Overseer.Actor, store.SearchLogFilter{Limit: 100}))(t))
		rt.Get(t)(w.Search(ctx, rt.By.Prison.Actor, register.SearchQuery{Details: somebody(1, 1)}, w.Clock.Now()))
		w.Tick(time.Second)
		again := rt.Value(w.Register.Register(ctx, rt.By.Registrar, []register.Registration{registration(somebody(1, 1))}))(t)
		if got := found(t, again.Candidates[0]); !slices.Equal(got, p) {
			t.Errorf("the registration was answered with %v", got)
		}
		log := rt.Value(w.Searches(ctx, rt.By.Overseer.Actor, store.SearchLogFilter{Limit: 100}))(t)
		if len(log) != before+2 {
			t.Fatalf("%d searches are on record", len(log)-before)
		}
		for i, who := range []string{rt.By.Registrar.Name, rt.By.Prison.Name} {
			if log[i].Actor != who || log[i].Shown != 1 || !strings.Contains(log[i].Query, "Mahmoud") {
				t.Errorf("on record is %+v", log[i])
			}
		}
	})
}

// TestASecondDeliveryIsAnsweredAlike asks that candidates come with a repeated answer too, and that nothing is found twice.
func TestASecondDeliveryIsAnsweredAlike(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		enter(t, w, somebody(7, 0))
		by := rt.By.Registrar
		by.Key = "device-1/7"
		in := []register.Registration{registration(somebody(7, 1)), registration(somebody(8, 1))}
		first := rt.Value(w.Register.Register(t.Context(), by, in))(t)
		second := rt.Value(w.Register.Register(t.Context(), by, in))(t)
		if diff := cmp.Diff(first, second); diff != "" || len(first.Candidates[0]) != 1 {
			t.Errorf("the answers differ (- first, + second), or name %d candidates\n%s", len(first.Candidates[0]), diff)
		}
	})
}

// TestWhoMaySeeAndDecide tries everything about identity in every role.
func TestWhoMaySeeAndDecide(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx, now := t.Context(), w.Clock.Now()
		p := enter(t, w, somebody(1, 0), somebody(1, 1))
		list := watchlist.List{Name: "L", Entries: []watchlist.Entry{{Ref: "1", Details: somebody(5, 1)}}}
		for name, c := range map[string]struct {
			may []authz.Role
			do  func(register.By) error
		}{
			"search": {[]authz.Role{authz.Registrar, authz.Prison, authz.Operations, authz.Overseer}, func(by register.By) error {
				return only(w.Search(ctx, by.Actor, register.SearchQuery{Details: somebody(1, 0)}, now))
			}},
			"work list":  {[]authz.Role{authz.Registrar, authz.Prison, authz.Operations, authz.Overseer}, func(by register.By) error { return only(w.WorkList(ctx, by.Actor, store.ProposalFilter{Limit: 9})) }},
			"compare":    {[]authz.Role{authz.Registrar, authz.Prison, authz.Operations, authz.Overseer}, func(by register.By) error { return only(w.Compare(ctx, by.Actor, p[0], p[1], "test", now)) }},
			"identities": {[]authz.Role{authz.Registrar, authz.Escort, authz.Prison, authz.Operations, authz.Planner, authz.Overseer}, func(by register.By) error { return only(w.Identities(ctx, by.Actor, p[0], "test", now)) }},
			"searches":   {[]authz.Role{authz.Operations, authz.Overseer}, func(by register.By) error { return only(w.Searches(ctx, by.Actor, store.SearchLogFilter{Limit: 9})) }},
			"rematch":    {[]authz.Role{authz.Registrar}, func(by register.By) error { return only(w.Rematch(ctx, by)) }},
			"verdict": {[]authz.Role{authz.Registrar}, func(by register.By) error {
				return only(w.DecideIdentity(ctx, by, register.IdentityVerdict{A: p[0], B: p[1], Verdict: custody.Unsure, Reason: "no photo"}))
			}},
			"load":  {[]authz.Role{authz.Operations}, func(by register.By) error { return only(w.LoadWatchlist(ctx, by, list)) }},
			"lists": {[]authz.Role{authz.Registrar, authz.Operations, authz.Overseer}, func(by register.By) error { return only(w.Watchlists(ctx, by.Actor)) }},
			"leads": {[]authz.Role{authz.Registrar, authz.Operations, authz.Overseer}, func(by register.By) error { return only(w.Leads(ctx, by.Actor, store.LeadFilter{Limit: 9}, now)) }},
			"lead verdict": {[]authz.Role{authz.Registrar}, func(by register.By) error {
				err := only(w.DecideLead(ctx, by, register.LeadVerdict{List: "L", Ref: "1", Person: p[0], Verdict: custody.Different, Reason: "no"}))
				if fault.Is(err, "lead.not_found") { // it got as far as that
					return nil
				}
				return err
			}},
		} {
			for _, role := range append([]authz.Role{""}, authz.Roles...) {
				err := c.do(register.By{Actor: authz.Actor{Name: "x", Role: role}})
				if want := slices.Contains(c.may, role); want != (err == nil) || (err != nil && !fault.Is(err, "denied")) {
					t.Errorf("%s as %q: %v", name, role, err)
				}
			}
		}
		before := people(t, w)
		if err := only(w.Register.Register(ctx, rt.By.Escort, []register.Registration{registration(somebody(1, 1))})); !fault.Is(err, "denied") || people(t, w) != before {
			t.Errorf("an escort registered somebody: %v", err)
		}
	})
}

// TestConflictsAreShownWithTheirSources gives a person two births, and shows both with who said so.
func TestConflictsAreShownWithTheirSources(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		ctx := t.Context()
		d := somebody(3, 0)
		d.Documents = []person.Document{{Type: "passport", Country: "IRQ", Number: "A 1234567"}}
		first := registration(d)
		first.Mother, first.Source = "فاطمة علي", custody.Source{File: "a.xlsx", Sheet: "1", Line: 7, Key: "k"}
		p := rt.Value(w.Register.Register(ctx, rt.By.Registrar, []register.Registration{first}))(t).People[0]
		other := somebody(3, 1)
		other.Birth = person.Birth{Date: civil.Date{Year: 1971}}
		other.Claims = append(other.Claims, person.Claim{Country: "SYR", Label: "Syrian", Status: "claimed"})
		other.Names = append(other.Names, person.Name{Raw: "Zaynab", Kind: "mother"})
		other.Documents = []person.Document{{Type: "passport", Country: "IRQ", Number: "a1234567"}, {Type: "passport", Country: "IRQ", Number: "B7654321"}}
		second := enter(t, w, other)[0]
		w.Tick(time.Hour)
		rt.Get(t)(w.MergePeople(ctx, rt.By.Registrar, register.Merge{Record: second, Into: p, Reason: "same"}))
		same := d
		same.Birth.Date.Day = 0
		rt.Get(t)(w.Amend(ctx, rt.By.Registrar, register.Amendment{Person: p, Details: same, Reason: "asked again"}))

		for _, asked := range []id.Person{p, second} {
			got := rt.Value(w.Identities(ctx, rt.By.Registrar.Actor, asked, "who is this", w.Clock.Now()))(t)
			if len(got.Records) != 2 || got.Records[0].Person.Person != p || got.Records[1].Person.Person != second || len(got.Records[0].Sources) != 2 {
				t.Fatalf("the records are %+v", got.Records)
			}
			a, b, c := got.Records[0].Sources[0], got.Records[1].Sources[0], got.Records[0].Sources[1]
			want := []register.Conflict{
				{Field: "birth", Values: []register.Stated{{d.Birth.Date.String(), []int64{a.Seq}}, {same.Birth.Date.String(), []int64{c.Seq}}, {"1971", []int64{b.Seq}}}},
				{Field: "nationality", Values: []register.Stated{{"IRQ", []int64{a.Seq, c.Seq, b.Seq}}, {"SYR", []int64{b.Seq}}}},
				{Field: "mother", Values: []register.Stated{{"فاطمة علي", []int64{a.Seq}}, {"Zaynab", []int64{b.Seq}}}},
				{Field: "document", Values: []register.Stated{{"A 1234567", []int64{a.Seq, c.Seq, b.Seq}}, {"B7654321", []int64{b.Seq}}}},
			}
			if diff := cmp.Diff(want, got.Conflicts); diff != "" {
				t.Errorf("the conflicts differ (- wanted, + found)\n%s", diff)
			}
			if a.File != "a.xlsx" || a.Line != 7 || a.Actor != rt.By.Registrar.Name || a.Kind != "person.registered" || c.Reason != "asked again" || c.Kind != "person.amended" {
				t.Errorf("the sources are %+v and %+v", a, c)
			}
			if len(got.Decisions) != 1 || got.Decisions[0].Verdict != custody.Same || got.Decisions[0].Bits <= 0 {
				t.Errorf("the decisions are %+v", got.Decisions)
			}
		}
		for _, read := range []id.Person{p, second} {
			if n := len(rt.Value(w.Store.Readings(ctx, read, 100))(t)); n != 2 {
				t.Errorf("%d readings of %d are on record", n, read)
			}
		}
		if err := only(w.Identities(ctx, rt.By.Registrar.Actor, p+1, "test", w.Clock.Now())); !fault.Is(err, "person.not_found") {
			t.Errorf("the identities of nobody: %v", err)
		}
	})
}

// TestWhatTheSourcesAgreeOnIsNoConflict asks that saying more is no contradiction.
func TestWhatTheSourcesAgreeOnIsNoConflict(t *testing.T) {
	each(t, func(t *testing.T, w *rt.World) {
		d := somebody(4, 0)
		p := enter(t, w, d)[0]
		for i, change := range []func(*person.Details){
			func(d *person.Details) { d.Birth.Date.Day, d.Sex = 0, person.SexUnknown },
			func(d *person.Details) { d.Birth.Date = civil.Date{Year: d.Birth.Date.Year + 1, Approx: true} },
			func(d *person.Details) { d.Birth, d.Claims = person.Birth{}, nil },
			func(d *person.Details) { d.Names = append(d.Names, person.Name{Raw: "أبو بكر", Kind: "kunya"}) },
		} {
			said := d
			change(&said)
			rt.Get(t)(w.Amend(t.Context(), rt.By.Registrar, register.Amendment{Person: p, Details: said, Reason: fmt.Sprint(i)}))
		}
		if got := rt.Value(w.Identities(t.Context(), rt.By.Registrar.Actor, p, "test", w.Clock.Now()))(t); len(got.Conflicts) != 0 || len(got.Records[0].Sources) != 5 {
			t.Errorf("of %d sources the conflicts are %+v", len(got.Records[0].Sources), got.Conflicts)
		}
	})
}
