// Package lp writes the question of a plan as a mixed integer program, one variable for each person and place, and reads the answer of a
// general solver. The benchmark holds our solver against such a one with it; no plan is made here.
package lp

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"amana/internal/planning"
)

// Left is what it costs in the program to leave somebody without a place: more than any place does.
const Left = 10_000

// column is a variable, with its coefficients in rows.
type column struct {
	name    string
	cost    float64
	integer bool // 0 or 1; otherwise 0 and more
	rows    []int
	values  []float64
}

// row is a constraint: the sum is at most limit, or equal to it.
type row struct {
	equal bool
	limit float64
}

// model is a program to be minimised.
type model struct {
	q       *planning.Problem
	columns []column
	rows    []row
	at      [][]int // per person and place the column, or -1
}

// Write writes the program in the free MPS format. It is the same question that our solver is asked: all hard rules and all terms of
// the policy.
func Write(w io.Writer, q *planning.Problem) error {
	m := build(q)
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintf(out, "NAME plan\nROWS\n N cost\n")
	for r, row := range m.rows {
		sense := "L"
		if row.equal {
			sense = "E"
		}
		fmt.Fprintf(out, " %s r%d\n", sense, r)
	}
	fmt.Fprint(out, "COLUMNS\n")
	marked, marks := false, 0
	mark := func(integer bool) {
		if integer != marked {
			kind := "INTEND"
			if integer {
				kind = "INTORG"
			}
			fmt.Fprintf(out, " mark%d 'MARKER' '%s'\n", marks, kind)
			marked, marks = integer, marks+1
		}
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	for _, c := range m.columns {
		mark(c.integer)
		fmt.Fprintf(out, " %s cost %s\n", c.name, number(c.cost))
		for n, r := range c.rows {
			fmt.Fprintf(out, " %s r%d %s\n", c.name, r, number(c.values[n]))
		}
	}
	mark(false)
	fmt.Fprint(out, "RHS\n")
	for r, row := range m.rows {
		if row.limit != 0 {
			fmt.Fprintf(out, " limit r%d %s\n", r, number(row.limit))
		}
	}
	fmt.Fprint(out, "BOUNDS\n")
	for _, c := range m.columns {
		if c.integer {
			fmt.Fprintf(out, " UP bound %s 1\n", c.name)
		}
	}
	fmt.Fprint(out, "ENDATA\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the program: %w", err)
	}
	return nil
}

func build(q *planning.Problem) *model {
	m := &model{q: q}
	m.people()
	m.beds()
	m.families()
	m.apart()
	m.density()
	m.concentration("g", q.Policy.Group, q.Policy.GroupShare, func(p *planning.Person) string { return p.Group })
	m.concentration("n", q.Policy.Nationality, q.Policy.NationalityShare, func(p *planning.Person) string {
		if !planning.Consular(p.Nationality) {
			return ""
		}
		return p.Nationality
	})
	return m
}

func (m *model) row(equal bool, limit float64) int {
	m.rows = append(m.rows, row{equal, limit})
	return len(m.rows) - 1
}

func (m *model) column(name string, cost float64, integer bool) int {
	m.columns = append(m.columns, column{name: name, cost: cost, integer: integer})
	return len(m.columns) - 1
}

// add gives a column a coefficient in a row; there is none for a person and place that cannot be.
func (m *model) add(col, row int, value float64) {
	if col >= 0 {
		c := &m.columns[col]
		c.rows, c.values = append(c.rows, row), append(c.values, value)
	}
}

// people gives everybody one place that takes them, or leaves them.
func (m *model) people() {
	mothers, courts := m.q.Mothers(), m.q.Courts()
	for i := range m.q.People {
		one := m.row(true, 1)
		cols := make([]int, len(m.q.Places))
		for l := range m.q.Places {
			if cols[l] = -1; m.q.Excluded(i, l, mothers[i]) == 0 && m.q.Places[l].Free() > 0 {
				cols[l] = m.column(fmt.Sprintf("x%d_%d", i, l), m.q.Cost(i, l, courts), true)
				m.add(cols[l], one, 1)
			}
		}
		m.add(m.column(fmt.Sprintf("u%d", i), Left, false), one, 1)
		m.at = append(m.at, cols)
	}
	for i, mother := range mothers { // a small child is where she is, and she where the child is
		if mother == planning.Nowhere {
			continue
		}
		for l, col := range m.at[i] {
			if col >= 0 || m.at[mother][l] >= 0 {
				r := m.row(true, 0)
				m.add(col, r, 1)
				m.add(m.at[mother][l], r, -1)
			}
		}
	}
}

