package identity

import "amana/internal/civil"

// compareBirths takes the two dates that fit best among those that each side gives. It tells what came of it, findings
// when a side has none.
func (m *Model) compareBirths(s *sum, a, b *Record) Finding {
	if len(a.births) == 0 || len(b.births) == 0 {
		return findings
	}
	best, x, y := findings, birth{}, birth{}
	for _, i := range a.births {
		for _, j := range b.births {
			if f := compareBirth(i, j); best == findings || m.bits[f] > m.bits[best] {
				best, x, y = f, i, j
			}
		}
	}
	about(s, best, m.bits[best], x, y)
	return best
}

// String is the date as EDTF.
func (b birth) String() string {
	return civil.Date{Year: int(b.year), Month: int(b.month), Day: int(b.day), Approx: b.approx}.String()
}

// compareBirth grades two dates of birth. A 1 January is worth no more than its year; an age gives a year that may be three off.
func compareBirth(a, b birth) Finding {
	years := int(a.year) - int(b.year)
	if years < 0 {
		years = -years
	}
	if a.exact() && b.exact() {
		switch {
		case a == b:
			return BirthSame
		case years == 0 && a.month == b.day && a.day == b.month:
			return BirthSwapped
		case digits(a, b) == 1:
			return BirthDigit
		case years == 0 && a.month == b.month:
			return BirthMonth
		case years == 0:
			return BirthNear
		}
	} else if years == 0 {
		if a.assigned() && b.assigned() && !a.approx && !b.approx {
			return BirthAssigned
		}
		return BirthYear
	}
	switch {
	case years <= 3 && (a.approx || b.approx):
		return BirthAbout
	case years <= 2, years == 3 && !(a.exact() && b.exact()):
		return BirthNear
	case years <= 5:
		return BirthFar
	}
	return BirthOther
}

// digits counts the digits in which two full dates differ.
func digits(a, b birth) (n int) {
	for _, p := range [][2]int{{int(a.year), int(b.year)}, {int(a.month), int(b.month)}, {int(a.day), int(b.day)}} {
		for x, y := p[0], p[1]; x > 0 || y > 0; x, y = x/10, y/10 {
			if x%10 != y%10 {
				n++
			}
		}
	}
	return n
}
