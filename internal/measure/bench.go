package measure

import (
	"context"
	"slices"
	"strconv"
	"time"

	"amana/internal/identity"
	"amana/internal/trial"
)

// Options says what the benchmark of identity does. All people are invented, and names come from the half that nothing was tuned on.
type Options struct {
	People   int
	Queries  int // of each profile
	Arrivals int // rows of the new file
	Pairs    int
	Entries  int // of the published list
	Trigrams int // people in the index of trigrams that is measured beside; 0 for none
	Seed     uint64
	Folder   string // for the index of trigrams
	Progress func(stage string)
}

// Bench is what the benchmark of identity measured.
type Bench struct {
	People       int                      `json:"people"`
	Index        Index                    `json:"index"`
	Search       map[trial.Profile]Ranked `json:"search"`
	Searching    Memory                   `json:"memory_after_searches"`
	Registration Registration             `json:"registration"`
	Duplicates   Duplicates               `json:"duplicates"`
	Pairs        Evaluated                `json:"pairs"`
	Plain        Evaluated                `json:"pairs_jaro_winkler"`
	Screening    map[string]Screening     `json:"published_list"`
	Trigrams     *Comparison              `json:"trigrams_fts5,omitempty"`
	Memory       Memory                   `json:"memory_at_the_end"`
}

// Registration is a search and the filing of who was asked for, in memory: what the database adds is not in it.
type Registration struct {
	Count   int     `json:"count"`
	Latency Latency `json:"latency"`
	PerCore Ratio   `json:"per_second_per_core"`
}

// Comparison is the index of trigrams beside ours, on the same people, asked the same queries.
type Comparison struct {
	People int    `json:"people"`
	Build  Ratio  `json:"build_seconds"`
	Theirs Ranked `json:"theirs"`
	Ours   Ranked `json:"ours"`
	// How many times as long theirs takes.
	P50     Ratio `json:"p50_ratio"`
	P99     Ratio `json:"p99_ratio"`
	PerCore Ratio `json:"searches_ratio"`
}

// compared is how many queries both are asked: those of trigrams are slow.
const compared = 300

// counted is how many people's names are counted to know which are common.
const counted = 200_000

var profiles = []trial.Profile{trial.NoisyBirth, trial.Altered, trial.Clean, trial.CrossScript, trial.NameOnly}

// Run runs the benchmark.
func Run(ctx context.Context, base *identity.Model, o Options) (Bench, error) {
	out := Bench{People: o.People, Search: map[trial.Profile]Ranked{}, Screening: map[string]Screening{}}
	r := trial.NewRegister(o.Seed, o.People, trial.Test)
	o.Progress("index")
	m := CountNames(base, r)
	x, figures := Build(m, o.People, filed(m, r))
	out.Index = figures
	for _, p := range profiles {
		o.Progress("search: " + string(p))
		got, err := Rank(Questions(r, p, o.Queries), ByIndex(x), 0, nil)
		if err != nil {
			return out, err
		}
		out.Search[p] = got
		if err := ctx.Err(); err != nil {
			return out, err
		}
	}
	out.Searching = ReadMemory()
	o.Progress("duplicates")
	out.Duplicates = FindDuplicates(x, r.Arrivals(o.Arrivals, 0.2), r.Len())
	o.Progress("registration")
	out.Registration = register(x, r, o.Queries)
	o.Progress("pairs")
	own, plain := Evaluate(ByModel(base), 0), Evaluate(ByJaroWinkler(), 0)
	for p := range trial.Pairs(o.Seed, o.Pairs, trial.Test) {
		labels := append(p.Labels(), "kind:"+p.Kind)
		own.Add(p, labels)
		plain.Add(p, labels)
	}
	out.Pairs, out.Plain = own.Result(), plain.Result()
	o.Progress("published list")
	list := trial.NewList(o.Seed, o.Entries, trial.Test)
	out.Screening["all_details"], out.Screening["names_only"] = Screen(m, list, false), Screen(m, list, true)
	if err := ctx.Err(); err != nil {
		return out, err
	}
	if o.Trigrams > 0 {
		o.Progress("trigrams")
		c, err := compareTrigrams(ctx, base, o)
		if err != nil {
			return out, err
		}
		out.Trigrams = c
	}
	out.Memory = ReadMemory()
	return out, nil
}

// CountNames is the model with the names of a register counted, of its first people when they are many.
func CountNames(m *identity.Model, r *trial.Register) *identity.Model {
	f := identity.NewFrequencies()
	for i := range min(r.Len(), counted) {
		f.Add(m.Record(r.At(i).Details()))
	}
	return m.WithFrequencies(f)
}

func filed(m *identity.Model, r *trial.Register) func(i int) (uint64, *identity.Record) {
	return func(i int) (uint64, *identity.Record) { return uint64(i), m.Record(r.At(i).Details()) }
}

// Questions are queries with the answers that a register's numbering gives them.
func Questions(r *trial.Register, p trial.Profile, n int) []Question {
	list := make([]Question, 0, n)
	for q := range r.Queries(p, n) {
		number, err := strconv.ParseUint(q.ID, 10, 64)
		list = append(list, Question{Row: q.Row, Right: number, Known: err == nil, Labels: q.Slices.All()})
	}
	return list
}

// register searches for people who come new and files each.
func register(x *identity.Index, r *trial.Register, n int) Registration {
	m, times := x.Model(), make([]time.Duration, 0, n)
	strangers := slices.Collect(r.Strangers(n))
	watch := Begin()
	for _, q := range strangers {
		began := time.Now()
		record := m.Record(q.Details())
		x.Search(record, Depth)
		x.Add(uint64(r.Len()+len(times)), record)
		times = append(times, time.Since(began))
	}
	perCore := watch.Took().PerCore(n)
	return Registration{n, latencyOf(times), perCore}
}

func compareTrigrams(ctx context.Context, base *identity.Model, o Options) (*Comparison, error) {
	r := trial.NewRegister(o.Seed, min(o.People, o.Trigrams), trial.Test)
	watch := Begin()
	t, err := NewTrigrams(ctx, o.Folder, r.Len(), r.At)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.Close() }() // only read
	c := &Comparison{People: r.Len(), Build: Ratio(watch.Took().Wall.Seconds())}
	questions := Questions(r, trial.NoisyBirth, compared)
	m := CountNames(base, r)
	x := identity.Build(m, r.Len(), filed(m, r))
	if c.Theirs, err = Rank(questions, t.Search(ctx), 0, nil); err != nil {
		return nil, err
	}
	if c.Ours, err = Rank(questions, ByIndex(x), 0, nil); err != nil {
		return nil, err
	}
	c.P50, c.P99 = c.Theirs.Latency.P50/c.Ours.Latency.P50, c.Theirs.Latency.P99/c.Ours.Latency.P99
	c.PerCore = c.Ours.PerCore / c.Theirs.PerCore
	return c, nil
}
