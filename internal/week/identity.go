package week

import (
	"context"
	"time"

	"amana/internal/authz"
	"amana/internal/id"
	"amana/internal/identity"
	"amana/internal/register"
)

// Row is where somebody stands in a manifest.
type Row struct {
	File, Sheet string
	Line        int
}

// IdentityResult is what the register proposed about who may be one person, against who really stands in two manifests.
type IdentityResult struct {
	Proposed int `json:"proposed"` // pairs on the work list
	Likely   int `json:"likely"`   // of these, above the upper band
	Possible int `json:"possible"`
	True     int `json:"true"`   // people in two manifests who were proposed
	False    int `json:"false"`  // pairs of two people above the upper band
	Unsure   int `json:"unsure"` // pairs of two people below it, for a human to tell apart
	Missed   int `json:"missed"` // people in two manifests who were not proposed
}

// decide lets a registrar go through the proposals: the people of likely ones are asked and shown both entries, and the records merged. The
// others stay on the work list.
func (w *Week) decide(ctx context.Context, pairs []register.Pair) error {
	remaining := map[id.Person]id.Person{}
	remains := func(p id.Person) id.Person {
		for remaining[p] != 0 {
			p = remaining[p]
		}
		return p
	}
	for i, p := range pairs {
		record, into := remains(p.Record), remains(p.Other)
		if p.Band != identity.Likely || record == into {
			continue
		}
		w.clk.Set(Start.AddDate(0, 0, -2).Add(15*time.Hour + time.Duration(i)*2*time.Minute))
		in := register.Merge{Record: record, Into: into, Reason: "the person was asked and shown both entries: " + p.Why}
		if _, err := w.r.MergePeople(ctx, register.By{Actor: registrar}, in); err != nil {
			return err
		}
		remaining[record] = into
		w.result.Merged++
	}
	return w.judge(ctx, pairs)
}

// judge compares what was proposed with who really stands in two manifests.
func (w *Week) judge(ctx context.Context, pairs []register.Pair) error {
	q, err := w.r.Reading(Overseer, authz.ReadPeople)
	if err != nil {
		return err
	}
	var people []id.Person
	for _, p := range pairs {
		people = append(people, p.Record, p.Other)
	}
	sources, err := q.Sources(ctx, people)
	if err != nil {
		return err
	}
	rows := func(p id.Person) (out []Row) {
		for _, s := range sources[p] {
			out = append(out, Row{s.File, s.Sheet, s.Line})
		}
		return out
	}
	twice := map[[2]Row]bool{}
	for _, t := range w.opt.Twice {
		twice[t], twice[[2]Row{t[1], t[0]}] = true, true
	}
	res, found := &w.result.Identity, map[[2]Row]bool{}
	for _, p := range pairs {
		res.Proposed++
		same := false
		for _, a := range rows(p.Record) {
			for _, b := range rows(p.Other) {
				if twice[[2]Row{a, b}] {
					same, found[[2]Row{a, b}], found[[2]Row{b, a}] = true, true, true
				}
			}
		}
		switch {
		case p.Band == identity.Likely:
			res.Likely++
			if !same {
				res.False++
			}
		default:
			res.Possible++
			if !same {
				res.Unsure++
			}
		}
	}
	for _, t := range w.opt.Twice {
		if found[t] {
			res.True++
		} else {
			res.Missed++
		}
	}
	return nil
}
