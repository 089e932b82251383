package identity

import (
	_ "embed"
	"maps"
	"strconv"
	"strings"
	"sync"

	"amana/internal/name"
)

//go:embed shares.tsv
var sharesTSV string

// shippedShares gives the share of people by skeleton, and the forms that are names of many, as estimated by us.
var shippedShares = sync.OnceValues(func() (map[uint32]float32, map[string]struct{}) {
	shares, known := map[uint32]float32{}, map[string]struct{}{}
	for _, line := range strings.Split(sharesTSV, "\n") {
		n, names, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		permille, _ := strconv.ParseFloat(n, 32)
		for _, s := range strings.Fields(names) {
			for _, t := range name.Parse(s) {
				shares[t.Key] = min(shares[t.Key]+float32(permille)/1000, 0.5)
				known[t.Form] = struct{}{}
			}
		}
	}
	return shares, known
})

// prior is how many people the shipped estimates are worth against counted ones.
const prior = 2000

// knownShare is the share of people from which a form counts as a name of its own.
const knownShare = 0.001

// Frequencies counts the parts of names in a register, so that what is rare there weighs more.
type Frequencies struct {
	people int
	keys   map[uint32]int32
	forms  map[string]int32
}

// NewFrequencies begins a count.
func NewFrequencies() *Frequencies {
	return &Frequencies{keys: map[uint32]int32{}, forms: map[string]int32{}}
}

// Add counts one description.
func (f *Frequencies) Add(r *Record) {
	f.people++
	if len(r.names) == 0 {
		return
	}
	for i, t := range r.names[0] {
		twice := false
		for _, u := range r.names[0][:i] {
			twice = twice || u.Key == t.Key
		}
		if !twice {
			f.keys[t.Key]++
		}
		f.forms[t.Form]++
	}
}

// WithFrequencies is the model with the counts of a register behind it. The order of counting does not matter.
func (m *Model) WithFrequencies(f *Frequencies) *Model {
	if f == nil || f.people == 0 {
		return m
	}
	base, known := shippedShares()
	out := *m
	out.shares = make(map[uint32]float32, len(f.keys)+len(base))
	n := float32(f.people + prior)
	for k, share := range base {
		out.shares[k] = (float32(f.keys[k]) + share*prior) / n
	}
	rare := float32(m.weights.Name.Rare)
	for k, count := range f.keys {
		if _, there := base[k]; !there {
			out.shares[k] = (float32(count) + rare*prior) / n
		}
	}
	out.known = maps.Clone(known)
	if f.people >= prior {
		least := int32(max(8, knownShare*float32(f.people)))
		for form, count := range f.forms {
			if count >= least {
				out.known[strings.Clone(form)] = struct{}{}
			}
		}
	}
	return &out
}

// share is the part of people who have a name like t.
func (m *Model) share(t *name.Token) float32 {
	if s, ok := m.shares[t.Key]; ok {
		return s
	}
	return float32(m.weights.Name.Rare)
}
