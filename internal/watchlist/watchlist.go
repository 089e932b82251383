// Package watchlist reads published lists of people: the consolidated list of the United Nations Security Council, and others
// as a small mapping describes them.
//
// An entry says that somebody of that name is on a list; that a person in custody is the one meant is for a human to decide
// (norms G1, G6). What a list says of its reasons is kept as written, and is the list's allegation (G2). Organisations are
// counted and left out.
//
// A bad value never takes a good one with it, and a bad entry no other entry: what is wrong is in List.Problems. Only a list
// that cannot be read to its end is refused as a whole, for half of a list would look like a list.
package watchlist

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"amana/internal/civil"
	"amana/internal/fault"
	"amana/internal/person"
)

// Country resolves the name of a country, as a list writes it, to its ISO 3166-1 alpha-3 code. ok is false for a name that it
// does not know; the claim then keeps the name alone. A nil Country resolves nothing.
type Country func(label string) (alpha3 string, ok bool)

// List is what was read.
type List struct {
	Name     string        `json:"name"`
	Version  string        `json:"version,omitempty"` // when the list was made, as it says itself
	Entries  []Entry       `json:"entries"`
	LeftOut  int           `json:"left_out"` // entries that are no people: organisations, ships
	Problems []fault.Field `json:"problems,omitempty"`
	More     int           `json:"more,omitempty"` // problems beyond those that are named
}

// Entry is one listed person.
type Entry struct {
	Ref      string         `json:"ref"`                // how the list itself refers to the entry; empty with a problem
	Row      int            `json:"row"`                // number of the entry in the list, from 1, as problems name it
	Listed   civil.Date     `json:"listed"`             // since when
	Program  string         `json:"program,omitempty"`  // the part of the list or the measure, as written
	Comments string         `json:"comments,omitempty"` // as written, cut at 16 KiB
	Details  person.Details `json:"details"`            // the names, then the aliases; claims with the source "list"; each date of birth is possible
	Weak     []int          `json:"weak,omitempty"`     // indexes in Details.Names of aliases that the list itself calls of low quality
}

// The rules that a list or one of its values can break.
const (
	RuleTooLarge     = "watchlist.too_large"   // the list, or one part of it, is larger than any list needs to be
	RuleXML          = "watchlist.xml"         // not well-formed XML, or XML of something else
	RuleCSV          = "watchlist.csv"         // no text with columns
	RuleColumn       = "watchlist.column"      // a column of the mapping that the file does not have
	RuleEncoding     = "watchlist.encoding"    // text in another encoding than the mapping says
	RuleEntryTooBig  = "watchlist.entry_size"  // an entry that is left out because of its size
	RuleRow          = "watchlist.row"         // a row that cannot be taken apart, or has more cells than columns
	RuleRefMissing   = "watchlist.ref_missing" // an entry without its reference; it is kept
	RuleNameMissing  = "watchlist.name_missing"
	RuleNameTooLong  = "watchlist.name_too_long"
	RuleTooManyNames = "watchlist.too_many_names"
	RuleBirth        = "watchlist.birth"   // a date of birth that cannot be read
	RuleListed       = "watchlist.listed"  // likewise the day of the listing
	RuleSex          = "watchlist.sex"     // a word for the sex that is not known
	RuleCountry      = "watchlist.country" // a name that resolves to no country; it is kept as a label
	RuleMapping      = "watchlist.mapping" // a mapping that contradicts itself
)

// Limits of one list.
const (
	maxProblems = 1000
	maxNames    = 300 // of an entry; claims, births and documents likewise
	maxName     = 500 // bytes of one name
	maxComments = 16 << 10
	maxValues   = 4 << 20 // names, births, claims and documents of all entries
)

// builder collects a list.
type builder struct {
	list    *List
	country Country
	byRef   map[string]int // index of the entry
	values  int
}

func newBuilder(name string, country Country) *builder {
	return &builder{list: &List{Name: name}, country: country, byRef: map[string]int{}}
}

func (b *builder) problem(row int, field, rule, value string) {
	if len(b.list.Problems) == maxProblems {
		b.list.More++
		return
	}
	b.list.Problems = append(b.list.Problems, fault.Field{Name: field, Row: row, Rule: rule, Value: cut(value, 80)})
}

// tooBig reports an entry that is left out because of its size.
func (b *builder) tooBig(row int) { b.problem(row, "entry", RuleEntryTooBig, "") }

// add takes an entry whose values are read. A further entry with the same reference is more about the same person, for some
// lists have a row for each alias. It fails when the list is too large.
func (b *builder) add(e *Entry) error {
	if b.values += len(e.Details.Names) + len(e.Details.OtherBirths) + len(e.Details.Claims) + len(e.Details.Documents); b.values > maxValues {
		return tooLarge(nil)
	}
	at, again := b.byRef[e.Ref]
	switch {
	case len(e.Details.Names) == 0:
		b.problem(e.Row, "names", RuleNameMissing, e.Ref)
	case e.Ref == "":
		b.problem(e.Row, "ref", RuleRefMissing, "")
		b.list.Entries = append(b.list.Entries, *e)
	case again:
		b.merge(&b.list.Entries[at], e)
	default:
		b.byRef[e.Ref] = len(b.list.Entries)
		b.list.Entries = append(b.list.Entries, *e)
	}
	return nil
}

