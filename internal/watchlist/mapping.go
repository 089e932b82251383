package watchlist

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"amana/internal/fault"
)

// The formats of a mapping.
const (
	CSV = "csv"
	XML = "xml"
)

// Mapping says where in a list its values stand. It is written by hand, as JSON:
//
//	{
//	  "name": "National list", "format": "xml", "entry": "list/person", "version": "list/@date",
//	  "where": {"type": "individual"}, "dates": "dmy",
//	  "fields": {
//	    "ref": "@id", "names": [["given", "family"], "original"], "aliases": ["aka/name"],
//	    "birth": "born/date", "nationality": "citizenship/@country", "document_number": "paper/number", "document_type": "paper/kind"
//	  }
//	}
//
// A place is the heading of a column in CSV. In XML it is a path of elements from the entry, parted by slashes, at the end
// perhaps an attribute with @; namespaces are ignored. Where several places make one name, a list of them is written: their
// texts are joined by blanks, and in XML they are looked for together under every element that their paths have in common.
type Mapping struct {
	Name   string `json:"name"`   // of the list
	Format string `json:"format"` // csv or xml

	// Of CSV:
	Separator string   `json:"separator,omitempty"` // comma, semicolon, tab or |; the comma if empty
	Encoding  string   `json:"encoding,omitempty"`  // as HTML names it; UTF-8 if empty
	Columns   []string `json:"columns,omitempty"`   // headings of a file that has none
	Split     string   `json:"split,omitempty"`     // parts several values in one cell

	// Of XML:
	Entry   string `json:"entry,omitempty"`   // path of an entry from the root
	Version string `json:"version,omitempty"` // path from the root to when the list was made, before the entries

	Where  map[string]Places `json:"where,omitempty"` // what an entry must say to be one of a person: one of the texts
	Empty  Places            `json:"empty,omitempty"` // texts that stand for nothing
	Dates  string            `json:"dates,omitempty"` // dmy or mdy, for dates like 03/04/1990
	Fields Fields            `json:"fields"`
}

// Fields are the places of the values.
type Fields struct {
	Ref             string   `json:"ref"`
	Names           []Places `json:"names"`
	Aliases         []Places `json:"aliases,omitempty"`
	WeakAliases     []Places `json:"weak_aliases,omitempty"` // of low quality, as the list itself says
	Birth           string   `json:"birth,omitempty"`
	Sex             string   `json:"sex,omitempty"`
	Nationality     string   `json:"nationality,omitempty"`
	DocumentNumber  string   `json:"document_number,omitempty"`
	DocumentType    string   `json:"document_type,omitempty"`
	DocumentCountry string   `json:"document_country,omitempty"`
	Listed          string   `json:"listed,omitempty"`
	Program         string   `json:"program,omitempty"`
	Comments        string   `json:"comments,omitempty"`
}

// Places is one text or several; JSON may have a string in place of a list of one.
type Places []string

// UnmarshalJSON reads a string or a list of strings.
func (p *Places) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*p = Places{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(p))
}

// maxMapping bounds the text of a mapping.
const maxMapping = 64 << 10

// ReadMapping reads a mapping and checks it. It fails with RuleMapping and names every field that is wrong.
func ReadMapping(r io.Reader) (*Mapping, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxMapping+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, RuleMapping, "the mapping cannot be read").Because(err)
	}
	if len(text) > maxMapping {
		return nil, fault.New(fault.TooLarge, RuleMapping, "the mapping has more than %d KB", maxMapping>>10)
	}
	var m Mapping
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fault.New(fault.Invalid, RuleMapping, "the mapping is not the JSON that is asked for: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, RuleMapping, "there is more than one mapping")
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return &m, nil
}

