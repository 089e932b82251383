package measure

import (
	"math"
	"slices"
	"time"

	"amana/internal/identity"
	"amana/internal/trial"
)

// Recall is how often the right person stood among the first answers.
type Recall struct {
	Queries int   `json:"queries"`
	At1     Ratio `json:"recall_at_1"`
	At5     Ratio `json:"recall_at_5"`
	At10    Ratio `json:"recall_at_10"`
	MRR     Ratio `json:"mrr"` // mean of 1 / place, 0 for who was not found among the first ten
}

// Depth is how many answers of a search are looked at.
const Depth = 10

// recallOf computes the recall of places, 1 being the first and 0 not found.
func recallOf(places []uint8) Recall {
	r := Recall{Queries: len(places)}
	var at1, at5, at10 int
	var reciprocal float64
	for _, p := range places {
		if p == 0 {
			continue
		}
		reciprocal += 1 / float64(p)
		if at10++; p <= 5 {
			at5++
		}
		if p == 1 {
			at1++
		}
	}
	n := len(places)
	r.At1, r.At5, r.At10, r.MRR = share(at1, n), share(at5, n), share(at10, n), Ratio(reciprocal/float64(n))
	return r
}

// Latency is how long single actions took, in milliseconds by the wall clock.
type Latency struct {
	P50 Ratio `json:"p50_ms"`
	P95 Ratio `json:"p95_ms"`
	P99 Ratio `json:"p99_ms"`
	Max Ratio `json:"max_ms"`
}

// latencyOf computes percentiles by nearest rank: a time that was really measured, and below which so many lay. It sorts its argument.
func latencyOf(times []time.Duration) Latency {
	slices.Sort(times)
	at := func(p float64) Ratio {
		if len(times) == 0 {
			return Ratio(math.NaN())
		}
		return Ratio(times[max(int(math.Ceil(p*float64(len(times)))), 1)-1].Seconds() * 1e3)
	}
	return Latency{at(0.50), at(0.95), at(0.99), at(1)}
}

// Question is a query with its right answer.
type Question struct {
	Row    trial.Row
	Right  uint64 // number of the right person
	Known  bool   // whether that person is in the register at all
	Labels []string
}

// Search gives the numbers of the people who fit a row best, the best first, at most so many.
type Search func(q trial.Row, limit int) ([]identity.Hit, error)

// ByIndex searches as the program does, preparing the query included.
func ByIndex(x *identity.Index) Search {
	return func(q trial.Row, limit int) ([]identity.Hit, error) {
		return x.Search(x.Model().Record(q.Details()), limit), nil
	}
}

// Ranked is the outcome of a ranking.
type Ranked struct {
	Recall
	Unknown int               `json:"unknown"` // queries about people who are not in the register; they count for times only
	Latency Latency           `json:"latency"`
	PerCore Ratio             `json:"searches_per_second_per_core"`
	Running Ratio             `json:"cpu_per_wall"` // how much of a core the searches had: below 1, others were busy and latencies are too long
	Slices  map[string]Recall `json:"slices,omitempty"`
	Misses  []Miss            `json:"misses,omitempty"`
}

// Miss is a query whose right answer was not the first.
type Miss struct {
	Line  int     `json:"line,omitempty"` // of the file
	Query Side    `json:"query"`
	Right Side    `json:"right"`
	Place int     `json:"place"` // of the right answer, 0 when it was not among the first ten
	First *Side   `json:"first,omitempty"`
	Bits  float64 `json:"first_bits,omitempty"`
}

// Rank asks all questions one after the other and looks where the right answers stand. It keeps so many misses, those who were not found
// at all before those who were not first; row gives what the register says about a number.
func Rank(questions []Question, search Search, misses int, row func(number uint64) trial.Row) (Ranked, error) {
	var out Ranked
	times := make([]time.Duration, len(questions))
	found := make([]uint8, 0, len(questions))
	labelled := map[string][]uint8{}
	lost, late := []Miss{}, []Miss{}
	watch := Begin()
	for i, q := range questions {
		began := time.Now()
		hits, err := search(q.Row, Depth)
		if err != nil {
			return out, err
		}
		times[i] = time.Since(began)
		if !q.Known {
			out.Unknown++
			continue
		}
		place := uint8(slices.IndexFunc(hits, func(h identity.Hit) bool { return h.Number == q.Right }) + 1)
		found = append(found, place)
		for _, l := range q.Labels {
			labelled[l] = append(labelled[l], place)
		}
		if place == 1 || misses == 0 {
			continue
		}
		m := Miss{Line: q.Row.Line, Query: SideOf(q.Row), Right: SideOf(row(q.Right)), Place: int(place)}
		if len(hits) > 0 {
			first := SideOf(row(hits[0].Number))
			m.First, m.Bits = &first, hits[0].Bits
		}
		if place == 0 && len(lost) < misses {
			lost = append(lost, m)
		} else if place > 0 && len(late) < misses {
			late = append(late, m)
		}
	}
	took := watch.Took()
	out.PerCore, out.Running = took.PerCore(len(questions)), Ratio(took.CPU.Seconds()/took.Wall.Seconds())
	out.Recall, out.Latency = recallOf(found), latencyOf(times)
	for l, places := range labelled {
		if out.Slices == nil {
			out.Slices = map[string]Recall{}
		}
		out.Slices[l] = recallOf(places)
	}
	lost = append(lost, late...)
	out.Misses = lost[:min(len(lost), misses)]
	return out, nil
}
