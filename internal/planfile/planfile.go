// Package planfile reads the files that a plan is asked with, and writes the one that it answers with: people, places, who is kept
// apart, the plan in force and the policy. Its callers open the files. docs/planning.md describes the columns.
//
// Nothing is guessed. A plan over half of the input would be a wrong plan, so one bad cell refuses all files, and every bad cell is
// named at once. The size of what is held in memory is bounded, whatever is read.
package planfile

import (
	"io"

	"amana/internal/planning"
)

// Limits of what is read. A file with more is refused as soon as the limit is passed.
const (
	MaxPeople = 1_000_000
	MaxPlaces = 100_000
	MaxPairs  = 5_000_000 // of people kept apart, those of groups included
)

// Source is a file: its name as a user knows it, and what it holds. A source without content was not given.
type Source struct {
	Name    string
	Content io.Reader
}

// Files are what a plan is asked with. People and Places are needed.
type Files struct {
	People   Source // CSV: id, sex, age, legal, nationality, language, security, medical, group, family, court, source; a place chosen by a human may follow
	Places   Source // CSV: id, prison, province, block, sex, age, legal, security_max, capacity, medical_places, occupied, lat, lon, languages
	Apart    Source // CSV: a, b, scope
	Previous Source // CSV, the plan in force: id, place; a reason may follow
	Weights  Source // TOML: the keys of planning.Policy
}

// Read reads the files. Its error is a fault "plan.input" with the bad cells of all files, of which the first hundred are listed: the name of
// a field is the file and the column with a colon between, the row is the line of the file; Refs["problems"] is the number of all.
func Read(f Files) (*planning.Problem, error) {
	r := reading{texts: map[string]string{}, languages: map[string]string{}, q: &planning.Problem{Policy: planning.DefaultPolicy()}}
	r.readPlaces(f.Places)
	r.readPeople(f.People)
	r.checkFamilies(f.People)
	if f.Apart.Content != nil {
		r.readApart(f.Apart)
	}
	if f.Previous.Content != nil {
		r.readPrevious(f.Previous)
	}
	if f.Weights.Content != nil {
		r.readWeights(f.Weights)
	}
	if err := r.fault(); err != nil {
		return nil, err
	}
	return r.q, nil
}

// reading is the problem as it grows, and what is bad about it.
type reading struct {
	problems
	q         *planning.Problem
	people    index
	places    index
	groups    map[string][]int32 // who is of each group
	lines     []int32            // of each person, for what is found out later
	texts     map[string]string  // each text once in memory
	languages map[string]string  // as written, and as BCP 47 writes them
}

// index tells the position of each id. What refers to a file that is not readable at all is not looked for, as every reference would be bad.
type index struct {
	at     map[string]int32
	broken bool
}

// find tells the position of an id, or planning.Nowhere with known false; of a broken file every id counts as known.
func (x *index) find(id string) (at int, known bool) {
	if n, is := x.at[id]; is {
		return int(n), true
	}
	return planning.Nowhere, x.broken
}

// once gives the one copy of a text that does not hold on to the line that it came from.
func (r *reading) once(s string) string {
	t, known := r.texts[s]
	if !known {
		t = string(append([]byte(nil), s...))
		r.texts[t] = t
	}
	return t
}
