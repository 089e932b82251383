package identity

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Build makes an index of n descriptions at once, on all cores and in less memory than adding them one by one. at gives the number and
// the description at a place; it is called by many at once.
func Build(m *Model, n int, at func(i int) (number uint64, r *Record)) *Index {
	x := NewIndex(m)
	if n <= small {
		for i := range n {
			x.Add(at(i))
		}
		return x
	}
	x.count = n
	x.chunks = make([]*chunk, (n+chunkSize-1)/chunkSize)
	var wide sync.Mutex
	add := func(w wideKey) uint32 {
		wide.Lock()
		defer wide.Unlock()
		return x.addWide(w)
	}
	x.each(func(i int) {
		begin, end := i*chunkSize, min((i+1)*chunkSize, n)
		c := &chunk{numbers: make([]uint64, 0, end-begin), ends: make([]uint32, 0, end-begin)}
		for j := begin; j < end; j++ {
			number, r := at(j)
			c.words = x.pack(c.words, r, add)
			c.numbers, c.ends = append(c.numbers, number), append(c.ends, uint32(len(c.words)))
		}
		c.words = slices.Clip(slices.Clone(c.words))
		x.chunks[i] = c
	})
	x.file()
	return x
}

// small is how many descriptions are better kept in the map of an index that is added to.
const small = 20_000

// each runs work over all chunks on all cores.
func (x *Index) each(work func(i int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(x.chunks); i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	group.Wait()
}

// keysARecord is about how many keys a record has; a bucket holds a few postings.
const (
	keysARecord = 28
	aBucket     = 4
)

// file puts all records into the base postings: it counts what goes into each bucket, and then fills them.
func (x *Index) file() {
	shift := shiftFor(x.count * keysARecord / aBucket)
	ends := make([]uint32, 1<<(64-shift))
	tokens := x.dict.all()
	pass := func(do func(bucket uint64, place uint32)) {
		x.each(func(i int) {
			var r Record
			var ks []key
			c := x.chunks[i]
			for j := range c.numbers {
				r.unpack(c.record(j), tokens, x.wide)
				ks = unique(keys(ks[:0], &r, false))
				for _, k := range ks {
					do((uint64(k)*0x9E3779B97F4A7C15)>>shift, uint32(i*chunkSize+j))
				}
			}
		})
	}
	pass(func(b uint64, _ uint32) { atomic.AddUint32(&ends[b], 1) })
	total := uint32(0)
	for i, n := range ends {
		ends[i] = total
		total += n
	}
	places := make([]uint32, total)
	pass(func(b uint64, place uint32) { places[atomic.AddUint32(&ends[b], 1)-1] = place })
	x.base = postings{shift, ends, places}
	x.delta, x.pending = map[key][]uint32{}, 0
}

// Pair is two descriptions that may be of one person: A is the place among the records asked for; B either another such place, or, with
// Old set, the number of a description in the index.
type Pair struct {
	A    int
	B    uint64
	Old  bool
	Bits float64
}

// candidates is how many of the best are looked at for each record when pairs are sought.
const candidates = 12

// comparedPairs is how many are compared in full: what a pair has in common is found by many keys, and so stands far in front.
const comparedPairs = 64

// Pairs finds, among records and between them and an index (nil for none), the pairs that have at least so many bits; the best first.
// All cores work.
func Pairs(m *Model, records []*Record, against *Index, least float64) []Pair {
	own := Build(m, len(records), func(i int) (uint64, *Record) { return uint64(i), records[i] })
	found := make([][]Pair, len(records))
	var next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(records); i = int(next.Add(1)) - 1 {
				for _, h := range own.search(records[i], candidates+1, comparedPairs) {
					if h.Bits >= least && h.Number != uint64(i) {
						a, b := min(i, int(h.Number)), max(i, int(h.Number))
						found[i] = append(found[i], Pair{A: a, B: uint64(b), Bits: h.Bits})
					}
				}
				if against == nil {
					continue
				}
				for _, h := range against.search(records[i], candidates, comparedPairs) {
					if h.Bits >= least {
						found[i] = append(found[i], Pair{A: i, B: h.Number, Old: true, Bits: h.Bits})
					}
				}
			}
		})
	}
	group.Wait()
	out := slices.Concat(found...)
	slices.SortFunc(out, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Bits, a.Bits), cmp.Compare(a.A, b.A), cmp.Compare(old(a), old(b)), cmp.Compare(a.B, b.B))
	})
	return slices.Compact(out)
}

func old(p Pair) int {
	if p.Old {
		return 1
	}
	return 0
}
