package watchlist

import (
	"encoding/xml"
	"io"
	"strings"
)

// UN is the name of the consolidated list of the United Nations Security Council.
const UN = "UN Security Council Consolidated List"

// ReadUN reads the consolidated list of the United Nations Security Council in its XML form (scsanctions.un.org; the schema is
// sc-sanctions.xsd). The version is the time at which the list was generated. The names of an individual are joined in their
// order; the one in its own script is a name too; aliases of the quality "Low" are in Entry.Weak; dates of birth that go with
// an alias are among the births. A birth between two years becomes one or more dates of the precision "about".
//
// It fails with the rules RuleXML and RuleTooLarge; everything that is wrong with a single entry is in List.Problems.
func ReadUN(r io.Reader, country Country) (*List, error) {
	b := newBuilder(UN, country)
	err := newTree(r).each("CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL", func(path string, token xml.Token) {
		start, ok := token.(xml.StartElement)
		switch {
		case ok && path == "CONSOLIDATED_LIST":
			b.list.Version = attribute(start.Attr, "dateGenerated")
		case ok && path == "CONSOLIDATED_LIST/ENTITIES/ENTITY":
			b.list.LeftOut++
		}
	}, b.individual, b.tooBig)
	if err != nil {
		return nil, err
	}
	return b.list, nil
}

// individual reads one INDIVIDUAL.
func (b *builder) individual(number int, n *node) error {
	e := &Entry{Row: number, Ref: value(n.first("REFERENCE_NUMBER")), Program: cut(value(n.first("UN_LIST_TYPE")), maxName)}
	if e.Ref == "" {
		e.Ref = value(n.first("DATAID"))
	}
	e.Ref = cut(e.Ref, maxName)
	e.Comments = cut(strings.TrimSpace(n.first("COMMENTS1")), maxComments)
	var parts []string
	for _, f := range []string{"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"} {
		parts = append(parts, value(n.first(f)))
	}
	b.name(e, strings.Join(parts, " "), "", false)
	b.name(e, n.first("NAME_ORIGINAL_SCRIPT"), "", false)
	for _, birth := range n.find([]string{"INDIVIDUAL_DATE_OF_BIRTH"}) {
		b.birthUN(e, birth)
	}
	for _, alias := range n.find([]string{"INDIVIDUAL_ALIAS"}) {
		weak := strings.EqualFold(value(alias.first("QUALITY")), "low")
		for one := range strings.SplitSeq(alias.first("ALIAS_NAME"), ";") {
			b.name(e, one, "alias", weak)
		}
		b.birthText(e, alias.first("DATE_OF_BIRTH"), "", false)
	}
	b.sex(e, n.first("GENDER"))
	for _, label := range n.values([]string{"NATIONALITY", "VALUE"}) {
		b.claim(e, label)
	}
	for _, d := range n.find([]string{"INDIVIDUAL_DOCUMENT"}) {
		country := d.first("ISSUING_COUNTRY")
		if value(country) == "" {
			country = d.first("COUNTRY_OF_ISSUE")
		}
		b.document(e, d.first("TYPE_OF_DOCUMENT"), d.first("NUMBER"), country)
	}
	b.listed(e, n.first("LISTED_ON"), "")
	return b.add(e)
}

// birthUN reads one INDIVIDUAL_DATE_OF_BIRTH. The note is read only where it is all there is ("Nov. 1973").
func (b *builder) birthUN(e *Entry, n *node) {
	from, to := value(n.first("FROM_YEAR")), value(n.first("TO_YEAR"))
	about := strings.EqualFold(value(n.first("TYPE_OF_DATE")), "approximately")
	switch {
	case from != "" || to != "":
		b.birthText(e, strings.TrimSpace("between "+from+" and "+to), "", about)
	case value(n.first("DATE")) != "":
		b.birthText(e, n.first("DATE"), "", about)
	case value(n.first("YEAR")) != "":
		b.birthText(e, n.first("YEAR"), "", about)
	default:
		b.birthText(e, n.first("NOTE"), "", about)
	}
}

// birthText adds what a text says about a birth.
func (b *builder) birthText(e *Entry, text, order string, about bool) {
	if text = value(text); text == "" {
		return
	}
	dates, ok := readDates(text, order)
	if !ok {
		b.problem(e.Row, "birth", RuleBirth, text)
		return
	}
	if about {
		for i := range dates {
			dates[i].Approx = true
		}
	}
	b.born(e, text, dates)
}
