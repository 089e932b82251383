package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"amana/internal/authz"
	"amana/internal/explain"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/planning"
	"amana/internal/register"
	"amana/internal/schedule"
	"amana/internal/store"
)

// PlanPath names a plan in an address.
type PlanPath struct {
	Plan Number[id.Plan] `path:"plan"`
}

type planPersonPath struct {
	PlanPath
	Person Number[id.Person] `path:"person"`
}

// PlanHead is a plan without its people.
type PlanHead struct {
	Plan       Number[id.Plan] `json:"plan"`
	Wave       Number[id.Wave] `json:"wave"`
	Version    int             `json:"version" doc:"Among the plans of the wave, from 1."`
	State      string          `json:"state" enum:"draft,approved,superseded,discarded"`
	InForce    bool            `json:"in_force"`
	MadeAt     time.Time       `json:"made_at"`
	MadeBy     string          `json:"made_by"`
	ApprovedAt *time.Time      `json:"approved_at,omitempty"`
	ApprovedBy string          `json:"approved_by,omitempty"`
	SHA256     string          `json:"sha256" doc:"Of the document that is kept, hex."`
	Placed     int             `json:"placed"`
	Unplaced   int             `json:"unplaced"`
	Changes    int             `json:"changes" doc:"People who are elsewhere than in the plan in force."`
	Objective  float64         `json:"objective" doc:"Points by the policy."`
	Bound      float64         `json:"bound" doc:"No plan that places as many costs less."`
	Gap        float64         `json:"gap" doc:"How far the plan may be from the best one, as a part of the bound."`
	NoSeat     int             `json:"no_seat" doc:"People who have a place and no seat."`
	Convoys    int             `json:"convoys,omitempty" doc:"Not told to oversight."`
	Vehicles   int             `json:"vehicles,omitempty" doc:"Not told to oversight."`
}

func planHeadOf(h store.PlanHead) PlanHead {
	f := h.Figures
	return PlanHead{
		Plan: numberOf(h.Plan), Wave: numberOf(h.Wave), Version: h.Version, State: string(h.State), InForce: h.InForce, MadeAt: h.MadeAt, MadeBy: h.MadeBy,
		ApprovedAt: h.ApprovedAt, ApprovedBy: h.ApprovedBy, SHA256: h.SHA256, Placed: f.People, Unplaced: f.Unplaced, Changes: f.Changes, Objective: f.Objective,
		Bound: f.Bound, Gap: f.Gap, NoSeat: f.NoSeat, Convoys: f.Convoys, Vehicles: f.Vehicles,
	}
}

// PlanFile is a plan: who goes where, who has no place and why, and what it rests on.
type PlanFile struct {
	PlanHead
	Follows   Number[id.Plan] `json:"follows,omitzero" doc:"The plan in force that it changes."`
	Least     int             `json:"least" doc:"No plan changes fewer people."`
	Policy    Policy          `json:"policy"`
	Pins      []Pin           `json:"pins"`
	Closed    []string        `json:"closed"`
	Places    []PlannedPlace  `json:"places"`
	Unplaced  []NoPlace       `json:"people_without_place"`
	Held      []Held          `json:"held" doc:"Who is not in the wave, and why."`
	Conflicts []PlanConflict  `json:"conflicts"`
	Cells     []string        `json:"cells" doc:"That were planned, in the order of the proof."`
	Proof     PlanProof       `json:"proof"`
	Convoys   []PlannedConvoy `json:"timetable,omitempty" doc:"Not told to oversight."`
}

// PlannedPlace is where a plan has somebody.
type PlannedPlace struct {
	Person Number[id.Person] `json:"person"`
	Source string            `json:"source"`
	Cell   string            `json:"cell"`
	Bed    int               `json:"bed"`
	Was    string            `json:"was,omitempty" doc:"The cell in the plan in force."`
	Convoy int               `json:"convoy,omitempty" doc:"Number in the timetable, absent when no seat was found. Not told to oversight."`
}

// NoPlace is somebody who stays where they are.
type NoPlace struct {
	Person   Number[id.Person] `json:"person"`
	Source   string            `json:"source"`
	Was      string            `json:"was,omitempty"`
	Conflict int               `json:"conflict" doc:"Position from 0 of the conflict that says why, -1 when none does."`
}

// PlanConflict is rules, people and places that cannot all have their way: the smallest set of them.
type PlanConflict struct {
	Rules  []planning.Rule     `json:"rules" doc:"Every one of them is needed for it."`
	People []Number[id.Person] `json:"people" doc:"Who compete."`
	Left   []Number[id.Person] `json:"left" doc:"Who have no place."`
	Places []string            `json:"places" doc:"For which they compete; empty when none takes them."`
	Room   int                 `json:"room" doc:"How many of them fit."`
}

