package chart

import (
	_ "embed" // the provinces
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed provinces.tsv
var provincesFile string

// spot is a place on the flat map: x grows to the east and y to the south, in degrees of latitude.
type spot struct{ x, y float64 }

// at is the equirectangular projection, true to scale along the parallel of 33.5 degrees.
func at(lat, lon float64) spot { return spot{lon * math.Cos(33.5*math.Pi/180), -lat} }

// province is an area with its borders.
type province struct {
	code  string
	rings [][]spot
}

// provinces reads the file that tools/map writes; a test reads it too, so that what it holds is whole.
var provinces = sync.OnceValue(func() []province {
	var all []province
	for row := range strings.Lines(provincesFile) {
		code, corners, ok := strings.Cut(strings.TrimSpace(row), "\t")
		if !ok || strings.HasPrefix(code, "#") {
			continue
		}
		if len(all) == 0 || all[len(all)-1].code != code {
			all = append(all, province{code: code})
		}
		p := &all[len(all)-1]
		p.rings = append(p.rings, ring(corners))
	}
	return all
})

func ring(corners string) []spot {
	var all []spot
	var lon, lat int
	for corner := range strings.FieldsSeq(corners) {
		x, y, _ := strings.Cut(corner, ",")
		dx, _ := strconv.Atoi(x) // a test reads the file
		dy, _ := strconv.Atoi(y)
		lon, lat = lon+dx, lat+dy
		all = append(all, at(float64(lat)/100, float64(lon)/100))
	}
	return all
}

// Middle is the middle of a province of Iraq or Syria by its ISO 3166-2 code, for places of which no more is known; false for another code.
func Middle(code string) (lat, lon float64, ok bool) {
	for _, p := range provinces() {
		if p.code != code {
			continue
		}
		var x, y, area float64
		r := p.rings[0]
		for i, a := range r {
			b := r[(i+1)%len(r)]
			cross := a.x*b.y - b.x*a.y
			area, x, y = area+cross, x+(a.x+b.x)*cross, y+(a.y+b.y)*cross
		}
		return -y / (3 * area), x / (3 * area) / math.Cos(33.5*math.Pi/180), true
	}
	return 0, 0, false
}
