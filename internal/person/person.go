// Package person holds what is said about who somebody is: names in several scripts, birth, sex, claims of nationality and documents.
//
// Nothing here is a judgment. A nationality is a claim with its source and is never inferred from a name (norms G6);
// raw strings are kept beside what was read from them.
package person

import "amana/internal/civil"

// Sex follows ISO 5218.
type Sex int

// ISO 5218 codes.
const (
	SexUnknown Sex = 0
	Male       Sex = 1
	Female     Sex = 2
	SexOther   Sex = 9 // not applicable
)

// Name is one way in which a person is called, as somebody wrote it.
type Name struct {
	Raw    string `json:"raw"`              // as written at the source
	Kind   string `json:"kind,omitempty"`   // "" the name, "kunya", "alias", "mother"
	Script string `json:"script,omitempty"` // ISO 15924: Arab, Latn, Cyrl
}

// Claim is one nationality that somebody claims or asserts for a person.
type Claim struct {
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-3 or ICAO XXA, XXB, XXC, XXX; empty while the label is unresolved
	Label   string `json:"label,omitempty"`   // as written, kept always
	Status  string `json:"status"`            // claimed, verified, contested
	Source  string `json:"source,omitempty"`
}

// Document is an identity document that was seen or mentioned.
type Document struct {
	Type    string `json:"type,omitempty"` // passport, identity card, camp card …
	Number  string `json:"number"`
	Country string `json:"country,omitempty"`
}

// Birth is when a person was born, as far as known, and how that became known.
type Birth struct {
	Date   civil.Date   `json:"date"`
	Method civil.Method `json:"method,omitempty"`
	Raw    string       `json:"raw,omitempty"`
}

// Details is everything a source says about one person.
type Details struct {
	Names     []Name     `json:"names"`
	Sex       Sex        `json:"sex"`
	Birth     Birth      `json:"birth"`
	Claims    []Claim    `json:"claims,omitempty"`
	Documents []Document `json:"documents,omitempty"`
	Language  string     `json:"language,omitempty"` // BCP 47
	Notes     string     `json:"notes,omitempty"`

	OtherBirths []civil.Date `json:"other_births,omitempty"` // dates that the same source gives besides
	Photos      []string     `json:"photos,omitempty"`       // references to photographs: the digest of the image, never the image
}

// Name returns the first name of the given kind, empty when there is none.
func (d Details) Name(kind string) string {
	for _, n := range d.Names {
		if n.Kind == kind {
			return n.Raw
		}
	}
	return ""
}
