package web

import (
	"cmp"
	"slices"
	"time"

	"amana/internal/chart"
	"amana/internal/place"
	"amana/internal/schedule"
	"amana/internal/text"
)

// Slots is what is held at lines and gates over a day or some days, as a Gantt chart and a table.
type Slots struct {
	ID   string    // of the drawing on its page
	Day  time.Time // a moment of the first day
	Days int       // 0: 1
	Rows []SlotRow
}

// SlotRow is a line or the gate of a prison, when it is open, and what is held there. Without Open it never closes.
type SlotRow struct {
	Place place.Code
	Open  []Span
	Bars  []SlotBar
}

// Span is a stretch of time.
type Span struct{ From, Until time.Time }

// SlotBar is the slot of a convoy, from its earliest arrival to the end of the service after its latest one.
type SlotBar struct {
	Convoy              int64 // links the slots of one convoy
	Name                string
	Href                string // empty for a reader who may not see the convoy
	From, Latest, Until time.Time
	People, Vehicles    int
}

// slotRows makes the rows of a timetable: lines and reception points in their order, then gates.
func slotRows(p *schedule.Problem, t schedule.Timetable) []SlotRow {
	type key struct {
		place string
		gate  bool
	}
	bars := map[key][]SlotBar{}
	for _, c := range t.Convoys {
		for _, s := range c.Slots {
			k := key{s.Place, s.Gate}
			bars[k] = append(bars[k], SlotBar{
				Convoy: int64(c.Number), Name: number(c.Number), From: s.From, Latest: s.Latest, Until: s.Until, People: s.People, Vehicles: s.Vehicles,
			})
		}
	}
	var rows []SlotRow
	add := func(code string, gate bool, w schedule.Window) {
		rows = append(rows, SlotRow{Place: place.Code(code), Open: openSpans(p, code, w), Bars: bars[key{code, gate}]})
	}
	for _, x := range p.Points {
		add(x.Code, false, x.Open)
	}
	for _, x := range p.Gates {
		add(x.Prison, true, x.Open)
	}
	return rows
}

// openSpans are the times in which a place is open: its window on each day, without its closures.
func openSpans(p *schedule.Problem, code string, w schedule.Window) []Span {
	var spans []Span
	for d := -1; d < p.Days; d++ { // the window of the day before may reach over midnight
		midnight := p.Start.AddDate(0, 0, d)
		from := midnight.Add(time.Duration(w.Opens) * time.Minute)
		until := midnight.Add(time.Duration(w.Closes) * time.Minute)
		if w.Closes <= w.Opens {
			until = until.AddDate(0, 0, 1)
		}
		spans = append(spans, Span{from, until})
	}
	for _, c := range p.Closed {
		if c.Place != code {
			continue
		}
		var left []Span
		for _, s := range spans {
			if before := (Span{s.From, earlier(s.Until, c.From)}); before.From.Before(before.Until) {
				left = append(left, before)
			}
			if c.Until.IsZero() {
				continue
			}
			if after := (Span{later(s.From, c.Until), s.Until}); after.From.Before(after.Until) {
				left = append(left, after)
			}
		}
		spans = left
	}
	return spans
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// SlotLine is a slot as a row of the table.
type SlotLine struct {
	Place place.Code
	SlotBar
}

// timetable is a Slots made ready to be drawn.
type timetable struct {
	chart.Gantt
	lines []SlotLine
}

// draw puts the slots on the axis of their days, which for a single day begins and ends with what happens in it.
func (s Slots) draw(f Frame) timetable {
	days := max(s.Days, 1)
	day := s.Day.In(text.Zone)
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, text.Zone)
	minute := func(t time.Time) float64 { return t.Sub(midnight).Minutes() }
	end := minute(midnight.AddDate(0, 0, days))
	out := timetable{Gantt: chart.Gantt{Head: chart.Head{ID: s.ID, Mirror: f.Lang.Dir() == "rtl"}, Until: end, Hour: 14}}
	first, last, convoys := end, 0.0, map[int64]bool{}
	for _, r := range s.Rows {
		row := chart.Row{Name: short(f.Place(r.Place))}
		for _, o := range r.Open {
			row.Open = append(row.Open, chart.Span{From: minute(o.From), Until: minute(o.Until)})
		}
		if len(r.Open) == 0 {
			row.Open = []chart.Span{{From: 0, Until: end}}
		}
		for _, b := range r.Bars {
			from, until := minute(b.From), minute(b.Until)
			if until <= 0 || from >= end {
				continue
			}
			first, last = min(first, from), max(last, until)
			convoys[b.Convoy] = true
			out.lines = append(out.lines, SlotLine{r.Place, b})
			row.Bars = append(row.Bars, chart.Bar{
				Span: chart.Span{From: from, Until: until}, Latest: minute(b.Latest), Chain: b.Convoy, Label: f.Digits(b.Name),
				Title: f.T("slots.bar", "Convoy", f.Digits(b.Name), "Place", row.Name, "From", f.Time(b.From), "Until", f.Time(b.Until), "People", f.Count("people.count", b.People)),
			})
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.lines, func(a, b SlotLine) int { return cmp.Or(cmp.Compare(a.Convoy, b.Convoy), a.From.Compare(b.From)) })
	out.Title = f.T("slots.title", "Day", f.Date(midnight))
	out.Desc = f.T("slots.desc", "Slots", f.N(len(out.lines)), "Convoys", f.N(len(convoys)))
	if days > 1 {
		out.Title = f.T("slots.title_days", "Day", f.Date(midnight), "Last", f.Date(midnight.AddDate(0, 0, days-1)))
		for d := range days {
			out.Ticks = append(out.Ticks, chart.Tick{At: minute(midnight.AddDate(0, 0, d)), Label: f.Date(midnight.AddDate(0, 0, d))})
		}
		return out
	}
	out.Hour = 46
	if len(out.lines) > 0 {
		const hour = 60
		out.From = max(0, float64(int(first)/hour*hour)-hour)
		out.Until = min(end, float64(int(last)/hour*hour)+2*hour)
	}
	for m := out.From; m <= out.Until; m += 60 {
		out.Ticks = append(out.Ticks, chart.Tick{At: m, Label: f.Time(midnight.Add(time.Duration(m) * time.Minute))})
	}
	return out
}