// PlanProof are prices of what is scarce, by which anybody can compute the bound again. A price is what one more is worth.
type PlanProof struct {
	Beds    []float64 `json:"beds" doc:"Per cell."`
	Medical []float64 `json:"medical" doc:"Per cell: a medical place."`
	Mixed   []float64 `json:"mixed" doc:"Per cell for any footing: a bed, when convicted people are housed there."`
	Prison  []float64 `json:"prison" doc:"Per prison, in the order of the cells: one person more."`
	Left    float64   `json:"left" doc:"What it counts to leave one person without a place."`
}

// PlannedConvoy is a convoy as the timetable has it.
type PlannedConvoy struct {
	Number  int        `json:"number"`
	Route   string     `json:"route"`
	Source  string     `json:"source"`
	Prison  string     `json:"prison"`
	Departs time.Time  `json:"departs"`
	Until   time.Time  `json:"until" doc:"When the last of its slots ends."`
	Loads   int        `json:"vehicles"`
	People  int        `json:"people"`
	Guards  int        `json:"guards"`
	Slots   []HeldSlot `json:"slots"`
}

// HeldSlot is a time that is held for a convoy at a line or a gate, so that it never waits in the open.
type HeldSlot struct {
	Place    string    `json:"place"`
	Gate     bool      `json:"gate"`
	From     time.Time `json:"from"`
	Latest   time.Time `json:"latest" doc:"Of the arrival."`
	Until    time.Time `json:"until"`
	Vehicles int       `json:"vehicles"`
	People   int       `json:"people"`
}

func codes(all []place.Code) []string {
	return each(all, func(c place.Code) string { return string(c) })
}

func listOf(all []float64) []float64 { return append([]float64{}, all...) }

func planOf(p register.Plan) PlanFile {
	out := PlanFile{
		PlanHead: planHeadOf(p.PlanHead), Follows: numberOf(p.Follows), Least: p.Least, Policy: policyOf(p.Policy), Closed: codes(p.Asked.Closed), Cells: codes(p.Cells),
		Pins: each(p.Asked.Pins, func(x register.Pin) Pin { return Pin{numberOf(x.Person), string(x.Cell), x.Reason} }),
		Places: each(p.Places, func(x register.Placed) PlannedPlace {
			return PlannedPlace{numberOf(x.Person), string(x.Source), string(x.Cell), x.Bed, string(x.Was), x.Convoy}
		}),
		Unplaced: each(p.Unplaced, func(x register.Unplaced) NoPlace {
			return NoPlace{numberOf(x.Person), string(x.Source), string(x.Was), x.Conflict}
		}),
		Held: each(p.Held, func(x register.Held) Held {
			return Held{numberOf(x.Person), string(x.Source), string(x.Why), x.Alert, numberOf(x.Move)}
		}),
		Conflicts: each(p.Conflicts, func(c register.Collision) PlanConflict {
			return PlanConflict{append([]planning.Rule{}, c.Rules...), numbersOf(c.People), numbersOf(c.Left), codes(c.Places), c.Room}
		}),
		Proof: PlanProof{listOf(p.Proof.Beds), listOf(p.Proof.Medical), listOf(p.Proof.Mixed), listOf(p.Proof.Prison), p.Proof.Left},
	}
	if p.Table != nil {
		out.Convoys = each(p.Table.Convoys, plannedConvoyOf)
	}
	return out
}

func plannedConvoyOf(c schedule.Convoy) PlannedConvoy {
	out := PlannedConvoy{
		Number: c.Number, Route: c.Route, Source: c.Source, Departs: c.Departs, Until: c.Until, Loads: len(c.Loads), People: c.People(), Guards: c.Guards,
		Slots: each(c.Slots, func(s schedule.Slot) HeldSlot {
			return HeldSlot{s.Place, s.Gate, s.From, s.Latest, s.Until, s.Vehicles, s.People}
		}),
	}
	if len(c.Loads) > 0 && len(c.Loads[0].Stops) > 0 {
		out.Prison = c.Loads[0].Stops[0].Prison
	}
	return out
}

// Why is why a plan has somebody where it has them, and what every other cell would cost.
type Why struct {
	Person    Number[id.Person] `json:"person"`
	Why       string            `json:"why" enum:"none,pinned,with_mother,only,kept,with_family,cheapest,found"`
	Cell      string            `json:"cell,omitempty"`
	Rules     []planning.Rule   `json:"rules" doc:"Without a place: a smallest set of rules that closes every cell as the plan stands."`
	Cost      WhyCost           `json:"cost" doc:"Points of this person alone."`
	Open      int               `json:"open" doc:"Other cells that take the person now."`
	Next      string            `json:"next,omitempty" doc:"The one of them that would cost least."`
	Extra     float64           `json:"extra" doc:"Points that the plan would cost more with the person there."`
	Elsewhere []Elsewhere       `json:"elsewhere"`
}

// WhyCost is what somebody's place costs, by its parts.
type WhyCost struct {
	Travel   float64 `json:"travel"`
	Court    float64 `json:"court"`
	Consul   float64 `json:"consul"`
	Language float64 `json:"language"`
	Move     float64 `json:"move"`
}

