package synth

import (
	"math/rand/v2"
	"strings"
)

// Rates of the dirt in the lists, per thousand.
const (
	rateNoise      = 120 // of names: one slip of the keyboard
	rateOtherStyle = 350 // of dates of birth: not the clerk's usual style
	rateKunyaInRow = 300 // of kunyas: in brackets after the name where they have no column
	rateSameNumber = 2   // of list numbers: that of the row before
)

// spoil is what is wrong with one person's row.
type spoil int

const (
	spoilNone     spoil = iota
	spoilDate           // 31/02/1990
	spoilAge            // age 212
	spoilSex            // x
	spoilName           // no name, though a document
	spoilRepeated       // the whole row once more at the end of the list
	spoilBefore         // an empty row before it
	spoilRemark         // a row with nothing but a remark before it
)

// spoils says how many rows are spoiled in which way.
var spoils = []struct {
	kind  spoil
	count int
}{{spoilDate, 3}, {spoilAge, 2}, {spoilSex, 3}, {spoilName, 2}, {spoilRepeated, 1}, {spoilBefore, 1}, {spoilRemark, 1}}

// spoil chooses the rows, none of whom anything else is asked of.
func (w *week) spoil() {
	w.marks = map[int]spoil{}
	var free []int
	has := map[int]map[field]bool{}
	for s := range sources {
		columns := map[field]bool{}
		for _, c := range sources[s].columns {
			columns[c] = true
		}
		for _, list := range w.lists[s] {
			for _, e := range list {
				if p := &w.all[e.person]; p.role == roleMan && !p.paired {
					free = append(free, e.person)
					has[e.person] = columns
				}
			}
		}
	}
	order, next := w.r.Perm(len(free)), 0
	for _, s := range spoils {
		for left := s.count; left > 0 && next < len(order); next++ {
			i := free[order[next]]
			switch {
			case s.kind == spoilSex && !has[i][colSex]:
			case s.kind == spoilName && (w.all[i].document == "" || !has[i][colFullName]):
			case s.kind == spoilRemark && !has[i][colRemark]:
			default:
				w.marks[i] = s.kind
				left--
			}
		}
	}
}

// noise makes the slips of a keyboard: they change how a name is written, never
// which name it is.
func noise(r *rand.Rand, s string, h hand) string {
	if s == "" || !chance(r, rateNoise) {
		return s
	}
	if h.latin() {
		switch r.IntN(5) {
		case 0:
			return strings.Replace(s, " ", "  ", 1)
		case 1:
			return strings.ToUpper(s)
		case 2:
			return strings.ReplaceAll(s, "al-", "al ")
		case 3:
			return strings.ToLower(s)
		default:
			return s + " "
		}
	}
	switch r.IntN(8) {
	case 0:
		return strings.Replace(s, " ", "  ", 1)
	case 1:
		return inner(s, "محسبنعفكليش", "ـ") // tatweel, after a letter that joins
	case 2:
		return inner(s, "محسبنعفكدرخ", []string{"\u064e", "\u064f"}[r.IntN(2)])
	case 3:
		return lastOf(s, "ي", "ى")
	case 4:
		return strings.ReplaceAll(s, "ك", "ک")
	case 5:
		return lastOf(s, "ة", "ه")
	case 6:
		return strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا").Replace(s)
	default:
		return strings.ReplaceAll(s, "عبد ال", "عبدال")
	}
}

// inner puts a mark after the first of the letters that does not end its word.
func inner(s, letters, mark string) string {
	runes := []rune(s)
	for i, c := range runes[:len(runes)-1] {
		if strings.ContainsRune(letters, c) && runes[i+1] != ' ' {
			return string(runes[:i+1]) + mark + string(runes[i+1:])
		}
	}
	return s
}

// lastOf changes the last letter of a name that ends so.
func lastOf(s, from, to string) string {
	if cut, ok := strings.CutSuffix(s, from); ok {
		return cut + to
	}
	return s
}
