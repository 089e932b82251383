package trial

import (
	"slices"
	"strings"
	"unicode"

	"amana/internal/civil"
	"amana/internal/person"
)

// Half is a part of the name material. Train and Test share the [Common] most common names, small words (Abd, al-Din, bin) and no
// other part of a name, whatever its spelling, so
// that what was tuned on one half is tried on names that it has never seen.
type Half string

// The halves. Whole uses all material.
const (
	Whole Half = "whole"
	Train Half = "train"
	Test  Half = "test"
)

// Common is the number of names that both halves use.
const Common = 40

// Row is what one source says about one person: a line of a register or of queries.
type Row struct {
	ID    string     // the person; in a query, the right answer
	Name  string     // as written by the clerk
	Also  []string   // further names of the same person: kunya, nom de guerre; a file has them as further lines with the same id
	Birth civil.Date // zero when unknown
	Nats  []string   // ISO 3166-1 alpha-3, or ICAO XXA to XXX; shared between rows, so not to be changed
	Sex   person.Sex
	Line  int // of the file that it was read from, 0 when generated
}

// Slices says what a query or a pair tries, so that results can be reported by kind.
type Slices struct {
	Origin  string   // the naming culture: iraq, maghreb, caucasus …
	Scripts string   // ISO 15924 codes of the record and of the query: Arab-Latn
	Habit   string   // whose spelling the query has: english, french, german, turkish, russian …
	Noise   []string // kinds of alteration, of name and birth, sorted; empty when only the spelling differs
}

// Query is a person of a register as another clerk writes them. Its ID is the right answer, or empty for a person who is not
// in the register.
type Query struct {
	Row
	Slices Slices
}

// Profile names a mixture of alterations.
type Profile string

// The profiles of queries.
const (
	Clean       Profile = "clean"        // another spelling only
	Altered     Profile = "altered"      // what registers hold: parts left out, typing errors, births a little off
	NoisyBirth  Profile = "noisy_birth"  // altered, and the birth is never the recorded one
	CrossScript Profile = "cross_script" // altered, and in another script than the record's
	NameOnly    Profile = "name_only"    // altered, without birth, nationality and sex
)

// Profiles are all profiles.
func Profiles() []Profile { return []Profile{Clean, Altered, NoisyBirth, CrossScript, NameOnly} }

// Pair is two rows and whether they are one person.
type Pair struct {
	A, B   Row
	Same   bool
	Kind   string // "same", or why two people look alike: brother, twin, father, namesake, token, family, birth, stranger
	Slices Slices
	Line   int // of the file that it was read from, 0 when generated
}

// Labels are the slices of a pair, with details:all where both rows give birth, nationality and sex.
func (p Pair) Labels() []string {
	details := "details:some"
	if full(p.A) && full(p.B) {
		details = "details:all"
	}
	return append(p.Slices.All(), details)
}

func full(r Row) bool { return r.Birth.Known() && len(r.Nats) > 0 && r.Sex != person.SexUnknown }

// All gives the slices as labels: origin:iraq, scripts:Arab-Latn, habit:french, noise:typing; noise:none without alteration, and
// only:birth where nothing but spelling and the birth differ.
func (s Slices) All() []string {
	all := []string{"origin:" + s.Origin, "scripts:" + s.Scripts, "habit:" + s.Habit}
	for _, kind := range s.Noise {
		all = append(all, "noise:"+kind)
	}
	if len(s.Noise) == 0 {
		all = append(all, "noise:none")
	}
	if !slices.ContainsFunc(s.Noise, func(kind string) bool { return !strings.HasPrefix(kind, "birth.") }) {
		all = append(all, "only:birth")
	}
	return all
}

// Details gives the row as the matcher takes it: the name, the further names as aliases or kunya, nationalities as claims.
func (r Row) Details() person.Details {
	d := person.Details{Names: make([]person.Name, 0, 1+len(r.Also)), Sex: r.Sex, Birth: person.Birth{Date: r.Birth}, Claims: claims(r.Nats)}
	if r.Birth.Known() {
		d.Birth.Method = civil.ByStatement
		if r.Birth.Month == 1 && r.Birth.Day == 1 {
			d.Birth.Method = civil.Assigned
		}
	}
	d.Names = append(d.Names, person.Name{Raw: r.Name, Script: script(r.Name)})
	for _, name := range r.Also {
		d.Names = append(d.Names, person.Name{Raw: name, Kind: "alias", Script: script(name)})
	}
	return d
}

func claims(nats []string) []person.Claim {
	if len(nats) == 0 {
		return nil
	}
	all := make([]person.Claim, len(nats))
	for i, n := range nats {
		all[i] = person.Claim{Country: n, Label: n, Status: "claimed"}
	}
	return all
}

// script gives the ISO 15924 code of the first letter, empty when it is none of those that occur.
func script(name string) string {
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Latin, r):
			return "Latn"
		case unicode.Is(unicode.Arabic, r):
			return "Arab"
		case unicode.Is(unicode.Cyrillic, r):
			return "Cyrl"
		}
	}
	return ""
}