// Elsewhere is another cell for somebody: the rules that exclude it, or what the plan would cost more, exactly.
type Elsewhere struct {
	Cell  string            `json:"cell"`
	Rules []planning.Rule   `json:"rules" doc:"Empty when it is possible."`
	Extra float64           `json:"extra" doc:"Points; less than 0 when the plan would cost less."`
	With  Number[id.Person] `json:"with,omitzero" doc:"Who would change places, because the cell is full."`
}

type approval struct {
	PlanPath
	Body struct {
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

// ApprovedPlan tells what was booked.
type ApprovedPlan struct {
	Plan     Number[id.Plan]     `json:"plan"`
	Moves    int                 `json:"moves" doc:"Booked."`
	Kept     int                 `json:"kept" doc:"Moves of the plan before that stand as they were."`
	Changed  int                 `json:"changed"`
	Canceled int                 `json:"canceled"`
	Convoys  []Number[id.Convoy] `json:"convoys" doc:"Formed."`
	Reissued []Number[id.Convoy] `json:"reissued" doc:"Of the plan before, with a manifest that changed."`
	Closed   []Number[id.Convoy] `json:"closed" doc:"Of the plan before, that do not leave."`
	Entry    int64               `json:"entry" doc:"Sequence number in the log."`
}

func (a *API) plans() {
	r := a.Register
	read(a, operation{
		id: "read-plan", method: http.MethodGet, path: "/plans/{plan}", tag: "Plans", summary: "Read a plan", needs: authz.ReadPlans,
		more: "Each reading is on record. Oversight sees who goes where and why, and nothing of when and how convoys go.",
	}, func(ctx context.Context, who authz.Actor, in *PlanPath) (PlanFile, error) {
		p, err := r.Plan(ctx, who, in.Plan.n, a.Clock())
		return planOf(p), err
	})
	read(a, operation{
		id: "explain-place", method: http.MethodGet, path: "/plans/{plan}/people/{person}", tag: "Plans", summary: "Read why somebody is where a plan has them", needs: authz.ReadPlans,
		more: "And for every other cell the rules that exclude it, or exactly what the plan would cost more. Each reading is on record.",
	}, func(ctx context.Context, who authz.Actor, in *planPersonPath) (Why, error) {
		q, err := r.Question(ctx, who, in.Plan.n, a.Clock())
		if err != nil {
			return Why{}, err
		}
		return whyOf(&q, in.Person)
	})
	write(a, operation{
		id: "approve-plan", path: "/plans/{plan}/approve", tag: "Plans", summary: "Put a plan in force", needs: authz.ApprovePlan,
		more: "Beds are reserved, convoys formed and their manifests issued: all of it or nothing. Refused when anything that the plan rests on has changed.",
	}, func(ctx context.Context, by register.By, in *approval) (ApprovedPlan, error) {
		p, err := r.ApprovePlan(ctx, by, register.Approval{Plan: in.Plan.n, Note: in.Body.Note})
		return ApprovedPlan{
			numberOf(p.Plan), p.Moves, p.Kept, p.Changed, p.Canceled, numbersOf(p.Convoys), numbersOf(p.Reissued), numbersOf(p.Closed), p.Seq,
		}, err
	})
	write(a, operation{id: "discard-plan", path: "/plans/{plan}/discard", tag: "Plans", summary: "Throw a draft away", needs: authz.Allocate, more: "It stays on record as discarded."},
		func(ctx context.Context, by register.By, in *PlanPath) (Recorded, error) {
			return recorded(r.DiscardPlan(ctx, by, in.Plan.n))
		})
}

func whyOf(q *register.Problem, who Number[id.Person]) (Why, error) {
	name := strconv.FormatInt(int64(who.n), 10)
	for i := range q.Planned {
		if q.Problem.People[i].ID != name {
			continue
		}
		x := explain.Of(&q.Problem, q.Plan, i)
		out := Why{
			Person: who, Why: string(x.Why), Cell: x.Place, Rules: append([]planning.Rule{}, x.Rules...), Open: x.Open, Next: x.Next, Extra: x.Extra,
			Cost: WhyCost{x.Cost.Travel, x.Cost.Court, x.Cost.Consul, x.Cost.Language, x.Cost.Move},
		}
		out.Elsewhere = each(explain.Elsewhere(&q.Problem, q.Plan, i), func(o explain.Option) Elsewhere {
			e := Elsewhere{Cell: q.Problem.Places[o.Place].ID, Rules: append([]planning.Rule{}, o.Rules...), Extra: o.Extra}
			if o.With != planning.Nowhere {
				with, _ := id.Parse[id.Person](id.NounPerson, q.Problem.People[o.With].ID) // as the register wrote it
				e.With = numberOf(with)
			}
			return e
		})
		return out, nil
	}
	return Why{}, fault.New(fault.NotFound, "plan.not_of_plan", "the plan is not about this person")
}
