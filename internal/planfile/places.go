package planfile

import (
	"slices"
	"strings"

	"amana/internal/place"
	"amana/internal/planning"
)

var placeColumns = columns{needed: []string{
	"id", "prison", "province", "block", "sex", "age", "legal", "security_max", "capacity", "medical_places", "occupied", "lat", "lon", "languages",
}}

var tracks = map[string]place.Age{"adult": place.Adult, "juvenile": place.Juvenile}

// readPlaces reads what takes people.
func (r *reading) readPlaces(s Source) {
	r.places.at = map[string]int32{}
	t := r.open(s, placeColumns)
	if t == nil {
		r.places.broken = true
		return
	}
	rows := 0
	for t.next() {
		if rows++; rows > MaxPlaces {
			r.add(s.Name, t.row, "", "file.too_many_rows", "")
			r.places.broken = true
			return
		}
		id := t.id("id")
		if _, twice := r.places.at[id]; twice {
			t.reject("id", "id.twice")
			continue
		}
		l := planning.Place{
			ID: strings.Clone(id), Prison: r.once(t.id("prison")), Province: r.once(t.get("province")), Block: r.once(t.get("block")),
			Sex: one(t, "sex", "sex.unknown", sexes), Age: one(t, "age", "track.unknown", tracks), Legal: one(t, "legal", "legal.unknown", legalsAny),
			SecurityMax: one(t, "security_max", "security.unknown", levels), Capacity: t.count("capacity"), Medical: t.count("medical_places"),
			Occupied: t.count("occupied"), Lat: t.degrees("lat", 90), Lon: t.degrees("lon", 180),
		}
		if l.Capacity > 0 && l.Medical > l.Capacity { // a place that is lost keeps its medical places in the file
			t.reject("medical_places", "place.medical_beyond")
		}
		for _, s := range strings.Fields(t.get("languages")) {
			if known := r.language(t, "languages", s); known != "" && !slices.Contains(l.Languages, known) {
				l.Languages = append(l.Languages, known)
			}
		}
		if id != "" {
			r.places.at[l.ID] = int32(len(r.q.Places))
		}
		r.q.Places = append(r.q.Places, l)
	}
	if rows == 0 && !t.stopped {
		r.add(s.Name, 0, "", "file.no_rows", "")
	}
	r.places.broken = t.stopped
}
