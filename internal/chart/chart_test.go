package chart_test

import (
	"context"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amana/internal/chart"
)

const hostile = `</title><script>alert("x")</script>&'`

// drawn renders a drawing; it must hold no script, no style and no coordinate that is not a number.
func drawn(t interface {
	Helper()
	Fatalf(string, ...any)
}, c templ.Component,
) *goquery.Document {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatalf("%v", err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatalf("%v", err)
	}
	if n := doc.Find("script, style, [style], [onload], [onclick], a").Length(); n != 0 {
		t.Fatalf("%d scripts, styles or links in %s", n, b.String())
	}
	if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
		t.Fatalf("a coordinate is no number: %s", b.String())
	}
	if svg := doc.Find("svg[role=img]"); svg.Length() != 1 || doc.Find("#"+strings.TrimSuffix(svg.AttrOr("aria-labelledby", ""), "-title")+"-title").Length() != 1 ||
		doc.Find("#"+svg.AttrOr("aria-describedby", "none")).Length() != 1 {
		t.Fatalf("the drawing is not told to those who do not see it: %s", b.String())
	}
	return doc
}

// inside asks that every number of an attribute lies in a drawing of this width.
func inside(t *testing.T, doc *goquery.Document, selector, attribute string, from, until float64) {
	t.Helper()
	doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
		if x, err := strconv.ParseFloat(s.AttrOr(attribute, ""), 64); err != nil || x < from || x > until {
			t.Errorf("%s of %s is %q, not within %g to %g", attribute, selector, s.AttrOr(attribute, ""), from, until)
		}
	})
}

func TestSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		top  float64
		n    int
		want []float64
	}{
		{"thousands", 7000, 4, []float64{0, 2000, 4000, 6000, 8000}},
		{"quarters", 940, 4, []float64{0, 250, 500, 750, 1000}},
		{"few", 3, 4, []float64{0, 1, 2, 3}},
		{"less than one", 0.2, 4, []float64{0, 1}},
		{"nothing", 0, 4, []float64{0, 1}},
		{"not a number", math.NaN(), 4, []float64{0, 1}},
		{"no end", math.Inf(1), 4, []float64{0, 1}},
		{"negative", -5, 4, []float64{0, 1}},
	} {
		if diff := cmp.Diff(c.want, chart.Steps(c.top, c.n)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		top, n := rapid.Float64Range(0.001, 1e12).Draw(t, "top"), rapid.IntRange(1, 10).Draw(t, "n")
		got := chart.Steps(top, n)
		if len(got) > n+1 || got[len(got)-1] < top {
			t.Fatalf("%v", got)
		}
	})
}

func TestFan(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name  string
		curve chart.Curve
		paths int // stretches of the curve
	}{
		{"rising", chart.Curve{Low: []float64{0, 1, 2}, Mid: []float64{1, 2, 3}, High: []float64{2, 3, 4}}, 1},
		{"a gap", chart.Curve{Mid: []float64{1, 2, nan, 3, inf, 4}}, 3},
		{"nothing", chart.Curve{}, 0},
		{"one day", chart.Curve{Low: []float64{5}, Mid: []float64{5}, High: []float64{5}}, 1},
		{"zero", chart.Curve{Mid: []float64{0, 0}}, 1},
		{"beyond all measure", chart.Curve{Low: []float64{-1e300, nan}, Mid: []float64{1e300, 1}, High: []float64{inf, 1}}, 1},
		{"years", chart.Curve{Mid: make([]float64, 3000)}, 1},
	} {
		for _, mirror := range []bool{false, true} {
			doc := drawn(t, chart.DrawFan(chart.Fan{
				Head: chart.Head{ID: "f", Title: hostile, Desc: hostile, Mirror: mirror}, Curves: []chart.Curve{c.curve},
				Days: []chart.Tick{{At: 0, Label: hostile}, {At: 1e9, Label: "far"}}, Values: []chart.Tick{{At: 0, Label: "0"}},
				Limit: &chart.Tick{At: 3, Label: hostile}, Marks: []chart.Mark{{At: 1, From: 0, Until: 1e12, Label: hostile}},
			}))
			if got := doc.Find("svg.fan > title").Text(); got != hostile {
				t.Errorf("%s: the title reads %q", c.name, got)
			}
			path := doc.Find("path.mid").AttrOr("d", "")
			if got := strings.Count(path, "M"); got != c.paths {
				t.Errorf("%s: %d stretches in %q", c.name, got, path)
			}
			if strings.Count(path, "L") > 140 {
				t.Errorf("%s: more corners than pixels", c.name)
			}
			inside(t, doc, "line", "x1", 0, 380)
			inside(t, doc, "line", "y2", 0, 210)
		}
	}
}

