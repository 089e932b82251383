package forecast

// Comparison is what another scenario changes.
type Comparison struct {
	Base    string         `json:"base"`
	Other   string         `json:"other"`
	Title   string         `json:"title,omitempty"` // of the other
	Prisons []PrisonChange `json:"prisons"`         // those of either, those of the base first
	NoRoom  WhenChange     `json:"no_room"`
	Line    [2]string      `json:"line"`    // code of the line that binds in most replications, base and other
	Load    [2]float64     `json:"load"`    // its utilisation in its busiest week, P50
	Held    [2]float64     `json:"held"`    // in all prisons at the end, sum of the P50
	Waiting [2]float64     `json:"waiting"` // at the sources at the end, P50
	Left    [2]float64     `json:"left"`    // by all exits until the end, sum of the P50
}

// WhenChange is how a day moves.
type WhenChange struct {
	Base  When `json:"base"`
	Other When `json:"other"`
	Days  *int `json:"days,omitempty"` // by how many days P50 moves, negative for earlier; none when it is Never in either
}

// PrisonChange is what becomes different for a prison. One that a scenario does not have never fills in it.
type PrisonChange struct {
	Code string `json:"code"`
	Name string `json:"name,omitempty"`
	WhenChange
}

// Compare tells what other changes against base. Both should have the same seed: then what does not differ is the same people at the same
// moments.
func Compare(base, other Result) Comparison {
	c := Comparison{Base: base.Scenario, Other: other.Scenario, Title: other.Title, NoRoom: moved(base.NoRoom, other.NoRoom)}
	never := When{P10: Never, P50: Never, P90: Never}
	at := map[string]int{}
	for _, p := range base.Prisons {
		at[p.Code] = len(c.Prisons)
		c.Prisons = append(c.Prisons, PrisonChange{Code: p.Code, Name: p.Name, WhenChange: moved(p.Full, never)})
	}
	for _, p := range other.Prisons {
		if i, both := at[p.Code]; both {
			c.Prisons[i].WhenChange = moved(c.Prisons[i].Base, p.Full)
			continue
		}
		c.Prisons = append(c.Prisons, PrisonChange{Code: p.Code, Name: p.Name, WhenChange: moved(never, p.Full)})
	}
	for i, r := range []Result{base, other} {
		if l, ok := r.Binding(); ok {
			c.Line[i], c.Load[i] = l.Code, l.Busiest.P50
		}
		last := r.Days - 1
		if last < 0 {
			continue
		}
		for _, p := range r.Prisons {
			c.Held[i] += p.Held.P50[last]
		}
		for _, x := range r.Exits {
			c.Left[i] += x.People.P50[last]
		}
		c.Waiting[i] = r.Waiting.P50[last]
	}
	return c
}

func moved(base, other When) WhenChange {
	w := WhenChange{Base: base, Other: other}
	if base.P50 != Never && other.P50 != Never {
		days := other.P50 - base.P50
		w.Days = &days
	}
	return w
}

// Binding is the line that is the bottleneck in most replications; false when there are no lines.
func (r Result) Binding() (Load, bool) {
	if len(r.Lines) == 0 {
		return Load{}, false
	}
	best := r.Lines[0]
	for _, l := range r.Lines {
		if l.Binds > best.Binds {
			best = l
		}
	}
	return best, true
}
