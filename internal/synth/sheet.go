package synth

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"amana/internal/person"
)

// sheet is a list before it becomes part of a workbook or a CSV file. A cell is
// a string, an int, a time.Time (a date cell) or nil.
type sheet struct {
	name   string
	rows   [][]any
	merged [][4]int // first and last column and row, counted from 1
}

// list writes one section of a source.
func (w *week) list(si, ci int) *sheet {
	src := &sources[si]
	sec := &src.sections[ci]
	s := &sheet{name: sec.sheet}
	s.title(src, sec, w.plan.AsOf)
	s.head(src, si)
	var repeated []any
	var repeatedRow int
	previous, people := 0, 0
	for _, e := range w.lists[si][ci] {
		mark := w.marks[e.person]
		w.interrupt(s, src, mark)
		ref := Ref{src.name, sec.sheet, len(s.rows) + 1}
		no := previous + 1
		if previous > 0 && chance(w.r, rateSameNumber) && slices.Contains(src.columns, colNumber) {
			no = previous
			w.truth.Numbers = append(w.truth.Numbers, ref)
		}
		previous = no
		cells := w.row(src, sec, e, no)
		w.damage(src, ref, mark, cells)
		s.rows = append(s.rows, cells)
		people++
		row := w.record(src, ref, e.person, cells)
		if mark == spoilRepeated {
			repeated, repeatedRow = cells, row
		}
	}
	if repeated != nil {
		p := w.truth.Rows[repeatedRow].Person
		again := w.record(src, Ref{src.name, sec.sheet, len(s.rows) + 1}, p, repeated)
		s.rows = append(s.rows, repeated)
		people++
		w.truth.Repeated = append(w.truth.Repeated, Pair{Person: p, A: repeatedRow, B: again, ByDocument: w.all[p].document != ""})
	}
	if src.totals {
		w.total(s, Ref{src.name, sec.sheet, len(s.rows) + 1}, total[src.in], people+sec.off, people)
		s.rows = append(s.rows, nil, []any{signature[src.in]})
	}
	return s
}

// total appends a line that states a total.
func (w *week) total(s *sheet, ref Ref, label string, stated, listed int) {
	s.rows = append(s.rows, []any{label, stated})
	w.truth.Totals = append(w.truth.Totals, Total{Ref: ref, Stated: stated, Listed: listed})
}

func (s *sheet) title(src *source, sec *section, day time.Time) {
	what := adultMales[src.in]
	if sec.forFamilies() {
		what = families[src.in]
	}
	lines := []string{
		fmt.Sprintf("%s - %s - %s", listOf[src.in], what, facilities[src.facility][src.in]),
		fmt.Sprintf("%s - %s", day.Format("02/01/2006"), synthetic[src.in]),
		"",
	}
	for _, line := range lines[:src.titles] {
		if line == "" {
			s.rows = append(s.rows, nil)
			continue
		}
		s.rows = append(s.rows, []any{line})
		if n := len(s.rows); src.workbook() {
			s.merged = append(s.merged, [4]int{1, n, len(src.columns), n})
		}
	}
}

// head writes the headings, in two lines where the parts of the name stand
// under a common one.
func (s *sheet) head(src *source, variant int) {
	words := make([]any, len(src.columns))
	for i, c := range src.columns {
		choice := headings[c][src.in]
		words[i] = choice[variant%len(choice)]
	}
	if !src.groupHead {
		s.rows = append(s.rows, words)
		return
	}
	upper, lower, line := make([]any, len(words)), make([]any, len(words)), len(s.rows)+1
	first := slices.Index(src.columns, colOwnName)
	last := slices.Index(src.columns, colLaqab)
	for i, word := range words {
		if i < first || i > last {
			upper[i] = word
			s.merged = append(s.merged, [4]int{i + 1, line, i + 1, line + 1})
			continue
		}
		lower[i] = word
	}
	upper[first] = nameGroup[src.in]
	s.merged = append(s.merged, [4]int{first + 1, line, last + 1, line})
	s.rows = append(s.rows, upper, lower)
}