func TestGantt(t *testing.T) {
	t.Parallel()
	g := chart.Gantt{
		Head: chart.Head{ID: "g", Title: hostile, Desc: "d"}, From: 60, Until: 660, Ticks: []chart.Tick{{At: 60, Label: "1"}, {At: 660, Label: "11"}, {At: 700, Label: "out"}},
		Rows: []chart.Row{
			{Name: hostile + " with a name that is longer than the column is wide", Open: []chart.Span{{From: 0, Until: 1e9}, {From: 5, Until: 1}}, Bars: []chart.Bar{
				{Span: chart.Span{From: 60, Until: 120}, Latest: 90, Chain: 1, Label: "1", Title: hostile},
				{Span: chart.Span{From: 100, Until: 160}, Chain: 2, Label: "2"},
				{Span: chart.Span{From: 120, Until: 180}, Chain: 3, Label: "3"},
				{Span: chart.Span{From: -500, Until: 59}, Chain: 4},
				{Span: chart.Span{From: math.NaN(), Until: 100}, Chain: 4},
				{Span: chart.Span{From: 200, Until: 100}, Chain: 4},
			}},
			{Name: "", Bars: []chart.Bar{
				{Span: chart.Span{From: 650, Until: 1e18}, Chain: 1, Label: "1"},
				{Span: chart.Span{From: 300, Until: 300}, Chain: 2, Label: "2"},
			}},
			{Name: "empty"},
		},
	}
	for _, mirror := range []bool{false, true} {
		g.Mirror = mirror
		doc := drawn(t, chart.DrawGantt(g))
		if got := doc.Find("rect.bar").Length(); got != 5 {
			t.Errorf("%d bars, want 5", got)
		}
		if got := doc.Find("path.link").Length(); got != 2 {
			t.Errorf("%d links, want 2", got)
		}
		if got := doc.Find("line.late").Length(); got != 1 {
			t.Errorf("%d latest arrivals, want 1", got)
		}
		inside(t, doc, "rect.bar", "x", 22, 422) // between the edges
		doc.Find("rect.bar").Each(func(_ int, s *goquery.Selection) {
			x, _ := strconv.ParseFloat(s.AttrOr("x", ""), 64)
			w, _ := strconv.ParseFloat(s.AttrOr("width", ""), 64)
			if w < 2 || x+w > 422 {
				t.Errorf("a bar from %g is %g wide: the axis ends at 422", x, w)
			}
		})
		ys := map[string]int{}
		doc.Find("rect.bar").Each(func(_ int, s *goquery.Selection) { ys[s.AttrOr("y", "")]++ })
		if len(ys) != 3 { // the first row needs two lanes: its second bar begins before the first has ended
			t.Errorf("bars at the heights %v", ys)
		}
		first, _ := strconv.ParseFloat(doc.Find("rect.bar").First().AttrOr("x", ""), 64)
		if mirror != (first > 200) {
			t.Errorf("mirrored %t, and the first bar begins at %g", mirror, first)
		}
	}
	for name, g := range map[string]chart.Gantt{"nothing": {}, "no time": {From: 5, Until: 5}, "no number": {From: math.NaN(), Until: math.Inf(1), Hour: math.NaN()}} {
		g.ID = "g"
		if n := drawn(t, chart.DrawGantt(g)).Find("rect.bar").Length(); n != 0 {
			t.Errorf("%s: %d bars", name, n)
		}
	}
}

