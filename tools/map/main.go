// Command map draws the provinces of Iraq and Syria from Natural Earth into the file that the pages' map is drawn from:
//
//	go run . world_map.gpkg > ../../internal/chart/provinces.tsv
//
// world_map.gpkg stands in Debian's package qgis-common, under usr/share/qgis/resources/data; its layer states_provinces is
// Natural Earth's admin 1, public domain.
package main

import (
	"bufio"
	"cmp"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	_ "modernc.org/sqlite"
)

// codes are the ISO 3166-2 codes of the areas by their FIPS codes. The one without a code is the buffer zone in Quneitra.
var codes = map[string]string{
	"IZ01": "IQ-AN", "IZ02": "IQ-BA", "IZ03": "IQ-MU", "IZ04": "IQ-QA", "IZ05": "IQ-SU", "IZ06": "IQ-BB", "IZ07": "IQ-BG", "IZ08": "IQ-DA", "IZ09": "IQ-DQ",
	"IZ10": "IQ-DI", "IZ11": "IQ-AR", "IZ12": "IQ-KA", "IZ13": "IQ-KI", "IZ14": "IQ-MA", "IZ15": "IQ-NI", "IZ16": "IQ-WA", "IZ17": "IQ-NA", "IZ18": "IQ-SD",
	"SY01": "SY-HA", "SY02": "SY-LA", "SY03": "SY-QU", "SY04": "SY-RA", "SY05": "SY-SU", "SY06": "SY-DR", "SY07": "SY-DY", "SY08": "SY-RD", "SY09": "SY-HL",
	"SY10": "SY-HM", "SY11": "SY-HI", "SY12": "SY-ID", "SY13": "SY-DI", "SY14": "SY-TA", "": "SY-QU",
}

// least is the smallest corner that is kept, in hundredths of a degree squared: some 3 square kilometres.
const least = 3

// point is a place in hundredths of a degree.
type point struct{ lon, lat int }

// area is a province, or a part of one.
type area struct {
	code string
	ring []point // closed: the first point follows the last
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "map:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return errors.New("name the file world_map.gpkg")
	}
	areas, err := load(os.Args[1])
	if err != nil {
		return err
	}
	for simplify(areas) {
	}
	slices.SortStableFunc(areas, func(a, b area) int { return cmp.Compare(a.code, b.code) })
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, "# Provinces of Iraq and Syria. Made with Natural Earth (admin 1, public domain), simplified by tools/map.")
	fmt.Fprintln(w, "# ISO 3166-2 code, then a ring: the first corner as longitude and latitude, each further one as the way from the one before, in hundredths of a degree.")
	for _, a := range areas {
		fmt.Fprint(w, a.code, "\t")
		before := point{}
		for i, p := range a.ring {
			if i > 0 {
				fmt.Fprint(w, " ")
			}
			fmt.Fprintf(w, "%d,%d", p.lon-before.lon, p.lat-before.lat)
			before = p
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

func load(file string) ([]area, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", file, err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT COALESCE(fips, ''), geom FROM states_provinces WHERE adm0_a3 IN ('IRQ', 'SYR') ORDER BY fid`)
	if err != nil {
		return nil, fmt.Errorf("reading the areas: %w", err)
	}
	defer rows.Close()
	var all []area
	for rows.Next() {
		var fips string
		var geom []byte
		if err := rows.Scan(&fips, &geom); err != nil {
			return nil, fmt.Errorf("reading an area: %w", err)
		}
		rings, err := polygons(geom)
		if err != nil {
			return nil, fmt.Errorf("area %q: %w", fips, err)
		}
		for _, r := range rings {
			all = append(all, area{codes[fips], r})
		}
	}
	return all, rows.Err()
}

// polygons reads the rings of a GeoPackage's multipolygon (OGC 12-128r15, 2.1.3; the rest is well-known binary, of little endian).
func polygons(b []byte) ([][]point, error) {
	if len(b) < 8 || string(b[:2]) != "GP" {
		return nil, errors.New("not a geometry of a GeoPackage")
	}
	b = b[8+[]int{0, 32, 48, 48, 64, 0, 0, 0}[b[3]>>1&7]:]
	number := func() int {
		n := binary.LittleEndian.Uint32(b)
		b = b[4:]
		return int(n)
	}
	hundredths := func() int {
		f := math.Float64frombits(binary.LittleEndian.Uint64(b))
		b = b[8:]
		return int(math.Round(f * 100))
	}
	kind := func(want int) error {
		if b[0] != 1 {
			return errors.New("not of little endian")
		}
		b = b[1:]
		if got := number(); got != want {
			return fmt.Errorf("geometry of type %d, want %d", got, want)
		}
		return nil
	}
	if err := kind(6); err != nil {
		return nil, err
	}
	var all [][]point
	for range number() {
		if err := kind(3); err != nil {
			return nil, err
		}
		for range number() {
			var ring []point
			for range number() {
				lon, lat := hundredths(), hundredths()
				ring = append(ring, point{lon, lat})
			}
			ring = slices.Compact(ring)
			all = append(all, ring[:len(ring)-1])
		}
	}
	return all, nil
}

// simplify drops corners that are small, and smaller than those beside them. It decides for both sides of a border alike, because the
// corners on both sides have the same neighbours; where borders meet, and nobody else's corner agrees, it drops nothing.
func simplify(areas []area) bool {
	beside := map[point]map[point]bool{}
	for _, a := range areas {
		for i, p := range a.ring {
			if beside[p] == nil {
				beside[p] = map[point]bool{}
			}
			beside[p][a.ring[(i+1)%len(a.ring)]], beside[p][a.ring[(i+len(a.ring)-1)%len(a.ring)]] = true, true
		}
	}
	size := func(p point) int {
		if len(beside[p]) != 2 {
			return math.MaxInt
		}
		var of []point
		for q := range beside[p] {
			of = append(of, q)
		}
		d := (of[0].lon-p.lon)*(of[1].lat-p.lat) - (of[1].lon-p.lon)*(of[0].lat-p.lat)
		return max(d, -d)
	}
	drop := map[point]bool{}
	for p := range beside {
		n := size(p)
		small := n < 2*least
		for q := range beside[p] {
			m := size(q)
			small = small && (n < m || n == m && (p.lon < q.lon || p.lon == q.lon && p.lat < q.lat))
		}
		if small {
			drop[p] = true
		}
	}
	for i := range areas {
		areas[i].ring = slices.DeleteFunc(areas[i].ring, func(p point) bool { return drop[p] })
	}
	return len(drop) > 0
}
