package trial

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// origin is a people with its names, and the clerks who write them down.
type origin struct {
	name                 string
	share                float64
	male, female, family pool
	system               []pattern
	hands                []clerk
	nations              []nation
}

// clerk is a habit and how often it writes down people of an origin, counted up.
type clerk struct {
	*habit
	plain bool // without marks
	upto  uint32
}

// nation is one set of claims.
type nation struct {
	claims []string
	upto   uint32
}

// pattern is one way to put a full name together, counted up.
type pattern struct {
	roles string // a byte per role
	upto  uint32
}

// The roles of the parts of a name, and the letters that stand for them in systems.
const (
	given  = iota
	second // second given name
	father
	grand
	great
	patron // patronymic
	family
	elder // the father of great, who is never written
	roles
)

const roleLetters = "gmfabpn"

// systems are how full names are made, with how often a source gives them so.
var systems = map[string]string{
	"arab":       "gfan*46 gfa*18 gfn*14 gfabn*7 gfab*5 gn*10",
	"maghreb":    "gn*60 gfn*17 gfan*14 gfa*6 gf*3",
	"turkish":    "gn*70 gmn*15 gfn*15",
	"afghan":     "gn*35 gfn*30 gf*15 gfa*20",
	"russian":    "gpn*45 gn*35 ngp*20",
	"somali":     "gfa*72 gf*12 gfab*16",
	"indonesian": "gn*35 gm*25 gmn*25 gfn*15",
}

// pool is a set of parts to draw from, for each half.
type pool struct {
	parts   []*part
	weights []float64
	halves  [3]struct { // whole, train, test
		parts []*part
		upto  []uint32    // the weights, counted up to the end of uint32
		start [256]uint32 // where to look for a number, by its first byte
	}
}

func (s *stock) pool(cell, kind string) (pool, error) {
	var p pool
	for word := range strings.FieldsSeq(cell) {
		group, number, ok := strings.Cut(word, "*")
		share, err := strconv.ParseFloat(number, 64)
		if !ok || err != nil {
			return p, fmt.Errorf("share %q is unreadable", word)
		}
		if !strings.Contains(group, ":") {
			group = kind + ":" + group
		}
		all := s.groups[group]
		if len(all) == 0 {
			return p, fmt.Errorf("there is no group %q", group)
		}
		total := 0.0
		for _, w := range all {
			total += w.weight
		}
		for _, w := range all {
			p.parts = append(p.parts, w.part)
			p.weights = append(p.weights, w.weight/total*share)
		}
	}
	return p, nil
}

// count counts the weights up, for the whole and for each half.
func (p *pool) count() error {
	for i := range p.halves {
		half := &p.halves[i]
		var weights []float64
		total, sum := 0.0, 0.0
		for j, part := range p.parts {
			if i == 0 || part.halves&(1<<(i-1)) != 0 {
				half.parts, weights = append(half.parts, part), append(weights, p.weights[j])
				total += p.weights[j]
			}
		}
		if len(weights) == 0 {
			return fmt.Errorf("half %d has no name", i)
		}
		for _, w := range weights {
			sum += w
			half.upto = append(half.upto, uint32(sum/total*(1<<32-1)))
		}
		half.upto[len(weights)-1] = 1<<32 - 1
		for b := range half.start {
			at, _ := slices.BinarySearch(half.upto, uint32(b)<<24)
			half.start[b] = uint32(at)
		}
	}
	return nil
}

// draw takes a part as often as its weight says.
func (p *pool) draw(d *dice, half int) *part {
	h := &p.halves[half]
	at := uint32(d.Uint64() >> 32)
	i := h.start[at>>24]
	for h.upto[i] < at {
		i++
	}
	return h.parts[i]
}

func (s *stock) readOrigins() error {
	all, err := lines("parts/origins.tsv")
	if err != nil {
		return err
	}
	for _, l := range all[1:] {
		cells := strings.Split(l, "\t")
		if len(cells) != 8 {
			return fmt.Errorf("origin %q has %d cells", cells[0], len(cells))
		}
		o := &origin{name: cells[0]}
		if o.share, err = strconv.ParseFloat(cells[1], 64); err != nil {
			return fmt.Errorf("share of %s: %w", o.name, err)
		}
		for _, p := range []struct {
			pool *pool
			cell string
			kind string
		}{{&o.male, cells[2], "male"}, {&o.female, cells[3], "female"}, {&o.family, cells[4], "family"}} {
			if *p.pool, err = s.pool(p.cell, p.kind); err != nil {
				return fmt.Errorf("origin %s: %w", o.name, err)
			}
		}
		if err := o.read(s, cells[5], cells[6], cells[7]); err != nil {
			return fmt.Errorf("origin %s: %w", o.name, err)
		}
		s.origins = append(s.origins, o)
	}
	slices.SortStableFunc(s.origins, func(a, b *origin) int { return cmp.Compare(b.share, a.share) })
	total, sum := 0.0, 0.0
	for _, o := range s.origins {
		total += o.share
	}
	for _, o := range s.origins {
		sum += o.share
		s.ends = append(s.ends, uint32(sum/total*(1<<32-1)))
	}
	return nil
}

// read reads the last cells of an origin.
func (o *origin) read(s *stock, system, hands, nations string) error {
	ways, err := parseOptions("system", systems[system])
	if err != nil {
		return err
	}
	for i, roles := range ways.texts {
		b := make([]byte, len(roles))
		for j := range roles {
			b[j] = byte(strings.IndexByte(roleLetters, roles[j]))
		}
		o.system = append(o.system, pattern{string(b), ways.upto[i]})
	}
	clerks, err := parseOptions("hands", hands)
	if err != nil {
		return err
	}
	for i, name := range clerks.texts {
		base, isPlain := strings.CutPrefix(name, "plain:")
		h := s.habits[base]
		if h == nil {
			return fmt.Errorf("there is no habit %q", name)
		}
		o.hands = append(o.hands, clerk{h, isPlain, clerks.upto[i]})
	}
	claims, err := parseOptions("nations", nations)
	if err != nil {
		return err
	}
	for i, list := range claims.texts {
		o.nations = append(o.nations, nation{strings.Split(list, ","), claims.upto[i]})
	}
	return nil
}
