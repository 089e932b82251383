package trial

import (
	"math/bits"
	"math/rand/v2"
)

// dice draws reproducible chances. A value on the stack costs no allocation, so that a person of ten million can be made alone.
type dice struct{ rand.PCG }

// throw gives the dice of one thing: a seed, what is decided, and for whom.
func throw(seed uint64, what purpose, number uint64) dice {
	var d dice
	d.Seed(mix(seed^uint64(what)), mix(number+uint64(what)<<32))
	return d
}

// purpose keeps decisions apart, so that one more draw for one of them does not change the others.
type purpose uint64

const (
	ofHouse purpose = iota + 1
	ofGiven
	ofMember
	ofPerson
	ofNamesake
	ofRecord
	ofQuery
	ofPair
	ofArrival
	ofEntry
	ofOther
)

// n gives a number below k.
func (d *dice) n(k int) int {
	hi, _ := bits.Mul64(d.Uint64(), uint64(k))
	return int(hi)
}

// chance is true in so many of a thousand.
func (d *dice) chance(perMille int) bool { return d.n(1000) < perMille }

// mix spreads a number over all bits (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hash gives the number of a text (FNV-1a).
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
