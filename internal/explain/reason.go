package explain

import (
	"fmt"
	"strings"

	"amana/internal/planning"
)

// Why is a code for what decides where somebody is.
type Why string

// What can decide, the first that holds.
const (
	WhyNone       Why = "none"        // they have no place: Rules say what stands in the way
	WhyPinned     Why = "pinned"      // a human chose the place
	WhyWithMother Why = "with_mother" // a small child is where the mother is
	WhyOnly       Why = "only"        // no other place takes them now
	WhyKept       Why = "kept"        // they stay as in the plan in force
	WhyFamily     Why = "with_family" // a place of another prison would cost less, but the family is here
	WhyCheapest   Why = "cheapest"    // every other place that takes them now costs more
	WhyFound      Why = "found"       // another place would cost less: the best that was found, not the best
)

// Count is how many places a rule excludes.
type Count struct {
	Rule   planning.Rule
	Places int
}

// Reason is why somebody is where they are. The parts of Cost are those of the person alone: what is balanced between many (density,
// group, nationality) is in Extra.
type Reason struct {
	Why      Why
	Place    string          // id, empty when they have none
	Rules    []planning.Rule // without a place: a smallest set of rules that closes every place as the plan stands
	Cost     Breakdown
	Excluded []Count // by each rule that excludes places, whoever else is there, and full ones
	Open     int     // other places that take them now
	Next     string  // id of the one that would cost least, empty when there is none
	Extra    float64 // points that the plan would cost more with them there
}

// Of tells why person i is where they are.
func Of(q *planning.Problem, p planning.Plan, i int) Reason { return newReasoner(q, p).of(i) }

// Some tells it of several people, which is faster than one after another.
func Some(q *planning.Problem, p planning.Plan, people []int) []Reason {
	r := newReasoner(q, p)
	all := make([]Reason, len(people))
	for n, i := range people {
		all[n] = r.of(i)
	}
	return all
}

// Reasons tells it of everybody.
func Reasons(q *planning.Problem, p planning.Plan) []Reason {
	everybody := make([]int, len(q.People))
	for i := range everybody {
		everybody[i] = i
	}
	return Some(q, p, everybody)
}

// reasoner asks about one person after another.
type reasoner struct {
	*board
	terms *terms
	tally [everyRule + 1]int // places by the set of rules that closes them
	seen  []rules            // sets with a tally
}

func newReasoner(q *planning.Problem, p planning.Plan) *reasoner {
	return &reasoner{board: lay(q, p.Places), terms: newTerms(q)}
}

func (b *reasoner) of(i int) Reason {
	r := Reason{Why: WhyCheapest}
	home, unit := b.at[i], b.unit(i)
	saved := b.lift(unit)
	next, family := b.look(&r, i, home, unit, saved)
	closed := b.count(&r)
	if next != planning.Nowhere {
		r.Next = b.q.Places[next].ID
	}
	if home == planning.Nowhere {
		if r.Why = WhyNone; r.Open == 0 {
			r.Rules = hit(closed).list()
		}
		return r
	}
	for _, k := range unit {
		b.put(k, home)
	}
	r.Place = b.q.Places[home].ID
	b.terms.of(&r.Cost, i, home)
	switch {
	case b.q.Pin(i) == home:
		r.Why = WhyPinned
	case b.mothers[i] != planning.Nowhere:
		r.Why = WhyWithMother
	case r.Open == 0:
		r.Why = WhyOnly
	case b.q.Was(i) == home:
		r.Why = WhyKept
	case family:
		r.Why = WhyFamily
	case r.Extra < -1e-6:
		r.Why = WhyFound
	}
	return r
}

// look tries every place: which is the best of the others, and whether the family alone keeps them from a cheaper one.
func (b *reasoner) look(r *Reason, i, home int, unit []int, saved float64) (next int, family bool) {
	next = planning.Nowhere
	excluded, alone := b.excluded[b.class[i]], b.alone[b.kind[i]]
	for l := range b.q.Places {
		if l == home {
			continue
		}
		by, cost := excluded[l], 0.0
		switch full := len(b.in[l])+len(unit) > b.q.Places[l].Free(); {
		case full:
			by |= byCapacity
		case by == 0 || home == planning.Nowhere:
			by, cost = b.try(unit, l)
		}
		if by == 0 {
			r.Open++
			if extra := cost - saved; next == planning.Nowhere || extra < r.Extra {
				next, r.Extra = l, extra
			}
			continue
		}
		family = family || by == byFamily && home != planning.Nowhere && alone[l] < alone[home]
		if b.tally[by]++; b.tally[by] == 1 {
			b.seen = append(b.seen, by)
		}
	}
	return next, family
}

// count says how many places each rule closes, and gives the sets of rules that do.
func (b *reasoner) count(r *Reason) map[rules]bool {
	closed := map[rules]bool{}
	var places [len(order)]int
	for _, by := range b.seen {
		closed[by] = true
		for n := range order {
			if by&(1<<n) != 0 {
				places[n] += b.tally[by]
			}
		}
		b.tally[by] = 0
	}
	b.seen = b.seen[:0]
	for n, places := range places {
		if places > 0 {
			r.Excluded = append(r.Excluded, Count{order[n], places})
		}
	}
	return closed
}

// English is the reason in one short sentence.
func (r Reason) English() string {
	var s strings.Builder
	switch r.Why {
	case WhyNone:
		if r.Next != "" {
			return "no place was given, though one is open: " + r.Next
		}
		return "no place: " + Words(r.Rules)
	case WhyPinned:
		s.WriteString("a human chose this place")
	case WhyWithMother:
		s.WriteString("with the mother")
	case WhyOnly:
		s.WriteString("the only place that takes them now")
	case WhyKept:
		s.WriteString("stays as in the plan in force")
	case WhyFamily:
		s.WriteString("with the family")
	case WhyFound:
		s.WriteString("the best that was found")
	case WhyCheapest:
		s.WriteString("the place that costs least")
	}
	var parts []string
	for _, part := range []struct {
		name   string
		points float64
	}{{"travel", r.Cost.Travel}, {"court", r.Cost.Court}, {"consul", r.Cost.Consul}, {"language", r.Cost.Language}, {"change", r.Cost.Move}} {
		if part.points > 0 {
			parts = append(parts, fmt.Sprintf("%s %.1f", part.name, part.points))
		}
	}
	if len(parts) > 0 {
		s.WriteString(": " + strings.Join(parts, ", "))
	}
	if r.Next != "" && r.Why != WhyPinned && r.Why != WhyWithMother {
		fmt.Fprintf(&s, "; next best %s, %+.1f", r.Next, r.Extra)
	}
	return s.String()
}
