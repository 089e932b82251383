package trial

import (
	"testing"

	"amana/internal/person"
)

// TestFamilies asks that brothers, fathers, twins and namesakes are in the register as often as said, and that no two brothers
// have one name.
func TestFamilies(t *testing.T) {
	t.Parallel()
	const n = 40_000
	r := NewRegister(37, n, Whole)
	brothers, twins, fathers, namesakes := 0, 0, 0, 0
	for start := 0; start < n; start += block {
		var people [block]human
		for i := range people {
			people[i] = r.person(start + i)
		}
		for i, a := range people {
			brother, twin := false, false
			for j, b := range people {
				if i == j {
					continue
				}
				if a.names == b.names {
					if i < j {
						namesakes++
						if a.birth.Year-b.birth.Year <= 2 && b.birth.Year-a.birth.Year <= 2 {
							t.Errorf("%d and %d have one name and were born in %v and %v", a.number, b.number, a.birth, b.birth)
						}
					}
					continue
				}
				if a.sex == person.Male && a.names[family] == b.names[family] && a.names[given] == b.names[father] && a.names[father] == b.names[grand] && a.names[grand] == b.names[great] {
					fathers++
					if b.birth.Year-a.birth.Year < 18 && !r.namesake(a.number) && !r.namesake(b.number) {
						t.Errorf("%d is the father of %d at %d", a.number, b.number, b.birth.Year-a.birth.Year)
					}
				}
				if a.names[father] == b.names[father] && a.names[grand] == b.names[grand] && a.names[great] == b.names[great] {
					brother = true
					if a.names[given] == b.names[given] && a.sex == b.sex {
						t.Errorf("%d and %d are brothers of one name", a.number, b.number)
					}
					twin = twin || a.birth == b.birth
				}
			}
			if brother {
				brothers++
			}
			if twin {
				twins++
			}
		}
	}
	for what, c := range map[string][3]int{
		"with a brother or sister": {brothers, n * 20 / 100, n * 32 / 100},
		"twins":                    {twins, n * 4 / 1000, n * 15 / 1000},
		"fathers":                  {fathers, n * 15 / 1000, n * 60 / 1000},
		"namesakes":                {namesakes, n * 9 / 1000, n * 14 / 1000},
	} {
		if c[0] < c[1] || c[0] > c[2] {
			t.Errorf("%s: %d, want %d to %d", what, c[0], c[1], c[2])
		}
	}
}
