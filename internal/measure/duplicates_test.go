package measure_test

import (
	"fmt"
	"math"
	"testing"

	"amana/internal/civil"
	"amana/internal/identity"
	"amana/internal/measure"
	"amana/internal/person"
	"amana/internal/trial"
)

func male(name string, year, month, day int) trial.Row {
	return trial.Row{Name: name, Birth: civil.Date{Year: year, Month: month, Day: day}, Nats: []string{"IRQ"}, Sex: person.Male}
}

// TestFindDuplicates has a person who is registered, one who stands in the file twice, one who cannot be recognised, and one who is new.
func TestFindDuplicates(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	x := identity.NewIndex(m)
	registered := []trial.Row{male("Zaydan Qahtan Luqman al-Dulaimi", 1980, 3, 17), male("Haytham Ghassan Jawdat", 1991, 9, 23)}
	for i, r := range registered {
		x.Add(uint64(i), m.Record(r.Details()))
	}
	arrival := func(who int, r trial.Row) trial.Arrival {
		return trial.Arrival{Query: trial.Query{Row: r}, Person: who}
	}
	got := measure.FindDuplicates(x, []trial.Arrival{
		arrival(0, male("Zaydan Qahtan Luqman al-Dulaymi", 1980, 3, 17)),
		arrival(7, male("Mundhir Shihab Rasheed al-Shammari", 1975, 11, 29)),
		arrival(7, male("Munther Shihab Rashid al-Shammari", 1975, 11, 29)),
		arrival(1, trial.Row{Name: "Xavier"}),
		arrival(9, male("Bilal Idris Tamim", 2001, 6, 8)),
	}, len(registered))
	if got.Rows != 5 || got.Positives != 3 || got.Accepted != 2 || got.Precision != 1 || math.Abs(float64(got.Recall)-2./3) > 1e-9 || got.Seconds <= 0 {
		t.Errorf("%+v", got)
	}
}

// TestScreen lets two in a thousand pass, and not three who have one name and so one score.
func TestScreen(t *testing.T) {
	t.Parallel()
	m := identity.Default()
	names := []string{"Zaydan Qahtan Luqman", "Haytham Ghassan Jawdat Suhayl al-Qurashi"}
	list := func(namesakes int) trial.List {
		var l trial.List
		for i, n := range names {
			id := fmt.Sprint("E", i)
			e, q := trial.Entry{ID: id, Names: []person.Name{{Raw: n}}}, trial.Row{ID: id, Name: n}
			if i == 1 {
				e.Births, q.Birth = []civil.Date{{Year: 1991, Month: 9, Day: 23}}, civil.Date{Year: 1991, Month: 9, Day: 23}
			}
			l.Entries, l.Altered = append(l.Entries, e), append(l.Altered, trial.Query{Row: q})
		}
		for i := range 1000 {
			name := "Xi Wei"
			if i < namesakes {
				name = names[0]
			}
			l.Others = append(l.Others, trial.Query{Row: trial.Row{Name: name}})
		}
		return l
	}
	for _, c := range []struct {
		namesakes     int
		namesOnly     bool
		recall, wrong measure.Ratio
	}{
		{0, false, 1, 0},
		{2, false, 1, 2},
		{3, false, .5, 0}, // the date of birth lifts the other above them
		{3, true, 0, 0},
	} {
		got := measure.Screen(m, list(c.namesakes), c.namesOnly)
		if got.Entries != 2 || got.Altered != 2 || got.Others != 1000 || got.Recall != c.recall || got.FalseAlerts != c.wrong {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}
