package explain

import (
	"fmt"
	"slices"
	"strings"

	"amana/internal/person"
	"amana/internal/planning"
)

// Shortage is a conflict in figures, for the catalogues of the languages.
type Shortage struct {
	People    int // who compete
	Women     int // of age
	Men       int // of age
	Girls     int // juvenile, those who stay with a mother not counted
	Boys      int
	Children  int // who stay with a mother
	Open      int // of no known sex
	Medical   int // of all of them, who need a medical place
	Convicted int // by their own footing
	Left      int // without a place
	Room      int // how many of People fit
	Places    int
	Prisons   []string
	Provinces []string
	Names     []string // ids of the people, when they are few
	Rules     []planning.Rule
	Blocked   bool // no place takes them
	Unproven  bool // another plan might place them
}

// few is how many people are named one by one.
const few = 8

// Figures counts a conflict.
func Figures(q *planning.Problem, c planning.Conflict) Shortage {
	s := Shortage{People: len(c.People), Left: len(c.Left), Room: c.Room, Places: len(c.Places), Rules: c.Rules, Blocked: len(c.Places) == 0, Unproven: c.Unproven}
	mothers := q.Mothers()
	for _, i := range c.People {
		p := &q.People[i]
		s.Medical += b2i(p.Medical)
		s.Convicted += b2i(p.Legal == planning.Convicted)
		switch {
		case mothers[i] != planning.Nowhere:
			s.Children++
		case p.Sex != person.Male && p.Sex != person.Female:
			s.Open++
		case p.Sex == person.Female && p.Juvenile():
			s.Girls++
		case p.Sex == person.Female:
			s.Women++
		case p.Juvenile():
			s.Boys++
		default:
			s.Men++
		}
		if len(c.People) <= few {
			s.Names = append(s.Names, p.ID)
		}
	}
	for _, l := range c.Places {
		s.Prisons = append(s.Prisons, q.Places[l].Prison)
		s.Provinces = append(s.Provinces, q.Places[l].Province)
	}
	s.Prisons, s.Provinces = distinct(s.Prisons), distinct(s.Provinces)
	return s
}

func distinct(all []string) []string { return slices.Compact(slices.Sorted(slices.Values(all))) }

// Sentence is a conflict in English, for example "41 women with children, room for 36 in 3 places of IQ-BB, IQ-DQ and IQ-NI: 5 have none. …".
func Sentence(q *planning.Problem, c planning.Conflict) string {
	s := Figures(q, c)
	who := s.who()
	if len(s.Names) > 0 {
		who += " (" + strings.Join(s.Names, ", ") + ")"
	}
	switch {
	case len(c.Rules) == 0:
		return fmt.Sprintf("%s: a place is open; the plan does not place everyone who can be placed", who)
	case s.Unproven && s.Room == 0:
		return fmt.Sprintf("%s: as the plan stands, no place is open to them: %s", who, Words(c.Rules))
	case s.Blocked:
		return fmt.Sprintf("%s: no place takes them: %s", who, Words(c.Rules))
	default:
		return fmt.Sprintf("%s, room for %d in %s of %s: %d %s none: %s", who, s.Room, many(s.Places, "place", "places"), listed(s.Provinces), s.Left, word(s.Left, "has", "have"), Words(c.Rules))
	}
}

// who names the people by what separates them.
func (s Shortage) who() string {
	women := many(s.Women, "woman", "women")
	children := s.Children
	if s.Women > 0 && children > 0 && s.Men+s.Girls+s.Boys+s.Open == 0 {
		return women + " with " + many(children, "child", "children")
	}
	var parts []string
	for _, p := range []struct {
		n         int
		one, more string
	}{
		{s.Women, "woman", "women"},
		{s.Men, "man", "men"},
		{s.Girls, "girl", "girls"},
		{s.Boys, "boy", "boys"},
		{children, "small child", "small children"},
		{s.Open, "person of no known sex", "people of no known sex"},
	} {
		if p.n > 0 {
			parts = append(parts, many(p.n, p.one, p.more))
		}
	}
	text := listed(parts)
	if s.Medical == s.People {
		text += " who " + word(s.People, "needs", "need") + " medical places"
	}
	return text
}

func word(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

func many(n int, one, more string) string { return fmt.Sprintf("%d %s", n, word(n, one, more)) }

func listed(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

var words = map[planning.Rule]string{
	planning.RuleSex:      "men and women are apart",
	planning.RuleAge:      "juveniles and adults are apart",
	planning.RuleLegal:    "the legal footings are apart",
	planning.RuleSecurity: "the other places are not built for their security level",
	planning.RuleMedical:  "medical places are limited",
	planning.RuleSexKnown: "whose sex is not known has no place until a human decides",
	planning.RulePinned:   "a human chose the place",
	planning.RuleCapacity: "all beds are taken",
	planning.RuleMother:   "a small child is where the mother is",
	planning.RuleFamily:   "a family is in one prison",
	planning.RuleApart:    "who are kept apart are apart",
	planning.RuleMixed:    "a place for any footing houses convicted people or others, never both",
}

// Words says rules in English.
func Words(all []planning.Rule) string {
	var parts []string
	for _, r := range all {
		parts = append(parts, words[r])
	}
	return strings.Join(parts, "; ")
}