// check names every field that contradicts another or is missing.
func (m *Mapping) check() error {
	f := fault.New(fault.Invalid, RuleMapping, "the mapping cannot be followed")
	need := func(ok bool, field, value string) {
		if !ok {
			f.Fields = append(f.Fields, fault.Field{Name: field, Rule: RuleMapping, Value: cut(value, 80)})
		}
	}
	isXML := m.Format == XML
	need(isXML || m.Format == CSV, "format", m.Format)
	need(strings.TrimSpace(m.Name) != "", "name", m.Name)
	need(m.Dates == "" || m.Dates == dayFirst || m.Dates == monthFirst, "dates", m.Dates)
	need(m.Separator == "" || !isXML && len(m.Separator) == 1 && strings.Contains(",;\t|", m.Separator), "separator", m.Separator)
	need(isXML == (m.Entry != "") && (m.Entry == "" || isPath(m.Entry) && !strings.Contains(m.Entry, "@")), "entry", m.Entry)
	need(m.Version == "" || isXML && isPath(m.Version), "version", m.Version)
	need(len(m.Columns) == 0 || !isXML, "columns", strings.Join(m.Columns, ", "))
	need(m.Split == "" || !isXML, "split", m.Split)
	need(m.Encoding == "" || !isXML, "encoding", m.Encoding)
	need(m.Fields.Ref != "", "fields.ref", "")
	need(len(m.Fields.Names) > 0, "fields.names", "")
	need(m.Fields.DocumentNumber != "" || m.Fields.DocumentType+m.Fields.DocumentCountry == "", "fields.document_number", "")
	for _, p := range m.places() {
		need(p != "" && (!isXML || isPath(p)), "fields", p)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// isPath reports whether a place is a path of names, of which the last may be an attribute.
func isPath(place string) bool {
	names := strings.Split(place, "/")
	for i, n := range names {
		if i == len(names)-1 {
			n = strings.TrimPrefix(n, "@")
		}
		if n == "" || strings.ContainsAny(n, "@ ") {
			return false
		}
	}
	return true
}

// places are all that the mapping names.
func (m *Mapping) places() []string {
	var all []string
	for p := range m.Where {
		all = append(all, p)
	}
	for _, lists := range [][]Places{m.Fields.Names, m.Fields.Aliases, m.Fields.WeakAliases} {
		for _, p := range lists {
			if len(p) == 0 {
				p = Places{""}
			}
			all = append(all, p...)
		}
	}
	f := m.Fields
	for _, p := range []string{f.Ref, f.Birth, f.Sex, f.Nationality, f.DocumentNumber, f.DocumentType, f.DocumentCountry, f.Listed, f.Program, f.Comments} {
		if p != "" {
			all = append(all, p)
		}
	}
	return all
}

// Read reads a list as the mapping says. Entries with one reference are one entry: some lists have a row for each alias.
//
// It fails with the rules RuleXML, RuleCSV, RuleColumn, RuleEncoding and RuleTooLarge; everything that is wrong with a single
// entry is in List.Problems.
func (m *Mapping) Read(r io.Reader, country Country) (*List, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	b := newBuilder(m.Name, country)
	read := m.csv
	if m.Format == XML {
		read = m.xml
	}
	if err := read(r, b); err != nil {
		return nil, err
	}
	return b.list, nil
}

// xml reads the entries of a document.
func (m *Mapping) xml(r io.Reader, b *builder) error {
	element, attr, _ := strings.Cut(m.Version, "/@")
	return newTree(r).each(m.Entry, func(path string, token xml.Token) {
		if path != element || m.Version == "" || b.list.Version != "" {
			return
		}
		switch e := token.(type) {
		case xml.StartElement:
			b.list.Version = attribute(e.Attr, attr)
		case xml.CharData:
			if attr == "" {
				b.list.Version = cut(value(string(e)), maxName)
			}
		}
	}, func(number int, n *node) error { return m.take(b, number, n) }, b.tooBig)
}

// record is one entry of a list in some format: for places that belong together, every time that they are filled, the text
// of each.
type record interface {
	rows(places []string) [][]string
}

// take reads one record.
func (m *Mapping) take(b *builder, number int, r record) error {
	for place, texts := range m.Where {
		if !m.says(r, place, texts) {
			b.list.LeftOut++
			return nil
		}
	}
	f := m.Fields
	e := &Entry{Row: number, Ref: cut(m.first(r, f.Ref), maxName), Program: cut(m.first(r, f.Program), maxName), Comments: cut(m.first(r, f.Comments), maxComments)}
	for i, kind := range []string{"", "alias", "alias"} {
		for _, places := range [][]Places{f.Names, f.Aliases, f.WeakAliases}[i] {
			for _, row := range r.rows(places) {
				b.name(e, m.joined(row), kind, i == 2)
			}
		}
	}
	for _, text := range m.all(r, f.Birth) {
		b.birthText(e, text, m.Dates, false)
	}
	b.sex(e, m.first(r, f.Sex))
	for _, label := range m.all(r, f.Nationality) {
		b.claim(e, label)
	}
	m.documents(b, e, r)
	b.listed(e, m.first(r, f.Listed), m.Dates)
	return b.add(e)
}

// documents reads number, type and country, which belong together.
func (m *Mapping) documents(b *builder, e *Entry, r record) {
	f := m.Fields
	if f.DocumentNumber == "" {
		return
	}
	places, kind, country := []string{f.DocumentNumber}, 0, 0
	if f.DocumentType != "" {
		kind = len(places)
		places = append(places, f.DocumentType)
	}
	if f.DocumentCountry != "" {
		country = len(places)
		places = append(places, f.DocumentCountry)
	}
	for _, row := range r.rows(places) {
		number, kindOf, from := m.text(row[0]), "", ""
		if kind > 0 {
			kindOf = m.text(row[kind])
		}
		if country > 0 {
			from = m.text(row[country])
		}
		b.document(e, kindOf, number, from)
	}
}

// text gives a value, or nothing for what the mapping or common use says is nothing.
func (m *Mapping) text(s string) string {
	s = value(s)
	for _, e := range m.Empty {
		if strings.EqualFold(s, strings.TrimSpace(e)) {
			return ""
		}
	}
	return s
}

// joined makes one name of its parts.
func (m *Mapping) joined(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(m.text(p))
		b.WriteByte(' ')
	}
	return b.String()
}

// all gives the values at one place.
func (m *Mapping) all(r record, place string) []string {
	if place == "" {
		return nil
	}
	var all []string
	for _, row := range r.rows([]string{place}) {
		if s := m.text(row[0]); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func (m *Mapping) first(r record, place string) string {
	if all := m.all(r, place); len(all) > 0 {
		return all[0]
	}
	return ""
}

// says reports whether one of the texts stands at the place.
func (m *Mapping) says(r record, place string, texts []string) bool {
	for _, said := range m.all(r, place) {
		for _, t := range texts {
			if strings.EqualFold(said, strings.TrimSpace(t)) {
				return true
			}
		}
	}
	return false
}
