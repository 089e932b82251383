package cli

import (
	"cmp"
	"slices"

	"amana/internal/fault"
	"amana/internal/identity"
	"amana/internal/person"
	"amana/internal/trial"
)

// listed are the people of a file, numbered in the order in which they first appear. One person may have several rows: further names,
// or what another source says.
type listed struct {
	rows    []trial.Row // by person
	first   []int       // the first row of each person, by number, and the end
	numbers map[string]uint64
	parts   []part
}

// part is a run of rows of one person that becomes one description.
type part struct {
	number     uint64
	begin, end int
}

// namesAtOnce is how many names one description holds, as many as are compared; a person with more has several descriptions.
const namesAtOnce = 12

// readRegister reads a file of people.
func readRegister(file string) (*listed, error) {
	rows, err := readRows(file)
	if err != nil {
		return nil, err
	}
	return list(rows), nil
}

func readRows(file string) ([]trial.Row, error) {
	f, err := open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	rows, err := trial.ReadRows(file, f)
	if err == nil && len(rows) == 0 {
		return nil, fault.New(fault.Invalid, "file.empty", "%s has no rows", file)
	}
	return rows, err
}

// list puts the rows of each person together. A row without an id is a person of its own.
func list(rows []trial.Row) *listed {
	l := &listed{rows: rows, numbers: make(map[string]uint64, len(rows))}
	numbers := make([]uint64, len(rows))
	people := uint64(0)
	for i, r := range rows {
		number, known := l.numbers[r.ID]
		if !known || r.ID == "" {
			number = people
			people++
			l.numbers[r.ID] = number
		}
		numbers[i] = number
	}
	delete(l.numbers, "")
	if !slices.IsSorted(numbers) {
		order := make([]int, len(rows))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(numbers[a], numbers[b]) })
		sorted, by := make([]trial.Row, len(rows)), make([]uint64, len(rows))
		for i, from := range order {
			sorted[i], by[i] = rows[from], numbers[from]
		}
		l.rows, numbers = sorted, by
	}
	names := 0
	for i, r := range l.rows {
		fresh := i == 0 || numbers[i] != numbers[i-1]
		if fresh {
			l.first = append(l.first, i)
		}
		more := 1 + len(r.Also)
		if names += more; fresh || names > namesAtOnce {
			l.parts = append(l.parts, part{numbers[i], i, i})
			names = more
		}
		l.parts[len(l.parts)-1].end = i + 1
	}
	l.first = append(l.first, len(l.rows))
	return l
}

// people is how many people the file has.
func (l *listed) people() int { return len(l.first) - 1 }

// row is the first row of a person.
func (l *listed) row(number uint64) trial.Row { return l.rows[l.first[number]] }

// names are all names of a person.
func (l *listed) names(number uint64) []string {
	var all []string
	for _, r := range l.rows[l.first[number]:l.first[number+1]] {
		for _, n := range append([]string{r.Name}, r.Also...) {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return all
}

// details joins the rows of a part: names and nationalities are added, other dates of birth stand beside the first.
func (l *listed) details(p part) person.Details {
	d := l.rows[p.begin].Details()
	for _, r := range l.rows[p.begin+1 : p.end] {
		more := r.Details()
		for _, n := range more.Names {
			if !slices.Contains(d.Names, n) {
				d.Names = append(d.Names, n)
			}
		}
		for _, c := range more.Claims {
			if !slices.Contains(d.Claims, c) {
				d.Claims = append(d.Claims, c)
			}
		}
		switch date := more.Birth.Date; {
		case !d.Birth.Date.Known():
			d.Birth = more.Birth
		case date.Known() && date != d.Birth.Date && !slices.Contains(d.OtherBirths, date):
			d.OtherBirths = append(d.OtherBirths, date)
		}
		if d.Sex == person.SexUnknown {
			d.Sex = more.Sex
		}
	}
	return d
}

// counted is the model with the names of the people counted, of an even sample when they are many.
func (l *listed) counted(m *identity.Model) *identity.Model {
	f := identity.NewFrequencies()
	for i := 0; i < len(l.parts); i += 1 + len(l.parts)/sampled {
		f.Add(m.Record(l.details(l.parts[i])))
	}
	return m.WithFrequencies(f)
}

// sampled is how many people are counted at most: enough to know what is common.
const sampled = 200_000

// record gives the descriptions and whose they are.
func (l *listed) record(m *identity.Model) func(i int) (uint64, *identity.Record) {
	return func(i int) (uint64, *identity.Record) { return l.parts[i].number, m.Record(l.details(l.parts[i])) }
}
