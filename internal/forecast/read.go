package forecast

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"amana/internal/fault"
)

//go:embed scenarios
var shipped embed.FS

// names are the scenarios that are shipped, in the order of showing.
var names = []string{"base", "lost-prison", "flow-10000", "takes-back", "repatriation-stops", "central-prison"}

// Names lists the scenarios of the operation of 2026 that come with the program: base first, then what may become different.
func Names() []string { return slices.Clone(names) }

// Named gives one of Names.
func Named(name string) (Scenario, error) {
	if !slices.Contains(names, name) {
		return Scenario{}, fault.New(fault.NotFound, "forecast.scenario_unknown", "there is no scenario %q; there are %v", name, names)
	}
	text, err := shipped.ReadFile(path.Join("scenarios", name+".toml"))
	if err != nil {
		return Scenario{}, fmt.Errorf("reading the scenario %s: %w", name, err)
	}
	return Read(text)
}

// maxText bounds the text of a scenario, in bytes.
const maxText = 1 << 20

// Read reads a scenario from TOML, with its defaults filled in. Unknown keys and values of the wrong kind are faults that name row
// and column. A scenario that is based on another says only what is different: Nationalities, Sources, Lines, Prisons, Convoy,
// Breakdown and Doubt replace those of the other, and Exits, Closures and Changes are added to its own, of which
// those fall away whose place no longer is.
func Read(text []byte) (Scenario, error) {
	if len(text) > maxText {
		return Scenario{}, fault.New(fault.TooLarge, "forecast.text_too_large", "a scenario has at most %d bytes", maxText)
	}
	var s Scenario
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&s); err != nil {
		return Scenario{}, unreadable(err)
	}
	if s.BasedOn != "" {
		base, err := Named(s.BasedOn)
		if err != nil {
			return Scenario{}, err
		}
		s = s.over(base)
	}
	s = s.withDefaults()
	return s, s.Validate()
}

func unreadable(err error) error {
	out := fault.New(fault.Invalid, "forecast.unreadable", "the scenario cannot be read").Because(err)
	var unknown *toml.StrictMissingError
	var bad *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		for _, e := range unknown.Errors {
			row, column := e.Position()
			out.Fields = append(out.Fields, fault.Field{Name: strings.Join(e.Key(), "."), Row: row, Rule: "forecast.key_unknown", Value: fmt.Sprintf("column %d", column)})
		}
		out.Message = fmt.Sprintf("unknown keys, the first in row %d", out.Fields[0].Row)
	case errors.As(err, &bad):
		row, column := bad.Position()
		out.Message = fmt.Sprintf("row %d, column %d: %s", row, column, bad.Error())
		out.Fields = []fault.Field{{Name: strings.Join(bad.Key(), "."), Row: row, Rule: "forecast.unreadable", Value: fmt.Sprintf("column %d", column)}}
	default:
		out.Message = err.Error()
	}
	return out
}

// over lays the scenario over the one that it is based on.
func (s Scenario) over(base Scenario) Scenario {
	out := base
	out.Name, out.Title, out.BasedOn = s.Name, s.Title, s.BasedOn
	if s.Start != "" {
		out.Start = s.Start
	}
	if s.Weeks != 0 {
		out.Weeks = s.Weeks
	}
	if s.Nationalities != nil {
		out.Nationalities = s.Nationalities
	}
	if s.Sources != nil {
		out.Sources = s.Sources
	}
	if s.Lines != nil {
		out.Lines = s.Lines
	}
	if s.Prisons != nil {
		out.Prisons = s.Prisons
	}
	if s.Allocation != "" {
		out.Allocation = s.Allocation
	}
	if s.Convoy != (Convoy{}) {
		out.Convoy = s.Convoy
	}
	if s.Breakdown != (Breakdown{}) {
		out.Breakdown = s.Breakdown
	}
	if s.Doubt != (Doubt{}) {
		out.Doubt = s.Doubt
	}
	out.Exits = slices.Concat(base.Exits, s.Exits)
	out.Closures = slices.Concat(slices.DeleteFunc(slices.Clone(base.Closures), func(v Closure) bool { return !out.has(v.Code) }), s.Closures)
	out.Changes = slices.Concat(slices.DeleteFunc(slices.Clone(base.Changes), func(v Change) bool {
		return v.Set != SetExits && v.Code != "" && !out.has(v.Code)
	}), s.Changes)
	return out
}

// has reports whether a source, line or prison has the code.
func (s Scenario) has(code string) bool {
	return slices.ContainsFunc(s.Sources, func(v Source) bool { return v.Code == code }) ||
		slices.ContainsFunc(s.Lines, func(v Line) bool { return v.Code == code }) ||
		slices.ContainsFunc(s.Prisons, func(v Prison) bool { return v.Code == code })
}

// withDefaults fills in what was left out.
func (s Scenario) withDefaults() Scenario {
	orInt := func(x *int, otherwise int) {
		if *x == 0 {
			*x = otherwise
		}
	}
	orText := func(x *string, otherwise string) {
		if *x == "" {
			*x = otherwise
		}
	}
	service := func(v *Service) {
		orInt(&v.Lanes, 1)
		orText((*string)(&v.Law), string(Lognormal))
	}
	orText((*string)(&s.Allocation), string(Even))
	c := &s.Convoy
	orInt(&c.Seats, 40)
	orInt(&c.Vehicles, 4)
	orInt(&c.Least, 1)
	orText(&c.First, "04:00")
	orText(&c.Last, "14:00")
	if c.EveryMinutes == 0 {
		c.EveryMinutes = 60
	}
	if c.BetweenMinutes == 0 {
		c.BetweenMinutes = 240
	}
	s.Sources, s.Lines, s.Prisons, s.Exits = slices.Clone(s.Sources), slices.Clone(s.Lines), slices.Clone(s.Prisons), slices.Clone(s.Exits)
	for i := range s.Sources {
		v := &s.Sources[i]
		orInt(&v.Group, 1)
		orText((*string)(&v.Law), string(Poisson))
		if len(v.Weekdays) == 0 {
			v.Weekdays = []float64{1, 1, 1, 1, 1, 1, 1}
		}
	}
	for i := range s.Lines {
		service(&s.Lines[i].Service)
	}
	for i := range s.Prisons {
		service(&s.Prisons[i].Gate)
	}
	for i := range s.Exits {
		orInt(&s.Exits[i].Group, 1)
	}
	return s
}
