package register

import (
	"slices"

	"amana/internal/plancheck"
	"amana/internal/planfile"
	"amana/internal/planning"
)

// settle sees to it that those who have their place already keep it: where a search gave the bed of one of them away, whoever got it stays at
// the source instead.
func (q *question) settle(places []int) {
	used := make([]int, len(q.Places))
	for _, l := range places {
		if l != planning.Nowhere {
			used[l]++
		}
	}
	mothers := q.Mothers()
	leave := func(who int) { // a mother and her children stay together (norms R20)
		if m := mothers[who]; m != planning.Nowhere {
			who = m
		}
		for i := range q.planned {
			if (i == who || mothers[i] == who) && places[i] != planning.Nowhere {
				used[places[i]]--
				places[i] = planning.Nowhere
			}
		}
	}
	for i := q.planned; i < len(places); i++ {
		home := q.Pin(i)
		if places[i] == home {
			continue
		}
		places[i] = home
		for used[home]++; used[home] > q.Places[home].Free(); {
			j := q.last(places, home)
			if j < 0 {
				break
			}
			leave(j)
		}
		for _, pair := range q.Apart {
			for _, two := range [][2]int{{pair.A, pair.B}, {pair.B, pair.A}} {
				if two[0] == i && two[1] < q.planned && q.together(places[two[1]], home, pair.Scope) {
					leave(two[1])
				}
			}
		}
	}
}

// together reports whether two places are too near for people who are kept apart by this scope.
func (q *question) together(a, b int, scope planning.Scope) bool {
	if a == planning.Nowhere || b == planning.Nowhere {
		return false
	}
	x, y := q.Places[a], q.Places[b]
	return x.Prison == y.Prison && (scope == planning.ApartPrison || (x.Block == y.Block && (scope == planning.ApartBlock || a == b)))
}

// last is the last of those who are planned in a place, one without a family if there is one; -1 when there is none.
func (q *question) last(places []int, l int) int {
	found := -1
	for i := range q.planned {
		if places[i] == l && (found < 0 || q.People[i].Family == "" || q.People[found].Family != "") {
			found = i
		}
	}
	return found
}

// violations are what the independent checker says of a plan; rules about a mother or a family of which a part has its place already cannot be kept
// by those who are planned alone.
func (q *question) violations(answer planning.Plan) []plancheck.Violation {
	there := map[string]bool{}
	for _, p := range q.People[q.planned:] {
		there[p.ID] = true
	}
	rows := planfile.Rows(&q.Problem, answer.Places, func(int) string { return "" })
	var found []plancheck.Violation
	for _, v := range plancheck.Check(&q.Problem, rows).Violations {
		kin := v.Rule == planning.RuleMother || v.Rule == planning.RuleFamily
		if !kin || !slices.ContainsFunc(v.People, func(p string) bool { return there[p] }) {
			found = append(found, v)
		}
	}
	return found
}
