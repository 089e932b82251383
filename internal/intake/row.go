package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/maphash"
	"regexp"
	"slices"
	"strings"

	"amana/internal/civil"
	"amana/internal/person"
)

// nations is what a cell of nationalities was read as; cells repeat, so readings are kept.
type nations struct {
	list     []person.Claim
	resolved bool
}

// keptClaims bounds the readings that are kept.
const keptClaims = 4096

// shortened is a long number as a spreadsheet displays it when it is not told to show all its digits.
var shortened = regexp.MustCompile(`^\d([.,]\d+)?[Ee]\+\d+$`)

// person reads one line as a person and yields it.
func (l *list) person(ln line) error {
	p := row{list: l, ln: ln, Row: Row{File: l.report.File, Sheet: l.sheet, Line: ln.no}}
	p.names()
	p.documents()
	p.Facility = p.text(FieldFacility)
	if p.Facility == "" {
		p.Facility = l.opt.Facility
	}
	if !p.somebody() {
		l.note(Problem{Sheet: l.sheet, Row: ln.no, Rule: ruleRowNobody, Severity: Error, Value: strings.Join(nonEmpty(ln.cells), " | ")})
		return nil
	}
	sum := key(p.Facility, ln.cells)
	if short := [16]byte(sum[:16]); l.seen(short) {
		l.out.Repeated++
		p.problem(FieldListNo, ruleRowRepeated, "")
		return nil
	}
	p.Key = hex.EncodeToString(sum[:])
	p.ListNo = p.text(FieldListNo)
	p.number()
	p.birth()
	p.labels()
	p.family()
	p.rest()
	l.out.Good++
	if err := l.yield(p.Row); err != nil {
		return fmt.Errorf("taking row %d of %q: %w", ln.no, l.report.File, err)
	}
	return nil
}

// key hashes the cells of a row and the place that it is about.
func key(facility string, cells []string) [sha256.Size]byte {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	b := make([]byte, 0, 512)
	b = append(b, facility...)
	for _, c := range cells {
		b = append(b, 0x1f) // no cell holds a control character
		b = append(b, c...)
	}
	return sha256.Sum256(b)
}

func (r *reader) seen(k [16]byte) bool {
	if _, ok := r.rows[k]; ok {
		return true
	}
	r.rows[k] = struct{}{}
	return false
}

// row is one line while it is read.
type row struct {
	*list
	ln line
	Row
}