// beds limits beds and medical places, and lets a place for any footing house one footing.
func (m *model) beds() {
	mothers := m.q.Mothers()
	for l := range m.q.Places {
		p := &m.q.Places[l]
		beds, medical := m.row(false, float64(p.Free())), m.row(false, float64(p.Medical))
		convicted, others := -1, -1
		if p.Legal == planning.AnyLegal {
			convicted, others = m.row(false, 0), m.row(false, float64(p.Free()))
			z := m.column(fmt.Sprintf("z%d", l), 0, true)
			m.add(z, convicted, -float64(p.Free()))
			m.add(z, others, float64(p.Free()))
		}
		for i := range m.q.People {
			col := m.at[i][l]
			m.add(col, beds, 1)
			if m.q.People[i].Medical {
				m.add(col, medical, 1)
			}
			needs := i
			if mothers[i] != planning.Nowhere {
				needs = mothers[i]
			}
			switch {
			case p.Legal != planning.AnyLegal:
			case m.q.People[needs].Legal == planning.Convicted:
				m.add(col, convicted, 1)
			default:
				m.add(col, others, 1)
			}
		}
	}
}

// families keeps each family in one prison.
func (m *model) families() {
	prisons, of := m.q.Prisons()
	for f, family := range m.q.Families() {
		one := m.row(true, 1)
		for k := range prisons {
			here := m.column(fmt.Sprintf("y%d_%d", f, k), 0, true)
			m.add(here, one, 1)
			for _, i := range family {
				r := m.row(false, 0)
				m.add(here, r, -1)
				for l, col := range m.at[i] {
					if of[l] == k {
						m.add(col, r, 1)
					}
				}
			}
		}
	}
}

// apart keeps pairs from the same place, block or prison.
func (m *model) apart() {
	_, prison := m.q.Prisons()
	_, block := m.q.Blocks()
	for _, a := range m.q.Apart {
		if a.A == a.B {
			continue
		}
		rows := map[int]int{}
		for l := range m.q.Places {
			area := l
			switch a.Scope {
			case planning.ApartPrison:
				area = prison[l]
			case planning.ApartBlock:
				area = block[l]
			}
			r, known := rows[area]
			if !known {
				r = m.row(false, 1)
				rows[area] = r
			}
			m.add(m.at[a.A][l], r, 1)
			m.add(m.at[a.B][l], r, 1)
		}
	}
}

// density prices each person of a prison above each step.
func (m *model) density() {
	prisons, of := m.q.Prisons()
	even := m.q.Even()
	for k, p := range prisons {
		count := m.row(true, 0)
		n := m.column(fmt.Sprintf("p%d", k), 0, false)
		m.add(n, count, -1)
		for i := range m.q.People {
			for l, col := range m.at[i] {
				if of[l] == k {
					m.add(col, count, 1)
				}
			}
		}
		for s, limit := range p.Limits(even) {
			r := m.row(false, float64(max(limit-p.Occupied, 0)))
			m.add(n, r, 1)
			m.add(m.column(fmt.Sprintf("d%d_%d", k, s), m.q.Policy.Density, false), r, -1)
		}
	}
}

// concentration prices each person of a group above its share of a block.
func (m *model) concentration(letter string, weight, share float64, name func(*planning.Person) string) {
	if weight <= 0 {
		return
	}
	var names []string
	members := map[string][]int{}
	for i := range m.q.People {
		if s := name(&m.q.People[i]); s != "" {
			if members[s] == nil {
				names = append(names, s)
			}
			members[s] = append(members[s], i)
		}
	}
	blocks, of := m.q.Blocks()
	places := make([][]int, len(blocks))
	for l, b := range of {
		places[b] = append(places[b], l)
	}
	for g, name := range names {
		for b, block := range blocks {
			var cols []int
			able := 0
			for _, i := range members[name] {
				before := len(cols)
				for _, l := range places[b] {
					if col := m.at[i][l]; col >= 0 {
						cols = append(cols, col)
					}
				}
				if len(cols) > before {
					able++
				}
			}
			limit := block.Limit(share)
			if able <= limit {
				continue
			}
			r := m.row(false, float64(limit))
			m.add(m.column(fmt.Sprintf("%s%d_%d", letter, g, b), weight, false), r, -1)
			for _, col := range cols {
				m.add(col, r, 1)
			}
		}
	}
}
