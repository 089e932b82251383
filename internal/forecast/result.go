package forecast

// Band is a series with a value for each day: in one of ten replications it was at most P10, in half of them at most P50.
type Band struct {
	P10 []float64 `json:"p10"`
	P50 []float64 `json:"p50"`
	P90 []float64 `json:"p90"`
}

// Range is one figure with its uncertainty over the replications.
type Range struct {
	P10 float64 `json:"p10"`
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
}

// Never is the day of what does not happen in the weeks of the forecast.
const Never = -1

// When is on which day something happens, counted from 0 for the first. A quantile is Never when it lies after the last day.
type When struct {
	Share float64 `json:"share"` // of the replications in which it happens at all
	P10   int     `json:"p10"`   // in one of ten replications it had happened by then
	P50   int     `json:"p50"`
	P90   int     `json:"p90"`
}

// PrisonDays is what becomes of a prison.
type PrisonDays struct {
	Code     string `json:"code"`
	Name     string `json:"name,omitempty"`
	Capacity int    `json:"capacity"` // at the start
	Held     Band   `json:"held"`     // people at the end of each day
	Full     When   `json:"full"`     // no convoy can be sent any more: those there and those on the way leave fewer beds than Convoy.Least
}

// Load is how busy a line, or the gate of a prison, is.
type Load struct {
	Code        string  `json:"code"`
	Name        string  `json:"name,omitempty"`
	Utilisation Range   `json:"utilisation"` // busy time of its lanes as a part of their open time
	Busiest     Range   `json:"busiest"`     // the same of its busiest week
	Waiting     Range   `json:"waiting"`     // minutes that a vehicle waits on average
	Longest     Range   `json:"longest"`     // minutes that a vehicle waits at most
	Vehicles    Range   `json:"vehicles"`    // let through
	Binds       float64 `json:"binds"`       // lines only: share of replications in which it is the busiest, the bottleneck
}

// Leaving is how many have left by one way.
type Leaving struct {
	Way         Way    `json:"way"`
	Nationality string `json:"nationality,omitempty"` // empty: of any
	People      Band   `json:"people"`                // since the start
}

// Nationals is how many of one nationality are held in all prisons.
type Nationals struct {
	Code string `json:"code"`
	Held Band   `json:"held"`
}

// Result is a forecast. Bands are of counts of people, a value for each day.
type Result struct {
	Scenario     string `json:"scenario"`
	Title        string `json:"title,omitempty"`
	Start        string `json:"start"`
	Days         int    `json:"days"`
	Replications int    `json:"replications"`
	Seed         uint64 `json:"seed"`
	Events       int64  `json:"events"` // of all replications

	Prisons       []PrisonDays `json:"prisons"`
	Nationalities []Nationals  `json:"nationalities"`
	Exits         []Leaving    `json:"exits"`
	Lines         []Load       `json:"lines"`
	Gates         []Load       `json:"gates"`
	NoRoom        When         `json:"no_room"` // people wait, and no prison that is not lost has room

	Arrived  Band `json:"arrived"`   // became ready at the sources on the day
	Waiting  Band `json:"waiting"`   // at the sources, at the end of the day
	HeldBack Band `json:"held_back"` // of these, more than there are free beds
	Transit  Band `json:"transit"`   // on the road, most of the day
	AtLines  Band `json:"at_lines"`  // standing at lines, most of the day
	AtGates  Band `json:"at_gates"`  // standing at gates, most of the day
	Received Band `json:"received"`  // taken in by prisons on the day
	Refused  Band `json:"refused"`   // found their prison closed on the day, and were sent elsewhere, back, or had to wait
}
