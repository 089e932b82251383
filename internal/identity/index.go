package identity

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"

	"amana/internal/person"
)

// Index finds in a register of up to ten million descriptions those that may be of the person asked for. It lives in memory: what is in
// it can always be read again from the register. It may be added to and searched by many at once.
type Index struct {
	model *Model
	dict  dict

	mu      sync.RWMutex
	chunks  []*chunk
	count   int
	wide    []wideKey
	base    postings
	delta   map[key][]uint32
	pending int // postings of delta
	scratch sync.Pool
}

// chunkSize is how many records share one run of memory.
const chunkSize = 1 << 13

// chunk holds the packed records of chunkSize descriptions.
type chunk struct {
	numbers []uint64
	ends    []uint32
	words   []uint32
}

func (c *chunk) record(i int) []uint32 {
	begin := uint32(0)
	if i > 0 {
		begin = c.ends[i-1]
	}
	return c.words[begin:c.ends[i]]
}

// postings are the records of each key, in buckets by the hash of the key. Two keys may share a bucket: what is found is compared anyhow.
type postings struct {
	shift  uint
	ends   []uint32
	places []uint32
}

func (p *postings) bucket(k key) []uint32 {
	if len(p.ends) == 0 {
		return nil
	}
	i := (uint64(k) * 0x9E3779B97F4A7C15) >> p.shift
	begin := uint32(0)
	if i > 0 {
		begin = p.ends[i-1]
	}
	return p.places[begin:p.ends[i]]
}

// NewIndex makes an empty index.
func NewIndex(m *Model) *Index {
	return &Index{model: m, dict: newDict(), delta: map[key][]uint32{}}
}

// Model is the model that the index compares with.
func (x *Index) Model() *Model { return x.model }

// Len is how many descriptions are in the index.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.count
}

// Add files a description under a number. One number may have several: aliases, sources.
func (x *Index) Add(number uint64, r *Record) {
	ks := unique(keys(make([]key, 0, 64), r, false))
	x.mu.Lock()
	defer x.mu.Unlock()
	place := uint32(x.count)
	if x.count%chunkSize == 0 || len(x.chunks) == 0 {
		x.chunks = append(x.chunks, &chunk{})
	}
	c := x.chunks[len(x.chunks)-1]
	c.words = x.pack(c.words, r, x.addWide)
	c.numbers, c.ends = append(c.numbers, number), append(c.ends, uint32(len(c.words)))
	x.count++
	for _, k := range ks {
		x.delta[k] = append(x.delta[k], place)
	}
	if x.pending += len(ks); x.pending > pendingMost && x.pending > len(x.base.places)/2 {
		x.file()
	}
}

func (x *Index) addWide(w wideKey) uint32 {
	x.wide = append(x.wide, w)
	return uint32(len(x.wide) - 1)
}

func unique(ks []key) []key {
	slices.Sort(ks)
	return slices.Compact(ks)
}

// Hit is a description that may be of the person asked for.
type Hit struct {
	Number uint64  `json:"number"`
	Bits   float64 `json:"bits"`
	Found  string  `json:"found"` // kind of the rarest key that found it
}

// pendingMost is how many postings are kept apart, in a map, before they are worth being filed with the others.
const pendingMost = 1 << 22

// finder is the memory of one search.
type finder struct {
	points  []uint16 // by record
	touched []uint32
	keys    []key // of the query
	own     []key // of a record that was found
	lists   []list
	record  Record
	hits    []hit
}

type list struct {
	key         key
	base, delta []uint32
}

type hit struct {
	place  uint32
	number uint64
	tenths int32
}

// Bounds of one search: how many postings are read, and how many records are compared in full.
const (
	readAtLeast = 60_000
	readPart    = 3 // of a register, one in so many
	compared    = 800
)

// Search gives the descriptions that fit best, the best first, at most one for each number. Equal ones stand in the order of their numbers.
func (x *Index) Search(q *Record, limit int) []Hit { return x.search(q, limit, max(compared, 4*limit)) }

