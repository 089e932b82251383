package intake

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var figure = regexp.MustCompile(`\d[\d,٬ ]*`)

// maxStated is the largest figure taken for a total of persons; what is larger is a number of another kind.
const maxStated = 100_000_000

// statedTotals reads the totals that a line states: "عدد الموقوفين: 412", or a cell "Total" and the figure beside it.
// total reports whether the line opens with the word, with or without a figure.
func statedTotals(cells []string) (found []int, total bool) {
	for i, cell := range cells {
		word, n, hasFigure := totalCell(cell)
		if !word {
			continue
		}
		total = true
		if !hasFigure {
			n, hasFigure = nextFigure(cells[i+1:])
		}
		if !hasFigure {
			n, hasFigure = nextFigure(cells[:i]) // right-to-left sheets put the figure in front
		}
		if hasFigure {
			found = append(found, n)
		}
	}
	return found, total
}

// totalCell reports whether all that a cell says is "total", and the figure in it.
func totalCell(cell string) (word bool, n int, hasFigure bool) {
	if len(cell) > 200 {
		return false, 0, false
	}
	text := digits(cell)
	if at := figure.FindStringIndex(text); at != nil {
		n, hasFigure = whole(text[at[0]:at[1]])
		text = text[:at[0]] + " " + text[at[1]:]
	}
	if open := strings.IndexAny(text, "(["); open > 0 {
		text = text[:open]
	}
	f := fold(text)
	for {
		if is("total", f) {
			return true, n, hasFigure
		}
		rest, last := cutLast(f)
		if rest == "" || !is("unit", last) {
			return false, 0, false
		}
		f = rest
	}
}

func cutLast(s string) (rest, last string) {
	i := strings.LastIndexByte(s, ' ')
	return s[:max(i, 0)], s[i+1:]
}

func nextFigure(cells []string) (int, bool) {
	for _, c := range cells {
		if c != "" {
			return whole(digits(c))
		}
	}
	return 0, false
}

func whole(s string) (int, bool) {
	s = strings.TrimSuffix(strings.NewReplacer(",", "", "٬", "", " ", "").Replace(s), ".0")
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= maxStated
}

// closing reports whether a line under the list is a signature, a note or a page number rather than a person.
func closing(cells []string) bool {
	filled := 0
	opens := false
	for _, c := range cells {
		if c == "" {
			continue
		}
		if filled++; filled > 3 {
			return false
		}
		if filled == 1 {
			f := fold(shorten(c, 60))
			first, rest, _ := strings.Cut(f, " ")
			second, _, _ := strings.Cut(rest, " ")
			opens = is("closing", first) || is("closing", first+" "+second)
		}
	}
	return opens
}

// compare checks the totals stated for a list against the persons in it. Several totals may be parts of a last, grand one.
func compare(stated []int, counted int) (wrong []int) {
	if len(stated) == 0 {
		return nil
	}
	sum := 0
	for _, n := range stated {
		sum += n
	}
	last := stated[len(stated)-1]
	switch {
	case sum == counted:
		return nil
	case len(stated) > 1 && (sum-last == last || sum-last == counted):
		stated = stated[len(stated)-1:]
	}
	seen := map[int]bool{}
	for _, n := range stated {
		if n != counted && !seen[n] {
			seen[n] = true
			wrong = append(wrong, n)
		}
	}
	return wrong
}

// mismatch notes each stated total that differs from the persons listed, with both figures.
func (r *reader) mismatch(sheet string, stated []int, counted, repeated int) {
	for _, n := range compare(stated, counted) {
		msg := fmt.Sprintf("the source states %d persons, %d are listed (%+d)", n, counted, counted-n)
		if repeated > 0 {
			msg += fmt.Sprintf(", not counting %d repeated rows", repeated)
		}
		r.note(Problem{Sheet: sheet, Rule: ruleTotalMismatch, Value: strconv.Itoa(n), Message: msg})
	}
}
