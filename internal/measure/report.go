package measure

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"amana/internal/trial"
)

// Paired is an evaluation of a file of pairs, with what it took and other methods beside.
type Paired struct {
	Evaluated
	Seconds   Ratio                `json:"seconds"`
	CPU       Ratio                `json:"cpu_seconds"`
	Memory    Memory               `json:"memory"`
	Baselines map[string]Evaluated `json:"baselines,omitempty"`
}

// Found is a ranking of a file of queries in a register, with other methods beside.
type Found struct {
	Ranked
	Register  int                 `json:"register"` // people
	Index     Index               `json:"index"`
	Baselines map[string]Baseline `json:"baselines,omitempty"`
}

// Baseline is how another method did on the same register, and for how many of the same queries.
type Baseline struct {
	Ranked
	Build Ratio `json:"build_seconds"`
}

// Results are all that the report is made of. What was not measured is nil or absent, and the report says so.
type Results struct {
	Pairs    *Paired
	PeerEval *Evaluated
	Ranks    map[trial.Profile]*Found
	PeerRank map[trial.Profile]*Found
	Benches  []*Bench // by people
	Cases    *Paired  // nomenklatura's name_bench
	PeerCase *Evaluated
}

// Report writes the page of what was measured, as Markdown.
func Report(w io.Writer, r Results) error {
	p := page{w: w}
	p.text(`# How well people are told apart and found again

Made by ` + "`make identity`" + `: do not edit. All people are invented (internal/trial), and their names come from the half of the material
that nothing was tuned on, by person and by name alike. The peers were run in the same run, on the same machine and the same data; an empty
cell was not measured. *Rates* are by the processor time of all threads, so a second core makes nobody faster; *latencies* are by the
wall clock, one search at a time.

`)
	p.targets(r)
	p.pairs(r)
	p.ranks(r)
	p.benches(r)
	p.cases(r)
	return p.err
}

// page is Markdown as it grows.
type page struct {
	w   io.Writer
	err error
}

func (p *page) text(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// table writes a table whose first column holds words and the others figures.
func (p *page) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.text("| %s |\n|---|%s\n", strings.Join(head, " | "), strings.Repeat("---:|", len(head)-1))
	for _, r := range rows {
		p.text("| %s |\n", strings.Join(r, " | "))
	}
	p.text("\n")
}

// shown gives so many digits after the point, and nothing where there is no number.
func shown(digits int, r Ratio) string {
	if math.IsNaN(float64(r)) || math.IsInf(float64(r), 0) {
		return ""
	}
	return fmt.Sprintf("%.*f", digits, float64(r))
}

// row is a row of ratios under a name.
func row(name string, digits int, figures ...Ratio) []string {
	cells := []string{name}
	for _, f := range figures {
		cells = append(cells, shown(digits, f))
	}
	return cells
}

