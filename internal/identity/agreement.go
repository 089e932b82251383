package identity

import "amana/internal/name"

// Agreement is how much of what could agree between two records does: bits over the bits that full agreement of all that both have would
// be worth. It decides about two records that were picked out for comparison, behind which no register stands: there, a common name that
// agrees in every part counts as much as a rare one. It never orders people.
func (m *Model) Agreement(a, b *Record) float64 {
	return float64(m.tenths(a, b)) / float64(m.attainable(a, b))
}

// attainable is what full agreement would be worth, in tenths of a bit.
func (m *Model) attainable(a, b *Record) (sum int32) {
	if len(a.names) > 0 && len(b.names) > 0 {
		sum += min(m.full(a.names[0]), m.full(b.names[0]))
	}
	if len(a.births) > 0 && len(b.births) > 0 {
		x, y := a.births[0], b.births[0]
		switch {
		case x.exact() && y.exact():
			sum += m.bits[BirthSame]
		case x.assigned() && y.assigned():
			sum += m.bits[BirthAssigned]
		default:
			sum += m.bits[BirthYear]
		}
	}
	if len(a.kunyas) > 0 && len(b.kunyas) > 0 {
		sum += m.bits[KunyaSame]
	}
	if known(a.sex) && known(b.sex) {
		sum += m.bits[SexSame]
	}
	if len(a.nations) > 0 && len(b.nations) > 0 {
		sum += m.bits[NationalitySame]
	}
	return max(sum, 10)
}

// full is what a name is worth that agrees in every part.
func (m *Model) full(tokens []*name.Token) (sum int32) {
	for _, t := range tokens {
		sum += m.worth(t, t, same)
	}
	w := &m.weights.Name
	return min(max(sum, int32(10*w.Least)), int32(10*w.Most))
}
