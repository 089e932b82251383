package planfile_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amana/internal/demand"
	"amana/internal/person"
	"amana/internal/planfile"
	"amana/internal/planning"
)

// TestInventedWeeksAreReadAsTheyAre writes questions as files, and reads them again.
func TestInventedWeeksAreReadAsTheyAre(t *testing.T) {
	t.Parallel()
	week := demand.Week(3, demand.Size{People: 200, Prisons: 4, Blocks: 20, Rows: 2, Nationalities: 9, Groups: 9, Families: 15, Apart: 20, Room: 1.1})
	questions := []planning.Problem{week}
	for seed := range uint64(200) {
		q := demand.Small(rand.New(rand.NewPCG(seed, 1)))
		if len(q.People) > 0 && fits(&q) {
			questions = append(questions, q)
		}
	}
	if len(questions) < 20 {
		t.Errorf("only %d questions", len(questions))
	}
	for n, want := range questions {
		people, places, apart, previous := asFiles(&want)
		got, err := planfile.Read(planfile.Files{
			People: planfile.Source{Name: "P", Content: people}, Places: planfile.Source{Name: "L", Content: places},
			Apart: planfile.Source{Name: "A", Content: apart}, Previous: planfile.Source{Name: "V", Content: previous},
		})
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		sorted := cmpopts.SortSlices(func(a, b planning.Apart) bool {
			return min(a.A, a.B)*1000+max(a.A, a.B) < min(b.A, b.B)*1000+max(b.A, b.B)
		})
		pair := cmp.Transformer("pair", func(a planning.Apart) [3]any { return [3]any{min(a.A, a.B), max(a.A, a.B), a.Scope} })
		if diff := cmp.Diff(&want, got, sorted, pair, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%d: %s", n, diff)
		}
	}
}

// fits tells whether the files may hold a question: not one with more medical places than beds, or with pairs that a family contradicts.
func fits(q *planning.Problem) bool {
	for _, l := range q.Places {
		if l.Medical > l.Capacity && l.Capacity > 0 {
			return false
		}
	}
	for _, a := range q.Apart {
		if f := q.People[a.A].Family; f != "" && f == q.People[a.B].Family {
			return false
		}
	}
	return true
}

func asFiles(q *planning.Problem) (people, places, apart, previous *bytes.Buffer) {
	people, places, apart, previous = &bytes.Buffer{}, &bytes.Buffer{}, &bytes.Buffer{}, nil
	sex := map[person.Sex]string{person.Male: "M", person.Female: "F", person.SexUnknown: "U"}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	w := csv.NewWriter(people)
	_ = w.Write(strings.Split(strings.TrimSpace(peopleHead)+",place", ","))
	for i, p := range q.People {
		age, medical, pin := strconv.Itoa(p.Age), "0", ""
		if p.Age == planning.AgeUnknown {
			age = ""
		}
		if p.Medical {
			medical = "1"
		}
		if l := q.Pin(i); l != planning.Nowhere {
			pin = q.Places[l].ID
		}
		_ = w.Write([]string{p.ID, sex[p.Sex], age, string(p.Legal), p.Nationality, p.Language, strconv.Itoa(p.Security), medical, p.Group, p.Family, p.Court, p.Source, pin})
	}
	if q.Pinned == nil {
		q.Pinned = make([]int, len(q.People))
		for i := range q.Pinned {
			q.Pinned[i] = planning.Nowhere
		}
	}
	w.Flush()
	w = csv.NewWriter(places)
	_ = w.Write(strings.Split(strings.TrimSpace(placesHead), ","))
	for _, l := range q.Places {
		_ = w.Write([]string{
			l.ID, l.Prison, l.Province, l.Block, sex[l.Sex], string(l.Age), string(l.Legal), strconv.Itoa(l.SecurityMax), strconv.Itoa(l.Capacity),
			strconv.Itoa(l.Medical), strconv.Itoa(l.Occupied), number(l.Lat), number(l.Lon), strings.Join(l.Languages, " "),
		})
	}
	w.Flush()
	fmt.Fprintln(apart, "a,b,scope")
	for _, a := range q.Apart {
		fmt.Fprintf(apart, "%s,%s,%s\n", q.People[a.A].ID, q.People[a.B].ID, a.Scope)
	}
	previous = &bytes.Buffer{}
	if q.Previous == nil {
		q.Previous = make([]int, len(q.People))
		for i := range q.Previous {
			q.Previous[i] = planning.Nowhere
		}
	}
	_ = planfile.WriteAssignment(previous, planfile.Rows(q, q.Previous, func(int) string { return "" }))
	return people, places, apart, previous
}
