package forecast

// Scenario is what a forecast is made of: who comes, over which lines, into which prisons, who leaves, and what happens in between.
// It counts people and knows nobody. Everything is in local time of the operation; a field that is left out has the default that is told.
type Scenario struct {
	Name    string `toml:"name" json:"name"`
	Title   string `toml:"title" json:"title,omitempty"`       // one line that says what is supposed
	BasedOn string `toml:"based_on" json:"based_on,omitempty"` // a scenario of Names that this one changes; see Read
	Start   string `toml:"start" json:"start"`                 // the first day, 2026-02-02
	Weeks   int    `toml:"weeks" json:"weeks"`

	Nationalities map[string]float64 `toml:"nationalities" json:"nationalities,omitempty"` // their parts of those who come, alpha-3; the rest is X
	Sources       []Source           `toml:"sources" json:"sources"`
	Lines         []Line             `toml:"lines" json:"lines,omitempty"` // in the order of passing
	Prisons       []Prison           `toml:"prisons" json:"prisons"`
	Allocation    Allocation         `toml:"allocation" json:"allocation,omitempty"` // default: even
	Convoy        Convoy             `toml:"convoy" json:"convoy"`
	Breakdown     Breakdown          `toml:"breakdown" json:"breakdown"`
	Doubt         Doubt              `toml:"doubt" json:"doubt"`
	Exits         []Exit             `toml:"exits" json:"exits,omitempty"`
	Closures      []Closure          `toml:"closures" json:"closures,omitempty"`
	Changes       []Change           `toml:"changes" json:"changes,omitempty"`
}

// Arrival is the law by which people become ready at a source.
type Arrival string

// The laws of arrival.
const (
	Poisson  Arrival = "poisson"  // at random and independent of each other, in groups of Group; the default
	Constant Arrival = "constant" // the day's part at the begin of each day
	Recorded Arrival = "recorded" // what Recorded says, at the begin of each day, nothing after its end
)

// Source is where people wait to be moved.
type Source struct {
	Code          string             `toml:"code" json:"code"`
	Name          string             `toml:"name" json:"name,omitempty"`
	PerWeek       float64            `toml:"per_week" json:"per_week"` // people who become ready in a week
	Law           Arrival            `toml:"law" json:"law,omitempty"`
	Group         int                `toml:"group" json:"group,omitempty"`       // people who become ready together, default 1
	Weekdays      []float64          `toml:"weekdays" json:"weekdays,omitempty"` // weights of Monday to Sunday, default all alike
	Recorded      []int              `toml:"recorded" json:"recorded,omitempty"` // people on each day from the start
	Waiting       int                `toml:"waiting" json:"waiting,omitempty"`   // people ready at the start
	Order         int                `toml:"order" json:"order,omitempty"`       // a lower one leaves first, by a human's decision; equal ones by who has most waiting
	DriveMinutes  float64            `toml:"drive_minutes" json:"drive_minutes"` // to the first line, or to the prison where there are no lines
	Nationalities map[string]float64 `toml:"nationalities" json:"nationalities,omitempty"`
}

// Duration is the law of how long a service takes.
type Duration string

// The laws of service. Lognormal, the default, has Spread as its coefficient of variation; with a spread of 0 it is fixed.
const (
	Lognormal   Duration = "lognormal"
	Exponential Duration = "exponential"
	Fixed       Duration = "fixed"
)

// Service is how a line, or the gate of a prison, lets vehicles through, one vehicle a lane, first come first served.
type Service struct {
	Minutes float64  `toml:"minutes" json:"minutes"` // mean for a vehicle
	Law     Duration `toml:"law" json:"law,omitempty"`
	Spread  float64  `toml:"spread" json:"spread,omitempty"` // standard deviation as a part of the mean
	Lanes   int      `toml:"lanes" json:"lanes,omitempty"`   // default 1
	Opens   string   `toml:"opens" json:"opens,omitempty"`   // 06:00; with Closes left out as well: always open
	Closes  string   `toml:"closes" json:"closes,omitempty"` // no service begins after it; may be before Opens, over midnight
}

// Line is a guarded line at which every vehicle is counted and let through.
type Line struct {
	Code         string  `toml:"code" json:"code"`
	Name         string  `toml:"name" json:"name,omitempty"`
	DriveMinutes float64 `toml:"drive_minutes" json:"drive_minutes"` // from the line before; for the first one added to the source's
	Service
}

// Prison takes people until it is full.
type Prison struct {
	Code         string         `toml:"code" json:"code"`
	Name         string         `toml:"name" json:"name,omitempty"`
	Capacity     int            `toml:"capacity" json:"capacity"`
	Occupied     int            `toml:"occupied" json:"occupied,omitempty"`       // people there at the start; those of no nationality below are shared out as Scenario.Nationalities says
	Nationality  map[string]int `toml:"nationality" json:"nationality,omitempty"` // of those people, as far as known
	Share        float64        `toml:"share" json:"share,omitempty"`             // for the allocation by share; 0 takes nobody there
	DriveMinutes float64        `toml:"drive_minutes" json:"drive_minutes"`       // from the last line, or added to the source's
	Gate         Service        `toml:"gate" json:"gate"`                         // reception
}

// Allocation is the rule by which a convoy is given its prison, of those that are open and have room.
type Allocation string

