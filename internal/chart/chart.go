// Package chart draws figures as SVG: bands over days, slots over hours, and streams of people on a map.
//
// It is our own because neither go-analyze/charts nor gonum/plot draws with classes instead of inline styles, as the pages' policy and the
// dark theme need, mirrors for right-to-left, or leaves Arabic text to the browser. What is drawn comes with its labels, in the language and
// digits of the reader; a drawing scales, tells its title and description to those who do not see it, and colour is never alone in it.
package chart

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// Head is what a drawing says of itself, and how it is read.
type Head struct {
	ID     string // of the drawing on its page
	Title  string
	Desc   string // what is to be seen in it
	Mirror bool   // time runs from right to left
}

// Tick is a labelled place on an axis.
type Tick struct {
	At    float64
	Label string
}

// Steps are round values from 0 up to top, at most n of them besides 0, for the ticks of an axis of counts. The last is top or more.
func Steps(top float64, n int) []float64 {
	if !finite(top) || top <= 0 || n < 1 {
		return []float64{0, 1}
	}
	unit := math.Pow(10, math.Floor(math.Log10(top/float64(n))))
	step := unit
	for _, f := range []float64{1, 2, 2.5, 5, 10, 20} {
		if step = max(f*unit, 1); f*unit == math.Trunc(f*unit) && math.Ceil(top/step) <= float64(n) {
			break
		}
	}
	var all []float64
	for i := range int(math.Ceil(top/step)) + 1 {
		all = append(all, float64(i)*step)
	}
	return all
}

// line is a straight line of a drawing, text a label in it.
type (
	line struct{ x1, y1, x2, y2 float64 }
	text struct {
		x, y   float64
		anchor string // start, middle or end, in the direction of the text
		s      string
	}
)

// far bounds coordinates, so that a figure beyond all measure leaves a drawing that can still be read.
const far = 1e5

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// px writes a coordinate.
func px(v float64) string {
	if !finite(v) {
		v = 0
	}
	return strconv.FormatFloat(math.Round(min(max(v, -far), far)*10)/10, 'f', -1, 64)
}

func box(w, h float64) string { return "0 0 " + px(w) + " " + px(h) }

// wide estimates how much room a text takes: the true font is the reader's.
func wide(s string, size float64) float64 { return float64(utf8.RuneCountInString(s)) * size * 0.56 }
