package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"amana/internal/place"
	"amana/internal/schedule"
	"amana/internal/store"
	"amana/internal/text"
)

const hostile = `</title><script>alert("x")</script>`

func component(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Find("script, style, [style]").Length(); n != 0 {
		t.Fatalf("%d scripts or styles", n)
	}
	return doc
}

func reader(l text.Lang) Frame {
	return Frame{Catalogue: text.For(l), places: map[place.Code]map[string]string{"SY-A": {"en": hostile}, "IQ-P": {"en": "P: agency"}}}
}

// digits are those of a text: what a figure says in any script.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		}
		return -1
	}, s)
}

func TestFlows(t *testing.T) {
	t.Parallel()
	at := func(code place.Code, k place.Kind, province string, lat, lon float64) store.Place {
		return store.Place{Place: place.Place{Code: code, Kind: k, Province: province, Lat: lat, Lon: lon, State: place.Active}}
	}
	all := []store.Place{
		at("SY-A", place.Source, "SY-HA", 0, 0), at("SY-B", place.Source, "SY-HA", 0, 0), at("SY-C", place.Source, "XX", 0, 0), at("IQ-L1", place.Line, "IQ-NI", 36.7, 42),
		at("IQ-P", place.Prison, "IQ-NI", 36.3, 43.1), at("IQ-Q", place.Prison, "IQ-DQ", 0, 0), at("IQ-H", place.Hospital, "IQ-NI", 0, 0),
	}
	list := []Moving{{"SY-A", "IQ-P", 40}, {"SY-A", "IQ-P", 2}, {"SY-B", "IQ-Q", 100}, {"SY-C", "IQ-Q", 7}, {"SY-B", "IQ-P", 0}, {"SY-B", "IQ-P", -3}}
	for _, l := range text.Langs {
		m := drawFlows(reader(l), all, list)
		doc := component(t, flows(reader(l), m))
		var rows []string
		doc.Find("tbody .num").Each(func(_ int, s *goquery.Selection) { rows = append(rows, digits(s.Text())) })
		if diff := cmp.Diff([]string{"100", "42", "7"}, rows); diff != "" {
			t.Errorf("%s: rows (-want +got):\n%s", l, diff)
		}
		if got := digits(doc.Find("tfoot .num").Text()); got != "149" {
			t.Errorf("%s: %q together", l, got)
		}
		if got := doc.Find("path.shaft").Length(); got != 2 { // nobody has said where SY-C is
			t.Errorf("%s: %d arrows", l, got)
		}
		if got := doc.Find("svg.map:not(.swatch) path.point").Length(); got != 5 {
			t.Errorf("%s: %d points", l, got)
		}
		if !strings.Contains(doc.Find("p.hint").Text(), "SY-C") {
			t.Errorf("%s: it is not said that a place is not on the map", l)
		}
		if got := digits(doc.Find("svg > desc").Text()); got != "1493" {
			t.Errorf("%s: the description says %q", l, got)
		}
	}
	if doc := component(t, flows(reader(text.English), drawFlows(reader(text.English), nil, nil))); doc.Find("path.shaft").Length() != 0 || doc.Find("tfoot .num").Text() == "" {
		t.Error("nobody who moves is drawn as somebody")
	}
}

func TestSlots(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 2, 2, 0, 0, 0, 0, text.Zone)
	at := func(d int, clock string) time.Time {
		c, err := time.ParseInLocation("15:04", clock, text.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return day.AddDate(0, 0, d).Add(time.Duration(c.Hour()*60+c.Minute()) * time.Minute)
	}
	p := &schedule.Problem{
		Start: day, Days: 2, Points: []schedule.Point{{Code: "IQ-L1", Open: schedule.Window{Opens: 6 * 60, Closes: 18 * 60}}},
		Gates:  []schedule.Gate{{Prison: "IQ-P", Open: schedule.Window{Opens: 20 * 60, Closes: 4 * 60}}, {Prison: "SY-A"}},
		Closed: []schedule.Closure{{Place: "IQ-L1", From: at(0, "10:00"), Until: at(0, "12:00")}, {Place: "IQ-P", From: at(1, "21:00")}},
	}
	table := schedule.Timetable{Convoys: []schedule.Convoy{
		{Number: 7, Slots: []schedule.Slot{
			{Place: "IQ-L1", From: at(0, "07:00"), Latest: at(0, "07:20"), Until: at(0, "08:00"), Vehicles: 2, People: 80},
			{Place: "IQ-P", Gate: true, From: at(0, "23:30"), Latest: at(1, "00:10"), Until: at(1, "01:00"), Vehicles: 2, People: 80},
		}},
		{Number: 8, Slots: []schedule.Slot{{Place: "IQ-L1", From: at(1, "06:00"), Latest: at(1, "06:10"), Until: at(1, "06:30"), Vehicles: 1, People: 5}}},
	}}
	rows := slotRows(p, table)
	var open []string
	for _, r := range rows[:2] {
		for _, s := range r.Open {
			open = append(open, string(r.Place)+" "+s.From.Format("02 15:04")+" "+s.Until.Format("02 15:04"))
		}
	}
	if diff := cmp.Diff([]string{
		"IQ-L1 01 06:00 01 18:00", "IQ-L1 02 06:00 02 10:00", "IQ-L1 02 12:00 02 18:00", "IQ-L1 03 06:00 03 18:00",
		"IQ-P 01 20:00 02 04:00", "IQ-P 02 20:00 03 04:00", "IQ-P 03 20:00 03 21:00",
	}, open); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
	for _, c := range []struct {
		name               string
		day, days          int
		bars, links, lines int
	}{
		{"the first day", 0, 1, 2, 1, 2},
		{"the second day", 1, 1, 2, 0, 2}, // the end of the night's slot, and convoy 8
		{"both", 0, 2, 3, 1, 3},
		{"a day without any", 5, 1, 0, 0, 0},
	} {
		for _, l := range text.Langs {
			doc := component(t, slots(reader(l), Slots{ID: "slots", Day: day.AddDate(0, 0, c.day), Days: c.days, Rows: rows}))
			if got := doc.Find("rect.bar").Length(); got != c.bars {
				t.Errorf("%s in %s: %d bars, want %d", c.name, l, got, c.bars)
			}
			if got := doc.Find("path.link").Length(); got != c.links {
				t.Errorf("%s in %s: %d links, want %d", c.name, l, got, c.links)
			}
			if got := doc.Find("tbody tr").Length(); got != c.lines {
				t.Errorf("%s in %s: %d rows in the table, want %d", c.name, l, got, c.lines)
			}
			if s := doc.Text(); strings.Contains(s, "slots.") || strings.Contains(s, "<no value>") {
				t.Errorf("%s in %s: a key or a gap is shown: %s", c.name, l, s)
			}
		}
	}
}
