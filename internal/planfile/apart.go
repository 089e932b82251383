package planfile

import (
	"cmp"
	"slices"
	"strings"

	"amana/internal/planning"
)

var apartColumns = columns{needed: []string{"a", "b", "scope"}}

// pair is two people kept apart, the first before the second, and where that was said.
type pair struct {
	a, b, row int32
	scope     uint8 // the wider the more
	group     bool  // of a group, and so not by name
}

var widths = []planning.Scope{planning.ApartCell, planning.ApartBlock, planning.ApartPrison}

// readApart reads who is kept apart. People have been read before.
func (r *reading) readApart(s Source) {
	t := r.open(s, apartColumns)
	if t == nil {
		return
	}
	var pairs []pair
	for t.next() {
		scope := one(t, "scope", "scope.unknown", scopes)
		a, namedA := r.side(t, "a")
		b, namedB := r.side(t, "b")
		if t.bad {
			continue
		}
		if namedA && namedB && t.get("a") == t.get("b") {
			t.reject("b", "pair.self")
			continue
		}
		within := !namedA && t.get("a") == t.get("b")
		for n, i := range a {
			others := b
			if within {
				others = a[n+1:]
			}
			if len(pairs)+len(others) > MaxPairs {
				r.add(s.Name, t.row, "", "pair.too_many", "")
				return
			}
			for _, j := range others {
				if i != j {
					pairs = append(pairs, pair{min(i, j), max(i, j), int32(t.row), uint8(slices.Index(widths, scope)), !namedA || !namedB})
				}
			}
		}
	}
	r.keepWidest(s, pairs)
	r.checkTogether(s, pairs)
}

// side reads one side of a pair: a person by name, or everyone of a group.
func (r *reading) side(t *table, column string) (who []int32, named bool) {
	s := t.get(column)
	if name, isGroup := strings.CutPrefix(s, groupOf); isGroup {
		if who = r.groups[name]; len(who) == 0 && !r.people.broken {
			t.reject(column, "group.unknown")
		}
		return who, false
	}
	i, known := r.people.find(s)
	switch {
	case s == "":
		t.reject(column, "id.missing")
	case !known:
		t.reject(column, "person.unknown")
	case i != planning.Nowhere:
		return []int32{int32(i)}, true
	}
	return nil, true
}

// keepWidest takes each pair once, with the widest scope that was said of it. The same said twice by name is a mistake.
func (r *reading) keepWidest(s Source, pairs []pair) {
	slices.SortFunc(pairs, func(p, q pair) int {
		return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b), -cmp.Compare(p.scope, q.scope), compareBool(p.group, q.group), cmp.Compare(p.row, q.row))
	})
	var twice []pair
	for n, p := range pairs {
		if n > 0 && p.a == pairs[n-1].a && p.b == pairs[n-1].b {
			if p.scope == pairs[n-1].scope && !p.group && !pairs[n-1].group {
				twice = append(twice, p)
			}
			continue
		}
		r.q.Apart = append(r.q.Apart, planning.Apart{A: int(p.a), B: int(p.b), Scope: widths[p.scope]})
	}
	slices.SortFunc(twice, func(p, q pair) int { return cmp.Compare(p.row, q.row) })
	for _, p := range twice {
		r.add(s.Name, int(p.row), "", "pair.twice", r.both(p))
	}
}

// checkTogether finds people who are to be apart and together: of one family and kept apart by prison, or mother and small child.
func (r *reading) checkTogether(s Source, pairs []pair) {
	mothers := r.q.Mothers()
	slices.SortFunc(pairs, func(p, q pair) int {
		return cmp.Or(cmp.Compare(p.row, q.row), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
	})
	for _, p := range pairs {
		a, b := int(p.a), int(p.b)
		family := r.q.People[a].Family
		switch {
		case mothers[a] == b || mothers[b] == a:
			r.add(s.Name, int(p.row), "", "mother.apart", r.both(p))
		case family != "" && family == r.q.People[b].Family && widths[p.scope] == planning.ApartPrison:
			r.add(s.Name, int(p.row), "", "family.apart", r.both(p))
		}
	}
}

func (r *reading) both(p pair) string { return r.q.People[p.a].ID + " " + r.q.People[p.b].ID }

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