// search compares in full at most so many that look likely by their keys.
func (x *Index) search(q *Record, limit, most int) []Hit {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.count == 0 || limit <= 0 {
		return []Hit{}
	}
	f, _ := x.scratch.Get().(*finder)
	if f == nil {
		f = &finder{}
	}
	defer x.scratch.Put(f)
	if len(f.points) < x.count {
		f.points = make([]uint16, x.count+x.count/8)
	}
	x.gather(f, q)
	x.choose(f, most)
	tokens := x.dict.all()
	f.hits = f.hits[:0]
	for _, place := range f.touched {
		c := x.chunks[place/chunkSize]
		f.record.unpack(c.record(int(place%chunkSize)), tokens, x.wide)
		f.hits = append(f.hits, hit{place, c.numbers[place%chunkSize], x.model.tenths(q, &f.record)})
	}
	slices.SortFunc(f.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.tenths, a.tenths), cmp.Compare(a.number, b.number), cmp.Compare(a.place, b.place))
	})
	out := make([]Hit, 0, min(limit, len(f.hits)))
	for _, h := range f.hits {
		if len(out) == limit {
			break
		}
		if slices.ContainsFunc(out, func(o Hit) bool { return o.Number == h.number }) {
			continue
		}
		if by := x.found(f, h.place); by != "" {
			out = append(out, Hit{h.number, float64(h.tenths) / 10, by})
		}
	}
	return out
}

// gather counts, for every record that shares a key with the query, how much the keys say; rare keys first, until enough was read.
func (x *Index) gather(f *finder, q *Record) {
	f.keys = unique(keys(f.keys[:0], q, true))
	f.lists, f.touched = f.lists[:0], f.touched[:0]
	for _, k := range f.keys {
		if l := (list{k, x.base.bucket(k), x.delta[k]}); len(l.base)+len(l.delta) > 0 {
			f.lists = append(f.lists, l)
		}
	}
	slices.SortFunc(f.lists, func(a, b list) int {
		return cmp.Or(cmp.Compare(len(a.base)+len(a.delta), len(b.base)+len(b.delta)), cmp.Compare(a.key, b.key))
	})
	budget := max(readAtLeast, x.count/readPart)
	for i, l := range f.lists {
		n := len(l.base) + len(l.delta)
		if budget -= n; budget < 0 && i > 0 {
			f.lists = f.lists[:i]
			break
		}
		points := uint16(10 * math.Log2(1+float64(x.count)/float64(n)))
		for _, places := range [][]uint32{l.base, l.delta} {
			for _, p := range places {
				if f.points[p] == 0 {
					f.touched = append(f.touched, p)
				}
				f.points[p] += points
			}
		}
	}
}

// rarest is how many of those that compare in full are taken for the rarity of one key, whatever else they share.
const rarest = 4 // one in so many

// choose keeps the places that share the rarest keys, and those with the most points, the earliest first among equals; it clears the points
// for the next search.
func (x *Index) choose(f *finder, most int) {
	first := min(most/rarest, len(f.touched)) // touched in the order of rarity
	head, rest := f.touched[:first], f.touched[first:]
	top := uint16(0)
	for _, p := range f.touched {
		top = max(top, f.points[p])
	}
	least := top / 20 // what shares so little with the query is never the best
	most -= first
	if len(rest) > most {
		var byPoints [64]int
		width := func(p uint16) int { return min(int(p)>>5, 63) }
		for _, p := range rest {
			byPoints[width(f.points[p])]++
		}
		n, w := 0, 63
		for ; w > 0 && n+byPoints[w] <= most; w-- {
			n += byPoints[w]
		}
		least = max(least, uint16(w)<<5)
	}
	kept := rest[:0]
	for _, p := range rest {
		if f.points[p] >= least {
			kept = append(kept, p)
		} else {
			f.points[p] = 0
		}
	}
	if len(kept) > most {
		slices.SortFunc(kept, func(a, b uint32) int { return cmp.Or(cmp.Compare(f.points[b], f.points[a]), cmp.Compare(a, b)) })
	}
	for _, p := range kept {
		f.points[p] = 0
	}
	for _, p := range head {
		f.points[p] = 0
	}
	f.touched = f.touched[:first+min(most, len(kept))]
}

// found names the kind of the rarest key by which a record was found; empty if it only shares a bucket with one.
func (x *Index) found(f *finder, place uint32) string {
	f.record.unpack(x.chunks[place/chunkSize].record(int(place%chunkSize)), x.dict.all(), x.wide)
	f.own = unique(keys(f.own[:0], &f.record, false))
	for _, l := range f.lists {
		if _, ok := slices.BinarySearch(f.own, l.key); ok {
			return keyNames[l.key.kind()]
		}
	}
	return ""
}

func sexOf(v uint32) person.Sex { return person.Sex(v) }

// shiftFor is the shift that spreads hashes over at least n buckets.
func shiftFor(n int) uint { return uint(64 - max(bits.Len(uint(n)), 4)) }
