// Package scenario holds the operation's places and authorities as data: the program knows no country by heart.
package scenario

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"amana/internal/authz"
	"amana/internal/person"
	"amana/internal/place"
	"amana/internal/register"
	"amana/internal/transfer"
)

//go:embed 2026.json
var scenario2026 []byte

// Scenario is an operation's geography.
type Scenario struct {
	Name       string                  `json:"name"`
	Zone       string                  `json:"zone"` // of the deadlines and of what screens show
	Custodians []register.Custodian    `json:"custodians"`
	Places     []place.Place           `json:"places"`
	Prisons    []Prison                `json:"prisons"`
	Routes     []transfer.RouteDefined `json:"routes"`
}

// Prison describes the blocks of a prison; their cells are alike.
type Prison struct {
	Code   place.Code `json:"code"`
	Blocks []Block    `json:"blocks"`
}

// Block is so many cells of so many beds.
type Block struct {
	Code  string    `json:"code"`
	Cells int       `json:"cells"`
	Beds  int       `json:"beds"`
	Sex   int       `json:"sex"`
	Age   place.Age `json:"age"`

	Legal       place.Legal `json:"legal"`
	SecurityMax int         `json:"security_max"`
	Medical     int         `json:"medical"` // beds of each cell for people who need a medical place
}

// Load2026 reads the scenario of 2026.
func Load2026() (Scenario, error) {
	var s Scenario
	if err := json.Unmarshal(scenario2026, &s); err != nil {
		return s, fmt.Errorf("reading the scenario: %w", err)
	}
	return s, nil
}

// All lists the places of the scenario, parents before children.
func (s Scenario) All() []place.Place {
	all := append([]place.Place{}, s.Places...)
	operator := map[place.Code]string{}
	for _, p := range s.Places {
		operator[p.Code] = p.Operator
	}
	for _, prison := range s.Prisons {
		for _, b := range prison.Blocks {
			beds := b.Cells * b.Beds
			block := place.Place{
				Code: prison.Code + "/" + place.Code(b.Code), Kind: place.Block, State: place.Active, Operator: operator[prison.Code], Age: b.Age,
				Legal: b.Legal, SecurityMax: b.SecurityMax, Medical: b.Cells * b.Medical, Capacity: place.Capacity{CNA: beds, Working: beds, Maximum: beds},
			}
			block.Sex = sexOf(b.Sex)
			all = append(all, block)
			for n := 1; n <= b.Cells; n++ {
				cell := block
				cell.Code, cell.Kind = block.Code+place.Code(fmt.Sprintf("/%02d", n)), place.Cell
				cell.Medical = b.Medical
				cell.Capacity = place.Capacity{CNA: b.Beds, Working: b.Beds, Maximum: b.Beds}
				all = append(all, cell)
			}
		}
	}
	return all
}

// Setup is who sets a scenario up.
var Setup = authz.Actor{Name: "setup", Role: authz.Admin}

func sexOf(code int) person.Sex { return person.Sex(code) }