// interrupt puts the empty row or the row with only a remark before a person.
func (w *week) interrupt(s *sheet, src *source, mark spoil) {
	ref := Ref{src.name, s.name, len(s.rows) + 1}
	switch mark {
	case spoilBefore:
		s.rows = append(s.rows, nil)
		w.truth.Bad = append(w.truth.Bad, Bad{Ref: ref, Rule: "row.empty"})
	case spoilRemark:
		cells := make([]any, len(src.columns))
		cells[slices.Index(src.columns, colRemark)] = onlyRemark[src.in]
		s.rows = append(s.rows, cells)
		w.truth.Bad = append(w.truth.Bad, Bad{Ref: ref, Rule: "row.remark", Value: onlyRemark[src.in]})
	}
}

// damage spoils one cell of a row.
func (w *week) damage(src *source, ref Ref, mark spoil, cells []any) {
	var bad Bad
	switch mark {
	case spoilDate:
		bad = Bad{Column: string(colBirth), Rule: "birth.impossible", Value: "31/02/1990"}
	case spoilAge:
		bad = Bad{Column: string(colBirth), Rule: "birth.age", Value: ageWords(src.in, "212")}
	case spoilSex:
		bad = Bad{Column: string(colSex), Rule: "sex.unknown", Value: "x"}
	case spoilName:
		bad = Bad{Column: string(colFullName), Rule: "name.missing"}
	default:
		return
	}
	bad.Ref = ref
	cells[slices.Index(src.columns, field(bad.Column))] = bad.Value
	w.truth.Bad = append(w.truth.Bad, bad)
}

// record notes a row in the truth, and tells its index.
func (w *week) record(src *source, ref Ref, p int, cells []any) int {
	row := Row{Ref: ref, Person: p}
	var name []string
	for i, c := range src.columns {
		v := plain(cells[i], time.DateOnly)
		switch c {
		case colFullName:
			name = []string{v}
		case colOwnName, colGrandName, colLaqab, colFatherName:
			if v != "" && !slices.Contains(src.columns, colFullName) {
				name = append(name, v)
			}
		case colMotherName:
			row.Mother = v
		case colBirth:
			row.Birth = v
		case colNationality:
			row.Nationality = v
		case colDocument:
			row.Document = v
		}
	}
	row.Name = strings.Join(name, " ")
	w.truth.Rows = append(w.truth.Rows, row)
	at := len(w.truth.Rows) - 1
	w.truth.People[p].Rows = append(w.truth.People[p].Rows, at)
	return at
}

// plain is a cell as text.
func plain(cell any, layout string) string {
	switch v := cell.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case time.Time:
		return v.Format(layout)
	}
	return ""
}

// row writes the cells about one person.
func (w *week) row(src *source, sec *section, e entry, no int) []any {
	p := &w.all[e.person]
	alt := w.r.IntN(4)
	if e.paired {
		alt = 0 // two alternatives of two hands may happen to be the same
	}
	cells := make([]any, len(src.columns))
	for i, c := range src.columns {
		cells[i] = w.cell(src, sec, p, c, no, alt)
	}
	return cells
}

// cell writes what one column says about one person.
func (w *week) cell(src *source, sec *section, p *individual, c field, no, alt int) any {
	spell := func(n part) any { return noise(w.r, n.spell(src.hand, alt), src.hand) }
	switch c {
	case colNumber:
		return no
	case colFullName:
		return w.fullName(src, p, alt)
	case colOwnName:
		return spell(p.own)
	case colFatherName:
		return spell(p.father)
	case colGrandName:
		return spell(p.grandfather)
	case colLaqab:
		return spell(p.laqab)
	case colKunya:
		return noise(w.r, p.kunyaName(src.hand, alt), src.hand)
	case colMotherName:
		if p.noMother {
			return nil
		}
		return noise(w.r, p.motherName(src.hand, alt), src.hand)
	case colSex:
		if p.sex == person.Female {
			return sexes[src.in][1]
		}
		return sexes[src.in][0]
	case colBirth:
		return w.birth(src, p)
	case colNationality:
		return label(src, p)
	case colDocument:
		return p.document
	case colDocumentType:
		return documentsAs[p.documentType][src.in]
	case colFacility:
		return facilities[src.facility][src.in]
	case colFamily:
		if p.family > 0 {
			return p.family
		}
	case colRelation:
		return kinship(src.in, p)
	case colCategory:
		if sec.forFamilies() {
			return families[src.in]
		}
		return adultMales[src.in]
	case colAllegation:
		return allegations[w.r.IntN(len(allegations))][src.in]
	case colHealth:
		if p.role == roleWoman && p.health >= 0 && p.health%2 == 0 {
			return pregnancy[src.in]
		}
		if p.health >= 0 {
			return healthNotes[p.health][src.in]
		}
	case colSpoken:
		return languages[p.nation.language][src.in]
	case colCamp:
		return w.campNumber(src.facility)
	case colCaptured:
		return w.capture(p)
	}
	return nil
}

