package text

import (
	"amana/internal/authz"
	"amana/internal/custody"
	"amana/internal/per"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/transfer"
)

// term looks a word of the domain up; a word that this version does not know is shown as it is written.
func (c *Catalogue) term(family, code string) string {
	if s, ok := c.plain[family+"."+code]; ok {
		return s
	}
	return code
}

// Kind names a kind of entry.
func (c *Catalogue) Kind(k custody.Kind) string { return c.term("kind", string(k)) }

// Movement names a type of movement.
func (c *Catalogue) Movement(t custody.MovementType) string { return c.term("movement", string(t)) }

// Difference names a kind of difference.
func (c *Catalogue) Difference(k custody.DifferenceKind) string {
	return c.term("difference", string(k))
}

// Resolution says how a difference was closed; what a person wrote is shown as written.
func (c *Catalogue) Resolution(r string) string { return c.term("resolution", r) }

// Class names a class of accounts.
func (c *Catalogue) Class(k custody.Class) string { return c.term("class", string(k)) }

// Exit names an exit or the outside.
func (c *Catalogue) Exit(a custody.Account) string { return c.term("account", string(a)) }

// PlaceKind names a kind of place.
func (c *Catalogue) PlaceKind(k place.Kind) string { return c.term("place_kind", string(k)) }

// PlaceState names the state of a place.
func (c *Catalogue) PlaceState(s place.State) string { return c.term("place_state", string(s)) }

// Convoy names the state of a convoy.
func (c *Catalogue) Convoy(s transfer.State) string { return c.term("convoy_state", string(s)) }

// Mode names how a convoy travels.
func (c *Catalogue) Mode(m transfer.Mode) string { return c.term("mode", string(m)) }

// Leg names the state of a leg.
func (c *Catalogue) Leg(s transfer.LegState) string { return c.term("leg_state", string(s)) }

// Move names the state of a move.
func (c *Catalogue) Move(s custody.MoveState) string { return c.term("move_state", string(s)) }

// Bed names what a bed is to a person.
func (c *Catalogue) Bed(s custody.BedState) string { return c.term("bed_state", string(s)) }

// Incident names a type of incident.
func (c *Catalogue) Incident(t custody.IncidentType) string { return c.term("incident", string(t)) }

// Role names a role.
func (c *Catalogue) Role(r authz.Role) string { return c.term("role", string(r)) }

// Ground names the ground on which somebody is held.
func (c *Catalogue) Ground(g string) string { return c.term("ground", g) }

// Alert names an alert by its code.
func (c *Catalogue) Alert(code string) string { return c.term("alert", code) }

// Exception says why somebody did not pass a line, or passed it unlisted.
func (c *Catalogue) Exception(why string) string { return c.term("exception", why) }

// Record names the status of an escort record.
func (c *Catalogue) Record(status string) string { return c.term("per_status", status) }

// Observation names a type of observation.
func (c *Catalogue) Observation(t string) string { return c.term("observation", t) }

// Finding says what came out of one comparison of two records.
func (c *Catalogue) Finding(code string) string { return c.term("finding", code) }

// Compared names what is compared of two records: name, birth and so on.
func (c *Catalogue) Compared(field string) string { return c.term("compared", field) }

// ZoneField names a field of a machine readable zone.
func (c *Catalogue) ZoneField(field string) string { return c.term("zone", field) }

// Band says what the evidence for a pair means for the work of humans.
func (c *Catalogue) Band(band string) string { return c.term("band", band) }

// Verdict names what somebody decided about a pair.
func (c *Catalogue) Verdict(v custody.Verdict) string { return c.term("verdict", string(v)) }

// Stage says how urgent a pair is by where its people are.
func (c *Catalogue) Stage(stage string) string { return c.term("stage", stage) }

// Sex names a sex by its ISO 5218 code.
func (c *Catalogue) Sex(s person.Sex) string {
	switch s {
	case person.Male:
		return c.T("sex.male")
	case person.Female:
		return c.T("sex.female")
	case person.SexOther:
		return c.T("sex.other")
	}
	return c.T("sex.unknown")
}

// Flag says what an escort record tells at a glance, in the words of its framework.
func (c *Catalogue) Flag(key string) string {
	for _, f := range per.Current().Flags {
		if f.Key == key {
			return f.Text.In(string(c.Lang))
		}
	}
	return key
}

// Rule says in the language of the catalogue what a rule wants; fallback, the English text that came with the failure,
// stands in where the catalogue has nothing.
func (c *Catalogue) Rule(rule, fallback string) string {
	if s, ok := c.plain["rule."+rule]; ok {
		return s
	}
	if fallback == "" {
		return rule
	}
	return fallback
}

// Note says what the note on a difference means; what a person wrote is shown as written.
func (c *Catalogue) Note(n string) string { return c.term("note", n) }

// Holding says why somebody at a source is not in a wave.
func (c *Catalogue) Holding(why string) string { return c.term("holding", why) }

// PlanState says what became of a plan.
func (c *Catalogue) PlanState(s string) string { return c.term("plan_state", s) }

// Planning says a hard rule of plans.
func (c *Catalogue) Planning(rule string) string { return c.term("planning", rule) }

// Because says why somebody is where a plan has them.
func (c *Catalogue) Because(why string) string { return c.term("because", why) }

// PolicyTerm names a weight of a policy, and what it is counted for.
func (c *Catalogue) PolicyTerm(name string) string { return c.term("policy", name) }

// Seatless says why somebody who has a place has no seat.
func (c *Catalogue) Seatless(why string) string { return c.term("seatless", why) }

// Legal names the footing on which somebody is held.
func (c *Catalogue) Legal(footing string) string { return c.term("legal", footing) }

// Track names whom a place is for by age.
func (c *Catalogue) Track(age string) string { return c.term("track", age) }
