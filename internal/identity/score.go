package identity

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"amana/internal/name"
	"amana/internal/person"
)

// Score is how much speaks for one person rather than two, in bits. It is the same whichever record comes first.
func (m *Model) Score(a, b *Record) float64 {
	return float64(m.tenths(a, b)) / 10
}

func (m *Model) tenths(a, b *Record) int32 {
	if after(a, b) {
		a, b = b, a
	}
	var s sum
	m.compare(&s, a, b)
	return s.tenths
}

// sum adds up findings, and keeps them where somebody asks why.
type sum struct {
	tenths    int32
	namesakes bool // what agrees may be two people of one name: never more than possible
	text      func(Finding, int32, string, string, float64)
}

// after gives pairs one order, so that the answer does not depend on which record came first.
func after(a, b *Record) bool {
	if c := len(a.names) - len(b.names); c != 0 {
		return c > 0
	}
	if len(a.names) > 0 { // nearly always enough
		if x, y := a.names[0][0].Form, b.names[0][0].Form; x != y {
			return x > y
		}
	}
	for i := range a.names {
		if c := slices.CompareFunc(a.names[i], b.names[i], func(x, y *name.Token) int {
			return cmp.Or(strings.Compare(x.Form, y.Form), cmp.Compare(x.Role, y.Role))
		}); c != 0 {
			return c > 0
		}
	}
	return slices.CompareFunc(a.births, b.births, func(x, y birth) int {
		return cmp.Or(cmp.Compare(x.year, y.year), cmp.Compare(x.month, y.month), cmp.Compare(x.day, y.day))
	}) > 0
}

func (s *sum) add(f Finding, tenths int32, a, b string, share float64) {
	s.tenths += tenths
	if s.text != nil {
		s.text(f, tenths, a, b, share)
	}
}

// about adds a finding whose text is only made where somebody asks why.
func about[T fmt.Stringer](s *sum, f Finding, tenths int32, a, b T) {
	if s.text == nil {
		s.tenths += tenths
		return
	}
	s.add(f, tenths, a.String(), b.String(), 0)
}

func (m *Model) compare(s *sum, a, b *Record) {
	names := m.compareNames(s, a, b)
	m.compareKunyas(s, a, b)
	mother := m.compareMothers(s, a, b)
	birth := m.compareBirths(s, a, b)
	if known(a.sex) && known(b.sex) {
		if a.sex == b.sex {
			s.add(SexSame, m.bits[SexSame], "", "", 0)
		} else {
			s.add(SexOther, m.bits[SexOther], "", "", 0)
		}
	}
	m.compareNations(s, a, b)
	sure := m.compareDocuments(s, a, b)
	sure = m.comparePhotos(s, a, b) || sure
	if sure {
		return
	}
	// People of one name who were born years apart:
	if (birth == BirthFar || birth == BirthOther) && names.bits > 0 {
		s.add(Namesakes, int32(math.Round(float64(names.bits)*(m.weights.Name.Kin-1))), "", "", 0)
	}
	// Without a document or a photograph, these are never enough. Brothers and twins share all but the given name:
	if limit := int32(10*m.weights.Bands.Pair) - 20; (names.givenOther || names.mostlyOther) && s.tenths > limit {
		s.add(Relatives, limit-s.tenths, "", "", 0)
	}
	// Namesakes, or father and son of one name, share all of it. A name alone says too little to be proposed as sure, and so it does with no
	// more than a year of birth, with mothers of other names, and where they were born at other times.
	namesakes := names.headless || mother == MotherOther
	switch birth {
	case BirthSame, BirthSwapped, BirthDigit, BirthMonth:
	case BirthYear, BirthAssigned:
		namesakes = namesakes || mother != MotherSame
	default:
		namesakes = true
	}
	s.namesakes = namesakes
}

func known(s person.Sex) bool { return s == person.Male || s == person.Female }

// compareNames takes the two names that fit best among all that each side has.
func (m *Model) compareNames(s *sum, a, b *Record) (best alignment) {
	if len(a.names) == 0 || len(b.names) == 0 {
		return best
	}
	bi, bj := -1, -1
	for i := range a.names {
		for j := range b.names {
			al := m.align(a.names[i], b.names[j])
			if bi < 0 || al.bits > best.bits {
				best, bi, bj = al, i, j
			}
		}
	}
	if s.text == nil {
		s.tenths += best.bits
		return best
	}
	m.tell(s, &best, a.names[bi], b.names[bj])
	return best
}

