package lp

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"amana/internal/fault"
	"amana/internal/planning"
)

// Read reads what CBC wrote to its file of solutions: a line with the status, then a line per variable that is not 0, with its number, name
// and value. When CBC found nothing, the rule of the error is solution.none.
func Read(r io.Reader, q *planning.Problem) ([]int, error) {
	places := make([]int, len(q.People))
	for i := range places {
		places[i] = planning.Nowhere
	}
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		if n == 1 && strings.Contains(in.Text(), "no integer solution") { // what follows are fractions of people
			return nil, fault.New(fault.NotFound, "solution.none", "the solver found no plan in its time")
		}
		fields := strings.Fields(strings.TrimPrefix(in.Text(), "**"))
		if n == 1 || len(fields) < 3 || !strings.HasPrefix(fields[1], "x") {
			continue
		}
		value, err := strconv.ParseFloat(fields[2], 64)
		first, second, two := strings.Cut(fields[1][1:], "_")
		i, errI := strconv.Atoi(first)
		l, errL := strconv.Atoi(second)
		if err != nil || errI != nil || errL != nil || !two || i < 0 || i >= len(q.People) || l < 0 || l >= len(q.Places) {
			e := fault.New(fault.Invalid, "solution.unreadable", "the solver's answer cannot be read")
			e.Fields = []fault.Field{{Name: fields[1], Row: n, Rule: "solution.unreadable", Value: fields[2]}}
			return nil, e
		}
		if value > 0.5 {
			places[i] = l
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("reading the solver's answer: %w", err)
	}
	return places, nil
}

// ReadBound finds the highest bound in what CBC prints: its line "Lower bound:", the "best possible" of its search, its continuous objective, or
// the objective itself when that is optimal. It is 0 when there is none.
func ReadBound(r io.Reader) (float64, error) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	var bound float64
	optimal := false
	for in.Scan() {
		line := in.Text()
		optimal = optimal || strings.TrimSpace(line) == "Result - Optimal solution found" // and not: within gap tolerance
		for _, before := range []string{"Lower bound:", "best possible ", "Continuous objective value is ", "Objective value:"} {
			_, rest, found := strings.Cut(line, before)
			if !found || before == "Objective value:" && !optimal {
				continue
			}
			text := strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' || r == ',' || r == ')' })
			if len(text) == 0 {
				continue
			}
			if x, err := strconv.ParseFloat(text[0], 64); err == nil && x < 1e40 {
				bound = max(bound, x)
			}
		}
	}
	if err := in.Err(); err != nil {
		return 0, fmt.Errorf("reading what the solver printed: %w", err)
	}
	return bound, nil
}