// whole shows a large number with its thousands apart.
func whole(r Ratio) string {
	s := shown(0, r)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// pairs shows how pairs are told apart.
func (p *page) pairs(r Results) {
	if r.Pairs == nil {
		return
	}
	e := r.Pairs
	p.text("## Pairs\n\n%s labelled pairs, %s of one person; the others are chosen to look alike. *Operating point*: the threshold that each is shipped or "+
		"commonly used with; *best*: with the answers in sight.\n\n", whole(Ratio(e.Pairs)), whole(Ratio(e.Positives)))
	var rows [][]string
	add := func(name string, e *Evaluated) {
		if e != nil {
			cells := row(name, 3, e.Precision, e.Recall, e.F1, e.BestF1, e.RecallAt90, e.PRAUC, e.ROCAUC)
			rows = append(rows, append(cells, whole(e.PerSecond), whole(e.FromRaw)))
		}
	}
	add("Amana", &e.Evaluated)
	plain := e.Baselines["jaro_winkler"]
	add("Jaro-Winkler ≥ 0.9 of folded names", &plain)
	add("moov-io/watchman ≥ 0.75", r.PeerEval)
	p.table([]string{"method", "precision", "recall", "F1", "best F1", "recall at P ≥ 0.9", "PR area", "ROC area", "pairs/s/core", "with preparing"}, rows)

	p.text("By kind of pair: how many were taken for one person, at the operating point. All but *same* are of two people.\n\n")
	rows = nil
	for _, label := range labelled(e.Slices, "kind:") {
		q, j := e.Slices[label], plain.Slices[label]
		cells := []string{strings.TrimPrefix(label, "kind:"), whole(Ratio(q.Pairs)), shown(3, share(q.Accepted, q.Pairs)), shown(3, share(j.Accepted, j.Pairs)), ""}
		if r.PeerEval != nil {
			w := r.PeerEval.Slices[label]
			cells[4] = shown(3, share(w.Accepted, w.Pairs))
		}
		rows = append(rows, cells)
	}
	p.table([]string{"kind", "pairs", "Amana", "Jaro-Winkler", "watchman"}, rows)
	for _, group := range groups {
		rows = nil
		for _, label := range labelled(e.Slices, group.prefix) {
			q, j := e.Slices[label], plain.Slices[label]
			cells := append([]string{strings.TrimPrefix(label, group.prefix), whole(Ratio(q.Pairs))}, row("", 3, q.Precision, q.Recall, q.F1, q.PRAUC, j.BestF1, j.PRAUC)[1:]...)
			rows = append(rows, cells)
		}
		if len(rows) > 0 {
			p.text("By %s:\n\n", group.words)
		}
		p.table([]string{group.column, "pairs", "precision", "recall", "F1", "PR area", "Jaro-Winkler best F1", "its PR area"}, rows)
	}
}

// groups are the ways in which trial labels what it makes.
var groups = []struct{ prefix, column, words string }{
	{"origin:", "origin", "where names come from"},
	{"scripts:", "scripts", "scripts of the record and of the query"},
	{"habit:", "habit", "whose spelling the query has"},
	{"noise:", "noise", "kind of noise"},
}

func labelled[V any](slicesBy map[string]V, prefix string) []string {
	var out []string
	for label := range slicesBy {
		if strings.HasPrefix(label, prefix) {
			out = append(out, label)
		}
	}
	slices.Sort(out)
	return out
}

// words say what profiles are.
var words = map[trial.Profile]string{
	trial.Clean: "another spelling only", trial.Altered: "altered", trial.NoisyBirth: "altered, birth never the recorded one",
	trial.CrossScript: "altered, another script", trial.NameOnly: "altered, by name only",
}

// ranks shows how people are found.
func (p *page) ranks(r Results) {
	if len(r.Ranks) == 0 {
		return
	}
	p.text("## Searches\n\n")
	head := []string{"queries, method", "recall at 1", "at 5", "at 10", "p50 ms", "p95 ms", "p99 ms", "max ms", "searches/s/core"}
	var rows [][]string
	for _, profile := range profiles {
		f := r.Ranks[profile]
		if f == nil {
			continue
		}
		if len(rows) == 0 {
			p.text("A register of %s people, %s queries of each kind; the index was built in %s s of processor time and holds %s MB. Other methods were asked the "+
				"first queries only, as many as their row says.\n\n", whole(Ratio(f.Register)), whole(Ratio(f.Queries)), shown(1, f.Index.CPU), whole(Ratio(f.Index.Memory)))
		}
		add := func(name string, x Ranked) {
			cells := row(words[profile]+": "+name, 3, x.At1, x.At5, x.At10)
			cells = append(cells, row("", 2, x.Latency.P50, x.Latency.P95, x.Latency.P99, x.Latency.Max)[1:]...)
			rows = append(rows, append(cells, whole(x.PerCore)))
		}
		add("**Amana**", f.Ranked)
		for _, name := range slices.Sorted(maps.Keys(f.Baselines)) {
			b := f.Baselines[name]
			add(fmt.Sprintf("%s, %d queries", map[string]string{"trigrams_fts5": "trigrams (SQLite FTS5)", "jaro_winkler_scan": "Jaro-Winkler, every row"}[name], b.Queries), b.Ranked)
		}
		if w := r.PeerRank[profile]; w != nil {
			add(fmt.Sprintf("watchman, %d queries", w.Queries), w.Ranked)
		}
	}
	p.table(head, rows)
	for _, group := range groups {
		found := map[string]bool{}
		head, used := []string{group.column}, []trial.Profile{}
		for _, profile := range profiles {
			if f := r.Ranks[profile]; f != nil {
				used, head = append(used, profile), append(head, words[profile])
				for _, l := range labelled(f.Slices, group.prefix) {
					found[l] = true
				}
			}
		}
		rows = nil
		for _, label := range slices.Sorted(maps.Keys(found)) {
			cells := []string{strings.TrimPrefix(label, group.prefix)}
			for _, profile := range used {
				cell := ""
				if s, there := r.Ranks[profile].Slices[label]; there {
					cell = fmt.Sprintf("%s (%d)", shown(3, s.At10), s.Queries)
				}
				cells = append(cells, cell)
			}
			rows = append(rows, cells)
		}
		if len(rows) > 0 {
			p.text("Recall at 10 by %s, with the number of queries:\n\n", group.words)
		}
		p.table(head, rows)
	}
}

// benches shows what amana bench identity measured.
func (p *page) benches(r Results) {
	for _, b := range r.Benches {
		p.text("## %s people\n\nThe index was built in %s s (%s s of processor time) and holds %s MB; the peak of the process with all searches was %s MB. "+
			"The searches had %s of a core: below 1, others were busy and latencies are longer than they need be.\n\n",
			whole(Ratio(b.People)), shown(1, b.Index.Seconds), shown(1, b.Index.CPU), whole(Ratio(b.Index.Memory)), whole(Ratio(b.Searching.Peak)),
			shown(2, b.Search[trial.NoisyBirth].Running))
		var rows [][]string
		add := func(name string, x Ranked) {
			cells := append(row(name, 3, x.At1, x.At10), row("", 2, x.Latency.P50, x.Latency.P99, x.Latency.Max)[1:]...)
			rows = append(rows, append(cells, whole(x.PerCore)))
		}
		for _, profile := range profiles {
			if x, there := b.Search[profile]; there {
				add("search: "+words[profile], x)
			}
		}
		g := b.Registration
		rows = append(rows, []string{"search and file, in memory", "", "", shown(2, g.Latency.P50), shown(2, g.Latency.P99), shown(2, g.Latency.Max), whole(g.PerCore)})
		if t := b.Trigrams; t != nil {
			add(fmt.Sprintf("trigrams (SQLite FTS5), %s people", whole(Ratio(t.People))), t.Theirs)
			add(fmt.Sprintf("Amana, the same %s people and queries", whole(Ratio(t.People))), t.Ours)
			rows = append(rows, []string{"trigrams : Amana", "", "", shown(0, t.P50), shown(0, t.P99), "", "1 : " + shown(0, t.PerCore)})
		}
		p.table([]string{"", "recall at 1", "at 10", "p50 ms", "p99 ms", "max ms", "/s/core"}, rows)
		d := b.Duplicates
		p.text("Duplicates among %s new rows, and between them and the register: %s s on all cores (%s s of processor time). In the upper band precision %s, recall %s; "+
			"recall at a precision of 0.9 and more: %s.\n\n", whole(Ratio(d.Rows)), shown(1, d.Seconds), shown(1, d.CPU), shown(3, d.Precision), shown(3, d.Recall), shown(3, d.RecallAt90))
		rows = nil
		for _, name := range slices.Sorted(maps.Keys(b.Screening)) {
			s := b.Screening[name]
			rows = append(rows, []string{
				map[string]string{"all_details": "all that is known", "names_only": "names only"}[name], whole(Ratio(s.Entries)), whole(Ratio(s.Others)),
				shown(3, s.Recall), shown(1, s.FalseAlerts), shown(3, s.BandRecall), shown(1, s.BandFalseAlerts),
			})
		}
		p.text("A published list:\n\n")
		p.table([]string{"asked by", "entries", "others", "recall", "at false alerts per 1,000", "recall from the lower band on", "at false alerts per 1,000"}, rows)
	}
}

// cases shows nomenklatura's name_bench.
func (p *page) cases(r Results) {
	if r.Cases == nil {
		return
	}
	e := r.Cases
	p.text("## nomenklatura's name_bench\n\nThe %d pairs of people of contrib/name_bench/cases.csv (MIT; some labels are wrong). The development half was looked at while the matcher "+
		"was made, the held-out half was not; the second name decides which half a pair is in.\n\n", e.Pairs)
	var rows [][]string
	add := func(name string, q Quality) {
		rows = append(rows, append([]string{name, fmt.Sprint(q.Pairs)}, row("", 3, q.F1, q.BestF1, q.RecallAt90, q.ROCAUC, q.PRAUC)[1:]...))
	}
	add("**Amana**", e.Quality)
	for _, label := range slices.Concat(labelled(e.Slices, "half:"), labelled(e.Slices, "group:")) {
		_, name, _ := strings.Cut(label, ":")
		add("Amana: "+name, e.Slices[label])
	}
	if j, there := e.Baselines["jaro_winkler"]; there {
		add("Jaro-Winkler of folded names", j.Quality)
	}
	if r.PeerCase != nil {
		add("moov-io/watchman", r.PeerCase.Quality)
	}
	rows = append(rows, []string{"nomenklatura logic-v2, as published with the data", "548", "", "0.747", "0.574", "0.838", ""})
	p.table([]string{"", "pairs", "F1", "best F1", "recall at P ≥ 0.9", "ROC area", "PR area"}, rows)
}

// byPeople orders benchmarks.
func byPeople(benches []*Bench) map[int]*Bench {
	slices.SortFunc(benches, func(a, b *Bench) int { return cmp.Compare(a.People, b.People) })
	by := map[int]*Bench{}
	for _, b := range benches {
		by[b.People] = b
	}
	return by
}
