package chart

import (
	"cmp"
	"slices"
	"strings"
)

// Gantt is slots over time: a row for each place, a bar for each slot held there. Times are minutes.
type Gantt struct {
	Head
	From, Until float64
	Ticks       []Tick
	Rows        []Row
	Hour        float64 // width of an hour; 0: 40
}

// Row is a place with the times in which it is open and the slots that are held.
type Row struct {
	Name string
	Open []Span
	Bars []Bar
}

// Span is a stretch of time.
type Span struct{ From, Until float64 }

// Bar is a slot. Bars of one chain, which is not 0, are linked in the order of time.
type Bar struct {
	Span
	Latest float64 // of the arrival; what comes after it is service
	Chain  int64
	Label  string
	Title  string
}

// The sizes of a Gantt chart in pixels: it is not scaled, but scrolled.
const (
	ganttHead = 30.0
	barHigh   = 22.0
	barGap    = 3.0
	rowPad    = 7.0
	fontSmall = 12.0

	ganttNames = 132.0 // the column of names
	ganttEdge  = 22.0  // room for half a label at both ends of the axis
)

type gantt struct {
	width, height float64
	rows          []ganttRow
	grid          []line
	ticks         []text
	links         []string
}

type ganttRow struct {
	name []text
	y, h float64
	open []rect
	bars []ganttBar
}

type rect struct{ x, y, w, h float64 }

type ganttBar struct {
	Bar
	rect
	late  line // at the latest arrival
	inner bool // the label fits
}

func (g Gantt) draw() gantt {
	hour := g.Hour
	if !finite(hour) || hour <= 0 {
		hour = 40
	}
	if !finite(g.From) || !finite(g.Until) || g.Until <= g.From {
		g.From, g.Until = 0, 24*60
	}
	axis := min((g.Until-g.From)/60*hour, 20_000)
	out := gantt{width: axis + 2*ganttEdge}
	x := func(t float64) float64 {
		v := ganttEdge + (min(max(t, g.From), g.Until)-g.From)/(g.Until-g.From)*axis
		if g.Mirror {
			return out.width - v
		}
		return v
	}
	span := func(s Span, y, h float64) rect {
		a, b := x(s.From), x(s.Until)
		return rect{min(a, b), y, max(max(a, b)-min(a, b), 2), h}
	}
	chains := map[int64][]ganttBar{}
	var order []int64
	y := ganttHead
	for _, r := range g.Rows {
		row := ganttRow{y: y}
		bars := slices.DeleteFunc(slices.Clone(r.Bars), func(b Bar) bool {
			return !finite(b.From) || !finite(b.Until) || b.Until < b.From || b.Until < g.From || b.From >= g.Until
		})
		slices.SortStableFunc(bars, func(a, b Bar) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Until, b.Until)) })
		var lanes []float64 // when each is free again
		for _, b := range bars {
			k := slices.IndexFunc(lanes, func(free float64) bool { return free <= b.From })
			if k < 0 {
				lanes = append(lanes, 0)
				k = len(lanes) - 1
			}
			lanes[k] = b.Until
			d := ganttBar{Bar: b, rect: span(b.Span, y+rowPad+float64(k)*(barHigh+barGap), barHigh)}
			d.x = min(d.x, ganttEdge+axis-d.w)
			if b.Latest > b.From && b.Latest < b.Until && b.Latest > g.From && b.Latest < g.Until {
				d.late = line{x(b.Latest), d.y, x(b.Latest), d.y + d.h}
			}
			d.inner = wide(b.Label, fontSmall)+4 <= d.w
			row.bars = append(row.bars, d)
			if b.Chain != 0 {
				if chains[b.Chain] == nil {
					order = append(order, b.Chain)
				}
				chains[b.Chain] = append(chains[b.Chain], d)
			}
		}
		row.h = 2*rowPad + float64(max(len(lanes), 1))*(barHigh+barGap) - barGap
		row.name = g.name(r.Name, y+row.h/2)
		for _, s := range r.Open {
			if finite(s.From) && finite(s.Until) && s.Until > g.From && s.From < g.Until && s.Until > s.From {
				row.open = append(row.open, span(s, y, row.h))
			}
		}
		y += row.h
		out.rows = append(out.rows, row)
	}
	out.height = y + 1
	for _, t := range g.Ticks {
		if t.At < g.From || t.At > g.Until || !finite(t.At) {
			continue
		}
		out.grid = append(out.grid, line{x(t.At), ganttHead - 6, x(t.At), y})
		out.ticks = append(out.ticks, text{x(t.At), ganttHead - 12, "middle", t.Label})
	}
	for _, c := range order {
		out.links = append(out.links, links(chains[c], g.Mirror)...)
	}
	return out
}

// links leads from the end of each bar of a chain to the begin of the next.
func links(bars []ganttBar, mirror bool) []string {
	slices.SortStableFunc(bars, func(a, b ganttBar) int { return cmp.Compare(a.From, b.From) })
	var all []string
	for i := 1; i < len(bars); i++ {
		a, b := bars[i-1], bars[i]
		x1, x2 := a.x+a.w, b.x
		if mirror {
			x1, x2 = a.x, b.x+b.w
		}
		all = append(all, "M"+px(x1)+" "+px(a.y+a.h/2)+"L"+px(x2)+" "+px(b.y+b.h/2))
	}
	return all
}

// name writes a name beside the middle of its row, in two lines where it is long.
func (g Gantt) name(s string, middle float64) []text {
	x := 0.0
	if g.Mirror {
		x = ganttNames
	}
	if wide(s, fontSmall) <= ganttNames {
		return []text{{x, middle + 4, "start", s}}
	}
	words := strings.Fields(s)
	if len(words) == 0 {
		return nil
	}
	first := words[:1]
	for n := 2; n < len(words) && wide(strings.Join(words[:n], " "), fontSmall) <= ganttNames; n++ {
		first = words[:n]
	}
	return []text{{x, middle - 3, "start", strings.Join(first, " ")}, {x, middle + 12, "start", strings.Join(words[len(first):], " ")}}
}