// The rules of allocation.
const (
	Even    Allocation = "even"    // the prison with the lowest density
	Share   Allocation = "share"   // the prison that was given least for its Prison.Share
	Nearest Allocation = "nearest" // the shortest drive; equal ones in their order
)

// Convoy says when convoys leave and how large they are. At each departure one convoy leaves, if anybody may.
type Convoy struct {
	Seats          int     `toml:"seats" json:"seats,omitempty"`                     // of a vehicle, default 40
	Vehicles       int     `toml:"vehicles" json:"vehicles,omitempty"`               // at most, default 4
	Least          int     `toml:"least" json:"least,omitempty"`                     // no convoy leaves for fewer people or fewer beds, default 1
	First          string  `toml:"first" json:"first,omitempty"`                     // departure of the day, default 04:00
	Last           string  `toml:"last" json:"last,omitempty"`                       // departure of the day, default 14:00
	AtOnce         bool    `toml:"at_once" json:"at_once,omitempty"`                 // convoys leave at any hour as soon as people become ready, besides the departures
	EveryMinutes   float64 `toml:"every_minutes" json:"every_minutes,omitempty"`     // from departure to departure, default 60
	Hold           int     `toml:"hold" json:"hold,omitempty"`                       // nobody leaves while so many vehicles stand at a line; 0: no such rule
	Spread         float64 `toml:"spread" json:"spread,omitempty"`                   // of the time of a drive, as a part of its mean
	BetweenMinutes float64 `toml:"between_minutes" json:"between_minutes,omitempty"` // drive from prison to prison, default 240
}

// Breakdown is how often a vehicle breaks down on the road. Its convoy waits for it.
type Breakdown struct {
	Per1000Hours  float64 `toml:"per_1000_hours" json:"per_1000_hours,omitempty"` // of one vehicle driving
	RepairMinutes float64 `toml:"repair_minutes" json:"repair_minutes,omitempty"` // mean, exponential
}

// Doubt is how little is known of the rates themselves, each as a coefficient of variation (lognormal). Without it the bands hold only the luck of
// single arrivals, and are narrower than what happens.
type Doubt struct {
	Flow  float64 `toml:"flow" json:"flow,omitempty"`   // of the flow of all weeks together
	Week  float64 `toml:"week" json:"week,omitempty"`   // of the flow of each week by itself
	Exits float64 `toml:"exits" json:"exits,omitempty"` // of each exit
	Share float64 `toml:"share" json:"share,omitempty"` // of each Prison.Share
}

// Way is how people leave custody.
type Way string

// The ways out.
const (
	Repatriation Way = "repatriation"
	Release      Way = "release"
	Trial        Way = "trial" // tried and taken over by the ordinary prison system
)

// Exit is a stream of people who leave the prisons. They leave in groups at random moments; who of those held is left to chance.
type Exit struct {
	Way         Way     `toml:"way" json:"way"`
	Nationality string  `toml:"nationality" json:"nationality,omitempty"` // alpha-3, empty for any
	From        string  `toml:"from" json:"from,omitempty"`               // first day, default the start
	Until       string  `toml:"until" json:"until,omitempty"`             // first day on which it has ended, default never
	PerWeek     float64 `toml:"per_week" json:"per_week,omitempty"`       // people, or
	Part        float64 `toml:"part" json:"part,omitempty"`               // a part of those held, each week
	Group       int     `toml:"group" json:"group,omitempty"`             // people who leave together, default 1
	Doubt       float64 `toml:"doubt" json:"doubt,omitempty"`             // of this one in the place of Doubt.Exits
}

// Closing is what closes.
type Closing string

// The kinds of closures.
const (
	Lockout    Closing = "lockout"     // a prison receives nobody and lets nobody go for some hours: convoys are sent elsewhere or wait
	LostLine   Closing = "lost_line"   // nothing passes; departures stop
	LostPrison Closing = "lost_prison" // it receives nobody, and those who are there are moved elsewhere as far as there is room
)

// Closure is a closure at a known moment (From, Until), or one that comes at random (PerYear, Hours).
type Closure struct {
	Kind    Closing `toml:"kind" json:"kind"`
	Code    string  `toml:"code" json:"code"`                   // of the line or prison
	From    string  `toml:"from" json:"from,omitempty"`         // 2026-03-01 or 2026-03-01 15:00
	Until   string  `toml:"until" json:"until,omitempty"`       // empty: for good
	PerYear float64 `toml:"per_year" json:"per_year,omitempty"` // how often at random
	Hours   float64 `toml:"hours" json:"hours,omitempty"`       // mean of a random one, exponential
}

// Setting is what a change sets.
type Setting string

// What can be changed at a date.
const (
	SetFlow     Setting = "flow"     // people a week, of the source Code or of all together in their proportions
	SetExits    Setting = "exits"    // a factor on exits as the scenario has them: Code is a way, a nationality or empty for all
	SetCapacity Setting = "capacity" // beds of the prison Code
	SetLanes    Setting = "lanes"    // of the line Code
	SetMinutes  Setting = "minutes"  // mean service of the line Code
)

// Change sets something from a day on.
type Change struct {
	From  string  `toml:"from" json:"from,omitempty"` // default the start
	Set   Setting `toml:"set" json:"set"`
	Code  string  `toml:"code" json:"code,omitempty"`
	Value float64 `toml:"value" json:"value"`
}
