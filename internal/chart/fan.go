package chart

import (
	"math"
	"strings"
)

// Fan is curves over days, each with the band in which it lies in eight of ten replications.
type Fan struct {
	Head
	Days   []Tick // on the axis of time, counted from 0
	Values []Tick // on the axis of counts
	Curves []Curve
	Limit  *Tick // a threshold, as a capacity is
	Marks  []Mark
}

// Curve is a value for each day. Low and High may be empty: then it has no band. What is not a number leaves a gap.
type Curve struct {
	Low, Mid, High []float64
	Dashed         bool // what another one is compared with
}

// Mark is a day on which something happens, with the days between which it happens in eight of ten replications.
type Mark struct {
	At, From, Until float64
	Label           string
}

// The sizes of a fan, in units of its own that are about a pixel.
const (
	fanWidth  = 380.0
	fanHeight = 210.0
	fanTop    = 18.0
	fanLeft   = 46.0
	fanRight  = 14.0
	fanBottom = 26.0
	fanPoints = 130 // a curve has no more: a day is hardly a pixel then
)

// fan is a drawn Fan.
type fan struct {
	grid   []line
	days   []text
	values []text
	bands  []string
	curves []stroke
	limit  *line
	label  text
	marks  []mark
}

type stroke struct{ path, class string }

type mark struct {
	stem  line
	span  line
	label text
}

// scales maps days and values into the drawing.
type scales struct {
	last, top float64
	mirror    bool
}

func (s scales) x(day float64) float64 {
	x := fanLeft + min(max(day, 0), s.last)/s.last*(fanWidth-fanLeft-fanRight)
	if s.mirror {
		return fanWidth - x
	}
	return x
}

func (s scales) y(v float64) float64 {
	return fanHeight - fanBottom - min(max(v, 0), s.top)/s.top*(fanHeight-fanTop-fanBottom)
}

func (f Fan) scales() scales {
	s := scales{last: 1, mirror: f.Mirror}
	see := func(v float64) {
		if finite(v) {
			s.top = max(s.top, v)
		}
	}
	for _, c := range f.Curves {
		s.last = max(s.last, float64(len(c.Mid)-1))
		for _, values := range [][]float64{c.Low, c.Mid, c.High} {
			for _, v := range values {
				see(v)
			}
		}
	}
	for _, t := range f.Values {
		see(t.At)
	}
	if f.Limit != nil {
		see(f.Limit.At)
	}
	if s.top == 0 {
		s.top = 1
	}
	return s
}

func (f Fan) draw() fan {
	s := f.scales()
	left, right, floor := s.x(0), s.x(s.last), s.y(0)
	out := fan{}
	beside := -6.0
	if f.Mirror {
		beside = 6
	}
	for _, t := range f.Values {
		out.grid = append(out.grid, line{left, s.y(t.At), right, s.y(t.At)})
		out.values = append(out.values, text{left + beside, s.y(t.At) + 4, "end", t.Label})
	}
	for _, t := range f.Days {
		if t.At >= 0 && t.At <= s.last {
			out.grid = append(out.grid, line{s.x(t.At), floor, s.x(t.At), floor + 4})
			out.days = append(out.days, text{s.x(t.At), fanHeight - 8, "middle", t.Label})
		}
	}
	for _, c := range f.Curves {
		class := "mid"
		if c.Dashed {
			class = "mid other"
		}
		if len(c.Low) == len(c.Mid) && len(c.High) == len(c.Mid) {
			out.bands = append(out.bands, s.band(c.Low, c.High))
		}
		out.curves = append(out.curves, stroke{s.curve(c.Mid), class})
	}
	if f.Limit != nil && finite(f.Limit.At) {
		y := s.y(f.Limit.At)
		out.limit = &line{left, y, right, y}
		out.label = text{left - beside/1.5, y - 5, "start", f.Limit.Label}
	}
	for _, m := range f.Marks {
		x := s.x(m.At)
		label := text{x - beside/1.5, floor - 8, "start", m.Label}
		if s.last > 0 && m.At > s.last/2 {
			label.x, label.anchor = x+beside/1.5, "end"
		}
		out.marks = append(out.marks, mark{line{x, s.y(s.top), x, floor}, line{s.x(m.From), floor, s.x(m.Until), floor}, label})
	}
	return out
}

// curve draws the stretches of a series that are numbers.
func (s scales) curve(values []float64) string {
	var b strings.Builder
	pen := false
	for _, i := range days(len(values)) {
		if !finite(values[i]) {
			pen = false
			continue
		}
		s.point(&b, pen, float64(i), values[i])
		pen = true
	}
	return b.String()
}

// band fills the room between two series wherever both are numbers.
func (s scales) band(low, high []float64) string {
	var b strings.Builder
	var run []int
	flush := func() {
		for i, d := range run {
			s.point(&b, i > 0, float64(d), high[d])
		}
		for i := len(run) - 1; i >= 0; i-- {
			s.point(&b, true, float64(run[i]), low[run[i]])
		}
		if len(run) > 0 {
			b.WriteByte('Z')
		}
		run = run[:0]
	}
	for _, i := range days(len(low)) {
		if finite(low[i]) && finite(high[i]) {
			run = append(run, i)
		} else {
			flush()
		}
	}
	flush()
	return b.String()
}

func (s scales) point(b *strings.Builder, pen bool, day, v float64) {
	if pen {
		b.WriteByte('L')
	} else {
		b.WriteByte('M')
	}
	b.WriteString(px(s.x(day)) + " " + px(s.y(v)))
}

// days are the days of a series that are drawn, the last always.
func days(n int) []int {
	var all []int
	step := max(int(math.Ceil(float64(n)/fanPoints)), 1)
	for i := 0; i < n; i += step {
		all = append(all, i)
	}
	if n > 0 && all[len(all)-1] != n-1 {
		all = append(all, n-1)
	}
	return all
}
