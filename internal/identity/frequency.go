package identity

import (
	_ "embed"
	"maps"
	"math"
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
	shares := make(map[uint32]float32, len(f.keys)+len(base))
	n := float32(f.people + prior)
	for k, share := range base {
		shares[k] = (float32(f.keys[k]) + share*prior) / n
	}
	rare := float32(m.weights.Name.Rare)
	for k, count := range f.keys {
		if _, there := base[k]; !there {
			shares[k] = (float32(count) + rare*prior) / n
		}
	}
	out.rate(shares)
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

// rarity is how rare a part of a name is, and what that makes agreement worth.
type rarity struct {
	share float32        // of people who have it
	bits  [initial]int16 // by grade, in tenths
}

// rate works out the weights of all parts whose share is known.
func (m *Model) rate(shares map[uint32]float32) {
	m.rarities = make(map[uint32]rarity, len(shares))
	for k, share := range shares {
		m.rarities[k] = m.rarityOf(share)
	}
	m.unknown = m.rarityOf(float32(m.weights.Name.Rare))
}

func (m *Model) rarityOf(share float32) rarity {
	r := rarity{share: share}
	for g := same; g < doubtful; g++ {
		u := float64(share)
		if g > same {
			u = 0.7*u + m.levels[g].floor
		}
		r.bits[g] = int16(math.Round(10 * math.Log2(m.levels[g].m/u)))
	}
	return r
}

// rarity is that of the more common of two parts.
func (m *Model) rarity(a, b *name.Token) rarity {
	x := m.lookup(a.Key)
	if a.Key == b.Key {
		return x
	}
	if y := m.lookup(b.Key); y.share > x.share {
		return y
	}
	return x
}

func (m *Model) lookup(key uint32) rarity {
	if r, ok := m.rarities[key]; ok {
		return r
	}
	return m.unknown
}