// merge adds what an entry says to another of the same person. Its names are aliases there.
func (b *builder) merge(to, e *Entry) {
	for i, n := range e.Details.Names {
		b.name(to, n.Raw, "alias", slices.Contains(e.Weak, i))
	}
	b.born(to, e.Details.Birth.Raw, []civil.Date{e.Details.Birth.Date})
	b.born(to, "", e.Details.OtherBirths)
	to.Details.Claims = union(to.Details.Claims, e.Details.Claims)
	to.Details.Documents = union(to.Details.Documents, e.Details.Documents)
	if to.Details.Sex == person.SexUnknown {
		to.Details.Sex = e.Details.Sex
	}
}

// union adds to a those of b that it lacks.
func union[T comparable](a, b []T) []T {
	for _, x := range b {
		if len(a) < maxNames && !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

// name adds a name or an alias that the entry does not have yet.
func (b *builder) name(e *Entry, raw, kind string, weak bool) {
	raw = value(raw)
	names := e.Details.Names
	switch {
	case raw == "" || slices.ContainsFunc(names, func(n person.Name) bool { return n.Raw == raw }):
		return
	case len(raw) > maxName:
		b.problem(e.Row, kindField(kind), RuleNameTooLong, raw)
		return
	case len(names) == maxNames:
		b.problem(e.Row, kindField(kind), RuleTooManyNames, raw)
		return
	}
	if weak {
		e.Weak = append(e.Weak, len(names))
	}
	e.Details.Names = append(names, person.Name{Raw: raw, Kind: kind, Script: script(raw)})
}

func kindField(kind string) string {
	if kind == "alias" {
		return "aliases"
	}
	return "names"
}

// born adds the dates that a text may mean, the first of an entry as its birth and the others beside it.
func (b *builder) born(e *Entry, raw string, dates []civil.Date) {
	d := &e.Details
	for _, date := range dates {
		switch {
		case !date.Known() || date == d.Birth.Date:
		case d.Birth.Date.Known():
			d.OtherBirths = union(d.OtherBirths, []civil.Date{date})
		default:
			d.Birth = person.Birth{Date: date, Raw: cut(raw, maxName)}
			if date.Month == 1 && date.Day == 1 {
				d.Birth.Method = civil.Assigned
			}
		}
	}
}

// claim adds a nationality, unresolved when its label names no country.
func (b *builder) claim(e *Entry, label string) {
	if label = cut(value(label), maxName); label == "" {
		return
	}
	code, ok := b.resolve(label)
	if !ok && b.country != nil {
		b.problem(e.Row, "nationality", RuleCountry, label)
	}
	e.Details.Claims = union(e.Details.Claims, []person.Claim{{Country: code, Label: label, Status: "claimed", Source: "list"}})
}

// resolve asks for the code of a country, empty when there is none or nobody to ask.
func (b *builder) resolve(label string) (code string, ok bool) {
	if b.country == nil || label == "" {
		return "", false
	}
	if code, ok = b.country(label); !ok {
		code = ""
	}
	return code, ok
}

// document adds a document that has a number.
func (b *builder) document(e *Entry, kind, number, country string) {
	d := person.Document{Type: cut(value(kind), maxName), Number: cut(value(number), maxName), Country: cut(value(country), maxName)}
	if d.Number == "" {
		return
	}
	if code, ok := b.resolve(d.Country); ok {
		d.Country = code
	}
	if f := strings.ToLower(d.Type); strings.Contains(f, "passport") || strings.Contains(f, "passeport") || strings.Contains(f, "pasaporte") {
		d.Type = "passport"
	}
	e.Details.Documents = union(e.Details.Documents, []person.Document{d})
}

// sexes are the words of lists.
var sexes = map[string]person.Sex{
	"m": person.Male, "male": person.Male, "man": person.Male, "1": person.Male, "masculin": person.Male, "homme": person.Male,
	"f": person.Female, "female": person.Female, "woman": person.Female, "2": person.Female, "féminin": person.Female, "femme": person.Female,
	"": person.SexUnknown, "0": person.SexUnknown, "u": person.SexUnknown, "unknown": person.SexUnknown, "9": person.SexOther, "other": person.SexOther,
}

func (b *builder) sex(e *Entry, label string) {
	sex, ok := sexes[strings.ToLower(value(label))]
	if !ok {
		b.problem(e.Row, "sex", RuleSex, label)
	}
	e.Details.Sex = sex
}

// listed reads the day of the listing.
func (b *builder) listed(e *Entry, text, order string) {
	if text = value(text); text == "" {
		return
	}
	dates, ok := readDates(text, order)
	if !ok {
		b.problem(e.Row, "listed", RuleListed, text)
		return
	}
	e.Listed = dates[0]
}

// value gives a text with single blanks, and nothing for what stands for nothing.
func value(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	switch strings.ToLower(text) {
	case "na", "n/a", "n.a.", "-", "?", "null", "none":
		return ""
	}
	return text
}

// cut shortens a text to so many bytes, at the end of a character.
func cut(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return s[:bytes]
}

// scripts by their ISO 15924 codes.
var scripts = []struct {
	code  string
	table *unicode.RangeTable
}{
	{"Latn", unicode.Latin},
	{"Arab", unicode.Arabic},
	{"Cyrl", unicode.Cyrillic},
	{"Hani", unicode.Han},
	{"Hang", unicode.Hangul},
	{"Hebr", unicode.Hebrew},
	{"Grek", unicode.Greek},
	{"Geor", unicode.Georgian},
	{"Armn", unicode.Armenian},
}

// script gives the code of the first letter that has one.
func script(s string) string {
	for _, r := range s {
		if !unicode.IsLetter(r) {
			continue
		}
		for _, one := range scripts {
			if unicode.Is(one.table, r) {
				return one.code
			}
		}
	}
	return ""
}
