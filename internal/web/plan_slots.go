package web

import (
	"cmp"
	"slices"
	"time"

	"github.com/a-h/templ"

	"amana/internal/authz"
	"amana/internal/fault"
	"amana/internal/id"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/schedule"
	"amana/internal/text"
)

// SlotsPage is the convoys of a plan day by day, and the slots that are held for them.
type SlotsPage struct {
	Frame
	PlanHead
	Days    []DayTab
	Slots   Slots
	Convoys []PlannedConvoy
	Left    []LeftReason
	Loads   int
	Bound   int
	Waiting time.Duration
}

// DayTab is one day of a timetable.
type DayTab struct {
	Day  time.Time
	Href string
	N    int
	Here bool
}

// PlannedConvoy is a convoy as the timetable has it.
type PlannedConvoy struct {
	Number         int
	Href           string // once it is formed
	Route          string
	Source, Prison place.Code
	Departs, Until time.Time
	Vehicles       int
	People         int
	Guards         int
	Underway       bool
}

// LeftReason is how many people have a place and no seat for one reason.
type LeftReason struct {
	Why   string
	Place string
	N     int
}

func slotsHref(n id.Plan, day string) string { return planHref(n) + "/slots?day=" + day }

func planSlots(v *visit) (templ.Component, error) {
	if v.actor.Role == authz.Overseer {
		return nil, fault.New(fault.Denied, "plan.timetable_withheld", "when and how convoys go is not shown to oversight before they have arrived (norms G14)")
	}
	n, err := v.planNumber()
	if err != nil {
		return nil, err
	}
	p, err := v.r.Plan(v.ctx(), v.actor, n, v.now)
	if err != nil {
		return nil, err
	}
	page := SlotsPage{Frame: v.frame("waves", v.T("plan.slots")), PlanHead: v.planHead(p.PlanHead)}
	if p.Table == nil {
		p.Table = &schedule.Timetable{}
	}
	page.Loads, page.Bound, page.Waiting = p.Table.Loads, p.Table.Bound, p.Table.Waiting
	page.Left = v.leftReasons(page.Frame, p)
	want, err := v.dayTabs(&page, p)
	if err != nil {
		return nil, err
	}
	formed := map[int]id.Convoy{}
	if p.PlanHead.InForce {
		convoys, err := v.q.Planned(v.ctx(), p.Wave)
		if err != nil {
			return nil, err
		}
		for number, c := range convoys {
			formed[number] = c.Convoy
		}
	}
	for _, c := range p.Table.Convoys {
		if dayOfMoment(c.Departs) != want {
			continue
		}
		row := PlannedConvoy{
			Number: c.Number, Route: c.Route, Source: place.Code(c.Source), Departs: c.Departs, Until: c.Until, Vehicles: len(c.Loads), People: c.People(), Guards: c.Guards, Underway: c.Underway,
		}
		if len(c.Loads) > 0 && len(c.Loads[0].Stops) > 0 {
			row.Prison = place.Code(c.Loads[0].Stops[0].Prison)
		}
		if n := formed[c.Number]; n != 0 {
			row.Href = "/convoys/" + number(n)
		}
		page.Convoys = append(page.Convoys, row)
	}
	page.Slots, err = v.slotsOf(p, want, formed)
	if err != nil {
		return nil, err
	}
	return slotsPage(page), nil
}

func dayOfMoment(t time.Time) string { return t.In(text.Zone).Format(time.DateOnly) }

// dayTabs lists the days on which convoys leave, and tells which one is asked for.
func (v *visit) dayTabs(page *SlotsPage, p register.Plan) (want string, err error) {
	want = v.req.URL.Query().Get("day")
	if _, err := time.ParseInLocation(time.DateOnly, want, text.Zone); want != "" && err != nil {
		return "", fault.New(fault.Invalid, "date.unreadable", "the day could not be read")
	}
	for _, c := range p.Table.Convoys {
		day := dayOfMoment(c.Departs)
		if want == "" {
			want = day
		}
		at := slices.IndexFunc(page.Days, func(t DayTab) bool { return dayOfMoment(t.Day) == day })
		if at < 0 {
			at = len(page.Days)
			page.Days = append(page.Days, DayTab{Day: c.Departs, Href: slotsHref(p.PlanHead.Plan, day), Here: day == want})
		}
		page.Days[at].N++
	}
	slices.SortFunc(page.Days, func(a, b DayTab) int { return a.Day.Compare(b.Day) })
	return want, nil
}

// slotsOf are the slots of one day at the points and gates that the timetable uses.
func (v *visit) slotsOf(p register.Plan, day string, formed map[int]id.Convoy) (Slots, error) {
	at, err := time.ParseInLocation(time.DateOnly, day, text.Zone)
	if err != nil {
		at = p.Asked.Start.In(text.Zone)
	}
	places, err := v.q.Places(v.ctx(), "", "")
	if err != nil {
		return Slots{}, err
	}
	windows := map[string]schedule.Window{}
	for _, x := range places {
		if x.Service != nil {
			windows[string(x.Code)] = schedule.Window{Opens: schedule.Clock(x.Service.Opens), Closes: schedule.Clock(x.Service.Closes)}
		}
	}
	q := schedule.Problem{Start: p.Asked.Start.In(text.Zone), Days: max(p.Asked.Days, 1)}
	for _, u := range p.Table.Uses {
		switch {
		case u.Slots == 0:
		case u.Gate:
			q.Gates = append(q.Gates, schedule.Gate{Prison: u.Place, Open: windows[u.Place]})
		default:
			q.Points = append(q.Points, schedule.Point{Code: u.Place, Open: windows[u.Place]})
		}
	}
	s := Slots{ID: "slots", Day: at, Rows: slotRows(&q, *p.Table)}
	for i := range s.Rows {
		for j := range s.Rows[i].Bars {
			if n := formed[int(s.Rows[i].Bars[j].Convoy)]; n != 0 {
				s.Rows[i].Bars[j].Href = "/convoys/" + number(n)
			}
		}
	}
	return s, nil
}

// leftReasons counts those who have a place and no seat, by why.
func (v *visit) leftReasons(f Frame, p register.Plan) []LeftReason {
	type key struct {
		why   schedule.Reason
		place string
	}
	at := map[key]int{}
	var rows []LeftReason
	for _, l := range p.Table.Left {
		k := key{l.Why, l.Place}
		n, known := at[k]
		if !known {
			n = len(rows)
			at[k] = n
			row := LeftReason{Why: v.Seatless(string(l.Why)), Place: l.Place}
			if _, named := f.places[place.Code(l.Place)]; named {
				row.Place = f.Place(place.Code(l.Place))
			}
			rows = append(rows, row)
		}
		rows[n].N++
	}
	slices.SortStableFunc(rows, func(a, b LeftReason) int { return cmp.Compare(b.N, a.N) })
	return rows
}
