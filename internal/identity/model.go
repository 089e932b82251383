// Package identity tells whether two descriptions may be of one person, and why.
//
// The model is that of Fellegi and Sunter (A Theory for Record Linkage, 1969): each comparison is worth the binary logarithm of how
// much more often it comes out that way for one person than for two. Weights are bits; they are added. What is common says little (a
// shared Muhammad), what is rare much. Weights stand in a readable file and can be estimated anew.
//
// The one number that is made here is about a pair of records, never about a person (norms G1): it orders work for humans, who decide.
// Nothing is concluded from a name but that it is like another (G6).
package identity

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"io"
	"math"

	"amana/internal/fault"
	"amana/internal/name"
)

// Odds is how often a comparison comes out one way for one person (M) and for two different people (U).
type Odds struct {
	M float64 `json:"m"`
	U float64 `json:"u"`
}

// Level is one grade of likeness of two parts of a name. Floor is how often two different parts are as near by chance.
type Level struct {
	Within float64 `json:"within"` // distance by sound, see name.Distance
	M      float64 `json:"m"`
	Floor  float64 `json:"floor"`
}

// Weights is all that the model knows, as it stands in the file.
type Weights struct {
	Version int `json:"version"`
	Names   int `json:"names"` // name.Version that the weights were estimated with
	Bands   struct {
		Likely   float64 `json:"likely"`   // bits from which a pair is proposed as one person
		Possible float64 `json:"possible"` // bits from which a human should look
		Pair     float64 `json:"pair"`     // bits that relatives never reach together
		// Agreement from which two records that were picked out for comparison are taken for one person, see Model.Agreement.
		Agreement float64 `json:"agreement"`
	} `json:"bands"`
	Name struct {
		Same     Level   `json:"same"`
		Spelling Level   `json:"spelling"`
		Near     Level   `json:"near"`
		Typing   Level   `json:"typing"`
		Doubtful Level   `json:"doubtful"`
		Rare     float64 `json:"rare"`    // share of people with a name that was never counted
		Most     float64 `json:"most"`    // bits that a whole name can be worth: its parts are not independent
		Least    float64 `json:"least"`   // bits of a whole name that agrees in all its parts, however common they are
		Initial  float64 `json:"initial"` // bits of an initial that fits
		Absent   float64 `json:"absent"`  // bits of a part that only one side has
		Order    float64 `json:"order"`   // bits of parts in another order
		Other    float64 `json:"other"`   // bits of a part that contradicts
		Kin      float64 `json:"kin"`     // what a contradicted part leaves of the rest: relatives share it
	} `json:"name"`
	Kunya       map[string]Odds `json:"kunya"`
	Mother      map[string]Odds `json:"mother"`
	Birth       map[string]Odds `json:"birth"`
	Sex         map[string]Odds `json:"sex"`
	Nationality map[string]Odds `json:"nationality"`
	Document    map[string]Odds `json:"document"`
	Photo       map[string]Odds `json:"photo"`
}

// Model compares records. It does not change once made and can be used by many at once.
type Model struct {
	weights  Weights
	rarities map[uint32]rarity   // of parts, by the key of their skeleton
	unknown  rarity              // of a part that was never counted
	known    map[string]struct{} // forms of names that many have: two of them that differ are two names, not a typing error
	levels   [levels]level
	bits     [findings]int32 // in tenths; of findings whose weight depends on nothing else
}

type level struct {
	within  float32
	m       float64
	floor   float64
	finding Finding
}

// shipped are weights set from figures that others published (Splink, HMPPS) and held against the half of the invented people that
// docs/identity-report.md does not use.
//
//go:embed weights.json
var shipped []byte

// Default is the model with the weights and frequencies of names that are shipped with the program.
func Default() *Model {
	m, err := Read(bytes.NewReader(shipped))
	if err != nil {
		panic(err) // a test reads the same file
	}
	return m
}

