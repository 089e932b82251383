package chart

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Map is streams of people between places in Iraq and Syria. It is never mirrored.
type Map struct {
	Head
	RTL    bool // of the labels
	Points []Point
	Arrows []Arrow
	Names  []Point // of countries, without a dot
}

// Point is a place on the map.
type Point struct {
	Lat, Lon float64
	Name     string
	Kind     Kind
}

// Kind is what a point is. Each has its own shape.
type Kind string

// The kinds of points.
const (
	Source    Kind = "source"
	Line      Kind = "line"
	Reception Kind = "reception"
	Prison    Kind = "prison"
)

// Arrow is people on their way between two points, given by their positions.
type Arrow struct {
	From, To int
	People   float64
	Label    string
	Title    string
}

// The sizes of a map, in units of its own.
const (
	mapWidth   = 640.0
	mapFont    = 13.0
	widest     = 16.0 // arrow
	leastSpan  = 2.5  // degrees that are shown at least
	mapMargin  = 0.16 // around the points, as a part of what they span
	mapHighest = 1.0  // height as a part of the width
	mapLowest  = 0.62
)

type flowMap struct {
	height    float64
	provinces []stroke
	arrows    []arrow
	points    []mapPoint
	names     []text
}

type arrow struct {
	path, head, width string
	title             string
	label             *text
}

type mapPoint struct {
	spot
	kind  Kind
	shape string
	name  string
	label *text
}

// view maps spots into the drawing.
type view struct {
	origin spot
	scale  float64
	height float64
}

func (v view) to(s spot) spot {
	return spot{(s.x - v.origin.x) * v.scale, (s.y - v.origin.y) * v.scale}
}

// known are the points that have a place on earth.
func (p Point) known() bool {
	return finite(p.Lat) && finite(p.Lon) && math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180
}

// see chooses what of the land is shown: all points, with some room around them, or both countries without any.
func (m Map) see() view {
	var all []spot
	for _, p := range m.Points {
		if p.known() {
			all = append(all, at(p.Lat, p.Lon))
		}
	}
	margin := mapMargin
	if len(all) == 0 {
		margin = 0.02
		for _, p := range provinces() {
			all = append(all, p.rings[0]...)
		}
	}
	low, high := all[0], all[0]
	for _, s := range all {
		low, high = spot{min(low.x, s.x), min(low.y, s.y)}, spot{max(high.x, s.x), max(high.y, s.y)}
	}
	w, h := max((high.x-low.x)*(1+2*margin), leastSpan), max((high.y-low.y)*(1+2*margin), leastSpan)
	if h/w > mapHighest {
		w = h / mapHighest
	}
	h = max(h, w*mapLowest)
	return view{spot{(low.x + high.x - w) / 2, (low.y + high.y - h) / 2}, mapWidth / w, h / w * mapWidth}
}

func (m Map) draw() flowMap {
	v := m.see()
	out := flowMap{height: v.height}
	for _, p := range provinces() {
		country, _, _ := strings.Cut(strings.ToLower(p.code), "-")
		if path := v.outline(p); path != "" {
			out.provinces = append(out.provinces, stroke{path, "land " + country})
		}
	}
	room := labels{height: v.height, rtl: m.RTL}
	spots := make([]spot, len(m.Points))
	for i, p := range m.Points {
		if p.known() {
			spots[i] = v.to(at(p.Lat, p.Lon))
			room.take(rect{spots[i].x - 5, spots[i].y - 5, 10, 10})
		}
	}
	order := []Kind{Prison, Reception, Line, Source}
	byKind := make([]int, len(m.Points))
	for i := range byKind {
		byKind[i] = i
	}
	slices.SortStableFunc(byKind, func(a, b int) int {
		return cmp.Compare(slices.Index(order, m.Points[a].Kind), slices.Index(order, m.Points[b].Kind))
	})
	for _, i := range byKind {
		if p := m.Points[i]; p.known() {
			out.points = append(out.points, mapPoint{spots[i], p.Kind, shape(p.Kind, spots[i]), p.Name, room.beside(spots[i], p.Name)})
		}
	}
	out.arrows = m.arrows(spots, &room)
	for _, n := range m.Names {
		if s := v.to(at(n.Lat, n.Lon)); n.known() && s.x > 40 && s.x < mapWidth-40 && s.y > 20 && s.y < v.height-20 {
			out.names = append(out.names, text{s.x, s.y, "middle", n.Name})
		}
	}
	return out
}

// outline is the border of a province, empty when it lies outside of what is shown.
func (v view) outline(p province) string {
	var b strings.Builder
	seen := false
	for _, r := range p.rings {
		before := spot{}
		for i, s := range r {
			s = v.to(s)
			s = spot{math.Round(s.x), math.Round(s.y)}
			seen = seen || s.x > -mapWidth/2 && s.x < mapWidth*1.5 && s.y > -v.height/2 && s.y < v.height*1.5
			if i == 0 {
				b.WriteString("M" + px(s.x) + " " + px(s.y) + "l")
			} else if s != before {
				b.WriteString(px(s.x-before.x) + " " + px(s.y-before.y) + " ")
			}
			before = s
		}
		b.WriteString("z")
	}
	if !seen {
		return ""
	}
	return b.String()
}

