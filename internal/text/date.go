package text

import (
	"fmt"
	"strconv"
	"time"
	_ "time/tzdata" // Baghdad on machines that have no table of zones

	"amana/internal/civil"
)

// Zone is where the operation's wall clocks hang.
var Zone = zone()

func zone() *time.Location {
	if z, err := time.LoadLocation("Asia/Baghdad"); err == nil {
		return z
	}
	return time.FixedZone("+03", 3*60*60) // Iraq has kept UTC+3 all the year since 2008
}

// months are the names in use in Iraq (CLDR ar-IQ and ckb).
var months = map[Lang][12]string{
	Arabic:  {"كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"},
	Sorani:  {"کانوونی دووەم", "شوبات", "ئازار", "نیسان", "ئایار", "حوزەیران", "تەمووز", "ئاب", "ئەیلوول", "تشرینی یەکەم", "تشرینی دووەم", "کانوونی یەکەم"},
	English: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Date writes the day of a moment in Baghdad.
func (c *Catalogue) Date(t time.Time) string {
	t = t.In(Zone)
	return c.date(t.Year(), int(t.Month()), t.Day())
}

func (c *Catalogue) date(year, month, day int) string {
	switch {
	case month == 0:
		return c.Digits(strconv.Itoa(year))
	case day == 0 && c.Lang == Sorani:
		return c.Digits(fmt.Sprintf("%sی %d", months[c.Lang][month-1], year))
	case day == 0:
		return c.Digits(fmt.Sprintf("%s %d", months[c.Lang][month-1], year))
	case c.Lang == Sorani:
		return c.Digits(fmt.Sprintf("%dی %sی %d", day, months[c.Lang][month-1], year))
	}
	return c.Digits(fmt.Sprintf("%d %s %d", day, months[c.Lang][month-1], year))
}

// Time writes the hour and minute of a moment in Baghdad.
func (c *Catalogue) Time(t time.Time) string { return c.Digits(t.In(Zone).Format("15:04")) }

// Moment writes day, hour and minute of a moment in Baghdad.
func (c *Catalogue) Moment(t time.Time) string {
	if c.Lang == English {
		return c.Date(t) + ", " + c.Time(t)
	}
	return c.Date(t) + "، " + c.Time(t)
}

// Civil writes a partial date as far as it is known, "unknown" when nothing of it is.
func (c *Catalogue) Civil(d civil.Date) string {
	switch {
	case !d.Known():
		return c.T("date.unknown")
	case d.Approx:
		return c.T("date.about", "Date", c.date(d.Year, d.Month, d.Day))
	}
	return c.date(d.Year, d.Month, d.Day)
}

// EDTF writes a partial date given in EDTF, as the register keeps it; what is not one is shown as it stands.
func (c *Catalogue) EDTF(s string) string {
	d, err := civil.Parse(s)
	if err != nil {
		return s
	}
	return c.Civil(d)
}

// Span writes a length of time in its two largest units that matter: days and hours, hours and minutes, minutes.
func (c *Catalogue) Span(d time.Duration) string {
	minutes := int(d.Round(time.Minute) / time.Minute)
	switch {
	case minutes >= 48*60:
		return c.Count("span.days", minutes/(24*60))
	case minutes >= 120:
		return c.Count("span.hours", minutes/60)
	}
	return c.Count("span.minutes", minutes)
}