func TestMap(t *testing.T) {
	t.Parallel()
	m := chart.Map{
		Head: chart.Head{ID: "m", Title: hostile, Desc: hostile},
		Points: []chart.Point{
			{Lat: 36.5, Lon: 40.75, Name: hostile, Kind: chart.Source},
			{Lat: 36.3, Lon: 43.1, Name: "N", Kind: chart.Prison},
			{Lat: 31.05, Lon: 46.25, Name: "S", Kind: chart.Prison},
			{Lat: math.NaN(), Lon: 1e300, Name: "nowhere", Kind: chart.Line},
			{Lat: 36.5, Lon: 40.75, Name: "the same", Kind: "?"},
		},
		Arrows: []chart.Arrow{
			{From: 0, To: 1, People: 100, Label: "100", Title: hostile},
			{From: 0, To: 2, People: 400, Label: "400"},
			{From: 0, To: 1, People: 0, Label: "0"},
			{From: 0, To: 4, People: 3, Label: "3"},
			{From: 0, To: 3, People: 3},
			{From: -1, To: 99, People: 3},
			{From: 0, To: 2, People: math.NaN()},
		},
		Names: []chart.Point{{Lat: 33, Lon: 43, Name: "Iraq"}, {Lat: -80, Lon: 0, Name: "far"}},
	}
	for _, rtl := range []bool{false, true} {
		m.RTL = rtl
		doc := drawn(t, chart.DrawMap(m))
		var labels, widths []string
		doc.Find("text.people").Each(func(_ int, s *goquery.Selection) { labels = append(labels, s.Text()) })
		doc.Find("path.shaft").Each(func(_ int, s *goquery.Selection) { widths = append(widths, s.AttrOr("stroke-width", "")) })
		if diff := cmp.Diff([]string{"400", "100"}, labels); diff != "" {
			t.Errorf("labels (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"16", "5.1"}, widths); diff != "" { // 1.5 and 14.5 by the part of the greatest
			t.Errorf("widths (-want +got):\n%s", diff)
		}
		if got := doc.Find("path.point").Length(); got != 4 {
			t.Errorf("%d points, want the 4 that have a place on earth", got)
		}
		if got := doc.Find("text.country").Text(); got != "Iraq" {
			t.Errorf("countries %q", got)
		}
		inside(t, doc, "text", "x", 0, 640)
	}
	// East is on the same side in every script.
	if got := drawn(t, chart.DrawMap(m)).Find("path.land").Length(); got < 20 {
		t.Errorf("%d provinces", got)
	}
	if got := drawn(t, chart.DrawMap(chart.Map{Head: chart.Head{ID: "m"}})).Find("path.land").Length(); got != 32 {
		t.Errorf("%d provinces without a point, want all 18 and 14", got)
	}
}

// The file of provinces is whole: each has a middle, and it lies where the province does.
func TestMiddle(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][2]float64{"IQ-BG": {33.3, 44.4}, "IQ-NI": {36, 42.4}, "SY-HA": {36.4, 40.7}, "IQ-DQ": {31.2, 46.3}, "SY-QU": {33.1, 35.9}} {
		lat, lon, ok := chart.Middle(code)
		if !ok || math.Abs(lat-want[0]) > 0.35 || math.Abs(lon-want[1]) > 0.35 {
			t.Errorf("%s: %.2f, %.2f, %t; want about %v", code, lat, lon, ok, want)
		}
	}
	if _, _, ok := chart.Middle("XX-YY"); ok {
		t.Error("a province that is not there has a middle")
	}
}
