package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/transfer"
)

// PlanState is what became of a plan.
type PlanState string

// The states of a plan. Of each wave one draft at most waits for approval, and the approved plan of the highest version is in force.
const (
	PlanDraft      PlanState = "draft"
	PlanApproved   PlanState = "approved"
	PlanSuperseded PlanState = "superseded" // another draft was made since
	PlanDiscarded  PlanState = "discarded"
)

// PlanFigures are what a plan comes to.
type PlanFigures struct {
	People    int     `json:"people"` // who have a place
	Unplaced  int     `json:"unplaced"`
	Changes   int     `json:"changes"` // people who are elsewhere than in the plan in force
	Objective float64 `json:"objective"`
	Bound     float64 `json:"bound"` // no plan that places as many costs less
	Gap       float64 `json:"gap"`
	Convoys   int     `json:"convoys"`
	Vehicles  int     `json:"vehicles"`
	NoSeat    int     `json:"no_seat"` // people who have a place and no seat
}

// PlanHead is a plan without its document.
type PlanHead struct {
	Plan       id.Plan     `json:"plan"`
	Wave       id.Wave     `json:"wave"`
	Version    int         `json:"version"` // among the plans of the wave, from 1
	State      PlanState   `json:"state"`
	MadeAt     time.Time   `json:"made_at"`
	MadeBy     string      `json:"made_by"`
	SHA256     string      `json:"sha256"` // of the document, hex
	Figures    PlanFigures `json:"figures"`
	ApprovedAt *time.Time  `json:"approved_at,omitempty"`
	ApprovedBy string      `json:"approved_by,omitempty"`
	InForce    bool        `json:"in_force,omitempty"`
}

const planHeads = `SELECT d.plan, d.wave, d.version, d.state, d.made_at, d.made_by, d.sha256, d.figures, p.approved_at, COALESCE(p.approved_by, ''),
	CASE WHEN p.version = (SELECT MAX(x.version) FROM plan x WHERE x.wave = d.wave) THEN 1 ELSE 0 END FROM plan_draft d LEFT JOIN plan p ON p.plan = d.plan `

func scanPlan(scan func(...any) error) (h PlanHead, err error) {
	var made, force int64
	var approved sql.NullInt64
	var figures string
	if err := scan(&h.Plan, &h.Wave, &h.Version, &h.State, &made, &h.MadeBy, &h.SHA256, &figures, &approved, &h.ApprovedBy, &force); err != nil {
		return h, err
	}
	h.MadeAt, h.ApprovedAt, h.InForce = moment(made), optional(approved), force != 0
	return h, json.Unmarshal([]byte(figures), &h.Figures)
}

// Plans lists the plans of a wave, the newest first.
func (q Queries) Plans(ctx context.Context, wave id.Wave) ([]PlanHead, error) {
	return list(ctx, q, planHeads+`WHERE d.wave = ? ORDER BY d.version DESC`, []any{int64(wave)}, scanPlan)
}

// OtherPlans lists the plans in force of other waves that have convoys to come or under way.
func (q Queries) OtherPlans(ctx context.Context, wave id.Wave) ([]PlanHead, error) {
	return list(ctx, q, planHeads+`WHERE d.wave <> ? AND p.version = (SELECT MAX(x.version) FROM plan x WHERE x.wave = d.wave)
		AND EXISTS (SELECT 1 FROM convoy c WHERE c.wave = d.wave AND c.plan <> 0 AND c.state IN ('formed', 'dispatched')) ORDER BY d.plan`, []any{int64(wave)}, scanPlan)
}

// Plan reads a plan with its document and what was asked, both JSON.
func (q Queries) Plan(ctx context.Context, n id.Plan) (h PlanHead, document, question []byte, err error) {
	found, err := list(ctx, q, planHeads+`WHERE d.plan = ?`, []any{int64(n)}, scanPlan)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "plan.not_found", "no plan has this number")
	}
	if err != nil {
		return h, nil, nil, err
	}
	var doc, asked string
	err = q.one(ctx, `SELECT document, question FROM plan_draft WHERE plan = ?`, []any{int64(n)}, &doc, &asked)
	return found[0], []byte(doc), []byte(asked), err
}

// SaveDraft keeps a draft as the newest plan of its wave, which it numbers; the draft before it is superseded.
func (t *Tx) SaveDraft(ctx context.Context, h PlanHead, document, question []byte) (PlanHead, error) {
	if err := t.exec(ctx, `UPDATE plan_draft SET state = 'superseded' WHERE wave = ? AND state = 'draft'`, int64(h.Wave)); err != nil {
		return h, err
	}
	if err := t.one(ctx, `SELECT COALESCE(MAX(version), 0) + 1 FROM plan_draft WHERE wave = ?`, []any{int64(h.Wave)}, &h.Version); err != nil {
		return h, err
	}
	h.State, h.MadeAt = PlanDraft, t.now
	return h, t.insert(ctx, "plan_draft", "plan, wave, version, state, made_at, made_by, sha256, figures, document, question", "",
		[][]any{{int64(h.Plan), int64(h.Wave), int64(h.Version), string(h.State), micros(h.MadeAt), h.MadeBy, h.SHA256, text(h.Figures), string(document), string(question)}})
}

// SetPlanState says what became of a draft.
func (t *Tx) SetPlanState(ctx context.Context, n id.Plan, s PlanState) error {
	return t.exec(ctx, `UPDATE plan_draft SET state = ? WHERE plan = ?`, string(s), int64(n))
}

// Wave reads how a wave was formed.
func (q Queries) Wave(ctx context.Context, n id.Wave) (transfer.WaveFormed, error) {
	found, err := list(ctx, q, `SELECT wave, label, target, sources FROM wave WHERE wave = ?`, []any{int64(n)}, scanWave)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "wave.not_found", "no wave has this number")
	}
	if err != nil {
		return transfer.WaveFormed{}, err
	}
	return found[0], nil
}

// Waves lists the waves, the newest first, from the one before the given; 0 begins with the newest.
func (q Queries) Waves(ctx context.Context, before id.Wave, limit int) ([]transfer.WaveFormed, error) {
	return list(ctx, q, `SELECT wave, label, target, sources FROM wave WHERE (? = 0 OR wave < ?) ORDER BY wave DESC LIMIT ?`, []any{int64(before), int64(before), int64(limit)}, scanWave)
}

func scanWave(scan func(...any) error) (w transfer.WaveFormed, err error) {
	var sources string
	if err := scan(&w.Wave, &w.Label, &w.Target, &sources); err != nil {
		return w, err
	}
	return w, json.Unmarshal([]byte(sources), &w.Sources)
}

// Routes lists the routes by preference.
func (q Queries) Routes(ctx context.Context) ([]transfer.RouteDefined, error) {
	return list(ctx, q, `SELECT body FROM route ORDER BY preference, route`, nil, func(scan func(...any) error) (r transfer.RouteDefined, err error) {
		var body string
		if err := scan(&body); err != nil {
			return r, err
		}
		return r, json.Unmarshal([]byte(body), &r)
	})
}
