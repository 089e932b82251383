package identity

// Evidence is one finding and what it is worth.
type Evidence struct {
	Field   string  `json:"field"`   // name, kunya, mother, birth, sex, nationality, document, photo
	Finding string  `json:"finding"` // code, one of Findings
	A       string  `json:"a,omitempty"`
	B       string  `json:"b,omitempty"`
	Bits    float64 `json:"bits"`
	Share   float64 `json:"share,omitempty"` // of people who have it, where that is known
}

// Explanation says why two records may be of one person, and what speaks against. The bits of its evidence add up to Bits.
type Explanation struct {
	Bits     float64    `json:"bits"`
	Band     Band       `json:"band"`
	Evidence []Evidence `json:"evidence"`
}

// Explain gives the score with its reasons. Evidence names what a says first.
func (m *Model) Explain(a, b *Record) Explanation {
	x, y := a, b
	turned := after(a, b)
	if turned {
		x, y = b, a
	}
	e := Explanation{Evidence: []Evidence{}}
	s := sum{text: func(f Finding, tenths int32, p, q string, share float64) {
		if turned {
			p, q = q, p
		}
		e.Evidence = append(e.Evidence, Evidence{Field: f.field(), Finding: f.String(), A: p, B: q, Bits: float64(tenths) / 10, Share: share})
	}}
	m.compare(&s, x, y)
	e.Bits = float64(s.tenths) / 10
	if e.Band = m.Band(e.Bits); e.Band == Likely && s.namesakes {
		e.Band = Possible
		s.add(Alone, 0, "", "", 0)
	}
	return e
}
