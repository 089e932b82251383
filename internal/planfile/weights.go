package planfile

import (
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"amana/internal/planning"
)

const (
	maxWeights = 1 << 20 // bytes of the file
	maxWeight  = 1e6     // points
)

// ReadPolicy reads a policy alone, on top of the default one. The error is that of Read.
func ReadPolicy(s Source) (planning.Policy, error) {
	r := reading{q: &planning.Problem{Policy: planning.DefaultPolicy()}}
	r.readWeights(s)
	return r.q.Policy, r.fault()
}

// readWeights reads the policy. What is not said stays as it is by default; a key that nobody knows is an error, as it would have no effect.
func (r *reading) readWeights(s Source) {
	text, err := io.ReadAll(io.LimitReader(s.Content, maxWeights+1))
	switch {
	case err != nil:
		r.add(s.Name, 0, "", "file.unreadable", "")
		return
	case len(text) > maxWeights:
		r.add(s.Name, 0, "", "file.too_large", "")
		return
	}
	w := &r.q.Policy
	if err := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields().Decode(w); err != nil {
		r.reportTOML(s.Name, err)
		return
	}
	for _, v := range []struct {
		key        string
		value, top float64
	}{
		{"travel", w.Travel, maxWeight},
		{"court", w.Court, maxWeight},
		{"consul", w.Consul, maxWeight},
		{"language", w.Language, maxWeight},
		{"density", w.Density, maxWeight},
		{"group", w.Group, maxWeight},
		{"nationality", w.Nationality, maxWeight},
		{"move", w.Move, maxWeight},
		{"group_share", w.GroupShare, 1},
		{"nationality_share", w.NationalityShare, 1},
	} {
		if !(v.value >= 0 && v.value <= v.top) { // also what is not a number
			r.add(s.Name, 0, v.key, "weight.range", "")
		}
	}
	if w.Home != "" && !alpha3(w.Home) {
		r.add(s.Name, 0, "home", "nationality.malformed", w.Home)
	}
	r.checkPoint(s.Name, "consulate", w.Consulate)
	var said struct {
		Sources map[string]map[string]any `toml:"sources"`
	}
	_ = toml.Unmarshal(text, &said) // has been read before
	for _, name := range slices.Sorted(maps.Keys(w.Sources)) {
		r.checkPoint(s.Name, "sources."+name, w.Sources[name])
		if point, is := said.Sources[name]; is && len(point) < 2 {
			r.add(s.Name, 0, "sources."+name, "degrees.missing", "")
		}
	}
}

func (r *reading) checkPoint(file, key string, p planning.Point) {
	if !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180) {
		r.add(file, 0, key, "degrees.range", "")
	}
}

// reportTOML notes what is wrong with a file of weights, and on which line.
func (r *reading) reportTOML(file string, err error) {
	var unknown *toml.StrictMissingError
	var bad *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		for _, e := range unknown.Errors {
			row, _ := e.Position()
			r.add(file, row, strings.Join(e.Key(), "."), "key.unknown", "")
		}
	case errors.As(err, &bad):
		row, _ := bad.Position()
		r.add(file, row, strings.Join(bad.Key(), "."), "file.toml", strings.TrimPrefix(bad.Error(), "toml: "))
	default:
		r.add(file, 0, "", "file.toml", err.Error())
	}
}