// campNumber is the next number of a facility's own register. It says nothing of
// who has it: a person who was moved has two.
func (w *week) campNumber(facility int) string {
	w.camp[facility] += 1 + w.r.IntN(9)
	return fmt.Sprintf("%d-%05d", facility+1, w.camp[facility])
}

// fullName adds the kunya in brackets now and then where it has no column.
func (w *week) fullName(src *source, p *individual, alt int) string {
	name := noise(w.r, p.name(src.hand, alt), src.hand)
	if k := p.kunyaName(src.hand, alt); k != "" && chance(w.r, rateKunyaInRow) && !slices.Contains(src.columns, colKunya) {
		name += " (" + k + ")"
	}
	return name
}

func kinship(in language, p *individual) any {
	switch {
	case p.role == roleChild && p.sex == person.Female:
		return child[1][in]
	case p.role == roleChild:
		return child[0][in]
	case p.family > 0:
		return motherOf[in]
	}
	return nil
}

// label is the nationality in the way of the source.
func label(src *source, p *individual) string {
	n, form := p.nation, 0
	if src.adjects {
		form = 1
	}
	switch {
	case src.isoCode && n.code != "":
		return n.code
	case src.in == inEnglish:
		return n.english[form]
	case src.in == inSorani:
		return n.sorani
	case src.adjects && p.sex == person.Female && strings.HasSuffix(n.arabic[1], "ي"):
		return n.arabic[1] + "ة"
	}
	return n.arabic[form]
}

// capture is a day of the last campaigns, for those who were five or older.
func (w *week) capture(p *individual) any {
	day := time.Date(2017, 3, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, w.r.IntN(750))
	if age(p.birth, day) < 5 {
		return nil
	}
	return day.Format("02/01/2006")
}

// birth writes the date of birth in the clerk's usual style, or in another.
func (w *week) birth(src *source, p *individual) any {
	if p.noBirth {
		return nil
	}
	use := src.birth
	if chance(w.r, rateOtherStyle) {
		use = style(w.r.IntN(int(styles)))
	}
	switch {
	case p.assigned && use >= styleYear:
		use = styleSlash
	case p.role == roleChild && use >= styleYear, p.role == roleMinor && use == styleAbout, p.paired && use == styleAge:
		use = styleISO
	}
	if use == styleCell && src.workbook() {
		return p.birth
	}
	year := p.birth.Year()
	var s string
	switch use {
	case styleISO:
		s = p.birth.Format(time.DateOnly)
	case styleDot:
		s = p.birth.Format("02.01.2006")
	case styleYear:
		if src.workbook() && !src.arabicNums {
			return year
		}
		s = strconv.Itoa(year)
	case styleAge:
		s = ageWords(src.in, strconv.Itoa(age(p.birth, w.plan.AsOf)))
	case styleAbout:
		s = text{"حوالي ", "نزیکەی ", "about "}[src.in] + strconv.Itoa(year)
	default:
		s = p.birth.Format("02/01/2006")
	}
	if src.arabicNums {
		s = arabicDigits.Replace(s)
	}
	return s
}

// ageWords says how old somebody is.
func ageWords(in language, years string) string {
	switch in {
	case inArabic:
		return "العمر " + years
	case inSorani:
		return "تەمەن " + years
	}
	return "age " + years
}

var arabicDigits = strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩")
