package web

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"amana/internal/place"
	"amana/internal/store"
	"amana/internal/transfer"
)

// Flow is a drawing of everybody's way from the sources over the lines to the prisons, bands as wide as they are many.
// Its coordinates are mirrored where one reads from right to left.
type Flow struct {
	Width, Height int
	Label         string
	Bands         []Band
	Nodes         []Node
}

// Band is people on their way from one node to the next.
type Band struct {
	Path  string
	Class string
	Title string
}

// Node is a place on the way with its label.
type Node struct {
	X, Y, W, H     float64
	LabelX, LabelY float64
	CountY         float64
	Anchor         string // of the label, in the direction of the text
	Name, Count    string
	Href, Class    string
}

const (
	flowWidth  = 1000
	flowHeight = 340.0
	barWidth   = 12
	flowTop    = 44.0
	rowGap     = 14.0
)

// bar is a node while it is being drawn: how much of its two sides is taken by bands.
type bar struct {
	x, y, h float64
	in, out float64
}

type flowDrawing struct {
	f     Frame
	out   *Flow
	scale float64
}

// drawFlow draws the streams; nil while nobody has left.
func drawFlow(f Frame, lines []store.Line, streams []store.Stream) *Flow {
	sent, received := map[place.Code]int{}, map[place.Code]int{}
	land, air, landReceived, airReceived := 0, 0, 0, 0
	for _, s := range streams {
		sent[s.Source] += s.Departed
		received[s.Target] += s.Received
		if s.Mode == transfer.Air {
			air, airReceived = air+s.Departed, airReceived+s.Received
		} else {
			land, landReceived = land+s.Departed, landReceived+s.Received
		}
	}
	if land+air == 0 {
		return nil
	}
	sources, prisons := slices.Sorted(maps.Keys(sent)), slices.Sorted(maps.Keys(received))
	gaps := float64(max(len(sources), len(prisons), 2) - 1)
	d := &flowDrawing{f: f, out: &Flow{Width: flowWidth, Height: flowHeight + flowTop + 24, Label: f.T("flow.label")}, scale: (flowHeight - gaps*rowGap*2) / float64(land+air)}

	from := d.column(220, sources, sent, "end", "source")
	to := d.column(780-barWidth, prisons, received, "start", "prison")
	landY := flowTop + 10
	var points []*bar
	for i, l := range lines {
		x := 380 + float64(i)*240/float64(max(len(lines)-1, 1)) - barWidth/2
		b := &bar{x: x, y: landY, h: d.height(l.Passed)}
		d.node(b, b.x+barWidth/2, landY-24, "middle", short(f.Place(l.Point)), l.Passed, placeHref(l.Point), "line")
		points = append(points, b)
	}
	var sky *bar
	if air > 0 {
		h := d.height(air)
		sky = &bar{x: 500 - barWidth/2, y: flowTop + flowHeight - h - 30, h: h}
		d.node(sky, 500, sky.y+sky.h+16, "middle", f.Mode(transfer.Air), air, "", "air")
	}
	for _, s := range streams {
		switch {
		case s.Mode == transfer.Air:
			d.band(from[s.Source], sky, s.Departed, "air")
		case len(points) > 0:
			d.band(from[s.Source], points[0], s.Departed, "land")
		default:
			d.band(from[s.Source], to[s.Target], s.Departed, "land")
		}
	}
	for i := 1; i < len(points); i++ {
		d.band(points[i-1], points[i], min(lines[i-1].Passed, lines[i].Passed), "land")
	}
	for _, s := range streams {
		switch {
		case s.Mode == transfer.Air:
			d.band(sky, to[s.Target], s.Received, "air")
		case len(points) > 0:
			d.band(points[len(points)-1], to[s.Target], s.Received, "land")
		}
	}
	return d.out
}

func (d *flowDrawing) height(n int) float64 { return max(float64(n)*d.scale, 1.5) }

// column draws the nodes at one end, spread over the height.
func (d *flowDrawing) column(x float64, codes []place.Code, counts map[place.Code]int, anchor, class string) map[place.Code]*bar {
	bars := map[place.Code]*bar{}
	need := 0.0
	for _, c := range codes {
		need += d.height(counts[c])
	}
	gap := 0.0
	y := flowTop + (flowHeight-need)/2
	if len(codes) > 1 {
		gap = min((flowHeight-need)/float64(len(codes)-1), 70)
		y = flowTop + (flowHeight-need-gap*float64(len(codes)-1))/2
	}
	for _, c := range codes {
		b := &bar{x: x, y: y, h: d.height(counts[c])}
		label := x - 10
		if anchor == "start" {
			label = x + barWidth + 10
		}
		d.node(b, label, y+b.h/2-4, anchor, d.f.Place(c), counts[c], placeHref(c), class)
		bars[c] = b
		y += b.h + gap
	}
	return bars
}

func (d *flowDrawing) node(b *bar, labelX, labelY float64, anchor, name string, n int, href, class string) {
	x := b.x
	if d.f.Lang.Dir() == "rtl" {
		x, labelX = flowWidth-b.x-barWidth, flowWidth-labelX
	}
	d.out.Nodes = append(d.out.Nodes, Node{X: x, Y: b.y, W: barWidth, H: b.h, LabelX: labelX, LabelY: labelY, CountY: labelY + 18, Anchor: anchor, Name: name, Count: d.f.N(n), Href: href, Class: class})
}

// band draws n people from one bar to another, under those drawn before.
func (d *flowDrawing) band(a, b *bar, n int, class string) {
	if n == 0 || a == nil || b == nil {
		return
	}
	h := float64(n) * d.scale
	x1, x2, y1, y2 := a.x+barWidth, b.x, a.y+a.out, b.y+b.in
	a.out, b.in = a.out+h, b.in+h
	if d.f.Lang.Dir() == "rtl" {
		x1, x2 = flowWidth-x1, flowWidth-x2
	}
	mid := (x1 + x2) / 2
	d.out.Bands = append(d.out.Bands, Band{
		Path: fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fL%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fZ",
			x1, y1, mid, y1, mid, y2, x2, y2, x2, y2+h, mid, y2+h, mid, y1+h, x1, y1+h),
		Class: "band " + class, Title: d.f.Count("people.count", n),
	})
}

// short is the part of a name before its colon: the agency at a line stands in the table under the drawing.
func short(name string) string {
	name, _, _ = strings.Cut(name, ":")
	return name
}

func coordinate(v float64) string { return fmt.Sprintf("%.1f", v) }
