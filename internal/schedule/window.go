package schedule

import (
	"fmt"
	"time"
)

// Clock is a time of day in minutes after midnight, written as 06:30 or as their number. 24:00 is the end of the day.
type Clock int

// Day is a whole day in minutes.
const Day = 24 * 60

// UnmarshalText reads 06:30.
func (c *Clock) UnmarshalText(text []byte) error {
	if string(text) == "24:00" {
		*c = Day
		return nil
	}
	t, err := time.Parse("15:04", string(text))
	if err != nil {
		return fmt.Errorf("%q is not a time of day like 06:30", text)
	}
	*c = Clock(t.Hour()*60 + t.Minute())
	return nil
}

// MarshalText writes 06:30.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// String writes 06:30.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// Window is when something is open, every day. One that closes before it opens is open over midnight; the zero window never closes.
type Window struct {
	Opens  Clock `toml:"opens" json:"opens"`
	Closes Clock `toml:"closes" json:"closes"`
}
