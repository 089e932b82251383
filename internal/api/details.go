package api

import (
	"amana/internal/civil"
	"amana/internal/custody"
	"amana/internal/person"
)

// Details is what a source says about one person. Nothing in it is a judgment: a nationality is a claim with its source.
type Details struct {
	Names     []Name     `json:"names,omitempty" maxItems:"50"`
	Sex       int        `json:"sex,omitempty" enum:"0,1,2,9" doc:"ISO 5218: 0 not known, 1 male, 2 female, 9 not applicable."`
	Birth     Birth      `json:"birth,omitzero"`
	Claims    []Claim    `json:"claims,omitempty" maxItems:"20" doc:"Claims of nationality."`
	Documents []Document `json:"documents,omitempty" maxItems:"50"`
	Language  string     `json:"language,omitempty" maxLength:"40" doc:"BCP 47."`
	Notes     string     `json:"notes,omitempty" maxLength:"10000"`

	OtherBirths []Date   `json:"other_births,omitempty" maxItems:"20" doc:"Dates of birth that the same source gives besides."`
	Photos      []string `json:"photos,omitempty" maxItems:"20" doc:"References to photographs: the digest of the image, never the image."`
}

// Name is one way in which a person is called, as somebody wrote it.
type Name struct {
	Raw    string `json:"raw" minLength:"1" maxLength:"500" doc:"As written at the source."`
	Kind   string `json:"kind,omitempty" enum:",kunya,alias,mother"`
	Script string `json:"script,omitempty" maxLength:"4" doc:"ISO 15924." example:"Arab"`
}

// Birth is when a person was born, as far as known, and how that became known.
type Birth struct {
	Date   Date   `json:"date,omitzero"`
	Method string `json:"method,omitempty" maxLength:"40"`
	Raw    string `json:"raw,omitempty" maxLength:"200"`
}

// Claim is one nationality that somebody claims or asserts for a person.
type Claim struct {
	Country string `json:"country,omitempty" pattern:"^([A-Z]{3})?$" doc:"ISO 3166-1 alpha-3; empty while the label maps to none."`
	Label   string `json:"label,omitempty" maxLength:"200" doc:"As written."`
	Status  string `json:"status" enum:"claimed,verified,contested"`
	Source  string `json:"source,omitempty" maxLength:"200"`
}

// Document is an identity document that was seen or mentioned.
type Document struct {
	Type    string `json:"type,omitempty" maxLength:"100"`
	Number  string `json:"number" maxLength:"100"`
	Country string `json:"country,omitempty" maxLength:"3"`
}

func (d Details) domain() person.Details {
	out := person.Details{
		Sex: person.Sex(d.Sex), Language: d.Language, Notes: d.Notes, Photos: d.Photos,
		Birth: person.Birth{Date: d.Birth.Date.Date, Method: civil.Method(d.Birth.Method), Raw: d.Birth.Raw},
	}
	for _, n := range d.Names {
		out.Names = append(out.Names, person.Name(n))
	}
	for _, c := range d.Claims {
		out.Claims = append(out.Claims, person.Claim(c))
	}
	for _, x := range d.Documents {
		out.Documents = append(out.Documents, person.Document(x))
	}
	for _, x := range d.OtherBirths {
		out.OtherBirths = append(out.OtherBirths, x.Date)
	}
	return out
}

func detailsOf(d person.Details) Details {
	out := Details{
		Sex: int(d.Sex), Language: d.Language, Notes: d.Notes, Photos: d.Photos,
		Birth: Birth{Date: dateOf(d.Birth.Date), Method: string(d.Birth.Method), Raw: d.Birth.Raw},
	}
	for _, n := range d.Names {
		out.Names = append(out.Names, Name(n))
	}
	for _, c := range d.Claims {
		out.Claims = append(out.Claims, Claim(c))
	}
	for _, x := range d.Documents {
		out.Documents = append(out.Documents, Document(x))
	}
	for _, x := range d.OtherBirths {
		out.OtherBirths = append(out.OtherBirths, dateOf(x))
	}
	return out
}

// Grounds is why a person is held.
type Grounds struct {
	Ground    string `json:"ground,omitempty" maxLength:"100" example:"criminal_investigation"`
	Authority string `json:"authority,omitempty" maxLength:"200"`
	Order     string `json:"order,omitempty" maxLength:"200"`
	Until     Date   `json:"until,omitzero"`
}

func (g Grounds) domain() custody.Grounds {
	return custody.Grounds{Ground: g.Ground, Authority: g.Authority, Order: g.Order, Until: g.Until.Date}
}

// Source is the line of a list that somebody came from.
type Source struct {
	File  string `json:"file,omitempty" maxLength:"500"`
	Sheet string `json:"sheet,omitempty" maxLength:"200"`
	Line  int    `json:"line,omitempty" minimum:"0" maximum:"10000000"`
	Key   string `json:"key,omitempty" maxLength:"200" doc:"The same line sent twice has the same key."`
}
