package planfile

import (
	"strconv"
	"unicode/utf8"

	"amana/internal/fault"
)

const (
	maxListed = 100 // bad cells that are listed; all are counted
	maxShown  = 80  // bytes of a bad value that are shown
)

// problems are the bad cells of all files.
type problems struct {
	listed []fault.Field
	count  int
}

// add notes a bad cell. A row of 0 is the file as a whole; so is an empty column.
func (p *problems) add(file string, row int, column, rule, value string) {
	p.count++
	if len(p.listed) == maxListed {
		return
	}
	name := file
	if column != "" {
		name += ":" + column
	}
	p.listed = append(p.listed, fault.Field{Name: name, Row: row, Rule: rule, Value: shorten(value)})
}

// fault is the one error of all problems, or nil without an error in it.
func (p *problems) fault() error {
	if p.count == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "plan.input", "%d bad cells, nothing was planned", p.count).With("problems", strconv.Itoa(p.count))
	f.Fields = p.listed
	return f
}

func shorten(s string) string {
	if len(s) <= maxShown {
		return s
	}
	cut := maxShown
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
