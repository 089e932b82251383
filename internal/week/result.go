package week

import (
	"context"
	"slices"
	"strings"
	"time"

	"amana/internal/authz"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/store"
)

// Result is what came of a week. The same files and seed give the same result.
type Result struct {
	Seed          int64          `json:"seed"`
	Files         []FileResult   `json:"files"`
	Registered    int            `json:"registered"`
	InCustody     int            `json:"in_custody"`
	InTransit     int            `json:"in_transit"`
	Exits         map[string]int `json:"exits"`
	Balanced      bool           `json:"balanced"`
	Opening       int            `json:"opening"` // when the week began, after the manifests were read
	Intake        int            `json:"intake"`  // during the week
	ByNationality map[string]int `json:"by_nationality"`
	ByPlace       map[string]int `json:"by_place"`
	Lines         []LineResult   `json:"lines"`
	Convoys       int            `json:"convoys"`
	Dispatched    int            `json:"dispatched"`
	Identity      IdentityResult `json:"identity"`
	Merged        int            `json:"merged"` // second records, merged by a registrar
	Plans         []PlanResult   `json:"plans"`  // the first, and the one after a block was lost
	LostBlock     string         `json:"lost_block"`
	Unhoused      int            `json:"unhoused"` // received where no bed was free for them
	Differences   map[string]int `json:"differences"`
	Injected      []Trouble      `json:"injected"`
	Found         []Trouble      `json:"found"`
	AllFound      bool           `json:"all_found"`
	Entries       int64          `json:"entries"`
	Verify        string         `json:"verify"` // "ok", or the first problem
}

// FileResult is what became of one manifest.
type FileResult struct {
	File       string         `json:"file"`
	Rows       int            `json:"rows"`
	Registered int            `json:"registered"`
	Problems   map[string]int `json:"problems"` // by rule
}

// LineResult is what one line was sent and let pass. Departed and passed differ by the exceptions, each explained.
type LineResult struct {
	Line       string         `json:"line"`
	Departed   int            `json:"departed"`
	Passed     int            `json:"passed"`
	Exceptions map[string]int `json:"exceptions"`
}

// Trouble is something out of the ordinary: what, about whom, and when it was brought in and found.
type Trouble struct {
	Kind       string `json:"kind"`
	Subject    string `json:"subject"`
	InjectedAt string `json:"injected_at,omitempty"`
	DetectedAt string `json:"detected_at"`
}

func (r *Result) addFile(in register.Imported) {
	r.Files = append(r.Files, FileResult{File: in.File, Rows: in.Report.Rows, Registered: in.Registered, Problems: in.Report.Rules})
}

// draw asks the register, as an overseer, for all that the result tells.
func (w *Week) draw(ctx context.Context) error {
	res := &w.result
	whole, err := w.r.Statement(ctx, Overseer, register.Scope{}, time.Time{}, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	inWeek, err := w.r.Statement(ctx, Overseer, register.Scope{}, Start, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	res.Registered, res.InCustody, res.InTransit = whole.Registered, whole.InCustody, whole.InTransit
	res.Opening, res.Intake = inWeek.Opening, inWeek.Intake
	res.Balanced = whole.Sound && inWeek.Sound
	res.Exits, res.ByPlace = map[string]int{}, map[string]int{}
	for a, n := range whole.Exits {
		res.Exits[strings.TrimPrefix(string(a), "exit:")] = n
	}
	for a, n := range whole.Accounts {
		if c := a.Place(); c != "" {
			res.ByPlace[string(c.Establishment())] += n
		}
	}
	res.Convoys = len(w.convoys)
	q, err := w.r.Reading(Overseer, authz.ReadPeople)
	if err != nil {
		return err
	}
	if err := w.balancePlaces(ctx); err != nil {
		return err
	}
	if res.ByNationality, err = q.ByNationality(ctx); err != nil {
		return err
	}
	if n, ok := res.ByNationality[""]; ok {
		res.ByNationality["unresolved"] = n
		delete(res.ByNationality, "")
	}
	lines, err := q.Lines(ctx)
	if err != nil {
		return err
	}
	for _, l := range lines {
		why, err := q.LineExceptions(ctx, l.Point)
		if err != nil {
			return err
		}
		res.Lines = append(res.Lines, LineResult{string(l.Point), l.Departed, l.Passed, why})
	}
	head, err := q.Head(ctx)
	if err != nil {
		return err
	}
	res.Entries = head.Size
	return w.drawTroubles(ctx, q)
}

// balancePlaces holds the sheet of every establishment and convoy against its sum.
func (w *Week) balancePlaces(ctx context.Context) error {
	var scopes []register.Scope
	for _, p := range w.opt.Scenario.Places {
		if p.Kind != place.Line {
			scopes = append(scopes, register.Scope{Place: p.Code})
		}
	}
	for _, c := range w.convoys {
		scopes = append(scopes, register.Scope{Convoy: c.number})
	}
	sheets, err := w.r.Statements(ctx, Overseer, scopes, Start, time.Time{}, time.Time{})
	for _, s := range sheets {
		if !s.Sound || (s.Scope.Convoy != 0 && s.InTransit != 0) {
			w.result.Balanced = false
		}
	}
	return err
}

// drawTroubles lists what the register's rules found of the kinds that troubles are of, and holds it against what was injected.
func (w *Week) drawTroubles(ctx context.Context, q store.Queries) error {
	all, err := q.Differences(ctx, store.DifferenceFilter{Limit: 100_000})
	if err != nil {
		return err
	}
	res := &w.result
	res.Differences = map[string]int{}
	found := map[Trouble]string{}
	for _, d := range all {
		res.Differences[string(d.Kind)]++
		if d.Became != 0 || !slices.Contains(troubles, d.Kind) {
			continue
		}
		t := Trouble{Kind: string(d.Kind), Subject: d.Subject}
		found[t] = d.DetectedAt.Format(time.RFC3339)
		t.DetectedAt = found[t]
		res.Found = append(res.Found, t)
	}
	res.AllFound = len(res.Found) == len(res.Injected)
	for i, t := range res.Injected {
		at, ok := found[Trouble{Kind: t.Kind, Subject: t.Subject}]
		res.Injected[i].DetectedAt = at
		res.AllFound = res.AllFound && ok
	}
	return nil
}