// tell adds the findings of an alignment one by one.
func (m *Model) tell(s *sum, al *alignment, a, b []*name.Token) {
	for _, l := range al.links[:al.n] {
		f := m.levels[l.level].finding
		x, y := a[l.a].Raw, b[l.b].Raw
		switch {
		case l.a2 >= 0:
			f, x = NameJoined, x+" "+a[l.a2].Raw
		case l.b2 >= 0:
			f, y = NameJoined, y+" "+b[l.b2].Raw
		}
		s.add(f, l.bits, x, y, float64(m.rarity(a[l.a], b[l.b]).share))
	}
	if al.whole != 0 {
		s.add(NameWhole, al.whole, "", "", 0)
	}
	if al.order != straight {
		s.add(NameOrder, m.bits[NameOrder], "", "", 0)
	}
	for k, o := range al.other[:al.nOther] {
		s.add(NameOther, m.other(al.severity[k]), a[o[0]].Raw, b[o[1]].Raw, 0)
	}
	if al.kin != 0 {
		s.add(NameKin, al.kin, "", "", 0)
	}
	if al.absent > 0 {
		var left, right []string
		for _, i := range al.freeA[:al.nA] {
			if !slices.ContainsFunc(al.other[:al.nOther], func(o [2]int8) bool { return o[0] == i }) {
				left = append(left, a[i].Raw)
			}
		}
		for _, j := range al.freeB[:al.nB] {
			if !slices.ContainsFunc(al.other[:al.nOther], func(o [2]int8) bool { return o[1] == j }) {
				right = append(right, b[j].Raw)
			}
		}
		s.add(NameAbsent, int32(min(al.absent, 5))*m.bits[NameAbsent], strings.Join(left, " "), strings.Join(right, " "), 0)
	}
}

func (m *Model) compareKunyas(s *sum, a, b *Record) {
	if len(a.kunyas) == 0 || len(b.kunyas) == 0 {
		return
	}
	for i := range a.kunyas {
		for j := range b.kunyas {
			if x, y := a.kunyas[i], b.kunyas[j]; name.Distance(x, y, m.levels[near].within) <= m.levels[near].within {
				s.add(KunyaSame, m.bits[KunyaSame], x.Raw, y.Raw, 0)
				return
			}
		}
	}
	s.add(KunyaOther, m.bits[KunyaOther], a.kunyas[0].Raw, b.kunyas[0].Raw, 0)
}

// compareMothers tells what came of it, findings when a side does not name her.
func (m *Model) compareMothers(s *sum, a, b *Record) Finding {
	if len(a.mothers) == 0 || len(b.mothers) == 0 {
		return findings
	}
	x, y := a.mothers[0], b.mothers[0]
	if al := m.align(x, y); al.n > 0 && al.nOther == 0 && al.bits > 0 {
		about(s, MotherSame, min(m.bits[MotherSame], al.bits), written(x), written(y))
		return MotherSame
	}
	about(s, MotherOther, m.bits[MotherOther], written(x), written(y))
	return MotherOther
}

// written is a name as text.
type written []*name.Token

func (tokens written) String() string {
	var w []string
	for _, t := range tokens {
		w = append(w, t.Raw)
	}
	return strings.Join(w, " ")
}

func (m *Model) compareNations(s *sum, a, b *Record) {
	if len(a.nations) == 0 || len(b.nations) == 0 {
		return
	}
	for _, n := range a.nations {
		if slices.Contains(b.nations, n) {
			about(s, NationalitySame, m.bits[NationalitySame], n, n)
			return
		}
	}
	about(s, NationalityOther, m.bits[NationalityOther], a.nations[0], b.nations[0])
}

// compareDocuments reports whether both have one document.
func (m *Model) compareDocuments(s *sum, a, b *Record) bool {
	other := false
	for _, x := range a.documents {
		for _, y := range b.documents {
			if x.number == y.number && (x.kind == y.kind || x.kind == 0 || y.kind == 0) {
				s.add(DocumentSame, m.bits[DocumentSame], "", "", 0)
				return true
			}
			other = other || x.kind != 0 && x.kind == y.kind
		}
	}
	if other {
		s.add(DocumentOther, m.bits[DocumentOther], "", "", 0)
	}
	return false
}

func (m *Model) comparePhotos(s *sum, a, b *Record) bool {
	for _, x := range a.photos {
		if slices.Contains(b.photos, x) {
			s.add(PhotoSame, m.bits[PhotoSame], "", "", 0)
			return true
		}
	}
	return false
}