// Read reads weights from their file. Errors: weights.unreadable, weights.impossible with the field.
func Read(r io.Reader) (*Model, error) {
	var w Weights
	d := json.NewDecoder(io.LimitReader(r, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return nil, fault.New(fault.Invalid, "weights.unreadable", "the file of weights cannot be read: %v", err)
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	m := &Model{weights: w}
	m.prepare()
	shares, known := shippedShares()
	m.rate(shares)
	m.known = known
	return m, nil
}

// Write writes the weights as Read takes them.
func (m *Model) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(m.weights)
}

// Weights are those of the model, to be read.
func (m *Model) Weights() Weights { return m.weights }

func (w *Weights) fields() map[string]map[string]Odds {
	return map[string]map[string]Odds{
		"kunya": w.Kunya, "mother": w.Mother, "birth": w.Birth, "sex": w.Sex, "nationality": w.Nationality, "document": w.Document, "photo": w.Photo,
	}
}

func (w *Weights) check() error {
	e := &fault.Error{Kind: fault.Invalid, Rule: "weights.impossible", Message: "weights are probabilities between 0 and 1"}
	bad := func(field string) { e.Fields = append(e.Fields, fault.Field{Name: field, Rule: "weights.impossible"}) }
	if w.Names != name.Version {
		bad("names")
	}
	for field, odds := range w.fields() {
		for k, o := range odds {
			if !(o.M > 0 && o.M < 1 && o.U > 0 && o.U < 1) {
				bad(field + "." + k)
			}
		}
	}
	for _, f := range allFindings() {
		if field, k, ok := f.odds(); ok {
			if _, there := w.fields()[field][k]; !there {
				bad(field + "." + k)
			}
		}
	}
	if !(w.Name.Rare > 0 && w.Name.Rare < 1) {
		bad("name.rare")
	}
	if !(w.Name.Kin >= 0 && w.Name.Kin <= 1) {
		bad("name.kin")
	}
	if !(w.Bands.Agreement > 0 && w.Bands.Agreement < 1) {
		bad("bands.agreement")
	}
	if !(w.Bands.Likely > w.Bands.Possible) {
		bad("bands.likely")
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// tenths turns odds into tenths of a bit: whole numbers, so that what is shown adds up exactly and on every machine alike.
func tenths(m, u float64) int32 { return int32(math.Round(10 * math.Log2(m/u))) }

func (m *Model) prepare() {
	n := m.weights.Name
	m.levels = [levels]level{
		same: {0, n.Same.M, n.Same.Floor, NameSame}, spelling: {float32(n.Spelling.Within), n.Spelling.M, n.Spelling.Floor, NameSpelling},
		near: {float32(n.Near.Within), n.Near.M, n.Near.Floor, NameNear}, typing: {float32(n.Typing.Within), n.Typing.M, n.Typing.Floor, NameTyping},
		doubtful: {float32(n.Doubtful.Within), n.Doubtful.M, n.Doubtful.Floor, NameDoubtful}, initial: {finding: NameInitial},
	}
	fields := m.weights.fields()
	for _, f := range allFindings() {
		if field, k, ok := f.odds(); ok {
			m.bits[f] = tenths(fields[field][k].M, fields[field][k].U)
		}
	}
	m.bits[NameInitial] = int32(math.Round(10 * n.Initial))
	m.bits[NameAbsent] = int32(math.Round(10 * n.Absent))
	m.bits[NameOrder] = int32(math.Round(10 * n.Order))
	m.bits[NameOther] = int32(math.Round(10 * n.Other))
}

// Band says what a number of bits means for the work of humans.
type Band string

// Bands. Nobody is merged by a machine, whatever the band.
const (
	Likely   Band = "likely"   // proposed as one person
	Possible Band = "possible" // to be looked at
	Unlikely Band = "unlikely" // not proposed
)

// Band gives the band of so many bits. Explain knows better: by its rules some pairs are never likely, whatever their bits.
func (m *Model) Band(bits float64) Band {
	switch {
	case bits >= m.weights.Bands.Likely:
		return Likely
	case bits >= m.weights.Bands.Possible:
		return Possible
	}
	return Unlikely
}
