package measure

import (
	"math"

	"amana/internal/trial"
)

// target is a figure that was set before anything was built.
type target struct {
	what   string
	anchor string // what others reach
	least  Ratio  // it is to be this and more, or, when most, this and less
	most   bool
	digits int
	unit   string
	got    Ratio // not a number when it was not measured
}

func (t target) row() []string {
	sign, holds := "≥ ", t.got >= t.least
	if t.most {
		sign, holds = "≤ ", t.got <= t.least
	}
	verdict := map[bool]string{true: "yes", false: "**no**"}[holds]
	if math.IsNaN(float64(t.got)) {
		verdict = "not measured"
	}
	show := func(r Ratio) string {
		if t.digits == 0 {
			return whole(r)
		}
		return shown(t.digits, r)
	}
	return []string{t.what, t.anchor, sign + show(t.least) + t.unit, show(t.got), verdict}
}

// targets shows what was aimed at and what was reached.
func (p *page) targets(r Results) {
	none := Ratio(math.NaN())
	benches := byPeople(r.Benches)
	at := func(people int, get func(*Bench) Ratio) Ratio {
		if b := benches[people]; b != nil {
			return get(b)
		}
		return none
	}
	pairs := func(get func(*Paired) Ratio) Ratio {
		if r.Pairs == nil {
			return none
		}
		return get(r.Pairs)
	}
	cases := func(slice string, get func(Quality) Ratio) Ratio {
		switch {
		case r.Cases == nil:
			return none
		case slice == "":
			return get(r.Cases.Quality)
		}
		q, there := r.Cases.Slices[slice]
		if !there {
			return none
		}
		return get(q)
	}
	full := func(get func(Quality) Ratio) Ratio {
		return pairs(func(e *Paired) Ratio {
			if q, there := e.Slices["details:all"]; there {
				return get(q)
			}
			return none
		})
	}
	noisy := func(b *Bench) Ranked { return b.Search[trial.NoisyBirth] }
	spelled := func(b *Bench) Ratio {
		if s, there := noisy(b).Slices["only:birth"]; there {
			return s.At10
		}
		return none
	}
	rank := func(profile trial.Profile, slice string) Ratio {
		f := r.Ranks[profile]
		if f == nil {
			return none
		}
		if slice == "" {
			return f.At10
		}
		s, there := f.Slices[slice]
		if !there {
			return none
		}
		return s.At10
	}
	best, at90, area := func(q Quality) Ratio { return q.BestF1 }, func(q Quality) Ratio { return q.RecallAt90 }, func(q Quality) Ratio { return q.ROCAUC }
	const million = 1_000_000
	var rows [][]string
	for _, t := range []target{
		{"pairs with birth, sex and nationality on both sides: F1 at the operating point", "", .95, false, 3, "", full(func(q Quality) Ratio { return q.F1 })},
		{"… precision", "", .98, false, 3, "", full(func(q Quality) Ratio { return q.Precision })},
		{"pairs a second a core, explanation off", "125-165k", 500_000, false, 0, "", pairs(func(e *Paired) Ratio { return e.PerSecond })},
		{"search p99 at 1 million, ms", "1,700-2,200 at 100k", 15, true, 2, "", at(million, func(b *Bench) Ratio { return noisy(b).Latency.P99 })},
		{"search p99 at 10 million, ms", "", 120, true, 2, "", at(10*million, func(b *Bench) Ratio { return noisy(b).Latency.P99 })},
		{"peak memory at 10 million, MB", "", 3000, true, 0, "", at(10*million, func(b *Bench) Ratio { return Ratio(b.Searching.Peak) })},
		{"searches a second a core at 1 million", "4", 250, false, 0, "", at(million, func(b *Bench) Ratio { return noisy(b).PerCore })},
		{"search and file p99 at 1 million, in memory, ms", "", 30, true, 2, "", at(million, func(b *Bench) Ratio { return b.Registration.Latency.P99 })},
		{"original script to another: recall at 10, 100k", "0", .97, false, 3, "", rank(trial.CrossScript, "")},
		{"… of Arabic in Latin letters", "0", .97, false, 3, "", rank(trial.CrossScript, "scripts:Arab-Latn")},
		{"another spelling and a noisy birth: recall at 10, 100k", "0.92 (true birth)", .99, false, 3, "", rank(trial.NoisyBirth, "only:birth")},
		{"… 1 million", "", .97, false, 3, "", at(million, spelled)},
		{"… 10 million", "", .93, false, 3, "", at(10*million, spelled)},
		{"the same with parts left out, turned round, joined, misread and mistyped: 100k", "", .99, false, 3, "", rank(trial.NoisyBirth, "")},
		{"… 1 million", "", .97, false, 3, "", at(million, func(b *Bench) Ratio { return noisy(b).At10 })},
		{"… 10 million", "", .93, false, 3, "", at(10*million, func(b *Bench) Ratio { return noisy(b).At10 })},
		{"published list: recall at ≤ 2 false alerts per 1,000", "0.923", .95, false, 3, "", at(million, func(b *Bench) Ratio { return b.Screening["all_details"].Recall })},
		{"… by names only", "0.923", .95, false, 3, "", at(million, func(b *Bench) Ratio { return b.Screening["names_only"].Recall })},
		{"duplicates at precision ≥ 0.9, 1 million: recall", "", .95, false, 3, "", at(million, func(b *Bench) Ratio { return b.Duplicates.RecallAt90 })},
		{"duplicates of 7,000 rows against 1 million, s", "", 60, true, 1, "", at(million, func(b *Bench) Ratio { return b.Duplicates.Seconds })},
		{"name_bench: best F1", "0.747", .82, false, 3, "", cases("", best)},
		{"… held-out half", "", .82, false, 3, "", cases("half:held-out", best)},
		{"name_bench: recall at P ≥ 0.9", "0.574", .70, false, 3, "", cases("", at90)},
		{"name_bench: ROC area", "0.838", .89, false, 3, "", cases("", area)},
		{"name_bench nk_checks: best F1", "0.920", .920, false, 3, "", cases("group:nk_checks", best)},
		{"name_bench nk_unit_tests: best F1", "0.988", .988, false, 3, "", cases("group:nk_unit_tests", best)},
	} {
		rows = append(rows, t.row())
	}
	p.text("## Targets\n\nSet before anything was built; the anchor is what the best peer reached.\n\n")
	p.table([]string{"measure", "anchor", "target", "measured", "holds"}, rows)
}