// text gives what the columns of a field hold, several joined by a semicolon.
func (p *row) text(f Field) string {
	columns := p.layout.of[f]
	switch len(columns) {
	case 0:
		return ""
	case 1:
		return at(p.ln.cells, columns[0])
	}
	var list []string
	for _, i := range columns {
		if c := at(p.ln.cells, i); c != "" && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return strings.Join(list, "; ")
}

// problem notes a warning about the value of a field.
func (p *row) problem(f Field, rule, value string) {
	pr := Problem{Sheet: p.list.sheet, Row: p.ln.no, Field: f, Rule: rule, Value: value}
	if i, ok := p.column(f); ok {
		pr.Column, pr.Header = p.layout.columns[i].Column, p.layout.columns[i].Header
	}
	p.note(pr)
}

func (p *row) keep(name, value string) {
	if p.Extra == nil {
		p.Extra = map[string]string{}
	}
	p.Extra[name] = value
}

// keepField keeps a mapped value as extra text, under its heading.
func (p *row) keepField(f Field, value string) {
	if i, ok := p.column(f); ok && value != "" {
		name := p.layout.columns[i].Header
		if name == "" {
			name = p.layout.columns[i].Column
		}
		p.keep(name, value)
	}
}

func (p *row) somebody() bool {
	return len(p.Details.Documents) > 0 || slices.ContainsFunc(p.Details.Names, func(n person.Name) bool { return n.Kind != "mother" })
}

// documents reads the numbers that the person is known under elsewhere.
func (p *row) documents() {
	kind := p.text(FieldDocumentType)
	if f := fold(kind); f == "" || is("unknown", f) {
		kind = ""
	}
	for _, d := range []struct {
		field Field
		kind  string
	}{{FieldDocumentNo, documentType(kind)}, {FieldPassportNo, "passport"}, {FieldIdentityNo, "identity card"}, {FieldCampNo, "camp card"}} {
		for _, i := range p.layout.of[d.field] {
			no := at(p.ln.cells, i)
			if f := fold(no); f == "" || is("unknown", f) {
				continue
			}
			if shortened.MatchString(no) {
				p.problem(d.field, ruleDocumentLossy, no)
			}
			p.Details.Documents = append(p.Details.Documents, person.Document{Type: d.kind, Number: no})
			if d.field == FieldDocumentNo {
				kind = ""
			}
		}
	}
	p.keepField(FieldDocumentType, kind)
}

// number warns of a list number that the sheet has already; several sheets may each begin with 1.
func (p *row) number() {
	if p.ListNo == "" {
		return
	}
	var h maphash.Hash
	h.SetSeed(p.seed)
	_, _ = h.WriteString(p.list.sheet)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(fold(p.ListNo))
	k := h.Sum64()
	if first, ok := p.lists[k]; ok {
		p.note(Problem{
			Sheet: p.list.sheet, Row: p.ln.no, Field: FieldListNo, Rule: ruleListDuplicate, Value: p.ListNo,
			Message: fmt.Sprintf("the same list number stands in row %d", first),
		})
		return
	}
	p.lists[k] = uint32(p.ln.no)
}

// birth reads the date of birth, the year or the age, the most exact that can be read.
func (p *row) birth() {
	raws := []struct {
		field Field
		raw   string
		read  func(string) reading
	}{
		{FieldBirth, p.text(FieldBirth), p.cal.birth},
		{FieldBirthYear, p.year(), p.cal.birth},
		{FieldAge, p.text(FieldAge), p.cal.age},
	}
	b := &p.Details.Birth
	var age reading
	for _, x := range raws {
		if x.raw == "" {
			continue
		}
		r := x.read(x.raw)
		if r.rule != "" {
			p.problem(x.field, r.rule, x.raw)
		}
		if b.Raw == "" {
			b.Raw = x.raw
		}
		if !b.Date.Known() && r.date.Known() {
			b.Date, b.Method, b.Raw = r.date, r.method, x.raw
		}
		if x.field == FieldAge {
			age = r
		}
	}
	p.minor(age.date)
}

// year puts a date together whose day, month and year stand in columns of their own.
func (p *row) year() string {
	year, month, day := p.text(FieldBirthYear), p.text(FieldBirthMonth), p.text(FieldBirthDay)
	switch {
	case year == "" || month == "":
		return year
	case day == "":
		return month + " / " + year
	}
	return day + " / " + month + " / " + year
}

// minor marks who is or may be under 18, by the date of birth or by the stated age: a disputed age counts (norms R19).
func (p *row) minor(age civil.Date) {
	d := p.Details.Birth.Date
	if !d.Known() {
		return
	}
	youngest, oldest := d.AgeRange(p.opt.AsOf)
	p.PossiblyMinor = youngest < adulthood
	if age.Known() {
		low, high := age.AgeRange(p.opt.AsOf)
		p.PossiblyMinor = p.PossiblyMinor || low < adulthood
		if high < youngest || oldest < low {
			p.problem(FieldAge, ruleBirthAge, p.text(FieldAge))
		}
	}
}

// The ages that matter: of adulthood, and under which a child with its family is an accompanying child.
const (
	adulthood   = 18
	accompanies = 12
)

// labels reads what is said with words of a fixed stock.
func (p *row) labels() {
	d := &p.Details
	sex := p.text(FieldSex)
	var ok bool
	if d.Sex, ok = sexOf(sex); !ok {
		p.problem(FieldSex, ruleSexUnresolved, sex)
	}
	if len(p.layout.of[FieldSex]) == 0 {
		d.Sex = p.opt.Sex
	}
	for _, i := range p.layout.of[FieldNationality] {
		cell := at(p.ln.cells, i)
		if cell == "" {
			continue
		}
		n := p.nations(cell)
		for _, c := range n.list {
			c.Source = p.report.File
			if !slices.Contains(d.Claims, c) {
				d.Claims = append(d.Claims, c)
			}
		}
		if !n.resolved {
			p.problem(FieldNationality, ruleNationalityUnknown, cell)
		}
	}
	if lang := p.text(FieldLanguage); lang != "" && !is("unknown", fold(lang)) {
		if d.Language, ok = language(lang); !ok {
			p.problem(FieldLanguage, ruleLanguageUnresolved, lang)
			p.keepField(FieldLanguage, lang)
		}
	}
	if raw := p.text(FieldCaptured); raw != "" {
		var rule string
		if p.Captured, rule = p.cal.captured(raw); rule != "" {
			p.problem(FieldCaptured, rule, raw)
			p.keepField(FieldCaptured, raw)
		}
	}
}

func (r *reader) nations(cell string) nations {
	n, ok := r.claims[cell]
	if !ok {
		n.list, n.resolved = claims(cell)
		if len(r.claims) < keptClaims && len(cell) < 200 {
			r.claims[cell] = n
		}
	}
	return n
}

// family reads the household, tells accompanying children, and compares the age with what the list calls itself.
func (p *row) family() {
	p.Row.Family, p.Relation, p.Category = p.text(FieldHousehold), p.text(FieldRelation), p.text(FieldCategory)
	youngest, oldest := p.Details.Birth.Date.AgeRange(p.opt.AsOf)
	known := p.Details.Birth.Date.Known()
	switch labels()["relation"][fold(p.Relation)] {
	case "child":
		p.Child = !known || youngest < adulthood
	case "offspring":
		p.Child = known && youngest < adulthood
	}
	p.Child = p.Child || known && oldest < accompanies && p.Row.Family != ""
	adult := p.list.adult
	if p.Category != "" {
		f := fold(p.Category)
		adult = mentions("adult", f) || adult && !mentions("juvenile", f)
	}
	if adult && p.PossiblyMinor {
		field := FieldBirth
		if _, ok := p.column(FieldBirth); !ok || p.Details.Birth.Method == civil.ByAge {
			field = FieldAge
		}
		p.problem(field, ruleMinorAmongAdults, p.Details.Birth.Raw)
	}
}

// rest takes the texts and the columns that are not mapped.
func (p *row) rest() {
	p.Health, p.Allegation, p.Remarks = p.text(FieldHealth), p.text(FieldAllegation), p.text(FieldRemarks)
	for i, c := range p.ln.cells {
		switch {
		case c == "":
		case i >= len(p.extra):
			p.keep(letters(i), c)
		case p.extra[i] != "":
			p.keep(p.extra[i], c)
		}
	}
}

func nonEmpty(list []string) []string {
	kept := make([]string, 0, len(list))
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}
