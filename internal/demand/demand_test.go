package demand

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amana/internal/person"
	"amana/internal/planning"
)

// TestWeekCanBePlaced holds the plan that the people were drawn for against every rule.
func TestWeekCanBePlaced(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]Size{
		"a week":        Week7000(),
		"a nation":      Nation100000(),
		"one block":     {People: 30, Prisons: 1, Blocks: 1, Rows: 1, Families: 3, Apart: 5, Room: 1},
		"tight":         {People: 500, Prisons: 3, Blocks: 20, Rows: 3, Nationalities: 5, Groups: 20, Families: 60, Apart: 200, Room: 1},
		"more prisons":  {People: 400, Prisons: 40, Blocks: 60, Rows: 1, Nationalities: 5, Groups: 20, Families: 30, Apart: 40, Room: 1.3},
		"nobody at all": {Prisons: 2, Blocks: 3, Rows: 1, Room: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := invent(7, s)
			q := &w.q
			if len(q.People) != s.People {
				t.Errorf("%d people, want %d", len(q.People), s.People)
			}
			mothers := q.Mothers()
			taken, medical := make([]int, len(q.Places)), make([]int, len(q.Places))
			legal := make([]map[bool]bool, len(q.Places))
			for l := range legal {
				legal[l] = map[bool]bool{}
			}
			for i, l := range w.planted {
				if r := q.Excluded(i, l, mothers[i]); r != 0 {
					t.Fatalf("person %+v is excluded from %+v by %v", q.People[i], q.Places[l], r.Rules())
				}
				if m := mothers[i]; m != planning.Nowhere && w.planted[m] != l {
					t.Errorf("child %d is not with mother %d", i, m)
				}
				taken[l]++
				legal[l][q.People[i].Legal == planning.Convicted] = true
				if q.People[i].Medical {
					medical[l]++
				}
			}
			free := 0
			for l, p := range q.Places {
				free += p.Free()
				if taken[l] > p.Free() || medical[l] > p.Medical || p.Legal == planning.AnyLegal && len(legal[l]) > 1 {
					t.Errorf("place %+v takes %d, %d medical, footings %v", p, taken[l], medical[l], legal[l])
				}
			}
			if want := s.Room * float64(s.People); float64(free) < want-1 || float64(free) > want+1 {
				t.Errorf("%d free places, want %.1f", free, want)
			}
			_, prison := q.Prisons()
			_, block := q.Blocks()
			for _, f := range q.Families() {
				for _, i := range f {
					if prison[w.planted[i]] != prison[w.planted[f[0]]] {
						t.Errorf("family %s is in two prisons", q.People[i].Family)
					}
				}
			}
			for _, a := range q.Apart {
				la, lb := w.planted[a.A], w.planted[a.B]
				if la == lb || a.Scope != planning.ApartCell && block[la] == block[lb] || a.Scope == planning.ApartPrison && prison[la] == prison[lb] {
					t.Errorf("pair %+v is together", a)
				}
			}
		})
	}
}

func TestWeekIsAsLargeAndAsMixedAsSaid(t *testing.T) {
	t.Parallel()
	s := Week7000()
	q := Week(1, s)
	nationalities, groups, sources := map[string]bool{}, map[string]bool{}, map[string]bool{}
	men, medical, children, occupied, mixed := 0, 0, 0, 0, 0
	security := [4]int{}
	mothers := q.Mothers()
	for i, p := range q.People {
		nationalities[p.Nationality], groups[p.Group], sources[p.Source] = true, true, true
		security[p.Security]++
		if p.Sex == person.Male {
			men++
		}
		if p.Medical {
			medical++
		}
		if mothers[i] != planning.Nowhere {
			children++
		}
	}
	for _, l := range q.Places {
		occupied += l.Occupied
		if l.Legal == planning.AnyLegal {
			mixed++
		}
	}
	prisons, _ := q.Prisons()
	blocks, _ := q.Blocks()
	type counts struct{ Prisons, Blocks, Places, Families, Apart, Groups, Sources int }
	got := counts{len(prisons), len(blocks), len(q.Places), len(q.Families()), len(q.Apart), len(groups), len(sources)}
	want := counts{s.Prisons, s.Blocks, s.Blocks * s.Rows, s.Families, s.Apart, s.Groups + 1, 8} // with those of no group
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
	for what, in := range map[string]struct{ got, least, most int }{
		"nationalities": {len(nationalities), s.Nationalities - 2, s.Nationalities + 1}, // the rarest may be missing; X
		"men":           {men, 6300, 6700}, "medical": {medical, 140, 280}, "children": {children, 150, 400}, "occupied": {occupied, 50, 900}, "mixed": {mixed, 10, 24},
		"security 1": {security[1], 3000, 5500}, "security 2": {security[2], 1000, 3500}, "security 3": {security[3], 300, 1500},
	} {
		if in.got < in.least || in.got > in.most {
			t.Errorf("%s: %d, want %d to %d", what, in.got, in.least, in.most)
		}
	}
}

func TestWeekIsDrawnFromItsSeed(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(Week(3, Week7000()), Week(3, Week7000())); diff != "" {
		t.Errorf("two weeks of one seed differ:\n%s", diff)
	}
	if cmp.Equal(Week(3, Week7000()).People, Week(4, Week7000()).People) {
		t.Error("two seeds give one week")
	}
}

// TestSmallHasEverything draws until each feature was seen, so that property tests meet them all.
func TestSmallHasEverything(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		q := Small(r)
		if len(q.People) > 8 || len(q.Places) < 1 || len(q.Places) > 6 {
			t.Fatalf("%d people, %d places", len(q.People), len(q.Places))
		}
		for what, is := range map[string]bool{
			"nobody": len(q.People) == 0, "families": len(q.Families()) > 0, "pinned": q.Pinned != nil, "previous": q.Previous != nil, "not pinned": q.Pinned == nil,
		} {
			seen[what] = seen[what] || is
		}
		for _, m := range q.Mothers() {
			seen["mother"] = seen["mother"] || m != planning.Nowhere
		}
		for _, p := range q.People {
			seen["sex open"] = seen["sex open"] || p.Sex == person.SexUnknown
			seen["age unknown"] = seen["age unknown"] || p.Age == planning.AgeUnknown
			seen["medical"] = seen["medical"] || p.Medical
		}
		for _, a := range q.Apart {
			seen[string(a.Scope)] = true
		}
		for _, l := range q.Places {
			seen["overfull"] = seen["overfull"] || l.Occupied > l.Capacity
			seen[string(l.Legal)] = true
		}
	}
	if want := 16; len(seen) < want {
		t.Errorf("seen %v, want %d features", seen, want)
	}
	for what, was := range seen {
		if !was {
			t.Errorf("never drawn: %s", what)
		}
	}
}
