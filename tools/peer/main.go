// Command peer measures moov-io/watchman on the files of amana identity eval and rank, with the same metrics:
//
//	peer eval PAIRS.tsv
//	peer rank REGISTER.tsv QUERIES.tsv [LIMIT]
//
// Two people are compared by watchman's own code (pkg/search). What it looks at for a query is chosen as its server does
// (internal/index, which cannot be imported): the entities that share a prepared part of the name, or all of them when there is none
// or when that would be more than half. The server's HTTP, telemetry and sharing of work among cores are left out, in its favour.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/moov-io/watchman/pkg/search"

	"amana/internal/identity"
	"amana/internal/measure"
	"amana/internal/person"
	"amana/internal/trial"
)

type entity = search.Entity[any]

// alike is the score that watchman's own examples ask for.
const alike = 0.75

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "eval":
		return eval(args[1])
	case len(args) >= 3 && args[0] == "rank":
		limit := 0
		if len(args) > 3 {
			var err error
			if limit, err = strconv.Atoi(args[3]); err != nil {
				return err
			}
		}
		return rank(args[1], args[2], limit)
	}
	return errors.New("wanted: eval PAIRS.tsv, or rank REGISTER.tsv QUERIES.tsv [LIMIT]")
}

// watchman compares as watchman does.
var watchman = measure.Matcher[*entity]{
	Prepare: prepare,
	Score:   func(a, b *entity) float64 { return search.Similarity(*a, *b) },
	Least:   alike,
}

func prepare(d person.Details) *entity {
	p := &search.Person{Name: d.Name("")}
	for _, n := range d.Names {
		if n.Kind != "mother" && n.Raw != p.Name {
			p.AltNames = append(p.AltNames, n.Raw)
		}
	}
	switch d.Sex {
	case person.Male:
		p.Gender = search.GenderMale
	case person.Female:
		p.Gender = search.GenderFemale
	}
	if b := d.Birth.Date; b.Known() { // it knows whole days only
		t := time.Date(b.Year, time.Month(max(b.Month, 1)), max(b.Day, 1), 0, 0, 0, 0, time.UTC)
		p.BirthDate = &t
	}
	e := entity{Name: p.Name, Type: search.EntityPerson, Person: p}.Normalize()
	return &e
}

func eval(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	e := measure.Evaluate(watchman, 0)
	err = trial.EachPair(file, f, func(p trial.Pair) error {
		var labels []string
		if p.Kind != "" {
			labels = []string{"kind:" + p.Kind}
		}
		e.Add(p, labels)
		return nil
	})
	if err != nil {
		return err
	}
	return show(e.Result())
}

func rank(register, queries string, limit int) error {
	people, err := rows(register)
	if err != nil {
		return err
	}
	asked, err := rows(queries)
	if err != nil {
		return err
	}
	if limit > 0 {
		asked = asked[:min(limit, len(asked))]
	}
	people, numbers := joined(people)
	questions := make([]measure.Question, len(asked))
	for i, q := range asked {
		number, known := numbers[q.ID]
		questions[i] = measure.Question{Row: q, Right: number, Known: known}
	}
	watch := measure.Begin()
	x := newIndex(people)
	built := watch.Took()
	out := measure.Found{Register: len(people), Index: measure.Index{People: len(people), Seconds: measure.Ratio(built.Wall.Seconds()), CPU: measure.Ratio(built.CPU.Seconds())}}
	if out.Ranked, err = measure.Rank(questions, x.search, 0, nil); err != nil {
		return err
	}
	memory := measure.ReadMemory()
	runtime.KeepAlive(x)
	out.Index.Memory, out.Index.Peak = memory.Live, memory.Peak // the register as read is in it
	return show(out)
}

func rows(file string) ([]trial.Row, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	return trial.ReadRows(file, f)
}

// joined makes one row of those with one id, and numbers them.
func joined(rows []trial.Row) ([]trial.Row, map[string]uint64) {
	numbers := map[string]uint64{}
	var people []trial.Row
	for _, r := range rows {
		if n, known := numbers[r.ID]; known {
			people[n].Also = append(people[n].Also, append([]string{r.Name}, r.Also...)...)
			continue
		}
		numbers[r.ID] = uint64(len(people))
		people = append(people, r)
	}
	return people, numbers
}

// index chooses who is compared with a query.
type index struct {
	all    []*entity
	tokens map[string][]uint32
}

func newIndex(people []trial.Row) *index {
	x := &index{tokens: map[string][]uint32{}}
	for i, r := range people {
		e := prepare(r.Details())
		x.all = append(x.all, e)
		for _, fields := range append([][]string{e.PreparedFields.NameFields}, e.PreparedFields.AltNameFields...) {
			for _, t := range fields {
				if l := x.tokens[t]; len(l) == 0 || l[len(l)-1] != uint32(i) {
					x.tokens[t] = append(l, uint32(i))
				}
			}
		}
	}
	return x
}

func (x *index) search(q trial.Row, limit int) ([]identity.Hit, error) {
	e := prepare(q.Details())
	var chosen []uint32
	for _, t := range e.PreparedFields.NameFields {
		chosen = append(chosen, x.tokens[t]...)
	}
	slices.Sort(chosen)
	chosen = slices.Compact(chosen)
	best := measure.Best{Limit: limit}
	if len(chosen) == 0 || len(chosen) > len(x.all)/2 {
		for i, other := range x.all {
			best.Add(uint64(i), search.Similarity(*e, *other))
		}
		return best.Hits, nil
	}
	for _, i := range chosen {
		best.Add(uint64(i), search.Similarity(*e, *x.all[i]))
	}
	return best.Hits, nil
}

func show(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
