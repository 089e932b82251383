package trial

import (
	"amana/internal/civil"
	"amana/internal/person"
)

// doubt makes birth, nationality and sex as uncertain as another source has them.
func (r *Register) doubt(q *Query, h *human, rate rates, d *dice, note func(string)) {
	if d.chance(rate.birth) {
		date, kind := misborn(h, d)
		q.Birth = date
		note("birth." + kind)
	}
	switch {
	case d.chance(rate.noNation):
		if q.Nats != nil {
			note("nationality.absent")
		}
		q.Nats = nil
	case d.chance(rate.otherNation):
		q.Nats = r.nation(d)
		note("nationality.other")
	case rate.noNation > 0 && q.Nats == nil && d.chance(500):
		q.Nats = h.origin.claims(d)
	}
	switch {
	case d.chance(rate.noSex):
		q.Sex = person.SexUnknown
		note("sex.absent")
	case d.chance(rate.otherSex):
		q.Sex = person.Male + person.Female - h.sex
		note("sex.other")
	}
}

// misborn gives a date of birth that is not the one which the register has, and how it came about.
func misborn(h *human, d *dice) (civil.Date, string) {
	known := h.known
	if !known.Known() {
		return h.birth, "added"
	}
	// The date as the register has it, with what is missing taken from the day itself.
	full := known
	if full.Month == 0 {
		full = h.birth
	}
	if full.Day == 0 {
		full.Day = h.birth.Day
	}
	for {
		date, kind := full, ""
		switch at := d.n(100); {
		case at < 18:
			kind = "swapped"
			if full.Day <= 12 {
				date.Day, date.Month = full.Month, full.Day
			}
		case at < 40:
			kind = "year"
			date.Year += [...]int{-1, 1, -1, 1, -2, 2}[d.n(6)]
		case at < 55:
			kind = "january"
			date.Month, date.Day = 1, 1
			if known.Month == 1 && known.Day == 1 {
				date, kind = h.birth, "exact"
			}
		case at < 68:
			kind, date = "year_only", civil.Date{Year: full.Year}
		case at < 78:
			kind, date = "age", civil.Date{Year: full.Year - 3 + d.n(7)}
		case at < 88:
			kind = "day"
			if d.chance(500) {
				date.Day = 1 + d.n(28)
			} else {
				date.Month = 1 + d.n(12)
			}
		default:
			return civil.Date{}, "absent"
		}
		if known.Day == 0 && (kind == "swapped" || kind == "day") {
			date, kind = h.birth, "exact" // this source knows the day
		}
		if date != known && date.Valid() {
			return date, kind
		}
	}
}