// arrows draws the streams, the greatest below, each as wide as it is many.
func (m Map) arrows(spots []spot, room *labels) []arrow {
	shown := slices.DeleteFunc(slices.Clone(m.Arrows), func(a Arrow) bool {
		return a.From < 0 || a.From >= len(spots) || a.To < 0 || a.To >= len(spots) || a.From == a.To || !finite(a.People) || a.People <= 0 ||
			!m.Points[a.From].known() || !m.Points[a.To].known()
	})
	slices.SortStableFunc(shown, func(a, b Arrow) int { return cmp.Compare(b.People, a.People) })
	var all []arrow
	for _, a := range shown {
		from, to := spots[a.From], spots[a.To]
		width := 1.5 + (widest-1.5)*a.People/shown[0].People
		dx, dy := to.x-from.x, to.y-from.y
		length := math.Hypot(dx, dy)
		if length < 1 {
			continue
		}
		// Bent to the same side, streams of one source leave it side by side.
		bend := spot{(from.x+to.x)/2 + dy*0.16, (from.y+to.y)/2 - dx*0.16}
		back := width + 6 // of the head
		ex, ey := to.x-bend.x, to.y-bend.y
		reach := math.Hypot(ex, ey)
		ex, ey = ex/reach, ey/reach
		tip := spot{to.x - ex*5, to.y - ey*5}
		neck := spot{tip.x - ex*back, tip.y - ey*back}
		wing := width/2 + 4
		d := arrow{
			path:  "M" + px(from.x) + " " + px(from.y) + "Q" + px(bend.x) + " " + px(bend.y) + " " + px(neck.x) + " " + px(neck.y),
			head:  "M" + px(tip.x) + " " + px(tip.y) + "L" + px(neck.x-ey*wing) + " " + px(neck.y+ex*wing) + "L" + px(neck.x+ey*wing) + " " + px(neck.y-ex*wing) + "Z",
			width: px(width), title: a.Title,
		}
		for _, t := range []float64{0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.82} {
			s := spot{(1-t)*(1-t)*from.x + 2*t*(1-t)*bend.x + t*t*neck.x, (1-t)*(1-t)*from.y + 2*t*(1-t)*bend.y + t*t*neck.y}
			if d.label = room.centred(s, a.Label); d.label != nil {
				break
			}
		}
		all = append(all, d)
	}
	return all
}

// shape draws a point: a square for a source, a bar for a line, a triangle for a reception point, a circle of two arcs for a prison.
func shape(k Kind, s spot) string {
	m := "M" + px(s.x-4.5) + " " + px(s.y-4.5)
	switch k {
	case Source:
		return m + "h9v9h-9z"
	case Line:
		return "M" + px(s.x-2) + " " + px(s.y-7) + "h4v14h-4z"
	case Reception:
		return "M" + px(s.x) + " " + px(s.y-6) + "l6 11h-12z"
	}
	return "M" + px(s.x-5.5) + " " + px(s.y) + "a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0z"
}

// labels keeps labels from lying on each other.
type labels struct {
	taken  []rect
	height float64
	rtl    bool
}

func (l *labels) take(r rect) { l.taken = append(l.taken, r) }

func (l *labels) free(r rect) bool {
	return r.x >= 2 && r.y >= 2 && r.x+r.w <= mapWidth-2 && r.y+r.h <= l.height-2 &&
		!slices.ContainsFunc(l.taken, func(t rect) bool { return r.x < t.x+t.w && t.x < r.x+r.w && r.y < t.y+t.h && t.y < r.y+r.h })
}

// beside places a name on one of the sides of a point, nil where there is no room: the table has it.
func (l *labels) beside(s spot, name string) *text {
	w := wide(name, mapFont)
	for _, dy := range []float64{0, -10, 10, -16, 16, -24, 24} {
		for _, east := range []bool{true, false} {
			r := rect{s.x + 9, s.y + dy - mapFont/2 - 1, w, mapFont + 2}
			if !east {
				r.x = s.x - 9 - w
			}
			if !l.free(r) {
				continue
			}
			l.take(r)
			if east {
				return &text{r.x, r.y + mapFont - 1, l.anchor(true), name}
			}
			return &text{r.x + w, r.y + mapFont - 1, l.anchor(false), name}
		}
	}
	return nil
}

// anchor is the end of a text that lies where it meets its point: an Arabic text to the east of it ends there.
func (l *labels) anchor(east bool) string {
	if east != l.rtl {
		return "start"
	}
	return "end"
}

func (l *labels) centred(s spot, label string) *text {
	w := wide(label, mapFont) + 4
	r := rect{s.x - w/2, s.y - mapFont/2 - 1, w, mapFont + 2}
	if !l.free(r) {
		return nil
	}
	l.take(r)
	return &text{s.x, s.y + mapFont/2 - 2, "middle", label}
}
